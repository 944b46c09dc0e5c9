"""`tf-tape run` behaves like `python`, and `tf-tape check` reports what a program would lack."""

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TUTORIALS = ROOT / "migration_guide" / "tutorials"

REPORT = '''
"""A docstring."""
import sys, pickle
import __main__, helper

class A:
    pass

here = __name__, __file__, __doc__, __package__, type(__loader__).__name__, __builtins__
print(sorted(globals()), here, __cached__, getattr(__spec__, "name", None), sys.argv, sys.path[0])
print(vars(__main__) is globals(), type(pickle.loads(pickle.dumps(A()))) is A, helper.value)
'''

FAIL = """
import sys

def f():
    try:
        1 / 0
    except ZeroDivisionError as error:
        raise ValueError("no") from error

print("before")
f()
"""

HOOK = """
import atexit, sys

def hook(kind, error, traceback):
    print(kind, error, traceback.tb_lineno, traceback.tb_next, error.__traceback__ is traceback)

atexit.register(print, "at exit")
sys.excepthook = hook
1 / 0
"""

THREAD = """
import threading, time

def work():
    time.sleep(0.1)
    print("worked", __name__)

threading.Thread(target=work).start()
raise SystemExit("the end")
"""

ASYNC = """
import asyncio

async def main():
    raise OSError("in a task")

asyncio.run(main())
"""

FILES = {
    "report.py": REPORT,
    "helper.py": "value = 7\n",
    "fail.py": FAIL,
    "syntax.py": "x = 1\ny = (\n",
    "hook.py": HOOK,
    "thread.py": THREAD,
    "async.py": ASYNC,
    "exit7.py": "import sys\nprint('x')\nsys.exit(7)\n",
    "exit0.py": "raise SystemExit\n",
    "os_exit.py": "import os\nos._exit(9)\n",
    "interrupt.py": "raise KeyboardInterrupt\n",
    "warn.py": "import warnings\nwarnings.warn('old', DeprecationWarning)\n",
    "latin.py": "# coding: latin-1\nprint(ascii('\u00e9'))\n",
    "reads.py": "import sys\nprint(sys.stdin.read())\n",
    "package/__init__.py": "",
    "package/__main__.py": REPORT.replace("helper", "package.helper as helper", 1),
    "package/module.py": REPORT.replace("__main__, helper", "__main__\nfrom . import helper"),
    "package/helper.py": "value = 8\n",
    "package/fail.py": FAIL,
    "folder/__main__.py": REPORT,
    "folder/helper.py": "value = 9\n",
    "empty/nothing.txt": "",
}

AS_PYTHON = [
    ["report.py"],
    ["report.py", "one", "-m", "--help", "-"],
    ["./report.py"],
    ["package/../report.py"],
    ["fail.py"],
    ["syntax.py"],
    ["hook.py"],
    ["thread.py"],
    ["async.py"],
    ["exit7.py"],
    ["exit0.py"],
    ["os_exit.py"],
    ["interrupt.py"],
    ["warn.py"],
    ["latin.py"],
    ["reads.py"],
    ["no_such.py"],
    ["-", "one", "-x"],
    ["-m", "package.module", "one", "-m"],
    ["-m", "package"],
    ["-m", "package.fail"],
    ["-m", "helper"],
    ["-m", "no_such"],
    ["folder", "one"],
    ["empty"],
]

STDIN = "import sys\nprint(__name__, __file__, sys.argv, repr(sys.path[0]))\n1 / 0\n"

SPAWN = """
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import tensorflow as tf
from tensorflow.python.eager import backprop

def square(x):
    import tensorflow
    return x * x, tensorflow is tf, backprop.GradientTape is tf.GradientTape

if __name__ == "__main__":
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        print([*pool.map(square, [3])])
"""

MISSING = {
    "attribute": "import tensorflow as tf\n\ntf.lite.Interpreter(3)\n",
    "wrong_name": "import tensorflow as tf\n\ndef f():\n    tf.constan\nf()\n",
    "from_lite": "from tensorflow.lite import Optimize\n",
    "import_lite": "import tensorflow.lite.experimental\n",
    "wrong_module": "import tensorflow.fooo\n",
    "first_version": "import tensorflow.compat.v1 as tf\n\ntf.disable_tensor_equality()\n",
    "internal": "from tensorflow.python.eager.backprop import implicit_grad\n",
}

COMPAT = """
import sys
import tensorflow.compat.v2 as tf
import tensorflow
from tensorflow.compat import v2
print(tf is tensorflow is v2, tf.__name__, "torch" in sys.modules)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the programs are."""
    folder = tmp_path_factory.mktemp("programs")
    programs = MISSING | {"spawn": SPAWN, "compat": COMPAT}
    for name, text in {**FILES, **{f"{name}.py": programs[name] for name in programs}}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        encoding = "latin-1" if name == "latin.py" else "utf-8"
        (folder / name).write_text(text, encoding=encoding)
    return folder


def outcome(command, folder):
    """The exit status, stdout and stderr of a command line of this Python."""
    done = subprocess.run(
        [sys.executable, *command],
        input=STDIN,
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        timeout=100,
    )
    return done.returncode, *(re.sub(r"0x[0-9a-f]+", "0x", s) for s in (done.stdout, done.stderr))


BARE = [Path(__file__).with_name("bare_command.py"), "run"]
FULL = ["-m", "tf_tape_compat", "run"]


@pytest.mark.parametrize("arguments", AS_PYTHON, ids=" ".join)
def test_run_is_as_python(arguments, folder):
    """The same exit status and, to the byte, the same output and traceback."""
    expected_status, expected_stdout, expected_stderr = outcome(arguments, folder)
    status, stdout, stderr = outcome([*BARE, *arguments], folder)
    prefix = f"{sys.executable}: can't open"
    assert stderr == expected_stderr.replace(prefix, "tf-tape: can't open")
    assert (status, stdout) == (expected_status, expected_stdout)


@pytest.mark.parametrize(
    ("name", "last_line", "message"),
    [
        (
            "attribute",
            3,
            "tf_tape_compat.NotAvailableError: tf.lite is not",
        ),
        (
            "wrong_name",
            4,
            "AttributeError: module 'tensorflow' has no attribute 'constan'. "
            "Did you mean: 'constant'?",
        ),
        (
            "from_lite",
            1,
            "tf_tape_compat.NotAvailableImportError: tf.lite.Optimize is not",
        ),
        ("import_lite", 1, "tf_tape_compat.NotAvailableImportError: tf.lite.experimental is not"),
        ("wrong_module", 1, "ModuleNotFoundError: No module named 'tensorflow.fooo'"),
        (
            "first_version",
            3,
            "tf_tape_compat.NotAvailableError: tf.compat.v1.disable_tensor_equality is not",
        ),
        (
            "internal",
            1,
            "tf_tape_compat.NotAvailableImportError: "
            "tensorflow.python.eager.backprop.implicit_grad is not available",
        ),
    ],
)
def test_run_shows_errors_in_the_program(name, last_line, message, folder):
    """The traceback ends in the program's own line, with no frame of this package."""
    # Whether these modules are there depends on what the whole package has.
    command = FULL if name in ("first_version", "internal") else BARE
    status, stdout, stderr = outcome([*command, f"{name}.py"], folder)
    frames = re.findall(r'File "(.*)", line (\d+)', stderr)
    assert (status, stdout) == (1, "")
    assert {file for file, _ in frames} == {str(folder / f"{name}.py")}
    assert int(frames[-1][1]) == last_line
    assert stderr.splitlines()[-1].startswith(message)


def test_run_imports_the_package(folder):
    assert outcome([*FULL, "compat.py"], folder) == (0, "True tf_tape_compat True\n", "")


def test_run_reaches_spawned_processes(folder):
    assert outcome([*FULL, "spawn.py"], folder) == (0, "[(9, True, True)]\n", "")


def test_command_runs_the_first_tutorial():
    """The main use in the README, run as `python -m tf_tape_compat`."""
    expected = (TUTORIALS / "recorded" / "01_square.txt").read_text()
    assert outcome([*FULL, str(TUTORIALS / "01_square.py")], ROOT) == (0, expected, "")


def checked(tf_tape, tmp_path, source):
    """{line: what the messages of `tf-tape check` say is missing}"""
    script = tmp_path / "program.py"
    script.write_text(textwrap.dedent(source))
    status, stdout, stderr = tf_tape("check", "--format", "lines", str(script))
    assert stderr == ""
    messages = {}
    for line in stdout.splitlines():
        match = re.fullmatch(r"(.*?):(\d+): (.*)", line)
        assert match and match[1] == str(script)
        what = re.sub(r" is not available in tf_tape_compat .*", "", match[3])
        messages.setdefault(int(match[2]), []).append(what)
    assert status == (1 if messages else 0)
    return messages


def test_check_follows_imports(tf_tape, tmp_path):
    source = """\
        import tensorflow as tf
        import tensorflow.compat.v2 as tf2
        from tensorflow import constan, lite, square
        from tensorflow.lite import experimental as l
        import tensorflow.tpu.experimental
        from tensorflow.python.eager import backprop, tape
        tf.square, tf2.square, square, backprop.GradientTape, tensorflow.square
        tf.lite.Optimize, tf2.raw_ops.NcclReduce
        lite.experimental.Analyzer, l.Analyzer, l.Analyzr
        tensorflow.saved_model.experimental.read_fingerprint
        backprop.implicit_grad
    """
    lite = "tensorflow._api.v2.lite.experimental"
    assert checked(tf_tape, tmp_path, source) == {
        3: ["module 'tensorflow' has no attribute 'constan'", "tf.lite"],
        4: ["tf.lite.experimental"],
        5: ["tf.tpu.experimental"],
        6: ["tensorflow.python.eager.tape"],
        8: ["tf.lite.Optimize", "tf.raw_ops.NcclReduce"],
        9: [f"module '{lite}' has no attribute 'Analyzr'", "tf.lite.experimental.Analyzer"],
        10: ["tf.saved_model.experimental.read_fingerprint"],
        11: ["tensorflow.python.eager.backprop.implicit_grad"],
    }


def test_check_follows_names_through_scopes(tf_tape, tmp_path):
    source = """\
        import numpy as np
        import tensorflow as tf
        layers = tf.lite.experimental
        (layers
            .Analyzer)
        getattr(tf, "wrong"), getattr(tf, "wrong", None), np.wrong, print.tf.wrong
        def shadowed(tf):
            return tf.wrong
        def default(a=tf.wrong_a, *, b: tf.wrong_b = 1) -> tf.wrong_c:
            tf = object()
            return tf.wrong
        class A(tf.wrong_d):
            b = tf.wrong_e
            def method(self):
                from tensorflow import lite as k
                return lambda: [k.Optimize for i in self], lambda tf: tf.wrong
        k.Optimize
        twice = tf.lite.experimental
        twice = object()
        twice.wrong
        tf.Variable.wrong
        @tf.wrong_f
        async def decorated(): pass
    """

    def lacks(name):
        return [f"module 'tensorflow' has no attribute '{name}'"]

    assert checked(tf_tape, tmp_path, source) == {
        3: ["tf.lite.experimental"],
        5: ["tf.lite.experimental.Analyzer"],
        6: lacks("wrong"),
        9: [*lacks("wrong_a"), *lacks("wrong_b"), *lacks("wrong_c")],
        12: lacks("wrong_d"),
        13: lacks("wrong_e"),
        15: ["tf.lite"],
        16: ["tf.lite.Optimize"],
        18: ["tf.lite.experimental"],
        21: ["type object 'ResourceVariable' has no attribute 'wrong'"],
        22: lacks("wrong_f"),
    }


def test_check_does_not_run_the_program(tf_tape, tmp_path):
    source = "import tensorflow as tf\nraise SystemExit(3)\nopen('made', 'w')\n"
    assert checked(tf_tape, tmp_path, source) == {}
    assert "tensorflow" not in sys.modules


def test_check_refuses_what_it_cannot_read(tf_tape, tmp_path):
    (tmp_path / "bad.py").write_text("x = (")
    for name, reason in (("bad.py", "was never closed"), ("none.py", "No such file")):
        status, stdout, stderr = tf_tape("check", str(tmp_path / name))
        assert (status, stdout) == (2, "")
        assert name in stderr and reason in stderr


def test_source(tf_tape):
    status, stdout, _ = tf_tape("source", "tf.math.erf")
    assert status in (0, None) and stdout.startswith("def erf(x, name=")
    assert "_kernel(t_x)" in stdout
    status, stdout, _ = tf_tape("source", "tf.concat")
    assert status in (0, None) and stdout.startswith("def concat(values: Any")
    for symbol in ("tf.nonsense", "tf.float32"):
        status, stdout, stderr = tf_tape("source", symbol)
        assert (status, stdout) == (2, "") and symbol in stderr


def test_usage(tf_tape):
    for arguments in ([], ["run"], ["run", "-m"], ["run", "-x"], ["check"], ["check", "-x"], ["x"]):
        status, stdout, stderr = tf_tape(*arguments)
        assert (status, stdout) == (2, "") and stderr.startswith("usage: tf-tape run ")
    for arguments in (["--help"], ["-h"], ["run", "--help"], ["check", "-h"]):
        status, stdout, stderr = tf_tape(*arguments)
        assert (status, stderr) == (0, "") and "without running it" in stdout
    assert tf_tape("--version") == (0, "tf-tape 0.1.0\n", "")
