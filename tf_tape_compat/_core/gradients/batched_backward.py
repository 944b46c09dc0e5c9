"""Many gradients of one tensor, for a batch of output gradients: at once where torch can do it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch._C import _functorch

from ..._logging import warn_first_n
from ..recording.recorder import Recorder
from .backward import compute, run_engine
from .tape_gradient import add_inputs, is_foreign

Gradients = list[torch.Tensor | None]


def row_gradients(
    recorder: Recorder, target: torch.Tensor, sources: list[Any], seeds: torch.Tensor, at_once: bool
) -> Gradients:
    """The gradient by each of `sources` for each output gradient in `seeds`, stacked; or None."""
    inputs: list[torch.Tensor] = []
    counts = add_inputs(recorder, sources, inputs)
    if not inputs and not recorder.customs:
        return [None] * len(sources)
    engine = _at_once if at_once and len(seeds) > 1 else _one_by_one
    # The graph is kept: one by one, it is gone through again and again.
    parts, _, _ = compute(recorder, [target], [seeds], inputs, True, rows=engine)
    results: Gradients = []
    start = 0
    for source, count in zip(sources, counts, strict=True):
        dense = [part for part in parts[start : start + count] if part is not None]
        start += count
        if not dense or is_foreign(recorder, source):
            results.append(None)
        else:
            total = dense[0]
            for part in dense[1:]:
                total = total + part
            results.append(total)
    return results


def _at_once(
    roots: tuple[torch.Tensor, ...],
    seeds: tuple[torch.Tensor, ...],
    create_graph: bool,
    asked: tuple[torch.Tensor, ...],
) -> Gradients:
    try:
        return _vectorized(roots, seeds, create_graph, asked)
    except Exception as failure:
        results = _one_by_one(roots, seeds, create_graph, asked)  # or the error that it really has
        name = _culprit(failure, roots, seeds, asked)
        reason = (str(failure).strip() or type(failure).__name__).splitlines()[0]
        warn_first_n(
            f"The gradient of {name} cannot be vectorized: the jacobian is computed one gradient "
            f"at a time, which is slower. ({type(failure).__name__}: {reason})",
            1,
        )
        return results


def _vectorized(
    roots: tuple[torch.Tensor, ...],
    seeds: tuple[torch.Tensor, ...],
    create_graph: bool,
    asked: tuple[torch.Tensor, ...],
) -> Gradients:
    """What torch.autograd.grad does with `is_grads_batched`."""
    count = len(seeds[0])
    level = _functorch._vmap_increment_nesting(count, "different")
    try:
        batches = tuple(_functorch._add_batch_dim(seed, 0, level) for seed in seeds)
        found = run_engine(roots, batches, create_graph, asked)
        return [
            None if part is None else _functorch._remove_batch_dim(part, level, count, 0)
            for part in found
        ]
    finally:
        _functorch._vmap_decrement_nesting()


def _one_by_one(
    roots: tuple[torch.Tensor, ...],
    seeds: tuple[torch.Tensor, ...],
    create_graph: bool,
    asked: tuple[torch.Tensor, ...],
) -> Gradients:
    rows = [run_engine(roots, row, create_graph, asked) for row in zip(*seeds, strict=True)]
    if not rows:
        zero = tuple(torch.zeros_like(root.detach()) for root in roots)
        single = run_engine(roots, zero, create_graph, asked)
        return [None if part is None else part.detach()[None][:0] for part in single]
    return [
        None if parts[0] is None else torch.stack(parts)  # the same ones are None in all rows
        for parts in zip(*rows, strict=True)
    ]


def _culprit(
    failure: Exception,
    roots: tuple[torch.Tensor, ...],
    seeds: tuple[torch.Tensor, ...],
    asked: tuple[torch.Tensor, ...],
) -> str:
    """The name of the operation in whose gradient vectorizing fails."""
    known = getattr(failure, "operation_of_ours", None)
    if known is not None:
        return known
    last = "an operation"
    handles = []

    def hook(node: Any) -> Any:
        def note(gradients: Any) -> None:
            nonlocal last
            last = node.name()

        return node.register_prehook(note)

    for node in _nodes(roots):
        handles.append(hook(node))
    try:
        _vectorized(roots, seeds, False, asked)
    except Exception:
        pass
    finally:
        for handle in handles:
            handle.remove()
    return last.removesuffix("0").removesuffix("Backward")


def _nodes(roots: Iterable[torch.Tensor]) -> set[Any]:
    seen: set[Any] = set()
    stack = [root.grad_fn for root in roots if root.grad_fn is not None]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            stack.extend(below for below, _ in node.next_functions if below is not None)
    return seen


class _Join(torch.autograd.Function):
    """The results of one function: whoever differentiates one of them, differentiates them all."""

    @staticmethod
    def forward(
        ctx: Any, leaf: torch.Tensor, target: torch.Tensor | None, *results: torch.Tensor
    ) -> Any:
        outputs = tuple(result.view_as(result) for result in results)
        ctx.mark_non_differentiable(
            *(o for o in outputs if not (o.is_floating_point() or o.is_complex()))
        )
        ctx.set_materialize_grads(False)
        link = leaf.new_zeros(())
        ctx.leaf = leaf
        ctx.meta = [_meta(result) for result in results]
        ctx.target = None if target is None else _meta(target)
        ctx.save_for_backward(link)
        return link, *outputs

    @staticmethod
    def backward(ctx: Any, of_link: Any, *given: Any) -> Any:
        if of_link is None and all(gradient is None for gradient in given):
            return (None,) * (2 + len(given))  # nothing came through what is shut off
        metas = [*ctx.meta, *([] if ctx.target is None else [ctx.target])]
        gradients = [
            torch.zeros(shape, dtype=dtype, device=device) if gradient is None else gradient
            for gradient, (shape, dtype, device) in zip((*given, None), metas, strict=False)
        ]
        if torch.is_grad_enabled():
            # What TensorFlow's function keeps for its gradient is made by the function itself, and
            # so the second derivative by all that the results depend on is zeros, and not None.
            (link,) = ctx.saved_tensors
            off = torch.zeros((), dtype=torch.bool, device=link.device)
            gradients = [torch.where(off, link.to(g.dtype), g) for g in gradients]
            if len(gradients) > 1:
                gradients = join(gradients, link, None)
        by_target = None if ctx.target is None else gradients.pop()
        return None, by_target, *gradients


def _meta(payload: torch.Tensor) -> tuple[torch.Size, torch.dtype, torch.device]:
    return payload.shape, payload.dtype, payload.device


def join(
    results: list[torch.Tensor], leaf: torch.Tensor, target: torch.Tensor | None
) -> list[torch.Tensor]:
    """`results` as those of one operation, that takes `leaf` besides all that they come from.

    With `target`, the operation takes that too, and nothing comes of it.
    """
    _, *joined = _Join.apply(leaf, target, *results)
    return joined
