"""Graphs, sessions, and gradients in graphs."""


def _show(function, *args, **kwargs):
    """Prints the result of a call, or the type and the first line of its error."""
    try:
        print(function(*args, **kwargs))
    except Exception as error:
        print(type(error).__name__, str(error).splitlines()[0])


def gradients_function(tf):
    @tf.function
    def f(x):
        y = x * x * x
        g = tf.gradients(y, x)[0]
        h = tf.hessians(tf.reduce_sum(y), x)[0]
        return (
            g,
            tf.gradients(g, x)[0],
            h,
            tf.gradients([y, 2.0 * y], [x], grad_ys=[tf.ones_like(y), y])[0],
        )

    print(f(tf.constant([1.0, 2.0])))
    _show(lambda: tf.gradients(tf.constant(1.0), tf.constant(1.0)))
    v = tf.Variable(3.0)

    @tf.function
    def g(x):
        return tf.gradients(x * v * v, [v, x])

    print(g(tf.constant(2.0)))

    @tf.function
    def h(x):
        return (
            tf.gradients(x, tf.constant(1.0)),
            tf.gradients(tf.stop_gradient(x) + 1.0, x),
            tf.gradients(x * 2.0, [x], stop_gradients=[x]),
        )

    print(h(tf.constant(2.0)))


def placeholder_default(tf):
    with tf.Graph().as_default():
        x = tf.compat.v1.placeholder_with_default(tf.constant([1.0, 2.0]), [None])
        print(x)
        y = x * 2.0
        sp = tf.compat.v1.sparse_placeholder(tf.float32, [None, 3])
        print(sp.shape, sp.dtype)
        with tf.compat.v1.Session() as sess:
            print(sess.run(y), sess.run(y, {x: [4.0]}))
    _show(tf.compat.v1.placeholder, tf.float32)
    _show(lambda: tf.compat.v1.placeholder_with_default(1.0, []))


def names(tf):
    with tf.Graph().as_default() as g:
        with tf.name_scope("outer") as s:
            print(s)
            a = tf.constant(1.0, name="k")
            with tf.name_scope("inner"):
                b = tf.add(a, 1.0, name="plus")
                c = tf.add(a, 1.0, name="plus")
            with tf.name_scope("inner"):
                d = tf.identity(a)
            print(a.name, b.name, c.name, d.name)
        with tf.compat.v1.name_scope("v1", "def", [a]) as s2:
            print(s2, (a + 1.0).name)
        with g.name_scope("gs") as q:
            print(q, (a + 1.0).name, g.get_name_scope())
        print(g.unique_name("outer"), g.unique_name("zzz"), g.unique_name("zzz"))


def default_session(tf):
    with tf.Graph().as_default():
        x = tf.constant(2.0)
        y = x * 3.0
        with tf.compat.v1.Session() as s:
            print(y.eval(), tf.compat.v1.get_default_session() is s)
        print(tf.compat.v1.get_default_session())


def collections(tf):
    with tf.Graph().as_default() as g:
        a = tf.constant(1.0)
        tf.compat.v1.add_to_collection("k", a)
        g.add_to_collection("k", 3)
        print(
            tf.compat.v1.get_collection("k")[1],
            len(g.get_collection("k")),
            g.get_all_collection_keys(),
        )


def cond_in_graph(tf):
    with tf.Graph().as_default():
        p = tf.compat.v1.placeholder(tf.bool, [])
        y = tf.cond(p, lambda: 1.0, lambda: 2.0)
        i = tf.while_loop(lambda i: i < 5, lambda i: i + 1, [tf.constant(0)])
        with tf.compat.v1.Session() as s:
            print(s.run(y, {p: True}), s.run(y, {p: False}), s.run(i))


def random_graph(tf):
    with tf.Graph().as_default():
        tf.compat.v1.set_random_seed(3)
        a = tf.random.normal([2])
        with tf.compat.v1.Session() as s:
            print(s.run(a), s.run(a))


def mlp_training(tf):
    g = tf.Graph()
    with g.as_default():
        x = tf.compat.v1.placeholder(tf.float32, [None, 2])
        t = tf.compat.v1.placeholder(tf.float32, [None, 1])
        w = tf.compat.v1.Variable([[0.1], [0.2]])
        b = tf.compat.v1.Variable([0.0])
        loss = tf.reduce_mean((tf.matmul(x, w) + b - t) ** 2)
        gw, gb = tf.gradients(loss, [w, b])
        step = tf.group(w.assign_sub(0.1 * gw), b.assign_sub(0.1 * gb))
        init = tf.compat.v1.global_variables_initializer()
    with tf.compat.v1.Session(graph=g) as s:
        s.run(init)
        for _ in range(3):
            print(s.run([loss, step], {x: [[1.0, 2.0], [3.0, 4.0]], t: [[1.0], [2.0]]}))
        print(s.run(w))
