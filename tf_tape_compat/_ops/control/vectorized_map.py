"""`tf.vectorized_map`: a function of one example, run once for all of them by torch's vmap."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import torch

from ... import nest
from ..._core.gradients.function_boundary import cross
from ..._core.op.op import prepare_for_vectorizing
from ..._core.recording.admission import close
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
from .control_flow import without_variables

# What torch says where it cannot batch a function, or look at what stands for all examples.
_OF_TORCH = re.compile("vmap|functorch|[Bb]atching rule|data pointer|storage")


def vectorized_map(
    fn: Callable[[Any], Any],
    elems: Any,
    fallback_to_while_loop: bool = True,
    warn: bool = True,
) -> Any:
    """`fn` of each slice of `elems` along the first axis, computed at once; stacked again.

    Answers for `tf.vectorized_map`. `elems` is a tensor or a nest of them, whose first axes are of
    one length, or 1: these are the same to every slice. `fn` is called once, with tensors that
    stand for all slices; tapes that it opens give each slice's own gradients. To tapes around it
    is one operation.

    Where `fn` does something that cannot be computed at once (`tensor.numpy()`, a Python `if` on a
    tensor, an operation that torch cannot batch), it is called for one slice after the other, with
    a warning if `warn` is true. Without `fallback_to_while_loop` that is a ValueError.
    """
    elems = nest.map_structure(to_tensor, without_variables(elems))
    flat = nest.flatten(elems)
    size = max(tensor.shape.as_list()[0] for tensor in flat)
    begin = sequence_number()
    try:
        if any(recorder.forward for recorder in thread.stack):
            found, structure = _pushed_forward(fn, elems, flat, size, begin)
        else:
            found, structure = _at_once(fn, elems, flat, size, begin)
    except (RuntimeError, OpError, IndexError, AssertionError) as error:
        if _is_of_caller(error):
            raise
        if not fallback_to_while_loop:
            raise ValueError(
                f"No pfor vectorization defined for {_operation(error)}: {error}"
            ) from error
        found, structure = _one_by_one(fn, elems, flat, size)
        if warn:
            get_logger().warning(
                f"Using a while_loop for converting {_operation(error)} cause {error}"
            )
    # To the tapes around they are the outputs of one operation.
    outputs = iter(cross([tensor for tensor in found if tensor is not None], begin))
    return nest.pack_sequence_as(
        structure, [None if tensor is None else next(outputs) for tensor in found]
    )


def _is_of_caller(error: BaseException) -> bool:
    """Whether it was raised in the function itself, and not where something cannot be batched."""
    if isinstance(error, (NotVectorizedError, OpError)) or _OF_TORCH.search(str(error)):
        return False
    trace = error.__traceback__
    module = ""
    while trace is not None:
        module = trace.tb_frame.f_globals.get("__name__", "")  # compiled operations have none
        trace = trace.tb_next
    return module.partition(".")[0] not in ("", "torch", __name__.partition(".")[0])


def _operation(error: BaseException) -> str:
    """The name of the operation that failed."""
    if isinstance(error, NotVectorizedError):
        return error.operation
    named = re.search(r"\[Op:(\w+)\]", str(error))
    return named.group(1) if named else "a Python function"


def _results(fn: Callable[[Any], Any], elems: Any, slices: list[EagerTensor]) -> tuple[Any, Any]:
    """What the function returns for these slices, as flat tensors or Nones, and its structure."""
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


def _one_by_one(
    fn: Callable[[Any], Any], elems: Any, flat: list[EagerTensor], size: int
) -> tuple[list[Any], Any]:
    rows = []
    result = None
    slices = [unstack(tensor) for tensor in flat]
    around = thread.looped
    thread.looped = around | thread.active.tapes
    try:
        for index in range(size):
            own = [
                items[0]
                if len(items) == 1
                else items[index]
                if index < len(items)
                else gather(tensor, index)  # raises: there is none
                for tensor, items in zip(flat, slices, strict=True)
            ]
            row, result = _results(fn, elems, own)
            rows.append(row)
    finally:
        thread.looped = around
    columns = zip(*rows, strict=True)
    return [None if column[0] is None else stack(column) for column in columns], result


def _pushed_forward(
    fn: Callable[[Any], Any], elems: Any, flat: list[EagerTensor], size: int, begin: int
) -> tuple[list[Any], Any]:
    """As `_at_once`, where accumulators are active: to them, too, it is one operation."""
    active: Any = thread.active
    with active.only_recording():
        found, result = _at_once(fn, elems, flat, size, begin)
    active.push_call([tensor for tensor in found if tensor is not None])
    return found, result


def _at_once(
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
        tracked = tensor._tapes.tapes & active.tapes
        payload = tensor._t if tracked else untracked_payload(tensor)
        dims.append(0 if length == size else None)
        payloads.append(payload if length == size else payload[0])
    frame = VmapScope(size)
    outcome: list[Any] = []

    def run(*batched: torch.Tensor) -> tuple[torch.Tensor, ...]:
        frame.enter()
        try:
            found, result = _results(fn, elems, [EagerTensor(payload) for payload in batched])
            outcome.append((found, result))
            outputs = [frame.payload_of(t) for t in found if t is not None]
            if not all(isinstance(output, torch.Tensor) for output in outputs):
                raise NotVectorizedError("Pack", "strings are not vectorized")
            return tuple(outputs)
        finally:
            frame.leave()

    results = iter(torch.vmap(run, tuple(dims), randomness="different")(*payloads))
    found, result = outcome[0]
    recording = _recording(frame, flat, begin)
    wrapped = [None if t is None else _wrapped(recording, next(results)) for t in found]
    if recording is not EMPTY and recording is not active:
        close(recording)
    return wrapped, result


def _wrapped(recording: Any, payload: torch.Tensor) -> EagerTensor:
    if recording is EMPTY:
        return EagerTensor(payload.detach() if payload.requires_grad else payload)
    return record(recording, payload.view_as(payload))


def _recording(frame: VmapScope, flat: list[EagerTensor], begin: int) -> Any:
    """Who of the tapes around records the call: those that track what it was given, or used."""
    inputs = {id(tensor): tensor for tensor in flat} | frame.inputs
    members = thread.active.tapes
    tracking = frozenset().union(*(t._tapes.tapes for t in inputs.values())) & members
    if not tracking:
        return EMPTY
    for tensor in inputs.values():
        own = tensor._tapes.tapes & tracking
        if own and len(own) != len(tracking) and tensor._t.grad_fn is not None:
            for tape in tracking - own:
                tape.meet(tensor._t, own)
    if len(tracking) == len(members):
        return thread.active
    thread.mark = begin
    return tape_set_of(tracking)
