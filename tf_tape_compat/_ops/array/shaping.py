"""The same elements in another shape, and shapes as tensors: reshape, transpose, squeeze, shape."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.tensor.convert import INT32, to_tensor
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import as_dtype
from ..._core.types.shape import TensorShape
from ..._core.variables.indexed_slices import IndexedSlices
from ..._core.variables.variable import Variable
from .._support.arguments import brackets, index_array, index_dtype, int_tuple, invalid_argument
from .._support.string_arrays import moves_elements


@op("Reshape", "tensor")
def reshape(tensor: Any, shape: Any, name: str | None = None) -> Any:
    """The elements of `tensor` in the same order, in another shape. Implements `tf.reshape`.

    One size may be -1, which takes all remaining elements. Raises InvalidArgumentError if the
    shape does not fit.
    """
    sizes = int_tuple(shape, "Tshape", "Reshape", INT32 if isinstance(shape, float) else None)
    if sizes is None:
        array = index_array(shape, "Tshape", "Reshape")
        raise invalid_argument(f"sizes input must be 1-D, not {brackets(array.shape)}")
    if 0 not in sizes:
        try:
            return tensor.reshape(sizes)
        except (RuntimeError, ValueError):
            pass
    return tensor.reshape(_resolved_sizes(tensor.shape, sizes))


def _resolved_sizes(shape: Any, sizes: tuple[int, ...]) -> tuple[int, ...]:
    """The sizes, with -1 replaced. Raises InvalidArgumentError if they do not fit `shape`."""
    count, unknown = math.prod(shape), None
    for position, size in enumerate(sizes):
        if size == -1:
            if unknown is not None:
                raise invalid_argument(
                    f"Only one input size may be -1, not both {unknown} and {position}"
                )
            unknown = position
        elif size < 0:
            raise invalid_argument(f"Size {position} must be non-negative, not {size}")
    message = f"Input to reshape is a tensor with {count} values, but the requested shape"
    if unknown is None:
        requested = math.prod(sizes)
        if requested != count:
            raise invalid_argument(f"{message} has {requested}")
        return sizes
    known_size = math.prod(size for size in sizes if size != -1)
    if known_size == 0:
        if count:
            raise invalid_argument(
                f"Input to reshape is a tensor with {count} values, but the requested shape has 0"
            )
        # Sizes of 0 are ignored on both sides.
        count = math.prod(size for size in shape if size)
        known_size = math.prod(size for size in sizes if size > 0)
    if count % known_size:
        raise invalid_argument(f"{message} requires a multiple of {known_size}")
    return tuple(count // known_size if size == -1 else size for size in sizes)


@op("Transpose", "a")
def transpose(
    a: Any, perm: Any = None, conjugate: bool = False, name: str | None = "transpose"
) -> Any:
    """`a` with its dimensions in the order of `perm`, by default reversed (`tf.transpose`).

    `conjugate` also conjugates complex numbers. Raises InvalidArgumentError if `perm` is not a
    permutation of the dimensions.
    """
    rank = a.ndim
    axes = tuple(range(rank))[::-1] if perm is None else _permutation(perm, rank)
    if isinstance(a, np.ndarray):
        return a.transpose(axes)
    a = a.permute(axes)
    return torch.conj_physical(a) if conjugate and a.is_complex() else a


def _permutation(perm: Any, rank: int) -> tuple[int, ...]:
    axes = int_tuple(perm, "Tperm", "Transpose")
    if axes is None or (len(axes) == 1 and np.ndim(perm) == 0):
        raise invalid_argument(f"perm must be rank 1, got shape {brackets(np.shape(perm))}")
    if len(axes) != rank:
        raise invalid_argument(
            f"transpose expects a vector of size {rank}. But input(1) is a vector of size "
            f"{len(axes)}"
        )
    for axis in axes:
        if not -rank <= axis < rank:
            raise invalid_argument(f"{axis} is out of range [0 .. {rank})")
    permutation = tuple(axis + rank if axis < 0 else axis for axis in axes)
    for axis in range(rank):
        if axis not in permutation:
            raise invalid_argument(f"{axis} is missing from {{{','.join(map(str, axes))}}}.")
    return permutation


@op("ExpandDims", "input")
def expand_dims(input: Any, axis: Any, name: str | None = None) -> Any:
    """`input` with a dimension of size 1 inserted before `axis`. Implements `tf.expand_dims`.

    Raises InvalidArgumentError for an axis out of range.
    """
    if type(axis) is not int:
        array = index_array(axis, "Tdim", "ExpandDims", INT32 if isinstance(axis, float) else None)
        if array.size != 1:
            raise invalid_argument("'dim' must be a tensor with a single value")
        axis = int(array.reshape(()))
    rank = input.ndim
    if not -rank - 1 <= axis <= rank:
        raise invalid_argument(
            f"Tried to expand dim index {axis} for tensor with {rank} dimensions."
        )
    return np.expand_dims(input, axis) if isinstance(input, np.ndarray) else input.unsqueeze(axis)


@op("Squeeze", "input")
def squeeze(input: Any, axis: Any = None, name: str | None = None) -> Any:
    """`input` without the dimensions of size 1 in `axis`, by default all of them (`tf.squeeze`).

    Raises InvalidArgumentError for an axis out of range or of another size.
    """
    rank, sizes = input.ndim, input.shape
    if axis is None:
        axes: list[int] = []
    else:
        items = axis if isinstance(axis, (list, tuple)) else [axis]
        axes = [_int_attribute(item, "squeeze_dims") for item in items]
    for item in axes:
        if not -rank <= item < rank:
            raise invalid_argument(
                f"Tried to squeeze dim index {item} for tensor with {rank} dimensions."
            )
        if sizes[item] != 1:
            raise invalid_argument(
                f"Can not squeeze dim[{item % rank}], expected a dimension of 1, got {sizes[item]}"
            )
    removed = {item % rank for item in axes} if axes else {i for i in range(rank) if sizes[i] == 1}
    return input.reshape([size for i, size in enumerate(sizes) if i not in removed])


def _int_attribute(value: Any, argument: str) -> int:
    """An integer that is an attribute of TensorFlow's operation, which cannot be a tensor."""
    if isinstance(value, (int, np.integer)):
        return int(value)
    raise TypeError(f"Expected int for argument '{argument}' not {value!r}.")


# -- broadcasting -------------------------------------------------------------------------------


@op("BroadcastTo", "input")
@moves_elements
def broadcast_to(input: Any, shape: Any, name: str | None = None) -> Any:
    """`input` repeated along dimensions of size 1 to fill `shape`. Implements `tf.broadcast_to`.

    Raises InvalidArgumentError if the shapes are not compatible.
    """
    sizes = int_tuple(shape, "Tidx", "BroadcastTo")
    if sizes is None:
        array = index_array(shape, "Tidx", "BroadcastTo")
        raise invalid_argument(f"Expected a 1-D shape, got {brackets(array.shape)}")
    input_shape = tuple(input.shape)
    if len(input_shape) > len(sizes):
        raise invalid_argument(
            f"Rank of input ({len(input_shape)}) must be no greater than rank of output shape "
            f"({len(sizes)})."
        )
    added = len(sizes) - len(input_shape)
    if any(size < 0 for size in sizes) or any(
        size not in (1, target) for size, target in zip(input_shape, sizes[added:], strict=True)
    ):
        raise invalid_argument(
            f"Incompatible shapes: {brackets(input_shape)} vs. {brackets(sizes)}"
        )
    return input.expand(sizes)


def broadcast_static_shape(shape_x: Any, shape_y: Any) -> TensorShape:
    """The shape that two `TensorShape`s broadcast to, as far as it is known.

    Implements `tf.broadcast_static_shape`. Raises ValueError if they are not compatible.
    """
    if shape_x.ndims is None or shape_y.ndims is None:
        return TensorShape(None)
    x, y = shape_x.as_list(), shape_y.as_list()
    rank = max(len(x), len(y))
    sizes = []
    for a, b in zip([1] * (rank - len(x)) + x, [1] * (rank - len(y)) + y, strict=True):
        if a is None or b is None:
            size = b if a is None else a
            sizes.append(size if size is not None and size > 1 else None)
        elif a == b or a == 1 or b == 1:
            sizes.append(b if a == 1 else a)
        else:
            raise ValueError(
                f"Incompatible shapes for broadcasting. Two shapes are compatible if for each "
                "dimension pair they are either equal or one of them is 1. "
                f"Received: {shape_x} and {shape_y}."
            )
    return TensorShape(sizes)


def broadcast_dynamic_shape(shape_x: Any, shape_y: Any) -> EagerTensor:
    """The shape that two shapes broadcast to, as a tensor (`tf.broadcast_dynamic_shape`).

    Raises InvalidArgumentError if they are not compatible.
    """
    if isinstance(shape_x, (list, tuple)) and not isinstance(shape_y, EagerTensor):
        shape_x = to_tensor(shape_x, None, INT32)
    return _broadcast_args(shape_x, shape_y)


@op("BroadcastArgs", "s0 s1", unrecorded=True)
def _broadcast_args(s0: Any, s1: Any) -> Any:
    x, y = s0.tolist(), s1.tolist()
    rank = max(len(x), len(y))
    x, y = [1] * (rank - len(x)) + x, [1] * (rank - len(y)) + y
    if any(a != b and 1 not in (a, b) for a, b in zip(x, y, strict=True)):
        raise invalid_argument(
            f"Incompatible shapes: {brackets(s0.tolist())} vs. {brackets(s1.tolist())}"
        )
    sizes = [b if a == 1 else a for a, b in zip(x, y, strict=True)]
    return torch.tensor(sizes, dtype=s0.dtype)


# -- shapes as tensors --------------------------------------------------------------------------


def _shape_of(input: Any) -> tuple[int, ...]:
    """The shape of a tensor, or of a value that becomes one."""
    if isinstance(input, IndexedSlices):
        return tuple(input.shape.as_list())  # type: ignore[arg-type]
    if isinstance(input, Variable) and hasattr(input, "_handle"):
        input._read()  # a tape watches the variable, as in TensorFlow
        return tuple(input._handle.data.shape)
    return tuple(to_tensor(input)._t.shape)


def shape(input: Any, out_type: Any = None, name: str | None = None) -> EagerTensor:
    """The shape of `input` as an int32 tensor, or one of `out_type`. Implements `tf.shape`."""
    return EagerTensor(torch.tensor(_shape_of(input), dtype=index_dtype(out_type, "Shape")))


def shape_n(input: Any, out_type: Any = INT32, name: str | None = None) -> list[EagerTensor]:
    """The shape of each tensor in a list. Implements `tf.shape_n`."""
    return _shape_n(input, index_dtype(out_type, "ShapeN"))


@op("ShapeN", "input*", unrecorded=True)
def _shape_n(input: list[Any], dtype: torch.dtype) -> Any:
    return [torch.tensor(item.shape, dtype=dtype) for item in input]


def size(input: Any, out_type: Any = None, name: str | None = None) -> EagerTensor:
    """The number of elements as an int32 scalar, or one of `out_type`. Implements `tf.size`."""
    dtype = INT32 if out_type is None else as_dtype(out_type)
    return to_tensor(math.prod(_shape_of(input)), dtype)


def rank(input: Any, name: str | None = None) -> EagerTensor:
    """The number of dimensions as an int32 scalar. Implements `tf.rank`."""
    return EagerTensor(torch.tensor(len(_shape_of(input)), dtype=torch.int32))
