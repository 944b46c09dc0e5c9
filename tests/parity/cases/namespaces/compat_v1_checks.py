"""Assertions, tables, averages and composite values of TensorFlow 1 in graphs and sessions."""

from tests.parity.harness import attempt


def _in_session(tf, function):
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        return function(tf.compat.v1, session)


def assertions(tf):
    def checks(v1, session):
        x, y = v1.placeholder(tf.float32, [None]), v1.placeholder(tf.float32, [2])
        table = {
            "equal": lambda: v1.assert_equal(x, y),
            "itself": lambda: v1.assert_equal(x, x),
            "more": lambda: v1.assert_greater(x, 0.5),
            "data": lambda: v1.assert_greater(x, 1.5, data=[x, "shown"], message="no"),
            "less_equal": lambda: v1.assert_less_equal(x, 5.0),
            "none_equal": lambda: v1.assert_none_equal(x, x),
            "positive": lambda: v1.assert_positive(x),
            "negative": lambda: v1.assert_non_negative(-x, data=[x]),
            "rank": lambda: v1.assert_rank(x, 1),
            "rank_in": lambda: v1.assert_rank_in(x, [1, 2]),
            "integer": lambda: v1.assert_integer(tf.constant(1)),
            "type": lambda: v1.assert_type(x, tf.float32),
            "shape": lambda: v1.assert_equal(tf.shape(x)[0], 2),
            "near": lambda: v1.debugging.assert_near(x, y),
            "shapes": lambda: v1.debugging.assert_shapes([(x, ("N",))]),
        }
        feeds, outcomes = {x: [1.0, 2.0], y: [1.0, 2.0]}, {}
        for name, make in table.items():
            operation = make()
            try:
                outcomes[name] = session.run(operation, feeds)
            except tf.errors.InvalidArgumentError:
                outcomes[name] = "InvalidArgumentError"
        with tf.control_dependencies([v1.assert_equal(x, y)]):
            checked = tf.identity(x)
        outcomes["checked"] = session.run(checked, feeds)
        outcomes["unchecked"] = type(
            attempt(lambda: session.run(checked, {x: [1.0], y: [2.0, 1.0]}))
        )
        finite = v1.verify_tensor_all_finite(x, "not finite")
        outcomes["finite"] = session.run(finite, feeds)
        try:
            session.run(finite, {x: [float("inf")]})
        except tf.errors.InvalidArgumentError:
            outcomes["infinite"] = "InvalidArgumentError"
        return outcomes

    return _in_session(tf, checks)


def tables(tf):
    def look_up(v1, session):
        initializer = v1.lookup.KeyValueTensorInitializer(["a", "b"], [1, 2])
        table = v1.lookup.StaticHashTable(initializer, 0)
        found = table.lookup(tf.constant(["a", "c"]))
        session.run([v1.global_variables_initializer(), v1.tables_initializer()])
        session.run(table.initializer)
        return session.run(found), v1.tables_initializer().name

    return _in_session(tf, look_up), tf.compat.v1.tables_initializer()


def averages_in_branches(tf):
    def run(v1, session):
        x, training = v1.placeholder(tf.float32, [None, 3]), v1.placeholder(tf.bool)
        averages, mean = v1.train.ExponentialMovingAverage(0.5), tf.reduce_mean(x, 0)

        def updated():
            with tf.control_dependencies([averages.apply([mean])]):
                return tf.identity(mean)

        result = v1.cond(training, updated, lambda: averages.average(mean))
        session.run(v1.global_variables_initializer())
        feed = {x: [[1.0, 2.0, 3.0]]}
        return [session.run(result, {**feed, training: step < 2}) for step in range(3)]

    return _in_session(tf, run)


def composite_values(tf):
    def run(v1, session):
        sparse = v1.sparse_placeholder(tf.float32, shape=[2, 2])
        dense = tf.sparse.to_dense(sparse)
        ragged = session.run(tf.ragged.constant([[[1], [2, 3]], []]))
        return [
            session.run(dense, {sparse: ([[0, 1]], [5.0], [2, 2])}),
            session.run(dense, {sparse: v1.SparseTensorValue([[0, 1]], [5.0], [2, 2])}),
            [str(ragged), ragged.to_list(), ragged.shape, ragged.ragged_rank],
            [ragged.flat_values, *ragged.nested_row_splits],
            session.run(v1.sparse_to_dense([0], [2], 1)),
        ]

    return _in_session(tf, run)


def of_strings_and_losses(tf):
    v1 = tf.compat.v1
    return [
        v1.string_split(["a b", "c  d"]),
        v1.string_split(["a,b;c"], ",;"),
        v1.string_split(["abc"], ""),
        v1.string_split(["a  b"], skip_empty=False),
        v1.string_split(["a b"], result_type="RaggedTensor"),
        v1.losses.compute_weighted_loss(tf.constant([1.0, 2.0]), 2.0),
    ]
