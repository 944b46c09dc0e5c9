"""`tf_tape_compat.explain`: why a gradient is None."""

from __future__ import annotations

from types import FrameType
from typing import Any

import torch

from .. import nest
from .._core.gradients import tape_gradient
from .._core.gradients.gradient_operands import (
    UnconnectedGradients,
    check_differentiable,
    gradient_parts,
    variables_behind,
)
from .._core.gradients.tape import GradientTape
from .._core.recording.activation import stop_recording
from .._core.recording.execution_context import active_graph
from .._core.tensor.tensor import EagerTensor
from .._core.variables.variable import Variable
from . import switch
from .analysis import Analysis, Reason, Source
from .history import Tape
from .hooks import Hooks
from .names import name_of, names_of
from .places import Place, user_frame
from .program_text import untaken_branch
from .sentences import sentence
from .tape_hooks import key_of, tape_of


class Explanation(str):
    """A sentence that says why a gradient is None.

    Attributes:
      reason: a short code, such as "stop_gradient" or "never_watched"; "not_none" if the gradient
        is not None.
      file: the file of the line that the sentence names, or None.
      line: its number, or None.
    """

    reason: str
    file: str | None
    line: int | None

    def __new__(cls, text: str, reason: str, place: Place | None) -> Explanation:
        explanation = super().__new__(cls, text)
        explanation.reason = reason
        explanation.file, explanation.line = place or (None, None)
        return explanation


def explain(tape: GradientTape, target: Any, source: Any) -> Any:
    """Says why the gradient of `target` by `source` on `tape` is None.

    The history of a program's tensors is needed to say where the gradient was lost. It is kept if
    the module that first imports the package names `tf_tape_compat.explain`, inside `keep_history`,
    and by `tf-tape run --explain-none`. Without it, programs pay nothing. The tape is not used up,
    and nothing is recorded.

    Args:
      tape: the tape, before or after its gradient was taken.
      target: a tensor or variable, or a nest of them, as for `tape.gradient`.
      source: a tensor or variable, or a nest of them.

    Returns:
      For each source an `Explanation`: a string of one sentence with `reason`, `file` and `line`;
      nested like `source`. The language is that of `LANG`, English or Chinese.

    Raises:
      TypeError: if `tape` is not a `tf.GradientTape`, or for tensors of torch.
      AttributeError: if a target or source is neither a tensor nor a variable.
    """
    if not isinstance(tape, GradientTape):
        raise TypeError(f"explain takes a tf.GradientTape, got {type(tape).__name__}")
    frame = user_frame()
    hooks = switch.begin()
    target, source = variables_behind(target), variables_behind(source)
    targets = [part for item in nest.flatten(target) for part in gradient_parts(item)]
    sources = nest.flatten(source)
    for item in (*targets, *sources):
        check_operand(item)
    if not targets:
        raise ValueError("explain needs a target")
    with hooks.hidden():
        explanations = [_explain(hooks, tape, targets, item, frame) for item in sources]
    return (
        explanations[0]
        if isinstance(source, (EagerTensor, Variable))
        else (nest.pack_sequence_as(source, explanations))
    )


def check_operand(item: Any) -> None:
    """Raises the error for a target or source that the history does not know."""
    if isinstance(item, (torch.Tensor, torch.nn.Module)):
        raise TypeError(
            "explain and plot follow the operations of tf, and know no tensors of torch: convert "
            "them with tf.convert_to_tensor before the tape"
        )
    check_differentiable(item)


def _explain(
    hooks: Hooks, tape: Any, targets: list[Any], source: Any, frame: FrameType | None
) -> Explanation:
    known = tape_of(tape)
    is_none = gradient_is_none(hooks, tape, known, targets, source)
    if is_none is False:
        reason = Reason("not_none")
    elif known is None:
        reason = reason_without_history(tape, targets, source)
    elif is_none is None:
        reason = Reason("spent", known.spent)
    else:
        reason = reason_for(hooks, known, targets, source, frame)
    return worded(hooks, reason, targets, source, frame)


def reason_without_history(tape: Any, targets: list[Any], source: Any) -> Reason:
    """What the tape itself tells: no lines, and little once it is spent."""
    if not (source.dtype.is_floating or source.dtype.is_complex):
        return Reason("no_history_integer", other=source.dtype.name)
    if isinstance(source, Variable):
        watched = tape.watched_variables()
        if all(known._handle is not source._handle for known in watched):
            return Reason("no_history_variable")
    recorder = tape._tape
    if recorder is not None:
        if isinstance(source, EagerTensor) and recorder not in source._tapes.recorders:
            return Reason("no_history_tensor")
        tracked = [x for x in targets if isinstance(x, EagerTensor)]
        if all(recorder not in x._tapes.recorders for x in tracked):
            return Reason("no_history_target")
    return Reason("no_history")


def gradient_is_none(
    hooks: Hooks, tape: Any, known: Tape | None, targets: list[Any], source: Any
) -> bool | None:
    """Whether the gradient of the targets by the source is None; None if that is unknown."""
    if known is not None:
        results = [
            known.results.get((key_of(hooks, target), key_of(hooks, source))) for target in targets
        ]
        if False in results:
            return False
        if None not in results:
            return True
    recorder = tape._tape
    if recorder is None:
        return None  # it is spent
    if active_graph() is not None:
        return True
    before, recorder.persistent = recorder.persistent, True
    try:
        with stop_recording():
            result = tape_gradient.gradient(
                recorder, targets, source, None, UnconnectedGradients.NONE
            )
    finally:
        recorder.persistent = before
    return result is None


def reason_for(
    hooks: Hooks, known: Tape | None, targets: list[Any], source: Any, frame: FrameType | None
) -> Reason:
    """Why the gradient is None, of a tape whose history was kept."""
    history = hooks.history
    if known is None:
        return Reason("no_history")
    described = _source(hooks, source)
    reasons = []
    for target in targets:
        value = history.find(target) if isinstance(target, EagerTensor) else None
        if value is None:
            value = hooks._used(target, history.event("op", "", None))
        reasons.append(Analysis(history, known, value, described).reason())
    reason = min(
        reasons, key=lambda found: found.code in ("not_used", "constant_target", "unknown")
    )
    if reason.code in _WEAK:
        place = untaken_branch(known.entered, known.lines, *names_of(source, frame))
        if place is not None:
            return Reason("branch_not_taken", place)
        if not known.spans:
            return Reason("never_entered")
    return reason


# The reasons which say only that the source was not used: something better may be found.
_WEAK = ("not_used", "not_used_known", "constant_target", "unknown_target")


def _source(hooks: Hooks, source: Any) -> Source:
    history = hooks.history
    has_gradients = source.dtype.is_floating or source.dtype.is_complex
    if isinstance(source, Variable):
        known = history.variable(source._handle)
        return Source(None, known, source.trainable, source.dtype.name, has_gradients)
    value = history.value(source)
    return Source(value, value.variable, True, source.dtype.name, has_gradients)


# -- words ----------------------------------------------------------------------------------------


def worded(
    hooks: Hooks, reason: Reason, targets: list[Any], source: Any, frame: FrameType | None
) -> Explanation:
    """The reason as a sentence."""
    text = sentence(
        reason.code,
        x=_shown(hooks, source, frame, "source"),
        y=_shown(hooks, targets[0], frame, "target") if len(targets) == 1 else sentence("target"),
        place=reason.place,
        op=reason.operation,
        other=reason.other,
    )
    return Explanation(text, reason.code, reason.place)


def _shown(hooks: Hooks, item: Any, frame: FrameType | None, role: str) -> str:
    """How a sentence names a tensor or variable: as the program does, or by where it was made."""
    name = name_of(item, frame)
    if name is not None:
        return f"`{name}`"
    if isinstance(item, Variable):
        if not item.name.startswith("Variable:"):
            return f"`{item.name.removesuffix(':0')}`"
        created = hooks.history.variable(item._handle).created
        if created is not None:
            return sentence("variable_at", place=created)
    return sentence(role)
