"""The static shapes of a call's results, where its arguments are more specific than its trace."""

from __future__ import annotations

import copy

from .._core.types.shape import TensorShape
from ..errors import OpError
from .graph import FuncGraph
from .symbolic_tensor import SymbolicTensor
from .unsupported import TraceUnsupported


def specialize_results(
    graph: FuncGraph, inputs: list[SymbolicTensor], results: list[SymbolicTensor]
) -> None:
    """Makes the shapes of a call's results those that follow from its arguments."""
    if all(x.shape.is_fully_defined() for x in results):
        return
    if not any(
        _adds_sizes(x.shape, p.shape) for x, p in zip(inputs, graph.placeholders, strict=True)
    ):
        return
    for result, shape in zip(results, _shapes(graph, inputs) or (), strict=False):
        if result.shape.is_compatible_with(shape):
            result.set_shape(shape)


def _adds_sizes(actual: TensorShape, traced: TensorShape) -> bool:
    """Whether a shape has sizes that another one leaves open."""
    if actual.rank is None:
        return False
    if traced.rank is None:
        return True
    pairs = zip(actual.as_list(), traced.as_list(), strict=False)
    return any(n is not None and m is None for n, m in pairs)


def _shapes(graph: FuncGraph, inputs: list[SymbolicTensor]) -> list[TensorShape] | None:
    """The shapes of the outputs, from a copy of the graph; None if they cannot be found so."""
    inferring = FuncGraph(graph.name)
    symbols: dict[int, SymbolicTensor] = {}
    try:
        with inferring.as_default():
            for placeholder, value in zip(graph.placeholders, inputs, strict=True):
                shape = value.shape.merge_with(placeholder.shape)
                symbols[id(placeholder)] = inferring.add_placeholder("x", value.dtype, shape)
            for node in graph.live_nodes():
                if node.graphs or node.recorders or node.read_recorder or node.watching_recorder:
                    return None
                again = copy.copy(node)
                again.inputs = [symbols[id(x)] for x in node.inputs]
                again.outputs = []
                inferring.add_node(again)
                for output, found in zip(node.outputs, again.outputs, strict=True):
                    symbols[id(output)] = found
    except (TraceUnsupported, OpError, ValueError, TypeError, KeyError):
        return None
    return [symbols[id(x)].shape for x in graph.outputs]
