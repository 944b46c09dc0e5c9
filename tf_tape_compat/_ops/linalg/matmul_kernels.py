"""The kernels of matrix products: batches, transposes, and types for which few kernels exist."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.op.op_errors import mismatch, missing_kernel, refusal
from ..._core.op.op_texts import allowed_values
from ..._core.recording.admission import single_op
from ..._core.tensor.convert import c_name
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import DType, as_dtype
from ..._core.types.shape import brackets
from .._support.arguments import invalid_argument
from .._support.gradient_rules import refuse_gradient


def check_flags(transpose: Any, adjoint: Any, name: str) -> None:
    """Raises ValueError if a matrix is to be both transposed and adjoint."""
    if transpose and adjoint:
        raise ValueError(
            f"Only one of `transpose_{name}` and `adjoint_{name}` can be True. Received "
            f"`transpose_{name}`={transpose}, `adjoint_{name}`={adjoint}."
        )


def apply_flags(x: torch.Tensor, transpose: Any, adjoint: Any) -> torch.Tensor:
    """`x`, its transpose or its adjoint."""
    if adjoint:
        return x.mH
    return x.mT if transpose else x


@single_op
def product(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """The product of two matrices, or of batches whose leading axes broadcast."""
    check_shapes(a, b)
    return torch.matmul(a, b)


def product_operation(a: torch.Tensor, b: torch.Tensor) -> str:
    """The operation that `tf.matmul` uses for these operands."""
    return "BatchMatMulV2" if a.ndim > 2 or b.ndim > 2 else "MatMul"


def check_shapes(
    a: torch.Tensor,
    b: torch.Tensor,
    transposed: tuple[Any, Any] = (False, False),
    operation: str | None = None,
) -> None:
    """Raises InvalidArgumentError if there is no product of these operands.

    `transposed` says which of them are transposed, and `operation` what computes the product.
    """
    if (
        a.ndim == b.ndim
        and a.ndim > 1
        and a.shape[:-2] == b.shape[:-2]
        and a.shape[-2 if transposed[0] else -1] == b.shape[-1 if transposed[1] else -2]
        and (a.ndim == 2 or operation is None)
    ):
        return
    operation = operation or product_operation(a, b)
    for number, x in enumerate((a, b)):
        if x.ndim < 2 and operation.startswith("Batch"):
            raise invalid_argument(f"In[{number}] ndims must be >= 2: {x.ndim}", operation)
    shapes = [brackets(x.shape) for x in (a, b)]
    if operation in ("MatMul", "SparseMatMul"):
        check_matrices(a, b, operation)
    rows = b.shape[-1] if transposed[1] else b.shape[-2]
    if rows != (a.shape[-2] if transposed[0] else a.shape[-1]):
        if operation == "SparseMatMul":
            message = f"Matrix size incompatible: a: {shapes[0]}, b: {shapes[1]}"
        else:
            message = f"Matrix size-incompatible: In[0]: {shapes[0]}, In[1]: {shapes[1]}"
        raise invalid_argument(message, operation)
    if operation.startswith("Batch"):
        try:
            np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
        except ValueError:
            raise invalid_argument(
                "In[0] and In[1] must have compatible batch dimensions: "
                f"{shapes[0]} vs. {shapes[1]}",
                operation,
            ) from None


def product_with_flags(
    a: torch.Tensor,
    b: torch.Tensor,
    transpose_a: Any,
    transpose_b: Any = False,
    adjoint_a: Any = False,
    adjoint_b: Any = False,
    operation: str | None = None,
) -> torch.Tensor:
    """The product, of which either factor may be transposed or adjoint."""
    check_shapes(a, b, (transpose_a or adjoint_a, transpose_b or adjoint_b), operation)
    if a.is_complex():
        batches = a.ndim > 2 or b.ndim > 2
        a, transpose_a, adjoint_a = _replace_unknown_flag(a, transpose_a, adjoint_a, batches)
        b, transpose_b, adjoint_b = _replace_unknown_flag(b, transpose_b, adjoint_b, batches)
    return _one_product(a, b, (transpose_a, adjoint_a), (transpose_b, adjoint_b))


@single_op
def _one_product(a: torch.Tensor, b: torch.Tensor, flags_a: Any, flags_b: Any) -> torch.Tensor:
    return torch.matmul(apply_flags(a, *flags_a), apply_flags(b, *flags_b))


def _replace_unknown_flag(
    x: torch.Tensor, transpose: Any, adjoint: Any, batches: bool
) -> tuple[torch.Tensor, Any, Any]:
    """`x` and its flags as TensorFlow passes them to its kernel.

    The kernel for matrices only transposes, the one for batches only takes adjoints; `x` is
    conjugated if the other flag is set.
    """
    if batches:
        return (x.conj(), False, True) if transpose else (x, False, adjoint)
    return (x.conj(), True, False) if adjoint else (x, transpose, False)


def _product_of_integers(
    a: EagerTensor,
    b: EagerTensor,
    transpose_a: Any = False,
    transpose_b: Any = False,
    adjoint_a: Any = False,
    adjoint_b: Any = False,
    a_is_sparse: Any = False,
    b_is_sparse: Any = False,
    output_type: Any = None,
    *_: Any,
    **options: Any,
) -> Any:
    """`matmul` of integer types with few kernels: 8 bit into int32, int16 in batches."""
    if a.dtype is not b.dtype:
        flags = transpose_a, transpose_b, adjoint_a, adjoint_b, a_is_sparse, b_is_sparse
        return product_of_two_types(a, b, *flags, output_type)
    check_flags(transpose_a, adjoint_a, "a")
    check_flags(transpose_b, adjoint_b, "b")
    name = a.dtype.name
    transposed = bool(transpose_a or adjoint_a), bool(transpose_b or adjoint_b)
    batches = a._t.ndim > 2 or b._t.ndim > 2
    is_sparse = a_is_sparse or b_is_sparse
    if output_type is not None and as_dtype(output_type) is not a.dtype:
        return product_into(a, b, output_type, transposed)
    if name == "int16" and batches and not is_sparse:
        return _batches(a, b, *transposed)
    operation = "BatchMatMulV2" if batches and not is_sparse else "MatMul"
    raise _no_product(operation, a.dtype, transposed)


def _is_allowed(dtype: DType, operation: str, attribute: str) -> bool:
    allowed = allowed_values(operation, attribute)
    return allowed is None or c_name(dtype) in allowed.split(", ")


def _no_product(operation: str, dtype: DType, transposed: tuple[bool, bool]) -> Exception:
    """The error for a type of factors that TensorFlow does not allow or has no kernel for."""
    if not _is_allowed(dtype, operation, "T"):
        return refusal(operation, "T", dtype)
    names = ("transpose_a", "transpose_b") if operation == "MatMul" else ("adj_x", "adj_y")
    return missing_kernel(operation, T=dtype, **dict(zip(names, transposed, strict=True)))


def no_product_into(
    first: Any, second: Any, output_type: Any, transposed: tuple[bool, bool]
) -> Exception:
    """The error for a product in another type that TensorFlow does not compute."""
    types = {"Ta": as_dtype(first), "Tb": as_dtype(second), "Tout": as_dtype(output_type)}
    for attribute, dtype in types.items():
        if not _is_allowed(dtype, "BatchMatMulV3", attribute):
            return refusal("BatchMatMulV3", attribute, dtype)
    return missing_kernel("BatchMatMulV3", **types, adj_x=transposed[0], adj_y=transposed[1])


def product_into(
    a: EagerTensor, b: EagerTensor, output_type: Any, transposed: tuple[bool, bool]
) -> Any:
    """The product in another type: int32 of 8 bit integers, bfloat16 of bfloat16 with those."""
    into = as_dtype(output_type)
    kinds = {"bits" if x.dtype.name in ("int8", "uint8") else x.dtype.name for x in (a, b)}
    if (kinds, into.name) not in (({"bits"}, "int32"), ({"bits", "bfloat16"}, "bfloat16")):
        raise no_product_into(a.dtype, b.dtype, into, transposed)
    return _product_into(a, b, into.torch, *transposed)


@op("BatchMatMulV3", "a:Ta b:Tb")
@single_op
def _product_into(a: Any, b: Any, into: Any, transpose_a: bool, transpose_b: bool) -> Any:
    wide = torch.int32 if into is torch.int32 else torch.float32
    result = product_with_flags(
        a.to(wide), b.to(wide), transpose_a, transpose_b, operation="BatchMatMulV3"
    ).to(into)
    error = mismatch(product_operation(a, b), 1, a.dtype, b.dtype)
    return refuse_gradient("BatchMatMulV3", (a, b), result, error)


@op("BatchMatMulV2", "a b", unrecorded=True)
def _batches(a: Any, b: Any, transpose_a: bool, transpose_b: bool) -> Any:
    return product_with_flags(a, b, transpose_a, transpose_b)


def check_matrices(a: torch.Tensor, b: torch.Tensor, operation: str) -> None:
    """Raises InvalidArgumentError if an operand is not a matrix."""
    if operation == "SparseMatMul":
        for letter, x in (("a", a), ("b", b)):
            if x.ndim != 2:
                raise invalid_argument(f"{letter} is not a matrix", operation)
    if a.ndim != b.ndim:
        shapes = f"{brackets(a.shape)} vs. {brackets(b.shape)}"
        raise invalid_argument(f"In[0] and In[1] has different ndims: {shapes}", operation)
    if a.ndim != 2:
        raise invalid_argument(f"In[0] and In[1] ndims must be == 2: {a.ndim}", operation)


@op("SparseMatMul", "a:Ta b:Tb")
def _sparse_product(a: Any, b: Any, transpose_a: bool = False, transpose_b: bool = False) -> Any:
    """The product in float32 of matrices, at least one of which is bfloat16."""
    a, b = a.to(torch.float32), b.to(torch.float32)
    return product_with_flags(a, b, transpose_a, transpose_b, operation="SparseMatMul")


def product_of_two_types(
    a: EagerTensor,
    b: EagerTensor,
    transpose_a: Any = False,
    transpose_b: Any = False,
    adjoint_a: Any = False,
    adjoint_b: Any = False,
    a_is_sparse: Any = False,
    b_is_sparse: Any = False,
    output_type: Any = None,
    *_: Any,
    **options: Any,
) -> Any:
    """`matmul` of two types: bfloat16 with float32, or 8 bit integers with an `output_type`."""
    check_flags(transpose_a, adjoint_a, "a")
    check_flags(transpose_b, adjoint_b, "b")
    names = {a.dtype.name, b.dtype.name}
    sparse = a_is_sparse or b_is_sparse
    batches = not sparse and (a._t.ndim > 2 or b._t.ndim > 2)
    flags = bool(transpose_a or adjoint_a), bool(transpose_b or adjoint_b)
    if not batches and "bfloat16" in names and not names & {"int8", "uint8"}:
        return _sparse_product(a, b, *flags)
    if output_type is not None:
        return product_into(a, b, output_type, flags)
    operation = "BatchMatMulV2" if batches else "MatMul"
    if a.dtype.is_unsigned or not _is_allowed(a.dtype, operation, "T"):
        raise _no_product(operation, a.dtype, flags)
    raise mismatch(operation, 1, a._t.dtype, b._t.dtype)


INTEGERS = dict.fromkeys("int8 uint8 int16 uint16 uint32 uint64".split(), _product_of_integers)
