"""Operations: generated code, signatures, interception, and what `_core` leaves to `_ops`."""

import ast
import copy
import inspect
import pickle
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

import tf_tape_compat as tf
from tf_tape_compat._core.op.interception import intercept, original

CORE = Path(tf.__file__).parent / "_core"


def test_tracebacks_show_the_generated_source():
    with pytest.raises(tf.errors.InvalidArgumentError) as caught:
        tf.add(tf.ones([2]), tf.ones([3]))
    frames = traceback.extract_tb(caught.value.__traceback__)
    generated = [frame for frame in frames if frame.filename.startswith("<op AddV2 ")]
    assert generated
    assert generated[-1].line.endswith("raise _explain(error, name, t_x, t_y) from None")


def test_signatures_have_no_annotations():
    assert str(inspect.signature(tf.square)) == "(x, name=None)"
    for function in (tf.square, tf.rank, tf.random.normal, tf.init_scope, tf.Variable, tf.Module):
        assert inspect.getfullargspec(function).annotations == {}


def test_core_defines_no_operation():
    for path in CORE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                decorators = [ast.unparse(decorator) for decorator in node.decorator_list]
                assert not any(text.startswith("op(") for text in decorators), (path, node.name)


def test_the_first_composite_may_be_sparse():
    program = """
import tf_tape_compat as tf
sparse = tf.SparseTensor([[1]], [-2.0], [3])
print(tf.abs(sparse).values.numpy().tolist())
"""
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False
    )
    assert (result.returncode, result.stdout) == (0, "[2.0]\n"), result.stderr


def test_wrappers_of_a_function_nest_and_are_added_once():
    calls = []

    def function(x, y=2):
        return x, y

    def first(function, call, signature):
        return lambda *args, **kwargs: calls.append("first") or call(*args, **kwargs)

    def second(function, call, signature):
        return lambda *args, **kwargs: calls.append("second") or call(*args, **kwargs)

    alias = function
    signature = inspect.signature(function)
    source = inspect.getsource(function)
    for wrapper in (first, second, first):
        intercept(function, wrapper)
    assert alias(1) == (1, 2) and alias(x=1, y=3) == (1, 3)
    assert calls == ["second", "first"] * 2
    assert inspect.signature(function) == signature
    assert inspect.getsource(original(function)) == source


def test_tracked_tensors_are_copied_and_pickled():
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * 2.0
        assert copy.copy(y) is y and copy.deepcopy([y])[0] is y
        assert pickle.loads(pickle.dumps(y)).numpy().tolist() == [2.0, 4.0]
