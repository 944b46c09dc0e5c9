"""Builds protobuf's classes for the messages of the schema."""

from __future__ import annotations

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError

from .schema import DATA_TYPES, DOCSTRINGS, MESSAGES, Fields

_PACKAGE = "tensorflow"  # part of the messages' names, which errors show


# A descriptor pool of their own, so that the messages do not clash with TensorFlow's classes in a
# program that imports both.
POOL = descriptor_pool.DescriptorPool()


def _build() -> dict[str, Any]:
    """The classes of the messages that are not nested."""
    file = descriptor_pb2.FileDescriptorProto(
        name="tf_tape_compat.proto", package=_PACKAGE, syntax="proto3"
    )
    data_types = file.enum_type.add(name="DataType")
    for number, data_type in enumerate(DATA_TYPES):
        data_types.value.add(name=f"DT_{data_type}", number=number)
    descriptors: dict[str, Any] = {}
    for name, fields in MESSAGES.items():
        parent, _, own_name = name.rpartition(".")
        siblings = descriptors[parent].nested_type if parent else file.message_type
        descriptors[name] = siblings.add(name=own_name)
        _add_fields(descriptors[name], name, fields)
    POOL.Add(file)
    classes = {}
    for name in MESSAGES:
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
        elif words == ["map"]:
            type_name = _add_map_entry(descriptor, message, name, type_name)
            field.label = _label("repeated")
        elif words:
            _, choice = words
            choices = [oneof.name for oneof in descriptor.oneof_decl]
            if choice not in choices:
                descriptor.oneof_decl.add(name=choice)
                choices.append(choice)
            field.oneof_index = choices.index(choice)
        _set_type(field, type_name)


def _add_map_entry(descriptor: Any, message: str, field: str, value_type: str) -> str:
    """Adds the message that a map's entries are; returns its name."""
    entry_name = "".join(word.capitalize() for word in field.split("_")) + "Entry"
    entry = descriptor.nested_type.add(name=entry_name)
    entry.options.map_entry = True
    _set_type(entry.field.add(name="key", number=1, label=_label("optional")), "string")
    _set_type(entry.field.add(name="value", number=2, label=_label("optional")), value_type)
    return f"{message}.{entry_name}"


def _set_type(field: Any, type_name: str) -> None:
    if type_name == "DataType":
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
