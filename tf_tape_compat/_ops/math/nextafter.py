"""The neighbouring floating-point number: `tf.math.nextafter`."""

from __future__ import annotations

from typing import Any

import torch

from ..._core.devices.placement import together
from ..._core.op.op import op
from ..._core.tensor.convert import is_typed, to_tensor
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import as_dtype
from .._support.gradient_rules import sum_to, with_gradient
from .._support.operands import read_operand


@with_gradient(lambda grad, _, x, y: (sum_to(grad, x), sum_to(torch.zeros_like(grad), y)))
def _nextafter(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return torch.nextafter(*together(x, y))


def _float_operands(x: Any, y: Any) -> Any:
    """The operands of `nextafter`: Python values without a tensor are float32."""
    if isinstance(x, (list, tuple)) and not isinstance(y, EagerTensor):
        return to_tensor(x, as_dtype("float32")), to_tensor(y, as_dtype("float32"))
    if is_typed(x) or is_typed(y):
        dtype = as_dtype((x if is_typed(x) else y).dtype)
    else:
        dtype = as_dtype("float32")
    return tuple(read_operand(v) if is_typed(v) else to_tensor(v, dtype) for v in (x, y))


@op("NextAfter", "x1 x2", _nextafter, convert_pair=_float_operands)
def nextafter(x1: Any, x2: Any, name: str | None = None) -> Any:
    """The representable number next to `x1` in the direction of `x2` (`tf.math.nextafter`)."""
