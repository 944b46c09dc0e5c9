"""`tensorflow.python.ops.linalg.sparse.sparse_csr_matrix_ops`: products of sparse matrices.

A matrix is kept as a `tf.SparseTensor`.
"""

from __future__ import annotations

from typing import Any

from ....._core.variables.sparse_tensor import SparseTensor
from ....._ops.sparse.products import sparse_matmul


def sparse_tensor_to_csr_sparse_matrix(
    indices: Any, values: Any, dense_shape: Any, name: str | None = None
) -> SparseTensor:
    """The sparse matrix with these parts."""
    return SparseTensor(indices, values, dense_shape)


def csr_sparse_matrix_to_sparse_tensor(
    sparse_matrix: SparseTensor, type: Any, name: str | None = None
) -> SparseTensor:
    """The sparse matrix as a `tf.SparseTensor`."""
    return sparse_matrix


def sparse_matrix_sparse_mat_mul(
    a: SparseTensor,
    b: SparseTensor,
    type: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    name: str | None = None,
) -> SparseTensor:
    """The product of two sparse matrices. Raises NotImplementedError for transposed ones."""
    if transpose_a or transpose_b or adjoint_a or adjoint_b:
        raise NotImplementedError(
            "sparse_matrix_sparse_mat_mul: transposed matrices are not available in "
            "tf_tape_compat; use tf.sparse.transpose first"
        )
    parts = sparse_matmul(a.indices, a.values, a.dense_shape, b.indices, b.values, b.dense_shape)
    return SparseTensor(*parts)
