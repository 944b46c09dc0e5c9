"""`tf.strings.ngrams`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .._core.op.op import op
from .._core.tensor.convert import to_tensor
from .._core.tensor.host_values import to_numpy
from .._core.types.dtype import as_dtype
from .._ops._support.arguments import invalid_argument
from .._ops.array.shaping import reshape
from .conversion import from_tensor
from .factories import is_ragged
from .splits import splits_from_lengths
from .tensor import RaggedTensor

_STRING = as_dtype("string")
_NO_TEXT = "pad_values must be a string, tuple of strings, or None."


@op("StringNGrams", "data data_splits", unrecorded=True)
def _ngrams(
    data: Any,
    data_splits: Any,
    separator: bytes,
    widths: list[int],
    pads: tuple[bytes, bytes],
    pad_width: int,
    keep_short: bool,
) -> Any:
    """The n-grams of all rows and their splits. A `pad_width` of -1 is the width minus 1."""

    def row_ngrams(row: list[bytes], width: int, padding: int) -> Iterator[bytes]:
        padded = [pads[0]] * padding + row + [pads[1]] * padding
        for begin in range(len(padded) - width + 1):
            yield separator.join(padded[begin : begin + width])

    splits = to_numpy(data_splits).tolist()
    texts = data.reshape(-1).tolist()
    if not texts:
        return [data.copy(), data_splits * 0]
    result: list[bytes] = []
    counts = []
    for begin, end in zip(splits[:-1], splits[1:], strict=True):
        row, previous_count = texts[begin:end], len(result)
        for width in widths:
            padding = width - 1 if pad_width < 0 else min(pad_width, width - 1)
            result += row_ngrams(row, width, padding)
        if keep_short and row and len(result) == previous_count:
            if pad_width < 0:
                raise invalid_argument(
                    "Pad width should be >= 0 when preserve_short_sequences is True and "
                    f"ngram_widths are not provided, got {pad_width}"
                )
            result += row_ngrams(row, len(row) + 2 * pad_width, pad_width)
        counts.append(len(result) - previous_count)
    values = np.empty(len(result), object)
    values[:] = result
    return [values, splits_from_lengths(data_splits.new_tensor(counts))]


def _bytes(text: Any) -> bytes:
    return text.encode() if isinstance(text, str) else text


def ngrams(
    data: Any,
    ngram_width: Any,
    separator: str = " ",
    pad_values: Any = None,
    padding_width: int | None = None,
    preserve_short_sequences: bool = False,
    name: str | None = None,
) -> Any:
    """Joins consecutive strings of each innermost row. Implements `tf.strings.ngrams`.

    Args:
      data: a dense or ragged string tensor of rank 1 or more; the result is of the same kind.
      ngram_width: the number of strings to join, or a list of such numbers.
      separator: goes between the strings.
      pad_values: a string, or a pair of strings, to put before and after each row.
      padding_width: how often to repeat the padding; by default as often as an n-gram has room for.
      preserve_short_sequences: whether a row that is too short becomes a single n-gram.

    Raises:
      TypeError: if `pad_values` or `separator` is not a string.
      ValueError: if a width is less than 1, `data` is a scalar, or `padding_width` is given without
        `pad_values`.
    """
    pair = pad_values if isinstance(pad_values, (list, tuple)) else (pad_values, pad_values)
    if pad_values is not None and not all(isinstance(pair[i], (str, bytes)) for i in (0, 1)):
        raise TypeError(_NO_TEXT)
    if padding_width is not None and padding_width < 1:
        raise ValueError("padding_width must be greater than 0.")
    if padding_width is not None and pad_values is None:
        raise ValueError("pad_values must be provided if padding_width is set.")
    widths = list(ngram_width) if isinstance(ngram_width, (list, tuple)) else [ngram_width]
    data = data if is_ragged(data) else to_tensor(data, _STRING)
    shape = None
    if not is_ragged(data):
        rank = data.shape.rank
        if not rank:
            raise ValueError("Data must have rank>0")
        shape = [*data.shape.as_list()[:-1], -1]
        if rank == 1:
            data = RaggedTensor.from_row_starts(data, [0], validate=False)
        else:
            data = from_tensor(RaggedTensor, data, ragged_rank=rank - 1)
    if any(width < 1 for width in widths):
        raise ValueError(f"All ngram_widths must be greater than 0. Got {ngram_width}")
    if not isinstance(separator, (str, bytes)):
        raise TypeError(f"Expected string for argument 'separator' not {separator!r}.")
    outer, inner = data, data
    while inner.ragged_rank > 1:
        inner = inner.values
    padding = 0 if pad_values is None else -1 if padding_width is None else padding_width
    pads = (b"", b"") if pad_values is None else (_bytes(pair[0]), _bytes(pair[1]))
    values, splits = _ngrams(
        inner.flat_values,
        inner.row_splits,
        _bytes(separator),
        [int(width) for width in widths],
        pads,
        padding,
        bool(preserve_short_sequences),
    )
    rows = RaggedTensor.from_row_splits(values, splits, validate=False)
    if shape is None:
        return _with_innermost_rows(outer, rows)
    return reshape(rows.flat_values, shape)


def _with_innermost_rows(value: Any, rows: Any) -> Any:
    """Replaces the innermost rows of a ragged tensor."""
    if value.ragged_rank == 1:
        return rows
    return value.with_values(_with_innermost_rows(value.values, rows))
