"""torch's mode in which tensors have no values, for several threads at once."""

from __future__ import annotations

import threading
from typing import Any

from torch._subclasses.fake_tensor import FakeTensorMode


class _State(threading.local):
    """What a thread does in the mode."""

    def __init__(self) -> None:
        self.in_kernel_invocation = False
        self.enter_stack: list[Any] = []


_state = _State()


class _ThreadedFakeMode(FakeTensorMode):
    """The mode of all tensors without values. Threads that trace at once do not see each other."""

    @property
    def in_kernel_invocation(self) -> bool:
        """Whether torch computes the sizes of a result on this thread."""
        return _state.in_kernel_invocation

    @in_kernel_invocation.setter
    def in_kernel_invocation(self, value: bool) -> None:
        _state.in_kernel_invocation = value

    @property
    def enter_stack(self) -> list[Any]:
        """The contexts of the mode that this thread is in."""
        return _state.enter_stack

    @enter_stack.setter
    def enter_stack(self, value: list[Any]) -> None:
        _state.enter_stack = value


fake_mode = _ThreadedFakeMode(allow_non_fake_inputs=True)
