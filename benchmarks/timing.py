"""Times programs side by side: in turns, in one process, on one thread."""

import gc
import statistics
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any

# Seconds that one call of a program takes, averaged over so many calls.
Timer = Callable[[int], float]


def timer(run: Callable[[], Any]) -> Timer:
    def seconds(calls: int) -> float:
        start = perf_counter()
        for _ in range(calls):
            run()
        return (perf_counter() - start) / calls

    return seconds


def calls_for(seconds: Timer, duration: float) -> int:
    """How many calls fill `duration`; calling warms the program up."""
    seconds(3)
    return max(1, round(duration / seconds(5)))


def interleave(timers: Sequence[Timer], duration: float, repetitions: int) -> list[list[float]]:
    """For each timer its times, one for each repetition.

    In a repetition every timer runs once for about `duration` seconds, so that
    a change of the machine's speed affects all of them. The garbage collector
    stays on: it is part of a program's cost.
    """
    calls = [calls_for(seconds, duration) for seconds in timers]
    gc.collect()
    gc.freeze()  # so that the collector does not walk imported objects in every round
    try:
        rounds = [[s(n) for s, n in zip(timers, calls, strict=True)] for _ in range(repetitions)]
    finally:
        gc.unfreeze()
    return [list(times) for times in zip(*rounds, strict=True)]


def ratio_of_best(times: Sequence[float], reference: Sequence[float]) -> float:
    return min(times) / min(reference)


def median_of_ratios(times: Sequence[float], reference: Sequence[float]) -> float:
    """Over the repetitions, each compared with its neighbour in time."""
    return statistics.median(a / b for a, b in zip(times, reference, strict=True))
