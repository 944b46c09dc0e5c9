"""Helpers for table-driven cases: many rows in one case, and the gradients of a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import numpy as np

REAL = "float16 bfloat16 float32 float64".split()
COMPLEX = "complex64 complex128".split()
INTEGER = "int8 int16 int32 int64 uint8 uint16 uint32 uint64".split()
EVERY = [*REAL, *COMPLEX, *INTEGER, "bool", "string"]


def outcomes(rows: Mapping[Any, Callable[[], Any]]) -> dict[str, Any]:
    """The result of each row, or the name of the class of the exception it raises.

    Messages are not recorded: they are long, and most come from TensorFlow's kernel registry.
    """
    return {str(key): _outcome(row) for key, row in rows.items()}


def _outcome(row: Callable[[], Any]) -> Any:
    try:
        return row()
    except Exception as error:
        return f"raises {type(error).__name__}"


def ramp(shape: Any, dtype: str = "float32", start: float = 1.0, step: float = 0.5) -> np.ndarray:
    """An array of distinct numbers, whose imaginary parts are distinct too if it is complex."""
    size = int(np.prod(shape))
    values = start + step * np.arange(size)
    if dtype.startswith("complex"):
        values = values + 1j * (0.25 * np.arange(size) - 1)
    return values.reshape(shape).astype(dtype)


def of_dtype(tf: ModuleType, values: Any, dtype: str) -> Any:
    """A tensor of `dtype` with the Python numbers `values`, or as many strings."""
    if dtype == "string":
        return tf.constant(np.asarray(values).astype(str).tolist())
    if dtype == "bool":
        return tf.constant(np.asarray(values).astype(bool))
    if dtype == "bfloat16":
        return tf.constant(np.asarray(values).tolist(), dtype)
    return tf.constant(np.asarray(values).astype(dtype))


def gradients(
    tf: ModuleType, function: Callable[..., Any], *values: Any, second: bool = True
) -> dict[str, Any]:
    """The value of a function, its gradients and their gradients, each by every argument.

    The upstream gradient is a ramp. The second gradients are also taken by it, which shows what a
    gradient function does with its upstream gradient.
    """
    arguments = [tf.constant(value) for value in values]
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(arguments)
        with tf.GradientTape() as inner:
            inner.watch(arguments)
            result = function(*arguments)
        flat = tf.nest.flatten(result)
        upstream = [tf.constant(ramp(y.shape.as_list(), y.dtype.name, 0.5, 0.25)) for y in flat]
        outer.watch(upstream)
        first = inner.gradient(flat, arguments, output_gradients=upstream)
    results = {"value": result, "first": first}
    if second:
        targets = [gradient for gradient in first if gradient is not None]
        results["second"] = outer.gradient(targets, [*arguments, *upstream])
    return results
