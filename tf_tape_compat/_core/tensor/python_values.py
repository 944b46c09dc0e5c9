"""Payloads of plain Python and NumPy values: TensorFlow's rules for their element types.

A sequence has the type of its first leaf: bool, int32 (int64 if a leaf needs it), float32,
complex128, string, or that of a NumPy float; each later leaf must fit it, and integers before a
float become floats. Asked for a given type, Python values take it if they keep their nature
(integers may become floats, not the other way); NumPy values are cast as NumPy casts them.
Measured on TensorFlow 2.21.
"""

from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np
import torch

from ..types.dtype import FROM_NUMPY, DType, as_dtype
from .tensor import STRING, Tensor

BOOL = as_dtype("bool")
INT32 = as_dtype("int32")
INT64 = as_dtype("int64")
UINT64 = as_dtype("uint64")
FLOAT16 = as_dtype("float16")
FLOAT32 = as_dtype("float32")
FLOAT64 = as_dtype("float64")
COMPLEX128 = as_dtype("complex128")

# What an error calls a type, where it is not the type's own name.
_C_NAMES = {"float16": "half", "float32": "float", "float64": "double"}

# The types whose bits NumPy and torch share, but which torch does not take from NumPy by itself.
_VIEWED: dict[str, tuple[Any, torch.dtype]] = {"bfloat16": (np.int16, torch.int16)}
for _name in ("float8_e5m2", "float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2fnuz"):
    _VIEWED[_name] = (np.uint8, torch.uint8)

# Payloads are made there whatever tf.device says: some are kept to be used again anywhere.
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
    """The payload for a Python or NumPy value (no tensors in it), of type `dtype` if given.

    Raises ValueError for what no tensor holds, TypeError for what does not convert to `dtype`.
    """
    kind = type(value)
    if (
        kind is float
        and (dtype is None or dtype is FLOAT32)
        and not _LARGEST < abs(value) < _INFINITY
    ):
        return torch.scalar_tensor(value, dtype=torch.float32, device=_CPU)
    if kind is int and (dtype is None or dtype is INT32) and -(2**31) <= value < 2**31:
        return torch.scalar_tensor(value, dtype=torch.int32, device=_CPU)
    if (kind is list or kind is tuple) and (payload := _plain_list(value, dtype)) is not None:
        return payload
    if kind in _KINDS and not issubclass(kind, np.generic):
        return _from_leaves([value], (), _KINDS[kind], _KINDS[kind], value, dtype)
    if isinstance(value, (np.ndarray, np.generic)):
        return _from_numpy(np.asarray(value), dtype)
    if is_sequence(value):
        leaves, shape = _flatten(value)
        first, letters = _kinds(leaves)
        return _from_leaves(leaves, shape, first, letters, value, dtype)
    if isinstance(value, (int, float, complex, str, bytes)):  # subclasses, enum.IntEnum among them
        letter = _kind(value)
        return _from_leaves([value], (), letter, letter, value, dtype)
    if hasattr(value, "__array__"):
        return _from_numpy(np.asarray(value.__array__()), dtype)
    raise _unsupported(value)


def _plain_list(value: Any, dtype: DType | None) -> torch.Tensor | None:
    """The payload for a nest of lists with nothing but floats, or integers, of their own type.

    None for anything else, wrong values included.
    """
    shape = [len(value)]
    kinds = set(map(type, value))
    while kinds == _LIST:
        lengths = set(map(len, value))
        if len(lengths) > 1:
            return None
        value = list(chain.from_iterable(value))
        shape += lengths
        kinds = set(map(type, value))
    if kinds == _FLOAT and (dtype is None or dtype is FLOAT32):
        if -_LARGEST <= min(value) and max(value) <= _LARGEST:
            array = np.array(value, np.float32)
            return torch.from_numpy(array if len(shape) == 1 else array.reshape(shape))
    elif kinds == _INT and (dtype is None or dtype is INT32):
        if -(2**31) <= min(value) and max(value) < 2**31:
            array = np.array(value, np.int32)
            return torch.from_numpy(array if len(shape) == 1 else array.reshape(shape))
    return None


_LIST, _FLOAT, _INT = {list}, {float}, {int}


def _unsupported(value: Any) -> ValueError:
    return ValueError(
        f"Attempt to convert a value ({value!r}) with an unsupported type ({type(value)!r}) "
        "to a Tensor."
    )


# -- sequences ----------------------------------------------------------------------------------


_NO_SEQUENCES = (str, bytes, dict, type, np.generic, Tensor, torch.Tensor)


def is_sequence(value: Any) -> bool:
    """Whether a value counts as a sequence: what has items and a length, but no dict or text."""
    kind = type(value)
    if kind is list or kind is tuple or kind is range:
        return True
    if isinstance(value, (list, tuple)):
        return True
    if kind in _KINDS or isinstance(value, _NO_SEQUENCES):
        return False
    if isinstance(value, np.ndarray):
        return value.ndim > 0
    return _has(kind, "__getitem__") and _has(kind, "__len__")


def _has(kind: type, method: str) -> bool:
    # Not hasattr: the class of an enumeration has items itself.
    return any(method in vars(base) for base in kind.__mro__)


def _flatten(value: Any) -> tuple[Any, tuple[int, ...]]:
    """Leaves (a list, or a flat array where they are arrays alike) and shape of a nest."""
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
        if type(item) not in _KINDS and is_sequence(item):
            raise ValueError(_MIXED)
    return level, tuple(shape)


def empty_shape(value: Any) -> tuple[int, ...] | None:
    """The shape of a nest whose first items end in an empty one; else None.

    TensorFlow looks no further: whatever else there is in the nest is left out.
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
_KINDS: dict[type, str] = {bool: "b", int: "i", float: "f", complex: "c", str: "s", bytes: "s"}
_KINDS.update({np.bool_: "B", np.float16: "h", np.float32: "f", np.float64: "d"})
_KINDS.update({np.complex64: "c", np.complex128: "c", np.str_: "s", np.bytes_: "s"})
_KINDS.update({np.dtype(code).type: "i" for code in "bBhHiIlLqQ"})


def _kind(leaf: Any) -> str:
    known = _KINDS.get(type(leaf))
    if known is not None:
        return known
    if isinstance(leaf, np.ndarray) and not leaf.ndim:
        return _kind(leaf[()])
    for kind, letter in ((bool, "b"), (int, "i"), (float, "f"), (complex, "c"), (str, "s")):
        if isinstance(leaf, kind) and not isinstance(leaf, np.generic):
            return letter
    if isinstance(leaf, bytes):
        return "s"
    raise _unsupported(leaf)


def _kinds(leaves: Any) -> tuple[str, str]:
    """The kind of the first leaf, and all kinds that occur."""
    if isinstance(leaves, np.ndarray):
        if not leaves.size:
            return "", ""
        letter = _kind(leaves[0])
        return letter, letter
    if not leaves:
        return "", ""
    known = set(map(_KINDS.get, map(type, leaves)))
    first = _kind(leaves[0])
    if None not in known:
        return first, "".join(known)  # type: ignore[arg-type]
    try:
        return first, "".join(set(map(_kind, leaves)))
    except ValueError:
        raise ValueError(_MIXED) from None


# -- leaves -------------------------------------------------------------------------------------

# What a sequence whose first leaf is of this kind may hold.
_ADMITS = {"b": "bB", "B": "bB", "i": "ibfdh", "s": "s", "c": "cfdhib"}
_ADMITS.update(dict.fromkeys("fdh", "fdhib"))

# The types that TensorFlow fills directly, without finding the sequence's own type first.
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
        dtype = _own_type(leaves, first, letters)
    elif any(letter not in _DIRECT.get(dtype, "") for letter in letters):
        own = _own_type(leaves, first, letters, finite=False)
        if not _keeps_nature(own, dtype):
            raise TypeError(f"Cannot convert {value!r} to EagerTensor of dtype {c_name(dtype)}")
    if dtype is STRING:
        array = np.empty(len(leaves), object)
        array[:] = [s.encode() if isinstance(s, str) else bytes(s) for s in leaves]
        return array.reshape(shape)
    return wrap_array(_array(leaves, letters, dtype).reshape(shape), dtype)


def _own_type(leaves: Any, first: str, letters: str, finite: bool = True) -> DType:
    """The type of a sequence by itself. Raises ValueError if its leaves do not go together."""
    if any(letter not in _ADMITS[first] for letter in letters):
        raise ValueError(_MIXED)
    if first == "i":
        if isinstance(leaves, np.ndarray):
            low, high = int(leaves.min()), int(leaves.max())
        else:
            integers = [leaf for leaf in leaves if _kind(leaf) == "i"]
            low, high = int(min(integers)), int(max(integers))
        if not (-(2**63) <= low and high < 2**63):
            raise ValueError(_TOO_LARGE)
        if not any(letter in letters for letter in "fdh"):
            return INT32 if -(2**31) <= low and high < 2**31 else INT64
        first = "f"
    if first == "f":
        if finite and not isinstance(leaves, np.ndarray):
            if any(_TOO_LARGE_FOR_FLOAT32 <= abs(float(leaf)) != _INFINITY for leaf in leaves):
                raise ValueError(_NOT_FINITE)
        return FLOAT32
    return {"b": BOOL, "B": BOOL, "d": FLOAT64, "h": FLOAT16, "c": COMPLEX128, "s": STRING}[first]


def _keeps_nature(own: DType, dtype: DType) -> bool:
    if own is dtype:
        return True
    if own.is_integer:
        return dtype.is_integer or dtype.is_floating or dtype.is_complex or dtype.is_quantized
    if own.is_floating:
        return dtype.is_floating or dtype.is_complex
    return own.is_complex and dtype.is_complex


def _array(leaves: Any, letters: str, dtype: DType) -> np.ndarray:
    """The leaves as an array of `dtype`; integers that it cannot hold lose their high bits."""
    wanted = dtype.as_numpy_dtype
    if any(letter in letters for letter in "c"):
        return np.array(leaves, np.complex128).astype(wanted)
    with np.errstate(over="ignore"):
        if any(letter in letters for letter in "fdh") or dtype.is_floating:
            array = np.array(leaves, np.float64)
            if dtype.size < 4:
                array = array.astype(np.float32)  # as TensorFlow: rounded twice
            return array.astype(wanted)
        try:
            return np.array(leaves, np.uint64 if dtype is UINT64 else np.int64).astype(wanted)
        except OverflowError:
            raise ValueError(_TOO_LARGE) from None


# -- NumPy --------------------------------------------------------------------------------------

_NUMPY_NAMES = {"longdouble": "LONGDOUBLE", "clongdouble": "CLONGDOUBLE", "void": "VOID"}
_NUMPY_NAMES.update({"datetime64": "DATETIME", "timedelta64": "TIMEDELTA"})


def _from_numpy(array: np.ndarray, dtype: DType | None) -> Any:
    own = FROM_NUMPY.get(array.dtype.type)
    if dtype is not None and dtype is not own:
        with np.errstate(over="ignore", invalid="ignore"):
            if array.dtype.kind == "c" and (dtype.is_floating or dtype.is_integer):
                array = array.real
            array, own = array.astype(dtype.as_numpy_dtype), dtype
    elif own is not None:
        array = np.array(array, array.dtype.newbyteorder("="))
    if own is None:
        name = _NUMPY_NAMES.get(array.dtype.type.__name__, array.dtype.name.upper())
        raise ValueError(
            f"Failed to convert a NumPy array to a Tensor (Unsupported numpy type: NPY_{name})."
        )
    if own is not STRING:
        return wrap_array(array, own)
    out = np.empty(array.shape, object)
    for index, leaf in np.ndenumerate(array):
        if not isinstance(leaf, (str, bytes)):
            raise ValueError(
                "Failed to convert a NumPy array to a Tensor "
                f"(Unsupported object type {type(leaf).__name__})."
            )
        out[index] = leaf.encode() if isinstance(leaf, str) else bytes(leaf)
    return out


def wrap_array(array: np.ndarray, dtype: DType) -> Any:
    """The payload around an array that is ours alone.

    Raises TypeError for element types that torch has not.
    """
    if dtype is STRING:
        return array
    if dtype.torch is None:
        raise TypeError(
            f"Tensors of {dtype!r} are not available in tf_tape_compat: "
            "torch has no such element type"
        )
    array = np.ascontiguousarray(array).reshape(array.shape)
    viewed = _VIEWED.get(dtype.name)
    if viewed is not None:
        return torch.from_numpy(array.view(viewed[0])).view(dtype.torch)
    return torch.from_numpy(array)
