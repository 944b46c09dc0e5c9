"""Elements taken from and put at positions: gather, gather_nd, scatter_nd, embedding_lookup, ..."""

from tests.parity.case_helpers.expressions import expressions

_SETUP = """
x = tf.constant([[1., 2., 3.], [4., 5., 6.]])
r = tf.constant(np.arange(24.).reshape(2, 3, 4))
l = tf.constant([10, 20, 30, 40, 50])
s = tf.constant([["a", "b", "c"], ["d", "e", "f"]])
u = tf.constant([10, 20, 30], tf.uint64)
z = tf.constant([1 + 1j, 2 - 1j, 3j])
b = tf.constant([True, False, True])
f = tf.constant(5.)
e = tf.zeros([0, 2])
v = tf.Variable([[1., 2., 3.], [4., 5., 6.]])
w = tf.Variable([1., 2., 3., 4.])
t = tf.Variable(["a", "b"])
def values(function, *variables):
    with tf.GradientTape() as tape:
        y = function()
    return tape.gradient(y, list(variables))
def sources(function, *more):
    # gradients by the argument and by what `function` returns besides its result
    x = tf.constant([[1., 2.], [3., 4.], [5., 6.]])
    with tf.GradientTape() as tape:
        tape.watch(x)
        result, *others = function(x)
    return tape.gradient(result, [x, *others])
def dense(gradients):
    # slices of two gathers come in another order here
    assert all(isinstance(g, tf.IndexedSlices) for g in gradients)
    return [tf.convert_to_tensor(g) for g in gradients]
def outer(function, *variables):
    with tf.GradientTape(persistent=True) as o:
        o.watch(variables)
        with tf.GradientTape() as i:
            i.watch(variables)
            y = function()
        g = i.gradient(y, variables[0])
        h = g.values if isinstance(g, tf.IndexedSlices) else g
        k = tf.convert_to_tensor(g)
    return o.gradient(h, variables), o.gradient(k, variables)
"""

_GATHERED = """
p = tf.constant(np.arange(24.).reshape(2, 3, 4))
i, j = tf.constant([[0, 1], [1, 0]]), tf.constant([[[0], [1]], [[1], [0]]])
v = tf.Variable([[1., 2., 3.], [4., 5., 6.]])
r = tf.ragged.constant([[1., 2.], [3., 4., 5.]])
def sums(*options):
    return [tf.reduce_sum(tf.gather(p, i, **{**dict(batch_dims=o), **a}), [0, 1])
            for o in options for a in ({}, dict(axis=1), dict(axis=2), dict(axis=-1), dict(axis=0))]
"""

CASES = {
    "batch_dims": expressions(
        """
        sums(0, 1)
        sums(-1)
        sums(True)
        sums(np.int64(1))
        sums(tf.constant(1))
        [tf.gather(p, i, axis=0, batch_dims=n).shape for n in (1, 2, 3, -4, None, "x", 1.5)]
        [tf.gather(p, i, axis=1, batch_dims=n).shape for n in (None, 1.5, True)]
        tf.gather(p, i, batch_dims=2).shape
        tf.gather(p, i, batch_dims=-2).shape
        tf.gather(p, i, batch_dims=3)
        tf.gather(p, i, batch_dims=-3)
        tf.gather(p, i, batch_dims="x")
        tf.gather(p, i, axis=1, batch_dims="x")
        tf.gather(p, i, batch_dims=None)
        tf.gather(p, i, batch_dims=1.5)
        tf.gather(p, i, axis=1, batch_dims=2)
        tf.gather(p, [[0, 1], [1, 0], [0, 0]], axis=1, batch_dims=1)
        tf.gather(v, [[0], [1]], axis=0, batch_dims=1)
        tf.gather(v, [[0], [1]], batch_dims=1)
        tf.gather(v, [[0], [1]], batch_dims=-1)
        tf.gather(r, [[0], [1]], axis=0, batch_dims=1)
        tf.gather(r, [[0], [1]], batch_dims=1)
        tf.gather_nd(p, i, batch_dims=1)
        tf.gather_nd(p, j, batch_dims=2)
        tf.gather_nd(p, j, batch_dims=1.5)
        tf.gather_nd(p, j, batch_dims=tf.constant(1))
        tf.gather_nd(p, i, batch_dims=2)
        tf.gather_nd(p, j, batch_dims=3)
        tf.gather_nd([1., 2.], [[0], [1]], batch_dims=1)
        tf.gather_nd(p, i, batch_dims=-1)
        tf.gather_nd(p, i, batch_dims="x")
        tf.gather_nd(v, [[0], [1]], batch_dims=1)
        tf.raw_ops.GatherV2(params=p, indices=i, axis=1, batch_dims=1)
        """,
        _GATHERED,
        messages=False,
    ),
    "gather": expressions(
        """
        tf.gather(x, 0)
        tf.gather(x, [1, 0, 1])
        tf.gather(x, [[0, 1], [1, 0]])
        tf.gather(x, [])
        tf.gather(x, tf.zeros([0], tf.int32))
        tf.gather(x, [0, 2], axis=1)
        tf.gather(x, [0, 2], axis=-1)
        tf.gather(x, 1, axis=1)
        tf.gather(x, [[0, 2], [1, 1]], axis=1)
        tf.gather(r, [2, 0], axis=1)
        tf.gather(r, 1, axis=2)
        tf.gather(r, [[0, 1]], axis=-2)
        tf.gather(l, 3)
        tf.gather(l, [4, 0])
        tf.gather([1, 2, 3], [0, 2])
        tf.gather(np.arange(3.), np.array([0, 2]))
        tf.gather(s, [1])
        tf.gather(s, [0, 2], axis=1)
        tf.gather(u, [2, 0])
        tf.gather(z, [2, 0])
        tf.gather(b, [1, 0])
        tf.gather(v, [1])
        tf.gather(v, [1], axis=1)
        tf.gather(t, [1])
        tf.gather(x, tf.constant([1]))
        tf.gather(x, tf.constant([1], tf.int64))
        tf.gather(x, tf.constant([1], tf.int16))
        tf.gather(x, np.int64(1))
        tf.gather(x, tf.Variable([1]))
        tf.gather(x, [0], axis=tf.constant(1))
        tf.gather(x, [0], axis=np.int64(1))
        tf.gather(params=x, indices=[0], validate_indices=None, axis=0, batch_dims=0, name="a")
        tf.gather(x, [[0, 2], [1, 1]], batch_dims=1)
        tf.gather(x, [0, 2], batch_dims=1)
        tf.gather(x, [[0, 2], [1, 1]], axis=1, batch_dims=1)
        tf.gather(x, [[0, 2], [1, 1]], batch_dims=-1)
        tf.gather(r, [[2, 0], [1, 1]], batch_dims=1)
        tf.gather(r, [[3, 0], [1, 1]], axis=2, batch_dims=1)
        tf.gather(r, [[[3], [0], [1]], [[1], [2], [3]]], batch_dims=2)
        tf.gather(r, [[3, 0, 1], [1, 2, 3]], batch_dims=2)
        tf.gather(r, [[[0, 1], [1, 2]], [[0, 0], [1, 1]]], axis=1, batch_dims=1)
        tf.gather(s, [[0, 2], [1, 1]], batch_dims=1)
        tf.gather(x, [0, 5])
        tf.gather(x, 5)
        tf.gather(x, -1)
        tf.gather(x, [[0, 1], [1, 7]])
        tf.gather(x, [0, 3], axis=1)
        tf.gather(x, [0], axis=2)
        tf.gather(x, [0], axis=-3)
        tf.gather(f, 0)
        tf.gather(x, 0.)
        tf.gather(x, [0.5])
        tf.gather(x, "a")
        tf.gather(x, None)
        tf.gather(x, tf.constant([1], tf.uint8))
        tf.gather(x, [[0, 2], [1, 1], [0, 0]], batch_dims=1)
        tf.gather(x, [[0, 2], [1, 1]], batch_dims=3)
        tf.gather(x, [0], batch_dims=2)
        tf.gather(x, [[0, 2], [1, 1]], axis=0, batch_dims=1)
        tf.gather(x, [0], axis=[0, 1])
        tf.gather(None, 0)
        tf.gather(e, [0])
        tf.gather(e, tf.zeros([0], tf.int32))
        """,
        _SETUP,
        messages=False,
    ),
    "gather_messages": expressions(
        """
        tf.gather(x, [0, 5])
        tf.gather(x, 5)
        tf.gather(x, -1)
        tf.gather(x, [[0, 1], [1, 7]])
        tf.gather(x, [0], axis=2)
        tf.gather(f, 0)
        """,
        _SETUP,
    ),
    "gather_gradients": expressions(
        """
        gradient(lambda x: tf.gather(x, [1, 0, 1]), [[1., 2.], [3., 4.]])
        gradient(lambda x: tf.gather(x, 1), [[1., 2.], [3., 4.]])
        gradient(lambda x: tf.gather(x, [[0, 1], [1, 1]]), [[1., 2.], [3., 4.]])
        gradient(lambda x: tf.gather(x, tf.constant([1, 0], tf.int64)), [1., 2., 3.])
        gradient(lambda x: tf.gather(x, 1), [1., 2., 3.])
        gradient(lambda x: tf.gather(x, tf.zeros([0], tf.int32)), [1., 2., 3.])
        gradient(lambda x: tf.gather(x, [1, 0, 1], axis=1), [[1., 2.], [3., 4.]])
        gradient(lambda x: tf.gather(x, 1, axis=1), [[1., 2.], [3., 4.]])
        gradient(lambda x: tf.gather(x, [0, 1], axis=-1), [1., 2., 3.])
        gradient(lambda x: tf.gather(x, [1, 0, 1], axis=-2), [[1., 2.], [3., 4.]])
        gradient(lambda x: tf.gather(x, [[1, 0], [1, 1]], batch_dims=1), [[1., 2.], [3., 4.]])
        gradient(lambda x: tf.gather(x, [[1, 0], [1, 1]], axis=1), [[1., 2.], [3., 4.]])
        gradient(lambda z: tf.gather(z, [1, 1]), [1 + 1j, 2.])
        dense(gradient(lambda x: tf.gather(x, [0, 1]) * tf.gather(x, [1, 2]), [1., 2., 3.]))
        gradient(lambda x: [tf.gather(x, [0]), x * x], [1., 2., 3.])
        gradient(lambda x: tf.gather(x, [0, 1]) + x[1:], [1., 2., 3.])
        gradient(lambda x: tf.gather(x * x, [0, 2]), [1., 2., 3.])
        gradient(lambda x: tf.gather(tf.gather(x, [1, 1, 2]), [0, 2]), [[1.], [3.], [5.]])
        gradient(lambda x: tf.gather(tf.identity(x), [0, 2]), [1., 2., 3.])
        gradient(lambda x: tf.gather(tf.identity(tf.identity(x)), [0, 2]), [1., 2., 3.])
        gradient(lambda x: tf.gather(tf.reshape(x, [3]), [0, 2]), [1., 2., 3.])
        gradient(lambda x: tf.gather(tf.transpose(x), [0, 1]), [[1., 2.], [3., 4.]])
        gradient(lambda x: tf.gather(x[:], [0, 2]), [1., 2., 3.])
        gradient(lambda x: tf.gather(x[...], [0, 2]), [1., 2., 3.])
        gradient(lambda x: tf.gather(tf.ensure_shape(x, [3]), [0, 2]), [1., 2., 3.])
        gradient(lambda x: tf.gather(tf.squeeze(x), [0, 2]), [1., 2., 3.])
        gradient(lambda x: tf.gather(tf.concat([x], 0), [0, 2]), [1., 2., 3.])
        gradient(lambda x: tf.gather(tf.stop_gradient(x), [0, 2]), [1., 2., 3.])
        gradient(lambda x: tf.gather(-x, [0, 2]), [1., 2., 3.])
        gradient(lambda x: tf.gather(tf.cast(x, tf.float64), [0, 2]), [1., 2., 3.])
        second(lambda x: tf.gather(x, [1, 0, 1]), [[1., 2.], [3., 4.]])
        second(lambda x: tf.gather(x * x, [1, 1, 0]), [2., 3.])
        second(lambda x: tf.gather(x, [1, 1, 0]) * x[0], [2., 3.])
        second(lambda x: tf.gather(x * x, [1, 1, 0], axis=1), [[2., 3.]])
        second(lambda x: tf.gather(x * x, [[1, 0]], batch_dims=1), [[2., 3.]])
        tracked(lambda x: tf.gather(x, [0]), [1., 2.])
        values(lambda: tf.gather(v, [1, 0, 1]), v)
        values(lambda: tf.gather(v, 1), v)
        values(lambda: tf.gather(v, [1], axis=1), v)
        values(lambda: tf.gather(v, [[0]], batch_dims=0), v)
        values(lambda: tf.gather(v, [0, 1]) * 2., v)
        values(lambda: tf.gather(v, [0]) + v, v)
        dense(values(lambda: tf.gather(v, [0]) * tf.gather(v, [1]), v))
        values(lambda: tf.gather(v, tf.constant([1], tf.int64)), v)
        values(lambda: tf.gather(tf.convert_to_tensor(v), [1]), v)
        values(lambda: tf.gather(v.value(), [1]), v)
        values(lambda: tf.gather(tf.identity(v), [1]), v)
        values(lambda: tf.gather(v * 2., [1]), v)
        values(lambda: tf.gather(v, [0])[0], v)
        values(lambda: (tf.gather(v, [0]), v.assign(v * 2.), tf.gather(v, [1]) ** 2.)[0], v)
        values(lambda: [tf.gather(v, [0]), v.assign(v * 2.), tf.gather(v, [1]) ** 2.][::2], v)
        values(lambda: tf.gather(v, [1]) * tf.gather(w, [0, 1, 2]), v, w)
        outer(lambda: tf.gather(v, [1, 1]) ** 3., v)
        outer(lambda: tf.gather(v, [1]) * tf.gather(v, [0]), v)
        outer(lambda: tf.gather(x, [1, 0]) ** 3., x)
        outer(lambda: tf.gather(x, [1, 0]) * w[0], x, w)
        """,
        _SETUP,
    ),
    "slices_of_intermediates": expressions(
        """
        sources(lambda x: (tf.gather(y := x * x, [0, 2]), y))
        sources(lambda x: (tf.gather(y := tf.identity(x), [0, 2]), y))
        sources(lambda x: (tf.gather(y := x * x, [0, 2]) * y[0], y))
        sources(lambda x: (tf.gather(y := tf.gather(x, [0, 1, 1]), [0, 2]), y))
        sources(lambda x: (tf.gather(y := tf.transpose(x), [1]), y))
        sources(lambda x: (tf.gather(y := x * 2., [0], axis=1), y))
        """,
        _SETUP,
    ),
    "gather_nd": expressions(
        """
        tf.gather_nd(x, [1, 2])
        tf.gather_nd(x, [[0, 1], [1, 2]])
        tf.gather_nd(x, [[0], [1], [0]])
        tf.gather_nd(x, [1])
        tf.gather_nd(x, [])
        tf.gather_nd(x, [[], []])
        tf.gather_nd(r, [[0, 1], [1, 2]])
        tf.gather_nd(r, [[[0, 1]], [[1, 2]]])
        tf.gather_nd(r, [[0, 1, 3]])
        tf.gather_nd(s, [[0, 1], [1, 2]])
        tf.gather_nd(u, [[2], [0]])
        tf.gather_nd(v, [[0, 1]])
        tf.gather_nd(x, tf.constant([[0, 1]], tf.int64))
        tf.gather_nd(x, np.array([[0, 1]]))
        tf.gather_nd(params=x, indices=[[0, 1]], batch_dims=0, name="a")
        tf.gather_nd(x, [[1], [2]], batch_dims=1)
        tf.gather_nd(r, [[[1, 2]], [[0, 3]]], batch_dims=1)
        tf.gather_nd(r, [[[1], [2], [0]], [[0], [3], [1]]], batch_dims=2)
        tf.gather_nd(r, [[1], [2]], batch_dims=1)
        tf.gather_nd(s, [[1], [2]], batch_dims=1)
        tf.gather_nd(x, [[0, 3]])
        tf.gather_nd(x, [[2, 0]])
        tf.gather_nd(x, [[-1, 0]])
        tf.gather_nd(x, [[0, 0, 0]])
        tf.gather_nd(x, 1)
        tf.gather_nd(x, [[0.5, 1.]])
        tf.gather_nd(f, [0])
        gradient(lambda x: tf.gather_nd(x, [[0, 1], [1, 0], [0, 1]]), [[1., 2.], [3., 4.]])
        gradient(lambda x: tf.gather_nd(x, [[1], [0], [1]]), [[1., 2.], [3., 4.]])
        gradient(lambda x: tf.gather_nd(x, [[[1]]]), [[1., 2.], [3., 4.]])
        gradient(lambda x: tf.gather_nd(x, [[1], [0]], batch_dims=1), [[1., 2.], [3., 4.]])
        second(lambda x: tf.gather_nd(x * x, [[0, 1], [1, 0], [0, 1]]), [[1., 2.], [3., 4.]])
        second(lambda x: tf.gather_nd(x * x, [[1], [0], [1]]), [[1., 2.], [3., 4.]])
        values(lambda: tf.gather_nd(v, [[0, 1], [1, 0]]), v)
        values(lambda: tf.gather_nd(v, [[1], [0]]), v)
        values(lambda: v.gather_nd([[1], [0]]), v)
        values(lambda: v.gather_nd([[1, 0]]), v)
        values(lambda: v.sparse_read([1, 0]), v)
        values(lambda: v.sparse_read(1), v)
        v.gather_nd([0])
        v.gather_nd([[0, 1]], name="a")
        v.sparse_read([0])
        v.sparse_read(1, name="a")
        v.sparse_read([5])
        v.gather_nd([[0, 7]])
        """,
        _SETUP,
        messages=False,
    ),
    "embedding_lookup": expressions(
        """
        tf.nn.embedding_lookup(x, [1, 0])
        tf.nn.embedding_lookup(x, 1)
        tf.nn.embedding_lookup(x, [[1, 0], [0, 0]])
        tf.nn.embedding_lookup([x], [1, 0])
        tf.nn.embedding_lookup(v, [1, 0])
        tf.nn.embedding_lookup(v, tf.constant([1], tf.int64))
        tf.nn.embedding_lookup(params=x, ids=[1], max_norm=None, name="a")
        tf.nn.embedding_lookup(x, [1, 0], max_norm=4.)
        tf.nn.embedding_lookup(v, [[1, 0]], max_norm=4.)
        tf.nn.embedding_lookup(x, [5])
        tf.nn.embedding_lookup(x, [0.5])
        tf.nn.embedding_lookup(None, [0])
        tf.nn.embedding_lookup([], [0])
        gradient(lambda x: tf.nn.embedding_lookup(x, [1, 0, 1]), [[1., 2.], [3., 4.]])
        gradient(lambda x: tf.nn.embedding_lookup(x, [1, 0], max_norm=4.), [[1., 2.], [3., 4.]])
        values(lambda: tf.nn.embedding_lookup(v, [1, 0]), v)
        values(lambda: tf.nn.embedding_lookup(v, [[1, 0]]), v)
        values(lambda: tf.nn.embedding_lookup([v], [1, 0]), v)
        values(lambda: tf.nn.embedding_lookup(v, 1), v)
        """,
        _SETUP,
        messages=False,
    ),
    "scatter": expressions(
        """
        tf.scatter_nd([[1], [3]], [5., 6.], [4])
        tf.scatter_nd([[1], [1]], [5., 6.], [4])
        tf.scatter_nd([[0, 1], [1, 0]], [5, 6], [2, 2])
        tf.scatter_nd([[1]], [[5., 6.]], [2, 2])
        tf.scatter_nd([[[0], [2]]], [[[5., 6.], [7., 8.]]], [3, 2])
        tf.scatter_nd(tf.constant([[1]], tf.int64), [5.], tf.constant([2], tf.int64))
        tf.scatter_nd([[0]], [1j], [2])
        tf.scatter_nd([[0]], [True], [2])
        tf.scatter_nd([[0]], ["a"], [2])
        tf.scatter_nd([[1]], tf.constant([5], tf.uint8), [2])
        tf.scatter_nd(indices=[[1]], updates=[5.], shape=[2], name="a")
        tf.scatter_nd([[5]], [5.], [2])
        tf.scatter_nd([[-1]], [5.], [2])
        tf.scatter_nd([[1]], [5., 6.], [2])
        tf.scatter_nd([[1.]], [5.], [2])
        tf.scatter_nd([[1]], [5.], [2, 2])
        tf.tensor_scatter_nd_update(x, [[0, 1], [1, 2]], [10., 20.])
        tf.tensor_scatter_nd_update(x, [[1]], [[7., 8., 9.]])
        tf.tensor_scatter_nd_update([1, 2, 3], [[0], [2]], [9, 8])
        tf.tensor_scatter_nd_update(s, [[0, 0]], ["z"])
        tf.tensor_scatter_nd_update(u, [[0]], tf.constant([9], tf.uint64))
        tf.tensor_scatter_nd_update(b, [[1]], [True])
        tf.tensor_scatter_nd_update(z, [[1]], [5j])
        tf.tensor_scatter_nd_update(v, [[1]], [[7., 8., 9.]])
        tf.tensor_scatter_nd_update(x, tf.constant([[0, 1]], tf.int64), [10.])
        tf.tensor_scatter_nd_update(x, [[0, 1], [0, 1]], [10., 20.])
        tf.tensor_scatter_nd_update(tensor=x, indices=[[0, 1]], updates=[10.], name="a")
        tf.tensor_scatter_nd_update(x, [[0, 5]], [10.])
        tf.tensor_scatter_nd_update(x, [[0, 1]], [10., 20.])
        tf.tensor_scatter_nd_update(x, [[0, 1]], [10])
        tf.tensor_scatter_nd_update(x, [[0, 1]], tf.constant([10]))
        tf.tensor_scatter_nd_add(x, [[0, 1], [0, 1], [1, 0]], [10., 20., 5.])
        tf.tensor_scatter_nd_add([1, 2, 3], [[0], [0]], [9, 8])
        tf.tensor_scatter_nd_sub(x, [[0, 1], [0, 1], [1, 0]], [10., 20., 5.])
        tf.tensor_scatter_nd_sub(v, [[1]], [[1., 1., 1.]])
        tf.tensor_scatter_nd_min(x, [[0, 1], [1, 0], [1, 1]], [10., 2., 5.])
        tf.tensor_scatter_nd_max(x, [[0, 1], [1, 0], [1, 1]], [10., 2., 5.])
        tf.tensor_scatter_nd_max(x, [[0, 1], [0, 1]], [10., 20.])
        tf.tensor_scatter_nd_min(l, [[0], [0]], [9, 8])
        tf.tensor_scatter_nd_add(x, [[0, 5]], [10.])
        tf.tensor_scatter_nd_max(x, [[2, 0]], [10.])
        gradient(lambda y: tf.scatter_nd([[1], [3], [1]], y, [4]), [5., 6., 7.])
        gradient(lambda x, y: tf.tensor_scatter_nd_update(x, [[0], [2]], y), [1., 2., 3.], [5., 6.])
        gradient(lambda x, y: tf.tensor_scatter_nd_update(x, [[0], [0]], y), [1., 2., 3.], [5., 6.])
        gradient(lambda x, y: tf.tensor_scatter_nd_add(x, [[0], [0]], y), [1., 2., 3.], [5., 6.])
        gradient(lambda x, y: tf.tensor_scatter_nd_sub(x, [[0], [2]], y), [1., 2., 3.], [5., 6.])
        gradient(lambda x, y: tf.tensor_scatter_nd_max(x, [[0], [2]], y), [1., 2., 7.], [5., 6.])
        gradient(lambda x, y: tf.tensor_scatter_nd_max(x, [[0], [0]], y), [5., 2.], [5., 5.])
        gradient(lambda x, y: tf.tensor_scatter_nd_min(x, [[0], [2]], y), [1., 2., 7.], [1., 6.])
        second(lambda y: tf.scatter_nd([[1], [3]], y * y, [4]), [5., 6.])
        second(lambda x, y: tf.tensor_scatter_nd_update(x * x, [[0]], y * y), [1., 2., 3.], [5.])
        second(lambda x, y: tf.tensor_scatter_nd_add(x * x, [[0]], y * y), [1., 2., 3.], [5.])
        second(lambda x, y: tf.tensor_scatter_nd_max(x * x, [[0]], y * y), [1., 2., 3.], [5.])
        """,
        _SETUP,
        messages=False,
    ),
    "dynamic": expressions(
        """
        tf.dynamic_partition([1., 2., 3., 4.], [0, 1, 0, 1], 2)
        tf.dynamic_partition(x, [1, 0], 3)
        tf.dynamic_partition(s, [1, 0], 2)
        tf.dynamic_partition([[1, 2], [3, 4]], [[0, 1], [1, 0]], 2)
        tf.dynamic_partition([1., 2.], [0, 2], 2)
        tf.dynamic_partition([1., 2.], [0], 2)
        tf.dynamic_stitch([[0, 2], [1, 3]], [[1., 2.], [3., 4.]])
        tf.dynamic_stitch([0, [2, 1]], [[1., 2.], [[3., 4.], [5., 6.]]])
        tf.dynamic_stitch([[0, 1], [1, 2]], [[1, 2], [3, 4]])
        tf.dynamic_stitch([[0], [2]], [["a"], ["b"]])
        gradient(lambda x: tf.dynamic_partition(x, [0, 1, 0], 2), [1., 2., 3.])
        gradient(lambda x, y: tf.dynamic_stitch([[0, 2], [1, 3]], [x, y]), [1., 2.], [3., 4.])
        gradient(lambda x, y: tf.dynamic_stitch([[0, 1], [1, 2]], [x, y]), [1., 2.], [3., 4.])
        second(lambda x: tf.dynamic_partition(x * x, [0, 1, 0], 2), [1., 2., 3.])
        """,
        _SETUP,
        messages=False,
    ),
}
