"""Sobol's sequence, by the direction numbers that torch and TensorFlow share."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import torch

from ..._core.op.op import op
from ..._core.tensor.convert import c_name
from ..._core.types.dtype import as_dtype
from ...errors import InvalidArgumentError, UnimplementedError
from .._support.arguments import invalid

_LARGEST = 21200  # TensorFlow has one dimension less than torch
_BITS = 30


@lru_cache(4)
def _directions(dim: int) -> torch.Tensor:
    return torch.quasirandom.SobolEngine(dim).sobolstate


def _number(value: Any, name: str) -> int:
    if value.ndim:
        raise invalid(f"{name} must be a scalar")
    return int(value)


@op("SobolSample", "dim:int32 num_results:int32 skip:int32", unrecorded=True)
def _sobol_sample(dim: Any, num_results: Any, skip: Any, dtype: torch.dtype | None) -> Any:
    size, count, first = (
        _number(value, name)
        for value, name in ((dim, "dim"), (num_results, "num_results"), (skip, "skip"))
    )
    if size < 1:
        raise invalid("dim must be at least one")
    if size > _LARGEST:
        raise invalid(f"dim must be at most {_LARGEST}")
    if count < 1:
        raise invalid("num_results must be at least one")
    if first < 0:
        raise invalid("skip must be non-negative")
    if first >= 2**31 - 1 - count:
        raise invalid(f"num_results+skip must be less than {2**31 - 1}")
    if first + count >= 2**_BITS:
        raise UnimplementedError(
            None, None, f"num_results+skip must be less than {2**_BITS} in tf_tape_compat"
        )
    # The point 0 is left out. A point is the exclusive or of the directions whose bits are set in
    # the Gray code of its number.
    number = torch.arange(first + 1, first + 1 + count)
    code = (number ^ (number >> 1)).unsqueeze(1)
    points = torch.zeros((count, size), dtype=torch.int64)
    for bit, direction in enumerate(_directions(size).unbind(1)):
        points ^= ((code >> bit) & 1) * direction
    return (points.to(dtype) / 2**_BITS).to(dim.device)


def sobol_sample(
    dim: Any,
    num_results: Any,
    skip: Any = 0,
    dtype: Any = as_dtype("float32"),  # noqa: B008
    name: str | None = None,
) -> Any:
    """Points of Sobol's sequence [num_results, dim], those from number `skip` on.

    `dtype` is float32 or float64. Answers for `tf.math.sobol_sample`. Raises InvalidArgumentError
    for more than 21200 dimensions, UnimplementedError for points beyond number 2**30.
    """
    kind = as_dtype(dtype)
    if kind.name not in ("float32", "float64"):
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'dtype' of {c_name(kind)} is not in the list of allowed values: "
            "float, double",
        )
    return _sobol_sample(dim, num_results, skip, kind.torch)
