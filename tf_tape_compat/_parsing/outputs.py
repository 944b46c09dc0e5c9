"""The values of features as the arrays of dense, sparse and ragged tensors."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from .columns import Column
from .one_by_one import KINDS, NUMPY_TYPES
from .plan import Dense


def payload(array: Any) -> Any:
    """The payload of an array: strings stay one."""
    return array if array.dtype == object else torch.from_numpy(array)


def sparse(column: Column, is_scalar: bool) -> tuple[Any, Any, Any]:
    """The payloads of the indices, values and dense shape of a sparse tensor."""
    counts = column.counts
    total = column.values.size
    if is_scalar:
        indices, shape = np.arange(total)[:, None], np.array([total])
    else:
        indices = np.empty((total, 2), np.int64)
        indices[:, 0] = np.repeat(np.arange(counts.size), counts)
        indices[:, 1] = np.arange(total) - np.repeat(counts.cumsum() - counts, counts)
        shape = np.array([counts.size, counts.max(initial=0)])
    return torch.from_numpy(indices), payload(column.values), torch.from_numpy(shape)


def dense(column: Column, feature: Dense, default: Any, is_scalar: bool) -> Any:
    """The payload of a dense tensor; the counts must fit the feature's shape."""
    inner = feature.sizes
    rows = () if is_scalar else (column.counts.size,)
    if feature.is_padded:
        return payload(_padded(column, inner, default, is_scalar))
    values = column.values
    if column.present is not None:
        size = feature.size
        filled = np.empty((column.counts.size, size), NUMPY_TYPES[KINDS[feature.dtype.name]])
        filled[column.present] = values.reshape(np.count_nonzero(column.present), size)
        filled[~column.present] = np.asarray(default, filled.dtype).reshape(-1)
        values = filled
    return payload(values.reshape((*rows, *inner)))


def _padded(column: Column, inner: list[int], default: Any, is_scalar: bool) -> Any:
    if is_scalar:
        return column.values.reshape(-1, *inner)
    count = column.counts.size
    size = math.prod(inner)
    longest = int(column.counts.max(initial=0))
    if (column.counts == longest).all():
        return column.values.reshape(count, longest // size, *inner)
    filled = np.empty((count, longest), column.values.dtype)
    filled[:] = default
    filled[np.arange(longest) < column.counts[:, None]] = column.values
    return filled.reshape(count, longest // size, *inner)


def ragged(column: Column, splits_type: str) -> tuple[Any, Any]:
    """The payloads of the values and the row splits of a ragged tensor."""
    splits = np.zeros(column.counts.size + 1, splits_type)
    splits[1:] = column.counts.cumsum()
    return payload(column.values), torch.from_numpy(splits)


def as_list(results: Any) -> list[Any]:
    """The results of an operation; one alone is no list."""
    return list(results) if isinstance(results, (list, tuple)) else [results]
