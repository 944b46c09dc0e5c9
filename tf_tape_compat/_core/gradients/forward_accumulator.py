"""`tf.autodiff.ForwardAccumulator`: checks what it is given, and asks forward.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import nest
from ..._logging import warn_first_n
from ..recording import recorder
from ..recording.tape_set import thread
from ..recording.vmap_scope import NotVectorizedError
from ..tensor.convert import to_tensor
from ..tensor.tensor import STRING, EagerTensor
from ..variables.handle import Handle
from ..variables.variable import Variable
from .forward import Accumulator
from .tape_gradient import UnconnectedGradients, zeros


def _zeros_of(item: Any) -> EagerTensor:
    """What a tensor or variable gets that does not depend on the primals."""
    if item.dtype is STRING:
        return EagerTensor(np.full(tuple(item.shape), b"", object))
    return zeros(item)


class ForwardAccumulator:
    """Computes derivatives in a direction as operations run; for `tf.autodiff.ForwardAccumulator`.

    An operation that runs inside of the context, on the thread that entered it, pushes the tangents
    of its inputs forward to its results: products of the Jacobian by the primals and the vector
    `tangents`. What an accumulator computes, tapes and accumulators outside of it see like any
    other operation; those inside of it do not.

    >>> import tf_tape_compat as tf
    >>> x = tf.constant(3.0)
    >>> with tf.autodiff.ForwardAccumulator(x, tf.constant(2.0)) as accumulator:
    ...     y = x * x
    >>> print(accumulator.jvp(y))
    tf.Tensor(12.0, shape=(), dtype=float32)

    Args:
      primals: a tensor or variable, or a nest of them. Integers only cause a warning.
      tangents: the direction: a nest as `primals`, of tensors of their types.

    Raises:
      ValueError: if a primal comes twice, or a tangent does not convert to its primal's type.
      TypeError or ValueError: if the two are not nested alike.
      AttributeError: if a primal is neither a tensor nor a variable.
    """

    def __init__(self, primals: Any, tangents: Any) -> None:
        self._accumulator: Accumulator | None = Accumulator()
        self._recording = False
        if thread.vmap_scope is not None:
            raise NotVectorizedError("ForwardAccumulator", "tangents are not batched")
        seen = set()
        for primal in nest.flatten(primals):
            if id(primal) in seen:
                raise ValueError(
                    "Tensor {} was specified as a primal multiple times. This may indicate an "
                    "error. If it was intended, please sum the corresponding tangents."
                )
            seen.add(id(primal))
        self._watch(primals, tangents)

    def __enter__(self) -> ForwardAccumulator:
        self._push_accumulator()
        return self

    def __exit__(self, kind: Any, value: Any, traceback: Any) -> None:
        if self._recording:
            self._pop_accumulator()

    def __del__(self) -> None:
        accumulator = getattr(self, "_accumulator", None)
        if accumulator is not None and not self._recording:
            accumulator.release()

    def _push_accumulator(self) -> None:
        if self._recording:
            raise ValueError("Accumulator is already recording.")
        recorder.activate(self._accumulator)  # type: ignore[arg-type]
        self._recording = True

    def _pop_accumulator(self) -> None:
        if not self._recording:
            raise ValueError("Accumulator is not recording.")
        recorder.deactivate(self._accumulator)  # type: ignore[arg-type]
        self._recording = False

    def _watch(self, primals: Any, tangents: Any) -> None:
        """Adds to the primals. The tangents of one that is watched again are summed."""
        nest.map_structure(self._watch_one, primals, tangents)

    def _watch_one(self, primal: Any, tangent: Any) -> None:
        if not primal.dtype.is_floating:
            warn_first_n(
                "The dtype of the watched primal must be floating (e.g. tf.float32), got "
                f"{primal.dtype!r}",
                5,
            )
        value = to_tensor(tangent, primal.dtype)
        accumulator = self._accumulator
        assert accumulator is not None
        known = self._tangent(primal)
        if known is not None:
            value = value + known  # type: ignore[operator]
        if isinstance(primal, Variable):
            accumulator.watch_variable(primal, value)
        else:
            accumulator.watch(primal, value)

    def _tangent(self, item: Any) -> EagerTensor | None:
        accumulator = self._accumulator
        assert accumulator is not None
        if isinstance(item, Variable):
            return accumulator.handles.get(id(item._handle))
        if isinstance(item, Handle):
            return accumulator.handles.get(id(item))
        if not isinstance(item, EagerTensor):
            kind = type(item)
            name = kind.__name__
            if kind.__module__ == "numpy":
                name = f"numpy.{name}"
            raise AttributeError(f"{name!r} object has no attribute '_id'")
        return accumulator.of(item)

    def jvp(self, primals: Any, unconnected_gradients: Any = UnconnectedGradients.NONE) -> Any:
        """The tangents of tensors that were computed in the context, or of the primals.

        Nothing is computed here: this may be called at any time, and repeatedly.

        Args:
          primals: a tensor or variable, or a nest of them.
          unconnected_gradients: what a tensor gets that does not depend on the primals:
            `tf.UnconnectedGradients.NONE` (None) or `ZERO` (zeros of its shape).

        Raises:
          ValueError: for an unknown `unconnected_gradients`.
          AttributeError: for what is neither a tensor nor a variable.
        """
        unconnected = UnconnectedGradients(unconnected_gradients)
        if self._accumulator is None:
            raise ValueError("Called jvp() without first tracing anything.")

        def fetch(item: Any) -> Any:
            found = self._tangent(item)
            if found is None and unconnected is UnconnectedGradients.ZERO:
                return _zeros_of(item)
            return found

        return nest.map_structure(fetch, primals)
