"""Windows that slide over the spatial dimensions of a tensor: their attributes and positions.

Convolutions, poolings and patches share this: strides and dilations given for one, all spatial or
all dimensions; "SAME", "VALID" and explicit paddings; the order of dimensions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Sized
from functools import lru_cache
from typing import Any

import numpy as np
import torch

from ..._core.recording.payloads import has_graph
from ..._core.tensor.convert import to_tensor
from ...errors import NotFoundError, UnimplementedError
from .._support.arguments import invalid
from .shaping import reshape


def unimplemented(message: str) -> UnimplementedError:
    """The error a kernel raises for what TensorFlow's kernel does not support."""
    return UnimplementedError(None, None, message)


def no_cpu_kernel(operation: str, what: str) -> NotFoundError:
    """The error TensorFlow raises when it has no CPU kernel."""
    return NotFoundError(
        None, None, f"Could not find device for node: {{{{node {operation}}}}} = {operation}{what}"
    )


# -- attributes ---------------------------------------------------------------------------------


def per_dimension(value: Any, count: int, channels_first: bool, name: str) -> list[Any]:
    """A number for each dimension of a tensor with `count` spatial dimensions.

    `value` is one number for all spatial dimensions, one for each of them, or one for each
    dimension of the tensor; None means 1. Raises ValueError for a different number of values.
    """
    if value is None:
        return [1] * (count + 2)
    is_list = isinstance(value, Sized) and not isinstance(value, int)
    value = list(value) if is_list else [value]
    if len(value) == count + 2:
        return value
    if len(value) == 1:
        value = value * count
    elif len(value) != count:
        raise ValueError(
            f"{name} should be of length 1, {count} or {count + 2}. Received: {name}={value} of "
            f"length {len(value)}"
        )
    return [1, 1, *value] if channels_first else [1, *value, 1]


def whole_numbers(
    values: Any, name: str, operation: str, least: int = 0, function: str = ""
) -> tuple[int, ...]:
    """An attribute that is a list of at least `least` integers.

    Raises TypeError for other values, InvalidArgumentError if there are too few.
    """
    if not isinstance(values, (list, tuple)):
        raise TypeError(
            f"Expected list for '{name}' argument to '{function or operation}' Op, not {values!r}."
        )
    numbers = []
    for value in values:
        try:
            if isinstance(value, (str, bytes)):
                raise TypeError
            numbers.append(int(value))
        except (ValueError, TypeError):  # noqa: PERF203 -- the message names the item
            raise TypeError(f"Expected int for argument '{name}' not {value!r}.") from None
    if len(numbers) < least:
        raise invalid(
            f"Length for attr '{name}' of {len(numbers)} must be at least minimum {least}"
        )
    return tuple(numbers)


def one_of(value: Any, name: str, allowed: Sequence[str]) -> str:
    """An attribute that is one of several strings.

    Raises TypeError unless it is a string, InvalidArgumentError if it is not allowed.
    """
    if isinstance(value, bytes):
        value = value.decode(errors="replace")
    if not isinstance(value, str):
        raise TypeError(f"Expected string for argument '{name}' not {value!r}.")
    if value not in allowed:
        words = ", ".join(f'"{word}"' for word in allowed)
        raise invalid(
            f"Value for attr '{name}' of \"{value}\" is not in the list of allowed values: {words}"
        )
    return value


def explicit_paddings(padding: Any, dimensions: int = 4) -> tuple[Any, tuple[Any, ...]]:
    """The padding as a string, and its numbers as one flat tuple if it is a list of pairs.

    Raises ValueError for other lists.
    """
    if padding == "EXPLICIT":
        raise ValueError(
            "'EXPLICIT' is not a valid value for `padding`. To use explicit padding, `padding` "
            "must be a list."
        )
    if not isinstance(padding, (list, tuple)):
        return padding, ()
    numbers: list[Any] = []
    for index, pair in enumerate(padding):
        if not isinstance(pair, (list, tuple)) or len(pair) != 2:
            raise ValueError(
                "When `padding` is a list, each element of `padding` must be a list/tuple of size "
                f"2. Received: padding={padding} with element at index {index}: {pair!r}"
            )
        numbers.extend(pair)
    if len(padding) != dimensions:
        raise ValueError(
            f"When padding is a list, it must be of size {dimensions}. Received: "
            f"padding={padding} of size {len(padding)}"
        )
    return "EXPLICIT", whole_numbers(numbers, "explicit_paddings", "")


def inner(values: Sequence[int], channels_first: bool) -> tuple[int, ...]:
    """The values of the spatial dimensions."""
    return tuple(values[2:] if channels_first else values[1:-1])


def outer(values: Sequence[int], channels_first: bool) -> tuple[int, int]:
    """The values of the batch and channel dimensions."""
    return values[0], values[1] if channels_first else values[-1]


# -- positions ----------------------------------------------------------------------------------


def extent(kernel: int, dilation: int) -> int:
    """The number of elements that a dilated window spans."""
    return (kernel - 1) * dilation + 1


def explicit_margins(
    numbers: tuple[int, ...], dimensions: int, channels_first: bool
) -> list[tuple[int, int]]:
    """The margins of the spatial dimensions, from a flat tuple of paddings."""
    if len(numbers) != 2 * dimensions:
        raise invalid(
            f"explicit_paddings attribute must contain {2 * dimensions} values, but got: "
            f"{len(numbers)}"
        )
    if min(numbers) < 0:
        raise invalid("All elements of explicit_paddings must be nonnegative")
    pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
    if any(map(any, (pairs[0], pairs[1 if channels_first else -1]))):
        raise invalid("Nonzero explicit padding in the batch or depth dimensions is not supported")
    return pairs[2:] if channels_first else pairs[1:-1]


def places(
    size: int, reach: int, stride: int, padding: str, margins: tuple[int, int] = (0, 0)
) -> tuple[int, tuple[int, int]]:
    """The number of windows along a dimension, and the padding at its two ends.

    `reach` is the number of elements a window spans. `margins` are used unless the padding is
    "SAME". Raises InvalidArgumentError if the window is larger than the padded dimension.
    """
    if stride <= 0:
        raise invalid(f"Stride must be > 0, but got {stride}")
    if padding == "SAME":
        count = -(-size // stride)
        missing = max(0, (count - 1) * stride + reach - size)
        return count, (missing // 2, missing - missing // 2)
    room = size + sum(margins) - reach + stride
    count = int(room / stride)  # towards zero
    if count < 0:
        raise invalid(
            f"Computed output size would be negative: {count} [input_size: {size}, "
            f"effective_filter_size: {reach}, stride: {stride}]"
        )
    return count, margins


def flat_margins(margins: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """Margins in the order of torch's `pad`: the last dimension first."""
    return tuple(size for pair in reversed(margins) for size in pair)


# -- orders of dimensions -----------------------------------------------------------------------


@lru_cache(16)
def _order(rank: int, to_first: bool) -> tuple[int, ...]:
    return (0, rank - 1, *range(1, rank - 1)) if to_first else (0, *range(2, rank), 1)


def channels_first(x: torch.Tensor) -> torch.Tensor:
    """Moves the last dimension behind the batch: a view, torch's channels_last layout."""
    return x.permute(_order(x.ndim, True))


def channels_last(x: torch.Tensor) -> torch.Tensor:
    """The reverse of `channels_first`."""
    return x.permute(_order(x.ndim, False))


# -- special cases of kernels -------------------------------------------------------------------


def nothing(shape: Sequence[int], *sources: torch.Tensor) -> torch.Tensor:
    """Zeros, recorded as computed from `sources`, whose gradients are zeros."""
    zeros = sources[0].new_zeros(tuple(shape))
    for source in sources:
        if has_graph(source):
            zeros = zeros + source.reshape(-1)[:0].sum()
    return zeros


def beyond_stride(
    x: torch.Tensor, reaches: Sequence[int], strides: Sequence[int], counts: Sequence[int]
) -> torch.Tensor:
    """The part of a volume that the windows see, where the strides leave elements over at the end.

    TensorFlow's CPU kernels for volumes skip as many elements in front; their gradients do not.
    """
    for axis, (reach, stride, count) in enumerate(zip(reaches, strides, counts, strict=True)):
        size = x.shape[axis + 2]
        start = (size - (count - 1) * stride - reach) // 2
        if start > 0:
            x = x.narrow(axis + 2, start, size - start)
    return x


# -- several batch dimensions -------------------------------------------------------------------


def over_batches(function: Callable[[Any], Any], value: Any, rank: int) -> Any:
    """Applies `function` to a tensor with all but the last `rank` dimensions merged into one."""
    value = to_tensor(value)
    shape = value.shape.as_list()
    result = function(reshape(value, [-1, *shape[-rank:]]))
    return reshape(result, [*shape[:-rank], *result.shape.as_list()[1:]])


def rank_of(value: Any) -> int:
    """The rank of an argument. Raises AttributeError if it has no shape."""
    return len(value.shape)


def sized(value: Any) -> np.ndarray:
    """A small integer argument as an array."""
    return np.asarray(to_tensor(value).numpy())
