"""Crosses of features: each combination of the values that several columns have in a row."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch

from ..._core.tensor.convert import to_tensor
from ..._core.tensor.host_values import to_numpy
from ..._core.tensor.tensor import STRING, EagerTensor, Tensor
from ..._core.types.dtype import as_dtype
from ..._core.variables.sparse_tensor import SparseTensor
from .._support.arguments import brackets, check_minimum, failure
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
    """One column: its values, an array, and where each row begins and ends in it."""

    values: np.ndarray
    begins: np.ndarray
    ends: np.ndarray


def dense_column(tensor: EagerTensor) -> Column:
    """The column of a matrix."""
    rows, width = tensor._t.shape
    begins = np.arange(rows) * width
    return Column(to_numpy(tensor._t).reshape(-1), begins, begins + width)


def sparse_column(tensor: SparseTensor, rows: np.ndarray) -> Column:
    """The column of a sparse matrix; `rows` are those of its values, rising."""
    every = np.arange(int(tensor.dense_shape._t[0]))
    values = to_numpy(tensor.values._t)
    begins = np.searchsorted(rows, every)
    return Column(values, begins, np.searchsorted(rows, every, "right"))


class Combinations:
    """All combinations of a row's values, one from each column, row by row; the last runs first."""

    def __init__(self, columns: list[Column], rows: int) -> None:
        counts = [column.ends - column.begins for column in columns]
        self.counts = np.prod(counts, 0, dtype=np.int64) if counts else np.zeros(rows, np.int64)
        self.rows = np.repeat(np.arange(rows), self.counts)
        starts = np.cumsum(self.counts) - self.counts
        self.places = np.arange(len(self.rows)) - starts[self.rows]
        self.values: list[np.ndarray] = []
        rest = self.places
        for column, count in zip(columns[::-1], counts[::-1], strict=True):
            rest, place = np.divmod(rest, count[self.rows])
            self.values.insert(0, column.values[column.begins[self.rows] + place])

    def texts(self, separator: bytes) -> np.ndarray:
        """The values joined."""
        parts = [
            values.tolist() if values.dtype == object else [b"%d" % x for x in values.tolist()]
            for values in self.values
        ]
        out = np.empty(len(self.rows), object)
        out[:] = [separator.join(words) for words in zip(*parts, strict=True)]
        return out

    def hashes(self, buckets: int, key: int) -> torch.Tensor:
        """Their fingerprints put together, below `buckets` if that is not 0."""
        found = np.full(len(self.rows), key % 2**64, np.uint64)
        with np.errstate(over="ignore"):
            for values in self.values:
                found = _together(found, _fingerprints(values))
        found %= np.uint64(buckets or 2**63 - 1)
        return torch.from_numpy(found.astype(np.int64))


def _fingerprints(values: np.ndarray) -> np.ndarray:
    if values.dtype != object:
        return values.astype(np.uint64)
    texts = values.tolist()
    known = {text: fingerprint64(text) for text in set(texts)}
    return np.array([known[text] for text in texts], np.uint64)


def _together(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Of two fingerprints one (FarmHash's way for TensorFlow)."""
    found = first ^ _MULTIPLIER ^ _folded(second * _MULTIPLIER) * _MULTIPLIER
    return _folded(_folded(found * _MULTIPLIER) * _MULTIPLIER)


def _folded(x: np.ndarray) -> np.ndarray:
    return x ^ x >> np.uint64(47)


# -- sparse -------------------------------------------------------------------------------------


def _combinations(inputs: Any, operation: str, kinds: str) -> Combinations:
    """Those of the inputs, the sparse ones first. Raises TypeError for what is no list of them."""
    if not isinstance(inputs, (tuple, list)):
        raise TypeError("Inputs must be a list")
    if not all(isinstance(x, (SparseTensor, Tensor)) for x in inputs):
        raise TypeError(f"All inputs must be {kinds}.")
    sparse = [x for x in inputs if isinstance(x, SparseTensor)]
    dense = [x for x in inputs if not isinstance(x, SparseTensor)]
    values = [_as_feature(x.values) for x in sparse]
    sparse = [x.with_values(v) for x, v in zip(sparse, values, strict=True)]
    dense = [_as_feature(x) for x in dense]
    for place, x in enumerate(sparse):
        if x.indices.shape[1] != 2:
            raise failure(
                operation,
                f"Expected D2 of index to be 2 got {x.indices.shape[1]} at position {place}",
            )
    for place, x in enumerate(dense):
        if x._t.ndim != 2:
            raise failure(
                operation,
                f"Dense inputs should be a matrix but received shape {brackets(x._t.shape)} at "
                f"position {place}",
            )
    sizes = [int(x.dense_shape._t[0]) for x in sparse] + [x._t.shape[0] for x in dense]
    for place, size in enumerate(sizes):
        if size != sizes[0]:
            what = "input" if place < len(sparse) else "dense tensor"
            place -= 0 if place < len(sparse) else len(sparse)
            raise failure(operation, f"Expected batch size {sizes[0]} got {size} at {what} {place}")
    columns = [sparse_column(x, _rising(to_numpy(x.indices._t)[:, 0])) for x in sparse]
    columns += [dense_column(x) for x in dense]
    return Combinations(columns, sizes[0] if sizes else 0)


def _as_feature(tensor: Any) -> Any:
    return tensor if tensor.dtype is STRING else cast(tensor, INT64)


def _rising(rows: np.ndarray) -> np.ndarray:
    """The beginning of the rows up to where they fall: TensorFlow looks no further."""
    falls = np.nonzero(rows[1:] < rows[:-1])[0]
    return rows[: falls[0] + 1] if len(falls) else rows


def _crossed(found: Combinations, values: Any) -> SparseTensor:
    longest = int(found.counts.max(initial=0))
    return SparseTensor(
        EagerTensor(torch.from_numpy(np.stack([found.rows, found.places], 1))),
        EagerTensor(values),
        EagerTensor(torch.tensor([len(found.counts), longest])),
    )


def cross(inputs: Any, name: str | None = None, separator: Any = None) -> SparseTensor:
    """The combinations of each row's values as texts; answers for `tf.sparse.cross`.

    `inputs` are matrices, sparse ones of which come first, of strings or numbers, which count as
    integers. `separator` ("_X_") is between the values. Raises TypeError for other inputs,
    InvalidArgumentError where they have different numbers of rows.
    """
    between = to_tensor("_X_" if separator is None else separator, STRING)
    found = _combinations(inputs, "SparseCrossV2", "Tensor or SparseTensor")
    return _crossed(found, found.texts(between._t[()]))


def cross_hashed(
    inputs: Any, num_buckets: int = 0, hash_key: int | None = None, name: str | None = None
) -> SparseTensor:
    """The combinations of each row's values as numbers; answers for `tf.sparse.cross_hashed`.

    As `cross`, but for each a fingerprint, below `num_buckets` if that is not 0.
    """
    check_minimum(0, "num_buckets", num_buckets, "SparseCross")
    found = _combinations(inputs, "SparseCross", "SparseTensors")
    return _crossed(found, found.hashes(num_buckets, hash_key or HASH_KEY))


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
    """`alpha * (mat1 @ mat2) + beta * values` at `indices`; answers for `tf.sparse.sampled_addmm`.

    Returns the parts of a sparse tensor: `indices`, the values, `dense_shape` (int32), which is the
    shape of a product without the dimensions of a batch. Raises ValueError if it is not.
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
