"""Products and quotients that are 0 where `x` is 0: `tf.math.xlogy`, `xlog1py`, `xdivy`."""

from __future__ import annotations

from typing import Any

import torch

from ..._core.devices.placement import together
from ..._core.op.op import op
from .._support.gradient_rules import sum_to, with_gradient


def _is_nonzero(x: torch.Tensor) -> torch.Tensor:
    return (x != 0).to(x.dtype)


def _times_or_zero(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """`x * y`, and x where that is 0 or -0."""
    x, y = together(x, y)
    return torch.where(x == 0, x, x * y)


def _xlogy_gradient(grad: Any, _: Any, x: torch.Tensor, y: torch.Tensor) -> Any:
    return sum_to(xlogy_kernel(_is_nonzero(x), y) * grad, x), sum_to(_xdivy(x, y) * grad, y)


@with_gradient(_xlogy_gradient)
def xlogy_kernel(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """`x * log(y)`, and 0 where `x` is 0."""
    return _times_or_zero(x, torch.log(y))


def _xlog1py_gradient(grad: Any, _: Any, x: torch.Tensor, y: torch.Tensor) -> Any:
    return sum_to(xlog1py_kernel(_is_nonzero(x), y) * grad, x), sum_to(_xdivy(x, y + 1) * grad, y)


@with_gradient(_xlog1py_gradient)
def xlog1py_kernel(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """`x * log1p(y)`, and 0 where `x` is 0."""
    return _times_or_zero(x, torch.log1p(y))


def _xdivy_gradient(grad: Any, _: Any, x: torch.Tensor, y: torch.Tensor) -> Any:
    return sum_to(_xdivy(_is_nonzero(x), y) * grad, x), sum_to(_xdivy(-x, y * y) * grad, y)


@with_gradient(_xdivy_gradient)
def _xdivy(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    x, y = together(x, y)
    return torch.where(x == 0, x, x / y)


@op("Xlogy", "x y", xlogy_kernel)
def xlogy(x: Any, y: Any, name: str | None = None) -> Any:
    """`x * log(y)`, and 0 where `x` is 0. Implements `tf.math.xlogy`."""


@op("Xlog1py", "x y", xlog1py_kernel)
def xlog1py(x: Any, y: Any, name: str | None = None) -> Any:
    """`x * log1p(y)`, and 0 where `x` is 0. Implements `tf.math.xlog1py`."""


@op("Xdivy", "x y", _xdivy)
def xdivy(x: Any, y: Any, name: str | None = None) -> Any:
    """`x / y`, and 0 where `x` is 0. Implements `tf.math.xdivy`."""
