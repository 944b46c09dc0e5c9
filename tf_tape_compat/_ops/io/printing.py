"""`tf.print` and `tf.strings.format`: tensors as text, as TensorFlow's runtime formats them."""

from __future__ import annotations

import contextlib
import os
import pprint
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import torch

from ... import nest
from ..._core.op.op_errors import kernel_message
from ..._core.recording.tape_set import EMPTY
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.host_values import to_numpy
from ..._core.tensor.tensor import STRING, EagerTensor, Tensor, record
from ..._core.variables.indexed_slices import IndexedSlices
from ..._core.variables.sparse_tensor import SparseTensor
from ..._core.variables.variable import Variable
from ...errors import NotFoundError, PermissionDeniedError, UnknownError

_TENSORS = (Tensor, Variable, IndexedSlices, torch.Tensor)


# -- one tensor ---------------------------------------------------------------------------------


def _float_text(numpy_type: Any, digits: int) -> Callable[[Any], str]:
    """Formats numbers of a NumPy type as C's %g does, with `digits` digits, or more if needed."""
    exact = {6: 9, 15: 17}[digits]
    tiny = np.finfo(numpy_type).tiny

    def text(value: Any) -> str:
        value = numpy_type(value)
        if np.isnan(value):
            return "nan"
        if abs(value) < tiny:  # TensorFlow's kernels flush subnormal numbers to zero
            return "-0" if np.signbit(value) else "0"
        short = f"{value:.{digits}g}"
        with np.errstate(over="ignore"):
            return short if numpy_type(short) == value else f"{value:.{exact}g}"

    return text


_float32_text = _float_text(np.float32, 6)
_float64_text = _float_text(np.float64, 15)

_ESCAPES = {ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"}
_ESCAPES |= {ord(quoted): "\\" + quoted for quoted in "\"'\\"}
_ESCAPES |= {code: f"\\{code:03o}" for code in (*range(32), 127) if code not in _ESCAPES}


def _string_text(value: bytes) -> str:
    return f'"{_decoded(value).translate(_ESCAPES)}"'


def _decoded(value: bytes) -> str:
    return value.decode("utf-8", "surrogateescape")


def _element_text(array: np.ndarray) -> Callable[[Any], str]:
    kind = array.dtype.kind
    if kind == "O":
        return _string_text
    if kind == "b":
        return lambda value: "1" if value else "0"
    if kind in "iu":
        return str
    return _float64_text if array.dtype == np.float64 else _float32_text


def summary(payload: Any, summarize: int = 3) -> str:
    """The text of a tensor: the first and last `summarize` elements of each axis, all if -1.

    TensorFlow cannot format complex numbers: it prints the first `summarize` question marks without
    a shape.
    """
    array = to_numpy(payload)
    if array.dtype.kind == "c":
        count = array.size if summarize < 0 else min(summarize, array.size)
        marks = " ".join("?" * count) + "..." * (count < array.size)
        return f"[{marks}]" if array.ndim else marks
    text = _element_text(array)
    ends = min(summarize, array.size) if summarize >= 0 else array.size
    if array.dtype.kind == "b" and not ends:
        return ""

    def write(part: Any, axis: int) -> Iterator[str]:
        if axis == array.ndim:
            yield text(part) if ends or array.ndim else "..."
            return
        innermost = axis == array.ndim - 1
        gap = " " if innermost else "\n" * (array.ndim - 1 - axis) + " " * (axis + 1)
        size = len(part)
        yield "["
        for index in range(min(ends, size)):
            if index:
                yield gap
            yield from write(part[index], axis + 1)
        if size > 2 * ends:
            yield gap + "..."
        for index in range(max(ends, size - ends), size):
            yield gap
            yield from write(part[index], axis + 1)
        yield "]"

    return "".join(write(array[()] if array.ndim == 0 else array, 0))


# Functions that format values of other classes, given the value and `summarize`.
writers: dict[type, Callable[[Any, int], str]] = {}


def _is_tensor(value: Any) -> bool:
    return isinstance(value, _TENSORS) or type(value) in writers


def written(value: Any, summarize: int) -> str:
    """The text of a tensor, or of a value with a writer."""
    write = writers.get(type(value))
    return summary(to_tensor(value)._t, summarize) if write is None else write(value, summarize)


# -- templates ----------------------------------------------------------------------------------


def _filled(template: str, placeholder: str, tensors: Sequence[Any], summarize: Any) -> str:
    """`template` with each placeholder replaced by a tensor's text."""
    count = template.count(placeholder)
    if count != len(tensors):
        raise ValueError(
            f"The template expects {count} tensors, but the inputs only has "
            f"{len(tensors)}. Please ensure the number of placeholders in template matches inputs "
            "length."
        )
    if summarize is None:
        summarize = 3
    try:
        summarize = int(summarize)
    except (TypeError, ValueError):
        raise TypeError(f"Expected int for argument 'summarize' not {summarize!r}.") from None
    first, *others = template.split(placeholder)
    texts = [written(tensor, summarize) for tensor in tensors]
    return first + "".join(text + after for text, after in zip(texts, others, strict=True))


def format(
    template: str, inputs: Any, placeholder: str = "{}", summarize: int = 3, name: str | None = None
) -> Any:
    """Formats tensors into a template. Implements `tf.strings.format`.

    Args:
        template: a string with placeholders.
        inputs: a tensor, or a list or tuple of them.
        placeholder: the placeholder.
        summarize: how many elements at either end of each axis are shown; all if -1.
        name: ignored.

    Returns:
        A scalar string tensor.

    Raises:
        ValueError: if the number of inputs is not that of placeholders.
    """
    values = [inputs] if _is_tensor(inputs) else inputs
    text = _filled(template, placeholder, values, summarize)
    payload = np.empty((), object)
    payload[()] = text.encode("utf-8", "surrogateescape")
    return record(EMPTY, payload)


def _placeholder(texts: str) -> str:
    """A placeholder that is not in `texts`, the same as TensorFlow's: `pprint` wraps by width."""
    placeholder = "{}"
    rng = random.Random(5)
    while placeholder in texts:
        placeholder += str(rng.randint(0, 9))
    return placeholder


def _marked(leaf: Any, placeholder: str) -> Any:
    if isinstance(leaf, SparseTensor):
        return f"SparseTensor(indices={placeholder}, values={placeholder}, shape={placeholder})"
    return placeholder if _is_tensor(leaf) else leaf


def _text_of(inputs: tuple[Any, ...], sep: str, summarize: Any) -> str:
    bare = (nest.map_structure(lambda x: "" if _is_tensor(x) else x, i) for i in inputs)
    placeholder = _placeholder(" ".join(pprint.pformat(structure) for structure in bare))
    templates: list[str] = []
    tensors: list[Any] = []
    for item in inputs:
        leaves = nest.flatten(item)
        for leaf in leaves:
            if isinstance(leaf, SparseTensor):
                tensors += leaf._parts
            elif _is_tensor(leaf):
                tensors.append(leaf)
        if isinstance(item, str):
            templates.append(item)
            continue
        marked = [_marked(leaf, placeholder) for leaf in leaves]
        templates.append(pprint.pformat(nest.pack_sequence_as(item, marked)))
    template = sep.join(templates).replace(f"'{placeholder}'", placeholder)
    return _filled(template, placeholder, tensors, summarize)


# -- streams ------------------------------------------------------------------------------------

# Python's logging levels, and absl's.
_LEVELS = {20: "I", 30: "W", 40: "E", 0: "I", -1: "W", -2: "E"}


def _level(stream: Any) -> str | None:
    """The letter of a logging level, or of absl's function for it; None for other objects."""
    if isinstance(stream, int):
        return _LEVELS.get(stream)
    absl = sys.modules.get("absl.logging")
    for name, letter in (("info", "I"), ("warning", "W"), ("warn", "W"), ("error", "E")):
        if absl is not None and stream is getattr(absl, name, None):
            return letter
    return None


def _log(letter: str, text: str) -> None:
    """Writes to stderr as TensorFlow's runtime logs, unless TF_CPP_MIN_LOG_LEVEL suppresses it."""
    with contextlib.suppress(ValueError):
        if "IWE".index(letter) < int(os.environ.get("TF_CPP_MIN_LOG_LEVEL", "0")):
            return
    where = f"{letter}0000 00:00:{time.time():.6f} {threading.get_native_id():7d} tf.print"
    _write(sys.stderr, f"{where}] {text}\n")


def _write(stream: Any, text: str) -> None:
    try:
        stream.write(text)
    except UnicodeEncodeError:
        stream.write(text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"))
    stream.flush()


def _append(path: str, text: str) -> None:
    try:
        with open(path, "ab") as file:
            file.write(text.encode("utf-8", "surrogateescape"))
    except OSError as error:
        classes = {FileNotFoundError: NotFoundError, PermissionError: PermissionDeniedError}
        error_class = classes.get(type(error), UnknownError)
        message = kernel_message("PrintV2", f"{path}; {error.strerror}")
        raise error_class(None, None, message) from None


def print(*inputs: Any, **kwargs: Any) -> None:
    """Prints tensors and other objects. Implements `tf.print`.

    Args:
        *inputs: any nest of tensors and Python objects.
        **kwargs: `output_stream`, which is `sys.stderr` (the default), `sys.stdout`, a logging
            level, or "file://" and a path, to which text is appended; `summarize`, how many
            elements at either end of each axis are printed, all if -1, 3 by default; `sep`; `end`;
            `name`.

    Raises:
        ValueError: for other streams or arguments.
        NotFoundError: if the file cannot be created.
    """
    stream = kwargs.pop("output_stream", sys.stderr)
    kwargs.pop("name", None)
    summarize = kwargs.pop("summarize", 3)
    sep = kwargs.pop("sep", " ")
    end = kwargs.pop("end", os.linesep)
    if kwargs:
        raise ValueError(f"Unrecognized keyword arguments for tf.print: {kwargs}")
    is_file = isinstance(stream, str) and stream.startswith("file://")
    letter = _level(stream)
    if not is_file and letter is None and stream is not sys.stdout and stream is not sys.stderr:
        raise ValueError(
            f"Unsupported output stream, logging level, or file.{stream}. Supported streams are "
            "sys.stdout, sys.stderr, tf.logging.info, tf.logging.warning, tf.logging.error. File "
            "needs to be in the form of 'file://<filepath>'."
        )
    only = inputs[0] if len(inputs) == 1 else None
    if isinstance(only, (EagerTensor, Variable)) and only.dtype is STRING and only.shape.rank == 0:
        text = _decoded(to_numpy(to_tensor(only)._t).item())
    else:
        text = _text_of(inputs, sep, summarize)
    if end is None:
        end = os.linesep
    if not isinstance(end, (str, bytes)):
        raise TypeError(f"Expected string for argument 'end' not {end!r}.")
    text += end if isinstance(end, str) else _decoded(end)
    if is_file:
        _append(stream.removeprefix("file://"), text)
    elif letter is not None:
        _log(letter, text)
    else:
        _write(stream, text)
