"""Tapes and accumulators that were entered outside of a function or branch, and are used inside."""

from tests.parity.harness import attempt


def _outcome(function, *args):
    """The result of a call, or the type of its exception."""
    result = attempt(function, *args)
    return type(result).__name__ if isinstance(result, Exception) else result


def _under_a_tape(tf, body, persistent=False):
    """The results and gradients of two calls, each under a tape of its own; counts the traces."""
    x = tf.constant([1.0, 2.0, 3.0])
    tapes, traces, results = [], [], []

    @tf.function
    def function(x):
        traces.append(1)
        return body(tapes[-1], x)

    for _ in range(2):
        with tf.GradientTape(persistent=persistent) as tape:
            tapes.append(tape)
            tape.watch(x)
            y = _outcome(function, x)
        results.append((y, _outcome(tape.gradient, y, x)))
    return results, len(traces), [v.name for v in tape.watched_variables()]


def _inside(tf, body):
    """The results of two calls of a function, and the second one's gradient; counts the traces."""
    traces = []

    @tf.function
    def function(x):
        traces.append(1)
        return body(x)

    x = tf.constant([2.0, 3.0, 4.0])
    results = [function(x - 1.0), function(x)]
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
    return results, tape.gradient(y, x), len(traces)


def watch(tf):
    def body(tape, x):
        tape.watch(x)
        return x * x

    return _under_a_tape(tf, body)


def gradient(tf):
    return _under_a_tape(tf, lambda tape, x: (x * x, tape.gradient(x * x, x)))


def watch_and_gradient(tf):
    def body(tape, x):
        tape.watch(x)
        return tape.gradient(x * x, x)

    return _under_a_tape(tf, body), _under_a_tape(tf, body, persistent=True)


def second_gradient(tf):
    def body(tape, x):
        tape.watch(x)
        first = tape.gradient(x * x * x, x)
        return first, tape.gradient(first, x)

    return _under_a_tape(tf, body, persistent=True)


def captured(tf):
    x = tf.constant([1.0, 2.0, 3.0])

    def body(tape, argument):
        tape.watch(x)
        return tape.gradient(x * x * argument, x)

    return _under_a_tape(tf, body), _under_a_tape(tf, body, persistent=True)


def variables(tf):
    v = tf.Variable([1.0, 2.0, 3.0], name="v")
    w = tf.Variable(2.0, name="w")

    def body(tape, x):
        return tape.gradient(v * x * w, [v, w])

    return _under_a_tape(tf, body), _under_a_tape(tf, body, persistent=True)


def watched_variable(tf):
    v = tf.Variable([1.0, 2.0, 3.0], name="v")

    def body(tape, x):
        tape.watch(v)
        return v * x

    return _under_a_tape(tf, body)


def stop_recording(tf):
    def body(tape, x):
        tape.watch(x)
        with tape.stop_recording():
            y = x * x
        return tape.gradient(y * x, x)

    def without_gradient(tape, x):
        with tape.stop_recording():
            y = x * x
        return y * x

    return _under_a_tape(tf, body), _under_a_tape(tf, without_gradient)


def reset(tf):
    w = tf.Variable(2.0, name="w")

    def body(tape, x):
        y = w * x
        tape.reset()
        tape.watch(x)
        return y, tape.gradient(x * w, [x, w])

    return _under_a_tape(tf, body)


def jacobian(tf):
    v = tf.Variable([1.0, 2.0, 3.0], name="v")

    def body(tape, x):
        tape.watch(x)
        return tape.jacobian(x * x, x), tape.jacobian(x * v, v)

    return _under_a_tape(tf, body, persistent=True)


def finished_tape(tf):
    x = tf.constant([1.0, 2.0, 3.0])
    v = tf.Variable([1.0, 2.0, 3.0])
    traces = []
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.exp(x) * x * v

    @tf.function
    def function(argument):
        traces.append(1)
        return tape.gradient(y, [x, v, argument]), tape.jacobian(y, x)

    return function(x), function(x), len(traces)


def gradient_in_branch(tf):
    v = tf.Variable([1.0, 2.0, 3.0])

    def body(x):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = x * x * x * v
        if tf.reduce_sum(x) > 7.0:
            results = [*tape.gradient(y, [x, v]), tape.jacobian(y, x)]
        else:
            results = [tf.zeros_like(x), v * x, tf.eye(3)]
        return results

    return _inside(tf, body)


def gradient_in_branches_of_a_tape(tf):
    """The second branch is refused: a tape has one gradient, whichever branch takes it."""

    def body(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x * x
        return tf.cond(x[0] > 0.0, lambda: tape.gradient(y, x), lambda: tape.gradient(y, x))

    return _outcome(_inside, tf, body)


def gradient_in_loop(tf):
    def body(x):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = x * x * x
        total = x
        for _ in tf.range(3):
            total = total + tape.gradient(y, x)
        return total, tf.map_fn(lambda e: e * tf.reduce_sum(tape.gradient(y, x)), x)

    return _inside(tf, body)


def watch_in_branch(tf):
    v = tf.Variable([1.0, 2.0, 3.0])

    def body(x):
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            if tf.reduce_sum(x) > 7.0:
                tape.watch([x, v])
                y = x * x * v
            else:
                y = x
        return tape.gradient(y, [x, v])

    return _inside(tf, body)


def watch_in_loop(tf):
    v = tf.Variable([1.0, 2.0, 3.0])

    def body(x):
        y = x
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            for _ in tf.range(3):
                tape.watch(v)
                y = y * v
        return tape.gradient(y, v)

    def loop_variable(x):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            return tf.map_fn(lambda e: (tape.watch(e), tape.gradient(e * e, e))[1], x)

    return _inside(tf, body), _inside(tf, loop_variable)


def stop_recording_in_branch(tf):
    def body(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            if tf.reduce_sum(x) > 7.0:
                with tape.stop_recording():
                    y = x * x
            else:
                y = x
        return tape.gradient(y, x)

    return _inside(tf, body)


def nested_function(tf):
    v = tf.Variable([1.0, 2.0, 3.0])

    def body(x):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = x * x * x

            @tf.function
            def inner(x):
                unseen = tape.gradient(y, x)
                tape.watch(x)
                return unseen, tape.gradient(x * x * x, x), tape.gradient(x * v, v)

            unseen, *results = inner(x)
        assert unseen is None
        return results, [tape.gradient(result, x) for result in results]

    return _inside(tf, body)


def nested_function_that_captures(tf):
    def body(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x * x * x
        return tf.function(lambda: tape.gradient(y, x))()

    return _inside(tf, body)


def accumulator_in_branch(tf):
    def body(x):
        with tf.autodiff.ForwardAccumulator(x, tf.ones(3)) as accumulator:
            y = x * x
        return tf.cond(x[0] > 1.0, lambda: accumulator.jvp(y), lambda: x)

    return _inside(tf, body)


def accumulator_outside(tf):
    x = tf.constant([1.0, 2.0, 3.0])
    results, traces = [], []

    @tf.function
    def function(argument):
        traces.append(1)
        return accumulator.jvp([argument * argument, y, x])

    for _ in range(2):
        with tf.autodiff.ForwardAccumulator(x, tf.ones(3)) as accumulator:
            y = x * x
            results.append(function(x))
    return results[0], len(traces)


def accumulator_entered_inside(tf):
    x = tf.constant([1.0, 2.0, 3.0])
    accumulator = tf.autodiff.ForwardAccumulator(x, tf.ones(3))

    @tf.function
    def function():
        with accumulator:
            y = x * x
        return accumulator.jvp(y)

    return function(), function()


def tape_of_another_function(tf):
    kept = []

    @tf.function
    def first(x):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = x * x
        kept.extend([tape, y])
        return y

    x = tf.constant(3.0)
    y = first(x)
    second = tf.function(lambda x: kept[0].gradient(kept[1], x))
    with kept[0] as tape:
        tape.watch(x)
        z = x * x * x
    return _outcome(second, x), tape.gradient(y, x), tape.gradient(z, x)
