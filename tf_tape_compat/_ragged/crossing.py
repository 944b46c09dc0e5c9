"""Feature crosses: `tf.ragged.cross` and `tf.ragged.cross_hashed`."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from .._core.tensor.convert import INT32, INT64
from .._core.tensor.host_values import to_numpy
from .._core.tensor.tensor import STRING, EagerTensor
from .._core.variables.sparse_tensor import SparseTensor
from .._ops._support.arguments import check_minimum, op_error
from .._ops.math.casting import cast
from .._ops.sparse.feature_crosses import (
    HASH_KEY,
    Column,
    Combinations,
    dense_column,
    sparse_column,
)
from .factories import as_values, is_ragged
from .splits import splits_from_lengths
from .tensor import RaggedTensor


def _converted_inputs(inputs: Any) -> list[Any]:
    """The inputs as string or int64 tensors: dense, sparse or ragged."""
    if not isinstance(inputs, (tuple, list)):
        raise TypeError("Inputs must be a list")
    converted = []
    for index, item in enumerate(inputs):
        value: Any = item if isinstance(item, SparseTensor) else as_values(item)
        if value.dtype.is_integer:
            if isinstance(value, EagerTensor):
                value = cast(value, INT64)
            else:
                value = value.with_values(cast(value.values, INT64))
        elif value.dtype is not STRING:
            raise ValueError(f"Unexpected dtype for inputs[{index}]: {value.dtype}")
        if is_ragged(value) and value.ragged_rank != 1:
            raise ValueError("tf.ragged.cross only supports inputs with rank=2")
        converted.append(value)
    return converted


def _column(value: Any) -> Column:
    if isinstance(value, SparseTensor):
        rows = to_numpy(value.indices._t)[:, 0]
        return sparse_column(value, np.maximum.accumulate(rows))
    if is_ragged(value):
        splits = to_numpy(value.row_splits._t)
        return Column(to_numpy(value.values._t), splits[:-1], splits[1:])
    return dense_column(value)


def _combinations(inputs: Any) -> tuple[Combinations, Any]:
    """The combinations of the inputs, and the torch dtype of the splits of the result."""
    values = _converted_inputs(inputs)
    for value in values:
        is_matrix = value.values.shape.rank == 1 if is_ragged(value) else value.shape.rank == 2
        if not is_matrix:
            raise op_error("RaggedCross", "tf.ragged.cross only supports inputs with rank=2.")
    columns = [_column(value) for value in values]
    sizes = {len(column.begins) for column in columns}
    if len(sizes) > 1:
        raise op_error("RaggedCross", "inputs must all have the same batch dimension size.")
    splits_dtypes = {value.row_splits.dtype for value in values if is_ragged(value)}
    dtype = INT32 if splits_dtypes == {INT32} else INT64
    return Combinations(columns, sum(sizes)), dtype.torch


def _in_rows(combinations: Combinations, values: Any, dtype: Any) -> RaggedTensor:
    splits = EagerTensor(splits_from_lengths(torch.from_numpy(combinations.counts).to(dtype)))
    return RaggedTensor.from_row_splits(EagerTensor(values), splits, validate=False)


def cross(inputs: Any, name: str | None = None) -> RaggedTensor:
    """Combines the values of each row to strings. Implements `tf.ragged.cross`.

    `inputs` is a list of ragged, sparse and dense matrices of strings or integers. Each result
    joins one value of every input by "_X_".

    Raises:
      ValueError: for other dtypes and ranks.
      InvalidArgumentError: if the numbers of rows differ.
    """
    combinations, dtype = _combinations(inputs)
    return _in_rows(combinations, combinations.texts(b"_X_"), dtype)


def cross_hashed(
    inputs: Any, num_buckets: int = 0, hash_key: int | None = None, name: str | None = None
) -> RaggedTensor:
    """Combines the values of each row to hashes (int64). Implements `tf.ragged.cross_hashed`.

    Like `cross`, but each result is a hash, modulo `num_buckets` unless that is 0.
    """
    check_minimum(0, "num_buckets", num_buckets, "RaggedCross")
    combinations, dtype = _combinations(inputs)
    hashes = combinations.hashes(num_buckets, HASH_KEY if hash_key is None else hash_key)
    return _in_rows(combinations, hashes, dtype)
