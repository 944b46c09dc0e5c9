"""The operations that programs are made of: each writes one line from values of the program."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import numpy as np

from .simulation import FLOATS, Simulation, Value

NICE = (2.0, 0.5, 3.0, -1.0, 1.5, 0.25, -2.0)
LARGE = 40.0  # beyond it, values are squashed

# An operation as it was written: the source text, (shape, dtype, size) of each result, its inputs,
# and whether it passes gradients on: True, False where it is recorded without a gradient, None
# where no tape tracks its result.
WrittenOperation = tuple[str, list[tuple[tuple[int, ...], str, float]], list[Value], bool | None]


class Pick:
    """Chooses operands: recent ones, and those that a tape tracks, come first."""

    def __init__(self, rng: random.Random, simulation: Simulation, variables: float) -> None:
        self.rng = rng
        self.simulation = simulation
        self.variable_rate = variables

    def value(self, test: Callable[[Value], bool] = lambda value: True) -> Value:
        candidates = [v for v in self.simulation.values if v.floating and test(v)]
        if not candidates:
            raise LookupError("no operand fits")
        variables = [v for v in candidates if v.variable]
        if variables and self.rng.random() < self.variable_rate:
            return self.rng.choice(variables)
        candidates = [v for v in candidates if not v.variable] or candidates
        if self.rng.random() < 0.9:
            candidates = [v for v in candidates if v.certain] or candidates
        if self.rng.random() < 0.4:
            tracked = set().union(*(tape.tracked for tape in self.simulation.active))
            candidates = [v for v in candidates if v.name in tracked] or candidates
        if self.rng.random() < 0.75:
            candidates = candidates[-3:]
        return self.rng.choice(candidates)

    def like(self, other: Value) -> Value:
        """A value that an operation can combine with another one."""

        def fits(value: Value) -> bool:
            if value.dtype != other.dtype:
                return False
            try:
                return math.prod(np.broadcast_shapes(value.shape, other.shape)) <= 12
            except ValueError:
                return False

        return self.value(fits)

    def read(self, value: Value) -> str:
        """The text of an operand: a variable is read in one of several ways."""
        if value.variable and self.rng.random() < 0.4:
            return self.rng.choice(
                [
                    f"{value.name}.value()",
                    f"{value.name}.read_value()",
                    f"tf.convert_to_tensor({value.name})",
                ]
            )
        return value.name


def _broadcast(a: Value, b: Value) -> tuple[int, ...]:
    return tuple(int(n) for n in np.broadcast_shapes(a.shape, b.shape))


def unary(rng: random.Random, pick: Pick) -> WrittenOperation:
    x = pick.value()
    forms: list[tuple[str, float]] = [
        ("-{0}", x.size),
        ("tf.negative({0})", x.size),
        ("tf.square({0})", x.size**2),
        ("{0} * {0}", x.size**2),
        ("{0} + {0}", 2 * x.size),
        ("tf.sin({0})", 1.0),
        ("tf.cos({0})", 1.0),
        ("tf.tanh({0})", 1.0),
        ("tf.sigmoid({0})", 1.0),
        ("tf.abs({0})", x.size),
        ("tf.nn.relu({0})", x.size),
        ("{0} ** 2", x.size**2),
        ("tf.pow({0}, 3.0)", x.size**3),
        ("tf.exp({0} * 0.125)", math.exp(min(x.size * 0.125, 50))),
        ("{0} * 1.0", x.size),
    ]
    form, size = _bounded(rng, forms, x)
    return form.format(pick.read(x)), [(x.shape, x.dtype, size)], [x], True


def constant(rng: random.Random, pick: Pick) -> WrittenOperation:
    x = pick.value()
    c = rng.choice(NICE)
    forms = [
        (f"{{0}} * {c}", x.size * abs(c)),
        (f"{c} * {{0}}", x.size * abs(c)),
        (f"{{0}} + {c}", x.size + abs(c)),
        (f"{c} - {{0}}", x.size + abs(c)),
        (f"{{0}} / {c}", x.size / abs(c)),
        (f"tf.maximum({{0}}, {c})", max(x.size, abs(c))),
        (f"tf.minimum({{0}}, {c})", max(x.size, abs(c))),
        (f"tf.clip_by_value({{0}}, {-abs(c)}, {abs(c)})", abs(c)),
        (f"tf.multiply({{0}}, tf.constant({c}, tf.{x.dtype}))", x.size * abs(c)),
    ]
    form, size = _bounded(rng, forms, x)
    return form.format(pick.read(x)), [(x.shape, x.dtype, size)], [x], True


def binary(rng: random.Random, pick: Pick) -> WrittenOperation:
    x = pick.value()
    y = pick.like(x)
    if rng.random() < 0.5:
        x, y = y, x
    forms = [
        ("{0} * {1}", x.size * y.size),
        ("{0} * {1}", x.size * y.size),
        ("tf.multiply({0}, {1})", x.size * y.size),
        ("{0} + {1}", x.size + y.size),
        ("{0} - {1}", x.size + y.size),
        ("tf.maximum({0}, {1})", max(x.size, y.size)),
        ("tf.minimum({0}, {1})", max(x.size, y.size)),
        ("{0} / (1.0 + {1} * {1})", x.size),
        ("tf.math.squared_difference({0}, {1})", (x.size + y.size) ** 2),
        ("tf.where({0} > {1}, {0}, {1} * 2.0)", max(x.size, 2 * y.size)),
        ("tf.add_n([{0}, {1}])" if x.shape == y.shape else "{0} + {1}", x.size + y.size),
    ]
    form, size = rng.choice(forms)
    if size > LARGE:
        form, size = "tf.tanh({0}) * tf.sin({1})", 1.0
    text = form.format(pick.read(x), pick.read(y))
    return text, [(_broadcast(x, y), x.dtype, size)], [x, y], True


def _bounded(rng: random.Random, forms: list[tuple[str, float]], x: Value) -> tuple[str, float]:
    form, size = rng.choice(forms)
    if size > LARGE:
        return rng.choice(
            [("tf.tanh({0})", 1.0), ("{0} * 0.125", x.size * 0.125), ("tf.sin({0})", 1.0)]
        )
    return form, size


def reduction(rng: random.Random, pick: Pick) -> WrittenOperation:
    x = pick.value()
    name = rng.choice(["reduce_sum", "reduce_sum", "reduce_mean", "reduce_max"])
    size = x.size * (math.prod(x.shape) if name == "reduce_sum" else 1)
    if len(x.shape) == 2 and rng.random() < 0.6:
        axis = rng.choice([0, 1, -1])
        shape = (x.shape[1],) if axis == 0 else (x.shape[0],)
        return f"tf.{name}({pick.read(x)}, axis={axis})", [(shape, x.dtype, size)], [x], True
    return f"tf.{name}({pick.read(x)})", [((), x.dtype, size)], [x], True


def shaping(rng: random.Random, pick: Pick) -> WrittenOperation:
    x = pick.value()
    text = pick.read(x)
    forms: list[tuple[str, tuple[int, ...]]] = []
    count = math.prod(x.shape)
    forms.append((f"tf.reshape({text}, [-1])", (count,)))
    forms.append((f"tf.reshape({text}, {list(x.shape)})", x.shape))
    forms.append((f"tf.identity({text})", x.shape))
    if len(x.shape) == 0:
        forms.append((f"tf.stack([{text}, {text}])", (2,)))
        forms.append((f"tf.fill([2], {text})", (2,)))
    if len(x.shape) == 1:
        forms.append((f"{text}[0]", ()))
        forms.append((f"tf.concat([{text}, {text} * 2.0], 0)", (2 * count,)))
        forms.append((f"tf.cumsum({text})", x.shape))
        if count > 1:
            forms.append((f"{text}[1:]", (count - 1,)))
            forms.append((f"{text}[::-1]", x.shape))
    if len(x.shape) == 2:
        forms.append((f"tf.transpose({text})", x.shape[::-1]))
        forms.append((f"{text}[0]", x.shape[1:]))
        forms.append(
            (f"{text}[:, 1]", x.shape[:1]) if x.shape[1] > 1 else (f"{text}[:, 0]", x.shape[:1])
        )
        if count <= 6:
            forms.append((f"tf.matmul({text}, {text}, transpose_b=True)", (x.shape[0], x.shape[0])))
    form, shape = rng.choice(forms)
    size = x.size * (count if "cumsum" in form else 2)
    if "matmul" in form:
        size = x.size**2 * x.shape[1]
    if size > 10 * LARGE:
        form, shape, size = f"tf.tanh({text})", x.shape, 1.0
    return form, [(tuple(shape), x.dtype, size)], [x], True


def joining(rng: random.Random, pick: Pick) -> WrittenOperation:
    x = pick.value()
    y = pick.value(lambda v: v.dtype == x.dtype and len(v.shape) == len(x.shape))
    a, b, size = pick.read(x), pick.read(y), max(x.size, y.size)
    if len(x.shape) == 2 and x.shape[1] == y.shape[0] and x.size * y.size * x.shape[1] < LARGE:
        return (
            f"tf.matmul({a}, {b})",
            [((x.shape[0], y.shape[1]), x.dtype, size**2 * x.shape[1])],
            [x, y],
            True,
        )
    if x.shape == y.shape and math.prod(x.shape) <= 4 and len(x.shape) < 2:
        return f"tf.stack([{a}, {b}])", [((2, *x.shape), x.dtype, size)], [x, y], True
    if len(x.shape) == 1 and x.shape[0] + y.shape[0] <= 6:
        return (
            f"tf.concat([{a}, {b}], 0)",
            [((x.shape[0] + y.shape[0],), x.dtype, size)],
            [x, y],
            True,
        )
    raise LookupError("no operand fits")


def pieces(rng: random.Random, pick: Pick) -> WrittenOperation:
    """Several results."""
    x = pick.value(lambda v: len(v.shape) > 0 and 2 <= v.shape[0] <= 3)
    if rng.random() < 0.5 or x.shape[0] == 3:
        results = [(x.shape[1:], x.dtype, x.size)] * x.shape[0]
        return f"tf.unstack({pick.read(x)})", results, [x], True
    return f"tf.split({pick.read(x)}, 2)", [((1, *x.shape[1:]), x.dtype, x.size)] * 2, [x], True


def gather(rng: random.Random, pick: Pick) -> WrittenOperation:
    # The gradient stays sparse only where nothing lies between the source and the operation.
    sources = [v for v in pick.simulation.values if v.shape and v.floating and not v.made]
    if sources and rng.random() < 0.5:
        x = rng.choice(sources)
    else:
        x = pick.value(lambda v: len(v.shape) > 0)
    index = [rng.randrange(x.shape[0]) for _ in range(rng.choice([1, 2, 2, 3]))]
    text, size = pick.read(x), x.size
    if rng.random() < 0.2 and len(x.shape) == 2:
        index = [rng.randrange(x.shape[1])]
        return f"tf.gather({text}, {index}, axis=1)", [((x.shape[0], 1), x.dtype, size)], [x], True
    if rng.random() < 0.2:
        return f"tf.gather({text}, {index[0]})", [(x.shape[1:], x.dtype, size)], [x], True
    name = "tf.nn.embedding_lookup" if rng.random() < 0.3 else "tf.gather"
    return f"{name}({text}, {index})", [((len(index), *x.shape[1:]), x.dtype, size)], [x], True


def stepped(rng: random.Random, pick: Pick) -> WrittenOperation:
    """Recorded, and without a gradient, or with one of zeros."""
    x = pick.value()
    form = rng.choice(
        [
            "tf.floor({0})",
            "tf.round({0})",
            "tf.math.ceil({0})",
            "tf.sign({0})",
            "tf.zeros_like({0})",
            "tf.ones_like({0})",
            "{0} // 2.0",
            "{0} % 2.0",
        ]
    )
    passes = "sign" in form or "%" in form
    return form.format(pick.read(x)), [(x.shape, x.dtype, max(x.size, 1.0))], [x], passes


def unrecorded(rng: random.Random, pick: Pick) -> WrittenOperation:
    """Floats again, through operations that no tape records."""
    x = pick.value()
    text = pick.read(x)
    one, two = (f"tf.constant({c}, tf.{x.dtype})" for c in (1.0, 2.0))
    forms = [
        (f"tf.stop_gradient({text})", x.shape),
        (f"tf.stop_gradient({text})", x.shape),
        (f"tf.cast(tf.cast({text}, tf.int32), tf.{x.dtype})", x.shape),
        (f"tf.cast({text} > 1.0, tf.{x.dtype})", x.shape),
        (f"tf.where({text} > 0.5, {one}, {two})", x.shape),
        (f"tf.cast(tf.size({text}), tf.{x.dtype})", ()),
        (f"tf.constant({text if not x.variable else x.name}.numpy())", x.shape),
    ]
    if x.shape:
        forms.append((f"tf.cast(tf.argmax({text}), tf.{x.dtype})", x.shape[1:]))
    form, shape = rng.choice(forms)
    return form, [(tuple(shape), x.dtype, max(x.size, 2.0))], [x], None


def alias(rng: random.Random, pick: Pick) -> WrittenOperation:
    """The same tensor under another name, where TensorFlow returns its argument."""
    x = pick.value()
    form = rng.choice(
        [
            "tf.convert_to_tensor({0})",
            f"tf.cast({{0}}, tf.{x.dtype})",
            "tf.identity({0})",
            "tf.add_n([{0}])",
        ]
    )
    return form.format(x.name), [(x.shape, x.dtype, x.size)], [x], True


def casting(rng: random.Random, pick: Pick) -> WrittenOperation:
    x = pick.value()
    other = FLOATS[1 - FLOATS.index(x.dtype)]
    return f"tf.cast({pick.read(x)}, tf.{other})", [(x.shape, other, x.size)], [x], True


def integral(rng: random.Random, pick: Pick) -> WrittenOperation:
    """Integers made from floats; nothing differentiates them."""
    x = pick.value()
    text = pick.read(x)
    form, dtype, shape = rng.choice(
        [(f"tf.cast({text}, tf.int32)", "int32", x.shape), (f"{text} > 1.0", "bool", x.shape)]
        + ([(f"tf.argmax({text})", "int64", x.shape[1:])] if x.shape else [])
    )
    return form, [(shape, dtype, x.size)], [x], False


FAMILIES: dict[str, Callable[[random.Random, Pick], WrittenOperation]] = {
    "unary": unary,
    "constant": constant,
    "binary": binary,
    "reduction": reduction,
    "shaping": shaping,
    "joining": joining,
    "pieces": pieces,
    "gather": gather,
    "stepped": stepped,
    "unrecorded": unrecorded,
    "alias": alias,
    "casting": casting,
    "integral": integral,
}
