"""`tf.strings.split` and `tf.strings.bytes_split`."""

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
def _split_all(input: Any, split_one: Callable[[bytes], list[Any]]) -> Any:
    """The parts of all strings, and the number of parts of each."""
    rows = [split_one(text) for text in input.reshape(-1).tolist()]
    parts = [part for row in rows for part in row]
    values = np.empty(len(parts), object)
    values[:] = parts
    return [values, torch.tensor([len(row) for row in rows], dtype=torch.int64)]


def _split_to_rows(input: Any, split_one: Callable[[bytes], list[Any]]) -> Any:
    """The parts as rows in an additional dimension; a vector if `input` is a scalar."""
    if not is_ragged(input):
        input = to_tensor(input, _STRING)
        if input.shape.rank == 0:
            return _split_all(input, split_one)[0]
        if input.shape.rank > 1:
            input = from_tensor(RaggedTensor, input, ragged_rank=input.shape.rank - 1)
    if is_ragged(input):
        return input.with_flat_values(_split_to_rows(input.flat_values, split_one))
    values, counts = _split_all(input, split_one)
    return RaggedTensor.from_row_lengths(values, counts, validate=False)


def _split(text: bytes, separator: bytes, limit: int) -> list[bytes]:
    if separator:
        return text.split(separator, limit)
    if limit == 0:
        return [text]
    parts: list[bytes] = []
    remaining = text.lstrip()
    while remaining:
        (word,) = remaining.split(None, 1)[:1]
        parts.append(word)
        remaining = remaining[len(word) :].lstrip()
        if len(parts) == limit:
            return [*parts, remaining]
    return parts


def split(input: Any, sep: Any = None, maxsplit: int = -1, name: str | None = None) -> Any:
    """Splits strings. Implements `tf.strings.split`.

    Args:
      input: a dense or ragged string tensor.
      sep: the separator; whitespace by default.
      maxsplit: the maximal number of splits of each string; unlimited if negative.

    Returns:
      A ragged tensor with one more dimension than `input`, or a vector if that is a scalar.
    """
    separator = to_tensor("" if sep is None else sep, _STRING)._t
    if separator.ndim:
        raise InvalidArgumentError(None, None, "sep must be a scalar [Op:StringSplitV2] name: ")
    limit = -1 if maxsplit < 0 else int(maxsplit)
    return _split_to_rows(input, lambda text: _split(text, separator[()], limit))


def bytes_split(input: Any, name: str | None = None) -> Any:
    """Splits strings into bytes, like `split`. Implements `tf.strings.bytes_split`."""
    return _split_to_rows(input, lambda text: [text[i : i + 1] for i in range(len(text))])
