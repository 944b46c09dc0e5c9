"""`tf.compat.v1.train.Optimizer`: applies gradients, eagerly or as an operation of a graph."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import tf_tape_compat as tf

from .._core.tracking.trackable import Trackable
from .graphs import graphs
from .variable_scope import variable_scope


class Optimizer(Trackable):
    """Changes variables by gradients. Implements `tf.compat.v1.train.Optimizer`.

    A class derived from it defines `_create_slots`, `_prepare`, `_apply_dense` or
    `_resource_apply_dense`, and `_resource_apply_sparse`, as for TensorFlow.

    Raises ValueError without a name.
    """

    GATE_NONE = 0
    GATE_OP = 1
    GATE_GRAPH = 2

    def __init__(
        self,
        use_locking: Any,
        name: str,
        use_own_namescope_for_non_slot_vars: bool = False,
    ) -> None:
        if not name:
            raise ValueError("Must specify the optimizer name")
        self._use_locking = use_locking
        self._name = name
        # Slots by their names, and variables that belong to the optimizer, for each graph.
        self._slots: dict[str, dict[Any, Any]] = {}
        self._non_slot_dict: dict[tuple[str, Any], Any] = {}

    def get_name(self) -> str:
        """The name."""
        return self._name

    # -- gradients --------------------------------------------------------------------------------

    def minimize(
        self,
        loss: Any,
        global_step: Any = None,
        var_list: Any = None,
        gate_gradients: int = GATE_OP,
        aggregation_method: Any = None,
        colocate_gradients_with_ops: bool = False,
        name: str | None = None,
        grad_loss: Any = None,
    ) -> Any:
        """Computes gradients of the loss and applies them.

        Raises ValueError if no variable has a gradient.
        """
        pairs = self.compute_gradients(
            loss,
            var_list,
            gate_gradients,
            aggregation_method,
            colocate_gradients_with_ops,
            grad_loss,
        )
        if all(gradient is None for gradient, _ in pairs):
            raise ValueError(
                "No gradients provided for any variable, check your graph for ops that do not "
                f"support gradients, between variables {[str(v) for _, v in pairs]} and loss "
                f"{loss}."
            )
        return self.apply_gradients(pairs, global_step, name)

    def compute_gradients(
        self,
        loss: Any,
        var_list: Any = None,
        gate_gradients: int = GATE_OP,
        aggregation_method: Any = None,
        colocate_gradients_with_ops: bool = False,
        grad_loss: Any = None,
    ) -> list[tuple[Any, Any]]:
        """Pairs of gradients and variables.

        Raises:
          RuntimeError: in eager execution, if `loss` is not a function.
          ValueError: if there are no variables.
        """
        if callable(loss):
            with tf.GradientTape() as tape:
                if var_list is not None:
                    tape.watch(var_list)
                value = loss()
            if var_list is None:
                var_list = tape.watched_variables()
            return list(zip(tape.gradient(value, var_list, grad_loss), var_list, strict=True))
        if tf.executing_eagerly():
            raise RuntimeError(
                "`loss` passed to Optimizer.compute_gradients should be a function when eager "
                "execution is enabled."
            )
        if gate_gradients not in (self.GATE_NONE, self.GATE_OP, self.GATE_GRAPH):
            raise ValueError(
                "gate_gradients must be one of: Optimizer.GATE_NONE, Optimizer.GATE_OP, "
                f"Optimizer.GATE_GRAPH.  Not {gate_gradients}"
            )
        graph = graphs("get_default_graph")()
        if var_list is None:
            var_list = graph.get_collection("trainable_variables")
            var_list += graph.get_collection("trainable_resource_variables")
        var_list = tf.nest.flatten(var_list)
        if not var_list:
            raise ValueError("No variables to optimize.")
        gradients = tf.gradients(loss, var_list, grad_loss)
        return list(zip(gradients, var_list, strict=True))

    def apply_gradients(
        self, grads_and_vars: Iterable[Any], global_step: Any = None, name: str | None = None
    ) -> Any:
        """Changes the variables; in a graph, returns the operation that does it.

        Raises:
          ValueError: if there are no pairs, or no gradient.
          TypeError: if a gradient is neither a tensor nor IndexedSlices.
        """
        pairs = tuple(grads_and_vars)
        if not pairs:
            raise ValueError("No variables provided.")
        converted = []
        for gradient, variable in pairs:
            if gradient is not None and not isinstance(gradient, tf.IndexedSlices):
                try:
                    gradient = tf.convert_to_tensor(gradient)
                except TypeError as error:
                    raise TypeError(
                        "Gradient must be convertible to a Tensor or IndexedSlices, or None: "
                        f"{gradient}"
                    ) from error
            converted.append((gradient, variable))
        present = [(gradient, variable) for gradient, variable in converted if gradient is not None]
        if not present:
            raise ValueError(
                f"No gradients provided for any variable: {[str(v) for _, v in pairs]}."
            )
        with tf.init_scope():
            self._create_slots([variable for _, variable in present])
        self._prepare()
        with tf.name_scope(name or self._name) as scope:
            updates = []
            for gradient, variable in present:
                with tf.name_scope(f"update_{variable.name.partition(':')[0].replace('/', '_')}"):
                    updates.append(self._apply(gradient, variable))
            if global_step is None:
                finished = self._finish(updates, scope)
            else:
                with tf.control_dependencies([self._finish(updates, "update")]):
                    finished = global_step.assign_add(1, name=scope, read_value=False)
        if tf.executing_eagerly() or tf.inside_function():
            return None
        finished = getattr(finished, "op", finished)
        train_op = graphs("get_default_graph")().get_collection_ref("train_op")
        if finished not in train_op:
            train_op.append(finished)
        return finished

    def _apply(self, gradient: Any, variable: Any) -> Any:
        if not isinstance(gradient, tf.IndexedSlices):
            update = self._resource_apply_dense(gradient, variable)
        else:
            update = self._resource_apply_sparse_duplicate_indices(
                gradient.values, variable, gradient.indices
            )
        constraint = getattr(variable, "constraint", None)
        if constraint is not None:
            with tf.control_dependencies([update]):
                return variable.assign(constraint(variable))
        return update

    # -- for derived classes ----------------------------------------------------------------------

    def _create_slots(self, var_list: list[Any]) -> None:
        """Makes the slots of the variables."""

    def _prepare(self) -> None:
        """Computes what all updates need."""

    def _finish(self, update_ops: list[Any], name_scope: str) -> Any:
        """What follows the updates."""
        return tf.group(*update_ops, name=name_scope)

    def _apply_dense(self, grad: Any, var: Any) -> Any:
        raise NotImplementedError

    def _resource_apply_dense(self, grad: Any, handle: Any) -> Any:
        return self._apply_dense(grad, handle)

    def _resource_apply_sparse_duplicate_indices(self, grad: Any, handle: Any, indices: Any) -> Any:
        """Adds up gradients of the same row."""
        unique, positions = tf.unique(indices)
        rows = tf.size(unique)
        summed = tf.math.unsorted_segment_sum(grad, positions, rows)
        return self._resource_apply_sparse(summed, handle, unique)

    def _resource_apply_sparse(self, grad: Any, handle: Any, indices: Any) -> Any:
        raise NotImplementedError

    @staticmethod
    def _call_if_callable(parameter: Any) -> Any:
        return parameter() if callable(parameter) else parameter

    # -- slots ------------------------------------------------------------------------------------

    def _slot_dict(self, slot_name: str) -> dict[Any, Any]:
        return self._slots.setdefault(slot_name, {})

    def _get_or_make_slot(self, var: Any, val: Any, slot_name: str, op_name: str) -> Any:
        return self._slot(var, slot_name, op_name, val)

    def _get_or_make_slot_with_initializer(
        self, var: Any, initializer: Any, shape: Any, dtype: Any, slot_name: str, op_name: str
    ) -> Any:
        return self._slot(var, slot_name, op_name, lambda: initializer(shape, dtype=dtype))

    def _zeros_slot(self, var: Any, slot_name: str, op_name: str) -> Any:
        return self._slot(var, slot_name, op_name, lambda: tf.zeros(var.shape, var.dtype))

    def _slot(self, variable: Any, slot_name: str, op_name: str, initial: Any) -> Any:
        slots = self._slot_dict(slot_name)
        key = variable.ref()
        if key not in slots:
            name = f"{variable.name.partition(':')[0]}/{op_name}"
            slots[key] = _variable(name, initial, unique=True)
        return slots[key]

    def _create_or_restore_slot_variable(
        self, slot_variable_position: Any, slot_name: str, variable: Any
    ) -> Any:
        """The slot of a variable that a checkpoint restores, made if it is not there."""
        slot = self.get_slot(variable, slot_name)
        if slot is None and slot_variable_position.is_simple_variable():
            values = slot_variable_position.value_tensors()
            slot = self._slot(variable, slot_name, self._name, values["VARIABLE_VALUE"])
        return slot

    def get_slot(self, var: Any, name: str) -> Any:
        """The slot of a variable, or None."""
        return self._slots.get(name, {}).get(var.ref())

    def get_slot_names(self) -> list[str]:
        """The names of the slots, sorted."""
        return sorted(self._slots)

    def _create_non_slot_variable(
        self, initial_value: Any, name: str, colocate_with: Any = None
    ) -> Any:
        key = (name, _graph_key())
        if key not in self._non_slot_dict:
            variable = _variable(name, initial_value, unique=False)
            self._non_slot_dict[key] = variable
            if key[1] is None:
                self._track_trackable(variable, name)  # restores a value that waits for it
        return self._non_slot_dict[key]

    def _get_non_slot_variable(self, name: str, graph: Any = None) -> Any:
        return self._non_slot_dict.get((name, graph))

    def variables(self) -> list[Any]:
        """The optimizer's variables: its own, then the slots, each sorted by name."""
        graph = _graph_key()
        own = [v for (_, key), v in self._non_slot_dict.items() if key is graph]
        slots = [slot for kind in self._slots.values() for slot in kind.values()]
        return sorted([*own, *slots], key=lambda variable: variable.name)

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        graph = _graph_key()
        own = {name: v for (name, key), v in self._non_slot_dict.items() if key is graph}
        return {**super()._trackable_children(save_type, **kwargs), **own}


def _graph_key() -> Any:
    """The graph outside of functions, or None in eager execution."""
    if tf.executing_eagerly() or tf.inside_function():
        return None
    return graphs("get_default_graph")()


def _variable(name: str, initial: Callable[[], Any] | Any, unique: bool) -> Any:
    """A variable that is not trained; the name may get a number."""
    with tf.name_scope(""):
        if not unique:
            return tf.Variable(initial, trainable=False, name=name)
        with variable_scope(None, name, auxiliary_name_scope=False) as scope:
            return tf.Variable(initial, trainable=False, name=scope.name)
