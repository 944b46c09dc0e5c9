"""Convolutions and their transposes: values, gradients of both orders, shapes, types, errors."""

import numpy as np

from tests.parity.case_helpers.windows import both_orders, first_order, kinds, numbers
from tests.parity.harness import tolerance

CASES = {}
_close = tolerance(1e-9, 1e-9)
_half = tolerance(2e-2, 3e-2)


def _gradients(function, *shapes):
    @_close
    def case(tf):
        return both_orders(tf, lambda *x: function(tf, *x), *(numbers(*s) for s in shapes))

    return case


# -- conv2d -------------------------------------------------------------------------------------

_PAD = [[0, 0], [1, 2], [0, 1], [0, 0]]
# Height, width, kernel; strides; padding.
_PLANE = [
    ((5, 4), (3, 3), 1, "SAME"),
    ((5, 4), (3, 3), 1, "VALID"),
    ((5, 4), (3, 3), 1, _PAD),
    ((4, 4), (2, 2), 1, "SAME"),
    ((5, 4), (2, 3), 2, "SAME"),
    ((6, 6), (3, 3), 2, "SAME"),
    ((5, 6), (3, 3), [2, 1], "SAME"),
    ((5, 6), (2, 3), [1, 2, 3, 1], "VALID"),
    ((5, 5), (2, 2), 3, "SAME"),
    ((7, 5), (1, 2), 3, "VALID"),
    ((4, 4), (1, 1), 1, "SAME"),
    ((4, 4), (1, 1), 2, "VALID"),
    ((3, 3), (4, 4), 1, "SAME"),
    ((3, 3), (3, 3), 1, [[0, 0], [4, 0], [0, 5], [0, 0]]),
    ((5, 5), (3, 3), 2, _PAD),
]
for _size, _kernel, _strides, _padding in _PLANE:
    CASES[f"conv2d {_size} {_kernel} {_strides} {_padding}"] = _gradients(
        lambda tf, x, f, s=_strides, p=_padding: tf.nn.conv2d(x, f, s, p),
        (2, *_size, 2),
        (*_kernel, 2, 3),
    )
CASES["conv2d many batches"] = _gradients(
    lambda tf, x, f: tf.nn.conv2d(x, f, 1, "VALID"), (2, 1, 2, 3, 3, 1), (2, 2, 1, 2)
)


def _forward(function, *shapes):
    @_close
    def case(tf):
        return first_order(tf, lambda *x: function(tf, *x), *(numbers(*s) for s in shapes))

    return case


for _name, _f in {
    "dilations": lambda tf, x, f: tf.nn.conv2d(x, f, 1, "SAME", dilations=2),
    "dilations by axis": lambda tf, x, f: tf.nn.conv2d(x, f, 1, "VALID", None, [1, 2, 1, 1]),
    "dilations and strides": lambda tf, x, f: tf.nn.conv2d(x, f, [1, 2], "SAME", dilations=[2, 1]),
    "dilations and paddings": lambda tf, x, f: tf.nn.conv2d(x, f, 2, _PAD, dilations=2),
}.items():
    CASES[f"conv2d {_name}"] = _forward(_f, (1, 5, 6, 2), (2, 2, 2, 3))
CASES["conv2d groups"] = _forward(
    lambda tf, x, f: tf.nn.conv2d(x, f, 1, "SAME"), (1, 3, 3, 4), (2, 2, 2, 6)
)
CASES["conv2d groups of one"] = _forward(
    lambda tf, x, f: tf.nn.conv2d(x, f, 2, "VALID"), (1, 4, 3, 3), (2, 2, 1, 3)
)

_TYPES = "float16 bfloat16 float32 float64 int32 int64 uint8 complex64 bool string".split()


def _of_type(function, dtype, *shapes):
    @_half
    def case(tf):
        if dtype == "string":
            return kinds({"": lambda: function(tf, *(tf.fill(s, "a") for s in shapes))})
        values = [tf.cast(tf.constant(np.round(numbers(*s) * 2) / 2), dtype) for s in shapes]
        results = [kinds({"": lambda: function(tf, *values)})]
        if results[0][""][0] == "(":
            results.append(function(tf, *values))
            if dtype != "int32":
                results.append(first_order(tf, lambda *x: function(tf, *x), *values))
        return results

    return case


for _dtype in _TYPES:
    CASES[f"conv2d {_dtype}"] = _of_type(
        lambda tf, x, f: tf.nn.conv2d(x, f, 1, "SAME"), _dtype, (1, 3, 4, 2), (2, 2, 2, 2)
    )
    CASES[f"conv2d_transpose {_dtype}"] = _of_type(
        lambda tf, x, f: tf.nn.conv2d_transpose(x, f, [1, 5, 8, 3], 2),
        _dtype,
        (1, 3, 4, 2),
        (2, 2, 3, 2),
    )
    CASES[f"conv3d {_dtype}"] = _of_type(
        lambda tf, x, f: tf.nn.conv3d(x, f, [1] * 5, "SAME"),
        _dtype,
        (1, 2, 3, 2, 2),
        (2, 1, 2, 2, 2),
    )
    CASES[f"conv3d_transpose {_dtype}"] = _of_type(
        lambda tf, x, f: tf.nn.conv3d_transpose(x, f, [1, 2, 3, 3, 1], [1, 1, 2]),
        _dtype,
        (1, 2, 3, 2, 2),
        (2, 1, 2, 1, 2),
    )


def conv2d_arguments(tf):
    x, f = tf.ones([1, 4, 4, 4]), tf.ones([2, 2, 4, 4])
    c = tf.nn.conv2d
    return kinds(
        {
            "nchw": lambda: c(x, f, 1, "SAME", "NCHW"),
            "nchw depth": lambda: c(tf.ones([1, 3, 4, 4]), f, 1, "SAME", "NCHW"),
            "format": lambda: c(x, f, 1, "SAME", "NWHC"),
            "vectors": lambda: c(x, f, 1, "SAME", "NCHW_VECT_C"),
            "no format": lambda: c(x, f, 1, "SAME", None),
            "small letters": lambda: c(x, f, 1, "same"),
            "explicit": lambda: c(x, f, 1, "EXPLICIT"),
            "no padding": lambda: c(x, f, 1, None),
            "number padding": lambda: c(x, f, 1, 3),
            "array padding": lambda: c(x, f, 1, np.zeros((4, 2), int)),
            "batch padding": lambda: c(x, f, 1, [[1, 0], [1, 2], [0, 1], [0, 0]]),
            "depth padding": lambda: c(x, f, 1, [[0, 0], [1, 2], [0, 1], [0, 1]]),
            "negative padding": lambda: c(x, f, 1, [[0, 0], [-1, 2], [0, 1], [0, 0]]),
            "three paddings": lambda: c(x, f, 1, [[0, 0], [1, 2], [0, 1]]),
            "padding of three": lambda: c(x, f, 1, [[0, 0], [1, 2, 3], [0, 1], [0, 0]]),
            "padding of text": lambda: c(x, f, 1, [[0, 0], "ab", [0, 1], [0, 0]]),
            "padding of numbers": lambda: c(x, f, 1, [0, 1, 1, 0]),
            "real padding": lambda: c(x, f, 1, [[0, 0], [1.5, 2], [0, 1], [0, 0]]),
            "tuple padding": lambda: c(x, f, 1, ((0, 0), (1, 2), (0, 1), (0, 0))),
            "no stride": lambda: c(x, f, 0, "SAME"),
            "negative stride": lambda: c(x, f, -1, "SAME"),
            "three strides": lambda: c(x, f, [1, 1, 1], "SAME"),
            "batch stride": lambda: c(x, f, [2, 1, 1, 1], "SAME"),
            "depth stride": lambda: c(x, f, [1, 1, 1, 2], "SAME"),
            "real stride": lambda: c(x, f, 1.5, "SAME"),
            "None strides": lambda: c(x, f, None, "SAME"),
            "array strides": lambda: c(x, f, np.array([1, 2]), "SAME"),
            "tensor strides": lambda: c(x, f, tf.constant([1, 2]), "SAME"),
            "text strides": lambda: c(x, f, "ab", "SAME"),
            "bool stride": lambda: c(x, f, True, "SAME"),
            "no dilation": lambda: c(x, f, 1, "SAME", dilations=0),
            "batch dilation": lambda: c(x, f, 1, "SAME", dilations=[2, 1, 1, 1]),
            "three dilations": lambda: c(x, f, 1, "SAME", dilations=[2, 1, 1]),
            "rank 3": lambda: c(x[0], f, 1, "SAME"),
            "rank 0": lambda: c(tf.constant(1.0), f, 1, "SAME"),
            "rank 5": lambda: c(x[None], f, 1, "SAME"),
            "filter rank 3": lambda: c(x, f[0], 1, "SAME"),
            "depth": lambda: c(x, tf.ones([2, 2, 3, 4]), 1, "SAME"),
            "groups": lambda: c(x, tf.ones([2, 2, 2, 3]), 1, "SAME"),
            "no filter depth": lambda: c(x, tf.ones([2, 2, 0, 4]), 1, "SAME"),
            "no depth": lambda: c(tf.ones([1, 4, 4, 0]), tf.ones([2, 2, 0, 4]), 1, "SAME"),
            "no filters": lambda: c(x, tf.ones([2, 2, 4, 0]), 1, "SAME"),
            "no kernel": lambda: c(x, tf.ones([0, 2, 4, 4]), 1, "SAME"),
            "kernel one too large": lambda: c(x, tf.ones([5, 2, 4, 4]), 1, "VALID"),
            "kernel too large": lambda: c(x, tf.ones([6, 2, 4, 4]), 1, "VALID"),
            "kernel too large, strides": lambda: c(x, tf.ones([7, 2, 4, 4]), 3, "VALID"),
            "empty": lambda: c(x[:, :0], f, 1, "VALID"),
            "list": lambda: c([[[[1.0]]]], f, 1, "SAME"),
            "array": lambda: c(x.numpy(), f.numpy().tolist(), 1, "SAME"),
            "integers": lambda: c(np.ones([1, 4, 4, 4], np.int64), f, 1, "SAME"),
            "types": lambda: c(x, tf.cast(f, tf.float64), 1, "SAME"),
            "variables": lambda: c(tf.Variable(x), tf.Variable(f), 1, "SAME", name="some"),
            "keywords": lambda: c(input=x, filters=f, strides=[1, 1], padding="VALID"),
        }
    )


@_close
def empty(tf):
    # Of the filter TensorFlow's gradient is not defined here: it was never written.
    results = []
    for function, x, f in (
        (lambda x, f: tf.nn.conv2d(x, f, 1, "SAME"), (0, 3, 3, 2), (2, 2, 2, 3)),
        (lambda x, f: tf.nn.conv2d(x, f, 1, "VALID"), (2, 3, 3, 2), (4, 4, 2, 3)),
        (lambda x, f: tf.nn.conv2d(x, f, 1, "SAME"), (2, 0, 3, 2), (2, 2, 2, 3)),
        (lambda x, f: tf.nn.conv3d(x, f, [1] * 5, "VALID"), (1, 2, 2, 3, 1), (3, 2, 2, 1, 2)),
        (lambda x, f: tf.nn.conv2d_transpose(x, f, [0, 6, 6, 3], 2), (0, 3, 3, 2), (2, 2, 3, 2)),
    ):
        y, (by_x, by_f) = first_order(tf, function, numbers(*x), numbers(*f))
        results.append((y, by_x, by_f.shape))
    return results


# -- conv1d -------------------------------------------------------------------------------------

for _stride, _padding in ((1, "SAME"), (2, "SAME"), (2, "VALID"), ([1, 3, 1], "VALID")):
    CASES[f"conv1d {_stride} {_padding}"] = _gradients(
        lambda tf, x, f, s=_stride, p=_padding: tf.nn.conv1d(x, f, s, p), (2, 5, 2), (2, 2, 3)
    )
CASES["conv1d many batches"] = _gradients(
    lambda tf, x, f: tf.nn.conv1d(x, f, 1, "VALID"), (2, 1, 2, 4, 1), (2, 1, 2)
)
CASES["conv1d dilations"] = _forward(
    lambda tf, x, f: tf.nn.conv1d(x, f, 1, "SAME", dilations=2), (1, 5, 2), (2, 2, 3)
)


def conv1d_arguments(tf):
    x, f = tf.ones([2, 5, 4]), tf.ones([2, 4, 3])
    c = tf.nn.conv1d
    return kinds(
        {
            "ncw": lambda: c(tf.ones([2, 4, 4]), f, 1, "SAME", "NCW"),
            "nchw": lambda: c(tf.ones([2, 4, 4]), f, 1, "SAME", "NCHW"),
            "nhwc": lambda: c(x, f, 1, "SAME", "NHWC"),
            "format": lambda: c(x, f, 1, "SAME", "X"),
            "no format": lambda: c(x, f, 1, "SAME", None, name="some"),
            "two strides": lambda: c(x, f, [1, 2], "VALID"),
            "explicit": lambda: c(x, f, 1, [[0, 0], [1, 1], [0, 0]]),
            "EXPLICIT": lambda: c(x, f, 1, "EXPLICIT"),
            "lists": lambda: c(x.numpy().tolist(), f.numpy().tolist(), 1, "SAME"),
            "rank 2": lambda: c(x[0], f, 1, "SAME"),
            "filter rank 2": lambda: c(x, f[0], 1, "SAME"),
            "integers": lambda: c(
                tf.ones([1, 3, 1], tf.int32), tf.ones([1, 1, 1], tf.int32), 1, "SAME"
            ),
        }
    )


# -- conv3d -------------------------------------------------------------------------------------

for _strides, _padding in (
    ([1, 1, 1, 1, 1], "SAME"),
    ([1, 2, 1, 2, 1], "SAME"),
    ([1, 2, 2, 2, 1], "VALID"),
):
    CASES[f"conv3d {_strides} {_padding}"] = _gradients(
        lambda tf, x, f, s=_strides, p=_padding: tf.nn.conv3d(x, f, s, p),
        (1, 3, 4, 3, 2),
        (2, 3, 2, 2, 2),
    )
CASES["conv3d many batches"] = _gradients(
    lambda tf, x, f: tf.nn.conv3d(x, f, [1] * 5, "VALID"), (2, 1, 2, 2, 3, 1), (2, 2, 2, 1, 2)
)


def conv3d_arguments(tf):
    x, f, s = tf.ones([1, 4, 4, 4, 2]), tf.ones([2, 2, 2, 2, 4]), [1] * 5
    c = tf.nn.conv3d
    return kinds(
        {
            "ncdhw": lambda: c(x, f, s, "SAME", "NCDHW"),
            "ncdhw depth": lambda: c(tf.ones([1, 2, 4, 4, 4]), f, s, "SAME", "NCDHW"),
            "no format": lambda: c(x, f, s, "SAME", None),
            "format": lambda: c(x, f, s, "SAME", "NHWC"),
            "one stride": lambda: c(x, f, 1, "SAME"),
            "three strides": lambda: c(x, f, [1, 1, 1], "SAME"),
            "batch stride": lambda: c(x, f, [2, 1, 1, 1, 1], "SAME"),
            "no stride": lambda: c(x, f, [1, 0, 1, 1, 1], "SAME"),
            "dilations": lambda: c(x, f, s, "SAME", dilations=[1, 2, 1, 1, 1]),
            "dilations of 1": lambda: c(x, f, s, "SAME", dilations=[1] * 5, name="some"),
            "no dilation": lambda: c(x, f, s, "SAME", dilations=[1, 0, 1, 1, 1]),
            "batch dilation": lambda: c(x, f, s, "SAME", dilations=[2, 1, 1, 1, 1]),
            "one dilation": lambda: c(x, f, s, "SAME", dilations=2),
            "explicit": lambda: c(x, f, s, [[0, 0]] * 5),
            "EXPLICIT": lambda: c(x, f, s, "EXPLICIT"),
            "rank 4": lambda: c(x[0], f, s, "SAME"),
            "rank 6": lambda: c(x[None], f, s, "SAME"),
            "filter rank 4": lambda: c(x, f[0], s, "SAME"),
            "depth": lambda: c(x, tf.ones([2, 2, 2, 3, 4]), s, "SAME"),
            "groups": lambda: c(x, tf.ones([2, 2, 2, 1, 4]), s, "SAME"),
            "no filter depth": lambda: c(x, tf.ones([2, 2, 2, 0, 4]), s, "SAME"),
            "no batch": lambda: c(x[:0], f, s, "SAME"),
            "no kernel": lambda: c(x, f[:0], s, "SAME"),
            "no filters": lambda: c(x, f[..., :0], s, "SAME"),
            "list": lambda: c([[[[[1.0]]]]], f, s, "SAME"),
        }
    )


@_close
def single_filters(tf):
    # A single filter's layout is ambiguous to torch.
    return [
        both_orders(tf, lambda x, f: tf.nn.conv2d(x, f, 1, "SAME"), numbers(*x), numbers(*f))
        for x, f in (((1, 3, 2, 2), (2, 1, 2, 1)), ((2, 3, 3, 3), (2, 2, 3, 1)))
    ]


def groups_without_result(tf):
    x, f = numbers(1, 3, 3, 3), numbers(4, 2, 1, 2)
    return kinds({"empty": lambda: tf.nn.conv2d(x, f, 1, "VALID")})


@_close
def strides_beyond_kernels_of_volumes(tf):
    results = []
    for size, kernel, stride in ((4, 2, 4), (6, 1, 3), (7, 1, 4), (8, 1, 4), (5, 1, 2), (8, 2, 4)):
        moves = [1, stride, 1, 1, 1]
        x, f = numbers(1, size, 2, 1, 1), numbers(kernel, 1, 1, 1, 1)
        results.append(first_order(tf, lambda x, f, m=moves: tf.nn.conv3d(x, f, m, "SAME"), x, f))
        for pool in (tf.nn.max_pool3d, tf.nn.avg_pool3d):
            results.append(
                first_order(
                    tf,
                    lambda x, p=pool, k=kernel, m=moves: p(x, [1, k, 1, 1, 1], m, "SAME"),
                    x.astype(np.float32),
                )
            )
    return results


# -- transposes ---------------------------------------------------------------------------------

for _size, _kernel, _strides, _padding, _result in (
    ((3, 4), (2, 2), 2, "SAME", (6, 8)),
    ((3, 4), (3, 3), 2, "SAME", (5, 7)),
    ((3, 4), (3, 2), [2, 1], "VALID", (7, 5)),
    ((3, 4), (2, 2), 2, "VALID", (7, 8)),
    ((2, 2), (2, 1), 5, "SAME", (7, 10)),
    ((2, 2), (2, 2), 3, "VALID", (7, 6)),
    ((3, 3), (3, 3), 1, "SAME", (3, 3)),
    ((3, 3), (2, 2), 1, "SAME", (3, 3)),
    ((3, 3), (3, 3), 1, _PAD, (2, 4)),
    ((3, 4), (2, 2), 2, [[0, 0], [2, 0], [0, 0], [0, 0]], (5, 8)),
):
    CASES[f"conv2d_transpose {_size} {_kernel} {_strides} {_padding} {_result}"] = _gradients(
        lambda tf, x, f, s=_strides, p=_padding, r=_result: tf.nn.conv2d_transpose(
            x, f, [2, *r, 3], s, p
        ),
        (2, *_size, 2),
        (*_kernel, 3, 2),
    )
CASES["conv1d_transpose"] = _gradients(
    lambda tf, x, f: tf.nn.conv1d_transpose(x, f, [2, 7, 3], 2), (2, 4, 2), (3, 3, 2)
)
for _strides, _padding, _result in (
    (2, "SAME", (4, 3, 4)),
    ([1, 2, 3], "SAME", (2, 4, 5)),
    ([1, 2, 1, 1, 1], "VALID", (4, 3, 3)),
):
    CASES[f"conv3d_transpose {_strides} {_padding}"] = _gradients(
        lambda tf, x, f, s=_strides, p=_padding, r=_result: tf.nn.conv3d_transpose(
            x, f, [1, *r, 2], s, p
        ),
        (1, 2, 2, 2, 1),
        (2, 2, 2, 2, 1),
    )


def conv2d_transpose_arguments(tf):
    x, f, o = tf.ones([1, 4, 4, 4]), tf.ones([2, 2, 3, 4]), [1, 8, 8, 3]
    c = tf.nn.conv2d_transpose
    return kinds(
        {
            "nchw": lambda: c(x, f, [1, 3, 8, 8], 2, data_format="NCHW"),
            "format": lambda: c(x, f, o, 2, data_format="NCW"),
            "no format": lambda: c(x, f, o, 2, data_format=None, name="some"),
            "size": lambda: c(x, f, [1, 9, 8, 3], 2),
            "another size": lambda: c(x, f, [1, 7, 8, 3], 2),
            "batch": lambda: c(x, f, [2, 8, 8, 3], 2),
            "depth": lambda: c(x, f, [1, 8, 8, 2], 2),
            "groups": lambda: c(x, f, [1, 8, 8, 6], 2),
            "channels": lambda: c(x[..., :2], f, o, 2),
            "tensor": lambda: c(x, f, tf.constant(o), 2),
            "int64": lambda: c(x, f, tf.constant(o, tf.int64), 2),
            "array": lambda: c(x, f, np.array(o), 2),
            "shape": lambda: c(x, f, tf.TensorShape(o), 2),
            "two sizes": lambda: c(x, f, [8, 8], 2),
            "three sizes": lambda: c(x, f, [1, 8, 8], 2),
            "matrix": lambda: c(x, f, [o], 2),
            "real sizes": lambda: c(x, f, [1.0, 8, 8, 3], 2),
            "negative size": lambda: c(x, f, [1, -8, 8, 3], 2),
            "dilations": lambda: c(x, f, [1, 4, 4, 3], 1, dilations=2),
            "explicit": lambda: c(x, f, [1, 6, 6, 3], 2, [[0, 0], [1, 2], [0, 3], [0, 0]]),
            "EXPLICIT": lambda: c(x, f, o, 2, "EXPLICIT"),
            "small letters": lambda: c(x, f, o, 2, "same"),
            "no stride": lambda: c(x, f, o, 0),
            "batch stride": lambda: c(x, f, o, [2, 2, 2, 1]),
            "rank 3": lambda: c(x[0], f, o, 2),
            "rank 5": lambda: c(x[None], f, o, 2),
            "filter rank 3": lambda: c(x, f[0], o, 2),
            "empty": lambda: c(x[:, :0], f, [1, 0, 8, 3], 2),
            "no channels": lambda: c(x[..., :0], f[..., :0], o, 2),
            "no depth": lambda: c(x, f[..., :0, :], [1, 8, 8, 0], 2),
            "lists": lambda: c(x.numpy().tolist(), f.numpy().tolist(), o, 2),
            "types": lambda: c(x, tf.cast(f, tf.float64), o, 2),
        }
    )


def other_transposes_arguments(tf):
    x, f, o = tf.ones([4, 4, 4]), tf.ones([2, 3, 4]), [4, 8, 3]
    v, g, r = tf.ones([1, 2, 2, 2, 4]), tf.ones([2, 2, 2, 3, 4]), [1, 4, 4, 4, 3]
    c, d, n = tf.nn.conv1d_transpose, tf.nn.conv3d_transpose, tf.nn.conv_transpose
    return kinds(
        {
            "1 ncw": lambda: c(x, f, [4, 3, 8], 2, data_format="NCW"),
            "1 nhwc": lambda: c(x, f, o, 2, data_format="NHWC"),
            "1 tensor": lambda: c(x, f, tf.constant(o), 2),
            "1 array": lambda: c(x, f, np.array(o), 2),
            "1 no format": lambda: c(x, f, o, [1, 2, 1], data_format=None),
            "1 explicit": lambda: c(x, f, o, 2, [[0, 0], [0, 0], [0, 0]]),
            "1 dilations": lambda: c(x, f, [4, 4, 3], 1, dilations=2),
            "1 rank": lambda: c(x[None], f, o, 2),
            "3 ncdhw": lambda: d(v, g, [1, 3, 4, 4, 4], 2, data_format="NCDHW"),
            "3 int64": lambda: d(v, g, tf.constant(r, tf.int64), 2),
            "3 size": lambda: d(v, g, [1, 5, 4, 4, 3], 2),
            "3 dilations": lambda: d(v, g, [1, 2, 2, 2, 3], 1, dilations=2),
            "3 depth": lambda: d(v, g, [1, 4, 4, 4, 2], 2),
            "3 batch": lambda: d(v, g, [2, 4, 4, 4, 3], 2),
            "3 channels": lambda: d(v[..., :2], g, r, 2),
            "3 rank": lambda: d(v[0], g, r, 2),
            "3 filter rank": lambda: d(v, g[0], r, 2),
            "3 four sizes": lambda: d(v, g, r[:4], 2),
            "3 no batch": lambda: d(v[:0], g, [0, 4, 4, 4, 3], 2),
            "3 explicit": lambda: d(v, g, r, 2, [[0, 0]] * 5),
            "3 negative": lambda: d(v, g, [1, -4, 4, 4, 3], 2),
            "3 no stride": lambda: d(v, g, r, 0),
            "3 batch stride": lambda: d(v, g, r, [2, 2, 2, 2, 1]),
            "n of 1": lambda: n(x, f, o, 2),
            "n of 2": lambda: n(x[None], f[None], tf.constant([1, 4, 8, 3]), [1, 2]),
            "n of 3": lambda: n(v, g, r, 2, name="some"),
            "n length": lambda: n(x, f, [1, 2], 2),
            "n long": lambda: n(x, f, [1] * 6, 2),
            "n number": lambda: n(x, f, 5, 2),
            "n array": lambda: n(x, f, np.array(o), 2),
            "n shape": lambda: n(x, f, tf.TensorShape(o), 2),
        }
    )


# -- of any rank, with holes --------------------------------------------------------------------

_SIZES = {1: (5,), 2: (5, 4), 3: (3, 4, 3)}
for _rank, _size in _SIZES.items():
    _format = {1: "NWC", 2: "NHWC", 3: "NDHWC"}[_rank]
    for _options in (
        {},
        {"padding": "SAME"},
        {"strides": 2, "padding": "SAME"},
        {"dilations": 2},
        {"dilations": 2, "padding": "SAME"},
    ):
        if _rank == 3 and _options.get("dilations") and "padding" not in _options:
            continue
        CASES[f"convolution {_rank} {_options}"] = _gradients(
            lambda tf, x, f, o=_options, d=_format: tf.nn.convolution(x, f, data_format=d, **o),
            (2, *_size, 2),
            (*[2] * _rank, 2, 2),
        )
for _options in (
    {"dilations": [2, 1], "padding": "SAME"},
    {"dilations": [1, 2, 3, 1], "padding": [[0, 0], [1, 2], [2, 1], [0, 0]]},
):
    CASES[f"convolution {_options}"] = _gradients(
        lambda tf, x, f, o=_options: tf.nn.convolution(x, f, **o), (1, 5, 4, 2), (2, 3, 2, 2)
    )
for _rate, _padding in ((1, "SAME"), (2, "SAME"), (2, "VALID"), ([1, 3], "SAME")):
    CASES[f"atrous_conv2d {_rate} {_padding}"] = _gradients(
        lambda tf, x, f, r=_rate, p=_padding: tf.nn.atrous_conv2d(x, f, r, p),
        (1, 5, 4, 2),
        (3, 2, 2, 2),
    )
for _rate, _padding, _result in (
    (1, "SAME", (5, 4)),
    (2, "SAME", (5, 4)),
    (3, "SAME", (5, 4)),
    (2, "VALID", (9, 6)),
):
    CASES[f"atrous_conv2d_transpose {_rate} {_padding}"] = _gradients(
        lambda tf, x, f, r=_rate, p=_padding, o=_result: tf.nn.atrous_conv2d_transpose(
            x, f, [1, *o, 3], r, p
        ),
        (1, 5, 4, 2),
        (3, 2, 3, 2),
    )


def convolution_arguments(tf):
    x, f = tf.ones([1, 5, 5, 4]), tf.ones([2, 2, 4, 3])
    y, g = tf.ones([2, 5, 4]), tf.ones([2, 4, 3])
    c = tf.nn.convolution
    return kinds(
        {
            "both": lambda: c(x, f, 2, "SAME", dilations=2),
            "explicit": lambda: c(x, f, 1, [[0, 0], [1, 0], [1, 0], [0, 0]]),
            "two paddings": lambda: c(x, f, 1, [[1, 0], [1, 0]], dilations=2),
            "nchw": lambda: c(tf.ones([1, 4, 5, 5]), f, data_format="NCHW"),
            "nchw dilated": lambda: c(tf.ones([1, 4, 5, 5]), f, data_format="NCHW", dilations=2),
            "format": lambda: c(x, f, data_format="XX"),
            "nwc": lambda: c(x, f, data_format="NWC"),
            "nwc dilated": lambda: c(x, f, data_format="NWC", dilations=2),
            "lists": lambda: c(x.numpy().tolist(), f.numpy().tolist()),
            "filter rank 2": lambda: c(x, f[0, 0]),
            "filter rank 6": lambda: c(x, f[None, None]),
            "rank 5": lambda: c(x[None], f),
            "rank 5 dilated": lambda: c(x[None], f, dilations=2),
            "rank 3 dilated": lambda: c(x[0], f, dilations=2),
            "padding": lambda: c(x, f, 1, "bad"),
            "padding dilated": lambda: c(x, f, 1, "bad", dilations=2),
            "no stride": lambda: c(x, f, 0),
            "no dilation": lambda: c(x, f, dilations=0),
            "integers": lambda: c(tf.cast(x, tf.int32), tf.cast(f, tf.int32)),
            "types": lambda: c(x, tf.cast(f, tf.float64)),
            "ncw dilated": lambda: c(y, g, dilations=2, data_format="NCW"),
            "depth dilated": lambda: c(x, f[:, :, :3], dilations=2),
            "groups dilated": lambda: c(x, f[:, :, :2], dilations=2),
            "variables": lambda: c(tf.Variable(y), tf.Variable(g), name="some"),
        }
    )


def atrous_arguments(tf):
    x, f, o = tf.ones([1, 5, 4, 2]), tf.ones([3, 2, 3, 2]), [1, 5, 4, 3]
    c, t = tf.nn.atrous_conv2d, tf.nn.atrous_conv2d_transpose
    return kinds(
        {
            "rate": lambda: c(x, tf.ones([3, 2, 2, 3]), 0, "SAME"),
            "three rates": lambda: c(x, tf.ones([3, 2, 2, 3]), [1, 2, 3], "SAME"),
            "lists": lambda: c(x.numpy().tolist(), tf.ones([3, 2, 2, 3]), 2, "SAME", "some"),
            "t channels": lambda: t(x, tf.ones([3, 2, 3, 4]), o, 2, "SAME"),
            "t rate": lambda: t(x, f, o, 0, "SAME"),
            "t three sizes": lambda: t(x, f, o[:3], 2, "SAME"),
            "t depth": lambda: t(x, f, [1, 5, 4, 2], 2, "SAME"),
            "t padding": lambda: t(x, f, o, 2, "same"),
            "t tuple": lambda: t(x, f, tuple(o), 2, "SAME", name="some"),
            "t tensor": lambda: t(x, f, tf.constant(o), 2, "SAME"),
            "t size": lambda: t(x, f, [1, 7, 4, 3], 2, "SAME"),
        }
    )
