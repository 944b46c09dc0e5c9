"""`tf-tape check` and `tf-tape run` read Jupyter notebooks, and refuse what is not a program."""

import json
import re
import sys

import pytest

from tests.unit.test_cli import BARE, outcome

COMMANDS = """\
%matplotlib inline
!pip install \\
    something
import math
x = (7
  % 4)
files = !ls
text = '''
%a
!b
'''
math.pi?
if x:
    !ls
print(repr(text), x)
"""
CELLS = [
    ("markdown", "# A title\ntf.lite"),
    ("code", COMMANDS),
    ("code", "\n%%bash\nls | wc"),
    ("code", "%%time\n\ndef f(x):\n    return 1 / x\n"),
    ("code", "import tensorflow as tf\n\ntf.lite.experimental.Analyzer"),
    ("code", "print('__file__' in globals(), __name__)\nf(0)"),
]


def notebook(cells=CELLS, language="python"):
    return {
        "nbformat": 4,
        "metadata": {"language_info": {"name": language}},
        "cells": [
            {"cell_type": kind, "source": text.splitlines(keepends=True)} for kind, text in cells
        ],
    }


@pytest.fixture
def written(tmp_path):
    def write(content, name="note.ipynb"):
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return write


def test_check_reads_cells(written, tf_tape):
    path = written(notebook())
    status, stdout, stderr = tf_tape("check", "--format=lines", str(path))
    assert (status, stderr) == (1, "")
    assert stdout.startswith(f"{path}:cell 4:3: tf.lite.experimental.Analyzer is not available")
    assert stdout.count("\n") == 1
    assert tf_tape("check", "--format=lines", str(written(notebook(CELLS[:4])))) == (0, "", "")


def test_check_reads_the_third_version_of_the_format(written, tf_tape):
    cells = [{"cell_type": "code", "input": "import tensorflow as tf\ntf.lite"}]
    path = written({"nbformat": 3, "metadata": {}, "worksheets": [{"cells": cells}]})
    status, stdout, _ = tf_tape("check", "--format=lines", str(path))
    assert status == 1 and stdout.startswith(f"{path}:cell 1:2: tf.lite is not")


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="Python's tracebacks mark more")
def test_run_runs_cells(written, tmp_path):
    written(notebook([cell for cell in CELLS if "Analyzer" not in cell[1]]))
    status, stdout, stderr = outcome([*BARE, "note.ipynb"], tmp_path)
    assert (status, stdout) == (1, "'\\n%a\\n!b\\n' 3\nFalse __main__\n")
    path = re.escape(str(tmp_path / "note.ipynb"))
    assert re.fullmatch(
        f"""\
Traceback \\(most recent call last\\):
  File "{path}, cell 4", line 2, in <module>
    f\\(0\\)
  File "{path}, cell 3", line 4, in f
    return 1 / x
(.*\n)?ZeroDivisionError: .*
""",
        stderr,
    )


def test_wrong_source_in_a_cell(written, tf_tape, tmp_path):
    path = written(notebook([("code", "x = 1"), ("code", "!ls\nx = (")]))
    status, stdout, stderr = tf_tape("check", "--format=lines", str(path))
    assert (status, stdout) == (2, "") and "note.ipynb, cell 2, line 2" in stderr
    status, stdout, stderr = outcome([*BARE, "note.ipynb"], tmp_path)
    assert status == 1 and 'note.ipynb, cell 2", line 2\n    x = (\n' in stderr


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("data.json", {"a": [1, None]}, "it is not a Python program: it has only data"),
        ("data.csv", "1,2\n3,4\n", "it is not a Python program: it has only data"),
        ("notes.md", "# Title\n\nSome text\n", "it is not a Python program: invalid syntax"),
        ("note.ipynb", "x = 1\n", "it is not a Jupyter notebook"),
        ("note.ipynb", notebook(language="R"), "the notebook is in R, not in Python"),
        ("note.ipynb", notebook() | {"cells": [{}]}, "the notebook is damaged: KeyError"),
    ],
)
@pytest.mark.parametrize("command", ["check", "run"])
def test_other_files_are_refused(command, name, content, reason, written, tf_tape, capsys):
    path = written(content, name)
    try:
        status, stdout, stderr = tf_tape(command, str(path))
    except SystemExit as end:
        status, stdout, stderr = end.code, *capsys.readouterr()
    assert (status, stdout, stderr.count("\n")) == (2, "", 1)
    assert stderr.startswith(f"tf-tape: can't {command} {path}: {reason}")
