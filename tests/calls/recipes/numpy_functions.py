"""`tf.experimental.numpy`."""

from __future__ import annotations

from ..draw import Draw
from . import Recipe

_NUMBERS = "2 0 1.5 True -1 None [1,2] 1j".split()
_KINDS = "tf.float32 np.float64 'int32' int float tf.int64 np.complex64 bool 'float16'".split()


def _dtype(draw: Draw, probability: float = 0.3) -> str:
    return draw.maybe(f", dtype={draw.choice(_KINDS)}", probability)


def _one(name: str, kinds: str, low: float | None = None, high: float | None = None) -> Recipe:
    def recipe(draw: Draw) -> str:
        x = draw.tensor(draw.dtype(kinds), draw.shape(), low, high)
        return f"tf.experimental.numpy.{name}({x if draw.chance(0.9) else draw.choice(_NUMBERS)})"

    return recipe


def _two(name: str, kinds: str, low: float | None = None, high: float | None = None) -> Recipe:
    """Two operands, whose types differ now and then: they are promoted."""

    def recipe(draw: Draw) -> str:
        dtype, shape = draw.dtype(kinds), draw.shape()
        other = dtype if draw.chance(0.5) else draw.dtype(kinds)
        x = draw.tensor(dtype, shape, low, high)
        y = draw.tensor(other, draw.broadcast(shape), low, high)
        x, y = (x, y) if draw.flag() else (y, x)
        if draw.chance(0.15):
            y = draw.choice(_NUMBERS)
        if draw.chance(0.05):
            x, y = y, x
        return f"tf.experimental.numpy.{name}({x}, {y})"

    return recipe


def _reduction(name: str, kinds: str, *options: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        shape = draw.shape(0, 3)
        x = draw.tensor(draw.dtype(kinds), shape)
        rest = draw.maybe(f", axis={draw.axis(len(shape), several=True, none=True)}", 0.8)
        rest += draw.maybe(", keepdims=True", 0.3)
        rest += _dtype(draw) if "dtype" in options else ""
        rest += draw.maybe(", ddof=1", 0.3) if "ddof" in options else ""
        return f"tf.experimental.numpy.{name}({x}{rest})"

    return recipe


def _along(name: str, kinds: str, *options: str) -> Recipe:
    """A function of an array and one axis."""

    def recipe(draw: Draw) -> str:
        shape = draw.shape(0 if draw.chance(0.1) else 1, 3)
        x = draw.tensor(draw.dtype(kinds), shape)
        rest = draw.maybe(f", axis={draw.axis(len(shape), none=True)}", 0.7)
        rest += "".join(draw.maybe(f", {option}", 0.3) for option in options if option != "dtype")
        rest += _dtype(draw) if "dtype" in options else ""
        return f"tf.experimental.numpy.{name}({x}{rest})"

    return recipe


def _shaped(name: str, kinds: str, *choices: str) -> Recipe:
    """A function of an array of rank 0 to 3, and one of several lists of further arguments."""

    def recipe(draw: Draw) -> str:
        x = draw.tensor(draw.dtype(kinds), draw.shape(0 if draw.chance(0.2) else 1, 3))
        return f"tf.experimental.numpy.{name}({x}{draw.choice(choices) if choices else ''})"

    return recipe


def _joined(name: str, *options: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        shape, dtype = draw.shape(0 if draw.chance(0.2) else 1, 3), draw.dtype("ficb")
        items = [
            draw.tensor(dtype if draw.chance(0.7) else draw.dtype("fic"), shape)
            for _ in range(draw.integer(1, 3))
        ]
        rest = "".join(draw.maybe(f", {option}", 0.5) for option in options)
        if options and draw.chance(0.5):
            rest = f", axis={draw.axis(len(shape))}"
        return f"tf.experimental.numpy.{name}([{', '.join(items)}]{rest})"

    return recipe


def _made(name: str, *choices: str) -> Recipe:
    """A function of no arrays: one of several lists of arguments."""

    def recipe(draw: Draw) -> str:
        return f"tf.experimental.numpy.{name}({draw.choice(choices)}{_dtype(draw)})"

    return recipe


def _like(name: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        x = draw.tensor(draw.dtype("ficb"), draw.shape())
        value = f", {draw.choice(['2', '1.5', '-1', 'True', '1j'])}" if name == "full_like" else ""
        return f"tf.experimental.numpy.{name}({x}{value}{_dtype(draw)})"

    return recipe


def _product(name: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        size, dtype = draw.size(), draw.dtype("fic")
        first = [*draw.shape(0, 2), size] if draw.chance(0.9) else []
        second = [size] if draw.chance(0.4) else [*draw.shape(0, 1), size, draw.size()]
        if name in ("inner", "vdot"):
            second = [*draw.shape(0, 1), size] if name == "inner" else list(first)
        if name in ("outer", "kron"):
            second = draw.shape(0, 2)
        if name == "cross":
            first, second = [draw.integer(2, 3)], [draw.integer(2, 3)]
            if draw.flag():
                first = [2, *first]
        x = draw.tensor(dtype, first)
        y = draw.tensor(dtype if draw.chance(0.7) else draw.dtype("fi"), second)
        axes = draw.choice([", 1", ", 0", ", [[-1], [0]]", ""]) if name == "tensordot" else ""
        return f"tf.experimental.numpy.{name}({x}, {y}{axes})"

    return recipe


def _where(draw: Draw) -> str:
    shape = draw.shape()
    condition = draw.tensor(draw.choice(["bool", "int32", "float32"]), draw.broadcast(shape), 0, 1)
    if draw.chance(0.2):
        return f"tf.experimental.numpy.where({condition})"
    x, y = (draw.tensor(draw.dtype("fic"), draw.broadcast(shape)) for _ in range(2))
    return f"tf.experimental.numpy.where({condition}, {x}, {draw.choice([y, y, '1', '2.5'])})"


def _take(draw: Draw) -> str:
    shape = draw.shape(1, 3, empty=False)
    x = draw.tensor(draw.dtype("ficb"), shape)
    axis = draw.axis(len(shape), none=True)
    indices = draw.tensor(draw.dtype("n"), draw.shape(0, 2), -2, 4)
    mode = draw.choice(["", "", ", mode='wrap'", ", mode='clip'", ", mode='raise'"])
    return f"tf.experimental.numpy.take({x}, {indices}, axis={axis}{mode})"


def _take_along(draw: Draw) -> str:
    shape = draw.shape(1, 3, empty=False)
    x = draw.tensor(draw.dtype("fi"), shape)
    axis = draw.integer(-len(shape), len(shape) - 1)
    sizes = list(shape)
    sizes[axis] = draw.integer(1, 3)
    indices = draw.tensor(draw.dtype("n"), sizes, -shape[axis], shape[axis] - 1)
    return f"tf.experimental.numpy.take_along_axis({x}, {indices}, {axis})"


def _close(name: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        shape = draw.shape()
        x = draw.tensor(draw.dtype("fi"), shape, 0, 1)
        y = x if draw.chance(0.3) else draw.tensor(draw.dtype("fi"), draw.broadcast(shape), 0, 1)
        rest = draw.choice(["", ", atol=0.5", ", rtol=0.5", ", equal_nan=True"])
        return f"tf.experimental.numpy.{name}({x}, {y}{'' if name == 'array_equal' else rest})"

    return recipe


def _clip(draw: Draw) -> str:
    x = draw.tensor(draw.dtype("fi"), draw.shape())
    bounds = draw.choice(["-1, 1", "0.5, None", "None, 1", "None, None", "1, -1", "[0], [2]"])
    return f"tf.experimental.numpy.clip({x}, {bounds})"


def _getitem(draw: Draw) -> str:
    shape = draw.shape(1, 3, empty=False)
    x = draw.tensor(draw.dtype("fi"), shape)
    keys = ["0", "-1", ":", "::-1", "1:", "None", "...", "[0]", "[True]", "np.array([0, 0])",
            "tf.constant(0)", ":2", "np.newaxis"]  # fmt: skip
    key = ", ".join(draw.choice(keys) for _ in range(draw.integer(1, len(shape))))
    if draw.chance(0.15):
        key = f"{x} > 0"
    return f"tf.experimental.numpy.asarray({x})[{key}]"


_ONE = {
    "abs": "fic", "absolute": "fic", "angle": "fc", "arccos": "fi", "arccosh": "fc",
    "arcsin": "fic", "arcsinh": "fc", "arctan": "fic", "arctanh": "fc", "cbrt": "fi",
    "ceil": "fi", "conj": "cfi", "cos": "fic", "cosh": "fc", "deg2rad": "fi", "exp": "fic",
    "exp2": "fi", "expm1": "fc", "fabs": "fi", "fix": "fi", "floor": "fi", "imag": "cfi",
    "isfinite": "fic", "isinf": "fi", "isnan": "fic", "isneginf": "fi", "isposinf": "fi",
    "isreal": "fic", "iscomplex": "fic", "iscomplexobj": "fc", "isrealobj": "fc", "log": "fic",
    "log10": "fi", "log1p": "fc", "log2": "fic", "logical_not": "fib", "negative": "ficb",
    "positive": "fic", "rad2deg": "fi", "real": "cfi", "reciprocal": "fi", "sign": "fic",
    "signbit": "fib", "sin": "fic", "sinc": "fi", "sinh": "fc", "sqrt": "fic", "square": "fic",
    "tan": "fc", "tanh": "fic", "bitwise_not": "ib", "isscalar": "fi", "ndim": "fi",
    "shape": "fi", "size": "ficb", "array": "ficb", "asarray": "ficb", "copy": "fib",
    "nonzero": "fib", "ravel": "ficb", "atleast_1d": "fi", "atleast_2d": "fi",
    "atleast_3d": "fi", "diagflat": "fi", "fliplr": "fi", "flipud": "fi",
}  # fmt: skip
_TWO = {
    "add": "ficb", "arctan2": "fi", "bitwise_and": "ib", "bitwise_or": "ib", "bitwise_xor": "ib",
    "divide": "ficb", "divmod": "fi", "equal": "ficb", "float_power": "fi", "floor_divide": "fi",
    "greater": "fib", "greater_equal": "fi", "heaviside": "fi", "hypot": "fi", "less": "fi",
    "less_equal": "fi", "logaddexp": "fi", "logaddexp2": "fi", "logical_and": "fib",
    "logical_or": "fib", "logical_xor": "fib", "maximum": "fi", "minimum": "fi", "mod": "fi",
    "multiply": "ficb", "nextafter": "F", "not_equal": "fic", "power": "fi", "remainder": "fi",
    "subtract": "ficb", "true_divide": "fic",
}  # fmt: skip
_ALONG: dict[str, tuple[str, ...]] = {
    "argmax": ("fi",), "argmin": ("fi",), "argsort": ("fi", "kind='stable'"), "sort": ("fi",),
    "cumsum": ("ficb", "dtype"), "cumprod": ("fi", "dtype"), "diff": ("fic", "n=2", "n=0"),
    "repeat": ("fi", "repeats=2"), "flip": ("fi",), "expand_dims": ("fi",),
    "average": ("fi", "returned=True"), "compress": ("fi", "condition=[True, False]"),
    "count_nonzero": ("fib",), "squeeze": ("fi",), "append": ("fi", "values=[1]"),
}  # fmt: skip
_SHAPED: dict[str, tuple[str, ...]] = {
    "around": ("fic", "", ", 1", ", -1", ", decimals=2"), "round": ("fi", "", ", 1"),
    "diag": ("fi", "", ", 1", ", k=-1"), "diagonal": ("fi", "", ", 1", ", 0, 1, 0"),
    "moveaxis": ("fi", ", 0, -1", ", [0, 1], [1, 0]", ", 0, 5"),
    "nanmean": ("fi", "", ", axis=0", ", keepdims=True"), "nansum": ("fi", "", ", axis=-1"),
    "nanprod": ("fi", "", ", axis=0"), "pad": ("fi", ", 1, 'constant'", ", [[1, 2]], 'reflect'",
    ", [[1, 1]], 'constant', constant_values=2", ", ((0, 1), (1, 0)), 'symmetric'", ", 1"),
    "ptp": ("fi", "", ", axis=0", ", axis=-1, keepdims=True"),
    "reshape": ("fi", ", [-1]", ", -1", ", (2, -1)", ", [1, -1], order='F'", ", []"),
    "roll": ("fi", ", 1", ", 2, axis=0", ", [1, 2], axis=[0, -1]", ", -1, axis=-1"),
    "rot90": ("fi", "", ", 2", ", k=-1", ", 1, (1, 0)"), "tile": ("fi", ", 2", ", [2, 1]", ", []"),
    "swapaxes": ("fi", ", 0, 1", ", 0, -1", ", 0, 3"), "trace": ("fi", "", ", 1", ", dtype=float"),
    "transpose": ("fi", "", ", [1, 0]", ", axes=None", ", [0, 2, 1]", ", (-1, 0)"),
    "tril": ("fi", "", ", 1", ", k=-1"), "triu": ("fi", "", ", 1", ", k=-1"),
    "vander": ("fi", "", ", 2", ", increasing=True"), "ix_": ("i", "", ", [0, 1]"),
    "broadcast_to": ("fi", ", [2, 3]", ", [3, 2, 2]", ", []", ", (4,)"),
    "split": ("fi", ", 2", ", [1]", ", 1, axis=-1", ", [1, 2], 0"),
    "hsplit": ("fi", ", 1", ", [1]"),
    "vsplit": ("fi", ", 1", ", [1]"), "dsplit": ("fi", ", 1", ", [1]"),
    "meshgrid": ("fi", "", ", [1, 2]", ", [1, 2], indexing='ij'"),
    "polyval": ("fi", ", 2.0", ", [1.0, 2.0]"),
    "max": ("fi", "", ", axis=0"),
    "result_type": ("fi", "", ", 1", ", 1.5", ", tf.float64", ", 1j"),
}  # fmt: skip

RECIPES: dict[str, Recipe] = {
    f"experimental.numpy.{name}": recipe
    for name, recipe in {
        **{name: _one(name, kinds) for name, kinds in _ONE.items()},
        **{name: _two(name, kinds) for name, kinds in _TWO.items()},
        # Without bounds, TensorFlow's loop over extreme integers does not end.
        **{name: _two(name, "i", -20, 20) for name in ("gcd", "lcm")},
        **{name: _along(name, *rest) for name, rest in _ALONG.items()},
        **{name: _shaped(name, *rest) for name, rest in _SHAPED.items()},
        **{name: _like(name) for name in ("zeros_like", "ones_like", "full_like")},
        **{
            name: _product(name)
            for name in ("dot", "inner", "kron", "matmul", "outer", "tensordot", "vdot", "cross")
        },
        **{name: _close(name) for name in ("isclose", "allclose", "array_equal")},
        "all": _reduction("all", "bfi"),
        "any": _reduction("any", "bfi"),
        "amax": _reduction("amax", "fi"),
        "amin": _reduction("amin", "fi"),
        "mean": _reduction("mean", "fic", "dtype"),
        "prod": _reduction("prod", "fic", "dtype"),
        "std": _reduction("std", "fi"),
        "sum": _reduction("sum", "ficb", "dtype"),
        "var": _reduction("var", "fi", "dtype", "ddof"),
        "concatenate": _joined("concatenate", "axis=None", "axis=0"),
        "stack": _joined("stack", "axis=-1", "axis=1"),
        "hstack": _joined("hstack"),
        "vstack": _joined("vstack"),
        "dstack": _joined("dstack"),
        "arange": _made("arange", "5", "1, 5", "0.5, 3, 0.5", "5, 1, -2", "0", "-1", "1.0", "1, 0"),
        "linspace": _made("linspace", "0, 1, 5", "1, 3, 4", "0., 1., 3, endpoint=False", "0, 1, 0",
                          "[0., 1.], 2., 3", "0, 1, 1", "1, 2, num=3, retstep=True"),
        "logspace": _made("logspace", "0, 1, 3", "0., 2., 4, base=2.0", "1, 2, 2, endpoint=False"),
        "geomspace": _made("geomspace", "1, 8, 4", "1., 100., 3", "-1., -4., 3", "1, 8, 0"),
        "eye": _made("eye", "3", "2, 3", "3, k=1", "2, 4, -1", "0", "2, k=5"),
        "identity": _made("identity", "3", "0", "1"),
        "tri": _made("tri", "3", "2, 3", "3, k=1", "3, 2, -1", "0"),
        "full": _made("full", "[2], 1", "(2, 2), 1.5", "[], True", "3, [1, 2, 3]",
                      "[2, 3], [1, 2]"),
        "ones": _made("ones", "[2]", "3", "()", "[2, 0]", "tf.constant([2])"),
        "zeros": _made("zeros", "[2]", "3", "()", "[2, 0]", "(1, 2)"),
        "where": _where,
        "take": _take,
        "take_along_axis": _take_along,
        "clip": _clip,
        "ndarray": _getitem,
    }.items()
}  # fmt: skip
