"""Gradients that torch's engine does not carry: slices, and those of another shape.

The engine wants of each gradient the shape and the type of what it is the gradient by. TensorFlow
hands on whatever a gradient function returns: `tf.IndexedSlices`, or from `tf.custom_gradient` a
tensor of any shape, a number, an array. Such a gradient is a parcel here. A backward function
offers it, gives nothing to the engine in its place, and the parcel goes down the graph by itself:

- Slices pass through few operations (`_SLICES_PASS`), the ones through which TensorFlow's do. Where
  all ways end at leaves they are delivered, to those that are sources; where one of them does not,
  the gradient function gives the engine the dense gradient.
- Anything else goes through every operation, by calling torch's node directly.
- Either waits at an operation of `tf.custom_gradient`, whose gradient function gets it as it is.
"""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import torch

from ...errors import InvalidArgumentError
from ..tensor.convert import to_tensor
from ..tensor.tensor import EagerTensor
from ..types.dtype import as_dtype

OWN = object()  # as the dense shape of slices: that of the tensor that they are the gradient by


class Slices(NamedTuple):
    """The parts of `tf.IndexedSlices`; the shape may be `OWN`."""

    indices: torch.Tensor
    values: torch.Tensor
    shape: Any = OWN


class _Seen:
    """What this process has met so far; work that only such operations need is left out before."""

    gathers = False  # an operation whose gradient may be a parcel


def slices_may_come() -> None:
    """To be called where an operation is recorded that may offer parcels."""
    _Seen.gathers = True


def expected() -> bool:
    """Whether parcels may be offered in this process."""
    return _Seen.gathers


class Call(threading.local):
    """What the gradient call running on this thread wants to know from backward functions."""

    # By id of a source's torch tensor, the parcels delivered to it; None: no call, or no parcels.
    wanted: dict[int, list[Any]] | None = None
    inputs: list[torch.Tensor] = []
    shut: frozenset[Any] = frozenset()  # nodes that the recorder did not record
    # The number of the first node that the call makes; None: who records tracks all of it.
    begin: int | None = None
    constants = False  # whether constant gradients are to be told apart
    watched: Callable[[torch.Tensor], bool]  # whether the recorder watches a leaf
    held: dict[Any, dict[int, list[Any]]]  # custom node -> output number -> parcels
    # By key of a source that no gradient flows to in torch's graph, what came for it.
    others: dict[int, list[Any]]

    def state(self) -> dict[str, Any]:
        """What to restore with `vars(call).update` after another call."""
        return dict(vars(self)) or {"wanted": None}

    @contextmanager
    def within(self, **values: Any) -> Iterator[None]:
        """Has these values inside of the context."""
        before = {name: getattr(self, name) for name in values}
        vars(self).update(values)
        try:
            yield
        finally:
            vars(self).update(before)


call = Call()

CUSTOM = "_CustomBackward"


# -- slices ---------------------------------------------------------------------------------------

_Edge = tuple[Any, int, Slices]


def _as_it_is(node: Any, slices: Slices) -> list[_Edge]:
    return [(*node.next_functions[0], slices)]


def _negative(node: Any, slices: Slices) -> list[_Edge]:
    return [(*node.next_functions[0], slices._replace(values=-slices.values))]


def _cast(node: Any, slices: Slices) -> list[_Edge]:
    below, number = node.next_functions[0]
    values, dtype = slices.values, _place(below, number)[1]
    if values.is_complex() and not dtype.is_complex:
        values = values.real
    return [(below, number, slices._replace(values=values.to(dtype)))]


def _sum(node: Any, slices: Slices) -> list[_Edge] | None:
    """Through `x + number` and `x - number` to x; through `tf.add_n` to all."""
    first, second = node.next_functions
    if node.metadata.get("AddN"):
        return [(*edge, slices) for edge in (first, second) if edge[0] is not None]
    if second[0] is not None:
        leaf = getattr(second[0], "variable", None)
        if leaf is None or leaf.ndim or call.watched(leaf):
            return None
    return [(*first, slices)] if first[0] is not None else None


def _concatenation(node: Any, slices: Slices) -> list[_Edge] | None:
    if any(below is None for below, _ in node.next_functions):
        return None  # of a size that is not known
    shapes = [_place(*edge)[0] for edge in node.next_functions]
    axis = node._saved_dim
    axis -= 2**64 if axis >= 2**63 else 0
    axis += len(shapes[0]) if axis < 0 else 0
    edges = []
    start = 0
    for (below, number), shape in zip(node.next_functions, shapes, strict=True):
        indices, values = slices.indices, slices.values
        if axis:
            values = values.narrow(axis, start, shape[axis])
        else:
            own = ((indices >= start) & (indices < start + shape[0])).nonzero().squeeze(1)
            indices, values = indices[own] - start, values[own]
        edges.append((below, number, Slices(indices, values)))
        start += shape[axis]
    return edges


# How slices pass through an operation: what arrives at which of its inputs; None if they do not.
_SLICES_PASS: dict[str, Callable[[Any, Slices], list[_Edge] | None]] = {
    "AliasBackward0": _as_it_is,
    "ToCopyBackward0": _cast,
    "NegBackward0": _negative,
    "AddBackward0": _sum,
    "SubBackward0": _sum,
    "CatBackward0": _concatenation,
}


def _place(node: Any, number: int) -> tuple[torch.Size, torch.dtype]:
    """The shape and type of the tensor that an edge stands for."""
    leaf = getattr(node, "variable", None)
    meta = leaf if leaf is not None else node._input_metadata[number]
    return meta.shape, meta.dtype


def offer_slices(payload: torch.Tensor, slices: Slices) -> bool:
    """Offers a gradient by `payload` in slices to the gradient call running.

    True if it was taken, and then nothing more may flow to `payload` from there.
    """
    if call.wanted is None or torch._C._are_functorch_transforms_active():
        return False  # vmap batches gradients as the engine carries them
    node = payload.grad_fn
    if node is None:
        _deliver(payload, slices)
        return True
    found: list[tuple[list[Any], Any]] = []
    complete = _routed(node, payload.output_nr, slices, found)
    for place, parcel in found:
        place.append(parcel)
    # If not complete: what the last of these sources was computed from gets it after the run.
    return complete or bool(found)


def _routed(node: Any, number: int, slices: Slices, found: list[tuple[list[Any], Any]]) -> bool:
    """Finds the places that slices go to. False if a way ends where they do not pass.

    The places found are then those in front of it, up to where the ways part.
    """
    wanted = call.wanted
    assert wanted is not None
    leaf = getattr(node, "variable", None)
    if leaf is not None:
        if id(leaf) in wanted:
            found.append((wanted[id(leaf)], slices))
        return True
    found += [(wanted[id(source)], slices) for source in _sources_at(node, number)]
    if node in call.shut:
        return True
    if node.name() == CUSTOM:
        found.append((held_at(node, number), slices))
        return True
    step = _SLICES_PASS.get(node.name())
    edges = None if step is None else step(node, slices)
    if edges is None:
        return False
    before = len(found)
    complete = all(_routed(*edge, found) for edge in edges)
    if not complete and len(edges) > 1:
        del found[before:]
    return complete


def _sources_at(node: Any, number: int) -> list[torch.Tensor]:
    sources = {id(x): x for x in call.inputs if x.grad_fn is node and x.output_nr == number}
    return list(sources.values())


def held_at(node: Any, number: int) -> list[Any]:
    """The parcels that wait at an output of a custom gradient's operation."""
    return call.held.setdefault(node, {}).setdefault(number, [])


def dense(slices: Slices, shape: torch.Size) -> torch.Tensor:
    """The dense gradient, of the tensor's shape. Raises ValueError if the slices have none."""
    if slices.shape is None:
        raise ValueError(
            "Tensor conversion requested for IndexedSlices without dense_shape, of indices "
            f"{slices.indices.tolist()}"
        )
    values = slices.values
    return values.new_zeros(shape).index_add(0, slices.indices.long(), values)


Run = Callable[[Any, torch.Tensor, list[torch.Tensor]], list[Any]]


def run_held(run: Run, gradients: list[torch.Tensor | None]) -> None:
    """Calls the gradient functions at which parcels wait that the engine did not come to."""
    while True:
        nodes = [node for node, places in call.held.items() if any(places.values())]
        if not nodes:
            return
        node = max(nodes, key=lambda node: node._sequence_nr())
        for (below, number), result in _apply(node, [None] * len(node._input_metadata)):
            leaf = getattr(below, "variable", None)
            if result is None or below is None:
                continue
            if leaf is not None:
                _deliver(leaf, result)
                continue
            edge = torch.autograd.graph.GradientEdge(below, number)
            _add(gradients, call.inputs, run(edge, result, call.inputs))


def _add(gradients: list[torch.Tensor | None], inputs: list[torch.Tensor], more: list[Any]) -> None:
    """Adds what another run found for `inputs` to the gradients."""
    found = dict(zip(map(id, inputs), more, strict=True))
    for position, payload in enumerate(call.inputs):
        extra = found.get(id(payload))
        if extra is not None:
            known = gradients[position]
            gradients[position] = extra if known is None else known + extra


def forward_slices(
    run: Run,
    gradients: list[torch.Tensor | None],
) -> None:
    """Sends slices that a source took on to what that source was computed from.

    `offer_slices` kept them back, since a source gets slices only as long as nobody adds them up.
    `run` takes root, its gradient and inputs, and returns the gradients by the inputs.
    """
    wanted = call.wanted
    assert wanted is not None
    sources = {id(x): x for x in call.inputs if x.grad_fn is not None}
    passed = dict.fromkeys(sources, 0)
    while True:
        for key, source in sources.items():
            new = wanted[key][passed[key] :]
            passed[key] = len(wanted[key])
            new = [x for x in new if type(x) is Slices and _ends_at(source, x)]
            others = [x for x in call.inputs if x is not source]
            if new and others:
                seed = torch.stack([dense(x, source.shape) for x in new]).sum(0)
                _add(gradients, others, run(source, seed, others))
                break
        else:
            return


def _ends_at(source: torch.Tensor, slices: Slices) -> bool:
    """Whether `offer_slices` brought slices to a source, and no further."""
    found: list[tuple[list[Any], Any]] = []
    complete = _routed(source.grad_fn, source.output_nr, slices, found)
    return not complete and len(found) == 1


# -- other shapes and types -----------------------------------------------------------------------


def offer_other(payload: torch.Tensor, gradient: Any) -> None:
    """Hands a gradient by `payload` that is not of its shape or type to the gradient call running.

    Raises InvalidArgumentError where an operation on its way cannot take it.
    """
    if call.wanted is None:
        raise _refusal("a jacobian takes no gradient of another shape or type than its input")
    if payload.grad_fn is None:
        _deliver(payload, gradient)
        return
    # From the last operation to the first, so that each has all that comes before it is called.
    order = itertools.count()
    waiting: dict[Any, dict[int, list[Any]]] = {}
    heap: list[tuple[int, int, Any]] = []

    def send(node: Any, number: int, parcel: Any) -> None:
        leaf = getattr(node, "variable", None)
        if leaf is not None:
            _deliver(leaf, parcel)
            return
        for source in _sources_at(node, number):
            _deliver(source, parcel)
        if node in call.shut:
            return
        if node.name() == CUSTOM:
            held_at(node, number).append(parcel)
            return
        if node not in waiting:
            waiting[node] = {}
            heapq.heappush(heap, (-node._sequence_nr(), next(order), node))
        waiting[node].setdefault(number, []).append(parcel)

    send(payload.grad_fn, payload.output_nr, gradient)
    while heap:
        node = heapq.heappop(heap)[2]
        arrived = waiting.pop(node)
        if node.name() == "AliasBackward0":
            (parcels,) = arrived.values()
            below, number = node.next_functions[0]
            for parcel in parcels:
                send(below, number, parcel)
            continue
        given: list[Any] = [None] * len(node._input_metadata)
        for number, parcels in arrived.items():
            given[number] = _payload(node, number, parcels)
        for (below, number), result in _apply(node, given):
            if below is not None and result is not None:
                send(below, number, result)


def _deliver(source: torch.Tensor, parcel: Any) -> None:
    assert call.wanted is not None
    place = call.wanted.get(id(source))
    if place is not None:
        place.append(parcel)


def _payload(node: Any, number: int, parcels: list[Any]) -> torch.Tensor:
    """Parcels added up, as the gradient that a torch node takes."""
    dtype = node._input_metadata[number].dtype
    total: Any = combined([], parcels, node._input_metadata[number].shape)
    if type(total) is Slices:
        total = dense(total, node._input_metadata[number].shape)
    elif not isinstance(total, torch.Tensor):
        total = to_tensor(total, as_dtype(dtype))._t
    if total.dtype != dtype:
        raise _refusal(f"a gradient of type {total.dtype} where {dtype} is wanted")
    return total


def _apply(node: Any, given: list[Any]) -> Iterable[tuple[tuple[Any, int], Any]]:
    """Calls a torch node: its edges, each with the gradient that goes there."""
    written_in_python = not callable(node)
    try:
        results = node.apply(*given) if written_in_python else node(*given)
    except RuntimeError as error:
        raise _refusal(str(error)) from None
    if not isinstance(results, tuple):
        results = (results,)
    edges = node.next_functions
    if node.name() == CUSTOM:  # its arguments that are no tensors come first, others' last
        results = results[len(results) - len(edges) :]
    return zip(edges, results, strict=False)


def _refusal(message: str) -> InvalidArgumentError:
    return InvalidArgumentError(None, None, f"custom_gradient: {message}")


# -- sums -----------------------------------------------------------------------------------------


def combined(parts: list[torch.Tensor], parcels: list[Any], shape: torch.Size) -> Any:
    """The sum of dense gradients and parcels: a torch tensor, slices, or a parcel as it is.

    Raises AssertionError if something else than tensors is to be added, InvalidArgumentError for
    tensors of several shapes.
    """
    if not parts and len(parcels) == 1:
        return parcels[0]
    if not parts and all(type(parcel) is Slices for parcel in parcels):
        own = any(parcel.shape is OWN for parcel in parcels)
        return Slices(
            torch.cat([parcel.indices for parcel in parcels]),
            torch.cat([parcel.values for parcel in parcels]),
            OWN if own else parcels[0].shape,
        )
    parts = list(parts)
    for parcel in parcels:
        if type(parcel) is Slices:
            parcel = dense(parcel, shape)
        elif isinstance(parcel, EagerTensor):
            parcel = parcel._t
        if not isinstance(parcel, torch.Tensor):
            raise AssertionError(f"a gradient that is no tensor is to be added: {parcel!r}")
        parts.append(parcel)
    total = parts[0]
    for part in parts[1:]:
        if part.shape != total.shape or part.dtype != total.dtype:
            raise _refusal(
                f"gradients of shapes {tuple(total.shape)} and {tuple(part.shape)}, types "
                f"{total.dtype} and {part.dtype} are to be added"
            )
        total = total + part
    return total
