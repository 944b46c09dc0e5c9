"""torch's backward engine, called without the checks of `torch.autograd.grad`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import torch
from torch.autograd import Variable

from ..devices.placement import PlacementThread

_run_backward: Callable[..., tuple[torch.Tensor | None, ...]] = (
    Variable._execution_engine.run_backward
)

# The name of the node that `tf.custom_gradient` makes in torch's graph (custom_function.py).
CUSTOM_GRADIENT_NODE = "_CustomGradientBackward"

# A leaf that is an input of every `tf.custom_gradient` operation. When torch is asked for its
# gradient, it runs the gradient functions of all the operations that the target depends on, as
# TensorFlow does, and not only those between a source and the target.
anchor = torch.zeros((), requires_grad=True)


def run_engine(
    roots: Sequence[Any],
    cotangents: Sequence[torch.Tensor],
    inputs: Sequence[Any],
    create_graph: bool,
    keep_graph: bool = True,
) -> list[torch.Tensor | None]:
    """The gradient of `roots`, weighted with `cotangents`, by each of `inputs`.

    An input that the roots do not depend on gets None.
    """
    return list(
        _run_backward(
            tuple(roots),
            tuple(cotangents),
            keep_graph,
            create_graph,
            tuple(inputs),
            True,
            accumulate_grad=False,
        )
    )


def single_thread(payload: torch.Tensor | None) -> AbstractContextManager[None]:
    """A context in which torch computes the gradient of `payload` on the current thread.

    torch uses threads of its own for other devices than the CPU, and on those the recorders of
    the current thread would not be known, and nodes would have other numbers. With an accelerator,
    any node may be on it, even if `payload` is on the CPU.
    """
    if PlacementThread.device is None and (payload is None or payload.is_cpu):
        return _UNCHANGED
    return _without_threads()


_UNCHANGED: AbstractContextManager[None] = nullcontext()


@contextmanager
def _without_threads() -> Iterator[None]:
    before = torch._C._is_multithreading_enabled()
    torch._C._set_multithreading_enabled(False)
    try:
        yield
    finally:
        torch._C._set_multithreading_enabled(before)
