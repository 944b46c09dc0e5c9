"""Whether calls are limited to what TensorFlow's kernels for the CPU compute.

They refuse some types, layouts and attributes for which there are kernels on other devices, and
which XLA compiles for the CPU, too. So the refusals do not count in functions with
`jit_compile=True`; nor while a function is traced, since they are errors of its run.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any


class _Thread(threading.local):
    has_other_kernels = False


_thread = _Thread()


def limited_to_cpu(payload: Any) -> bool:
    """Whether an operation on a payload can only be run by TensorFlow's kernel for the CPU."""
    return payload.is_cpu and not _thread.has_other_kernels


def current_kernels() -> Callable[[], AbstractContextManager[None]]:
    """A function that returns a context in which the kernels are those of now."""
    return other_kernels if _thread.has_other_kernels else nullcontext


@contextmanager
def other_kernels() -> Iterator[None]:
    """A context in which the kernels for the CPU refuse nothing."""
    before = _thread.has_other_kernels
    _thread.has_other_kernels = True
    try:
        yield
    finally:
        _thread.has_other_kernels = before
