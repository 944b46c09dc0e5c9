"""Operations of graphs: their names, types, inputs and order."""

from tests.parity.harness import attempt


def _operations(graph):
    return [
        (op.name, op.type, [x.name for x in op.inputs], [str(x.shape) for x in op.outputs])
        for op in graph.get_operations()
    ]


def operations_and_their_constants(tf):
    w = tf.Variable([[1.0, 2.0]], name="kernel")
    b = tf.Variable([1.0, 1.0])

    @tf.function
    def f(x):
        h = tf.nn.relu(tf.matmul(x, w) + b)
        with tf.name_scope("loss"):
            rows = tf.reduce_mean(tf.square(h), axis=1)
            total = tf.reduce_sum(rows)
        tf.shape(x)[0]
        r = tf.reshape(h, [-1])
        c = tf.concat([r, r], 0)
        tf.expand_dims(r, 0)
        tf.gather(r, [0, 1])
        tf.transpose(h)
        tf.cast(total, tf.int32)
        tf.zeros([2, 2])
        ones = tf.ones_like(h)
        tf.fill([2], 3.0)
        tf.unstack(tf.stack([total, total]))
        tf.split(c, 2)
        r[0]
        h[:, 1:]
        tf.tile(r, [2])
        tf.argmax(h, 1)
        tf.math.log(tf.nn.softmax(h))
        tf.where(h > 1.0, h, ones)
        h**2.0, h / 2.0, h // 2.0, -h, abs(h), h % 2.0
        tf.range(3)
        same = tf.equal(h, 1.0)
        tf.logical_and(same, same)
        return rows, ~same

    graph = f.get_concrete_function(tf.TensorSpec([None, 1], tf.float32)).graph
    return _operations(graph)


def control_flow(tf):
    @tf.function
    def f(n, x):
        i, y = tf.while_loop(lambda i, y: i < n, lambda i, y: (i + 1, y * 2.0), [0, x])
        z = tf.cond(n > 0, lambda: (y * 2.0, n + 1), lambda: (y, n))
        again = tf.cond(n > 1, lambda: 1, lambda: 2)
        named = tf.cond(n > 1, lambda: 1, lambda: 2, name="mine")
        print(i, y, z, again, named)
        return z

    graph = f.get_concrete_function(tf.constant(1), tf.constant(1.0)).graph
    return [(op.name, op.type) for op in graph.get_operations()]


def effects_in_order(tf):
    v = tf.Variable(0)

    @tf.function
    def f():
        v.assign_add(1)
        v.assign_add(2)
        return 1

    concrete = f.get_concrete_function()
    names = {
        op.name: sorted(x.name for x in op.control_inputs) for op in concrete.graph.get_operations()
    }
    return (
        names["AssignAddVariableOp_1"],
        names["NoOp"],
        sorted(op.name for op in concrete.graph.control_outputs),
    )


def elements_by_name(tf):
    @tf.function
    def f(x):
        y = tf.add(x, 1.0, name="plus")
        return tf.multiply(y, 2.0, name="s/times")

    graph = f.get_concrete_function(tf.TensorSpec([2], tf.float32)).graph
    plus = graph.get_tensor_by_name("plus:0")
    print(plus, graph.get_tensor_by_name("plus/y:0"), graph.get_operation_by_name("s/times/y").type)
    print([op.name for op in plus.consumers()], [x.name for x in plus.op.inputs])
    return [
        attempt(graph.get_tensor_by_name, name)
        for name in ("plus", "plus:1", "nope:0", "a:b", "", 3)
    ] + [attempt(graph.get_operation_by_name, name) for name in ("plus:0", "nope", None)]


def branches_that_differ(tf):
    def failure(true, false, predicate=True):
        @tf.function
        def f(p):
            return tf.cond(p, true, false)

        return attempt(f, tf.constant(predicate))

    return [
        failure(lambda: 1.0, lambda: 1),
        failure(lambda: (1, 2), lambda: 1),
        failure(lambda: [1, 2], lambda: (1, 2)),
        failure(lambda: {"a": 1}, lambda: {"b": 1}),
        failure(lambda: None, lambda: 1),
        failure(lambda: 1, lambda: None),
        type(failure(lambda: 1, lambda: 2, 1.5)),
        failure(lambda: [[1.0, 2]], lambda: [[3.0, 4]]),
        attempt(tf.function(lambda: tf.cond(True, lambda: 1, lambda: 2))),
    ]


def graphs_as_messages(tf):
    @tf.function
    def f(x):
        y = tf.matmul(x, [[1.0, 2.0]], transpose_b=True) + 1.0
        return tf.reduce_sum(tf.nn.relu(y[:, 0]), keepdims=True)

    graph = f.get_concrete_function(tf.TensorSpec([None, 2], tf.float32)).graph
    message = graph.as_graph_def()
    print(message)
    product = graph.get_operation_by_name("MatMul")
    print(product)
    print(product.get_attr("transpose_b"), product.get_attr("T"), product.node_def.op)
    print(attempt(product.get_attr, "nope").args[0][:30])
    return type(message).__name__, [node.name for node in message.node]


def names_of_composed_functions(tf):
    """The names of the last operations of functions that are given a name, twice."""
    image, kernel = tf.ones([1, 4, 4, 1]), tf.ones([2, 2, 1, 1])
    x, i = tf.constant([[1.0, 2.0], [3.0, 4.0]]), tf.constant([0, 1])
    functions = [
        lambda name: tf.stack([x, x], name=name),
        lambda name: tf.one_hot(i, 3, name=name),
        lambda name: tf.stop_gradient(x, name=name),
        lambda name: tf.random.shuffle(x, name=name),
        lambda name: tf.gather(x, i, name=name),
        lambda name: tf.pad(x, [[1, 1], [0, 0]], name=name),
        lambda name: tf.slice(x, [0, 0], [1, 1], name=name),
        lambda name: tf.fill([2], x[0, 0], name=name),
        lambda name: tf.nn.conv2d(image, kernel, 1, "SAME", name=name),
        lambda name: tf.nn.max_pool2d(image, 2, 2, "SAME", name=name),
        lambda name: tf.nn.top_k(x, 1, name=name),
        lambda name: tf.nn.sigmoid_cross_entropy_with_logits(x, x, name=name),
        lambda name: tf.clip_by_value(x, 0.0, 1.0, name=name),
        lambda name: tf.bitcast(x, tf.int32, name=name),
        lambda name: tf.unique(x[0], name=name),
        lambda name: tf.dynamic_partition(x, i, 2, name=name),
        lambda name: tf.ensure_shape(x, [2, 2], name=name),
        lambda name: tf.constant(1.0, name=name),
        lambda name: tf.zeros_like(x, name=name),
    ]
    results = []
    for function in functions:
        with tf.Graph().as_default():
            x, i = tf.zeros([2, 2]), tf.constant([0, 1])
            image, kernel = tf.zeros([1, 4, 4, 1]), tf.zeros([2, 2, 1, 1])
            values = [function("given"), function("given")]
            leaves = [x for value in values for x in tf.nest.flatten(value)]
            results.append([leaf.name for leaf in leaves])
    return results
