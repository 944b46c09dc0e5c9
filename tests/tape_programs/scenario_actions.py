"""Actions of several steps: programs that single steps would rarely produce."""

from __future__ import annotations

from .gradient_actions import GradientActions
from .tape_actions import DEEPEST


class ScenarioActions(GradientActions):
    def nest(self) -> None:
        """Derivatives of a derivative, from the inside out, with more computed on the way."""
        order = self.rng.choice([2, 2, 3, 3, 4])
        if self.simulation.thread or len(self.simulation.active) + order > DEEPEST + 1:
            raise LookupError("no more tapes")
        source = self.pick.value()
        tapes = []
        for _ in range(order):
            tape = self.new_tape()
            self.line(f"{tape.name}.__enter__()")
            self.simulation.enter(tape)
            if self.chance(0.85):
                self.watch_value(tape, source)
            tapes.append(tape)
        result = self.computed(
            self.rng.choice(["{0} * {0} * {0}", "tf.sin({0}) * {0}", "{0} ** 4"]).format(
                source.name
            ),
            source,
            [source],
        )
        for _ in range(self.rng.randint(0, 2)):
            self.attempt("operate")
        if self.chance(0.3):
            self.rng.shuffle(tapes)
        while tapes:
            tape = tapes.pop()
            if self.chance(0.7):
                self.exit(tape)
            gradients = self.take(tape, [result], [source])
            if not gradients:
                break
            result = gradients[-1]
            if self.chance(0.4):
                form = self.rng.choice(["{0} * {1}", "{0} * {0}", "tf.sin({0}) + {1}", "{0} + {1}"])
                result = self.computed(
                    form.format(result.name, source.name), result, [result, source]
                )
        for tape in tapes:
            if tape.state == "recording":
                self.exit(tape)

    def later_tape(self) -> None:
        """A tape is opened after the one that it differentiates."""
        if self.simulation.thread:
            raise LookupError("not in a thread")
        earlier = self.choose(
            [
                t
                for t in self.simulation.tapes
                if t.state == "closed" and t.persistent and t.made_from
            ]
        )
        target = self.choose(
            [v for v in self.simulation.values if v.name in earlier.made_from and v.floating]
        )
        reached = [v for v in self.simulation.values if v.name in earlier.ancestors(target.name)]
        source, names = self.choose(reached), {value.name for value in reached}
        later = self.new_tape()
        self.line(f"{later.name}.__enter__()")
        self.simulation.enter(later)
        for value in {
            source.name: source,
            **{v.name: v for v in self.some(reached, names, self.rng.randint(0, 2))},
        }.values():
            if self.chance(0.8):
                self.watch_value(later, value)
        if self.chance(0.3):
            self.attempt("operate")
        gradients = self.take(earlier, [target], [source])
        if self.chance(0.5) and gradients:
            gradients.append(
                self.computed(
                    f"{gradients[-1].name} * {gradients[-1].name}", gradients[-1], gradients[-1:]
                )
            )
        if self.chance(0.8):
            self.exit(later)
        if gradients and self.chance(0.8):
            self.take(
                later, [gradients[-1]], [source, *self.some(reached, names, self.rng.randint(0, 2))]
            )

    def thread_block(self) -> None:
        if self.simulation.thread:
            raise LookupError("already in a thread")
        self.open("thread")
        self.simulation.recording.append([])
        self.blocks.append([])
        for _ in range(self.rng.randint(2, 6)):
            self.attempt(
                self.rng.choice(
                    [
                        "operate",
                        "operate",
                        "open_with",
                        "watch",
                        "gradient",
                        "reenter",
                        "use_gradient",
                        "assign",
                    ]
                )
            )
        while self.blocks[-1]:
            self.close_block()
        self.blocks.pop()
        self.simulation.recording.pop()
        self.close_block()

    def raising_block(self) -> None:
        """Leaves blocks through an exception."""
        self.open("try")
        depth = len(self.blocks[-1])
        for _ in range(self.rng.randint(1, 2)):
            self.attempt(self.rng.choice(["open_with", "open_with", "reenter", "stop_block"]))
        for _ in range(self.rng.randint(0, 3)):
            self.attempt(self.rng.choice(["operate", "operate", "watch", "gradient", "assign"]))
        self.line("raise Stop")
        while len(self.blocks[-1]) >= depth:
            self.close_block()

    def forget(self) -> None:
        values, tapes = self.simulation.values, self.simulation.tapes
        if self.chance(0.3) and tapes:
            tape = self.rng.choice(tapes)
            tapes.remove(tape)
            if tape in self.simulation.active:
                self.simulation.leave(tape)
            self.line(f"del {tape.name}")
        else:
            value = self.choose(values[:-1])
            values.remove(value)
            self.line(f"del {value.name}")
        if self.chance(0.3):
            # The young generations only: a whole collection takes as long as many programs.
            self.line("gc.collect(1) * 0")

    def mistake(self) -> None:
        """A statement for which TensorFlow raises an error, or should."""
        if self.simulation.thread:
            raise LookupError("not in a thread")
        tape = self.choose(self.simulation.tapes)
        value = self.choose([v for v in self.simulation.values if v.floating])
        t, x = tape.name, value.name
        if tape.state == "spent" and self.chance(0.6):
            self.line(
                self.rng.choice(
                    [f"{t}.gradient({x}, {x})", f"{t}.watch({x})", f"{t}.reset()", f"names({t})"]
                )
            )
            return
        kind = self.rng.choice(list(MISTAKES) + ["before entering"])
        if kind == "before entering":
            fresh = self.simulation.name("t")
            self.line(f"{fresh} = tf.GradientTape(persistent={self.chance(0.5)})")
            self.line(self.rng.choice(MISTAKES_BEFORE).format(t=fresh, x=x))
            return
        if kind == "enter" and tape.state != "recording":
            raise LookupError("would enter")
        if kind == "exit" and tape.state == "recording":
            raise LookupError("would leave")
        self.line(
            MISTAKES[kind].format(t=t, x=x, v=(self.simulation.variables() or [value])[0].name)
        )
        if "gradient(" in MISTAKES[kind] and not tape.persistent:
            if tape.state == "recording":
                self.simulation.leave(tape)
            if kind in SPENDING:
                tape.state = "spent"


MISTAKES = {
    "enter": "{t}.__enter__()",
    "exit": "{t}.__exit__(None, None, None)",
    "target None": "{t}.gradient(None, {x})",
    "target with None": "{t}.gradient([{x}, None], {x})",
    "target number": "{t}.gradient(3.0, {x})",
    "target text": "{t}.gradient('a', {x})",
    "no targets": "{t}.gradient([], {x})",
    "source None": "{t}.gradient({x}, None)",
    "source with None": "{t}.gradient({x}, [{x}, None])",
    "source number": "{t}.gradient({x}, 3.0)",
    "source text": "{t}.gradient({x}, {{'a': {x}, 'b': 'b'}})",
    "no sources": "{t}.gradient({x}, [])",
    "unconnected": "{t}.gradient({x}, {x}, unconnected_gradients='nothing')",
    "unconnected None": "{t}.gradient({x}, {x}, unconnected_gradients=None)",
    "watch number": "{t}.watch(3.0)",
    "watch None": "{t}.watch(None)",
    "watch then number": "{t}.watch([{x}, 3.0])",
    "watch empty": "{t}.watch([])",
    "assign shape": "{v}.assign([[1.0, 2.0, 3.0, 4.0, 5.0]])",
    "twice": "{t}.gradient({x}, {x}), {t}.gradient({x}, {x})",
}
MISTAKES_BEFORE = [
    "{t}.watch({x})",
    "{t}.gradient({x}, {x})",
    "{t}.reset()",
    "{t}.__exit__(None, None, None)",
    "names({t})",
]
SPENDING = {"no targets", "no sources", "twice"}
