"""`tf.IndexedSlices` in traced functions: their static shapes, and conditionals of them."""


def _described(slices):
    return [str(x.shape) for x in (slices, slices.values, slices.indices)], repr(slices._type_spec)


def shapes(tf):
    """What a tensor of the function gives of a shape is unknown while tracing."""
    values, indices, found = tf.ones([2, 3]), tf.constant([0, 1]), []

    @tf.function
    def f(sizes):
        for shape in (sizes, tf.constant([5, 3]), tf.shape(tf.zeros([7, 3])), None):
            found.append(_described(tf.IndexedSlices(values, indices, shape)))
        return sizes

    f(tf.constant([5, 3]))
    return found


def gradients(tf):
    """A gradient by rows has as many rows as there are indices, which may be unknown."""
    table, found = tf.Variable(tf.ones([5, 2])), []

    @tf.function
    def f(indices):
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(tf.gather(table, indices) ** 2.0)
        gradient = tape.gradient(y, table)
        found.append([str(gradient.values.shape), str(gradient.indices.shape)])
        return gradient.values / tf.gather(table + 1.0, gradient.indices)

    results = [f(tf.constant([[0, 4], [1, 1], [0, 2]]))]
    for shape in ([None, 2], [None, None], [None]):
        f.get_concrete_function(tf.TensorSpec(shape, tf.int32))
    return results, found


def conditionals(tf):
    """Branches may have other numbers of rows, and other types of indices."""
    found = []

    @tf.function
    def f(x, sizes):
        one = tf.IndexedSlices(tf.ones([2, 3]), tf.constant([0, 1]), sizes)
        other = tf.IndexedSlices(tf.zeros([1, 3]), tf.constant([2], tf.int64), tf.constant([5, 3]))
        y = tf.cond(x > 0, lambda: one, lambda: other)
        found.append((_described(y), y.indices.dtype))
        return y

    results = [f(tf.constant(x), tf.constant([4, 3])) for x in (1, -1)]
    return [(y.values, y.indices, y.dense_shape) for y in results], found
