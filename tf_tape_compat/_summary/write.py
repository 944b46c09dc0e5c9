"""Writes tensors and messages to the default writer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from google.protobuf.message import DecodeError

from .._core.op.op_errors import kernel_message, mismatch
from .._core.tensor.convert import to_tensor
from .._core.tensor.host_values import to_numpy
from .._core.tensor.tensor import STRING
from .._core.types.dtype import as_dtype
from .._functions.smart_cond import smart_cond
from .._ops.array.conversion import constant
from .._ops.array.identity import identity
from .._ops.io.tensor_proto import serialize_tensor
from ..errors import DataLossError
from .effects import effect
from .event_file import proto
from .state import get_step, should_record_summaries, state

_INT64, _BOOL, _STRING = as_dtype("int64"), as_dtype("bool"), STRING
_NO_STEP = (
    "No step set. Please specify one either through the `step` argument or through "
    "tf.summary.experimental.set_step()"
)


def check_step(step: Any) -> None:
    """Raises ValueError or TypeError if a step is not a single int64, or can be converted to it."""
    converted = to_tensor(step, _INT64)
    if converted.shape.num_elements() != 1:
        raise ValueError(
            f"Argument `step` must be a scalar. Received step with shape {converted.shape}."
        )


def _step_value(step: Any) -> int:
    return int(to_numpy(step._t).reshape(-1)[0])


def write(
    tag: Any, tensor: Any, step: Any = None, metadata: Any = None, name: str | None = None
) -> Any:
    """Writes a tensor to the default writer. Implements `tf.summary.write`.

    Args:
        tag: the summary's name.
        tensor: a tensor, or a function that returns one, which is called only if it is written.
        step: an integer; the default step by default.
        metadata: a `SummaryMetadata` message, or its bytes.
        name: ignored.

    Returns:
        A scalar bool: whether the tensor was written.

    Raises:
        ValueError: if there is a writer but no step.
    """
    if step is not None:
        check_step(step)
    writer = state.writer
    if writer is None:
        return constant(False)
    if step is None:
        step = get_step()
    if metadata is None:
        metadata = b""
    elif hasattr(metadata, "SerializeToString"):
        metadata = metadata.SerializeToString()

    def record() -> Any:
        if step is None:
            raise ValueError(_NO_STEP)
        value = tensor() if callable(tensor) else identity(to_tensor(tensor))
        operands = (
            to_tensor(step, _INT64),
            value,
            to_tensor(tag, _STRING),
            to_tensor(metadata, _STRING),
        )
        return effect("WriteSummary", partial(_add_summary, writer), operands, [_BOOL])[0]

    return _if_recording(record)


def _if_recording(record: Callable[[], Any]) -> Any:
    """What `record` returns, or False if the condition of `record_if` is not met.

    In a graph, both are traced unless the condition is known.
    """
    return smart_cond(should_record_summaries(), record, lambda: constant(False))


def _add_summary(writer: Any, step: Any, value: Any, tag: Any, metadata: Any) -> list[Any]:
    event = proto("event").Event(step=_step_value(step))
    entry = event.summary.value.add(tag=to_numpy(tag._t)[()])
    entry.tensor.ParseFromString(to_numpy(serialize_tensor(value)._t)[()])
    serialized: Any = to_numpy(metadata._t)[()]
    if serialized:
        _parse_leniently(entry.metadata, serialized)
    writer.add(event, "WriteSummary")
    return [constant(True)]


def _parse_leniently(message: Any, serialized: bytes) -> None:
    """Reads a message; one that is damaged stays as it is, without an error, as in TensorFlow."""
    try:
        message.ParseFromString(serialized)
    except DecodeError:
        message.Clear()


def write_raw_pb(tensor: Any, step: Any = None, name: str | None = None) -> Any:
    """Writes `tf.compat.v1.Summary` messages. Implements `tf.summary.experimental.write_raw_pb`.

    Args:
        tensor: strings, each of them the bytes of a message.
        step: an integer; the default step by default.
        name: ignored.

    Returns:
        A scalar bool: whether they were written.

    Raises:
        ValueError: if there is a writer but no step.
        DataLossError: if a string is not such a message.
    """
    if step is not None:
        check_step(step)
    writer = state.writer
    if writer is None:
        return constant(False)
    if step is None:
        step = get_step()
        if step is None:
            raise ValueError(_NO_STEP)

    def record() -> Any:
        strings = identity(to_tensor(tensor))
        if strings.dtype is not _STRING:
            raise mismatch("WriteRawProtoSummary", 2, STRING, strings._t.dtype)
        operands = (to_tensor(step, _INT64), strings)
        return effect("WriteRawProtoSummary", partial(_add_messages, writer), operands, [_BOOL])[0]

    return _if_recording(record)


def _add_messages(writer: Any, step: Any, strings: Any) -> list[Any]:
    event = proto("event").Event(step=_step_value(step))
    event.summary.SetInParent()
    for index, serialized in enumerate(to_numpy(strings._t).reshape(-1).tolist()):
        _merge(event.summary, serialized, index)
    writer.add(event, "WriteRawProtoSummary")
    return [constant(True)]


def _merge(summary: Any, serialized: bytes, index: int) -> None:
    try:
        summary.MergeFromString(serialized)
    except DecodeError:
        message = f"Bad tf.compat.v1.Summary binary proto tensor string at index {index}"
        text = kernel_message("WriteRawProtoSummary", message)
        raise DataLossError(None, None, text) from None


def graph(graph_data: Any) -> Any:
    """Writes a graph. Implements `tf.summary.graph`.

    Args:
        graph_data: a graph, or a `GraphDef` message.

    Returns:
        A scalar bool: whether it was written.

    Raises:
        ValueError: if `graph_data` is neither.
    """
    if state.writer is None or not bool(should_record_summaries()):
        return constant(False)
    if hasattr(graph_data, "as_graph_def"):
        message = graph_data.as_graph_def(add_shapes=True)
    else:
        message = graph_data
    descriptor = getattr(type(message), "DESCRIPTOR", None)
    if getattr(descriptor, "name", None) != "GraphDef":
        raise ValueError(
            "Argument 'graph_data' is not tf.Graph or tf.compat.v1.GraphDef. Received "
            f"graph_data={graph_data} of type {type(graph_data).__name__}."
        )
    event = proto("event").Event(graph_def=message.SerializeToString())
    state.writer.add(event, "WriteGraphSummary")
    return constant(True)
