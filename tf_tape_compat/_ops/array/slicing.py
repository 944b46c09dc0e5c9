"""Rectangular parts of tensors: the kernels of indexing, `tf.slice` and `tf.strided_slice`.

A key goes to torch unchanged where torch gives it the same meaning: integers, None, Ellipsis and
forward slices. `plan_key` converts everything else (backward slices, and tensors and NumPy numbers
as bounds) to that form first.
"""

from __future__ import annotations

import numbers as abstract
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.op.op_convert import ArgumentConverter
from ..._core.op.op_def import OpDef
from ..._core.tensor.convert import operand_readers, to_tensor
from ..._core.tensor.host_values import to_numpy
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dimension import Dimension
from ..._core.types.dtype import as_dtype
from ...errors import InvalidArgumentError
from .._support.arguments import brackets, invalid_argument, op_error
from .._support.string_arrays import moves_bits, moves_elements
from .creation import ones_like

_BOUND = frozenset((int, type(None)))
_INDEX_TYPES = frozenset(map(as_dtype, ("int16", "int32", "int64")))

KeyPlan = tuple[tuple[Any, ...], tuple[int, ...]]


def is_torch_index(item: Any) -> bool:
    """Whether an item of a key means the same to torch as to TensorFlow."""
    cls = type(item)
    if cls is builtin_slice:
        step = item.step
        return (
            type(item.start) in _BOUND
            and type(item.stop) in _BOUND
            and (step is None or (type(step) is int and step > 0))
        )
    return cls is int or item is None or item is Ellipsis


builtin_slice = slice  # tf.slice takes the name below


def plan_key(items: Any, shape: Any) -> KeyPlan:
    """The key in torch's form, and the dimensions of the result to reverse afterwards."""
    items = [_python_item(item) for item in items]
    rank = len(shape)
    _check_key(items, shape)
    indexed = sum(1 for item in items if item is not None and item is not Ellipsis)
    key: list[Any] = []
    flips: list[int] = []
    dim = out_dim = 0
    for item in items:
        if item is Ellipsis:
            skipped = rank - indexed
            dim, out_dim = dim + skipped, out_dim + skipped
        elif item is None:
            out_dim += 1
        elif isinstance(item, int):
            dim += 1
        else:
            if item.step is not None and item.step < 0:
                positions = range(*item.indices(shape[dim]))
                step = -item.step
                bounds = (positions[-1], positions[0] + 1) if positions else (0, 0)
                item = builtin_slice(*bounds, step)
                flips.append(out_dim)
            dim, out_dim = dim + 1, out_dim + 1
        key.append(item)
    return tuple(key), tuple(flips)


def _check_key(items: list[Any], shape: Any) -> None:
    """Raises TensorFlow's error if a key does not fit the shape."""
    if items.count(Ellipsis) > 1:
        raise invalid_argument("Multiple ellipses in slice spec not allowed")
    for position, item in enumerate(items):
        if isinstance(item, builtin_slice) and item.step == 0:
            raise invalid_argument(f"strides[{position}] must be non-zero")
    indexed = [item for item in items if item is not None and item is not Ellipsis]
    rank = len(shape)
    if indexed and not rank:
        raise invalid_argument("Attempting to slice scalar input.")
    if len(indexed) > rank:
        raise invalid_argument(
            f"Index out of range using input dim {rank}; input has only {rank} dims"
        )
    dim = 0
    for item in items:
        if item is Ellipsis:
            dim += rank - len(indexed)
        elif item is not None:
            size = shape[dim]
            if isinstance(item, int) and not -size <= item < size:
                index = item + size if item < 0 else item
                raise invalid_argument(f"slice index {index} of dimension {dim} out of bounds.")
            dim += 1


def _python_item(item: Any) -> Any:
    if item is None or item is Ellipsis or type(item) is int:
        return item
    if isinstance(item, builtin_slice):
        return builtin_slice(
            *(None if n is None else _to_index(n) for n in (item.start, item.stop, item.step))
        )
    return _to_index(item)


def _to_index(item: Any) -> int:
    """An index or bound as an int. Raises TypeError for other values."""
    if isinstance(item, abstract.Integral):
        index = int(item)
        if not -(2**63) <= index < 2**63:
            raise ValueError("Can't convert Python sequence with out-of-range integer to Tensor.")
        return index
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
        raise invalid_argument(
            "Expected begin, end, and strides to be 1D equal size tensors, but got "
            f"shapes {brackets((1, *array.shape))}, {brackets((1, *array.shape))}, and [1] instead."
        )
    return int(array)


def _index_payload(payload: Any, key: Any) -> Any:
    """The part of a payload at a key in torch's form."""
    if isinstance(payload, np.ndarray):
        selected = payload[key]
        if isinstance(selected, np.ndarray):
            return selected
        scalar = np.empty((), object)
        scalar[()] = selected
        return scalar
    return payload[key]


@op("StridedSlice", "input")
def slice_by_torch_key(input: Any, key: Any) -> Any:
    """The part of `input` at a key in torch's form."""
    try:
        result = _index_payload(input, key)
    except IndexError:
        items = key if type(key) is tuple else (key,)
        try:
            _check_key(list(items), input.shape)
        except InvalidArgumentError as error:
            raise op_error("StridedSlice", error.message, "strided_slice/") from None
        raise
    if result.shape == input.shape and isinstance(result, torch.Tensor):
        return input.view_as(input)  # a view: for the tensor itself, gradients might be slices
    return result


@op("StridedSlice", "input")
def slice_by_plan(input: Any, key: tuple[Any, ...], flips: tuple[int, ...]) -> Any:
    """The part of `input` at a key in torch's form, with some dimensions reversed."""
    result = _index_payload(input, key)
    if flips:
        return np.flip(result, flips) if isinstance(result, np.ndarray) else _flip(result, flips)
    if result.shape == input.shape and isinstance(result, torch.Tensor):
        return input.view_as(input)  # as above
    return result


@moves_bits
def _flip(payload: torch.Tensor, dims: tuple[int, ...]) -> torch.Tensor:
    return payload.flip(dims)


def slice_by_key(tensor: EagerTensor, items: Any) -> EagerTensor:
    """The part of a tensor at the items of any key."""
    try:
        key, flips = plan_key(items, tuple(tensor._t.shape))
    except InvalidArgumentError as error:
        if "[Op:" in error.message:
            raise
        raise op_error("StridedSlice", error.message, "strided_slice/") from None
    return slice_by_plan(tensor, key, flips)


@op("Slice", "input_:T")
@moves_elements
def _slice(input_: Any, begin: list[int], size: list[int]) -> Any:
    key = []
    for axis, (start, count) in enumerate(zip(begin, size, strict=True)):
        total = input_.shape[axis]
        if not 0 <= start <= total:
            raise invalid_argument(f"Expected begin[{axis}] in [0, {total}], but got {start}")
        if count == -1:
            count = total - start
        if not 0 <= count <= total - start:
            raise invalid_argument(
                f"Expected size[{axis}] in [0, {total - start}], but got {count}"
            )
        key.append(builtin_slice(start, start + count))
    result = input_[tuple(key)]
    return input_.view_as(input_) if result.shape == input_.shape else result


class _BoundsDefinition(OpDef):
    """The operands after the tensor that is sliced; errors count that tensor too."""

    def mismatch(self, position: int, expected: Any, actual: Any) -> Exception:
        return super().mismatch(position + 1, expected, actual)


@lru_cache
def _bounds_converter(operation: str, names: str) -> Callable[..., list[Any]]:
    """A function that converts the bounds of an operation to arrays of one integer dtype."""
    converter = ArgumentConverter(_BoundsDefinition(operation, names))

    def arrays(*bounds: Any) -> list[Any]:
        return [to_numpy(payload) for payload in converter.prepare(bounds)[1]]

    return arrays


def slice(input_: Any, begin: Any, size: Any, name: str | None = None) -> Any:
    """The `size[i]` elements from `begin[i]` on along each dimension i. Implements `tf.slice`.

    A size of -1 means all remaining elements. Raises InvalidArgumentError if the slice reaches
    outside of the tensor.
    """
    read = operand_readers.get(type(input_), to_tensor)
    tensor = read(input_)
    begins, counts = _bounds_converter("Slice", "begin:Index size:Index")(begin, size)
    rank = tensor._t.ndim
    if begins.shape != (rank,) or counts.shape != (rank,):
        raise op_error(
            "Slice",
            f"Expected begin and size arguments to be 1-D tensors of size {rank}, but got shapes "
            f"{brackets(begins.shape)} and {brackets(counts.shape)} instead.",
        )
    return _slice(tensor, begins.tolist(), counts.tolist())


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
    """The elements from `begin` to before `end` in steps of `strides` (`tf.strided_slice`).

    Args:
      input_: A tensor.
      begin: The first index of each dimension, a vector.
      end: The index after the last, a vector.
      strides: The steps, ones by default.
      begin_mask: Bit i leaves out the i-th begin.
      end_mask: Bit i leaves out the i-th end.
      ellipsis_mask: Bit i makes the i-th entry an ellipsis.
      new_axis_mask: Bit i makes the i-th entry a new dimension of size 1.
      shrink_axis_mask: Bit i makes the i-th entry a single index.
      var: Not available: NotImplementedError.

    Raises InvalidArgumentError if the bounds do not fit.
    """
    if var is not None:
        raise NotImplementedError(
            "tf.strided_slice: the argument 'var' is not available in tf_tape_compat; write "
            "variable[...].assign(value)"
        )
    if strides is None:
        strides = ones_like(begin)
    arrays = _bounds_converter("StridedSlice", "begin:Index end:Index strides:Index")(
        begin, end, strides
    )
    if any(array.ndim != 1 or array.shape != arrays[0].shape for array in arrays):
        shapes = [brackets(array.shape) for array in arrays]
        raise op_error(
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
                raise op_error("StridedSlice", "only stride 1 allowed on non-range indexing.")
            items.append(start)
        else:
            items.append(
                builtin_slice(
                    None if begin_mask & bit else start, None if end_mask & bit else stop, step
                )
            )
    read = operand_readers.get(type(input_), to_tensor)
    return slice_by_key(read(input_), items)
