"""What a graph computes from: placeholders, tensors that are captured from outside, constants."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch

from .._core.devices import placement
from .._core.recording.tape_set import TRAINABLE
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType
from .._core.types.shape import TensorShape
from . import shadows
from .handle_node import HandleNode
from .nodes import Node, OpNode
from .operation import Operation
from .shadows import Shadow
from .symbolic_tensor import SymbolicTensor, inaccessible_from, inaccessible_when_called
from .unsupported import NeedsValue


class GraphInputs:
    """The part of a graph that gives tensors from outside a place in it."""

    building_function: bool
    captures: dict[int, tuple[EagerTensor, SymbolicTensor]]
    captured_pairs: list[tuple[Any, SymbolicTensor]]
    outer_graph: Any
    nodes: list[Node]
    _argument: str
    _constants: dict[int, EagerTensor]
    _add_operation: Any
    _local: Any
    add_node: Any
    capture_for_tapes: Any

    # -- inputs -----------------------------------------------------------------------------------

    def add_placeholder(self, name: str, dtype: DType, shape: TensorShape) -> SymbolicTensor:
        """A new tensor that is given when the graph runs."""
        shadow = shadows.placeholder(dtype, shape)
        operation = self._add_operation(Node("Placeholder", []), name)
        tensor = SymbolicTensor(operation, 0, dtype, shape, shadow)
        operation.outputs.append(tensor)
        return tensor

    def symbol(self, tensor: EagerTensor) -> SymbolicTensor:
        """The tensor of this graph for a tensor: itself, or the placeholder that captures it.

        Raises InaccessibleTensorError for a tensor of a function inside of this one, and TypeError
        for one of a function that is not around it.
        """
        if type(tensor) is SymbolicTensor:
            if tensor.graph is self:
                return tensor
            outer = self.outer_graph
            while outer is not None and outer is not tensor.graph:
                outer = outer.outer_graph
            if outer is None:
                inner = tensor.graph.outer_graph
                while inner is not None and inner is not self:
                    inner = inner.outer_graph
                raise (
                    inaccessible_when_called(tensor)
                    if inner is None
                    else inaccessible_from(self, tensor)  # type: ignore[arg-type]
                )
            if self.outer_graph is not tensor.graph:
                assert self.outer_graph is not None
                tensor = self.outer_graph.symbol(tensor)
        elif shadows.is_fake(tensor._t):
            raise NeedsValue("a composed function that computes with payloads")
        elif not self.building_function or id(tensor) in self._constants:
            name = None if self._argument == "placeholder" else self._argument
            constant: SymbolicTensor = self.as_symbolic(None, tensor, name)
            return constant
        captured = self.captures.get(id(tensor))
        if captured is None:
            captured = self.captures[id(tensor)] = tensor, self._capture(tensor)
            self.captured_pairs.append(captured)
            if self._local:
                self.capture_for_tapes(tensor)
        return captured[1]

    def held(self, value: Any) -> EagerTensor:
        """The tensor that stands for a value such as a dataset."""
        tensor: EagerTensor = value._as_handle()
        if type(tensor) is SymbolicTensor:
            return tensor
        symbol: EagerTensor = self.add_node(HandleNode(tensor))
        return symbol

    def _capture(self, tensor: EagerTensor) -> SymbolicTensor:
        known: EagerTensor | None = tensor
        if type(tensor) is SymbolicTensor:
            known = tensor.known_value()
            shape = tensor.shape
        else:
            shape = TensorShape._from_ints(tuple(tensor._t.shape))
        if known is None or tensor.dtype.torch in TRAINABLE:
            return self.add_placeholder(self._argument, tensor.dtype, shape)
        operation = self._add_operation(Node("Placeholder", []), self._argument)
        placeholder = SymbolicTensor(operation, 0, tensor.dtype, shape, Shadow(known))
        operation.outputs.append(placeholder)
        return placeholder

    def note_constant(self, tensor: EagerTensor) -> None:
        """Notes a tensor that was made of a Python value: it is not captured from outside."""
        self._constants[id(tensor)] = tensor

    def add_constant(self, name: str, tensor: EagerTensor) -> SymbolicTensor:
        """Adds a constant that is shown with an operation; its name is known to be free."""
        payload = tensor._t
        node = OpNode("Const", lambda: EagerTensor(payload), ((), {}), [])
        operation = Operation(self, name, "Const", node)  # type: ignore[arg-type]
        output = SymbolicTensor(operation, 0, tensor.dtype, tensor.shape, Shadow(tensor))
        operation.outputs.append(output)
        node.outputs.append(output)
        node.operation = operation
        self.nodes.append(node)
        return output

    def are_constants(self, values: Iterable[Any]) -> bool:
        """Whether all tensors among values were made of Python values."""
        return all(not isinstance(x, EagerTensor) or id(x) in self._constants for x in values)

    def owns(self, tensor: Any) -> bool:
        """Whether a tensor is symbolic."""
        return type(tensor) is SymbolicTensor

    def as_symbolic(self, value: Any, tensor: EagerTensor, name: str | None) -> Any:
        """The result of `tf.constant` or `tf.convert_to_tensor` for `value`: a symbolic tensor."""
        if type(tensor) is SymbolicTensor or isinstance(value, EagerTensor):
            return tensor
        # A new tensor at each run, since operations keep a leaf of the run's graph on it.
        payload = tensor._t
        on_host = payload.cpu() if isinstance(payload, torch.Tensor) else payload
        node = OpNode("Const", lambda: _constant(payload, on_host), ((), {}), [])
        return self.add_node(node, name or "Const")


def _constant(payload: Any, on_host: Any) -> EagerTensor:
    """A constant where the operation that makes it runs; while tracing, a value on the host."""
    if not isinstance(payload, torch.Tensor):
        return EagerTensor(payload)
    in_host_scope = placement.current().type == "cpu"
    return EagerTensor(on_host if in_host_scope else placement.place(payload))
