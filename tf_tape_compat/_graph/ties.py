"""Results of loops and conditionals that are no operations of their own in a program.

TensorFlow's loop is one operation: each of its results has a gradient by each of its inputs, zeros
if it does not depend on it. The operations that take its place in a program do not connect all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from .._core.recording.tape_set import TRAINABLE
from .._core.tensor.tensor import EagerTensor
from .array_values import ArrayList, recorded


class _Tie(torch.autograd.Function):
    """The first tensor, as a result that depends on the others, too, with gradients of zero."""

    @staticmethod
    def forward(ctx: Any, result: torch.Tensor, *inputs: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(*inputs)
        return result.view_as(result)

    @staticmethod
    def backward(ctx: Any, cotangent: torch.Tensor) -> Any:
        return (cotangent, *(torch.zeros_like(x) for x in ctx.saved_tensors))


def tied(inputs: Sequence[Any], outputs: list[Any]) -> list[Any]:
    """The outputs of a loop or conditional, connected to all of its inputs."""
    tensors = [t for x in inputs for t in (x.tensors if type(x) is ArrayList else [x])]
    tracked = [x for x in tensors if x._tapes.recorders and x._t.dtype in TRAINABLE]
    if not tracked:
        return outputs
    return [_tie(x, tracked) for x in outputs]


def _tie(output: Any, inputs: list[EagerTensor]) -> Any:
    if type(output) is ArrayList or output._t.dtype not in TRAINABLE:
        return output
    reached = _reached(output._t)
    missing = [x for x in inputs if x is not output and not _is_reached(x._t, reached)]
    return recorded(_Tie.apply, output, *missing) if missing else output


def _reached(payload: torch.Tensor) -> set[Any]:
    """The nodes of torch's graph that a payload depends on, and the leaves."""
    found: set[Any] = set()
    waiting = [payload.grad_fn]
    while waiting:
        node = waiting.pop()
        if node is None or node in found:
            continue
        found.add(node)
        leaf = getattr(node, "variable", None)
        if leaf is not None:
            found.add(id(leaf))
        waiting += [following for following, _ in node.next_functions]
    return found


def _is_reached(payload: torch.Tensor, reached: set[Any]) -> bool:
    return (payload.grad_fn in reached) if payload.grad_fn is not None else id(payload) in reached
