"""What programs of TensorFlow 1 set up: variables, scopes, devices."""

from __future__ import annotations

import contextlib
from typing import Any

import tf_tape_compat as tf

from .._core.variables.array_values import IndexedSlicesValue as IndexedSlicesValue
from .graphs import graphs
from .variable_store import put_in_collections


class _MakesVariables(type):
    def __call__(
        cls,
        initial_value: Any = None,
        trainable: bool | None = None,
        collections: Any = None,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: str | None = None,
        variable_def: Any = None,
        dtype: Any = None,
        expected_shape: Any = None,
        import_scope: Any = None,
        constraint: Any = None,
        use_resource: Any = None,
        synchronization: tf.VariableSynchronization = tf.VariableSynchronization.AUTO,
        aggregation: tf.VariableAggregation = tf.VariableAggregation.NONE,
        shape: Any = None,
    ) -> tf.Variable:
        variable = tf.Variable(
            initial_value,
            trainable,
            validate_shape,
            caching_device,
            name,
            variable_def,
            dtype,
            import_scope,
            constraint,
            synchronization,
            aggregation,
            shape,
        )
        if not tf.executing_eagerly():
            put_in_collections(variable, collections)
        return variable


class Variable(metaclass=_MakesVariables):
    """Implements `tf.compat.v1.Variable`: makes a `tf.Variable`.

    The variable is not an instance of this class. `use_resource` is ignored: every variable is a
    resource.
    """


class name_scope(tf.name_scope):  # noqa: N801
    """Implements `tf.compat.v1.name_scope`: as `tf.name_scope`, with a default for None."""

    def __init__(self, name: Any, default_name: Any = None, values: Any = None) -> None:
        chosen = default_name if name is None else name
        super().__init__("" if chosen is None else chosen)
        self._chosen = chosen

    @property
    def name(self) -> Any:
        """The name, or else the default."""
        return self._chosen


def colocate_with(op: Any) -> contextlib.AbstractContextManager[Any]:
    """The device of a tensor."""
    if op is None:
        return contextlib.nullcontext()
    return tf.device((op if hasattr(op, "device") else tf.convert_to_tensor(op)).device)


def disable_v2_behavior() -> None:
    """From now on, programs build graphs, and shapes have dimensions."""
    tf.TensorShape.index_dimensions()
    graphs("disable_eager_execution")()


def enable_eager_execution(config: Any, device_policy: Any, execution_mode: Any) -> None:
    """Does nothing, as in TensorFlow 2, where execution is eager already."""
