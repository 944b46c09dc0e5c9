"""Random numbers inside of `tf.function`: each operation of a trace has its own stream."""


def _numbers(results):
    return [x.numpy().tolist() for x in results]


def _two(tf):
    @tf.function
    def f():
        own = [tf.random.uniform([1], seed=3), tf.random.uniform([1], seed=3)]
        return [tf.random.uniform([1]), tf.random.uniform([1]), *own]

    return f


def streams(tf):
    tf.random.set_seed(1)
    f = _two(tf)
    outcomes = [_numbers(f()), _numbers(f()), _numbers([tf.random.uniform([1])])]
    tf.random.set_seed(1)
    outcomes.append(_numbers(f()))
    tf.random.set_seed(2)  # its trace is of the seed before
    return [*outcomes, _numbers(f()), _numbers(_two(tf)())]


def nested(tf):
    tf.random.set_seed(4)
    f = _two(tf)

    @tf.function
    def g():
        return f() + [tf.random.normal([2])] + f()

    return [_numbers(g()), _numbers(f()), _numbers(g()), _numbers(f())]


def traces(tf):
    @tf.function
    def f(x):
        return tf.random.uniform(tf.shape(x)), tf.random.normal([1])

    tf.random.set_seed(5)
    sizes = [1, 2, 1, 2]
    return [_numbers(f(tf.zeros([n]))) for n in sizes]


def kinds(tf):
    @tf.function
    def f():
        return [
            tf.random.shuffle(tf.range(5)),
            tf.random.categorical([[0.0, 1.0]], 3),
            tf.random.gamma([2], 1.5),
            tf.nn.dropout(tf.ones([4]), 0.5),
            tf.random.poisson([2], 3.0),
            tf.random.truncated_normal([2]),
            tf.random_normal_initializer()([2]),
            tf.random.uniform([2], 0, 9, tf.int32),
        ]

    tf.random.set_seed(0)
    return [_numbers(f()), _numbers(f())]


def without_global_seed(tf):
    tf.random.set_seed(None)
    return [_numbers(_two(tf)()[2:]) for _ in range(2)]


def seed_inside(tf):
    @tf.function
    def f():
        first = tf.random.uniform([1])
        tf.random.set_seed(9)
        return first, tf.random.uniform([1])

    tf.random.set_seed(5)
    return [_numbers(f()), _numbers(f()), _numbers([tf.random.uniform([1])])]


def methods(tf):
    class Noise(tf.Module):
        @tf.function
        def __call__(self):
            return [tf.random.uniform([1])]

    tf.random.set_seed(1)
    one, two = Noise(), Noise()
    return [_numbers(one()), _numbers(two()), _numbers(one())]


def outside_of_it(tf):
    @tf.function
    def f():
        with tf.init_scope():
            first = tf.random.uniform([1])
        return [first, tf.random.uniform([1])]

    tf.random.set_seed(1)
    return _numbers(f())
