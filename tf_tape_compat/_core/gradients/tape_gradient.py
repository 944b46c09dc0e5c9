"""The gradients of targets by sources, as users name them: out of tensors and back into tensors."""

from __future__ import annotations

import enum
from typing import Any

import torch
from torch._C import _functorch

from ...errors import InvalidArgumentError
from ..op.op import op
from ..recording import payloads
from ..recording.payloads import in_graph, without_graph
from ..recording.recorder import Recorder
from ..recording.tape_set import EMPTY, TRAINABLE, sequence_number, thread
from ..tensor.tensor import EagerTensor, TrackedTensor
from ..variables.handle import Handle
from ..variables.indexed_slices import make as make_slices
from ..variables.sparse_tensor import SparseTensor
from ..variables.variable import Variable, key_of
from .backward import compute, is_plain, note_results, run_backward, trackers
from .sparse_cotangents import OWN, Slices, combined

CONVERT_ONCE = (
    " A torch.Tensor has no identity that a tape could follow: convert it once with "
    "tf.convert_to_tensor, and use and watch the result."
)


class UnconnectedGradients(enum.Enum):
    """What a source that a target does not depend on gets; answers for the `tf` enum."""

    NONE = "none"
    ZERO = "zero"


def check_typed(item: Any) -> None:
    """Raises what TensorFlow raises for a target or source without an element type."""
    if item is None or isinstance(item, str):
        raise TypeError(
            f"Cannot convert the argument `type_value`: {item!r} to a TensorFlow DType."
        )
    if not hasattr(item, "dtype") and not isinstance(item, Handle):
        raise AttributeError(f"{type(item).__name__!r} object has no attribute 'dtype'")


def check_known(item: Any) -> None:
    """Raises what TensorFlow raises for a target or source that a tape cannot know."""
    if isinstance(item, SparseTensor) or any(hasattr(type(item), name) for name in _WITHOUT):
        raise ValueError(
            f"Type {type(item).__name__} is not supported as a gradient source or gradient target."
        )
    if not isinstance(item, (EagerTensor, Variable, Handle)):
        kind = type(item)
        hint = CONVERT_ONCE if isinstance(item, torch.Tensor) else ""
        raise AttributeError(
            f"'{kind.__module__}.{kind.__name__}' object has no attribute '_id'{hint}"
        )


# What classes have whose values are no source or target as a whole: extension types, operators.
_WITHOUT = ("_tf_extension_type_fields", "_composite_tensor_fields")


def gradient_parts(item: Any) -> list[Any]:
    """What of a target or source has a gradient: of what is made of tensors, some of them."""
    return item._gradient_parts() if hasattr(type(item), "_gradient_parts") else [item]


def source_parts(item: Any) -> list[Any]:
    """As `gradient_parts`. Raises AttributeError for a source that is made of variables."""
    parts = gradient_parts(item)
    if any(part is not item and isinstance(part, Variable) for part in parts):
        raise AttributeError(
            f"'ResourceVariable' object has no attribute '_id': the {type(item).__name__} is made "
            "of a variable; ask for the gradient by that instead"
        )
    return parts


def as_gradients(items: list[Any], results: list[Any]) -> list[Any]:
    """The gradients of the parts of each as those of the whole."""
    remaining = iter(results)
    return [
        item._with_gradients([next(remaining) for _ in item._gradient_parts()])
        if hasattr(type(item), "_with_gradients")
        else next(remaining)
        for item in items
    ]


def wants_zero(unconnected_gradients: Any) -> bool:
    try:
        return UnconnectedGradients(unconnected_gradients) is UnconnectedGradients.ZERO
    except ValueError:
        raise ValueError(
            f"Unknown value for unconnected_gradients: {unconnected_gradients!r}"
        ) from None


@op("ZerosLike", "x", torch.zeros_like, nondifferentiable=True)
def _zeros_like(x: Any) -> Any:
    """What a source gets that no target depends on: recorded, as in TensorFlow."""


def zeros(source: Any) -> Any:
    payload = payload_of(source)
    if not isinstance(payload, torch.Tensor):
        return None
    return _zeros_like(EagerTensor(payload) if isinstance(source, Handle) else source)


def payload_of(item: Any) -> Any:
    """The payload of a tensor, variable or handle."""
    if isinstance(item, EagerTensor):
        return item._t
    return item.data if isinstance(item, Handle) else item._handle.data


def _ones(payload: torch.Tensor, own: bool) -> torch.Tensor:
    """Ones like `payload`; with `own`, an object that nobody else has."""
    if payload.is_cpu and not payload.shape and type(payload) is torch.Tensor:
        found = _SCALAR_ONES.get(payload.dtype)
        if found is None:
            found = torch.ones((), dtype=payload.dtype)
            if type(found) is torch.Tensor:
                _SCALAR_ONES[payload.dtype] = found
        return found.detach() if own else found
    return torch.ones_like(payload.detach())


_SCALAR_ONES: dict[torch.dtype, torch.Tensor] = {}


def simple_gradients(
    tape: Recorder, targets: list[Any], sources: list[Any], weights: list[Any] | None
) -> list[Any] | None:
    """The gradients of tensors by distinct variables that were read once, or by watched tensors.

    None if it is not so. That is what training asks for at each step, and the shortest way to it.
    """
    roots = []
    for target in targets:
        if type(target) is not TrackedTensor or tape not in target._tapes.tapes:
            return None
        roots.append(target._t)
    leaves = tape.leaves
    inputs = []
    for source in sources:
        kind = type(source)
        if kind is Variable:
            found = leaves.get(id(source._handle))
            if found is None or len(found) != 1:
                return None
            inputs.append(found[0])
        elif kind is TrackedTensor and tape in source._tapes.tapes:
            payload = source._t
            if source._leaf is not payload:
                return None
            inputs.append(payload)
        else:
            return None
    if not inputs or (len(inputs) > 1 and len(set(map(id, inputs))) != len(inputs)):
        return None
    known: dict[int, EagerTensor] = {}
    if weights is None:
        several = len(roots) > 1
        seeds = [_ones(root, several) for root in roots]
    else:
        found = _given_seeds(roots, weights, known)
        if found is None:
            return None
        seeds = found
    keep = tape.persistent or tape.shared or bool(tape.borders)
    if thread.active is EMPTY and is_plain(tape) and roots[0].is_cpu:
        results: list[Any] = list(run_backward(roots, seeds, inputs, keep))
        for position, gradient in enumerate(results):
            if gradient is not None:
                tensor = known.get(id(gradient)) if known else None
                results[position] = EagerTensor(gradient) if tensor is None else tensor
        return results
    parts, parcels, begin = compute(tape, roots, seeds, inputs, keep)
    results = []
    for leaf, gradient in zip(inputs, parts, strict=True):
        came = parcels.get(id(leaf)) if parcels else None
        if came:
            dense = [] if gradient is None else [gradient]
            source = sources[len(results)]
            results.append(_combine(dense, came, source, known, begin))
        else:
            results.append(None if gradient is None else _result(gradient, known, begin))
    if thread.active is not EMPTY:
        note_results(known, begin)
    return results


def _given_seeds(
    roots: list[torch.Tensor], weights: list[Any], known: dict[int, EagerTensor]
) -> list[torch.Tensor] | None:
    """The payloads of output gradients that fit and that nobody tracks; None if it is not so."""
    if len(weights) != len(roots):
        return None
    seeds = []
    for root, weight in zip(roots, weights, strict=True):
        if type(weight) is not EagerTensor:
            return None
        seed = weight._t
        if seed.dtype is not root.dtype or seed.shape != root.shape:
            return None
        known[id(seed)] = weight
        seeds.append(seed)
    return seeds


def gradients(
    tape: Recorder, targets: list[Any], sources: list[Any], weights: list[EagerTensor | None]
) -> list[Any]:
    """The gradient by each source: a tensor, slices, or None."""
    roots: list[torch.Tensor] = []
    seeds: list[torch.Tensor] = []
    # By `key_of`, the seeds of targets that the tape does not know: they count as sources only.
    direct: dict[int, list[torch.Tensor]] = {}
    # Results that are an argument's own torch tensor are that argument, as in TensorFlow.
    known: dict[int, EagerTensor] = {}
    held: list[tuple[Any, int, Any]] = []  # for targets that are results of custom gradients only
    others: dict[int, list[Any]] = {}  # by `key_of`, gradients of sources likewise
    done: dict[int, Any] = {}  # by `key_of`, so that a repeated source gets the same object
    several = len(targets) > 1
    for position, target in enumerate(targets):
        payload = payload_of(target)
        if not isinstance(payload, torch.Tensor):
            continue
        whole = tape.whole.get(id(target)) if tape.whole else None
        if whole is not None and whole[0]() is target:
            weight = weights[position] if position < len(weights) else None
            if weight is None:
                weight = EagerTensor(torch.ones_like(payload))
            held.append((*whole[1:], weight))
            continue
        tracked = isinstance(target, EagerTensor) and tape in target._tapes.tapes
        if position >= len(weights):
            seed = _ones(payload, several)
        elif (weight := weights[position]) is None:
            if tracked and payload.grad_fn is not None:
                raise ValueError(
                    "Attempt to convert a value (None) with an unsupported type "
                    "(<class 'NoneType'>) to a Tensor. (output_gradients has None for a target: "
                    "leave that target out)"
                )
            continue
        else:
            seed = _seed(weight)
            known[id(seed)] = weight
        if tracked:
            if seed.shape != payload.shape or seed.dtype != payload.dtype:
                _refuse_seed(payload, seed)
            roots.append(payload)
            seeds.append(seed)
        else:
            direct.setdefault(key_of(target), []).append(seed)
    inputs: list[torch.Tensor] = []
    counts: list[int] = []  # how many of the inputs stand for each source
    if roots or held:
        counts = add_inputs(tape, sources, inputs)
        if tape.customs:
            others = {key_of(source): [] for source in sources if _is_whole(tape, source)}
    if not inputs and not ((roots or held) and tape.customs):
        if not direct:
            return [None] * len(sources)
        begin = sequence_number()
        for source in sources:
            key = key_of(source)
            if key not in done:
                done[key] = _combine(direct.get(key, []), [], source, known, begin)
        if thread.active is not EMPTY:
            note_results(known, begin)
        return [done[key_of(source)] for source in sources]
    keep = tape.persistent or tape.shared or bool(tape.borders)
    parts, parcels, begin = compute(tape, roots, seeds, inputs, keep, others, held)
    results: list[Any] = []
    start = 0
    for source, count in zip(sources, counts, strict=True):
        own = range(start, start + count)
        dense = [g for i in own if (g := parts[i]) is not None]
        came = [parcel for i in own for parcel in parcels.get(id(inputs[i]), ())]
        came += others.get(key_of(source), ())
        if (dense or came) and key_of(source) not in others and is_foreign(tape, source):
            results.append(None)  # the 1 of a target that is itself the source included
        else:
            key = key_of(source)
            if key not in done:
                dense += direct.get(key, [])
                done[key] = _combine(dense, came, source, known, begin)
            results.append(done[key])
        start += count
    if thread.active is not EMPTY:
        note_results(known, begin)
    return results


def is_foreign(tape: Recorder, source: Any) -> bool:
    """Whether `source` is a tensor that the tape does not know: what reaches it is thrown away."""
    return isinstance(source, EagerTensor) and tape not in source._tapes.tapes


def add_inputs(tape: Recorder, sources: list[Any], inputs: list[torch.Tensor]) -> list[int]:
    """Adds the torch tensors that stand for `sources` in the graph; returns how many for each."""
    counts = []
    for source in sources:
        before = len(inputs)
        if isinstance(source, EagerTensor):
            _add_aliases(source, inputs)
        else:
            inputs += tape.leaves.get(key_of(source), ())
        counts.append(len(inputs) - before)
    return counts


def _is_whole(tape: Recorder, source: Any) -> bool:
    """Whether the tape knows a source of a type that only tf.custom_gradient has gradients by."""
    payload = payload_of(source)
    if not isinstance(payload, torch.Tensor) or payload.dtype in TRAINABLE:
        return False
    if isinstance(source, EagerTensor):
        return tape.watches_leaf(payload)
    return key_of(source) in tape.variables


def _add_aliases(source: EagerTensor, inputs: list[torch.Tensor]) -> None:
    """Adds the torch tensors that stand for `source` in the graph."""
    payload = source._t
    if not isinstance(payload, torch.Tensor):
        return
    if payload.requires_grad:
        inputs.append(payload)
    elif (
        source._tapes is not EMPTY
        and thread.vmap_scope is None
        and _functorch.is_batchedtensor(payload)
    ):
        raise NotImplementedError("a gradient by the gradients of a batch")  # one by one, then
    leaf = source._leaf
    if leaf is not None and leaf is not payload:
        inputs.append(leaf)


def _seed(weight: EagerTensor) -> torch.Tensor:
    """The payload of an output gradient, with its graph where that concerns an active tape."""
    active = thread.active
    own = weight._tapes.tapes & active.tapes
    if not own:
        return payloads.untracked_payload(weight)
    for tape in active.tapes - own:
        tape.crossed = True
    return weight._t


def _refuse_seed(payload: torch.Tensor, seed: torch.Tensor) -> None:
    raise InvalidArgumentError(
        None,
        None,
        f"output_gradients: got a tensor of shape {list(seed.shape)} and type {seed.dtype} for a "
        f"target of shape {list(payload.shape)} and type {payload.dtype}.",
    )


def _combine(
    dense_parts: list[torch.Tensor],
    parcels: list[Any],
    source: Any,
    known: dict[int, EagerTensor],
    begin: int,
) -> Any:
    if not dense_parts and not parcels:
        return None
    shape = payload_of(source).shape
    total = combined(dense_parts, parcels, shape)
    if type(total) is Slices:
        values = _result(total.values, known, begin)
        return make_slices(values, total.indices, shape if total.shape is OWN else total.shape)
    return _result(total, known, begin) if isinstance(total, torch.Tensor) else total


def _result(gradient: torch.Tensor, known: dict[int, EagerTensor], begin: int) -> EagerTensor:
    """A gradient as a tensor; the same tensor for the same gradient."""
    found = known.get(id(gradient))
    if found is not None:
        return found
    tracked = in_graph(gradient)
    recording = trackers(gradient, begin) if tracked else EMPTY
    tensor: EagerTensor
    if recording is EMPTY:
        tensor = EagerTensor(without_graph(gradient) if tracked else gradient)
    else:
        tensor = TrackedTensor(gradient, recording)
        recording.add(tensor)
    known[id(gradient)] = tensor
    return tensor
