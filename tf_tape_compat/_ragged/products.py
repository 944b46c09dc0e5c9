"""`tf.matmul` of ragged batches of matrices."""

from __future__ import annotations

from typing import Any

from .._core.types.shape import TensorShape
from .._ops.array.shaping import expand_dims, size, squeeze
from .._ops.array.tiling import repeat
from .._ops.control.map_fn import map_fn
from .._ops.debugging.assertions import assert_equal
from .._ops.linalg import matmul
from .dispatch import as_tensor, implements
from .factories import is_ragged
from .spec import RaggedTensorSpec, set_shape
from .tensor import RaggedTensor

_FLAGS = "transpose_a transpose_b adjoint_a adjoint_b a_is_sparse b_is_sparse output_type".split()


@implements(matmul.matmul)
def _matmul(
    a: Any,
    b: Any,
    transpose_a: Any = False,
    transpose_b: Any = False,
    adjoint_a: Any = False,
    adjoint_b: Any = False,
    a_is_sparse: Any = False,
    b_is_sparse: Any = False,
    output_type: Any = None,
) -> Any:
    if transpose_a and adjoint_a:
        raise ValueError("Only one of transpose_a and adjoint_a can be True.")
    if transpose_b and adjoint_b:
        raise ValueError("Only one of transpose_b and adjoint_b can be True.")
    flags = (transpose_a, transpose_b, adjoint_a, adjoint_b, a_is_sparse, b_is_sparse, output_type)
    return _product(as_tensor(a), as_tensor(b), dict(zip(_FLAGS, flags, strict=True)))


def _product(a: Any, b: Any, flags: dict[str, Any]) -> Any:
    if not is_ragged(a) and not is_ragged(b):
        return matmul.matmul(a, b, **flags)
    if a.dtype is not b.dtype:
        raise ValueError("`a` and `b` must have the same dtype.")
    rank = a.shape.rank
    if rank != b.shape.rank or rank < 2:
        raise ValueError("`a` and `b` must have the same rank.")
    if rank == 2:
        return matmul.matmul(_matrix(a), _matrix(b), **flags)
    if rank > 3:
        a, b = (x if is_ragged(x) else RaggedTensor.from_tensor(x) for x in (a, b))
        assert_equal(
            a.row_splits,
            b.row_splits,
            message="Batch dimensions of `a` and `b` do not have the same size.",
        )
        return a.with_values(_product(a.values, b.values, flags))
    transposed = flags["transpose_a"] or flags["adjoint_a"]
    if is_ragged(a) and a.ragged_rank == 1 and not is_ragged(b) and not transposed:
        rows = expand_dims(a.values, 1)
        products = matmul.matmul(rows, repeat(b, a.row_lengths(), axis=0), **flags)
        return a.with_values(squeeze(products, axis=[1]))
    return _map_product(a, b, flags)


def _matrix(value: Any) -> Any:
    """The rows as a dense matrix. Raises InvalidArgumentError if they differ in length."""
    if not is_ragged(value):
        return value
    dense = value.to_tensor()
    assert_equal(
        size(value.flat_values),
        size(dense),
        message="The matrices in `a` and `b` may not be ragged in their innermost dimension.",
    )
    return dense


def _map_product(a: Any, b: Any, flags: dict[str, Any]) -> Any:
    """Multiplies the matrices of the batch one by one."""
    b_transposed = flags["transpose_b"] or flags["adjoint_b"]
    ragged_columns = is_ragged(b) and (b.ragged_rank == 2 or b_transposed)

    def product(pair: Any) -> Any:
        matrix = matmul.matmul(_matrix(pair[0]), _matrix(pair[1]), **flags)
        return RaggedTensor.from_tensor(matrix) if ragged_columns else matrix

    splits_dtype = (a if is_ragged(a) else b).row_splits.dtype
    dtype = a.dtype if flags["output_type"] is None else flags["output_type"]
    spec = RaggedTensorSpec(None, dtype, 1 if ragged_columns else 0, splits_dtype)
    result = map_fn(product, (a, b), fn_output_signature=spec)
    rows = a.shape[-1] if flags["transpose_a"] or flags["adjoint_a"] else a.shape[-2]
    columns = b.shape[-2] if b_transposed else b.shape[-1]
    set_shape(result, TensorShape([a.shape[0], rows, columns]))
    return result
