"""`tf.conv`: one operation for images and volumes."""

from __future__ import annotations

from typing import Any

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from .._support.arguments import invalid
from .._support.gradient_rules import refuse_gradient
from ..array.sliding_windows import (
    channels_first,
    channels_last,
    explicit_margins,
    one_of,
    outer,
    unimplemented,
    whole_numbers,
)
from .convolution import Attributes, _plan, convolved, torch_filter


def _check(input: Any, filter: Any, moves: Attributes, batch_dims: int, groups: int) -> None:
    rank = input.ndim
    inner_rank = rank - batch_dims - 1
    if filter.ndim not in (4, 5):
        raise invalid(f"The filter must be rank 4 or 5 but got {filter.ndim}")
    if groups != 1:
        raise unimplemented("Grouped/Depthwise Convolutions are not supported yet.")
    if inner_rank not in (2, 3):
        raise invalid(f"The input must have 2 or 3 spatial dimensions but got {inner_rank}")
    for name, values in (("strides", moves.strides), ("dilations", moves.dilations)):
        if len(values) != inner_rank + 2:
            raise invalid(f"Sliding window {name} field must specify {inner_rank + 2} dimensions")
        if outer(values, moves.first) != (1, 1):
            raise invalid(
                f"Current implementation does not support {name} in the batch and depth dimensions."
            )
    depth = input.shape[batch_dims if moves.first else -1]
    if depth != filter.shape[-2]:
        raise invalid(f"Input depth must be equal to filter depth: {depth} vs {filter.shape[-2]}")
    if moves.padding == "EXPLICIT":
        explicit_margins(moves.paddings, inner_rank + 2, moves.first)


@op("Conv", "input filter")
@single_op
def _conv(input: Any, filter: Any, moves: Attributes, batch_dims: int, groups: int) -> Any:
    _check(input, filter, moves, batch_dims, groups)
    batch, rest = input.shape[:batch_dims], input.shape[batch_dims:]
    x = input.reshape(-1, *rest)
    plan = _plan(tuple(x.shape), tuple(filter.shape), moves)
    x = x if moves.first else channels_first(x)
    found = convolved(x, torch_filter(filter), plan)
    found = found if moves.first else channels_last(found)
    found = found.reshape(*batch, *found.shape[1:])
    return refuse_gradient("Conv", (input, filter), found)


def conv(
    input: Any,
    filter: Any,
    strides: Any,
    padding: Any,
    explicit_paddings: Any = [],  # noqa: B006
    data_format: Any = "CHANNELS_LAST",
    dilations: Any = [],  # noqa: B006
    batch_dims: int = 1,
    groups: int = 1,
    name: str | None = None,
) -> Any:
    """The convolution of images or volumes behind `batch_dims` dimensions, with `filter`.

    `strides` and `dilations` have a number for one batch dimension, each inner one and the
    channels; `padding` is "SAME", "VALID", or "EXPLICIT" with pairs in a row in
    `explicit_paddings`. Answers for `tf.conv`. It has no gradient (LookupError), as in TensorFlow.
    """
    strides = whole_numbers(strides, "strides", "Conv")
    padding = one_of(padding, "padding", ("SAME", "VALID", "EXPLICIT"))
    paddings = whole_numbers(explicit_paddings, "explicit_paddings", "Conv")
    formats = ("CHANNELS_FIRST", "CHANNELS_LAST")
    first = one_of(data_format, "data_format", formats) == formats[0]
    dilations = whole_numbers(dilations, "dilations", "Conv") or (1,) * len(strides)
    moves = Attributes(strides, padding, paddings, first, dilations)
    return _conv(input, filter, moves, batch_dims, groups)
