"""`tf.vectorized_map`: a function of one example, run once for all examples by torch's vmap."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import torch

from ... import nest
from ..._core.gradients.function_boundary import seal_outputs
from ..._core.op.lazy_op import prepare_for_vectorizing
from ..._core.recording.payloads import untracked_payload
from ..._core.recording.tape_set import EMPTY, sequence_number, tape_set_of, thread
from ..._core.recording.vmap_scope import NotVectorizedError, VmapScope
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.tensor import EagerTensor, record
from ..._core.variables.indexed_slices import IndexedSlices
from ..._logging import get_logger
from ...errors import OpError
from ..array.gathering import gather
from ..array.joining import stack
from ..array.splitting import unstack
from .while_loop import without_variables

# Messages of torch's errors for operations that it cannot batch, or batched values it cannot read.
_TORCH_VMAP_ERROR = re.compile("vmap|functorch|[Bb]atching rule|data pointer|storage")


def vectorized_map(
    fn: Callable[[Any], Any],
    elems: Any,
    fallback_to_while_loop: bool = True,
    warn: bool = True,
) -> Any:
    """Implements `tf.vectorized_map`: applies `fn` to all slices along the first axis at once.

    `fn` is called once, with tensors that represent all slices. Tapes opened in it give the
    gradient of each slice. To the tapes around, the call is one operation.

    If `fn` does something that cannot be vectorized (`tensor.numpy()`, a Python `if` on a tensor,
    an operation that torch cannot batch), it is called for one slice after the other.

    Args:
      fn: a function of a slice, or of a nested structure of slices if `elems` is one.
      elems: a tensor, or a nested structure of tensors whose first axes have one length, or length
        1: those are broadcast.
      fallback_to_while_loop: whether to fall back to calling `fn` for each slice.
      warn: whether to log a warning in this case.

    Returns:
      The results of `fn`, stacked.

    Raises:
      ValueError: if `fn` cannot be vectorized and `fallback_to_while_loop` is false.
    """
    elems = nest.map_structure(to_tensor, without_variables(elems))
    flat = nest.flatten(elems)
    size = max(tensor.shape.as_list()[0] for tensor in flat)
    begin = sequence_number()
    try:
        active = thread.active
        with active.recording_only():
            results, structure = _run_vectorized(fn, elems, flat, size, begin)
        active.push_call([tensor for tensor in results if tensor is not None])
    except (RuntimeError, OpError, IndexError, AssertionError) as error:
        if _raised_by_caller(error):
            raise
        if not fallback_to_while_loop:
            raise ValueError(
                f"No pfor vectorization defined for {_operation_name(error)}: {error}"
            ) from error
        results, structure = _run_sequentially(fn, elems, flat, size)
        if warn:
            get_logger().warning(
                f"Using a while_loop for converting {_operation_name(error)} cause {error}"
            )
    # To the tapes around, these are the outputs of one operation.
    outputs = iter(seal_outputs([tensor for tensor in results if tensor is not None], begin))
    return nest.pack_sequence_as(
        structure, [None if tensor is None else next(outputs) for tensor in results]
    )


def _raised_by_caller(error: BaseException) -> bool:
    """Whether the function itself raised the error, not an operation that cannot be batched."""
    if isinstance(error, (NotVectorizedError, OpError)) or _TORCH_VMAP_ERROR.search(str(error)):
        return False
    trace = error.__traceback__
    module = ""
    while trace is not None:
        module = trace.tb_frame.f_globals.get("__name__", "")  # generated code has no name
        trace = trace.tb_next
    return module.partition(".")[0] not in ("", "torch", __name__.partition(".")[0])


def _operation_name(error: BaseException) -> str:
    """The name of the operation that failed."""
    if isinstance(error, NotVectorizedError):
        return error.operation
    named = re.search(r"\[Op:(\w+)\]", str(error))
    return named.group(1) if named else "a Python function"


def _flat_results(
    fn: Callable[[Any], Any], elems: Any, slices: list[EagerTensor]
) -> tuple[Any, Any]:
    """Calls the function. Returns the flat results, tensors or None, and their structure."""
    result = fn(nest.pack_sequence_as(elems, slices))
    flat = []
    for item in nest.flatten(result):
        if isinstance(item, IndexedSlices):
            get_logger().warning(
                f"Converting {item} to a dense representation may make it slow. Alternatively, "
                "output the indices and values of the IndexedSlices separately, and handle the "
                "vectorized outputs directly."
            )
        flat.append(item if item is None else to_tensor(item))
    return flat, result


def _run_sequentially(
    fn: Callable[[Any], Any], elems: Any, flat: list[EagerTensor], size: int
) -> tuple[list[Any], Any]:
    rows = []
    result = None
    slices = [unstack(tensor) for tensor in flat]
    outer_loop_tapes = thread.loop_tapes
    thread.loop_tapes = outer_loop_tapes | thread.active.recorders
    try:
        for index in range(size):
            row_slices = [
                items[0]
                if len(items) == 1
                else items[index]
                if index < len(items)
                else gather(tensor, index)  # out of range: raises
                for tensor, items in zip(flat, slices, strict=True)
            ]
            row, result = _flat_results(fn, elems, row_slices)
            rows.append(row)
    finally:
        thread.loop_tapes = outer_loop_tapes
    columns = zip(*rows, strict=True)
    return [None if column[0] is None else stack(column) for column in columns], result


def _run_vectorized(
    fn: Callable[[Any], Any], elems: Any, flat: list[EagerTensor], size: int, begin: int
) -> tuple[list[Any], Any]:
    prepare_for_vectorizing()
    dims: list[int | None] = []
    payloads: list[torch.Tensor] = []
    active = thread.active
    for tensor in flat:
        if not isinstance(tensor._t, torch.Tensor):
            raise NotVectorizedError("GatherV2", "strings are not vectorized")
        length = len(tensor)
        if length not in (1, size):
            raise NotVectorizedError("GatherV2", "the first axes differ")
        tracked = tensor._tapes.recorders & active.recorders
        payload = tensor._t if tracked else untracked_payload(tensor)
        dims.append(0 if length == size else None)
        payloads.append(payload if length == size else payload[0])
    scope = VmapScope(size)
    outputs: list[Any] = []

    def run_batched(*batched: torch.Tensor) -> tuple[torch.Tensor, ...]:
        scope.enter()
        try:
            flat_results, result = _flat_results(
                fn, elems, [EagerTensor(payload) for payload in batched]
            )
            outputs.append((flat_results, result))
            payload_results = [scope.untracked_payload(t) for t in flat_results if t is not None]
            if not all(isinstance(output, torch.Tensor) for output in payload_results):
                raise NotVectorizedError("Pack", "strings are not vectorized")
            return tuple(payload_results)
        finally:
            scope.leave()

    results = iter(torch.vmap(run_batched, tuple(dims), randomness="different")(*payloads))
    flat_results, result = outputs[0]
    recording = _recording(scope, flat, begin)
    wrapped = [None if t is None else _wrapped(recording, next(results)) for t in flat_results]
    if recording is not EMPTY and recording is not active:
        recording.close()
    return wrapped, result


def _wrapped(recording: Any, payload: torch.Tensor) -> EagerTensor:
    if recording is EMPTY:
        return EagerTensor(payload.detach() if payload.requires_grad else payload)
    return record(recording, payload.view_as(payload))


def _recording(scope: VmapScope, flat: list[EagerTensor], begin: int) -> Any:
    """The tapes around that record the call: those that track an input or a tensor `fn` used."""
    inputs = {id(tensor): tensor for tensor in flat} | scope.inputs
    members = thread.active.recorders
    tracking = frozenset().union(*(t._tapes.recorders for t in inputs.values())) & members
    if not tracking:
        return EMPTY
    for tensor in inputs.values():
        tracking_input = tensor._tapes.recorders & tracking
        if (
            tracking_input
            and len(tracking_input) != len(tracking)
            and tensor._t.grad_fn is not None
        ):
            for tape in tracking - tracking_input:
                tape.note_foreign_nodes(tensor._t, tracking_input)
    if len(tracking) == len(members):
        return thread.active
    thread.operation_start = begin
    return tape_set_of(tracking)
