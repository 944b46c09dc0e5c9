"""What becomes a tensor, of which type, and what does not: tf.constant and tf.convert_to_tensor."""

from tests.parity.case_helpers.expressions import expressions

_SETUP = """
class Sub(int): pass
class SubFloat(float): pass
class SubStr(str): pass
class SubList(list): pass
import collections, enum, fractions, decimal, array, ml_dtypes
Point = collections.namedtuple("Point", "a b")
class Colour(enum.IntEnum):
    RED = 1
class Plain(enum.Enum):
    RED = 1
class Arrayish:
    def __init__(self, value): self.value = value
    def __array__(self, dtype=None, copy=None): return np.asarray(self.value, dtype)
class Sequence:
    def __len__(self): return 2
    def __getitem__(self, i):
        if i > 1: raise IndexError
        return i + 1.0
class Iterable:
    def __iter__(self): return iter([1, 2])
f = tf.constant(1.)
h = tf.constant(1., tf.float16)
i = tf.constant(1)
l = tf.constant(5, tf.int64)
b = tf.constant(True)
c = tf.constant(1j)
s = tf.constant("a")
d = tf.constant(1., tf.float64)
m = tf.constant([[1., 2.], [3., 4.]])
v = tf.Variable(3.)
w = tf.Variable([1., 2.])
"""

_VALUES = """
0
1
-1
2**31 - 1
2**31
-2**31
-2**31 - 1
2**40
2**63 - 1
2**63
-2**63
-2**63 - 1
2**70
True
False
1.5
-0.0
1e300
-1e300
3.4028235e38
3.4028236e38
3.5e38
1e-46
float("inf")
float("-inf")
float("nan")
1j
1 + 2j
"a"
""
"é"
b"a"
b"a\\xff"
b"a\\x00"
"a\\x00b"
None
object
[]
()
[[]]
[[], []]
[[], [1]]
[[1], []]
[[[]], 1]
[[], 2**70]
[([], 1), None]
[[[]], [[]]]
[1, 2]
(1, 2)
[(1, 2), [3, 4]]
range(3)
range(0)
[range(2), range(2)]
[1, 2.5]
[2.5, 1]
[1, True]
[True, 1]
[True, False]
[1.5, True]
[True, 1.5]
[1, 1j]
[1j, 1]
[1.5, 1j]
[1j, 1.5]
[1j, True]
["a", b"b"]
["a", 1]
[1, "a"]
["a", None]
[1, None]
[None]
[None, 1]
[1, [2]]
[[1], 2]
[[1], [2, 3]]
[[1, 2], [3]]
[[1, 2], 3]
[[[1]], [[2, 3]]]
[[1], [[2]]]
[1, 2**40]
[2**40, 1]
[1, 2**70]
[1, 1e300]
[1.5, 1e300]
[1.5, float("inf")]
[1.5, 2**40]
[1.5, 2**70]
[2**70, 1.5]
np.int8(1)
np.int16(-1)
np.int32(1)
np.int64(2**40)
np.int64(1)
np.uint8(200)
np.uint16(1)
np.uint32(1)
np.uint64(2**63)
np.float16(1)
np.float32(1.5)
np.float64(1.5)
np.float64(1e300)
np.longdouble(1)
np.complex64(1j)
np.complex128(1j)
np.bool_(True)
np.str_("a")
np.bytes_(b"a")
ml_dtypes.bfloat16(1.5)
np.datetime64("2020")
np.timedelta64(1)
np.array(1)
np.array(1.5)
np.array([1, 2])
np.array([1., 2.])
np.array([1, 2], np.int32)
np.array([1, 2], np.uint8)
np.array([1, 2], np.float16)
np.array([1, 2], ml_dtypes.bfloat16)
np.array([1j], np.complex64)
np.array([True, False])
np.array([])
np.array([], np.int32)
np.zeros((2, 0))
np.zeros((0, 3), np.int64)
np.array([[1, 2], [3, 4]]).T
np.arange(6)[::2]
np.arange(6)[::-1]
np.array(3, ">f4")
np.array([1, 2], ">i4")
np.array(["a", "b"])
np.array([b"a", b"b"])
np.array(["a", b"b"], object)
np.array([1, 2], object)
np.array([None], object)
np.array([[1, 2], [3]], object)
np.array([1.5, "a"], object)
np.matrix([[1, 2]])
np.ma.array([1, 2], mask=[0, 1])
np.broadcast_to(np.float32(1), (2, 2))
[np.int64(1), 2]
[1, np.int64(2)]
[np.int8(1)]
[np.int8(1), np.int64(2**40)]
[np.uint8(1), 2]
[np.float64(1), 2]
[np.float32(1), np.float64(2)]
[np.float64(1), np.float32(2)]
[1, np.float64(2.5)]
[np.float16(1), 2.]
[np.float16(1)]
[ml_dtypes.bfloat16(1)]
[1., np.float64(2)]
[np.bool_(True), False]
[True, np.bool_(False)]
[np.bool_(True), 1]
[np.complex64(1)]
[np.complex128(1), 1]
[1, np.complex64(1)]
[np.str_("a"), "b"]
[np.array(1), 2]
[np.array(1.5), 2]
[1, np.array(2)]
[1, np.array(2.5)]
[np.array(1), np.array(2)]
[np.array([1, 2]), np.array([3, 4])]
[np.array([1., 2.]), np.array([3., 4.])]
[np.array([1., 2.], np.float32), np.array([3., 4.])]
[np.array([1., 2.], np.float16), np.array([3., 4.], np.float16)]
[np.array([1, 2], np.uint8)]
[np.array([1, 2**40])]
[np.array([True])]
[np.array(["a"])]
[np.array([1j])]
[np.array([1., 2]), [3, 4]]
[[3, 4], np.array([1., 2])]
[[3, 4], np.array([1, 2])]
[[3., 4.], np.array([1, 2])]
[np.array([1, 2]), 3]
[1, np.array([1, 2])]
[np.array([1, 2]), np.array([1])]
[np.array([[1, 2]]), np.array([[3, 4]])]
[[np.array([1, 2])], [np.array([3, 4])]]
[np.array([]), np.array([])]
[np.array([1.5]), np.array([1])]
[np.array([1]), np.array([1.5])]
Sub(3)
SubFloat(1.5)
SubStr("a")
SubList([1, 2])
Point(1, 2)
[Point(1, 2), Point(3, 4)]
Colour.RED
Plain.RED
fractions.Fraction(1, 2)
decimal.Decimal(1)
array.array("d", [1, 2])
array.array("i", [1, 2])
collections.deque([1, 2])
collections.OrderedDict(a=1)
{1, 2}
{"a": 1}
{}
{"a": 1}.values()
(x for x in [1, 2])
bytearray(b"ab")
memoryview(b"ab")
Arrayish([1, 2])
Arrayish(1.5)
[Arrayish([1, 2]), Arrayish([3, 4])]
[Arrayish(1.5), 2]
Sequence()
Iterable()
np.float32
int
tf.float32
slice(1)
...
tf.TensorShape([1, 2])
tf.TensorShape([])
tf.TensorShape([1, None])
tf.TensorShape(None)
[tf.TensorShape([1, 2]), [3, 4]]
[tf.TensorShape([1, 2])[0], 3]
m
v
w
[m, m]
[m[0], m[1]]
[f, f]
[f, 2.]
[2., f]
[1, f]
[f, 1]
[f, i]
[i, f]
[i, 2.]
[2., i]
[True, i]
[f, True]
[f, d]
[d, 1.5]
[d, np.float32(1.5)]
[np.float64(1), f]
[f, np.float64(2)]
[f, np.array([1., 2.])]
[m[0], np.array([1., 2.])]
[m[0], [1, 2]]
[m[0], (1., 2.)]
[m[0], f]
[f, m[0]]
[f, "a"]
[f, None]
[None, f]
[s, "b"]
["b", s]
[c, 1]
[h, 1]
[l, 2]
[v, 2.]
[v, v]
[1, v]
[v, i]
[w, [1, 2]]
[w, w]
[[f, 2.], [1, 3]]
[[1, 3], [f, 2.]]
[[1, 3], [2., f]]
[[f], [1, 2]]
[[f, 1], [1]]
[[f, f], f]
[[[f]]]
([f, 2.], (1, 3))
[b, True]
[b, 1]
"""

_DTYPES = (
    "float16 bfloat16 float32 float64 int8 uint8 int32 uint32 int64 uint64 bool complex64 string"
).split()

_FOR_TYPES = """
1
-1
0
300
2**40
2**70
-2**63
True
1.5
-1.5
1e6
1e300
float("inf")
float("nan")
1j
"a"
b"a"
None
[]
[[], []]
[1, 2]
[1, 2.5]
[2.5, 1]
[True, False]
[1, True]
[1j, 1]
["a", "b"]
["a", 1]
[1, None]
[300, -300]
[2**40]
[1e300, 1]
[[1], [2, 3]]
range(3)
np.int64(1)
np.int64(2**40)
np.int8(-1)
np.uint8(200)
np.float32(1.5)
np.float64(1.5)
np.float64(1e300)
np.float32("nan")
np.float32(-1.5)
np.complex64(1.5 + 2j)
np.bool_(True)
np.str_("a")
np.array([1, 2])
np.array([300, -300])
np.array([0, 1, 2])
np.array([1.5, -2.5])
np.array([1.5, -2.5], np.float32)
np.array([1 + 2j])
np.array([True, False])
np.array(["a", "b"])
np.array([])
np.array([], np.int32)
np.array([1, 2], object)
np.array([1, 2], np.uint16)
np.array([1.5], np.float16)
[np.float64(1.5), 2]
[np.int64(1), 2]
[1.5, np.float64(2)]
[np.array([1, 2]), np.array([3, 4])]
[np.array([1.5, 2]), np.array([3, 4])]
[np.array(1.5), 2]
[np.array([1.5, 2], np.float32)]
[np.array([True])]
tf.TensorShape([1, 2])
f
i
b
s
v
w
"""

_PACKED = """
[f, 1]
[1, f]
[f, f]
[i, 1]
[i, 1.5]
[v, 1]
[f, np.float64(2)]
"""

# Where TensorFlow goes wrong: Python integers below zero and above its range become the largest
# uint64, with an error that may appear somewhere later.
_BROKEN = {"uint64": ("-1", "2**70", "-2**63", "[300, -300]")}

_HINTED = """
1
1.5
300
True
1j
"a"
[]
[1, 2]
[1.5, 2]
None
np.float64(1.5)
np.array([1, 2])
np.array([1.5, 2])
np.array([1j])
np.array(["a"])
f
i
v
[f, 1]
[1, i]
range(2)
"""


def _wrapped(lines, call):
    return "\n".join(call.format(line) for line in lines.splitlines() if line.strip())


def _rows(name, dtype):
    lines = [line for line in _FOR_TYPES.splitlines() if line not in _BROKEN.get(dtype, ())]
    if name == "convert":  # a message of its own in each version of TensorFlow
        lines.remove("range(3)")
    return "\n".join(lines) + (_PACKED if name == "convert" else "")


def _tensor_leaves(line):
    return any(
        f"{mark}{name}{end}" in line for name in "fihlbcsdvw" for mark in "[ (" for end in ",])["
    )


_PLAIN = "\n".join(line for line in _VALUES.splitlines() if not _tensor_leaves(line))

CASES = {
    "convert": expressions(_wrapped(_VALUES, "tf.convert_to_tensor({})"), _SETUP, messages=False),
    "convert_messages": expressions(_wrapped(_PLAIN, "tf.convert_to_tensor({})"), _SETUP),
    "constant": expressions(_wrapped(_VALUES, "tf.constant({})"), _SETUP, messages=False),
    **{
        f"{name}_{dtype}": expressions(_wrapped(_rows(name, dtype), call), _SETUP)
        for dtype in _DTYPES
        for name, call in (
            ("convert", f"tf.convert_to_tensor({{}}, dtype=tf.{dtype})"),
            ("constant", f"tf.constant({{}}, dtype=tf.{dtype})"),
        )
    },
    "convert_range": expressions(
        "\n".join(f"tf.convert_to_tensor(range(3), tf.{dtype})" for dtype in _DTYPES),
        messages=False,
    ),
    **{
        f"constant_packed_{dtype}": expressions(
            _wrapped(_PACKED, f"tf.constant({{}}, dtype=tf.{dtype})"), _SETUP, messages=False
        )
        for dtype in ("float32", "int32")
    },
    **{
        f"hint_{dtype}": expressions(
            _wrapped(_HINTED, f"tf.convert_to_tensor({{}}, dtype_hint=tf.{dtype})"), _SETUP
        )
        for dtype in "float16 float32 float64 int32 uint8 bool complex64 string".split()
    },
}
