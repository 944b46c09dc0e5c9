"""`tf_tape_compat.explain` names the reason and the line."""

from __future__ import annotations

import linecache
import textwrap

import numpy as np
import pytest

import tf_tape_compat as tf
from tf_tape_compat._explain import switch

from .programs import CONNECTED, PROGRAMS


@pytest.fixture(autouse=True)
def history(monkeypatch):
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    with tf.keep_history():
        yield
    assert switch._hooks is None


def run(name, text):
    """The file of a program, its names after it ran, and the lines that it marks."""
    file = f"/programs/{name}.py"
    text = textwrap.dedent(text)
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    names = {"tf": tf, "np": np}
    exec(compile(text, file, "exec"), names)
    marked = [n for n, line in enumerate(text.splitlines(), 1) if line.endswith("# here")]
    return file, names, marked


def asked(names):
    """The explanation, as the program itself gets it."""
    exec(compile("explanation = tf.explain(tape, y, x)", "/programs/asks.py", "exec"), names)
    return names["explanation"]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_reason(name, when):
    reason, text = PROGRAMS[name]
    file, names, marked = run(name, text)
    tape, y, x = names["tape"], names["y"], names["x"]
    if when == "after" and reason != "spent":
        assert tape.gradient(y, x) is None
    explanation = asked(names)
    assert explanation.reason == reason, explanation
    if marked:
        assert explanation.file == file and explanation.line in marked, explanation
    if when == "before" and reason != "spent":
        assert tape.gradient(y, x) is None


@pytest.mark.parametrize("name", CONNECTED)
def test_not_none(name):
    _, names, _ = run(name, CONNECTED[name])
    tape, y, x = names["tape"], names["y"], names["x"]
    assert asked(names).reason == "not_none"
    assert tape.gradient(y, x) is not None
    assert asked(names) == "The gradient of `y` by `x` is not None."
