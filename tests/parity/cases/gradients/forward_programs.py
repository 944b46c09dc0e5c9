"""Random programs that mix accumulators and tapes, nested in each other in any order.

Each case is written as source from its number, and run on the framework that it is given. Every
tangent and gradient that it computes goes on being used, and is among what is compared.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from tests.parity.harness import attempt, tolerance

COUNT = 300
# Those that TensorFlow gives up: "Internal error", for a variable that is read where an accumulator
# is inside of another or of a tape.
_GIVEN_UP = {
    3,
    131,
    133,
    8,
    14,
    16,
    273,
    276,
    21,
    280,
    164,
    43,
    184,
    61,
    204,
    224,
    100,
    107,
    108,
    112,
}

_VECTORS = (
    "tf.sin({a})",
    "tf.exp({a} * 0.3)",
    "tf.square({a})",
    "tf.tanh({a})",
    "tf.sqrt(tf.square({a}) + 1.0)",
    "{a} + {b}",
    "{a} * {b}",
    "{a} - 0.5 * {b}",
    "{a} / (tf.square({b}) + 1.0)",
    "tf.maximum({a}, {b})",
    "tf.reduce_sum({a} * {b}) * {a}",
    "tf.linalg.matvec(tf.reshape(tf.concat([{a}, {b}], 0), [2, 2]), {a})",
    "tf.gather({a}, [1, 0])",
    "tf.reverse({a}, [0]) * {b}",
    "tf.stack([{a}[1], {b}[0]])",
    "tf.stop_gradient({a}) * {b}",
    "tf.identity({a})",
    "tf.floor({a}) + {b}",
    "cube({a})",
    "tf.nn.softmax({a}) * {b}",
    "tf.where({a} > {b}, {a} * 2.0, {b})",
)


class _Writer:
    """Writes one program."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.lines: list[str] = []
        self.values = ["x", "y", "c"]  # vectors: two that may be differentiated by, and a constant
        self.sources = ["x", "y"]
        self.count = 0

    def name(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"

    def put(self, depth: int, line: str) -> None:
        self.lines.append("    " * depth + line)

    def operation(self, depth: int) -> None:
        rng = self.random
        recent = self.values[-4:] + ["x", "y"]
        made = self.name("v")
        formula = rng.choice(_VECTORS).format(a=rng.choice(recent), b=rng.choice(self.values))
        self.put(depth, f"{made} = {formula}")
        self.values.append(made)

    def ask(self, depth: int, kind: str, handle: str, since: int) -> None:
        """Computes a tangent or a gradient, and makes it a value to go on with."""
        rng = self.random
        made = self.name("g" if kind == "tape" else "j")
        fresh = self.values[since:] or self.values
        target = rng.choice(fresh[-3:])
        if kind == "tape":
            source = rng.choice(self.sources + self.values[-2:])
            call = f"{handle}.gradient({target}, {source})"
        else:
            call = f"{handle}.jvp({target})"
        if rng.random() < 0.2:
            call = f"{call[:-1]}, unconnected_gradients='zero')"
        self.put(depth, f"{made} = attempt(lambda: {call})")
        self.put(depth, f"found.append({made})")
        dense = self.name("v")
        self.put(depth, f"{dense} = dense({made}, {target})")
        self.values.append(dense)

    def block(self, depth: int) -> None:
        rng = self.random
        kind = rng.choice(["tape", "accumulator"])
        handle = self.name("t" if kind == "tape" else "a")
        since = len(self.values)
        if kind == "tape":
            persistent = rng.random() < 0.5
            self.put(depth, f"with tf.GradientTape(persistent={persistent}) as {handle}:")
            if rng.random() < 0.8:
                self.put(depth + 1, f"{handle}.watch({rng.choice(self.sources)})")
            if rng.random() < 0.3:
                self.put(depth + 1, f"{handle}.watch({rng.choice(self.values)})")
        else:
            primal = rng.choice(self.sources)
            tangent = rng.choice(["c", "one", "half", *self.values[-1:]])
            self.put(
                depth,
                f"with tf.autodiff.ForwardAccumulator({primal}, {tangent}) as {handle}:",
            )
        for _ in range(rng.randint(1, 2)):
            self.operation(depth + 1)
        if depth < 2 and rng.random() < 0.75:
            self.block(depth + 1)
        for _ in range(rng.randint(1, 2)):
            self.operation(depth + 1)
        inside = kind == "accumulator" and rng.random() < 0.5
        self.ask(depth + inside, kind, handle, since)
        self.operation(depth)

    def write(self) -> str:
        rng = self.random
        second = "tf.Variable([0.4, 1.2])" if rng.random() < 0.5 else "tf.constant([0.4, 1.2])"
        self.put(0, f"x, y = tf.constant([0.7, -0.3]), {second}")
        self.put(0, "c, one, half = tf.constant([1.5, -0.8]), tf.ones([2]), tf.fill([2], 0.5)")
        for _ in range(rng.randint(1, 2)):
            self.block(0)
        return "\n".join(self.lines)


def _program(seed: int) -> Callable[[Any], Any]:
    source = _Writer(seed).write()

    def case(tf: Any) -> Any:
        @tf.custom_gradient
        def cube(x: Any) -> Any:
            return x * x * x, lambda upstream: upstream * 3.0 * x * x

        def dense(value: Any, like: Any) -> Any:
            return value if tf.is_tensor(value) else tf.zeros_like(like)

        names = {"tf": tf, "attempt": attempt, "cube": cube, "dense": dense, "found": []}
        exec(compile(source, f"<forward program {seed}>", "exec"), names)
        # Of errors their types are enough.
        return [type(f) if isinstance(f, Exception) else f for f in names["found"]]

    case.__doc__ = source
    return tolerance(rtol=2e-4, atol=1e-5)(case)


CASES = {f"program {seed}": _program(seed) for seed in range(COUNT) if seed not in _GIVEN_UP}
