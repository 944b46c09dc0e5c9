"""Element types: a singleton `DType` for each of TensorFlow's, with its torch and NumPy types.

The tables at the end of this module are the only place where the type names of the three libraries
meet. All other code uses `DType.torch`, `DType.as_numpy_dtype` or `as_dtype`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

import ml_dtypes
import numpy as np
import torch as _torch

from ..._api.shown_modules import shown_in

_finfo: Any = ml_dtypes.finfo
_iinfo: Any = ml_dtypes.iinfo

_REF = 100  # a TF1 reference type's enum value is its base type's plus this

_NO_PROTO = {"experimental_as_proto", "experimental_from_proto", "experimental_type_proto"}


class DType:
    """Implements `tf.DType` (`tf.dtypes.DType`): the type of a tensor's elements.

    `tf.DType(enum)` looks up a value of TensorFlow's `DataType` enum, so every `DType` is a
    singleton: this package compares them with `is`. For users, `==` also accepts what
    `tf.as_dtype` accepts: `tf.float32 == "float32"`, `tf.float32 == np.float32`.

    Beyond TensorFlow's attributes, `torch` is the `torch.dtype` that holds such elements, or None.
    """

    __slots__ = (
        "_type_enum",
        "as_numpy_dtype",
        "base_dtype",
        "is_bool",
        "is_complex",
        "is_floating",
        "is_integer",
        "is_numeric",
        "is_numpy_compatible",
        "is_quantized",
        "is_unsigned",
        "name",
        "real_dtype",
        "size",
        "torch",
    )

    _type_enum: int
    as_numpy_dtype: Any
    base_dtype: DType
    is_bool: bool
    is_complex: bool
    is_floating: bool
    is_integer: bool
    is_numeric: bool
    is_numpy_compatible: bool
    is_quantized: bool
    is_unsigned: bool
    name: str
    real_dtype: DType
    size: int
    torch: _torch.dtype | None

    def __new__(cls, type_enum: Any) -> DType:
        dtype = _BY_ENUM.get(int(type_enum))
        if dtype is None:
            raise TypeError(f"{type_enum} does not correspond to a valid tensorflow::DataType")
        return dtype

    def __init__(self, type_enum: Any) -> None:
        """Does nothing: `__new__` returns complete singletons."""

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise AttributeError(f"cannot set {name!r}: a DType is immutable")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"cannot delete {name!r}: a DType is immutable")

    def __getattr__(self, name: str) -> NoReturn:
        if name == "as_numpy_dtype":  # unset for the types that NumPy cannot hold
            raise KeyError(self._type_enum)
        if name in _NO_PROTO:
            raise AttributeError(
                f"tf.DType.{name} is not available in tf_tape_compat: there are no protocol "
                "buffers here; store DType.name and read it back with tf.as_dtype"
            )
        raise AttributeError(f"'DType' object has no attribute {name!r}")

    @property
    def as_datatype_enum(self) -> int:
        """The value of this type in TensorFlow's `DataType` enum."""
        return self._type_enum

    @property
    def min(self) -> Any:
        """The smallest value of this type. Raises TypeError if the values have no order."""
        return self._limit("min")

    @property
    def max(self) -> Any:
        """The largest value of this type. Raises TypeError if the values have no order."""
        return self._limit("max")

    def _limit(self, bound: str) -> Any:
        message = f"Cannot find {bound}imum value of {self}"
        if self.is_quantized or self.base_dtype in _UNORDERED:
            noun = "quantized type" if self.is_quantized else "type"
            raise TypeError(f"{message} with {noun} {self.base_dtype}.")
        if self.is_floating:
            return getattr(_finfo(self.as_numpy_dtype), bound)
        if self.is_integer:
            return getattr(_iinfo(self.as_numpy_dtype), bound)
        raise TypeError(f"{message}.")

    @property
    def limits(self) -> tuple[Any, Any]:
        """The smallest (at least 0) and largest intensity of an image of this type.

        Raises ValueError for types that images cannot have.
        """
        numpy_type = self.as_numpy_dtype
        if numpy_type is np.bool_:
            return 0, True
        if numpy_type is np.float32 or numpy_type is np.float64:
            return 0, 1
        if self.is_integer and self.is_numeric:
            return 0, self.max
        raise ValueError(f"{self} does not have defined limits.")

    def is_compatible_with(self, other: Any) -> bool:
        """Whether `other` is this type or a TF1 reference to it. Raises as `as_dtype`."""
        other = as_dtype(other)
        return self is other or self is other.base_dtype

    def is_subtype_of(self, other: Any) -> bool:
        """Whether `other` is this type (types have no proper subtypes)."""
        return bool(self == other)

    def most_specific_common_supertype(self, types: Iterable[Any]) -> DType | None:
        """This type if all `types` equal it, else None."""
        return self if all(self == other for other in types) else None

    def __eq__(self, other: object) -> bool:
        if other is self:
            return True
        if other is None or type(other) is DType:
            return False
        try:
            return as_dtype(other) is self
        except TypeError:
            return False

    def __ne__(self, other: object) -> bool:
        return not self.__eq__(other)

    # TensorFlow's hash, on which the order of a printed set depends.
    def __hash__(self) -> int:
        return self._type_enum

    def __int__(self) -> int:
        return self._type_enum

    def __str__(self) -> str:
        return f"<dtype: {self.name!r}>"

    def __repr__(self) -> str:
        return f"tf.{self.name}"

    def __reduce__(self) -> tuple[Callable[[Any], DType], tuple[str]]:
        return as_dtype, (self.name,)

    def __copy__(self) -> DType:
        return self

    def __deepcopy__(self, memo: Any) -> DType:
        return self


def _define(
    name: str,
    enum: int,
    numpy_type: Any,
    torch_type: _torch.dtype | None,
    letter: str = "",
    size: int = 0,
    numeric: bool = True,
) -> DType:
    """Makes and returns the singleton called `name`, and makes its TF1 reference type.

    `letter` is NumPy's for the kind of type: b(ool), i(nt), u(int), f(loat), c(omplex), or
    q(uantized); "" for others.
    """
    base = object.__new__(DType)
    ref = object.__new__(DType)
    for dtype, suffix, offset in ((base, "", 0), (ref, "_ref", _REF)):
        values: dict[str, Any] = {
            "_type_enum": enum + offset,
            "name": name + suffix,
            "base_dtype": base,
            "real_dtype": _REAL[name] if letter == "c" else dtype,
            "is_bool": letter == "b",
            "is_complex": letter == "c",
            "is_floating": letter == "f",
            "is_integer": letter in ("i", "u"),
            "is_unsigned": letter == "u",
            "is_quantized": letter == "q",
            "is_numeric": numeric and letter in ("i", "u", "f", "c", "q"),
            "is_numpy_compatible": numpy_type is not None,
            "size": size,
            "torch": None if dtype is ref else torch_type,
        }
        if numpy_type is not None:
            values["as_numpy_dtype"] = numpy_type
        for attribute, value in values.items():
            object.__setattr__(dtype, attribute, value)
        _BY_ENUM[enum + offset] = dtype
        _FROM_ANY[name + suffix] = dtype
    if torch_type is not None:
        FROM_TORCH[torch_type] = base
    if numpy_type is not None and numpy_type is not object:
        FROM_NUMPY[numpy_type] = base
    return base


_BY_ENUM: dict[int, DType] = {}
_FROM_ANY: dict[Any, DType] = {}
_REAL: dict[str, DType] = {}

FROM_TORCH: dict[_torch.dtype, DType] = {}
"""The `DType` of each `torch.dtype` that has one."""

FROM_NUMPY: dict[Any, DType] = {}
"""The `DType` of each NumPy scalar type (`numpy_dtype.type`) that has one."""

float16 = _define("float16", 19, np.float16, _torch.float16, "f", 2)
float32 = _define("float32", 1, np.float32, _torch.float32, "f", 4)
float64 = _define("float64", 2, np.float64, _torch.float64, "f", 8)
bfloat16 = _define("bfloat16", 14, ml_dtypes.bfloat16, _torch.bfloat16, "f", 2)
int8 = _define("int8", 6, np.int8, _torch.int8, "i", 1)
int16 = _define("int16", 5, np.int16, _torch.int16, "i", 2)
int32 = _define("int32", 3, np.int32, _torch.int32, "i", 4)
int64 = _define("int64", 9, np.int64, _torch.int64, "i", 8)
uint8 = _define("uint8", 4, np.uint8, _torch.uint8, "u", 1)
uint16 = _define("uint16", 17, np.uint16, _torch.uint16, "u", 2)
uint32 = _define("uint32", 22, np.uint32, _torch.uint32, "u", 4)
uint64 = _define("uint64", 23, np.uint64, _torch.uint64, "u", 8)
_REAL.update(complex64=float32, complex128=float64)
complex64 = _define("complex64", 8, np.complex64, _torch.complex64, "c", 8)
complex128 = _define("complex128", 18, np.complex128, _torch.complex128, "c", 16)
bool_ = _define("bool", 10, np.bool_, _torch.bool, "b", 1)
string = _define("string", 7, object, None)
resource = _define("resource", 20, None, None)
variant = _define("variant", 21, None, None)

# To NumPy, TensorFlow's quantized types are records of one field.
qint8 = _define("qint8", 11, np.dtype([("qint8", np.int8)]), None, "q", 1)
quint8 = _define("quint8", 12, np.dtype([("quint8", np.uint8)]), None, "q", 1)
qint16 = _define("qint16", 15, np.dtype([("qint16", np.int16)]), None, "q", 2)
quint16 = _define("quint16", 16, np.dtype([("quint16", np.uint16)]), None, "q", 2)
qint32 = _define("qint32", 13, np.dtype([("qint32", np.int32)]), None, "q", 4)

# The narrow types are floating or integer, but not "numeric" to TensorFlow.
float8_e5m2 = _define(
    "float8_e5m2", 24, ml_dtypes.float8_e5m2, _torch.float8_e5m2, "f", 1, numeric=False
)
float8_e4m3fn = _define(
    "float8_e4m3fn", 25, ml_dtypes.float8_e4m3fn, _torch.float8_e4m3fn, "f", 1, numeric=False
)
float8_e4m3fnuz = _define(
    "float8_e4m3fnuz", 26, ml_dtypes.float8_e4m3fnuz, _torch.float8_e4m3fnuz, "f", 1, numeric=False
)
float8_e4m3b11fnuz = _define(
    "float8_e4m3b11fnuz", 27, ml_dtypes.float8_e4m3b11fnuz, None, "f", 1, numeric=False
)
float8_e5m2fnuz = _define(
    "float8_e5m2fnuz", 28, ml_dtypes.float8_e5m2fnuz, _torch.float8_e5m2fnuz, "f", 1, numeric=False
)
int4 = _define("int4", 29, ml_dtypes.int4, None, "i", 1, numeric=False)
uint4 = _define("uint4", 30, ml_dtypes.uint4, None, "u", 1, numeric=False)
int2 = _define("int2", 31, ml_dtypes.int2, None, "i", 1, numeric=False)
uint2 = _define("uint2", 32, ml_dtypes.uint2, None, "u", 1, numeric=False)
float4_e2m1fn = _define("float4_e2m1fn", 33, ml_dtypes.float4_e2m1fn, None, "f", 1, numeric=False)

half = float16
double = float64

_UNORDERED = frozenset({bool_, string, complex64, complex128})

QUANTIZED_DTYPES = frozenset(
    itertools.chain.from_iterable(
        (quantized, _BY_ENUM[quantized._type_enum + _REF])
        for quantized in (qint8, quint8, qint16, quint16, qint32)
    )
)
"""Implements `tf.dtypes.QUANTIZED_DTYPES`: the quantized types and their TF1 references."""

FROM_NUMPY.update({np.object_: string, np.bytes_: string, np.str_: string})
# On some platforms, C's names for integers are separate types.
for _c_type in (np.intc, np.uintc, np.int_, np.uint, np.longlong, np.ulonglong):
    FROM_NUMPY.setdefault(_c_type, FROM_NUMPY[np.dtype(np.dtype(_c_type).str).type])
if hasattr(getattr(np, "dtypes", None), "StringDType"):  # NumPy 2
    FROM_NUMPY[np.dtypes.StringDType()] = string

_FROM_ANY.update(_BY_ENUM)
_FROM_ANY.update(FROM_NUMPY)
_FROM_ANY.update(FROM_TORCH)
_FROM_ANY.update({float: float32, bool: bool_, object: string})
for _alias, _dtype in (("half", float16), ("float", float32), ("double", float64)):
    _FROM_ANY[_alias] = _dtype
    _FROM_ANY[_alias + "_ref"] = _BY_ENUM[_dtype._type_enum + _REF]


def as_dtype(type_value: Any) -> DType:
    """Implements `tf.as_dtype` (`tf.dtypes.as_dtype`): the `DType` that `type_value` names.

    Accepts a `DType`, a name, a value of the `DataType` enum, a NumPy dtype or scalar type, a
    `torch.dtype`, Python's `float`, `bool` and `object`, or an array with one of these as `dtype`.
    Raises TypeError for anything else, `int` included, as TensorFlow does.
    """
    if type(type_value) is DType:
        return type_value
    if isinstance(type_value, np.dtype):
        dtype = FROM_NUMPY.get(type_value.type)
        if dtype is not None:
            return dtype
    try:
        return _FROM_ANY[type_value]
    except (KeyError, TypeError):  # TypeError: not hashable
        pass
    item_dtype = getattr(type_value, "dtype", None)  # of an array or tensor
    if isinstance(item_dtype, _torch.dtype) and item_dtype in FROM_TORCH:
        return FROM_TORCH[item_dtype]
    if item_dtype is not None:
        try:
            return FROM_NUMPY[np.dtype(item_dtype).type]
        except (KeyError, TypeError):
            pass
    raise TypeError(
        f"Cannot convert the argument `type_value`: {type_value!r} to a TensorFlow DType."
    )


shown_in("tensorflow.python.framework.dtypes", DType)
