"""`tf.strings.join` and `tf.strings.reduce_join` of ragged tensors."""

from __future__ import annotations

from functools import partial
from typing import Any

from .._ops.strings import text
from .dispatch import implements
from .flat_values import map_flat_values
from .reductions import reduce_axes


@implements(text.join)
def _join(inputs: Any, separator: Any) -> Any:
    return map_flat_values(text.join, inputs, separator)


@implements(text.reduce_join)
def _reduce_join(inputs: Any, axis: Any, keepdims: Any, separator: Any) -> Any:
    join = partial(text.reduce_join, separator=separator)
    combine = partial(text.unsorted_segment_join, separator=separator)
    return reduce_axes(join, combine, inputs, axis, keepdims)
