"""The types to which operands promote in the modes "safe" and "all", where a type may be weak.

A weak type gives way: Python numbers have one, and what is computed of nothing else. "all" promotes
everything but strings; "safe" refuses what might lose a value, or comes to a type that neither
operand has. Measured on TensorFlow 2.21.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch

from .. import nest
from .._core.op.dispatch import composites
from .._core.types.dtype import FROM_NUMPY, DType, as_dtype
from .._core.types.shape import TensorShape
from .._core.variables.sparse_tensor import SparseTensor
from .weak import EagerWeakTensor


class Kind(NamedTuple):
    """A type, and whether it is weak."""

    dtype: DType
    weak: bool = False


_BOOL, _STRING, _INT32, _FLOAT32, _FLOAT64, _COMPLEX64, _COMPLEX128 = map(
    as_dtype, "bool string int32 float32 float64 complex64 complex128".split()
)
_WEAK_INT, _WEAK_FLOAT, _WEAK_COMPLEX = (
    Kind(dtype, True) for dtype in (_INT32, _FLOAT32, _COMPLEX128)
)

# How many binary digits of an integer each type keeps.
_DIGITS = {
    as_dtype(name): digits
    for name, digits in (
        ("bfloat16", 8),
        ("float16", 11),
        ("float32", 24),
        ("complex64", 24),
        ("float64", 53),
        ("complex128", 53),
    )
}
_WEAK_ORDER = ["int32", "int64", "float32", "float64", "complex128"]
_PYTHON = {bool: Kind(_BOOL), int: _WEAK_INT, float: _WEAK_FLOAT, complex: _WEAK_COMPLEX}


class Mode:
    """Which of the two modes is on, if any."""

    name: str | None = None  # "safe" or "all"


# -- the lattice --------------------------------------------------------------------------------


def _bits(dtype: DType) -> int:
    return np.iinfo(dtype.as_numpy_dtype).bits - (not dtype.is_unsigned)


def _integers(one: DType, two: DType) -> Kind:
    """The smallest integers that hold both; there are none for uint64 and a signed type."""
    if one.is_unsigned == two.is_unsigned:
        return Kind(max(one, two, key=_bits))
    signed, unsigned = (two, one) if one.is_unsigned else (one, two)
    if unsigned.size == 8:
        return Kind(_FLOAT64, True)
    return Kind(as_dtype(f"int{8 * max(signed.size, 2 * unsigned.size)}"))


def _with_points(one: DType, two: DType) -> Kind:
    """Of two floating or complex types, the one that holds both."""
    if one.is_complex or two.is_complex:
        wide = _FLOAT64 in (one, two) or _COMPLEX128 in (one, two)
        return Kind(_COMPLEX128 if wide else _COMPLEX64)
    if one.size == two.size:
        return Kind(_FLOAT32)
    return Kind(max(one, two, key=lambda dtype: dtype.size))


def _strong(one: DType, two: DType) -> Kind:
    if one is two or _BOOL in (one, two):
        return Kind(two if one is _BOOL else one)
    if one.is_integer and two.is_integer:
        return _integers(one, two)
    if one.is_integer or two.is_integer:
        return Kind(two if one.is_integer else one)
    return _with_points(one, two)


def _with_weak(strong: DType, weak: DType) -> Kind:
    if strong is _BOOL:
        return Kind(weak, True)
    if weak.is_integer:
        return Kind(strong)
    if strong.is_integer:
        return Kind(_COMPLEX128 if weak.is_complex else _FLOAT64, True)
    if weak.is_complex and not strong.is_complex:
        return Kind(_COMPLEX128 if strong is _FLOAT64 else _COMPLEX64)
    return Kind(strong)


def _is_safe(one: Kind, two: Kind, result: Kind) -> bool:
    if one.weak and two.weak:
        return True
    if result.dtype not in (one.dtype, two.dtype):
        return False
    for kind in (one, two):
        dtype = kind.dtype
        if dtype.is_integer and not kind.weak and result.dtype in _DIGITS:
            return _bits(dtype) <= _DIGITS[result.dtype]
    return True


def _joined(one: Kind, two: Kind) -> Kind:
    if one.weak and two.weak:
        return Kind(max(one.dtype, two.dtype, key=lambda d: _WEAK_ORDER.index(d.name)), True)
    if one.weak or two.weak:
        strong, weak = (two, one) if one.weak else (one, two)
        return _with_weak(strong.dtype, weak.dtype)
    return _strong(one.dtype, two.dtype)


def join(one: Kind, two: Kind) -> Kind:
    """What two types promote to.

    Raises TypeError where the mode refuses it, NotImplementedError where there is no such type.
    """
    known = [k.dtype is _BOOL or k.dtype.is_integer or k.dtype in _DIGITS for k in (one, two)]
    if not all(known):
        if one == two and one.dtype is _STRING:
            return one
        raise NotImplementedError(f"{one.dtype!r} and {two.dtype!r} do not promote to one type")
    result = _joined(one, two)
    if Mode.name == "safe" and not _is_safe(one, two, result):
        raise TypeError(
            f"({one.dtype!r}, weak={one.weak}) and ({two.dtype!r}, weak={two.weak}) do not promote "
            "in the mode 'safe'. Give the type explicitly, or use the mode 'all'."
        )
    return result


# -- what values have ---------------------------------------------------------------------------


def kind_of(value: Any) -> Kind:
    """The type of a value, or the one that it names.

    Raises OverflowError for a large Python integer, NotImplementedError for what has no type.
    """
    if isinstance(value, EagerWeakTensor):
        return Kind(value.dtype, True)
    if isinstance(value, DType):
        return Kind(value)
    own = getattr(value, "dtype", None)
    if isinstance(own, DType):
        return Kind(own)
    if isinstance(value, torch.Tensor):
        return Kind(as_dtype(own))
    if isinstance(value, (np.ndarray, np.generic)) or isinstance(own, np.dtype):
        return Kind(as_dtype(own))
    if isinstance(value, (bytes, str)):
        return Kind(_STRING)
    if isinstance(value, type) and (found := FROM_NUMPY.get(value)) is not None:
        return Kind(found)
    named = isinstance(value, (type, np.dtype))  # NumPy's int64 and float64 are Python's types
    for python, kind in _PYTHON.items():
        if isinstance(value, python) or (named and value == python):
            if kind is _WEAK_INT and not named and not -(2**31) <= value < 2**31:
                raise OverflowError(f"Python int {value} too large to convert to np.int32")
            return kind
    if isinstance(value, TensorShape):
        return Kind(_INT32)
    if isinstance(value, np.dtype):
        try:
            return Kind(as_dtype(value))
        except TypeError as error:
            raise NotImplementedError(f"{value} is no type of tensors") from error
    raise NotImplementedError(f"Values of {type(value)} do not promote")


def _refuse_composite(value: Any) -> None:
    if type(value) in composites or isinstance(value, SparseTensor):
        raise NotImplementedError(f"Values of {type(value)} do not promote")


def result_kind(*values: Any) -> Kind:
    """What all values (and types, in any nest of them) promote to; a weak float32 if none."""
    given = [value for value in values if value is not None]
    for value in given:
        _refuse_composite(value)
    kinds = [kind_of(value) for value in nest.flatten(given)] or [_WEAK_FLOAT]
    result = kinds[0]
    for kind in kinds[1:]:
        result = join(result, kind)
    return result
