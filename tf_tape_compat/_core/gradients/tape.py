"""`tf.GradientTape`, the public interface of reverse mode."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from ... import nest
from ..._api.shown_modules import shown_in
from ..._logging import warn_first_n
from ..recording import activation, admission, execution_context, torch_tensors
from ..recording.recorder import Recorder
from ..recording.tape_set import EMPTY, TRAINABLE, thread
from ..tensor.tensor import EagerTensor
from ..types.dtype import FROM_TORCH
from ..variables.variable import Variable
from . import jacobian, tape_gradient
from .gradient_operands import UnconnectedGradients
from .torch_operands import parameters_of


class GradientTape:
    """Records operations for automatic differentiation. Implements `tf.GradientTape`.

    An operation is recorded if it runs inside the tape's context, on the thread that entered it,
    and at least one of its inputs is watched: a trainable variable that was read, a tensor given to
    `watch`, or the result of a recorded operation.

    >>> import tf_tape_compat as tf
    >>> x = tf.constant(3.0)
    >>> with tf.GradientTape() as tape:
    ...     tape.watch(x)
    ...     y = x * x
    >>> print(tape.gradient(y, x))
    tf.Tensor(6.0, shape=(), dtype=float32)

    Args:
      persistent: whether `gradient` may be called more than once.
      watch_accessed_variables: whether trainable variables are watched when they are read.
    """

    def __init__(self, persistent: bool = False, watch_accessed_variables: bool = True) -> None:
        self._persistent = persistent
        self._watch_accessed_variables = watch_accessed_variables

    # Defaults are class attributes, since a training loop creates a tape for each step.
    _tape: Recorder | None = None  # what was recorded; None before that, and once it is spent
    _recording = False
    _watched: dict[int, Variable] = {}  # replaced, never filled

    def __enter__(self) -> GradientTape:
        self._push()
        return self

    def __exit__(self, *exception: Any) -> None:
        if self._recording:
            activation.deactivate(self._tape)  # type: ignore[arg-type]  # it is recording
            self._recording = False

    def __del__(self) -> None:
        tape = self._tape
        if tape is not None and not self._recording:
            try:
                tape.release()
            except AttributeError:
                if not sys.is_finalizing():  # then modules are gone already
                    raise

    def _push(self) -> None:
        if self._recording:
            raise ValueError(
                "Tape is still recording, This can happen if you try to re-enter an "
                "already-active tape."
            )
        if self._tape is None:
            self._tape = Recorder(self._persistent, self._watch_accessed_variables)
        elif (graph := execution_context.active_graph()) is not None and graph.resume(self._tape):
            self._recording = True
            return
        activation.activate(self._tape)
        self._recording = True

    def _pop(self) -> None:
        tape = self._tape
        if not self._recording or tape is None:
            raise ValueError("Tape is not recording.")
        graph = execution_context.active_graph()
        if graph is None or not graph.suspend(tape):
            activation.deactivate(tape)
        self._recording = False

    @contextmanager
    def _recording_on(self) -> Iterator[None]:
        """A context in which this tape records, whether or not its own context is active."""
        if self._recording:
            yield
            return
        self._push()
        try:
            yield
        finally:
            self._pop()

    def _check_not_spent(self, batches: bool = False) -> Recorder:
        tape = self._tape
        if tape is None:
            space = "" if batches else " "  # TensorFlow's text for `batch_jacobian` lacks it
            raise RuntimeError(
                f"A non-persistent GradientTape can only be used to{space}compute one set of "
                "gradients (or jacobians)"
            )
        return tape

    def _start(self) -> Recorder:
        """Returns what was recorded, for one gradient. A non-persistent tape stops recording."""
        tape = self._check_not_spent()
        if self._recording:
            if not self._persistent:
                self._pop()
            else:
                warn_first_n(
                    "Calling GradientTape.gradient on a persistent tape inside its context is "
                    "significantly less efficient than calling it outside the context (it causes "
                    "the gradient ops to be recorded on the tape, leading to increased CPU and "
                    "memory usage). Only call GradientTape.gradient inside the context if you "
                    "actually want to trace the gradient in order to compute higher order "
                    "derivatives.",
                    1,
                )
        return tape

    def _finish(self, tape: Recorder) -> None:
        """Ends the tape after a gradient, unless it is persistent."""
        if not self._persistent:
            self._watched = tape.variables
            self._tape = None
            tape.release()

    def watch(self, tensor: Any) -> None:
        """Records what is computed from `tensor` from now on.

        Args:
          tensor: a tensor or variable, or a nest of them. Integers only cause a warning. A torch
            tensor or module is watched too, by the parameters of a module; torch tensors that do
            not require gradients do so from now on.

        Raises:
          ValueError: if an item is neither a tensor nor a variable.
        """
        for item in _tensors_and_variables(tensor):
            if isinstance(item, torch.Tensor):
                self._watch_torch(item)
                continue
            if not _trainable(item):
                warn_first_n(
                    "The dtype of the watched tensor must be floating (e.g. tf.float32), got "
                    f"{item.dtype!r}",
                    5,
                )
            tape = self._tape
            if tape is None:
                raise AttributeError("'NoneType' object has no attribute '_tape'")
            graph = execution_context.active_graph()
            if graph is not None:
                graph.watch(tape, item)
                continue
            if execution_context.is_outer(tape) and not isinstance(item, Variable):
                warn_first_n(
                    "tf_tape_compat: tape.watch inside a tf.function, on a tape that was already "
                    "recording, watches the tensor itself. TensorFlow would only watch the "
                    "function's placeholder for it. Watch it outside the function.",
                    5,
                )
            if thread.active is EMPTY:
                continue  # as in TensorFlow: without a recording tape, nothing happens
            if isinstance(item, Variable):
                admission.watch_variable(tape, item)
            elif _trainable(item):
                admission.watch(tape, item)
            elif isinstance(item._t, torch.Tensor):
                tape.start_tracking_leaf(item._t)  # for tf.custom_gradient only

    def _watch_torch(self, item: torch.Tensor) -> None:
        if item.dtype not in TRAINABLE:
            warn_first_n(
                "The dtype of the watched tensor must be floating (e.g. tf.float32), got "
                f"{FROM_TORCH.get(item.dtype, item.dtype)!r}",
                5,
            )
            return
        tape = self._tape
        if tape is None:
            raise AttributeError("'NoneType' object has no attribute '_tape'")
        execution_context.refuse_in_graph("tape.watch of a torch tensor")
        if thread.active is not EMPTY:
            torch_tensors.watch(tape, item)

    @contextmanager
    def stop_recording(self) -> Iterator[None]:
        """Suspends this tape inside the returned context.

        Raises:
          RuntimeError: if the tape was never entered, or its gradient has been taken.
          ValueError: if the tape is not recording.
        """
        if self._tape is None:
            raise RuntimeError("Trying to stop recording a tape which is not recording.")
        if execution_context.is_outer(self._tape):
            # A tape sees only the call of a tf.function, so nothing inside of it can be left out.
            yield
            return
        self._pop()
        try:
            yield
        finally:
            self._push()

    def reset(self) -> None:
        """Forgets everything that was recorded and watched, and keeps recording.

        Raises:
          ValueError: if the tape is not recording.
        """
        self._pop()
        tape, self._tape = self._tape, None
        if tape is not None:
            tape.release()
        self._push()

    def watched_variables(self) -> tuple[Variable, ...]:
        """Returns the variables watched so far, in the order of their creation."""
        if self._tape is not None:
            self._watched = self._tape.variables
        watched = sorted(self._watched.values(), key=lambda variable: variable._handle.uid)
        # While a function is traced, others stand for them.
        return tuple(getattr(variable._handle, "stands_for", variable) for variable in watched)

    def gradient(
        self,
        target: Any,
        sources: Any,
        output_gradients: Any = None,
        unconnected_gradients: Any = UnconnectedGradients.NONE,
    ) -> Any:
        """Computes the gradient of the sum of `target` with respect to each of `sources`.

        Args:
          target: a tensor or a nest of tensors (or variables).
          sources: a tensor or variable, or a nest of them. Results of operations are allowed, and
            torch tensors; a torch module stands for a dict of its parameters by name.
          output_gradients: for each target, a weight of the target's shape; None for ones.
          unconnected_gradients: the result for a source that no target depends on:
            `tf.UnconnectedGradients.NONE` (None) or `ZERO` (zeros of the source's shape).

        Returns:
          For each source a tensor of its shape, or `tf.IndexedSlices` if the source was only
          gathered from, or None; nested like `sources`.

        Raises:
          RuntimeError: on a second call, unless the tape is persistent.
          TypeError: if `target` is None.
          ValueError: if `unconnected_gradients` is unknown.
        """
        tape = self._start()
        if target is None:
            raise TypeError(
                "Argument `target` should be a list or nested structure of Tensors, Variables or "
                "CompositeTensors to be differentiated, but received None."
            )
        gradients = tape_gradient.gradient(
            tape, target, sources, output_gradients, unconnected_gradients
        )
        self._finish(tape)
        return gradients

    def jacobian(
        self,
        target: Any,
        sources: Any,
        unconnected_gradients: Any = UnconnectedGradients.NONE,
        parallel_iterations: int | None = None,
        experimental_use_pfor: bool = True,
    ) -> Any:
        """Computes the derivative of each element of `target` with respect to `sources`.

        Args:
          target: a tensor or variable.
          sources: a tensor or variable, or a nest of them. Results of operations are allowed.
          unconnected_gradients: the result for a source that `target` does not depend on: None, or
            zeros.
          parallel_iterations: how many elements of `target` are differentiated at once; None for
            all of them.
          experimental_use_pfor: whether to differentiate several elements at once, vectorized. If
            an operation cannot be vectorized, a warning names it, and one is done at a time.

        Returns:
          For each source a tensor of the shape `target.shape + source.shape`, or None; nested like
          `sources`. Where `gradient` returns `tf.IndexedSlices`, the result is dense.

        Raises:
          RuntimeError: on a second call, or without `experimental_use_pfor`, unless the tape is
            persistent.
          ValueError: if `unconnected_gradients` is unknown, or `parallel_iterations` is below 2
            with `experimental_use_pfor`.
        """
        return jacobian.jacobian(
            self,
            target,
            sources,
            unconnected_gradients,
            parallel_iterations,
            experimental_use_pfor,
        )

    def batch_jacobian(
        self,
        target: Any,
        source: Any,
        unconnected_gradients: Any = UnconnectedGradients.NONE,
        parallel_iterations: int | None = None,
        experimental_use_pfor: bool = True,
    ) -> Any:
        """Computes the Jacobian of `target[i]` with respect to `source[i]` for each i.

        `target[i]` must not depend on `source[j]` for any other j.

        Args:
          target: a tensor or variable of shape `[batch, ...]`, of rank 2 or more.
          source: a tensor or variable of shape `[batch, ...]`, of rank 2 or more.
          unconnected_gradients: as for `jacobian`, but a source that `target` does not depend on
            gets zeros of `target`'s dtype instead of None.
          parallel_iterations: as for `jacobian`.
          experimental_use_pfor: as for `jacobian`.

        Returns:
          A tensor of the shape `target.shape + source.shape[1:]`.

        Raises:
          RuntimeError: as for `jacobian`.
          ValueError: if the shapes do not match, and as for `jacobian`.
        """
        return jacobian.batch_jacobian(
            self,
            target,
            source,
            unconnected_gradients,
            parallel_iterations,
            experimental_use_pfor,
        )


def _tensors_and_variables(structure: Any) -> Iterator[Any]:
    if isinstance(structure, (EagerTensor, Variable)):
        yield structure
        return
    for item in nest.flatten(structure):
        if isinstance(item, (EagerTensor, Variable)):
            yield item
        elif isinstance(item, (torch.Tensor, torch.nn.Module)):
            yield from parameters_of(item)
        elif hasattr(type(item), "_with_components"):
            yield from _tensors_and_variables(nest.flatten(item, expand_composites=True))
        else:
            raise ValueError(
                f"Passed in object {item} of type {type(item).__name__!r}, not tf.Tensor or "
                "tf.Variable or ExtensionType."
            )


def _trainable(item: Any) -> bool:
    return item.dtype.torch in TRAINABLE


shown_in("tensorflow.python.eager.backprop", GradientTape)
