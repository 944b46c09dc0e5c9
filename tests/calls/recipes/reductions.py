"""Reductions, scans and norms: functions with an axis."""

from __future__ import annotations

from ..draw import Draw
from . import Recipe


def reduction(name: str, kinds: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        shape = draw.shape()
        x = draw.tensor(draw.dtype(kinds), shape)
        axis = f", axis={draw.axis(len(shape), several=True, none=True)}"
        return f"tf.{name}({x}{draw.maybe(axis, 0.8)}{draw.maybe(', keepdims=True', 0.3)})"

    return recipe


def of_one_axis(name: str, kinds: str, *options: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        shape = draw.shape(1, 3)
        x = draw.tensor(draw.dtype(kinds), shape)
        rest = "".join(draw.maybe(f", {option}", 0.3) for option in options)
        axis = draw.maybe(f", axis={draw.axis(len(shape))}", 0.8)
        return f"tf.{name}({x}{axis}{rest})"

    return recipe


def _norm(draw: Draw) -> str:
    shape = draw.shape(1, 3)
    x = draw.tensor(draw.dtype("Fc"), shape)
    order = draw.choice(["'euclidean'", "1", "2", "np.inf", "'fro'", "3", "0.5"])
    axis = draw.axis(len(shape), none=True)
    if len(shape) > 1 and draw.chance(0.2):
        axis, order = "[-2, -1]", draw.choice(["'euclidean'", "1", "2", "np.inf", "'fro'"])
    return f"tf.norm({x}, {order}, axis={axis}{draw.maybe(', keepdims=True')})"


_REDUCTIONS = {
    "reduce_sum": "fic", "reduce_mean": "fic", "reduce_prod": "fic", "reduce_max": "fi",
    "reduce_min": "fi", "reduce_all": "b", "reduce_any": "b", "reduce_logsumexp": "fc",
    "math.reduce_std": "fc", "math.reduce_variance": "fc", "math.reduce_euclidean_norm": "fic",
    "math.count_nonzero": "ficbs",
}  # fmt: skip

RECIPES: dict[str, Recipe] = {
    **{name: reduction(name, kinds) for name, kinds in _REDUCTIONS.items()},
    **{
        name: of_one_axis(name, kinds, *options)
        for name, kinds, *options in [
            ("argmax", "fib", "output_type=tf.int32", "output_type=tf.uint16"),
            ("argmin", "fi", "output_type=tf.int32"),
            ("cumsum", "fic", "exclusive=True", "reverse=True"),
            ("math.cumprod", "fic", "exclusive=True", "reverse=True"),
            ("math.cumulative_logsumexp", "f", "exclusive=True", "reverse=True"),
            ("sort", "fi", "direction='DESCENDING'"),
            ("argsort", "fi", "direction='DESCENDING'", "stable=True"),
            ("nn.softmax", "f"),
            ("nn.log_softmax", "f"),
            ("math.l2_normalize", "fc", "epsilon=0.1"),
        ]
    },
    "norm": _norm,
}
