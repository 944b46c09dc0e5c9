"""`tf.GradientTape`: checks what it is given, as TensorFlow does, and asks gradient.py."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from .. import nest
from ..errors import InvalidArgumentError
from . import border, execution, recording
from .convert import to_tensor
from .gradient import compute, is_plain, note_results, run_backward, trackers
from .indexed_slices import IndexedSlices
from .indexed_slices import make as make_slices
from .logging import warn_first_n
from .operation import op
from .parcels import OWN, Slices, combined
from .recording import EMPTY, TRAINABLE, Recorder, thread, without_graph
from .tensor import EagerTensor, TrackedTensor
from .variable import Handle, Variable, key_of

_CONVERT_ONCE = (
    " A torch.Tensor has no identity that a tape could follow: convert it once with "
    "tf.convert_to_tensor, and use and watch the result."
)


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
            recording.deactivate(self._tape)  # type: ignore[arg-type]
            self._recording = False

    def __del__(self) -> None:
        tape = self._tape
        if tape is not None and not self._recording:
            tape.release()

    def __getattr__(self, name: str) -> Any:
        if name in ("jacobian", "batch_jacobian"):
            from .._api import missing

            raise missing(f"tf.GradientTape.{name}")
        raise AttributeError(f"'GradientTape' object has no attribute {name!r}")

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
            if execution.is_outer(tape) and not isinstance(item, Variable):
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
                recording.watch(tape, item)
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
        if execution.is_outer(self._tape):
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
        results: list[Any] | None = None
        if (
            type(target) is TrackedTensor
            and output_gradients is None
            and unconnected_gradients is UnconnectedGradients.NONE
        ):
            alone = type(sources) is not list
            results = _simple_gradients(tape, target, [sources] if alone else sources)
            if results is not None:
                if tape.borders:
                    listed = [sources] if alone else sources
                    results = border.complete(tape, [target], listed, results)
                self._finish(tape)
                return results[0] if alone else results
        if isinstance(target, EagerTensor):
            flat_targets = [target]
        else:
            flat_targets = nest.flatten(target)
            for item in flat_targets:
                _check_typed(item)
        single = isinstance(sources, (EagerTensor, Variable))
        flat_sources = [sources] if single else nest.flatten(sources)
        for item in flat_sources:
            if not isinstance(item, (Variable, EagerTensor)):
                _check_typed(item)
        weights: list[EagerTensor | None] = []
        if output_gradients is not None:
            weights = [
                None if item is None else to_tensor(item) for item in nest.flatten(output_gradients)
            ]
        for item in (*flat_targets, *flat_sources):
            if not isinstance(item, (Variable, EagerTensor)):
                _check_known(item)
        zero = unconnected_gradients is not UnconnectedGradients.NONE and _wants_zero(
            unconnected_gradients
        )
        results = _gradients(tape, flat_targets, flat_sources, weights)
        if tape.borders:
            results = border.complete(tape, flat_targets, flat_sources, results)
        if zero:
            results = [
                zeros(source) if result is None else result
                for source, result in zip(flat_sources, results, strict=True)
            ]
        self._finish(tape)
        return results[0] if single else nest.pack_sequence_as(sources, results)


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
                + (_CONVERT_ONCE if isinstance(item, torch.Tensor) else "")
            )


def _trainable(item: Any) -> bool:
    return (item._handle.data if isinstance(item, Variable) else item._t).dtype in TRAINABLE


def _check_typed(item: Any) -> None:
    """Raises what TensorFlow raises for a target or source without an element type."""
    if item is None or isinstance(item, str):
        raise TypeError(
            f"Cannot convert the argument `type_value`: {item!r} to a TensorFlow DType."
        )
    if not hasattr(item, "dtype") and not isinstance(item, Handle):
        raise AttributeError(f"{type(item).__name__!r} object has no attribute 'dtype'")


def _check_known(item: Any) -> None:
    """Raises what TensorFlow raises for a target or source that a tape cannot know."""
    if not isinstance(item, (EagerTensor, Variable, Handle)):
        kind = type(item)
        hint = _CONVERT_ONCE if isinstance(item, torch.Tensor) else ""
        raise AttributeError(
            f"'{kind.__module__}.{kind.__name__}' object has no attribute '_id'{hint}"
        )


def _wants_zero(unconnected_gradients: Any) -> bool:
    try:
        return UnconnectedGradients(unconnected_gradients) is UnconnectedGradients.ZERO
    except ValueError:
        raise ValueError(
            f"Unknown value for unconnected_gradients: {unconnected_gradients!r}"
        ) from None


@op("ZerosLike", "x", torch.zeros_like, severed=True)
def _zeros_like(x: Any) -> Any:
    """What a source gets that no target depends on: recorded, as in TensorFlow."""


def zeros(source: Any) -> Any:
    payload = _value(source)
    if not isinstance(payload, torch.Tensor):
        return None
    return _zeros_like(EagerTensor(payload) if isinstance(source, Handle) else source)


def _value(item: Any) -> Any:
    """The payload of a tensor, variable or handle."""
    if isinstance(item, EagerTensor):
        return item._t
    return item.data if isinstance(item, Handle) else item._handle.data


def _ones(payload: torch.Tensor, own: bool) -> torch.Tensor:
    """Ones like `payload`; with `own`, an object that nobody else has."""
    if payload.is_cpu and not payload.shape and type(payload) is torch.Tensor:
        found = _SCALAR_ONES.get(payload.dtype)
        if found is None:
            found = torch.ones((), dtype=payload.dtype)
            if type(found) is torch.Tensor:
                _SCALAR_ONES[payload.dtype] = found
        return found.detach() if own else found
    return torch.ones_like(payload.detach())


_SCALAR_ONES: dict[torch.dtype, torch.Tensor] = {}


def _simple_gradients(
    tape: Recorder, target: TrackedTensor, sources: list[Any]
) -> list[Any] | None:
    """The gradients of a tensor by distinct variables that were read once, or by watched tensors.

    None if it is not so. That is what training asks for at each step, and the shortest way to it.
    """
    if tape not in target._tapes.tapes:
        return None
    leaves = tape.leaves
    inputs = []
    for source in sources:
        kind = type(source)
        if kind is Variable:
            found = leaves.get(id(source._handle))
            if found is None or len(found) != 1:
                return None
            inputs.append(found[0])
        elif kind is TrackedTensor and tape in source._tapes.tapes:
            payload = source._t
            if source._leaf is not payload:
                return None
            inputs.append(payload)
        else:
            return None
    if not inputs or (len(inputs) > 1 and len(set(map(id, inputs))) != len(inputs)):
        return None
    payload = target._t
    keep = tape.persistent or tape.shared or bool(tape.borders)
    if thread.active is EMPTY and is_plain(tape) and payload.is_cpu:
        seed = _ones(payload, False)
        return [
            None if gradient is None else EagerTensor(gradient)
            for gradient in run_backward(payload, seed, inputs, keep)
        ]
    parts, parcels, begin = compute(tape, [payload], [_ones(payload, False)], inputs, keep)
    known: dict[int, EagerTensor] = {}
    results: list[Any] = []
    for leaf, gradient in zip(inputs, parts, strict=True):
        came = parcels.get(id(leaf)) if parcels else None
        if came:
            dense = [] if gradient is None else [gradient]
            source = sources[len(results)]
            results.append(_combine(dense, came, source, known, begin))
        else:
            results.append(None if gradient is None else _result(gradient, known, begin))
    if thread.active is not EMPTY:
        note_results(known, begin)
    return results


def _gradients(
    tape: Recorder, targets: list[Any], sources: list[Any], weights: list[EagerTensor | None]
) -> list[Any]:
    """The gradient by each source: a tensor, slices, or None."""
    roots: list[torch.Tensor] = []
    seeds: list[torch.Tensor] = []
    # By `key_of`, the seeds of targets that the tape does not know: they count as sources only.
    direct: dict[int, list[torch.Tensor]] = {}
    # Results that are an argument's own torch tensor are that argument, as in TensorFlow.
    known: dict[int, EagerTensor] = {}
    held: list[tuple[Any, int, Any]] = []  # for targets that are results of custom gradients only
    others: dict[int, list[Any]] = {}  # by `key_of`, gradients of sources likewise
    done: dict[int, Any] = {}  # by `key_of`, so that a repeated source gets the same object
    several = len(targets) > 1
    for position, target in enumerate(targets):
        payload = _value(target)
        if not isinstance(payload, torch.Tensor):
            continue
        whole = tape.whole.get(id(target)) if tape.whole else None
        if whole is not None and whole[0]() is target:
            weight = weights[position] if position < len(weights) else None
            held.append((*whole[1:], weight or EagerTensor(torch.ones_like(payload))))
            continue
        tracked = isinstance(target, EagerTensor) and tape in target._tapes.tapes
        if position >= len(weights):
            seed = _ones(payload, several)
        elif (weight := weights[position]) is None:
            if tracked and payload.grad_fn is not None:
                raise ValueError(
                    "Attempt to convert a value (None) with an unsupported type "
                    "(<class 'NoneType'>) to a Tensor. (output_gradients has None for a target: "
                    "leave that target out)"
                )
            continue
        else:
            seed = _seed(weight)
            known[id(seed)] = weight
        if tracked:
            if seed.shape != payload.shape or seed.dtype != payload.dtype:
                _refuse_seed(payload, seed)
            roots.append(payload)
            seeds.append(seed)
        else:
            direct.setdefault(key_of(target), []).append(seed)
    inputs: list[torch.Tensor] = []
    counts: list[int] = []  # how many of the inputs stand for each source
    if roots or held:
        for source in sources:
            before = len(inputs)
            if tape.customs and _is_whole(tape, source):
                others[key_of(source)] = []
            if isinstance(source, EagerTensor):
                _add_aliases(source, inputs)
            else:
                inputs += tape.leaves.get(key_of(source), ())
            counts.append(len(inputs) - before)
    if not inputs and not ((roots or held) and tape.customs):
        if not direct:
            return [None] * len(sources)
        return [
            done[key]
            if (key := key_of(source)) in done
            else done.setdefault(key, _combine(direct.get(key, []), [], source, known, 0))
            for source in sources
        ]
    keep = tape.persistent or tape.shared or bool(tape.borders)
    parts, parcels, begin = compute(tape, roots, seeds, inputs, keep, others, held)
    results: list[Any] = []
    start = 0
    for source, count in zip(sources, counts, strict=True):
        own = range(start, start + count)
        dense = [g for i in own if (g := parts[i]) is not None]
        came = [parcel for i in own for parcel in parcels.get(id(inputs[i]), ())]
        came += others.get(key_of(source), ())
        if (
            (dense or came)
            and key_of(source) not in others
            and isinstance(source, EagerTensor)
            and tape not in source._tapes.tapes
        ):
            # TensorFlow throws away what reaches a tensor that the tape does not know, the 1 of a
            # target that is itself the source included.
            results.append(None)
        else:
            key = key_of(source)
            if key not in done:
                dense += direct.get(key, [])
                done[key] = _combine(dense, came, source, known, begin)
            results.append(done[key])
        start += count
    if thread.active is not EMPTY:
        note_results(known, begin)
    return results


def _is_whole(tape: Recorder, source: Any) -> bool:
    """Whether the tape knows a source of a type that only tf.custom_gradient has gradients by."""
    payload = _value(source)
    if not isinstance(payload, torch.Tensor) or payload.dtype in TRAINABLE:
        return False
    if isinstance(source, EagerTensor):
        return tape.watches_leaf(payload)
    return key_of(source) in tape.variables


def _add_aliases(source: EagerTensor, inputs: list[torch.Tensor]) -> None:
    """Adds the torch tensors that stand for `source` in the graph."""
    payload = source._t
    if not isinstance(payload, torch.Tensor):
        return
    if payload.requires_grad:
        inputs.append(payload)
    leaf = source._leaf
    if leaf is not None and leaf is not payload:
        inputs.append(leaf)


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
    raise InvalidArgumentError(
        None,
        None,
        f"output_gradients: got a tensor of shape {list(seed.shape)} and type {seed.dtype} for a "
        f"target of shape {list(payload.shape)} and type {payload.dtype}.",
    )


def _combine(
    dense_parts: list[torch.Tensor],
    parcels: list[Any],
    source: Any,
    known: dict[int, EagerTensor],
    begin: int,
) -> Any:
    if not dense_parts and not parcels:
        return None
    shape = _value(source).shape
    total = combined(dense_parts, parcels, shape)
    if type(total) is Slices:
        values = _result(total.values, known, begin)
        return make_slices(values, total.indices, shape if total.shape is OWN else total.shape)
    return _result(total, known, begin) if isinstance(total, torch.Tensor) else total


def _result(gradient: torch.Tensor, known: dict[int, EagerTensor], begin: int) -> EagerTensor:
    """A gradient as a tensor; the same tensor for the same gradient."""
    found = known.get(id(gradient))
    if found is not None:
        return found
    recording = trackers(gradient, begin) if gradient.requires_grad else EMPTY
    tensor: EagerTensor
    if recording is EMPTY:
        graph = gradient.requires_grad
        tensor = EagerTensor(without_graph(gradient) if graph else gradient)
    else:
        tensor = TrackedTensor(gradient, recording)
        recording.add(tensor)
    known[id(gradient)] = tensor
    return tensor
