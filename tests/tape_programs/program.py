"""A tape program is data: a list of statements, each of which can be dropped from it.

A statement is either one line of Python source, or a block `[kind, argument, body]`:

    ["with", "t1", body]      `with t1:`; the argument may also be `t1.stop_recording()`
    ["try", "", body]         catches `Stop`, which the line `raise Stop` throws
    ["thread", "", body]      runs the body in a second thread and waits for it

Names are one letter and a number (`x3`, `v1`, `t2`). A statement is skipped if one of its names is
missing or None, so a program remains valid when statements are dropped from it.
"""

from __future__ import annotations

import collections
import json
import re
from collections.abc import Callable, Iterator

Statement = str | list  # a line, or [kind, argument, body]
Program = list

NAME = re.compile(r"(?<![\w.'\"])[a-z]\d+\b")
TARGETS = re.compile(r"^([a-z]\d+(?:, [a-z]\d+)*) = ")

PRELUDE = """\
import gc
import threading
import tensorflow as tf

class Stop(Exception):
    pass

def dense(gradient):
    return tf.convert_to_tensor(gradient) if isinstance(gradient, tf.IndexedSlices) else gradient

def names(tape):
    return [variable.name for variable in tape.watched_variables()]
"""


def targets(line: str) -> list[str]:
    """The names that a line binds."""
    if line.startswith("@tf.custom_gradient"):
        match = re.search(r"^def (\w+)", line, re.MULTILINE)
        return [match.group(1)] if match else []
    match = TARGETS.match(line)
    return match.group(1).split(", ") if match else []


def references(text: str) -> list[str]:
    """The names that a line, or the argument of a block, refers to."""
    bound = targets(text)
    if text.startswith("@tf.custom_gradient"):
        return [name for name in NAME.findall(text) if name not in bound]
    match = TARGETS.match(text)
    return NAME.findall(text[match.end() :] if match else text)


def walk(body: Program) -> Iterator[Statement]:
    """All statements in order, a block before its body; this order numbers them."""
    for statement in body:
        yield statement
        if not isinstance(statement, str):
            yield from walk(statement[2])


def size(body: Program) -> int:
    return sum(1 for _ in walk(body))


def source(body: Program, notes: dict[int, str] | None = None) -> str:
    """The program as a Python script, with `notes` as comments behind statements."""
    lines = [*PRELUDE.splitlines(), ""]
    counter = iter(range(size(body)))

    def emit(statements: Program, indent: str) -> None:
        if not statements:
            lines.append(indent + "pass")
        for statement in statements:
            number = next(counter)
            note = (notes or {}).get(number)
            comment = f"  # {note}" if note else ""
            if isinstance(statement, str):
                first, *rest = statement.splitlines()
                lines.append(indent + first + comment)
                lines.extend(indent + line for line in rest)
                continue
            kind, argument, inner = statement
            if kind == "with":
                lines.append(f"{indent}with {argument}:{comment}")
                emit(inner, indent + "    ")
            elif kind == "try":
                lines.append(f"{indent}try:{comment}")
                emit(inner, indent + "    ")
                lines.append(f"{indent}except Stop:")
                lines.append(f"{indent}    pass")
            elif kind == "thread":
                lines.append(f"{indent}def in_thread_{number}():{comment}")
                if bound := sorted(
                    {n for s in walk(inner) if isinstance(s, str) for n in targets(s)}
                ):
                    lines.append(f"{indent}    global {', '.join(bound)}")
                emit(inner, indent + "    ")
                lines.append(f"{indent}thread = threading.Thread(target=in_thread_{number})")
                lines.append(f"{indent}thread.start(); thread.join()")
            else:
                raise ValueError(f"unknown block {kind!r}")

    emit(body, "")
    return "\n".join(lines) + "\n"


def rename(body: Program, new_name: Callable[[str], str]) -> Program:
    """The program with its names replaced."""

    def text(old: str) -> str:
        return NAME.sub(lambda match: new_name(match.group(0)), old)

    return [
        text(statement)
        if isinstance(statement, str)
        else [statement[0], text(statement[1]), rename(statement[2], new_name)]
        for statement in body
    ]


def in_double_precision(body: Program) -> Program:
    """The same program on float64 throughout."""
    return json.loads(json.dumps(body).replace("tf.float32", "tf.float64"))


def canonical(body: Program) -> str:
    """The program as text, with names numbered in order of appearance and without numbers."""
    names: dict[str, str] = {}
    counts: collections.Counter[str] = collections.Counter()

    def numbered(name: str) -> str:
        if name not in names:
            counts[name[0]] += 1
            names[name] = f"{name[0]}{counts[name[0]]}"
        return names[name]

    return re.sub(r'-?\d+\.\d+|name=\\"\w+\\"', "", json.dumps(rename(body, numbered)))
