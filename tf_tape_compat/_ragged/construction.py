"""`tf.ragged.constant` and other functions that make ragged tensors or their partitions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from .._core.tensor.convert import INT32, INT64, to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType, as_dtype
from .._ops.array.conversion import constant as dense_constant
from .._ops.math.casting import cast
from ..errors import InvalidArgumentError
from .factories import is_ragged, row_count
from .partition import RowPartition, counts, row_of_each, splits_of
from .tensor import RaggedTensor, made, nested, partitions_of


def constant(
    pylist: Any,
    dtype: Any = None,
    ragged_rank: int | None = None,
    inner_shape: Any = None,
    name: str | None = None,
    row_splits_dtype: Any = INT64,
) -> Any:
    """A ragged tensor of nested lists; answers for `tf.ragged.constant`.

    Of its dimensions, `ragged_rank` are cut into rows, and the others have `inner_shape`. By
    default all but the first are. If none is, the result is a tensor.

    Raises ValueError if the values are not all nested equally deep, or do not fit the arguments.
    """
    if is_ragged(pylist):
        raise TypeError("pylist may not be a RaggedTensor or RaggedTensorValue.")
    if not _is_row(pylist):
        _check_scalar(pylist, ragged_rank, inner_shape)
        return dense_constant(pylist, dtype, ())
    if ragged_rank is not None and ragged_rank < 0:
        raise ValueError(f"Invalid ragged_rank={ragged_rank!r}: must be nonnegative")
    scalar_depth, max_depth = _depths(pylist)
    if scalar_depth is not None:
        if max_depth > scalar_depth:
            raise ValueError(
                f"Invalid pylist={pylist!r}: empty list nesting is greater than scalar value "
                "nesting"
            )
        if ragged_rank is not None and max_depth < ragged_rank:
            raise ValueError(
                f"Invalid pylist={pylist}, max depth smaller than ragged_rank={ragged_rank}"
            )
    if inner_shape is not None and ragged_rank is not None:
        expected = ragged_rank + len(inner_shape) + 1
        if expected != scalar_depth if scalar_depth is not None else expected < max_depth:
            raise ValueError(
                f"Invalid pylist={pylist!r}: incompatible with ragged_rank={ragged_rank} and "
                f"dim(inner_shape)={len(inner_shape)}"
            )
    inner = len(inner_shape) if inner_shape is not None else 0
    if ragged_rank == 0 or (ragged_rank is None and max_depth - inner < 2):
        return dense_constant(pylist, dtype, inner_shape)
    if inner_shape is None:
        inner_shape = () if ragged_rank is None else _inner_shape(pylist, ragged_rank)
    if ragged_rank is None:
        ragged_rank = max(1, max_depth - 1 if scalar_depth is None else scalar_depth - 1 - inner)
    splits = []
    values = pylist
    for _ in range(ragged_rank):
        splits.append(np.cumsum([0, *map(len, values)]).tolist())
        values = [item for row in values for item in row]
    flat = dense_constant(values, dtype, (len(values), *inner_shape))
    kind = as_dtype(row_splits_dtype)
    return nested(flat, [RowPartition(dense_constant(ends, kind)) for ends in splits])


def _is_row(value: Any) -> bool:
    return isinstance(value, (list, tuple)) or np.ndim(value) != 0


def _check_scalar(pylist: Any, ragged_rank: int | None, inner_shape: Any) -> None:
    if ragged_rank:
        raise ValueError(f"Invalid pylist={pylist!r}: incompatible with ragged_rank={ragged_rank}")
    if inner_shape:
        raise ValueError(
            f"Invalid pylist={pylist!r}: incompatible with dim(inner_shape)={len(inner_shape)}"
        )


def _depths(value: Any) -> tuple[int | None, int]:
    """How deep scalars are nested, None without any, and how deep lists are."""
    if not _is_row(value):
        return 0, 0
    scalar_depth = None
    max_depth = 1
    for child in value:
        depth, most = _depths(child)
        if depth is not None:
            if scalar_depth is not None and scalar_depth != depth + 1:
                raise ValueError("all scalar values must have the same nesting depth")
            scalar_depth = depth + 1
        max_depth = max(max_depth, most + 1)
    return scalar_depth, max_depth


def _inner_shape(pylist: Any, ragged_rank: int) -> tuple[int, ...]:
    """The shape of what is below the ragged dimensions."""
    values = pylist
    for depth in range(ragged_rank):
        if not all(map(_is_row, values)):
            raise ValueError(
                f"pylist has scalar values depth {depth + 1}, but ragged_rank={ragged_rank} "
                f"requires scalar value depth greater than {ragged_rank}"
            )
        values = [item for row in values for item in row]
    shape: list[int] = []
    first = values
    while _is_row(first):
        shape.append(len(first))
        if not len(first):
            break
        first = first[0]
    _check_inner(values, tuple(shape))
    return tuple(shape[1:])


def _check_inner(item: Any, shape: tuple[int, ...]) -> None:
    if _is_row(item) != bool(shape) or (shape and shape[0] != len(item)):
        raise ValueError("inner values have inconsistent shape")
    if shape:
        for child in item:
            _check_inner(child, shape[1:])


# -- ranges -------------------------------------------------------------------------------------

_RANGE_TYPES = [as_dtype(name) for name in ("int32", "int64", "float32", "float64")]


def numbers(
    starts: Any,
    limits: Any = None,
    deltas: Any = 1,
    dtype: Any = None,
    name: str | None = None,
    row_splits_dtype: Any = INT64,
) -> RaggedTensor:
    """Rows of numbers from `starts` to before `limits`; answers for `tf.ragged.range`.

    Each argument is a number or a vector; with one of them only, rows start at 0. Raises
    InvalidArgumentError if vectors differ in length, or for a delta of 0.
    """
    splits_type = as_dtype(row_splits_dtype)
    if limits is None:
        starts, limits = 0, starts
    wanted = None if dtype is None else as_dtype(dtype)
    given = [to_tensor(value, wanted) for value in (starts, limits, deltas)]
    if wanted is None:
        if not all(tensor.dtype in _RANGE_TYPES for tensor in given):
            raise AssertionError(f"a range must be one of {_RANGE_TYPES}")
        wanted = max((tensor.dtype for tensor in given), key=_RANGE_TYPES.index)
        given = [cast(tensor, wanted) for tensor in given]
    payloads = [tensor._t.detach() for tensor in given]
    for payload, called in zip(payloads, ("starts", "limits", "deltas"), strict=True):
        if payload.ndim > 1:
            raise _refused(f"{called} must be a scalar or vector")
    if len({payload.shape[0] for payload in payloads if payload.ndim}) > 1:
        raise _refused("starts, limits, and deltas must have the same shape")
    values, splits = ranges(*payloads)
    return made(EagerTensor(values), RowPartition(EagerTensor(splits.to(splits_type.torch))))


def _refused(message: str) -> InvalidArgumentError:
    return InvalidArgumentError(None, None, f"{message} [Op:RaggedRange] name: ")


def ranges(
    starts: torch.Tensor, limits: torch.Tensor, deltas: Any = 1
) -> tuple[torch.Tensor, torch.Tensor]:
    """The numbers of several ranges, one after the other, and their splits (int64)."""
    if not isinstance(deltas, torch.Tensor):
        deltas = starts.new_tensor(deltas)
    starts, limits, deltas = torch.broadcast_tensors(torch.atleast_1d(starts), limits, deltas)
    if bool((deltas == 0).any()):
        raise _refused("Requires delta != 0")
    span = limits - starts
    if starts.is_floating_point():
        sizes = torch.ceil(span.abs() / deltas.abs())
    else:
        sizes = -((-span.abs()) // deltas.abs())
    sizes = torch.where((span > 0) == (deltas > 0), sizes, 0).long()
    splits = splits_of(sizes)
    row = row_of_each(splits)
    offset = torch.arange(row.shape[0], device=row.device) - splits[row]
    return starts[row] + offset.to(starts.dtype) * deltas[row], splits


# -- partitions ---------------------------------------------------------------------------------


def row_splits_to_segment_ids(
    splits: Any, name: str | None = None, out_type: Any = None
) -> EagerTensor:
    """The row of each value; answers for `tf.ragged.row_splits_to_segment_ids`.

    Raises ValueError if `splits` is no vector of integers, or empty.
    """
    tensor = to_tensor(splits, None, INT64)
    if tensor.dtype not in (INT32, INT64):
        raise ValueError("splits must have dtype int32 or int64")
    tensor.shape.assert_has_rank(1)
    if not tensor._t.shape[0]:
        raise ValueError("Invalid row_splits: []")
    dtype = tensor.dtype if out_type is None else as_dtype(out_type)
    return EagerTensor(row_of_each(tensor._t).to(dtype.torch))


def segment_ids_to_row_splits(
    segment_ids: Any, num_segments: Any = None, out_type: Any = None, name: str | None = None
) -> EagerTensor:
    """Where rows begin; answers for `tf.ragged.segment_ids_to_row_splits`.

    `segment_ids` are the sorted rows of the values. Raises ValueError if they are no vector.
    """
    dtype: DType = INT64
    if out_type is not None:
        dtype = as_dtype(out_type)
    elif isinstance(segment_ids, EagerTensor):
        dtype = segment_ids.dtype
    elif isinstance(num_segments, EagerTensor):
        dtype = num_segments.dtype
    ids = integers(segment_ids, "segment_ids", INT32)
    ids.shape.assert_has_rank(1)
    size = int(ids._t.max()) + 1 if ids._t.numel() else 0
    if num_segments is not None:
        given = integers(num_segments, "num_segments", INT32)
        given.shape.assert_has_rank(0)
        size = int(given._t)
    return EagerTensor(splits_of(counts(ids._t, size).to(dtype.torch)))


def integers(value: Any, name: str, dtype: DType) -> EagerTensor:
    """An argument as integers of a type. Raises TypeError if it is none."""
    tensor = to_tensor(value, None, dtype)
    if not tensor.dtype.is_integer:
        raise TypeError(f"{name} must be an integer tensor; dtype={tensor.dtype}")
    return cast(tensor, dtype)


# -- functions of the values --------------------------------------------------------------------


def map_flat_values(op: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """`op` with the flat values of ragged arguments; answers for `tf.ragged.map_flat_values`.

    The ragged arguments, which may be in lists and dictionaries, must have the same rows, and so
    has the result. Raises ValueError if their numbers of values differ.
    """
    found: list[RaggedTensor] = []

    def flattened(value: Any) -> Any:
        if is_ragged(value):
            found.append(value)
            return value.flat_values
        if isinstance(value, (list, tuple)):
            return type(value)(map(flattened, value))
        if isinstance(value, dict):
            return {key: flattened(item) for key, item in value.items()}
        return value

    flat_args, flat_kwargs = flattened(list(args)), flattened(kwargs)
    if not found:
        return op(*args, **kwargs)
    sizes = {row_count(value.flat_values) for value in found}
    if len(sizes) != 1:
        raise ValueError(
            "Input RaggedTensors' flat_values must all have the same outer-dimension size.  Got "
            f"sizes: {sizes}"
        )
    if len({value.row_splits.dtype for value in found}) > 1:
        raise ValueError(
            "Input RaggedTensors have mismatched row partition dtypes; use "
            "RaggedTensor.with_row_splits_dtype() to convert them to compatible dtypes."
        )
    result = op(*flat_args, **flat_kwargs)
    (size,) = sizes
    if not result.shape[:1].is_compatible_with([size]):
        raise ValueError(
            "tf.ragged.map_flat_values requires that the output of `op` have the same "
            "outer-dimension size as flat_values of any ragged inputs. (output shape: "
            f"{result.shape}; expected outer dimension size: {size})"
        )
    return nested(result, _merged(found))


def _merged(found: list[RaggedTensor]) -> list[RowPartition]:
    """The partitions of all, which must be the same."""
    first, *others = map(partitions_of, found)
    for other in others:
        if len(other) != len(first):
            raise ValueError("All ragged inputs must have the same ragged_rank.")
    return first
