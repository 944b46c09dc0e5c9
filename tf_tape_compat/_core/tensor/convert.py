"""Conversion of values to tensors: TensorFlow's rules, in one place.

Python and NumPy values are read by `python_values`. This module decides which conversion applies.
Conversions that are operations themselves (stacking a list that holds tensors, for example) are
registered by `_ops/conversions.py`, those of other classes by the modules that define them.
"""

from __future__ import annotations

import copyreg
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import numpy as np
import torch

from ..devices.placement import place
from ..recording.tape_set import EMPTY
from ..types.dtype import DType, as_dtype
from ..types.shape import TensorShape
from ..types.type_spec import describe, fallback_describers
from .python_values import INT32, INT64, c_name, to_payload
from .tensor import EagerTensor, TrackedTensor, from_torch, record

__all__ = [
    "INT32",
    "INT64",
    "c_name",
    "converters",
    "from_python",
    "operand_readers",
    "sequence_converters",
    "to_payload",
    "to_tensor",
]

Converter = Callable[[Any, DType | None], EagerTensor]

# How values with a `dtype` that are not tensors (variables, sliced gradients) become tensors:
# functions of (value, dtype or None), registered by the modules of their classes. Subclasses
# inherit them.
converters: dict[type, Converter] = {}

# The same for `list` (also for tuples; only sequences that hold tensors) and `range`.
sequence_converters: dict[type, Converter] = {}

# What tf.register_tensor_conversion_function added: (priority, order, classes, function), sorted.
# The functions return NotImplemented to pass the value on to the next one.
registered: list[tuple[int, int, tuple[type, ...], Converter]] = []

# How operations read values such as variables when they only compute with the result and never
# hand it out.
operand_readers: dict[type, Callable[[Any], EagerTensor]] = {}

_TENSOR_TYPES = (EagerTensor, TrackedTensor)
_SCALAR_TYPES = frozenset((int, float, bool, complex, str, bytes, type(None)))
_BUILT_IN = _SCALAR_TYPES | {list, tuple, range, np.ndarray, TensorShape}


def to_tensor(value: Any, dtype: DType | None = None, hint: DType | None = None) -> EagerTensor:
    """Converts `value` to a tensor; a tensor is returned unchanged.

    Args:
      value: a tensor, variable, Python or NumPy value, nested sequence of these, or an instance of
        a class that has a conversion.
      dtype: the required element type, or None.
      hint: the element type to use if the value can be converted to it; ignored if `dtype` is set.

    Raises:
      ValueError: if no tensor can hold the value, or it is a tensor of another type.
      TypeError: if the value does not convert to `dtype`.
    """
    cls = type(value)
    if cls in _TENSOR_TYPES:
        if dtype is not None and value.dtype is not dtype:
            raise ValueError(
                f"Tensor conversion requested dtype {dtype.name} for Tensor with dtype "
                f"{value.dtype.name}: {value!r}"
            )
        unchanged: EagerTensor = value
        return unchanged
    if cls not in _BUILT_IN:
        convert = converters.get(cls) or inherited_converter(cls)
        if convert is not None:
            return convert(value, dtype)
        if isinstance(value, torch.Tensor):
            return to_tensor(from_torch(value), dtype)
        if hasattr(cls, "__tf_tensor__"):
            return to_tensor(value.__tf_tensor__(dtype, None), dtype)
        if registered and (tensor := _convert_registered(value, dtype, hint)) is not None:
            return tensor
    if cls in _SCALAR_TYPES or cls is np.ndarray:
        convert = from_python
    else:
        convert = _built_in_converter(value)
    if dtype is None and hint is not None:
        try:
            return convert(value, hint)
        except (TypeError, ValueError):
            pass
    return convert(value, dtype)


def host_tensor(value: Any, dtype: DType | None = None) -> EagerTensor:
    """Converts a value that a kernel reads on the host: Python values are not moved to a device."""
    is_python = type(value) in _SCALAR_TYPES or isinstance(value, (list, np.ndarray, np.generic))
    if not is_python or (isinstance(value, list) and holds_tensor(value)):
        return to_tensor(value, dtype)
    return EagerTensor(to_payload(value, dtype))


def as_operand(value: Any) -> EagerTensor:
    """Converts a value that an operation only reads: a variable is read without a copy."""
    read = operand_readers.get(type(value))
    return read(value) if read is not None else to_tensor(value)


def _built_in_converter(value: Any) -> Converter:
    """The conversion of a value that is neither a tensor nor of a class with a converter."""
    if isinstance(value, (list, tuple)) and holds_tensor(value):
        return sequence_converters[list]
    if isinstance(value, range):
        return sequence_converters[range]
    return _from_shape if isinstance(value, TensorShape) else from_python


def from_python(value: Any, dtype: DType | None) -> EagerTensor:
    """Converts a Python or NumPy value without tensors in it, on the device of `tf.device`."""
    payload = to_payload(value, dtype)
    return EagerTensor(payload if isinstance(payload, np.ndarray) else place(payload))


def _from_shape(value: TensorShape, dtype: DType | None) -> EagerTensor:
    if not value.is_fully_defined():
        raise ValueError(f"Cannot convert a partially known TensorShape {value} to a Tensor.")
    if dtype is None:
        dtype = INT32
        if any(size >= 2**31 for size in value.as_list()):  # type: ignore[operator]
            dtype = INT64
    if dtype is not INT32 and dtype is not INT64:
        raise TypeError(
            f"Cannot convert TensorShape {value} to dtype {dtype}. Allowed dtypes are tf.int32 and "
            "tf.int64."
        )
    return from_python(value.as_list(), dtype)


def _convert_registered(value: Any, dtype: DType | None, hint: DType | None) -> EagerTensor | None:
    """Applies the registered conversion functions; None if none of them accepts the value."""
    for _, _, classes, convert in registered:
        if not isinstance(value, classes):
            continue
        result: Any = NotImplemented
        if dtype is None and hint is not None:
            with suppress(TypeError, ValueError):
                result = convert(value, hint)
        if result is NotImplemented:
            result = convert(value, dtype)
        if result is not NotImplemented:
            tensor: EagerTensor = result
            return tensor
    return None


def inherited_converter(cls: type) -> Converter | None:
    """The conversion of the nearest base class that has one; it becomes that of `cls`."""
    for base in cls.__mro__:
        if base in converters:
            converters[cls] = converters[base]
            return converters[cls]
    for base, convert in tuple(converters.items()):
        if issubclass(cls, base):
            converters[cls] = convert
            return convert
    return None


def is_typed(value: Any) -> bool:
    """Whether a value has an element type of its own, which other operands must take."""
    return isinstance(value, (EagerTensor, torch.Tensor)) or type(value) in converters


# -- sequences that hold tensors ----------------------------------------------------------------


def is_tensor_leaf(value: Any) -> bool:
    """Whether an item of a sequence counts as a tensor: variables and torch tensors do, too."""
    cls = type(value)
    return cls in _TENSOR_TYPES or (
        cls not in _SCALAR_TYPES
        and (
            isinstance(value, torch.Tensor)
            or cls in operand_readers
            or _inherits_reader(cls)
            or getattr(cls, "_is_tensor_like", False)
        )
    )


def _inherits_reader(cls: type) -> bool:
    return any(issubclass(cls, base) for base in operand_readers)


def holds_tensor(values: Iterable[Any]) -> bool:
    """Whether a nested sequence has a tensor among its leaves."""
    types = set(map(type, values))
    if types <= _SCALAR_TYPES:
        return False
    if types == _LIST_ONLY:
        return any(map(holds_tensor, values))
    for value in values:
        if isinstance(value, (list, tuple)):
            if holds_tensor(value):
                return True
        elif is_tensor_leaf(value):
            return True
    return False


_LIST_ONLY = {list}

# -- small constants ----------------------------------------------------------------------------

_constants: dict[Any, torch.Tensor] = {}


def scalar_payload(value: Any, dtype: torch.dtype) -> torch.Tensor:
    """The 0-d torch tensor of a Python number that converts to `dtype`, from a cache.

    Only for operands that an operation reads and does not hand out. This is twice as fast as
    passing the Python number to torch. The tensor's attribute `number` is the number itself, for
    kernels that treat numbers specially. Raises TypeError if the value does not convert.
    """
    # 0.0 and -0.0 are equal but differ; NaN never compares equal, so it is never found again.
    key = (value if value or type(value) is int else str(value), type(value), dtype)
    cached = _constants.get(key)
    if cached is not None:
        return cached
    # On the CPU: torch combines a 0-d CPU tensor with tensors on any device.
    payload: torch.Tensor = to_payload(value, as_dtype(dtype)).cpu()
    payload.number = value  # type: ignore[attr-defined]
    if value == value and type(payload) is torch.Tensor:  # no other torch mode is active
        if len(_constants) >= 4096:
            _constants.clear()
        _constants[key] = payload
    return payload


def wrap(payload: torch.Tensor | np.ndarray) -> EagerTensor:
    """An untracked tensor around a payload."""
    tensor: EagerTensor = record(EMPTY, payload)
    return tensor


# -- registrations that need conversions --------------------------------------------------------


def _unpickle(value: Any, dtype: str) -> EagerTensor:
    return to_tensor(value, as_dtype(dtype))


def _reduce(tensor: EagerTensor) -> Any:
    return _unpickle, (tensor._numpy(), tensor.dtype.name)


for _cls in _TENSOR_TYPES:
    copyreg.pickle(_cls, _reduce)


def _describe_converted(value: Any) -> Any:
    try:
        return describe(to_tensor(value))
    except (ValueError, TypeError):
        return None


fallback_describers.append(_describe_converted)
