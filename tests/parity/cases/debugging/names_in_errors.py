"""The ends of the messages of errors: whether they show the argument `name`, and which."""


def _end(call):
    try:
        call()
    except Exception as error:
        return str(error).rpartition("[Op:")[2]
    return "no error"


def ends(tf):
    x, five = tf.ones([3, 2]), tf.constant([5])
    return [
        _end(call)
        for call in (
            lambda: tf.io.read_file("missing"),
            lambda: tf.io.read_file(tf.constant("missing")),
            lambda: tf.io.read_file("missing", name="given"),
            lambda: tf.gather(x, five),
            lambda: tf.gather(x, [5]),
            lambda: tf.reshape(x, [5]),
            lambda: tf.strings.to_number("a"),
            lambda: tf.strings.to_number(tf.constant("a")),
            lambda: tf.io.decode_png("abc"),
            lambda: tf.io.decode_raw("abc", tf.int32),
            lambda: tf.strings.substr("abc", 10, 1),
            lambda: tf.random.categorical(five, 1),
            lambda: tf.slice(x, [5, 0], [1, 1]),
            lambda: x[5],
            lambda: x[5:6, 7],
            lambda: x[0, 0, 0],
            lambda: tf.constant(1.0)[0],
            lambda: x[::0],
            lambda: tf.scatter_nd([[7]], [1.0], [3]),
            lambda: x + tf.ones([4, 4]),
        )
    ]
