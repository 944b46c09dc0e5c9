"""The definition of an operation, and what its compiled function does off the quick path.

That is the conversion of arguments that are no tensors, the types an operation admits, lists of
tensors, and TensorFlow's errors.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch

from ...errors import InvalidArgumentError
from ..recording.admission import admit
from ..recording.tape_set import EMPTY, TapeSet, thread
from ..tensor.convert import converters, operand_readers, to_tensor
from ..tensor.tensor import STRING, EagerTensor, TrackedTensor
from ..types.dtype import FROM_TORCH, DType, as_dtype
from ..types.op_types import op_types
from .dispatch import Composite, holds_composite
from .op_errors import explain, mismatch, refusal

KINDS = frozenset((EagerTensor, TrackedTensor))
OBJECT = np.dtype(object)  # what `dtype` of a string payload is

_FIXED = frozenset({"bool", "string", "int32", "int64", "float32", "float64", "complex64"})


class Definition:
    """What `@op` was told, and the slow paths of the compiled function."""

    def __init__(
        self,
        operation: str,
        tensors: str,
        mismatch: Callable[[DType, DType], Exception] | None = None,
        pair: Callable[[Any, Any], tuple[EagerTensor, EagerTensor]] | None = None,
        others: Mapping[str, Callable[..., Any]] | None = None,
        reflected: str | None = None,
        mixed: Callable[..., Any] | None = None,
        default: str | None = None,
    ) -> None:
        self.operation = operation
        self.default = as_dtype(default) if default else None
        self.own_mismatch = mismatch
        self.pair = pair
        self.others = {_payload_dtype(name): other for name, other in (others or {}).items()}
        self.reflected = reflected
        self.mixed = mixed
        recorded = op_types(operation)
        self.names: list[str] = []
        self.groups: list[str] = []
        self.lists: list[bool] = []
        self.optional: list[bool] = []
        for position, word in enumerate(tensors.split()):
            name, _, group = word.partition(":")
            self.lists.append(name.endswith("*"))
            self.optional.append(name.endswith("?"))
            self.names.append(name.rstrip("*?"))
            self.groups.append(group or recorded.arguments[position][1])
        self.taken: dict[str, frozenset[Any] | None] = {}  # what payload_dtypes has found
        self.allowed: dict[str, tuple[DType, ...] | None] = {}
        for group in self.groups:
            fixed = group in _FIXED
            self.allowed[group] = (as_dtype(group),) if fixed else recorded.admitted.get(group)

    def payload_dtypes(self, group: str) -> frozenset[Any] | None:
        """The payload dtypes that the kernel takes for a group; None if any."""
        if group in self.taken:
            return self.taken[group]
        allowed = self.allowed[group]
        found: frozenset[Any] | None = None
        if allowed is None and self.others:
            allowed = tuple(FROM_TORCH.values()) + (STRING,)
        if allowed is not None:
            found = frozenset(OBJECT if d is STRING else d.torch for d in allowed)
            found -= self.others.keys()
        self.taken[group] = found
        return found

    def other(self, group: str, got: Any) -> Callable[..., Any]:
        """The function for a type that the kernel does not take. Raises if there is none."""
        found = self.others.get(got) or self.others.get("*")
        if found is None:
            raise self.refusal(group, got)
        return found

    # -- conversion -----------------------------------------------------------------------------

    def convert(self, *values: Any) -> tuple[Any, ...]:
        """Converts the tensor arguments: Python and NumPy values must take their group's type.

        That is the type of the first tensor in the group, or of its first value if it has none. In
        lists, values that do not fit keep their own type.
        """
        read_all: list[Any] = []
        for value in values:
            kind = type(value)
            if kind in KINDS:
                read_all.append(value)
            elif (read := operand_readers.get(kind)) is not None:
                read_all.append(read(value))
            else:
                break
        else:
            return tuple(read_all)
        if self.pair is not None:
            return self.pair(*values)
        if self.reflected is None and self._has_sequence(values):
            return self._convert_in_order(values)
        hints: dict[str, DType | None] = {}
        for value, group, is_list in zip(values, self.groups, self.lists, strict=True):
            for item in value if is_list and isinstance(value, (list, tuple)) else (value,):
                if group not in hints and _is_typed(item):
                    hints[group] = as_dtype(item.dtype)
        if self.default is not None:
            hints = self._with_default(values, hints)
        out: list[Any] = []
        for value, group, is_list, optional in zip(
            values, self.groups, self.lists, self.optional, strict=True
        ):
            if optional and value is None:
                out.append(None)
            elif is_list:
                if not isinstance(value, (list, tuple)):
                    value = _sequence(value)
                out.append([self._convert(item, group, hints) for item in value])
            else:
                out.append(self._convert(value, group, hints))
        return tuple(out)

    def convert_listed(self, *values: Any) -> tuple[Any, ...]:
        """Variables next to a sequence: as `convert`, but left to it if composites are there."""
        return values if holds_composite(values) else self.convert(*values)

    def _has_sequence(self, values: tuple[Any, ...]) -> bool:
        if len(values) == 1 and not self.lists[0]:
            return False
        for value, is_list in zip(values, self.lists, strict=True):
            items = value if is_list and isinstance(value, (list, tuple)) else (value,)
            if any(isinstance(item, (list, tuple)) for item in items):
                return True
        return False

    def _convert_in_order(self, values: tuple[Any, ...]) -> tuple[Any, ...]:
        """As `convert`, for arguments with a sequence among them, which TensorFlow takes in turn.

        All must have the type of the first tensor, or else of what comes first; a variable's type
        counts only there. Raises ValueError for tensors and variables of another type.
        """
        arguments = [
            _sequence(value) if is_list and not isinstance(value, (list, tuple)) else value
            for value, is_list in zip(values, self.lists, strict=True)
        ]
        dtypes: dict[str, DType] = {}
        converted = set()  # groups that are not all tensors, which would be left as they are
        for value, group, is_list in zip(arguments, self.groups, self.lists, strict=True):
            for item in value if is_list else (value,):
                if isinstance(item, EagerTensor):
                    dtypes.setdefault(group, item.dtype)
                else:
                    converted.add(group)
        out: list[Any] = []
        for value, group, is_list, optional in zip(
            arguments, self.groups, self.lists, self.optional, strict=True
        ):
            if (optional and value is None) or group not in converted:
                out.append(value)
            elif is_list:
                out.append([self._agreeing(item, group, dtypes) for item in value])
            else:
                out.append(self._agreeing(value, group, dtypes))
        return tuple(out)

    def _agreeing(self, value: Any, group: str, dtypes: dict[str, DType]) -> EagerTensor:
        dtype, allowed = dtypes.get(group), self.allowed[group]
        if dtype is None and allowed is not None and len(allowed) == 1:
            dtype = allowed[0]
        read = operand_readers.get(type(value))
        if read is not None and (dtype is None or as_dtype(value.dtype) is dtype):
            tensor = read(value)
        else:
            tensor = to_tensor(value, dtype)
            if dtype is None and self.default is not None and tensor.dtype not in (allowed or ()):
                tensor = to_tensor(value, None, self.default)
        dtypes.setdefault(group, tensor.dtype)
        return tensor

    def convert_operands(self, x: Any, y: Any) -> Any:
        """As `convert`, for an operator: where it fails, the class of `y` may know what to do."""
        try:
            return self.convert(x, y)
        except (TypeError, ValueError) as error:
            if isinstance(y, EagerTensor) or type(y) in operand_readers:
                raise
            return Reflected(reflected_result(error, x, y, self.reflected or ""))

    def _convert(self, value: Any, group: str, hints: dict[str, DType | None]) -> EagerTensor:
        if isinstance(value, EagerTensor):
            return value
        read = operand_readers.get(type(value))
        if read is not None:
            return read(value)
        if _is_typed(value):
            fixed = group in _FIXED and type(value) in converters
            return to_tensor(value, as_dtype(group) if fixed else None)
        hint = as_dtype(group) if group in _FIXED else hints.get(group)
        if hint is None and (allowed := self.allowed[group]) is not None and len(allowed) == 1:
            hint = allowed[0]
        tensor = to_tensor(value, None, hint) if any(self.lists) else to_tensor(value, hint)
        hints.setdefault(group, tensor.dtype)
        return tensor

    def _with_default(
        self, values: tuple[Any, ...], hints: dict[str, DType | None]
    ) -> dict[str, DType | None]:
        """`hints`, with the default type of groups without a tensor that TensorFlow gives it to.

        It does so where all is tensors and arrays; where there is a list, only if the values' own
        type is not admitted.
        """
        found: dict[str, DType | None] = {}
        listed = any(isinstance(value, (list, tuple, int, float)) for value in values)
        for value, group in zip(values, self.groups, strict=True):
            if group not in hints and group not in found and group not in _FIXED:
                own = to_tensor(value).dtype if listed else None
                admitted = own is not None and own in (self.allowed[group] or ())
                found[group] = own if admitted else to_tensor(value, None, self.default).dtype
        return found | hints

    def prepare(self, values: tuple[Any, ...]) -> tuple[TapeSet, list[Any]]:
        """Conversion, checks and admission where lists or missing tensors are among them."""
        if len(values) == 1 and (ready := self._ready(values[0])) is not None:
            return ready
        if holds_composite(values):
            raise Composite
        converted = self.convert(*values)
        flat: list[EagerTensor] = []
        first: dict[str, Any] = {}
        for value, group, is_list in zip(converted, self.groups, self.lists, strict=True):
            for item in value if is_list else () if value is None else (value,):
                expected = first.setdefault(group, item._t.dtype)
                if item._t.dtype is not expected and item._t.dtype != expected:
                    raise self.mismatch(len(flat), expected, item._t.dtype)
                flat.append(item)
        for group, dtype in first.items():
            allowed = self.payload_dtypes(group)
            if allowed is not None and dtype not in allowed:
                raise self.refusal(group, dtype)
        recording, payloads = admit(flat)
        remaining = iter(payloads)
        arguments: list[Any] = []
        for value, is_list in zip(converted, self.lists, strict=True):
            if value is None:
                arguments.append(None)
            elif is_list:
                arguments.append([next(remaining) for _ in value])
            else:
                arguments.append(next(remaining))
        return recording, arguments

    def _ready(self, items: Any) -> tuple[TapeSet, list[Any]] | None:
        """The common case of a list: tensors of one type, tracked by nobody or all who are active.

        None if there is more to be done.
        """
        if type(items) is not list and type(items) is not tuple:
            return None
        kinds = set(map(type, items))
        if not kinds or not kinds <= KINDS:
            return None
        payloads = [item._t for item in items]
        dtypes = {payload.dtype for payload in payloads}
        allowed = self.payload_dtypes(self.groups[0])
        if len(dtypes) > 1 or (allowed is not None and not dtypes <= allowed):
            return None
        if TrackedTensor not in kinds:
            return EMPTY, [payloads]
        active = thread.active
        if EagerTensor in kinds:
            return None
        for item in items:
            if item._set is not active:
                return None
        return active, [payloads]

    # -- errors ---------------------------------------------------------------------------------

    def mismatch(self, position: int, expected: Any, got: Any) -> Exception:
        """The error for two tensors of different types where TensorFlow wants one."""
        if self.own_mismatch is not None:
            return self.own_mismatch(FROM_TORCH.get(expected, STRING), FROM_TORCH.get(got, STRING))
        return mismatch(self.operation, position, expected, got)

    def refusal(self, group: str, got: Any) -> Exception:
        """The error for a type that the operation does not admit."""
        if group in _FIXED:
            return self.mismatch(self.groups.index(group), as_dtype(group).torch or OBJECT, got)
        return refusal(self.operation, group, self.allowed[group] or (), got)

    def explain(self, error: Exception, *payloads: Any) -> BaseException:
        """TensorFlow's error for what torch raised on `payloads`."""
        return explain(self.operation, error, payloads)


class Reflected:
    """What the right operand's class made of an operator."""

    __slots__ = ("result",)

    def __init__(self, result: Any) -> None:
        self.result = result


def reflected_result(error: Exception, x: Any, y: Any, reflected: str) -> Any:
    """What the class of `y` makes of an operator that failed; raises `error` if it does not know.

    Asked as TensorFlow asks, down to the error of `tensor | 1.5`: every class has the attribute
    __ror__, since types have that operator.
    """
    if not hasattr(type(y), reflected):
        raise error
    try:
        found = getattr(y, reflected)(x)
    except (TypeError, ValueError):
        raise error from None
    if found is NotImplemented:
        raise error
    return found


def _payload_dtype(name: str) -> Any:
    if name == "*":
        return name
    return OBJECT if name == "string" else as_dtype(name).torch


def _is_typed(value: Any) -> bool:
    return isinstance(value, (EagerTensor, torch.Tensor)) or type(value) in converters


def _sequence(value: Any) -> list[Any]:
    """A tensor given for a list of tensors counts as the list of its slices."""
    tensor = to_tensor(value)
    if tensor._t.ndim == 0:
        raise InvalidArgumentError(None, None, "Expected a list of tensors, got a scalar.")
    return list(tensor)
