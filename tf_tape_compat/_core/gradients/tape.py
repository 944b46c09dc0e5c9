"""`tf.GradientTape`: checks what it is given, as TensorFlow does, and asks backward.py."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from ... import nest
from ..._logging import warn_first_n
from ..recording import admission, execution_context, recorder
from ..recording.recorder import Recorder
from ..recording.tape_set import EMPTY, TRAINABLE, thread
from ..tensor.convert import to_tensor
from ..tensor.tensor import EagerTensor, TrackedTensor
from ..variables.variable import Variable
from . import function_boundary, jacobian
from .tape_gradient import (
    CONVERT_ONCE,
    UnconnectedGradients,
    as_gradients,
    check_known,
    check_typed,
    gradient_parts,
    gradients,
    simple_gradients,
    source_parts,
    wants_zero,
    zeros,
)


class GradientTape:
    """Records operations for automatic differentiation; answers for `tf.GradientTape`.

    An operation is recorded if it runs inside of the tape's context, on the thread that entered
    it, and at least one of its inputs is watched: a trainable variable that was read, a tensor
    given to `watch`, or the result of a recorded operation.

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

    # Defaults live in the class: a training loop makes a tape for each step.
    _tape: Recorder | None = None
    _recording = False
    _watched: dict[int, Variable] = {}  # replaced, never filled

    def __enter__(self) -> GradientTape:
        self._push()
        return self

    def __exit__(self, kind: Any, value: Any, traceback: Any) -> None:
        if self._recording:
            recorder.deactivate(self._tape)  # type: ignore[arg-type]
            self._recording = False

    def __del__(self) -> None:
        tape = self._tape
        if tape is not None and not self._recording:
            tape.release()

    def _push(self) -> None:
        if self._recording:
            raise ValueError(
                "Tape is still recording, This can happen if you try to re-enter an "
                "already-active tape."
            )
        if self._tape is None:
            self._tape = Recorder(self._persistent, self._watch_accessed_variables)
        recorder.activate(self._tape)
        self._recording = True

    def _pop(self) -> None:
        if not self._recording:
            raise ValueError("Tape is not recording.")
        recorder.deactivate(self._tape)  # type: ignore[arg-type]
        self._recording = False

    @contextmanager
    def _recording_on(self) -> Iterator[None]:
        """Records inside of this context, as inside of the tape's own."""
        if self._recording:
            yield
            return
        self._push()
        try:
            yield
        finally:
            self._pop()

    def _check_not_spent(self) -> Recorder:
        tape = self._tape
        if tape is None:
            raise RuntimeError(
                "A non-persistent GradientTape can only be used to compute one set of gradients "
                "(or jacobians)"
            )
        return tape

    def _start(self) -> Recorder:
        """What was recorded, for one gradient. Unless the tape is persistent, it stops here."""
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
        """Records what is done with `tensor` from here on.

        Args:
          tensor: a tensor or variable, or a nest of them. Integers only cause a warning.

        Raises ValueError for anything else.
        """
        for item in _tensors_and_variables(tensor):
            if not _trainable(item):
                warn_first_n(
                    "The dtype of the watched tensor must be floating (e.g. tf.float32), got "
                    f"{item.dtype!r}",
                    5,
                )
            tape = self._tape
            if tape is None:
                raise AttributeError("'NoneType' object has no attribute '_tape'")
            if execution_context.is_outer(tape) and not isinstance(item, Variable):
                warn_first_n(
                    "tf_tape_compat: tape.watch inside of a tf.function, on a tape that was "
                    "recording already, watches the tensor itself, while TensorFlow would only "
                    "watch an argument's stand-in inside of the function. Watch it outside.",
                    5,
                )
            if thread.active is EMPTY:
                continue  # as in TensorFlow: with no tape recording on this thread, nothing happens
            if isinstance(item, Variable):
                key = id(item._handle)
                if key not in tape.variables:
                    tape.variables[key] = item
                    for tape_set in tape.sets.values():
                        tape_set.reads.pop(key, None)
            elif _trainable(item):
                admission.watch(tape, item)
            elif isinstance(item._t, torch.Tensor):
                tape.begin_at_leaf(item._t)  # only tf.custom_gradient has gradients by it

    @contextmanager
    def stop_recording(self) -> Iterator[None]:
        """Suspends this tape inside of the returned context.

        Raises RuntimeError if the tape was never entered or is spent, ValueError if it is not
        recording.
        """
        if self._tape is None:
            raise RuntimeError("Trying to stop recording a tape which is not recording.")
        if execution_context.is_outer(self._tape):
            # All that a tape sees of a tf.function is the call, so that nothing stops inside.
            yield
            return
        self._pop()
        try:
            yield
        finally:
            self._push()

    def reset(self) -> None:
        """Forgets everything recorded and watched, and goes on recording.

        Raises ValueError if the tape is not recording.
        """
        self._pop()
        tape, self._tape = self._tape, None
        if tape is not None:
            tape.release()
        self._push()

    def watched_variables(self) -> tuple[Variable, ...]:
        """The variables watched so far, in the order of their creation."""
        if self._tape is not None:
            self._watched = self._tape.variables
        return tuple(sorted(self._watched.values(), key=lambda variable: variable._handle.uid))

    def gradient(
        self,
        target: Any,
        sources: Any,
        output_gradients: Any = None,
        unconnected_gradients: Any = UnconnectedGradients.NONE,
    ) -> Any:
        """The gradient of the sum of all elements of `target` by each of `sources`.

        Args:
          target: a tensor or a nest of tensors (or variables).
          sources: a tensor or variable, or a nest of them. Results of operations count too.
          output_gradients: a weight of each target's shape, for each target; None for ones.
          unconnected_gradients: what a source gets that no target depends on:
            `tf.UnconnectedGradients.NONE` (None) or `ZERO` (zeros of the source's shape).

        Returns:
          For each source a tensor of its shape, or `tf.IndexedSlices` where the source was only
          gathered from, or None; nested as `sources` are.

        Raises:
          RuntimeError: on a second call, unless the tape is persistent.
          TypeError: if `target` is None.
          ValueError: for an unknown `unconnected_gradients`.
        """
        tape = self._start()
        if target is None:
            raise TypeError(
                "Argument `target` should be a list or nested structure of Tensors, Variables or "
                "CompositeTensors to be differentiated, but received None."
            )
        results: list[Any] | None = None
        if unconnected_gradients is UnconnectedGradients.NONE:
            listed = sources if type(sources) is list else [sources]
            one = type(target) is TrackedTensor
            targets = [target] if one else target if type(target) is list else []
            weights = output_gradients
            if weights is not None:
                weights = [weights] if one else weights if type(weights) is list else ()
            if targets:
                results = simple_gradients(tape, targets, listed, weights)
            if results is not None:
                if tape.borders:
                    results = function_boundary.complete(tape, targets, listed, results)
                self._finish(tape)
                return results if listed is sources else results[0]
        if isinstance(target, EagerTensor):
            flat_targets = [target]
        else:
            flat_targets = [part for item in nest.flatten(target) for part in gradient_parts(item)]
            for item in flat_targets:
                check_typed(item)
        single = isinstance(sources, (EagerTensor, Variable))
        given = [sources] if single else nest.flatten(sources)
        flat_sources = [part for item in given for part in source_parts(item)]
        for item in flat_sources:
            if not isinstance(item, (Variable, EagerTensor)):
                check_typed(item)
        weights = []
        if output_gradients is not None:
            weights = [
                None if part is None else to_tensor(part)
                for item in nest.flatten(output_gradients)
                for part in gradient_parts(item)
            ]
        for item in (*flat_targets, *flat_sources):
            if not isinstance(item, (Variable, EagerTensor)):
                check_known(item)
        zero = unconnected_gradients is not UnconnectedGradients.NONE and wants_zero(
            unconnected_gradients
        )
        results = gradients(tape, flat_targets, flat_sources, weights)
        if tape.borders:
            results = function_boundary.complete(tape, flat_targets, flat_sources, results)
        if zero:
            results = [
                zeros(source) if result is None else result
                for source, result in zip(flat_sources, results, strict=True)
            ]
        self._finish(tape)
        results = as_gradients(given, results)
        return results[0] if single else nest.pack_sequence_as(sources, results)

    def jacobian(
        self,
        target: Any,
        sources: Any,
        unconnected_gradients: Any = UnconnectedGradients.NONE,
        parallel_iterations: int | None = None,
        experimental_use_pfor: bool = True,
    ) -> Any:
        """The derivatives of each element of `target` by each element of `sources`.

        Args:
          target: a tensor or variable.
          sources: a tensor or variable, or a nest of them. Results of operations count too.
          unconnected_gradients: what a source gets that `target` does not depend on: None, or
            zeros.
          parallel_iterations: how many elements of `target` are differentiated at once; None for
            all of them.
          experimental_use_pfor: whether they are differentiated at once, and not one by one. Where
            an operation cannot take part in this, a warning names it, and it is one by one.

        Returns:
          For each source a tensor of the shape `target.shape + source.shape`, or None; nested as
          `sources` are. What `gradient` has in slices is dense here.

        Raises:
          RuntimeError: on a second call, or without `experimental_use_pfor`, unless the tape is
            persistent.
          ValueError: for an unknown `unconnected_gradients`, or `parallel_iterations` below 2 with
            `experimental_use_pfor`.
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
        """The jacobian of `target[i]` by `source[i]` for each i, where it depends on no other.

        Args:
          target: a tensor or variable of shape `[batch, ...]`, of rank 2 or more.
          source: likewise, with the same first size.
          unconnected_gradients: as for `jacobian`, but a source that `target` does not depend on
            gets zeros of `target`'s type instead of None.
          parallel_iterations: as for `jacobian`.
          experimental_use_pfor: as for `jacobian`.

        Returns:
          A tensor of the shape `target.shape + source.shape[1:]`.

        Raises:
          RuntimeError: as `jacobian`.
          ValueError: if the shapes do not fit, and as `jacobian`.
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
        elif hasattr(type(item), "_with_components"):
            yield from _tensors_and_variables(nest.flatten(item, expand_composites=True))
        else:
            raise ValueError(
                f"Passed in object {item} of type {type(item).__name__!r}, not tf.Tensor or "
                "tf.Variable or ExtensionType."
                + (CONVERT_ONCE if isinstance(item, torch.Tensor) else "")
            )


def _trainable(item: Any) -> bool:
    return (item._handle.data if isinstance(item, Variable) else item._t).dtype in TRAINABLE
