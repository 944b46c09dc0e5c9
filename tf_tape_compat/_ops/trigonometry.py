"""Trigonometric and hyperbolic functions, and their inverses."""

from __future__ import annotations

from typing import Any

import torch

from .._core.operation import op
from .._core.rule import with_gradient
from .element_types import COMPLEX, sum_to


@op("Sin", "x", torch.sin)
def sin(x: Any, name: str | None = None) -> Any:
    """The sine; answers for `tf.sin`."""


@op("Cos", "x", torch.cos)
def cos(x: Any, name: str | None = None) -> Any:
    """The cosine; answers for `tf.cos`."""


@with_gradient(lambda grad, _, x: grad * torch.square(torch.reciprocal(torch.cos(x.conj()))))
def _tan(x: torch.Tensor) -> torch.Tensor:
    return torch.tan(x)


@op("Tan", "x", _tan)
def tan(x: Any, name: str | None = None) -> Any:
    """The tangent; answers for `tf.tan`."""


def _arc(sign: float) -> Any:
    return lambda grad, _, z: sign * grad / torch.sqrt(1 - torch.square(z.conj()))


def _of_complex(operation: str, kernel: Any) -> dict[str, Any]:
    @op(operation, "x", kernel)
    def run(x: Any, name: str | None = None) -> Any:
        """The function of complex numbers, with TensorFlow's gradient on the branch cut."""

    return dict.fromkeys(COMPLEX, run)


@with_gradient(_arc(1))
def _complex_asin(z: torch.Tensor) -> torch.Tensor:
    return torch.asin(z)


@with_gradient(_arc(-1))
def _complex_acos(z: torch.Tensor) -> torch.Tensor:
    return torch.acos(z)


@op("Asin", "x", torch.asin, others=_of_complex("Asin", _complex_asin))
def asin(x: Any, name: str | None = None) -> Any:
    """The inverse sine; answers for `tf.asin`."""


@op("Acos", "x", torch.acos, others=_of_complex("Acos", _complex_acos))
def acos(x: Any, name: str | None = None) -> Any:
    """The inverse cosine; answers for `tf.acos`."""


@op("Atan", "x", torch.atan)
def atan(x: Any, name: str | None = None) -> Any:
    """The inverse tangent; answers for `tf.atan`."""


def _atan2_gradient(grad: Any, _: Any, y: torch.Tensor, x: torch.Tensor) -> Any:
    share = grad / (torch.square(y) + torch.square(x))
    return sum_to(x * share, y), sum_to(-y * share, x)


@with_gradient(_atan2_gradient)
def _atan2(y: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return torch.atan2(y, x)


@op("Atan2", "y x", _atan2)
def atan2(y: Any, x: Any, name: str | None = None) -> Any:
    """The angle of the point (x, y); answers for `tf.atan2`."""


@op("Sinh", "x", torch.sinh)
def sinh(x: Any, name: str | None = None) -> Any:
    """The hyperbolic sine; answers for `tf.sinh`."""


@op("Cosh", "x", torch.cosh)
def cosh(x: Any, name: str | None = None) -> Any:
    """The hyperbolic cosine; answers for `tf.cosh`."""


@op("Tanh", "x", torch.tanh)
def tanh(x: Any, name: str | None = None) -> Any:
    """The hyperbolic tangent; answers for `tf.tanh`."""


# The gradients of these two come from their results, as TensorFlow's do: NaN where those are.


@with_gradient(lambda grad, y, x: grad / torch.cosh(y.conj()))
def _asinh(x: torch.Tensor) -> torch.Tensor:
    return torch.asinh(x)


@with_gradient(lambda grad, y, x: grad / torch.sinh(y.conj()))
def _acosh(x: torch.Tensor) -> torch.Tensor:
    return torch.acosh(x)


@op("Asinh", "x", _asinh)
def asinh(x: Any, name: str | None = None) -> Any:
    """The inverse hyperbolic sine; answers for `tf.asinh`."""


@op("Acosh", "x", _acosh)
def acosh(x: Any, name: str | None = None) -> Any:
    """The inverse hyperbolic cosine; answers for `tf.acosh`."""


@op("Atanh", "x", torch.atanh)
def atanh(x: Any, name: str | None = None) -> Any:
    """The inverse hyperbolic tangent; answers for `tf.atanh`."""
