"""Payloads of Python and NumPy values: TensorFlow's rules for their element types.

The first leaf of a sequence decides its type: bool, int32 (int64 if a leaf needs it), float32,
complex128, string, or the type of a NumPy float. Later leaves must fit it; integers before a float
become floats. If a type is requested, Python values take it if they keep their nature (integers may
become floats, but not the other way), and NumPy values are cast as NumPy casts them. Measured on
TensorFlow 2.21.
"""

from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np
import torch

from ..recording.execution_context import current_context
from ..types.dtype import FROM_NUMPY, QUANTIZED_DTYPES, DType, as_dtype
from .tensor import STRING, Tensor

BOOL = as_dtype("bool")
INT32 = as_dtype("int32")
INT64 = as_dtype("int64")
UINT64 = as_dtype("uint64")
FLOAT16 = as_dtype("float16")
FLOAT32 = as_dtype("float32")
FLOAT64 = as_dtype("float64")
COMPLEX128 = as_dtype("complex128")

# The names of types in errors, if they are not the type's own name.
_C_NAMES = {"float16": "half", "float32": "float", "float64": "double"}

# The types whose bits NumPy and torch share, but which torch does not convert from NumPy.
_VIEWED: dict[str, tuple[Any, torch.dtype]] = {"bfloat16": (np.int16, torch.int16)}
for _name in ("float8_e5m2", "float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2fnuz"):
    _VIEWED[_name] = (np.uint8, torch.uint8)

# TensorFlow's quantized types in NumPy: records of one field.
_QUANTIZED = {dtype.as_numpy_dtype for dtype in QUANTIZED_DTYPES}

# Payloads are made on the CPU whatever tf.device says: some are cached and used on any device.
_CPU = torch.device("cpu")

_MIXED = "Can't convert Python sequence with mixed types to Tensor."
_RAGGED = "Can't convert non-rectangular Python sequence to Tensor."
_TOO_LARGE = "Can't convert Python sequence with out-of-range integer to Tensor."
_NOT_FINITE = (
    "Can't convert Python sequence with a value out of range for a double-precision float."
)


def c_name(dtype: DType) -> str:
    """The name that TensorFlow's runtime errors use for `dtype`: float, double, half, int32..."""
    return _C_NAMES.get(dtype.name, dtype.name)


def to_payload(value: Any, dtype: DType | None) -> Any:
    """The payload of a Python or NumPy value without tensors in it, of type `dtype` if given.

    Raises ValueError if no tensor can hold the value, TypeError if it does not convert to `dtype`.
    """
    cls = type(value)
    if (
        cls is float
        and (dtype is None or dtype is FLOAT32)
        and not _LARGEST < abs(value) < _INFINITY
    ):
        return torch.scalar_tensor(value, dtype=torch.float32, device=_CPU)
    if cls is int and (dtype is None or dtype is INT32) and -(2**31) <= value < 2**31:
        return torch.scalar_tensor(value, dtype=torch.int32, device=_CPU)
    if (cls is list or cls is tuple) and (payload := _from_number_list(value, dtype)) is not None:
        return payload
    if cls in _LETTERS and not issubclass(cls, np.generic):
        letter = _LETTERS[cls]
        return _from_leaves([value], (), letter, letter, value, dtype)
    if isinstance(value, (np.ndarray, np.generic)):
        return _from_numpy(np.asarray(value), dtype)
    if hasattr(value, "__array__"):  # also if it is a sequence, such as a dataset of h5py
        return _from_numpy(np.asarray(value.__array__()), dtype)
    if is_sequence(value):
        try:
            leaves, shape = _flatten(value)
            first, letters = _letters(leaves)
            return _from_leaves(leaves, shape, first, letters, value, dtype)
        except ValueError as error:
            if str(error) != _MIXED or not _in_graph():
                raise
            raise _not_convertible(value) from None
    if isinstance(value, (int, float, complex, str, bytes)):  # subclasses such as enum.IntEnum
        letter = _letter(value)
        return _from_leaves([value], (), letter, letter, value, dtype)
    raise _unsupported(value)


def _from_number_list(value: Any, dtype: DType | None) -> torch.Tensor | None:
    """The payload of nested lists of only floats or only integers; None for anything else.

    `dtype` must be None or the type of such numbers. Values out of range give None, too.
    """
    shape = [len(value)]
    types = set(map(type, value))
    while types == _LIST:
        lengths = set(map(len, value))
        if len(lengths) > 1:
            return None
        value = list(chain.from_iterable(value))
        shape += lengths
        types = set(map(type, value))
    if types == _FLOAT and (dtype is None or dtype is FLOAT32):
        numpy_dtype: Any = np.float32
        in_range = min(value) >= -_LARGEST and max(value) <= _LARGEST
    elif types == _INT and (dtype is None or dtype is INT32):
        numpy_dtype = np.int32
        in_range = min(value) >= -(2**31) and max(value) < 2**31
    else:
        return None
    if not in_range:
        return None
    array = np.array(value, numpy_dtype)
    return torch.from_numpy(array if len(shape) == 1 else array.reshape(shape))


_LIST, _FLOAT, _INT = {list}, {float}, {int}


def _unsupported(value: Any) -> Exception:
    if _in_graph():
        return _not_convertible(value)
    return ValueError(
        f"Attempt to convert a value ({value!r}) with an unsupported type ({type(value)!r}) "
        "to a Tensor."
    )


def _not_convertible(value: Any) -> Exception:
    """The error of TensorFlow's graphs for what is no constant."""
    if value is None:
        return ValueError("None values not supported.")
    return TypeError(
        f"Failed to convert elements of {value} to Tensor. Consider casting elements to a "
        "supported type. See https://www.tensorflow.org/api_docs/python/tf/dtypes for supported "
        "TF dtypes."
    )


def _in_graph() -> bool:
    """Whether a graph is active, or one of its operations runs on examples."""
    call = current_context.call
    return call is not None and (call.graph is not None or getattr(call.trace, "in_graph", False))


# -- sequences ----------------------------------------------------------------------------------


_NO_SEQUENCES = (str, bytes, dict, type, np.generic, Tensor, torch.Tensor)


def is_sequence(value: Any) -> bool:
    """Whether a value is a sequence: it has items and a length, but is not a dict or text."""
    cls = type(value)
    if cls is list or cls is tuple or cls is range:
        return True
    if isinstance(value, (list, tuple)):
        return True
    if cls in _LETTERS or isinstance(value, _NO_SEQUENCES):
        return False
    if isinstance(value, np.ndarray):
        return value.ndim > 0
    return _defines(cls, "__getitem__") and _defines(cls, "__len__")


def _defines(cls: type, method: str) -> bool:
    # Not hasattr: the class of an enumeration has items itself.
    return any(method in vars(base) for base in cls.__mro__)


def _flatten(value: Any) -> tuple[Any, tuple[int, ...]]:
    """The leaves of a nest (a list, or one flat array if all items are arrays) and its shape."""
    empty = empty_shape(value)
    if empty is not None:
        return [], empty
    shape: list[int] = []
    level: list[Any] = [value]
    while is_sequence(first := level[0]):
        if isinstance(first, np.ndarray) and all(
            type(item) is np.ndarray and item.dtype == first.dtype and item.shape == first.shape
            for item in level
        ):
            return np.concatenate([item.ravel() for item in level]), (*shape, *first.shape)
        length = len(first)
        shape.append(length)
        nested: list[Any] = []
        if set(map(type, level)) <= {list, tuple}:
            if set(map(len, level)) != {length}:
                raise ValueError(_RAGGED)
            nested = list(chain.from_iterable(level))
        else:
            for item in level:
                if not is_sequence(item) or len(item) != length:
                    raise ValueError(_RAGGED)
                nested.extend([item[i] for i in range(length)] if _only_indexed(item) else item)
        level = nested
    for item in level:
        if type(item) not in _LETTERS and is_sequence(item):
            raise ValueError(_MIXED)
    return level, tuple(shape)


def empty_shape(value: Any) -> tuple[int, ...] | None:
    """The shape of a nest whose chain of first items ends in an empty one; else None.

    TensorFlow ignores everything else in such a nest.
    """
    shape: list[int] = []
    while is_sequence(value):
        shape.append(len(value))
        if not shape[-1]:
            return tuple(shape)
        value = value[0]
    return None


def _only_indexed(item: Any) -> bool:
    return not hasattr(type(item), "__iter__")


# b(ool), B(ool of NumPy), i(nteger), f(loat), d(ouble), h(alf), c(omplex), s(tring)
_LETTERS: dict[type, str] = {bool: "b", int: "i", float: "f", complex: "c", str: "s", bytes: "s"}
_LETTERS.update({np.bool_: "B", np.float16: "h", np.float32: "f", np.float64: "d"})
_LETTERS.update({np.complex64: "c", np.complex128: "c", np.str_: "s", np.bytes_: "s"})
_LETTERS.update({np.dtype(code).type: "i" for code in "bBhHiIlLqQ"})


def _letter(leaf: Any) -> str:
    letter = _LETTERS.get(type(leaf))
    if letter is not None:
        return letter
    if isinstance(leaf, np.ndarray) and not leaf.ndim:
        return _letter(leaf[()])
    for cls, letter in ((bool, "b"), (int, "i"), (float, "f"), (complex, "c"), (str, "s")):
        if isinstance(leaf, cls) and not isinstance(leaf, np.generic):
            return letter
    if isinstance(leaf, bytes):
        return "s"
    raise _unsupported(leaf)


def _letters(leaves: Any) -> tuple[str, str]:
    """The letter of the first leaf, and all letters that occur."""
    if isinstance(leaves, np.ndarray):
        if not leaves.size:
            return "", ""
        letter = _letter(leaves[0])
        return letter, letter
    if not leaves:
        return "", ""
    letters = set(map(_LETTERS.get, map(type, leaves)))
    first = _letter(leaves[0])
    if None not in letters:
        return first, "".join(letters)  # type: ignore[arg-type]
    try:
        return first, "".join(set(map(_letter, leaves)))
    except ValueError:
        raise ValueError(_MIXED) from None


# -- leaves -------------------------------------------------------------------------------------

# The letters of the leaves that a sequence may hold, by the letter of its first leaf.
_ADMITS = {"b": "bB", "B": "bB", "i": "ibfdh", "s": "s", "c": "cfdhib"}
_ADMITS.update(dict.fromkeys("fdh", "fdhib"))

# The types that TensorFlow fills directly, without inferring the type of the sequence first.
_DIRECT = {
    FLOAT16: "fdhib",
    FLOAT32: "fdhib",
    FLOAT64: "fdhib",
    INT32: "ib",
    INT64: "ib",
    UINT64: "ib",
    COMPLEX128: "cfdhib",
}

_INFINITY = float("inf")
_LARGEST = float(np.finfo(np.float32).max)
_TOO_LARGE_FOR_FLOAT32 = 2.0**128 - 2.0**103  # from here on they round to infinity


def _from_leaves(
    leaves: Any, shape: tuple[int, ...], first: str, letters: str, value: Any, dtype: DType | None
) -> Any:
    if not letters:
        dtype = dtype or FLOAT32
        return wrap_array(np.empty(shape, dtype.as_numpy_dtype), dtype)
    if dtype is None:
        dtype = _inferred_type(leaves, first, letters)
    elif any(letter not in _DIRECT.get(dtype, "") for letter in letters):
        inferred = _inferred_type(leaves, first, letters, finite=False)
        if not _keeps_nature(inferred, dtype):
            raise TypeError(f"Cannot convert {value!r} to EagerTensor of dtype {c_name(dtype)}")
    if dtype is STRING:
        array = np.empty(len(leaves), object)
        array[:] = [s.encode() if isinstance(s, str) else bytes(s) for s in leaves]
        return array.reshape(shape)
    return wrap_array(_array(leaves, letters, dtype).reshape(shape), dtype)


def _inferred_type(leaves: Any, first: str, letters: str, finite: bool = True) -> DType:
    """The type of a sequence if none is requested. Raises ValueError if its leaves do not mix."""
    if any(letter not in _ADMITS[first] for letter in letters):
        raise ValueError(_MIXED)
    if first == "i":
        if isinstance(leaves, np.ndarray):
            low, high = int(leaves.min()), int(leaves.max())
        else:
            integers = [leaf for leaf in leaves if _letter(leaf) == "i"]
            low, high = int(min(integers)), int(max(integers))
        if low < -(2**63) or high >= 2**63:
            raise ValueError(_TOO_LARGE)
        if not any(letter in letters for letter in "fdh"):
            return INT32 if low >= -(2**31) and high < 2**31 else INT64
        first = "f"
    if first == "f":
        if (
            finite
            and not isinstance(leaves, np.ndarray)
            and any(_TOO_LARGE_FOR_FLOAT32 <= abs(float(leaf)) != _INFINITY for leaf in leaves)
        ):
            raise ValueError(_NOT_FINITE)
        return FLOAT32
    return {"b": BOOL, "B": BOOL, "d": FLOAT64, "h": FLOAT16, "c": COMPLEX128, "s": STRING}[first]


def _keeps_nature(inferred: DType, dtype: DType) -> bool:
    """Whether Python values of the inferred type convert to `dtype`."""
    if inferred is dtype:
        return True
    if inferred.is_integer:
        return dtype.is_integer or dtype.is_floating or dtype.is_complex or dtype.is_quantized
    if inferred.is_floating:
        return dtype.is_floating or dtype.is_complex
    return inferred.is_complex and dtype.is_complex


def _array(leaves: Any, letters: str, dtype: DType) -> np.ndarray:
    """The leaves as an array of `dtype`; integers out of its range lose their high bits."""
    numpy_dtype = dtype.as_numpy_dtype
    if any(letter in letters for letter in "c"):
        return np.array(leaves, np.complex128).astype(numpy_dtype)
    with np.errstate(over="ignore"):
        if any(letter in letters for letter in "fdh") or dtype.is_floating:
            array = np.array(leaves, np.float64)
            if dtype.size < 4:
                array = array.astype(np.float32)  # rounded twice, as in TensorFlow
            return array.astype(numpy_dtype)
        try:
            return np.array(leaves, np.uint64 if dtype is UINT64 else np.int64).astype(numpy_dtype)
        except OverflowError:
            raise ValueError(_TOO_LARGE) from None


# -- NumPy --------------------------------------------------------------------------------------

_NUMPY_NAMES = {"longdouble": "LONGDOUBLE", "clongdouble": "CLONGDOUBLE", "void": "VOID"}
_NUMPY_NAMES.update({"datetime64": "DATETIME", "timedelta64": "TIMEDELTA"})


def _from_numpy(array: np.ndarray, dtype: DType | None) -> Any:
    array_dtype = FROM_NUMPY.get(array.dtype.type)
    if array_dtype is None and array.dtype in _QUANTIZED:
        array_dtype = as_dtype(array.dtype)
    if dtype is not None and dtype is not array_dtype:
        with np.errstate(over="ignore", invalid="ignore"):
            if array.dtype.kind == "c" and (dtype.is_floating or dtype.is_integer):
                array = array.real
            array, array_dtype = array.astype(dtype.as_numpy_dtype), dtype
    elif array_dtype is not None:
        array = np.array(array, array.dtype.newbyteorder("="))
    if array_dtype is None:
        name = _NUMPY_NAMES.get(array.dtype.type.__name__, array.dtype.name.upper())
        raise ValueError(
            f"Failed to convert a NumPy array to a Tensor (Unsupported numpy type: NPY_{name})."
        )
    if array_dtype is not STRING:
        return wrap_array(array, array_dtype)
    out = np.empty(array.shape, object)
    for index, leaf in np.ndenumerate(array):
        if not isinstance(leaf, (str, bytes)):
            raise ValueError(
                "Failed to convert a NumPy array to a Tensor "
                f"(Unsupported object type {type(leaf).__name__})."
            )
        out[index] = leaf.encode() if isinstance(leaf, str) else bytes(leaf)
    return out


def element_type(dtype: DType) -> torch.dtype:
    """The torch dtype of the same elements. Raises TypeError if torch has none."""
    if dtype.torch is None:
        raise TypeError(
            f"Tensors of {dtype!r} are not available in tf_tape_compat: torch has no such element "
            "type"
        )
    return dtype.torch


def wrap_array(array: np.ndarray, dtype: DType) -> Any:
    """The payload that shares the memory of an array, which no other code may hold.

    Raises TypeError if torch does not have the element type.
    """
    if dtype is STRING:
        return array
    torch_type = element_type(dtype)
    array = np.ascontiguousarray(array).reshape(array.shape)
    viewed = _VIEWED.get(dtype.name)
    if viewed is not None:
        return torch.from_numpy(array.view(viewed[0])).view(torch_type)
    return torch.from_numpy(array)
