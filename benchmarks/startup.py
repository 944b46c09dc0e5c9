"""What importing the package costs on top of importing torch and NumPy."""

import os
import subprocess
import sys
from pathlib import Path

BOUND = 0.060  # seconds

# Once enough objects are new, the garbage collector walks everything that torch imported, and the
# next import pays for it. That time is shown separately.
PROBE = """
import gc
from time import perf_counter

collecting = 0

def note(phase, info):
    global collecting
    collecting += -perf_counter() if phase == "start" else perf_counter()

start = perf_counter()
import numpy, torch
middle = perf_counter()
gc.callbacks.append(note)
import tf_tape_compat
end = perf_counter()
print(middle - start, end - middle, collecting)
"""

PROBE_TENSORFLOW = """
from time import perf_counter
start = perf_counter()
import tensorflow
print(perf_counter() - start)
"""


def seconds(python: str, probe: str) -> list[float]:
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}  # an installed package is compiled
    done = subprocess.run(
        [python, "-c", probe],
        cwd=Path(__file__).parent.parent,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return [float(word) for word in done.stdout.split()]


def startup(tensorflow_python: str | None, repetitions: int) -> None:
    """Print the best times of `repetitions` fresh processes."""
    ours, torch, tensorflow = [], [], []
    for _ in range(repetitions):
        beneath, *on_top = seconds(sys.executable, PROBE)
        torch.append(beneath)
        ours.append(on_top)
        if tensorflow_python is not None:
            tensorflow += seconds(tensorflow_python, PROBE_TENSORFLOW)
    best, collecting = min(ours)
    print(f"Import, in ms, the best of {repetitions} processes")
    print(f"{'torch and NumPy':24}{min(torch) * 1e3:9.0f}")
    print(
        f"{'ours, on top':24}{best * 1e3:9.0f}   bound {BOUND * 1e3:.0f} "
        f"{'ok' if best <= BOUND else 'MISSED'}"
    )
    print(f"{'  of it, collecting':24}{collecting * 1e3:9.0f}")
    if tensorflow:
        print(f"{'TensorFlow':24}{min(tensorflow) * 1e3:9.0f}")
