"""Sobol sequences, by the direction numbers that torch and TensorFlow share."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import torch

from ..._core.devices.placement import place
from ..._core.op.op import op
from ..._core.tensor.convert import c_name
from ..._core.types.dtype import as_dtype
from ...errors import InvalidArgumentError, UnimplementedError
from .._support.arguments import invalid_argument

_MAX_DIMENSIONS = 21200  # one less than torch supports
_BITS = 30


@lru_cache(4)
def _directions(dim: int) -> torch.Tensor:
    return torch.quasirandom.SobolEngine(dim).sobolstate


def _number(value: Any, name: str) -> int:
    if value.ndim:
        raise invalid_argument(f"{name} must be a scalar")
    return int(value)


@op(
    "SobolSample",
    "dim:int32 num_results:int32 skip:int32",
    unrecorded=True,
    host="dim num_results skip",
)
def _sobol_sample(dim: Any, num_results: Any, skip: Any, dtype: torch.dtype | None) -> Any:
    size, count, first = (
        _number(value, name)
        for value, name in ((dim, "dim"), (num_results, "num_results"), (skip, "skip"))
    )
    if size < 1:
        raise invalid_argument("dim must be at least one")
    if size > _MAX_DIMENSIONS:
        raise invalid_argument(f"dim must be at most {_MAX_DIMENSIONS}")
    if count < 1:
        raise invalid_argument("num_results must be at least one")
    if first < 0:
        raise invalid_argument("skip must be non-negative")
    if first >= 2**31 - 1 - count:
        raise invalid_argument(f"num_results+skip must be less than {2**31 - 1}")
    if first + count >= 2**_BITS:
        raise UnimplementedError(
            None, None, f"num_results+skip must be less than {2**_BITS} in tf_tape_compat"
        )
    # The sequence begins with point 1. A point is the exclusive or of the directions whose bits are
    # set in the Gray code of its number.
    number = torch.arange(first + 1, first + 1 + count, device="cpu")
    code = (number ^ (number >> 1)).unsqueeze(1)
    points = torch.zeros((count, size), dtype=torch.int64, device="cpu")
    for bit, direction in enumerate(_directions(size).unbind(1)):
        points ^= ((code >> bit) & 1) * direction
    return place(points.to(dtype) / 2**_BITS)


def sobol_sample(
    dim: Any,
    num_results: Any,
    skip: Any = 0,
    dtype: Any = as_dtype("float32"),  # noqa: B008
    name: str | None = None,
) -> Any:
    """Points of the Sobol sequence. Implements `tf.math.sobol_sample`.

    Args:
        dim: the number of dimensions, at most 21200.
        num_results: the number of points.
        skip: how many points at the beginning of the sequence are skipped.
        dtype: float32 or float64.
        name: ignored.

    Returns:
        `[num_results, dim]`, in [0, 1).

    Raises:
        InvalidArgumentError: if an argument is out of range.
        UnimplementedError: for points beyond number 2**30.
    """
    result_type = as_dtype(dtype)
    if result_type.name not in ("float32", "float64"):
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'dtype' of {c_name(result_type)} is not in the list of allowed "
            "values: float, double",
        )
    return _sobol_sample(dim, num_results, skip, result_type.torch)
