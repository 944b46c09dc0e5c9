"""Assertions in graphs: `Assert` operations, whose errors show data as TensorFlow's kernel does.

A comparison of values that are known while tracing is checked then.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from .._core.recording.execution_context import name_scope
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._ops.debugging import assertions
from .._ops.debugging.messages import message_prefix
from .._ops.math import comparison
from .._ops.math.arithmetic import add, multiply, subtract
from .._ops.math.reductions import reduce_all
from ..errors import InvalidArgumentError
from .graph import Graph
from .nodes import EffectNode
from .operation import Operation
from .symbolic_tensor import SymbolicTensor
from .trace_rules import trace_function

# Comparisons of all elements: how errors show them, the operation, and NumPy's for known values.
_COMPARISONS: dict[Any, tuple[str, Callable[..., Any], Callable[..., Any]]] = {
    assertions.assert_equal: ("==", comparison.equal, np.equal),
    assertions.assert_none_equal: ("!=", comparison.not_equal, np.not_equal),
    assertions.assert_less: ("<", comparison.less, np.less),
    assertions.assert_less_equal: ("<=", comparison.less_equal, np.less_equal),
    assertions.assert_greater: (">", comparison.greater, np.greater),
    assertions.assert_greater_equal: (">=", comparison.greater_equal, np.greater_equal),
}

# Comparisons with zero: how errors show them, the function that compares, whether zero is first.
_WITH_ZERO: dict[Any, tuple[str, Any, bool]] = {
    assertions.assert_positive: (">", assertions.assert_less, True),
    assertions.assert_negative: ("<", assertions.assert_less, False),
    assertions.assert_non_negative: (">=", assertions.assert_less_equal, True),
    assertions.assert_non_positive: ("<=", assertions.assert_less_equal, False),
}


def install() -> None:
    """Gives assertions their rules for graphs."""
    trace_function(assertions.Assert, _assert)
    for function in _COMPARISONS:
        trace_function(function, partial(_compare, function))
    for function in _WITH_ZERO:
        trace_function(function, partial(_compare_with_zero, function))
    trace_function(assertions.assert_near, _near)


def functions() -> set[Any]:
    """The functions with rules."""
    return {assertions.Assert, assertions.assert_near, *_COMPARISONS, *_WITH_ZERO}


def _assert(
    graph: Graph,
    call: Callable[..., Any],
    condition: Any,
    data: Any,
    summarize: Any = None,
    name: str | None = None,
) -> Operation | None:
    with name_scope(name or "Assert"):
        tensors = [graph.as_symbolic(x, to_tensor(x), "data") for x in data]
        # TensorFlow puts data that is costly to copy behind a conditional.
        is_cheap = all(x.dtype.name in ("string", "int32") for x in tensors)
        check = partial(_check, 3 if summarize is None else summarize)
        arguments, inputs = graph.lift(((to_tensor(condition), *tensors), {}))
        node = EffectNode("Assert", check, arguments, inputs, has_results=False)
        graph.add_node(node, "Assert" if is_cheap else "AssertGuard/Assert")
    return node.operation


_call: Any = assertions.Assert


def _check(summarize: int, condition: EagerTensor, *data: EagerTensor) -> None:
    if not bool(condition):
        shown = " ".join(f"[{_summary(x.numpy(), summarize)}]" for x in data)
        raise InvalidArgumentError(None, None, f"assertion failed: {shown}")


def _summary(value: Any, limit: int) -> str:
    """The first `limit` elements of a value."""
    array = np.asarray(value)
    texts = [_element(x, array.dtype) for x in array.reshape(-1)[: limit if limit >= 0 else None]]
    shown = iter(texts)
    remaining = len(texts)

    def rows(shape: Sequence[int]) -> str:
        nonlocal remaining
        if len(shape) <= 1:
            count = min(shape[0] if shape else 1, remaining)
            remaining -= count
            text = " ".join(next(shown) for _ in range(count))
            is_cut = bool(shape) and count < shape[0] and array.ndim > 1
            return f"{text}..." if is_cut else text
        return "".join(f"[{rows(shape[1:])}]" for _ in range(shape[0]) if remaining)

    return rows(array.shape) + ("..." if array.size > len(texts) else "")


def _element(value: Any, dtype: Any) -> str:
    if isinstance(value, (bytes, str)):
        string = value.encode() if isinstance(value, str) else value
        return string.decode("latin-1").translate(_ESCAPES)
    if dtype.kind == "c":
        return "?"
    if dtype.kind in "biu":
        return str(int(value))
    single = dtype.name != "float64"
    text = f"{float(value):.{6 if single else 15}g}"
    if np.isfinite(value) and (np.float32 if single else np.float64)(text) != value:
        text = f"{float(value):.{9 if single else 17}g}"
    return text


_ESCAPES = str.maketrans({'"': '\\"', "'": "\\'", "\\": "\\\\", "\n": "\\n", "\t": "\\t"})


def _compare(
    function: Any, graph: Graph, call: Callable[..., Any], /, *args: Any, **kwargs: Any
) -> Operation | None:
    given = inspect.signature(call).bind(*args, **kwargs)
    given.apply_defaults()
    options = given.arguments
    x, y, message = options["x"], options["y"], options["message"]
    if function is assertions.assert_equal and x is y:
        return None
    symbol = _COMPARISONS[function][0]
    if function is assertions.assert_equal:
        graph.unique_name(options["name"] or function.__name__)  # TensorFlow's takes two names
    with name_scope(options["name"] or function.__name__):
        x, y = graph.as_symbolic(x, to_tensor(x), "x"), graph.as_symbolic(y, to_tensor(y), "y")
        data = [] if message is None else [message]
        data.append(f"Condition x {symbol} y did not hold element-wise:")
        data += [f"x ({_name(x)}) = ", x, f"y ({_name(y)}) = ", y]
        return _add(graph, function, x, y, data, options["summarize"])


def _compare_with_zero(
    function: Any,
    graph: Graph,
    call: Callable[..., Any],
    x: Any,
    message: Any = None,
    summarize: Any = None,
    name: str | None = None,
) -> Operation | None:
    symbol, comparing, zero_first = _WITH_ZERO[function]
    headline = f"Condition x {symbol} 0 did not hold element-wise:"
    with name_scope(name or function.__name__):
        x = graph.as_symbolic(x, to_tensor(x), "x")
        data = [message_prefix(message), headline, f"x ({_name(x)}) = ", x]
        if symbol == "<=":  # one of TensorFlow's four messages is in two parts only
            data[1:3] = [headline + data[2]]
        zero = to_tensor(0, x.dtype)
        left, right = (zero, x) if zero_first else (x, zero)
        with name_scope(comparing.__name__):
            return _add(graph, comparing, left, right, data, summarize)


def _near(
    graph: Graph,
    call: Callable[..., Any],
    x: Any,
    y: Any,
    rtol: Any = None,
    atol: Any = None,
    message: Any = None,
    summarize: Any = None,
    name: str | None = None,
) -> Operation | None:
    with name_scope(name or "assert_near"):
        x = graph.as_symbolic(x, to_tensor(x), "x")
        y = graph.as_symbolic(y, to_tensor(y, x.dtype), "y")
        dtype = x.dtype.real_dtype if x.dtype.is_complex else x.dtype
        default = 10 * np.finfo(dtype.as_numpy_dtype).eps
        rtol, atol = (
            graph.as_symbolic(None, to_tensor(default if given is None else given, dtype), label)
            for given, label in ((rtol, "rtol"), (atol, "atol"))
        )
        limit = add(atol, multiply(rtol, abs(y)))
        holds = reduce_all(comparison.less(abs(subtract(x, y)), limit))
        headline = f"x and y not equal to tolerance rtol = {rtol}, atol = {atol}"
        data = [message_prefix(message), headline]
        data += [f"x ({_name(x)}) = ", x, f"y ({_name(y)}) = ", y]
        result: Any = _call(holds, data, summarize)
    return result


def _add(
    graph: Graph, function: Any, x: Any, y: Any, data: list[Any], summarize: Any
) -> Operation | None:
    """Adds an assertion about all elements, unless the values are known."""
    _, operation, numpy_operation = _COMPARISONS[function]
    known: list[Any] = [z.known_value() if type(z) is SymbolicTensor else z for z in (x, y)]
    if all(z is not None for z in known):
        if not np.all(numpy_operation(known[0].numpy(), known[1].numpy())):
            shown: list[Any] = [
                z.known_value() if type(z) is SymbolicTensor else None for z in data
            ]
            lines = [
                str(z) if value is None else str(value.numpy())
                for z, value in zip(data, shown, strict=True)
            ]
            raise InvalidArgumentError(None, None, "\n".join(lines))
        return None
    result: Any = _call(reduce_all(operation(x, y)), data, summarize)
    return result


def _name(x: Any) -> str:
    return x.name if type(x) is SymbolicTensor else "Const:0"
