"""Traced functions whose shapes are values of their arguments."""


def _traced(tf, functions, *arguments):
    """The static shape while tracing, and the result. A function must be traced to have a graph."""
    return [_traced_once(tf, function, arguments) for function in functions]


def _traced_once(tf, function, arguments):
    shapes = []

    def noting(*args):
        result = function(*args)
        shapes.append(str(result.shape))
        return result

    concrete = tf.function(noting, autograph=False).get_concrete_function(*arguments)
    return concrete(*arguments), shapes[-1], concrete.graph.building_function


def shapes_of_scalars(tf):
    return _traced(
        tf,
        [
            lambda n: tf.zeros([1, n, 2]),
            lambda n: tf.ones((n, n), tf.int32),
            lambda n: tf.zeros([n]),
            lambda n: tf.fill([n, 3], 1.0),
            lambda n: tf.reshape(tf.range(6), [n, -1]),
            lambda n: tf.reshape(tf.range(6), [2, n + 1]),
            lambda n: tf.reshape(tf.range(6), tf.stack([n, 3])),
            lambda n: tf.scatter_nd([[1]], [2], [n]),
            lambda n: tf.broadcast_to([1, 2], [n, 2]),
            lambda n: tf.zeros_like(tf.zeros([n])),
            lambda n: tf.reshape(tf.zeros([n, n]), [n * n]),
        ],
        tf.constant(2),
    )


def shapes_of_vectors(tf):
    return _traced(
        tf,
        [
            lambda n: tf.zeros(n),
            lambda n: tf.ones(n * 2),
            lambda n: tf.fill(n, "a"),
            lambda n: tf.reshape(tf.range(6), n),
            lambda n: tf.reshape(tf.range(6), [n[1], n[0]]),
        ],
        tf.constant([2, 3]),
    )


def sizes_of_random_integers(tf):
    @tf.function
    def f(n):
        i = 0
        while i < n:
            v = tf.zeros([1, tf.random.uniform((), i, i + 1, tf.int32), 2])
            i += 1
        return v

    drawn = tf.function(lambda n: tf.random.uniform([n, 2], n, n + 1, tf.int32))
    return (
        f(tf.constant(2)),
        drawn(tf.constant(3)),
        f.get_concrete_function(tf.constant(2)).name[:13],
    )


def constants_around_loops(tf):
    shapes = []

    @tf.function
    def f():
        size = tf.constant([3])

        def body(i, u):
            u = tf.random.stateless_uniform(tf.concat([[5], size], 0), [1, 2])
            shapes.append(str(u.shape))
            u = tf.reshape(tf.reshape(u, [-1]), tf.concat([[5], size], 0))
            shapes.append(str(u.shape))
            return i + 1, u

        u = tf.while_loop(lambda i, _: i < 3, body, [0, tf.zeros([5, 3])])[1]
        v = tf.cond(tf.reduce_sum(u) > 0.0, lambda: tf.zeros(size), lambda: tf.ones(size))
        shapes.append(str(v.shape))
        return u, v

    return f(), shapes


def loops_over_datasets_that_change_shapes(tf):
    dataset = tf.data.Dataset.range(3)

    @tf.function
    def f(elements):
        t = tf.constant([1])
        for _ in elements:
            t = tf.concat([t, t], 0)
        return t

    @tf.function
    def g(elements):
        t = tf.constant([1])
        for _ in elements:
            t = tf.concat([t, t], 0)
            if tf.size(t) > 2:
                break
        return t

    results = [f(dataset), g(dataset)]
    try:
        f(iter(dataset))
    except ValueError as error:
        results.append(str(error).splitlines()[-1])
    return results


def invariants_beside_structures(tf):
    @tf.function
    def f(n):
        pair = {"a": tf.constant([0]), "b": (tf.constant(1.0), 2)}
        v = tf.constant([0, 0])
        for i in range(n):
            tf.autograph.experimental.set_loop_options(
                shape_invariants=[(v, tf.TensorShape([None]))]
            )
            v = tf.concat((v, [i]), 0)
            pair = {"a": pair["a"] + 1, "b": (pair["b"][0] * 2.0, pair["b"][1])}
        return v, pair

    return f(tf.constant(3))


def shapes_of_results_that_are_not_used(tf):
    ragged = tf.ragged.constant([[1, 2], [3], []])
    number = tf.constant(3)
    x = tf.range(6)
    return [
        tf.function(lambda r: [tf.shape(row) for row in (r[0], r[1], r[2])])(ragged),
        tf.function(lambda x, n: tf.shape(x[n : n + 2]))(x, number),
        tf.function(lambda x, n: tf.size(x[:n]))(x, number),
        tf.function(lambda x, n: tf.ones_like(x[:n]))(x, number),
        tf.function(lambda x, n: tf.zeros_like(tf.slice(x, [n], [-1])))(x, number),
        tf.function(lambda x, n: tf.size(tf.boolean_mask(x, x < n)))(x, number),
        tf.function(lambda x, n: tf.size(tf.unique(x // n)[0]))(x, number),
        tf.function(lambda x, n: tf.shape(tf.where(x < n)))(x, number),
        tf.function(lambda x, n: tf.shape(tf.repeat(x, n)))(x, number),
    ]
