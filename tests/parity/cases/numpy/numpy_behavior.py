"""`experimental_enable_numpy_behavior`: operators, methods, indices; random arrays; types."""

from __future__ import annotations

import operator
from functools import partial

import numpy as np

from tests.parity.case_helpers.numpy_behavior import numpy_behavior
from tests.parity.case_helpers.tables import gradients, of_dtype, outcomes, ramp
from tests.parity.harness import exact_message, tolerance

_TYPES = "float16 bfloat16 float32 float64 complex64 int8 int32 int64 uint8 uint32 bool".split()
_OPERATORS = "add sub mul truediv floordiv mod pow and_ or_ xor lt le gt ge eq ne matmul".split()
_OTHERS = {
    "float": 1.5,
    "int": 2,
    "bool": True,
    "complex": 1j,
    "list": [1.5, 2, 3],
    "tuple": (1, 2, 3),
    "numpy": np.array([1.5, 2, 3]),
    "numpy scalar": np.float64(2),
    "numpy small scalar": np.int8(2),
    "none": None,
    "text": "a",
    "empty": [],
    "misfit": [1, 2],
}


def _operator(name, **behavior):
    f = getattr(operator, name)

    def case(tf):
        with numpy_behavior(tf, **behavior):
            rows = {}
            for d in _TYPES:
                x = of_dtype(tf, [1, 3, 2], d)
                for other in _TYPES:
                    rows[f"{d} {other}"] = partial(f, x, of_dtype(tf, [2, 1, 1], other))
                if d in ("float32", "int32", "bool", "float16"):
                    rows |= {f"{d} {key}": partial(f, x, y) for key, y in _OTHERS.items()}
                    rows |= {f"{key} {d}": partial(f, y, x) for key, y in _OTHERS.items()}
            x, v = tf.constant([1, 2, 3]), tf.Variable([1.0, 2.0, 3.0])
            rows["variable right"] = partial(f, x, v)
            rows["variable left"] = partial(f, v, x)
            rows["variables"] = partial(f, v, tf.Variable([1, 2, 3]))
            rows["variable and number"] = partial(f, v, 2)
            rows["number and variable"] = partial(f, 2, v)
            rows["shape"] = partial(f, tf.constant([2.0, 3.0]), tf.zeros([1, 2]).shape)
            return outcomes(rows)

    return tolerance(1e-4)(case)


def methods(tf):
    """Each method and property that tensors get."""
    x = tf.constant(ramp((2, 3)))
    i = tf.constant([[3, 1], [2, 5]])
    with numpy_behavior(tf):
        return outcomes(
            {
                "T": lambda: x.T,
                "T of 3": lambda: tf.zeros([1, 2, 3]).T.shape,
                "data": lambda: x.data is x,
                "size": lambda: (x.size, type(x.size).__name__, tf.constant(1).size),
                "ndim": lambda: (x.ndim, tf.constant(1).ndim),
                "tolist": lambda: (x.tolist(), tf.constant(1).tolist()),
                "pos": lambda: +x,
                "astype": lambda: (x.astype(np.int32), i.astype("float64"), x.astype(tf.bool)),
                "astype to nothing": lambda: x.astype("x"),
                "reshape": lambda: (
                    x.reshape(3, 2),
                    x.reshape((3, 2)),
                    x.reshape(-1),
                    x.reshape([6]),
                ),
                "reshape in order": lambda: (x.reshape(3, 2, order="F"), x.reshape(6, order="C")),
                "reshape wrongly": lambda: x.reshape(3, 2, orders="F"),
                "reshape to no shape": lambda: x.reshape(),
                "ravel": lambda: x.ravel(),
                "flatten": lambda: (x.flatten(), x.flatten("F")),
                "transpose": lambda: (x.transpose(), x.transpose([1, 0])),
                "clip": lambda: (x.clip(1.5, 2), i.clip(2, None), i.clip(0.5, 2.5)),
                "max": lambda: (x.max(), x.max(0), i.max(axis=1, keepdims=True)),
                "min": lambda: (x.min(), x.min(-1), i.min(axis=1)),
                "mean": lambda: (x.mean(), i.mean(), x.mean(0), i.mean(axis=1, dtype="float32")),
                "round": lambda: (round(x), round(tf.constant(2.567), 1), round(i)),
                "sum": lambda: x.sum(),
                "variable": lambda: tf.Variable(1.0).T,
            }
        )


def methods_with_float32(tf):
    """The type of Python floats, and what follows from it."""
    numpy = tf.experimental.numpy
    x, i = tf.constant([1.5, 2.5]), tf.constant([1, 2])
    with numpy_behavior(tf, prefer_float32=True):
        return outcomes(
            {
                "array": lambda: (numpy.array(1.5), numpy.array([1.5]), numpy.array(1j)),
                "add": lambda: (x + 1.5, i + 1.5, 1.5 + i, i + 1j, i * np.float64(2)),
                "functions": lambda: (numpy.add(1.5, 2), numpy.add(i, 2.5), numpy.log(i)),
                "zeros": lambda: (numpy.zeros(2), numpy.zeros(2, None), numpy.ones(2)),
                "mean": lambda: (i.mean(), numpy.mean([1, 2]), numpy.average(i)),
                "result": lambda: (numpy.result_type(1.5), numpy.result_type(float, 1j)),
                "linspace": lambda: (numpy.linspace(0, 1, 3), numpy.arange(0.5, 2)),
                "random": lambda: numpy.random.rand(2).dtype,
            }
        )


def modes(tf):
    """Which modes there are, and that "off" leaves operators as they are."""
    numpy = tf.experimental.numpy
    i = tf.constant([1, 2])
    with numpy_behavior(tf, dtype_conversion_mode="off"):
        off = outcomes(
            {
                "add": lambda: i + 1.5,
                "tensors": lambda: i + tf.constant([1.5]),
                "T": lambda: i.T,
                "index": lambda: i[[1, 0]],
                "function": lambda: numpy.add(i, 1.5),
            }
        )
    wrong = outcomes(
        {"no mode": lambda: numpy.experimental_enable_numpy_behavior(dtype_conversion_mode="x")}
    )
    return off, wrong


def without(tf):
    """What there is before it is switched on."""
    x = tf.constant([1.5, 2.5])
    numpy = tf.experimental.numpy
    return outcomes(
        {
            "T": lambda: x.T,
            "list": lambda: x[[0, 1]],
            "add": lambda: x + tf.constant([1, 2]),
            "log": lambda: numpy.log(3),
            "round": lambda: numpy.around(2.5),
            "pos": lambda: +x,
        }
    )


@exact_message
def methods_without(tf):
    """The message says how to get them."""
    return tf.constant(1).T


_KEYS = {
    "list": [0, 1],
    "list of one": [1],
    "empty list": [],
    "nested": [[0, 1], [1, 0]],
    "array": np.array([1, 0]),
    "array of rank 2": np.array([[1, 0], [0, 0]]),
    "negative": [-1, 0],
    "tuple": (1, 2),
    "integer": 1,
    "slice": slice(1, None),
    "backwards": slice(None, None, -1),
    "none": None,
    "ellipsis": Ellipsis,
    "array first": ([0, 1], 1),
    "array last": (1, [0, 2]),
    "array behind ellipsis": (..., [1, 0]),
    "array before ellipsis": ([1, 0], ...),
    "array behind a slice": (slice(None), [2, 0]),
    "array and integer": (0, [2, 0], 1),
    "two arrays": ([0, 1], [2, 0]),
    "arrays that broadcast": ([[0], [1]], [2, 0]),
    "arrays that do not": ([0, 1], [2, 0, 1]),
    "arrays apart": ([0, 1], slice(None), [1, 0]),
    "arrays apart of rank 2": ([[0], [1]], slice(None), [1, 0]),
    "arrays with a new axis between": ([0, 1], None, [1, 0]),
    "new axis and array": (None, [0, 1]),
    "array and new axis": ([0, 1], None),
    "three arrays": ([0, 1], [2, 0], [1, 1]),
    "arrays behind ellipsis": (..., [2, 0], [1, 1]),
    "arrays around ellipsis": ([0, 1], ..., [1, 0]),
    "integer between arrays": ([0, 1], 1, [1, 0]),
    "integer behind ellipsis and array": (..., [0, 2], 1),
    "mask": np.array([True, False]),
    "mask of rank 2": np.array([[True, False, True], [False, True, False]]),
    "mask behind a slice": (slice(None), [True, False, True]),
    "mask and array": ([True, True], [0, 1]),
    "mask of rank 2 in a tuple": (np.array([[True, False, True]] * 2), 0),
    "boolean": True,
    "boolean and number": (True, 0),
    "list of booleans": [True, False],
    "list of slices": [slice(1), 0],
    "small integers": np.array([1, 0], np.int8),
    "large integers": np.array([1, 0], np.int64),
    "unsigned": np.array([1, 0], np.uint64),
    "numpy number": np.int64(1),
    "float": 1.5,
    "floats": [0.5, 1.5],
    "text": "a",
    "array as bound": slice([0, 1], None),
    "out of range": [2],
    "negative out of range": [-3],
    "too many": (0, 0, 0, 0),
    "too many arrays": ([0], [0], [0], [0]),
    "single out of range": (5, [0]),
    "strided and array": (slice(None, None, 2), [0, 1]),
    "reversed and arrays": (slice(None, None, -1), [0, 1], [1, 0]),
}


def indices(tf):
    """Keys of every kind, on three dimensions."""
    x = tf.constant(ramp((2, 3, 2), "int32"))
    with numpy_behavior(tf):
        return outcomes({name: partial(operator.getitem, x, key) for name, key in _KEYS.items()})


def indices_that_are_tensors(tf):
    """The same of tensors and variables, and with tensors as keys."""
    x = tf.constant(ramp((2, 3)))
    with numpy_behavior(tf):
        return outcomes(
            {
                "vector": lambda: x[tf.constant([1, 0])],
                "scalar": lambda: x[tf.constant(1)],
                "in a slice": lambda: x[tf.constant(1) :, : tf.constant(2)],
                "both": lambda: x[tf.constant([1, 0]), tf.constant([2, 2], tf.int64)],
                "mask": lambda: x[x > 2],
                "mask of rows": lambda: x[tf.constant([False, True])],
                "mask of columns": lambda: x[:, tf.constant([False, True, True])],
                "mask of a wrong size": lambda: x[tf.constant([False, True, True])],
                "variable": lambda: tf.Variable([1, 2, 3])[[0, 1]],
                "variable with a number": lambda: tf.Variable([1, 2, 3])[1],
                "scalar tensor": lambda: tf.constant(1)[[0]],
                "floats": lambda: x[tf.constant([1.0])],
                "empty": lambda: x[tf.zeros([0], tf.int32)],
                "iteration": lambda: list(x),
                "strings": lambda: tf.constant(["a", "b"])[[1, 0]],
            }
        )


def gradient_of_indices(tf):
    """Through every kind of gathering."""
    keys = ([1, 1], ([0, 1], [2, 2]), ([0, 1], slice(None), [1, 0]), (..., [1, 1]))
    with numpy_behavior(tf):
        return [gradients(tf, operator.itemgetter(key), ramp((2, 3, 2))) for key in keys]


def gradients_of_operators(tf):
    """Through the casts of promotion."""
    with numpy_behavior(tf):
        x, y = tf.constant([1.5, 2.5]), tf.constant([2.0, 4.0], tf.float64)
        results = {}
        for name in ("add", "sub", "mul", "truediv", "pow", "matmul", "floordiv", "mod"):
            f = getattr(operator, name)
            with tf.GradientTape(persistent=True) as tape:
                tape.watch([x, y])
                z = [f(x, y), f(y, x), f(x, [2, 3]), f(tf.constant([1, 2]), x)]
            results[name] = z, tape.gradient(z, [x, y])
        return results


_DIFFERENTIABLE = {
    "abs": [3],
    "arctan2": [3, 3],
    "append": [3, 2],
    "average": [(2, 3)],
    "cbrt": [3],
    "clip": [3, (), ()],
    "cross": [3, 3],
    "cumsum": [(2, 3)],
    "cumprod": [(2, 3)],
    "deg2rad": [3],
    "diag": [3],
    "diagonal": [(2, 3)],
    "diff": [(2, 3)],
    "divmod": [3, 3],
    "dot": [(2, 3), 3],
    "dstack": [(2, 3)],
    "exp2": [3],
    "fix": [3],
    "flip": [(2, 3)],
    "full_like": [3, ()],
    "heaviside": [3, 3],
    "hypot": [3, 3],
    "inner": [(2, 3), 3],
    "kron": [2, 3],
    "linspace": [(), ()],
    "log10": [3],
    "log2": [3],
    "logaddexp": [3, 3],
    "logaddexp2": [3, 3],
    "logspace": [(), ()],
    "max": [(2, 3)],
    "matmul": [(2, 3), (3, 2)],
    "maximum": [3, 3],
    "mean": [(2, 3)],
    "nanmean": [(2, 3)],
    "nanprod": [(2, 3)],
    "nansum": [(2, 3)],
    "outer": [2, 3],
    "polyval": [3, 2],
    "positive": [3],
    "prod": [(2, 3)],
    "ptp": [3],
    "ravel": [(2, 3)],
    "reciprocal": [3],
    "rot90": [(2, 3)],
    "sign": [3],
    "sinc": [3],
    "sort": [(2, 3)],
    "std": [(2, 3)],
    "tile": [3, ()],
    "trace": [(3, 3)],
    "tril": [(3, 3)],
    "triu": [(3, 3)],
    "vander": [3],
    "var": [(2, 3)],
    "vdot": [3, 3],
}


def _gradients(name, shapes, behavior):
    def case(tf):
        f = getattr(tf.experimental.numpy, name)
        values = [
            ramp(s if isinstance(s, tuple) else (s,), start=0.5 + n) for n, s in enumerate(shapes)
        ]
        if name == "tile":
            return gradients(tf, lambda x: f(x, 2), values[0])
        if not behavior:
            return gradients(tf, f, *values)
        with numpy_behavior(tf):
            return gradients(tf, f, *values)

    return tolerance(1e-4, 1e-6)(case)


@tolerance(1e-4, 1e-5)
def gradients_with_arguments(tf):
    """Where arguments decide the way, and at ties."""
    numpy = tf.experimental.numpy
    m, v = ramp((2, 3)), ramp((3,))
    calls = {
        "relu": (lambda x: numpy.maximum(x, 0), [np.array([-1.0, 0.0, 2.0], np.float32)]),
        "maximum at a tie": (numpy.maximum, [v, v]),
        "minimum at a tie": (numpy.minimum, [v, v]),
        "var": (lambda x: numpy.var(x, 1, ddof=1), [m]),
        "average": (lambda x, w: numpy.average(x, 1, w), [m, v]),
        "take": (lambda x: numpy.take(x, [0, 0, 2], 1), [m]),
        "take along": (lambda x: numpy.take_along_axis(x, [[0], [2]], 1), [m]),
        "where": (lambda x, y: numpy.where([True, False, True], x, y), [v, v]),
        "select": (lambda x, y: numpy.select([x > 1.2, y > 1.2], [x, y]), [v, v]),
        "pad": (lambda x: numpy.pad(x, [[1, 1]], "reflect"), [v]),
        "repeat": (lambda x: numpy.repeat(x, 2, 0), [m]),
        "roll": (lambda x: numpy.roll(x, 1), [m]),
        "split": (lambda x: numpy.split(x, [1], 1), [m]),
        "stack": (lambda x, y: numpy.stack([x, y], 1), [v, v]),
        "concatenate": (lambda x, y: numpy.concatenate([x, y]), [v, v]),
        "einsum": (lambda x, y: numpy.einsum("ij,j->i", x, y), [m, v]),
        "tensordot": (lambda x, y: numpy.tensordot(x, y, [[1], [0]]), [m, v]),
        "moveaxis": (lambda x: numpy.moveaxis(x, 0, 1), [m]),
        "compress": (lambda x: numpy.compress([1, 0, 1], x, 1), [m]),
        "astype": (lambda x: numpy.array(x, np.float64), [v]),
        "dtype": (lambda x: numpy.sum(x, 1, np.float64), [m]),
        "geomspace": (lambda x: numpy.geomspace(x, 8.0, 3), [np.float32(2.0)]),
    }
    return outcomes({k: partial(gradients, tf, f, *values) for k, (f, values) in calls.items()})


def types(tf):
    """Functions and names of types."""
    numpy = tf.experimental.numpy
    return outcomes(
        {
            "result": lambda: [
                numpy.result_type(*given)
                for given in (
                    (float,),
                    (1, 2.5),
                    ([1, 2.5],),
                    ("float32", 1),
                    (),
                    (tf.bfloat16, tf.float32),
                    (tf.Variable(1.0), 1j),
                    (np.int8, tf.constant([1], tf.uint8)),
                    (np.array(1.5), tf.float16),
                    (tf.int32, 1.5),
                    (tf.int32, np.float32(1)),
                    (bool, 1),
                    (tf.zeros([1]).shape,),
                )
            ],
            "result of texts": lambda: numpy.result_type("abc"),
            "result of nothing": lambda: numpy.result_type(object()),
            "promote": lambda: [
                numpy.promote_types(*given)
                for given in (("int8", tf.uint8), (float, tf.complex64), (np.int32, np.float32))
            ],
            "no type": lambda: numpy.promote_types("x", int),
            "finfo": lambda: [
                (numpy.finfo(d).eps, numpy.finfo(d).bits)
                for d in (tf.float32, "float64", np.float16)
            ],
            "finfo of integers": lambda: numpy.finfo(tf.int32),
            "iinfo": lambda: [numpy.iinfo(d).max for d in (np.int8, "uint16", np.int64)],
            "issubdtype": lambda: numpy.issubdtype(np.float32, numpy.inexact),
            "constants": lambda: (numpy.pi, numpy.e, numpy.inf, numpy.newaxis),
            "ndarray": lambda: numpy.ndarray is tf.Tensor,
            "names": lambda: [
                getattr(numpy, name).__name__
                for name in (
                    "bool_ complex128 complex64 complex_ float16 float32 float64 float_ inexact "
                    "int16 int32 int64 int8 int_ object_ string_ uint16 uint32 uint64 uint8 "
                    "unicode_"
                ).split()
            ],
        }
    )


def random(tf):
    """The numbers that TensorFlow draws from a seed."""
    r = tf.experimental.numpy.random
    rows = {
        "rand": lambda: (r.rand(2), r.rand(), r.rand(2, 1)),
        "randn": lambda: (r.randn(2), r.randn(), r.randn(1, 2)),
        "random": lambda: (r.random(3), r.random(), r.random((1, 2))),
        "standard_normal": lambda: (
            r.standard_normal(2),
            r.standard_normal(),
            r.standard_normal([1, 2]),
        ),
        "uniform": lambda: (r.uniform(), r.uniform(1, 2, [2]), r.uniform([0.0, 5.0], [1.0, 6.0])),
        "uniform of a size": lambda: r.uniform(0, 1, 3),
        "uniform of bounds that do not fit": lambda: r.uniform([1.0, 2], [1.0, 2, 3]),
        "randint": lambda: (
            r.randint(5),
            r.randint(2, 9, 3),
            r.randint(5, size=(2, 2), dtype=np.int32),
        ),
        "randint of a wrong type": lambda: r.randint(5, dtype=np.int8),
        "randint of nothing": lambda: r.randint(5, 5),
        "poisson": lambda: (r.poisson(), r.poisson(3.0, 4), r.poisson([1.0, 9.0], (2,))),
        "seed": lambda: (r.seed(3), r.rand(1), r.seed(3), r.rand(1)),
        "seed of a float": lambda: r.seed(1.5),
        "seed of nothing": lambda: r.seed(None),
        "seed of a tensor": lambda: r.seed(tf.constant(4)),
    }

    def seeded(row):
        r.seed(42)
        return row()

    return outcomes({name: partial(seeded, row) for name, row in rows.items()})


CASES = {
    **{f"{name} of all types": _operator(name) for name in _OPERATORS},
    **{
        f"gradients of {name}{' with behavior' * behavior}": _gradients(name, shapes, behavior)
        for name, shapes in _DIFFERENTIABLE.items()
        for behavior in (False, True)
    },
}
