"""Many gradients of one tensor, for a batch of cotangents: vectorized where torch can do it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
from torch._C import _functorch

from ..._logging import warn_first_n
from ..recording.recorder import Recorder
from .backward import backward
from .engine import run_engine
from .graph_operands import add_inputs, is_foreign

Gradients = list[torch.Tensor | None]


def batched_gradients(
    recorder: Recorder,
    target: torch.Tensor,
    sources: list[Any],
    cotangents: torch.Tensor,
    vectorize: bool,
) -> Gradients:
    """The gradients by each of `sources` for each of `cotangents`, stacked.

    A source that the target does not depend on gets None.
    """
    inputs: list[torch.Tensor] = []
    counts = add_inputs(recorder, sources, inputs)
    if not inputs and not recorder.has_custom_gradients:
        return [None] * len(sources)
    engine = _vectorized_if_possible if vectorize and len(cotangents) > 1 else _one_by_one
    gradients, _, _ = backward(
        # The graph is kept, because one by one it is walked many times.
        recorder,
        [target],
        [cotangents],
        inputs,
        keep_graph=True,
        batched_engine=engine,
    )
    results: Gradients = []
    start = 0
    for source, count in zip(sources, counts, strict=True):
        parts = [part for part in gradients[start : start + count] if part is not None]
        start += count
        if not parts or is_foreign(recorder, source):
            results.append(None)
        else:
            total = parts[0]
            for part in parts[1:]:
                total = total + part
            results.append(total)
    return results


def _vectorized_if_possible(
    roots: Sequence[torch.Tensor],
    cotangents: Sequence[torch.Tensor],
    inputs: Sequence[torch.Tensor],
    create_graph: bool,
    keep_graph: bool = True,
) -> Gradients:
    try:
        return _vectorized(roots, cotangents, inputs, create_graph)
    except Exception as failure:
        # This raises the error instead if it has nothing to do with vectorizing.
        results = _one_by_one(roots, cotangents, inputs, create_graph)
        if _is_example(roots[0]):
            return results
        name = _failing_operation(failure, roots, cotangents, inputs)
        reason = (str(failure).strip() or type(failure).__name__).splitlines()[0]
        warn_first_n(
            f"The gradient of {name} cannot be vectorized: the jacobian is computed one gradient "
            f"at a time, which is slower. ({type(failure).__name__}: {reason})",
            1,
        )
        return results


def _is_example(payload: torch.Tensor) -> bool:
    """Whether a payload has no values: a function is traced or lowered, and nothing is slower."""
    from torch._subclasses.fake_tensor import FakeTensor  # slow to import, but only traces need it

    return isinstance(payload, FakeTensor)


def _vectorized(
    roots: Sequence[torch.Tensor],
    cotangents: Sequence[torch.Tensor],
    inputs: Sequence[torch.Tensor],
    create_graph: bool,
) -> Gradients:
    """Runs the engine once under vmap, as torch.autograd.grad does with `is_grads_batched`."""
    count = len(cotangents[0])
    level = _functorch._vmap_increment_nesting(count, "different")
    try:
        batches = [_functorch._add_batch_dim(batch, 0, level) for batch in cotangents]
        gradients = run_engine(roots, batches, inputs, create_graph)
        return [
            None if part is None else _functorch._remove_batch_dim(part, level, count, 0)
            for part in gradients
        ]
    finally:
        _functorch._vmap_decrement_nesting()


def _one_by_one(
    roots: Sequence[torch.Tensor],
    cotangents: Sequence[torch.Tensor],
    inputs: Sequence[torch.Tensor],
    create_graph: bool,
    keep_graph: bool = True,
) -> Gradients:
    """Runs the engine once for each cotangent."""
    rows = [
        run_engine(roots, cotangent, inputs, create_graph)
        for cotangent in zip(*cotangents, strict=True)
    ]
    if not rows:
        zeros = [torch.zeros_like(root.detach()) for root in roots]
        gradients = run_engine(roots, zeros, inputs, create_graph)
        return [None if part is None else part.detach()[None][:0] for part in gradients]
    stacked: Gradients = []
    for column in zip(*rows, strict=True):
        parts = [part for part in column if part is not None]  # all of them, or none
        stacked.append(torch.stack(parts) if parts else None)
    return stacked


def _failing_operation(
    failure: Exception,
    roots: Sequence[torch.Tensor],
    cotangents: Sequence[torch.Tensor],
    inputs: Sequence[torch.Tensor],
) -> str:
    """The name of the operation whose gradient cannot be vectorized."""
    name: str | None = getattr(failure, "failing_operation", None)
    if name is not None:
        return name
    last = "an operation"

    def hook(node: Any) -> Any:
        def note(gradients: Any) -> None:
            nonlocal last
            last = node.name()

        return node.register_prehook(note)

    handles = [hook(node) for node in _nodes(roots)]
    try:
        _vectorized(roots, cotangents, inputs, False)
    except Exception:
        pass
    finally:
        for handle in handles:
            handle.remove()
    return last.removesuffix("0").removesuffix("Backward")


def _nodes(roots: Iterable[torch.Tensor]) -> set[Any]:
    seen: set[Any] = set()
    stack: list[Any] = [root.grad_fn for root in roots if root.grad_fn is not None]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            stack.extend(next_node for next_node, _ in node.next_functions if next_node is not None)
    return seen


class _Join(torch.autograd.Function):
    """The results of one function: a gradient of one of them is a gradient of all of them."""

    @staticmethod
    def forward(
        ctx: Any, leaf: torch.Tensor, target: torch.Tensor | None, *results: torch.Tensor
    ) -> Any:
        outputs = tuple(result.view_as(result) for result in results)
        ctx.mark_non_differentiable(
            *(o for o in outputs if not (o.is_floating_point() or o.is_complex()))
        )
        ctx.set_materialize_grads(False)
        link = leaf.new_zeros((), device=results[0].device if results else leaf.device)
        ctx.leaf = leaf
        ctx.meta = [_meta(result) for result in results]
        ctx.target = None if target is None else _meta(target)
        ctx.save_for_backward(link)
        return link, *outputs

    @staticmethod
    def backward(ctx: Any, of_link: Any, *cotangents: Any) -> Any:
        if of_link is None and all(cotangent is None for cotangent in cotangents):
            return (None,) * (2 + len(cotangents))  # all of them were cut off
        metas = [*ctx.meta, *([] if ctx.target is None else [ctx.target])]
        gradients = [
            torch.zeros(shape, dtype=dtype, device=device) if cotangent is None else cotangent
            for cotangent, (shape, dtype, device) in zip((*cotangents, None), metas, strict=False)
        ]
        if torch.is_grad_enabled():
            # TensorFlow's function itself computes what it saves for its gradient. Therefore the
            # second derivative by anything that the results depend on is zeros, and not None.
            (link,) = ctx.saved_tensors
            never = torch.zeros((), dtype=torch.bool, device=link.device)
            gradients = [
                torch.where(never.to(g.device), link.to(g.device, g.dtype), g) for g in gradients
            ]
            if len(gradients) > 1:
                gradients = join(gradients, link, None)
        by_target = None if ctx.target is None else gradients.pop()
        return None, by_target, *gradients


_apply_join: Callable[..., Any] = _Join.apply


def _meta(payload: torch.Tensor) -> tuple[torch.Size, torch.dtype, torch.device]:
    return payload.shape, payload.dtype, payload.device


def join(
    results: list[torch.Tensor], leaf: torch.Tensor, target: torch.Tensor | None
) -> list[torch.Tensor]:
    """`results` as the results of one operation, which also has `leaf` among its inputs.

    `target`, if there is one, is an input too, whose gradient is zeros.
    """
    joined: list[torch.Tensor]
    _, *joined = _apply_join(leaf, target, *results)
    return joined
