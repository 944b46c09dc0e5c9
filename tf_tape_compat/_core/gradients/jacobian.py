"""Jacobians: many gradients of one tape at once, one for each element of the target.

They are computed like other gradients, with a batch of cotangents (batched_backward.py). To other
tapes the results are those of one operation, as in TensorFlow, which computes Jacobians inside a
function. They are tracked together, and the gradient of one of them goes to everything that
any of them depends on. Without `experimental_use_pfor` each gradient is computed on its own.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch

from ... import nest
from ...errors import InvalidArgumentError
from ..recording.payloads import without_graph
from ..recording.recorder import Recorder
from ..recording.tape_set import EMPTY, TapeSet, sequence_number, tape_set_of, thread
from ..tensor.convert import as_operand
from ..tensor.tensor import STRING, EagerTensor, record
from ..tensor.unnamed_op import apply_torch
from ..types.dtype import FROM_TORCH
from ..variables.variable import Variable
from .batched_backward import batched_gradients, join
from .function_boundary import connect_zeros, has_call_between
from .gradient_operands import (
    check_differentiable,
    check_has_dtype,
    payload_of,
    variables_behind,
    wants_zeros,
    zeros,
)
from .gradient_tracking import note_gradients, trackers, users
from .torch_operands import with_torch_operands


class Tape(Protocol):
    """The part of `GradientTape` that Jacobians use."""

    _persistent: bool

    def _check_not_spent(self, batches: bool = False) -> Recorder: ...

    def _recording_on(self) -> AbstractContextManager[None]: ...

    def _start(self) -> Recorder: ...

    def _finish(self, tape: Recorder) -> None: ...


def _reshape(target: Any, shape: tuple[int, ...]) -> EagerTensor:
    """The target in the shape that is differentiated: recorded, as in TensorFlow."""
    reshaped: EagerTensor = apply_torch(lambda payload: payload.reshape(shape), as_operand(target))
    return reshaped


def jacobian(
    tape: Tape,
    target: Any,
    sources: Any,
    unconnected_gradients: Any,
    parallel_iterations: Any,
    use_pfor: bool,
) -> Any:
    """Implements `tf.GradientTape.jacobian`."""
    recorder = tape._check_not_spent()
    target, sources = with_torch_operands(recorder, target, variables_behind(sources))
    flat_sources = nest.flatten(sources)
    static_shape = target.shape
    shape = tuple(static_shape)
    with tape._recording_on():
        flat = _reshape(target, (int(np.prod(shape)),))
    count = flat._t.shape[0]

    def cotangents(begin: int, end: int) -> torch.Tensor:
        one_hot: torch.Tensor = flat._t.new_zeros((end - begin, count))
        one_hot.diagonal(begin).fill_(1)
        return one_hot

    def arrange(rows: Any, source: Any) -> Any:
        if not isinstance(target, (EagerTensor, Variable)):
            static_shape.concatenate(source.shape)  # NumPy's shapes have no such method
        return rows.reshape(shape + tuple(source.shape))

    if not use_pfor:
        _check_loop(tape, "jacobian with eager execution enabled and with  ", parallel_iterations)
        if count == 0:
            return nest.pack_sequence_as(sources, _empty_jacobians(shape, flat_sources))
    request = _Request(tape, flat, flat_sources, cotangents, arrange, "jacobian")
    return nest.pack_sequence_as(
        sources, request.results(count, unconnected_gradients, parallel_iterations, use_pfor)
    )


def batch_jacobian(
    tape: Tape,
    target: Any,
    source: Any,
    unconnected_gradients: Any,
    parallel_iterations: Any,
    use_pfor: bool,
) -> Any:
    """Implements `tf.GradientTape.batch_jacobian`."""
    recorder = tape._check_not_spent(batches=True)
    target, source = with_torch_operands(recorder, target, source)
    _check_batches(target, source)
    batch, *_ = target_shape = tuple(target.shape)
    count = int(np.prod(target_shape)) // batch
    shape = target_shape + tuple(source.shape)[1:]
    with tape._recording_on():
        flat = _reshape(target, (batch, count))

    def cotangents(begin: int, end: int) -> torch.Tensor:
        one_hot: torch.Tensor = flat._t.new_zeros((end - begin, 1, count))
        one_hot[:, 0].diagonal(begin).fill_(1)
        return one_hot.expand(end - begin, batch, count)

    def arrange(rows: torch.Tensor, source: Any) -> torch.Tensor:
        return rows.transpose(0, 1).reshape(shape)

    if not use_pfor:
        caller = "batch_jacobian with eager execution enabled and  with "
        _check_loop(tape, caller, parallel_iterations)
        if count == 0:
            return EagerTensor(torch.zeros(shape, device=flat._t.device))
    request = _Request(tape, flat, [source], cotangents, arrange, "batch_jacobian")
    (result,) = request.results(count, unconnected_gradients, parallel_iterations, use_pfor)
    if result is None:  # zeros, whatever `unconnected_gradients` says
        result = EagerTensor(torch.zeros(shape, dtype=flat._t.dtype, device=flat._t.device))
    return result


@dataclass
class _Request:
    """One call of `jacobian` or `batch_jacobian`."""

    tape: Tape
    flat: Any  # the reshaped target
    sources: list[Any]
    cotangents: Callable[[int, int], torch.Tensor]  # those of a range of the gradients
    arrange: Callable[[Any, Any], Any]  # (the stacked gradients by a source, source) -> result
    name: str

    def results(
        self, count: int, unconnected: Any, parallel_iterations: Any, use_pfor: bool
    ) -> list[EagerTensor | None]:
        """The Jacobian by each source, from `count` gradients."""
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
        """Returns what was recorded, and whether unconnected gradients are zeros."""
        recorder = self.tape._start()
        for source in self.sources:
            check_has_dtype(source)
        for source in self.sources:
            check_differentiable(source)
        return recorder, wants_zeros(unconnected)

    def _separately(self, count: int, unconnected: Any) -> list[EagerTensor | None]:
        """The results without `experimental_use_pfor`."""
        recorder, zero = self._start(unconnected)
        first_node = sequence_number()
        gradients = self._gradients(recorder, 0, count, vectorize=False)
        results: list[EagerTensor | None] = []
        wrapped: dict[int, EagerTensor] = {}
        for source, rows in zip(self.sources, gradients, strict=True):
            recording = None
            if rows is None:
                if not zero:
                    results.append(None)
                    continue
                rows, recording = _zero_rows(source, count)
            self._check_dtype(rows)
            payload = self.arrange(rows, source)
            if recording is None:
                recording = trackers(payload, first_node)
            wrapped[id(payload)] = tensor = _tensor(recording, payload)
            results.append(tensor)
        if thread.active is not EMPTY:
            note_gradients(wrapped, first_node)
        return self._finished(recorder, results)

    def _finished(self, recorder: Recorder, results: list[Any]) -> list[EagerTensor | None]:
        if recorder.function_boundaries:
            connect_zeros(recorder, [self.flat], self.sources, results)
        self.tape._finish(recorder)
        return results

    def _gradients(self, recorder: Recorder, first: int, last: int, vectorize: bool) -> list[Any]:
        """A range of the gradients by each source, stacked."""
        if recorder not in self.flat._tapes.recorders:
            return [None] * len(self.sources)
        cotangents = self.cotangents(first, last)
        gradients = batched_gradients(recorder, self.flat._t, self.sources, cotangents, vectorize)
        if recorder.function_boundaries and any(rows is None for rows in gradients):
            calls = has_call_between(recorder, self.flat, self.sources)
            for position, (source, has_call) in enumerate(zip(self.sources, calls, strict=True)):
                if has_call and gradients[position] is None:
                    gradients[position] = torch.zeros_like(payload_of(source)).expand(
                        last - first, *source.shape
                    )
        return gradients

    def _check_dtype(self, rows: Any) -> None:
        """Raises InvalidArgumentError if TensorFlow's loop cannot collect these gradients."""
        expected, actual = FROM_TORCH.get(self.flat._t.dtype), FROM_TORCH.get(rows.dtype)
        if actual is not expected:
            raise InvalidArgumentError(
                None,
                None,
                f"TensorArray dtype is {(expected or STRING).name} but Op is trying to write dtype "
                f"{(actual or STRING).name} ",
            )

    def _together(
        self, count: int, unconnected: Any, parallel_iterations: Any
    ) -> list[EagerTensor | None]:
        """The results with `experimental_use_pfor`."""
        recorder, zero = self._start(unconnected)
        first_node = sequence_number()
        try:
            ranges = _ranges(count, parallel_iterations)
        except (TypeError, ValueError):
            self.tape._finish(recorder)
            raise
        gradients = self._gradients_of_ranges(recorder, ranges)
        # Tapes track the results if they track anything that goes into the computation: the target,
        # or something that its gradients are computed from.
        tracking = self.flat._tapes.recorders
        if recorder in tracking and not thread.active.recorders <= tracking:
            tracking |= users(recorder, self.flat._t)
        results: list[Any] = []
        for source, *parts in zip(self.sources, *gradients, strict=True):
            for position, (first, last) in enumerate(ranges):
                if zero and parts[position] is None:
                    parts[position], recording = _zero_rows(source, last - first)
                    tracking |= recording.recorders
            if all(part is not None for part in parts):
                rows = parts[0] if len(parts) == 1 else torch.cat(parts)
                results.append(self.arrange(rows, source))
            elif len(parts) == 1:
                results.append(None)
            else:
                self.tape._finish(recorder)
                raise ValueError("None values not supported.")
        # A loop over several ranges has the target itself among its inputs.
        loop_target = self.flat._t if len(ranges) > 1 else None
        return self._finished(recorder, _joined(results, loop_target, tracking, first_node))

    def _gradients_of_ranges(
        self, recorder: Recorder, ranges: list[tuple[int, int]]
    ) -> list[list[Any]]:
        """For each range, the gradients by each source."""
        gradients: list[list[Any]] = []
        for first, last in ranges:
            if not gradients or recorder.persistent:
                gradients.append(self._gradients(recorder, first, last, vectorize=True))
            elif self.name == "batch_jacobian":
                self.tape._finish(recorder)
                raise RuntimeError(
                    "GradientTape must be created with persistent=True to compute the "
                    "batch_jacobian with parallel_iterations."
                )
            else:  # TensorFlow uses a new tape here, which does not know the target
                gradients.append([None] * len(self.sources))
        return gradients


def _joined(
    results: list[Any], target: torch.Tensor | None, tracking: frozenset[Recorder], first_node: int
) -> list[EagerTensor | None]:
    """The results as tensors of one operation, tracked by `tracking` and by all trackers of any."""
    active = thread.active
    if active is EMPTY:
        return [None if result is None else _tensor(EMPTY, result) for result in results]
    for result in results:
        if isinstance(result, torch.Tensor) and result.requires_grad:
            tracking |= trackers(result, first_node).recorders
    tracking = frozenset(tape for tape in tracking & active.recorders if not tape.forward_mode)
    recording = tape_set_of(tracking)
    if tracking:
        # Everything a recorder tracks must depend on something where its tracking starts.
        leaf = torch.zeros((), requires_grad=True)
        for tape in tracking:
            tape.start_tracking_leaf(leaf)
        joined = iter(join([r for r in results if isinstance(r, torch.Tensor)], leaf, target))
        results = [next(joined) if isinstance(r, torch.Tensor) else r for r in results]
    wrapped: dict[int, EagerTensor] = {}
    tensors: list[EagerTensor | None] = []
    for result in results:
        if result is None:
            tensors.append(None)
            continue
        tensor = _tensor(recording, result)
        tensors.append(tensor)
        if isinstance(result, torch.Tensor):
            wrapped[id(result)] = tensor
            active.note_gradient(result)
    note_gradients(wrapped, first_node)
    return tensors


def _tensor(recording: TapeSet, payload: Any) -> EagerTensor:
    if recording is EMPTY and isinstance(payload, torch.Tensor):
        payload = without_graph(payload)
    tensor: EagerTensor = record(recording, payload)
    return tensor


def _zero_rows(source: Any, count: int) -> tuple[Any, TapeSet]:
    """Zeros for a source that the target does not depend on, and the tapes that record them."""
    row = zeros(source)
    if row is None:
        return np.full((count, *source.shape), b"", object), EMPTY
    return row._t.detach().expand(count, *row._t.shape), row._tapes


def _empty_jacobians(shape: tuple[int, ...], sources: list[Any]) -> list[EagerTensor]:
    """The results of TensorFlow's loop over no elements. Raises ValueError if they do not fit."""
    for source in sources:
        if tuple(source.shape):
            raise ValueError(
                f"Tensor's shape {shape} is not compatible with supplied shape "
                f"{shape + tuple(source.shape)}."
            )
    return [EagerTensor(torch.zeros(shape)) for _ in sources]


def _check_loop(tape: Tape, caller: str, parallel_iterations: Any) -> None:
    """Raises the errors of calls without `experimental_use_pfor`."""
    if not tape._persistent:
        raise RuntimeError(
            f"GradientTape must be created with persistent=True to compute the {caller}"
            "experimental_use_pfor set to False."
        )
    if parallel_iterations is not None and parallel_iterations < 1:
        raise TypeError("'parallel_iterations' must be a positive integer.")


def _check_batches(target: Any, source: Any) -> None:
    """Raises ValueError if target and source are not batches of one size."""
    first, shape, other = target.shape.dims[0], target.shape, source.shape
    shape.with_rank_at_least(2)
    other.with_rank_at_least(2)
    if not first.is_compatible_with(other[0]):
        raise ValueError(
            f"Need first dimension of target shape ({shape}) and source shape ({other}) to match."
        )


def _ranges(count: int, parallel_iterations: Any) -> list[tuple[int, int]]:
    """The ranges of gradients that are computed at once. The remainder comes first."""
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
    remainder = count % int(parallel_iterations)
    starts = range(remainder, count, parallel_iterations)
    return [(0, remainder), *((start, start + parallel_iterations) for start in starts)]
