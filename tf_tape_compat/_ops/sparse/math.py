"""Arithmetic of sparse tensors, with each other and with dense ones."""

from __future__ import annotations

from typing import Any

import torch

from ..._core.devices.indices import index_select, sum_rows
from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ..._core.tensor.convert import to_tensor
from ..._core.variables import sparse_tensor
from ..._core.variables.sparse_tensor import SparseTensor
from .._support.arguments import brackets, invalid_argument
from .._support.dtype_overloads import unsigned_division
from .._support.gradient_rules import refuse_gradient, with_gradient
from .._support.operands import dtype_mismatch
from .._support.unsigned import UNSIGNED, from_ordered_int64, modular, to_ordered_int64
from ..array.shaping import transpose
from ..math.casting import cast
from .indices import check_bounds, check_kernel, check_parts, keys, offsets, sparse
from .reductions import sum_groups

# -- two sparse tensors -------------------------------------------------------------------------


def _union(a: torch.Tensor, b: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The distinct indices of `a` and `b`, and where among them those of `a` and of `b` are."""
    all_indices = torch.cat([a, b])
    distinct, positions = torch.unique(keys(all_indices), return_inverse=True)
    indices = all_indices.new_empty(len(distinct), all_indices.shape[1])
    indices[positions] = all_indices
    return indices, positions[: len(a)], positions[len(a) :]


def _check_pair(a: Any, b: Any) -> list[int]:
    sizes, other_sizes = check_parts(*a), check_parts(*b)
    if sizes != other_sizes:
        raise invalid_argument(
            f"Operands' shapes do not match: got {brackets(sizes)} and {brackets(other_sizes)}"
        )
    return sizes


def _sum_gradient(
    grad: torch.Tensor,
    y: torch.Tensor,
    a: torch.Tensor,
    b: torch.Tensor,
    in_a: torch.Tensor,
    in_b: torch.Tensor,
    count: int,
) -> tuple[Any, ...]:
    grad = grad.detach()  # TensorFlow's gradient has no gradient itself
    return grad[in_a], grad[in_b], None, None


@with_gradient(_sum_gradient)
def _summed(
    a: torch.Tensor, b: torch.Tensor, in_a: torch.Tensor, in_b: torch.Tensor, count: int
) -> torch.Tensor:
    return a.new_zeros(count).index_add(0, in_a, a).index_add(0, in_b, b)


@op("SparseAdd", "a_indices a_values a_shape b_indices b_values b_shape thresh")
@single_op
def _add(
    a_indices: Any,
    a_values: Any,
    a_shape: Any,
    b_indices: Any,
    b_values: Any,
    b_shape: Any,
    thresh: Any,
) -> Any:
    check_kernel("SparseAdd", a_values, "float16 bfloat16 uint8 uint16 uint32 uint64")
    _check_pair((a_indices, a_values, a_shape), (b_indices, b_values, b_shape))
    if thresh.ndim:
        raise invalid_argument(
            f"The magnitude threshold must be a scalar: got {brackets(thresh.shape)}"
        )
    indices, in_a, in_b = _union(a_indices, b_indices)
    total = _summed(a_values, b_values, in_a, in_b, len(indices))
    # Elements of only one of the two are kept, however small they are.
    in_both = torch.bincount(torch.cat([in_a, in_b]), minlength=len(indices)) > 1
    kept = (~in_both | (total.detach().abs() >= thresh)).nonzero()[:, 0]
    return [indices[kept], total[kept], a_shape.clone()]


@op("SparseTensorDenseAdd", "a_indices a_values a_shape b")
@single_op
def _add_dense(a_indices: Any, a_values: Any, a_shape: Any, b: Any) -> Any:
    sizes = check_parts(a_indices, a_values, a_shape)
    if sizes != list(b.shape):
        raise invalid_argument(f"Shapes do not match: {brackets(sizes)} and {brackets(b.shape)}")
    check_bounds(a_indices, sizes)
    return _scatter_add(b, a_values, offsets(a_indices, sizes))


@modular
def _scatter_add(dense: torch.Tensor, values: torch.Tensor, index: torch.Tensor) -> torch.Tensor:
    return dense.reshape(-1).index_add(0, index, values).reshape(dense.shape)


def add(a: Any, b: Any, threshold: Any = 0) -> Any:
    """Adds two sparse tensors, or a sparse and a dense one. Implements `tf.sparse.add`.

    Args:
        a: a sparse or dense tensor.
        b: a sparse or dense tensor of the same shape.
        threshold: sums of two sparse elements with a magnitude below this are removed.

    Returns:
        A sparse tensor if both are sparse, else a dense one.

    Raises:
        TypeError: if neither is sparse.
        InvalidArgumentError: if the shapes differ.
    """
    if isinstance(a, SparseTensor) and isinstance(b, SparseTensor):
        threshold = to_tensor(threshold, a.dtype.real_dtype)
        return SparseTensor(*_add(*a._parts, *b._parts, threshold))
    if isinstance(b, SparseTensor):
        a, b = b, a
    if not isinstance(a, SparseTensor):
        raise TypeError("At least one input should be SparseTensor; do you mean to use tf.add()?")
    return _add_dense(*a._parts, b)


def _extremum(operation: str, function: Any, lacking: str) -> Any:
    @op(operation, "a_indices a_values a_shape b_indices b_values b_shape")
    @single_op
    def extremum(
        a_indices: Any, a_values: Any, a_shape: Any, b_indices: Any, b_values: Any, b_shape: Any
    ) -> Any:
        check_kernel(operation, a_values, lacking)
        _check_pair((a_indices, a_values, a_shape), (b_indices, b_values, b_shape))
        indices, in_a, in_b = _union(a_indices, b_indices)
        values = _apply(a_values.detach(), b_values.detach(), in_a, in_b, len(indices), function)
        # TensorFlow raises a TypeError here by mistake, in its attempt to say the same.
        error = TypeError(f"Gradient for {operation} is not implemented.")
        return [indices, refuse_gradient(operation, (a_values, b_values), values, error)]

    return extremum


def _apply(
    a: torch.Tensor, b: torch.Tensor, in_a: torch.Tensor, in_b: torch.Tensor, n: int, function: Any
) -> torch.Tensor:
    left, right = sum_groups(a, in_a, n), sum_groups(b, in_b, n)
    if a.dtype in UNSIGNED:
        return from_ordered_int64(
            function(to_ordered_int64(left), to_ordered_int64(right)), a.dtype
        )
    return function(left, right)


_maximum = _extremum("SparseSparseMaximum", torch.maximum, "")
_minimum = _extremum("SparseSparseMinimum", torch.minimum, "complex64 complex128")


def maximum(sp_a: Any, sp_b: Any, name: str | None = None) -> SparseTensor:
    """The elementwise maximum of two sparse tensors. Implements `tf.sparse.maximum`.

    Missing elements count as 0. Computing the gradient raises TypeError, as in TensorFlow.

    Raises:
        InvalidArgumentError: if the shapes differ.
    """
    indices, values = _maximum(*sp_a._parts, *sp_b._parts)
    return SparseTensor(indices, values, sp_a.dense_shape)


def minimum(sp_a: Any, sp_b: Any, name: str | None = None) -> SparseTensor:
    """The elementwise minimum of two sparse tensors. Implements `tf.sparse.minimum`.

    Otherwise as `tf.sparse.maximum`.
    """
    indices, values = _minimum(*sp_a._parts, *sp_b._parts)
    return SparseTensor(indices, values, sp_a.dense_shape)


# -- with a dense tensor ------------------------------------------------------------------------


def _dense_elements(indices: Any, values: Any, shape: Any, dense: Any) -> Any:
    """The elements of a dense tensor, broadcast to the shape, at the indices of a sparse one."""
    sizes = check_parts(indices, values, shape)
    check_bounds(indices, sizes)
    last_sizes = sizes[len(sizes) - dense.ndim :] if dense.ndim <= len(sizes) else None
    if last_sizes is None or any(
        n not in (1, size) for n, size in zip(dense.shape, last_sizes, strict=True)
    ):
        raise invalid_argument(
            "SparseDenseBinaryOpShared broadcasts dense to sparse only; got incompatible shapes: "
            f"{brackets(sizes)} vs. {brackets(dense.shape)}"
        )
    return dense.expand(sizes)[tuple(indices.unbind(1))]


@modular
def _product(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return x * y


@op("SparseDenseCwiseMul", "sp_indices sp_values sp_shape dense")
@single_op
def _multiply(sp_indices: Any, sp_values: Any, sp_shape: Any, dense: Any) -> Any:
    check_kernel("SparseDenseCwiseMul", sp_values, "complex64 complex128")
    return _product(sp_values, _dense_elements(sp_indices, sp_values, sp_shape, dense))


@op("SparseDenseCwiseDiv", "sp_indices sp_values sp_shape dense")
@single_op
def _divide(sp_indices: Any, sp_values: Any, sp_shape: Any, dense: Any) -> Any:
    check_kernel("SparseDenseCwiseDiv", sp_values, "complex64 complex128")
    divisor = _dense_elements(sp_indices, sp_values, sp_shape, dense)
    if bool((dense == 0).any()):  # TensorFlow has a kernel for the CPU only
        raise invalid_argument(
            "SparseDenseCwiseDiv cannot divide by zero,but input dense tensor contains zero "
        )
    if dense.is_floating_point():
        return sp_values / divisor
    if dense.dtype in UNSIGNED:
        return _unsigned_quotient(sp_values, divisor)
    return torch.div(sp_values, divisor, rounding_mode="trunc")


_unsigned_quotient = unsigned_division(lambda quotient, _: quotient)
_QUOTIENT = {
    **dict.fromkeys("uint8 int8 uint16 int16".split(), "float32"),
    **dict.fromkeys("uint32 int32 uint64 int64".split(), "float64"),
    **dict.fromkeys("bfloat16 float16 float32 float64 complex64 complex128".split()),
}


def _true_divide(indices: Any, values: Any, shape: Any, dense: Any) -> Any:
    dense = to_tensor(dense)
    if values.dtype is not dense.dtype:
        raise dtype_mismatch(values.dtype, dense.dtype)
    if values.dtype.name not in _QUOTIENT:
        raise TypeError(f"Invalid dtype {values.dtype!r} in __truediv__.")
    quotient_type = _QUOTIENT[values.dtype.name]
    if quotient_type is not None:
        values, dense = cast(values, quotient_type), cast(dense, quotient_type)
    return _divide(indices, values, shape, dense)


sparse_tensor.operators.update(multiply=_multiply, divide=_divide, true_divide=_true_divide)


# -- products -----------------------------------------------------------------------------------


@op("SparseTensorDenseMatMul", "a_indices:Tindices a_values:T a_shape:int64 b:T", host="a_shape")
@single_op
def _matmul(
    a_indices: Any, a_values: Any, a_shape: Any, b: Any, adjoint_a: bool, adjoint_b: bool
) -> Any:
    lacking = "int8 int16 int64 uint8 uint16 uint32 uint64 bool string"
    check_kernel("SparseTensorDenseMatMul", a_values, lacking)
    if b.ndim != 2:
        raise invalid_argument("Tensor 'b' is not a matrix")
    if a_shape.shape != (2,):
        raise invalid_argument("Tensor 'a_shape' must have 2 elements")
    sizes = check_parts(a_indices, a_values, a_shape)
    rows, columns = a_indices.unbind(1)
    if adjoint_a:
        sizes, rows, columns = sizes[::-1], columns, rows
        a_values = a_values.conj() if a_values.is_complex() else a_values
    if adjoint_b:
        b = b.mH
    if sizes[1] != b.shape[0]:
        raise invalid_argument(
            "Cannot multiply A and B because inner dimension does not match: "
            f"{sizes[1]} vs. {b.shape[0]}.  Did you forget a transpose?  Dimensions of A: "
            f"[{sizes[0]}, {sizes[1]}).  Dimensions of B: {brackets(b.shape)}"
        )
    on_cpu = b.is_cpu  # TensorFlow's kernel for GPUs does not check the values
    for name, index, size in (("k", columns, sizes[1]), ("m", rows, sizes[0])) if on_cpu else ():
        bad = (index < 0) | (index >= size)
        if bool(bad.any()):
            raise invalid_argument(f"{name} ({int(index[bad][0])}) out of bounds (>={size})")
    dtype = a_values.dtype
    if dtype in (torch.float16, torch.bfloat16):  # TensorFlow also sums these in float32
        a_values, b = a_values.float(), b.float()
    parts = a_values.unsqueeze(1) * index_select(b, 0, columns)
    return sum_rows(parts, rows, (sizes[0], b.shape[1])).to(dtype)


def sparse_dense_matmul(
    sp_a: Any,
    b: Any,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    name: str | None = None,
) -> Any:
    """Multiplies a sparse and a dense matrix. Implements `tf.sparse.sparse_dense_matmul`.

    Args:
        sp_a: a sparse matrix, or a dense one if `b` is sparse.
        b: the other matrix.
        adjoint_a: whether to use the adjoint of `sp_a`.
        adjoint_b: whether to use the adjoint of `b`.
        name: ignored.

    Returns:
        A dense matrix, with gradients with respect to the sparse values and the dense matrix.

    Raises:
        InvalidArgumentError: if the sizes do not match or an index is out of range.
    """
    if isinstance(b, SparseTensor):
        if adjoint_a != adjoint_b:
            return transpose(sparse_dense_matmul(b, sp_a, adjoint_a, adjoint_b))
        return transpose(sparse_dense_matmul(b, sp_a, not adjoint_a, not adjoint_b))
    sp_a = sparse(sp_a)
    indices, values, shape = sp_a._parts
    return _matmul(indices, values, shape, to_tensor(b), adjoint_a, adjoint_b)
