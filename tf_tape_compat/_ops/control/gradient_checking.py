"""`tf.test.compute_gradient`: jacobians by tapes and by finite differences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ... import nest
from ..._core.gradients.tape import GradientTape
from ..._core.recording.tape_set import TRAINABLE
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import DType, as_dtype
from ..._core.variables.indexed_slices import IndexedSlices
from ..array.identity import _identity


def compute_gradient(
    f: Callable[..., Any], x: Sequence[Any], delta: float | None = None
) -> tuple[tuple[np.ndarray, ...], ...]:
    """Implements `tf.test.compute_gradient`: the jacobians of `f` at the arguments `x`.

    Args:
      f: a function of tensors.
      x: a list or tuple of values convertible to tensors.
      delta: the step of the central differences; 1/1024 by default.

    Returns:
      The jacobians by tapes and those by differences, two tuples of arrays with one item for each
      argument. Rows are the elements of the result, columns those of the argument; a complex number
      counts as two.

    Raises:
      ValueError: if `x` is not a list or tuple, or the gradient of an empty result has a wrong
      shape.
      AssertionError: for dtypes without a gradient.
    """
    if not isinstance(x, (list, tuple)):
        raise ValueError(
            "`x` must be a list or tuple of values convertible to a Tensor (arguments to `f`), not "
            f"a {type(x)}"
        )
    step = 1.0 / 1024 if delta is None else delta
    arguments = [to_tensor(item) for item in x]
    result = f(*arguments)
    dtype = as_dtype(result.dtype)
    pairs = []
    for position, argument in enumerate(arguments):
        for checked_dtype, label in ((argument.dtype, f"argument {position}"), (dtype, "y")):
            if checked_dtype.torch not in TRAINABLE:
                name = checked_dtype.name
                raise AssertionError(
                    f"Cannot compute gradient for unsupported type {name} of {label}"
                )
        pairs.append(
            (
                _jacobian_by_tape(f, result.shape, dtype, arguments, position),
                _jacobian_by_differences(f, result.shape, dtype, arguments, position, step),
            )
        )
    return tuple(zip(*pairs, strict=True))


def _real_components(dtype: DType) -> tuple[int, Any]:
    """How many real numbers make up an element, and their NumPy dtype."""
    return 2 if dtype.is_complex else 1, dtype.real_dtype.as_numpy_dtype


def _size(shape: Any, dtype: DType) -> int:
    return int(np.prod(list(shape), dtype=np.int64)) * _real_components(dtype)[0]


def _jacobian_by_tape(
    f: Callable[..., Any], shape: Any, dtype: DType, arguments: list[EagerTensor], position: int
) -> np.ndarray:
    """The jacobian row by row: one gradient per element of the result."""
    x = arguments[position]
    real = _real_components(x.dtype)[1]
    rows = _size(shape, dtype)
    jacobian = np.zeros((rows, _size(x.shape, x.dtype)), real)
    cotangent = np.zeros(list(shape), dtype.as_numpy_dtype)
    flat = cotangent.reshape(-1).view(_real_components(dtype)[1])
    for row in range(rows):
        flat[row] = 1
        gradient = _gradient(f, arguments, position, cotangent)
        flat[row] = 0
        if gradient is not None:
            jacobian[row] = gradient.ravel().view(real)
    if not rows:
        gradient = _gradient(f, arguments, position, cotangent)
        actual = None if gradient is None else gradient.shape
        if actual != tuple(x.shape):
            raise ValueError(f"Empty gradient has wrong shape: expected {x.shape}, got {actual}")
        if np.any(gradient):
            raise ValueError("Empty tensor with nonzero gradients")
    return jacobian


def _gradient(
    f: Callable[..., Any], arguments: list[EagerTensor], position: int, cotangent: np.ndarray
) -> np.ndarray | None:
    inputs = list(arguments)
    source = inputs[position] = _identity(arguments[position])
    with GradientTape() as tape:
        tape.watch(source)
        result = f(*inputs)
        if result is None:
            raise ValueError(
                "Cannot differentiate a function that returns None; did you forget to return a "
                f"value from {f.__name__}?"
            )
        result = [_identity(item) for item in nest.flatten(result)]
    gradient = tape.gradient(result, source, output_gradients=[to_tensor(cotangent)])
    if isinstance(gradient, IndexedSlices):
        gradient = to_tensor(gradient)
    return None if gradient is None else np.asarray(gradient)


def _jacobian_by_differences(
    f: Callable[..., Any],
    shape: Any,
    dtype: DType,
    arguments: list[EagerTensor],
    position: int,
    step: float,
) -> np.ndarray:
    """The jacobian column by column: a central difference per element of the argument."""
    factor, real = _real_components(arguments[position].dtype)
    result_real = _real_components(dtype)[1]
    base = np.array(arguments[position].numpy())
    scale = np.asarray(2 * step, dtype=result_real)[()]
    columns = base.size * factor
    jacobian = np.zeros((_size(shape, dtype), columns), real)

    def shifted_result(column: int, offset: float) -> np.ndarray:
        shifted = base.copy()
        shifted.reshape(-1).view(real)[column] += offset
        inputs = list(arguments)
        inputs[position] = to_tensor(shifted)
        return np.asarray(f(*inputs))

    for column in range(columns):
        difference = np.asarray(
            (shifted_result(column, step) - shifted_result(column, -step)) / scale
        )
        jacobian[:, column] = difference.ravel().view(result_real)
    return jacobian
