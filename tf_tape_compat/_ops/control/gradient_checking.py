"""`tf.test.compute_gradient`: jacobians as the tape has them, and as differences say."""

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
    """The jacobians of `f` at the arguments `x`, by tapes and by differences.

    Answers for `tf.test.compute_gradient`. Both are tuples of arrays, one for each argument, of
    as many rows as the result has elements and as many columns as the argument has; a complex
    number counts as two. `delta` is how far an element is moved each way, 1/1024 if not given.

    Raises ValueError if `x` is no list or tuple, if the gradient of an empty result has another
    shape than its argument; AssertionError for types that have no gradients.
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
        for kind, of in ((argument.dtype, f"argument {position}"), (dtype, "y")):
            if kind.torch not in TRAINABLE:
                name = kind.name
                raise AssertionError(f"Cannot compute gradient for unsupported type {name} of {of}")
        pairs.append(
            (
                _by_tape(f, result.shape, dtype, arguments, position),
                _by_differences(f, result.shape, dtype, arguments, position, step),
            )
        )
    return tuple(zip(*pairs, strict=True))


def _parts(dtype: DType) -> tuple[int, Any]:
    """How many real numbers an element is, and their type in NumPy."""
    return 2 if dtype.is_complex else 1, dtype.real_dtype.as_numpy_dtype


def _size(shape: Any, dtype: DType) -> int:
    return int(np.prod(list(shape), dtype=np.int64)) * _parts(dtype)[0]


def _by_tape(
    f: Callable[..., Any], shape: Any, dtype: DType, arguments: list[EagerTensor], position: int
) -> np.ndarray:
    """A row for each element of the result, by a gradient that asks for this one."""
    x = arguments[position]
    real = _parts(x.dtype)[1]
    rows = _size(shape, dtype)
    jacobian = np.zeros((rows, _size(x.shape, x.dtype)), real)
    upstream = np.zeros(list(shape), dtype.as_numpy_dtype)
    flat = upstream.reshape(-1).view(_parts(dtype)[1])
    for row in range(rows):
        flat[row] = 1
        gradient = _gradient(f, arguments, position, upstream)
        flat[row] = 0
        if gradient is not None:
            jacobian[row] = gradient.ravel().view(real)
    if not rows:
        gradient = _gradient(f, arguments, position, upstream)
        found = None if gradient is None else gradient.shape
        if found != tuple(x.shape):
            raise ValueError(f"Empty gradient has wrong shape: expected {x.shape}, got {found}")
        if np.any(gradient):
            raise ValueError("Empty tensor with nonzero gradients")
    return jacobian


def _gradient(
    f: Callable[..., Any], arguments: list[EagerTensor], position: int, upstream: np.ndarray
) -> np.ndarray | None:
    given = list(arguments)
    source = given[position] = _identity(arguments[position])
    with GradientTape() as tape:
        tape.watch(source)
        result = f(*given)
        if result is None:
            raise ValueError(
                "Cannot differentiate a function that returns None; did you forget to return a "
                f"value from {f.__name__}?"
            )
        result = [_identity(item) for item in nest.flatten(result)]
    gradient = tape.gradient(result, source, output_gradients=[to_tensor(upstream)])
    if isinstance(gradient, IndexedSlices):
        gradient = to_tensor(gradient)
    return None if gradient is None else np.asarray(gradient)


def _by_differences(
    f: Callable[..., Any],
    shape: Any,
    dtype: DType,
    arguments: list[EagerTensor],
    position: int,
    step: float,
) -> np.ndarray:
    """A column for each element of the argument, by the results on both sides of it."""
    factor, real = _parts(arguments[position].dtype)
    result_real = _parts(dtype)[1]
    base = np.array(arguments[position].numpy())
    scale = np.asarray(2 * step, dtype=result_real)[()]
    columns = base.size * factor
    jacobian = np.zeros((_size(shape, dtype), columns), real)

    def moved(column: int, by: float) -> np.ndarray:
        at = base.copy()
        at.reshape(-1).view(real)[column] += by
        given = list(arguments)
        given[position] = to_tensor(at)
        return np.asarray(f(*given))

    for column in range(columns):
        difference = np.asarray((moved(column, step) - moved(column, -step)) / scale)
        jacobian[:, column] = difference.ravel().view(result_real)
    return jacobian
