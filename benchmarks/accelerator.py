"""The table `gpu`: the rows of the other tables at sizes that fill a GPU, against raw torch on it.

Both sides run asynchronously; a measurement ends with one synchronisation. On CUDA, torch raises an
error if a program of ours synchronises by itself.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import torch

import tf_tape_compat
from benchmarks import layers
from benchmarks.rows import (
    LOOP,
    Perceptron,
    Row,
    add,
    tf_batch_jacobian,
    tf_chain,
    tf_jacobian,
    tf_second_derivative,
    tf_square,
    torch_batch_jacobian,
    torch_chain,
    torch_jacobian,
    torch_second_derivative,
    torch_square,
)
from benchmarks.timing import Timer, interleave, median_of_ratios, ratio_of_best, timer


class TorchOnDevice:
    """The module `torch`, with tensors made from arrays and numbers on an accelerator."""

    def __init__(self, device: torch.device) -> None:
        self._device = device

    def __getattr__(self, name: str) -> Any:
        return getattr(torch, name)

    def from_numpy(self, array: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(array).to(self._device)

    def as_tensor(self, value: Any) -> torch.Tensor:
        return torch.as_tensor(value).to(self._device)

    def tensor(self, value: Any) -> torch.Tensor:
        return torch.tensor(value).to(self._device)


def rows(scale: float = 1.0) -> list[Row]:
    """The rows. `scale` is a factor of the number of elements, for tests on a CPU."""

    def size(elements: int) -> int:
        return max(2, int(elements * scale))

    vector = np.linspace(-1, 1, size(2**22), dtype=np.float32)
    mlp = Perceptron(inputs=size(1024), hidden=size(4096), classes=size(1000), batch=size(4096))
    count, width, points = size(1024), size(64), size(2000)
    return [
        Row("square, 4M elements", 1.05, tf_square(vector), torch_square(vector), LOOP),
        Row(
            "sum of two, 4M elements",
            1.05,
            lambda tf: add(tf.constant(vector), tf.constant(vector)),
            lambda torch: add(torch.as_tensor(vector), torch.as_tensor(vector)),
            LOOP,
        ),
        Row("square of a scalar", 1.35, tf_square(3.0), torch_square(3.0), LOOP),
        Row("chain of 300, gradient", 1.1, tf_chain(vector), torch_chain(vector)),
        Row("MLP step", 1.1, mlp.on_tf, mlp.on_torch),
        Row("MLP step, torch alike", 1.1, mlp.on_tf, mlp.on_torch_alike),
        Row(
            "second derivative",
            1.2,
            tf_second_derivative(vector),
            torch_second_derivative(vector),
        ),
        Row("MLP, Hessian by vector", 1.2, mlp.hessian_on_tf, mlp.hessian_on_torch_alike),
        Row("jacobian", 1.2, tf_jacobian(vector[:points]), torch_jacobian(vector[:points])),
        Row(
            "batch_jacobian",
            1.2,
            tf_batch_jacobian(count, width),
            torch_batch_jacobian(count, width),
        ),
        *layers.rows(
            Convolution={"batch": size(256), "channels": size(64)},
            Attention={"batch": size(32), "heads": size(16), "length": size(1024)},
        ),
    ]


def gpu(duration: float, repetitions: int) -> None:
    """Prints the table, or why there is none."""
    device = torch.accelerator.current_accelerator()
    if device is None or not torch.accelerator.device_count():
        print("gpu: torch finds no accelerator on this machine")
        return
    print("torch", torch.__version__, "on", device)
    print("Times in µs, the best of each; ratios of these, and the median of paired ratios")
    print(f"{'':28}{'ours':>11}{'torch':>11}{'ours/torch':>16}{'bound':>9}")
    for row in rows():
        ours, raw = measured(row, device, duration, repetitions)
        micro = 1e6 / row.operations
        ratio = ratio_of_best(ours, raw)
        line = f"{row.name:28}{min(ours) * micro:11.2f}{min(raw) * micro:11.2f}"
        line += f"{ratio:9.2f} ({median_of_ratios(ours, raw):.2f}){row.bound:>9.2f}"
        print(line, "ok" if ratio <= row.bound else "MISSED", flush=True)


def measured(
    row: Row, device: torch.device, duration: float, repetitions: int
) -> Sequence[Sequence[float]]:
    """The times of our program and of torch's, in seconds for a call."""
    ours, raw = row.on_tf(tf_tape_compat), row.on_torch(TorchOnDevice(device))
    with no_synchronisation(device):
        ours()
    timers = [synchronised(timer(program)) for program in (ours, raw)]
    return interleave(timers, duration, min(repetitions, 100))


def synchronised(seconds: Timer) -> Timer:
    """A timer of asynchronous programs: their work counts, too."""
    waiting: Callable[[], None] = torch.accelerator.synchronize

    def total(calls: int) -> float:
        waiting()
        return timer(lambda: (seconds(calls), waiting()))(1) / calls

    return total


@contextlib.contextmanager
def no_synchronisation(device: torch.device) -> Iterator[None]:
    """A context in which waiting for a CUDA device is an error."""
    if device.type != "cuda":
        yield
        return
    torch.cuda.set_sync_debug_mode("error")
    try:
        yield
    finally:
        torch.cuda.set_sync_debug_mode("default")
