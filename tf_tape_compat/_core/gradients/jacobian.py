"""Jacobians: many gradients of one tape at once, one for each element of the target.

They go the way of `gradient`, with a batch of output gradients (batched_backward.py). What other
tapes see of it is TensorFlow's: it makes the jacobians inside of a function, so they are the
results of one operation, tracked together, and the gradient of one of them goes to all that any of
them depends on. Without `experimental_use_pfor` each gradient is taken by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from ... import nest
from ...errors import InvalidArgumentError
from ..op.op import op
from ..recording.payloads import without_graph
from ..recording.recorder import Recorder
from ..recording.tape_set import EMPTY, TapeSet, sequence_number, tape_set_of, thread
from ..tensor.tensor import STRING, EagerTensor, record
from ..types.dtype import FROM_TORCH
from ..variables.variable import Variable
from . import function_boundary
from .backward import note_results, trackers, users
from .batched_backward import join, row_gradients
from .tape_gradient import check_known, check_typed, payload_of, wants_zero, zeros

if TYPE_CHECKING:
    from .tape import GradientTape


@op("Reshape", "tensor")
def _reshape(tensor: Any, shape: tuple[int, ...]) -> Any:
    """The target as it is differentiated: recorded, as in TensorFlow."""
    return tensor.reshape(shape)


def jacobian(
    tape: GradientTape,
    target: Any,
    sources: Any,
    unconnected_gradients: Any,
    parallel_iterations: Any,
    use_pfor: bool,
) -> Any:
    """Answers for `tf.GradientTape.jacobian`."""
    tape._check_not_spent()
    flat_sources = nest.flatten(sources)
    static_shape = target.shape
    shape = tuple(static_shape)
    with tape._recording_on():
        flat = _reshape(target, (int(np.prod(shape)),))
    count = flat._t.shape[0]

    def seeds(begin: int, end: int) -> torch.Tensor:
        ones = flat._t.new_zeros((end - begin, count))
        ones.diagonal(begin).fill_(1)
        return ones

    def arrange(rows: Any, source: Any) -> Any:
        if not isinstance(target, (EagerTensor, Variable)):
            static_shape.concatenate(source.shape)  # what NumPy's shapes do not have
        return rows.reshape(shape + tuple(source.shape))

    if not use_pfor:
        _check_loop(tape, "jacobian with eager execution enabled and with ", parallel_iterations)
        if count == 0:
            return nest.pack_sequence_as(sources, _no_rows(shape, flat_sources))
    call = _Call(tape, flat, flat_sources, seeds, arrange, "jacobian")
    return nest.pack_sequence_as(
        sources, call.results(count, unconnected_gradients, parallel_iterations, use_pfor)
    )


def batch_jacobian(
    tape: GradientTape,
    target: Any,
    source: Any,
    unconnected_gradients: Any,
    parallel_iterations: Any,
    use_pfor: bool,
) -> Any:
    """Answers for `tf.GradientTape.batch_jacobian`."""
    tape._check_not_spent()
    _check_batches(target, source)
    batch, *_ = target_shape = tuple(target.shape)
    count = int(np.prod(target_shape)) // batch
    shape = target_shape + tuple(source.shape)[1:]
    with tape._recording_on():
        flat = _reshape(target, (batch, count))

    def seeds(begin: int, end: int) -> torch.Tensor:
        ones = flat._t.new_zeros((end - begin, 1, count))
        ones[:, 0].diagonal(begin).fill_(1)
        return ones.expand(end - begin, batch, count)

    def arrange(rows: torch.Tensor, source: Any) -> torch.Tensor:
        return rows.transpose(0, 1).reshape(shape)

    if not use_pfor:
        what = "batch_jacobian with eager execution enabled and  with "
        _check_loop(tape, what, parallel_iterations)
        if count == 0:
            return EagerTensor(torch.zeros(shape, device=flat._t.device))
    call = _Call(tape, flat, [source], seeds, arrange, "batch_jacobian")
    (result,) = call.results(count, unconnected_gradients, parallel_iterations, use_pfor)
    if result is None:  # where `jacobian` has None, whatever `unconnected_gradients` says
        result = EagerTensor(torch.zeros(shape, dtype=flat._t.dtype, device=flat._t.device))
    return result


@dataclass
class _Call:
    tape: GradientTape
    flat: EagerTensor
    sources: list[Any]
    seeds: Callable[[int, int], torch.Tensor]  # a range of the gradients -> their output gradients
    arrange: Callable[[Any, Any], Any]  # the gradients by a source, source -> the result
    name: str

    def results(
        self, count: int, unconnected: Any, parallel_iterations: Any, use_pfor: bool
    ) -> list[EagerTensor | None]:
        """The jacobian by each source, of `count` gradients."""
        if not use_pfor:
            return self._separately(count, unconnected)
        try:
            return self._together(count, unconnected, parallel_iterations)
        except ValueError as error:
            raise ValueError(
                f"Encountered an exception while vectorizing the {self.name} computation. "
                "Vectorization can be disabled by setting experimental_use_pfor to False."
            ) from error

    def _start(self, unconnected: Any) -> tuple[Recorder, bool]:
        recorder = self.tape._start()
        for source in self.sources:
            check_typed(source)
        for source in self.sources:
            check_known(source)
        return recorder, wants_zero(unconnected)

    def _separately(self, count: int, unconnected: Any) -> list[EagerTensor | None]:
        recorder, zero = self._start(unconnected)
        begin = sequence_number()
        rows = self._rows(recorder, 0, count, at_once=False)
        results: list[EagerTensor | None] = []
        known: dict[int, EagerTensor] = {}
        for source, found in zip(self.sources, rows, strict=True):
            recording = None
            if found is None:
                if not zero:
                    results.append(None)
                    continue
                found, recording = _zero_rows(source, count)
            self._check_type(found)
            payload = self.arrange(found, source)
            if recording is None:
                recording = trackers(payload, begin)
            known[id(payload)] = tensor = _tensor(recording, payload)
            results.append(tensor)
        if thread.active is not EMPTY:
            note_results(known, begin)
        return self._finished(recorder, results)

    def _finished(self, recorder: Recorder, results: list[Any]) -> list[EagerTensor | None]:
        if recorder.borders:
            function_boundary.complete(recorder, [self.flat], self.sources, results)
        self.tape._finish(recorder)
        return results

    def _rows(
        self, recorder: Recorder, first: int, last: int, at_once: bool
    ) -> list[torch.Tensor | None]:
        """A range of the gradients by each source, stacked."""
        if recorder not in self.flat._tapes.tapes:
            return [None] * len(self.sources)
        seeds = self.seeds(first, last)
        rows = row_gradients(recorder, self.flat._t, self.sources, seeds, at_once)
        if recorder.borders and any(part is None for part in rows):
            between = function_boundary.connected(recorder, self.flat, self.sources)
            for position, (source, crossed) in enumerate(zip(self.sources, between, strict=True)):
                if crossed and rows[position] is None:
                    rows[position] = torch.zeros_like(payload_of(source)).expand(
                        last - first, *source.shape
                    )
        return rows

    def _check_type(self, rows: Any) -> None:
        """Refuses what TensorFlow's loop cannot collect."""
        wanted, got = FROM_TORCH.get(self.flat._t.dtype), FROM_TORCH.get(rows.dtype)
        if got is not wanted:
            raise InvalidArgumentError(
                None,
                None,
                f"TensorArray dtype is {(wanted or STRING).name} but Op is trying to write dtype "
                f"{(got or STRING).name} ",
            )

    def _together(
        self, count: int, unconnected: Any, parallel_iterations: Any
    ) -> list[EagerTensor | None]:
        recorder, zero = self._start(unconnected)
        begin = sequence_number()
        try:
            ranges = _ranges(count, parallel_iterations)
        except (TypeError, ValueError):
            self.tape._finish(recorder)
            raise
        whole: list[list[torch.Tensor | None]] = []
        for first, last in ranges:
            if not whole or recorder.persistent:
                whole.append(self._rows(recorder, first, last, at_once=True))
            elif self.name == "batch_jacobian":
                self.tape._finish(recorder)
                raise RuntimeError(
                    "GradientTape must be created with persistent=True to compute the "
                    "batch_jacobian with parallel_iterations."
                )
            else:  # TensorFlow asks a new tape, which knows nothing of the target
                whole.append([None] * len(self.sources))
        # Whoever tracks something that goes in: the target, what its gradients are made from.
        tracking = self.flat._tapes.tapes
        if recorder in tracking and not thread.active.tapes <= tracking:
            tracking |= users(recorder, self.flat._t)
        results: list[Any] = []
        for source, *parts in zip(self.sources, *whole, strict=True):
            for position, (first, last) in enumerate(ranges):
                if zero and parts[position] is None:
                    parts[position], recording = _zero_rows(source, last - first)
                    tracking |= recording.tapes
            if all(part is not None for part in parts):
                rows = parts[0] if len(parts) == 1 else torch.cat(parts)
                results.append(self.arrange(rows, source))
            elif len(parts) == 1:
                results.append(None)
            else:
                self.tape._finish(recorder)
                raise ValueError("None values not supported.")
        # A loop over several ranges has the target itself among its inputs.
        looped = self.flat._t if len(ranges) > 1 else None
        return self._finished(recorder, _joined(results, looped, tracking, begin))


def _joined(
    results: list[Any], target: torch.Tensor | None, tracking: frozenset[Recorder], begin: int
) -> list[EagerTensor | None]:
    """Results that are tracked together, by `tracking` and by all that track one of them."""
    active = thread.active
    if active is EMPTY:
        return [None if result is None else _tensor(EMPTY, result) for result in results]
    for result in results:
        if isinstance(result, torch.Tensor) and result.requires_grad:
            tracking |= trackers(result, begin).tapes
    tracking = frozenset(tape for tape in tracking & active.tapes if not tape.forward)
    recording = tape_set_of(tracking)
    if tracking:
        # All that a recorder tracks comes from something where its tracking begins.
        leaf = torch.zeros((), requires_grad=True)
        for tape in tracking:
            tape.begin_at_leaf(leaf)
        joined = iter(join([r for r in results if isinstance(r, torch.Tensor)], leaf, target))
        results = [next(joined) if isinstance(r, torch.Tensor) else r for r in results]
    known: dict[int, EagerTensor] = {}
    tensors: list[EagerTensor | None] = []
    for result in results:
        tensors.append(None if result is None else _tensor(recording, result))
        if isinstance(result, torch.Tensor):
            known[id(result)] = tensors[-1]  # type: ignore[assignment]
            if type(active) is not TapeSet:
                trackers(result, begin)  # tells the accumulators what to push forward
    note_results(known, begin)
    return tensors


def _tensor(recording: TapeSet, payload: Any) -> EagerTensor:
    if recording is EMPTY and isinstance(payload, torch.Tensor):
        payload = without_graph(payload)
    return record(recording, payload)


def _zero_rows(source: Any, count: int) -> tuple[Any, TapeSet]:
    """Zeros for a source that the target does not depend on, and who records them."""
    row = zeros(source)
    if row is None:
        return np.full((count, *source.shape), b"", object), EMPTY
    return row._t.detach().expand(count, *row._t.shape), row._tapes


def _no_rows(shape: tuple[int, ...], sources: list[Any]) -> list[EagerTensor]:
    """What TensorFlow's loop over nothing makes, if it fits."""
    for source in sources:
        if tuple(source.shape):
            raise ValueError(
                f"Tensor's shape {shape} is not compatible with supplied shape "
                f"{shape + tuple(source.shape)}."
            )
    return [EagerTensor(torch.zeros(shape)) for _ in sources]


def _check_loop(tape: GradientTape, what: str, parallel_iterations: Any) -> None:
    """Refuses what cannot be asked for without `experimental_use_pfor`."""
    if not tape._persistent:
        raise RuntimeError(
            f"GradientTape must be created with persistent=True to compute the {what}"
            "experimental_use_pfor set to False."
        )
    if parallel_iterations is not None and parallel_iterations < 1:
        raise TypeError("'parallel_iterations' must be a positive integer.")


def _check_batches(target: Any, source: Any) -> None:
    """Refuses a target and source that do not have one batch in common."""
    first, shape, other = target.shape.dims[0], target.shape, source.shape
    shape.with_rank_at_least(2)
    other.with_rank_at_least(2)
    if not first.is_compatible_with(other[0]):
        raise ValueError(
            f"Need first dimension of target shape ({shape}) and source shape ({other}) to match."
        )


def _ranges(count: int, parallel_iterations: Any) -> list[tuple[int, int]]:
    """The gradients that are computed at once: what does not divide comes first."""
    if parallel_iterations is None:
        return [(0, count)]
    if parallel_iterations < 2:
        raise ValueError(
            f"parallel_iterations must be None or at least 2, got {parallel_iterations}. "
            "experimental_use_pfor=False computes one gradient at a time."
        )
    if count < parallel_iterations:
        return [(0, count)]
    if not isinstance(parallel_iterations, (int, np.integer)):
        raise TypeError(f"parallel_iterations must be an integer, got {parallel_iterations!r}.")
    rest = count % int(parallel_iterations)
    starts = range(rest, count, parallel_iterations)
    return [(0, rest), *((start, start + parallel_iterations) for start in starts)]
