"""Actions on tapes: opening, closing, watching, stopping, resetting."""

from __future__ import annotations

from .simulation import Tape, Value
from .writer import Writer, nest

DEEPEST = 5  # recording tapes


class TapeActions(Writer):
    def new_tape(self) -> Tape:
        if len(self.simulation.active) >= DEEPEST:
            raise LookupError("no more tapes")
        tape = Tape(
            self.simulation.name("t"),
            self.chance(self.theme.persistent),
            self.chance(self.theme.watches_variables),
        )
        options = ["persistent=True"] * tape.persistent
        options += ["watch_accessed_variables=False"] * (not tape.watches_variables)
        self.line(f"{tape.name} = tf.GradientTape({', '.join(options)})")
        self.simulation.tapes.append(tape)
        return tape

    def open_tape(self) -> None:
        if self.simulation.thread:
            # A tape must leave in the thread that it entered in, or TensorFlow crashes.
            self.open_with()
            return
        tape = self.new_tape()
        self.line(f"{tape.name}.__enter__()")
        self.simulation.enter(tape)
        self.watch_some(tape)

    def open_with(self) -> None:
        tape = self.new_tape()
        self.open("with", tape.name, tape)
        self.simulation.enter(tape)
        self.watch_some(tape)

    def watch_some(self, tape: Tape) -> None:
        for _ in range(self.rng.choice([0, 1, 1, 1, 2])):
            self.watch(tape)

    def exit(self, tape: Tape) -> None:
        self.line(f"{tape.name}.__exit__(None, None, None)")
        if tape.state == "recording":
            self.simulation.leave(tape)

    def close(self) -> None:
        if self.blocks[-1] and self.blocks[-1][-1][0] != "try" and self.chance(0.5):
            self.close_block()
        elif self.simulation.thread == 0:
            self.exit(self.choose(self.simulation.active))

    def reenter(self) -> None:
        tape = self.choose(
            [tape for tape in self.simulation.tapes if tape.state in ("closed", "spent")]
        )
        if len(self.simulation.active) >= DEEPEST:
            raise LookupError("no more tapes")
        watched = None
        if self.chance(0.25):
            # On a closed tape this has an effect only while another tape is open.
            watched = self.pick.value()
            self.watch_value(tape, watched)
        if self.simulation.thread or self.chance(0.4):
            self.open("with", tape.name, tape)
        else:
            self.line(f"{tape.name}.__enter__()")
        self.simulation.enter(tape)
        if watched:
            self.special([self.computed(f"{watched.name} * {watched.name}", watched, [watched])])
        elif self.chance(0.5):
            self.watch(tape)

    def watch(self, tape: Tape | None = None) -> None:
        tapes = self.simulation.active
        if self.chance(0.1) or (self.simulation.thread and self.chance(0.3)):
            tapes = [t for t in self.simulation.tapes if t.state != "new"] or tapes
        tape = tape or self.choose(tapes)
        integers = [value for value in self.simulation.values if not value.floating]
        if integers and self.chance(0.1):
            chosen = [self.rng.choice(integers)]
        else:
            chosen = [
                self.choose([value for value in self.simulation.values if value.floating][-8:])
            ]
            if self.chance(0.15):
                chosen.append(self.rng.choice(self.simulation.values))
        form, _ = nest(self.rng, len(chosen))
        self.line(f"{tape.name}.watch({form.format(*(value.name for value in chosen))})")
        if self.simulation.active:
            tape.tracked.update(value.name for value in chosen)

    def watch_value(self, tape: Tape, value: Value) -> None:
        self.line(f"{tape.name}.watch({value.name})")
        if self.simulation.active:
            tape.tracked.add(value.name)

    def stop_block(self) -> None:
        tape = self.choose(self.simulation.active)
        if self.simulation.thread == 0 and self.chance(0.25):
            name = self.simulation.name("s")
            self.line(f"{name} = {tape.name}.stop_recording()")
            self.line(f"{name}.__enter__()")
            self.simulation.leave(tape)
            for _ in range(self.rng.randint(1, 3)):
                self.attempt(self.rng.choice(["operate", "operate", "watch", "gradient", "close"]))
            self.line(f"{name}.__exit__(None, None, None)")
            if tape.state != "recording":
                self.simulation.enter(tape)
            return
        self.open("stop", f"{tape.name}.stop_recording()", tape)
        self.simulation.leave(tape)
        for _ in range(self.rng.randint(0, 2)):
            self.attempt("operate")
        if self.chance(0.6):
            self.close_block()

    def reset(self) -> None:
        tapes = self.simulation.active
        if self.chance(0.15):
            tapes = [tape for tape in self.simulation.tapes if tape.state != "recording"]
        tape = self.choose(tapes)
        self.line(f"{tape.name}.reset()")
        if tape.state == "recording":
            tape.forget()
            self.watch_some(tape)

    def names(self) -> None:
        self.line(f"names({self.choose(self.simulation.tapes).name})")
