"""The table of ratios to raw torch, and to TensorFlow where there is one."""

import contextlib
from collections.abc import Sequence

import torch

import tf_tape_compat
from benchmarks.rows import ROWS
from benchmarks.tensorflow_worker import TensorFlowColumn
from benchmarks.timing import interleave, median_of_ratios, ratio_of_best, timer

TENSORFLOW_BOUND = 4.0  # how many times as long as ours TensorFlow has to take, at least


def comparison(times: Sequence[float], reference: Sequence[float]) -> str:
    return f"{ratio_of_best(times, reference):6.2f} ({median_of_ratios(times, reference):.2f})"


def verdict(kept: bool) -> str:
    return "ok" if kept else "MISSED"


def speed(
    tensorflow_python: str | None,
    duration: float,
    repetitions: int,
    rows: Sequence[int] = range(len(ROWS)),
) -> None:
    """Print the table. Without `tensorflow_python`, a path to an interpreter, no TF column."""
    torch.set_num_threads(1)
    with contextlib.ExitStack() as stack:
        tensorflow = None
        if tensorflow_python is not None:
            tensorflow = stack.enter_context(TensorFlowColumn(tensorflow_python))
        print("torch", torch.__version__, end=", ")
        print("TensorFlow", tensorflow.version if tensorflow else "not here", end=", 1 thread\n")
        print("Times in µs, the best of each; ratios of these, and the median of paired ratios")
        heading = f"{'':24}{'ours':>9}{'torch':>9}{'ours/torch':>16}{'bound':>9}"
        if tensorflow:
            heading += f"{'':10}{'TF':>9}{'TF/ours':>16}{'bound':>9}"
        print(heading)
        for index in rows:
            row = ROWS[index]
            timers = [timer(row.on_tf(tf_tape_compat)), timer(row.on_torch(torch))]
            if tensorflow:
                timers.append(tensorflow.timer(index))
            ours, raw, *others = interleave(timers, duration, repetitions)
            micro = 1e6 / row.operations
            kept = ratio_of_best(ours, raw) <= row.bound
            line = f"{row.name:24}{min(ours) * micro:9.2f}{min(raw) * micro:9.2f}"
            line += f"{comparison(ours, raw):>16}{row.bound:>9.2f} {verdict(kept):9}"
            for theirs in others:
                kept = ratio_of_best(theirs, ours) >= TENSORFLOW_BOUND
                line += f"{min(theirs) * micro:9.2f}{comparison(theirs, ours):>16}"
                line += f"{TENSORFLOW_BOUND:>9.2f} {verdict(kept)}"
            print(line.rstrip(), flush=True)
