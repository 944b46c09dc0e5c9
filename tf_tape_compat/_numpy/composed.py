"""Functions whose results change when operators promote, because TensorFlow composes them.

TensorFlow implements these functions with operators, so they follow the operators' type promotion.
Each rule here wraps one function. Without promotion, and for arguments of the same dtype, the
wrapped function behaves as before.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .._core.op.dispatch import holds_composite
from .._core.tensor.convert import to_tensor
from .._ops.array import creation
from .._ops.array.inspection import is_tensor
from .._ops.array.where import where
from .._ops.linalg import norms
from .._ops.math import (
    arithmetic,
    casting,
    comparison,
    division,
    elementwise,
    error_functions,
    logical,
)
from ..errors import InvalidArgumentError
from .promotion import NumpyBehavior
from .type_promotion import PromotionMode, promoted_type
from .weak_tensor import EagerWeakTensor, weakened

Rule = Callable[[Any, Any, inspect.Signature], Callable[..., Any]]


def of_floats(function: Any, original: Any, signature: inspect.Signature) -> Callable[..., Any]:
    """For a function that multiplies by a Python float: integers become float64."""
    first = next(iter(signature.parameters))

    def call(*args: Any, **kwargs: Any) -> Any:
        if PromotionMode.name is None:
            return original(*args, **kwargs)
        bound = signature.bind(*args, **kwargs)
        x = to_tensor(bound.arguments[first])
        if x.dtype.is_integer:
            x = casting.cast(x, promoted_type(x, 1.0).dtype)
        bound.arguments[first] = x
        return original(*bound.args, **bound.kwargs)

    return call


def of_own_type(function: Any, original: Any, signature: inspect.Signature) -> Callable[..., Any]:
    """For a function that does not accept weak types."""
    first = next(iter(signature.parameters))

    def call(*args: Any, **kwargs: Any) -> Any:
        if PromotionMode.name is not None:
            x = signature.bind(*args, **kwargs).arguments[first]
            if isinstance(x, (int, float, complex, list, tuple, EagerWeakTensor)) and (
                promoted_type(x).weak
            ):
                raise TypeError(
                    f"{function.__name__} does not accept weakly typed tensors, got {x}"
                )
        return original(*args, **kwargs)

    return call


def norm(function: Any, original: Any, signature: inspect.Signature) -> Callable[..., Any]:
    """Norms of integers that involve powers are weak floats."""

    def call(*args: Any, **kwargs: Any) -> Any:
        if PromotionMode.name is None:
            return original(*args, **kwargs)
        bound = signature.bind(*args, **kwargs)
        x = to_tensor(bound.arguments["tensor"])
        order = bound.arguments.get("ord", "euclidean")
        takes_powers = isinstance(order, (int, float)) and order not in (1, 2, np.inf)
        if not takes_powers or not x.dtype.is_integer:
            return original(*args, **kwargs)
        if function.__name__ == "normalize":
            total = norms.norm(x, order, bound.arguments.get("axis"), keepdims=True)
            total = casting.cast(total, x.dtype)
            return division.truediv(x, total), total
        promoted = promoted_type(x, 1.0)
        bound.arguments["tensor"] = casting.cast(x, promoted.dtype)
        return weakened(original(*bound.args, **bound.kwargs), promoted.weak)

    return call


def erfcinv(function: Any, original: Any, signature: inspect.Signature) -> Callable[..., Any]:
    """The last factor of `erfcinv` is a NumPy float64."""

    def call(x: Any, name: str | None = None) -> Any:
        if not NumpyBehavior.promotes:
            return original(x, name)
        tensor: Any = to_tensor(x)
        return -error_functions.ndtri(0.5 * tensor) * np.sqrt(0.5)

    return call


def angle(function: Any, original: Any, signature: inspect.Signature) -> Callable[..., Any]:
    """`angle` of integers selects between values of two dtypes, which is an error."""

    def call(input: Any, name: str | None = None) -> Any:
        try:
            return original(input, name)
        except TypeError as error:
            if NumpyBehavior.promotes and to_tensor(input).dtype.is_integer:
                raise InvalidArgumentError(None, None, str(error)) from None
            raise

    return call


def divide(function: Any, original: Any, signature: inspect.Signature) -> Callable[..., Any]:
    """`divide` is the operator `/`."""

    def call(x: Any, y: Any, name: str | None = None) -> Any:
        if not NumpyBehavior.promotes:
            return original(x, y, name)
        if not is_tensor(x):
            x = to_tensor(x, y.dtype if is_tensor(y) else None)
        return x / y

    return call


def _differ_in_dtype(one: Any, two: Any) -> bool:
    return one.dtype is not two.dtype and one.shape == two.shape


def log_poisson_loss(
    function: Any, original: Any, signature: inspect.Signature
) -> Callable[..., Any]:
    """The loss is `exp(log_input) - log_input * targets`, with the operators' promotion."""

    def call(
        targets: Any, log_input: Any, compute_full_loss: bool = False, name: str | None = None
    ) -> Any:
        if not NumpyBehavior.promotes or holds_composite((targets, log_input)):
            return original(targets, log_input, compute_full_loss, name)
        log_input, targets = to_tensor(log_input), to_tensor(targets)
        if not _differ_in_dtype(targets, log_input):
            return original(targets, log_input, compute_full_loss, name)
        loss = elementwise.exp(log_input) - log_input * targets
        if compute_full_loss:
            half, two_pi = (to_tensor(number, targets.dtype) for number in (0.5, 2 * math.pi))
            stirling = targets * elementwise.log(targets) - targets
            stirling += half * elementwise.log(two_pi * targets)
            zeros = creation.zeros_like(targets)
            at_most_one = logical.logical_and(
                targets >= zeros, targets <= creation.ones_like(targets)
            )
            loss += where(at_most_one, zeros, stirling)
        return loss

    return call


def sigmoid_cross_entropy_with_logits(
    function: Any, original: Any, signature: inspect.Signature
) -> Callable[..., Any]:
    """The loss adds `log1p(exp(...))` to a term that the operators promote."""

    def call(labels: Any = None, logits: Any = None, name: str | None = None) -> Any:
        has_both = labels is not None and logits is not None
        if not (has_both and NumpyBehavior.promotes) or holds_composite((labels, logits)):
            return original(labels, logits, name)
        logits, labels = to_tensor(logits), to_tensor(labels)
        if not _differ_in_dtype(labels, logits):
            return original(labels, logits, name)
        zeros = creation.zeros_like(logits)
        positive = comparison.greater_equal(logits, zeros)
        relu = where(positive, logits, zeros)
        negative_abs = where(positive, -logits, logits)
        softplus = elementwise.log1p(elementwise.exp(negative_abs))
        return arithmetic.add(relu - logits * labels, softplus)

    return call
