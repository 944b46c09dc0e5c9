"""Sources of custom_gradient functions: with right gradients, with wrong ones on purpose, and with
the corners of the decorator."""

from __future__ import annotations

import dataclasses
import random
import textwrap

from .operations import Pick
from .simulation import Simulation

# How many arguments, how many results, the body: `{c}` is a captured tensor, `{v}` a variable,
# `{k}` a dict for leaks.
TEMPLATES: dict[str, tuple[int, int, str]] = {
    "right": (1, 1, """\
        def {f}(a):
            def grad(up):
                return up * 2.0 * a
            return a * a, grad
        """),
    "wrong": (1, 1, """\
        def {f}(a):
            def grad(up):
                return up * 10.0
            return a * a, grad
        """),
    "wrong by its argument": (1, 1, """\
        def {f}(a):
            def grad(up):
                return up * tf.sin(a) * a
            return a + 1.0, grad
        """),
    "none": (1, 1, """\
        def {f}(a):
            def grad(up):
                return None
            return a * 3.0, grad
        """),
    "saves an inner tensor": (1, 1, """\
        def {f}(a):
            e = tf.sin(a)
            def grad(up):
                return up * tf.cos(a) + e * 0.0 * up
            return e, grad
        """),
    "leaks": (1, 1, """\
        def {f}(a):
            i = a * a
            o = i + 1.0
            {k}["i"], {k}["o"] = i, o
            def grad(up):
                {k}["up"] = up
                return up * i
            return o, grad
        """),
    "its argument": (1, 1, """\
        def {f}(a):
            return a, lambda up: up * 7.0
        """),
    "captures": (1, 1, """\
        def {f}(a):
            def grad(up):
                return up * {c}
            return a * {c}, grad
        """),
    "stops inside": (1, 1, """\
        def {f}(a):
            s = tf.stop_gradient(a)
            def grad(up):
                return up * s
            return a * a * 0.5, grad
        """),
    "two in two out": (2, 2, """\
        def {f}(a, b):
            def grad(up1, up2):
                return up1 * b + up2, up1 * a - up2
            return (a * b, a + b), grad
        """),
    "two in two out, one None": (2, 2, """\
        def {f}(a, b):
            def grad(up1, up2):
                return [up1 * b + up2 * 2.0, None]
            return [a * b, tf.tanh(a)], grad
        """),
    "two in one out": (2, 1, """\
        def {f}(a, b):
            def grad(up):
                return up * b, up * a * 5.0
            return a * b, grad
        """),
    "one in two out": (1, 2, """\
        def {f}(a):
            def grad(up1, up2):
                return up1 - up2 * a
            return (a * 2.0, a * a), grad
        """),
    "wrong count": (2, 1, """\
        def {f}(a, b):
            def grad(up):
                return up
            return a * b, grad
        """),
    "raises": (1, 1, """\
        def {f}(a):
            def grad(up):
                raise KeyError("on purpose")
            return a * 2.0, grad
        """),
    "variables": (1, 1, """\
        def {f}(a):
            def grad(up, variables=None):
                return up * {v}, [tf.reduce_sum(up * a)]
            return a * {v}, grad
        """),
    "variables, wrong": (1, 1, """\
        def {f}(a):
            def grad(up, variables=None):
                return up, [tf.reduce_sum(up) * 3.0 for _ in variables]
            return a * {v} * {v}, grad
        """),
    "variables, not accepted": (1, 1, """\
        def {f}(a):
            def grad(up):
                return up * 2.0
            return a * {v}, grad
        """),
    "a tape inside": (1, 1, """\
        def {f}(a):
            with tf.GradientTape() as tape:
                tape.watch(a)
                y = a * a * a
            inner = tape.gradient(y, a)
            def grad(up):
                return up * inner
            return y, grad
        """),
    "a tape in its gradient": (1, 1, """\
        def {f}(a):
            def grad(up):
                with tf.GradientTape() as tape:
                    tape.watch(a)
                    y = tf.sin(a)
                return up * tape.gradient(y, a)
            return tf.sin(a), grad
        """),
    "calls another": (1, 1, """\
        def {f}(a):
            @tf.custom_gradient
            def inner(b):
                return b * b, lambda up: up * 4.0
            def grad(up):
                return inner(up) * a
            return inner(a), grad
        """),
}  # fmt: skip

RARE = {"wrong count", "raises", "variables, not accepted"}


@dataclasses.dataclass
class Custom:
    """A custom_gradient function of the program."""

    name: str
    text: str
    inputs: int
    outputs: int
    dtype: str | None  # that of what it captured
    leak: str | None  # the dict that it leaves inner tensors in


def write(rng: random.Random, simulation: Simulation, pick: Pick, name: str, leak: str) -> Custom:
    """A decorated function as one statement."""
    kinds = [k for k in TEMPLATES if k not in RARE or rng.random() < 0.25]
    variables = [v for v in simulation.variables() if v.floating and v.shape == () and v.trainable]
    if not variables:
        kinds = [k for k in kinds if "{v}" not in TEMPLATES[k][2]]
    kind = rng.choice(kinds)
    inputs, outputs, body = TEMPLATES[kind]
    captured = pick.value(lambda v: v.shape == ()) if "{c}" in body else None
    variable = rng.choice(variables) if "{v}" in body else None
    holds = captured or variable
    text = textwrap.dedent(body).format(
        f=name, c=captured and captured.name, v=variable and variable.name, k=leak
    )
    return Custom(
        name,
        "@tf.custom_gradient\n" + text.rstrip(),
        inputs,
        outputs,
        holds.dtype if holds else None,
        leak if "{k}" in body else None,
    )
