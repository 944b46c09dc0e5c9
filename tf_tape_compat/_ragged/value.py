"""`tf.compat.v1.ragged.RaggedTensorValue`: what a session returns for a ragged tensor."""

from __future__ import annotations

from typing import Any

import numpy as np


class RaggedTensorValue:
    """A ragged tensor of NumPy arrays.

    Args:
      values: the values of all rows, an array or a RaggedTensorValue.
      row_splits: where the rows begin and end in the values, an array of integers.
    """

    def __init__(self, values: Any, row_splits: Any) -> None:
        if not isinstance(row_splits, (np.ndarray, np.generic)) or row_splits.dtype not in (
            np.int64,
            np.int32,
        ):
            raise TypeError("row_splits must be a 1D integer numpy array")
        if not isinstance(values, (np.ndarray, np.generic, RaggedTensorValue)):
            raise TypeError("values must be an array or a RaggedTensorValue")
        self._values: Any = values
        self._row_splits: Any = row_splits

    @classmethod
    def of(cls, flat: Any, splits: list[Any]) -> Any:
        """The value with these flat values and splits, outermost first."""
        value = flat
        for row_splits in reversed(splits):
            value = cls(value, row_splits)
        return value

    @property
    def values(self) -> Any:
        """The values of all rows."""
        return self._values

    @property
    def row_splits(self) -> Any:
        """Where the rows begin and end in the values."""
        return self._row_splits

    @property
    def flat_values(self) -> Any:
        """The innermost values."""
        is_ragged = isinstance(self._values, RaggedTensorValue)
        return self._values.flat_values if is_ragged else self._values

    @property
    def nested_row_splits(self) -> tuple[Any, ...]:
        """The splits of all ragged dimensions, outermost first."""
        inner = self._values
        rest = inner.nested_row_splits if isinstance(inner, RaggedTensorValue) else ()
        return (self._row_splits, *rest)

    @property
    def ragged_rank(self) -> int:
        """The number of ragged dimensions."""
        return len(self.nested_row_splits)

    @property
    def dtype(self) -> Any:
        """The NumPy dtype of the values."""
        return self._values.dtype

    @property
    def shape(self) -> tuple[int | None, ...]:
        """The size of each dimension, None for ragged ones."""
        return (len(self._row_splits) - 1, None, *self._values.shape[1:])

    def to_list(self) -> list[Any]:
        """The rows as nested lists."""
        inner = self._values
        rows = inner.to_list() if isinstance(inner, RaggedTensorValue) else inner.tolist()
        bounds = self._row_splits.tolist()
        return [rows[i:j] for i, j in zip(bounds, bounds[1:], strict=False)]

    def __str__(self) -> str:
        return f"<tf.RaggedTensorValue {self.to_list()}>"

    def __repr__(self) -> str:
        return f"tf.RaggedTensorValue(values={self._values!r}, row_splits={self._row_splits!r})"
