"""Complex numbers: their construction, parts, conjugates and arguments."""

from __future__ import annotations

import math
from typing import Any

import torch

from ..._core.op.op import op
from ..._core.tensor.convert import to_tensor
from .._support.gradient_rules import with_gradient
from .._support.operands import read_operand
from .arithmetic import zeros_like_input


@op("Complex", "real imag", torch.complex)
def _complex(real: Any, imag: Any, name: str | None = None) -> Any:
    """`real + imag * 1j`."""


def complex(real: Any, imag: Any, name: str | None = None) -> Any:
    """`real + imag * 1j`, with broadcasting. Implements `tf.complex`.

    Raises TypeError unless both are float32 or both float64.
    """
    real, imag = read_operand(real), read_operand(imag)
    if real.dtype is not imag.dtype or real.dtype.name not in ("float32", "float64"):
        raise TypeError(
            f"The `real` and `imag` components have incorrect types: {real.dtype.name} "
            f"{imag.dtype.name}. They must be consistent, and one of [tf.float32, tf.float64]"
        )
    return _complex(real, imag, name)


@op("Real", "input")
def _real(input: Any, name: str | None = None) -> Any:
    return torch.view_as_real(input.resolve_conj())[..., 0]


@op("Imag", "input")
def _imag(input: Any, name: str | None = None) -> Any:
    return torch.view_as_real(input.resolve_conj())[..., 1]


@op("Conj", "input", torch.conj_physical)
def _conj(input: Any, name: str | None = None) -> Any:
    """The complex conjugate."""


def _angle_gradient(grad: torch.Tensor, _: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
    return -torch.complex(grad, torch.zeros_like(grad)) / torch.complex(z.imag, z.real)


@with_gradient(_angle_gradient)
def _angle_kernel(z: torch.Tensor) -> torch.Tensor:
    return torch.angle(z)


@op("Angle", "input", _angle_kernel)
def _angle(input: Any, name: str | None = None) -> Any:
    """The argument of a complex number."""


@op("ZerosLike", "input", nondifferentiable=True)
def _real_angle(input: Any, name: str | None = None) -> Any:
    """0, or pi for negative numbers."""
    pi = torch.full((), math.pi, dtype=input.dtype, device=input.device)
    return torch.where(input < 0, pi, torch.zeros_like(pi))


def real(input: Any, name: str | None = None) -> Any:
    """The real part; a real tensor is returned unchanged. Implements `tf.math.real`.

    Raises TypeError for booleans and strings.
    """
    tensor = to_tensor(input)
    if tensor.dtype.is_complex:
        return _real(tensor, name)
    if tensor.dtype.is_numeric:
        return tensor
    raise TypeError(f"input must be a numeric tensor, but got tensor with dtype {tensor.dtype}")


def imag(input: Any, name: str | None = None) -> Any:
    """The imaginary part, zeros for a real tensor. Implements `tf.math.imag`."""
    tensor = read_operand(input)
    return _imag(tensor, name) if tensor.dtype.is_complex else zeros_like_input(tensor)


def conj(x: Any, name: str | None = None) -> Any:
    """The complex conjugate; a real tensor is returned unchanged. Implements `tf.math.conj`.

    Raises TypeError for booleans and strings.
    """
    tensor = to_tensor(x)
    if tensor.dtype.is_complex:
        return _conj(tensor, name)
    if tensor.dtype.is_numeric:
        return tensor
    raise TypeError(f"Expected numeric or variant tensor, got dtype {tensor.dtype!r}.")


def angle(input: Any, name: str | None = None) -> Any:
    """The argument of complex numbers, in radians. Implements `tf.math.angle`.

    For real numbers it is 0, or pi if they are negative, with no gradient. Raises TypeError for
    integers.
    """
    tensor = read_operand(input)
    if tensor.dtype.is_complex:
        return _angle(tensor, name)
    if not tensor.dtype.is_floating:
        number = math.pi if tensor.dtype.is_integer else 0
        raise TypeError(f"Cannot convert {number} to EagerTensor of dtype {tensor.dtype.name}")
    return _real_angle(tensor, name)
