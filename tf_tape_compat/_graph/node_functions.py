"""Composed functions that are nodes of their own, because they need values or have an effect."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from .._core.op.interception import intercept
from .._core.recording.execution_context import active_graph, name_scope
from .._core.tensor.convert import operand_readers, to_tensor
from .._core.tensor.tensor import EagerTensor
from .._ops.array import creation, identity, masking, ranges, shaping, slicing, splitting
from .._ops.control import cond as control
from .._ops.control import map_fn, scan, vectorized_map, while_loop
from .._ops.control.tensor_array import TensorArray
from .._ops.math import casting
from .._ops.strings import hashing, text
from . import (
    accumulator_nodes,
    composed_functions,
    custom_gradient,
    effects,
    jacobian_node,
    random_nodes,
)
from .cond import cond
from .dynamic_slices import slice_in_graph
from .nodes import OpNode
from .symbolic_tensor import is_unknown
from .tensor_arrays import GraphTensorArray
from .unsupported import TraceUnsupported
from .while_loop import while_loop as add_loop

_installed = False


# Composed functions that read sizes or values of their arguments, and TensorFlow's names of the
# operations. They are single nodes if an argument has sizes or values that are unknown.
_READERS: dict[Any, str] = {
    casting.cast: "Cast",
    masking.boolean_mask: "BooleanMask",
    shaping.shape: "Shape",
    shaping.size: "Size",
    shaping.rank: "Rank",
    creation.zeros: "Fill",
    creation.ones: "Fill",
    creation.fill: "Fill",
    splitting.unstack: "Unpack",
    text.reduce_join: "ReduceJoin",
    text.unsorted_segment_join: "UnsortedSegmentJoin",
    hashing.fingerprint: "Fingerprint",
}


# Composed functions that are always single nodes, and TensorFlow's names of the operations.
_OPERATIONS: dict[Any, str] = {
    identity.stop_gradient: "StopGradient",
}

# Composed functions whose operations are in a name scope.
_SCOPES: dict[Any, str] = {
    map_fn.map_fn: "map",
    scan.scan: "scan",
    scan.foldl: "foldl",
    scan.foldr: "foldr",
}

# Functions that are not traced yet.
_NOT_TRACED: tuple[Any, ...] = (vectorized_map.vectorized_map,)


def install() -> None:
    """Makes these functions add nodes while a graph is active. Called before the first trace."""
    global _installed
    if _installed:
        return
    _installed = True
    accumulator_nodes.install()
    jacobian_node.install()
    random_nodes.install()
    custom_gradient.install()
    effects.install()
    for function, operation in _READERS.items():
        intercept(function, _reader(operation))
    for function, operation in _OPERATIONS.items():
        intercept(function, _single_node(operation))
    for function in _NOT_TRACED:
        intercept(function, _not_traced)
    for function, scope in _SCOPES.items():
        intercept(function, _scoped(scope))
    TensorArray.graph_class = GraphTensorArray
    intercept(control.cond, _cond)
    intercept(ranges.range, _range)
    intercept(slicing.slice_by_key, slice_in_graph)
    intercept(while_loop.while_loop, _while_loop)
    own_rules = {*effects.functions(), *_READERS, *_OPERATIONS, *_NOT_TRACED}
    composed_functions.install(frozenset(own_rules | {ranges.range, slicing.slice_by_key}))


def _cond(
    function: Any, call: Callable[..., Any], signature: inspect.Signature
) -> Callable[..., Any]:
    def add_node_first(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs).arguments
        pred = bound.get("pred")
        branches: Any = bound.get("true_fn"), bound.get("false_fn")
        is_symbolic = isinstance(pred, EagerTensor) or type(pred) in operand_readers
        if active_graph() is None or not is_symbolic or not all(map(callable, branches)):
            return call(*args, **kwargs)
        return cond(pred, *branches)

    return add_node_first


def _range(
    function: Any, call: Callable[..., Any], signature: inspect.Signature
) -> Callable[..., Any]:
    def add_node_first(*args: Any, **kwargs: Any) -> Any:
        graph = active_graph()
        if graph is None:
            return call(*args, **kwargs)
        start, *others = args or (kwargs.pop("start"),)
        if type(start) is int:  # not an eager tensor, even if all bounds are Python's
            start = graph.as_symbolic(None, to_tensor(start), None)
        return call(start, *others, **kwargs)

    return add_node_first


def _scoped(scope: str) -> Any:
    def wrapper(
        function: Any, call: Callable[..., Any], signature: inspect.Signature
    ) -> Callable[..., Any]:
        def call_in_scope(*args: Any, **kwargs: Any) -> Any:
            if active_graph() is None:
                return call(*args, **kwargs)
            with name_scope(kwargs.get("name") or scope):
                return call(*args, **kwargs)

        return call_in_scope

    return wrapper


def _while_loop(
    function: Any, call: Callable[..., Any], signature: inspect.Signature
) -> Callable[..., Any]:
    def add_node_first(*args: Any, **kwargs: Any) -> Any:
        if active_graph() is None:
            return call(*args, **kwargs)
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return add_loop(**bound.arguments)

    return add_node_first


def _reader(operation: str) -> Any:
    def wrapper(
        function: Any, call: Callable[..., Any], signature: inspect.Signature
    ) -> Callable[..., Any]:
        def add_node_if_unknown(*args: Any, **kwargs: Any) -> Any:
            graph = active_graph()
            if graph is None or not any(map(is_unknown, (*args, *kwargs.values()))):
                return call(*args, **kwargs)
            arguments, inputs = graph.lift((args, kwargs))
            return graph.add_node(OpNode(operation, call, arguments, inputs))

        return add_node_if_unknown

    return wrapper


def _single_node(operation: str) -> Any:
    def wrapper(
        function: Any, call: Callable[..., Any], signature: inspect.Signature
    ) -> Callable[..., Any]:
        def add_node(*args: Any, **kwargs: Any) -> Any:
            graph = active_graph()
            if graph is None:
                return call(*args, **kwargs)
            arguments, inputs = graph.lift((args, kwargs))
            return graph.add_node(OpNode(operation, call, arguments, inputs))

        return add_node

    return wrapper


def _not_traced(
    function: Any, call: Callable[..., Any], signature: inspect.Signature
) -> Callable[..., Any]:
    def refuse_in_graph(*args: Any, **kwargs: Any) -> Any:
        if active_graph() is not None:
            raise TraceUnsupported(f"tf.{function.__name__}")
        return call(*args, **kwargs)

    return refuse_in_graph
