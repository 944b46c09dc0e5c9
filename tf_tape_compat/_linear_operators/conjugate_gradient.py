"""Solutions by the method of conjugate gradients, for operators known by their products."""

from __future__ import annotations

from typing import Any, NamedTuple

from .._core.tensor.convert import to_tensor
from .._ops.array.creation import zeros
from .._ops.array.shaping import broadcast_to, expand_dims, squeeze
from .._ops.linalg.matmul import matvec
from .._ops.linalg.norms import norm
from .._ops.math.reductions import reduce_any
from . import support


class CGState(NamedTuple):
    """Where the method ended; see `conjugate_gradient`."""

    i: Any
    x: Any
    r: Any
    p: Any
    gamma: Any


def _dot(x: Any, y: Any) -> Any:
    return squeeze(matvec(expand_dims(x, -1), y, adjoint_a=True), -1)


def conjugate_gradient(
    operator: Any,
    rhs: Any,
    preconditioner: Any = None,
    x: Any = None,
    tol: Any = 1e-5,
    max_iter: Any = 20,
    name: str = "conjugate_gradient",
) -> CGState:
    """The `x` with `operator @ x == rhs`, for vectors, up to `tol` times their length.

    The operator is known to be self-adjoint and positive definite; `preconditioner` is one near its
    inverse, `x` the start. The result has the number `i` of steps, at most `max_iter`, the solution
    `x`, what is left `r`, the last direction `p` and `gamma`, the product of `r` and what the
    preconditioner makes of it. Answers for `tf.linalg.experimental.conjugate_gradient`. Raises
    ValueError for other operators, AttributeError for an `rhs` that is no tensor.
    """
    if not (operator.is_self_adjoint and operator.is_positive_definite):
        raise ValueError("Expected a self-adjoint, positive definite operator.")
    given: Any = rhs
    rhs = to_tensor(rhs)
    shapes = [rhs.shape[:-1], operator.batch_shape]
    if preconditioner is not None:
        shapes.append(preconditioner.batch_shape)
    shape = [*support.common_batch(shapes).as_list(), rhs.shape[-1]]
    r = broadcast_to(rhs, shape)
    limit = tol * norm(r, axis=-1)
    if x is None:
        x = zeros(shape, dtype=given.dtype.base_dtype)  # an AttributeError, as in TensorFlow
    else:
        r = rhs - operator.matvec(x)

    def prepared(r: Any) -> Any:
        return r if preconditioner is None else preconditioner.matvec(r)

    p = prepared(r)
    gamma = _dot(r, p)
    i = 0
    while bool(reduce_any(norm(r, axis=-1) > limit)) and i < int(max_iter):
        z = operator.matvec(p)
        alpha = expand_dims(gamma / _dot(p, z), -1)
        x = x + alpha * p
        r = r - alpha * z
        q = prepared(r)
        before, gamma = gamma, _dot(r, q)
        p = q + expand_dims(gamma / before, -1) * p
        i += 1
    return CGState(to_tensor(i), x, r, p, gamma)
