"""Conversion between ragged and dense tensors."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from .._core.devices import placement
from .._core.op.op import op
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType, as_dtype
from .._core.types.shape import TensorShape
from .._ops.array.gathering import gather_rows
from .._ops.array.joining import stack
from .._ops.array.masking import boolean_mask, sequence_mask
from .._ops.array.shaping import reshape
from .._ops.math.casting import cast
from .._ops.math.comparison import equal
from .._ops.math.logical import logical_not
from .._ops.math.reductions import reduce_all
from ..errors import InvalidArgumentError
from .row_partition import RowPartition
from .splits import row_ids_from_splits, splits_from_lengths
from .tensor import RaggedTensor, from_row_partition, partitions_of


def from_tensor(
    cls: Any,
    tensor: Any,
    lengths: Any = None,
    padding: Any = None,
    ragged_rank: int = 1,
    name: str | None = None,
    row_splits_dtype: Any = "int64",
) -> RaggedTensor:
    """Converts a dense tensor. Implements `tf.RaggedTensor.from_tensor`.

    Args:
      tensor: a tensor of rank 2 or more.
      lengths: how many values to keep of each row, or a list of such vectors, one for each ragged
        dimension.
      padding: a value to remove from the end of rows.
      ragged_rank: the number of ragged dimensions.
      row_splits_dtype: int32 or int64.

    Raises:
      ValueError: if both `lengths` and `padding` are given, or the rank is too small.
    """
    dtype = as_dtype(row_splits_dtype)
    if lengths is not None and padding is not None:
        raise ValueError("Specify argument `lengths` or `padding`, but not both.")
    if not isinstance(ragged_rank, int):
        raise TypeError(f"Argument `ragged_rank` must be an int. Received {ragged_rank}.")
    if ragged_rank <= 0:
        raise ValueError(f"Argument `ragged_rank` must be greater than 0. Received {ragged_rank}.")
    tensor = to_tensor(tensor)
    if tensor.shape.rank < 2:
        raise ValueError(
            "The rank of a RaggedTensor must be greater than 1, i.e., a list of scalars won't have "
            f"ragged dimensions. Received argument `tensor` with rank {tensor.shape.rank}."
        )
    tensor.shape.with_rank_at_least(ragged_rank + 1)
    if isinstance(lengths, (list, tuple)) and lengths and not isinstance(lengths[0], (int, float)):
        return _with_nested_lengths(cls, tensor, lengths, ragged_rank)
    sizes = tensor.shape.as_list()
    if ragged_rank > 1:
        outer = np.cumprod(sizes).tolist()
        flat = reshape(tensor, [outer[ragged_rank - 1], *sizes[ragged_rank:]])
        result = from_tensor(cls, flat, lengths, padding, row_splits_dtype=dtype)
        for axis in range(ragged_rank - 1, 0, -1):
            result = uniform_rows(result, sizes[axis], outer[axis - 1], dtype)
        return result
    if padding is not None:
        lengths = _unpadded_lengths(tensor, padding, dtype)
    if lengths is not None:
        lengths = to_tensor(lengths, None, dtype)
        if not lengths.dtype.is_integer:
            raise TypeError(f"Expected an integer value for `lengths`, got {lengths.dtype}")
        lengths = cast(lengths, dtype)
        lengths.shape.assert_has_rank(1)
        kept = lengths._t.clamp(0, sizes[1])
        values = boolean_mask(tensor, sequence_mask(EagerTensor(kept), maxlen=sizes[1]))
        return from_row_partition(
            values, RowPartition._create(EagerTensor(splits_from_lengths(kept)))
        )
    values = reshape(tensor, [sizes[0] * sizes[1], *sizes[2:]])
    return uniform_rows(values, sizes[1], sizes[0], dtype)


def uniform_rows(values: Any, length: int, rows: int, dtype: DType) -> RaggedTensor:
    """The ragged tensor with `rows` rows of the given length."""
    torch_dtype: Any = dtype.torch
    device = placement.device_for(torch_dtype)
    splits = torch.arange(rows + 1, dtype=torch_dtype, device=device) * length
    return from_row_partition(
        values,
        RowPartition._create(
            EagerTensor(splits),
            nrows=to_tensor(rows, dtype),
            uniform_row_length=to_tensor(length, dtype),
        ),
    )


def _with_nested_lengths(cls: Any, tensor: Any, lengths: Any, ragged_rank: int) -> RaggedTensor:
    if ragged_rank not in (1, len(lengths)):
        raise ValueError(
            "If Argument `lengths` is a tuple of row_lengths, argument `ragged_rank` must be "
            f"len(lengths): {len(lengths)}. Received ragged_rank: {ragged_rank}."
        )
    tensor.shape.with_rank_at_least(len(lengths) + 1)
    innermost = to_tensor(lengths[-1])
    ones = EagerTensor(
        torch.ones(int(innermost._t.sum()), dtype=torch.bool, device=placement.current())
    )
    mask = cls.from_nested_row_lengths(ones, lengths, validate=False).to_tensor(False)
    values = boolean_mask(tensor, mask)
    return cls.from_nested_row_lengths(values, lengths, validate=False)


def _unpadded_lengths(tensor: Any, padding: Any, dtype: DType) -> EagerTensor:
    """The length of each row without the padding at its end."""
    padding = to_tensor(padding, tensor.dtype)
    padding.shape.assert_is_compatible_with(tensor.shape[2:])
    padded = equal(padding, tensor)
    if padded.ndim > 2:
        padded = reduce_all(padded, axis=list(range(2, padded.ndim)))
    kept = cast(logical_not(padded), dtype)._t
    columns = torch.arange(1, kept.shape[1] + 1, dtype=kept.dtype, device=kept.device)
    if not kept.shape[1]:
        return EagerTensor(kept.new_full((kept.shape[0],), 0))
    return EagerTensor((kept * columns).amax(1))


# -- to a tensor --------------------------------------------------------------------------------


@op("RaggedTensorToTensor", "values:T default_value:T")
def _padded(values: Any, default_value: Any, splits: Any, sizes: Any) -> Any:
    """Pads or truncates rows to the shape `sizes`."""
    inner = tuple(sizes[len(splits) + 1 :])
    try:
        default = _expanded(default_value, inner)
    except RuntimeError:
        raise InvalidArgumentError(
            None,
            None,
            f"default_value.shape={list(default_value.shape)} and rt_input.flat_values.shape="
            f"{list(values.shape)} are incompatible: default_value.rank and shape must broadcast "
            "to those of the values",
        ) from None
    device = "cpu" if isinstance(values, np.ndarray) else values.device
    positions, inside = _positions([ends.to(device) for ends in splits], sizes)
    if isinstance(values, np.ndarray):
        kept = values if inside is None else values[inside.numpy()]
        out = np.empty((int(np.prod(sizes[: len(splits) + 1])), *inner), object)
        out[...] = default
        out[positions.numpy()] = kept
    else:
        count = int(np.prod(sizes[: len(splits) + 1]))
        # Gathered as rows, the values have IndexedSlices as their gradient, as in TensorFlow.
        indices = torch.arange(values.shape[0], dtype=torch.int32, device=values.device)
        kept = gather_rows(values, indices if inside is None else indices[inside])
        out = default.expand((count, *inner)).index_put((positions,), kept)
    return out.reshape(tuple(sizes))


def _expanded(default: Any, inner: tuple[int, ...]) -> Any:
    if isinstance(default, np.ndarray):
        return np.broadcast_to(default, inner)
    return default.expand(inner)


def _positions(splits: list[torch.Tensor], sizes: Any) -> tuple[torch.Tensor, torch.Tensor | None]:
    """The flat position of each value that fits, and a mask of those values (None: all)."""
    positions = torch.arange(splits[0].shape[0] - 1, device=splits[0].device)
    inside = positions < sizes[0]
    for ends, size in zip(splits, sizes[1:], strict=False):
        row = row_ids_from_splits(ends).long()
        column = torch.arange(row.shape[0], device=ends.device) - ends[row]
        inside = inside[row] & (column < size)
        positions = positions[row] * size + column
    if bool(inside.all()):
        return positions, None
    return positions[inside], inside


def to_dense(
    self: RaggedTensor, default_value: Any = None, name: str | None = None, shape: Any = None
) -> Any:
    """Converts to a dense tensor. Implements `tf.RaggedTensor.to_tensor`.

    Args:
      default_value: the padding; zero or the empty string by default.
      shape: the shape of the result; None or -1 for the length of the longest row. Longer rows are
        truncated.
    """
    if default_value is None:
        default = EagerTensor(_zero(self.flat_values._t))
    else:
        default = to_tensor(default_value, self.dtype)
    splits = [partition.row_splits()._t for partition in partitions_of(self)]
    sizes = _dense_sizes(self, splits, shape)
    return _padded(self.flat_values, default, splits, sizes)


def _zero(payload: Any) -> Any:
    if isinstance(payload, np.ndarray):
        return np.array(b"", object)
    return payload.new_zeros(())


def _dense_sizes(value: RaggedTensor, splits: list[torch.Tensor], shape: Any) -> list[int]:
    inner = list(value.flat_values.shape[1:].as_list())
    rank = 1 + len(splits) + len(inner)
    if isinstance(shape, (list, tuple)) and any(isinstance(n, EagerTensor) for n in shape):
        shape = stack(shape)
    if isinstance(shape, EagerTensor):
        requested = None if shape._t.ndim == 0 else shape._t.tolist()
    else:
        shape = TensorShape(shape)
        requested = (
            None if shape.rank is None else [-1 if n is None else n for n in shape.as_list()]
        )
    if requested is None:
        requested = [-1] * rank
    if len(requested) != rank:
        raise InvalidArgumentError(
            None,
            None,
            f"rt_input.shape and shape={_shape_text(requested)} are incompatible: rt_input.rank = "
            f"{rank} but shape.rank = {len(requested)}",
        )
    sizes = []
    for axis, size in enumerate(requested):
        if axis > len(splits):
            inner_size = inner[axis - len(splits) - 1]
            if size not in (-1, inner_size):
                raise InvalidArgumentError(
                    None,
                    None,
                    f"rt_input.shape and shape={_shape_text(requested)} are incompatible: "
                    f"rt_input.shape[{axis}] = {inner_size} but shape[{axis}] = {size}",
                )
            size = inner_size
        elif size < 0:
            size = splits[0].shape[0] - 1 if axis == 0 else _longest(splits[axis - 1])
        sizes.append(size)
    return sizes


def _shape_text(sizes: list[int]) -> str:
    return "[" + ",".join("?" if n < 0 else str(n) for n in sizes) + "]"


def _longest(splits: torch.Tensor) -> int:
    return int(torch.diff(splits).max()) if splits.shape[0] > 1 else 0


RaggedTensor.from_tensor = classmethod(from_tensor)
RaggedTensor.to_tensor = to_dense
