"""Checks of values, such as ranges of indices, that raise TensorFlow's errors.

In a traced function there are no values to check yet: the check becomes a call of the program, and
is made each time it runs (_graph/capture.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

# Takes a check of tensors without values, and returns True; False if they all have values. None
# while nothing was ever traced.
postpone: Callable[[Callable[..., None], tuple[Any, ...]], bool] | None = None


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
