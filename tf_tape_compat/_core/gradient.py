"""Gradients out of torch's graph, for one recorder: roots, sources, cuts and slices.

`compute` is one call of torch's engine. Around it: what the recorder did not record is cut off,
gradients of gathers are collected as slices, and where other recorders are active the results
belong to them.
"""

from __future__ import annotations

import threading
from typing import Any

import torch
from torch.autograd import Variable

from .recording import EMPTY, Recorder, thread


# What torch.autograd.grad calls, after checks that ours have already made.
_run_backward = Variable._execution_engine.run_backward


class _Call(threading.local):
    """What the gradient call running on this thread wants to know from backward functions."""

    # id of a source's torch tensor -> the (indices, values) that gathers from it contributed
    slices: dict[int, list[tuple[torch.Tensor, torch.Tensor]]] | None = None


call = _Call()


def compute(
    recorder: Recorder,
    roots: list[torch.Tensor],
    seeds: list[torch.Tensor],
    inputs: list[torch.Tensor],
    keep: bool,
) -> tuple[tuple[torch.Tensor | None, ...], dict[int, list[tuple[torch.Tensor, torch.Tensor]]]]:
    """The gradient of the sum of `roots`, weighted with `seeds`, by each of `inputs`.

    Returns the dense parts, and by `id` of the input the slices that gathers contributed besides.
    `keep` says that the graph is needed again.
    """
    active = thread.active
    create_graph = active is not EMPTY
    handles = cut(recorder, roots) if recorder.crossed else ()
    outer = call.slices
    slices: dict[int, list[tuple[torch.Tensor, torch.Tensor]]] = {
        id(leaf): [] for leaf in inputs if leaf.grad_fn is None
    }
    call.slices = slices
    # On threads of torch's own, nobody would know the recorders active here.
    own_threads = not roots[0].is_cpu
    if own_threads:
        before = torch._C._is_multithreading_enabled()
        torch._C._set_multithreading_enabled(False)
    try:
        gradients = _run_backward(
            tuple(roots),
            tuple(seeds),
            keep or create_graph,
            create_graph,
            tuple(inputs),
            True,
            accumulate_grad=False,
        )
    finally:
        if own_threads:
            torch._C._set_multithreading_enabled(before)
        call.slices = outer
        for handle in handles:
            handle.remove()
    if create_graph:
        for tape in active.tapes:
            tape.uncertain = True
            if tape is not recorder and not tape.saw_all_of(recorder):
                tape.crossed = True
    return gradients, slices


def cut(recorder: Recorder, roots: list[torch.Tensor]) -> list[Any]:
    """Shuts off, until the returned handles are removed, what `recorder` did not record."""
    handles = []
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
        if recorder.recorded(node):
            stack.extend(n for n, _ in following if n is not None)
        else:
            handles.append(node.register_prehook(_nothing))
    return handles


def _nothing(gradients: tuple[Any, ...]) -> tuple[Any, ...]:
    return (None,) * len(gradients)


def reaches_watched(recorder: Recorder, payload: torch.Tensor) -> bool:
    """Whether `recorder` really tracks a tensor: by recorded operations, from a watched one.

    Only asked where gradients were taken while it recorded: torch makes their graph as a whole,
    and parts of it may have nothing to do with what this recorder watches.
    """
    leaves = {id(leaf) for pairs in recorder.leaves.values() for _, leaf in pairs}
    nodes = set()
    for reference in recorder.watched:
        tensor = reference()
        if tensor is None:
            continue
        for alias in (tensor._t, tensor._leaf):
            if alias is None:
                continue
            if alias.grad_fn is None:
                leaves.add(id(alias))
            else:
                nodes.add((alias.grad_fn, alias.output_nr))
    if payload.grad_fn is None:
        return id(payload) in leaves
    seen = set()
    stack = [(payload.grad_fn, payload.output_nr)]
    while stack:
        edge = stack.pop()
        node = edge[0]
        if edge in nodes:
            return True
        if node in seen:
            continue
        seen.add(node)
        variable = getattr(node, "variable", None)
        if variable is not None:
            if id(variable) in leaves:
                return True
        elif recorder.recorded(node):
            stack.extend((n, i) for n, i in node.next_functions if n is not None)
    return False
