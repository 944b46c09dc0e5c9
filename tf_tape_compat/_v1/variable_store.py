"""The variables that `tf.compat.v1.get_variable` makes and finds again by their names."""

from __future__ import annotations

import enum
import functools
import inspect
from collections.abc import Callable
from typing import Any

import tf_tape_compat as tf

from .graphs import graphs
from .scaled_initializers import GlorotUniform

_COLLECTION = "__variable_store"


class ReuseMode(enum.Enum):
    """Implements `tf.compat.v1.AUTO_REUSE`: variables are found, or else made."""

    AUTO_REUSE = 1


ReuseMode.__name__ = ReuseMode.__qualname__ = "_ReuseMode"  # which its members print


class LazyLoss:
    """The loss of a regularized variable in eager execution, computed whenever it is read."""

    def __init__(self, compute: Callable[[], Any]) -> None:
        self._compute = compute

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> tf.Tensor:
        return tf.convert_to_tensor(self._compute(), dtype, name)


class VariableStore:
    """The variables of a graph by name, and how often each scope was opened.

    In eager execution variables are not found again, but in a store of a template.
    """

    def __init__(self, is_eager: bool, keeps_variables: bool) -> None:
        self._is_eager = is_eager
        self._keeps_variables = keeps_variables
        self.variables: dict[str, Any] = {}
        self._scopes: dict[str, int] = {}

    # -- scopes -----------------------------------------------------------------------------------

    def open_scope(self, name: str) -> None:
        """Counts the scope."""
        self._scopes[name] = self._scopes.get(name, 0) + 1

    def close_subscopes(self, name: str) -> None:
        """Forgets how often scopes below this one were opened."""
        for other in self._scopes:
            if not name or other.startswith(f"{name}/"):
                self._scopes[other] = 0

    def unique_scope(self, parent: str, prefix: str) -> str:
        """The prefix, with a number if there was a scope of that name."""
        full = f"{parent}/{prefix}" if parent else prefix
        if not self._scopes.get(full):
            return prefix
        number = 1
        while self._scopes.get(f"{full}_{number}"):
            number += 1
        return f"{prefix}_{number}"

    # -- variables --------------------------------------------------------------------------------

    def get(
        self,
        name: str,
        shape: Any,
        dtype: Any,
        initializer: Any,
        regularizer: Any,
        reuse: Any,
        trainable: Any,
        collections: Any,
        **options: Any,
    ) -> tf.Variable:
        """The variable of a name, made if it is not there; `reuse` says if it may or must be."""
        dtype = tf.as_dtype(dtype)
        shape = None if shape is None else tf.TensorShape(shape)
        known = self.variables.get(name)
        if known is not None:
            if reuse is False:
                raise ValueError(
                    f"Variable {name} already exists, disallowed. Did you mean to set reuse=True or"
                    " reuse=tf.AUTO_REUSE in VarScope?"
                )
            if shape is not None and not shape.is_compatible_with(known.shape):
                raise ValueError(
                    f"Trying to share variable {name}, but specified shape {shape} and found shape "
                    f"{known.shape}."
                )
            if dtype != known.dtype:
                raise ValueError(
                    f"Trying to share variable {name}, but specified dtype {dtype.name} and found "
                    f"dtype {known.dtype.name}."
                )
            return known
        if reuse is True:
            raise ValueError(
                f"Variable {name} does not exist, or was not created with tf.get_variable(). Did "
                "you mean to set reuse=tf.AUTO_REUSE in VarScope?"
            )
        variable = self._made(name, shape, dtype, initializer, trainable, **options)
        if self._keeps_variables:
            self.variables[name] = variable
        if not self._is_eager:
            put_in_collections(variable, collections)
        if regularizer is not None:
            self._regularize(variable, regularizer)
        return variable

    @staticmethod
    def _made(
        name: str, shape: Any, dtype: Any, initializer: Any, trainable: Any, **options: Any
    ) -> tf.Variable:
        if initializer is None:
            if dtype.is_floating:
                initializer = GlorotUniform()
            elif dtype.is_integer or dtype.is_bool or dtype == tf.string:
                initializer = tf.compat.v1.zeros_initializer()
            else:
                raise ValueError(f"An initializer for variable {name} of {dtype} is required")
            if shape is None:
                raise ValueError(
                    f"Variable {name} did not get an initializer, so its `shape` argument must be "
                    "specified."
                )
        if isinstance(initializer, type):
            initializer = initializer()
        if not callable(initializer):
            with tf.control_dependencies(None):
                initial: Any = tf.convert_to_tensor(initializer)
            dtype = initial.dtype
        elif shape is not None and not shape.is_fully_defined():
            raise ValueError(
                f"Shape of a new variable ({name}) must be fully defined, but instead was {shape}."
            )
        elif shape is not None and _takes_arguments(initializer):
            sizes = shape.as_list()
            initial = functools.partial(initializer, sizes, dtype=dtype)
        else:
            initial = initializer
        with tf.name_scope(""):  # the name is that of the variable's scope, in full
            return tf.Variable(initial, trainable, name=name, dtype=dtype, **options)

    def _regularize(self, variable: tf.Variable, regularizer: Any) -> None:
        graph = graphs("get_default_graph")()
        if self._is_eager:
            graph.add_to_collection(
                "regularization_losses", LazyLoss(lambda: regularizer(variable))
            )
            return
        with tf.name_scope(f"{variable.name.partition(':')[0]}/Regularizer/"):
            loss = regularizer(variable)
        if loss is not None:
            graph.add_to_collection("regularization_losses", loss)


def _takes_arguments(initializer: Any) -> bool:
    try:
        signature = inspect.signature(initializer)
    except (TypeError, ValueError):
        return True
    required = [
        parameter
        for parameter in signature.parameters.values()
        if parameter.default is parameter.empty
        and parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
    ]
    return bool(required)


def put_in_collections(variable: tf.Variable, collections: Any) -> None:
    """Moves a new variable from the graph's usual collections to those that are asked for."""
    if collections is None:
        return
    graph = graphs("get_default_graph")()
    keys = [*collections]
    if variable.trainable and "trainable_variables" not in keys:
        keys.append("trainable_variables")
    for key in ("variables", "trainable_variables"):
        present = graph.get_collection_ref(key)
        if key not in keys and present and present[-1] is variable:
            present.pop()
    for key in keys:
        present = graph.get_collection_ref(key)
        if not present or present[-1] is not variable:
            present.append(variable)


_eager_store = VariableStore(is_eager=True, keeps_variables=False)
_template_stores: list[VariableStore] = []


def current_store() -> VariableStore:
    """The store of the current graph, or that of eager execution."""
    if tf.executing_eagerly():
        return _template_stores[-1] if _template_stores else _eager_store
    present: list[VariableStore] = graphs("get_default_graph")().get_collection_ref(_COLLECTION)
    if not present:
        present.append(VariableStore(is_eager=False, keeps_variables=True))
    return present[0]


class template_store:  # noqa: N801
    """A context whose variables are kept in a store, in eager execution, too."""

    def __init__(self, store: VariableStore) -> None:
        self._store = store

    def __enter__(self) -> None:
        _template_stores.append(self._store)

    def __exit__(self, *exception: object) -> None:
        _template_stores.pop()
