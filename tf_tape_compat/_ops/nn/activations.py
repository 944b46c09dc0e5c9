"""The activation functions of `tf.nn`, including softmax.

At kinks the gradients are those of TensorFlow's kernels, which multiply the upstream gradient by
0, so that infinity gives NaN; torch's kernels often replace it by 0.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from ..._core.op.op import op
from ..._core.recording.payloads import has_graph
from ..._core.tensor.convert import to_tensor, wrap
from ..._core.tensor.static_args import static
from ..._core.tensor.tensor import STRING
from ...errors import AbortedError, InvalidArgumentError
from .._support.gradient_rules import intermediate, with_gradient
from .._support.unsigned import modular
from ..array.joining import concat
from ..math.arithmetic import negative
from ..math.casting import cast

_UNSIGNED = "uint16 uint32 uint64".split()
_INTEGERS = ["int8", "int16", "int32", "int64", "uint8", *_UNSIGNED]

_leaky_relu_ = torch._C._nn.leaky_relu_
_scaled_where_positive = torch.ops.aten.leaky_relu_backward.default


# -- rectifiers ---------------------------------------------------------------------------------


class _Rectified(torch.autograd.Function):
    """relu with TensorFlow's gradient. It saves only its result."""

    @staticmethod
    def forward(x: torch.Tensor) -> torch.Tensor:
        return torch.relu(x)

    @staticmethod
    def vmap(info: Any, in_dims: tuple[Any, ...], x: torch.Tensor) -> Any:
        return _Rectified.apply(x), in_dims[0]

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(output)

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor | None) -> Any:
        if grad is None:
            return None
        return _scaled_where_positive(grad, *ctx.saved_tensors, 0.0, True)


# As in gradient_rules.py: what `apply` calls outside of torch.func's transformations.
_apply_rectified = super(torch.autograd.Function, _Rectified).apply

_LARGE = 1 << 15  # elements; above this, passes over memory cost more than a Python rule


def _relu(x: torch.Tensor) -> torch.Tensor:
    if not has_graph(x):
        return torch.relu(x)
    if torch._C._are_functorch_transforms_active():
        return _Rectified.apply(x)
    if x.numel() > _LARGE:
        return _apply_rectified(x)
    # Twice as fast as a Python rule: applied in place to the result of relu, leaky_relu_ changes
    # no value, and only records a node with TensorFlow's gradient.
    y = x.clone()
    y.data.relu_()
    return _leaky_relu_(y, 0.0)


@op("Relu", "features", torch.clone, unrecorded=True)
def _unsigned_relu(features: Any, name: str | None = None) -> Any:
    """relu of unsigned integers: a copy."""


@op("Relu", "features", _relu, dtype_overloads=dict.fromkeys(_UNSIGNED, _unsigned_relu))
def relu(features: Any, name: str | None = None) -> Any:
    """Implements `tf.nn.relu`: `max(features, 0)`. The gradient at 0 is 0."""


def _relu6_gradient(grad: torch.Tensor, y: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    positive = _scaled_where_positive(grad, y, 0.0, True)
    return _scaled_where_positive(positive, 6 - y, 0.0, True)


@with_gradient(_relu6_gradient)
@modular
def _relu6(x: torch.Tensor) -> torch.Tensor:
    return torch.clamp(x, 0, 6)


def _large_relu6(x: torch.Tensor) -> torch.Tensor:
    signed = x.view(torch.int64)  # large values become negative
    return torch.where((signed < 0) | (signed > 6), 6, signed).view(x.dtype)


@op("Relu6", "features", _large_relu6, unrecorded=True)
def _uint64_relu6(features: Any, name: str | None = None) -> Any:
    """relu6 of uint64, whose large values are negative in int64."""


@op("Relu6", "features", _relu6, dtype_overloads={"uint64": _uint64_relu6})
def relu6(features: Any, name: str | None = None) -> Any:
    """Implements `tf.nn.relu6`: `min(max(features, 0), 6)`. The gradient at 0 and 6 is 0."""


def _leaky_relu_of_integers(features: Any, alpha: Any, name: Any) -> Any:
    return leaky_relu(wrap(to_tensor(features)._t.to(torch.float32)), alpha, name)


@op("LeakyRelu", "features", dtype_overloads=dict.fromkeys(_INTEGERS, _leaky_relu_of_integers))
def leaky_relu(features: Any, alpha: float = 0.2, name: str | None = None) -> Any:
    """Implements `tf.nn.leaky_relu`: `features` where positive, else `alpha * features`.

    Integers become float32. The gradient at 0 is `alpha`. Raises TypeError if `alpha` is not a
    Python or NumPy number.
    """
    if isinstance(alpha, np.ndarray):
        alpha = alpha.item()
    if alpha is None:
        alpha = 0.2
    if not isinstance(alpha, (int, float, np.number, np.bool_)):
        raise TypeError(f"Expected float for argument 'alpha' not {alpha!r}.")
    return functional.leaky_relu(features, float(np.float32(alpha)))  # the kernel takes a float32


def crelu(features: Any, axis: int = -1, name: str | None = None) -> Any:
    """Implements `tf.nn.crelu`: `relu(features)` and `relu(-features)`, concatenated along `axis`.

    Raises InvalidArgumentError if `axis` is out of range.
    """
    features = to_tensor(features)
    return relu(concat([features, negative(features)], axis))


# -- exponential linear units -------------------------------------------------------------------


# TensorFlow's kernels compute `exp(x) - 1` rather than `expm1(x)`, rounding after each step.


@with_gradient(lambda grad, y, x: grad * torch.where(y < 0, y + 1, 1))
def _elu(x: torch.Tensor) -> torch.Tensor:
    return torch.where(x < 0, torch.exp(x) - 1, x)


@op("Elu", "features", _elu)
def elu(features: Any, name: str | None = None) -> Any:
    """Implements `tf.nn.elu`: `features` where positive, else `exp(features) - 1`."""


def _selu_constants(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    scale, scale_alpha = 1.0507009873554804934193349852946, 1.7580993408473768599402175208123
    return x.new_full((), scale), x.new_full((), scale_alpha)


def _selu_gradient(grad: torch.Tensor, y: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    scale, scale_alpha = _selu_constants(x)
    return grad * torch.where(y < 0, y + scale_alpha, scale)


@with_gradient(_selu_gradient)
def _selu(x: torch.Tensor) -> torch.Tensor:
    scale, scale_alpha = _selu_constants(x)
    return torch.where(x < 0, scale_alpha * (torch.exp(x) - 1), scale * x)


@op("Selu", "features", _selu)
def selu(features: Any, name: str | None = None) -> Any:
    """Implements `tf.nn.selu`: the self-normalizing ELU, `1.0507 * elu(features, 1.6733)`."""


# -- gates --------------------------------------------------------------------------------------


# As in TensorFlow, float32 constants for all dtypes.
_CUBIC = float(np.float32(0.044715))
_HALF_ROOT = float(np.float32(0.7071067811865476))


@op("Erfc", "features")
def _gelu(features: Any, approximate: bool) -> Any:
    """`gelu` of floating point numbers."""
    half = 0.5 * features
    if approximate:
        cubic = features + _CUBIC * torch.pow(features, 3)
        return half * (1.0 + torch.tanh(0.7978845608028654 * cubic))
    return half * torch.erfc(-features * _HALF_ROOT)


def gelu(features: Any, approximate: bool = False, name: str | None = None) -> Any:
    """Implements `tf.nn.gelu`: `features` times the normal distribution function of `features`.

    `approximate` selects the formula with tanh. Raises ValueError if the dtype is not floating
    point.
    """
    x = to_tensor(features)
    if not x.dtype.is_floating:
        raise ValueError(
            f"`features.dtype` must be a floating point tensor.Received:features.dtype={x.dtype}"
        )
    return _gelu(x, approximate)


def _swish_slope(x: torch.Tensor, scaled: torch.Tensor, gate: torch.Tensor) -> torch.Tensor:
    return gate * (1.0 + scaled * (1.0 - gate))


def _silu_gradient(grad: torch.Tensor, y: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return grad * _swish_slope(x, intermediate(x), torch.sigmoid(x))


@with_gradient(_silu_gradient)
def _silu(x: torch.Tensor) -> torch.Tensor:
    return x * torch.sigmoid(x)


def _swish_gradient(
    grad: torch.Tensor, y: torch.Tensor, x: torch.Tensor, beta: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    gate = torch.sigmoid(beta * x)
    by_beta = grad * (x * x) * gate * (1.0 - gate)
    # TensorFlow returns the sum over all elements; torch needs the shape of beta.
    return grad * _swish_slope(x, beta * x, gate), by_beta.sum().expand(beta.shape)


@with_gradient(_swish_gradient)
def _swish(x: torch.Tensor, beta: torch.Tensor) -> torch.Tensor:
    return x * torch.sigmoid(beta * x)


@op("Sigmoid", "features", _silu)
def _silu_op(features: Any) -> Any:
    """`features * sigmoid(features)`."""


@op("Sigmoid", "features:T beta:T", _swish)
def _swish_op(features: Any, beta: Any) -> Any:
    """`features * sigmoid(beta * features)`."""


def silu(features: Any, beta: Any = 1.0) -> Any:
    """Implements `tf.nn.silu` and `tf.nn.swish`: `features * sigmoid(beta * features)`."""
    features = to_tensor(features)
    if type(beta) is float and beta == 1.0 and features.dtype is not STRING:
        return _silu_op(features)
    return _swish_op(features, cast(to_tensor(beta), features.dtype))


# -- softmax ------------------------------------------------------------------------------------


def _require_vector(logits: torch.Tensor, error_class: Any = InvalidArgumentError) -> None:
    if logits.ndim == 0:
        raise error_class(None, None, "logits must have >= 1 dimension, got []")


@op("Softmax", "logits")
def _softmax(logits: Any, axis: Any, name: str | None = None) -> Any:
    """`softmax` along a valid axis, or along the last one for None."""
    if axis is None:
        # oneDNN's kernel for float32 raises AbortedError.
        error_class = AbortedError if logits.dtype is torch.float32 else InvalidArgumentError
        _require_vector(logits, error_class)
        return torch.softmax(logits, -1)
    # TensorFlow moves the axis to the end and back, so its gradient does not use this result.
    return intermediate(torch.softmax(logits, axis))


@op("LogSoftmax", "logits")
def _log_softmax(logits: Any, axis: Any, name: str | None = None) -> Any:
    """`log_softmax` along a valid axis, or along the last one for None."""
    if axis is None:
        _require_vector(logits)
        return torch.log_softmax(logits, -1)
    return intermediate(torch.log_softmax(logits, axis))


def _along_axis(operation: Callable[..., Any], logits: Any, axis: Any) -> Any:
    logits = to_tensor(logits)
    axis = static(axis)
    rank = logits.ndim
    if axis == -1:
        return operation(logits, None)
    if not -rank <= axis < rank:
        raise InvalidArgumentError(
            None,
            None,
            f"`dim` must be in the range [{-rank}, {rank}) where {rank} is the number of "
            f"dimensions in the input. Received: dim={axis}",
        )
    return operation(logits, axis)


def softmax(logits: Any, axis: Any = None, name: str | None = None) -> Any:
    """Implements `tf.nn.softmax`: `exp(logits)` divided by its sum along `axis`.

    The axis is the last one by default. Raises InvalidArgumentError if it is out of range.
    """
    return _softmax(logits, None, name) if axis is None else _along_axis(_softmax, logits, axis)


def log_softmax(logits: Any, axis: Any = None, name: str | None = None) -> Any:
    """Implements `tf.nn.log_softmax`: the logarithm of `softmax`.

    Raises InvalidArgumentError if `axis` is out of range.
    """
    return (
        _log_softmax(logits, None, name)
        if axis is None
        else _along_axis(_log_softmax, logits, axis)
    )
