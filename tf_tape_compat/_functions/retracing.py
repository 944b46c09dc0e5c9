"""The warning for a `tf.function` that is traced too often."""

from __future__ import annotations

import weakref
from typing import Any

from .._logging import get_logger

_HISTORY = 10  # calls that are looked back at
_THRESHOLD = 5  # traces among them that are too many
_WARNINGS = 2  # for one function


class Detector:
    """Counts the recent calls of one Python function, and how many of them were traces."""

    __slots__ = ("__weakref__", "calls", "since", "warned")

    def __init__(self) -> None:
        self.calls = 0  # since the oldest trace remembered
        self.since: list[int] = []  # for each of them the calls from there to the next
        self.warned = 0

    def traced(self, function: Any) -> None:
        """Notes a call that was traced, and warns if there are too many of them."""
        self.calls += 1
        self.since.append(1)
        while self.calls - self.since[0] > _HISTORY:
            self.calls -= self.since.pop(0)
        if len(self.since) < _THRESHOLD or self.warned >= _WARNINGS:
            return
        self.warned += 1
        get_logger().warning(
            f"{len(self.since)} out of the last {self.calls} calls to {function} triggered "
            "tf.function retracing. Tracing is expensive and the excessive number of tracings "
            "could be due to (1) creating @tf.function repeatedly in a loop, (2) passing tensors "
            "with different shapes, (3) passing Python objects instead of tensors. For (1), please "
            "define your @tf.function outside of the loop. For (2), @tf.function has "
            "reduce_retracing=True option that can avoid unnecessary retracing. For (3), please "
            "refer to https://www.tensorflow.org/guide/function#controlling_retracing and "
            "https://www.tensorflow.org/api_docs/python/tf/function for  more details."
        )

    def reused(self) -> None:
        """Notes a call that was not traced."""
        if self.since:
            self.since[-1] += 1
        else:
            self.since.append(1)
        self.calls += 1


_detectors: weakref.WeakKeyDictionary[Any, Detector] = weakref.WeakKeyDictionary()


def detector_of(function: Any) -> Detector:
    """The detector of a Python function, the same one for all functions made by the same code."""
    inner = function
    while hasattr(inner, "__wrapped__"):
        inner = inner.__wrapped__
    inner = getattr(inner, "__func__", inner)
    key = getattr(inner, "__code__", function)
    try:
        found = _detectors.get(key)
        if found is None:
            found = _detectors[key] = Detector()
    except TypeError:  # what cannot be referred to weakly, or has no hash
        found = Detector()
    return found
