"""Forward mode: what an operation does to the tangents that accumulators keep.

An `Accumulator` is a recorder (see recorder.py) that keeps, for each tensor that depends on its
primals, the tangent: the derivative in the direction it was given. While one is active, the
thread's recorders are an `Accumulating` set, which is no tensor's set, so that every operation on
tracked tensors comes through `admit`. It runs on torch tensors with a graph of this one operation,
and the tangents of its results are that graph's gradient, transposed: with `g = J' a`, linear in
`a`, the tangent `J t` is the gradient of `g t` by `a`. So tangents follow from the gradients that
operations have already, exactly and to any order, as they do in TensorFlow.

What one accumulator computes, the recorders outside of it may record or push forward in turn; those
inside of it do not see it. A gradient call, and the gradient function of a `tf.custom_gradient`,
are one operation each: inside of them accumulators only record, like tapes, and the tangents follow
from the graph, back to the tensors whose tangents are known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from weakref import ref

import torch
from torch.autograd import Variable
from torch.autograd.graph import GradientEdge

from ..recording import admission
from ..recording.payloads import constant_payload
from ..recording.recorder import Recorder
from ..recording.tape_set import EMPTY, TRAINABLE, TapeSet, sequence_number, tape_set_of, thread
from ..tensor.tensor import EagerTensor, TrackedTensor, record
from .backward import trackers
from .sparse_cotangents import call

_run_backward = Variable._execution_engine.run_backward


class Accumulator(Recorder):
    """What one `tf.autodiff.ForwardAccumulator` knows: tangents by tensor and by variable."""

    forward = True

    def __init__(self) -> None:
        # Persistent: operations expect to be differentiated any number of times.
        super().__init__(persistent=True, watch_accessed=False)
        self.tangents: dict[int, tuple[ref, EagerTensor]] = {}  # by id of the tensor
        self.handles: dict[int, EagerTensor] = {}  # by id of the variable's handle
        # By id, the tangents of torch leaves that stand for tensors in what tapes recorded.
        self.entered: dict[int, tuple[ref, EagerTensor]] = {}
        # Those of watched tensors that have a history.
        self.inner: dict[tuple[Any, int], EagerTensor] = {}

    def active_set(self, tapes: frozenset[Recorder]) -> TapeSet:
        """What stands for `tapes`, this among them, where they are the active ones."""
        return Accumulating(tapes)

    def of(self, tensor: Any) -> EagerTensor | None:
        """The tangent of `tensor`, if it depends on the primals."""
        found = self.tangents.get(id(tensor))
        return found[1] if found is not None else None

    def keep(self, tensor: Any, tangent: EagerTensor) -> None:
        """Notes the tangent of `tensor`, for as long as that is alive."""
        _keep(self.tangents, tensor, tangent)

    def enter(self, leaf: torch.Tensor, tangent: EagerTensor) -> None:
        """Notes the tangent of a leaf that a tape's graph may hold on to."""
        _keep(self.entered, leaf, tangent)

    def watch(self, tensor: EagerTensor, tangent: EagerTensor) -> None:
        """Pushes forward what is done with `tensor` from here on."""
        self.keep(tensor, tangent)
        if tensor._t.dtype not in TRAINABLE:
            return
        admission.watch(self, tensor)
        payload = tensor._t
        if payload.grad_fn is None:
            self.enter(payload, tangent)
        else:
            self.inner[payload.grad_fn, payload.output_nr] = tangent

    def watch_variable(self, variable: Any, tangent: EagerTensor) -> None:
        """Pushes forward what is done with the values of `variable` from here on."""
        key = id(variable._handle)
        self.handles[key] = tangent
        self.variables[key] = variable

    def hand_out(self, key: int, leaf: torch.Tensor) -> None:
        """Notes that `leaf` stands for the value of a variable."""
        self.begin_at_leaf(leaf)
        self.enter(leaf, self.handles[key])

    def edges(self) -> dict[Any, EagerTensor]:
        """The tangents by all the edges of torch's graph that stand for tensors known here."""
        found: dict[Any, EagerTensor] = dict(self.inner)
        for reference, tangent in list(self.entered.values()):
            leaf = reference()
            if leaf is not None:
                found[id(leaf)] = tangent
        for reference, tangent in list(self.tangents.values()):
            tensor = reference()
            if tensor is None or not isinstance(tensor._t, torch.Tensor):
                continue
            payload = tensor._t
            if payload.grad_fn is not None:
                found[payload.grad_fn, payload.output_nr] = tangent
            elif payload.requires_grad:
                found[id(payload)] = tangent
            if tensor._leaf is not None:
                found[id(tensor._leaf)] = tangent
        return found


def _keep(table: dict[int, tuple[ref, EagerTensor]], key: Any, tangent: EagerTensor) -> None:
    number = id(key)
    table[number] = (ref(key, lambda _: table.pop(number, None)), tangent)


class Accumulating(TapeSet):
    """The recorders of a thread, if accumulators are among them."""

    __slots__ = ("results",)

    results: dict[int, torch.Tensor]  # by id, what a gradient call came to, with its graph

    def __init__(self, tapes: frozenset[Recorder]) -> None:
        super().__init__(tapes)
        self.results = {}

    def admit(self, tensors: Sequence[Any], tracking: frozenset[Recorder]) -> Pushing | None:
        """What `recording.admit` opens for an operation that concerns an accumulator, if it does.

        `tracking`: the active recorders that track one of the tensors.
        """
        forward = sum(isinstance(recorder, Accumulator) for recorder in tracking)
        if not forward:
            return None
        begin = sequence_number()
        payloads = _payloads(tensors, tracking)
        return Pushing(tracking, tensors, _entrances(payloads, forward > 1), begin)

    @contextmanager
    def only_recording(self) -> Iterator[None]:
        """Inside, the accumulators only record: a gradient is computed, as one operation."""
        self.results = {}
        with _only(thread.stack):
            yield

    def push_results(self, known: dict[int, Any]) -> None:
        """Pushes tangents forward to what a gradient call came to: `known`, by id of `results`."""
        results, self.results = self.results, {}
        pairs = [
            (tensor, results[key])
            for key, tensor in known.items()
            if key in results and results[key].requires_grad
        ]
        if pairs:
            _push_graph(pairs, thread.stack)
            for tensor, _ in pairs:
                _settle(tensor, _tapes(tensor._tapes.tapes))

    def push_call(self, tensors: list[Any]) -> None:
        """Pushes tangents forward to the results of a call that was recorded as one operation."""
        known = {id(tensor._t): tensor for tensor in tensors}
        accumulators = [
            (tensor, recorder)
            for tensor in known.values()
            for recorder in tensor._tapes.tapes
            if isinstance(recorder, Accumulator)
        ]
        self.results = {key: tensor._t for key, tensor in known.items()}
        self.push_results(known)
        for tensor, recorder in accumulators:
            if recorder.of(tensor) is None:
                recorder.keep(tensor, EagerTensor(torch.zeros_like(tensor._t.detach())))
                _settle(tensor, _tapes(tensor._tapes.tapes))


class Pushing(TapeSet):
    """An operation that concerns accumulators, from its admission to its results."""

    __slots__ = ("inputs", "entrances", "begin")

    def __init__(
        self,
        tracking: frozenset[Recorder],
        inputs: Sequence[Any],
        entrances: list[Any],
        begin: int,
    ) -> None:
        super().__init__(tracking)
        self.inputs = inputs
        self.entrances = entrances
        self.begin = begin

    def finish(self, result: Any) -> Any:
        """Wraps the operation's result, and pushes the tangents forward."""
        _skip(thread.active.tapes - self.tapes, self.begin)
        fresh = TapeSet(self.tapes)
        wrapped = record(fresh, result)
        outputs = [tensor for reference in fresh.tensors if (tensor := reference()) is not None]
        tapes = _tapes(self.tapes)
        if tapes:
            _enter(self.inputs)
        connected = [(tensor, tensor._t) for tensor in outputs if tensor._t.grad_fn is not None]
        if connected:
            _push(connected, _by_entrance(self.entrances, self.inputs), thread.stack)
        for tensor in outputs:
            _settle(tensor, tapes)
        return wrapped


def _tapes(recorders: Iterable[Recorder]) -> frozenset[Recorder]:
    return frozenset(recorder for recorder in recorders if not isinstance(recorder, Accumulator))


def _payloads(tensors: Sequence[Any], tracking: frozenset[Recorder]) -> list[Any]:
    """The torch tensors of an operation's inputs that `tracking` record."""
    payloads = []
    for tensor in tensors:
        own = tensor._tapes.tapes & tracking
        payload = tensor._t if own else constant_payload(tensor)
        if own and len(own) != len(tracking) and payload.grad_fn is not None:
            for tape in tracking - own:
                tape.meet(payload, own)
        payloads.append(payload)
    return payloads


def _entrances(payloads: list[Any], always: bool) -> list[Any]:
    """What the operation runs on: where one input may come from another, aliases of them."""
    graph = [isinstance(x, torch.Tensor) and x.requires_grad for x in payloads]
    if not always and all(x.grad_fn is None for x, has in zip(payloads, graph, strict=True) if has):
        return payloads
    aliases = {id(x): x[...] for x, has in zip(payloads, graph, strict=True) if has}
    return [aliases.get(id(x), x) for x in payloads]


def _by_entrance(entrances: list[Any], inputs: Sequence[Any]) -> list[tuple[torch.Tensor, Any]]:
    """The inputs that derivatives may be taken by, each once."""
    pairs = {
        id(entrance): (entrance, tensor)
        for entrance, tensor in zip(entrances, inputs, strict=True)
        if isinstance(entrance, torch.Tensor) and entrance.requires_grad
    }
    return list(pairs.values())


def _enter(inputs: Sequence[Any]) -> None:
    """Notes the tangents of leaves that now are in the graph of a tape."""
    for tensor in inputs:
        if type(tensor) is TrackedTensor and tensor._t.grad_fn is None:
            for recorder in tensor._tapes.tapes:
                if (
                    isinstance(recorder, Accumulator)
                    and (tangent := recorder.of(tensor)) is not None
                ):
                    recorder.enter(tensor._t, tangent)


def _skip(others: Iterable[Recorder], begin: int) -> None:
    """Tells `others` that the nodes from `begin` are not theirs."""
    end = sequence_number()
    for recorder in others:
        recorder.skip(begin, end)


def _settle(tensor: Any, tapes: frozenset[Recorder]) -> None:
    """Gives a new tensor its set: `tapes`, and the accumulators that have a tangent of it."""
    knowing = frozenset(
        recorder
        for recorder in thread.stack
        if isinstance(recorder, Accumulator) and recorder.of(tensor) is not None
    )
    payload = tensor._t
    if not tapes:
        payload = payload.detach()
        if not knowing:
            tensor._t, tensor._leaf = payload, None
            tensor.__class__ = EagerTensor
            return
        tensor._leaf = payload.requires_grad_()
        for recorder in knowing:
            recorder.begin_at_leaf(payload)
    tape_set = tape_set_of(tapes | knowing)
    tensor._track(payload, tape_set)
    tape_set.add(tensor)


@contextmanager
def _only(recorders: tuple[Recorder, ...]) -> Iterator[None]:
    """Inside, just these are active, and accumulators among them only record."""
    before = thread.active, thread.stack
    thread.active, thread.stack = tape_set_of(frozenset(recorders)), recorders
    try:
        yield
    finally:
        thread.active, thread.stack = before


# -- one operation ------------------------------------------------------------------------------


def _push(
    outputs: list[tuple[Any, torch.Tensor]],
    inputs: list[tuple[torch.Tensor, Any]],
    stack: tuple[Recorder, ...],
) -> None:
    """Computes the tangents of an operation's results for the accumulators in `stack`.

    `outputs`: the results, and what they are in the graph. `inputs`: where each input enters the
    graph, and the tensor that it is.
    """
    for depth, accumulator in enumerate(stack):
        if not isinstance(accumulator, Accumulator):
            continue
        tangents = [accumulator.of(tensor) for _, tensor in inputs]
        if not any(tangent is not None for tangent in tangents):
            continue
        outside = stack[:depth]
        begin = sequence_number()
        given = [tensor for _, tensor in inputs]
        given += [tangent for tangent in tangents if tangent is not None]
        tracking = _tracking(given, outside)
        entrances = [entrance for entrance, _ in inputs]
        directions, entered = _directions(inputs, tangents, tracking)
        with _only(outside):
            found = _transpose([y for _, y in outputs], entrances, directions, bool(tracking))
        pushed = [
            (_wrap(value, tracking), value, output)
            for (output, _), value in zip(outputs, found, strict=True)
            if value is not None
        ]
        for tangent, _, output in pushed:
            accumulator.keep(output, tangent)
        if not tracking:
            continue
        _skip(thread.active.tapes - tracking, begin)
        connected = [(tangent, tangent._t) for tangent, value, _ in pushed if value.requires_grad]
        if connected:
            _push(connected, entered, outside)
        _fill([tangent for tangent, _, _ in pushed], given, outside)
        for tangent, _, _ in pushed:
            _settle(tangent, _tapes(tracking))


def _tracking(tensors: list[Any], recorders: tuple[Recorder, ...]) -> frozenset[Recorder]:
    if not recorders:
        return EMPTY.tapes
    return frozenset().union(*(tensor._tapes.tapes for tensor in tensors)).intersection(recorders)


def _directions(
    inputs: list[tuple[torch.Tensor, Any]],
    tangents: list[Any],
    tracking: frozenset[Recorder],
) -> tuple[list[torch.Tensor | None], list[tuple[torch.Tensor, Any]]]:
    """What the derivative by each input is multiplied with, and all that enters in doing so."""
    directions: list[torch.Tensor | None] = []
    entered = list(inputs)
    for (entrance, _), tangent in zip(inputs, tangents, strict=True):
        if tangent is not None:
            direction = _direction(tangent, tracking)
            if direction.requires_grad:
                direction = direction[...]
                entered.append((direction, tangent))
            directions.append(_shaped(direction, entrance))
        elif tracking:  # whoever differentiates this finds it connected, as in TensorFlow
            directions.append(torch.zeros_like(entrance.detach()))
        else:
            directions.append(None)
    return directions, entered


def _direction(tangent: Any, tracking: Iterable[Recorder]) -> torch.Tensor:
    """The torch tensor by which a tangent enters what `tracking` record."""
    if not tracking:
        return tangent._t.detach()
    return tangent._t if tangent._tapes.tapes.intersection(tracking) else constant_payload(tangent)


def _shaped(direction: torch.Tensor, entrance: torch.Tensor) -> torch.Tensor:
    if direction.shape == entrance.shape:
        return direction
    try:
        return direction.expand(entrance.shape)
    except RuntimeError:
        raise ValueError(
            f"Dimensions must be equal, but a tangent has shape {list(direction.shape)} and its "
            f"primal has shape {list(entrance.shape)}."
        ) from None


def _wrap(value: torch.Tensor, tracking: frozenset[Recorder]) -> Any:
    if tracking:
        return record(TapeSet(tracking), value)
    return EagerTensor(value.detach() if value.requires_grad else value)


def _fill(tangents: list[Any], inputs: list[Any], recorders: tuple[Recorder, ...]) -> None:
    """Zeros where a tangent does not depend on an accumulator's primals, but an input does.

    To TensorFlow, which computes tangents in functions, all that a function returns depends on all
    that it is given.
    """
    for accumulator in recorders:
        if isinstance(accumulator, Accumulator) and any(
            accumulator.of(x) is not None for x in inputs
        ):
            for tangent in tangents:
                if accumulator.of(tangent) is None:
                    zeros = EagerTensor(torch.zeros_like(tangent._t.detach()))
                    accumulator.keep(tangent, zeros)


def _transpose(
    outputs: list[torch.Tensor],
    entrances: Sequence[Any],
    directions: Sequence[torch.Tensor | None],
    create_graph: bool,
) -> list[torch.Tensor | None]:
    """The derivative of `outputs` in the direction that is given for each of `entrances`.

    None for an output that depends on none of them. Where there is no direction, it is zero.
    """
    # Ones, as in TensorFlow: a custom gradient that is not linear shows them.
    weights = [torch.ones_like(y.detach()).requires_grad_() for y in outputs]
    roots, seeds, silent = [], [], []
    backward = _backward(outputs, weights, entrances, True)
    for gradient, direction in zip(backward, directions, strict=True):
        if gradient is not None and gradient.requires_grad:
            if direction is None:
                silent.append(gradient)
            else:
                roots.append(gradient)
                seeds.append(direction)
    found: list[torch.Tensor | None] = [None] * len(outputs)
    if roots:
        found = _backward(roots, seeds, weights, create_graph)
    if silent and any(tangent is None for tangent in found):
        zeros = [torch.zeros_like(gradient.detach()) for gradient in silent]
        rest = _backward(silent, zeros, weights, False)
        found = [a if a is not None else b for a, b in zip(found, rest, strict=True)]
    return found


def _is_flat(output: torch.Tensor, entrances: Sequence[Any]) -> bool:
    """Whether the derivative of `output` by one of `entrances` is zero wherever it is taken.

    So it is for the gradient of relu, where TensorFlow has zeros. That of abs has a sign in it,
    through which nothing flows at all.
    """
    with call.within(constants=True):
        found = _backward([output], [torch.ones_like(output.detach())], entrances, True)
    return any(gradient is not None and not gradient.requires_grad for gradient in found)


def _backward(
    roots: list[torch.Tensor],
    seeds: list[torch.Tensor],
    inputs: Sequence[Any],
    create_graph: bool,
) -> list[torch.Tensor | None]:
    return list(
        _run_backward(
            tuple(roots),
            tuple(seeds),
            True,
            create_graph,
            tuple(inputs),
            True,
            accumulate_grad=False,
        )
    )


# -- operations that call other operations ------------------------------------------------------


def _push_graph(outputs: list[tuple[Any, torch.Tensor]], stack: tuple[Recorder, ...]) -> None:
    """As `_push`, where it takes a walk through the graph to find what entered it."""
    for depth, accumulator in enumerate(stack):
        if isinstance(accumulator, Accumulator):
            frontier = _Frontier(accumulator, [y for _, y in outputs])
            if frontier.entrances:
                with frontier.closed():
                    _push_through(
                        accumulator,
                        outputs,
                        frontier.entrances,
                        frontier.tangents,
                        stack[:depth],
                        True,
                    )


def _push_through(
    accumulator: Accumulator,
    outputs: list[tuple[Any, torch.Tensor]],
    entrances: Sequence[Any],
    tangents: Sequence[Any],
    outside: tuple[Recorder, ...],
    of_torch: bool,
) -> None:
    """Computes the tangents for one accumulator, while operations of ours may run.

    `of_torch`: the outermost operation is torch's own.
    """
    begin = sequence_number()
    directions = [None if t is None else _direction(t, outside) for t in tangents]
    # Gradient functions of the user record for whoever is active: for this, here.
    recorder = Recorder(persistent=True, watch_accessed=False)
    recorder.begin_span()
    values = [y for _, y in outputs]
    with _only((*outside, recorder)), _own_thread(values[0]), call.within(begin=None):
        found = _transpose(values, entrances, directions, bool(outside))
        if of_torch:
            for number, value in enumerate(found):
                if value is None and _is_flat(values[number], entrances):
                    found[number] = torch.zeros_like(values[number].detach())
    recorder.end_span()
    recorder.release()
    pushed = []
    with _only(outside):
        for (output, _), value in zip(outputs, found, strict=True):
            if value is None:
                continue
            tracking = _tapes(trackers(value, begin).tapes)
            tangent = _wrap(value, tracking)
            pushed.append((tangent, value, tracking))
            if accumulator.of(output) is None:
                accumulator.keep(output, tangent)
    _skip(thread.active.tapes.difference(outside), begin)
    if outside:
        connected = [(tangent, value) for tangent, value, _ in pushed if value.requires_grad]
        if connected:
            _push_graph(connected, outside)
        for tangent, _, tracking in pushed:
            _settle(tangent, tracking)


@contextmanager
def _own_thread(payload: torch.Tensor) -> Iterator[None]:
    """Inside, torch computes gradients on this thread, whose recorders are known."""
    before = torch._C._is_multithreading_enabled()
    torch._C._set_multithreading_enabled(before and payload.is_cpu)
    try:
        yield
    finally:
        torch._C._set_multithreading_enabled(before)


class _Frontier:
    """Where what an accumulator recorded of a graph begins: tensors whose tangents it knows."""

    def __init__(self, accumulator: Accumulator, outputs: list[torch.Tensor]) -> None:
        self.entrances: list[Any] = []
        self.tangents: list[EagerTensor] = []
        # By node, the numbers of those of its outputs that are known: all, if it is not recorded.
        self.shut: dict[Any, set[int] | None] = {}
        known = accumulator.edges()
        if not known:
            return
        seen = set()
        stack = [(y.grad_fn, y.output_nr) for y in outputs if y.grad_fn is not None]
        while stack:
            edge = stack.pop()
            if edge in seen:
                continue
            seen.add(edge)
            node, number = edge
            variable = getattr(node, "variable", None)
            if variable is not None:
                if (tangent := known.get(id(variable))) is not None:
                    self.entrances.append(variable)
                    self.tangents.append(tangent)
            elif (tangent := known.get(edge)) is not None:
                self.entrances.append(GradientEdge(node, number))
                self.tangents.append(tangent)
                if self.shut.setdefault(node, set()) is not None:
                    self.shut[node].add(number)  # type: ignore[union-attr]
            elif accumulator.recorded(node):
                stack.extend((n, i) for n, i in node.next_functions if n is not None)
            else:
                self.shut[node] = None

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Inside, gradients do not go beyond."""
        handles = [node.register_prehook(_shutter(known)) for node, known in self.shut.items()]
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()


def _shutter(known: set[int] | None) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    def shut(gradients: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(
            None if known is None or number in known else gradient
            for number, gradient in enumerate(gradients)
        )

    return shut


def push_custom(
    results: list[Any],
    inputs: list[Any],
    join: Callable[[], list[Any]],
    call: Callable[[list[Any]], Sequence[torch.Tensor]],
) -> list[Any]:
    """The results of a `tf.custom_gradient` function, with their tangents.

    `join` returns them as the tapes are to know them; `call` makes the function's operation on the
    torch tensors given. Where an accumulator followed what the function itself did, that stands, as
    in TensorFlow.
    """
    active, stack = thread.active, thread.stack
    tapes = tuple(recorder for recorder in stack if not isinstance(recorder, Accumulator))
    with _only(tapes):
        joined = join()
    for recorder in stack:
        if isinstance(recorder, Accumulator):
            for old, new in zip(results, joined, strict=True):
                if new is not old and (tangent := recorder.of(old)) is not None:
                    recorder.keep(new, tangent)
    numeric = all(isinstance(x._t, torch.Tensor) for x in (*inputs, *results))
    if numeric and any(
        isinstance(r, Accumulator) for x in inputs for r in x._tapes.tapes & active.tapes
    ):
        begin = sequence_number()
        entrances = _entrances(_payloads(inputs, active.tapes), True)
        outputs = list(zip(joined, call(entrances), strict=True))
        _skip(active.tapes, begin)
        outputs = [(tensor, y) for tensor, y in outputs if y.requires_grad]
        pairs = _by_entrance(entrances, inputs)
        for depth, recorder in enumerate(stack):
            if isinstance(recorder, Accumulator) and outputs:
                tangents = [recorder.of(tensor) for _, tensor in pairs]
                if any(t is not None for t in tangents) and any(
                    recorder.of(tensor) is None for tensor, _ in outputs
                ):
                    _push_through(
                        recorder, outputs, [e for e, _ in pairs], tangents, stack[:depth], False
                    )
    for tensor in joined:
        if isinstance(tensor._t, torch.Tensor) and tensor._t.dtype in TRAINABLE:
            _settle(tensor, _tapes(tensor._tapes.tapes))
    return joined
