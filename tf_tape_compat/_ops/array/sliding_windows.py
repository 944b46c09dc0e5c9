"""Sliding windows over the spatial dimensions of a tensor.

Shared by convolutions, poolings and patches: parsing strides, paddings and other attributes,
computing output sizes, and moving the channels to where torch expects them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Sized
from functools import lru_cache
from typing import Any

import torch

from ..._core.op.op_errors import refusal
from ..._core.op.op_texts import op_text
from ..._core.recording.payloads import has_graph
from ..._core.tensor.convert import to_tensor
from ...errors import InvalidArgumentError, UnimplementedError
from .._support.arguments import invalid_argument
from .shaping import reshape


def unimplemented(message: str) -> UnimplementedError:
    """An UnimplementedError, as TensorFlow's kernels raise it."""
    return UnimplementedError(None, None, message)


# -- attributes ---------------------------------------------------------------------------------


def per_dimension(value: Any, count: int, channels_first: bool, name: str) -> list[Any]:
    """Expands an argument such as strides to one value per dimension of the tensor.

    Args:
      value: a number for all spatial dimensions, or a list of 1, `count` or `count + 2` numbers.
        None means 1.
      count: the number of spatial dimensions.
      channels_first: whether the channels precede the spatial dimensions.
      name: the argument's name in error messages.

    Returns:
      A list of `count + 2` values, for batch, channels and spatial dimensions.

    Raises:
      ValueError: if the list has any other length.
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


def int_tuple(
    values: Any, name: str, operation: str, least: int = 0, function: str = ""
) -> tuple[int, ...]:
    """Converts a list attribute to a tuple of ints.

    Raises TypeError if it is not a list of numbers, InvalidArgumentError if it has fewer than
    `least` items.
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
        except (ValueError, TypeError):  # noqa: PERF203 - the message names the value
            raise TypeError(f"Expected int for argument '{name}' not {value!r}.") from None
    if len(numbers) < least:
        text = op_text(operation)
        definition = f"; {text.definition}" if text is not None else ""
        raise InvalidArgumentError(
            None,
            None,
            f"Length for attr '{name}' of {len(numbers)} must be at least minimum {least}\n\t; "
            f"NodeDef: {{{{node {operation}}}}}{definition} [Op:{operation}] name: ",
        )
    return tuple(numbers)


def one_of(value: Any, name: str, allowed: Sequence[str], operation: str) -> str:
    """Returns a string attribute, after checking that it is one of `allowed`.

    Raises TypeError if it is not a string, InvalidArgumentError if it is not allowed.
    """
    if isinstance(value, bytes):
        value = value.decode(errors="replace")
    if not isinstance(value, str):
        raise TypeError(f"Expected string for argument '{name}' not {value!r}.")
    if value not in allowed:
        choices = ", ".join(f'"{choice}"' for choice in allowed)
        raise refusal(operation, name, value, choices)
    return value


def parse_padding(padding: Any, dimensions: int = 4) -> tuple[Any, tuple[Any, ...]]:
    """Splits a `padding` argument into its name and its explicit numbers.

    Args:
      padding: "SAME", "VALID", or a list of (before, after) pairs, one per dimension.
      dimensions: the number of pairs expected.

    Returns:
      The name and an empty tuple, or "EXPLICIT" and the flattened pairs.

    Raises:
      ValueError: if the list is not made of `dimensions` pairs, or `padding` is "EXPLICIT".
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
    return "EXPLICIT", int_tuple(numbers, "explicit_paddings", "")


def spatial(values: Sequence[int], channels_first: bool) -> tuple[int, ...]:
    """The values of the spatial dimensions."""
    return tuple(values[2:] if channels_first else values[1:-1])


def batch_and_channels(values: Sequence[int], channels_first: bool) -> tuple[int, int]:
    """The values of the batch and channel dimensions."""
    return values[0], values[1] if channels_first else values[-1]


# -- sizes and paddings -------------------------------------------------------------------------


def dilated_size(kernel: int, dilation: int) -> int:
    """The number of elements that a dilated kernel spans."""
    return (kernel - 1) * dilation + 1


def spatial_paddings(
    numbers: tuple[int, ...], dimensions: int, channels_first: bool
) -> list[tuple[int, int]]:
    """The (before, after) pairs of the spatial dimensions, from a flat list for all dimensions.

    Raises InvalidArgumentError if the list has another length, a negative number, or padding for
    the batch or the channels.
    """
    if len(numbers) != 2 * dimensions:
        raise invalid_argument(
            f"explicit_paddings attribute must contain {2 * dimensions} values, but got: "
            f"{len(numbers)}"
        )
    if min(numbers) < 0:
        raise invalid_argument("All elements of explicit_paddings must be nonnegative")
    pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
    if any(map(any, (pairs[0], pairs[1 if channels_first else -1]))):
        raise invalid_argument(
            "Nonzero explicit padding in the batch or depth dimensions is not supported"
        )
    return pairs[2:] if channels_first else pairs[1:-1]


def output_size_and_padding(
    size: int, kernel_extent: int, stride: int, padding: str, explicit: tuple[int, int] = (0, 0)
) -> tuple[int, tuple[int, int]]:
    """The output size along one dimension, and the (before, after) padding it needs.

    Args:
      size: the input size.
      kernel_extent: the size of the window, dilation included.
      stride: the step between windows.
      padding: "SAME", "VALID" or "EXPLICIT".
      explicit: the padding to use unless `padding` is "SAME".

    Raises:
      InvalidArgumentError: if the window is larger than the padded input.
    """
    if stride <= 0:
        raise invalid_argument(f"Stride must be > 0, but got {stride}")
    if padding == "SAME":
        count = -(-size // stride)
        missing = max(0, (count - 1) * stride + kernel_extent - size)
        return count, (missing // 2, missing - missing // 2)
    available = size + sum(explicit) - kernel_extent + stride
    count = int(available / stride)  # towards zero
    if count < 0:
        raise invalid_argument(
            f"Computed output size would be negative: {count} [input_size: {size}, "
            f"effective_filter_size: {kernel_extent}, stride: {stride}]"
        )
    return count, explicit


def torch_padding(paddings: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """Paddings flattened in the order of torch's `pad`: last dimension first."""
    return tuple(size for pair in reversed(paddings) for size in pair)


# -- memory layouts -----------------------------------------------------------------------------


@lru_cache(16)
def _order(rank: int, channels_to_front: bool) -> tuple[int, ...]:
    return (0, rank - 1, *range(1, rank - 1)) if channels_to_front else (0, *range(2, rank), 1)


def to_channels_first(x: torch.Tensor) -> torch.Tensor:
    """A view with the last dimension moved behind the batch, in torch's channels_last format."""
    return x.permute(_order(x.ndim, True))


def to_channels_last(x: torch.Tensor) -> torch.Tensor:
    """The inverse of `to_channels_first`."""
    return x.permute(_order(x.ndim, False))


# -- values that differ from torch's ------------------------------------------------------------


def connected_zeros(shape: Sequence[int], *sources: torch.Tensor) -> torch.Tensor:
    """Zeros connected to `sources` in the graph, so that the gradients of these are zeros."""
    result = sources[0].new_zeros(tuple(shape))
    for source in sources:
        if has_graph(source):
            result = result + source.reshape(-1)[:0].sum()
    return result


def crop_stride_remainder(
    x: torch.Tensor,
    kernel_extents: Sequence[int],
    strides: Sequence[int],
    output_sizes: Sequence[int],
) -> torch.Tensor:
    """Crops the front of a volume [batch, channels, ...] where strides leave a remainder.

    With "SAME" padding TensorFlow's CPU kernels for volumes skip half of the elements that no
    window reaches at the front; their gradients do not.
    """
    for axis, (extent, stride, output_size) in enumerate(
        zip(kernel_extents, strides, output_sizes, strict=True)
    ):
        size = x.shape[axis + 2]
        start = (size - (output_size - 1) * stride - extent) // 2
        if start > 0:
            x = x.narrow(axis + 2, start, size - start)
    return x


# -- batch dimensions ---------------------------------------------------------------------------


def with_flat_batch(function: Callable[[Any], Any], value: Any, rank: int) -> Any:
    """Applies `function` to a tensor with all dimensions before the last `rank` merged into one."""
    value = to_tensor(value)
    shape = value.shape.as_list()
    result = function(reshape(value, [-1, *shape[-rank:]]))
    return reshape(result, [*shape[:-rank], *result.shape.as_list()[1:]])


def rank_of(value: Any) -> int:
    """The rank of an argument. Raises AttributeError if it has no shape."""
    return len(value.shape)
