"""Composed functions that are nodes of their own, because they need values or have an effect."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

from .._core.op.dispatch import holds_composite
from .._core.recording.execution_context import executing_eagerly_outside_functions, name_scope
from .._core.tensor.convert import host_tensor, operand_readers, to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import as_dtype
from .._core.variables.variable import Variable
from .._ops.array import (
    conversion,
    creation,
    identity,
    masking,
    ranges,
    shaping,
    slicing,
    splitting,
)
from .._ops.control import cond as control
from .._ops.control import map_fn, scan, while_loop
from .._ops.control.tensor_array import TensorArray
from .._ops.image import projective_transforms
from .._ops.math import casting, comparison
from .._ops.strings import hashing, text
from ..errors import OpError
from . import (
    accumulator_nodes,
    assertions,
    composed_functions,
    custom_gradient,
    effects,
    generator_nodes,
    jacobian_node,
    random_nodes,
    symbolic_gradients,
    vectorized_map_node,
)
from .cond import cond
from .dynamic_slices import slice_in_graph
from .graph import Graph
from .named_calls import call_named
from .nodes import OpNode
from .shadows import is_data_dependent, running
from .symbolic_tensor import SymbolicTensor, is_unknown
from .tensor_arrays import GraphTensorArray
from .trace_errors import as_trace_error
from .trace_rules import trace_function
from .while_loop import while_loop as add_loop

# Composed functions that read sizes or values of their arguments, and TensorFlow's names of the
# operations. They are single nodes if an argument has sizes or values that are unknown.
_READERS: dict[Any, str] = {
    casting.cast: "Cast",
    ranges.cast_bound: "Cast",
    masking.boolean_mask: "BooleanMask",
    creation.fill: "Fill",
    splitting.unstack: "Unpack",
    text.reduce_join: "ReduceJoin",
    text.unsorted_segment_join: "UnsortedSegmentJoin",
    hashing.fingerprint: "Fingerprint",
    projective_transforms.projective_transform: "ImageProjectiveTransformV3",
}

# Those that measure tensors: a result that is known is a constant of the graph.
_MEASURES: dict[Any, str] = {
    shaping.shape: "Shape",
    shaping.size: "Size",
}

# The names of operations without a name, where these are not those of their types.
_NAMES = {"Unpack": "unstack"}

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
    control.case: "case",
    control.switch_case: "switch_case",
}

# Functions that make constants, and the names of these.
_CONSTANTS: dict[Any, str] = {
    creation.zeros: "zeros",
    creation.ones: "ones",
}


def install() -> None:
    """Gives these functions their rules for graphs. Called once, before the first trace."""
    accumulator_nodes.install()
    jacobian_node.install()
    symbolic_gradients.install()
    random_nodes.install()
    generator_nodes.install()
    custom_gradient.install()
    effects.install()
    assertions.install()
    vectorized_map_node.install()
    for function, operation in _READERS.items():
        trace_function(function, partial(_add_if_unknown, operation))
    for function, operation in _MEASURES.items():
        trace_function(function, partial(_measure, operation))
    for function, operation in _OPERATIONS.items():
        trace_function(function, partial(_add, operation))
    for function, name in _CONSTANTS.items():
        trace_function(function, partial(_make_constant, name))
    for function, scope in _SCOPES.items():
        trace_function(function, partial(_call_in_scope, scope))
    TensorArray.graph_class = GraphTensorArray
    trace_function(creation.zeros_like, partial(_like, creation.zeros))
    trace_function(creation.ones_like, partial(_like, creation.ones))
    trace_function(shaping.rank, _rank)
    trace_function(conversion.constant, _constant)
    trace_function(control.cond, _cond)
    for function in (comparison.equals, comparison.equals_variable):
        trace_function(function, partial(_compare, True))
    for function in (comparison.differs, comparison.differs_from_variable):
        trace_function(function, partial(_compare, False))
    trace_function(to_tensor, _convert)
    trace_function(host_tensor, _convert)
    trace_function(ranges.range, _range)
    trace_function(slicing.slice_by_key, slice_in_graph)
    trace_function(while_loop.while_loop, _while_loop)
    own_rules = {*effects.functions(), *assertions.functions(), *random_nodes.functions()}
    own_rules |= {*_READERS, *_MEASURES, *_OPERATIONS, *_CONSTANTS}
    own_rules |= {shaping.rank, conversion.constant}
    composed_functions.install(frozenset(own_rules | {ranges.range, slicing.slice_by_key}))


def _add(
    operation: str, graph: Graph, call: Callable[..., Any], /, *args: Any, **kwargs: Any
) -> Any:
    arguments, inputs = graph.lift((args, kwargs))
    name = kwargs.get("name") or _NAMES.get(operation)
    return graph.add_node(OpNode(operation, call, arguments, inputs), name)


def _add_if_unknown(
    operation: str, graph: Graph, call: Callable[..., Any], /, *args: Any, **kwargs: Any
) -> Any:
    name = kwargs.get("name")
    result = call_named(graph, name, lambda: _called_if_known(graph, call, args, kwargs))
    if result is _UNKNOWN:
        return _add(operation, graph, call, *args, **kwargs)
    if type(result) is EagerTensor and graph.are_constants((*args, *kwargs.values())):
        graph.note_constant(result)
    return result


_UNKNOWN = object()


def _measure(
    operation: str, graph: Graph, call: Callable[..., Any], /, *args: Any, **kwargs: Any
) -> Any:
    args = tuple(_value_if_resizable(x) for x in args)
    kwargs = {key: _value_if_resizable(x) for key, x in kwargs.items()}
    result = _called_if_known(graph, call, args, kwargs)
    if result is _UNKNOWN:
        return _add(operation, graph, call, *args, **kwargs)
    if type(result) is not EagerTensor:
        return result
    return graph.as_symbolic(None, result, kwargs.get("name") or operation)


def _value_if_resizable(x: Any) -> Any:
    """The value of a variable that may take values of other sizes; anything else unchanged."""
    return to_tensor(x) if isinstance(x, Variable) and not x.shape.is_fully_defined() else x


def _called_if_known(
    graph: Graph, call: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """The result of a call; `_UNKNOWN` if sizes or values that it needs are unknown."""
    if any(map(is_unknown, (*args, *kwargs.values()))):
        return _UNKNOWN
    mark = graph.mark()
    try:
        return call(*args, **kwargs)
    except Exception as error:
        if not is_data_dependent(error) or not graph.roll_back(mark):
            if isinstance(error, OpError):
                raise as_trace_error(error, call.__name__) from None
            raise
        return _UNKNOWN


def _rank(graph: Graph, call: Callable[..., Any], input: Any, name: Any = None) -> Any:
    if holds_composite((input,)):
        return call(input, name)
    tensor = to_tensor(input)
    if tensor.shape.rank is None:
        return _add("Rank", graph, call, tensor, name=name)
    with running():
        known = to_tensor(tensor.shape.rank)
    return graph.as_symbolic(None, known, name or "Rank")


def _constant(
    graph: Graph,
    call: Callable[..., Any],
    value: Any,
    dtype: Any = None,
    shape: Any = None,
    name: str | None = "Const",
) -> Any:
    """`tf.constant`, which takes no symbolic tensor here, and no tensor in a sequence."""
    found = _tensor_in(value)
    if found is not None and (found is not value or type(found) is SymbolicTensor):
        if dtype is None:
            raise TypeError("Expected any non-tensor type, but got a tensor instead.")
        kind = type(found).__name__
        raise TypeError(f"Expected {as_dtype(dtype).name}, but got {found} of type '{kind}'.")
    return call(value, dtype, shape, name)


def _tensor_in(value: Any) -> EagerTensor | None:
    """The first tensor in a value; None if there is none."""
    if isinstance(value, (list, tuple)):
        return next((x for x in map(_tensor_in, value) if x is not None), None)
    return value if isinstance(value, EagerTensor) else None


def _make_constant(
    default_name: str, graph: Graph, call: Callable[..., Any], /, *args: Any, **kwargs: Any
) -> Any:
    name = kwargs.get("name") or default_name
    result = _called_if_known(graph, call, args, kwargs)
    if result is not _UNKNOWN:
        return graph.as_symbolic(None, result, name)
    arguments, inputs = graph.lift((args, kwargs))
    return graph.add_node(OpNode("Fill", call, arguments, inputs), name)


def _convert(graph: Graph, call: Callable[..., Any], /, value: Any, *args: Any, **kw: Any) -> Any:
    tensor = call(value, *args, **kw)
    if type(tensor) is EagerTensor and tensor is not value and type(value) not in operand_readers:
        graph.note_constant(tensor)
    return tensor


def _call_in_scope(
    scope: str, graph: Graph, call: Callable[..., Any], /, *args: Any, **kwargs: Any
) -> Any:
    with name_scope(kwargs.get("name") or scope):
        return call(*args, **kwargs)


def _like(
    make: Callable[..., EagerTensor],
    graph: Graph,
    call: Callable[..., Any],
    input: Any,
    dtype: Any = None,
    name: Any = None,
    layout: Any = None,
) -> Any:
    """A constant, which depends on nothing, where the shape is known."""
    if holds_composite((input,)) or layout is not None:
        return call(input, dtype, name, layout)
    tensor = to_tensor(input)
    target = tensor.dtype if dtype is None else as_dtype(dtype)
    if not tensor.shape.is_fully_defined() or target.torch is None:
        return call(tensor, dtype, name, layout)
    with running():
        constant = make(tensor.shape, target)
    return graph.as_symbolic(None, constant, name or call.__name__)


def _compare(is_equality: bool, graph: Graph, call: Callable[..., Any], x: Any, y: Any) -> Any:
    """`==` and `!=`: in TensorFlow 1's graphs they tell whether both are the same object."""
    return call(x, y) if executing_eagerly_outside_functions() else (x is y) is is_equality


def _cond(graph: Graph, call: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    bound = inspect.signature(call).bind(*args, **kwargs).arguments
    pred = bound.get("pred")
    true_fn, false_fn = bound.get("true_fn"), bound.get("false_fn")
    if isinstance(pred, bool):
        raise TypeError("pred must not be a Python bool", pred)
    is_symbolic = isinstance(pred, EagerTensor) or type(pred) in operand_readers
    if not is_symbolic or not (callable(true_fn) and callable(false_fn)):
        return call(*args, **kwargs)
    return cond(pred, true_fn, false_fn, bound.get("name"))


def _range(
    graph: Graph,
    call: Callable[..., Any],
    start: Any,
    limit: Any = None,
    delta: Any = 1,
    dtype: Any = None,
    name: str | None = "range",
) -> Any:
    """`tf.range`, whose result is symbolic even if all bounds are Python's."""
    if limit is None:
        start, limit = 0, start
    prefix = graph.unique_name(name or "range", mark_as_used=False)
    bounds = [
        graph.as_symbolic(None, to_tensor(bound), f"{prefix}/{label}/")
        if type(bound) is int
        else bound
        for bound, label in ((start, "start"), (limit, "limit"), (delta, "delta"))
    ]
    return call(*bounds, dtype, name)


def _while_loop(graph: Graph, call: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    return add_loop(*args, **kwargs)
