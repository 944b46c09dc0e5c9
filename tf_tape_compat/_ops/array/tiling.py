"""Tensors repeated: `tf.tile`, `tf.repeat` and `tf.meshgrid`."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.tensor.convert import to_tensor
from .._support.arguments import (
    brackets,
    index_array,
    int_array,
    int_tuple,
    invalid_argument,
    scalar,
)
from .._support.string_arrays import moves_elements
from ..math.casting import cast
from .shaping import broadcast_to, reshape


@op("Tile", "input")
@moves_elements
def tile(input: Any, multiples: Any, name: str | None = None) -> Any:
    """`input` repeated `multiples[i]` times along dimension i. Implements `tf.tile`.

    Raises InvalidArgumentError unless there is one multiple, not negative, for each dimension.
    """
    counts = int_tuple(multiples, "Tmultiples", "Tile")
    if counts is None or not isinstance(multiples, (list, tuple)):
        array = index_array(multiples, "Tmultiples", "Tile")
        if array.ndim != 1:
            raise invalid_argument(
                f"Expected multiples to be 1-D, but got shape {brackets(array.shape)}"
            )
        counts = tuple(array.tolist())
    if len(counts) != input.ndim:
        raise invalid_argument(
            f"Expected multiples argument to be a vector of length {input.ndim} but got length "
            f"{len(counts)}"
        )
    for position, multiple in enumerate(counts):
        if multiple < 0:
            raise invalid_argument(f"Expected multiples[{position}] >= 0, but got {multiple}")
    if 0 not in counts:
        return input.repeat(counts)
    # torch's own gradient here would not depend on the upstream gradient.
    tiled = input.repeat([multiple or 1 for multiple in counts])
    for axis, multiple in enumerate(counts):
        if multiple == 0:
            tiled = tiled.narrow(axis, 0, 0)
    return tiled


@op("Tile", "input")
@moves_elements
def _repeat(input: Any, repeats: Any, axis: int | None) -> Any:
    if axis is None or not input.ndim:
        input, axis = input.reshape(-1), axis or 0
    if not -input.ndim <= axis < input.ndim:
        raise ValueError(f"axis {axis} is out of bounds for a tensor of rank {input.ndim}")
    size = input.shape[axis]
    if repeats.ndim > 1 or (repeats.size not in (1, size)):
        raise ValueError(
            f"tf.repeat: {brackets(repeats.shape)} repeats do not fit a dimension of size {size}"
        )
    if repeats.size == 1:
        multiple = int(repeats.reshape(()))
        if multiple < 0:
            number = axis % input.ndim + 1
            raise invalid_argument(f"Expected multiples[{number}] >= 0, but got {multiple}")
        return input.repeat_interleave(multiple, axis)
    repeats = np.maximum(repeats, 0)
    counts = torch.from_numpy(repeats.astype(np.int64)).to(input.device)
    return input.repeat_interleave(counts, axis, output_size=int(repeats.sum()))


def repeat(input: Any, repeats: Any, axis: Any = None, name: str | None = None) -> Any:
    """Each element along `axis`, repeated as often as `repeats` says. Implements `tf.repeat`.

    `repeats` is one number, or one for each element. Without `axis`, `input` is flattened. Raises
    ValueError if `repeats` does not fit, TypeError if it is not an integer.
    """
    counts = int_array(repeats, "repeats")
    return _repeat(input, counts, None if axis is None else scalar(axis, "axis", "Tile"))


def meshgrid(*args: Any, **kwargs: Any) -> list[Any]:
    """The coordinates of a grid, one tensor for each of the vectors `args` (`tf.meshgrid`).

    Args:
      indexing: "xy" (the first two dimensions are swapped) or "ij".
    """
    indexing = kwargs.pop("indexing", "xy")
    kwargs.pop("name", None)
    for key in kwargs:
        raise TypeError(f"'{key}' is an invalid keyword argument for this function")
    if indexing not in ("xy", "ij"):
        raise ValueError(
            f"Argument `indexing` parameter must be either 'xy' or 'ij', got '{indexing}'"
        )
    if any(arg is None for arg in args):
        raise TypeError("tf.meshgrid: a vector is None")
    vectors: list[Any] = [reshape(to_tensor(arg), (-1,)) for arg in args]
    for position, vector in enumerate(vectors):
        if vector.dtype is not vectors[0].dtype:
            # Raises, or gives the common dtype where operators promote.
            vectors[position] = vector * cast(to_tensor(1), vectors[0].dtype)
    order = list(range(len(vectors)))
    if indexing == "xy" and len(order) > 1:
        order[:2] = 1, 0
    sizes = tuple(vectors[i]._t.shape[0] for i in order)
    return [
        broadcast_to(
            reshape(vector, tuple(-1 if i == order[position] else 1 for i in range(len(order)))),
            sizes,
        )
        for position, vector in enumerate(vectors)
    ]
