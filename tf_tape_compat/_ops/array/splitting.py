"""Tensors taken apart: `tf.split` and `tf.unstack`."""

from __future__ import annotations

import numbers as abstract
from typing import Any

from ..._core.op.op import op
from ..._core.tensor.convert import INT32, operand_readers, to_tensor
from ..._core.tensor.tensor import EagerTensor
from .._support.arguments import brackets, index_array, invalid_argument, op_error, scalar
from .._support.string_arrays import moves_elements


@op("Unpack", "value")
@moves_elements
def _unpack(value: Any, axis: int) -> Any:
    return list(value.unbind(axis))


def unstack(value: Any, num: Any = None, axis: Any = 0, name: str | None = "unstack") -> list[Any]:
    """The slices of `value` along `axis`, as a list. Implements `tf.unstack`.

    Raises ValueError for an axis out of range, InvalidArgumentError if there are not `num`
    slices.
    """
    reader = operand_readers.get(type(value), to_tensor)
    tensor = reader(value)
    sizes = tensor._t.shape
    rank = len(sizes)
    if not -rank <= axis < rank:
        raise ValueError(f"Argument `axis` = {axis} not in range [{-rank}, {rank})")
    if num is not None and num != sizes[axis]:
        raise op_error(
            "Unpack",
            f"Input shape axis {axis % rank} must equal {num}, got shape {brackets(sizes)}",
            name,
            f"_num_{num}",
        )
    return _unpack(tensor, axis)


@op("Split", "value:T")
@moves_elements
def _split(value: Any, count: int, axis: int, name: Any = None) -> Any:
    size = value.shape[_check_split_axis(axis, value.ndim, "Split", count)]
    if size % count:
        raise invalid_argument(
            "Number of ways to split should evenly divide the split dimension, but got split_dim "
            f"{axis % value.ndim} (size = {size}) and num_split {count}",
            "Split",
            f"_num_split_{count}",
        )
    return list(value.split([size // count] * count, axis))


def _check_split_axis(axis: int, rank: int, operation: str, count: int) -> int:
    if not -rank <= axis < rank:
        raise invalid_argument(
            f"-input rank(-{rank}) <= split_dim < input rank ({rank}), but got {axis}",
            operation,
            f"_num_split_{count}",
        )
    return axis


@op("SplitV", "value:T")
@moves_elements
def _split_sizes(value: Any, sizes: tuple[int, ...], axis: int, name: Any = None) -> Any:
    wrapped = f"_num_split_{len(sizes)}"
    total = value.shape[_check_split_axis(axis, value.ndim, "SplitV", len(sizes))]
    if sizes.count(-1) > 1:
        raise invalid_argument("There can only be one -1 in the input.")
    specified = sum(size for size in sizes if size != -1)
    if len(sizes) == 1 and sizes[0] != total:
        raise invalid_argument(
            "If there is only one output, it must have the same size as the input. Input size: "
            f"{total} output size: {sizes[0]}",
            "SplitV",
            wrapped,
        )
    for index, size in enumerate(sizes):
        if size < -1:
            message = f"Split size at index {index} must be >= 0. Got: {size}"
            raise invalid_argument(message, "SplitV", wrapped)
    if specified > total or (specified != total and (-1 not in sizes or len(sizes) == 1)):
        raise invalid_argument(
            "Determined shape must either match input shape along split_dim exactly if fully "
            "specified, or be less than the size of the input along split_dim if not fully "
            f"specified.  Got: {specified}",
            "SplitV",
            wrapped,
        )
    return list(value.split([total - specified if size == -1 else size for size in sizes], axis))


def split(
    value: Any, num_or_size_splits: Any, axis: Any = 0, num: Any = None, name: str | None = "split"
) -> list[Any]:
    """`value` divided along `axis` into a list of tensors. Implements `tf.split`.

    Args:
      value: A tensor.
      num_or_size_splits: The number of equal parts, or a vector of sizes, one of which may be -1
        for the remaining elements.
      axis: The dimension to divide.
      num: No effect.

    Raises InvalidArgumentError if the sizes do not fit.
    """
    if type(axis) is not int:
        axis = scalar(axis, "split_dim", "Split")
    if isinstance(num_or_size_splits, abstract.Integral):
        count = int(num_or_size_splits)
        if count < 1:
            raise invalid_argument(
                f"Value for attr 'num_split' of {count} must be at least minimum 1\n\t; NodeDef: "
                "{{node Split}} [Op:Split] name: "
            )
        return _split(value, count, axis, name)
    sizes = num_or_size_splits
    if not isinstance(sizes, EagerTensor):
        sizes = to_tensor(sizes, None, INT32)
    if sizes._t.ndim == 0:
        raise ValueError(
            "Rank-0 tensors are not supported as the num_or_size_splits argument to split. "
            f"Argument provided: {num_or_size_splits}"
        )
    split_sizes = index_array(sizes, "Tlen", "SplitV")
    if split_sizes.ndim > 1 or not split_sizes.size:
        raise op_error("SplitV", f"size_splits must be a vector, got {brackets(split_sizes.shape)}")
    return _split_sizes(value, tuple(split_sizes.tolist()), axis, name)
