"""Row splits, row lengths and row ids as torch tensors."""

from __future__ import annotations

from typing import Any

import torch


def integers_like(values: Any, splits: torch.Tensor) -> torch.Tensor:
    """An integer, or a list of them, as a tensor like `splits`, on the same device."""
    # `new_tensor` fails in torch where a backend in Python has tensors without values.
    return torch.tensor(values, dtype=splits.dtype).to(splits.device)


def row_ids_from_splits(splits: torch.Tensor) -> torch.Tensor:
    """The row of each value."""
    rows = torch.arange(splits.shape[0] - 1, dtype=splits.dtype, device=splits.device)
    return torch.repeat_interleave(rows, torch.diff(splits))


def splits_from_lengths(lengths: torch.Tensor) -> torch.Tensor:
    """The splits of rows of the given lengths."""
    splits = lengths.new_zeros(lengths.shape[0] + 1)
    torch.cumsum(lengths, 0, out=splits[1:])
    return splits


def count_row_ids(row_ids: torch.Tensor, nrows: int) -> torch.Tensor:
    """The number of values in each row; ids of `nrows` and above are ignored."""
    row_ids = row_ids[row_ids < nrows]
    return torch.bincount(row_ids, minlength=nrows).to(row_ids.dtype)
