"""Isotonic regression: the closest monotonic sequence."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch

from ..._core.devices.placement import place
from ..._core.op.op import op
from ..._core.op.op_errors import missing_kernel
from ..._core.recording.admission import single_op
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.value_checks import call_with_values
from ..._core.types.dtype import as_dtype
from ...errors import InvalidArgumentError
from .._support.gradient_rules import with_gradient
from ..array.shaping import transpose
from ..math.arithmetic import negative

_KEPT_DTYPES = ("float16", "bfloat16", "float32")
_UNSIGNED = (torch.uint8, torch.uint16, torch.uint32, torch.uint64)


class IsotonicRegression(NamedTuple):
    """The fitted sequences, and the index of the averaged segment of each element."""

    output: Any
    segments: Any


def _pool_adjacent_violators(row: list[float]) -> tuple[list[float], list[int]]:
    """The closest decreasing sequence, and the segment of each element.

    A new segment is merged with the previous one for as long as its mean is larger.
    """
    sums: list[float] = []
    counts: list[int] = []
    for value in row:
        total, count = value, 1
        while sums and sums[-1] / counts[-1] < total / count:
            total += sums.pop()
            count += counts.pop()
        sums.append(total)
        counts.append(count)
    values: list[float] = []
    segments: list[int] = []
    for number, (total, count) in enumerate(zip(sums, counts, strict=True)):
        values += [total / count] * count
        segments += [number] * count
    return values, segments


def _fitted_gradient(grads: Any, outputs: Any, x: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """The mean of the gradient over each segment."""
    grad, segments = grads[0], outputs[1].long()
    sums = torch.zeros_like(grad).scatter_add(-1, segments, grad)
    counts = torch.zeros_like(grad).scatter_add(-1, segments, torch.ones_like(grad))
    return (sums / counts.clamp(min=1)).gather(-1, segments)


@with_gradient(_fitted_gradient)
def _fitted(x: torch.Tensor, dtype: torch.dtype) -> tuple[torch.Tensor, torch.Tensor]:
    def results() -> tuple[torch.Tensor, torch.Tensor]:
        return (
            torch.empty(x.shape, dtype=dtype, device=x.device),
            torch.empty(x.shape, dtype=torch.int32, device=x.device),
        )

    fitted: tuple[torch.Tensor, torch.Tensor] = call_with_values(
        lambda values: _fitted_rows(values, dtype), results, x
    )
    return fitted


def _fitted_rows(x: torch.Tensor, dtype: torch.dtype) -> tuple[torch.Tensor, torch.Tensor]:
    rows = [_pool_adjacent_violators(row) for row in x.reshape(-1, x.shape[-1]).tolist()]
    values = torch.tensor([row[0] for row in rows], dtype=torch.float64)
    segments = torch.tensor([row[1] for row in rows], dtype=torch.int32)
    return (
        values.reshape(x.shape).to(dtype),
        segments.reshape(x.shape),
    )


@op("IsotonicRegression", "input:T", host="input")
@single_op
def _isotonic(input: Any, dtype: Any) -> Any:
    if input.dtype in _UNSIGNED:
        raise missing_kernel("IsotonicRegression", T=input.dtype, output_dtype=dtype)
    if not input.numel() or not input.ndim:
        output, segments = (
            input.to(dtype, copy=True),
            input.new_zeros(input.shape, dtype=torch.int32),
        )
    else:
        output, segments = _fitted(input, dtype)
    return place(output), place(segments)


def isotonic_regression(
    inputs: Any, decreasing: Any = True, axis: Any = -1
) -> IsotonicRegression | tuple[Any, Any]:
    """Implements `tf.nn.isotonic_regression`: the least-squares monotonic fit along `axis`.

    Returns the fitted sequences, decreasing unless `decreasing` is false, and the index of the
    segment of equal values that each element belongs to (int32). Integers become float32 or
    float64. Raises InvalidArgumentError if `axis` is out of range.
    """
    inputs = to_tensor(inputs)
    name = inputs.dtype.name
    output_dtype = (
        name if name in _KEPT_DTYPES else "float32" if name in ("int8", "int16") else "float64"
    )
    dtype = as_dtype(output_dtype).torch

    def fit(matrix: Any) -> Any:
        if decreasing:
            return IsotonicRegression(*_isotonic(matrix, dtype))
        output, segments = _isotonic(negative(matrix), dtype)
        return negative(output), segments

    rank = inputs.ndim
    if axis in (-1, rank - 1):
        return fit(inputs)
    if not -rank <= axis < rank:
        raise InvalidArgumentError(
            None,
            None,
            f"`dim` must be in the range [{-rank}, {rank}) where {rank} is the number of "
            f"dimensions in the input. Received: dim={axis}",
        )
    order = list(range(rank))
    order[axis], order[-1] = order[-1], order[axis]
    output, segments = fit(transpose(inputs, order))
    return transpose(output, order), transpose(segments, order)
