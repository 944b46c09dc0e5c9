"""The warning about a `tf.function` that is traced too often."""

from __future__ import annotations

import weakref
from typing import Any

from .._logging import get_logger

_RECENT_CALLS = 10
_MAX_TRACES = 5  # among the recent calls; from here on there is a warning
_MAX_WARNINGS = 2  # per function


class RetracingDetector:
    """Counts the recent calls of one Python function, and how many of them were traced."""

    __slots__ = ("__weakref__", "calls", "calls_per_trace", "warnings")

    def __init__(self) -> None:
        self.calls = 0  # since the oldest trace that is remembered
        self.calls_per_trace: list[int] = []  # for each of those traces
        self.warnings = 0

    def traced(self, function: Any) -> None:
        """Counts a call that was traced; warns if there are too many."""
        self.calls += 1
        self.calls_per_trace.append(1)
        while self.calls - self.calls_per_trace[0] > _RECENT_CALLS:
            self.calls -= self.calls_per_trace.pop(0)
        if len(self.calls_per_trace) < _MAX_TRACES or self.warnings >= _MAX_WARNINGS:
            return
        self.warnings += 1
        traces = len(self.calls_per_trace)
        get_logger().warning(
            f"{traces} out of the last {self.calls} calls to {function} triggered "
            "tf.function retracing. Tracing is expensive and the excessive number of tracings "
            "could be due to (1) creating @tf.function repeatedly in a loop, (2) passing tensors "
            "with different shapes, (3) passing Python objects instead of tensors. For (1), please "
            "define your @tf.function outside of the loop. For (2), @tf.function has "
            "reduce_retracing=True option that can avoid unnecessary retracing. For (3), please "
            "refer to https://www.tensorflow.org/guide/function#controlling_retracing and "
            "https://www.tensorflow.org/api_docs/python/tf/function for  more details."
        )

    def reused(self) -> None:
        """Counts a call that was not traced."""
        if self.calls_per_trace:
            self.calls_per_trace[-1] += 1
        else:
            self.calls_per_trace.append(1)
        self.calls += 1


_detectors: weakref.WeakKeyDictionary[Any, RetracingDetector] = weakref.WeakKeyDictionary()


def detector_of(function: Any) -> RetracingDetector:
    """The detector of a Python function, shared by all functions with the same code object."""
    inner = function
    while hasattr(inner, "__wrapped__"):
        inner = inner.__wrapped__
    inner = getattr(inner, "__func__", inner)
    key = getattr(inner, "__code__", function)
    try:
        detector = _detectors.get(key)
        if detector is None:
            detector = _detectors[key] = RetracingDetector()
    except TypeError:  # the key has no hash or cannot be weakly referenced
        detector = RetracingDetector()
    return detector
