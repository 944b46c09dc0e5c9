"""Helpers for programs that differentiate derivatives."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from tests.parity.case_helpers.tables import ramp
from tests.parity.harness import tolerance


def precisions(function: Callable[..., Any], cases: dict[str, Any]) -> None:
    """Adds to `cases` the function `function(tf, dtype)`, in single and in double precision."""
    for dtype, close in (("float32", tolerance(2e-4, 2e-5)), ("float64", tolerance(1e-7, 1e-9))):
        name = f"{function.__name__[1:]}_{dtype}"
        cases[name] = close(partial(function, dtype=dtype))


def numbers(tf: Any, dtype: str, *shape: int, start: float = -0.7, step: float = 0.19) -> Any:
    """Distinct numbers of moderate size, the same for both frameworks."""
    values = np.sin(ramp(shape, "float64", start, step) * 3.0)
    return tf.constant(values.astype(dtype))
