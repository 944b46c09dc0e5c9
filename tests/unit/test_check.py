"""The report of `tf-tape check` on files, folders and notebooks."""

from __future__ import annotations

import html.parser
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = {
    "good.py": "import tensorflow as tf\nprint(tf.square(3.0), tf.float32.max)\n",
    "train.py": """\
import tensorflow as tf
from tensorflow import square
data = tf.data.Dataset.range(3).cache("file")
square(tf.vectorized_map(square, data))
tf.lite.TFLiteConverter.from_saved_model("model")
tf.constan(1)
""",
    "plain.py": "import torch\nprint(torch.ones(2))\n",
    "below/note.ipynb": json.dumps(
        {
            "nbformat": 4,
            "metadata": {},
            "cells": [
                {"cell_type": "markdown", "source": "# tf"},
                {"cell_type": "code", "source": "%matplotlib inline\nimport tensorflow as tf"},
                {"cell_type": "code", "source": "x = tf.square(2.0)\ntf.queue.FIFOQueue(x, 'x')"},
            ],
        }
    ),
    "venv/pyvenv.cfg": "",
    "venv/lib/installed.py": "import tensorflow as tf\ntf.lite\n",
    ".hidden/secret.py": "import tensorflow as tf\ntf.lite\n",
    "__pycache__/cached.py": "import tensorflow as tf\ntf.lite\n",
    "data.txt": "tf.lite",
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with these files, which is the current one."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C")
    return tmp_path


def test_json_of_a_folder(folder, tf_tape):
    status, stdout, stderr = tf_tape("check", "--format", "json", ".")
    report = json.loads(stdout)
    assert (status, stderr) == (1, "")
    assert report["files"] == ["./good.py", "./plain.py", "./train.py", "./below/note.ipynb"]
    assert report["without_tensorflow"] == ["./plain.py"]
    symbols = {symbol["name"]: symbol for symbol in report["symbols"]}
    statuses = {name: symbol["status"] for name, symbol in symbols.items()}
    assert statuses == {
        "tf.lite.TFLiteConverter": "not_available",
        "tf.queue.FIFOQueue": "not_available",
        "tf.constan": "unknown",
        "tf.data.Dataset": "differs",
        "tf.vectorized_map": "differs",
        "tf.float32": "works",
        "tf.square": "works",
    }
    assert symbols["tf.square"]["uses"] == [
        "./good.py:2",
        "./train.py:2",
        "./train.py:4",
        "./train.py:4",
        "./below/note.ipynb:cell 2:1",
    ]
    cache = [d for d in symbols["tf.data.Dataset"]["differences"] if "cache" in d["what"]]
    assert cache[0]["here"] == "a file of arrays" and cache[0]["topic"] == "datasets"
    assert report["totals"] == {
        "symbols": 7,
        "works": 2,
        "differs": 2,
        "not_available": 2,
        "not_in_tensorflow": 1,
    }
    assert [finding["place"] for finding in report["findings"]] == [
        "./train.py:5",
        "./train.py:6",
        "./below/note.ipynb:cell 2:2",
    ]


def test_lines_are_the_findings(folder, tf_tape):
    status, stdout, _ = tf_tape("check", "--format=lines", "below", "train.py")
    assert status == 1
    assert [line.split(": ")[0] for line in stdout.splitlines()] == [
        "below/note.ipynb:cell 2:2",
        "train.py:5",
        "train.py:6",
    ]


def test_text(folder, tf_tape):
    status, stdout, _ = tf_tape("check", "train.py", "good.py")
    lines = stdout.splitlines()
    assert status == 1 and lines[0].split() == ["symbol", "uses", "status"]
    rows = {line.split()[0]: line.split()[1:] for line in lines if line.startswith("tf.")}
    assert rows["tf.square"] == ["4", "works"]
    assert rows["tf.vectorized_map"] == ["1", "works", "with", "a", "difference"]
    assert rows["tf.lite.TFLiteConverter"] == ["1", "not", "available"]
    assert "train.py:6: module 'tensorflow' has no attribute 'constan'" in stdout
    assert lines[-1] == (
        "programs: 2; symbols: 6, of which 2 work, 2 work with a difference, "
        "and 2 are not available"
    )
    assert "\x1b" not in stdout


def test_markdown(folder, tf_tape):
    status, stdout, _ = tf_tape("check", "--format", "markdown", ".")
    rows = [line for line in stdout.splitlines() if line.startswith("| ")]
    assert status == 1 and len(rows) == 2 + 7
    assert all(line.replace("\\|", "").count("|") == 5 for line in rows)
    assert "- `./train.py:5`: tf.lite.TFLiteConverter is not available" in stdout


class _Outline(html.parser.HTMLParser):
    """The open elements, the cells, and what is wrong."""

    def __init__(self):
        super().__init__()
        self.stack, self.cells = [], []

    def handle_starttag(self, tag, attributes):
        if tag not in ("meta", "br"):
            self.stack.append(tag)
        if tag == "td":
            self.cells.append("")

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag

    def handle_data(self, text):
        if "td" in self.stack:
            self.cells[-1] += text


def test_html(folder, tf_tape):
    status, stdout, _ = tf_tape("check", "--format", "html", ".")
    page = _Outline()
    page.feed(stdout)
    assert status == 1 and page.stack == [] and len(page.cells) == 7 * 4
    assert page.cells[page.cells.index("tf.square") + 2] == "works"
    assert "<script" not in stdout


def test_chinese(folder, tf_tape, monkeypatch):
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    _, stdout, _ = tf_tape("check", "train.py")
    assert stdout.startswith("符号") and "可用，有差别" in stdout and "数组文件" in stdout


def test_exit_status(folder, tf_tape):
    assert tf_tape("check", "good.py")[0] == 0
    assert tf_tape("check", "train.py")[0] == 1
    (folder / "bad.py").write_text("x = (")
    status, stdout, stderr = tf_tape("check", "--format", "json", "train.py", "bad.py")
    assert status == 2 and json.loads(stdout)["errors"] == [
        "can't check bad.py: '(' was never closed (bad.py, line 1)"
    ]
    assert stderr == "tf-tape: can't check bad.py: '(' was never closed (bad.py, line 1)\n"
    (folder / "nothing").mkdir()
    assert tf_tape("check", "nothing") == (2, "", "tf-tape: there are no programs in nothing\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check", "--format", "xml", "a.py"], "--format is one of text, lines, json"),
        (["check", "--format"], "--format is one of"),
        (["check", "--colour", "a.py"], "check has no option --colour"),
        (["check", "--format", "json"], "check needs a program or folder"),
        (["run", "--explain-none"], "run needs a program"),
        (["run", "--fast", "a.py"], "run has no option --fast"),
        (["source"], "source takes one symbol"),
        (["frobnicate"], "there is no command 'frobnicate'"),
        ([], "a command is missing"),
    ],
)
def test_wrong_usage(arguments, message, tf_tape):
    status, stdout, stderr = tf_tape(*arguments)
    assert (status, stdout) == (2, "")
    assert stderr.splitlines()[-1].startswith(f"tf-tape: {message}")
    assert "Traceback" not in stderr


def test_examples_in_the_help(tf_tape):
    status, stdout, _ = tf_tape("--help")
    examples = stdout[stdout.index("Examples:") :].splitlines()[1:]
    commands = [line.split()[:2] for line in examples if line.startswith("  tf-tape")]
    assert status == 0 and {command[1] for command in commands} == {
        "run",
        "check",
        "coverage",
        "source",
    }
    assert max(map(len, stdout.splitlines())) <= 88


def in_terminal(folder, *arguments, **environment):
    """What a command writes to a terminal, stdout and stderr together."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "tf_tape_compat", *arguments],
        stdout=theirs,
        stderr=theirs,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "LANG": "C", **environment},
    )
    os.close(theirs)
    written = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        written += part
    process.wait(timeout=100)
    os.close(ours)
    return written.decode()


def test_on_a_terminal(folder):
    """Colours and progress, which a pipe does not get."""
    shown = in_terminal(folder, "check", ".")
    assert "\x1b[31mnot available\x1b[0m" in shown and "\x1b[32mworks\x1b[0m" in shown
    assert "\r\x1b[K1/4 ./good.py" in shown
    plain = in_terminal(folder, "check", "good.py", NO_COLOR="1")
    assert "\x1b[32m" not in plain


def test_a_closed_pipe(folder):
    line = f"{sys.executable} -m tf_tape_compat check --format json . | head -1"
    done = subprocess.run(
        line,
        shell=True,
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert (done.stdout, done.stderr) == ("{\n", "")
