"""Builds protobuf's classes for the messages of the schema."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError

from .schema import DATA_TYPES, DOCSTRINGS, MESSAGES, Fields

_PACKAGE = "tensorflow"  # part of the messages' names, which errors show
_FILE = "tf_tape_compat.proto"


# A descriptor pool of their own, so that the messages do not clash with TensorFlow's classes in a
# program that imports both.
POOL = descriptor_pool.DescriptorPool()


# The enumerations of `config.txt`, by their names.
_ENUMERATIONS: dict[str, dict[str, int]] = {}


def _build() -> dict[str, Any]:
    """The classes of the messages that are not nested."""
    file = descriptor_pb2.FileDescriptorProto(name=_FILE, package=_PACKAGE, syntax="proto3")
    data_types = file.enum_type.add(name="DataType")
    for number, data_type in enumerate(DATA_TYPES):
        data_types.value.add(name=f"DT_{data_type}", number=number)
    return _classes(file, MESSAGES)


def build_config() -> dict[str, Any]:
    """The classes of the messages of `config.txt`, which the pool then has, too."""
    file = descriptor_pb2.FileDescriptorProto(
        name=_FILE.replace(".", "_config."), package=_PACKAGE, syntax="proto3", dependency=[_FILE]
    )
    messages: dict[str, Fields] = {}
    text = Path(__file__).with_name("config.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        first, rest = line.split(maxsplit=1)
        if first == "message":
            fields = messages[rest] = {}
        elif first == "enum":
            name, *values = rest.split()
            _ENUMERATIONS[name] = {k: int(n) for k, n in (value.split("=") for value in values)}
        else:
            spec, _, name = rest.rpartition(" ")
            fields[name] = (int(first), spec)
    return _classes(file, messages)


def _classes(file: Any, messages: dict[str, Fields]) -> dict[str, Any]:
    """Adds the messages to the file, and the file to the pool."""
    descriptors: dict[str, Any] = {}
    for name, fields in messages.items():
        parent, _, own_name = name.rpartition(".")
        siblings = descriptors[parent].nested_type if parent else file.message_type
        descriptors[name] = siblings.add(name=own_name)
        _add_fields(descriptors[name], name, fields)
    for name, values in _ENUMERATIONS.items():
        parent, _, own_name = name.rpartition(".")
        kind = descriptors[parent].enum_type.add(name=own_name)
        for key, number in values.items():
            kind.value.add(name=key, number=number)
    POOL.Add(file)
    classes = {}
    for name in messages:
        if "." not in name:
            descriptor = POOL.FindMessageTypeByName(f"{_PACKAGE}.{name}")
            classes[name] = cls = message_factory.GetMessageClass(descriptor)
            cls.__module__ = __package__
            cls.__doc__ = DOCSTRINGS.get(name)
    return classes


def _add_fields(descriptor: Any, message: str, fields: Fields) -> None:
    for name, (number, spec) in fields.items():
        *words, type_name = spec.split()
        field = descriptor.field.add(name=name, number=number, label=_label("optional"))
        if words == ["repeated"]:
            field.label = _label("repeated")
        elif words[:1] == ["map"]:
            key_type = words[1] if len(words) > 1 else "string"
            type_name = _add_map_entry(descriptor, message, name, key_type, type_name)
            field.label = _label("repeated")
        elif words:
            _, choice = words
            choices = [oneof.name for oneof in descriptor.oneof_decl]
            if choice not in choices:
                descriptor.oneof_decl.add(name=choice)
                choices.append(choice)
            field.oneof_index = choices.index(choice)
        _set_type(field, type_name)


def _add_map_entry(
    descriptor: Any, message: str, field: str, key_type: str, value_type: str
) -> str:
    """Adds the message that a map's entries are; returns its name."""
    entry_name = "".join(word.capitalize() for word in field.split("_")) + "Entry"
    entry = descriptor.nested_type.add(name=entry_name)
    entry.options.map_entry = True
    _set_type(entry.field.add(name="key", number=1, label=_label("optional")), key_type)
    _set_type(entry.field.add(name="value", number=2, label=_label("optional")), value_type)
    return f"{message}.{entry_name}"


def _set_type(field: Any, type_name: str) -> None:
    if type_name == "DataType" or type_name in _ENUMERATIONS:
        field.type = _type("enum")
        field.type_name = f".{_PACKAGE}.{type_name}"
    elif type_name[0].isupper():
        field.type = _type("message")
        field.type_name = f".{_PACKAGE}.{type_name}"
    else:
        field.type = _type(type_name)


def _label(name: str) -> Any:
    return getattr(descriptor_pb2.FieldDescriptorProto, f"LABEL_{name.upper()}")


def _type(name: str) -> Any:
    return getattr(descriptor_pb2.FieldDescriptorProto, f"TYPE_{name.upper()}")


CLASSES = {**_build(), "DecodeError": DecodeError, "POOL": POOL}
