"""A call is a line of code with random inputs. Runs it on a framework and compares outcomes.

It runs eagerly, or inside a `tf.function`: the `mode` is "eager", "traced", or "unknown", which is
traced with an unknown leading dimension of every tensor.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from tests.parity.case_helpers.tables import ramp
from tests.parity.encoding import (
    TORCH_TEXT,
    Encoder,
    Tolerance,
    clean_message,
    differences,
    message_body,
)

from .draw import numpy_dtype

Call = dict[str, Any]
"""The `code`, and `inputs`: the kind, dtype, shape and flat values of each of its names."""


def source(call: Call) -> str:
    """The call as readable text."""
    lines = [
        f"{name} = {spec['kind']}({spec['values']}, {spec['dtype']}, {spec['shape']})"
        for name, spec in call["inputs"].items()
    ]
    return "\n".join([*lines, call["code"]])


def _input(tf: ModuleType, spec: dict[str, Any]) -> Any:
    if spec["kind"] == "none":
        return None
    values, dtype, shape = spec["values"], spec["dtype"], spec["shape"]
    if dtype == "string":
        array = np.array([v.encode() for v in values], object).reshape(shape)
    elif dtype.startswith("complex"):
        array = np.array([complex(float(a), float(b)) for a, b in values]).reshape(shape)
    elif dtype.startswith(("float", "bfloat")):
        array = np.array([float(v) for v in values]).reshape(shape)
    else:
        array = np.array(values, dtype).reshape(shape)
    with np.errstate(all="ignore"):
        array = array.astype(numpy_dtype(dtype))
    if spec["kind"] == "array":
        return array
    if spec["kind"] == "list":
        return array.tolist()
    tensor = tf.constant(array, dtype, shape) if dtype == "string" else tf.constant(array)
    return tf.Variable(tensor) if spec["kind"] == "variable" else tensor


MODES = ("eager", "traced", "unknown")


def run(
    call: Call,
    tf: ModuleType,
    observe: Callable[[Any], None] | None = None,
    mode: str = "eager",
    functions: list[Any] | None = None,
) -> dict[str, Any]:
    """The value and the gradients by all real and complex inputs, or the error.

    `observe` is called with each tensor and variable of the outcome. The `tf.function` that the call runs in is appended to `functions`.
    """
    before = logging.root.manager.disable
    logging.disable(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _run(call, tf, observe, mode, [] if functions is None else functions)
    finally:
        logging.disable(before)


def in_function(call: Call, tf: ModuleType, inputs: dict[str, Any], mode: str) -> Any:
    """The code as a `tf.function` of the tensors among the inputs, and these tensors."""
    names = [name for name, x in inputs.items() if isinstance(x, tf.Tensor)]
    specs = []
    for name in names:
        shape = inputs[name].shape.as_list()
        if mode == "unknown" and shape:
            shape[0] = None
        specs.append(tf.TensorSpec(shape, inputs[name].dtype))
    code = compile(call["code"], "<call>", "eval")

    def evaluated(*tensors: Any) -> Any:
        return eval(code, {"tf": tf, "np": np, **inputs, **dict(zip(names, tensors, strict=True))})

    function = tf.function(evaluated, input_signature=specs, autograph=False)
    return function, [inputs[name] for name in names]


def _run(
    call: Call,
    tf: ModuleType,
    observe: Callable[[Any], None] | None,
    mode: str,
    functions: list[Any],
) -> dict[str, Any]:
    inputs = {name: _input(tf, spec) for name, spec in call["inputs"].items()}
    sources = {
        name: x
        for name, x in inputs.items()
        if isinstance(x, (tf.Tensor, tf.Variable)) and (x.dtype.is_floating or x.dtype.is_complex)
    }
    encoder = Encoder(tf, observe)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x for x in sources.values() if isinstance(x, tf.Tensor)])
        try:
            if mode == "eager":
                result = eval(call["code"], {"tf": tf, "np": np, **inputs})
            else:
                function, tensors = in_function(call, tf, inputs, mode)
                functions.append(function)
                result = function(*tensors)
        except Exception as error:
            return _error(error)
    outcome: dict[str, Any] = {"value": _encoded(encoder, result)}
    targets = [y for y in _leaves(tf, result) if y.dtype.is_floating or y.dtype.is_complex]
    if not sources or not targets:
        return outcome
    try:
        upstream = [tf.cast(tf.constant(ramp(y.shape, "float64", 0.5, 0.25)), y.dtype)
                    for y in targets]  # fmt: skip
        gradients = tape.gradient(targets, list(sources.values()), output_gradients=upstream)
    except Exception as error:
        outcome["gradient"] = _error(error)
    else:
        outcome["gradient"] = [_encoded(encoder, gradient) for gradient in gradients]
    return outcome


def _error(error: Exception) -> dict[str, Any]:
    text = message_body(clean_message(str(error)))
    return {"error": type(error).__name__, "message": text[:400]}


def _encoded(encoder: Encoder, value: Any) -> Any:
    try:
        return encoder.encode(value)
    except TypeError:
        return {"repr": repr(value)}


def _leaves(tf: ModuleType, result: Any) -> list[Any]:
    try:
        flat = tf.nest.flatten(result, expand_composites=True)
    except (TypeError, ValueError):
        return []
    return [y for y in flat if isinstance(y, tf.Tensor)]


def _message_difference(key: str, expected: Any, actual: Any) -> str | None:
    one, other = expected["message"], actual["message"]
    if one != other:
        return f"{key}: expected the message\n  {one}\ngot\n  {other}"
    if TORCH_TEXT.search(other):
        return f"{key}: the message has words of torch\n  {other}"
    return None


RTOL = {"float16": 1e-2, "bfloat16": 6e-2, "float64": 1e-9, "complex128": 1e-9}


class _Loose(Tolerance):
    """Wider than for the parity cases: random arguments may cancel or overflow."""

    def allowed(self, expected: np.ndarray, dtype: str) -> np.ndarray:
        magnitude = np.abs(expected)
        finite = magnitude[np.isfinite(magnitude)]
        rtol = RTOL.get(dtype, 2e-5)
        scale = finite.max() if finite.size else 0.0
        if dtype in ("float16", "bfloat16"):  # a gradient's terms are larger than their sum
            scale = max(scale, 0.5)
        return rtol * magnitude + 0.3 * rtol * scale


def difference(
    expected: dict[str, Any], actual: dict[str, Any], messages: bool = True
) -> str | None:
    """How two outcomes differ, or None. Messages of errors are compared if `messages`."""
    for key in ("value", "gradient"):
        one, other = (
            expected if key == "value" else expected.get(key),
            actual if key == "value" else actual.get(key),
        )
        kinds = [side["error"] if isinstance(side, dict) and "error" in side else "a value"
                 for side in (one, other)]  # fmt: skip
        if kinds[0] != kinds[1]:
            return f"{key}: expected {kinds[0]}, got {kinds[1]}"
        if kinds[0] != "a value":
            assert one is not None and other is not None
            return _message_difference(key, one, other) if messages else None
    for key in ("value", "gradient"):
        for text in differences(expected.get(key), actual.get(key), _Loose(), False, key):
            return text
    return None
