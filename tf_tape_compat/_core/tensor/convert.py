"""Making tensors of what users pass: TensorFlow's conversion rules, in one place.

Plain values are read by python_values.py. Here: tensors, which never change their type, sequences
that hold tensors, and the classes that convert themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import torch

from ..devices.placement import place
from ..recording.tape_set import EMPTY
from ..types.dtype import DType, as_dtype
from ..types.shape import TensorShape
from .python_values import INT32, INT64, c_name, to_payload
from .tensor import EagerTensor, TrackedTensor, record

__all__ = ["INT32", "INT64", "c_name", "converters", "operand_readers", "to_payload", "to_tensor"]

# Conversions of other types (variables, sliced gradients), registered by their modules:
# a function of (value, dtype or None) that returns an EagerTensor.
converters: dict[type, Any] = {}

# What tf.register_tensor_conversion_function added: (priority, order, classes, function), sorted.
# The functions return NotImplemented where the next one is to be asked.
registered: list[tuple[int, int, tuple[type, ...], Any]] = []

# How an operation reads such a value where it only computes with it and hands it to nobody.
operand_readers: dict[type, Any] = {}

_TENSORS = (EagerTensor, TrackedTensor)
_PLAIN = frozenset((int, float, bool, complex, str, bytes, type(None)))
_BUILT_IN = _PLAIN | {list, tuple, range, np.ndarray, TensorShape}


def to_tensor(value: Any, dtype: DType | None = None, hint: DType | None = None) -> EagerTensor:
    """Converts `value` to a tensor; a tensor is returned as it is.

    `dtype` is demanded, `hint` is taken where the value can have it. Raises ValueError for values
    that no tensor holds or tensors of another type, TypeError for values that do not fit `dtype`.
    """
    kind = type(value)
    if kind in _TENSORS:
        if dtype is not None and value.dtype is not dtype:
            raise ValueError(
                f"Tensor conversion requested dtype {dtype.name} for Tensor with dtype "
                f"{value.dtype.name}: {value!r}"
            )
        return value
    if kind not in _BUILT_IN:
        convert = converters.get(kind) or _inherited(kind)
        if convert is not None:
            return convert(value, dtype)
        if isinstance(value, torch.Tensor):
            return to_tensor(EagerTensor(value), dtype)
        if hasattr(kind, "__tf_tensor__"):
            return to_tensor(value.__tf_tensor__(dtype, None), dtype)
        if registered and (found := _registered(value, dtype, hint)) is not None:
            return found
    make = plain if kind in _PLAIN or kind is np.ndarray else _maker(value)
    if dtype is None and hint is not None:
        try:
            return make(value, hint)
        except (TypeError, ValueError):
            pass
    return make(value, dtype)


def _maker(value: Any) -> Callable[[Any, DType | None], EagerTensor]:
    """The function that makes a tensor of a value that is none and that has no converter."""
    if isinstance(value, (list, tuple)) and holds_tensor(value):
        return _pack
    if isinstance(value, range):
        return ranger
    return _sizes if isinstance(value, TensorShape) else plain


def plain(value: Any, dtype: DType | None) -> EagerTensor:
    """The tensor of a value that is none, placed where tf.device says."""
    payload = to_payload(value, dtype)
    return EagerTensor(payload if isinstance(payload, np.ndarray) else place(payload))


def _sizes(value: TensorShape, dtype: DType | None) -> EagerTensor:
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
    return plain(value.as_list(), dtype)


def _registered(value: Any, dtype: DType | None, hint: DType | None) -> EagerTensor | None:
    """What a registered function makes of a value; None if there is none for it."""
    for _, _, classes, convert in registered:
        if not isinstance(value, classes):
            continue
        result = NotImplemented
        if dtype is None and hint is not None:
            try:
                result = convert(value, hint)
            except (TypeError, ValueError):
                pass
        if result is NotImplemented:
            result = convert(value, dtype)
        if result is not NotImplemented:
            return result
    return None


def _inherited(kind: type) -> Any:
    for base, convert in tuple(converters.items()):
        if issubclass(kind, base):
            converters[kind] = convert
            return convert
    return None


# -- sequences that hold tensors ----------------------------------------------------------------


def _is_tensor(value: Any) -> bool:
    """Whether a leaf counts as a tensor: also variables and torch's tensors."""
    kind = type(value)
    return kind in _TENSORS or (
        kind not in _PLAIN
        and (
            isinstance(value, torch.Tensor)
            or kind in operand_readers
            or _inherits_reader(kind)
            or getattr(kind, "_is_tensor_like", False)
        )
    )


def _inherits_reader(kind: type) -> bool:
    return any(issubclass(kind, base) for base in operand_readers)


def holds_tensor(values: Iterable[Any]) -> bool:
    """Whether a nested sequence has a tensor among its leaves."""
    kinds = set(map(type, values))
    if kinds <= _PLAIN:
        return False
    if kinds == _LIST:
        return any(map(holds_tensor, values))
    for value in values:
        if isinstance(value, (list, tuple)):
            if holds_tensor(value):
                return True
        elif _is_tensor(value):
            return True
    return False


_LIST = {list}


def _pack(values: Any, dtype: DType | None) -> EagerTensor:
    """Stacks a nested sequence that has tensors among its leaves, cast to `dtype` if given.

    The first tensor's type is everybody's type. Raises TypeError or InvalidArgumentError if
    another tensor has another type.
    """
    own = _first_dtype(values)
    if dtype is None or dtype is own:
        return _stacked(values, own, None)
    return _stacked(values, dtype, dtype)


def _stacked(values: Any, dtype: DType | None, cast_to: DType | None) -> EagerTensor:
    parts: list[Any] = []
    for value in values:
        if isinstance(value, (list, tuple)) and holds_tensor(value):
            parts.append(_stacked(value, dtype, cast_to))
        elif not _is_tensor(value):
            parts.append(value)
        else:
            reader = operand_readers.get(type(value), to_tensor)
            parts.append(reader(value) if cast_to is None else caster(reader(value), cast_to))
    if not all(isinstance(part, EagerTensor) for part in parts):
        for index, part in enumerate(parts):
            if not isinstance(part, EagerTensor):
                parts[index] = plain(part, dtype)
            elif dtype is not None and part.dtype is not dtype:
                raise TypeError(
                    f"Cannot convert a list containing a tensor of dtype {part.dtype} to {dtype} "
                    f"(Tensor is: {part!r})"
                )
    return stacker(parts)


def _first_dtype(values: Iterable[Any]) -> DType | None:
    for value in values:
        if isinstance(value, (list, tuple)):
            found = _first_dtype(value)
            if found is not None:
                return found
        elif _is_tensor(value):
            return as_dtype(value.dtype)
    return None


# The operations that conversions are made of, set by the modules of `_ops` that define them.


def stacker(parts: list[EagerTensor]) -> EagerTensor:
    """Stacks tensors of one type along a new first axis."""
    raise NotImplementedError  # tf.stack, by _ops/array/shaping.py


def caster(tensor: EagerTensor, dtype: DType) -> EagerTensor:
    """Casts a tensor."""
    raise NotImplementedError  # tf.cast, by _ops/math/casting.py


def ranger(value: range, dtype: DType | None) -> EagerTensor:
    """The numbers of a Python range."""
    raise NotImplementedError  # tf.range, by _ops/array/creation.py


# -- small constants ----------------------------------------------------------------------------

_constants: dict[Any, torch.Tensor] = {}


def scalar_payload(value: Any, dtype: torch.dtype) -> torch.Tensor:
    """The 0-d torch tensor of a Python number that converts to `dtype`; kept for the next time.

    For operands that an operation reads and nobody else ever holds. On torch this is also twice
    as fast as passing it the Python number. The number itself is its attribute `number`, for
    kernels that know better what to do with one. Raises TypeError where the value does not convert.
    """
    # 0.0 and -0.0 are equal but two values; NaN is never found again.
    key = (value if value or type(value) is int else str(value), type(value), dtype)
    found = _constants.get(key)
    if found is not None:
        return found
    # On the CPU: torch combines a 0-d tensor there with tensors anywhere.
    made = to_payload(value, as_dtype(dtype)).cpu()
    made.number = value
    if value == value and type(made) is torch.Tensor:  # no other mode is on
        if len(_constants) >= 4096:
            _constants.clear()
        _constants[key] = made
    return made


def wrap(payload: torch.Tensor | np.ndarray) -> EagerTensor:
    """An untracked tensor around a payload."""
    return record(EMPTY, payload)
