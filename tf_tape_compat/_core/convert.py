"""Making tensors of what users pass: TensorFlow's conversion rules, in one place.

The element type of a Python value is that of its first leaf (int32, or int64 if one is larger;
float32; bool; complex128; string), and each later leaf must fit it. A NumPy value keeps its type.
Asked for a given type, Python values convert upwards only, NumPy values by a plain cast, and
tensors never. Measured on TensorFlow 2.21.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import torch

from .dtype import FROM_NUMPY, DType, as_dtype
from .recording import EMPTY
from .shape import TensorShape
from .tensor import STRING, EagerTensor, record

BOOL = as_dtype("bool")
INT32 = as_dtype("int32")
INT64 = as_dtype("int64")
FLOAT32 = as_dtype("float32")
COMPLEX128 = as_dtype("complex128")

# What an error calls a type, where it is not the type's own name.
_C_NAMES = {"float16": "half", "float32": "float", "float64": "double"}

# The types whose bits NumPy and torch share, but which torch does not take from NumPy by itself.
_VIEWED = {"bfloat16": (np.int16, torch.int16)}
for _name in ("float8_e5m2", "float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2fnuz"):
    _VIEWED[_name] = (np.uint8, torch.uint8)


def c_name(dtype: DType) -> str:
    """The name that TensorFlow's runtime errors use for `dtype`: float, double, half, int32..."""
    return _C_NAMES.get(dtype.name, dtype.name)


# Conversions of other types (variables, sliced gradients), registered by their modules:
# a function of (value, dtype or None) that returns an EagerTensor.
converters: dict[type, Any] = {}

# How an operation reads such a value where it only computes with it and hands it to nobody.
operand_readers: dict[type, Any] = {}


def to_tensor(value: Any, dtype: DType | None = None, hint: DType | None = None) -> EagerTensor:
    """Converts `value` to a tensor; a tensor is returned as it is.

    `dtype` is demanded, `hint` is taken where the value can have it. Raises ValueError for values
    that no tensor holds or tensors of another type, TypeError for values that do not fit `dtype`.
    """
    if isinstance(value, EagerTensor):
        if dtype is not None and value.dtype is not dtype:
            raise ValueError(
                f"Tensor conversion requested dtype {dtype.name} for Tensor with dtype "
                f"{value.dtype.name}: {value!r}"
            )
        return value
    convert = converters.get(type(value)) or _inherited(type(value))
    if convert is not None:
        return convert(value, dtype)
    if isinstance(value, torch.Tensor):
        return _same_dtype(EagerTensor(value), dtype)
    if hasattr(value, "__tf_tensor__"):
        return to_tensor(value.__tf_tensor__(dtype, None), dtype)
    if isinstance(value, (list, tuple)) and _holds_tensor(value):
        return pack(value, dtype, hint)
    if dtype is None and hint is not None:
        try:
            return EagerTensor(payload_of(value, hint))
        except (TypeError, ValueError):
            pass
    return EagerTensor(payload_of(value, dtype))


def _inherited(kind: type) -> Any:
    for base, convert in tuple(converters.items()):
        if issubclass(kind, base):
            converters[kind] = convert
            return convert
    return None


def _same_dtype(tensor: EagerTensor, dtype: DType | None) -> EagerTensor:
    return to_tensor(tensor, dtype)


def _holds_tensor(values: Iterable[Any]) -> bool:
    for value in values:
        if isinstance(value, (list, tuple)):
            if _holds_tensor(value):
                return True
        elif isinstance(value, (EagerTensor, torch.Tensor)) or type(value) in converters:
            return True
        elif isinstance(value, (int, float, str, bytes)):
            continue
        elif _inherited(type(value)) is not None:
            return True
    return False


def pack(values: Any, dtype: DType | None, hint: DType | None) -> EagerTensor:
    """Stacks a nested sequence that has tensors among its leaves.

    The first tensor's type is everybody's type.
    """
    if dtype is None:
        dtype = _first_dtype(values) or hint
    parts = []
    for index, value in enumerate(values):
        if isinstance(value, (list, tuple)):
            part = pack(value, dtype, None) if _holds_tensor(value) else to_tensor(value, dtype)
        elif isinstance(value, EagerTensor) or isinstance(value, torch.Tensor):
            part = to_tensor(value)
        else:
            part = to_tensor(value, dtype)
        if dtype is not None and part.dtype is not dtype:
            from ..errors import InvalidArgumentError

            raise InvalidArgumentError(
                None,
                None,
                f"cannot compute Pack as input #{index}(zero-based) was expected to be a "
                f"{c_name(dtype)} tensor but is a {c_name(part.dtype)} tensor [Op:Pack] "
                "name: packed",
            )
        parts.append(part)
    return stacker(parts)


def _first_dtype(values: Iterable[Any]) -> DType | None:
    for value in values:
        if isinstance(value, (list, tuple)):
            found = _first_dtype(value)
            if found is not None:
                return found
        elif isinstance(value, torch.Tensor):
            return as_dtype(value.dtype)
        elif isinstance(value, EagerTensor) or _inherited(type(value)) is not None:
            return value.dtype
    return None


def stacker(parts: list[EagerTensor]) -> EagerTensor:
    """Stacks tensors of one type along a new first axis, as a recorded operation."""
    raise NotImplementedError  # set by _ops/shaping.py, whose tf.stack it is


# -- payloads of plain values -------------------------------------------------------------------


def payload_of(value: Any, dtype: DType | None) -> Any:
    """The payload for a Python or NumPy value (no tensors in it), of type `dtype` if given."""
    kind = type(value)
    if kind is float:
        if dtype is None or dtype is FLOAT32:
            return torch.tensor(_finite(value) if dtype is None else value, dtype=torch.float32)
        return _from_python([value], (), value, dtype)
    if kind is int or kind is bool or kind is complex or isinstance(value, (str, bytes)):
        return _from_python([value], (), value, dtype)
    if isinstance(value, (np.ndarray, np.generic)):
        return _from_numpy(np.asarray(value), dtype)
    if isinstance(value, TensorShape):
        if not value.is_fully_defined():
            raise ValueError(f"Cannot convert a partially known TensorShape {value} to a Tensor.")
        return _from_python(value.as_list(), (value.rank,), value, dtype or INT32)
    if isinstance(value, (list, tuple, range)):
        leaves, shape, is_array = _flatten(value)
        if is_array and dtype is None:
            dtype = _python_like(leaves[0].dtype) if leaves else None
        if is_array:
            leaves = [item for leaf in leaves for item in leaf.ravel().tolist()]
        return _from_python(leaves, shape, value, dtype)
    if isinstance(value, (int, float, complex)):  # subclasses, enum.IntEnum among them
        return _from_python([value], (), value, dtype)
    if hasattr(value, "__array__") and not isinstance(value, type):
        return _from_numpy(np.asarray(value), dtype)
    raise ValueError(
        f"Attempt to convert a value ({value!r}) with an unsupported type ({kind!r}) to a Tensor."
    )


def _python_like(dtype: np.dtype) -> DType | None:
    """The type of a sequence whose first leaf is a NumPy array: integers count as Python's."""
    return None if dtype.kind in "iub" else FROM_NUMPY.get(dtype.type)


def _flatten(value: Any) -> tuple[list[Any], tuple[int, ...], bool]:
    """Leaves, shape, and whether the leaves are NumPy arrays, of a nested sequence."""
    shape: list[int] = []
    level: list[Any] = [value]
    while True:
        first = level[0] if level else None
        if not isinstance(first, (list, tuple, range)):
            break
        length = len(first)
        shape.append(length)
        if not length:
            return [], tuple(shape), False  # TensorFlow looks no further than the first
        nested: list[Any] = []
        for item in level:
            if isinstance(item, np.ndarray):
                item = list(item) if item.ndim else item
            if not isinstance(item, (list, tuple, range)):
                raise ValueError("Can't convert Python sequence with mixed types to Tensor.")
            if len(item) != length:
                raise ValueError("Can't convert non-rectangular Python sequence to Tensor.")
            nested.extend(item)
        level = nested
    if isinstance(level[0], np.ndarray) and level[0].ndim:
        arrays = [np.asarray(item) for item in level]
        inner = arrays[0].shape
        if any(array.shape != inner for array in arrays):
            raise ValueError("Can't convert non-rectangular Python sequence to Tensor.")
        return arrays, tuple(shape) + inner, True
    for item in level:
        if isinstance(item, (list, tuple, range)):
            raise ValueError("Can't convert Python sequence with mixed types to Tensor.")
    return level, tuple(shape), False


_KINDS = {bool: "b", int: "i", float: "f", complex: "c", str: "s", bytes: "s"}


def _kind(leaf: Any) -> str:
    known = _KINDS.get(type(leaf))
    if known is not None:
        return known
    if isinstance(leaf, np.generic) or (isinstance(leaf, np.ndarray) and not leaf.ndim):
        letter = leaf.dtype.kind
        if letter == "f" and leaf.dtype == np.float64:
            return "d"
        return {"u": "i", "S": "s", "U": "s", "V": "f"}.get(letter, letter)
    if isinstance(leaf, (str, bytes)):
        return "s"
    for kind, letter in ((bool, "b"), (int, "i"), (float, "f"), (complex, "c")):
        if isinstance(leaf, kind):
            return letter
    raise ValueError(
        f"Attempt to convert a value ({leaf!r}) with an unsupported type ({type(leaf)!r}) "
        "to a Tensor."
    )


# Kinds of leaves that a sequence of each kind may also hold.
_ADMITS = {"b": "b", "i": "ib", "f": "fdib", "d": "fdib", "c": "cfdib", "s": "s"}


def _from_python(leaves: list[Any], shape: tuple[int, ...], value: Any, dtype: DType | None) -> Any:
    if not leaves:
        wanted = dtype or FLOAT32
        if wanted.torch is None:
            return np.empty(shape, object)
        return torch.empty(shape, dtype=wanted.torch)
    kinds = {type(leaf) for leaf in leaves}
    if len(kinds) == 1 and (only := kinds.pop()) in _KINDS:
        letters = _KINDS[only]
        first = letters
    else:
        first = _kind(leaves[0])
        try:
            letters = "".join({_kind(leaf) for leaf in leaves})
        except ValueError:
            if len(leaves) > 1 and leaves[0] is not None:
                raise ValueError(
                    "Can't convert Python sequence with mixed types to Tensor."
                ) from None
            raise
    if dtype is None:
        if first == "i" and ("f" in letters or "d" in letters):
            first = "f"
        if any(letter not in _ADMITS[first] for letter in letters):
            raise ValueError("Can't convert Python sequence with mixed types to Tensor.")
        dtype = _default_dtype(first, leaves)
    elif not _fits(letters, dtype):
        raise TypeError(f"Cannot convert {value!r} to EagerTensor of dtype {c_name(dtype)}")
    if dtype is STRING:
        array = np.empty(len(leaves), object)
        array[:] = [s.encode() if isinstance(s, str) else bytes(s) for s in leaves]
        return array.reshape(shape)
    if dtype.is_integer:
        bits = 8 * dtype.size
        if any(not -(1 << bits - 1) <= int(leaf) < 1 << bits - 1 for leaf in leaves):
            # C's conversion: the low bits count
            leaves = [int(leaf) & ((1 << bits) - 1) for leaf in leaves]
            unsigned = np.array(leaves, f"u{dtype.size}").reshape(shape)
            return _wrap_array(unsigned.view(np.dtype(dtype.as_numpy_dtype)), dtype)
    if dtype.torch is None:
        return _wrap_array(np.array(leaves).reshape(shape).astype(dtype.as_numpy_dtype), dtype)
    if len(leaves) == 1 and not shape:
        if dtype.torch in (torch.float32, torch.float16, torch.bfloat16):
            return torch.tensor(leaves[0], dtype=torch.float64).to(dtype.torch)
        return torch.tensor(leaves[0], dtype=dtype.torch)
    if dtype.is_floating:
        with np.errstate(over="ignore"):
            return _wrap_array(
                np.array(leaves, np.float64).astype(dtype.as_numpy_dtype).reshape(shape), dtype
            )
    return _wrap_array(np.array(leaves, dtype.as_numpy_dtype).reshape(shape), dtype)


def _fits(letters: str, dtype: DType) -> bool:
    """Whether Python values of these kinds convert to `dtype` without losing their nature."""
    allowed = (
        "b"
        if dtype is BOOL
        else "s"
        if dtype is STRING
        else "ib"
        if dtype.is_integer
        else "fdib"
        if dtype.is_floating
        else "cfdib"
        if dtype.is_complex
        else ""
    )
    return all(letter in allowed for letter in letters)


def _default_dtype(first: str, leaves: list[Any]) -> DType:
    if first == "i":
        low, high = min(leaves), max(leaves)
        if -(2**31) <= low and high < 2**31:
            return INT32
        if -(2**63) <= low and high < 2**63:
            return INT64
        raise ValueError("Can't convert Python sequence with out-of-range integer to Tensor.")
    if first == "f":
        for leaf in leaves:
            _finite(leaf)
        return FLOAT32
    if first == "d":
        return as_dtype("float64")
    return {"b": BOOL, "c": COMPLEX128, "s": STRING}[first]


_FLOAT32_LIMIT = float(np.finfo(np.float32).max)


def _finite(value: Any) -> Any:
    """Raises ValueError for a finite number that float32 cannot hold."""
    if abs(value) > _FLOAT32_LIMIT and abs(value) != float("inf"):
        raise ValueError(
            "Can't convert Python sequence with a value out of range for a double-precision float."
        )
    return value


def _from_numpy(array: np.ndarray, dtype: DType | None) -> Any:
    kind = array.dtype.kind
    if kind in "SU":
        own: DType | None = STRING
        array = _encoded(array)
    elif kind == "O":
        own = STRING
        for leaf in array.flat:
            if not isinstance(leaf, (str, bytes)):
                raise ValueError(
                    "Failed to convert a NumPy array to a Tensor "
                    f"(Unsupported object type {type(leaf).__name__})."
                )
        array = _encoded(array)
    else:
        own = FROM_NUMPY.get(array.dtype.type)
    if own is None:
        raise ValueError(
            "Failed to convert a NumPy array to a Tensor "
            f"(Unsupported numpy type: {array.dtype.name})."
        )
    if dtype is not None and dtype is not own:
        if (dtype is STRING) is not (own is STRING):
            raise TypeError(f"Cannot convert {array!r} to EagerTensor of dtype {c_name(dtype)}")
        with np.errstate(over="ignore", invalid="ignore"):
            if array.dtype.kind == "c" and not dtype.is_complex:
                array = array.real
            return _wrap_array(array.astype(dtype.as_numpy_dtype), dtype)
    return _wrap_array(np.array(array, array.dtype.newbyteorder("=")), own)


def _encoded(array: np.ndarray) -> np.ndarray:
    out = np.empty(array.shape, object)
    for index in np.ndindex(array.shape):
        leaf = array[index]
        out[index] = leaf.encode() if isinstance(leaf, str) else bytes(leaf)
    return out


def _wrap_array(array: np.ndarray, dtype: DType) -> Any:
    """The payload around an array that is ours alone."""
    if dtype is STRING:
        return array
    if dtype.torch is None:
        raise TypeError(
            f"Tensors of {dtype!r} are not available in tf_tape_compat: "
            "torch has no such element type"
        )
    array = np.ascontiguousarray(array) if array.ndim else array
    viewed = _VIEWED.get(dtype.name)
    if viewed is not None:
        return torch.from_numpy(array.reshape(array.shape).view(viewed[0])).view(dtype.torch)
    return torch.from_numpy(np.asarray(array))


# -- small constants ----------------------------------------------------------------------------

_constants: dict[Any, torch.Tensor] = {}


def scalar_payload(value: Any, dtype: torch.dtype) -> torch.Tensor:
    """The 0-d torch tensor of a Python number that converts to `dtype`; kept for the next time.

    For operands that an operation reads and nobody else ever holds. On torch this is also twice
    as fast as passing it the Python number. Raises TypeError where the value does not convert.
    """
    key = (value, type(value), dtype)
    found = _constants.get(key)
    if found is not None:
        return found
    made = payload_of(value, as_dtype(dtype))
    # 0.0 and -0.0 are one key but two values; NaN is never found again.
    if value == value and value != 0.0 or type(value) is int:
        if len(_constants) >= 4096:
            _constants.clear()
        _constants[key] = made
    return made


def wrap(payload: Any) -> EagerTensor:
    """An untracked tensor around a payload."""
    return record(EMPTY, payload)
