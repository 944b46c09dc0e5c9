"""Checks of values, such as ranges of indices, and kernels that read values.

In a traced function there are no values yet: the check or kernel becomes a call of the program, and
is made each time it runs (_graph/capture.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

# Takes a check of tensors without values, and returns True; False if it is to be made now. None
# while nothing was ever traced.
postpone: Callable[[Callable[..., None], tuple[Any, ...]], bool] | None = None
# Takes a kernel, examples of its results, and its payloads, which may have no values.
postpone_kernel: Callable[..., Any] | None = None


def check_values(check: Callable[..., None], *payloads: Any) -> None:
    """Calls `check(*payloads)`, which raises if values are not allowed.

    If the payloads have no values, it is called when the program that is being lowered runs. So it
    must keep nothing but sizes and attributes of what is checked.
    """
    if postpone is None or not postpone(check, payloads):
        check(*payloads)


def check_values_outside_vmap(check: Callable[..., None], *payloads: Any) -> None:
    """As `check_values`; within torch's vmap, where values cannot be read, there is no check."""
    if not torch._C._are_functorch_transforms_active():
        check_values(check, *payloads)


def call_with_values(kernel: Callable[..., Any], results: Callable[[], Any], *payloads: Any) -> Any:
    """`kernel(*payloads)`, a kernel without a gradient that reads values, such as an iteration.

    If the payloads have no values, the results are those of `results`, a function that makes
    tensors of their dtypes and sizes, on the device of the first payload; the kernel is called when
    the program that is being lowered runs.
    """
    if postpone_kernel is None:
        return kernel(*payloads)
    return postpone_kernel(kernel, results, payloads)
