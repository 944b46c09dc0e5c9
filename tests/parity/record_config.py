"""Records the messages with which programs configure sessions, such as `tf.compat.v1.ConfigProto`.

    python -m tests.parity.record_config

Writes `tf_tape_compat/_messages/config.txt`: a line with the name of each message, followed by a
line with the number, type and name of each field; enumerations are lines of their own.
"""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parents[2] / "tf_tape_compat" / "_messages"
ROOTS = ("ConfigProto", "RunOptions", "RunMetadata")


def main() -> None:
    from tensorflow.core.protobuf import config_pb2

    # Without the package itself, which needs torch.
    known = set(runpy.run_path(str(PACKAGE / "schema.py"))["MESSAGES"])
    messages: dict[str, Any] = {}
    enumerations: dict[str, Any] = {}
    for root in ROOTS:
        _collect(getattr(config_pb2, root).DESCRIPTOR, known, messages, enumerations)
    lines = []
    for name, descriptor in sorted(messages.items()):
        lines.append(f"message {name}")
        lines += [f"  {f.number} {_type(f)} {f.name}" for f in descriptor.fields]
    for name, descriptor in sorted(enumerations.items()):
        values = " ".join(f"{value.name}={value.number}" for value in descriptor.values)
        lines.append(f"enum {name} {values}")
    (PACKAGE / "config.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _name(descriptor: Any) -> str:
    return str(descriptor.full_name.removeprefix("tensorflow."))


def _collect(
    descriptor: Any, known: set[str], messages: dict[str, Any], enumerations: dict[str, Any]
) -> None:
    name = _name(descriptor)
    if name in known or name in messages:
        return
    messages[name] = descriptor
    if descriptor.containing_type is not None:
        _collect(descriptor.containing_type, known, messages, enumerations)
    enumerations.update((_name(kind), kind) for kind in descriptor.enum_types)
    for field in descriptor.fields:
        if field.type == field.TYPE_MESSAGE:
            is_map = field.message_type.GetOptions().map_entry
            value = field.message_type.fields_by_name["value"] if is_map else field
            if value.type == field.TYPE_MESSAGE:
                _collect(value.message_type, known, messages, enumerations)


def _scalar(field: Any) -> str:
    if field.type == field.TYPE_MESSAGE:
        return _name(field.message_type)
    if field.type == field.TYPE_ENUM:
        return _name(field.enum_type)
    names = {getattr(field, name): name for name in dir(field) if name.startswith("TYPE_")}
    return str(names[field.type].removeprefix("TYPE_").lower())


def _type(field: Any) -> str:
    if field.type == field.TYPE_MESSAGE and field.message_type.GetOptions().map_entry:
        key = _scalar(field.message_type.fields_by_name["key"])
        return f"map {key} {_scalar(field.message_type.fields_by_name['value'])}"
    if field.is_repeated:
        return f"repeated {_scalar(field)}"
    oneof = field.containing_oneof
    return f"oneof {oneof.name} {_scalar(field)}" if oneof is not None else _scalar(field)


if __name__ == "__main__":
    main()
