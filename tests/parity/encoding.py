"""Encodes what a case returned as JSON, without loss, and compares two encoded values.

Numbers, strings, booleans, None and lists are encoded as themselves. Any other value becomes an
object whose first key names its type. Arrays are encoded flat and in full precision; arrays of
more than `INLINE` elements as the base64 of their little-endian bytes.
"""

from __future__ import annotations

import base64
import dataclasses
import enum
import math
import re
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any

import ml_dtypes
import numpy as np

INLINE = 64

RTOL = {
    "float64": 1e-13,
    "complex128": 1e-13,
    "float32": 2e-6,
    "complex64": 2e-6,
    "float16": 2e-3,
    "bfloat16": 1.6e-2,
    "python float": 2e-6,  # most of these come from float32 tensors
}
"""The default relative tolerance by dtype. Other dtypes are compared exactly.

The absolute tolerance is `ATOL_OF_RTOL` times the relative one times the largest finite magnitude
in the array: sums and products of large elements leave errors of that size in small ones.
"""

ATOL_OF_RTOL = 0.1


@dataclasses.dataclass(frozen=True)
class Tolerance:
    """How far apart numbers may be; None means the default."""

    rtol: float | None = None
    atol: float | None = None

    def allowed(self, expected: np.ndarray, dtype: str) -> np.ndarray:
        """The largest difference allowed for each element of `expected`."""
        default = RTOL.get(dtype, 0.0)
        rtol = default if self.rtol is None else self.rtol
        magnitude = np.abs(expected)
        atol = self.atol
        if atol is None:
            finite = magnitude[np.isfinite(magnitude)]
            atol = default * ATOL_OF_RTOL * (finite.max() if finite.size else 0.0)
        return rtol * magnitude + atol


class Encoder:
    """Encodes values of one framework, the module `tf`.

    `observe` is called with each tensor and variable.
    """

    def __init__(self, tf: ModuleType, observe: Callable[[Any], None] | None = None) -> None:
        self.tf = tf
        self.observe = observe

    def _is(self, value: Any, name: str) -> bool:
        cls = getattr(self.tf, name, None)
        return cls is not None and isinstance(value, cls)

    def encode(self, value: Any) -> Any:
        """Encodes `value`. Raises TypeError for a type that it has no rule for."""
        if value is None or type(value) in (bool, int, str):
            return value
        if type(value) is float:
            return value if math.isfinite(value) else {"float": repr(value)}
        if type(value) is complex:
            return {"complex": [self.encode(value.real), self.encode(value.imag)]}
        if type(value) is bytes:
            return {"bytes": value.decode("latin-1")}
        return self._encode_tensorflow(value) or self._encode_python(value)

    def _encode_tensorflow(self, value: Any) -> Any:
        if self.observe and (self._is(value, "Variable") or self._is(value, "Tensor")):
            self.observe(value)
        if self._is(value, "Variable"):
            return {
                "variable": value.name,
                "trainable": value.trainable,
                "value": _array("tensor", value.dtype.name, value.shape.as_list(), value.numpy()),
            }
        if self._is(value, "Tensor"):
            return _array("tensor", value.dtype.name, value.shape.as_list(), value.numpy())
        if self._is(value, "IndexedSlices"):
            return {
                "indexed_slices": self.encode(value.values),
                "indices": self.encode(value.indices),
                "dense_shape": self.encode(value.dense_shape),
            }
        if self._is(value, "RaggedTensor"):
            return {
                "ragged": self.encode(value.flat_values),
                "splits": [self.encode(splits) for splits in value.nested_row_splits],
                "shape": value.shape.as_list(),
            }
        if self._is(value, "SparseTensor"):
            return {
                "sparse_tensor": self.encode(value.values),
                "indices": self.encode(value.indices),
                "dense_shape": self.encode(value.dense_shape),
                "shape": self.encode(value.shape)["shape"],
            }
        if self._is(value, "DType"):
            return {"dtype": value.name}
        if self._is(value, "TensorShape"):
            return {"shape": None if value.rank is None else value.as_list()}
        if self._is(value, "TensorSpec"):
            return {
                "spec": value.name,
                "dtype": value.dtype.name,
                "shape": self.encode(value.shape)["shape"],
            }
        return None

    def _encode_python(self, value: Any) -> Any:
        if isinstance(value, np.ndarray):
            return _array("array", value.dtype.name, list(value.shape), value)
        if isinstance(value, np.generic):
            return _array("scalar", value.dtype.name, [], np.asarray(value))
        if isinstance(value, np.dtype):
            return {"numpy_dtype": str(value)}
        if isinstance(value, BaseException):
            return {"exception": type(value).__name__, "message": clean_message(str(value))}
        if isinstance(value, enum.Enum):
            return {"enum": value.name, "class": type(value).__name__}
        if isinstance(value, type):
            return {"type": value.__name__}
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            return {
                "namedtuple": type(value).__name__,
                "fields": [[name, self.encode(getattr(value, name))] for name in value._fields],
            }
        if type(value) is tuple:
            return {"tuple": [self.encode(item) for item in value]}
        if isinstance(value, list):
            return [self.encode(item) for item in value]
        if isinstance(value, Mapping):
            return {
                "mapping": type(value).__name__,
                "items": [[self.encode(key), self.encode(item)] for key, item in value.items()],
            }
        if isinstance(value, (set, frozenset)):
            return {"set": sorted((self.encode(item) for item in value), key=repr)}
        raise TypeError(f"no rule to record a value of type {type(value)}: {value!r}")


def _array(kind: str, dtype: str, shape: list[int], array: Any) -> dict[str, Any]:
    node: dict[str, Any] = {kind: dtype, "shape": shape}
    if isinstance(array, bytes):  # NumPy would strip trailing zeros
        array = np.array(array, dtype=object)
    array = np.asarray(array)
    if list(array.shape) != shape:
        raise ValueError(f"the value has shape {array.shape}, its own .shape says {shape}")
    flat = array.reshape(-1)
    if array.dtype.kind in "OSU":
        node["values"] = [_text(item) for item in flat.tolist()]
    elif array.dtype.names:
        raise TypeError(f"no rule to record arrays of dtype {array.dtype}")
    elif flat.size > INLINE:
        little = flat.astype(flat.dtype.newbyteorder("<"), copy=False)
        node["base64"] = base64.b64encode(little.tobytes()).decode()
    elif array.dtype.kind == "c":
        node["values"] = [[_number(item.real), _number(item.imag)] for item in flat]
    else:
        node["values"] = [_number(item) for item in flat]
    return node


def _text(item: Any) -> Any:
    if isinstance(item, bytes):
        return item.decode("latin-1")
    if isinstance(item, str):
        return {"str": item}  # bytes are more common, and are encoded as plain strings
    raise TypeError(f"no rule to record arrays that hold {item!r}")


def _number(item: Any) -> Any:
    """The shortest JSON number that decodes to exactly the same value."""
    if isinstance(item, np.bool_):
        return bool(item)
    if item.dtype.kind in "iu" or item.dtype.name in ("int4", "uint4", "int2", "uint2"):
        return int(item)
    if not np.isfinite(item):
        return str(float(item))
    short = float(str(item))
    return short if item.dtype.type(short) == item else float(item)


def _decode_array(node: dict[str, Any], dtype: str) -> np.ndarray:
    numpy_dtype = np.dtype(getattr(ml_dtypes, dtype, None) or dtype)
    if "base64" in node:
        return np.frombuffer(base64.b64decode(node["base64"]), numpy_dtype)
    if numpy_dtype.kind == "c":
        pairs = [complex(float(real), float(imag)) for real, imag in node["values"]]
        return np.array(pairs, numpy_dtype)
    if numpy_dtype.kind in "iub":
        return np.array(node["values"], numpy_dtype)
    return np.array([float(value) for value in node["values"]]).astype(numpy_dtype)


def clean_message(text: str) -> str:
    """Removes from a message what depends on the machine or the framework.

    That is the folders of file paths, memory addresses, ids, the modules before class names, the
    numbers of traces, and the lines that say through which files but the cases' an operation was
    added to its graph.
    """
    text = _CALL_STACK.sub(_case_frames, text)
    text = re.sub(r"(\bid=)\d+|(__(?:inference|forward)_[\w<>]+_)\d+", r"\1\2...", text)
    text = re.sub(r"0x[0-9a-f]{6,}", "0x...", text)
    text = re.sub(r"(?<![\w.:<])/(?:[\w.+-]+/){2,}(?=[\w.+-]+\.py\b)", "", text)
    return re.sub(r"(?<=')(?:tensorflow|tf_tape_compat)(?:\.\w+)*\.(?=\w+')", "", text)


# What an error says about where an operation was added.
_CALL_STACK = re.compile(
    r"(?<=\(most recent call last\):\n)(?: *File .*\n\n?)+"
    r"|(?<= was defined here:\n)(?: *File .*\n)+"
)


def _case_frames(match: re.Match[str]) -> str:
    lines = re.findall(r" *File .*\n", match[0])
    return "".join(line for line in lines if "/parity/cases/" in line)


def message_body(text: str) -> str:
    """A message without the operation at its end, and the name that TensorFlow sometimes adds."""
    return text.split(" [Op:", 1)[0]


TORCH_TEXT = re.compile(
    r"tensor\.m[TH]\b|\btorch\.(?!float|int|uint|bool|complex|bfloat)|\baten::|mat1 and mat2|"
    r"size of tensor a|"
    r"(Expected|expected) (all tensors|input to be|a Tensor of|scalar type)|Dimension out of range|"
    r"invalid combination of arguments|\(\): argument '|not implemented for '|shape '\[.*\]' is "
    r"invalid for input of size|must match the existing size|Tensors must have same number|"
    r"Sizes of tensors must match|for tensor of dimension|Boolean value of Tensor"
)
"""Parts of PyTorch's own messages, which users of TensorFlow's API should not meet."""

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?")


MESSAGE = "expected the message"
"""In the descriptions of messages that differ."""


def differences(
    expected: Any, actual: Any, tolerance: Tolerance, exact_message: bool, where: str = "value"
) -> Iterator[str]:
    """Describes each difference between two encoded values."""
    if type(expected) is not type(actual):
        yield f"{where}: expected {_brief(expected)}, got {_brief(actual)}"
    elif isinstance(expected, float):
        yield from _number_differences([expected], [actual], "python float", tolerance, where)
    elif isinstance(expected, str):
        if not _same_text(expected, actual, tolerance):
            yield f"{where}: expected {expected!r}\n{' ' * len(where)}       got {actual!r}"
    elif isinstance(expected, list):
        if len(expected) != len(actual):
            yield f"{where}: expected {len(expected)} items, got {len(actual)}"
        for index, (one, other) in enumerate(zip(expected, actual, strict=False)):
            yield from differences(one, other, tolerance, exact_message, f"{where}[{index}]")
    elif isinstance(expected, dict):
        yield from _node_differences(expected, actual, tolerance, exact_message, where)
    elif expected != actual:
        yield f"{where}: expected {expected!r}, got {actual!r}"


def _node_differences(
    expected: dict[str, Any],
    actual: dict[str, Any],
    tolerance: Tolerance,
    exact_message: bool,
    where: str,
) -> Iterator[str]:
    kind = next(iter(expected))
    if kind != next(iter(actual)) or (kind not in _NESTED and expected[kind] != actual[kind]):
        yield f"{where}: expected {_brief(expected)}, got {_brief(actual)}"
    elif kind in ("tensor", "array", "scalar"):
        dtype = expected[kind]
        if expected["shape"] != actual["shape"]:
            yield f"{where}: expected shape {expected['shape']}, got {actual['shape']}"
        elif dtype.startswith(("str", "bytes", "object")):
            yield from differences(
                expected["values"], actual["values"], tolerance, exact_message, where
            )
        else:
            arrays = _decode_array(expected, dtype), _decode_array(actual, dtype)
            yield from _number_differences(*arrays, dtype, tolerance, where)
    elif kind == "exception":
        texts = [expected["message"], actual["message"]]
        if not exact_message:
            texts = [message_body(text) for text in texts]
        if texts[0] != texts[1]:
            yield f"{where}: {MESSAGE}\n  {texts[0]}\ngot\n  {texts[1]}"
        if TORCH_TEXT.search(texts[1]):
            yield f"{where}: the message has words of torch\n  {texts[1]}"
    else:
        if set(expected) != set(actual):
            yield f"{where}: expected {_brief(expected)}, got {_brief(actual)}"
            return
        for key in expected:
            inner = where if key == kind else f"{where}.{key}"
            yield from differences(expected[key], actual[key], tolerance, exact_message, inner)


_NESTED = ("complex", "tuple", "set", "indexed_slices", "sparse_tensor", "ragged")


def _number_differences(
    expected: Any, actual: Any, dtype: str, tolerance: Tolerance, where: str
) -> Iterator[str]:
    expected, actual = np.asarray(expected), np.asarray(actual)
    if expected.shape != actual.shape:
        yield f"{where}: expected {expected.size} elements, got {actual.size}"
        return
    if dtype not in RTOL:
        wrong = expected != actual
        if dtype.startswith("float"):
            wrong &= ~(np.isnan(expected) & np.isnan(actual))
    else:
        wide = np.complex128 if np.iscomplexobj(expected) else np.float64
        expected, actual = expected.astype(wide), actual.astype(wide)
        with np.errstate(invalid="ignore"):
            close = np.abs(expected - actual) <= tolerance.allowed(expected, dtype)
        close &= np.isfinite(expected)
        wrong = ~(close | (expected == actual) | (np.isnan(expected) & np.isnan(actual)))
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        yield (
            f"{where}: {wrong.sum()} of {wrong.size} {dtype} elements differ, the first at flat "
            f"position {at}: expected {expected[at]!r}, got {actual[at]!r}"
        )


def _same_text(expected: str, actual: str, tolerance: Tolerance) -> bool:
    """Whether two texts are equal, up to the tolerance of their numbers if the case sets one."""
    if expected == actual:
        return True
    if tolerance == Tolerance() or _NUMBER.sub("#", expected) != _NUMBER.sub("#", actual):
        return False
    wanted, got = ([float(n) for n in _NUMBER.findall(text)] for text in (expected, actual))
    return not any(_number_differences(wanted, got, "python float", tolerance, ""))


def _brief(node: Any) -> str:
    text = repr(node)
    return text if len(text) < 300 else text[:300] + " ..."
