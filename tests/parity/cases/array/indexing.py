"""Square brackets on tensors and variables, iteration, tf.slice, tf.strided_slice."""

from tests.parity.case_helpers.expressions import PARTS_OF_TENSORS, expressions

_KEYS = """
0
1
-1
-2
2
-3
5
True
False
None
...
:
1:
:1
-1:
:-1
0:2
1:1
5:
:5
-5:
:-5
::2
1::2
::-1
::-2
1::-1
:0:-1
-1:-3:-1
5::-1
:-5:-1
0:2:1
1:0
0, 1
0, -1
-1, 0
0, 3
2, 0
0, 1, 2
0, :
:, 0
:, -1
:, 1:
:, ::2
:, ::-1
1:, :2
..., 0
..., 0:2
0, ...
..., 0, 1
..., ...
..., None
None, 0
0, None
:, None
None, ..., None
:, None, 0
None, None
tf.newaxis, :, tf.newaxis
one
two
one, one
one, 0
0, one
:, one
one:
:one
0:one, 1:
::one
::-one
one:two
-one
np.int64(1)
np.int32(-1)
np.array(1)
np.uint8(1)
[0]
[0, 1]
[1, 2]
[[0, 1]]
[0, 2, 1]
(0, 1)
((0, 1),)
[0, 1], 0
[slice(None), 0]
[None, 0]
[...]
np.array([0, 1])
np.array([1])
tf.constant([1])
tf.constant([0, 1])
tf.constant([[1]])
tf.constant([0, 1]), 0
1.5
1.
np.float32(1)
tf.constant(1.)
'a'
b
'a', 0
1.5:
'a':
None:None:None
0:'a'
tf.constant(1, tf.int16)
tf.constant(1, tf.int8)
tf.constant(1, tf.uint8)
tf.constant(True)
np.array(True)
np.bool_(True)
x > 2.
x[0] > 1.
np.array([True, False])
np.array([[True, False, True], [False, True, True]])
[True, False]
[True, False, True]
tf.constant([True, False])
tf.constant([True, False, True])
:, tf.constant([True, False, True])
:, [True, False, True]
tf.constant([False, False])
0:10:3
2**40
-2**40
:2**40
0:2:0
slice(0, 1)
slice(one, two)
0, True
:, True
True, 0
None:1.5
tf.TensorShape([1])[0]
None, 5
:, None, 7
..., 7
0:tf.constant([1])
{}
()
object
w[0]
tf.Variable(1)
w[0] - 9:
"""

_ON_OTHERS = """
l[0]
l[-1]
l[1:4]
l[::2]
l[::-1]
l[4:0:-2]
l[one]
l[l > 20]
l[tf.constant([True, False, True, False, True])]
l[None]
l[..., None]
l[5]
l[-6]
l[0, 0]
r[0, 1, 2]
r[0, 1]
r[:, 1]
r[..., 1]
r[1, ..., 2]
r[0, ...]
r[:, ::2, ::-1]
r[:, :, None, 1]
r[0, None, 1:, None]
r[1, ::-1, 1::2]
r[r > 20.]
r[tf.constant([[True, False, True], [False, False, True]])]
r[tf.constant([True, False])]
r[-1, -1, -1]
r[0, 1, 2, 3]
r[0:1, 1, 2:3, None]
s[0]
s[0, 1]
s[:, 1]
s[::-1, ::-1]
s[s == "e"]
s[..., None]
s[5]
u[1]
u[::-1]
u[1:]
b[0]
b[::-1]
f[...]
f[None]
f[()]
f[0]
f[:]
f[tf.constant(True)]
e[0]
e[:, 0]
e[:, None]
e[e > 0.]
i[0, 1]
i[i > 2]
i[:, ::-1]
x[0] is x[0]
x[:] is x
x[...] is x
v[0]
v[1, 2]
v[:, 1]
v[::-1]
v[..., 0]
v[None].shape
v[one]
v[v > 2.]
v[tf.constant([True, False])]
v[5]
v[0, 5]
v[1.5]
w[1:3]
len(x)
len(r[0])
len(f)
len(s)
len(e)
list(x)
list(l)
list(s)
list(e)
list(f)
list(v)
list(w)
iter(x) is iter(x)
next(iter(x))
[a + b for a, b in zip(x, x)]
dict(enumerate(l))
max(l)
sum(l)
sorted(l)
tuple(x[0])
[*x[0]]
20 in l
21 in l
tf.constant(20) in l
2. in x[0]
2. in x
"a" in l
7. in y
2. in y
x[0] in [1, 2]
[hasattr(a, "assign") for a in w]
(hasattr(w[0], "assign"), hasattr(w[0], "assign_add"), hasattr(w[w > 20], "assign"))
list(reversed(l))
setitem(x, 0, 1.)
loop(x)
np.array(x[0])
(lambda a, b: a - b)(*x)
"""

_ASSIGNMENTS = """
after(lambda: y[0].assign(5.), y)
after(lambda: y[1:].assign([7., 8., 9.]), y)
after(lambda: y[::2].assign([7., 8.]), y)
after(lambda: y[::-1].assign([7., 8., 9., 10.]), y)
after(lambda: y[3:0:-2].assign([7., 8.]), y)
after(lambda: y[:].assign([7., 8., 9., 10.]), y)
after(lambda: y[...].assign([7., 8., 9., 10.]), y)
after(lambda: y[1:3].assign(7.), y)
after(lambda: y[1:3].assign([7.]), y)
after(lambda: v[0:2].assign([7., 8., 9.]), v)
after(lambda: v[0:2].assign([[7.], [8.]]), v)
after(lambda: v[0].assign([[7., 8., 9.]]), v)
after(lambda: v[0, 0].assign([[7.]]), v)
after(lambda: y[one].assign(5.), y)
after(lambda: y[one:].assign([5., 6., 7.]), y)
after(lambda: y[-1].assign(5.), y)
after(lambda: y[None].assign([[1., 1., 1., 1.]]), y)
after(lambda: y[1:1].assign([]), y)
after(lambda: v[0].assign([7., 8., 9.]), v)
after(lambda: v[0, 1].assign(9.), v)
after(lambda: v[:, 1].assign([8., 9.]), v)
after(lambda: v[..., 0].assign([8., 9.]), v)
after(lambda: v[:, 1:2].assign([[8.], [9.]]), v)
after(lambda: v[0:1].assign([[7., 8., 9.]]), v)
after(lambda: v[:, None, 0].assign([[7.], [8.]]), v)
after(lambda: w[1].assign(5), w)
after(lambda: y[0].assign_add(5.), y)
after(lambda: y[1:3].assign_add([5., 6.]), y)
after(lambda: y[0].assign_sub(5.), y)
after(lambda: v[:, 1].assign_sub([5., 6.]), v)
after(lambda: y[0].assign(tf.constant(5.)), y)
after(lambda: y[0].assign(np.float64(5)), y)
after(lambda: y[0].assign(y[1]), y)
after(lambda: y[1:].assign(y[:-1]), y)
after(lambda: y[0].assign(5., name="a"), y)
after(lambda: y[0].assign(5., read_value=False), y)
after(lambda: y[0].assign(5., read_value=True), y)
after(lambda: y[0].assign(5), y)
after(lambda: y[0].assign("a"), y)
after(lambda: y[0].assign([1., 2.]), y)
after(lambda: y[1:3].assign([1., 2., 3.]), y)
after(lambda: y[0].assign(tf.constant(5)), y)
after(lambda: y[7].assign(5.), y)
after(lambda: y[0].assign_add([1., 2.]), y)
after(lambda: y[y > 2.].assign([5., 6.]), y)
after(lambda: y[0].assign(1.)[1].assign(5.), y)
len(v)
setitem(v, 0, 1.)
x[0].assign(1.)
v[0][1].assign(9.)
values(lambda: y[0].assign(3.) * y[0], y)
values(lambda: (y[0], y[0].assign(9.), y[0])[2] * 2., y)
"""


def _indexed(name):
    return "\n".join(f"{name}[{key}]" for key in _KEYS.splitlines() if key)


CASES = {
    "keys": expressions(_indexed("x"), PARTS_OF_TENSORS),
    "keys_of_three": expressions(_indexed("r"), PARTS_OF_TENSORS, messages=False),
    "variables": expressions(_indexed("v"), PARTS_OF_TENSORS, messages=False),
    "others": expressions(_ON_OTHERS, PARTS_OF_TENSORS),
    "assignments": expressions(_ASSIGNMENTS, PARTS_OF_TENSORS, messages=False),
    "gradients": expressions(
        """
        gradient(lambda x: x[0], [1., 2., 3.])
        gradient(lambda x: x[1:], [1., 2., 3.])
        gradient(lambda x: x[::-1], [1., 2., 3.])
        gradient(lambda x: x[::2], [1., 2., 3.])
        gradient(lambda x: x[2:0:-1], [1., 2., 3.])
        gradient(lambda x: x[...], [1., 2., 3.])
        gradient(lambda x: x[:], [1., 2., 3.])
        gradient(lambda x: x[None], [1., 2., 3.])
        gradient(lambda x: x[1:1], [1., 2., 3.])
        gradient(lambda x: x[:, 1], [[1., 2., 3.], [4., 5., 6.]])
        gradient(lambda x: x[0, ::-1], [[1., 2., 3.], [4., 5., 6.]])
        gradient(lambda x: x[0] * x[1], [2., 3.])
        gradient(lambda x: x[x > 2.], [1., 2., 3.])
        gradient(lambda x: x[tf.constant(1)], [1., 2., 3.])
        gradient(lambda x: [a * a for a in x], [1., 2., 3.])
        second(lambda x: x[0] * x[1], [2., 3.])
        second(lambda x: (x * x)[::-1], [2., 3.])
        second(lambda x: (x * x)[1:], [2., 3.])
        second(lambda x: (x * x)[x > 2.], [2., 3.])
        tracked(lambda x: x[0], [2., 3.])
        tracked(lambda x: x[...], [2., 3.])
        tracked(lambda x: list(x), [2., 3.])
        values(lambda: v[0] * 2., v)
        values(lambda: v[0, 1] * v[1, 0], v)
        values(lambda: v[::-1, 0], v)
        values(lambda: [row * row for row in v], v)
        values(lambda: v[v > 3.], v)
        gradient(lambda x: tf.slice(x, [1], [2]), [1., 2., 3.])
        second(lambda x: tf.slice(x * x, [1], [2]), [1., 2., 3.])
        gradient(lambda x: tf.strided_slice(x, [0], [3], [2]), [1., 2., 3.])
        second(lambda x: tf.strided_slice(x * x, [2], [0], [-1]), [1., 2., 3.])
        """,
        PARTS_OF_TENSORS,
    ),
    "slice": expressions(
        """
        tf.slice(x, [0, 0], [1, 2])
        tf.slice(x, [1, 1], [1, 2])
        tf.slice(x, [0, 1], [-1, -1])
        tf.slice(x, (0, 1), (2, 1))
        tf.slice(x, [0, 0], [0, 2])
        tf.slice(x, [0, 3], [2, 0])
        tf.slice(x, tf.constant([0, 1]), tf.constant([2, 1]))
        tf.slice(x, tf.constant([0, 1], tf.int64), tf.constant([2, 1], tf.int64))
        tf.slice(x, np.array([0, 1]), np.array([2, 1]))
        tf.slice(x, [0, one], [1, 2])
        tf.slice(l, [1], [3])
        tf.slice([1, 2, 3], [1], [-1])
        tf.slice(s, [0, 1], [2, 2])
        tf.slice(u, [1], [2])
        tf.slice(r, [1, 0, 2], [1, 2, -1])
        tf.slice(f, [], [])
        tf.slice(v, [0, 1], [2, 1])
        tf.slice(input_=x, begin=[0, 0], size=[1, 1], name="a")
        tf.slice(x, [0, 0], [3, 1])
        tf.slice(x, [0, 4], [1, 0])
        tf.slice(x, [-1, 0], [1, 1])
        tf.slice(x, [0], [1])
        tf.slice(x, [0, 0], [1])
        tf.slice(x, [0, 0], [1, -2])
        tf.slice(x, 0, 1)
        tf.slice(x, [0., 0.], [1., 1.])
        tf.slice(x, tf.constant([0, 0]), tf.constant([1, 1], tf.int64))
        tf.slice(None, [0], [1])
        """,
        PARTS_OF_TENSORS,
    ),
    "strided_slice": expressions(
        """
        tf.strided_slice(l, [1], [4])
        tf.strided_slice(l, [1], [4], [2])
        tf.strided_slice(l, [4], [0], [-1])
        tf.strided_slice(l, [-3], [-1])
        tf.strided_slice(x, [0, 1], [2, 3])
        tf.strided_slice(x, [0, 1], [2, 3], [1, 1])
        tf.strided_slice(x, [1, 2], [-3, -4], [-1, -1])
        tf.strided_slice(x, [0], [1])
        tf.strided_slice(x, [0, 1], [2, 2], begin_mask=1)
        tf.strided_slice(x, [1, 1], [2, 2], begin_mask=3)
        tf.strided_slice(x, [0, 1], [1, 2], end_mask=2)
        tf.strided_slice(x, [0, 1], [1, 2], end_mask=3)
        tf.strided_slice(r, [0, 1], [1, 3], ellipsis_mask=1)
        tf.strided_slice(r, [0, 0, 1], [1, 0, 3], ellipsis_mask=2)
        tf.strided_slice(x, [0, 0, 0], [2, 0, 3], [1, 1, 1], new_axis_mask=2)
        tf.strided_slice(x, [1, 0], [2, 3], shrink_axis_mask=1)
        tf.strided_slice(x, [1, 2], [2, 3], shrink_axis_mask=3)
        tf.strided_slice(x, [-1, 0], [0, 3], shrink_axis_mask=1)
        tf.strided_slice(x, tf.constant([0, 1]), tf.constant([2, 3]))
        tf.strided_slice(x, np.array([0, 1]), np.array([2, 3]))
        tf.strided_slice(s, [0, 1], [2, 3])
        tf.strided_slice(v, [0, 1], [2, 3])
        tf.strided_slice(input_=l, begin=[0], end=[2], strides=[1], name="a")
        tf.strided_slice(l, [0], [5], [0])
        tf.strided_slice(l, [1], [2], [-1], shrink_axis_mask=1)
        tf.strided_slice(l, [0, 0], [5, 5])
        tf.strided_slice(l, [7], [8], shrink_axis_mask=1)
        tf.strided_slice(l, [0], [1, 2])
        tf.strided_slice(l, 0, 1)
        """,
        PARTS_OF_TENSORS,
        messages=False,
    ),
}
