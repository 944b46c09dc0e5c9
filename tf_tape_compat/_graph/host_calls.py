"""Operations that a program calls eagerly, between its lowered parts.

An operation that needs values, such as a decomposition by NumPy, is called with them when the
program runs; so is its gradient, which the usual tapes compute.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from .._core.devices.placement import current_scope
from .._core.gradients import tape_gradient
from .._core.gradients.gradient_operands import UnconnectedGradients
from .._core.recording import activation, admission
from .._core.recording.activation import stop_recording
from .._core.recording.recorder import Recorder
from .._core.recording.tape_set import TRAINABLE
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .autograd_calls import Function
from .program import PayloadSpec
from .shadows import is_fake, running
from .unsupported import LoweringUnsupported

Eager = Callable[[list[EagerTensor]], list[Any]]


class HostFunction(Function):
    """An operation, or its vector-Jacobian product of some order, that is called with values.

    Attributes:
      checks_sizes: whether the sizes of its results were guessed. Then the program relies on the
        check of them, also where it does not use the results.
    """

    checks_sizes = False

    def __init__(
        self,
        operation: str,
        eager: Eager,
        output_specs: list[PayloadSpec],
        order: int = 0,
    ) -> None:
        self._operation = operation
        self._eager = eager
        self.output_specs = output_specs
        self.order = order
        self.kinds = ["dense"] * len(output_specs)

    def run(self, payloads: Sequence[torch.Tensor]) -> list[Any]:
        with torch.no_grad(), stop_recording(), running():
            outputs = self._eager([EagerTensor(payload) for payload in payloads])
        return [
            self._checked(output._t, spec)
            for output, spec in zip(outputs, self.output_specs, strict=True)
        ]

    def _checked(self, payload: torch.Tensor, spec: PayloadSpec) -> torch.Tensor:
        if (payload.dtype, payload.shape) != (spec.dtype, spec.shape):
            raise LoweringUnsupported(f"sizes of the results of {self._operation} that vary")
        return payload if payload.device == spec.device else payload.to(spec.device)

    def derivative(self, payloads: Sequence[torch.Tensor], cotangents: int) -> HostFunction:
        """The vector-Jacobian product: dense, and 0 where the results are not connected."""
        inputs = payloads[: len(payloads) - cotangents]
        specs = [PayloadSpec.of(x) for x in inputs if x.dtype in TRAINABLE]

        def gradient(values: list[EagerTensor]) -> list[Any]:
            count = len(values) - cotangents
            with torch.enable_grad():
                return _gradient(self._eager, values[:count], values[count:])

        return HostFunction(self._operation, gradient, specs, self.order + 1)


def _gradient(
    eager: Eager, inputs: list[EagerTensor], cotangents: list[EagerTensor]
) -> list[EagerTensor]:
    recorder = Recorder(persistent=False, watch_accessed=False)
    sources: list[Any] = [x for x in inputs if x._t.dtype in TRAINABLE]
    activation.activate(recorder)
    try:
        for source in sources:
            admission.watch(recorder, source)
        results = eager(inputs)
    finally:
        activation.deactivate(recorder)
    targets = [x for x in results if x._t.dtype in TRAINABLE]
    gradients = tape_gradient.gradient(
        recorder, targets, sources, cotangents, UnconnectedGradients.ZERO
    )
    recorder.release()
    return [to_tensor(x) for x in gradients]


def eager_call(node: Any, values: list[EagerTensor], run: Any) -> tuple[Eager, list[EagerTensor]]:
    """A node as a function of those of its inputs that a program computes, and these inputs."""
    computed = [i for i, value in enumerate(values) if is_fake(value._t)]
    scope = current_scope()

    def call(tensors: list[EagerTensor]) -> list[Any]:
        arguments = list(values)
        for i, tensor in zip(computed, tensors, strict=True):
            arguments[i] = tensor
        with scope():
            results: list[Any] = node.run(run, arguments)
        return results

    return call, [values[i] for i in computed]
