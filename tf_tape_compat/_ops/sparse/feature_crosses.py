"""Feature crosses: the combinations of the values that several columns have in each row."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch

from ..._core.tensor.convert import to_tensor
from ..._core.tensor.host_values import to_numpy
from ..._core.tensor.tensor import STRING, EagerTensor, Tensor
from ..._core.types.dtype import as_dtype
from ..._core.variables.sparse_tensor import SparseTensor
from .._support.arguments import brackets, check_minimum, op_error
from ..array.gathering import gather_nd
from ..array.joining import concat
from ..linalg.diagonals import matrix_transpose
from ..math.casting import cast
from ..math.comparison import equal
from ..math.reductions import reduce_all, reduce_sum
from ..strings.hashing import fingerprint64

INT32, INT64 = as_dtype("int32"), as_dtype("int64")
FLOAT32 = as_dtype("float32")
HASH_KEY = 0xDECAFCAFFE
_MULTIPLIER = np.uint64(0xC6A4A7935BD1E995)


class Column(NamedTuple):
    """A column: its values, and where each row begins and ends in them."""

    values: np.ndarray
    begins: np.ndarray
    ends: np.ndarray


def dense_column(tensor: EagerTensor) -> Column:
    """The column of a matrix."""
    rows, width = tensor._t.shape
    begins = np.arange(rows) * width
    return Column(to_numpy(tensor._t).reshape(-1), begins, begins + width)


def sparse_column(tensor: SparseTensor, rows: np.ndarray) -> Column:
    """The column of a sparse matrix; `rows` are the rows of its values, in ascending order."""
    all_rows = np.arange(int(tensor.dense_shape._t[0]))
    values = to_numpy(tensor.values._t)
    begins = np.searchsorted(rows, all_rows)
    return Column(values, begins, np.searchsorted(rows, all_rows, "right"))


class Combinations:
    """All combinations of a row's values, one of each column; the last column varies fastest."""

    def __init__(self, columns: list[Column], rows: int) -> None:
        counts = [column.ends - column.begins for column in columns]
        self.counts = np.prod(counts, 0, dtype=np.int64) if counts else np.zeros(rows, np.int64)
        self.rows = np.repeat(np.arange(rows), self.counts)
        starts = np.cumsum(self.counts) - self.counts
        self.places = np.arange(len(self.rows)) - starts[self.rows]
        self.values: list[np.ndarray] = []
        remaining = self.places
        for column, count in zip(columns[::-1], counts[::-1], strict=True):
            remaining, place = np.divmod(remaining, count[self.rows])
            self.values.insert(0, column.values[column.begins[self.rows] + place])

    def texts(self, separator: bytes) -> np.ndarray:
        """The values of each combination, joined."""
        parts = [
            values.tolist() if values.dtype == object else [b"%d" % x for x in values.tolist()]
            for values in self.values
        ]
        out = np.empty(len(self.rows), object)
        out[:] = [separator.join(words) for words in zip(*parts, strict=True)]
        return out

    def hashes(self, buckets: int, key: int) -> torch.Tensor:
        """The combined fingerprints, below `buckets` if that is not 0."""
        hashes_ = np.full(len(self.rows), key % 2**64, np.uint64)
        with np.errstate(over="ignore"):
            for values in self.values:
                hashes_ = _combine(hashes_, _fingerprints(values))
        hashes_ %= np.uint64(buckets or 2**63 - 1)
        return torch.from_numpy(hashes_.astype(np.int64))


def _fingerprints(values: np.ndarray) -> np.ndarray:
    if values.dtype != object:
        return values.astype(np.uint64)
    texts = values.tolist()
    fingerprints = {text: fingerprint64(text) for text in set(texts)}
    return np.array([fingerprints[text] for text in texts], np.uint64)


def _combine(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Combines two fingerprints into one, as TensorFlow does by FarmHash."""
    mixed = first ^ _MULTIPLIER ^ _fold(second * _MULTIPLIER) * _MULTIPLIER
    return _fold(_fold(mixed * _MULTIPLIER) * _MULTIPLIER)


def _fold(x: np.ndarray) -> np.ndarray:
    return x ^ x >> np.uint64(47)


# -- sparse -------------------------------------------------------------------------------------


def _combinations(inputs: Any, operation: str, expected: str) -> Combinations:
    """The combinations of the inputs, sparse ones first. Raises TypeError for other inputs."""
    if not isinstance(inputs, (tuple, list)):
        raise TypeError("Inputs must be a list")
    if not all(isinstance(x, (SparseTensor, Tensor)) for x in inputs):
        raise TypeError(f"All inputs must be {expected}.")
    sparse = [x for x in inputs if isinstance(x, SparseTensor)]
    dense = [x for x in inputs if not isinstance(x, SparseTensor)]
    values = [_as_feature(x.values) for x in sparse]
    sparse = [x.with_values(v) for x, v in zip(sparse, values, strict=True)]
    dense = [_as_feature(x) for x in dense]
    for place, x in enumerate(sparse):
        if x.indices.shape[1] != 2:
            raise op_error(
                operation,
                f"Expected D2 of index to be 2 got {x.indices.shape[1]} at position {place}",
            )
    for place, x in enumerate(dense):
        if x._t.ndim != 2:
            raise op_error(
                operation,
                f"Dense inputs should be a matrix but received shape {brackets(x._t.shape)} at "
                f"position {place}",
            )
    sizes = [int(x.dense_shape._t[0]) for x in sparse] + [x._t.shape[0] for x in dense]
    for place, size in enumerate(sizes):
        if size != sizes[0]:
            argument = "input" if place < len(sparse) else "dense tensor"
            place -= 0 if place < len(sparse) else len(sparse)
            raise op_error(
                operation, f"Expected batch size {sizes[0]} got {size} at {argument} {place}"
            )
    columns = [sparse_column(x, _ascending_prefix(to_numpy(x.indices._t)[:, 0])) for x in sparse]
    columns += [dense_column(x) for x in dense]
    return Combinations(columns, sizes[0] if sizes else 0)


def _as_feature(tensor: Any) -> Any:
    return tensor if tensor.dtype is STRING else cast(tensor, INT64)


def _ascending_prefix(rows: np.ndarray) -> np.ndarray:
    """The rows up to the first that is lower than the one before; TensorFlow ignores the others."""
    descents = np.nonzero(rows[1:] < rows[:-1])[0]
    return rows[: descents[0] + 1] if len(descents) else rows


def _to_sparse(combinations: Combinations, values: Any) -> SparseTensor:
    longest = int(combinations.counts.max(initial=0))
    return SparseTensor(
        EagerTensor(torch.from_numpy(np.stack([combinations.rows, combinations.places], 1))),
        EagerTensor(values),
        EagerTensor(torch.tensor([len(combinations.counts), longest])),
    )


def cross(inputs: Any, name: str | None = None, separator: Any = None) -> SparseTensor:
    """Combines the values of several columns into strings. Implements `tf.sparse.cross`.

    Args:
        inputs: matrices of strings or integers, sparse or dense. The values of sparse ones come
            first.
        name: ignored.
        separator: a string between the values, "_X_" by default.

    Returns:
        A sparse matrix of the combinations of each row.

    Raises:
        TypeError: for other inputs.
        InvalidArgumentError: if the numbers of rows differ.
    """
    between = to_tensor("_X_" if separator is None else separator, STRING)
    combinations = _combinations(inputs, "SparseCrossV2", "Tensor or SparseTensor")
    return _to_sparse(combinations, combinations.texts(between._t[()]))


def cross_hashed(
    inputs: Any, num_buckets: int = 0, hash_key: int | None = None, name: str | None = None
) -> SparseTensor:
    """Combines the values of several columns into hashes. Implements `tf.sparse.cross_hashed`.

    Args:
        inputs: as for `tf.sparse.cross`.
        num_buckets: an upper bound of the hashes if it is not 0.
        hash_key: where the hash begins.
        name: ignored.

    Returns:
        A sparse matrix of int64.
    """
    check_minimum(0, "num_buckets", num_buckets, "SparseCross")
    combinations = _combinations(inputs, "SparseCross", "SparseTensors")
    return _to_sparse(combinations, combinations.hashes(num_buckets, hash_key or HASH_KEY))


def sampled_addmm(
    indices: Any,
    values: Any,
    dense_shape: Any,
    mat1: Any,
    mat2: Any,
    beta: Any = 1.0,
    alpha: Any = 1.0,
    output_type: Any = FLOAT32,
) -> tuple[Any, Any, Any]:
    """`alpha * (mat1 @ mat2) + beta * values` at `indices`. Implements `tf.sparse.sampled_addmm`.

    Args:
        indices: the indices of the elements to compute.
        values: a value for each.
        dense_shape: the shape of a product, without batch dimensions.
        mat1: `[..., m, k]`.
        mat2: `[..., k, n]`.
        beta: a factor.
        alpha: a factor.
        output_type: the type of the result.

    Returns:
        The parts of a sparse tensor: `indices`, the new values, and `dense_shape` as int32.

    Raises:
        ValueError: if `dense_shape` is not the shape of a product.
    """
    indices = to_tensor(indices)
    dtype = as_dtype(output_type)
    values = to_tensor(values, dtype)
    dense_shape = to_tensor(dense_shape, INT32)
    mat1, mat2 = to_tensor(mat1, dtype), to_tensor(mat2, dtype)
    sizes = to_tensor([mat1.shape[-2], mat2.shape[-1]])
    if not reduce_all(equal(dense_shape, sizes)):
        raise ValueError(f"Dense shape: {dense_shape} does not match output shape: {sizes}")
    batch = mat1.shape.rank - 2
    columns = concat([indices[..., :-2], indices[..., -1:]], -1)
    rows = gather_nd(mat1, indices[..., :-1], batch)
    columns = gather_nd(matrix_transpose(mat2), columns, batch)
    return indices, reduce_sum(rows * columns, axis=-1) * alpha + values * beta, dense_shape
