"""Indices of sparse tensors: checks, their order, and their offsets in row-major order."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from ..._core.tensor.tensor import STRING
from ..._core.types.dtype import FROM_TORCH
from ..._core.variables.sparse_tensor import SparseTensor
from .._support.arguments import brackets, invalid_argument
from .._support.dtype_overloads import no_kernel


def sparse(value: Any) -> SparseTensor:
    """Returns `value` if it is a sparse tensor. Raises TypeError if not."""
    if not isinstance(value, SparseTensor):
        raise TypeError("Input must be a SparseTensor.")
    return value


def take(values: Any, index: torch.Tensor) -> Any:
    """`values[index]` for a payload, which may be an array of strings."""
    if isinstance(values, np.ndarray):
        return values[index.cpu().numpy()]
    return values[index]


def joined(parts: list[Any]) -> Any:
    """The payloads concatenated."""
    if isinstance(parts[0], np.ndarray):
        return np.concatenate(parts)
    return torch.cat(parts)


def keys(indices: torch.Tensor) -> torch.Tensor:
    """A number for each index tuple, in row-major order; equal tuples have equal numbers."""
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
    """The distances of neighbours along each dimension in row-major order."""
    products = [1]
    for size in sizes[:0:-1]:
        products.append(products[-1] * size)
    return products[::-1][: len(sizes)]


def offsets(indices: torch.Tensor, sizes: list[int]) -> torch.Tensor:
    """The offsets of index tuples in row-major order within a shape."""
    return (indices * indices.new_tensor(strides(sizes))).sum(1)


def check_kernel(operation: str, values: Any, lacking: str) -> None:
    """Raises NotFoundError for types for which TensorFlow has no kernel."""
    name = FROM_TORCH.get(values.dtype, STRING).name
    if name in lacking.split():
        no_kernel(operation, name)[name]()


def check_rank(argument: str, value: Any, rank: int) -> None:
    """Raises InvalidArgumentError if an argument has another rank."""
    if value.ndim != rank:
        expected = "matrix" if rank == 2 else "vector"
        raise invalid_argument(
            f"Input {argument} should be a {expected} but received shape {brackets(value.shape)}"
        )


def check_parts(indices: torch.Tensor, values: Any, shape: torch.Tensor) -> list[int]:
    """Returns the sizes of a sparse tensor.

    Raises InvalidArgumentError if its parts do not match.
    """
    check_rank("indices", indices, 2)
    if values is not None:
        check_rank("values", values, 1)
    check_rank("shape", shape, 1)
    if values is not None and values.shape[0] != indices.shape[0]:
        raise invalid_argument(f"{values.shape[0]} values for {indices.shape[0]} indices")
    if shape.shape[0] != indices.shape[1]:
        raise invalid_argument(f"{indices.shape[1]} coordinates for {shape.shape[0]} dimensions")
    return shape.tolist()


def check_bounds(indices: torch.Tensor, sizes: list[int]) -> None:
    """Raises InvalidArgumentError if an index is outside the shape."""
    outside = (indices < 0) | (indices >= indices.new_tensor(sizes))
    if bool(outside.any()):
        row = int(outside.any(1).nonzero()[0, 0])
        raise invalid_argument(
            f"indices[{row}] = {brackets(indices[row].tolist())} is out of bounds: need 0 <= index "
            f"< {brackets(sizes)}"
        )


def check_order(indices: torch.Tensor) -> None:
    """Raises InvalidArgumentError if indices are repeated or out of order."""
    key = keys(indices)
    step = key[1:] - key[:-1]
    if bool((step <= 0).any()):
        row = int((step <= 0).nonzero()[0, 0]) + 1
        problem = "is repeated" if int(step[row - 1]) == 0 else "is out of order"
        raise invalid_argument(
            f"indices[{row}] = {brackets(indices[row].tolist())} {problem}. Many sparse ops "
            "require sorted indices.\n"
            "    Use `tf.sparse.reorder` to create a correctly ordered copy.\n\n"
        )
