"""A protocol buffer's class: fields by name, their wire format, and their text."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, ClassVar, NamedTuple, NoReturn

import numpy as np

from .._checkpoint import wire
from .containers import (
    MessageMapContainer,
    RepeatedCompositeContainer,
    RepeatedScalarContainer,
    checked_bytes,
    checked_float,
    checked_int64,
)

_CHECKS = {"bytes": checked_bytes, "int64": checked_int64, "float": checked_float}


class DecodeError(Exception):
    """Bytes that are no such message."""


class Field(NamedTuple):
    """A field: one message, or many scalars or messages, or messages by strings."""

    number: int
    name: str
    kind: Any  # "bytes", "int64", "float", or the class of messages
    label: str = "one"  # or "many", "map"


class Message:
    """The base of the classes; a class of messages names its fields."""

    FIELDS: ClassVar[tuple[Field, ...]] = ()
    ONEOF: ClassVar[str] = ""  # the name of the choice among all fields, if they are one
    _by_name: ClassVar[dict[str, Field]]

    __hash__ = None  # type: ignore[assignment]

    _values: dict[str, Any]
    _present: list[str]
    _unknown: bytes
    _touch_owner: Callable[[], None] | None

    def __init_subclass__(cls) -> None:
        cls._by_name = {field.name: field for field in cls.FIELDS}

    def __init__(self, *args: Any, **fields: Any) -> None:
        if args:
            raise TypeError("No positional arguments allowed")
        vars(self).update(_values={}, _present=[], _unknown=b"", _touch_owner=None)
        for name, value in fields.items():
            if value is not None:
                self._initialize(self._field(name), value)

    @classmethod
    def _field(cls, name: str) -> Field:
        if name not in cls._by_name:
            raise ValueError(f'Protocol message {cls.__name__} has no "{name}" field.')
        return cls._by_name[name]

    def _initialize(self, field: Field, value: Any) -> None:
        """Takes over what was given for a field at the start."""
        mine = getattr(self, field.name)
        if field.label == "map":
            if not hasattr(value, "items"):
                raise TypeError("bad argument type for built-in operation")
            for key, item in value.items():
                mine[key].CopyFrom(item)
        elif field.label == "many":
            try:
                items = iter(value)
            except TypeError:
                raise TypeError("must assign iterable") from None
            mine.extend(items)
        else:
            if isinstance(value, dict):
                value = field.kind(**value)
            if not isinstance(value, field.kind):
                raise TypeError(
                    "Parameter to initialize message field must be dict or instance of same "
                    f"class: expected {field.kind} got {type(value)}."
                )
            mine.CopyFrom(value)
            mine.SetInParent()

    # -- fields ---------------------------------------------------------------------------------

    def __getattr__(self, name: str) -> Any:
        field = type(self)._by_name.get(name)
        if field is None:
            raise AttributeError(name)
        if name not in self._values:
            self._values[name] = self._made(field)
        return self._values[name]

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        field = type(self)._by_name.get(name)
        where = "in protocol message object"
        if field is None:
            message = f'Protocol message {type(self).__name__} has no "{name}" field.'
        elif field.label == "one":
            message = f'Assignment not allowed to message field "{name}" {where}.'
        else:
            message = f'Assignment not allowed to map, or repeated field "{name}" {where}.'
        raise AttributeError(message)

    def _made(self, field: Field) -> Any:
        """The empty value of a field, which makes this message present when it changes."""
        name = f"tensorflow.{type(self).__name__}.{field.name}"
        if field.kind in _CHECKS:
            return RepeatedScalarContainer(partial(_CHECKS[field.kind], name), self._touch)
        if field.label == "many":
            return RepeatedCompositeContainer(field.kind, self._touch)
        if field.label == "map":
            return MessageMapContainer(field.kind, self._touch)
        made = field.kind()
        vars(made)["_touch_owner"] = partial(self._mark, field.name)
        return made

    def _mark(self, name: str) -> None:
        """Makes a message of a field present, and the others of a choice not."""
        if self.ONEOF:
            for other in [other for other in self._present if other != name]:
                self.ClearField(other)
        if name not in self._present:
            self._present.append(name)
        self._touch()

    def _touch(self) -> None:
        if self._touch_owner is not None:
            self._touch_owner()

    def SetInParent(self) -> None:
        """Makes this message present in the one that it is a field of."""
        self._touch()

    def HasField(self, field_name: str) -> bool:
        """Whether a message was set, or the choice made. Raises ValueError for other fields."""
        if field_name == self.ONEOF:
            return bool(self._present)
        if self._field(field_name).label != "one":
            raise ValueError(
                f"Field tensorflow.{type(self).__name__}.{field_name} does not have presence."
            )
        return field_name in self._present

    def WhichOneof(self, oneof_group: str) -> str | None:
        """Which field of a choice is set, or None. Raises ValueError if there is no such."""
        if not self.ONEOF or oneof_group != self.ONEOF:
            raise ValueError(
                f'Protocol message {type(self).__name__} has no "{oneof_group}" field.'
            )
        return self._present[0] if self._present else None

    def ClearField(self, field_name: str) -> None:
        """Empties a field."""
        self._field(field_name)
        old = self._values.pop(field_name, None)
        if isinstance(old, Message):
            vars(old)["_touch_owner"] = None
        if field_name in self._present:
            self._present.remove(field_name)

    def Clear(self) -> None:
        """Empties all fields."""
        for field in self.FIELDS:
            self.ClearField(field.name)
        vars(self)["_unknown"] = b""

    def IsInitialized(self) -> bool:
        """True: no field is required."""
        return True

    def _set(self) -> Iterator[tuple[Field, Any]]:
        """The fields that are not empty, by number."""
        for field in sorted(self.FIELDS):
            if field.label == "one":
                if field.name in self._present:
                    yield field, self._values[field.name]
            elif self._values.get(field.name):
                yield field, self._values[field.name]

    # -- bytes ----------------------------------------------------------------------------------

    def SerializeToString(self, deterministic: bool | None = None) -> bytes:
        """The message as bytes; maps are in the order of their keys."""
        parts = []
        for field, value in self._set():
            number = field.number
            if field.label == "one":
                parts.append(wire.field(number, value.SerializeToString()))
            elif field.label == "map":
                for key in sorted(value):
                    entry = wire.field(1, key.encode()) + wire.field(
                        2, value[key].SerializeToString()
                    )
                    parts.append(wire.field(number, entry))
            elif field.kind == "bytes":
                parts += [wire.field(number, item) for item in value]
            elif field.kind == "int64":
                parts.append(wire.field(number, b"".join(map(wire.varint, value))))
            elif field.kind == "float":
                parts.append(wire.field(number, np.array(value, "<f4").tobytes()))
            else:
                parts += [wire.field(number, item.SerializeToString()) for item in value]
        return b"".join(parts) + self._unknown

    SerializePartialToString = SerializeToString

    def ByteSize(self) -> int:
        """How many bytes the message takes."""
        return len(self.SerializeToString())

    @classmethod
    def FromString(cls, data: bytes) -> Any:
        """The message of bytes. Raises `DecodeError` for others, TypeError for no bytes."""
        message = cls()
        message.MergeFromString(data)
        return message

    def ParseFromString(self, serialized: bytes) -> int:
        """Becomes the message of bytes, and returns their number. Raises as `FromString`."""
        self.Clear()
        return self.MergeFromString(serialized)

    def MergeFromString(self, serialized: bytes) -> int:
        """Adds what bytes say. Raises as `FromString`."""
        data = checked_bytes("", serialized)
        try:
            self._merge(data)
        except (wire.WireError, UnicodeDecodeError, struct.error):
            raise DecodeError(
                f"Error parsing message with type 'tensorflow.{type(self).__name__}': Wire format "
                "was corrupt"
            ) from None
        return len(data)

    def _merge(self, data: bytes) -> None:
        numbered = {field.number: field for field in self.FIELDS}
        for number, kind, value, raw in wire.kinded_fields(data):
            field = numbered.get(number)
            if field is None or kind not in _WIRE.get(field.kind, (wire.BYTES,)):
                vars(self)["_unknown"] += raw
                continue
            mine = getattr(self, field.name)
            if field.label == "one":
                mine._merge(value)
                mine.SetInParent()
            elif field.label == "map":
                entry = {1: b"", 2: b""} | dict(wire.fields(value))
                made = mine[entry[1].decode()]
                made.Clear()
                made._merge(entry[2])
            elif field.kind in _WIRE:
                mine.extend(_scalars(field.kind, kind, value))
            elif field.kind == "bytes":
                mine.append(value)
            else:
                mine.add()._merge(value)

    # -- other messages -------------------------------------------------------------------------

    def MergeFrom(self, other_msg: Any) -> None:
        """Adds what another message of the class has."""
        self._check_class(other_msg, "MergeFrom")
        self._merge(other_msg.SerializeToString())

    def CopyFrom(self, other_msg: Any) -> None:
        """Becomes a copy of another message of the class."""
        self._check_class(other_msg, "CopyFrom")
        if other_msg is not self:
            self.Clear()
            self._merge(other_msg.SerializeToString())
            self._touch()

    def _check_class(self, other: Any, method: str) -> None:
        if not isinstance(other, type(self)):
            raise TypeError(
                f"Parameter to {method}() must be instance of same class: expected {type(self)} "
                f"got {type(other)}."
            )

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and (other.SerializeToString() == self.SerializeToString())

    def __reduce__(self) -> Any:
        return type(self).FromString, (self.SerializeToString(),)

    def __deepcopy__(self, memo: Any) -> Any:
        return type(self).FromString(self.SerializeToString())

    __copy__ = lambda self: self.__deepcopy__({})  # noqa: E731

    def __str__(self) -> str:
        return "".join(f"{line}\n" for line in self._lines())

    __repr__ = __str__

    def _lines(self) -> Iterator[str]:
        for field, value in self._set():
            if field.label == "map":
                for key in sorted(value):
                    yield f"{field.name} {{"
                    yield f'  key: "{_escaped(key.encode())}"'
                    yield "  value {"
                    yield from (f"    {line}" for line in value[key]._lines())
                    yield from ("  }", "}")
            elif field.kind in _CHECKS:
                for item in value:
                    yield f"{field.name}: {_scalar_text(item)}"
            else:
                for item in [value] if field.label == "one" else value:
                    yield f"{field.name} {{"
                    yield from (f"  {line}" for line in item._lines())
                    yield "}"


# How the elements of a repeated field may come: by themselves, or packed.
_WIRE = {"int64": (wire.VARINT, wire.BYTES), "float": (wire.FIXED32, wire.BYTES)}


def _scalars(kind: str, wire_kind: int, value: Any) -> list[Any]:
    if kind == "float":
        data = value if wire_kind == wire.BYTES else value.to_bytes(4, "little")
        return [number for (number,) in struct.iter_unpack("<f", data)]
    if wire_kind == wire.VARINT:
        return [wire.signed(value)]
    numbers, at = [], 0
    while at < len(value):
        number, at = wire.read_varint(value, at)
        numbers.append(wire.signed(number))
    return numbers


def _scalar_text(value: Any) -> str:
    if isinstance(value, bytes):
        return f'"{_escaped(value)}"'
    if isinstance(value, int):
        return str(value)
    text = f"{value:.6g}"
    return text if float(np.float32(text)) == value or value != value else f"{value:.9g}"


_NAMED = {10: "\\n", 13: "\\r", 9: "\\t", 34: '\\"', 39: "\\'", 92: "\\\\"}


def _escaped(data: bytes) -> str:
    return "".join(_NAMED.get(c, chr(c) if 32 <= c < 127 else f"\\{c:03o}") for c in data)
