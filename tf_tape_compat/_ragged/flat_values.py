"""`tf.ragged.map_flat_values`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .factories import is_ragged
from .row_partition import RowPartition
from .tensor import RaggedTensor, from_row_partitions, partitions_of


def map_flat_values(op: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Applies `op` to the flat values of ragged arguments. Implements `tf.ragged.map_flat_values`.

    The ragged arguments, which may be inside lists and dictionaries, must have the same rows. The
    result has those rows too.

    Raises:
      ValueError: if the arguments, or the result of `op`, differ in their number of values.
    """
    ragged_inputs: list[RaggedTensor] = []

    def replace(value: Any) -> Any:
        if is_ragged(value):
            ragged_inputs.append(value)
            return value.flat_values
        if isinstance(value, (list, tuple)):
            return type(value)(map(replace, value))
        if isinstance(value, dict):
            return {key: replace(item) for key, item in value.items()}
        return value

    flat_args, flat_kwargs = replace(list(args)), replace(kwargs)
    if not ragged_inputs:
        return op(*args, **kwargs)
    sizes = {value.flat_values.shape[0] for value in ragged_inputs}
    if len(sizes) != 1:
        raise ValueError(
            "Input RaggedTensors' flat_values must all have the same outer-dimension size.  Got "
            f"sizes: {sizes}"
        )
    if len({value.row_splits.dtype for value in ragged_inputs}) > 1:
        raise ValueError(
            "Input RaggedTensors have mismatched row partition dtypes; use "
            "RaggedTensor.with_row_splits_dtype() to convert them to compatible dtypes."
        )
    result = op(*flat_args, **flat_kwargs)
    (size,) = sizes
    if not result.shape[:1].is_compatible_with([size]):
        raise ValueError(
            "tf.ragged.map_flat_values requires that the output of `op` have the same "
            "outer-dimension size as flat_values of any ragged inputs. (output shape: "
            f"{result.shape}; expected outer dimension size: {size})"
        )
    return from_row_partitions(result, _common_partitions(ragged_inputs))


def _common_partitions(values: list[RaggedTensor]) -> list[RowPartition]:
    """The partitions of all values. Raises ValueError if they differ in number."""
    first, *others = map(partitions_of, values)
    for other in others:
        if len(other) != len(first):
            raise ValueError("All ragged inputs must have the same ragged_rank.")
    return first
