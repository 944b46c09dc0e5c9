"""The table of ratios to raw torch, and to TensorFlow where there is one."""

import contextlib
import os
from collections.abc import Sequence

import torch

import tf_tape_compat
from benchmarks.tables import TABLES
from benchmarks.tensorflow_worker import TensorFlowColumn
from benchmarks.timing import interleave, median_of_ratios, ratio_of_best, timer


def comparison(times: Sequence[float], reference: Sequence[float]) -> str:
    return f"{ratio_of_best(times, reference):6.2f} ({median_of_ratios(times, reference):.2f})"


def verdict(kept: bool) -> str:
    return "ok" if kept else "MISSED"


def speed(
    tensorflow_python: str | None,
    duration: float,
    repetitions: int,
    table: str = "speed",
) -> None:
    """Print the table. Without `tensorflow_python`, a path to an interpreter, no TF column."""
    asked = TABLES[table]
    threads = asked.threads or len(os.sched_getaffinity(0))
    torch.set_num_threads(threads)
    with contextlib.ExitStack() as stack:
        tensorflow = None
        if tensorflow_python is not None:
            tensorflow = stack.enter_context(TensorFlowColumn(tensorflow_python, table, threads))
        print("torch", torch.__version__, end=", ")
        print("TensorFlow", tensorflow.version if tensorflow else "not here", end=", ")
        print(f"{threads} thread{'s' * (threads > 1)}")
        print("Times in µs, the best of each; ratios of these, and the median of paired ratios")
        heading = f"{'':24}{'ours':>9}{'torch':>9}{'ours/torch':>16}{'bound':>9}"
        if tensorflow:
            heading += f"{'':10}{'TF':>9}{'TF/ours':>16}{'bound':>9}"
        print(heading)
        for index, row in enumerate(asked.rows):
            timers = [timer(row.on_tf(tf_tape_compat)), timer(row.on_torch(torch))]
            if tensorflow:
                timers.append(tensorflow.timer(index))
            ours, raw, *others = interleave(timers, duration, min(repetitions, asked.most))
            micro = 1e6 / row.operations
            kept = ratio_of_best(ours, raw) <= row.bound
            line = f"{row.name:24}{min(ours) * micro:9.2f}{min(raw) * micro:9.2f}"
            line += f"{comparison(ours, raw):>16}{row.bound:>9.2f} {verdict(kept):9}"
            for theirs in others:
                kept = ratio_of_best(theirs, ours) >= asked.tensorflow_bound
                line += f"{min(theirs) * micro:9.2f}{comparison(theirs, ours):>16}"
                line += f"{asked.tensorflow_bound:>9.2f} {verdict(kept)}"
            print(line.rstrip(), flush=True)
