"""Python's built-in functions on tensors and datasets."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

from ..._core.types.dtype import as_dtype
from ..._ops.array import ranges
from ..._ops.array.gathering import gather
from ..._ops.array.shaping import shape as tf_shape
from ..._ops.control.map_fn import map_fn
from ..._ops.control.tensor_array import TensorArray
from ..._ops.math.casting import cast
from ..._ops.math.elementwise import abs as tf_abs
from ..._ops.math.elementwise import maximum
from ..._ops.math.sorting import argsort, sort
from ..._ops.strings.numbers import to_number
from .tensors import is_tensor

_FLOAT32, _INT32, _STRING = map(as_dtype, ("float32", "int32", "string"))
_UNSPECIFIED: Any = object()


def _overload(name: str, *values: Any) -> Callable[..., Any] | None:
    """What `name` calls if all values are of one class that has its own, such as a dataset."""
    tables = {getattr(value, "_builtins_in_graph", None) for value in values}
    table = tables.pop() if len(tables) == 1 else None
    overload: Callable[..., Any] | None = None if table is None else table().get(name)
    return overload


def _dispatching(
    function: Callable[..., Any], first: int = 0, end: int | None = None
) -> Callable[..., Any]:
    """`function`, or what the class of its arguments from `first` to `end` has in its place."""
    name = function.__name__

    def call(*args: Any, **kwargs: Any) -> Any:
        deciding = args[first:end]
        overload = _overload(name, *deciding) if deciding else None
        return (overload or function)(*args, **kwargs)

    call.__name__ = f"{name}_"
    return call


def abs_(x: Any) -> Any:
    """`abs(x)`."""
    return tf_abs(x) if is_tensor(x) else builtins.abs(x)


def float_(x: Any = 0) -> Any:
    """`float(x)`; of a tensor, a cast or the number that a string contains."""
    if not is_tensor(x):
        return builtins.float(x)
    return to_number(x, _FLOAT32) if x.dtype is _STRING else cast(x, _FLOAT32)


def int_(x: Any = 0, base: Any = _UNSPECIFIED) -> Any:
    """`int(x)`; of a tensor, a cast or the number that a string contains."""
    if not is_tensor(x):
        return builtins.int(x) if base is _UNSPECIFIED else builtins.int(x, base)
    if base not in (10, _UNSPECIFIED):
        raise NotImplementedError(f"base {base} not supported for int")
    return to_number(x, _INT32) if x.dtype is _STRING else cast(x, _INT32)


def len_(x: Any) -> Any:
    """`len(x)`; of a tensor, its first size, which is a tensor if it is not known statically."""
    overload = _overload("len", x)
    if overload is not None:
        return overload(x)
    if isinstance(x, TensorArray):
        return x.size()
    if not is_tensor(x):
        return builtins.len(x)
    sizes = x.shape
    if sizes.rank and sizes[0] is not None:
        return sizes[0]
    if sizes.rank == 0:
        raise ValueError(f"len requires a non-scalar tensor, got one of shape {tf_shape(x)}")
    return tf_shape(x)[0]  # type: ignore[index]


def print_(*objects: Any, **kwargs: Any) -> None:
    """`print(...)`; with a tensor of a graph among the objects, Python prints while tracing."""
    unknown = tuple(set(kwargs) - {"sep", "end", "file", "flush"})
    if unknown:
        raise ValueError(f"invalid keyword arguments: {unknown}")
    builtins.print(*objects, **kwargs)


def range_(start_or_stop: Any, stop: Any = _UNSPECIFIED, step: Any = _UNSPECIFIED) -> Any:
    """`range(...)`; with a tensor among the bounds, `tf.range`, which may be empty."""
    given = [x for x in (start_or_stop, stop, step) if x is not _UNSPECIFIED]
    if not any(map(is_tensor, given)):
        return builtins.range(*given)
    if step is not _UNSPECIFIED:
        return ranges.range(start_or_stop, stop, step)
    if stop is not _UNSPECIFIED:
        return ranges.range(start_or_stop, maximum(start_or_stop, stop))
    return ranges.range(maximum(start_or_stop, 0))


BY_BUILTIN: dict[Any, Callable[..., Any]] = {
    abs: abs_,
    float: float_,
    int: int_,
    len: len_,
    print: print_,
    range: range_,
    **{f: _dispatching(f) for f in (zip, any, all, sorted, next)},
    enumerate: _dispatching(enumerate, 0, 1),
    **{f: _dispatching(f, 1) for f in (map, filter)},
}


def sorted_(iterable: Any, **options: Any) -> Any:
    """`sorted(iterable)`; of a vector, a vector. Raises ValueError for tensors of other ranks."""
    if not is_tensor(iterable):
        return _sorted_by_type(iterable, **options)
    key = options.get("key")
    keys = iterable if key is None else map_fn(key, iterable)
    if keys.shape.rank != 1:
        raise ValueError("sort only supports only 1D tensors")
    direction = "DESCENDING" if options.get("reverse") else "ASCENDING"
    if key is None:
        return sort(keys, direction=direction)
    return gather(iterable, argsort(keys, direction=direction))


_sorted_by_type = _dispatching(sorted)
BY_BUILTIN[sorted] = sorted_

BY_NAME = {f"{builtin.__name__}_": overload for builtin, overload in BY_BUILTIN.items()}


def overload_of(function: Any) -> Any:
    """What a call of a built-in function calls in converted code."""
    try:
        return BY_BUILTIN.get(function, function)
    except TypeError:  # not hashable
        return function
