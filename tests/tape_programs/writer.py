"""Writes lines and blocks, and the values that programs compute with."""

from __future__ import annotations

import random

from . import customs, themes
from .operations import FAMILIES, NICE, Pick
from .program import Program
from .simulation import Simulation, Tape, Value

SHAPES = [(), (2,), (3,), (2, 2), (2, 3), (3, 2)]

PLAIN = ("unary", "constant", "binary", "reduction")


def nest(rng: random.Random, count: int) -> tuple[str, list[str]]:
    """A template for the text of a nest of so many names, and the path of each in it."""
    if count == 1 and rng.random() < 0.8:
        return "{0}", [""]
    slots = [f"{{{i}}}" for i in range(count)]
    form = rng.choice(["list", "list", "tuple", "dict", "nested"])
    if form == "list":
        return f"[{', '.join(slots)}]", [f"[{i}]" for i in range(count)]
    if form == "tuple":
        return f"({', '.join(slots)},)", [f"[{i}]" for i in range(count)]
    if form == "dict":
        keys = "abcd"[:count]
        keys = keys[::-1] if rng.random() < 0.3 else keys
        pairs = [f"'{key}': {slot}" for key, slot in zip(keys, slots, strict=True)]
        return f"{{{{{', '.join(pairs)}}}}}", [f"['{key}']" for key in keys]
    rest = "".join(f"{slot}, " for slot in slots[1:]).rstrip()
    paths = ["['b'][0]"] + [f"['a'][{i}]" for i in range(count - 1)]
    return f"{{{{'b': [{slots[0]}], 'a': ({rest})}}}}", paths


class Writer:
    """The program so far. An action that finds nothing to work on raises LookupError."""

    def __init__(self, rng: random.Random, theme: themes.Theme) -> None:
        self.rng = rng
        self.theme = theme
        self.simulation = Simulation()
        self.pick = Pick(rng, self.simulation, theme.operand_variables)
        self.dtype = "float64" if rng.random() < theme.double else "float32"
        self.shapes = [()] if rng.random() < theme.scalar else SHAPES
        self.program: Program = []
        self.bodies: list[Program] = [self.program]
        self.blocks: list[list[tuple[str, Tape | None]]] = [
            []
        ]  # open blocks, a list for each thread
        self.customs: list[customs.Custom] = []

    def choose(self, candidates: list):
        if not candidates:
            raise LookupError("nothing to choose from")
        return self.rng.choice(candidates)

    def chance(self, rate: float) -> bool:
        return self.rng.random() < rate

    def attempt(self, action: str) -> bool:
        try:
            getattr(self, action)()
        except LookupError:
            return False
        return True

    def line(self, text: str) -> None:
        self.bodies[-1].append(text)

    def open(self, kind: str, argument: str = "", tape: Tape | None = None) -> None:
        """Opens a block; kind "stop" is a `with` over the tape's stop_recording()."""
        block: list = ["with" if kind == "stop" else kind, argument, []]
        self.bodies[-1].append(block)
        self.bodies.append(block[2])
        self.blocks[-1].append((kind, tape))

    def close_block(self) -> None:
        kind, tape = self.blocks[-1].pop()
        self.bodies.pop()
        if kind == "with" and tape is not None and tape.state == "recording":
            self.simulation.leave(tape)
        elif kind == "stop" and tape is not None and tape.state != "recording":
            self.simulation.enter(tape)

    # Values

    def leaf(self) -> None:
        shape = self.rng.choice(self.shapes)
        if self.rng.random() < 0.1:
            value = Value(
                self.simulation.name("x"), shape, self.rng.choice(["int32", "int64"]), 3.0
            )
            self.line(
                f"{value.name} = tf.constant({self.literal(shape, whole=True)}, tf.{value.dtype})"
            )
        else:
            value = Value(self.simulation.name("x"), shape, self.dtype, 3.0)
            self.line(f"{value.name} = tf.constant({self.literal(shape)}, tf.{value.dtype})")
        self.simulation.values.append(value)

    def literal(self, shape: tuple[int, ...], whole: bool = False) -> str:
        if shape == ():
            return str(self.rng.choice([1, 2, 3] if whole else NICE))
        return "[" + ", ".join(self.literal(shape[1:], whole) for _ in range(shape[0])) + "]"

    def variable(self) -> None:
        shape = self.rng.choice(self.shapes)
        whole = self.rng.random() < 0.05
        dtype = "int32" if whole else self.dtype
        value = Value(self.simulation.name("v"), shape, dtype, 3.0, True, self.rng.random() < 0.85)
        start = self.literal(shape, whole)
        others = [
            v
            for v in self.simulation.values
            if v.floating and v.dtype == dtype and v.shape == shape
        ]
        if others and self.rng.random() < 0.2:
            start = self.rng.choice(others).name
        options = "" if value.trainable else ", trainable=False"
        self.line(
            f'{value.name} = tf.Variable({start}, name="{value.name}", dtype=tf.{dtype}{options})'
        )
        self.simulation.values.append(value)

    def operate(self) -> None:
        for _ in range(self.rng.choice([1, 1, 2, 3])):
            weights = self.theme.family_weights()
            if self.shapes == [()]:
                weights = {
                    **weights,
                    "gather": 0.0,
                    "joining": 0.2,
                    "shaping": 0.4,
                    "reduction": 0.2,
                }
            family = self.rng.choices(list(weights), list(weights.values()))[0]
            text, results, inputs, passes = FAMILIES[family](self.rng, self.pick)
            outputs = [Value(self.simulation.name("x"), *result) for result in results]
            self.line(f"{', '.join(value.name for value in outputs)} = {text}")
            self.simulation.operation(outputs, inputs, passes)
            self.simulation.values.extend(outputs)
            if family not in PLAIN:
                self.special(outputs)

    def special(self, results: list[Value]) -> None:
        """Remembers results of unusual kinds, and often computes further values from one."""
        floats = [value for value in results if value.floating]
        self.simulation.special.extend(floats)
        if floats and self.chance(0.5):
            value = self.rng.choice(floats)
            other = self.pick.like(value)
            if other.shape in ((), value.shape):
                form = "{0} * {1}" if value.size * other.size < 50 else "tf.tanh({0}) * tf.sin({1})"
                self.computed(form.format(value.name, self.pick.read(other)), value, [value, other])

    def computed(self, text: str, like: Value, inputs: list[Value]) -> Value:
        """A line that computes a value of the same shape and dtype as another."""
        result = Value(self.simulation.name("x"), like.shape, like.dtype, min(like.size**2, 100.0))
        self.line(f"{result.name} = {text}")
        self.simulation.operation([result], inputs)
        self.simulation.values.append(result)
        return result

    def custom(self) -> None:
        if not self.customs or self.chance(0.4):
            made = customs.write(
                self.rng,
                self.simulation,
                self.pick,
                self.simulation.name("f"),
                self.simulation.name("k"),
            )
            if made.leak:
                self.line(f"{made.leak} = {{}}")
            self.line(made.text)
            self.customs.append(made)
        called = self.rng.choice(self.customs[-2:])
        first = self.pick.value(lambda v: called.dtype in (None, v.dtype))
        arguments = [first]
        if called.inputs == 2:
            arguments.append(
                self.pick.value(lambda v: v.dtype == first.dtype and v.shape == first.shape)
            )
        size = max(value.size for value in arguments) ** 2
        outputs = [
            Value(self.simulation.name("x"), first.shape, first.dtype, size)
            for _ in range(called.outputs)
        ]
        text = ", ".join(value.name for value in arguments)
        self.line(f"{', '.join(value.name for value in outputs)} = {called.name}({text})")
        self.simulation.operation(outputs, arguments)
        self.simulation.values.extend(outputs)
        self.special(outputs)
        if called.leak and self.rng.random() < 0.7:
            key = self.rng.choice(["i", "o", "o", "up"])
            inner = Value(self.simulation.name("x"), first.shape, first.dtype, size)
            self.line(f'{inner.name} = {called.leak}["{key}"]')
            self.simulation.operation([inner], arguments)
            self.simulation.values.append(inner)
            self.special([inner])

    def assign(self) -> None:
        variable = self.choose(self.simulation.variables())
        verb = self.rng.choice(["assign", "assign", "assign_add", "assign_sub"])
        text = self.literal(variable.shape, whole=not variable.floating)
        if variable.floating and self.rng.random() < 0.5:
            value = self.pick.value(
                lambda v: v.dtype == variable.dtype and v.shape == variable.shape
            )
            text = self.pick.read(value)
            if value.variable:
                self.simulation.access(value)
            variable.size = max(variable.size, value.size) * (1 if verb == "assign" else 2)
            if variable.size > 100:
                text, variable.size = f"tf.tanh({text})", 1.0
        call = f"{variable.name}.{verb}({text})"
        kind = self.rng.random()
        if kind < 0.25:
            self.line(f"{variable.name}.{verb}({text}, read_value=False)")
            return
        self.simulation.access(variable)
        if kind < 0.55:
            self.line(call)
            return
        result = Value(self.simulation.name("r"), variable.shape, variable.dtype, variable.size)
        self.line(f"{result.name} = {call}")
        self.simulation.operation([result], [variable])
        self.simulation.values.append(result)
        self.special([result])
