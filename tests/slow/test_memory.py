"""Memory stays flat over many steps."""

import gc
import sys
from pathlib import Path

import pytest

from tests.training import problem, step


def resident() -> int:
    """This process's resident memory in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_memory_stays_flat_over_20000_steps_even_with_results_kept():
    weights, x, y = problem()
    kept = []
    for _ in range(500):
        step(weights, x, y)
    gc.collect()
    before = resident()
    for number in range(20_000):
        loss, logits = step(weights, x, y)
        if number % 10 == 0:
            kept.append((loss, logits))
    gc.collect()
    # 2,000 kept pairs of tensors take 1 to 2 MB; their graphs would take a hundred.
    assert resident() - before < 12e6
    assert len(kept) == 2_000
