"""`tensorflow.python.ops.parallel_for.control_flow_ops`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..._ops_public import range_, stack_results, vectorized_map


def pfor(
    loop_fn: Callable[[Any], Any],
    iters: Any,
    fallback_to_while_loop: bool = True,
    parallel_iterations: Any = None,
    warn: bool = False,
) -> Any:
    """The results of `loop_fn(0)`, ..., `loop_fn(iters - 1)`, stacked."""
    return vectorized_map(loop_fn, range_(iters), fallback_to_while_loop, warn)


def for_loop(
    loop_fn: Callable[[Any], Any], loop_fn_dtypes: Any, iters: Any, parallel_iterations: Any = None
) -> Any:
    """The results of `loop_fn(0)`, ..., `loop_fn(iters - 1)`, stacked."""
    steps: Any = range_(iters)
    return stack_results([loop_fn(step) for step in steps])
