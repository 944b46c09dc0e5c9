"""The conjugate gradient method for linear operators."""

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
    """The final state of the method; see `conjugate_gradient`."""

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
    """Solves `operator @ x == rhs`. Implements `tf.linalg.experimental.conjugate_gradient`.

    Args:
      operator: an operator with the hints self-adjoint and positive definite.
      rhs: the right-hand sides, a tensor `[..., N]`.
      preconditioner: an operator that approximates the inverse, or None.
      x: the initial guess; zeros by default.
      tol: the norm of the residual at which to stop, relative to that of `rhs`.
      max_iter: the maximal number of iterations.

    Returns:
      A `CGState`: the number of iterations `i`, the solution `x`, the residual `r`, the last
      search direction `p`, and `gamma`, the dot product of `r` and the preconditioned `r`.

    Raises:
      ValueError: if the operator lacks the hints.
      AttributeError: if `rhs` is not a tensor.
    """
    if not (operator.is_self_adjoint and operator.is_positive_definite):
        raise ValueError("Expected a self-adjoint, positive definite operator.")
    rhs_argument: Any = rhs
    rhs = to_tensor(rhs)
    shapes = [rhs.shape[:-1], operator.batch_shape]
    if preconditioner is not None:
        shapes.append(preconditioner.batch_shape)
    shape = [*support.common_batch(shapes).as_list(), rhs.shape[-1]]
    r = broadcast_to(rhs, shape)
    limit = tol * norm(r, axis=-1)
    if x is None:
        x = zeros(shape, dtype=rhs_argument.dtype.base_dtype)  # AttributeError as in TensorFlow
    else:
        r = rhs - operator.matvec(x)

    def preconditioned(r: Any) -> Any:
        return r if preconditioner is None else preconditioner.matvec(r)

    p = preconditioned(r)
    gamma = _dot(r, p)
    i = 0
    while bool(reduce_any(norm(r, axis=-1) > limit)) and i < int(max_iter):
        z = operator.matvec(p)
        alpha = expand_dims(gamma / _dot(p, z), -1)
        x = x + alpha * p
        r = r - alpha * z
        q = preconditioned(r)
        previous_gamma, gamma = gamma, _dot(r, q)
        p = q + expand_dims(gamma / previous_gamma, -1) * p
        i += 1
    return CGState(to_tensor(i), x, r, p, gamma)
