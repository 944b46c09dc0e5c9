"""Strings split into rows of their parts; answers for functions of `tf.strings`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from .._core.op.op import op
from .._core.tensor.convert import to_tensor
from .._core.types.dtype import as_dtype
from ..errors import InvalidArgumentError
from .conversion import from_tensor
from .factories import is_ragged
from .tensor import RaggedTensor

_STRING = as_dtype("string")


@op("StringSplitV2", "input", unrecorded=True)
def _parts(input: Any, cut: Callable[[bytes], list[Any]]) -> Any:
    """The parts of all strings, and how many each has."""
    rows = [cut(text) for text in input.reshape(-1).tolist()]
    parts = [part for row in rows for part in row]
    values = np.empty(len(parts), object)
    values[:] = parts
    return [values, torch.tensor([len(row) for row in rows], dtype=torch.int64)]


def _in_rows(input: Any, cut: Callable[[bytes], list[Any]]) -> Any:
    """The parts in rows behind the dimensions of `input`; a vector for one string."""
    if not is_ragged(input):
        input = to_tensor(input, _STRING)
        if input._t.ndim == 0:
            return _parts(input, cut)[0]
        if input._t.ndim > 1:
            input = from_tensor(RaggedTensor, input, ragged_rank=input._t.ndim - 1)
    if is_ragged(input):
        return input.with_flat_values(_in_rows(input.flat_values, cut))
    values, counts = _parts(input, cut)
    return RaggedTensor.from_row_lengths(values, counts, validate=False)


def _split(text: bytes, separator: bytes, limit: int) -> list[bytes]:
    if separator:
        return text.split(separator, limit)
    if limit == 0:
        return [text]
    parts: list[bytes] = []
    rest = text.lstrip()
    while rest:
        (word,) = rest.split(None, 1)[:1]
        parts.append(word)
        rest = rest[len(word) :].lstrip()
        if len(parts) == limit:
            return [*parts, rest]
    return parts


def split(input: Any, sep: Any = None, maxsplit: int = -1, name: str | None = None) -> Any:
    """The parts of each string between `sep`, or between white space.

    At most `maxsplit` times. A ragged tensor, with the parts behind the dimensions of `input`; for
    a single string a vector. Answers for `tf.strings.split`.
    """
    separator = to_tensor("" if sep is None else sep, _STRING)._t
    if separator.ndim:
        raise InvalidArgumentError(None, None, "sep must be a scalar [Op:StringSplitV2] name: ")
    limit = -1 if maxsplit < 0 else int(maxsplit)
    return _in_rows(input, lambda text: _split(text, separator[()], limit))


def bytes_split(input: Any, name: str | None = None) -> Any:
    """The bytes of each string, as `split`; answers for `tf.strings.bytes_split`."""
    return _in_rows(input, lambda text: [text[i : i + 1] for i in range(len(text))])
