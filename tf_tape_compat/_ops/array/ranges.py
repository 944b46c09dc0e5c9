"""Evenly spaced numbers: `tf.range` and `tf.linspace`."""

from __future__ import annotations

import builtins
from typing import Any

import torch

from ..._core.devices.placement import current, device_for
from ..._core.op.op import op
from ..._core.op.op_errors import missing_kernel, refusal
from ..._core.tensor.convert import host_tensor, to_tensor
from ..._core.tensor.python_values import element_type
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import DType, as_dtype
from .._support.arguments import brackets, int_array, invalid_argument, scalar
from ..math.arithmetic import subtract
from ..math.casting import cast
from ..math.division import truediv

_RANGE_TYPES = tuple(map(as_dtype, "int32 int64 float16 bfloat16 float32 float64".split()))
_TYPES_WITHOUT_KERNEL = frozenset(map(as_dtype, "int8 int16 uint16 uint32 uint64".split()))
_RANGE_NAMES = "bfloat16, half, float, double, int8, int16, int32, int64, uint16, uint32, uint64"


@op("Range", "start limit delta", nondifferentiable=True, host="start limit delta")
def _range(start: Any, limit: Any, delta: Any) -> Any:
    for name, bound in (("start", start), ("limit", limit), ("delta", delta)):
        if bound.numel() != 1 or bound.ndim > 1:
            raise invalid_argument(f"{name} must be a scalar, not shape {brackets(bound.shape)}")
    return _numbers(start.reshape(()), limit.reshape(()), delta.reshape(()))


def _numbers(first: torch.Tensor, end: torch.Tensor, step: torch.Tensor) -> torch.Tensor:
    """The numbers from `first` up to `end`, which is excluded."""
    start, limit, delta, dtype = first.item(), end.item(), step.item(), first.dtype
    if delta == 0:
        raise invalid_argument(f"Requires delta != 0: {delta:g}")
    if delta > 0 and start > limit:
        raise invalid_argument(f"Requires start <= limit when delta > 0: {start:g}/{limit:g}")
    if delta < 0 and start < limit:
        raise invalid_argument(f"Requires start >= limit when delta < 0: {start:g}/{limit:g}")
    if not dtype.is_floating_point:
        return torch.arange(start, limit, delta, dtype=dtype, device=device_for(dtype))
    # The count and each step are rounded to the dtype, which torch.arange does not do.
    count = torch.ceil(torch.abs((end - first) / step)).item()
    if not count < 2**63:
        raise invalid_argument("Requires ((limit - start) / delta) <= 9223372036854775807")
    steps = torch.arange(int(count), dtype=dtype, device=current())
    return first + steps * step  # 0-d tensors on the host go with those on every device


def range(
    start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None, name: str | None = "range"
) -> EagerTensor:
    """The numbers from `start` up to but excluding `limit`, in steps of `delta`.

    Implements `tf.range`. With a single bound, the numbers start at 0. They have `dtype`, or the
    widest dtype among the bounds. Raises InvalidArgumentError if the steps lead away from
    `limit`.
    """
    if limit is None:
        start, limit = 0, start
    target = None if dtype is None else as_dtype(dtype)
    if target is None and type(start) is type(limit) is type(delta) is int:
        smallest, largest = min(start, limit, delta), max(start, limit, delta)
        fits_int32 = smallest >= -(2**31) and largest < 2**31
        if fits_int32 and (limit - start) * delta >= 0 and delta:
            return EagerTensor(torch.arange(start, limit, delta, dtype=torch.int32))
    start, limit, delta = (
        bound if isinstance(bound, EagerTensor) else host_tensor(bound, target)
        for bound in (start, limit, delta)
    )
    if target is None:
        dtypes = [bound.dtype for bound in (start, limit, delta)]
        assert all(one in _RANGE_TYPES for one in dtypes), dtypes
        target = max(dtypes, key=_RANGE_TYPES.index)
    else:
        check_range_type(target)
    return _range(*(cast_bound(bound, target) for bound in (start, limit, delta)))


def cast_bound(bound: EagerTensor, target: DType) -> EagerTensor:
    """`tf.cast`, but a bound in host memory stays there."""
    if type(bound) is EagerTensor:
        payload = bound._t
        if type(payload) is torch.Tensor and payload.is_cpu:
            return EagerTensor(payload.to(element_type(target)))
    return cast(bound, target)


def check_range_type(dtype: DType) -> None:
    """Raises TensorFlow's errors for dtypes that have no ranges."""
    if dtype in _TYPES_WITHOUT_KERNEL:
        raise missing_kernel("Range", Tidx=dtype)
    if dtype not in _RANGE_TYPES:
        raise refusal("Range", "Tidx", dtype)


@op("Sub", "start stop delta?:T")
def _linspace(start: Any, stop: Any, delta: Any, count: int, axis: int) -> Any:
    start, stop = torch.broadcast_tensors(start, stop)
    rank = start.ndim + 1
    if not -rank <= axis < rank:
        raise invalid_argument(f"axis {axis} is out of bounds for {rank} dimensions")
    if count < 0:
        raise invalid_argument(f"Requires num >= 0, got {count}")
    axis += rank if axis < 0 else 0
    start, stop = start.unsqueeze(axis), stop.unsqueeze(axis)
    if count < 2:
        return torch.cat([start, stop], axis).narrow(axis, 0, count)
    delta = (stop - start) / (count - 1) if delta is None else delta.unsqueeze(axis)
    steps = torch.arange(1, count - 1, device=start.device).to(start.dtype)
    steps = steps.reshape([-1 if i == axis else 1 for i in builtins.range(rank)])
    return torch.cat([start, start + delta * steps, stop], axis)


def linspace(
    start: Any, stop: Any, num: Any, name: str | None = None, axis: Any = 0
) -> EagerTensor:
    """`num` evenly spaced numbers from `start` to `stop`, along a new axis (`tf.linspace`).

    Integers become float64, small ones float32. Raises InvalidArgumentError for a negative
    `num`.
    """
    start = to_tensor(start)
    stop = to_tensor(stop, start.dtype)
    count = scalar(int_array(num, "num"), "num", "LinSpace")
    delta = None
    if start.dtype.is_integer:
        # The difference has the integers' dtype, the step the dtype of their quotient.
        steps_between = cast(to_tensor(max(count - 1, 1)), start.dtype)
        delta = truediv(subtract(stop, start), steps_between)
        start, stop = cast(start, delta.dtype), cast(stop, delta.dtype)
    return _linspace(start, stop, delta, count, scalar(axis, "axis", "LinSpace"))
