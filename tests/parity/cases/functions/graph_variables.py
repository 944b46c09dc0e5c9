"""Variables of graphs: their names, operations and collections, and which have values."""

from tests.parity.harness import attempt


def names(tf):
    v1 = tf.compat.v1
    with tf.Graph().as_default() as graph:
        made = [tf.Variable(1.0, name="x"), tf.Variable(1.0, name="x"), tf.Variable(0.0)]
        made.append(tf.Variable(0.0))
        for scope in (v1.variable_scope, v1.variable_scope, tf.name_scope):
            with scope("sc"):
                made.append(tf.Variable(1.0, name="e"))
                with v1.variable_scope("in", reuse=v1.AUTO_REUSE):
                    made.append(v1.get_variable("f", initializer=1.0))
        v = made[0]
        parts = [v.op.name, v.op.type, v.graph is graph, v.initializer.name, v.initial_value.name]
        return [v.name for v in made], parts, v.op.node_def.attr["shared_name"].s


def values_of_sessions(tf):
    v1 = tf.compat.v1
    with tf.Graph().as_default():
        a, b = v1.get_variable("a", initializer=[1.0, 2.0]), tf.Variable(3, name="b")
        double, add = a * 2.0, a.assign_add([1.0, 1.0])
        missing, is_there = v1.report_uninitialized_variables(), v1.is_variable_initialized(a)

        def kind(session, fetch):
            try:
                return session.run(fetch)
            except tf.errors.OpError as error:
                return type(error).__name__

        with v1.Session() as s:
            found = [kind(s, x) for x in (missing, is_there, double, a, add)]
            s.run(a.initializer)
            found += [kind(s, x) for x in (missing, is_there, double, b)]
            s.run(b.assign(7))
            found += [kind(s, x) for x in (missing, b)]
        with v1.Session() as s:
            found.append(kind(s, double))
            b.load(4, s)
            found += [kind(s, x) for x in (b, v1.report_uninitialized_variables([a, b]))]
        return found


def collections(tf):
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        local = v1.get_local_variable("local", initializer=1.0)
        q = v1.Variable(5.0, collections=["local_variables"], name="q", trainable=False)
        v1.Variable(5.0, name="g")
        groups = v1.local_variables(), v1.global_variables(), v1.trainable_variables()
        session.run([v1.global_variables_initializer(), v1.local_variables_initializer()])
        return [[v.name for v in group] for group in groups], session.run([local, q])


def scattered(tf):
    v1 = tf.compat.v1
    with tf.Graph().as_default() as graph, v1.Session() as session:
        v = v1.get_variable("v", initializer=[1.0, 2.0])
        v.scatter_add(tf.IndexedSlices(tf.constant([1.0]), tf.constant([0])), name="add")
        session.run(v.initializer)
        session.run("add")
        w = tf.Variable([1.0, 2.0, 3.0])
        session.run(w.initializer)
        added = session.run(w.scatter_sub(tf.IndexedSlices([1.0], [0])))
        sliced = session.run(w[1:].assign([7.0, 8.0]))
        return session.run(v), graph.get_operation_by_name("v/Assign").type, added, sliced


def eager_ones_have_no_graph(tf):
    v = tf.Variable(1.0)
    return [
        attempt(getattr, v, name) for name in ("op", "graph", "initial_value")
    ], v.is_initialized()


def constants_that_were_assigned(tf):
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        v = tf.Variable(tf.zeros([]))
        add = v.assign_add(tf.constant(8.0))
        session.run(v.initializer)
        found = session.run([v, add]), session.run(v)
    w = tf.Variable([1.0, 2.0])

    @tf.function
    def function():
        c = tf.constant([3.0, 4.0])
        w.assign(c)
        w.assign_add([1.0, 1.0])
        return c, w.read_value()

    return found, function(), function()


def averages_of_variables_and_tensors(tf):
    """`tf.train.ExponentialMovingAverage` in a graph, and variables made after an operation."""
    v1 = tf.compat.v1
    results = []
    with tf.Graph().as_default():
        v = v1.get_variable("v", initializer=[1.0, 2.0])
        w = v1.get_variable("w", initializer=3.0)
        step = v1.train.get_or_create_global_step()
        average = tf.train.ExponentialMovingAverage(0.9, num_updates=step)
        train = v1.train.GradientDescentOptimizer(0.5).minimize(
            tf.reduce_sum(v * v) + w, global_step=step
        )
        with tf.control_dependencies([train]):
            update = average.apply()
            later = v1.get_variable("later", initializer=[1.0])
            last = v1.get_variable("last", [], initializer=v1.ones_initializer())
        mean = tf.reduce_mean(v, name="mean")
        means = tf.train.ExponentialMovingAverage(0.5, name="Means")
        update_means = means.apply([mean])
        results += [update.type, update.name, update_means.name, average.average_name(w)]
        results += [means.average_name(mean), means.average(mean).name, means.average(v)]
        results += [sorted(average.variables_to_restore()), average.average(v).trainable]
        results += [[x.name for x in v1.get_collection("moving_average_variables")]]
        results += [[x.name for x in v1.global_variables()], attempt(average.apply, [step])]
        with v1.Session() as session:
            session.run(v1.global_variables_initializer())
            results.append(session.run([later, last, step]))
            for _ in range(3):
                session.run(update)
                session.run(update_means)
                fetched = [v, w, step, average.average(v), means.average(mean)]
                results.append(session.run(fetched))
    eager = tf.Variable([1.0, 2.0])
    average = tf.train.ExponentialMovingAverage(0.5)

    @tf.function
    def update(x):
        eager.assign_add(x)
        return type(average.apply([eager])).__name__, average.average(eager) + 0

    refused = attempt(average.apply, [eager + 1])
    return results, average.apply([eager]), update(tf.ones([2])), refused
