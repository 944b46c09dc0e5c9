"""Arithmetic of sparse tensors, with each other and with dense ones."""

from __future__ import annotations

from typing import Any

import torch

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ..._core.tensor.convert import INT32, to_tensor
from ..._core.variables import sparse_tensor
from ..._core.variables.sparse_tensor import SparseTensor
from .._support.arguments import brackets, invalid
from .._support.element_types import unsigned_division
from .._support.gradient_rules import refuse_gradient, with_gradient
from .._support.operands import dtype_mismatch
from .._support.unsigned import UNSIGNED, from_ordered, modular, ordered
from ..array.shaping import transpose
from ..math.casting import cast
from .indices import check_bounds, check_kernel, check_parts, check_rank, keys, offsets, sparse


@modular
def _grouped(values: torch.Tensor, groups: torch.Tensor, count: int) -> torch.Tensor:
    return values.new_zeros(count).index_add(0, groups, values)


# -- two sparse tensors -------------------------------------------------------------------------


def _union(a: torch.Tensor, b: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """All positions, and where among them those of `a` and of `b` are."""
    both = torch.cat([a, b])
    distinct, where_to = torch.unique(keys(both), return_inverse=True)
    indices = both.new_empty(len(distinct), both.shape[1])
    indices[where_to] = both
    return indices, where_to[: len(a)], where_to[len(a) :]


def _check_pair(a: Any, b: Any) -> list[int]:
    sizes, others = check_parts(*a), check_parts(*b)
    if sizes != others:
        raise invalid(
            f"Operands' shapes do not match: got {brackets(sizes)} and {brackets(others)}"
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
    grad = grad.detach()  # TensorFlow's has no gradient itself
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
        raise invalid(f"The magnitude threshold must be a scalar: got {brackets(thresh.shape)}")
    indices, in_a, in_b = _union(a_indices, b_indices)
    total = _summed(a_values, b_values, in_a, in_b, len(indices))
    # What is only in one of the two stays, however small.
    both = torch.bincount(torch.cat([in_a, in_b]), minlength=len(indices)) > 1
    kept = (~both | (total.detach().abs() >= thresh)).nonzero()[:, 0]
    return [indices[kept], total[kept], a_shape.clone()]


@op("SparseTensorDenseAdd", "a_indices a_values a_shape b")
@single_op
def _add_dense(a_indices: Any, a_values: Any, a_shape: Any, b: Any) -> Any:
    sizes = check_parts(a_indices, a_values, a_shape)
    if sizes != list(b.shape):
        raise invalid(f"Shapes do not match: {brackets(sizes)} and {brackets(b.shape)}")
    check_bounds(a_indices, sizes)
    return _scattered(b, a_values, offsets(a_indices, sizes))


@modular
def _scattered(dense: torch.Tensor, values: torch.Tensor, where_to: torch.Tensor) -> torch.Tensor:
    return dense.reshape(-1).index_add(0, where_to, values).reshape(dense.shape)


def add(a: Any, b: Any, threshold: Any = 0) -> Any:
    """The sum of two sparse tensors, or a sparse and a dense one; answers for `tf.sparse.add`.

    Of two sparse ones it is sparse, without sums of two elements whose magnitude is below
    `threshold`; with a dense one it is dense. Raises TypeError if none is sparse,
    InvalidArgumentError for other shapes.
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
        found = _either(a_values.detach(), b_values.detach(), in_a, in_b, len(indices), function)
        # What comes of asking for the gradient in TensorFlow, which means to say the same.
        error = TypeError(f"Gradient for {operation} is not implemented.")
        return [indices, refuse_gradient(operation, (a_values, b_values), found, error)]

    return extremum


def _either(
    a: torch.Tensor, b: torch.Tensor, in_a: torch.Tensor, in_b: torch.Tensor, n: int, function: Any
) -> torch.Tensor:
    left, right = _grouped(a, in_a, n), _grouped(b, in_b, n)
    if a.dtype in UNSIGNED:
        return from_ordered(function(ordered(left), ordered(right)), a.dtype)
    return function(left, right)


_maximum = _extremum("SparseSparseMaximum", torch.maximum, "")
_minimum = _extremum("SparseSparseMinimum", torch.minimum, "complex64 complex128")


def maximum(sp_a: Any, sp_b: Any, name: str | None = None) -> SparseTensor:
    """The larger ones, at all positions of the two; answers for `tf.sparse.maximum`.

    What is not there counts as 0. There is no gradient: asking for it raises TypeError. Raises
    InvalidArgumentError for different shapes.
    """
    indices, values = _maximum(*sp_a._parts, *sp_b._parts)
    return SparseTensor(indices, values, sp_a.dense_shape)


def minimum(sp_a: Any, sp_b: Any, name: str | None = None) -> SparseTensor:
    """The smaller ones, at all positions of the two; answers for `tf.sparse.minimum`.

    As `maximum` otherwise.
    """
    indices, values = _minimum(*sp_a._parts, *sp_b._parts)
    return SparseTensor(indices, values, sp_a.dense_shape)


# -- with what a dense tensor has in the same places ---------------------------------------------


def _in_places(indices: Any, values: Any, shape: Any, dense: Any) -> Any:
    sizes = check_parts(indices, values, shape)
    check_bounds(indices, sizes)
    behind = sizes[len(sizes) - dense.ndim :] if dense.ndim <= len(sizes) else None
    if behind is None or any(
        n not in (1, size) for n, size in zip(dense.shape, behind, strict=True)
    ):
        raise invalid(
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
    return _product(sp_values, _in_places(sp_indices, sp_values, sp_shape, dense))


@op("SparseDenseCwiseDiv", "sp_indices sp_values sp_shape dense")
@single_op
def _divide(sp_indices: Any, sp_values: Any, sp_shape: Any, dense: Any) -> Any:
    check_kernel("SparseDenseCwiseDiv", sp_values, "complex64 complex128")
    found = _in_places(sp_indices, sp_values, sp_shape, dense)
    if bool((dense == 0).any()):
        raise invalid(
            "SparseDenseCwiseDiv cannot divide by zero,but input dense tensor contains zero "
        )
    if dense.is_floating_point():
        return sp_values / found
    if dense.dtype in UNSIGNED:
        return _unsigned_quotient(sp_values, found)
    return torch.div(sp_values, found, rounding_mode="trunc")


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
    wanted = _QUOTIENT[values.dtype.name]
    if wanted is not None:
        values, dense = cast(values, wanted), cast(dense, wanted)
    return _divide(indices, values, shape, dense)


sparse_tensor.operators.update(multiply=_multiply, divide=_divide, true_divide=_true_divide)


# -- products -----------------------------------------------------------------------------------


@op("SparseTensorDenseMatMul", "a_indices:Tindices a_values:T a_shape:int64 b:T")
@single_op
def _matmul(
    a_indices: Any, a_values: Any, a_shape: Any, b: Any, adjoint_a: bool, adjoint_b: bool
) -> Any:
    lacking = "int8 int16 int64 uint8 uint16 uint32 uint64 bool string"
    check_kernel("SparseTensorDenseMatMul", a_values, lacking)
    if b.ndim != 2:
        raise invalid("Tensor 'b' is not a matrix")
    if a_shape.shape != (2,):
        raise invalid("Tensor 'a_shape' must have 2 elements")
    sizes = check_parts(a_indices, a_values, a_shape)
    rows, columns = a_indices.unbind(1)
    if adjoint_a:
        sizes, rows, columns = sizes[::-1], columns, rows
        a_values = a_values.conj() if a_values.is_complex() else a_values
    if adjoint_b:
        b = b.mH
    if sizes[1] != b.shape[0]:
        raise invalid(
            "Cannot multiply A and B because inner dimension does not match: "
            f"{sizes[1]} vs. {b.shape[0]}.  Did you forget a transpose?  Dimensions of A: "
            f"[{sizes[0]}, {sizes[1]}).  Dimensions of B: {brackets(b.shape)}"
        )
    for name, where_to, size in (("k", columns, sizes[1]), ("m", rows, sizes[0])):
        bad = (where_to < 0) | (where_to >= size)
        if bool(bad.any()):
            raise invalid(f"{name} ({int(where_to[bad][0])}) out of bounds (>={size})")
    dtype = a_values.dtype
    if dtype in (torch.float16, torch.bfloat16):  # sums are exact, as in TensorFlow
        a_values, b = a_values.float(), b.float()
    parts = a_values.unsqueeze(1) * b[columns]
    found = parts.new_zeros(sizes[0], b.shape[1]).index_add(0, rows, parts)
    return found.to(dtype)


def sparse_dense_matmul(
    sp_a: Any,
    b: Any,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    name: str | None = None,
) -> Any:
    """The product of a sparse and a dense matrix, in either order, each transposed if wanted.

    Answers for `tf.sparse.sparse_dense_matmul`; its gradients are dense, by the values and by the
    dense matrix. Raises InvalidArgumentError for sizes that do not fit and positions outside.
    """
    if isinstance(b, SparseTensor):
        if adjoint_a != adjoint_b:
            return transpose(sparse_dense_matmul(b, sp_a, adjoint_a, adjoint_b))
        return transpose(sparse_dense_matmul(b, sp_a, not adjoint_a, not adjoint_b))
    sp_a = sparse(sp_a)
    indices, values, shape = sp_a._parts
    return _matmul(indices, values, shape, to_tensor(b), adjoint_a, adjoint_b)


# -- reductions ---------------------------------------------------------------------------------


def _reduced(
    indices: torch.Tensor, values: Any, shape: torch.Tensor, axes: torch.Tensor
) -> tuple[list[int], torch.Tensor, list[int]]:
    """The sizes, the positions that are left (0 along the axes), and the axes that are."""
    sizes = check_parts(indices, values, shape)
    rank = len(sizes)
    if axes.ndim > 1:
        raise invalid(
            f"Expected reduction_axes to be a scalar or a vector; got shape: {brackets(axes.shape)}"
        )
    chosen = axes.reshape(-1).tolist()
    for axis in chosen:
        if not -rank <= axis < rank:
            raise invalid(f"Invalid reduction dimension {axis}, for input with {rank} dimensions.")
    check_bounds(indices, sizes)
    chosen = sorted({axis % rank for axis in chosen})
    left = indices.clone()
    left[:, chosen] = 0
    return [1 if i in chosen else n for i, n in enumerate(sizes)], left, chosen


def _greatest(values: torch.Tensor, groups: torch.Tensor, count: int) -> torch.Tensor:
    dtype, zeros = values.dtype, values.new_zeros(count)
    if dtype in UNSIGNED:
        values, zeros = ordered(values), ordered(zeros)
    found = zeros.scatter_reduce(0, groups, values, "amax", include_self=False)
    return from_ordered(found, dtype) if dtype in UNSIGNED else found


def _reduction(operation: str, combine: Any, differentiable: bool) -> tuple[Any, Any]:
    """The operations whose results are dense, and sparse."""

    @op(operation, "input_indices input_values input_shape reduction_axes")
    @single_op
    def to_dense(
        input_indices: Any, input_values: Any, input_shape: Any, reduction_axes: Any, keep: bool
    ) -> Any:
        sizes, left, axes = _reduced(input_indices, input_values, input_shape, reduction_axes)
        groups = offsets(left, sizes)
        found = combine(input_values, groups, torch.Size(sizes).numel()).reshape(sizes)
        if not keep:
            found = found.reshape([n for i, n in enumerate(sizes) if i not in axes])
        return found if differentiable else refuse_gradient(operation, input_values, found)

    @op(f"{operation}Sparse", "input_indices input_values input_shape reduction_axes")
    @single_op
    def to_sparse(
        input_indices: Any, input_values: Any, input_shape: Any, reduction_axes: Any, keep: bool
    ) -> Any:
        sizes, left, axes = _reduced(input_indices, input_values, input_shape, reduction_axes)
        distinct, groups = torch.unique(offsets(left, sizes), return_inverse=True)
        found = combine(input_values, groups, len(distinct))
        indices = left.new_empty(len(distinct), len(sizes))
        indices[groups] = left
        if not keep:
            kept = [i for i in range(len(sizes)) if i not in axes]
            indices, sizes = indices[:, kept], [sizes[i] for i in kept]
        found = refuse_gradient(f"{operation}Sparse", input_values, found)
        return [indices, found, input_shape.new_tensor(sizes)]

    return to_dense, to_sparse


_SUMS = _reduction("SparseReduceSum", _grouped, True)
_MAXIMA = _reduction("SparseReduceMax", _greatest, False)


def _reduce(operations: tuple[Any, Any], sp_input: Any, axis: Any, keep: Any, to: bool) -> Any:
    if axis is None:
        axis = list(range(sp_input.shape.rank))
    axis = to_tensor(axis, None if hasattr(axis, "dtype") else INT32)
    dense, parts = operations
    if not to:
        return dense(*sp_input._parts, axis, bool(keep))
    return SparseTensor(*parts(*sp_input._parts, axis, bool(keep)))


def reduce_sum(
    sp_input: Any,
    axis: Any = None,
    keepdims: bool | None = None,
    output_is_sparse: bool = False,
    name: str | None = None,
) -> Any:
    """The sums over `axis`, or over all; answers for `tf.sparse.reduce_sum`.

    With `output_is_sparse` there is no gradient, and an element only where there was one.
    Raises InvalidArgumentError for axes that are not there.
    """
    return _reduce(_SUMS, sp_input, axis, keepdims, output_is_sparse)


def reduce_max(
    sp_input: Any,
    axis: Any = None,
    keepdims: bool | None = None,
    output_is_sparse: bool = False,
    name: str | None = None,
) -> Any:
    """The largest elements over `axis`, or of all; answers for `tf.sparse.reduce_max`.

    Only what is there counts; where nothing is, the dense result is 0. There is no gradient:
    asking for it raises LookupError. Raises InvalidArgumentError for axes that are not there.
    """
    return _reduce(_MAXIMA, sp_input, axis, keepdims, output_is_sparse)


def _softmax_gradient(
    grad: torch.Tensor, y: torch.Tensor, x: torch.Tensor, groups: torch.Tensor
) -> tuple[torch.Tensor, None]:
    inner = grad - _grouped(grad * y, groups, len(y))[groups]
    error = NotImplementedError("Gradient for SparseDenseCwiseAdd is not implemented.")
    return y * refuse_gradient("SparseDenseCwiseAdd", grad, inner, error), None


@with_gradient(_softmax_gradient)
def _shares(x: torch.Tensor, groups: torch.Tensor) -> torch.Tensor:
    raised = torch.exp(x - _greatest(x, groups, len(x))[groups])
    return raised / _grouped(raised, groups, len(x))[groups]


@op("SparseSoftmax", "sp_indices sp_values sp_shape")
@single_op
def _softmax(sp_indices: Any, sp_values: Any, sp_shape: Any) -> Any:
    check_rank("sp_indices", sp_indices, 2)
    if sp_shape.numel() < 2:
        raise invalid(f"Input should have rank >= 2, but received shape: {sp_shape.tolist()}")
    sizes = check_parts(sp_indices, sp_values, sp_shape)
    check_bounds(sp_indices, sizes)
    return _shares(sp_values, torch.unique(keys(sp_indices[:, :-1]), return_inverse=True)[1])


def softmax(sp_input: Any, name: str | None = None) -> SparseTensor:
    """The softmax over what is there along the last dimension; answers for `tf.sparse.softmax`.

    Raises InvalidArgumentError for fewer than two dimensions.
    """
    values = _softmax(*sp_input._parts)
    return SparseTensor(sp_input.indices, values, sp_input.dense_shape)
