"""How an operation converts its tensor arguments when they are not all tensors of one type.

The generated code of an operation (op_source.py) calls this off its fast paths.
"""

from __future__ import annotations

from typing import Any

from ...errors import InvalidArgumentError
from ..recording.admission import admit
from ..recording.tape_set import EMPTY, TapeSet, thread
from ..tensor.convert import converters, is_typed, operand_readers, to_tensor
from ..tensor.tensor import EagerTensor, TrackedTensor
from ..types.dtype import DType, as_dtype
from .dispatch import CompositeError, holds_composite
from .op_def import FIXED_TYPES, OpDef

TENSOR_TYPES = frozenset((EagerTensor, TrackedTensor))


class ArgumentConverter:
    """Converts the tensor arguments of one operation."""

    def __init__(self, op_def: OpDef) -> None:
        self.op_def = op_def

    def convert(self, *values: Any) -> tuple[Any, ...]:
        """Converts the tensor arguments: Python and NumPy values take the type of their group.

        That is the type of the group's first tensor, or of its first value if it has no tensor. In
        lists, values that do not fit keep their own type.
        """
        op_def = self.op_def
        operands: list[Any] = []
        for value in values:
            cls = type(value)
            if cls in TENSOR_TYPES:
                operands.append(value)
            elif (read := operand_readers.get(cls)) is not None:
                operands.append(read(value))
            else:
                break
        else:
            return tuple(operands)
        if op_def.convert_pair is not None:
            return op_def.convert_pair(*values)
        if op_def.reflected is None and self._has_sequence(values):
            return self._convert_in_order(values)
        hints: dict[str, DType | None] = {}
        for value, group, is_list in zip(values, op_def.groups, op_def.lists, strict=True):
            for item in value if is_list and isinstance(value, (list, tuple)) else (value,):
                if group not in hints and is_typed(item):
                    hints[group] = as_dtype(item.dtype)
        if op_def.default is not None:
            hints = self._with_default(values, hints)
        converted: list[Any] = []
        for value, group, is_list, optional in zip(
            values, op_def.groups, op_def.lists, op_def.optional, strict=True
        ):
            if optional and value is None:
                converted.append(None)
            elif is_list:
                if not isinstance(value, (list, tuple)):
                    value = _slices(value)
                converted.append([self._convert(item, group, hints) for item in value])
            else:
                converted.append(self._convert(value, group, hints))
        return tuple(converted)

    def _convert(self, value: Any, group: str, hints: dict[str, DType | None]) -> EagerTensor:
        if isinstance(value, EagerTensor):
            return value
        if type(value) in operand_readers:
            return operand_readers[type(value)](value)
        if is_typed(value):
            fixed = group in FIXED_TYPES and type(value) in converters
            return to_tensor(value, as_dtype(group) if fixed else None)
        hint = as_dtype(group) if group in FIXED_TYPES else hints.get(group)
        allowed = self.op_def.allowed[group]
        if hint is None and allowed is not None and len(allowed) == 1:
            hint = allowed[0]
        dtype, hint = (None, hint) if any(self.op_def.lists) else (hint, None)
        tensor = to_tensor(value, dtype, hint)
        hints.setdefault(group, tensor.dtype)
        return tensor

    def _with_default(
        self, values: tuple[Any, ...], hints: dict[str, DType | None]
    ) -> dict[str, DType | None]:
        """Adds the default type to `hints`, for the groups without a tensor that take it.

        If all values are tensors and arrays, all these groups do; if there is a list or number,
        only those whose values have a type that is not admitted.
        """
        op_def = self.op_def
        defaults: dict[str, DType | None] = {}
        untyped = any(isinstance(value, (list, tuple, int, float)) for value in values)
        for value, group in zip(values, op_def.groups, strict=True):
            if group not in hints and group not in defaults and group not in FIXED_TYPES:
                value_dtype = to_tensor(value).dtype if untyped else None
                if value_dtype is not None and value_dtype in (op_def.allowed[group] or ()):
                    defaults[group] = value_dtype
                else:
                    defaults[group] = to_tensor(value, None, op_def.default).dtype
        return defaults | hints

    # -- sequences ------------------------------------------------------------------------------

    def convert_unless_composite(self, *values: Any) -> tuple[Any, ...]:
        """As `convert`, for variables next to a sequence; composites are left to dispatch."""
        return values if holds_composite(values) else self.convert(*values)

    def _has_sequence(self, values: tuple[Any, ...]) -> bool:
        lists = self.op_def.lists
        if len(values) == 1 and not lists[0]:
            return False
        for value, is_list in zip(values, lists, strict=True):
            items = value if is_list and isinstance(value, (list, tuple)) else (value,)
            if any(isinstance(item, (list, tuple)) for item in items):
                return True
        return False

    def _convert_in_order(self, values: tuple[Any, ...]) -> tuple[Any, ...]:
        """As `convert`, for arguments with a sequence among them: TensorFlow converts one by one.

        All take the type of the first tensor, or else of the first value; the type of a variable
        counts only if it comes first. Raises ValueError for tensors and variables of another type.
        """
        op_def = self.op_def
        arguments = [
            _slices(value) if is_list and not isinstance(value, (list, tuple)) else value
            for value, is_list in zip(values, op_def.lists, strict=True)
        ]
        dtypes: dict[str, DType] = {}
        to_convert = set()  # groups with a value that is not a tensor; others stay unchanged
        for value, group, is_list in zip(arguments, op_def.groups, op_def.lists, strict=True):
            for item in value if is_list else (value,):
                if isinstance(item, EagerTensor):
                    dtypes.setdefault(group, item.dtype)
                else:
                    to_convert.add(group)
        converted: list[Any] = []
        for value, group, is_list, optional in zip(
            arguments, op_def.groups, op_def.lists, op_def.optional, strict=True
        ):
            if (optional and value is None) or group not in to_convert:
                converted.append(value)
            elif is_list:
                converted.append([self._convert_to_group(item, group, dtypes) for item in value])
            else:
                converted.append(self._convert_to_group(value, group, dtypes))
        return tuple(converted)

    def _convert_to_group(self, value: Any, group: str, dtypes: dict[str, DType]) -> EagerTensor:
        dtype, allowed = dtypes.get(group), self.op_def.allowed[group]
        if dtype is None and allowed is not None and len(allowed) == 1:
            dtype = allowed[0]
        read = operand_readers.get(type(value))
        if read is not None and (dtype is None or as_dtype(value.dtype) is dtype):
            tensor = read(value)
        else:
            tensor = to_tensor(value, dtype)
            default = self.op_def.default
            if dtype is None and default is not None and tensor.dtype not in (allowed or ()):
                tensor = to_tensor(value, None, default)
        dtypes.setdefault(group, tensor.dtype)
        return tensor

    # -- operators ------------------------------------------------------------------------------

    def convert_operands(self, x: Any, y: Any) -> Any:
        """As `convert`, for an operator: if that fails, the class of `y` may implement it."""
        try:
            return self.convert(x, y)
        except (TypeError, ValueError) as error:
            if isinstance(y, EagerTensor) or type(y) in operand_readers:
                raise
            return Reflected(reflected_result(error, x, y, self.op_def.reflected or ""))

    # -- lists and optional tensors --------------------------------------------------------------

    def prepare(self, values: tuple[Any, ...]) -> tuple[TapeSet, list[Any]]:
        """Converts, checks and admits arguments with lists or optional tensors among them.

        Returns the tapes that record the operation, and the payloads.
        """
        if len(values) == 1 and (prepared := self._prepare_uniform(values[0])) is not None:
            return prepared
        if holds_composite(values):
            raise CompositeError
        op_def = self.op_def
        converted = self.convert(*values)
        tensors: list[EagerTensor] = []
        dtypes: dict[str, Any] = {}
        for value, group, is_list in zip(converted, op_def.groups, op_def.lists, strict=True):
            for item in value if is_list else () if value is None else (value,):
                expected = dtypes.setdefault(group, item._t.dtype)
                if item._t.dtype is not expected and item._t.dtype != expected:
                    raise op_def.mismatch(len(tensors), expected, item._t.dtype)
                tensors.append(item)
        for group, dtype in dtypes.items():
            allowed = op_def.payload_dtypes(group)
            if allowed is not None and dtype not in allowed:
                raise op_def.refusal(group, dtype)
        recording, payloads = admit(tensors)
        remaining = iter(payloads)
        arguments: list[Any] = []
        for value, is_list in zip(converted, op_def.lists, strict=True):
            if value is None:
                arguments.append(None)
            elif is_list:
                arguments.append([next(remaining) for _ in value])
            else:
                arguments.append(next(remaining))
        return recording, arguments

    def _prepare_uniform(self, items: Any) -> tuple[TapeSet, list[Any]] | None:
        """`prepare` for a list of tensors of one type, all untracked or all tracked by all tapes.

        None if this fast path does not apply.
        """
        if type(items) is not list and type(items) is not tuple:
            return None
        types = set(map(type, items))
        if not types or not types <= TENSOR_TYPES:
            return None
        payloads = [item._t for item in items]
        dtypes = {payload.dtype for payload in payloads}
        allowed = self.op_def.payload_dtypes(self.op_def.groups[0])
        if len(dtypes) > 1 or (allowed is not None and not dtypes <= allowed):
            return None
        if TrackedTensor not in types:
            return EMPTY, [payloads]
        active = thread.active
        if EagerTensor in types:
            return None
        for item in items:
            if item._set is not active:
                return None
        return active, [payloads]


class Reflected:
    """The result of an operator that the class of the right operand computed."""

    __slots__ = ("result",)

    def __init__(self, result: Any) -> None:
        self.result = result


def reflected_result(error: Exception, x: Any, y: Any, reflected: str) -> Any:
    """The result of the reflected operator of `y`; raises `error` if it does not implement it.

    This follows TensorFlow's test, down to the error of `tensor | 1.5`: every class has the
    attribute __ror__, since types have that operator.
    """
    if not hasattr(type(y), reflected):
        raise error
    try:
        result = getattr(y, reflected)(x)
    except (TypeError, ValueError):
        raise error from None
    if result is NotImplemented:
        raise error
    return result


def _slices(value: Any) -> list[Any]:
    """The slices of a tensor that is given in place of a list of tensors."""
    tensor = to_tensor(value)
    if tensor._t.ndim == 0:
        raise InvalidArgumentError(None, None, "Expected a list of tensors, got a scalar.")
    return list(tensor)
