"""Loops and built-in functions of converted code: over datasets and rows, and without state."""

from tests.parity.harness import attempt


def loops_without_state(tf):
    v = tf.Variable(0)

    @tf.function
    def f(n):
        while v < n:
            v.assign_add(1)
        for _ in tf.range(n):
            v.assign_add(10)
        return v.read_value()

    @tf.function
    def g(dataset, condition):
        iterator = iter(dataset)
        while condition:
            v.assign(tf.cast(next(iterator), tf.int32))

    result = f(tf.constant(3))
    error = type(attempt(g, tf.data.Dataset.range(5), tf.constant(True))).__name__
    return result, error, v.read_value()


def builtins_of_datasets(tf):
    dataset = tf.data.Dataset.range(5)

    @tf.function
    def f(elements):
        a = b = c = d = e = g = tf.constant(0, tf.int64)
        for i, x in enumerate(elements):
            a += i * x
        for i, x in enumerate(elements, 10):
            b += i * x
        for x, y in zip(elements, elements.skip(1)):  # noqa: B905
            c += x * y
        for x in filter(lambda x: x > 2, elements):
            d = d * 10 + x
        for x in map(lambda x: x * 2, elements):  # noqa: C417
            e = e * 10 + x
        for x in map(lambda x, y: x * y, elements, elements.skip(1)):
            g = g * 100 + x
        return a, b, c, d, e, g, len(elements)

    @tf.function
    def g(elements):
        large = elements.map(lambda x: x > 3)
        small = elements.map(lambda x: x >= 0)
        return any(large), all(large), any(small), all(small)

    return f(dataset), g(dataset), attempt(tf.function(lambda x: any(x)), dataset)


def loops_over_rows(tf):
    @tf.function
    def f(rows):
        s = 0
        for row in rows:
            s += tf.reduce_sum(row)
        return s

    @tf.function
    def g(rows):
        s = 0
        for row in rows:
            for x in row:
                if x == 2:
                    break
                s = s * 10 + x
            s += tf.size(row)
        return s

    deep = tf.ragged.constant([[[1], [2, 3]], [[]]])
    unknown = tf.function(f.python_function, input_signature=[tf.RaggedTensorSpec([None, None])])
    rows = tf.ragged.constant([[1, 2], [3], []])
    return f(rows), g(rows), f(deep), attempt(unknown, tf.ragged.constant([[1.0]]))
