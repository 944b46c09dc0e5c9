"""A function of payloads as one operation of torch's graph, with gradients of every order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch.utils._python_dispatch import _disable_current_modes

from .._core.gradients.sparse_cotangents import Slices, offer_slices
from .._core.recording.tape_set import TRAINABLE
from .capture import Capture
from .program import PayloadSpec
from .shadows import fake_mode


class Function:
    """A function of payloads that has vector-Jacobian products of every order.

    Attributes:
      kinds: for each result "dense", "slices", "open slices", or None if there is none; see
        `lower_derivative`.
      output_specs: the type of each output.
      order: the number of derivatives that were taken.
      depends_on_values: whether a derivative depends on more than its cotangents, as tapes see it.
      has_effect: whether it must run once, in order.
    """

    kinds: list[str | None]
    output_specs: list[PayloadSpec]
    order = 0
    depends_on_values = False
    has_effect = False

    def run(self, payloads: Sequence[torch.Tensor]) -> list[Any]:
        """The outputs."""
        raise NotImplementedError

    def derivative(self, payloads: Sequence[torch.Tensor], cotangents: int) -> Function:
        """The vector-Jacobian product.

        `payloads` are its inputs: those of this function, then as many cotangents as its outputs
        have trainable ones. Only their sizes are used.
        """
        raise NotImplementedError

    def call_saving(self, payloads: Sequence[torch.Tensor]) -> tuple[list[Any], Any]:
        """The outputs of `call`, and what `pull_back` needs; None if there is no `pull_back`."""
        return self.call(payloads), None

    def pull_back(
        self, saved: Any, cotangents: list[torch.Tensor], needed: tuple[bool, ...]
    ) -> tuple[Any, list[Any]]:
        """The kinds and results of the vector-Jacobian product, from what a call has saved.

        `needed` says for each payload whether its gradient is used.
        """
        raise NotImplementedError

    def call(self, payloads: Sequence[torch.Tensor]) -> list[Any]:
        """Runs the function, or captures a call of it if the payloads have no values."""
        capture = Capture.current()
        if capture is None:
            return self.run([payload.detach() for payload in payloads])
        with _disable_current_modes(), fake_mode:
            outputs = [spec.empty() for spec in self.output_specs]
        capture.record(Call(self), [payloads], {}, outputs, self.has_effect)
        return outputs


class Call:
    """What `Instruction.function` is for a call of a function of payloads."""

    __slots__ = ("function",)

    def __init__(self, function: Function) -> None:
        self.function = function

    def __call__(self, payloads: Sequence[torch.Tensor]) -> list[Any]:
        return self.function.run(payloads)

    @property
    def checks_sizes(self) -> bool:
        """Whether a program relies on it to fail if its results have other sizes."""
        return getattr(self.function, "checks_sizes", False)


class _Call(torch.autograd.Function):
    """A call, in torch's graph."""

    @staticmethod
    def forward(ctx: Any, function: Function, *payloads: torch.Tensor) -> Any:
        outputs, ctx.saved = function.call_saving(payloads)
        ctx.function = function
        ctx.trainable = [x.dtype in TRAINABLE for x in outputs]
        ctx.mark_non_differentiable(
            *(x for x, is_trainable in zip(outputs, ctx.trainable, strict=True) if not is_trainable)
        )
        ctx.save_for_backward(*payloads)
        return tuple(outputs)

    @staticmethod
    def backward(ctx: Any, *cotangents: torch.Tensor) -> Any:
        given = [
            c for c, is_trainable in zip(cotangents, ctx.trainable, strict=True) if (is_trainable)
        ]
        all_kinds, results = _product(ctx, given)
        remaining = iter(results)
        kinds = iter(all_kinds)
        gradients: list[Any] = []
        for payload in ctx.saved_tensors:
            kind = next(kinds) if payload.dtype in TRAINABLE else None
            if kind is None:
                # A gradient is one operation, too: if it reads what the function has computed, its
                # results depend on all that the function reads.
                is_read = ctx.function.depends_on_values and payload.dtype in TRAINABLE
                gradients.append(torch.zeros_like(payload) if is_read else None)
            elif kind == "dense":
                gradients.append(next(remaining))
            else:
                values, indices = next(remaining), next(remaining)
                shape = payload.shape if kind == "slices" else None
                gradients.append(_delivered(payload, Slices(indices, values, shape)))
        return (None, *gradients)


def _product(ctx: Any, cotangents: list[torch.Tensor]) -> tuple[Any, Sequence[Any]]:
    """The kinds and results of the vector-Jacobian product of a call."""
    function: Function = ctx.function
    with_graph = torch.is_grad_enabled()
    if ctx.saved is not None and not with_graph and Capture.current() is None:
        return function.pull_back(ctx.saved, cotangents, ctx.needs_input_grad[1:])
    payloads = [*ctx.saved_tensors, *cotangents]
    derivative = function.derivative(payloads, len(cotangents))
    # With a graph, this is a call itself, whose gradient may be asked for.
    return derivative.kinds, (
        _Call.apply(derivative, *payloads) if with_graph else derivative.call(payloads)
    )


def _delivered(payload: torch.Tensor, slices: Slices) -> torch.Tensor | None:
    """Gives sparse gradients to the current gradient call; the dense gradient if it takes none."""
    if offer_slices(payload, slices):
        return None
    rows = slices.indices.reshape(-1)
    return torch.zeros_like(payload).index_add(0, rows, slices.values)


def apply(function: Function, payloads: Sequence[torch.Tensor]) -> tuple[torch.Tensor, ...]:
    """Calls a function on payloads that are in torch's graph, as one operation."""
    outputs: tuple[torch.Tensor, ...] = _Call.apply(function, *payloads)
    return outputs
