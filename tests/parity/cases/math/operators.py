"""Python's operators with tensors, variables, NumPy arrays and other values on either side."""

import operator

import numpy as np

from tests.parity.case_helpers.elements import brief
from tests.parity.case_helpers.expressions import expressions
from tests.parity.harness import attempt

_SETUP = """
import operator, copy
class Nothing: pass
class Declines:
    def __radd__(self, other): return NotImplemented
    __rsub__ = __rmul__ = __rtruediv__ = __rand__ = __ror__ = __rpow__ = __rmod__ = __radd__
class Steps:
    def __radd__(self, other): return "stepped in"
    __rsub__ = __rmul__ = __rtruediv__ = __rand__ = __ror__ = __rpow__ = __rmod__ = __radd__
class Fails:
    def __radd__(self, other): raise TypeError("no")
    __rsub__ = __rmul__ = __rtruediv__ = __rand__ = __ror__ = __rpow__ = __rmod__ = __radd__
i, f, b = tf.constant(7), tf.constant(2.5), tf.constant(True)
h, d = tf.constant(2.0, tf.float16), tf.constant(3.0, tf.float64)
z, s = tf.constant(1 + 2j), tf.constant("a")
u, l, w = tf.constant(3, tf.uint8), tf.constant(5, tf.int64), tf.constant(40000, tf.uint16)
v, vi, vb = tf.Variable(3.0), tf.Variable(5), tf.Variable(True)
m = tf.constant([[1.0, 2.0], [3.0, 4.0]])
n = np.array([1.0, 2.0])
"""

_OTHERS = (
    "i f b v h z s u l w vi m n 1 2.5 True 1j 'a' None [1.0,2.0] [1,'a'] 300 -1 np.float32(1.5) "
    "np.float64(1.5) np.int64(3) np.array([1,2]) np.bool_(True) [f,1.0]"
).split()
_RIGHT_ONLY = "Nothing() Declines() Steps() Fails() {} b'a' (1,2) d".split()


def _lines(symbol, left):
    """Each of the tensors on the left with everything on its right, and values on its left."""
    rows = []
    for x in left.split():
        rows += [f"{x} {symbol} {y}" for y in [*_OTHERS, *_RIGHT_ONLY]]
        rows += [
            f"{y} {symbol} {x}" for y in _OTHERS if y not in "i f b v h z s u l w vi m".split()
        ]
    rows += [f"s {symbol} {y}" for y in "s 'b' b'b' 1 None i ['b','c'] np.array(['b'])".split()]
    rows += [f"{y} {symbol} s" for y in "'b' b'b' 1 None ['b','c']".split()]
    rows += [f"m {symbol} m", f"m {symbol} m[0]", f"m {symbol} tf.constant([1.,2.,3.])"]
    return rows


def _told(line, namespace):
    """What a line gave, in a few words: values are the business of other cases."""
    try:
        value = eval(line, namespace)
    except Exception as error:
        return f"{line}: {type(error).__name__}"
    if not hasattr(value, "dtype"):
        return f"{line}: {value!r:.60}"
    kind = "array" if isinstance(value, (np.ndarray, np.generic)) else ""
    array = np.asarray(value)
    texts = [x.decode() if isinstance(x, bytes) else f"{x:.4g}" for x in array.ravel().tolist()]
    shape = list(array.shape)
    return f"{line}: {kind}{array.dtype.name}{shape} {' '.join(texts)[:60]}"


def _mixed(symbol, left):
    def case(tf):
        outcomes = []
        for line in _lines(symbol, left):
            namespace = {"tf": tf, "np": np}
            exec(_SETUP, namespace)
            outcomes.append(_told(line, namespace))
        return outcomes

    return case


CASES = {}
for _name, _symbol in {"add": "+", "sub": "-", "mul": "*"}.items():
    CASES[f"{_name} mixed"] = _mixed(_symbol, "i f b v z w")
CASES["truediv mixed"] = _mixed("/", "i f v z w")
for _name, _symbol in {"floordiv": "//", "mod": "%", "pow": "**", "lt": "<"}.items():
    CASES[f"{_name} mixed"] = _mixed(_symbol, "i f b v")
for _name, _symbol in {"and": "&", "or": "|", "xor": "^"}.items():
    CASES[f"{_name} mixed"] = _mixed(_symbol, "i b vi f")
for _name, _symbol in {"eq": "==", "ne": "!="}.items():
    CASES[f"{_name} mixed"] = _mixed(_symbol, "i b v z")
for _name, _symbol in {"le": "<=", "gt": ">", "ge": ">="}.items():
    CASES[f"{_name} mixed"] = _mixed(_symbol, "f")

CASES["messages"] = expressions(
    """
    i + f
    i + 1.5
    1.5 + i
    i - 1.5
    i - f
    i / f
    i / 1.5
    f / 'a'
    b + 1
    b + True
    b - True
    b / b
    b ** b
    f + None
    None - f
    f * 'a'
    f | 1.5
    f & 1
    f & 1.5
    f ^ f
    ~f
    i << 1
    i // 0
    i % 0
    i ** -1
    -u
    -b
    -s
    abs(b)
    f < 'a'
    f == 'a'
    f == i
    m + tf.constant([1., 2., 3.])
    m == tf.constant([1., 2., 3.])
    s + 1
    s + s + 'b'
    s == 1
    s < 'b'
    'a' % f
    i * 'ab'
    'ab' * i
    [1, 2] * i
    """,
    _SETUP,
)

CASES["refused"] = expressions(
    """
    pow(f, 2, 3)
    f.__add__()
    f.__add__(1, 2, 3)
    f << 1
    f >> v
    v << 1
    +v
    divmod(v, 2)
    """,
    _SETUP,
    messages=False,
)

CASES["unary and others"] = expressions(
    """
    -f
    -i
    -z
    -v
    -w
    +f
    abs(tf.constant([-1.5, 2.0]))
    abs(z)
    abs(tf.Variable(-2))
    abs(u)
    ~b
    ~i
    ~u
    ~w
    ~vi
    ~vb
    ~tf.constant([True, False])
    ~z
    pow(f, 2)
    pow(2, f)
    divmod(f, 2)
    round(f)
    f << 1
    i >> 1
    f.__div__(2)
    i.__div__(2)
    i.__div__(tf.constant(2))
    i.__rdiv__(15)
    v.__div__(2)
    f.__add__(1)
    f.__radd__(1)
    f.__rsub__(1)
    i.__rand__(3)
    v.__rsub__(1)
    f.__eq__(None)
    f.__ne__(None)
    v == None
    v != None
    None == v
    None != f
    v == v
    f == v
    v != f
    m == m[0]
    m != tf.constant([1., 2., 3.])
    m == []
    tf.constant([]) == []
    s != 'b'
    tf.constant(['a', 'b']) == ['a', 'c']
    tf.constant(['a', 'b']) == 'a'
    tf.constant(['a', 'b']) == ['a', 'b', 'c']
    tf.constant(['a', 'b']) + [['x'], ['y']]
    tf.constant(['a', 'b']) + ['a', 'b', 'c']
    tf.constant(float('nan')) == float('nan')
    b == True
    b == 1
    b * 2
    b * 1.5
    b * 0.5
    b * i
    i * b
    f * b
    b * m
    vb * True
    vb * vb
    True * b
    1 * b
    tf.constant([True, False]) * [1, 0]
    z * z
    z / 2
    2 / z
    z ** 2
    f < m
    1 < f
    f > None
    z < z
    3 > i
    np.array([1.0, 9.0]) > f
    np.ones((2, 2)) + m
    np.ones((2, 2)) @ np.ones((2, 2)) - m
    np.float32(2) * m
    np.float64(2) * i
    np.add(m, 1)
    np.int64(2) ** i
    m // 2
    m % 2
    -m // 2
    -m % 2
    m ** [1, 2]
    2 ** m
    i // 2
    -i // 2
    -i % 4
    i % -4
    7.5 // f
    7.5 % f
    i / 2
    u / 2
    h / 2
    l / 2
    w + 30000
    w - 50000
    w * w
    w // 7
    w % 7
    w > 3
    3 < w
    u - 5
    operator.iadd(f, 1.0)
    operator.iadd(v, 1.0)
    operator.isub(v, 1.0)
    operator.imul(v, 1.0)
    operator.itruediv(v, 1.0)
    operator.ifloordiv(v, 1.0)
    operator.ipow(v, 2.0)
    operator.imod(v, 2.0)
    operator.iand(vi, 1)
    f in [f]
    1.0 in m
    hash(f)
    hash(v)
    sorted([tf.constant(3), tf.constant(1)])
    max(f, f + 1)
    sum([f, f])
    sum([v, v])
    """,
    _SETUP,
)


def gradients(tf):
    """Gradients through each operator, forward and reflected, with tensors and variables."""
    outcomes = {}
    for name in "add sub mul truediv floordiv mod pow".split():
        f = getattr(operator, name)
        x, y, v = tf.constant([1.5, -2.5]), tf.constant([2.0, 3.0]), tf.Variable([0.5, 4.0])
        with tf.GradientTape(persistent=True) as tape:
            tape.watch([x, y])
            results = [f(x, y), f(x, 2), f(2, x), f(v, x), f(x, v), f(v, 2.0), f(3.0, v), f(v, v)]
        outcomes[name] = [tape.gradient(z, [x, y, v]) for z in results]
    return outcomes


def powers(tf):
    """Powers at 0, of negative numbers, and their gradients to the third order."""
    outcomes = {}
    for exponent in (0, 1, 2, 3, 0.5, -1, -0.5, 2.5, [2.0, 3.0, 0.0, 1.0, 0.0], float("nan")):
        x = tf.constant([0.0, -2.0, 1.5, float("inf"), float("nan")])
        with tf.GradientTape(persistent=True) as third:
            third.watch(x)
            with tf.GradientTape(persistent=True) as second:
                second.watch(x)
                with tf.GradientTape() as first:
                    first.watch(x)
                    y = x**exponent
                dy = first.gradient(y, x)
            ddy = second.gradient(dy, x)
        outcomes[str(exponent)] = [y, dy, ddy, third.gradient(ddy, x)]
    return outcomes


def powers_under_single_tapes(tf):
    """To each order that the tapes allow, where the exponent comes down to 0 and beyond."""
    outcomes = []
    for exponent in (1, 2, 3.0):
        for depth in (1, 2, 3, 4):
            x = tf.constant([0.0, -2.0, 1.5])
            tapes = [tf.GradientTape() for _ in range(depth)]
            for tape in tapes:
                tape.__enter__()
                tape.watch(x)
            y = x**exponent
            for tape in reversed(tapes):
                tape.__exit__(None, None, None)
                y = tape.gradient(y, x)
            outcomes.append(y)
    return outcomes


def integer_powers(tf):
    rows = []
    for dtype in "int8 int16 int32 int64".split():
        base = tf.constant([-3, -1, 0, 1, 2, 5], dtype)
        rows += [brief(attempt(operator.pow, base, tf.constant(e, dtype))) for e in (0, 1, 3, 40)]
        rows.append(brief(attempt(operator.pow, base, tf.constant(-1, dtype))))
        rows.append(brief(attempt(operator.pow, 2, base)))
        rows.append(brief(attempt(operator.pow, tf.constant(0, dtype), tf.constant(0, dtype))))
    return rows


def result_kinds(tf):
    """What comes back from `==` with None is no tensor."""
    f = tf.constant(1.0)
    return type(f == None), type(f != None), (f == 1.0).dtype, (f == [1.0, 2.0]).shape  # noqa: E711


def augmented(tf):
    x = tf.constant(2.0)
    y = x
    y += 1
    y *= 3
    y -= 1
    y /= 2
    y **= 2
    y //= 3
    y %= 4
    b = tf.constant(True)
    b &= False
    b |= True
    b ^= True
    return x, y, b


def unary_of_variables(tf):
    """What Python's functions make of variables, which have no index and no round."""
    v, i = tf.Variable(1.5), tf.Variable(1)
    calls = {
        "round": lambda: round(v),
        "index": lambda: operator.index(i),
        "list": lambda: [1, 2][i],
        "int": lambda: (int(v), float(i), complex(v), bool(i)),
        "abs": lambda: (abs(-v), -i),
    }
    outcomes = {name: attempt(call) for name, call in calls.items()}
    return {k: type(x).__name__ if isinstance(x, Exception) else x for k, x in outcomes.items()}
