"""Programs whose gradient of `y` by `x` on `tape` is None, with the reason.

The comment `# here` marks the line that the reason names; `tests/unit/explain/ask_tensorflow.py`
makes sure that the gradients are None in TensorFlow too.
"""

from __future__ import annotations

# Name -> (the reason's code, the program).
PROGRAMS: dict[str, tuple[str, str]] = {}


def program(reason: str):
    """Adds the docstring of a function to the programs."""

    def add(function):
        lines = function.__doc__.splitlines()
        indentation = min(len(x) - len(x.lstrip()) for x in lines if x.strip())
        PROGRAMS[function.__name__] = reason, "\n".join(x[indentation:] for x in lines)
        return function

    return add


@program("never_watched")
def constant():
    """
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        y = x * x  # here
    """


@program("never_watched")
def constant_in_a_function():
    """
    def f(a):
        b = a + 1.0  # here
        return tf.square(b)

    x = tf.constant([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        y = f(x)
    """


@program("never_watched")
def wrong_one_watched():
    """
    x = tf.constant(3.0)
    other = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(other)
        y = x * other  # here
    """


@program("never_watched")
def integer_variable_as_constant():
    """
    x = tf.convert_to_tensor(np.float32(2.0))
    w = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(tf.stack([w, x]))  # here
    """


@program("never_watched_result")
def result_made_before():
    """
    v = tf.Variable(3.0)
    x = tf.sin(v) * 2.0
    with tf.GradientTape() as tape:
        y = x * x  # here
    """


@program("not_trainable")
def not_trainable():
    """
    x = tf.Variable(3.0, trainable=False)
    w = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = x * w  # here
    """


@program("watch_off")
def accessed_variables_off():
    """
    x = tf.Variable(3.0)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        y = x * x  # here
    """


@program("watched_late")
def watched_late():
    """
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        y = x * x  # here
        tape.watch(x)
    """


@program("watched_late")
def watched_between():
    """
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        a = tf.exp(x)  # here
        tape.watch(x)
        b = tf.sin(x)
        y = a + 1.0
    """


@program("replaced")
def replaced_in_a_loop():
    """
    x = tf.Variable(2.0)
    for step in range(2):
        with tf.GradientTape() as tape:
            y = x + 1.0
        x = x + 1.0 if step == 0 else x  # here
    """


@program("replaced")
def replaced_by_an_update():
    """
    x = tf.Variable([2.0, 1.0])
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(x * x)
    g = tape.gradient(loss, x)
    x = x - 0.1 * g  # here
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(x * x)
    """


@program("replaced")
def replaced_but_the_variable_is_asked():
    """
    w = tf.Variable(2.0)
    x = w
    w = w * 0.5  # here
    with tf.GradientTape() as tape:
        y = w * w
    """


@program("before_tape")
def computed_before():
    """
    x = tf.Variable(2.0)
    a = tf.exp(x)  # here
    with tf.GradientTape() as tape:
        y = a * 2.0 + 0.0 * tf.Variable(1.0)
    """


@program("before_tape")
def target_before():
    """
    x = tf.Variable(2.0)
    y = x * x  # here
    with tf.GradientTape() as tape:
        z = x * 2.0
    """


@program("after_tape")
def loss_after_the_block():
    """
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        prediction = x * 3.0
    y = tf.square(prediction - 1.0)  # here
    """


@program("stop_recording")
def stop_recording():
    """
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        a = x * x
        with tape.stop_recording():
            b = a * 2.0  # here
        y = b + 1.0
    """


@program("init_scope")
def init_scope():
    """
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        with tf.init_scope():
            b = x * 2.0  # here
        y = b + 1.0
    """


@program("numpy")
def numpy_function_of_a_value():
    """
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        a = x * 2.0
        b = np.sin(a.numpy())  # here
        y = tf.constant(b) * 2.0
    """


@program("numpy")
def numpy_of_the_source():
    """
    x = tf.constant([2.0, 1.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(np.square(x))  # here
    """


@program("numpy")
def numpy_of_a_variable():
    """
    x = tf.Variable([2.0, 1.0])
    with tf.GradientTape() as tape:
        array = x.numpy()  # here
        y = tf.reduce_sum(array * array)
    """


@program("python")
def python_number():
    """
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        number = float(x * 2.0)  # here
        y = tf.square(number)
    """


@program("python")
def python_item():
    """
    import math
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.constant(math.exp(x))  # here
    """


@program("numpy_function")
def numpy_function():
    """
    x = tf.Variable([2.0])
    with tf.GradientTape() as tape:
        y = tf.numpy_function(lambda a: a * np.float32(2), [x], tf.float32)  # here
    """


@program("integer_source")
def integer_source():
    """
    x = tf.constant(3)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x  # here
    """


@program("integer_source")
def integer_variable():
    """
    x = tf.Variable(3)
    w = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = w * tf.cast(x, tf.float32)  # here
    """


@program("integer_path")
def cast_to_integer():
    """
    x = tf.Variable(3.7)
    with tf.GradientTape() as tape:
        n = tf.cast(x, tf.int32)  # here
        y = tf.cast(n, tf.float32) * 2.0
    """


@program("integer_path")
def argmax():
    """
    x = tf.Variable([3.0, 1.0])
    with tf.GradientTape() as tape:
        y = tf.one_hot(tf.argmax(x), 2)  # here
    """


@program("integer_path")
def comparison():
    """
    x = tf.Variable([3.0, 1.0])
    with tf.GradientTape() as tape:
        correct = tf.equal(tf.round(x), [3.0, 1.0])
        y = tf.reduce_mean(tf.cast(x > 2.0, tf.float32))  # here
    """


@program("integer_target")
def integer_target():
    """
    x = tf.Variable([3.0, 1.0])
    with tf.GradientTape() as tape:
        y = tf.argmax(x)  # here
    """


@program("stop_gradient")
def stop_gradient():
    """
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        a = tf.stop_gradient(x * 2.0)  # here
        y = a * a
    """


@program("stop_gradient")
def stop_gradient_among_others():
    """
    x = tf.Variable([3.0, 1.0])
    with tf.GradientTape() as tape:
        n = tf.cast(tf.shape(x)[0], tf.float32)
        a = tf.reduce_sum(tf.stop_gradient(x))  # here
        y = a / n
    """


@program("no_gradient")
def floor():
    """
    x = tf.Variable(3.3)
    with tf.GradientTape() as tape:
        a = tf.floor(x * 2.0)  # here
        y = a * a
    """


@program("no_gradient")
def rounded():
    """
    x = tf.Variable([3.3])
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(tf.math.rint(x))  # here
    """


@program("no_gradient")
def zeros_like():
    """
    x = tf.Variable([3.3])
    with tf.GradientTape() as tape:
        y = tf.ones_like(x) * 3.0  # here
    """


@program("other_thread")
def other_thread():
    """
    import threading
    x = tf.Variable(3.0)
    results = []

    def work():
        results.append(x * x)  # here

    with tf.GradientTape() as tape:
        worker = threading.Thread(target=work)
        worker.start()
        worker.join()
        y = results[0] * 2.0
    """


@program("other_thread")
def in_a_pool():
    """
    from concurrent.futures import ThreadPoolExecutor
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        with ThreadPoolExecutor(1) as pool:
            parts = list(pool.map(lambda i: x[i] * 2.0, range(2)))  # here
        y = tf.add_n(parts)
    """


@program("assigned")
def through_an_assignment():
    """
    x = tf.Variable(3.0)
    state = tf.Variable(0.0)
    with tf.GradientTape() as tape:
        state.assign_add(x * 2.0)  # here
        y = state * 2.0
    """


@program("branch_not_taken")
def branch():
    """
    x = tf.Variable(3.0)
    w = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        if w > 5.0:
            y = w * x  # here
        else:
            y = w * 2.0
    """


@program("branch_not_taken")
def branch_in_a_function():
    """
    x = tf.Variable(3.0)
    w = tf.Variable(2.0)

    def model(inputs, training):
        h = inputs * w
        if training:
            h = h + x  # here
        return h

    with tf.GradientTape() as tape:
        y = model(tf.constant(1.0), training=False)
    """


@program("branch_not_taken")
def cond_branch():
    """
    x = tf.Variable(3.0)
    w = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = tf.cond(
            w > 5.0,
            lambda: w * x,  # here
            lambda: w * 2.0,
        )
    """


@program("not_used")
def not_used():
    """
    x = tf.Variable(3.0)
    w = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        a = w * x
        y = w * 2.0  # here
    """


@program("not_used")
def shadowed_name():
    """
    x = tf.Variable(3.0)
    other = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        loss = other * other
        y = loss + 1.0  # here
    """


@program("constant_target")
def constant_target():
    """
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        a = x * x
        y = tf.constant(1.0)
    """


@program("custom_none")
def custom_gradient():
    """
    @tf.custom_gradient
    def double(a):
        return a * 2.0, lambda upstream: None

    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = double(x)  # here
    """


@program("constant_derivative")
def second_derivative_of_a_line():
    """
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        with tf.GradientTape() as inner:
            f = 5.0 * x
        y = inner.gradient(f, x)  # here
    """


@program("constant_derivative")
def mixed_derivative():
    """
    x = tf.Variable(3.0)
    w = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        with tf.GradientTape() as inner:
            f = w * w + x * x
        y = inner.gradient(f, w)  # here
    """


@program("after_tape")
def first_derivative_outside():
    """
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        with tf.GradientTape() as inner:
            f = x * x * x
    y = inner.gradient(f, x)  # here
    """


@program("stop_gradient")
def stop_gradient_in_the_inner_tape():
    """
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        with tf.GradientTape() as inner:
            f = x * x * x
        g = tf.stop_gradient(inner.gradient(f, x))  # here
        y = g * 2.0
    """


@program("before_tape")
def outer_entered_late():
    """
    x = tf.Variable(3.0)
    with tf.GradientTape() as inner:
        f = x * x
    g = inner.gradient(f, x)  # here
    with tf.GradientTape() as tape:
        y = g * 2.0
    """


@program("reset")
def reset():
    """
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        a = x * x  # here
        tape.reset()
        y = a * 2.0
    """


@program("spent")
def spent():
    """
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        a = x * x
        y = a * 2.0
    tape.gradient(a, x)  # here
    """


@program("never_watched")
def gather_of_a_constant():
    """
    x = tf.constant([1.0, 2.0, 3.0])
    with tf.GradientTape() as tape:
        y = tf.gather(x, [0, 2])  # here
    """


@program("stop_gradient")
def in_a_function():
    """
    @tf.function
    def f(a):
        b = a * 2.0
        return tf.stop_gradient(b) + 1.0  # here

    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = f(x)
    """


@program("no_gradient")
def operation_in_a_function():
    """
    @tf.function
    def f(a):
        b = tf.floor(a)  # here
        return b + 1.0

    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    """


@program("after_tape")
def function_after_the_tape():
    """
    @tf.function
    def f(a):
        return a * 3.0  # here

    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        a = x * x
    y = f(a)  # here
    """


@program("never_watched")
def constant_into_a_function():
    """
    @tf.function
    def f(a):
        return a * 3.0  # here

    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        y = f(x)  # here
    """


@program("stop_gradient")
def inside_a_vectorized_map():
    """
    x = tf.Variable([3.0, 2.0])
    with tf.GradientTape() as tape:
        y = tf.vectorized_map(
            lambda row: tf.stop_gradient(row * 2.0),  # here
            x,
        )
    """


@program("no_gradient")
def inside_a_while_loop():
    """
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        i, y = tf.constant(0), tf.constant(0.0)
        while i < 3:
            y += tf.sign(x) * tf.floor(x)  # here
            i += 1
        y = tf.floor(y)  # here
    """


@program("watched_late")
def watched_in_a_loop():
    """
    x = tf.constant([3.0, 2.0])
    w = tf.Variable(1.0)
    for _ in range(2):
        with tf.GradientTape() as tape:
            h = tf.nn.relu(x)  # here
            tape.watch(x)
            y = h * w
    """


@program("stop_gradient")
def in_an_inner_function_of_a_function():
    """
    @tf.function
    def inner(a):
        return tf.stop_gradient(a)  # here

    @tf.function
    def outer(a):
        return inner(a * 2.0) * 3.0

    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = outer(x)
    """


@program("not_trainable")
def not_trainable_in_a_function():
    """
    x = tf.Variable(3.0, trainable=False)
    w = tf.Variable(2.0)

    @tf.function
    def f(a):
        return a * x  # here

    with tf.GradientTape() as tape:
        y = f(w)  # here
    """


@program("no_gradient")
def histogram():
    """
    x = tf.Variable([3.0, 2.0])
    with tf.GradientTape() as tape:
        y = tf.math.sign(tf.nn.softmax(x) - 0.5) * 2.0
        y = tf.math.ceil(y)  # here
    """


@program("replaced")
def weights_in_a_dict():
    """
    weights = {"w": tf.Variable(1.0)}
    with tf.GradientTape() as tape:
        loss = tf.square(weights["w"] - 3.0)
    g = tape.gradient(loss, weights["w"])
    weights["w"] = weights["w"] - 0.1 * g  # here
    x = weights["w"]
    with tf.GradientTape() as tape:
        y = tf.square(x - 3.0)
    """


@program("numpy")
def a_metric_in_numpy():
    """
    x = tf.Variable([[1.0], [2.0]])
    data = np.ones((3, 2), np.float32)
    with tf.GradientTape() as tape:
        logits = tf.matmul(data, x)
        array = np.asarray(logits)  # here
        y = tf.reduce_mean((array - 1.0) ** 2)
    """


@program("assigned")
def a_variable_made_of_a_result():
    """
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        v = tf.Variable(x * 2.0)  # here
        y = v * 3.0
    """


@program("not_used")
def only_logged():
    """
    x = tf.Variable(3.0)
    w = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        print("x is", x.numpy())
        y = w * tf.constant(2.0)  # here
    """


@program("not_used")
def read_under_another_tape():
    """
    x = tf.Variable(3.0)
    w = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        number = float(x)
        y = w * number
    with tf.GradientTape() as tape:
        y = w * tf.constant(2.0)  # here
    """


@program("python")
def the_condition_of_an_if():
    """
    x = tf.Variable(3.0)
    w = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        if x > 0:  # here
            y = w * 2.0
        else:
            y = w * 3.0
    """


@program("no_gradient")
def packed_and_ragged():
    """
    x = tf.Variable([3.0, 2.0, 1.0])
    with tf.GradientTape() as tape:
        ragged = tf.RaggedTensor.from_row_lengths(x, [1, 2])
        y = tf.reduce_sum(tf.convert_to_tensor([tf.reduce_sum(tf.floor(ragged))]))  # here
    """


@program("no_gradient")
def through_a_tensor_array():
    """
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        array = tf.TensorArray(tf.float32, 1)
        array = array.write(0, tf.round(x))  # here
        y = tf.reduce_sum(array.stack())
    """


@program("integer_path")
def through_text():
    """
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        text = tf.as_string(x)  # here
        y = tf.strings.to_number(text)
    """


@program("no_gradient")
def pieces_put_together():
    """
    x = tf.Variable([3.0, 1.0])
    with tf.GradientTape() as tape:
        a = x[0] * 2.0
        y = tf.floor(tf.concat([a[None], tf.convert_to_tensor([a, a])], 0))  # here
    """


@program("integer_target")
def sorted_indices():
    """
    x = tf.Variable([[3.0, 1.0]])
    with tf.GradientTape() as tape:
        y = tf.argsort(x, axis=0)  # here
    """


# Programs whose gradient is not None.
CONNECTED = {
    "square": """
        x = tf.Variable(3.0)
        with tf.GradientTape() as tape:
            y = x * x
    """,
    "watched": """
        x = tf.constant([3.0])
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = tf.reduce_sum(tf.stop_gradient(x) * x)
    """,
    "intermediate": """
        v = tf.Variable([3.0])
        with tf.GradientTape() as tape:
            x = v * 2.0
            y = x * tf.floor(x)
    """,
    "second": """
        x = tf.Variable(3.0)
        with tf.GradientTape() as tape:
            with tf.GradientTape() as inner:
                f = x * x * x
            y = inner.gradient(f, x)
    """,
    "function": """
        @tf.function
        def f(a):
            return a * a
        x = tf.Variable(3.0)
        with tf.GradientTape() as tape:
            y = f(x) * tf.stop_gradient(x)
    """,
}
