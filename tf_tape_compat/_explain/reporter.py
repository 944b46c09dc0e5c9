"""Reports gradients that are None while a program runs: `tf-tape run --explain-none`."""

from __future__ import annotations

import sys
from typing import Any

from .._core.tensor.tensor import EagerTensor
from .._core.variables.variable import Variable
from . import switch
from .explain import reason_for, worded
from .hooks import Hooks
from .places import user_frame
from .tape_hooks import tape_of


class Reporter:
    """Writes why gradients are None to stderr, once for each line and reason."""

    def __init__(self, hooks: Hooks) -> None:
        self._hooks = hooks
        self._seen: set[Any] = set()

    def __call__(
        self, tape: Any, targets: list[Any], sources: list[Any], results: list[Any], place: Any
    ) -> None:
        """Called after each gradient."""
        known = tape_of(tape)
        if len(sources) != len(results) or not all(map(_is_known, targets)):
            return
        frame = user_frame(3)
        for number, (source, result) in enumerate(zip(sources, results, strict=True)):
            if result is not None or not _is_known(source):
                continue
            with self._hooks.hidden():
                reason = reason_for(self._hooks, known, targets, source, frame)
                text = worded(self._hooks, reason, targets, source, frame)
            key = place, number, str(text)
            if key not in self._seen:
                self._seen.add(key)
                print(f"{place}: None: {text}", file=sys.stderr)


def _is_known(item: Any) -> bool:
    """Whether the history knows a target or source: it has no tensors of torch, or composites."""
    return isinstance(item, (EagerTensor, Variable))


def report() -> None:
    """Keeps the history, and writes each gradient that is None to stderr (`--explain-none`)."""
    hooks = switch.begin()
    hooks.after_gradient = Reporter(hooks)
