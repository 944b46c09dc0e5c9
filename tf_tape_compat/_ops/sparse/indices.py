"""Positions in sparse tensors: their order, where they are in row-major order, and checks."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from ..._core.tensor.tensor import STRING
from ..._core.types.dtype import FROM_TORCH
from ..._core.variables.sparse_tensor import SparseTensor
from .._support.arguments import brackets, invalid
from .._support.element_types import no_kernel


def sparse(value: Any) -> SparseTensor:
    """`value`, if it is a sparse tensor. Raises TypeError if it is not."""
    if not isinstance(value, SparseTensor):
        raise TypeError("Input must be a SparseTensor.")
    return value


def take(values: Any, index: torch.Tensor) -> Any:
    """`values[index]` of a payload, which may be of strings."""
    if isinstance(values, np.ndarray):
        return values[index.cpu().numpy()]
    return values[index]


def joined(parts: list[Any]) -> Any:
    """The payloads one after another."""
    if isinstance(parts[0], np.ndarray):
        return np.concatenate(parts)
    return torch.cat(parts)


def keys(indices: torch.Tensor) -> torch.Tensor:
    """A number for each position, in the order of positions; equal ones have equal numbers."""
    count, rank = indices.shape
    if not count or not rank:
        return indices.new_zeros(count)
    low = indices.amin(0)
    sizes = (indices.amax(0) - low + 1).tolist()
    shifted = indices - low
    if math.prod(sizes) < 2**62:
        return shifted @ shifted.new_tensor(strides(sizes))
    key = shifted[:, 0]
    for column in shifted.unbind(1)[1:]:
        key = torch.unique(key, return_inverse=True)[1]
        distinct, column = torch.unique(column, return_inverse=True)
        key = key * len(distinct) + column
    return key


def strides(sizes: list[int]) -> list[int]:
    """How far apart neighbours along each dimension are in row-major order."""
    found = [1]
    for size in sizes[:0:-1]:
        found.append(found[-1] * size)
    return found[::-1][: len(sizes)]


def offsets(indices: torch.Tensor, sizes: list[int]) -> torch.Tensor:
    """Where positions within a shape are in row-major order."""
    return (indices * indices.new_tensor(strides(sizes))).sum(1)


def check_kernel(operation: str, values: Any, lacking: str) -> None:
    """Raises NotFoundError for the types for which TensorFlow has no kernel."""
    name = FROM_TORCH.get(values.dtype, STRING).name
    if name in lacking.split():
        no_kernel(operation, name)[name]()


def check_rank(what: str, given: Any, rank: int) -> None:
    """Raises InvalidArgumentError if an argument has another number of dimensions."""
    if given.ndim != rank:
        kind = "matrix" if rank == 2 else "vector"
        raise invalid(f"Input {what} should be a {kind} but received shape {brackets(given.shape)}")


def check_parts(indices: torch.Tensor, values: Any, shape: torch.Tensor) -> list[int]:
    """The sizes of a sparse tensor. Raises InvalidArgumentError if its parts do not fit."""
    check_rank("indices", indices, 2)
    if values is not None:
        check_rank("values", values, 1)
    check_rank("shape", shape, 1)
    if values is not None and values.shape[0] != indices.shape[0]:
        raise invalid(f"{values.shape[0]} values for {indices.shape[0]} positions")
    if shape.shape[0] != indices.shape[1]:
        raise invalid(f"{indices.shape[1]} coordinates for {shape.shape[0]} dimensions")
    return shape.tolist()


def check_bounds(indices: torch.Tensor, sizes: list[int]) -> None:
    """Raises InvalidArgumentError for a position outside of the shape."""
    outside = (indices < 0) | (indices >= indices.new_tensor(sizes))
    if bool(outside.any()):
        row = int(outside.any(1).nonzero()[0, 0])
        raise invalid(
            f"indices[{row}] = {brackets(indices[row].tolist())} is out of bounds: need 0 <= index "
            f"< {brackets(sizes)}"
        )


def check_order(indices: torch.Tensor) -> None:
    """Raises InvalidArgumentError where positions are repeated or not in order."""
    found = keys(indices)
    step = found[1:] - found[:-1]
    if bool((step <= 0).any()):
        row = int((step <= 0).nonzero()[0, 0]) + 1
        what = "is repeated" if int(step[row - 1]) == 0 else "is out of order"
        raise invalid(
            f"indices[{row}] = {brackets(indices[row].tolist())} {what}. Many sparse ops require "
            "sorted indices.\n    Use `tf.sparse.reorder` to create a correctly ordered copy.\n\n"
        )
