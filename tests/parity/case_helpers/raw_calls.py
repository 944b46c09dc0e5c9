"""Builds cases of `tf.raw_ops` from rows of an operation's name and its arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from tests.parity.harness import attempt, tolerance


def _call(tf: Any, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """The result of the operation, and its gradient by each real or complex argument."""
    f = getattr(tf.raw_ops, name)

    def tensor(value: Any) -> Any:
        return tf.constant(value) if isinstance(value, np.ndarray) else value

    converted = {
        key: [tensor(v) for v in value] if isinstance(value, list) else tensor(value)
        for key, value in arguments.items()
    }
    watched = [
        t
        for t in tf.nest.flatten(list(converted.values()))
        if isinstance(t, tf.Tensor) and (t.dtype.is_floating or t.dtype.is_complex)
    ]
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(watched)
        result = f(**converted)
        real = [
            t for t in tf.nest.flatten(result) if isinstance(t, tf.Tensor) and t.dtype.is_floating
        ]
        weighted = [t * (0.5 + i) for i, t in enumerate(real)]
    gradients = attempt(tape.gradient, weighted, watched) if weighted and watched else None
    if isinstance(gradients, Exception):
        gradients = type(gradients).__name__
    fields = getattr(result, "_fields", None)
    return {"result": result, "fields": fields, "gradients": gradients}


def _case(name: str, arguments: dict[str, Any]) -> Callable[[Any], Any]:
    return tolerance(rtol=2e-5, atol=1e-6)(lambda tf: _call(tf, name, arguments))


def raw_cases(rows: Iterable[tuple[str, dict[str, Any]]]) -> dict[str, Callable[[Any], Any]]:
    """A table of cases, one for each row."""
    cases: dict[str, Callable[[Any], Any]] = {}
    for name, arguments in rows:
        count = sum(key.split(" ")[0] == name for key in cases)
        cases[f"{name} {count}"] = _case(name, arguments)
    return cases
