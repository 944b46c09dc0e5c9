"""The kernels of matrix products: batches, transposes, and types for which few kernels exist."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ..._core.tensor.convert import c_name
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import DType, as_dtype
from ..._core.types.shape import brackets
from ...errors import InvalidArgumentError, NotFoundError
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
    for number, x in enumerate((a, b)):
        if x.ndim < 2:
            raise InvalidArgumentError(None, None, f"In[{number}] ndims must be >= 2: {x.ndim}")
    if a.shape[-1] != b.shape[-2]:
        raise InvalidArgumentError(
            None,
            None,
            f"Matrix size-incompatible: In[0]: {brackets(a.shape)}, In[1]: {brackets(b.shape)}",
        )
    try:
        return torch.matmul(a, b)
    except RuntimeError as error:
        try:
            np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
        except ValueError:
            raise InvalidArgumentError(
                None,
                None,
                "In[0] and In[1] must have compatible batch dimensions: "
                f"{brackets(a.shape)} vs. {brackets(b.shape)}",
            ) from None
        raise error


def product_with_flags(
    a: torch.Tensor,
    b: torch.Tensor,
    transpose_a: Any,
    transpose_b: Any = False,
    adjoint_a: Any = False,
    adjoint_b: Any = False,
) -> torch.Tensor:
    if a.is_complex():
        batches = a.ndim > 2 or b.ndim > 2
        a, transpose_a, adjoint_a = _replace_unknown_flag(a, transpose_a, adjoint_a, batches)
        b, transpose_b, adjoint_b = _replace_unknown_flag(b, transpose_b, adjoint_b, batches)
    return _one_product(a, b, (transpose_a, adjoint_a), (transpose_b, adjoint_b))


@single_op
def _one_product(a: torch.Tensor, b: torch.Tensor, flags_a: Any, flags_b: Any) -> torch.Tensor:
    return product(apply_flags(a, *flags_a), apply_flags(b, *flags_b))


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


def no_product(name: str, operation: str, output_type: Any = None) -> NotFoundError:
    """The error for a type for which TensorFlow has no kernel."""
    target = "" if output_type is None else f" into {as_dtype(output_type).name}"
    return NotFoundError(
        None,
        None,
        f"Could not find device for node: {{{{node {operation}}}}}: TensorFlow has no kernel for "
        f"the product of {name} matrices{target}",
    )


def _refused(name: str, attribute: str, allowed: str) -> InvalidArgumentError:
    return InvalidArgumentError(
        None,
        None,
        f"Value for attr '{attribute}' of {name} is not in the list of allowed values: {allowed}",
    )


_ADMITTED = (
    "bfloat16, half, float, double, int32, int64, uint8, uint16, uint32, uint64, complex64, "
    "complex128"
)
_WIDENED = (
    "bfloat16 float16 float32 float64 uint8 int8 int16 int32 int64 complex64 complex128"
).split()
_PRODUCTS = [name for name in _WIDENED if name not in ("uint8", "int8")]
"""The types of the factors and of the product that `BatchMatMulV3` declares."""


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
    if output_type is not None and as_dtype(output_type) is not a.dtype:
        return product_into(a, b, output_type, *transposed)
    if name == "int16" and batches and not a_is_sparse and not b_is_sparse:
        return _batches(a, b, *transposed)
    if name == "int8":
        raise _refused(
            name, "T", f"{_ADMITTED}; 8 bit integers are multiplied with output_type=tf.int32"
        )
    if name == "int16":
        raise _refused(name, "T", _ADMITTED)
    raise no_product(name, "MatMul")


def no_product_into(first: DType, into: DType, second: DType | None = None) -> Exception:
    """The error for a product in another type that TensorFlow does not compute."""
    types = first, second or first
    for attribute, dtype in zip(("Ta", "Tb", "Tout"), (*types, into), strict=True):
        allowed = _PRODUCTS if attribute == "Tout" else _WIDENED
        if dtype.name not in allowed:
            names = ", ".join(c_name(as_dtype(name)) for name in allowed)
            return _refused(c_name(dtype), attribute, names)
    factors = " and ".join(dict.fromkeys(dtype.name for dtype in types))
    return no_product(factors, "BatchMatMulV3", into)


def product_into(
    a: EagerTensor, b: EagerTensor, output_type: Any, transpose_a: bool, transpose_b: bool
) -> Any:
    """The product in another type: int32 of 8 bit integers, bfloat16 of bfloat16 with those."""
    into = as_dtype(output_type)
    kinds = {"bits" if x.dtype.name in ("int8", "uint8") else x.dtype.name for x in (a, b)}
    if (kinds, into.name) not in (({"bits"}, "int32"), ({"bits", "bfloat16"}, "bfloat16")):
        raise no_product_into(a.dtype, into, b.dtype)
    return _product_into(a, b, into.torch, transpose_a, transpose_b)


@op("BatchMatMulV3", "a:Ta b:Tb")
@single_op
def _product_into(a: Any, b: Any, into: Any, transpose_a: bool, transpose_b: bool) -> Any:
    wide = torch.int32 if into is torch.int32 else torch.float32
    left = apply_flags(a.to(wide), transpose_a, False)
    result = product(left, apply_flags(b.to(wide), transpose_b, False)).to(into)
    kind = "BatchMatMulV2" if a.ndim > 2 or b.ndim > 2 else "MatMul"
    types = as_dtype(a.dtype), as_dtype(b.dtype)
    return refuse_gradient("BatchMatMulV3", (a, b), result, _other_type(kind, *types))


def _other_type(operation: str, first: DType, second: DType) -> InvalidArgumentError:
    return InvalidArgumentError(
        None,
        None,
        f"cannot compute {operation} as input #1(zero-based) was expected to be a {c_name(first)} "
        f"tensor but is a {c_name(second)} tensor [Op:{operation}] name: ",
    )


@op("BatchMatMulV2", "a b", unrecorded=True)
def _batches(a: Any, b: Any, transpose_a: bool, transpose_b: bool) -> Any:
    return product(apply_flags(a, transpose_a, False), apply_flags(b, transpose_b, False))


def check_matrices(a: torch.Tensor, b: torch.Tensor) -> None:
    """Raises InvalidArgumentError if an operand has leading axes."""
    if a.ndim > 2 or b.ndim > 2:
        message = f"In[0] and In[1] ndims must be == 2: {a.ndim} and {b.ndim}"
        raise InvalidArgumentError(None, None, message)


@op("SparseMatMul", "a:Ta b:Tb")
def _sparse_product(a: Any, b: Any, transpose_a: bool = False, transpose_b: bool = False) -> Any:
    """The product in float32 of matrices, at least one of which is bfloat16."""
    check_matrices(a, b)
    a, b = a.to(torch.float32), b.to(torch.float32)
    return _one_product(a, b, (transpose_a, False), (transpose_b, False))


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
        return product_into(a, b, output_type, *flags)
    operation = "BatchMatMulV2" if batches else "MatMul"
    if a.dtype.is_unsigned:
        raise no_product(a.dtype.name, operation)
    raise _other_type(operation, a.dtype, b.dtype)


INTEGERS = dict.fromkeys("int8 uint8 int16 uint16 uint32 uint64".split(), _product_of_integers)
