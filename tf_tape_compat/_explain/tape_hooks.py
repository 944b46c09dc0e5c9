"""What tapes tell the history: entering, watching, pausing, gradients."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from .. import nest
from .._core.gradients.gradient_operands import variables_behind
from .._core.gradients.tape import GradientTape
from .._core.recording.tape_set import thread
from .._core.tensor.tensor import EagerTensor
from .._core.variables.variable import Variable
from .history import Tape
from .places import user_place

if TYPE_CHECKING:
    from .hooks import Hooks


def tape_of(gradient_tape: Any) -> Tape | None:
    """What is kept of a GradientTape."""
    tape: Tape | None = getattr(gradient_tape, "_history", None)
    return tape


def key_of(hooks: Hooks, item: Any) -> Any:
    """A key for a target or source, by which results of gradients are kept."""
    if isinstance(item, Variable):
        return "variable", item._handle.uid
    return id(hooks.history.value(item)) if isinstance(item, EagerTensor) else id(item)


def install(hooks: Hooks) -> None:
    """Replaces the methods of GradientTape."""
    history = hooks.history

    def push(method: Any) -> Any:
        def pushed(tape: Any) -> None:
            method(tape)
            known = tape_of(tape)
            if known is None or (
                tape._tape is not None and getattr(tape._tape, "history", None) is None
            ):
                known = tape._history = Tape(tape._watch_accessed_variables)
                known.entered = user_place()
            tape._tape.history = known
            known.spans.append([thread.ident, history.next_number(), None, None])
            known.begun = known.begun or known.spans[0][1]

        return pushed

    def pop(method: Any) -> Any:
        def popped(tape: Any, *args: Any) -> None:
            was_recording = tape._recording
            method(tape, *args)
            known = tape_of(tape)
            if known is not None and known.spans and was_recording:
                known.spans[-1][2] = history.next_number()

        return popped

    def stop(method: Any) -> Any:
        @contextmanager
        def stop_recording(tape: Any) -> Iterator[None]:
            place = user_place(3)
            with method(tape):
                known = tape_of(tape)
                if known is not None and known.spans and known.spans[-1][2] is not None:
                    known.spans[-1][3] = place
                yield

        return stop_recording

    def watch(method: Any) -> Any:
        def watched(tape: Any, tensor: Any) -> None:
            method(tape, tensor)
            known = tape_of(tape)
            if known is None or hooks.quiet:
                return
            place, number = user_place(), history.next_number()
            for item in nest.flatten(variables_behind(tensor), expand_composites=True):
                if isinstance(item, EagerTensor):
                    history.value(item).watched.setdefault(known, (number, place))

        return watched

    def reset(method: Any) -> Any:
        def reset_tape(tape: Any) -> None:
            method(tape)
            known = tape_of(tape)
            if known is not None:
                known.reset_at = history.next_number(), user_place()

        return reset_tape

    hooks.method(GradientTape, "_push", push)
    hooks.method(GradientTape, "_pop", pop)
    hooks.method(GradientTape, "__exit__", pop)
    hooks.method(GradientTape, "stop_recording", stop)
    hooks.method(GradientTape, "watch", watch)
    hooks.method(GradientTape, "reset", reset)
    for name in ("gradient", "jacobian", "batch_jacobian"):
        hooks.method(GradientTape, name, lambda method: _gradient(hooks, method))


def _gradient(hooks: Hooks, method: Any) -> Any:
    def gradient(tape: Any, target: Any, *args: Any, **kwargs: Any) -> Any:
        result = method(tape, target, *args, **kwargs)
        known = tape_of(tape)
        if known is None or hooks.quiet:
            return result
        place = user_place()
        if tape._tape is None and known.spent is None:
            known.spent = place
        sources = args[0] if args else kwargs.get("sources", kwargs.get("source"))
        weights = args[1] if len(args) > 1 and method.__name__ == "gradient" else None
        target, sources = variables_behind(target), variables_behind(sources)
        hooks.note("gradient", method.__name__, (target, sources, weights), result, place)
        flat_sources, results = nest.flatten(sources), nest.flatten(result)
        targets = nest.flatten(target)
        if len(flat_sources) == len(results):
            for item in targets:
                for source, part in zip(flat_sources, results, strict=True):
                    key = key_of(hooks, item), key_of(hooks, source)
                    if part is not None or len(targets) == 1:
                        known.results.setdefault(key, part is None)
                        known.results[key] = known.results[key] and part is None
                    else:
                        known.results[key] = True
        if hooks.after_gradient is not None:
            hooks.after_gradient(tape, targets, flat_sources, results, place)
        return result

    return gradient
