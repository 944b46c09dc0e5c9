"""Finds the reason why a gradient is None, from the history of its target, source and tape.

The *cone* of a target is what it was computed from, whoever recorded it. If the source is in it, a
*break* is an event at which the gradient on its way back is lost. If it is not, the values left
TensorFlow in between, or were never used.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from .graph_events import placeholders_for, without_gradient
from .history import Event, History, Left, Tape, Value
from .history import Variable as VariableHistory
from .places import Place
from .program_text import only_shows, rebinds

# Operations that only read a size: the least likely reason if there are several.
_SIZES = frozenset(("Shape", "ShapeN", "Size", "Rank"))


class Reason(NamedTuple):
    """Why a gradient is None: a code (sentences.py), a line, and what the sentence names."""

    code: str
    place: Place | None = None
    operation: str = ""
    other: Any = ""  # a further place, or a dtype


class Source(NamedTuple):
    """A source: a tensor's value, or a variable."""

    value: Value | None
    variable: VariableHistory | None
    trainable: bool  # whether tapes watch it when it is read
    dtype: str
    has_gradients: bool  # whether its dtype has

    def is_read(self, value: Value) -> bool:
        """Whether a value is this source, or a read of it."""
        if value is self.value:
            return True
        return self.variable is not None and value.variable is self.variable


class Break(NamedTuple):
    """Where the gradient is lost: an event, and the input by which the source enters it."""

    event: Event
    value: Value


def cone(targets: list[Value]) -> tuple[set[Value], list[Event]]:
    """The values that the targets were computed from, and the events in their order."""
    values: set[Value] = set()
    events: set[Event] = set()
    stack = list(targets)
    while stack:
        value = stack.pop()
        if value in values:
            continue
        values.add(value)
        if value.event is not None:
            events.add(value.event)
            stack.extend(value.event.inputs)
    return values, sorted(events, key=lambda event: event.number)


class Analysis:
    """One target and source of one tape."""

    def __init__(self, history: History, tape: Tape, target: Value, source: Source) -> None:
        self.history = history
        self.tape = tape
        self.target = target
        self.source = source
        self.values, self.events = cone([target])
        self.reads = [value for value in self.values if source.is_read(value)]

    def reason(self) -> Reason:
        """The reason; its code is "unknown" if the history does not show it."""
        source = self.source
        if not source.has_gradients:
            return Reason("integer_source", self._first_place(), other=source.dtype)
        if not self.reads:
            return self._unused()
        if not self.target.is_trainable:
            event = self.target.event
            place = event.place if event is not None else None
            return Reason("integer_target", place, event.name if event else "", self.target.dtype)
        breaks, carries = self._breaks()
        if breaks:
            return self._reason_of(min(breaks, key=self._rank))
        return self._inside(carries)

    # -- the gradient is lost on the way ----------------------------------------------------------

    def _starts(self, value: Value) -> bool:
        """Whether the tape tracks the source by this value."""
        return self.tape in value.watched or self.tape in value.tracked_by

    def _breaks(self) -> tuple[list[Break], set[Value]]:
        depends = set(self.reads)
        carries = {value for value in self.reads if self._starts(value)}
        breaks = []
        for event in self.events:
            used = [value for value in event.inputs if value in depends]
            if not used:
                continue
            outputs = [value for value in event.outputs if value in self.values]
            depends.update(event.outputs)
            lost = None
            is_carried = False
            for value, connected in zip(event.inputs, event.connected, strict=True):
                if value not in depends or value not in (carries | set(self.reads)):
                    continue
                if value in carries and self._carries(event, value, connected):
                    is_carried = True
                else:
                    lost = lost or Break(event, value)
            if is_carried:
                carries.update(output for output in outputs if output.is_trainable)
            elif lost is not None:
                breaks.append(lost)
        if self.target in carries:
            return [], carries
        return breaks, carries

    def _carries(self, event: Event, value: Value, connected: bool | None) -> bool:
        watched = value.watched.get(self.tape)
        if watched is not None and watched[0] > event.number and self.tape not in value.tracked_by:
            return False
        if self.tape not in event.active or connected is False or event.kind == "stop":
            return False
        return any(
            output.is_trainable and self.tape in output.tracked_by for output in event.outputs
        )

    def _rank(self, found: Break) -> tuple[int, int]:
        event = found.event
        if event.kind == "stop":
            rank = 0
        elif event.name in _SIZES:
            rank = 9
        elif self.tape not in event.active:
            rank = 3
        elif self.source.is_read(found.value) and not self._starts(found.value):
            rank = 2
        else:
            rank = 1
        return rank, -event.number

    def _reason_of(self, found: Break) -> Reason:
        event, value = found
        if self.tape not in event.active:
            return self._outside(event, value)
        if self.source.is_read(value):
            reason = self._untracked(event, value)
            if reason is not None:
                return reason
        return self._inside_composed(event) or reason_of_event(event, value)

    def _inside_composed(self, event: Event) -> Reason | None:
        """The reason inside of a function such as `tf.vectorized_map`."""
        if event.began is None or event.kind != "op":
            return None
        for inner in self.history.events():
            if (
                event.began < inner.number < event.number
                and inner.thread == event.thread
                and inner.inputs
                and (inner.kind == "stop" or without_gradient(inner))
            ):
                return reason_of_event(inner, inner.inputs[0])
        return None

    def _untracked(self, event: Event, value: Value) -> Reason | None:
        """Why the tape does not track the source in an event that it was active for."""
        if self._starts(value):
            watched = value.watched.get(self.tape)
            if watched is not None and watched[0] > event.number:
                return Reason("watched_late", event.place, event.name, watched[1])
            return None
        if self.source.variable is not None:
            if not self.tape.watch_reads:
                return Reason("watch_off", event.place, event.name, self.tape.entered)
            if self.source.trainable:
                return None
            created = self.source.variable.created
            return Reason("not_trainable", event.place, event.name, created)
        made = value.event
        if made is None or made.is_constant:
            return Reason("never_watched", event.place, event.name)
        if any(x.variable is not None for x in made.inputs) and rebinds(made.place):
            return Reason("replaced", made.place, made.name, event.place)
        return Reason("never_watched_result", event.place, made.name, made.place)

    def _outside(self, event: Event, value: Value) -> Reason:
        """Why the tape was not active when an event happened."""
        tape, number = self.tape, event.number
        if (
            value.variable is not None
            and self.source.is_read(value)
            and event.kind == "op"
            and rebinds(event.place)
        ):
            return Reason("replaced", event.place, event.name, self.tape.entered)
        if tape.reset_at is not None and number < tape.reset_at[0]:
            return Reason("reset", event.place, event.name, tape.reset_at[1])
        spans = tape.spans
        for thread, begin, end, _ in spans:
            if begin < number and (end is None or number < end):
                if thread != event.thread:
                    return Reason("other_thread", event.place, event.name, tape.entered)
                code = "init_scope" if event.in_init_scope else "suspended"
                return Reason(code, event.place, event.name)
        if not spans or number < spans[0][1]:
            return Reason("before_tape", event.place, event.name, tape.entered)
        for (_, _, end, stopped), (_, begin, _, _) in zip(spans, spans[1:], strict=False):
            if end < number < begin:
                code = "after_tape" if stopped is None else "stop_recording"
                return Reason(code, event.place, event.name, stopped or tape.entered)
        return Reason("after_tape", event.place, event.name, tape.entered)

    # -- the gradient is lost inside an operation that looks whole --------------------------------

    def _inside(self, carries: set[Value]) -> Reason:
        """What loses the gradient although torch's graph leads to the source."""
        on_path = [
            event for event in self.events if any(value in carries for value in event.inputs)
        ]
        for event in on_path:
            if event.graph is not None:
                reason = _inside_graph(self.history, event, carries)
                if reason is not None:
                    return reason
        for event in on_path:
            if event.kind == "custom":
                return Reason("custom_none", event.place, event.name)
        for event in on_path:
            if event.kind == "gradient":
                return Reason("constant_derivative", event.place, event.name)
        for event in on_path:
            if event.kind == "function":
                return Reason("in_function", event.place, event.name)
        return Reason("unknown", self._first_place())

    # -- the source was not used ------------------------------------------------------------------

    def _unused(self) -> Reason:
        later = self._computed_from_source()
        for event in self.events:
            for value in event.inputs:
                assigned = value.variable.assigned if value.variable is not None else None
                if assigned is not None and any(x in later for x in assigned.inputs):
                    return Reason("assigned", assigned.place, assigned.name, event.place)
        left = self._left(later)
        if left is not None:
            return left
        if any("object" in event.takes for event in self.events):
            # A value of a class that the program made convertible: what it holds is not known.
            return Reason("unknown", self._first_place())
        made = self.target.event
        if made is None:
            return Reason("unknown_target")
        if made.is_constant:
            return Reason("constant_target", made.place)
        if all(self._is_explained(value) for value in self.values):
            return Reason("not_used", made.place, made.name)
        return Reason("not_used_known", made.place, made.name)

    def _is_explained(self, value: Value) -> bool:
        """Whether it is known where a value comes from."""
        return (
            value.event is not None
            or value.variable is not None
            or value.number < self.tape.begun
            or bool(value.watched)
        )

    def _computed_from_source(self) -> set[Value]:
        """Everything that was computed from the source."""
        source = self.source
        found = {source.value} if source.value is not None else set()
        for event in [*self.history.events()]:
            if any(value in found or source.is_read(value) for value in event.inputs):
                found.update(value for value in event.inputs if source.is_read(value))
                found.update(event.outputs)
        return found

    def _left(self, later: set[Any]) -> Reason | None:
        """Where the value went to NumPy or Python, if something in the cone came from there."""
        left = [item for value in later for item in value.left]
        if self.source.variable is not None:
            left += self.source.variable.left
        left = [item for item in left if self._counts(item) and not only_shows(item.place)]
        if not left:
            return None
        came = [event.number for event in self.events if event.takes]
        came += [x.number for x in self.values if x.event is None and x.variable is None]
        if self.target.event is None:
            came.append(self.target.number)
        before = [item for item in left if any(item.number < number for number in came)]
        if not before:
            return None
        latest = max(before, key=lambda item: item.number)
        return Reason(latest.how, latest.place)

    def _counts(self, left: Left) -> bool:
        """Whether a value that was handed over may matter: not if that was under another tape."""
        return not left.under_tape or any(
            begin < left.number and (end is None or left.number < end)
            for _, begin, end, _ in self.tape.spans
        )

    def _first_place(self) -> Place | None:
        for event in self.events:
            if any(self.source.is_read(value) for value in event.inputs):
                return event.place
        return self.tape.entered


def reason_of_event(event: Event, value: Value) -> Reason:
    """Why no gradient goes through an event that was recorded."""
    if event.kind == "stop":
        code = "stop_gradient" if event.name != "PyFunc" else "numpy_function"
        return Reason(code, event.place, event.name)
    integers = [output for output in event.outputs if not output.is_trainable]
    if integers and len(integers) == len(event.outputs):
        return Reason("integer_path", event.place, event.name, integers[0].dtype)
    if event.kind == "gradient":
        return Reason("constant_derivative", event.place, event.name)
    if any(connected for connected in event.connected):
        return Reason("no_gradient_by_input", event.place, event.name)
    return Reason("no_gradient", event.place, event.name)


def _inside_graph(history: History, call: Event, carries: set[Value]) -> Reason | None:
    """The reason inside a traced function: the first event that has no gradient."""
    graph = call.graph
    outputs = [value for x in graph.outputs if (value := history.find(x)) is not None]
    values, events = cone(outputs)
    inputs = placeholders_for(history, call, carries)
    depends = values & inputs
    carried = set(depends)
    lost = []
    for event in events:
        used = [value for value in event.inputs if value in carried]
        if not used:
            continue
        if event.kind == "stop" or without_gradient(event):
            lost.append(reason_of_event(event, used[0]))
        else:
            carried.update(output for output in event.outputs if output.is_trainable)
            if event.graph is not None and (inner := _inside_graph(history, event, carried)):
                lost.append(inner)
    if lost:
        return lost[0]
    if not depends and outputs:
        return Reason("not_used_in_function", call.place, call.name)
    return None
