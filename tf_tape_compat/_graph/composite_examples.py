"""Examples of ragged and sparse tensors, whose components must fit each other.

An operation on composites that needs values is run on two of them, of different sizes wherever the
sizes are unknown. What differs between the results is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from .._core.recording.activation import stop_recording
from .._core.tensor.tensor import EagerTensor
from .._core.types.shape import TensorShape
from .._core.variables.sparse_tensor import SparseTensor
from .shadows import Result, merged_results, running, untracked
from .static_values import constant_value
from .structure import TensorPlace, composites_in
from .unsupported import NeedsValue

# The sizes of unknown dimensions, and the lengths of rows, in both examples.
_SIZES = (3, 5)
_LENGTHS = ((2, 1, 3), (1, 3, 0, 2))


def composite_results(
    arguments: Any, inputs: Sequence[Any], run: Callable[[list[EagerTensor]], list[EagerTensor]]
) -> list[Result]:
    """The dtypes and static shapes of the results of an operation.

    `arguments` have places for `inputs`, the symbolic tensors. Raises NeedsValue if the operation
    runs on none of the examples.
    """
    results: list[Result] | None = None
    failure: Exception | None = None
    for number in range(2):
        try:
            with stop_recording(), running():
                outputs = run(_example(arguments, inputs, number))
        except Exception as error:
            failure = error
            continue
        found = [(x.dtype, TensorShape._from_ints(tuple(x._t.shape))) for x in outputs]
        if results is not None:
            if len(results) != len(found):
                raise NeedsValue("a result whose structure varies")
            found = merged_results(results, found)
        results = found
    if results is None:
        raise NeedsValue("an operation on composites that needs values") from failure
    if failure is not None:  # one example is not enough to tell what is unknown
        results = [(d, TensorShape([None] * (s.rank or 0))) for d, s in results]
    return results


def _example(arguments: Any, inputs: Sequence[Any], number: int) -> list[EagerTensor]:
    """Values for the inputs."""
    values: list[Any] = [None] * len(inputs)
    for place in composites_in(arguments):
        if not all(type(part) is TensorPlace for part in place.parts):
            raise NeedsValue(f"a {type(place.value).__name__}")
        numbers = [part.number for part in place.parts]
        parts = [inputs[i] for i in numbers]
        if isinstance(place.value, SparseTensor):
            payloads = _sparse(parts, number, place.value.shape)
        elif hasattr(place.value, "nested_row_splits"):
            payloads = _ragged(parts, number)
        else:  # each component for itself
            payloads = [_filled(x, number) for x in parts]
        for i, payload in zip(numbers, payloads, strict=True):
            values[i] = EagerTensor(payload)
    return [
        value if value is not None else _other(x, number)
        for value, x in zip(values, inputs, strict=True)
    ]


def _other(tensor: Any, number: int) -> EagerTensor:
    if constant_value(tensor) is not None:
        return untracked(tensor.shadow.first)
    return EagerTensor(_filled(tensor, number))


def _filled(tensor: Any, number: int, rows: int | None = None) -> Any:
    """A payload of ones, or of strings."""
    if tensor.shape.rank is None:
        raise NeedsValue("a tensor of unknown rank")
    sizes = [_SIZES[number] if n is None else n for n in tensor.shape.as_list()]
    if rows is not None:
        sizes[0] = rows
    if tensor.dtype.torch is None:
        return np.full(sizes, b"a", object)
    return torch.ones(sizes, dtype=tensor.dtype.torch)


def _ragged(parts: Sequence[Any], number: int) -> list[Any]:
    """The flat values, and the splits of each ragged dimension, the outermost first."""
    flat, *splits = parts
    totals = [_rows(x) for x in splits[1:]] + [flat.shape.as_list()[0]]
    payloads = []
    rows = _rows(splits[0])
    count = _SIZES[number] if rows is None else rows
    for tensor, total in zip(splits, totals, strict=True):
        lengths = _row_lengths(count, total, number)
        ends = torch.tensor([0, *lengths], dtype=tensor.dtype.torch).cumsum(0)
        payloads.append(ends.to(tensor.dtype.torch))
        count = sum(lengths)
    return [_filled(flat, number, count), *payloads]


def _rows(splits: Any) -> int | None:
    """The static number of rows."""
    size = splits.shape.as_list()[0]
    return None if size is None else size - 1


def _row_lengths(count: int, total: int | None, number: int) -> list[int]:
    """The lengths of `count` rows, with a static total."""
    pattern = _LENGTHS[number]
    lengths = [pattern[i % len(pattern)] for i in range(count)]
    if total is None or not count:
        return lengths
    if number:  # most of them in the last row, or in the first
        return [0] * (count - 1) + [total]
    return [total] + [0] * (count - 1)


def _sparse(parts: Sequence[Any], number: int, shape: TensorShape) -> list[Any]:
    """Indices in order, values, and the dense shape."""
    indices, values, dense_shape = parts
    rank = indices.shape.as_list()[1]
    if rank is None:
        raise NeedsValue("a sparse tensor of unknown rank")
    known = constant_value(dense_shape)
    static = [None] * rank if shape.rank is None else shape.as_list()
    sizes = static if known is None else [int(n) for n in known]
    sizes = [_SIZES[number] + 1 if n is None else n for n in sizes]
    count = next((t.shape.as_list()[0] for t in (values, indices) if t.shape.as_list()[0]), None)
    if count is None:
        count = number + 1
    places = torch.arange(count)
    columns = []
    for size in reversed(sizes):
        columns.append(places % max(size, 1))
        places = places // max(size, 1)
    return [
        torch.stack(columns[::-1], 1),
        _filled(values, number, count),
        torch.tensor(sizes),
    ]
