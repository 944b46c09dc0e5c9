"""Rectangular parts of tensors: what is between square brackets, tf.slice, tf.strided_slice.

A key goes to torch as it is where torch means the same by it: integers, None, Ellipsis and slices
forwards. Everything else (backward slices, tensors and NumPy numbers as bounds) is put into that
form first, by `plan_key`.
"""

from __future__ import annotations

import numbers as abstract
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.op.op_def import Definition
from ..._core.tensor.convert import operand_readers, to_tensor
from ..._core.tensor.host_values import to_numpy
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dimension import Dimension
from ..._core.types.dtype import as_dtype
from ...errors import InvalidArgumentError
from .._support.arguments import brackets, failure, invalid
from .._support.string_arrays import moves_bits, moves_elements
from .creation import ones_like

_BOUND = frozenset((int, type(None)))
_INDEX_TYPES = frozenset(map(as_dtype, ("int16", "int32", "int64")))

Plan = tuple[tuple[Any, ...], tuple[int, ...]]


def is_torch_index(item: Any) -> bool:
    """Whether an item of a key means to torch what it means to TensorFlow."""
    kind = type(item)
    if kind is builtin_slice:
        step = item.step
        return (
            type(item.start) in _BOUND
            and type(item.stop) in _BOUND
            and (step is None or (type(step) is int and step > 0))
        )
    return kind is int or item is None or item is Ellipsis


builtin_slice = slice  # the name is tf.slice further down


def plan_key(items: Any, shape: Any) -> Plan:
    """A key's items as torch takes them, and the dimensions of the result to be reversed then."""
    items = [_plain_item(item) for item in items]
    rank = len(shape)
    _check(items, shape)
    used = sum(1 for item in items if item is not None and item is not Ellipsis)
    key: list[Any] = []
    flips: list[int] = []
    dim = out = 0
    for item in items:
        if item is Ellipsis:
            skipped = rank - used
            dim, out = dim + skipped, out + skipped
        elif item is None:
            out += 1
        elif isinstance(item, int):
            dim += 1
        else:
            if item.step is not None and item.step < 0:
                found = range(*item.indices(shape[dim]))
                step = -item.step
                ends = (found[-1], found[0] + 1) if found else (0, 0)
                item = builtin_slice(*ends, step)
                flips.append(out)
            dim, out = dim + 1, out + 1
        key.append(item)
    return tuple(key), tuple(flips)


def _check(items: list[Any], shape: Any) -> None:
    """Raises TensorFlow's error for a key that does not fit the shape."""
    if items.count(Ellipsis) > 1:
        raise invalid("Multiple ellipses in slice spec not allowed")
    for position, item in enumerate(items):
        if isinstance(item, builtin_slice) and item.step == 0:
            raise invalid(f"strides[{position}] must be non-zero")
    used = [item for item in items if item is not None and item is not Ellipsis]
    rank = len(shape)
    if used and not rank:
        raise invalid("Attempting to slice scalar input.")
    if len(used) > rank:
        raise invalid(f"Index out of range using input dim {rank}; input has only {rank} dims")
    dim = 0
    for item in items:
        if item is Ellipsis:
            dim += rank - len(used)
        elif item is not None:
            size = shape[dim]
            if isinstance(item, int) and not -size <= item < size:
                place = item + size if item < 0 else item
                raise invalid(f"slice index {place} of dimension {dim} out of bounds.")
            dim += 1


def _plain_item(item: Any) -> Any:
    if item is None or item is Ellipsis or type(item) is int:
        return item
    if isinstance(item, builtin_slice):
        return builtin_slice(
            *(None if n is None else _integer(n) for n in (item.start, item.stop, item.step))
        )
    return _integer(item)


def _integer(item: Any) -> int:
    """An index or bound as a Python integer. Raises TypeError for what cannot be one."""
    if isinstance(item, abstract.Integral):
        found = int(item)
        if not -(2**63) <= found < 2**63:
            raise ValueError("Can't convert Python sequence with out-of-range integer to Tensor.")
        return found
    if isinstance(item, Dimension):
        return item.__index__()
    try:
        valid = as_dtype(getattr(item, "dtype", None)) in _INDEX_TYPES and len(item.shape) != 1
    except TypeError:
        valid = False
    if not valid:
        raise TypeError(
            "Only integers, slices (`:`), ellipsis (`...`), tf.newaxis (`None`) and scalar "
            f"tf.int32/tf.int64 tensors are valid indices, got {item!r}"
        )
    read = operand_readers.get(type(item), to_tensor)
    array = to_numpy(read(item)._t)
    if array.ndim:
        raise invalid(
            "Expected begin, end, and strides to be 1D equal size tensors, but got "
            f"shapes {brackets((1, *array.shape))}, {brackets((1, *array.shape))}, and [1] instead."
        )
    return int(array)


def _pick(payload: Any, key: Any) -> Any:
    """The part of a payload at a key that torch understands."""
    if isinstance(payload, np.ndarray):
        found = payload[key]
        if isinstance(found, np.ndarray):
            return found
        single = np.empty((), object)
        single[()] = found
        return single
    return payload[key]


@op("StridedSlice", "input")
def slice_by_torch_key(input: Any, key: Any) -> Any:
    """The part of `input` at a key that torch understands."""
    try:
        found = _pick(input, key)
    except IndexError:
        items = key if type(key) is tuple else (key,)
        _check(list(items), input.shape)
        raise
    if found.shape == input.shape and isinstance(found, torch.Tensor):
        return input.view_as(input)  # not an alias, whose gradients may come as slices
    return found


@op("StridedSlice", "input")
def slice_by_plan(input: Any, key: tuple[Any, ...], flips: tuple[int, ...]) -> Any:
    """The part of `input` at a plan's key, with some dimensions reversed."""
    found = _pick(input, key)
    if flips:
        return np.flip(found, flips) if isinstance(found, np.ndarray) else _flip(found, flips)
    if found.shape == input.shape and isinstance(found, torch.Tensor):
        return input.view_as(input)  # as above
    return found


@moves_bits
def _flip(payload: torch.Tensor, dims: tuple[int, ...]) -> torch.Tensor:
    return payload.flip(dims)


def slice_by_key(tensor: EagerTensor, items: Any) -> EagerTensor:
    """The part of a tensor at the items of a key."""
    try:
        key, flips = plan_key(items, tuple(tensor._t.shape))
    except InvalidArgumentError as error:
        if "[Op:" in error.message:
            raise
        raise failure("StridedSlice", error.message) from None
    return slice_by_plan(tensor, key, flips)


@op("Slice", "input_:T")
@moves_elements
def _rectangle(input_: Any, begin: list[int], size: list[int]) -> Any:
    key = []
    for axis, (start, count) in enumerate(zip(begin, size, strict=True)):
        total = input_.shape[axis]
        if not 0 <= start <= total:
            raise invalid(f"Expected begin[{axis}] in [0, {total}], but got {start}")
        if count == -1:
            count = total - start
        if not 0 <= count <= total - start:
            raise invalid(f"Expected size[{axis}] in [0, {total - start}], but got {count}")
        key.append(builtin_slice(start, start + count))
    found = input_[tuple(key)]
    return input_.view_as(input_) if found.shape == input_.shape else found


class _Bounds(Definition):
    """The operands behind the tensor that is sliced."""

    def mismatch(self, position: int, expected: Any, got: Any) -> Exception:
        return super().mismatch(position + 1, expected, got)


@lru_cache
def _bounds(operation: str, names: str) -> Callable[..., list[Any]]:
    """What converts the bounds of an operation to arrays: integers of one type."""
    definition = _Bounds(operation, names)

    def arrays(*bounds: Any) -> list[Any]:
        return [to_numpy(payload) for payload in definition.prepare(bounds)[1]]

    return arrays


def slice(input_: Any, begin: Any, size: Any, name: str | None = None) -> Any:
    """The `size[i]` elements (-1: all) from `begin[i]` on along each dimension (`tf.slice`).

    Raises InvalidArgumentError if they are not all there.
    """
    read = operand_readers.get(type(input_), to_tensor)
    tensor = read(input_)
    first, counts = _bounds("Slice", "begin:Index size:Index")(begin, size)
    rank = tensor._t.ndim
    if first.shape != (rank,) or counts.shape != (rank,):
        raise failure(
            "Slice",
            f"Expected begin and size arguments to be 1-D tensors of size {rank}, but got shapes "
            f"{brackets(first.shape)} and {brackets(counts.shape)} instead.",
        )
    return _rectangle(tensor, first.tolist(), counts.tolist())


def strided_slice(
    input_: Any,
    begin: Any,
    end: Any,
    strides: Any = None,
    begin_mask: int = 0,
    end_mask: int = 0,
    ellipsis_mask: int = 0,
    new_axis_mask: int = 0,
    shrink_axis_mask: int = 0,
    var: Any = None,
    name: str | None = None,
) -> Any:
    """The elements from `begin` to before `end` by `strides`. Implements `tf.strided_slice`.

    Bit i of a mask says that the i-th bound is left out, or that the i-th entry stands for `...`,
    for a new dimension or for a single index. Raises InvalidArgumentError if they do not fit.
    """
    if var is not None:
        raise NotImplementedError(
            "tf.strided_slice: the argument 'var' is not available in tf_tape_compat; write "
            "variable[...].assign(value)"
        )
    if strides is None:
        strides = ones_like(begin)
    arrays = _bounds("StridedSlice", "begin:Index end:Index strides:Index")(begin, end, strides)
    if any(array.ndim != 1 or array.shape != arrays[0].shape for array in arrays):
        shapes = [brackets(array.shape) for array in arrays]
        raise failure(
            "StridedSlice",
            "Expected begin, end, and strides to be 1D equal size tensors, but got shapes "
            f"{shapes[0]}, {shapes[1]}, and {shapes[2]} instead.",
        )
    items: list[Any] = []
    for position, (start, stop, step) in enumerate(zip(*(a.tolist() for a in arrays), strict=True)):
        bit = 1 << position
        if ellipsis_mask & bit:
            items.append(Ellipsis)
        elif new_axis_mask & bit:
            items.append(None)
        elif shrink_axis_mask & bit:
            if step <= 0:
                raise failure("StridedSlice", "only stride 1 allowed on non-range indexing.")
            items.append(start)
        else:
            items.append(
                builtin_slice(
                    None if begin_mask & bit else start, None if end_mask & bit else stop, step
                )
            )
    read = operand_readers.get(type(input_), to_tensor)
    return slice_by_key(read(input_), items)
