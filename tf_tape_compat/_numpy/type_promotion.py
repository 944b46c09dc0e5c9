"""Type promotion in the modes "safe" and "all", in which a dtype may be weak.

Python numbers, and results computed only from them, have weak dtypes; a weak dtype yields to the
dtype of another operand. The mode "all" promotes everything except strings. The mode "safe" rejects
promotions that might lose precision or whose result is neither operand's dtype. The rules were
measured on TensorFlow 2.21.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch

from .. import nest
from .._core.op.dispatch import composite_handlers
from .._core.types.dtype import FROM_NUMPY, DType, as_dtype
from .._core.types.shape import TensorShape
from .._core.variables.sparse_tensor import SparseTensor
from .weak_tensor import EagerWeakTensor


class PromotedType(NamedTuple):
    """A dtype, and whether it is weak."""

    dtype: DType
    weak: bool = False


_BOOL, _STRING, _INT32, _FLOAT32, _FLOAT64, _COMPLEX64, _COMPLEX128 = map(
    as_dtype, "bool string int32 float32 float64 complex64 complex128".split()
)
_WEAK_INT, _WEAK_FLOAT, _WEAK_COMPLEX = (
    PromotedType(dtype, True) for dtype in (_INT32, _FLOAT32, _COMPLEX128)
)

# The bits of precision of each dtype.
_PRECISION = {
    as_dtype(name): bits
    for name, bits in (
        ("bfloat16", 8),
        ("float16", 11),
        ("float32", 24),
        ("complex64", 24),
        ("float64", 53),
        ("complex128", 53),
    )
}
_WEAK_ORDER = ["int32", "int64", "float32", "float64", "complex128"]
_PYTHON_TYPES = {
    bool: PromotedType(_BOOL),
    int: _WEAK_INT,
    float: _WEAK_FLOAT,
    complex: _WEAK_COMPLEX,
}


class PromotionMode:
    """Which of the two modes is enabled, if any."""

    name: str | None = None  # "safe" or "all"


# -- promotion of two types ---------------------------------------------------------------------


def _value_bits(dtype: DType) -> int:
    return np.iinfo(dtype.as_numpy_dtype).bits - (not dtype.is_unsigned)


def _promote_integers(one: DType, two: DType) -> PromotedType:
    """The smallest integer dtype for both; a weak float64 for uint64 and a signed dtype."""
    if one.is_unsigned == two.is_unsigned:
        return PromotedType(max(one, two, key=_value_bits))
    signed, unsigned = (two, one) if one.is_unsigned else (one, two)
    if unsigned.size == 8:
        return PromotedType(_FLOAT64, True)
    return PromotedType(as_dtype(f"int{8 * max(signed.size, 2 * unsigned.size)}"))


def _promote_inexact(one: DType, two: DType) -> PromotedType:
    """The promotion of two floating-point or complex dtypes."""
    if one.is_complex or two.is_complex:
        wide = _FLOAT64 in (one, two) or _COMPLEX128 in (one, two)
        return PromotedType(_COMPLEX128 if wide else _COMPLEX64)
    if one.size == two.size:
        return PromotedType(_FLOAT32)
    return PromotedType(max(one, two, key=lambda dtype: dtype.size))


def _promote_strong(one: DType, two: DType) -> PromotedType:
    if one is two or _BOOL in (one, two):
        return PromotedType(two if one is _BOOL else one)
    if one.is_integer and two.is_integer:
        return _promote_integers(one, two)
    if one.is_integer or two.is_integer:
        return PromotedType(two if one.is_integer else one)
    return _promote_inexact(one, two)


def _promote_with_weak(strong: DType, weak: DType) -> PromotedType:
    if strong is _BOOL:
        return PromotedType(weak, True)
    if weak.is_integer:
        return PromotedType(strong)
    if strong.is_integer:
        return PromotedType(_COMPLEX128 if weak.is_complex else _FLOAT64, True)
    if weak.is_complex and not strong.is_complex:
        return PromotedType(_COMPLEX128 if strong is _FLOAT64 else _COMPLEX64)
    return PromotedType(strong)


def _is_safe(one: PromotedType, two: PromotedType, result: PromotedType) -> bool:
    if one.weak and two.weak:
        return True
    if result.dtype not in (one.dtype, two.dtype):
        return False
    for operand in (one, two):
        dtype = operand.dtype
        if dtype.is_integer and not operand.weak and result.dtype in _PRECISION:
            return _value_bits(dtype) <= _PRECISION[result.dtype]
    return True


def _promote(one: PromotedType, two: PromotedType) -> PromotedType:
    if one.weak and two.weak:
        return PromotedType(
            max(one.dtype, two.dtype, key=lambda d: _WEAK_ORDER.index(d.name)), True
        )
    if one.weak or two.weak:
        strong, weak = (two, one) if one.weak else (one, two)
        return _promote_with_weak(strong.dtype, weak.dtype)
    return _promote_strong(one.dtype, two.dtype)


def promote(one: PromotedType, two: PromotedType) -> PromotedType:
    """The promotion of two types.

    Raises:
        TypeError: The mode "safe" does not allow this promotion.
        NotImplementedError: The two types have no common type.
    """
    numeric = [k.dtype is _BOOL or k.dtype.is_integer or k.dtype in _PRECISION for k in (one, two)]
    if not all(numeric):
        if one == two and one.dtype is _STRING:
            return one
        raise NotImplementedError(f"{one.dtype!r} and {two.dtype!r} have no common type")
    result = _promote(one, two)
    if PromotionMode.name == "safe" and not _is_safe(one, two, result):
        raise TypeError(
            "In promotion mode PromoMode.SAFE, implicit dtype promotion between "
            f"({one.dtype}, weak={one.weak}) and ({two.dtype}, weak={two.weak}) is disallowed. You "
            "need to explicitly specify the dtype in your op, or relax your dtype promotion rules "
            "(such as from SAFE mode to ALL mode)."
        )
    return result


# -- types of values ----------------------------------------------------------------------------


def promoted_type_of(value: Any) -> PromotedType:
    """The type of a value, or of a dtype.

    Raises:
        OverflowError: A Python integer does not fit int32.
        NotImplementedError: The value has no type that promotes.
    """
    if isinstance(value, EagerWeakTensor):
        return PromotedType(value.dtype, True)
    if isinstance(value, DType):
        return PromotedType(value)
    dtype = getattr(value, "dtype", None)
    if isinstance(dtype, DType):
        return PromotedType(dtype)
    if isinstance(value, torch.Tensor):
        return PromotedType(as_dtype(dtype))
    if isinstance(value, (np.ndarray, np.generic)) or isinstance(dtype, np.dtype):
        return PromotedType(as_dtype(dtype))
    if isinstance(value, (bytes, str)):
        return PromotedType(_STRING)
    if isinstance(value, type) and (named_dtype := FROM_NUMPY.get(value)) is not None:
        return PromotedType(named_dtype)
    is_type = isinstance(value, (type, np.dtype))  # np.dtype("int64") == int, and float likewise
    for python, result in _PYTHON_TYPES.items():
        if isinstance(value, python) or (is_type and value == python):
            if result is _WEAK_INT and not is_type and not -(2**31) <= value < 2**31:
                raise OverflowError(f"Python int {value} too large to convert to np.int32")
            return result
    if isinstance(value, TensorShape):
        return PromotedType(_INT32)
    if isinstance(value, np.dtype):
        try:
            return PromotedType(as_dtype(value))
        except TypeError as error:
            raise NotImplementedError(f"{value} is not a dtype of tensors") from error
    raise NotImplementedError(f"Values of {type(value)} do not promote")


def _reject_composite(value: Any) -> None:
    if type(value) in composite_handlers or isinstance(value, SparseTensor):
        raise NotImplementedError(f"Values of {type(value)} do not promote")


def promoted_type(*values: Any) -> PromotedType:
    """The promotion of all values and dtypes in nested structures; a weak float32 if none."""
    operands = [value for value in values if value is not None]
    for value in operands:
        _reject_composite(value)
    operand_types = [promoted_type_of(value) for value in nest.flatten(operands)] or [_WEAK_FLOAT]
    result = operand_types[0]
    for operand_type in operand_types[1:]:
        result = promote(result, operand_type)
    return result
