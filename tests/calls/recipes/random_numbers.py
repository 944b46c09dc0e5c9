"""`tf.random`: the numbers that follow from seeds; initializers."""

from __future__ import annotations

from ..draw import Draw
from . import Recipe

_INTEGERS = {
    "int32": ["0", "1", "-5", "10", "-2**31", "2**31 - 1", "7"],
    "int64": ["0", "1", "-5", "10", "-2**63", "2**63 - 1", "2**40", "7"],
    "uint32": ["0", "1", "10", "2**32 - 1"],
    "uint64": ["0", "1", "10", "2**64 - 1"],
}


def _sizes(draw: Draw) -> str:
    """A shape: as a list, a tuple, a tensor, an array; a scalar or a wrong one now and then."""
    sizes = draw.shape(0, 3)
    if draw.chance(0.04):
        return draw.choice(["[-1]", "3", "[[2]]", "[2.0]", "None"])
    return draw.choice(
        [repr(sizes), repr(tuple(sizes)), f"tf.constant({sizes}, tf.int32)",
         f"tf.constant({sizes}, tf.int64)", f"np.array({sizes}, np.int32)",
         f"tf.TensorShape({sizes})"]
    )  # fmt: skip


def _float_type(draw: Draw) -> str:
    return draw.choice(["float32", "float32", "float64", "float16", "bfloat16", "float32"])


def _seed_pair(draw: Draw) -> str:
    one, two = draw.integer(-5, 99), draw.choice([0, 1, 2**31 - 1, -(2**31), 7])
    if draw.chance(0.03):
        return draw.choice(["[1]", "1", "[1, 2, 3]", "[1., 2.]", "None"])
    kind = draw.choice(["int32", "int64"])
    pair = f"[{one}, {two}]"
    return draw.choice(
        [pair, f"({one}, {two})", f"tf.constant({pair}, tf.{kind})", f"np.array({pair}, np.{kind})"]
    )


def _algorithm(draw: Draw) -> str:
    if draw.chance(0.5):
        return ""
    return (
        f", alg={draw.choice(['philox', 'threefry', 'auto_select', 'PHILOX', 'x'])!r}"
        if (draw.chance(0.7))
        else f", alg=tf.random.Algorithm.{draw.choice(['PHILOX', 'THREEFRY', 'AUTO_SELECT'])}"
    )


def _parameter(draw: Draw, dtype: str, low: float, high: float) -> str:
    """A number, or a tensor of one."""
    if draw.chance(0.6):
        return str(draw.choice([low, round((low + high) / 2, 2), high]))
    return draw.tensor(dtype, [], low, high)


def _bounds(draw: Draw, dtype: str) -> str:
    if dtype in _INTEGERS:
        low, high = draw.choice(_INTEGERS[dtype]), draw.choice(_INTEGERS[dtype])
        if draw.chance(0.8) and eval(low) > eval(high):
            low, high = high, low
        return f", {low}, {high}"
    low, high = _parameter(draw, dtype, -2, 0), _parameter(draw, dtype, 1, 3)
    return draw.choice(["", f", {low}", f", {low}, {high}", f", maxval={high}"])


def _seeded(draw: Draw, calls: list[str]) -> str:
    """One or several calls after `set_seed`, or with the seeds of operations alone."""
    seed = draw.choice(["1", "42", "0", "-3", "2**40", "87654321", "1.5", "'a'"])
    text = f"[{', '.join(calls)}]"
    if draw.chance(0.15):
        text = f"tf.function(lambda: {text})()"
    return f"tf.random.set_seed({seed}) or {text}"


def _operation_seed(draw: Draw) -> str:
    seed = draw.choice(["1", "42", "0", "-3", "2**33", "np.int64(5)", "None"])
    return draw.maybe(f", seed={seed}")


def _normal(name: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        calls = []
        for _ in range(draw.integer(1, 3)):
            dtype, sizes = _float_type(draw), _sizes(draw)
            mean = draw.maybe(f", mean={_parameter(draw, dtype, -1, 1)}", 0.4)
            stddev = draw.maybe(f", stddev={_parameter(draw, dtype, 0.1, 2)}", 0.4)
            kind = f", dtype=tf.{dtype}"
            calls.append(f"tf.random.{name}({sizes}{mean}{stddev}{kind}{_operation_seed(draw)})")
        return _seeded(draw, calls)

    return recipe


def _uniform(draw: Draw) -> str:
    calls = []
    for _ in range(draw.integer(1, 3)):
        dtype = draw.choice([_float_type(draw), "int32", "int64"])
        kind = f", dtype=tf.{draw.choice(['uint32', 'int8'])}" if draw.chance(0.03) else ""
        rest = _bounds(draw, dtype) + (kind or f", dtype=tf.{dtype}") + _operation_seed(draw)
        calls.append(f"tf.random.uniform({_sizes(draw)}{rest})")
    return _seeded(draw, calls)


def _mixed(draw: Draw) -> str:
    """Several kinds of draws in one sequence of seeds."""
    one = draw.choice(["", ", seed=3"])
    parts = [
        f"tf.random.normal([2]{one})", f"tf.random.uniform([2]{one})", "tf.random.normal([2])",
        f"tf.random.uniform([2], 0, 9, tf.int32{one})", f"tf.random.shuffle(tf.range(5){one})",
        f"tf.random.categorical([[0., 1.]], 3{one})", f"tf.random.gamma([2], 1.5{one})",
        f"tf.random.poisson([2], 3.{one})", f"tf.random.truncated_normal([2]{one})",
        f"tf.nn.dropout(tf.ones([4]), 0.5{one})", f"tf.random.uniform([3], dtype=tf.float64{one})",
        f"tf.random_normal_initializer({one[2:]})([2])",
        "tf.random.Generator.from_non_deterministic_state().algorithm",
        "tf.random.get_global_generator().algorithm", "tf.random.set_seed(9)",
    ]  # fmt: skip
    return _seeded(draw, [draw.choice(parts) for _ in range(draw.integer(2, 6))])


def _shuffle(draw: Draw) -> str:
    shape = [draw.integer(0, 7), *draw.shape(0, 2)] if draw.chance(0.9) else []
    x = draw.tensor(draw.dtype("ficbs"), shape)
    return _seeded(draw, [f"tf.random.shuffle({x}{_operation_seed(draw)})"])


def _categorical(draw: Draw) -> str:
    logits = draw.tensor(draw.dtype("f"), [draw.integer(0, 3), draw.integer(1, 5)])
    kind = draw.maybe(f", dtype=tf.{draw.choice(['int32', 'int64'])}")
    count = draw.choice(["3", "0", "1", "tf.constant(4)", "-1"])
    return _seeded(draw, [f"tf.random.categorical({logits}, {count}{kind}{_operation_seed(draw)})"])


def _gamma(draw: Draw) -> str:
    dtype = draw.choice(["float32", "float64", "float16", "float32"])
    alpha = draw.tensor(dtype, draw.shape(0, 2), 0.1, 4)
    beta = draw.maybe(f", beta={draw.tensor(dtype, [], 0.5, 2)}") if draw.flag() else ""
    rest = f"{beta}, dtype=tf.{dtype}{_operation_seed(draw)}"
    return _seeded(draw, [f"tf.random.gamma({_sizes(draw)}, {alpha}{rest})"])


def _poisson(draw: Draw) -> str:
    dtype = draw.choice(["float32", "float64", "float16", "float32"])
    lam = draw.tensor(dtype, draw.shape(0, 2), 0, draw.choice([4, 30]))
    kind = draw.choice(["float32", "float64", "int32", "int64", "float16"])
    rest = f", dtype=tf.{kind}{_operation_seed(draw)}"
    return _seeded(draw, [f"tf.random.poisson({_sizes(draw)}, {lam}{rest})"])


def _stateless(name: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        dtype = _float_type(draw)
        rest = draw.maybe(f", mean={_parameter(draw, dtype, -1, 1)}", 0.4)
        rest += draw.maybe(f", stddev={_parameter(draw, dtype, 0.1, 2)}", 0.4)
        rest += f", dtype=tf.{dtype}{_algorithm(draw)}"
        return f"tf.random.{name}({_sizes(draw)}, {_seed_pair(draw)}{rest})"

    return recipe


def _stateless_uniform(draw: Draw) -> str:
    dtype = draw.choice([_float_type(draw), "int32", "int64", "uint32", "uint64"])
    unbounded = dtype in _INTEGERS and draw.chance(0.5)
    options = ", None, None" if unbounded else _bounds(draw, dtype)
    options += f", dtype=tf.{dtype}{_algorithm(draw)}"
    return f"tf.random.stateless_uniform({_sizes(draw)}, {_seed_pair(draw)}{options})"


def _ending(draw: Draw) -> tuple[list[int], list[int]]:
    """A shape, and that of its parameters, with which it ends."""
    tail = draw.shape(0, 2)
    return [*draw.shape(0, 1), *tail], tail


def _stateless_gamma(draw: Draw) -> str:
    dtype = draw.choice(["float32", "float64", "float16", "float32"])
    sizes, tail = _ending(draw)
    rest = draw.tensor(dtype, tail, 0.1, 4)
    if draw.flag():
        rest += f", beta={draw.tensor(dtype, [], 0.5, 2)}"
    return f"tf.random.stateless_gamma({sizes}, {_seed_pair(draw)}, {rest}, dtype=tf.{dtype})"


def _stateless_poisson(draw: Draw) -> str:
    sizes, tail = _ending(draw)
    lam = draw.tensor(draw.choice(["float32", "float64", "float16"]), tail, 0, draw.choice([4, 30]))
    kind = draw.choice(["int32", "int64", "float32", "float64", "float16"])
    return f"tf.random.stateless_poisson({sizes}, {_seed_pair(draw)}, {lam}, dtype=tf.{kind})"


def _stateless_binomial(draw: Draw) -> str:
    sizes, tail = _ending(draw)
    dtype = draw.choice(["float32", "float64", "float16", "int32"])
    counts = draw.tensor(dtype, tail, 0, draw.choice([5, 40]))
    given = draw.inputs[counts]
    if dtype != "int32":
        given["values"] = [str(float(int(float(v)))) for v in given["values"]]
    probs = draw.tensor("float32" if dtype == "int32" else dtype, tail, 0, 1)
    kind = draw.choice(["int32", "int64", "float32", "float64", "float16"])
    return (
        f"tf.random.stateless_binomial({sizes}, {_seed_pair(draw)}, {counts}, {probs}, "
        f"output_dtype=tf.{kind})"
    )


def _stateless_categorical(draw: Draw) -> str:
    logits = draw.tensor(draw.dtype("f"), [draw.integer(0, 3), draw.integer(1, 5)])
    kind = draw.maybe(f", dtype=tf.{draw.choice(['int32', 'int64'])}")
    return (
        f"tf.random.stateless_categorical({logits}, {draw.integer(0, 4)}, {_seed_pair(draw)}{kind})"
    )


def _stateless_truncated(draw: Draw) -> str:
    dtype = draw.choice(["float32", "float64", "float16", "bfloat16"])
    sizes, tail = _ending(draw)
    shape = tail[-1:]
    means, stddevs = draw.tensor(dtype, shape, -1, 1), draw.tensor(dtype, shape, 0.5, 2)
    low, high = draw.choice([(-2, 0), (1, 2), (-3, -2), (-0.5, 0)])
    least, most = draw.tensor(dtype, shape, low, high), draw.tensor(dtype, [], high, high + 2)
    return (
        f"tf.random.stateless_parameterized_truncated_normal({sizes}, {_seed_pair(draw)}, {means}, "
        f"{stddevs}, {least}, {most})"
    )


def _stateless_shuffle(draw: Draw) -> str:
    x = draw.tensor(draw.dtype("ficbs"), [draw.integer(0, 7), *draw.shape(0, 2)])
    return f"tf.random.experimental.stateless_shuffle({x}, {_seed_pair(draw)}{_algorithm(draw)})"


def _split(name: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        number = draw.choice(["", ", 3", ", num=1", ", 0", ", tf.constant(2)"])
        return f"tf.random.{name}({_seed_pair(draw)}{number}{_algorithm(draw)})"

    return recipe


def _fold_in(name: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        data = draw.choice(
            ["5", "-1", "tf.constant(7)", "tf.constant(7, tf.int64)", "2**40", "1.5"]
        )
        return f"tf.random.{name}({_seed_pair(draw)}, {data}{_algorithm(draw)})"

    return recipe


def _index_shuffle(draw: Draw) -> str:
    most = draw.choice([0, 1, 4, 9, 100])
    index = draw.choice(["0", "1", f"tf.range({most + 1})", "3"])
    seed = draw.choice(
        [
            "[1, 2, 3]",
            "(5, 9, 2)",
            "tf.constant([3, 4, 5])",
            "[1, 2]",
            "tf.constant([3, 4, 5], tf.int64)",
            "tf.constant([3, 4, 5], tf.uint32)",
        ]
    )
    return f"tf.random.experimental.index_shuffle({index}, {seed}, {most})"


def _rng_state(draw: Draw) -> str:
    seed = draw.choice(["1", "-7", "2**40", "[1, 2, 3]", "tf.constant([1, 2, 3])", "[1, 2]", "[9]"])
    alg = draw.choice(["'philox'", "'threefry'", "1", "2", "tf.random.Algorithm.PHILOX", "'x'",
                       "'auto_select'", "3"])  # fmt: skip
    return f"tf.random.create_rng_state({seed}, {alg})"


_METHODS = [
    "normal([3])", "normal([2, 2], 1., 2.)", "normal([2], dtype=tf.float64)",
    "normal([2], dtype=tf.float16)", "truncated_normal([3])", "truncated_normal([2], 1., 3.)",
    "uniform([3])", "uniform([3], 1, 10, tf.int32)", "uniform([2], 1., 3., tf.float64)",
    "uniform([2], dtype=tf.bfloat16)", "uniform_full_int([3])", "uniform_full_int([2], tf.int32)",
    "uniform_full_int([2], tf.uint32)", "uniform_full_int([2], tf.int64)", "binomial([2], 10, 0.3)",
    "binomial([2], [9., 20.], [0.5, 0.9])", "binomial([3], 5., 0.5, tf.float32)", "skip(5)",
    "make_seeds(2)", "make_seeds()", "split(2)[0].normal([2])", "split(2)[1].state",
    "state.read_value()", "key", "algorithm", "reset(7)", "reset_from_seed(3)", "normal([])",
    "reset_from_key_counter(1, [2, 3])", "uniform([0])",
    "uniform([3], -2**31, 2**31 - 1, tf.int32)",
    "uniform([2], 5, 5, tf.int32)", "uniform([2], dtype=tf.int8)", "normal([2], dtype=tf.int32)",
    "skip(tf.constant(3))", "state.shape", "uniform([2], 3, dtype=tf.int64)", "make_seeds(0)",
    "uniform(tf.constant([2]), maxval=4.)", "reset([1, 2, 3])", "split()[0].key", "split(0)",
]  # fmt: skip


def _generator(draw: Draw) -> str:
    made = draw.choice(
        ["from_seed(1)", "from_seed(2, alg='philox')", "from_seed(3, alg='threefry')",
         "from_state([1, 2, 3], 'philox')", "from_state([1, 2], 'threefry')", "from_seed(-2)",
         "from_state([1, 2], 1)", "from_key_counter(5, [1, 2], 'philox')", "from_seed([1, 2, 3])",
         "from_key_counter(5, [1], 'threefry')", "from_key_counter([5], [1, 2], 1)",
         "from_seed(2**40)", "from_seed(tf.constant(3))", "from_state([1, 2, 3], 'x')",
         "from_key_counter(5, [1], 'philox')", "from_seed(1.5)"]
    )  # fmt: skip
    methods = [draw.choice(_METHODS) for _ in range(draw.integer(1, 4))]
    used = ", ".join(f"g.{method}" for method in methods)
    return f"(lambda g: [{used}])(tf.random.Generator.{made})"


def _initializer(name: str, options: list[str]) -> Recipe:
    def recipe(draw: Draw) -> str:
        given = [option for option in options if draw.chance(0.4)]
        if draw.flag():
            given.append(f"seed={draw.choice([1, 0, -3, 2**33])}")
        made = f"tf.{name}({', '.join(given)})"
        kind = draw.choice(["float32", "float64", "float16", "bfloat16", "int32"])
        calls = [f"i({draw.shape(0, 3)}{draw.maybe(f', dtype=tf.{kind}')})" for _ in range(2)]
        return _seeded(draw, [f"(lambda i: [{', '.join(calls)}, i.get_config()])({made})"])

    return recipe


RECIPES: dict[str, Recipe] = {
    "random.normal": _normal("normal"),
    "random.truncated_normal": _normal("truncated_normal"),
    "random.uniform": _uniform,
    "random.set_seed": _mixed,
    "random.shuffle": _shuffle,
    "random.categorical": _categorical,
    "random.gamma": _gamma,
    "random.poisson": _poisson,
    "random.stateless_normal": _stateless("stateless_normal"),
    "random.stateless_truncated_normal": _stateless("stateless_truncated_normal"),
    "random.stateless_uniform": _stateless_uniform,
    "random.stateless_gamma": _stateless_gamma,
    "random.stateless_poisson": _stateless_poisson,
    "random.stateless_binomial": _stateless_binomial,
    "random.stateless_categorical": _stateless_categorical,
    "random.stateless_parameterized_truncated_normal": _stateless_truncated,
    "random.experimental.stateless_shuffle": _stateless_shuffle,
    "random.experimental.index_shuffle": _index_shuffle,
    "random.split": _split("split"),
    "random.experimental.stateless_split": _split("experimental.stateless_split"),
    "random.fold_in": _fold_in("fold_in"),
    "random.experimental.stateless_fold_in": _fold_in("experimental.stateless_fold_in"),
    "random.create_rng_state": _rng_state,
    "random.Generator": _generator,
    "random_normal_initializer": _initializer(
        "random_normal_initializer", ["mean=1.0", "stddev=2.0"]
    ),
    "random_uniform_initializer": _initializer(
        "random_uniform_initializer", ["minval=-2.0", "maxval=3.0"]
    ),
}
