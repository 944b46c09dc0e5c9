"""The assertions of `tf.debugging`."""

from __future__ import annotations

from ..draw import Draw
from . import Recipe


def _texts(draw: Draw) -> str:
    options = draw.maybe(", message='no'", 0.3) + draw.maybe(
        f", summarize={draw.integer(-1, 3)}", 0.2
    )
    return options + draw.maybe(", name='n'", 0.1)


def _of_two(name: str, kinds: str, *options: str) -> Recipe:
    """An assertion about pairs of elements, which holds about half the time."""

    def recipe(draw: Draw) -> str:
        dtype, shape = draw.dtype(kinds), draw.shape()
        low, high = {
            "assert_less": (2, 4),
            "assert_less_equal": (0, 2),
            "assert_greater": (-9, -5),
            "assert_greater_equal": (-4, 0),
        }.get(name, (0, 1))
        x = draw.tensor(dtype, shape, 0, 2)
        if draw.flag():
            if dtype.startswith("uint"):
                low, high = 0, max(high, 1)
            y = draw.tensor(dtype, draw.broadcast(shape), low, high)
        elif draw.chance(0.7):
            y = x
        else:
            y = draw.choice(["1", "1.5", "[1, 2]", "None", "True", "'a'", "0"])
        rest = "".join(draw.maybe(f", {option}", 0.3) for option in options)
        return f"tf.debugging.{name}({x}, {y}{rest}{_texts(draw)})"

    return recipe


def _of_one(name: str, kinds: str, low: float | None, high: float | None) -> Recipe:
    def recipe(draw: Draw) -> str:
        dtype = draw.dtype(kinds)
        bounds = (low, high) if draw.chance(0.7) and not dtype.startswith("uint") else (-3, 3)
        x = draw.tensor(dtype, draw.shape(), *bounds)
        return f"tf.debugging.{name}({x}{_texts(draw)})"

    return recipe


def _finite(name: str, first: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        x = draw.tensor(draw.dtype("fci"), draw.shape())
        rest = draw.choice([", 'no'", f", {first}='no'", "", ", b'no'", ", 1"])
        return f"tf.debugging.{name}({x}{rest}{draw.maybe(', name=None', 0.2)})"

    return recipe


def _rank(name: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        shape = draw.shape()
        x = draw.tensor(draw.dtype("fis"), shape)
        rank = draw.choice([len(shape), len(shape), len(shape) + 1, len(shape) - 1])
        text = draw.choice(
            [str(rank), str(rank), f"tf.constant({rank})", f"np.int64({rank})", f"[{rank}]", "1.0",
             "None", "'a'", f"np.array([{rank}])"]
        )  # fmt: skip
        if name == "assert_rank_in":
            text = draw.choice([f"({rank}, 5)", f"[{rank}]", "[]", f"[0, tf.constant({rank})]",
                                "[1.0]", f"[[{rank}]]", str(rank), "(0, 1, 2)"])  # fmt: skip
        return f"tf.debugging.{name}({x}, {text}{draw.maybe(', message=' + repr('no'), 0.3)})"

    return recipe


def _type(draw: Draw) -> str:
    dtype = draw.dtype("ficbs")
    x = draw.tensor(dtype, draw.shape())
    wanted = dtype if draw.flag() else draw.dtype("ficbs")
    text = draw.choice([f"tf.{wanted}", f"tf.{wanted}", repr(wanted), "np.float32", "5", "None"])
    return f"tf.debugging.assert_type({x}, {text}{draw.maybe(', message=' + repr('no'), 0.3)})"


def _integer(draw: Draw) -> str:
    x = draw.tensor(draw.dtype("ifb"), draw.shape())
    return f"tf.debugging.assert_integer({x}{draw.maybe(', message=' + repr('no'), 0.3)})"


def _scalar(draw: Draw) -> str:
    x = draw.tensor(draw.dtype("fis"), draw.shape(0, 1))
    return f"tf.debugging.assert_scalar({x}{draw.maybe(', message=' + repr('no'), 0.3)})"


def _same_float(draw: Draw) -> str:
    dtype = draw.dtype("fi")
    items = [
        draw.tensor(dtype if draw.chance(0.8) else draw.dtype("fi"), draw.shape())
        for _ in range(draw.integer(0, 3))
    ]
    wanted = draw.choice(["", f", dtype=tf.{dtype}", f", dtype={dtype!r}", ", tf.float64"])
    return f"tf.debugging.assert_same_float_dtype([{', '.join(items)}]{wanted})"


def _shapes(draw: Draw) -> str:
    names = ["'N'", "'M'", "'K'", "1", "2", "3", "None", "'3'"]
    pairs = []
    for _ in range(draw.integer(0, 3)):
        shape = draw.shape(0, 3)
        x = draw.tensor(draw.dtype("fis"), shape)
        spec = [str(n) if draw.chance(0.3) else draw.choice(names) for n in shape]
        if draw.chance(0.15):
            spec = [*spec, "1"] if draw.flag() else spec[1:]
        if draw.chance(0.15):
            spec = [*spec[:1], "..."] if draw.flag() else ["..."]
        inner = ", ".join(spec)
        text = draw.choice([f"[{inner}]", f"({inner},)" if spec else "()"])
        if all(item.startswith("'") for item in spec) and draw.chance(0.3):
            text = repr("".join(item.strip("'") for item in spec))
        pairs.append((x, text))
    listed = f"[{', '.join(f'({x}, {t})' for x, t in pairs)}]"
    if draw.chance(0.1):
        listed = draw.choice(["{}", "None", "[1]", "{1: ['N']}", f"({listed})"])
    rest = draw.maybe(", message='no'", 0.2) + draw.maybe(", data=['d']", 0.1)
    return f"tf.debugging.assert_shapes({listed}{rest})"


def _iterable(draw: Draw) -> str:
    values = ["[1, 2]", "'ab'", "tf.constant([1])", "np.array([1])", "5", "None", "{'a': 1}",
              "(1,)", "{1}", "iter([1])", "tf.Variable([1])", "tf.ragged.constant([[1]])",
              "range(3)", "b'a'", "tf.sparse.from_dense([1])"]  # fmt: skip
    return f"tf.debugging.assert_proper_iterable({draw.choice(values)})"


def _numeric(draw: Draw) -> str:
    x = draw.tensor(draw.dtype("ficbs"), draw.shape(0, 1))
    return f"tf.debugging.is_numeric_tensor({draw.choice([x, x, '1.0', 'None', 'tf.zeros'])})"


def _assert(draw: Draw) -> str:
    condition = draw.choice(
        ["True", "False", "tf.constant(True)", "tf.constant(False)", "1", "0", "None", "'a'", "[]",
         "[True, False]", "tf.constant([True])", "np.array(False)", "tf.constant(1)"]
    )  # fmt: skip
    x = draw.tensor(draw.dtype("fis"), draw.shape(0, 2))
    data = draw.choice([f"[{x}]", f"['text', {x}]", "[]", x, "'text'", "[1, 2.5, 'a']", "None"])
    return f"tf.debugging.Assert({condition}, {data}{draw.maybe(', summarize=2', 0.3)})"


RECIPES: dict[str, Recipe] = {
    **{
        f"debugging.{name}": _of_two(name, kinds, *options)
        for name, kinds, *options in [
            ("assert_equal", "ficbs"),
            ("assert_none_equal", "ficbs"),
            ("assert_less", "fib"),
            ("assert_less_equal", "fi"),
            ("assert_greater", "fi"),
            ("assert_greater_equal", "fi"),
            ("assert_near", "fci", "rtol=0.5", "atol=1.0", "rtol=0"),
        ]
    },
    **{
        f"debugging.{name}": _of_one(name, "fic", low, high)
        for name, low, high in [
            ("assert_positive", 1, 3),
            ("assert_negative", -3, -1),
            ("assert_non_negative", 0, 2),
            ("assert_non_positive", -2, 0),
        ]
    },
    **{
        f"debugging.{n}": _rank(n)
        for n in ("assert_rank", "assert_rank_at_least", "assert_rank_in")
    },
    "debugging.assert_all_finite": _finite("assert_all_finite", "message"),
    "debugging.check_numerics": _finite("check_numerics", "message"),
    "debugging.assert_type": _type,
    "debugging.assert_integer": _integer,
    "debugging.assert_scalar": _scalar,
    "debugging.assert_same_float_dtype": _same_float,
    "debugging.assert_shapes": _shapes,
    "debugging.assert_proper_iterable": _iterable,
    "debugging.is_numeric_tensor": _numeric,
    "debugging.Assert": _assert,
}
