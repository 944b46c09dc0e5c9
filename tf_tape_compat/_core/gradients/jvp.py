"""Forward mode through one operation: from the tangents of its inputs to those of its results.

An operation that an accumulator follows runs on torch tensors with a graph of this one operation.
The tangents of its results are the gradient of that graph, transposed. With `g = J' a`, which is
linear in `a`, the tangent `J t` is the gradient of `g t` by `a`. So tangents follow from the
gradients that operations have already, exactly and to any order, as they do in TensorFlow.

The recorders outside of an accumulator see what it computes: tapes record it, and accumulators
compute tangents of it in turn. The recorders inside of it do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import torch

from ..recording.admission import tracked_payloads
from ..recording.payloads import constant_payload
from ..recording.recorder import Recorder
from ..recording.tape_set import EMPTY, TapeSet, sequence_number, thread
from ..tensor.tensor import EagerTensor, TrackedTensor, record
from .accumulator import Accumulator, accumulators_in, recording_by, settle, skip_from, tapes_among
from .engine import run_engine, single_thread

# A result, and the torch tensor that it is in the graph of the operation.
Outputs = list[tuple[Any, torch.Tensor]]
# The torch tensor with which an input enters that graph, and the input.
Inputs = list[tuple[torch.Tensor, Any]]


class JvpOperation(TapeSet):
    """One operation that accumulators follow, from its admission to its results.

    It is the set of its results only until `close` gives each of them a set of its own.
    """

    __slots__ = ("inputs", "inputs_as_leaves", "begin")

    def __init__(self, tracking: frozenset[Recorder], inputs: Sequence[Any]) -> None:
        super().__init__(tracking)
        self.inputs = inputs
        self.begin = sequence_number()
        payloads = tracked_payloads(inputs, tracking)
        self.inputs_as_leaves = as_leaves(payloads, sum(t.forward_mode for t in tracking) > 1)

    def close(self) -> None:
        """Ends the operation, whose results were recorded under this set."""
        skip_from(thread.active.recorders - self.recorders, self.begin)
        outputs = [tensor for reference in self.tensors if (tensor := reference()) is not None]
        tapes = tapes_among(self.recorders)
        if tapes:
            _set_leaf_tangents(self.inputs)
        connected = [(tensor, tensor._t) for tensor in outputs if tensor._t.grad_fn is not None]
        if connected:
            inputs = differentiable_inputs(self.inputs_as_leaves, self.inputs)
            push_operation(connected, inputs, thread.stack)
        for tensor in outputs:
            settle(tensor, tapes)


def as_leaves(payloads: list[Any], always: bool) -> list[Any]:
    """The inputs to run the operation on, none of which is computed from another.

    They are aliases of `payloads` if one of these may come from another, or if `always` is true.
    """
    has_graph = [isinstance(x, torch.Tensor) and x.requires_grad for x in payloads]
    if not always and all(
        x.grad_fn is None for x, has in zip(payloads, has_graph, strict=True) if has
    ):
        return payloads
    aliases = {id(x): x[...] for x, has in zip(payloads, has_graph, strict=True) if has}
    return [aliases.get(id(x), x) for x in payloads]


def differentiable_inputs(leaves: list[Any], inputs: Sequence[Any]) -> Inputs:
    """The inputs that the operation may have derivatives by, each once."""
    pairs = {
        id(leaf): (leaf, tensor)
        for leaf, tensor in zip(leaves, inputs, strict=True)
        if isinstance(leaf, torch.Tensor) and leaf.requires_grad
    }
    return list(pairs.values())


def _set_leaf_tangents(inputs: Sequence[Any]) -> None:
    """Keeps the tangents of the leaves that are now in the graph of a tape."""
    for tensor in inputs:
        if type(tensor) is TrackedTensor and tensor._t.grad_fn is None:
            for recorder in tensor._tapes.recorders:
                if isinstance(recorder, Accumulator):
                    tangent = recorder.tangent_of(tensor)
                    if tangent is not None:
                        recorder.set_leaf_tangent(tensor._t, tangent)


def push_operation(outputs: Outputs, inputs: Inputs, stack: tuple[Recorder, ...]) -> None:
    """Computes the tangents of an operation's results for the accumulators in `stack`."""
    for accumulator, outside in accumulators_in(stack):
        tangents = [accumulator.tangent_of(tensor) for _, tensor in inputs]
        if all(tangent is None for tangent in tangents):
            continue
        begin = sequence_number()
        operands = [tensor for _, tensor in inputs]
        operands += [tangent for tangent in tangents if tangent is not None]
        tracking = _tracking(operands, outside)
        directions, jvp_inputs = _directions(inputs, tangents, tracking)
        with recording_by(outside), single_thread(outputs[0][1]):
            values = transposed_backward(
                [payload for _, payload in outputs],
                [leaf for leaf, _ in inputs],
                directions,
                bool(tracking),
            )
        pushed = [
            (wrap_tangent(value, tracking), value, output)
            for (output, _), value in zip(outputs, values, strict=True)
            if value is not None
        ]
        for tangent, _, output in pushed:
            accumulator.set_tangent(output, tangent)
        if not tracking:
            continue
        skip_from(thread.active.recorders - tracking, begin)
        connected = [(tangent, tangent._t) for tangent, value, _ in pushed if value.requires_grad]
        if connected:
            push_operation(connected, jvp_inputs, outside)
        _fill_with_zeros([tangent for tangent, _, _ in pushed], operands, outside)
        for tangent, _, _ in pushed:
            settle(tangent, tapes_among(tracking))


def _tracking(tensors: list[Any], recorders: tuple[Recorder, ...]) -> frozenset[Recorder]:
    """Those of `recorders` that track one of the tensors."""
    if not recorders:
        return EMPTY.recorders
    tracking: frozenset[Recorder] = frozenset().union(*(x._tapes.recorders for x in tensors))
    return tracking.intersection(recorders)


def _directions(
    inputs: Inputs, tangents: list[EagerTensor | None], tracking: frozenset[Recorder]
) -> tuple[list[torch.Tensor | None], Inputs]:
    """The direction to take the derivative in by each input, and all inputs of this derivative."""
    directions: list[torch.Tensor | None] = []
    jvp_inputs = list(inputs)
    for (leaf, _), tangent in zip(inputs, tangents, strict=True):
        if tangent is not None:
            payload = direction(tangent, tracking)
            if payload.requires_grad:
                payload = payload[...]
                jvp_inputs.append((payload, tangent))
            directions.append(_expanded(payload, leaf))
        elif tracking:  # the derivative depends on the input even so, as in TensorFlow
            directions.append(torch.zeros_like(leaf.detach()))
        else:
            directions.append(None)
    return directions, jvp_inputs


def direction(tangent: EagerTensor, tracking: Iterable[Recorder]) -> torch.Tensor:
    """The torch tensor of a tangent, for an operation that `tracking` record."""
    payload: torch.Tensor
    if not tracking:
        payload = tangent._t.detach()
    elif tangent._tapes.recorders.intersection(tracking):
        payload = tangent._t
    else:
        payload = constant_payload(tangent)
    return payload


def _expanded(direction: torch.Tensor, leaf: torch.Tensor) -> torch.Tensor:
    """The direction with the shape of `leaf`. Raises ValueError if it does not broadcast to it."""
    if direction.shape == leaf.shape:
        return direction
    try:
        return direction.expand(leaf.shape)
    except RuntimeError:
        raise ValueError(
            f"Dimensions must be equal, but a tangent has shape {list(direction.shape)} and its "
            f"primal has shape {list(leaf.shape)}."
        ) from None


def wrap_tangent(value: torch.Tensor, tracking: frozenset[Recorder]) -> Any:
    """A computed tangent as a tensor that `tracking` record."""
    if tracking:
        return record(TapeSet(tracking), value)
    return EagerTensor(value.detach() if value.requires_grad else value)


def _fill_with_zeros(
    tangents: list[Any], operands: list[Any], recorders: tuple[Recorder, ...]
) -> None:
    """Sets the tangents of tangents to zeros where they are None although an operand has one.

    TensorFlow computes tangents in functions, and there every result depends on every argument.
    """
    for accumulator, _ in accumulators_in(recorders):
        if all(accumulator.tangent_of(operand) is None for operand in operands):
            continue
        for tangent in tangents:
            if accumulator.tangent_of(tangent) is None:
                zeros = EagerTensor(torch.zeros_like(tangent._t.detach()))
                accumulator.set_tangent(tangent, zeros)


def transposed_backward(
    outputs: list[torch.Tensor],
    leaves: Sequence[Any],
    directions: Sequence[torch.Tensor | None],
    create_graph: bool,
) -> list[torch.Tensor | None]:
    """The derivative of each output in the direction given by `directions`.

    `leaves` are torch tensors or edges of the graph, each with its direction, or with None for
    zeros. An output that depends on none of them gets None. Runs within `single_thread`, because
    torch numbers the nodes of each thread on its own.
    """
    # Ones, as in TensorFlow: the gradient of a custom gradient need not be linear in them.
    weights = [torch.ones_like(y.detach()).requires_grad_() for y in outputs]
    roots, cotangents, without_direction = [], [], []
    gradients = run_engine(outputs, weights, leaves, create_graph=True)
    for gradient, along in zip(gradients, directions, strict=True):
        if gradient is not None and gradient.requires_grad:
            if along is None:
                without_direction.append(gradient)
            else:
                roots.append(gradient)
                cotangents.append(along)
    tangents: list[torch.Tensor | None] = [None] * len(outputs)
    if roots:
        tangents = run_engine(roots, cotangents, weights, create_graph)
    if without_direction and any(tangent is None for tangent in tangents):
        zeros = [torch.zeros_like(gradient.detach()) for gradient in without_direction]
        others = run_engine(without_direction, zeros, weights, create_graph=False)
        tangents = [a if a is not None else b for a, b in zip(tangents, others, strict=True)]
    return tangents
