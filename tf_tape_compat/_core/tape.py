"""`tf.GradientTape`: checks what it is given, as TensorFlow does, and asks gradient.py."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from .. import nest
from . import recording
from .convert import scalar_payload, to_tensor
from .gradient import compute, reaches_watched
from .indexed_slices import IndexedSlices
from .indexed_slices import make as make_slices
from .logging import warn_first_n
from .recording import EMPTY, TRAINABLE, Recorder, thread
from .tensor import EagerTensor, TrackedTensor
from .variable import Handle, Variable


class UnconnectedGradients(enum.Enum):
    """What a source that a target does not depend on gets; answers for the `tf` enum."""

    NONE = "none"
    ZERO = "zero"


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
        self._tape: Recorder | None = None
        self._persistent = persistent
        self._watch_accessed_variables = watch_accessed_variables
        self._watched_variables: tuple[Variable, ...] = ()
        self._recording = False

    def __enter__(self) -> GradientTape:
        self._push()
        return self

    def __exit__(self, kind: Any, value: Any, traceback: Any) -> None:
        if self._recording:
            self._pop()

    def __del__(self) -> None:
        tape = getattr(self, "_tape", None)
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
        recording.activate(self._tape)
        self._recording = True

    def _pop(self) -> None:
        if not self._recording:
            raise ValueError("Tape is not recording.")
        recording.deactivate(self._tape)  # type: ignore[arg-type]
        self._recording = False

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
            if thread.active is EMPTY:
                continue  # as in TensorFlow: with no tape recording on this thread, nothing happens
            if isinstance(item, Variable):
                key = id(item._handle)
                if key not in tape.variables:
                    tape.variables[key] = item
                    for tape_set in tape.sets.values():
                        tape_set.reads.pop(key, None)
            elif _trainable(item):
                recording.watch(tape, item)

    @contextmanager
    def stop_recording(self) -> Iterator[None]:
        """Suspends this tape inside of the returned context.

        Raises RuntimeError if the tape was never entered or is spent, ValueError if it is not
        recording.
        """
        if self._tape is None:
            raise RuntimeError("Trying to stop recording a tape which is not recording.")
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
            self._watched_variables = _in_order(self._tape)
        return self._watched_variables

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
        tape = self._tape
        if tape is None:
            raise RuntimeError(
                "A non-persistent GradientTape can only be used to compute one set of gradients "
                "(or jacobians)"
            )
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
        if target is None:
            raise TypeError(
                "Argument `target` should be a list or nested structure of Tensors, Variables or "
                "CompositeTensors to be differentiated, but received None."
            )
        flat_targets = [target] if isinstance(target, EagerTensor) else nest.flatten(target)
        single = isinstance(sources, (EagerTensor, Variable))
        flat_sources = [sources] if single else nest.flatten(sources)
        for item in flat_targets:
            _check_differentiable(item)
        for item in flat_sources:
            _check_differentiable(item)
        if output_gradients is not None:
            output_gradients = [
                None if item is None else to_tensor(item) for item in nest.flatten(output_gradients)
            ]
        zero = _wants_zero(unconnected_gradients)
        results = _gradients(tape, flat_targets, flat_sources, output_gradients or [])
        if zero:
            results = [
                _zeros(source) if result is None else result
                for source, result in zip(flat_sources, results, strict=True)
            ]
        if not self._persistent:
            self._watched_variables = _in_order(tape)
            self._tape = None
            tape.release()
        return results[0] if single else nest.pack_sequence_as(sources, results)


def _in_order(tape: Recorder) -> tuple[Variable, ...]:
    return tuple(sorted(tape.variables.values(), key=lambda variable: variable._handle.uid))


def _tensors_and_variables(structure: Any) -> Iterator[Any]:
    if isinstance(structure, (EagerTensor, Variable)):
        yield structure
        return
    for item in nest.flatten(structure):
        if isinstance(item, (EagerTensor, Variable)):
            yield item
        elif isinstance(item, IndexedSlices):
            yield from _tensors_and_variables([item.values, item.indices, item.dense_shape])
        else:
            raise ValueError(
                f"Passed in object {item} of type {type(item).__name__!r}, not tf.Tensor or "
                "tf.Variable or ExtensionType."
                + (
                    " A torch.Tensor has no identity that a tape could follow: convert it once "
                    "with tf.convert_to_tensor, and use and watch the result."
                    if isinstance(item, torch.Tensor)
                    else ""
                )
            )


def _trainable(item: Any) -> bool:
    return (item._handle.data if isinstance(item, Variable) else item._t).dtype in TRAINABLE


def _check_differentiable(item: Any) -> None:
    """Raises what TensorFlow raises for a target or source that is neither tensor nor variable."""
    if isinstance(item, (EagerTensor, Variable, Handle)):
        return
    if item is None or isinstance(item, str):
        raise TypeError(
            f"Cannot convert the argument `type_value`: {item!r} to a TensorFlow DType."
        )
    kind = type(item).__name__
    if not hasattr(item, "dtype"):
        raise AttributeError(f"{kind!r} object has no attribute 'dtype'")
    raise AttributeError(f"'{type(item).__module__}.{kind}' object has no attribute '_id'")


def _wants_zero(unconnected_gradients: Any) -> bool:
    try:
        return UnconnectedGradients(unconnected_gradients) is UnconnectedGradients.ZERO
    except ValueError:
        raise ValueError(
            f"Unknown value for unconnected_gradients: {unconnected_gradients!r}"
        ) from None


def _zeros(source: Any) -> Any:
    payload = _value(source)
    if not isinstance(payload, torch.Tensor):
        return None
    return EagerTensor(torch.zeros_like(payload.detach()))


def _value(item: Any) -> Any:
    """The payload of a tensor, variable or handle."""
    if isinstance(item, EagerTensor):
        return item._t
    return item.data if isinstance(item, Handle) else item._handle.data


def _key(item: Any) -> int:
    """What TensorFlow knows an object by: variables with one handle are one."""
    return id(item._handle) if isinstance(item, Variable) else id(item)


def _ones(payload: torch.Tensor) -> torch.Tensor:
    if payload.ndim == 0 and payload.device.type == "cpu" and type(payload) is torch.Tensor:
        return scalar_payload(1, payload.dtype)
    return torch.ones_like(payload.detach())


def _gradients(
    tape: Recorder, targets: list[Any], sources: list[Any], weights: list[EagerTensor | None]
) -> list[Any]:
    """The gradient by each source: a tensor, slices, or None."""
    wanted = {_key(source): source for source in sources}
    roots: list[torch.Tensor] = []
    seeds: list[torch.Tensor] = []
    direct: dict[int, list[torch.Tensor]] = {}  # seeds of targets that are themselves sources
    # Results that are an argument's own torch tensor are that argument, as in TensorFlow.
    known: dict[int, EagerTensor] = {}
    for position, target in enumerate(targets):
        weight = weights[position] if position < len(weights) else None
        payload = _value(target)
        tracked = (
            isinstance(target, EagerTensor)
            and tape in target._tapes.tapes
            and payload.requires_grad
        )
        if not tracked and _key(target) not in wanted:
            continue
        if not isinstance(payload, torch.Tensor):
            continue
        if weight is None:
            seed = _ones(payload)
        else:
            seed = _seed(weight)
            known[id(seed)] = weight
        if tracked:
            if seed.shape != payload.shape or seed.dtype != payload.dtype:
                _refuse_seed(payload, seed)
            roots.append(payload)
            seeds.append(seed)
        else:
            direct.setdefault(_key(target), []).append(seed)
    inputs: list[torch.Tensor] = []
    aliases: dict[int, list[torch.Tensor]] = {}
    if roots:
        for key, source in wanted.items():
            aliases[key] = _aliases(tape, source)
            inputs += aliases[key]
    parts: dict[int, torch.Tensor | None] = {}
    slices: dict[int, list[tuple[torch.Tensor, torch.Tensor]]] = {}
    if inputs:
        keep = tape.persistent or tape.shared
        found, slices = compute(tape, roots, seeds, inputs, keep)
        parts = {id(leaf): gradient for leaf, gradient in zip(inputs, found, strict=True)}
    return _collect(tape, sources, aliases, parts, slices, direct, known)


def _seed(weight: EagerTensor) -> torch.Tensor:
    """The payload of an output gradient, with its graph where that concerns an active tape."""
    active = thread.active
    own = weight._tapes.tapes & active.tapes
    if not own:
        return recording.plain_payload(weight)
    for tape in active.tapes - own:
        tape.crossed = True
    return weight._t


def _refuse_seed(payload: torch.Tensor, seed: torch.Tensor) -> None:
    from ..errors import InvalidArgumentError

    raise InvalidArgumentError(
        None,
        None,
        f"output_gradients: got a tensor of shape {list(seed.shape)} and type {seed.dtype} for a "
        f"target of shape {list(payload.shape)} and type {payload.dtype}.",
    )


def _aliases(tape: Recorder, source: Any) -> list[torch.Tensor]:
    """The torch tensors that stand for `source` in what `tape` recorded."""
    if not isinstance(source, EagerTensor):
        key = id(source if isinstance(source, Handle) else source._handle)
        return [leaf for _, leaf in tape.leaves.get(key, ())]
    payload = source._t
    if not isinstance(payload, torch.Tensor):
        return []
    found = []
    if payload.requires_grad and (tape in source._tapes.tapes or source._tapes is EMPTY):
        found.append(payload)
    if source._leaf is not None and source._leaf is not payload:
        found.append(source._leaf)
    return found


def _collect(
    tape: Recorder,
    sources: list[Any],
    aliases: dict[int, list[torch.Tensor]],
    parts: dict[int, torch.Tensor | None],
    slices: dict[int, list[tuple[torch.Tensor, torch.Tensor]]],
    direct: dict[int, list[torch.Tensor]],
    known: dict[int, EagerTensor],
) -> list[Any]:
    done: dict[int, Any] = {}
    results = []
    for source in sources:
        key = _key(source)
        if key not in done:
            leaves = aliases.get(key, ())
            dense_parts = [g for leaf in leaves if (g := parts[id(leaf)]) is not None]
            sliced = [pair for leaf in leaves for pair in slices.get(id(leaf), ())]
            if not _tracked(tape, source) and (dense_parts or sliced):
                # TensorFlow throws away what reaches a tensor that the tape does not know, the
                # 1 of a target that is itself the source included.
                done[key] = None
            else:
                dense_parts += direct.get(key, [])
                done[key] = _combine(dense_parts, sliced, source, known)
        results.append(done[key])
    return results


def _tracked(tape: Recorder, source: Any) -> bool:
    if not isinstance(source, EagerTensor):
        return True
    if tape not in source._tapes.tapes:
        return False
    return not tape.uncertain or reaches_watched(tape, source._t)


def _combine(
    dense_parts: list[torch.Tensor],
    sliced: list[tuple[torch.Tensor, torch.Tensor]],
    source: Any,
    known: dict[int, EagerTensor],
) -> Any:
    if not dense_parts and not sliced:
        return None
    if dense_parts:
        total = dense_parts[0]
        for part in dense_parts[1:]:
            total = total + part
        for indices, values in sliced:
            total = total.index_add(0, indices, values)
        return _result(total, known)
    if len(sliced) == 1:
        indices, values = sliced[0]
    else:
        indices = torch.cat([pair[0] for pair in sliced])
        values = torch.cat([pair[1] for pair in sliced])
    return make_slices(_result(values, known), indices, _value(source).shape)


def _result(gradient: torch.Tensor, known: dict[int, EagerTensor]) -> EagerTensor:
    found = known.get(id(gradient))
    if found is not None:
        return found
    active = thread.active
    tensor: EagerTensor
    if gradient.requires_grad and active is not EMPTY:
        tensor = TrackedTensor(gradient, active)
        active.add(tensor)
    else:
        tensor = EagerTensor(gradient.detach() if gradient.requires_grad else gradient)
    known[id(gradient)] = tensor
    return tensor


