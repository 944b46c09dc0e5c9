"""Programs that differentiate derivatives: penalties, inner loops of learning, Hessian products."""

import numpy as np

from tests.parity.derivative_tables.programs import numbers, precisions

CASES = {}


def _case(function):
    precisions(function, CASES)
    return function


def _variables(tf, dtype, *shapes):
    return [
        tf.Variable(numbers(tf, dtype, *shape, start=0.3 + k)) for k, shape in enumerate(shapes)
    ]


# -- penalties on gradients ---------------------------------------------------------------------


def _critic(tf, x, weights):
    w1, b1, w2 = weights
    hidden = tf.nn.leaky_relu(tf.matmul(x, w1) + b1, 0.2)
    return tf.matmul(hidden, w2)


@_case
def _wgan_gp(tf, dtype):
    weights = _variables(tf, dtype, (3, 4), (4,), (4, 1))
    real, fake = numbers(tf, dtype, 5, 3), numbers(tf, dtype, 5, 3, start=2.0)
    share = tf.constant(np.linspace(0.1, 0.9, 5).reshape(5, 1).astype(dtype))
    results = []
    for _ in range(3):
        with tf.GradientTape() as tape:
            between = real + share * (fake - real)
            with tf.GradientTape() as inner:
                inner.watch(between)
                score = _critic(tf, between, weights)
            slopes = inner.gradient(score, between)
            norms = tf.sqrt(tf.reduce_sum(tf.square(slopes), axis=1))
            penalty = tf.reduce_mean(tf.square(norms - 1.0))
            distance = tf.reduce_mean(_critic(tf, fake, weights) - _critic(tf, real, weights))
            loss = distance + 10.0 * penalty
        gradients = tape.gradient(loss, weights)
        results.append((loss, gradients))
        for weight, gradient in zip(weights, gradients, strict=True):
            if gradient is not None:
                weight.assign_sub(0.05 * gradient)
    return results, [w.read_value() for w in weights]


@_case
def _penalty_by_norm(tf, dtype):
    weights = _variables(tf, dtype, (3, 4), (4,), (4, 1))
    x = numbers(tf, dtype, 2, 3)
    results = {}
    for order in ("euclidean", 1, 3):
        with tf.GradientTape() as tape, tf.GradientTape() as inner:
            inner.watch(x)
            score = tf.nn.softplus(_critic(tf, x, weights))
            slopes = inner.gradient(score, x)
            penalty = tf.reduce_sum((tf.norm(slopes, ord=order, axis=1) - 1.0) ** 2)
        results[str(order)] = tape.gradient(penalty, weights)
    return results


@_case
def _penalty_on_logits(tf, dtype):
    w, b = _variables(tf, dtype, (3, 3), (3,))
    x, labels = numbers(tf, dtype, 4, 3), [0, 2, 1, 1]
    shares = tf.one_hot(labels, 3, dtype=dtype)
    results = {}
    losses = {
        "sparse": lambda z: tf.nn.sparse_softmax_cross_entropy_with_logits(labels, z),
        "dense": lambda z: tf.nn.softmax_cross_entropy_with_logits(shares, z),
        "sigmoid": lambda z: tf.nn.sigmoid_cross_entropy_with_logits(shares, z),
        "weighted": lambda z: tf.nn.weighted_cross_entropy_with_logits(shares, z, 2.0),
        "by hand": lambda z: -tf.reduce_sum(shares * tf.nn.log_softmax(z), -1),
        "logsumexp": lambda z: tf.reduce_logsumexp(z, -1) - tf.reduce_sum(shares * z, -1),
    }
    for name, loss in losses.items():
        with tf.GradientTape() as tape:
            tape.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                value = tf.reduce_mean(loss(x @ w + b))
            total = value + 0.5 * tf.reduce_sum(tf.square(inner.gradient(value, x)))
        results[name] = tape.gradient(total, [w, b, x])
    return results


# -- learning to learn --------------------------------------------------------------------------


def _network(tf, x, weights):
    w1, b1, w2, b2 = weights
    return tf.tanh(x @ w1 + b1) @ w2 + b2


_SHAPES = ((1, 5), (5,), (5, 1), (1,))


@_case
def _maml(tf, dtype):
    """Three steps of an inner loop on tensors made from variables, and one of the outer loop."""
    weights = _variables(tf, dtype, *_SHAPES)
    results = []
    for task in range(2):
        x = numbers(tf, dtype, 4, 1, start=float(task))
        y = tf.sin(x * 2.0)
        with tf.GradientTape() as outer:
            fast = [tf.identity(w) for w in weights]
            for _ in range(3):
                with tf.GradientTape() as inner:
                    inner.watch(fast)
                    loss = tf.reduce_mean(tf.square(_network(tf, x, fast) - y))
                gradients = inner.gradient(loss, fast)
                fast = [w - 0.1 * g for w, g in zip(fast, gradients, strict=True)]
            final = tf.reduce_mean(tf.square(_network(tf, x + 0.5, fast) - y))
        results.append((final, outer.gradient(final, weights)))
    return results


@_case
def _maml_of_first_order(tf, dtype):
    """As `maml`, with the inner gradients cut off by tf.stop_gradient."""
    weights = _variables(tf, dtype, *_SHAPES)
    x = numbers(tf, dtype, 4, 1)
    with tf.GradientTape() as outer:
        fast = [w.read_value() for w in weights]
        for _ in range(2):
            with tf.GradientTape() as inner:
                inner.watch(fast)
                loss = tf.reduce_mean(tf.square(_network(tf, x, fast) - x))
            gradients = [tf.stop_gradient(g) for g in inner.gradient(loss, fast)]
            fast = [w - 0.1 * g for w, g in zip(fast, gradients, strict=True)]
        final = tf.reduce_mean(tf.square(_network(tf, x, fast)))
    return outer.gradient(final, weights)


@_case
def _maml_with_assignments(tf, dtype):
    """The inner loop on variables: what is assigned is a constant to the outer tape."""
    weights = _variables(tf, dtype, *_SHAPES)
    rate = tf.Variable(tf.constant(0.1, dtype))
    x = numbers(tf, dtype, 4, 1)
    with tf.GradientTape(persistent=True) as outer:
        for _ in range(2):
            with tf.GradientTape() as inner:
                loss = tf.reduce_mean(tf.square(_network(tf, x, weights) - x))
            for w, g in zip(weights, inner.gradient(loss, weights), strict=True):
                w.assign_sub(rate * g)
        final = tf.reduce_mean(tf.square(_network(tf, x, weights)))
    return final, outer.gradient(final, weights), outer.gradient(final, rate)


@_case
def _learned_rates(tf, dtype):
    """The gradient by the learning rates of three steps of a quadratic problem."""
    rates = tf.Variable(tf.constant([0.1, 0.2, 0.3], dtype))
    matrix = tf.constant([[2.0, 0.5], [0.5, 1.0]], dtype)
    with tf.GradientTape() as outer:
        x = tf.constant([1.0, -2.0], dtype)
        for step in range(3):
            with tf.GradientTape() as inner:
                inner.watch(x)
                loss = 0.5 * tf.tensordot(x, tf.linalg.matvec(matrix, x), 1)
            x = x - rates[step] * inner.gradient(loss, x)
        final = tf.reduce_sum(x**4)
    return final, outer.gradient(final, rates)


@_case
def _momentum_unrolled(tf, dtype):
    w = tf.Variable(tf.constant([0.5, -0.3], dtype))
    decay = tf.Variable(tf.constant(0.9, dtype))
    with tf.GradientTape() as outer:
        x, speed = w.read_value(), tf.zeros([2], dtype)
        for _ in range(4):
            with tf.GradientTape() as inner:
                inner.watch(x)
                loss = tf.reduce_sum(tf.cos(x) + x**2 * x[0])
            speed = decay * speed - 0.1 * inner.gradient(loss, x)
            x = x + speed
        final = tf.reduce_sum(tf.exp(x))
    return outer.gradient(final, [w, decay])


# -- Hessians and their products ----------------------------------------------------------------


def _scalar(tf, x):
    return tf.reduce_sum(tf.sin(x) * tf.exp(0.3 * x)) + tf.reduce_prod(1.0 + x * x)


@_case
def _hessian_vector_products(tf, dtype):
    x, v = numbers(tf, dtype, 4), numbers(tf, dtype, 4, start=1.3)
    results = {}
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = _scalar(tf, x)
        along = tf.reduce_sum(inner.gradient(y, x) * v)
    results["of a product"] = outer.gradient(along, x)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = _scalar(tf, x)
        slope = inner.gradient(y, x)
    results["by weights"] = outer.gradient(slope, x, output_gradients=v)
    # Backwards twice through the weights: the product of the transposed Jacobian is linear in them.
    u = tf.zeros_like(v)
    with tf.GradientTape() as outer:
        outer.watch(u)
        with tf.GradientTape() as middle:
            middle.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = _scalar(tf, x)
            slope = inner.gradient(y, x)
        product = middle.gradient(slope, x, output_gradients=u)
    results["forward by two backward"] = outer.gradient(product, u, output_gradients=v)
    with tf.GradientTape(persistent=True) as inner:
        inner.watch(x)
        y = _scalar(tf, x)
    with tf.GradientTape() as later:
        later.watch(x)
        slope = inner.gradient(y, x)
    results["by a later tape"] = later.gradient(slope, x, output_gradients=v)
    return results


@_case
def _hessian_by_rows(tf, dtype):
    x = numbers(tf, dtype, 3)
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = _scalar(tf, x)
        slopes = tf.unstack(inner.gradient(y, x))
    return [outer.gradient(slope, x) for slope in slopes]


@_case
def _newton(tf, dtype):
    x = tf.Variable(tf.constant([0.7, -0.4], dtype))
    results = []
    for _ in range(3):
        with tf.GradientTape(persistent=True) as outer:
            with tf.GradientTape() as inner:
                y = (1.0 - x[0]) ** 2 + 5.0 * (x[1] - x[0] ** 2) ** 2
            slope = inner.gradient(y, x)
            parts = tf.unstack(slope)
        hessian = tf.stack([outer.gradient(part, x) for part in parts])
        x.assign_sub(tf.squeeze(tf.linalg.solve(hessian, slope[:, tf.newaxis]), 1))
        results.append((y, slope, hessian, x.read_value()))
    return results


@_case
def _third_and_fourth(tf, dtype):
    x = tf.Variable(tf.constant([0.4, 1.1], dtype))
    functions = {
        "tanh": lambda: tf.tanh(x) * x,
        "gelu": lambda: tf.nn.gelu(x),
        "swish": lambda: tf.nn.silu(x),
        "quotient": lambda: tf.sin(x) / (1.0 + x**2),
        "power": lambda: x**x,
        "softmax": lambda: tf.nn.softmax(x * x),
    }
    results = {}
    for name, function in functions.items():
        with tf.GradientTape() as t4:
            with tf.GradientTape() as t3:
                with tf.GradientTape() as t2:
                    with tf.GradientTape() as t1:
                        y = function()
                    d1 = t1.gradient(y, x, output_gradients=tf.constant([1.0, 2.0], dtype))
                d2 = t2.gradient(d1, x)
            d3 = t3.gradient(d2, x)
        results[name] = [d1, d2, d3, t4.gradient(d3, x)]
    return results
