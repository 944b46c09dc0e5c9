"""`tf.autodiff.ForwardAccumulator`, the public interface of forward mode."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import nest
from ..._api.shown_modules import shown_in
from ..._logging import warn_first_n
from ..recording import activation
from ..recording.execution_context import active_graph
from ..recording.tape_set import thread
from ..recording.vmap_scope import NotVectorizedError
from ..tensor.convert import to_tensor
from ..tensor.tensor import STRING, EagerTensor
from ..variables.handle import Handle
from ..variables.variable import Variable
from .accumulator import Accumulator
from .forward import AccumulatorTapeSet
from .gradient_operands import UnconnectedGradients, zeros


def zeros_of(item: Any) -> EagerTensor:
    """Zeros like a tensor or variable that does not depend on the primals."""
    if item.dtype is STRING:
        return EagerTensor(np.full(tuple(item.shape), b"", object))
    result: EagerTensor = zeros(item)
    return result


class ForwardAccumulator:
    """Computes directional derivatives as operations run.

    Implements `tf.autodiff.ForwardAccumulator`. Each operation that runs inside the context, on the
    thread that entered it, computes the tangents of its results from those of its inputs: products
    of the Jacobian with respect to the primals and the vector `tangents`. To tapes and accumulators
    outside this one, the computation of the tangents is an operation like any other. Those inside
    do not see it.

    >>> import tf_tape_compat as tf
    >>> x = tf.constant(3.0)
    >>> with tf.autodiff.ForwardAccumulator(x, tf.constant(2.0)) as accumulator:
    ...     y = x * x
    >>> print(accumulator.jvp(y))
    tf.Tensor(12.0, shape=(), dtype=float32)

    Args:
      primals: a tensor or variable, or a nest of them. Integers only cause a warning.
      tangents: the direction: tensors of the same dtypes, nested like `primals`.

    Raises:
      ValueError: if a primal occurs twice, or a tangent does not convert to its primal's dtype.
      TypeError or ValueError: if the two structures differ.
      AttributeError: if a primal is neither a tensor nor a variable.
    """

    def __init__(self, primals: Any, tangents: Any) -> None:
        self._accumulator: Accumulator | None = Accumulator(AccumulatorTapeSet)
        self._recording = False
        self._graph = active_graph()
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

    def __exit__(self, *exception: Any) -> None:
        if self._recording:
            self._pop_accumulator()

    def __del__(self) -> None:
        accumulator = getattr(self, "_accumulator", None)
        if accumulator is not None and not self._recording:
            accumulator.release()

    def _push_accumulator(self) -> None:
        if self._recording:
            raise ValueError("Accumulator is already recording.")
        graph = active_graph()
        if graph is not None and graph is not self._graph:
            graph.refuse("an accumulator from outside of the function is entered inside")
        activation.activate(self._live_accumulator())
        self._recording = True

    def _pop_accumulator(self) -> None:
        if not self._recording:
            raise ValueError("Accumulator is not recording.")
        activation.deactivate(self._live_accumulator())
        self._recording = False

    def _live_accumulator(self) -> Accumulator:
        accumulator = self._accumulator
        assert accumulator is not None
        return accumulator

    def _watch(self, primals: Any, tangents: Any) -> None:
        """Adds primals. A primal that is watched again has its tangents summed."""
        nest.map_structure(self._watch_one, primals, tangents)

    def _watch_one(self, primal: Any, tangent: Any) -> None:
        self._warn_of_dtype(primal)
        value = to_tensor(tangent, primal.dtype)
        accumulator = self._live_accumulator()
        earlier_tangent = self._tangent(primal)
        if earlier_tangent is not None:
            value = value + earlier_tangent  # type: ignore[operator]
        if isinstance(primal, Variable):
            accumulator.watch_variable(primal, value)
        else:
            accumulator.watch(primal, value)

    @staticmethod
    def _warn_of_dtype(primal: Any) -> None:
        if not primal.dtype.is_floating:
            warn_first_n(
                "The dtype of the watched primal must be floating (e.g. tf.float32), got "
                f"{primal.dtype!r}",
                5,
            )

    def _tangent(self, item: Any) -> EagerTensor | None:
        accumulator = self._live_accumulator()
        if isinstance(item, Variable):
            return accumulator.variable_tangents.get(id(item._handle))
        if isinstance(item, Handle):
            return accumulator.variable_tangents.get(id(item))
        if not isinstance(item, EagerTensor):
            cls = type(item)
            name = f"numpy.{cls.__name__}" if cls.__module__ == "numpy" else cls.__name__
            raise AttributeError(f"{name!r} object has no attribute '_id'")
        return accumulator.tangent_of(item)

    def jvp(self, primals: Any, unconnected_gradients: Any = UnconnectedGradients.NONE) -> Any:
        """Returns the tangents of tensors that were computed in the context, or of the primals.

        Nothing is computed here, so this may be called at any time and repeatedly.

        Args:
          primals: a tensor or variable, or a nest of them.
          unconnected_gradients: the result for a tensor that does not depend on the primals:
            `tf.UnconnectedGradients.NONE` (None) or `ZERO` (zeros of its shape).

        Returns:
          For each primal a tensor of its shape, or None, nested like `primals`.

        Raises:
          ValueError: if `unconnected_gradients` is unknown.
          AttributeError: if an item of `primals` is neither a tensor nor a variable.
        """
        unconnected = UnconnectedGradients(unconnected_gradients)
        if self._accumulator is None:
            raise ValueError("Called jvp() without first tracing anything.")

        def fetch(item: Any) -> Any:
            tangent = self._tangent(item)
            if tangent is None and unconnected is UnconnectedGradients.ZERO:
                return zeros_of(item)
            return tangent

        return nest.map_structure(fetch, primals)


shown_in("tensorflow.python.eager.forwardprop", ForwardAccumulator)
