"""Peak and growth of memory over training steps, with each library in a separate process.

`python -m benchmarks.memory MODULE PROGRAM STEPS` measures one of them and prints
two numbers in MiB, which it reads from Linux's /proc.
"""

import gc
import importlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.rows import Perceptron


@dataclass(frozen=True)
class Blocks:
    """A sequence of blocks of wide layers, whose activations are kept or recomputed."""

    recomputed: bool
    blocks: int = 8
    layers: int = 8  # in a block
    width: int = 256
    batch: int = 1024

    def arrays(self):
        rng = np.random.default_rng(0)
        scale = np.float32(1 / np.sqrt(self.width))
        size = (self.width, self.width)
        weights = [rng.standard_normal(size, np.float32) * scale for _ in range(self.blocks)]
        return weights, rng.standard_normal((self.batch, self.width), np.float32)

    def on_tf(self, tf):
        arrays, features = self.arrays()
        weights, x = [tf.Variable(a) for a in arrays], tf.constant(features)

        def block(y, w):
            for _ in range(self.layers):
                y = tf.sin(y @ w)
            return y

        layer = tf.recompute_grad(block) if self.recomputed else block

        def step():
            with tf.GradientTape() as tape:
                y = x
                for w in weights:
                    y = layer(y, w)
                loss = tf.reduce_mean(y * y)
            return tape.gradient(loss, weights)

        return step

    def on_torch(self, torch):
        from torch.utils.checkpoint import checkpoint

        arrays, features = self.arrays()
        weights = [torch.from_numpy(a).requires_grad_() for a in arrays]
        x = torch.from_numpy(features)

        def block(y, w):
            for _ in range(self.layers):
                y = torch.sin(y @ w)
            return y

        def layer(y, w):
            return checkpoint(block, y, w, use_reentrant=False) if self.recomputed else block(y, w)

        def step():
            y = x
            for w in weights:
                y = layer(y, w)
            return torch.autograd.grad(torch.mean(y * y), weights)

        return step


# What a single step holds at once shows in the peak of the large one, what
# every step leaves behind in the growth of the small one.
PROGRAMS: dict[str, Any] = {
    "large": Perceptron(inputs=512, hidden=1024, batch=2048),
    "small": Perceptron(),
    "kept": Blocks(recomputed=False),
    "recomputed": Blocks(recomputed=True),
}
LARGE_STEPS = 10


def resident(field: str) -> float:
    """The memory of this process in MiB: VmRSS now, or VmHWM at its peak."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) / 1024
    raise LookupError(field)


def measure(module: str, program: str, steps: int) -> tuple[float, float]:
    """The peak of a run above its start, and the growth over its second half."""
    library = importlib.import_module(module)
    network = PROGRAMS[program]
    gc.collect()
    start = resident("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    step = (network.on_torch if module == "torch" else network.on_tf)(library)
    for _ in range(steps // 2):
        step()
    half = resident("VmRSS")
    for _ in range(steps // 2):
        step()
    return resident("VmHWM") - start, resident("VmRSS") - half


def in_process(python: str, module: str, program: str, steps: int) -> tuple[float, float]:
    done = subprocess.run(
        [python, "-m", "benchmarks.memory", module, program, str(steps)],
        cwd=Path(__file__).parent.parent,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{python} stopped:\n{done.stderr}")
    peak, growth = map(float, done.stdout.split())
    return peak, growth


def memory(tensorflow_python: str | None, steps: int) -> None:
    """Print the table for training runs, of which the small one has `steps` steps."""
    libraries = [("tf_tape_compat", sys.executable), ("torch", sys.executable)]
    if tensorflow_python is not None:
        libraries.append(("tensorflow", tensorflow_python))
    peaks = {m: in_process(python, m, "large", LARGE_STEPS)[0] for m, python in libraries}
    growths = {m: in_process(python, m, "small", steps)[1] for m, python in libraries}
    print(f"Memory in MiB: peak over {LARGE_STEPS} large steps, growth over half of {steps} small")
    print(f"{'':24}{'peak':>9}{'growth':>9}")
    for module in peaks:
        print(f"{module:24}{peaks[module]:9.1f}{growths[module]:9.2f}")
    print(f"{'peak, ours/torch':24}{peaks['tf_tape_compat'] / peaks['torch']:9.2f}")
    print("Peak of blocks of layers, in MiB: all is kept for the gradient; with tf.recompute_grad")
    print(f"{'':24}{'kept':>9}{'recomputed':>12}")
    for module, python in libraries:
        kept, again = (in_process(python, module, p, 4)[0] for p in ("kept", "recomputed"))
        print(f"{module:24}{kept:9.1f}{again:12.1f}")


if __name__ == "__main__":
    print(*measure(sys.argv[1], sys.argv[2], int(sys.argv[3])))
