"""Graphs that sessions run: tapes, gradients of branches, control inputs, values of composites."""

from tests.parity.harness import attempt


def _in_graph(tf, build, *feeds):
    """What a session gives for what `build` adds to a graph, for each of the feeds."""
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        fetches, places = build(session)
        return [session.run(fetches, dict(zip(places, values, strict=True))) for values in feeds]


def tape_in_a_graph(tf):
    def build(session):
        results = []
        for function in (
            lambda x: x * x,
            tf.function(lambda x: x * x),
            lambda x: tf.cond(x > 0.5, lambda: 2 * x, lambda: 3 * x),
            tf.function(lambda x: tf.while_loop(lambda v: v < 80.0, lambda v: v * v, [x])[0]),
        ):
            with tf.GradientTape() as tape:
                x = tf.constant(3.0)
                tape.watch(x)
                y = function(x)
            results.append((y, tape.gradient(y, x)))
        return results, []

    return _in_graph(tf, build, ())


def tape_of_variable_in_a_graph(tf):
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        v = tf.Variable(3.0)
        session.run(v.initializer)
        with tf.GradientTape(persistent=True) as tape:
            y = v * v
        (gradient,) = tape.gradient(y, tape.watched_variables())
        return session.run([y, gradient]), [x is v for x in tape.watched_variables()]


def gradients_of_branches_by_what_they_ignore(tf):
    def build(session):
        pred = tf.compat.v1.placeholder(tf.bool)
        x, y = tf.constant(3.0), tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
        z = tf.cond(pred, lambda: x * tf.gather(y, [1, 1]), lambda: y[:2] * 2.0)
        sparse = tf.cond(pred, lambda: tf.gather(y, [1, 1]), lambda: tf.ones([2, 2]))
        first = tf.compat.v1.gradients(z, [x, y])
        second = tf.compat.v1.gradients(tf.cond(pred, lambda: x**3, lambda: x), x)
        third = tf.compat.v1.gradients(sparse, y)
        return (
            first[0],
            tf.convert_to_tensor(first[1]),
            second,
            tf.compat.v1.gradients(second, x),
            [tf.convert_to_tensor(g) for g in third],
        ), [pred]

    return _in_graph(tf, build, (True,), (False,))


def gradients_of_a_tape_gradient(tf):
    @tf.function
    def f(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.function(lambda: tf.sin(x) * x)()
        slope = tape.gradient(y, x)
        second = tf.gradients(slope, [x])
        return slope, second, tf.gradients(second, [x])

    @tf.function
    def g(x):
        square = 2.0 * x
        with tf.GradientTape() as tape:
            tape.watch(square)
            power = square * square
            y = power * power
        return tf.gradients(tape.gradient(y, square) * x, [x])

    return f(tf.constant(0.5)), g(tf.constant(0.5))


def watched_variables_while_tracing(tf):
    v, w = tf.Variable(3.0), tf.Variable([2.0, 1.0])

    @tf.function
    def f():
        with tf.GradientTape() as tape:
            y = v * v * tf.reduce_sum(w)
        watched = tape.watched_variables()
        assert [x is y for x, y in zip(watched, (v, w), strict=True)] == [True, True]
        return tape.gradient(y, watched)

    return f()


def control_inputs_of_branches_and_loops(tf):
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        v = tf.Variable(1.0)
        v.initializer.run()
        add = v.assign_add(1.0)

        def branch():
            with tf.control_dependencies([add]):
                return tf.constant(1.0)

        def body(i):
            with tf.control_dependencies([add]):
                return i + 1

        pred = tf.compat.v1.placeholder_with_default(False, None)
        chosen = tf.cond(pred, branch, lambda: 2.0).eval()
        between = session.run(v)
        tf.while_loop(lambda i: i < 1, body, [0])[0].op.run()
        return chosen, between, session.run(v)


def run_of_an_operation(tf):
    with tf.Graph().as_default():
        place = tf.compat.v1.placeholder(tf.float32, [])
        v = tf.Variable(1.0)
        other = tf.Graph()
        operation = v.assign(place + 2.0).op
        with tf.compat.v1.Session() as session:
            operation.run(feed_dict={place: 5.0})
            print(session.run(v))
        sessions = {}, {"session": tf.compat.v1.Session(graph=other)}
        return [attempt(operation.run, **options) for options in sessions]


def composite_fetches(tf):
    def build(session):
        place = tf.compat.v1.placeholder(tf.float32, [2])
        sparse = tf.sparse.from_dense(place)
        slices = tf.IndexedSlices(place * 2.0, tf.constant([0, 2]), tf.constant([4]))
        partial = tf.IndexedSlices(place * 3.0, tf.constant([0, 2]))
        return {"sparse": sparse, "slices": [slices], "partial": (partial,)}, [place]

    (found,) = _in_graph(tf, build, ([0.0, 4.0],))
    flat = [found["sparse"], found["slices"][0], found["partial"][0]]
    return [(type(x).__name__, x._fields, tuple(x)) for x in flat]


def test_cases_in_a_graph(tf):
    case = tf.test.TestCase()
    case.setUp()
    with case.session() as session:
        try:
            session.run(tf.constant(1.0))
        except AttributeError as error:
            print(error)
    with case.cached_session() as session:
        print(session.run(tf.constant([1.0]) + 1.0))
        try:
            session.run(tf.constant(1.0), feed_dict={"x": 1})
        except RuntimeError as error:
            print(error)
    with tf.Graph().as_default():
        x = tf.constant([1.0, 2.0])
        v = tf.Variable([3.0])
        with case.cached_session() as session:
            case.evaluate(tf.compat.v1.global_variables_initializer())
            case.assertAllEqual(x * 2.0, [2.0, 4.0])
            case.assertAllClose(x * 2.0, [2.0, 4.0])
            case.assertAllEqual(v, [3.0])
            print(case.evaluate({"x": x, "v": [v]}), session.graph is x.graph)
        with case.cached_session() as again:
            print(again is session)
        with case.session() as another:
            print(another is session, tf.compat.v1.get_default_session() is another)
        with case.test_session() as third:
            print(third is session)
        print(case.evaluate(x))
        try:
            with case.cached_session(graph=tf.Graph()):
                pass
        except ValueError as error:
            print(error)
    case.tearDown()


def errors_with_places(tf):
    """What errors say of the operation that failed; without TensorFlow's own files."""
    v1 = tf.compat.v1
    results = []
    with tf.Graph().as_default():
        p = v1.placeholder(tf.float32, [None, None], name="p")
        scalar = v1.placeholder(tf.float32, [], name="scalar")
        product = tf.matmul(p, p, name="product")
        checked = tf.debugging.check_numerics(p, "bad", name="checked")
        with v1.Session() as session:
            for fetch, value in ((product, [[1.0, 2.0]]), (checked, [[float("nan")]]), (scalar, 0)):
                feeds = {} if fetch is scalar else {p: value}
                error = attempt(session.run, fetch, feeds)
                text = str(error).partition("\n\nOriginal stack trace")[0]
                results.append([type(error).__name__, error.op.type, text.split("Node:")[-1]])
        results[1][2] = "bad : Tensor had NaN values" in results[1][2]
    return results
