"""The table of traced functions: ours, our eager operations and TensorFlow's function."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

import tf_tape_compat
from benchmarks.functions import FUNCTIONS, FunctionRow, trivial_call
from benchmarks.speed import verdict
from benchmarks.tensorflow_worker import TensorFlowColumn
from benchmarks.timing import interleave, ratio_of_best, timer
from tf_tape_compat._graph.executors.background import wait

TRIVIAL_BOUND = 6.0  # microseconds
FIRST_CALL_BOUND = 1.5  # in units of TensorFlow's time
IMPORTS_BOUND = 1.5  # seconds, in the first traced call of a process
GROWTH_BOUND = 1.0  # MiB, over 10,000 calls
MANY_BOUND = 1024  # MiB


def functions(tensorflow_python: str | None, duration: float, repetitions: int) -> None:
    """Print the table. Without `tensorflow_python`, a path to an interpreter, no TF column."""
    torch.set_num_threads(1)
    with contextlib.ExitStack() as stack:
        tensorflow = None
        if tensorflow_python is not None:
            column = TensorFlowColumn(tensorflow_python, "functions", 1)
            tensorflow = stack.enter_context(column)
        print("Times of traced functions in µs, the best of each, on 1 thread")
        print(f"{'':26}{'ours':>9}{'eager':>10}{'':7}{'TF':>10}{'ours/TF':>9}{'bound':>7}")
        for index, row in enumerate(FUNCTIONS):
            timers = [timer(_ready(row)), timer(row.step(tf_tape_compat))]
            if tensorflow:
                timers.append(tensorflow.timer(index))
            ours, eager, *others = interleave(timers, duration, repetitions)
            kept = ratio_of_best(ours, eager) <= 1
            line = f"{row.name:26}{min(ours) * 1e6:9.1f}{min(eager) * 1e6:10.1f} {verdict(kept):6}"
            for theirs in others:
                line += compared(min(ours), min(theirs), row.bound)
            print(line.rstrip(), flush=True)
        (trivial,) = interleave([timer(trivial_call(tf_tape_compat))], duration, repetitions)
        micro = min(trivial) * 1e6
        print(f"{'a trivial call':26}{micro:9.1f}{'':27}{'':9}{TRIVIAL_BOUND:7.1f}", end=" ")
        print(verdict(micro <= TRIVIAL_BOUND), flush=True)
    first_calls(tensorflow_python)
    function_memory()


def _ready(row: FunctionRow) -> Callable[[], Any]:
    """The traced step, compiled if it is to be compiled."""
    function = row.on_tf(tf_tape_compat)
    if row.jit_compile:
        function()
        wait()
        for _ in range(100):  # some calls decide whether the compiled program is the faster one
            function()
    return function


def compared(ours: float, theirs: float, bound: float, unit: float = 1e6) -> str:
    """Columns with TensorFlow's time, the ratio, its bound and whether it is kept."""
    ratio = ours / theirs
    return f"{theirs * unit:10.1f}{ratio:9.2f}{bound:7.2f} {verdict(ratio <= bound)}"


def first_calls(tensorflow_python: str | None) -> None:
    """Print the times of first calls, in processes of their own, and of a first trace before."""
    print("First calls, in ms, once what tracing needs is imported")
    first, *ours = _in_process(sys.executable, "first-calls", "tf_tape_compat")
    theirs = None
    if tensorflow_python is not None:
        _, *theirs = _in_process(tensorflow_python, "first-calls", "tensorflow")
    line = f"{'the imports':26}{first * 1e3:9.1f}{'':36}{IMPORTS_BOUND * 1e3:7.0f}"
    print(line, verdict(first <= IMPORTS_BOUND))
    for index, row in enumerate(FUNCTIONS):
        line = f"{row.name:26}{ours[index] * 1e3:9.1f}{'':17}"
        if theirs is not None:
            line += compared(ours[index], theirs[index], FIRST_CALL_BOUND, 1e3)
        print(line.rstrip())


def function_memory() -> None:
    """Print the growth over calls, and the memory of many functions."""
    (growth,) = _in_process(sys.executable, "growth", "tf_tape_compat")
    (many,) = _in_process(sys.executable, "many", "tf_tape_compat")
    print("Memory in MiB")
    for name, size, bound in (
        ("growth over 10,000 calls", growth, GROWTH_BOUND),
        ("50 functions, 300 each", many, MANY_BOUND),
    ):
        print(f"{name:26}{size:9.1f}{'':36}{bound:7.0f} {verdict(size <= bound)}")


def _in_process(python: str, what: str, module: str) -> list[float]:
    done = subprocess.run(
        [python, "-m", "benchmarks.function_worker", what, module],
        cwd=Path(__file__).parent.parent,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{python} stopped:\n{done.stderr}")
    return [float(word) for word in done.stdout.split()]
