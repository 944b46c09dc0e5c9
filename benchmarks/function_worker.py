"""Measurements of traced functions that need a process of their own.

`python -m benchmarks.function_worker WHAT MODULE` prints numbers: the seconds of the first call of
each row, or MiB.
"""

import gc
import importlib
import sys
from time import perf_counter
from types import ModuleType

import numpy as np

from benchmarks.functions import FUNCTIONS, SCALAR_CHAIN
from benchmarks.memory import resident
from benchmarks.rows import Perceptron

CALLS = 10_000
FUNCTION_COUNT = 50


def first_calls(tf: ModuleType) -> list[float]:
    """The seconds of the first traced call of the process, and of that of each row after it."""
    x = tf.ones([2, 2])
    start = perf_counter()
    tf.function(lambda: tf.einsum("ab,bc->ac", x, x))()  # imports what tracing needs
    seconds = [perf_counter() - start]
    for row in FUNCTIONS:
        function = row.on_tf(tf)
        start = perf_counter()
        function()
        seconds.append(perf_counter() - start)
    return seconds


def growth(tf: ModuleType) -> list[float]:
    """The memory that calls of one function leave behind."""
    function = tf.function(Perceptron().on_tf(tf))
    for _ in range(CALLS // 10):
        function()
    gc.collect()
    start = resident("VmRSS")
    for _ in range(CALLS):
        function()
    gc.collect()
    return [resident("VmRSS") - start]


def many(tf: ModuleType) -> list[float]:
    """The memory of many functions of 300 operations, each called twice."""
    tf.function(lambda: tf.sin(tf.constant(np.float32(1))))()
    gc.collect()
    start = resident("VmRSS")
    functions = [tf.function(SCALAR_CHAIN(tf)) for _ in range(FUNCTION_COUNT)]
    for function in functions:
        function()
        function()
    return [resident("VmRSS") - start]


if __name__ == "__main__":
    what, module = sys.argv[1:]
    measure = {"first-calls": first_calls, "growth": growth, "many": many}[what]
    print(*measure(importlib.import_module(module)))
