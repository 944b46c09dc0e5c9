"""`tf.vectorized_map` in functions: the function of a slice is traced once."""


def a_function_of_rows(tf):
    w = tf.Variable([1.0, 2.0])

    @tf.function
    def f(x):
        print("traced")

        def one(row):
            print("row", row.shape)
            return row * w + 1.0

        return tf.vectorized_map(one, x)

    x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return f(tf.ones([3, 2])), y, tape.gradient(y, [x, w])


def gradients_of_each_row(tf):
    w = tf.Variable([1.0, 2.0])

    @tf.function(input_signature=[tf.TensorSpec([None, 2])])
    def f(x):
        def one(row):
            with tf.GradientTape() as tape:
                tape.watch(row)
                y = tf.reduce_sum(row * row * w)
            return tape.gradient(y, row), y

        gradients, values = tf.vectorized_map(one, x)
        print(gradients.shape, values.shape)
        return gradients, values

    x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    with tf.GradientTape() as tape:
        gradients, values = f(x)
        total = tf.reduce_sum(gradients) + tf.reduce_sum(values)
    return gradients, values, tape.gradient(total, w), f(tf.ones([5, 2]))


def captures_and_structures(tf):
    @tf.function
    def captured(a, b, c):
        with tf.GradientTape() as tape:
            tape.watch(c)
            y = tf.vectorized_map(lambda pair: tf.linalg.matvec(pair[0], pair[1]) + c, (a, b))
        return y, tape.gradient(y, c)

    @tf.function
    def structure(x):
        return tf.vectorized_map(lambda t: {"a": t + 1, "b": [t, tf.cast(t, tf.int32)]}, x)

    @tf.function
    def inner(t, v):
        return t * v

    v = tf.Variable(3.0)

    @tf.function
    def calls(x):
        return tf.vectorized_map(lambda t: inner(t, 2.0) * v, x)

    x = tf.constant([1.0, -1.0])
    with tf.GradientTape() as tape:
        y = calls(x)
    return (
        captured(tf.ones([3, 2, 2]), tf.ones([3, 2]), tf.constant([1.0, 2.0])),
        structure(x),
        y,
        tape.gradient(y, v),
    )
