"""Layers and linear algebra differentiated twice and three times, and crossings of tapes."""

from functools import partial

from tests.parity.derivative_tables.programs import numbers, precisions

CASES = {}


def _case(function):
    precisions(function, CASES)
    return function


# -- layers, differentiated twice and three times -----------------------------------------------


def _orders(tf, function, *sources):
    """Gradients of the sum, of the sum of their squares, and of the sum of the squares of those."""
    sources = list(sources)
    with tf.GradientTape() as t3:
        t3.watch(sources)
        with tf.GradientTape() as t2:
            t2.watch(sources)
            with tf.GradientTape() as t1:
                t1.watch(sources)
                y = tf.reduce_sum(function(*sources) ** 2)
            first = t1.gradient(y, sources)
            size = tf.add_n([tf.reduce_sum(tf.square(g)) for g in first if g is not None])
        second = t2.gradient(size, sources)
        more = tf.add_n([tf.reduce_sum(tf.square(g)) for g in second if g is not None])
    return first, second, t3.gradient(more, sources)


@_case
def _layer_norm(tf, dtype):
    def layer(x, scale, offset):
        mean, variance = tf.nn.moments(x, [-1], keepdims=True)
        return tf.nn.batch_normalization(x, mean, variance, offset, scale, 1e-3)

    x, scale = numbers(tf, dtype, 2, 3), numbers(tf, dtype, 3, start=0.2)
    return _orders(tf, layer, x, scale, numbers(tf, dtype, 3, start=1.2))


@_case
def _layer_norm_by_hand(tf, dtype):
    def layer(x):
        centred = x - tf.reduce_mean(x, -1, keepdims=True)
        return centred / (tf.math.reduce_std(x, -1, keepdims=True) + 0.1)

    return _orders(tf, layer, numbers(tf, dtype, 2, 3))


@_case
def _attention(tf, dtype):
    def layer(q, k, v):
        scores = tf.matmul(q, k, transpose_b=True) / 2.0
        return tf.matmul(tf.nn.softmax(scores), v)

    return _orders(tf, layer, *(numbers(tf, dtype, 2, 2, 2, start=s) for s in (0.1, 0.9, 1.7)))


@_case
def _attention_by_einsum(tf, dtype):
    def layer(q, k, v):
        scores = tf.einsum("bqhd,bkhd->bhqk", q, k)
        return tf.einsum("bhqk,bkhd->bqhd", tf.nn.softmax(scores), v)

    return _orders(tf, layer, *(numbers(tf, dtype, 1, 2, 2, 2, start=s) for s in (0.1, 0.9, 1.7)))


@_case
def _recurrent_cell(tf, dtype):
    """A GRU cell, unrolled over three steps, by its weights and inputs."""

    def run(x, w, u):
        state = tf.zeros([2, 2], x.dtype)
        for step in range(3):
            gates = x[:, step] @ w + state @ u
            update, reset, fresh = tf.split(gates, 3, axis=1)
            update, reset = tf.sigmoid(update), tf.sigmoid(reset)
            state = update * state + (1.0 - update) * tf.tanh(fresh * reset)
        return state

    x = numbers(tf, dtype, 2, 3, 2)
    return _orders(tf, run, x, *(numbers(tf, dtype, 2, 6, start=s) for s in (0.4, 1.4)))


@_case
def _embedding(tf, dtype):
    table = tf.Variable(numbers(tf, dtype, 3, 2))
    with tf.GradientTape(persistent=True) as outer:
        with tf.GradientTape() as inner:
            y = tf.reduce_sum(tf.exp(tf.nn.embedding_lookup(table, [0, 2, 0])) ** 2)
        first = tf.convert_to_tensor(inner.gradient(y, table))
        size = tf.reduce_sum(tf.square(first))
    return first, outer.gradient(size, table)


@_case
def _convolution_with_a_single_filter(tf, dtype):
    """Where torch's gradients of gradients are particular about the layout."""
    results = {}
    for shape in ((1, 3, 3, 2), (2, 1, 3, 2), (1, 2, 2, 1)):
        x, kernel = numbers(tf, dtype, *shape), numbers(tf, dtype, 1, 2, shape[-1], 1, start=0.4)
        for padding in ("SAME", "VALID"):
            layer = partial(tf.nn.conv2d, strides=1, padding=padding)
            results[f"{shape} {padding}"] = _orders(tf, layer, x, kernel)
    return results


# -- linear algebra -----------------------------------------------------------------------------


def _spd(tf, x):
    return tf.matmul(x, x, transpose_b=True) + 2.0 * tf.eye(x.shape[-1], dtype=x.dtype)


@_case
def _gaussian_process(tf, dtype):
    """The likelihood of a Gaussian process by its parameters, and its Hessian."""
    points = numbers(tf, dtype, 4)
    y = tf.sin(points * 2.0)[:, tf.newaxis]

    def likelihood(parameters):
        length, noise = tf.exp(parameters[0]), tf.exp(parameters[1])
        distances = tf.math.squared_difference(points[:, tf.newaxis], points)
        kernel = tf.exp(-distances / (2.0 * length**2))
        factor = tf.linalg.cholesky(kernel + noise * tf.eye(4, dtype=dtype))
        weights = tf.linalg.cholesky_solve(factor, y)
        logdet = tf.reduce_sum(tf.math.log(tf.linalg.diag_part(factor)))
        return 0.5 * tf.reduce_sum(y * weights) + logdet

    x = tf.constant([0.1, -1.0], dtype)
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            value = likelihood(x)
        slope = inner.gradient(value, x)
        parts = tf.unstack(slope)
    return value, slope, [outer.gradient(part, x) for part in parts]


@_case
def _decompositions(tf, dtype):
    x = numbers(tf, dtype, 2, 2)
    rhs = numbers(tf, dtype, 2, 1, start=0.5)
    functions = {
        "cholesky": lambda x: tf.linalg.cholesky(_spd(tf, x)),
        "inv": lambda x: tf.linalg.inv(_spd(tf, x)),
        "solve": lambda x: tf.linalg.solve(_spd(tf, x), rhs),
        "triangular_solve": lambda x: tf.linalg.triangular_solve(_spd(tf, x), rhs),
        "logdet": lambda x: tf.linalg.logdet(_spd(tf, x)),
        "slogdet": lambda x: tf.linalg.slogdet(_spd(tf, x))[1],
        "det": lambda x: tf.linalg.det(_spd(tf, x)),
        "eigenvalues": lambda x: tf.linalg.eigvalsh(_spd(tf, x)),
        "eigenvectors": lambda x: tf.linalg.eigh(_spd(tf, x))[1] ** 2,
        "singular values": lambda x: tf.linalg.svd(x, compute_uv=False),
        "singular vectors": lambda x: tf.linalg.svd(x)[1] ** 2,
        "qr": lambda x: tf.linalg.qr(_spd(tf, x))[1] ** 2,
        "expm": lambda x: tf.linalg.expm(0.3 * x),
        "trace of power": lambda x: tf.linalg.trace(tf.matmul(x, tf.matmul(x, x))),
    }
    results = {}
    for name, function in functions.items():
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = function(x)
            first = inner.gradient(y, x)
        results[name] = first, outer.gradient(first, x)
    return results


@_case
def _products_of_all_shapes(tf, dtype):
    shapes = [((2, 3), (3, 2)), ((2, 2, 3), (2, 3, 1)), ((1, 2, 3), (2, 3, 2)), ((3, 1, 2), (2, 2))]
    results = {}
    for left, right in shapes:
        a, b = numbers(tf, dtype, *left), numbers(tf, dtype, *right, start=1.0)
        results[f"matmul {left} {right}"] = _orders(tf, tf.matmul, a, b)
    for equation, left, right in (
        ("ij,jk->ik", (2, 3), (3, 2)),
        ("ij,ij->", (2, 2), (2, 2)),
        ("bij,bkj->bik", (2, 1, 2), (2, 2, 2)),
        ("i,jk->kij", (2,), (1, 2)),
        ("...i,i->...", (2, 2), (2,)),
    ):
        a, b = numbers(tf, dtype, *left), numbers(tf, dtype, *right, start=1.0)
        results[equation] = _orders(tf, lambda a, b, e=equation: tf.einsum(e, a, b), a, b)
    for axes in (1, [[0], [1]], [[0, 1], [1, 0]]):
        a, b = numbers(tf, dtype, 2, 2), numbers(tf, dtype, 2, 2, start=1.0)
        results[f"tensordot {axes}"] = _orders(tf, lambda a, b, n=axes: tf.tensordot(a, b, n), a, b)
    return results


# -- custom gradients and crossing tapes --------------------------------------------------------


@_case
def _custom_gradient_of_higher_order(tf, dtype):
    @tf.custom_gradient
    def log1pexp(x):
        e = tf.exp(x)
        return tf.math.log(1.0 + e), lambda upstream: upstream * (1.0 - 1.0 / (1.0 + e))

    return _orders(tf, log1pexp, numbers(tf, dtype, 3))


@_case
def _penalty_under_stopped_recording(tf, dtype):
    w = tf.Variable(numbers(tf, dtype, 3))
    with tf.GradientTape(persistent=True) as outer:
        with tf.GradientTape() as inner:
            y = tf.reduce_sum(w**3)
        first = inner.gradient(y, w)
        with outer.stop_recording():
            norm = tf.norm(first)
        loss = tf.reduce_sum(first * first) / norm
    return loss, outer.gradient(loss, w)


@_case
def _gradients_of_one_tape_by_many(tf, dtype):
    """A persistent tape, differentiated by tapes before, around and after it."""
    x, y = numbers(tf, dtype, 3), numbers(tf, dtype, 3, start=1.1)
    results = {}
    with tf.GradientTape(persistent=True) as around:
        around.watch(x)
        with tf.GradientTape(persistent=True) as inner:
            inner.watch([x, y])
            z = tf.sigmoid(x * y) + tf.square(x) * tf.exp(y)
        first = inner.gradient(z, [x, y])
    results["around"] = [around.gradient(g, [x, y]) for g in first]
    with tf.GradientTape(persistent=True) as after:
        after.watch(y)
        again = inner.gradient(z, [x, y])
    results["after"] = [after.gradient(g, [x, y]) for g in again]
    with tf.GradientTape(persistent=True) as last:
        last.watch([x, z])
        once_more = inner.gradient(z, [x, y])
    results["last"] = [last.gradient(g, [x, y, z]) for g in once_more]
    return results
