"""Values that are not made of tensors, such as datasets, as payloads of tensors of type variant.

A spec of such values has a method `_from_handle`, which returns the value that a tensor stands for,
and a value a method `_as_handle`, which returns the tensor.
"""

from __future__ import annotations

from typing import Any

import torch

from .dtype import variant


class Handle:
    """The payload of a tensor that stands for `value`."""

    __slots__ = ("value",)

    dtype = variant
    shape = torch.Size([])

    def __init__(self, value: Any) -> None:
        self.value = value


def is_held(value: Any) -> bool:
    """Whether a value is passed to graphs as a handle."""
    return hasattr(type(value), "_as_handle")
