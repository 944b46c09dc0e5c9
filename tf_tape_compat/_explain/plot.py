"""`tf_tape_compat.plot`: a drawing of what was recorded between tensors."""

from __future__ import annotations

import os
import shutil
import subprocess
from types import FrameType
from typing import Any, NamedTuple

from .. import nest
from .._core.gradients.gradient_operands import gradient_parts, variables_behind
from .._core.gradients.tape import GradientTape
from .._core.tensor.tensor import EagerTensor
from .._core.variables.variable import Variable
from . import switch
from .analysis import cone
from .explain import check_operand
from .history import Event, History, Tape, Value
from .names import name_of
from .places import user_frame
from .tape_hooks import tape_of


class _Box(NamedTuple):
    """What is drawn as one box: a tensor ("source", "target", "constant") or an operation."""

    lines: tuple[str, ...]
    kind: str


class Plot:
    """A drawing of operations. `str(plot)` is its Graphviz text; notebooks show it.

    Attributes:
      dot: the drawing as Graphviz text.
      mermaid: the drawing as Mermaid text, which GitHub and others draw in Markdown.
    """

    def __init__(self, boxes: list[_Box], edges: list[tuple[int, int, bool]]) -> None:
        self._boxes = boxes
        self._edges = edges

    @property
    def dot(self) -> str:
        """The drawing as Graphviz text."""
        lines = ["digraph tape {", '  node [shape=box, fontname="sans-serif", fontsize=11];']
        for number, box in enumerate(self._boxes):
            label = "\\n".join(_quoted(line) for line in box.lines)
            lines.append(f'  n{number} [label="{label}"{_DOT[box.kind]}];')
        for begin, end, carries in self._edges:
            lines.append(f"  n{begin} -> n{end}{'' if carries else ' [style=dashed, color=gray]'};")
        return "\n".join([*lines, "}"]) + "\n"

    @property
    def mermaid(self) -> str:
        """The drawing as Mermaid text."""
        lines = ["flowchart TD"]
        for number, box in enumerate(self._boxes):
            label = "<br/>".join(_escaped(line) for line in box.lines)
            opening, closing = _MERMAID[box.kind]
            lines.append(f'  n{number}{opening}"{label}"{closing}')
        for begin, end, carries in self._edges:
            lines.append(f"  n{begin} {'-->' if carries else '-.->'} n{end}")
        return "\n".join(lines) + "\n"

    def svg(self) -> str:
        """The drawing as SVG. Raises RuntimeError if Graphviz's `dot` is not installed."""
        program = shutil.which("dot")
        if program is None:
            raise RuntimeError(
                "SVG needs the program `dot` of Graphviz (https://graphviz.org); without it, use "
                "plot.dot or plot.mermaid"
            )
        done = subprocess.run(
            [program, "-Tsvg"], input=self.dot, capture_output=True, encoding="utf-8", check=True
        )
        return done.stdout

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the drawing to a file: `.dot` or `.gv`, `.svg`, `.mmd` (Mermaid) or `.md`.

        Raises ValueError for another suffix, and RuntimeError as `svg` does.
        """
        suffix = os.path.splitext(os.fspath(path))[1].lower()
        if suffix in (".dot", ".gv"):
            text = self.dot
        elif suffix == ".svg":
            text = self.svg()
        elif suffix == ".mmd":
            text = self.mermaid
        elif suffix == ".md":
            text = f"```mermaid\n{self.mermaid}```\n"
        else:
            raise ValueError(f"plots are written as .dot, .gv, .svg, .mmd or .md, not {suffix!r}")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def __str__(self) -> str:
        return self.dot

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """What notebooks show: SVG if it can be drawn, else Mermaid."""
        if shutil.which("dot") is None:
            return {"text/markdown": f"```mermaid\n{self.mermaid}```\n", "text/plain": self.dot}
        return {"image/svg+xml": self.svg(), "text/plain": self.dot}


_DOT = {
    "source": ', style="filled,rounded", fillcolor="#cfe8ff"',
    "target": ', style="filled,rounded", fillcolor="#ffe3b3"',
    "constant": ', style="rounded", color=gray, fontcolor=gray',
    "recorded": "",
    "not_recorded": ', style=dashed, color="#c0392b", fontcolor="#c0392b"',
}
_MERMAID = {
    "source": ("([", "])"),
    "target": ("([", "])"),
    "constant": ("(", ")"),
    "recorded": ("[", "]"),
    "not_recorded": ("{{", "}}"),
}


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def plot(tape: GradientTape, target: Any, sources: Any) -> Plot:
    """Draws the operations between sources and targets, with their lines in the program.

    Dashed boxes are operations that the tape did not record, and dashed edges carry no gradient.
    The history is kept as for `explain`.

    Args:
      tape: the tape, before or after its gradient was taken.
      target: a tensor or variable, or a nest of them.
      sources: a tensor or variable, or a nest of them.

    Returns:
      A `Plot`, with the drawing as Graphviz text (`dot`, or `str(plot)`), Mermaid (`mermaid`), and
      SVG (`svg()`, if Graphviz is installed). `save(path)` writes a file.

    Raises:
      TypeError: if `tape` is not a `tf.GradientTape`, or for tensors of torch.
      AttributeError: if a target or source is neither a tensor nor a variable.
      RuntimeError: if no history was kept of the tape.
    """
    if not isinstance(tape, GradientTape):
        raise TypeError(f"plot takes a tf.GradientTape, got {type(tape).__name__}")
    frame = user_frame()
    hooks = switch.begin()
    known = tape_of(tape)
    target, sources = variables_behind(target), variables_behind(sources)
    targets = [part for item in nest.flatten(target) for part in gradient_parts(item)]
    source_items = nest.flatten(sources)
    for item in (*targets, *source_items):
        check_operand(item)
    if known is None:
        raise RuntimeError(
            "plot needs the history of the tape: put tf_tape_compat.keep_history() before the tape"
        )
    with hooks.hidden():
        return _Drawing(hooks.history, known, frame).draw(targets, source_items)


class _Drawing:
    def __init__(self, history: History, tape: Tape, frame: FrameType | None) -> None:
        self._history = history
        self._tape = tape
        self._frame = frame
        self._boxes: list[_Box] = []
        self._edges: list[tuple[int, int, bool]] = []
        self._numbers: dict[Any, int] = {}

    def draw(self, targets: list[Any], sources: list[Any]) -> Plot:
        """Draws what leads from the sources to the targets; all of it, if nothing does."""
        ends = [self._end(item) for item in targets]
        values, events = cone([value for value in ends if value is not None])
        for source in sources:
            self._box(self._key(source), (name_of(source, self._frame) or "source",), "source")
        for item, value in zip(targets, ends, strict=True):
            if value is not None and value not in self._numbers:
                self._box(value, (name_of(item, self._frame) or "target", _type(value)), "target")
        between = self._between(events, values)
        for event in between or events:
            self._event(event, values)
        return Plot(self._boxes, self._edges)

    def _end(self, item: Any) -> Value | None:
        return self._history.find(item) if isinstance(item, EagerTensor) else None

    def _key(self, source: Any) -> Any:
        if isinstance(source, Variable):
            return self._history.variable(source._handle)
        return self._history.value(source)

    def _box(self, key: Any, lines: tuple[str, ...], kind: str) -> int:
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._boxes)
            self._boxes.append(_Box(lines, kind))
        return number

    def _between(self, events: list[Event], values: set[Value]) -> list[Event]:
        """The events that depend on a source."""
        depends: set[Value] = set()
        between = []
        for event in events:
            if any(
                value in depends or value in self._numbers or value.variable in self._numbers
                for value in event.inputs
            ):
                between.append(event)
                depends.update(event.outputs)
        return between

    def _event(self, event: Event, values: set[Value]) -> None:
        is_recorded = any(self._tape in output.tracked_by for output in event.outputs)
        place = () if event.place is None else (str(event.place),)
        kind = "recorded" if is_recorded and self._tape in event.active else "not_recorded"
        number = self._box(event, (event.name or event.kind, *place), kind)
        for value, connected in zip(event.inputs, event.connected, strict=True):
            begin = self._origin(value)
            is_tracked = self._tape in value.tracked_by or self._tape in value.watched
            carries = kind == "recorded" and connected is not False and is_tracked
            self._edges.append((begin, number, carries))
        for output in event.outputs:
            end = self._numbers.get(output)
            if end is not None:
                self._edges.append((number, end, self._tape in output.tracked_by))

    def _origin(self, value: Value) -> int:
        """The box that a value comes from."""
        for key in (value, value.variable, value.event):
            if key is not None and key in self._numbers:
                return self._numbers[key]
        if value.variable is not None:
            return self._box(value.variable, (f"variable {value.variable.uid}",), "constant")
        if value.event is not None:
            return self._box(value.event, (value.event.name, str(value.event.place)), "constant")
        return self._box(value, ("constant", _type(value)), "constant")


def _type(value: Value) -> str:
    return f"{value.dtype} {value.shape}"
