"""The properties of `tf.Variable`, and the members that raise because they need a graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import torch

from ..recording.execution_context import active_graph, session_graph
from ..tensor.host_values import device_name
from ..tensor.tensor import EagerTensor
from ..types.dtype import DType
from ..types.reference import Reference
from ..types.shape import TensorShape
from .handle import Handle, VariableAggregation, VariableSynchronization


class VariableProperties:
    """The properties of a variable, read from its handle."""

    __slots__ = ()

    _handle: Handle

    @property
    def name(self) -> str:
        """The name, followed by `:0`."""
        return self._handle.name + ":0"

    @property
    def dtype(self) -> DType:
        """The element type."""
        return self._handle.dtype

    @property
    def shape(self) -> TensorShape:
        """The declared shape."""
        return self._handle.shape

    def get_shape(self) -> TensorShape:
        """The declared shape; the same as `shape`."""
        return self._handle.shape

    def set_shape(self, shape: Any) -> None:
        """Narrows the declared shape. Raises ValueError if `shape` is not compatible with it."""
        self._handle.shape = self._handle.shape.merge_with(shape)

    @property
    def trainable(self) -> bool:
        """Whether tapes watch this variable when it is read."""
        return self._handle.trainable

    # GPflow and others switch it, although it is private.
    @property
    def _trainable(self) -> bool:
        return self._handle.trainable

    @_trainable.setter
    def _trainable(self, trainable: bool) -> None:
        self._handle.trainable = trainable

    @property
    def handle(self) -> Handle:
        """The object by which tapes know this variable."""
        return self._handle

    @property
    def _shared_name(self) -> str:
        return self._handle.name

    @property
    def _unique_id(self) -> str:
        return f"{self._handle.name}_{self._handle.uid}"

    @property
    def device(self) -> str:
        """TensorFlow's name of the device that holds the value."""
        return device_name(self._handle.data)

    @property
    def constraint(self) -> Callable[..., Any] | None:
        """The `constraint` given at creation."""
        return self._handle.constraint

    @property
    def synchronization(self) -> VariableSynchronization:
        """The `synchronization` given at creation."""
        return self._handle.synchronization

    @property
    def aggregation(self) -> VariableAggregation:
        """The `aggregation` given at creation."""
        return self._handle.aggregation

    def is_initialized(self, name: str | None = None) -> EagerTensor:
        """Whether it has a value, as a tensor: always, except in sessions."""
        graph = active_graph()
        if graph is None or getattr(self, "_operation", None) is None:
            return EagerTensor(torch.tensor(True))
        result: EagerTensor = graph.is_initialized(self, name)
        return result

    def ref(self) -> Reference:
        """A hashable reference, for use as a dictionary's key."""
        return Reference(self)

    experimental_ref = ref


class GraphOnlyMembers:
    """Members of `tf.Variable` that only variables of graphs have."""

    __slots__ = ()

    @property
    def initializer(self) -> Any:
        """The operation that gives a variable of a graph its initial value, or None."""
        return getattr(self, "_initializer", None)

    @property
    def create(self) -> None:
        """None in eager execution."""
        return None

    @property
    def op(self) -> Any:
        """In a graph, its own operation, or the one that assigned.

        Raises AttributeError in eager execution.
        """
        return self._of_graph("op", "_assignment", "_operation")

    @property
    def graph(self) -> Any:
        """The graph that it was made in. Raises AttributeError in eager execution."""
        return self._of_graph("graph", "_operation").graph

    @property
    def initial_value(self) -> Any:
        """The initial value in its graph. Raises RuntimeError in eager execution."""
        value = getattr(self, "_initial_value", None)
        if value is None:
            raise RuntimeError("This property is not supported when eager execution is enabled.")
        return value

    def initialized_value(self) -> NoReturn:
        """TF1 only. Raises NotImplementedError."""
        raise NotImplementedError()

    def _of_graph(self, member: str, *attributes: str) -> Any:
        """The first attribute that is there, of those that only variables of graphs have."""
        for attribute in attributes:
            value = getattr(self, attribute, None)
            if value is not None:
                return value
        raise AttributeError(f"Tensor.{member} is undefined when eager execution is enabled.")

    def eval(self, session: Any = None) -> Any:
        """The value in a session. Raises RuntimeError in eager execution."""
        graph = session_graph()
        if graph is None:
            raise RuntimeError("This operation is not supported when eager execution is enabled.")
        return graph.value_of_variable(self, session)

    def to_proto(self, export_scope: Any = None) -> NoReturn:
        """Undefined in eager execution. Raises RuntimeError."""
        raise RuntimeError("This operation is not supported when eager execution is enabled.")
