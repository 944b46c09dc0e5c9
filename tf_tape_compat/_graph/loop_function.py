"""A loop as a function of payloads, with vector-Jacobian products of every order.

The condition and the body are programs. The loop runs them in turn, for a state whose sizes do not
change. The product of first order runs the loop forward and keeps the states, then the body's
product backward over them. Products of higher order are torch's gradients of the one below: its
graph has a node for each call of the body.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import torch
from torch.utils._python_dispatch import _disable_current_modes

from .._core.recording.activation import stop_recording
from .._core.recording.admission import admit
from .._core.recording.tape_set import TRAINABLE
from .._core.tensor.tensor import EagerTensor, finish
from . import calls
from .array_values import Unallocated, dense, recorded, refuse_unallocated
from .executors.executor import Executor
from .loop_steps import Steps, copied, copy_of, split_steps, with_row_calls
from .program import PayloadSpec
from .scalar_loops import scalar_executor
from .shadows import fake_mode
from .unsupported import LoweringUnsupported
from .variable_use import assigned_variables, read_variables

if TYPE_CHECKING:
    from .lowering import Lowering
    from .while_loop import WhileNode

Payloads = Sequence[torch.Tensor]


_NOT_KNOWN: Any = object()


class OtherDevicesError(Exception):
    """The body of a loop puts the state on these devices, and the state begins on others."""

    def __init__(self, devices: list[torch.device]) -> None:
        super().__init__("the state of a loop moves to another device")
        self.devices = devices


class LoopFunction(calls.Function):
    """A loop. The payloads are the inputs of its node."""

    def __init__(self, node: WhileNode, payloads: Payloads) -> None:
        state, condition_captures, body_captures = node.split(list(payloads))
        self.condition = calls.Derivative(
            node.condition, [], [*state, *condition_captures], all_inputs=True
        )
        self.body = calls.Derivative(node.body, [], [*state, *body_captures], all_inputs=True)
        self.split = node.split
        self.input_count = len(payloads)
        specs = [PayloadSpec.of(x) for x in state]
        results = self.body.output_specs
        if [x[:2] for x in results] != [x[:2] for x in specs]:
            raise LoweringUnsupported("a loop that changes the shape of a loop variable")
        if results != specs:
            raise OtherDevicesError([x.device for x in results])
        self.output_specs = specs
        self.kinds = ["dense"] * len(state)
        self.has_effect = node.has_effect or bool(read_variables(*node.graphs))
        self._next: LoopGradient | None = None
        self._scalar_run: Any = _NOT_KNOWN  # the executor for loops over scalars, or None

    def run(self, payloads: Payloads) -> list[Any]:
        if self._scalar_run is _NOT_KNOWN:
            self._scalar_run = scalar_executor(self)
            program, self._owned = with_row_calls(
                copy_of(self.body.program),
                list(range(len(self.output_specs))),
                len(self.output_specs),
            )
            self._step = Executor(program)
        if self._scalar_run is not None:
            return self._scalar_run(payloads)
        state, condition_captures, body_captures = self.split(list(payloads))
        test, step = self.condition.run, self._step.run
        state = copied(state, self._owned)
        while test([*state, *condition_captures])[0]:
            state = step(*state, *body_captures)
        return state

    def run_recorded(self, payloads: Payloads) -> list[torch.Tensor]:
        """Runs the loop with a node of torch's graph for each iteration."""
        state, condition_captures, body_captures = self.split(list(payloads))
        while self.condition.run([*state, *condition_captures])[0]:
            state = list(calls.apply(self.body, [*state, *body_captures]))
        return state

    def derivative(self, payloads: Payloads, cotangents: int) -> LoopGradient:
        if self._next is None:
            self._next = LoopGradient(self, payloads[: len(payloads) - cotangents])
        return self._next


class _Product(calls.Function):
    """The vector-Jacobian product of a function of loops. All its results are dense."""

    def __init__(self, below: Any, loop: LoopFunction, payloads: Payloads) -> None:
        self._below = below
        self._loop = loop
        self._next: _Product | None = None
        self.order = below.order + 1
        self.output_specs = [PayloadSpec.of(x) for x in payloads if x.dtype in TRAINABLE]
        self.kinds = ["dense"] * len(self.output_specs)
        self._own = len(payloads)
        _lower_products(loop, payloads, self.order)

    def run(self, payloads: Payloads) -> list[Any]:
        with torch.enable_grad():
            leaves = [x.detach().requires_grad_() if x.dtype in TRAINABLE else x for x in payloads]
            return [x.detach() for x in self._product(leaves, keep_graph=False)]

    def run_recorded(self, payloads: Payloads) -> list[torch.Tensor]:
        """The product with a graph of its own. `payloads` are in torch's graph."""
        return self._product(payloads, keep_graph=True)

    def _product(self, payloads: Payloads, keep_graph: bool) -> list[torch.Tensor]:
        own, cotangents = payloads[: self._own], payloads[self._own :]
        outputs = [x for x in self._below.run_recorded(own) if x.dtype in TRAINABLE]
        sources = [x for x in own if x.dtype in TRAINABLE]
        pairs = [(x, c) for x, c in zip(outputs, cotangents, strict=True) if x.requires_grad]
        if not pairs or not sources:
            return [torch.zeros_like(x) for x in sources]
        return list(
            torch.autograd.grad(
                [x for x, _ in pairs],
                sources,
                [c for _, c in pairs],
                create_graph=keep_graph,
                materialize_grads=True,
            )
        )

    def derivative(self, payloads: Payloads, cotangents: int) -> _Product:
        if self._next is None:
            own = payloads[: len(payloads) - cotangents]
            self._next = _Product(self, self._loop, own)
        return self._next


class LoopGradient(_Product):
    """The product of first order, which runs the body's product over the iterations, backward.

    Attributes:
      loop: the loop.
    """

    def __init__(self, loop: LoopFunction, payloads: Payloads) -> None:
        super().__init__(loop, loop, payloads)
        self.loop = loop
        state, condition, captures = loop.split(list(payloads))
        self._product_of_body = loop.body.derivative([], 0)  # it is known already
        trainable = [x.dtype in TRAINABLE for x in payloads]
        states, others = len(state), len(state) + len(condition)
        self._state_count = sum(trainable[:states])
        self._first_capture = sum(trainable[:others])  # among the results
        self._steps: dict[tuple[bool, ...], Steps | None] = {}

    def _steps_for(self, needed: tuple[bool, ...]) -> Steps | None:
        """The programs of an iteration, for the results that are needed."""
        if needed not in self._steps:
            product = self._product_of_body
            wanted = [*[True] * self._state_count, *needed[self._first_capture :]]
            flags = [
                want for want, kind in zip(wanted, product.kinds, strict=True) if kind is not None
            ]
            self._steps[needed] = split_steps(
                self.loop.body.program, product.program, flags, len(self.loop.output_specs)
            )
        return self._steps[needed]

    def run(self, payloads: Payloads) -> list[Any]:
        needed = (True,) * len(self.kinds)
        steps = self._steps_for(needed)
        if steps is None:
            return super().run(payloads)
        *_, kept = _run_forward(self.loop, steps, payloads[: self._own])
        return self._run_backward(steps, needed, [kept, *payloads[self._own :]])

    def pair(self, needed: list[bool]) -> tuple[Any, Any] | None:
        """The loop that keeps what its gradient needs, as its last result, and the gradient.

        The gradient takes what the loop kept, and the cotangents. None if they cannot be split.
        """
        flags = tuple(needed)
        steps = self._steps_for(flags)
        if steps is None:
            return None
        return partial(_run_forward, self.loop, steps), partial(self._run_backward, steps, flags)

    def _run_backward(self, steps: Steps, needed: tuple[bool, ...], values: list[Any]) -> list[Any]:
        (iterations, captures), *cotangents = values
        run, count = steps.backward.run, self._state_count
        kinds = self._product_of_body.kinds
        places = [
            number
            for number, kind in enumerate(kinds)
            if kind is not None and (number < count or needed[self._result(number)])
        ]
        sums: dict[int, Any] = {}
        for state, kept in reversed(iterations):
            gradients = dict(zip(places, run(*state, *captures, *kept, *cotangents), strict=True))
            cotangents = [
                gradients[number] if number in gradients else torch.zeros_like(cotangent)
                for number, cotangent in enumerate(cotangents)
            ]
            for number in places:
                if number >= count:
                    gradient = gradients[number]
                    sums[number] = sums[number] + gradient if number in sums else gradient
        results = {self._result(number): total for number, total in sums.items()}
        results.update(enumerate(cotangents))
        return [
            results.get(number) if number in results or not needed[number] else spec.zeros()
            for number, spec in enumerate(self.output_specs)
        ]

    def _result(self, number: int) -> int:
        """The number of the result that belongs to a result of the body's product."""
        if number < self._state_count:
            return number
        return number - self._state_count + self._first_capture


def _run_forward(loop: LoopFunction, steps: Steps, payloads: Payloads) -> list[Any]:
    """Runs a loop; the last result is what `_run_backward` takes."""
    state, condition_captures, captures = loop.split(list(payloads))
    count = len(state)
    test, step = loop.condition.run, steps.forward.run
    iterations = []
    state = copied(state, steps.owned)
    while test([*state, *condition_captures])[0]:
        results = step(*state, *captures)
        iterations.append((state, results[count:]))
        state = results[:count]
    return [*state, (iterations, captures)]


def _lower_products(loop: LoopFunction, payloads: Payloads, order: int) -> None:
    """Lowers the body's products up to an order, while the graph may be interpreted instead."""
    state, _, captures = loop.split(list(payloads[: loop.input_count]))
    function: Any = loop.body
    with _disable_current_modes(), fake_mode:
        inputs = [PayloadSpec.of(x).empty() for x in (*state, *captures)]
        for _ in range(order):
            outputs = [spec for spec in function.output_specs if spec.dtype in TRAINABLE]
            inputs = [*inputs, *(spec.empty() for spec in outputs)]
            function = function.derivative(inputs, len(outputs))


def _allocate(node: WhileNode, values: list[EagerTensor], run: Lowering) -> list[EagerTensor]:
    """The inputs of a loop with memory for its arrays; their entries get shapes in an iteration."""
    state, condition_captures, body_captures = node.split(values)
    refuse_unallocated([*condition_captures, *body_captures])
    if not any(type(value) is Unallocated for value in state):
        return values
    trial = type(run)(stores=False)
    with _disable_current_modes(), stop_recording(), torch.enable_grad():
        inputs = [
            value if type(value) is Unallocated else trial.input(PayloadSpec.of(value._t))
            for value in (*state, *body_captures)
        ]
        try:
            outputs = trial.run_graph(node.body, inputs)
        finally:
            trial.close()
    refuse_unallocated(outputs)
    return [
        value.allocated(output._t.shape[1:]) if type(value) is Unallocated else value
        for value, output in zip(state, outputs, strict=True)
    ] + values[len(state) :]


def _moved_state(
    values: list[EagerTensor], devices: list[torch.device], run: Lowering
) -> list[EagerTensor]:
    """The inputs of a loop, with its state on the devices where the body's results are.

    A loop variable whose two devices differ moves to the accelerator, so that this comes to an end.
    """
    values = list(values)
    for number, device in enumerate(devices):
        payload = values[number]._t
        if payload.device != device:
            if device.type == "cpu":
                raise LoweringUnsupported("a loop that moves a loop variable to the CPU")
            values[number] = run.captured(partial(_on_device, values[number], device))
    return values


def _on_device(value: EagerTensor, device: torch.device) -> EagerTensor:
    return recorded(lambda payload: payload.to(device), value)


def call_lowered(node: WhileNode, values: list[EagerTensor], run: Lowering) -> list[EagerTensor]:
    """Captures a loop as one call, in the program that is lowered."""
    values = run.captured(lambda: [dense(value) for value in values])
    values = _allocate(node, values, run)
    recording, payloads = admit(values)
    if node.has_effect and (recording.recorders or not run.stores):
        raise LoweringUnsupported("the gradient of a loop with an effect")
    if read_variables(*node.graphs) and (recording.recorders or not run.stores):
        raise LoweringUnsupported("the gradient of a loop that reads variables under its own tape")
    try:
        function = LoopFunction(node, payloads)
    except OtherDevicesError as error:
        return call_lowered(node, _moved_state(values, error.devices, run), run)
    outputs = list(run.captured(lambda: calls.apply(function, payloads)))
    for variable in assigned_variables(*node.graphs).values():
        run.reload(variable)
    return list(finish(recording, outputs))
