"""Builds cases from lines that make datasets, each a case of its own.

    CASES = pipelines('''
        batch = D.range(5).batch(2)
        filter = D.range(5).filter(lambda x: x > 1)
    ''')

The outcome of a line is its exception, or the dataset's specs, cardinality and elements. An error
while iterating is one of the elements, and the iteration goes on. A line that makes something else
has that for its outcome. Lines may use `tf`, `np`, `D` for `tf.data.Dataset`, `E` for
`tf.data.experimental`, `S` for `tf.TensorSpec`, and the names that `setup` defines.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from tests.parity.case_helpers.expressions import plain_message

Case = Callable[[Any], Any]

_MOST_ELEMENTS = 24
_MOST_ERRORS = 3


def pipelines(
    lines: str, setup: str = "", epochs: int = 1, in_folder: bool = False
) -> dict[str, Case]:
    """A table of cases, one for each line `name = expression`; they iterate `epochs` times.

    With `in_folder`, each runs in a new folder that is removed afterwards.
    """
    cases: dict[str, Case] = {}
    prepared = compile(setup, "<setup>", "exec")
    for line in lines.splitlines():
        if not line.strip():
            continue
        name, _, expression = line.strip().partition(" = ")
        if name in cases:
            raise ValueError(f"two lines are named {name}")
        case = _case(expression, prepared, epochs)
        cases[name] = _in_new_folder(case) if in_folder else case
    return cases


def _in_new_folder(case: Case) -> Case:
    def wrapped(tf: ModuleType) -> Any:
        before = os.getcwd()
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            try:
                return case(tf)
            finally:
                os.chdir(before)

    return wrapped


def _case(expression: str, setup: Any, epochs: int) -> Case:
    def case(tf: ModuleType) -> Any:
        namespace = {
            "tf": tf,
            "np": np,
            "D": tf.data.Dataset,
            "E": tf.data.experimental,
            "S": tf.TensorSpec,
        }
        exec(setup, namespace)
        try:
            value = eval(expression, namespace)
        except Exception as error:
            return raised(error)
        return described(tf, value, epochs)

    return case


def raised(error: Exception) -> tuple[str, str]:
    """The class and text of an exception, without what depends on the graph that TensorFlow ran."""
    text = plain_message(str(error))
    text = re.sub(r"(?s)\nTraceback \(most recent call last\):.*?(?=\n\t \[\[|$)", "", text)
    text = text.replace(
        "attr 'output_shapes' of 0", "attr 'output_types' of 0"
    )  # either, by chance
    text = re.sub(
        r"Error in user-defined function passed to \w+:?\d* transformation with iterator: "
        r"[\w:\[\]]*Iterator::[\w:\[\]]*: ",
        "",
        text,
    )
    return f"raises {type(error).__name__}", re.sub(r"\n\t \[\[\{\{node [^]]*\]\]", "", text)


def described(tf: ModuleType, value: Any, epochs: int = 1) -> Any:
    """What a case returns for the value of a line."""
    if isinstance(value, tf.data.Dataset):
        elements = [iterated(tf, value) for _ in range(epochs)]
        return {
            "text": re.sub(r" at 0x\w+", "", repr(value)),
            "cardinality": int(value.cardinality()),
            "elements": elements[0] if epochs == 1 else elements,
        }
    return plain(tf, value)


def iterated(tf: ModuleType, dataset: Any) -> list[Any]:
    """The first elements of a dataset, with errors in their places."""
    elements: list[Any] = []
    errors = 0
    iterator = iter(dataset)
    while len(elements) < _MOST_ELEMENTS and errors < _MOST_ERRORS:
        try:
            elements.append(plain(tf, next(iterator)))
        except StopIteration:
            break
        except Exception as error:
            errors += 1
            elements.append(raised(error))
    return elements


def plain(tf: ModuleType, value: Any) -> Any:
    """A value without datasets, optionals and specs in it."""
    if isinstance(value, tf.data.Dataset):
        return {"dataset": iterated(tf, value)}
    if isinstance(value, tf.experimental.Optional):
        return {"optional": plain(tf, value.get_value()) if value.has_value() else None}
    if isinstance(value, tf.TypeSpec):
        return repr(value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*[plain(tf, item) for item in value])
    if isinstance(value, (list, tuple)):
        return type(value)([plain(tf, item) for item in value])
    if isinstance(value, dict):
        return {key: plain(tf, item) for key, item in value.items()}
    return value
