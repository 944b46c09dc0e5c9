"""The history of tensors: which operations made them, where, and under which tapes.

It is kept while `keep_history` is on (switch.py). A *value* stands for one tensor, or for one read
of a variable; an *event* is what computed values from others. Values refer to their events and
events to the values they used, so history is dropped with the tensors that need it; the oldest
events are cut off when there are too many.
"""

from __future__ import annotations

import itertools
import threading
from collections import deque
from collections.abc import Iterable
from typing import Any, NamedTuple
from weakref import ref

from .._core.recording.tape_set import thread
from .places import Place

_MAX_EVENTS = 50_000


class Tape:
    """What happened to one GradientTape between being entered and being spent."""

    __slots__ = (
        "begun",
        "entered",
        "lines",
        "reset_at",
        "results",
        "spans",
        "spent",
        "watch_reads",
    )

    def __init__(self, watch_reads: bool) -> None:
        self.watch_reads = watch_reads  # whether it watches the variables that are read
        self.entered: Place | None = None
        self.reset_at: tuple[int, Place | None] | None = None
        self.spent: Place | None = None
        # When it recorded: [thread, from, to, where a `stop_recording` after it began].
        self.spans: list[list[Any]] = []
        self.begun = 0  # when it was entered first
        self.lines: set[Place] = set()  # the lines that ran while it recorded
        # What gradients were: by the keys of target and source, whether it was None.
        self.results: dict[tuple[Any, Any], bool] = {}


class Left(NamedTuple):
    """A value that was handed to NumPy, Python or another library."""

    number: int  # when
    place: Place
    how: str  # "numpy", "python" or "library"
    under_tape: bool  # whether some tape was recording


_MAX_LEFT = 20  # how many of them are kept of one value


class Variable:
    """What happened to one variable."""

    __slots__ = ("assigned", "created", "left", "uid")

    def __init__(self, handle: Any) -> None:
        self.uid = handle.uid
        self.created: Place | None = None
        self.assigned: Event | None = None
        self.left: tuple[Left, ...] = ()


class Value:
    """One tensor, or one read of a variable.

    Attributes:
      number: when it was first seen.
      event: what computed it, or None.
      index: its number among the results of the event.
      is_trainable: whether its dtype has gradients.
      watched: by tape, when and where it was given to `watch`, or read as a watched variable.
      tracked_by: the tapes that tracked it when it was computed.
      variable: the variable that it is a read of, or None.
      left: when and where its value was handed to NumPy, Python or another library.
    """

    __slots__ = (
        "dtype",
        "event",
        "index",
        "is_trainable",
        "left",
        "number",
        "shape",
        "tracked_by",
        "variable",
        "watched",
    )

    def __init__(self, number: int, dtype: str, shape: str, is_trainable: bool) -> None:
        self.number = number
        self.dtype = dtype
        self.shape = shape
        self.is_trainable = is_trainable
        self.event: Event | None = None
        self.index = 0
        self.watched: dict[Tape, tuple[int, Place | None]] = {}
        self.tracked_by: frozenset[Tape] = frozenset()
        self.variable: Variable | None = None
        self.left: tuple[Left, ...] = ()


class Event:
    """One operation that ran.

    Attributes:
      kind: "op", "gradient", "function", "custom", "stop" or "assign".
      name: TensorFlow's name of the operation, or that of a function.
      connected: for each input, whether torch's graph leads from a result to it; None if unknown.
      takes: what it used besides tensors: "numpy", "python", "library" (a torch tensor), "object".
      active: the tapes that were recording on its thread.
      graph: the graph of a traced function that was called.
      began: the number at which it began, if other events happened inside of it.
    """

    __slots__ = (
        "active",
        "began",
        "connected",
        "graph",
        "in_init_scope",
        "inputs",
        "kind",
        "name",
        "number",
        "outputs",
        "place",
        "takes",
        "thread",
    )

    def __init__(
        self, number: int, kind: str, name: str, place: Place | None, active: tuple[Tape, ...]
    ) -> None:
        self.number = number
        self.kind = kind
        self.name = name
        self.place = place
        self.active = active
        self.thread = thread.ident
        self.in_init_scope = False
        self.inputs: list[Value] = []
        self.outputs: list[Value] = []
        self.connected: list[bool | None] = []
        self.takes: frozenset[str] = frozenset()
        self.graph: Any = None
        self.began: int | None = None

    @property
    def is_constant(self) -> bool:
        """Whether it is a conversion of Python or NumPy values."""
        return self.name == "Const" and not self.inputs


class History:
    """Everything that is kept."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._values: dict[int, tuple[ref[Any], Value]] = {}
        self._variables: dict[int, Variable] = {}
        self._events: deque[Event] = deque()
        self._lock = threading.Lock()
        self.began_with = next(self._numbers)

    def next_number(self) -> int:
        """A number for something that happens now."""
        return next(self._numbers)

    # -- values -----------------------------------------------------------------------------------

    def leave(self, item: Value | Variable, place: Place, how: str) -> None:
        """Notes that a value is handed over."""
        left = Left(self.next_number(), place, how, bool(thread.stack))
        item.left = (*item.left[-_MAX_LEFT:], left)

    def find(self, tensor: Any) -> Value | None:
        """The value of a tensor, if it was seen."""
        entry = self._values.get(id(tensor))
        return entry[1] if entry is not None and entry[0]() is tensor else None

    def value(self, tensor: Any) -> Value:
        """The value of a tensor."""
        return self.find(tensor) or self.put(tensor, self.new_value(tensor))

    def new_value(self, tensor: Any) -> Value:
        """A value with the dtype of a tensor."""
        dtype = tensor.dtype
        is_trainable = dtype.is_floating or dtype.is_complex
        return Value(self.next_number(), dtype.name, str(tensor.shape), is_trainable)

    def put(self, tensor: Any, value: Value) -> Value:
        """Notes that `value` stands for a tensor."""
        key = id(tensor)
        values = self._values

        def forget(reference: Any) -> None:
            entry = values.get(key)
            if entry is not None and entry[0] is reference:
                del values[key]

        values[key] = ref(tensor, forget), value
        return value

    def variable(self, handle: Any) -> Variable:
        """What is known of a variable."""
        # What stands for a variable while it is traced has the same number.
        variable = self._variables.get(handle.uid)
        if variable is None:
            variable = self._variables[handle.uid] = Variable(handle)
        return variable

    # -- events -----------------------------------------------------------------------------------

    def events(self) -> list[Event]:
        """All events that are still kept, in order."""
        with self._lock:
            return [*self._events]

    def event(self, kind: str, name: str, place: Place | None) -> Event:
        """A new event on this thread, now."""
        event = Event(self.next_number(), kind, name, place, active_tapes())
        if place is not None:
            for tape in event.active:
                tape.lines.add(place)
        with self._lock:
            self._events.append(event)
            if len(self._events) > _MAX_EVENTS:
                oldest = self._events.popleft()
                oldest.inputs, oldest.connected = [], []
        return event


def active_tapes() -> tuple[Tape, ...]:
    """The tapes that are recording on this thread."""
    return tapes_of(thread.stack)


def tapes_of(recorders: Iterable[Any]) -> tuple[Tape, ...]:
    """What is kept of the tapes with these recorders."""
    return tuple(
        tape for recorder in recorders if (tape := getattr(recorder, "history", None)) is not None
    )
