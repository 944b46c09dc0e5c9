"""Histograms with bins of equal width."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.tensor.convert import INT32, c_name, to_tensor
from ..._core.tensor.host_values import to_numpy
from ..._core.tensor.static_args import is_concrete
from ..._core.tensor.tensor import EagerTensor
from ..._core.tensor.value_checks import check_values
from ..._core.types.dtype import as_dtype
from .._support.arguments import invalid_argument
from ..debugging.assertions import Assert
from ..math.arithmetic import multiply, subtract
from ..math.casting import cast
from ..math.clipping import clip_by_value
from ..math.comparison import greater
from ..math.division import truediv
from ..math.elementwise import floor
from .shaping import reshape, shape


@op(
    "HistogramFixedWidth",
    "values value_range nbins:int32",
    unregistered=True,
    host="value_range nbins",
)
def _histogram(values: Any, value_range: Any, nbins: Any, dtype: torch.dtype | None) -> Any:
    if value_range.ndim != 1:
        raise invalid_argument("value_range should be a vector.")
    if value_range.shape[0] != 2:
        raise invalid_argument("value_range should be a vector of 2 elements.")
    if nbins.ndim:
        raise invalid_argument("nbins should be a scalar.")
    low, high = to_numpy(value_range).tolist()
    count = int(to_numpy(nbins))
    if not low < high:
        raise invalid_argument(
            "value_range should satisfy value_range[0] < value_range[1], but got "
            f"'[{low:g}, {high:g}]'"
        )
    if count <= 0:
        raise invalid_argument(f"nbins should be a positive number, but got '{count}'")
    values = values.reshape(-1)
    if values.is_floating_point() and values.is_cpu:
        check_values(_check_numbers, values)
    width = (value_range[1] - value_range[0]).double() / count
    offset = (torch.clamp(values, min=low) - value_range[0]).double()
    bins = torch.clamp(offset / width, max=count - 1).long()
    if is_concrete(bins):
        return torch.bincount(bins, minlength=count).to(dtype)
    bins = bins.clamp(0, count - 1)  # also for NaN, which is not checked there
    ones = torch.ones_like(bins, dtype=dtype)
    return ones.new_zeros(count).index_add(0, bins, ones)


def _check_numbers(values: torch.Tensor) -> None:
    if bool(values.isnan().any()):
        raise invalid_argument("Histogram values must not contain NaN")


def histogram_fixed_width(
    values: Any,
    value_range: Any,
    nbins: Any = 100,
    dtype: Any = INT32,
    name: str | None = None,
) -> Any:
    """How many `values` fall into each of `nbins` bins of equal width (`tf.histogram_fixed_width`).

    Args:
      values: Numbers; those outside of the range count for the first or the last bin.
      value_range: The two ends of the range, a vector.
      nbins: The number of bins.
      dtype: int32 or int64.

    Returns a vector of counts. Raises InvalidArgumentError for NaN, an empty range, or no bins.
    """
    count_dtype = as_dtype(dtype)
    if count_dtype.name not in ("int32", "int64"):
        raise invalid_argument(
            f"Value for attr 'dtype' of {c_name(count_dtype)} is not in the list of allowed "
            "values: int32, int64"
        )
    if isinstance(values, (EagerTensor, np.ndarray)) and type(value_range) is list:
        values = to_tensor(values)
        value_range = to_tensor(value_range, values.dtype)  # a constant of the graph in functions
    return _histogram(values, value_range, to_tensor(nbins, INT32), count_dtype.torch)


def histogram_fixed_width_bins(
    values: Any,
    value_range: Any,
    nbins: Any = 100,
    dtype: Any = INT32,
    name: str | None = None,
) -> Any:
    """The index of the bin that each of `values` falls into, an int32 tensor of their shape.

    Implements `tf.histogram_fixed_width_bins`; see `histogram_fixed_width`. `dtype` has no
    effect.
    """
    values = to_tensor(values)
    flat = reshape(values, [-1])
    value_range = to_tensor(value_range)
    nbins = to_tensor(nbins, INT32)
    Assert(greater(nbins, 0), [f"nbins {nbins} must > 0"])
    count = cast(nbins, flat.dtype)
    low = value_range[0]
    fraction = truediv(subtract(flat, low), subtract(value_range[1], low))
    bins = clip_by_value(floor(multiply(count, fraction)), 0, subtract(count, 1))
    return reshape(cast(bins, INT32), shape(values))
