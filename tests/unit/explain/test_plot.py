"""`tf_tape_compat.plot` draws what was recorded."""

from __future__ import annotations

import re
import shutil

import pytest

import tf_tape_compat as tf


@pytest.fixture
def drawing():
    with tf.keep_history():
        x, w = tf.Variable([3.0, 1.0]), tf.constant([1.0, 2.0])
        with tf.GradientTape() as tape:
            a = x * w
            b = tf.stop_gradient(a) + tf.sin(x)
            y = tf.reduce_sum(b)
            tf.exp(w)
        tape.gradient(y, x)
        yield tf.plot(tape, y, x)


def parsed(plot):
    """{label of a box: its number}, and the edges as pairs of labels, dashed ones apart."""
    boxes = dict(re.findall(r'n(\d+) \[label="(\w+)', plot.dot))
    edges = re.findall(r"n(\d+) -> n(\d+)( \[style=dashed[^]]*\])?;", plot.dot)
    solid = {(boxes[a], boxes[b]) for a, b, dashed in edges if not dashed}
    return solid, {(boxes[a], boxes[b]) for a, b, dashed in edges if dashed}


def test_edges(drawing):
    solid, dashed = parsed(drawing)
    assert solid == {("x", "Mul"), ("x", "Sin"), ("Sin", "AddV2"), ("AddV2", "Sum"), ("Sum", "y")}
    assert dashed == {("Const", "Mul"), ("Mul", "StopGradient"), ("StopGradient", "AddV2")}
    assert str(drawing) == drawing.dot and "Exp" not in drawing.dot
    assert re.search(
        r"Mul\\ntests/unit/explain/test_plot.py:\d+|Mul\\n/.*test_plot.py:\d+", drawing.dot
    )


def test_mermaid_has_the_same_edges(drawing):
    solid, dashed = parsed(drawing)
    boxes = dict(re.findall(r'  n(\d+)\W+"(\w+)', drawing.mermaid))
    edges = re.findall(r"n(\d+) (-->|-\.->) n(\d+)", drawing.mermaid)
    assert {(boxes[a], boxes[b]) for a, arrow, b in edges if arrow == "-->"} == solid
    assert {(boxes[a], boxes[b]) for a, arrow, b in edges if arrow != "-->"} == dashed


def test_files(drawing, tmp_path, monkeypatch):
    for suffix, text in (
        (".dot", drawing.dot),
        (".gv", drawing.dot),
        (".mmd", drawing.mermaid),
        (".md", f"```mermaid\n{drawing.mermaid}```\n"),
    ):
        drawing.save(tmp_path / f"plot{suffix}")
        assert (tmp_path / f"plot{suffix}").read_text() == text
    with pytest.raises(ValueError, match=r"not '\.png'"):
        drawing.save(tmp_path / "plot.png")
    program = tmp_path / "dot"
    program.write_text('#!/bin/sh\n[ "$1" = -Tsvg ] && echo "<svg>" && cat\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert drawing.svg() == f"<svg>\n{drawing.dot}"
    assert drawing._repr_mimebundle_()["image/svg+xml"] == drawing.svg()
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(RuntimeError, match="Graphviz"):
        drawing.save(tmp_path / "plot.svg")
    assert drawing._repr_mimebundle_()["text/markdown"].startswith("```mermaid")


def test_nothing_between():
    with tf.keep_history():
        x, w = tf.Variable(3.0), tf.Variable(1.0)
        with tf.GradientTape() as tape:
            y = w * w
        solid, _ = parsed(tf.plot(tape, y, x))
    assert {end for _, end in solid} == {"Mul", "y"}


def test_without_history():
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = x * x
    with tf.keep_history(), pytest.raises(RuntimeError, match="keep_history"):
        tf.plot(tape, y, x)
    with pytest.raises(TypeError, match="plot takes a tf.GradientTape"):
        tf.plot(x, y, x)
