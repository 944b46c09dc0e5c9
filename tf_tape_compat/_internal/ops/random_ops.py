"""`tensorflow.python.ops.random_ops`."""

from __future__ import annotations

from typing import Any

from ..._ops.random.generator import get_global_generator
from ..._ops.random.parameterized_truncated_normal import stateless_parameterized_truncated_normal


def parameterized_truncated_normal(
    shape: Any,
    means: Any = 0.0,
    stddevs: Any = 1.0,
    minvals: Any = -2.0,
    maxvals: Any = 2.0,
    dtype: Any = "float32",
    seed: Any = None,
    name: str | None = None,
) -> Any:
    """Normally distributed random numbers between bounds that each has itself.

    The numbers come from another generator than TensorFlow's.
    """
    pair = get_global_generator().make_seeds(1)[:, 0] if seed is None else (seed, 0)
    return stateless_parameterized_truncated_normal(shape, pair, means, stddevs, minvals, maxvals)
