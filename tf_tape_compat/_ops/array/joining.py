"""Tensors put together and taken apart: concat, stack, unstack, split, tile, repeat, meshgrid."""

from __future__ import annotations

import numbers as abstract
from typing import Any, NoReturn

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.tensor import convert
from ..._core.tensor.convert import INT32, operand_readers, to_tensor
from ..._core.tensor.tensor import EagerTensor, TrackedTensor
from ..._core.types.dtype import DType, as_dtype
from ...errors import InvalidArgumentError
from .._support.arguments import brackets, failure, index_array, int_array, invalid, numbers, scalar
from .._support.string_arrays import moves, moves_all
from .identity import alias
from .shaping import broadcast_to, reshape

TENSORS = {EagerTensor, TrackedTensor}


def alike(values: Any) -> list[EagerTensor]:
    """Tensors of a list; what is none must take the first tensor's type, or the first value's.

    Raises TypeError where it does not.
    """
    if set(map(type, values)) <= TENSORS:
        return values
    dtype: DType | None = None
    in_order = any(isinstance(value, (list, tuple)) for value in values)
    for value in values:
        if isinstance(value, (EagerTensor, torch.Tensor)) or (
            not in_order and type(value) in operand_readers
        ):
            dtype = as_dtype(value.dtype)
            break
    found = []
    for value in values:
        if in_order:  # as op_def.py has it
            found.append(to_tensor(value, dtype))
            dtype = found[0].dtype
            continue
        reader = operand_readers.get(type(value))
        if isinstance(value, (EagerTensor, torch.Tensor)):
            tensor = to_tensor(value)
        else:
            tensor = reader(value) if reader is not None else to_tensor(value, dtype)
        dtype = dtype or tensor.dtype
        found.append(tensor)
    return found


@op("ConcatV2", "values*")
@moves_all
def _concat(values: list[Any], axis: int) -> Any:
    # torch lets vectors without elements pass whatever the rank of the others.
    if len({value.ndim for value in values}) == 1:
        try:
            return torch.cat(values, axis)
        except (RuntimeError, IndexError) as error:
            raise _no_concat(values, axis) or error from None
    raise _no_concat(values, axis)  # type: ignore[misc]


def _no_concat(values: list[Any], axis: int) -> InvalidArgumentError | None:
    """TensorFlow's error for tensors that cannot be joined."""
    first = tuple(values[0].shape)
    rank = len(first)
    for position, value in enumerate(values):
        if value.ndim == 0:
            return invalid("ConcatOp : Can't concatenate scalars (use tf.stack instead)")
        if value.ndim != rank:
            return invalid(
                "ConcatOp : Ranks of all input tensors should match: "
                f"shape[0] = {brackets(first)} vs. shape[{position}] = {brackets(value.shape)}"
            )
    if not -rank <= axis < rank:
        return invalid(
            f"ConcatOp : Expected concatenating dimensions in the range [{-rank}, {rank}), but got "
            f"{axis}"
        )
    for position, value in enumerate(values):
        for i, (size, own) in enumerate(zip(first, value.shape, strict=True)):
            if size != own and i != axis % rank:
                return invalid(
                    f"ConcatOp : Dimension {i} in both shapes must be equal: "
                    f"shape[0] = {brackets(first)} vs. shape[{position}] = {brackets(value.shape)}"
                )
    return None


def concat(values: Any, axis: Any, name: str | None = "concat") -> Any:
    """Tensors joined along `axis`; answers for `tf.concat`.

    Raises InvalidArgumentError if they differ in type, rank or another size.
    """
    if not isinstance(values, (list, tuple)):
        values = [values]
    if type(axis) is not int:
        axis = scalar(
            axis if isinstance(axis, EagerTensor) else to_tensor(axis, INT32), "axis", "ConcatV2"
        )
    if len(values) == 1:
        return _single(values[0])
    if not values:
        raise failure("ConcatV2", "ConcatOp : Expected at least one tensor")
    return _concat(alike(values), axis)


@op("Identity", "value")
def _single(value: Any) -> Any:
    return alias(value)


def parallel_stack(values: Any, name: str | None = "parallel_stack") -> NoReturn:
    """For graphs only: raises RuntimeError, as `tf.parallel_stack` does in eager execution."""
    raise RuntimeError("tf.parallel_stack() is not compatible with eager execution.")


@op("Pack", "values*")
@moves_all
def _pack(values: list[Any], axis: int) -> Any:
    try:
        return torch.stack(values, axis)
    except RuntimeError:
        first = tuple(values[0].shape)
        for position, value in enumerate(values):
            if tuple(value.shape) != first:
                raise invalid(
                    "Shapes of all inputs must match: "
                    f"values[0].shape = {brackets(first)} != "
                    f"values[{position}].shape = {brackets(value.shape)}"
                ) from None
        raise


def _stacked(parts: list[EagerTensor]) -> EagerTensor:
    return _pack(parts, 0)


convert.stacker = _stacked


def stack(values: Any, axis: Any = 0, name: str | None = "stack") -> Any:
    """Tensors of one shape side by side along a new axis; answers for `tf.stack`.

    Raises ValueError for an axis out of range, InvalidArgumentError if types or shapes differ.
    """
    axis = axis if type(axis) is int else _attribute(axis)
    if axis == 0:
        if isinstance(values, (list, tuple)) and set(map(type, values)) <= TENSORS and values:
            return _pack(values, 0)
        try:
            return to_tensor(values)
        except (TypeError, ValueError):
            pass
    if isinstance(values, np.ndarray):
        raise ValueError("tf.stack takes an array only for axis 0; use tf.transpose")
    values = list(values)
    rank = to_tensor(values[0])._t.ndim + 1
    if not -rank <= axis < rank:
        raise ValueError(f"Argument `axis` = {axis} not in range [{-rank}, {rank})")
    return _pack(alike(values), axis)


def _attribute(axis: Any) -> int:
    if isinstance(axis, np.integer):
        return int(axis)
    raise TypeError(f"Expected int for argument 'axis' not {axis!r}.")


# -- apart --------------------------------------------------------------------------------------


@op("Unpack", "value")
@moves
def _unpack(value: Any, axis: int) -> Any:
    return list(value.unbind(axis))


def unstack(value: Any, num: Any = None, axis: Any = 0, name: str | None = "unstack") -> list[Any]:
    """The slices of `value` along `axis`, as a list; answers for `tf.unstack`.

    Raises ValueError for an axis out of range, InvalidArgumentError if there are not `num`.
    """
    reader = operand_readers.get(type(value), to_tensor)
    tensor = reader(value)
    sizes = tensor._t.shape
    rank = len(sizes)
    if not -rank <= axis < rank:
        raise ValueError(f"Argument `axis` = {axis} not in range [{-rank}, {rank})")
    if num is not None and num != sizes[axis]:
        raise failure(
            "Unpack",
            f"Input shape axis {axis % rank} must equal {num}, got shape {brackets(sizes)}",
        )
    return _unpack(tensor, axis)


@op("Split", "value:T")
@moves
def _split(value: Any, count: int, axis: int) -> Any:
    size = value.shape[_split_axis(axis, value.ndim)]
    if size % count:
        raise invalid(
            "Number of ways to split should evenly divide the split dimension, but got split_dim "
            f"{axis} (size = {size}) and num_split {count}"
        )
    return list(value.split([size // count] * count, axis))


def _split_axis(axis: int, rank: int) -> int:
    if not -rank <= axis < rank:
        raise invalid(f"-input rank(-{rank}) <= split_dim < input rank ({rank}), but got {axis}")
    return axis


@op("SplitV", "value:T")
@moves
def _split_sizes(value: Any, sizes: tuple[int, ...], axis: int) -> Any:
    total = value.shape[_split_axis(axis, value.ndim)]
    if sizes.count(-1) > 1:
        raise invalid("There can only be one -1 in the input.")
    known = sum(size for size in sizes if size != -1)
    if any(size < -1 for size in sizes):
        raise invalid("Split size at index must be >= 0.")
    if known > total or (known != total and (-1 not in sizes or len(sizes) == 1)):
        raise invalid(
            "Determined shape must either match input shape along split_dim exactly if fully "
            "specified, or be less than the size of the input along split_dim if not fully "
            f"specified.  Got: {known}"
        )
    return list(value.split([total - known if size == -1 else size for size in sizes], axis))


def split(
    value: Any, num_or_size_splits: Any, axis: Any = 0, num: Any = None, name: str | None = "split"
) -> list[Any]:
    """`value` cut along `axis` into as many equal parts, or parts of these sizes; for `tf.split`.

    One size may be -1: it is what is left. Raises InvalidArgumentError if the sizes do not fit.
    """
    if type(axis) is not int:
        axis = scalar(axis, "split_dim", "Split")
    if isinstance(num_or_size_splits, abstract.Integral):
        count = int(num_or_size_splits)
        if count < 1:
            raise InvalidArgumentError(
                None,
                None,
                f"Value for attr 'num_split' of {count} must be at least minimum 1\n\t; NodeDef: "
                "{{node Split}} [Op:Split] name: ",
            )
        return _split(value, count, axis)
    sizes = num_or_size_splits
    if not isinstance(sizes, EagerTensor):
        sizes = to_tensor(sizes, None, INT32)
    if sizes._t.ndim == 0:
        raise ValueError(
            "Rank-0 tensors are not supported as the num_or_size_splits argument to split. "
            f"Argument provided: {num_or_size_splits}"
        )
    found = index_array(sizes, "Tlen", "SplitV")
    if found.ndim > 1 or not found.size:
        raise failure("SplitV", f"size_splits must be a vector, got {brackets(found.shape)}")
    return _split_sizes(value, tuple(found.tolist()), axis)


# -- repeated -----------------------------------------------------------------------------------


@op("Tile", "input")
@moves
def tile(input: Any, multiples: Any, name: str | None = None) -> Any:
    """`input` repeated `multiples[i]` times along dimension i; answers for `tf.tile`.

    Raises InvalidArgumentError unless there is a multiple, not negative, for each dimension.
    """
    found = numbers(multiples, "Tmultiples", "Tile")
    if found is None or not isinstance(multiples, (list, tuple)):
        array = index_array(multiples, "Tmultiples", "Tile")
        if array.ndim != 1:
            raise invalid(f"Expected multiples to be 1-D, but got shape {brackets(array.shape)}")
        found = tuple(array.tolist())
    if len(found) != input.ndim:
        raise invalid(
            f"Expected multiples argument to be a vector of length {input.ndim} but got length "
            f"{len(found)}"
        )
    for position, multiple in enumerate(found):
        if multiple < 0:
            raise invalid(f"Expected multiples[{position}] >= 0, but got {multiple}")
    if 0 not in found:
        return input.repeat(found)
    # torch's own gradient of this would not depend on the one that comes in.
    tiled = input.repeat([multiple or 1 for multiple in found])
    for axis, multiple in enumerate(found):
        if multiple == 0:
            tiled = tiled.narrow(axis, 0, 0)
    return tiled


@op("Tile", "input")
@moves
def _repeat(input: Any, repeats: Any, axis: int | None) -> Any:
    if axis is None or not input.ndim:
        input, axis = input.reshape(-1), axis or 0
    if not -input.ndim <= axis < input.ndim:
        raise ValueError(f"axis {axis} is out of bounds for a tensor of rank {input.ndim}")
    size = input.shape[axis]
    if repeats.ndim > 1 or (repeats.size not in (1, size)):
        raise ValueError(
            f"tf.repeat: {brackets(repeats.shape)} repeats do not fit a dimension of size {size}"
        )
    if (repeats < 0).any():
        raise invalid(f"repeats must not be negative, got {repeats.tolist()}")
    if repeats.size == 1:
        return input.repeat_interleave(int(repeats.reshape(())), axis)
    counts = torch.from_numpy(repeats.astype(np.int64)).to(input.device)
    return input.repeat_interleave(counts, axis)


def repeat(input: Any, repeats: Any, axis: Any = None, name: str | None = None) -> Any:
    """Each element along `axis` (or of all, flattened) as often as `repeats` says; for `tf.repeat`.

    `repeats` is one number, or one for each element. Raises ValueError if it does not fit,
    TypeError if it is no integer.
    """
    found = int_array(repeats, "repeats")
    return _repeat(input, found, None if axis is None else scalar(axis, "axis", "Tile"))


def meshgrid(*args: Any, **kwargs: Any) -> list[Any]:
    """The coordinates of a grid, a tensor for each of the vectors `args`; for `tf.meshgrid`.

    Args:
      indexing: "xy" (the first two dimensions swapped) or "ij".
    """
    indexing = kwargs.pop("indexing", "xy")
    kwargs.pop("name", None)
    for key in kwargs:
        raise TypeError(f"'{key}' is an invalid keyword argument for this function")
    if indexing not in ("xy", "ij"):
        raise ValueError(
            f"Argument `indexing` parameter must be either 'xy' or 'ij', got '{indexing}'"
        )
    if any(arg is None for arg in args):
        raise TypeError("tf.meshgrid: a vector is None")
    vectors: list[Any] = [reshape(to_tensor(arg), (-1,)) for arg in args]
    for position, vector in enumerate(vectors):
        if vector.dtype is not vectors[0].dtype:
            # An error, or the common type where operators promote.
            vectors[position] = vector * convert.caster(to_tensor(1), vectors[0].dtype)
    order = list(range(len(vectors)))
    if indexing == "xy" and len(order) > 1:
        order[:2] = 1, 0
    sizes = tuple(vectors[i]._t.shape[0] for i in order)
    return [
        broadcast_to(
            reshape(vector, tuple(-1 if i == order[position] else 1 for i in range(len(order)))),
            sizes,
        )
        for position, vector in enumerate(vectors)
    ]
