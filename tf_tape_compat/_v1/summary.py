"""`tf.compat.v1.summary`.

In graphs its functions add operations (graph_summaries.py). In eager execution, as in TensorFlow 2,
they write with the default writer of `tf.summary` if it has a step.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import tf_tape_compat as tf

from .._api import NotAvailableError
from .._core.recording.execution_context import active_graph, name_scope
from .._core.tensor.convert import to_tensor
from .._core.tensor.host_values import to_numpy
from .._core.types.dtype import as_dtype
from .._ops.array.conversion import constant
from .._ops.array.shaping import expand_dims
from .._ops.io.tensor_proto import serialize_tensor
from .._ops.math.casting import cast
from .._summary import plugins
from .._summary.event_file import proto
from .._summary.state import state
from . import graph_summaries
from .event_writer import FileWriter as FileWriter
from .event_writer import FileWriterCache as FileWriterCache
from .event_writer import summary_iterator as summary_iterator

_FLOAT32, _STRING = as_dtype("float32"), as_dtype("string")
_NOT_IN_SCOPES = re.compile(r"[^-/\w\.]")
_NO_SUPPORT = "Cannot activate TF2 compatibility support for TF1 summary ops: "


def message(name: str) -> Any:
    """A class of messages, from the package tensorboard."""
    for module in ("summary", "event"):
        found = getattr(proto(module), name, None)
        if found is not None:
            return found
    raise NotAvailableError(f"tf.compat.v1.{name} is not available: tensorboard does not have it")


def _has_writer() -> bool:
    """Whether `tf.summary` has a default writer with a step; warns if it has not."""
    if state.writer is None:
        warnings.warn(f"{_NO_SUPPORT}default summary writer not found.", stacklevel=4)
        return False
    if state.step is None:
        warnings.warn(
            f"{_NO_SUPPORT}global step not set. To set step for summary writer, use "
            "`tf.summary.SummaryWriter.as_default(step=_)`, `tf.summary.experimental.set_step()` "
            "or `tf.compat.v1.train.create_global_step()`.",
            stacklevel=4,
        )
        return False
    return True


def _cleaned(text: str) -> str:
    return _NOT_IN_SCOPES.sub("_", text).lstrip("/")


@contextmanager
def _tag(name: str, family: str | None) -> Iterator[str]:
    """The tag of a summary, in a context without name scopes."""
    family = None if family is None else _cleaned(family)
    with name_scope(_cleaned(name if family is None else f"{family}/{name}")) as scope:
        tag = scope.rstrip("/") if family is None else f"{family}/{scope.rstrip('/')}"
        with name_scope(""):
            yield tag


def _written(name: str, family: str | None, write: Callable[[str], Any]) -> Any:
    with _tag(name, family) as tag:
        write(tag)
    return constant(b"")


def _without_writer(function: str) -> NoReturn:
    raise NotAvailableError(
        f"tf.compat.v1.summary.{function} without a writer is not available: make "
        "tf.summary.create_file_writer(...) the default writer, with a step"
    )


def _in_graph(
    operation: str,
    name: str,
    family: str | None,
    operands: list[Any],
    fill: Callable[..., None],
    collections: Any,
) -> Any:
    """The operation in a graph; None in eager execution."""
    if active_graph() is None:
        return None
    family = None if family is None else _cleaned(family)
    return graph_summaries.add(operation, _cleaned(name), family, operands, fill, collections)


def scalar(name: str, tensor: Any, family: str | None, collections: Any) -> Any:
    """Writes a number; without a writer, returns it as a `Summary` message."""
    fill = graph_summaries.fill_scalar
    added = _in_graph("ScalarSummary", name, family, [tensor], fill, collections)
    if added is not None:
        return added
    if _has_writer():
        return _written(name, family, lambda tag: plugins.scalar(tag, tensor))
    with _tag(name, family) as tag:
        number = float(to_numpy(cast(tensor, _FLOAT32)._t))
    summary = proto("summary").Summary()
    summary.value.add(tag=tag, simple_value=number)
    return constant(summary.SerializeToString())


def histogram(name: str, values: Any, family: str | None, collections: Any) -> Any:
    """Writes how values are distributed."""
    fill = graph_summaries.fill_histogram
    added = _in_graph("HistogramSummary", name, family, [values], fill, collections)
    if added is not None:
        return added
    if not _has_writer():
        _without_writer("histogram")
    return _written(name, family, lambda tag: plugins.histogram(tag, values))


def image(name: str, tensor: Any, max_outputs: Any, family: str | None, collections: Any) -> Any:
    """Writes images."""
    fill = graph_summaries.image_filler(max_outputs, None)
    added = _in_graph("ImageSummary", name, family, [tensor], fill, collections)
    if added is not None:
        return added
    if not _has_writer():
        _without_writer("image")
    write = plugins.image
    return _written(name, family, lambda tag: write(tag, tensor, max_outputs=max_outputs))


def audio(
    name: str,
    tensor: Any,
    sample_rate: Any,
    max_outputs: Any,
    family: str | None,
    collections: Any,
) -> Any:
    """Writes sounds."""
    fill = graph_summaries.audio_filler(max_outputs)
    operands = [tensor, tf.convert_to_tensor(sample_rate, tf.float32)]
    added = _in_graph("AudioSummaryV2", name, family, operands, fill, collections)
    if added is not None:
        return added
    if not _has_writer():
        _without_writer("audio")
    if tensor.shape.rank == 2:
        tensor = expand_dims(tensor, axis=2)
    write = plugins.audio
    return _written(
        name, family, lambda tag: write(tag, tensor, sample_rate, max_outputs=max_outputs)
    )


def text(name: str, tensor: Any, collections: Any) -> Any:
    """Writes text; without a writer, returns it as a `Summary` message."""
    if tensor.dtype != _STRING:
        raise ValueError(f"Expected tensor {tensor.name} to have dtype string, got {tensor.dtype}")
    if active_graph() is None and _has_writer():
        plugins.text(name, tensor)
        return constant(b"")
    metadata = proto("summary").SummaryMetadata()
    metadata.plugin_data.plugin_name = "text"
    return tensor_summary(name, tensor, None, metadata, None, None, collections)


def tensor_summary(
    name: str,
    tensor: Any,
    summary_description: str | None,
    summary_metadata: Any,
    family: str | None,
    display_name: str | None,
    collections: Any,
) -> Any:
    """A `Summary` message with a tensor."""
    metadata = proto("summary").SummaryMetadata()
    if summary_metadata is not None:
        metadata.ParseFromString(summary_metadata.SerializeToString())
    if summary_description is not None:
        metadata.summary_description = summary_description
    if display_name is not None:
        metadata.display_name = display_name
    fill = graph_summaries.tensor_filler(metadata)
    added = _in_graph("TensorSummaryV2", name, family, [tensor], fill, collections)
    if added is not None:
        return added
    summary = proto("summary").Summary()
    with _tag(name, family) as tag:
        value = summary.value.add(tag=tag, metadata=metadata)
    serialized = serialize_tensor(to_tensor(tensor))
    value.tensor.ParseFromString(to_numpy(serialized._t)[()])
    return constant(summary.SerializeToString())


def merge(inputs: Any, collections: Any, name: str | None) -> Any:
    """In a graph, several summaries as one. Raises RuntimeError in eager execution."""
    _refuse_eager()
    return graph_summaries.merge(inputs, collections, name)


def merge_all(key: Any, scope: str | None, name: str | None) -> Any:
    """In a graph, all summaries as one. Raises RuntimeError in eager execution."""
    _refuse_eager()
    return graph_summaries.merge_all(key, scope, name)


def _refuse_eager() -> None:
    if active_graph() is None:
        raise RuntimeError(
            "Merging tf.summary.* ops is not compatible with eager execution. Use "
            "tf.contrib.summary instead."
        )
