"""The harness itself: what it records, and that it tells differences from agreement."""

from __future__ import annotations

import collections
import copy
import json
import logging
import os
import sys
import warnings
from types import SimpleNamespace
from typing import Any

import ml_dtypes
import numpy as np
import pytest

import tf_tape_compat as tf
from tests.parity import harness
from tests.parity.encoding import INLINE, Encoder, clean_message

_Pair = collections.namedtuple("_Pair", "a b")

_VALUES: dict[str, Any] = {
    "none": None,
    "integer": 3,
    "boolean": True,
    "float": 0.1,
    "infinity": float("inf"),
    "complex": 1 + 2j,
    "text": "text",
    "bytes": b"\x00\xff",
    "list": [1, [2.5, "a"]],
    "tuple": (1, (2,)),
    "namedtuple": _Pair(1, [2.0]),
    "dict": {"b": 1, "a": None},
    "set": {1, 2},
    "float32": np.array([0.1, -0.0, 1e-30, 1 / 3], np.float32),
    "float64": np.array([[0.1], [1e300]]),
    "bfloat16": np.array([0.1, 3e38], ml_dtypes.bfloat16),
    "float8": np.array([0.5, 448], ml_dtypes.float8_e4m3fn),
    "complex64": np.array([1 + 2j], np.complex64),
    "not_finite": np.array([np.nan, np.inf, -np.inf], np.float16),
    "uint64": np.array([2**64 - 1], np.uint64),
    "booleans": np.array([True, False]),
    "strings": np.array([b"a\x00", b""], object),
    "empty": np.zeros((0, 2), np.int8),
    "large": np.arange(INLINE + 1, dtype=np.float32),
    "scalar": np.int16(3),
    "dtype": tf.float32,
    "numpy_dtype": np.dtype("int8"),
    "shape": tf.TensorShape([2, None]),
    "unknown_shape": tf.TensorShape(None),
    "spec": tf.TensorSpec([2], name="n"),
    "type": int,
    "exception": ValueError("wrong"),
}


def _case(function: Any, **marks: Any) -> harness.Case:
    for name, value in marks.items():
        setattr(function, name, value)
    return harness.Case("family", "name", function)


def _outcome(value: Any) -> dict[str, Any]:
    """The recorded outcome of a case that returns `value`, written to a file and read back."""
    return json.loads(json.dumps(harness.run(_case(lambda tf: value), tf)))


def _differ(one: Any, two: Any, **marks: Any) -> list[str]:
    return harness.compare(_case(lambda tf: None, **marks), _outcome(one), _outcome(two))


@pytest.mark.parametrize("name", _VALUES)
def test_value_agrees_with_itself_and_with_no_other(name: str) -> None:
    value = _VALUES[name]
    assert _differ(value, copy.deepcopy(value)) == []
    for other_name, other in _VALUES.items():
        if other_name != name:
            assert _differ(value, other), other_name


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (1, 1.0),
        (1, True),
        ([1], (1,)),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        (_Pair(1, 2), (1, 2)),
        (1.0, 1.00001),
        (np.float32(1), np.float64(1)),
        (np.ones(2), np.ones(3)),
        (np.ones((1, 2)), np.ones((2, 1))),
        (np.zeros(0), np.zeros((0, 1))),
        (np.array([1.0, np.nan]), np.array([np.nan, 1.0])),
        (np.array([np.inf]), np.array([-np.inf])),
        (np.array([1e300]), np.array([np.inf])),
        (np.float32(1), np.float32(1.00001)),
        (np.array([1, 1e-3], np.float32), np.array([1, 1.001e-3], np.float32)),
        (np.array([1.0]), np.array([1.0 + 1e-12])),
        (np.complex64(1 + 1j), np.complex64(1 + 1.0001j)),
        (np.arange(100, dtype=np.float32), np.arange(100, dtype=np.float32) * np.float32(1.001)),
        (np.int64(2**62), np.int64(2**62 + 1)),
        (np.array([b"a"], object), np.array([b"a\x00"], object)),
        (tf.TensorShape([2]), tf.TensorShape([None])),
        (tf.float32, tf.float64),
        (tf.TensorSpec([2]), tf.TensorSpec([2], name="n")),
        (ValueError("a"), TypeError("a")),
        ("1.0", "1.00000001"),
    ],
)
def test_difference_is_found(one: Any, two: Any) -> None:
    assert _differ(one, two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (1.0, 1.0000001),
        (np.float32(1), np.nextafter(np.float32(1), np.float32(2))),
        (np.array([1.0]), np.array([1.0 + 1e-15])),
        (np.array([0.0, np.nan]), np.array([-0.0, np.nan])),
        (np.array([1e3, 1e-5], np.float32), np.array([1e3, 1.0001e-5], np.float32)),
        (ml_dtypes.bfloat16(1), ml_dtypes.bfloat16(1.0078125)),
        (ValueError("a [Op:Add] name: "), ValueError("a [Op:Add]")),
    ],
)
def test_rounding_is_allowed(one: Any, two: Any) -> None:
    assert _differ(one, two) == []


def test_tolerance_of_a_case() -> None:
    loose, absolute = harness.Tolerance(rtol=0.1), harness.Tolerance(rtol=0, atol=0.5)
    assert _differ(1.0, 1.05, tolerance=loose) == []
    assert _differ(1.0, 1.2, tolerance=loose)
    assert _differ([0.0, np.float32(9)], [0.4, np.float32(9.4)], tolerance=absolute) == []
    assert _differ("loss 1.00 at 2", "loss 1.05 at 2", tolerance=loose) == []
    assert _differ("loss 1.00 at 2", "loss 1.05 at 3", tolerance=loose)
    assert _differ("loss 1.00", "Loss 1.00", tolerance=loose)


def test_messages_are_compared() -> None:
    assert _differ(ValueError("a"), ValueError("b"))
    assert _differ(ValueError("a [Op:Add] name: "), ValueError("a [Op:Add]"), exact_message=True)
    assert _differ(ValueError("a"), ValueError("a"), exact_message=True) == []


def test_words_of_torch_are_found() -> None:
    error = ValueError("tensor.mT is only supported on matrices or batches of matrices")
    assert _differ(error, error)


def test_streams_and_warnings_are_captured_in_order() -> None:
    def function(tf: Any) -> None:
        print("one")
        os.write(1, b"two\n")
        print("three")
        print("four", file=sys.stderr)
        os.write(2, b"five\n")
        logging.getLogger("tensorflow").warning("a warning")
        logging.getLogger("tensorflow").info("no warning")
        warnings.warn("another", stacklevel=1)

    assert harness.run(_case(function), tf) == {
        "value": None,
        "stdout": "one\ntwo\nthree\n",
        "stderr": "four\nfive\n",
        "log": ["WARNING: a warning", "UserWarning: another"],
    }


def test_error_is_recorded_with_what_was_printed_before() -> None:
    def function(tf: Any) -> None:
        print("before")
        raise tf.errors.NotFoundError(None, None, "gone")

    outcome = harness.run(_case(function), tf)
    assert outcome == {
        "error": {"exception": "NotFoundError", "message": "gone"},
        "stdout": "before\n",
    }
    assert harness.compare(_case(function), outcome, {"value": None, "stdout": "before\n"})
    assert harness.compare(_case(function), outcome, {"error": outcome["error"]})


def test_log_is_compared_on_request() -> None:
    quiet: dict[str, Any] = {"value": None}
    loud = {"value": None, "log": ["WARNING: a"]}
    assert harness.compare(_case(lambda tf: None), loud, quiet) == []
    assert harness.compare(_case(lambda tf: None, exact_log=True), loud, quiet)


def test_streams_come_back_after_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    stdout = sys.stdout
    with pytest.raises(KeyboardInterrupt):
        harness.run(_case(lambda tf: (_ for _ in ()).throw(KeyboardInterrupt)), tf)
    assert sys.stdout is stdout
    os.write(1, b"here\n")
    assert capfd.readouterr().out == "here\n"


def test_messages_are_cleaned() -> None:
    raw = (
        "<class 'tensorflow.python.framework.ops.EagerTensor'> and "
        "<class 'tf_tape_compat._core.tensor.tensor.Tensor'> at 0x7f00deadbeef in "
        "/opt/somewhere/lib/module.py on /job:localhost/device:CPU:0"
    )
    assert clean_message(raw) == (
        "<class 'EagerTensor'> and <class 'Tensor'> at 0x... in module.py on "
        "/job:localhost/device:CPU:0"
    )


def test_values_of_unknown_kinds_are_refused() -> None:
    with pytest.raises(TypeError, match="no rule"):
        Encoder(tf).encode(SimpleNamespace())


def test_cases_of_a_module(monkeypatch: pytest.MonkeyPatch) -> None:
    module = SimpleNamespace(__name__="tests.parity.cases.math.made_up")

    def make(text: str) -> dict[str, Any]:
        scope: dict[str, Any] = {"__name__": module.__name__}
        exec(text, scope)
        return scope

    scope = make(
        "def one(tf): pass\n"
        "def _helper(tf): pass\n"
        "def two(tf, x): pass\n"
        "CASES = {'three': lambda tf: 3}\n"
    )
    module.__dict__.update(scope)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(harness._modules(), "made_up", module.__name__)
    assert [case.name for case in harness.cases_of("made_up")] == ["one", "three"]
    module.CASES["one"] = lambda tf: 1
    with pytest.raises(ValueError, match="defined twice"):
        harness.cases_of("made_up")


def test_recordings_survive_the_file(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(harness, "RECORDINGS", tmp_path)
    outcomes = {name: _outcome(value) for name, value in _VALUES.items()}
    monkeypatch.setitem(harness._modules(), "family", "tests.parity.cases.math.family")
    harness.save_recordings("family", "2.21.0", outcomes)
    text = (tmp_path / "math" / "family.json").read_text(encoding="utf-8")
    assert json.loads(text)["tensorflow"] == "2.21.0"
    assert harness.load_recordings("family") == outcomes
    names = [line.split('"')[1] for line in text.splitlines() if line.startswith('  "')]
    assert names == sorted(_VALUES)
