"""What stands for the variables that a function reads, while it is traced or lowered."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import numpy as np
from torch.utils._python_dispatch import _disable_current_modes

from .._core.types.shape import TensorShape
from .._core.variables.handle import Handle
from .._core.variables.variable import Variable
from .shadows import FIRST_SIZE, example, fake_mode, is_fake

_COPIED = ("uid", "dtype", "shape", "name", "trainable", "constraint")


class ShadowHandle(Handle):
    """The handle of a variable that stands for another one, and has no values.

    Attributes:
      original: the handle of the variable that it stands for.
      stands_for: that variable.
      initial: the payload before any assignment.

    An alias of the value makes its memory count as shared, so that no assignment is in place: it
    may be the memory of an argument or of a constant.
    """

    __slots__ = ("_alias", "initial", "original", "stands_for")

    def __init__(self, variable: Variable, payload: Any) -> None:
        original = variable._handle
        for name in (*_COPIED, "synchronization", "aggregation"):
            setattr(self, name, getattr(original, name))
        self.original = original
        self.stands_for = variable
        self.initial = payload
        self.store(payload)

    def store(self, value: Any) -> None:
        """Replaces the value, without a copy."""
        self.data = value
        # It is no part of a program. An alias of a real value is real: fake_mode would make a fake
        # one, and then assignments would be in place.
        mode = fake_mode if is_fake(value) else nullcontext()
        with _disable_current_modes(), mode:
            self._alias = value.view() if isinstance(value, np.ndarray) else value.detach()


def shadow_variable(variable: Variable, payload: Any = None) -> Variable:
    """A variable that stands for `variable`, with a payload of its size but without values."""
    handle = variable._handle
    if payload is None:
        shape = TensorShape._from_ints(tuple(handle.data.shape))
        payload = example(handle.data.dtype, shape, FIRST_SIZE)
    shadow: Variable = object.__new__(type(variable))
    shadow._handle = ShadowHandle(variable, payload)
    return shadow
