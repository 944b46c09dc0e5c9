"""`tf.compat.v1.get_variable` and scopes, and what trains in graphs."""

from tests.parity.harness import attempt


def eager_variables(tf):
    v1 = tf.compat.v1
    first, second = v1.get_variable("w", [2, 3]), v1.get_variable("w", [2, 3])
    with v1.variable_scope("s") as scope:
        a = v1.get_variable("a", initializer=tf.constant([1.0, 2.0]), trainable=False)
        with v1.variable_scope("t", dtype=tf.float64, initializer=v1.ones_initializer()) as inner:
            b = v1.get_variable("b", [2])
        c = tf.Variable(1.0)
    with v1.variable_scope(scope, reuse=True) as again:
        d = v1.get_variable("a", [2], dtype=tf.int32)
    names = [scope.name, inner.name, inner.original_name_scope, again.name, again.reuse]
    return first is second, first.name, a, b, c, d, names, v1.get_variable_scope().name


def variable_without_shape(tf):
    return tf.compat.v1.get_variable("v")


def scope_without_name(tf):
    with tf.compat.v1.variable_scope(None):
        pass


def eager_template(tf):
    def scaled(x, rate):
        return x * rate * tf.compat.v1.get_variable("w", [2], initializer=tf.ones)

    template = tf.compat.v1.make_template("scaled", scaled, rate=2.0)
    return template(1.0), template(2.0), template.variables, template.name


def regularized(tf):
    v1 = tf.compat.v1
    with tf.Graph().as_default():
        with v1.variable_scope("net", regularizer=lambda w: tf.reduce_sum(w * w)):
            v1.get_variable("w", [2], initializer=v1.ones_initializer())
        loss = v1.losses.get_regularization_loss()
        with v1.Session() as session:
            session.run(v1.global_variables_initializer())
            return session.run(loss)


def scopes_in_a_graph(tf):
    v1, errors = tf.compat.v1, []
    with tf.Graph().as_default():
        with v1.variable_scope("net"):
            w = v1.get_variable("w", [2, 1])
            with v1.variable_scope("in"):
                b = v1.get_variable("b", [1], initializer=v1.zeros_initializer())
        with v1.variable_scope("net", reuse=True) as scope:
            found = v1.get_variable("w", [2, 1]) is w
            errors += [
                attempt(v1.get_variable, name, shape)
                for name, shape in (("other", [2]), ("w", [3]))
            ]
        with v1.variable_scope("net", reuse=v1.AUTO_REUSE):
            v1.get_variable("new", [1])
        try:
            v1.get_variable("net/w", [2, 1])
        except ValueError as error:
            errors.append(str(error).split(" Originally")[0])
        names = [scope.name, scope.reuse, scope.original_name_scope]
        for _ in range(2):
            with v1.variable_scope(None, "block") as block:
                names += [block.name, tf.identity(1.0, name="x").name]
        v1.get_variable("local", [], collections=["local_variables"], trainable=False)
        template = v1.make_template("t", lambda x: x * v1.get_variable("k", []))
        names += [template(1.0).name, template(2.0).name]
        collections = [
            [v.name for v in find()]
            for find in (v1.global_variables, v1.trainable_variables, v1.local_variables)
        ]
        return found, errors, names, w.name, b.name, collections, tf.inside_function()


def training_in_a_graph(tf):
    v1, results = tf.compat.v1, []
    for make in (
        lambda rate: v1.train.AdamOptimizer(rate),
        lambda rate: v1.train.MomentumOptimizer(rate, 0.9),
        lambda rate: v1.train.GradientDescentOptimizer(rate),
        lambda rate: v1.train.RMSPropOptimizer(rate),
    ):
        with tf.Graph().as_default():
            x = v1.placeholder(tf.float32, [None, 2], name="x")
            w = v1.get_variable("w", [2, 1], initializer=v1.ones_initializer())
            b = v1.get_variable("b", [1], initializer=v1.zeros_initializer())
            y = tf.add(x @ w, b, name="y")
            v1.losses.mean_squared_error(tf.zeros([1, 1]), y)
            step = v1.train.get_or_create_global_step()
            optimizer = make(v1.train.exponential_decay(0.1, step, 10, 0.9))
            train = optimizer.minimize(v1.losses.get_total_loss(), global_step=step)
            names = [v.name for v in v1.global_variables()], [v.name for v in optimizer.variables()]
            with v1.Session() as session:
                session.run(v1.global_variables_initializer())
                values = [session.run([train, y, step], {x: [[1.0, 2.0]]}) for _ in range(3)]
                last = w.eval(), session.run(b), session.run("y:0", {"x:0": [[0.0, 1.0]]})
            results.append((train.name, names, values, last))
    return results


def variables_are_read_first(tf):
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        w = tf.Variable(1.0)
        session.run(tf.compat.v1.global_variables_initializer())
        return session.run([w.assign(5.0), w]), session.run([w.assign_add(w * 2), w]), w.eval()


def gradient_beside_an_assignment(tf):
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        v = tf.Variable(3.0)
        update = v.assign_add(1.0)
        session.run(v1.global_variables_initializer())
        with tf.control_dependencies([update]):
            after = tf.identity(v)
        gradient = tf.gradients((v - 1) ** 2, v)[0]
        return [session.run(x) for x in (after, gradient, v)]


def names_in_a_graph(tf):
    v1 = tf.compat.v1
    with tf.Graph().as_default():
        x = tf.constant([[1.0, 2.0]], name="x")
        results = [
            tf.identity(x, name="a"),
            tf.nn.softmax(x, name="b"),
            tf.nn.log_softmax(x, name="c"),
            tf.nn.bias_add(x, [1.0, 2.0], name="d"),
            tf.cast(x, tf.int32, name="e"),
            tf.concat([x, x], 0, name="f"),
            v1.nn.softmax(x, name="h"),
            v1.constant(1.0, name="i"),
            v1.reduce_mean(x, name="j"),
        ]
        return [result.name for result in results]


PROGRAM = """
import {module}.compat.v1 as tf

tf.disable_v2_behavior()
x = tf.placeholder(tf.float32, [None, 3], name="x")
print(tf.executing_eagerly(), x.shape, x.shape[1].value, repr(x.shape[0]), x.get_shape().as_list())
w = tf.get_variable("w", [x.shape[1], 2], initializer=tf.ones_initializer())
y = tf.reshape(tf.matmul(x, w), [-1, w.shape[1]], name="y")
step = tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(y))
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    session.run(step, {{x: [[1, 2, 3]]}})
    print(session.run(["y:0", w], {{"x:0": [[1, 2, 3]]}}))
tf.reset_default_graph()
a, v = tf.constant(2.0, name="a"), tf.Variable(3.0, name="v")
session = tf.InteractiveSession()
tf.global_variables_initializer().run()
print((a * v).eval(), v.eval(), a.name, len(tf.trainable_variables()))
print(session.run(tf.while_loop(lambda i: i < 5, lambda i: i + 1, [tf.constant(0)])))
"""


def program_of_the_first_version(tf):
    import os
    import subprocess
    import sys

    program = PROGRAM.format(module=tf.__name__)
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, text=True, env=environment).stdout
