"""Actions that take gradients, and that feed them into what follows."""

from __future__ import annotations

import dataclasses
import math

from .simulation import Tape, Value
from .tape_actions import TapeActions
from .writer import nest


def _filled(nest_of_names: str, values: list[Value]) -> str:
    return nest_of_names.format(*(value.name for value in values))


class GradientActions(TapeActions):
    def gradient(self) -> None:
        self.take(self.ready_tape())

    def ready_tape(self) -> Tape:
        """A tape whose gradient may be taken in this thread."""
        tapes = [
            tape
            for tape in self.simulation.tapes
            if tape.state == "closed" or tape in self.simulation.active
        ]
        if self.simulation.thread:
            tapes = [tape for tape in tapes if tape.persistent or tape in self.simulation.active]
        return self.choose([tape for tape in tapes if tape.made_from] or tapes)

    def take(
        self, tape: Tape, targets: list[Value] | None = None, sources: list[Value] | None = None
    ) -> list[Value]:
        """Writes a gradient; its results get names, and become values."""
        targets = targets or self.targets(tape)
        if self.theme.jacobians and self.chance(self.theme.jacobians):
            return self.jacobian(tape, targets[0], sources)
        if sources is None:
            reached = set().union(*(tape.ancestors(target.name) for target in targets))
            sources = [
                self.source(tape, targets, reached) for _ in range(self.rng.choice([1, 1, 1, 2, 3]))
            ]
            if self.chance(0.06):
                sources.append(self.rng.choice(sources))
        wanted, paths = nest(self.rng, len(sources))
        given, _ = nest(self.rng, len(targets))
        name = self.simulation.name("g")
        of, by = _filled(given, targets), _filled(wanted, sources)
        options = self.options(targets, given)
        self.line(f"{name} = {tape.name}.gradient({of}, {by}{options})")
        results = []
        for source, path in zip(sources, paths, strict=True):
            result = Value(
                name, source.shape, source.dtype, 4 * max(target.size for target in targets)
            )
            result.certain = self.connected(tape, targets, source)
            if path:
                if self.chance(0.5):
                    continue
                result.name = self.simulation.name("g")
                self.line(f"{result.name} = {name}{path}")
            if source.shape and self.chance(0.5 if "gather" in self.theme.families else 0.1):
                whole = dataclasses.replace(result, name=self.simulation.name("g"))
                self.line(f"{whole.name} = dense({result.name})")
                results.append(whole)
            results.append(result)
        self.simulation.special.extend(result for result in results if result.floating)
        self.simulation.gradient(tape, targets, sources, results)
        results = [result for result in results if result.floating]
        self.simulation.values.extend(results)
        return results

    def jacobian(
        self, tape: Tape, target: Value, sources: list[Value] | None = None
    ) -> list[Value]:
        """Writes a jacobian, or a batch of them."""
        if sources is None:
            reached = tape.ancestors(target.name)
            sources = [
                self.source(tape, [target], reached) for _ in range(self.rng.choice([1, 1, 2, 3]))
            ]
        elements = math.prod(target.shape)
        sources = [source for source in sources if elements * math.prod(source.shape) <= 100]
        if not sources:
            raise LookupError("too many elements")
        name = self.simulation.name("g")
        batches = [
            source
            for source in sources
            if len(source.shape) > 1 < len(target.shape) and source.shape[0] == target.shape[0]
        ]
        if batches and self.chance(0.5) or self.chance(0.02):
            sources, paths = (batches or sources)[:1], [""]
            first = 1
            call = f"batch_jacobian({target.name}, {sources[0].name}"
        else:
            wanted, paths = nest(self.rng, len(sources))
            first = 0
            call = f"jacobian({target.name}, {_filled(wanted, sources)}"
        self.line(f"{name} = {tape.name}.{call}{self.jacobian_options(tape)})")
        results = []
        for source, path in zip(sources, paths, strict=True):
            size = 4 * target.size
            result = Value(name, target.shape + source.shape[first:], source.dtype, size)
            result.certain = self.connected(tape, [target], source)
            if path:
                result.name = self.simulation.name("g")
                self.line(f"{result.name} = {name}{path}")
            results.append(result)
        self.simulation.special.extend(result for result in results if result.floating)
        self.simulation.gradient(tape, [target], sources, results)
        results = [result for result in results if result.floating]
        self.simulation.values.extend(results)
        return results

    def jacobian_options(self, tape: Tape) -> str:
        text = ""
        if self.chance(0.2):
            value = self.rng.choice(['"zero"', '"zero"', "tf.UnconnectedGradients.ZERO", '"none"'])
            text += f", unconnected_gradients={value}"
        if self.chance(0.1):
            text += f", parallel_iterations={self.rng.choice([1, 2, 2, 3, 4])}"
        if self.chance(0.3 if tape.persistent else 0.03):
            text += ", experimental_use_pfor=False"
        return text

    def connected(self, tape: Tape, targets: list[Value], source: Value) -> bool:
        if source in targets:
            return True
        return source.name in tape.tracked and any(
            source.name in tape.ancestors(t.name) for t in targets
        )

    def targets(self, tape: Tape) -> list[Value]:
        made = [value for value in self.likely() if value.name in tape.made_from]
        chosen: list[Value] = []
        for _ in range(self.rng.choice([1, 1, 1, 1, 1, 2, 3])):
            kind = self.rng.random()
            if made and kind < 0.85:
                floats = [value for value in made if value.floating]
                value = self.choose((floats or made)[-5:] if kind < 0.6 else made)
            elif kind < 0.93 and self.simulation.variables():
                value = self.choose(self.simulation.variables())
            else:
                value = self.choose(self.likely())
            # TensorFlow crashes where it has to add gradients that are no numbers.
            if value.floating or value not in chosen:
                chosen.append(value)
        return chosen

    def likely(self) -> list[Value]:
        """Values that are probably not None."""
        if self.chance(0.1):
            return self.simulation.values
        return [value for value in self.simulation.values if value.certain]

    def source(self, tape: Tape, targets: list[Value], reached: set[str]) -> Value:
        values, kind = self.likely(), self.rng.random()
        if kind < 0.4:
            values = [
                v for v in values if v.name in reached and v.name not in tape.made_from
            ] or values
        elif kind < 0.6:
            values = [v for v in values if v.name in reached] or values
        elif kind < 0.77:
            # Computed from it, though perhaps not on this tape.
            upstream = self.simulation.upstream(targets)
            values = [v for v in values if v.name in upstream and v.name not in reached] or values
        elif kind < 0.84:
            values = targets
        elif kind < 0.92:
            values = [
                v for v in values if v.name in tape.used and v.name not in tape.tracked
            ] or values
        return self.choose(values)

    def survey(self, tape: Tape) -> None:
        """A gradient with many sources, which shows what the tape recorded around one target."""
        values = [value for value in self.simulation.values if value.certain]
        floats = [value for value in values if value.floating]
        made = [value for value in floats if value.name in tape.made_from]
        specials = [value for value in self.simulation.special if value in values]
        self.rng.shuffle(specials)
        for special in specials[:6]:
            below = [value for value in made if special.name in self.simulation.upstream([value])]
            if below:
                break
        else:
            below = []
        if below and self.chance(0.75):
            target = self.choose(below[-4:])
            sources = [special, *self.some(values, self.simulation.upstream([special]), 3)]
        else:
            target = self.choose(made[-6:] if made and self.chance(0.7) else floats[-6:])
            sources = []
        sources += self.some(values, self.simulation.upstream([target]), 4)
        sources += self.rng.sample(values, 1)
        name = self.simulation.name("g")
        listed = ", ".join(source.name for source in sources)
        self.line(f"{name} = {tape.name}.gradient({target.name}, [{listed}])")
        self.simulation.gradient(tape, [target], sources, [])

    def some(self, values: list[Value], names: set[str], most: int) -> list[Value]:
        named = [value for value in values if value.name in names]
        return self.rng.sample(named, min(len(named), most))

    def options(self, targets: list[Value], nest_of_targets: str) -> str:
        text = ""
        if self.chance(0.2) and all(target.floating for target in targets):
            # One for each target: TensorFlow reads out of bounds where there are fewer.
            upstream = [self.upstream(target) for target in targets]
            text += f", output_gradients={nest_of_targets.format(*upstream)}"
        if self.chance(0.2):
            value = self.rng.choice(['"zero"', '"zero"', "tf.UnconnectedGradients.ZERO", '"none"'])
            text += f", unconnected_gradients={value}"
        return text

    def upstream(self, target: Value) -> str:
        fits = [
            v
            for v in self.likely()
            if v.floating and (v.shape, v.dtype) == (target.shape, target.dtype)
        ]
        if fits and self.chance(0.6):
            return self.rng.choice(fits[-6:]).name
        if self.chance(0.3):
            return f"tf.ones_like({target.name})"
        return f"tf.constant({self.literal(target.shape)}, tf.{target.dtype})"

    def use_gradient(self) -> None:
        gradients = [value for value in self.simulation.values if value.name.startswith("g")]
        gradient = self.choose(gradients[-3:])
        kind = self.rng.random()
        if kind < 0.25:
            self.watch_value(self.choose(self.simulation.active), gradient)
        elif kind < 0.35:
            self.computed(f"tf.stop_gradient({gradient.name})", gradient, [])
        elif kind < 0.6:
            others = [tape for tape in self.simulation.active if gradient.name in tape.tracked]
            ready = [
                tape
                for tape in self.simulation.tapes
                if tape.state == "closed" and gradient.name in tape.tracked
            ]
            self.take(self.choose(ready or others), [gradient])
            return
        other = self.pick.like(gradient)
        form = self.rng.choice(
            ["{0} * {1}", "{1} * {0}", "{0} * {0}", "{0} + {1}", "tf.tanh({0}) * {1}", "{1} - {0}"]
        )
        if other.shape not in ((), gradient.shape):
            form = "tf.tanh({0})"
        if gradient.size * other.size > 200:
            form = "tf.tanh({0}) * {1}"
        self.computed(
            form.format(gradient.name, self.pick.read(other)), gradient, [gradient, other]
        )

    def probe(self) -> None:
        """Shows whether a tape tracks a value: only then does it record computations from it."""
        tape = self.choose(self.simulation.active)
        value = self.choose([v for v in self.simulation.values if v.floating][-6:])
        form = self.rng.choice(["{0} * 1.0", "{0} + 0.0", "tf.identity({0})", "{0} * {0}"])
        result = self.computed(form.format(value.name), value, [value])
        if tape.persistent and self.chance(0.5):
            sources = [value] + [
                v for v in self.simulation.values if v.name in tape.ancestors(value.name)
            ][:1]
            self.take(tape, [result], sources)
