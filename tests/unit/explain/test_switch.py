"""When the history is kept, and that nothing is left of it afterwards."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import tf_tape_compat as tf
from tf_tape_compat._core.op import op_observer
from tf_tape_compat._core.tensor.tensor import EagerTensor
from tf_tape_compat._core.variables.variable_reads import VariableReads
from tf_tape_compat._explain import sentences, switch
from tf_tape_compat._functions.settings import Settings

ROOT = Path(__file__).parents[3]
PROGRAM = """
x = tf.constant(3.0)
with tf.GradientTape() as tape:
    y = x * x
print(tape.gradient(y, x))
"""


def outcome(tmp_path, text, *arguments, language="C"):
    """The output of a program, and its lines on stderr."""
    program = tmp_path / "program.py"
    program.write_text(text)
    done = subprocess.run(
        [sys.executable, *(arguments or ["program.py"])],
        capture_output=True,
        encoding="utf-8",
        cwd=tmp_path,
        env={
            **{k: v for k, v in os.environ.items() if k not in ("LC_ALL", "LC_MESSAGES")},
            "PYTHONPATH": str(ROOT),
            "PYTHONIOENCODING": "utf-8",
            "LANG": language,
        },
        timeout=100,
        check=False,
    )
    return done.stdout, done.stderr


NEVER_WATCHED = (
    "`x` was never watched: it is a tensor and not a tf.Variable, so call tape.watch on it before "
    "Mul uses it at program.py:{line}."
)


@pytest.mark.parametrize(
    ("imports", "call"),
    [
        ("import tf_tape_compat as tf", "tf.explain(tape, y, x)"),
        ("import tf_tape_compat; tf_tape_compat.install(); import tensorflow as tf",
         "tf_tape_compat.explain(tape, y, x)"),
        ("import tf_tape_compat as tf; from tf_tape_compat import explain", "explain(tape, y, x)"),
        ("import tf_tape_compat as tf\ndef why(*all): return tf.explain(*all)", "why(tape, y, x)"),
        ("import tf_tape_compat as tf; tf.keep_history()", "getattr(tf, 'exp' 'lain')(tape, y, x)"),
    ],
)  # fmt: skip
def test_programs_that_name_explain(tmp_path, imports, call):
    text = f"{imports}{PROGRAM}print({call})\n"
    line = 5 if "\n" in imports else 4
    assert outcome(tmp_path, text) == (f"None\n{NEVER_WATCHED.format(line=line)}\n", "")


def test_programs_that_do_not_name_it(tmp_path):
    text = f"import tf_tape_compat as tf{PROGRAM}print(getattr(tf, 'exp' 'lain')(tape, y, x))\n"
    stdout, stderr = outcome(tmp_path, text)
    assert "no history was kept" in stdout and "--explain-none" in stdout and stderr == ""


def test_what_a_tape_knows_without_history():
    x, w, c = tf.Variable(3.0), tf.Variable(2), tf.constant(1.0)
    fixed = tf.Variable(1.0, trainable=False)
    with tf.GradientTape(persistent=True) as tape:
        y = x * x * fixed
        z = tf.floor(c)
    outside = tf.square(y)
    asked = {"integer": (y, w), "variable": (y, fixed), "tensor": (y, c), "target": (z, x)}
    asked["target"] = outside, x
    try:
        for name, (target, source) in asked.items():
            assert tf.explain(tape, target, source).reason == f"no_history_{name}"
        assert tf.explain(tape, y, x).reason == "not_none"
    finally:
        switch.end()


def test_names_of_other_things(tmp_path):
    text = """
import tf_tape_compat as tf, sys
class Plt:
    def plot(self): return self.explain
print("tf_tape_compat._explain.history" in sys.modules)
"""
    assert outcome(tmp_path, text) == ("False\n", "")


def test_explain_none(tmp_path):
    text = "import tensorflow as tf" + PROGRAM.replace(
        "with", "for _ in range(3):\n  with"
    ).replace("    y", "      y")
    stdout, stderr = outcome(
        tmp_path, text, "-m", "tf_tape_compat", "run", "--explain-none", "program.py", "--other"
    )
    assert stdout == "None\n"
    assert stderr == f"program.py:6: None: {NEVER_WATCHED.format(line=5)}\n"


@pytest.mark.parametrize("name", ["program.py", "program.ipynb", "-"])
def test_programs_that_are_run(tmp_path, name):
    """`tf-tape run` imports the package before the program, and looks for the name itself."""
    cells = [
        "import tensorflow as tf, tf_tape_compat",
        PROGRAM,
        "print(tf_tape_compat.explain(tape, y, x))",
    ]
    notebook = {
        "nbformat": 4,
        "metadata": {},
        "cells": [{"cell_type": "code", "source": cell} for cell in cells],
    }
    is_notebook = name.endswith(".ipynb")
    text = json.dumps(notebook) if is_notebook else "\n".join(cells)
    (tmp_path / name).write_text(text)
    done = subprocess.run(
        [sys.executable, "-m", "tf_tape_compat", "run", name],
        input=text,
        capture_output=True,
        encoding="utf-8",
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C"},
        timeout=100,
        check=False,
    )
    place = "program.ipynb, cell 2:4" if is_notebook else "program.py:5"
    place = "<stdin>:5" if name == "-" else place
    assert done.stdout.splitlines()[1].endswith(f"before Mul uses it at {place}."), done


def test_chinese(tmp_path):
    text = f"import tf_tape_compat as tf{PROGRAM}print(tf.explain(tape, y, x))\n"
    stdout, _ = outcome(tmp_path, text, language="zh_CN.UTF-8")
    assert stdout.splitlines()[1].startswith("从未监视 `x`") and "program.py:4" in stdout


def test_every_reason_is_in_both_languages(monkeypatch):
    parts = {"x": "`x`", "y": "`y`", "place": "a.py:1", "op": "Mul", "other": "b.py:2"}
    for code, texts in sentences.sentences().items():
        monkeypatch.setenv("LC_ALL", "C")
        shown = sentences.sentence(code, **parts)
        monkeypatch.setenv("LC_ALL", "zh_TW.UTF-8")
        translated = sentences.sentence(code, **parts)
        assert shown != translated
        for name in ("{x}", "{y}", "{place}", "{op}", "{other}"):
            assert (name in texts["en"]) == (name in texts["zh"]), (code, name)


def test_nothing_is_left():
    def attributes():
        classes = (tf.GradientTape, EagerTensor, *EagerTensor.__mro__, VariableReads, tf.Variable)
        return {(cls, name): value for cls in classes for name, value in vars(cls).items()}

    functions = (tf.stop_gradient, tf.vectorized_map, tf.numpy_function, tf.init_scope)
    x = tf.constant(2.0)
    tf.square(x), tf.GradientTape().watch
    before = attributes(), [f.__code__ for f in functions], op_observer.current
    with tf.keep_history():
        assert op_observer.current is not before[2] and attributes() != before[0]
        tf.stop_gradient(x)
    after = attributes(), [f.__code__ for f in functions], op_observer.current
    assert after[0] == before[0] and after[1] == before[1] and after[2] is before[2]
    assert switch._hooks is None
    tf.square(x)
    assert "op_called" not in tf.square.__code__.co_names


def test_with_checked_numerics():
    x = tf.Variable(0.0)
    with tf.keep_history():
        tf.debugging.enable_check_numerics()
        try:
            with tf.GradientTape() as tape, pytest.raises(tf.errors.InvalidArgumentError):
                tf.math.log(x)
            y = tf.constant(1.0)
        finally:
            tf.debugging.disable_check_numerics()
        assert tf.explain(tape, y, x).reason == "constant_target"
    assert op_observer.current is None


def test_nests():
    a, b, c = tf.Variable(1.0), tf.constant(2.0), tf.Variable(3)
    with tf.keep_history():
        with tf.GradientTape() as tape:
            y = a * b
        explained = tf.explain(tape, y, {"a": a, "others": [b, c]})
        assert explained["a"].reason == "not_none"
        assert [e.reason for e in explained["others"]] == ["never_watched", "integer_source"]
        assert explained["a"].line is None and explained["others"][0].line is not None
        assert tape.gradient(y, a) == 2.0
        both = tf.explain(tape, [y, a + 1.0], b)
        assert both.reason in ("spent", "never_watched")


def test_variables_of_keras():
    keras = pytest.importorskip("keras")
    if keras.backend.backend() != "tensorflow":
        pytest.skip("Keras runs on another backend")
    with tf.keep_history():
        layer = keras.layers.Dense(1)
        x = tf.constant([[1.0, 2.0]])
        layer(x)
        with tf.GradientTape() as tape:
            y = tf.round(layer(x))
        explained = tf.explain(tape, y, layer.trainable_variables)
        assert [e.reason for e in explained] == ["no_gradient"] * 2
        assert "Round" in explained[0]
        assert tape.gradient(y, layer.trainable_variables) == [None, None]


def test_a_function_that_does_not_use_its_argument():
    @tf.function
    def f(a, flag):
        return a * 2.0 if flag else tf.constant(3.0)

    x = tf.Variable(3.0)
    with tf.keep_history():
        with tf.GradientTape() as tape:
            y = f(x, False)
        reason = "not_used_in_function" if Settings.trace else "constant_target"
        assert tf.explain(tape, y, x).reason == reason


def test_torch_functions():
    x = tf.Variable([3.5, 1.0])
    with tf.keep_history():
        with tf.GradientTape() as tape:
            y = tf.stop_gradient(torch.cumsum(x, dim=0))
        assert tf.explain(tape, y, x).reason == "stop_gradient"
        drawing = str(tf.plot(tape, y, x))
        assert "torch.cumsum" in drawing


def test_tensors_of_torch():
    p = torch.nn.Parameter(torch.ones(2))
    with tf.keep_history():
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(p * tf.constant(2.0))
        for explain in (tf.explain, tf.plot):
            with pytest.raises(TypeError, match="know no tensors of torch"):
                explain(tape, y, p)
        assert tape.gradient(y, p).numpy().tolist() == [2.0, 2.0]


def test_wrong_arguments():
    x = tf.Variable(1.0)
    with tf.keep_history():
        with tf.GradientTape() as tape:
            y = x * x
        with pytest.raises(TypeError, match=r"explain takes a tf\.GradientTape, got int"):
            tf.explain(3, y, x)
        with pytest.raises(AttributeError, match="_id"):
            tf.explain(tape, y, 3.0)
        with pytest.raises(ValueError, match="needs a target"):
            tf.explain(tape, [], x)
        assert tape.gradient(y, x) == 2.0


def test_explaining_records_nothing():
    x = tf.Variable(3.0)
    with tf.keep_history():
        with tf.GradientTape(persistent=True) as outer:
            with tf.GradientTape() as tape:
                y = x * x * x
            assert tf.explain(tape, y, x).reason == "not_none"
            g = tape.gradient(y, x)
        assert outer.gradient(g, x) == 18.0
        assert outer.watched_variables() == (x,)
