"""What a traced function still does when its iterator has no next element."""

import numpy as np

from tests.parity.harness import tolerance


def ended(tf, function, *variables, iterators=None, calls=4):
    """What the calls return or raise, and the variables after each."""
    if iterators is None:
        iterators = [iter(tf.data.Dataset.range(2).map(lambda x: tf.cast(x, tf.float32) + 1.0))]
    seen = []
    for _ in range(calls):
        try:
            result = function(*iterators)
        except tf.errors.OpError as error:
            result = type(error).__name__
        seen.append((result, *(v.numpy().tolist() for v in variables)))
    return seen


def variables(tf):
    steps, total, twice = (tf.Variable(0.0) for _ in range(3))

    @tf.function
    def step(iterator):
        steps.assign_add(1.0)
        x = next(iterator)
        total.assign_add(x)
        total.assign_add(10.0)  # waits for the first assignment
        steps.assign_add(100.0)
        twice.assign(steps * 2.0)
        return x

    return ended(tf, step, steps, total, twice)


def reads_before_and_after(tf):
    a, b, c = (tf.Variable(1.0) for _ in range(3))

    @tf.function
    def step(iterator):
        x = next(iterator)
        b.assign(a * x)  # the read of `a` waits for nothing
        a.assign(a + 1.0)
        c.assign(b + 1.0)
        return a + b

    return ended(tf, step, a, b, c)


def inside_a_function(tf):
    count, total = tf.Variable(0), tf.Variable(0.0)

    @tf.function
    def inner(x, one):
        count.assign_add(1)
        total.assign_add(x)
        return x + 1.0, one * 2.0

    last = tf.Variable(0.0)

    @tf.function
    def step(iterator):
        result, other = inner(next(iterator), tf.constant(1.0) + tf.cast(count, tf.float32))
        last.assign(other)
        return result

    return ended(tf, step, count, total, last)


def read_inside_a_function(tf):
    inside, outside = tf.Variable(0), tf.Variable(0)

    @tf.function
    def read(iterator):
        inside.assign_add(1)
        return next(iterator)

    @tf.function
    def step(iterator):
        x = read(iterator)
        outside.assign_add(1)
        return x

    return ended(tf, step, inside, outside)


def results_wait_for_effects(tf):
    count, last, other = (tf.Variable(0.0) for _ in range(3))

    @tf.function
    def counted(x, one):
        count.assign_add(1.0)
        return x + 1.0, one * 2.0

    @tf.function
    def printed(x, one):
        tf.print(x)
        return x + 1.0, one * 2.0

    @tf.function
    def step(iterator):
        x = next(iterator)
        result, two = counted(x, tf.constant(1.0) + count)
        last.assign_add(two)
        _, three = printed(x, tf.constant(2.0))
        other.assign_add(three)  # not before the print
        return result

    return ended(tf, step, count, last, other)


def a_gradient(tf):
    w, steps = tf.Variable([1.0, 2.0]), tf.Variable(0)

    @tf.function
    def step(iterator):
        x = next(iterator)
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(w * x) + tf.reduce_sum(w**2)
        w.assign_sub(0.1 * tape.gradient(loss, w))
        steps.assign_add(1)
        return loss

    return ended(tf, step, w, steps)


def a_gradient_without_the_element(tf):
    w, total = tf.Variable([1.0, 2.0]), tf.Variable(0.0)

    @tf.function
    def step(iterator):
        total.assign_add(next(iterator))
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(w**2)
        w.assign_sub(0.1 * tape.gradient(loss, w))
        return loss

    return ended(tf, step, w, total)


def branches(tf):
    a, b, c = (tf.Variable(0.0) for _ in range(3))

    @tf.function
    def step(iterator):
        x = next(iterator)
        if x > 1.0:
            a.assign_add(1.0)
        if b >= 0.0:
            b.assign_add(1.0)
        a.assign_add(10.0)
        c.assign_add(1.0)
        return x

    return ended(tf, step, a, b, c)


def random_numbers(tf):
    tf.random.set_seed(3)
    drawn, other = tf.Variable(0.0), tf.Variable(0.0)
    generator = tf.random.Generator.from_seed(1)

    @tf.function
    def step(iterator):
        x = next(iterator)
        drawn.assign(tf.random.uniform([]))
        other.assign(generator.uniform([]))
        return x + tf.random.uniform([])

    return ended(tf, step, drawn, other), generator.state


def an_element_that_fails(tf):
    count, total = tf.Variable(0), tf.Variable(0.0)
    data = tf.data.Dataset.from_tensor_slices([1.0, np.nan, 3.0])
    data = data.map(lambda x: tf.debugging.check_numerics(x, "bad"))

    @tf.function
    def step(iterator):
        total.assign_add(next(iterator))
        count.assign_add(1)
        return total.read_value()

    return ended(tf, step, count, total, iterators=[iter(data)])


def _trained(tf, data, layers):
    tf.keras.utils.set_random_seed(0)
    model = tf.keras.Sequential([*layers(), tf.keras.layers.Dense(1, activation="sigmoid")])
    rate = tf.keras.optimizers.schedules.ExponentialDecay(0.1, 3, 0.9)
    model.compile(tf.keras.optimizers.Adam(rate), "binary_crossentropy", metrics=["accuracy"])
    history = model.fit(data, epochs=3, verbose=0).history
    return history, int(model.optimizer.iterations), model.evaluate(data, verbose=0)


def _examples(tf):
    x = np.random.RandomState(0).rand(40, 4).astype("float32")
    data = tf.data.Dataset.from_tensor_slices((x, (x.sum(1, keepdims=True) > 2).astype("float32")))
    return data.filter(lambda x, y: True)  # so that nobody knows how many there are


@tolerance(1e-5, 1e-6)
def keras_with_batches_of_unknown_number(tf):
    layers = tf.keras.layers
    data = _examples(tf)

    def dropped():
        return layers.Dense(8, activation="relu", kernel_regularizer="l2"), layers.Dropout(0.5)

    return [
        _trained(tf, data.batch(16), dropped),
        _trained(tf, data.batch(16, drop_remainder=True), lambda: [layers.BatchNormalization()]),
    ]
