"""The examples in the docstrings print what they show."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import tf_tape_compat as tf
from tf_tape_compat._api.shown_modules import DEFINED_IN

# `_shadow` holds what stands in place of TensorFlow's modules, `__main__` runs the command line.
LEFT_OUT = ("tf_tape_compat._shadow", "tf_tape_compat.__main__")


def examples() -> Iterator[Any]:
    """Each docstring that has examples, by the qualified name of what it documents."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    found: list[doctest.DocTest] = []
    for module in pkgutil.walk_packages(tf.__path__, f"{tf.__name__}."):
        if not module.name.startswith(LEFT_OUT):
            found += finder.find(importlib.import_module(module.name))
    for cls, module_name in DEFINED_IN.items():  # which are not found by their `__module__`
        name = f"{module_name}.{cls.__qualname__}"
        found += finder.find(cls, name, module=importlib.import_module(module_name))
    for test in found:
        if test.examples:
            yield pytest.param(test, id=test.name.removeprefix(f"{tf.__name__}."))


@pytest.mark.parametrize("test", list(examples()))
def test_examples(test: doctest.DocTest) -> None:
    test.globs.update(tf=tf, np=np)
    report: list[str] = []
    options = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    result = doctest.DocTestRunner(optionflags=options).run(test, out=report.append)
    assert result.failed == 0, "".join(report)
