"""Functions of each element, of one tensor and of two."""

from __future__ import annotations

from ..draw import Draw
from . import Recipe


def one(name: str, kinds: str, low: float | None = None, high: float | None = None) -> Recipe:
    def recipe(draw: Draw) -> str:
        x = draw.tensor(draw.dtype(kinds), draw.shape(), low, high)
        return f"tf.{name}({x})"

    return recipe


def two(name: str, kinds: str, low: float | None = None, high: float | None = None) -> Recipe:
    def recipe(draw: Draw) -> str:
        dtype, shape = draw.dtype(kinds), draw.shape()
        x = draw.tensor(dtype, shape, low, high)
        y = draw.tensor(dtype, draw.broadcast(shape), low, high)
        x, y = (x, y) if draw.flag() else (y, x)
        if draw.chance(0.1):
            y = draw.choice(["2", "0", "1.5", "True", "-1", "None", "'a'", "[1, 2]", "1j"])
        return f"tf.{name}({x}, {y})"

    return recipe


# name: kinds of element types
_ONE = {
    "abs": "fic", "negative": "fic", "sign": "fic", "square": "fic", "identity": "ficbs",
    "math.reciprocal": "fc", "math.reciprocal_no_nan": "fc", "sqrt": "fc", "math.rsqrt": "fc",
    "exp": "fc", "math.expm1": "fc", "math.log": "fc", "math.log1p": "fc", "sin": "fc",
    "cos": "fc", "tan": "fc", "asin": "fc", "acos": "fc", "atan": "fc", "sinh": "fc",
    "cosh": "fc", "tanh": "fc", "asinh": "fc", "acosh": "fc", "atanh": "fc", "sigmoid": "fc",
    "math.log_sigmoid": "f", "math.erf": "f", "math.erfc": "f", "math.erfinv": "F",
    "math.erfcinv": "F", "math.ndtri": "F", "math.lgamma": "f", "math.digamma": "f",
    "math.softplus": "f", "math.softsign": "f", "floor": "fi", "math.ceil": "fi",
    "round": "fic", "math.rint": "f", "math.is_finite": "f", "math.is_inf": "f",
    "math.is_nan": "f", "math.conj": "cfi", "math.real": "cf", "math.imag": "cf",
    "math.angle": "cf", "math.bessel_i0": "f", "math.bessel_i0e": "f", "math.bessel_i1": "f",
    "math.bessel_i1e": "f", "math.special.dawsn": "F", "math.special.expint": "F",
    "math.special.fresnel_cos": "F", "math.special.fresnel_sin": "F",
    "math.special.spence": "F", "math.special.bessel_j0": "F", "math.special.bessel_j1": "F",
    "math.special.bessel_k0": "F", "math.special.bessel_k1": "F",
    "math.special.bessel_y0": "F", "math.special.bessel_y1": "F",
    "nn.relu": "fi", "nn.relu6": "fi", "nn.elu": "f", "nn.selu": "f",
    "logical_not": "b", "bitwise.invert": "i", "zeros_like": "ficbs",
    "ones_like": "ficb", "shape": "ficbs", "size": "ficbs", "rank": "ficbs",
}  # fmt: skip
_TWO = {
    "add": "fics", "subtract": "fic", "multiply": "fic", "divide": "fic",
    "math.divide_no_nan": "fc", "math.multiply_no_nan": "fc", "math.floordiv": "fi",
    "math.floormod": "fi", "truncatediv": "fi", "truncatemod": "fi", "math.mod": "fi",
    "pow": "fic", "maximum": "fi", "minimum": "fi", "math.atan2": "f",
    "math.squared_difference": "fic", "math.xlogy": "fc", "math.xlog1py": "fc",
    "math.xdivy": "fc", "math.igamma": "F", "math.igammac": "F", "math.zeta": "F",
    "math.polygamma": "F", "math.nextafter": "F", "equal": "ficbs", "not_equal": "ficbs",
    "less": "fi", "less_equal": "fi", "greater": "fi", "greater_equal": "fi",
    "logical_and": "b", "logical_or": "b", "math.logical_xor": "b", "bitwise.bitwise_and": "i",
    "bitwise.bitwise_or": "i", "bitwise.bitwise_xor": "i", "math.approximate_equal": "fi",
}  # fmt: skip

RECIPES: dict[str, Recipe] = {
    **{name: one(name, kinds) for name, kinds in _ONE.items()},
    **{name: two(name, kinds) for name, kinds in _TWO.items()},
}


def _shift(name: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        dtype, shape = draw.dtype("i"), draw.shape()
        x, y = draw.tensor(dtype, shape), draw.tensor(dtype, draw.broadcast(shape), 0, 7)
        return f"tf.bitwise.{name}({x}, {y})"

    return recipe


def _betainc(draw: Draw) -> str:
    dtype, shape = draw.dtype("F"), draw.shape()
    a, b = (draw.tensor(dtype, draw.broadcast(shape), 0.1, 4) for _ in range(2))
    return f"tf.math.betainc({a}, {b}, {draw.tensor(dtype, shape, 0, 1)})"


def _clip(draw: Draw) -> str:
    dtype, shape = draw.dtype("fi"), draw.shape()
    x = draw.tensor(dtype, shape)
    low = draw.tensor(dtype, draw.choice([[], shape, shape[-1:]]), -2, 0) if draw.flag() else "-1"
    high = draw.tensor(dtype, draw.choice([[], shape, shape[-1:]]), 0, 2) if draw.flag() else "2"
    return f"tf.clip_by_value({x}, {low}, {high})"


def _casting(name: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        x = draw.tensor(draw.dtype("ficb"), draw.shape())
        return f"tf.{name}({x}, tf.{draw.dtype('ficb')})"

    return recipe


def _where(draw: Draw) -> str:
    dtype, shape = draw.dtype("ficbs"), draw.shape()
    condition = draw.tensor("bool", draw.broadcast(shape))
    if draw.chance(0.2):
        return f"tf.where({condition})"
    x, y = draw.tensor(dtype, shape), draw.tensor(dtype, draw.broadcast(shape))
    return f"tf.where({condition}, {x}, {y})"


RECIPES.update(
    {
        "bitwise.left_shift": _shift("left_shift"),
        "bitwise.right_shift": _shift("right_shift"),
        "math.betainc": _betainc,
        "clip_by_value": _clip,
        "cast": _casting("cast"),
        "saturate_cast": _casting("saturate_cast"),
        "where": _where,
    }
)
