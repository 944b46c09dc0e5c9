"""What importing the package costs on top of importing torch and NumPy."""

import subprocess
import sys

BOUND = 0.060  # seconds

PROBE = """
from time import perf_counter
start = perf_counter()
import numpy, torch
middle = perf_counter()
import tf_tape_compat
print(middle - start, perf_counter() - middle)
"""

PROBE_TENSORFLOW = """
from time import perf_counter
start = perf_counter()
import tensorflow
print(perf_counter() - start)
"""


def seconds(python: str, probe: str) -> list[float]:
    done = subprocess.run([python, "-c", probe], check=True, capture_output=True, text=True)
    return [float(word) for word in done.stdout.split()]


def startup(tensorflow_python: str | None, repetitions: int) -> None:
    """Print the best times of `repetitions` fresh processes."""
    ours, torch, tensorflow = [], [], []
    for _ in range(repetitions):
        beneath, on_top = seconds(sys.executable, PROBE)
        torch.append(beneath)
        ours.append(on_top)
        if tensorflow_python is not None:
            tensorflow += seconds(tensorflow_python, PROBE_TENSORFLOW)
    kept = min(ours) <= BOUND
    print(f"Import, in ms, the best of {repetitions} processes")
    print(f"{'torch and NumPy':24}{min(torch) * 1e3:9.0f}")
    print(
        f"{'ours, on top':24}{min(ours) * 1e3:9.0f}"
        f"{'bound':>16}{BOUND * 1e3:9.0f} {'ok' if kept else 'MISSED'}"
    )
    if tensorflow:
        print(f"{'TensorFlow':24}{min(tensorflow) * 1e3:9.0f}")
