"""Gradients out of torch's graph, for one recorder: roots, sources, cuts.

`compute` is one call of torch's engine. Around it: what the recorder did not record is cut off,
gradients that the engine does not carry are collected (sparse_cotangents.py), and where other
recorders are active the results belong to them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch._C import _functorch
from torch.autograd import Variable

from ..._logging import warn_first_n
from ..op import check_numerics
from ..recording.payloads import in_graph, leaf_of, physical
from ..recording.recorder import Recorder
from ..recording.tape_set import EMPTY, TapeSet, sequence_number, tape_set_of, thread
from ..tensor.tensor import EagerTensor
from . import sparse_cotangents
from .sparse_cotangents import call

# What torch.autograd.grad calls, after checks that ours have already made.
_run_backward = Variable._execution_engine.run_backward


def run_engine(
    roots: tuple[torch.Tensor, ...],
    seeds: tuple[torch.Tensor, ...],
    create_graph: bool,
    inputs: tuple[torch.Tensor, ...],
) -> tuple[torch.Tensor | None, ...]:
    """One run of torch's engine, after which the graph is still there."""
    return _run_backward(roots, seeds, True, create_graph, inputs, True, accumulate_grad=False)


# Something that takes `run_engine`'s arguments, but a batch of each seed, and stacks the results.
Rows = Callable[
    [tuple[torch.Tensor, ...], tuple[torch.Tensor, ...], bool, tuple[torch.Tensor, ...]],
    list[torch.Tensor | None],
]


_SEVERAL_THREADS = (
    "A tape that was entered on several threads meets operations that it did not record: torch "
    "does not say on which thread an operation ran, and the gradient may count some of them."
)

# A leaf that every operation of tf.custom_gradient has among its inputs. Asked for its gradient,
# torch runs the gradient functions of all of them that the target depends on, as TensorFlow does,
# and not only those on the way to a source.
anchor = torch.zeros((), requires_grad=True)


def constant_gradient(value: torch.Tensor, *inputs: torch.Tensor) -> torch.Tensor:
    """A gradient that depends on the inputs' shapes only, as TensorFlow records it.

    Whoever records now and tracks an input tracks `value` too, but nothing flows from it.
    """
    begin = sequence_number()
    tracking = frozenset().union(*(trackers(x, begin).tapes for x in inputs))
    if not tracking and not call.constants:
        return value
    batched = _functorch.is_batchedtensor(value)
    leaf = leaf_of(_functorch.get_unwrapped(value) if batched else value)
    for tape in tracking:
        tape.begin_at_leaf(leaf)
    if not batched:
        return leaf
    dimension, level = _functorch.maybe_get_bdim(value), _functorch.maybe_get_level(value)
    return _functorch._add_batch_dim(leaf, dimension, level)


def is_plain(recorder: Recorder) -> bool:
    """Whether nothing but torch's engine has a part in what `recorder` recorded."""
    return not (
        recorder.crossed
        or recorder.customs
        or recorder.borders
        or sparse_cotangents.expected()
        or check_numerics.checking()
    )


def run_backward(
    roots: list[torch.Tensor], seeds: list[torch.Tensor], inputs: list[torch.Tensor], keep: bool
) -> tuple[torch.Tensor | None, ...]:
    """As `compute`, for a recorder that `is_plain` while none is active: without a graph."""
    return _run_backward(
        tuple(roots), tuple(seeds), keep, False, tuple(inputs), True, accumulate_grad=False
    )


def compute(
    recorder: Recorder,
    roots: list[torch.Tensor],
    seeds: list[torch.Tensor],
    inputs: list[torch.Tensor],
    keep: bool,
    others: dict[int, list[Any]] | None = None,
    held: list[tuple[Any, int, Any]] | None = None,
    rows: Rows | None = None,
) -> tuple[list[torch.Tensor | None], dict[int, list[Any]], int]:
    """The gradient of the sum of `roots`, weighted with `seeds`, by each of `inputs`.

    Returns the dense parts; by `id` of the input the parcels that came for it besides; and the
    number of the first node that was made. `keep` says that the graph is needed again. For custom
    gradients: `others` collects, by the key of a source that has no gradients in torch's graph,
    what they return for it; `held` are outputs that have none (node, number, seed).

    With `rows`, it has batches of seeds and runs the engine, and no parcels are taken.
    """
    active = thread.active
    if type(active) is not TapeSet:
        with active.only_recording():  # type: ignore[attr-defined]
            return compute(recorder, roots, seeds, inputs, keep, others, held, rows)
    begin = sequence_number()
    create_graph = active is not EMPTY
    if create_graph:
        _tell_apart_threads(recorder, active, roots)
    handles, shut = cut(recorder, roots) if recorder.crossed else ((), frozenset())
    if check_numerics.checking():
        handles = [*handles, *check_numerics.watch_backward(roots)]
    found: dict[int, list[Any]] = {}
    told = (
        sparse_cotangents.expected() or recorder.customs
    )  # whether backward functions of ours may ask
    if told:
        outer = call.state()
        found = {id(payload): [] for payload in inputs}
        call.wanted = found if rows is None else None
        call.inputs, call.shut, call.begin = inputs, shut, begin
        call.watched = recorder.watches_leaf
        call.held, call.others = {}, {} if others is None else others
        for node, number, seed in held or ():
            sparse_cotangents.held_at(node, number).append(seed)
    # On threads of torch's own, nobody would know the recorders active here.
    own_threads = bool(roots) and not roots[0].is_cpu
    if own_threads:
        before = torch._C._is_multithreading_enabled()
        torch._C._set_multithreading_enabled(False)
    asked = (*inputs, anchor) if recorder.customs else tuple(inputs)
    keep = keep or create_graph or bool(held)
    if told and not keep:
        keep = any(payload.grad_fn is not None for payload in inputs)

    def run(root: Any, seed: torch.Tensor, by: list[torch.Tensor]) -> list[Any]:
        return list(run_engine((root,), (seed,), create_graph, tuple(by)))

    try:
        gradients: list[torch.Tensor | None] = [None] * len(inputs)
        if rows is not None:
            gradients = rows(tuple(roots), tuple(seeds), create_graph, asked)
        elif roots:
            gradients = list(
                _run_backward(
                    tuple(roots),
                    tuple(seeds),
                    keep,
                    create_graph,
                    asked,
                    True,
                    accumulate_grad=False,
                )
            )
        if told and rows is None:
            sparse_cotangents.run_held(run, gradients)
            sparse_cotangents.forward_slices(run, gradients)
    finally:
        if own_threads:
            torch._C._set_multithreading_enabled(before)
        if told:
            vars(call).clear()
            vars(call).update(outer)
        for handle in handles:
            handle.remove()
    if create_graph:
        for tape in active.tapes:
            if tape is not recorder and not tape.saw_all_of(recorder):
                tape.learn(recorder)
    return gradients[: len(inputs)], found, begin


def _tell_apart_threads(recorder: Recorder, active: TapeSet, roots: list[torch.Tensor]) -> None:
    """Marks nodes of other threads as unknown to the recorders active here.

    torch numbers the nodes of each thread from 0, so they are not told apart by number.
    """
    for tape in active.tapes:
        if tape is recorder or (
            tape.home == recorder.home and not tape.elsewhere and not recorder.elsewhere
        ):
            continue
        if tape.threads() & recorder.threads():
            warn_first_n(_SEVERAL_THREADS, 1)
            continue
        foreign = set(tape.foreign)
        own = recorder.watched_with(tape)
        stack = [root.grad_fn for root in roots if root.grad_fn is not None]
        while stack:
            node = stack.pop()
            if node not in foreign and node not in own:
                foreign.add(node)
                stack.extend(n for n, _ in node.next_functions if n is not None)
        tape.foreign = frozenset(foreign)


def cut(recorder: Recorder, roots: list[torch.Tensor]) -> tuple[list[Any], frozenset[Any]]:
    """Shuts off, until the returned handles are removed, what `recorder` did not record.

    Returns the handles and the nodes that are shut off.
    """
    if recorder.elsewhere:
        warn_first_n(_SEVERAL_THREADS, 1)
    handles = []
    shut = set()
    seen = set()
    stack = [root.grad_fn for root in roots if root.grad_fn is not None]
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        following = node.next_functions
        if not following:
            continue  # a leaf: only asked for if it is a source
        if recorder.recorded(node) or (recorder.insides and recorder.passes(node)):
            stack.extend(n for n, _ in following if n is not None)
        else:
            shut.add(node)
            handles.append(node.register_prehook(_nothing))
    return handles, frozenset(shut)


def _nothing(gradients: tuple[Any, ...]) -> tuple[Any, ...]:
    return (None,) * len(gradients)


def trackers(payload: torch.Tensor, begin: int) -> TapeSet:
    """Who of the active recorders tracks a result of the engine, whose run made nodes from `begin`.

    torch makes the graph of a gradient as a whole, but a recorder tracks the gradient only if it
    comes, by operations that this recorder recorded, from a tensor that it watches.
    """
    active = thread.active
    if not active.tapes or not in_graph(payload):
        return EMPTY
    if not payload.requires_grad:
        payload = physical(payload)
    if type(active) is not TapeSet:
        active.results[id(payload)] = payload  # type: ignore[attr-defined]
        tracking = [t for t in thread.stack if not t.forward and _tracks(t, payload, begin)]
        return tape_set_of(frozenset(tracking))
    tracking = [tape for tape in thread.stack if _tracks(tape, payload, begin)]
    if len(tracking) == len(active.tapes):
        return active
    return tape_set_of(frozenset(tracking))


# The operations whose gradients TensorFlow makes with a look at the shapes of their inputs, beside
# those for which torch keeps the sizes, and those of the latter for which it does not.
_SHAPED = frozenset(
    {"UnsqueezeBackward0", "CatBackward0", "ConstantPadNdBackward0", "_RowsBackward"}
)
_UNSHAPED = frozenset({"SumBackward0", "SumBackward1", "MeanBackward0", "MeanBackward1"})
_UNSHAPED |= {"SplitBackward0", "SplitWithSizesBackward0", "UnsafeSplitBackward0"}


def users(recorder: Recorder, root: torch.Tensor) -> frozenset[Recorder]:
    """Who of the active recorders tracks a tensor that gradients of `root` may be made from.

    TensorFlow's gradients go all the way back through what `recorder` recorded, whatever the
    sources are.
    """
    begin = sequence_number()
    others = [tape for tape in thread.stack if not tape.forward]
    found: set[Recorder] = set()
    seen = set()
    stack = [root.grad_fn]
    while stack and others:
        node = stack.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        if recorder.crossed and not recorder.recorded(node) and not recorder.passes(node):
            continue
        edges = _edges_used(node)
        found.update(t for t in others if any(_reaches(t, edge, begin) for edge in edges))
        others = [tape for tape in others if tape not in found]
        stack.extend(n for n, _ in node.next_functions)
    return frozenset(found)


def _edges_used(node: Any) -> list[tuple[Any, int]]:
    """The edges of the tensors that the gradient of a node of torch's graph is made from."""
    if callable(node):
        names = [name for name in dir(node) if name.startswith("_saved_")]
        kept = [getattr(node, name) for name in names]
    else:  # written in Python
        names, kept = [], node.saved_tensors
    edges = []
    for item in kept:
        for payload in item if isinstance(item, (list, tuple)) else (item,):
            if isinstance(payload, torch.Tensor) and payload.requires_grad:
                edges.append(torch.autograd.graph.get_gradient_edge(payload)[:2])
    kind = node.name()
    if kind in _SHAPED or (kind not in _UNSHAPED and any("sizes" in name for name in names)):
        edges += node.next_functions
    return edges


def note_results(known: dict[int, EagerTensor], begin: int) -> None:
    """Tells active recorders what a gradient call came to, whose nodes are those from `begin`.

    `known`: the results, by id of the torch tensors that `trackers` was asked about.
    """
    everybody = thread.active
    results = [tensor._tapes for tensor in known.values()]
    if any(recording is not everybody for recording in results):
        end = sequence_number()
        for tape in everybody.tapes:
            if tape.forward or any(tape in recording.tapes for recording in results):
                tape.mixed = True
            else:
                tape.skip(begin, end)
    if type(everybody) is not TapeSet:
        everybody.push_results(known)  # type: ignore[attr-defined]


def _tracks(tape: Recorder, payload: torch.Tensor, begin: int) -> bool:
    if payload.grad_fn is None:
        return tape.watches_leaf(payload)
    return _reaches(tape, (payload.grad_fn, payload.output_nr), begin)


def _reaches(tape: Recorder, edge: tuple[Any, int], begin: int) -> bool:
    """Whether `tape` tracks what comes out of a node of torch's graph."""
    inner = tape.watched_results() if tape.inner_roots else ()
    foreign, anywhere, mixed = tape.foreign, bool(tape.elsewhere), tape.mixed
    seen = set()
    stack = [edge]
    while stack:
        edge = stack.pop()
        node = edge[0]
        if node is None or node in seen:
            continue
        if inner and edge in inner:
            return True
        following = node.next_functions
        if not following:
            variable = getattr(node, "variable", None)
            if variable is not None and tape.watches_leaf(variable):
                return True
            continue
        seen.add(node)
        if foreign and node in foreign:
            continue
        if anywhere or node._sequence_nr() < begin:
            if not tape.recorded(node):
                if not (tape.insides and tape.passes(node)):
                    continue
            elif not mixed:
                return True  # what it recorded, it tracks
        for following_edge in following:
            if following_edge[0] is not None:
                stack.append(following_edge)
    return False
