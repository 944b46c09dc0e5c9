"""`tf.compat.v1`: losses, optimizers, learning rates, the step, initializers, settings."""

from tests.parity.harness import tolerance


def settings(tf):
    v1 = tf.compat.v1
    config = v1.ConfigProto(
        gpu_options=v1.GPUOptions(allow_growth=True),
        device_count={"GPU": 0},
        log_device_placement=True,
    )
    config.graph_options.optimizer_options.global_jit_level = v1.OptimizerOptions.ON_1
    config.gpu_options.per_process_gpu_memory_fraction = 0.25
    session = v1.InteractiveSession(config=config)
    eager = tf.executing_eagerly(), v1.get_default_session() is session
    value = tf.constant(1.0) + 1.0
    session.close()
    options = v1.RunOptions(trace_level=v1.RunOptions.FULL_TRACE)
    same = v1.ConfigProto.FromString(config.SerializeToString()) == config
    return eager, value, str(config), str(options), str(v1.RunMetadata()), same, v1.AUTO_REUSE


def unknown_setting(tf):
    return tf.compat.v1.ConfigProto(allow_growth=True)


def flags(tf):
    flags = tf.compat.v1.flags
    flags.DEFINE_integer("parity_of_flags", 3, "a number")
    tf.compat.v1.app.flags.FLAGS(["program", "--parity_of_flags=4"])
    return flags.FLAGS.parity_of_flags


def losses(tf):
    losses = tf.compat.v1.losses
    y, p = tf.constant([[1.0, 2.0], [0.0, 1.0]]), tf.constant([[0.5, 1.0], [0.2, 0.9]])
    results = [
        getattr(losses, name)(y, p, weights=weights)
        for weights in (1.0, 2.0, [[1.0], [0.0]])
        for name in (
            "absolute_difference hinge_loss huber_loss mean_squared_error "
            "mean_pairwise_squared_error sigmoid_cross_entropy"
        ).split()
    ]
    results += [losses.log_loss(p, p), losses.cosine_distance(y, p, axis=1)]
    results += [losses.softmax_cross_entropy(y, p, label_smoothing=s) for s in (0, 0.1)]
    results += [losses.sigmoid_cross_entropy(y, p, label_smoothing=0.1)]
    results += [losses.sparse_softmax_cross_entropy([1, 0], p, weights=[1.0, 0.5])]
    for reduction in losses.Reduction.all():
        results.append(losses.mean_squared_error(y, p, [[2.0], [0.0]], reduction=reduction))
    return results, losses.Reduction.all(), losses.get_losses()


def loss_of_other_shapes(tf):
    return tf.compat.v1.losses.mean_squared_error([1.0, 2.0], [1.0, 3.0, 4.0])


def weights_of_other_shapes(tf):
    return tf.compat.v1.losses.mean_squared_error([1.0, 2.0], [1.0, 3.0], weights=[1.0, 2.0, 3.0])


def loss_without_labels(tf):
    return tf.compat.v1.losses.huber_loss(None, [1.0])


def unknown_reduction(tf):
    return tf.compat.v1.losses.huber_loss([1.0], [1.0], reduction="mean")


OPTIMIZERS = [
    ("GradientDescentOptimizer", {}),
    ("AdamOptimizer", {}),
    ("MomentumOptimizer", {"momentum": 0.9}),
    ("MomentumOptimizer", {"momentum": 0.9, "use_nesterov": True}),
    ("AdagradOptimizer", {}),
    ("RMSPropOptimizer", {}),
    ("RMSPropOptimizer", {"centered": True, "momentum": 0.5}),
    ("AdadeltaOptimizer", {}),
    ("FtrlOptimizer", {"l1_regularization_strength": 0.1, "l2_regularization_strength": 0.01}),
    ("FtrlOptimizer", {"learning_rate_power": -0.4, "beta": 0.5}),
    ("FtrlOptimizer", {"l2_shrinkage_regularization_strength": 0.1}),
    ("ProximalAdagradOptimizer", {"l1_regularization_strength": 0.1}),
    ("ProximalGradientDescentOptimizer", {"l2_regularization_strength": 0.1}),
]


def _trained(tf, optimizer):
    dense, rows = tf.Variable([1.0, 2.0], name="w"), tf.Variable([[1.0, 2.0], [3.0, 4.0]], name="e")
    for step in range(3):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(dense**2) + tf.reduce_sum(tf.gather(rows, [0, 0, step % 2]) ** 2)
        gradients = tape.gradient(loss, [dense, rows])
        optimizer.apply_gradients(zip(gradients, [dense, rows], strict=True))
    optimizer.minimize(lambda: tf.reduce_sum(dense**2) + tf.reduce_sum(rows**2))
    slots = [optimizer.get_slot(rows, name) for name in optimizer.get_slot_names()]
    names = [slot.name.partition("/")[0] for slot in optimizer.variables()]
    return (
        dense.numpy(),
        rows.numpy(),
        [s.numpy() for s in slots],
        names,
        optimizer.get_slot_names(),
    )


@tolerance(1e-4, 1e-5)
def optimizers(tf):
    train = tf.compat.v1.train
    return [_trained(tf, getattr(train, name)(0.1, **given)) for name, given in OPTIMIZERS]


@tolerance(1e-4, 1e-5)
def optimizer_with_a_step(tf):
    return _trained(tf, tf.compat.v1.train.AdagradDAOptimizer(0.1, tf.Variable(0, dtype=tf.int64)))


def optimizer_in_a_function(tf):
    w = tf.Variable(1.0)
    rate = tf.compat.v1.train.exponential_decay(0.1, 3, 10, 0.9)
    optimizer = tf.compat.v1.train.AdamOptimizer(rate)

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            loss = w * w
        optimizer.apply_gradients([(tape.gradient(loss, w), w)])
        return loss

    return step(), step(), w.numpy()


def optimizer_of_a_program(tf):
    class Accumulating(tf.compat.v1.train.Optimizer):
        def __init__(self, rate):
            super().__init__(False, "Accumulating")
            self._rate = rate

        def _create_slots(self, variables):
            for variable in variables:
                self._zeros_slot(variable, "total", self._name)

        def _resource_apply_dense(self, grad, var):
            total = self.get_slot(var, "total")
            total.assign_add(grad)
            return var.assign_sub(self._rate * total)

    w, optimizer = tf.Variable([1.0, 2.0]), Accumulating(0.1)
    for _ in range(2):
        optimizer.minimize(lambda: tf.reduce_sum(w * w))
    return w.numpy(), optimizer.variables()


def loss_is_a_tensor(tf):
    w = tf.Variable(1.0)
    return tf.compat.v1.train.AdamOptimizer().minimize(w * w)


def without_gradients(tf):
    return tf.compat.v1.train.AdamOptimizer().apply_gradients([(None, tf.Variable(1.0))])


def optimizer_in_a_checkpoint(tf):
    import tempfile

    w, optimizer = tf.Variable([1.0, 2.0]), tf.compat.v1.train.AdamOptimizer(0.1)
    optimizer.minimize(lambda: tf.reduce_sum(w * w))
    path = tf.train.Checkpoint(o=optimizer, w=w).save(tempfile.mkdtemp() + "/saved")
    other, second = tf.Variable([0.0, 0.0]), tf.compat.v1.train.AdamOptimizer(0.1)
    status = tf.train.Checkpoint(o=second, w=other).restore(path)
    second.minimize(lambda: tf.reduce_sum(other * other))
    status.assert_consumed()
    return tf.train.list_variables(path), other.numpy(), second.get_slot(other, "v").numpy()


def learning_rates(tf):
    train, results = tf.compat.v1.train, []
    for step in (0, 3, 12):
        for name, given in (
            ("exponential_decay", (10, 0.9)),
            ("natural_exp_decay", (10, 0.9, True)),
            ("inverse_time_decay", (10, 0.9)),
            ("polynomial_decay", (10, 0.01, 2.0)),
            ("polynomial_decay", (10, 0.01, 1.0, True)),
            ("cosine_decay", (10, 0.1)),
            ("cosine_decay_restarts", (4, 2.0, 0.5)),
            ("cosine_decay_restarts", (4, 1.0, 0.5)),
            ("linear_cosine_decay", (10,)),
        ):
            results.append(getattr(train, name)(0.1, step, *given)())
        results.append(train.piecewise_constant(step, [3, 10], [1.0, 0.5, 0.1])())
    return results


def global_step(tf):
    tf.compat.v1.reset_default_graph()
    train = tf.compat.v1.train
    w, step = tf.Variable(1.0), train.get_or_create_global_step()
    train.GradientDescentOptimizer(0.1).minimize(lambda: w * w, global_step=step)
    return step, train.get_global_step() is step, w.numpy()


@tolerance(1e-5, 1e-6)
def initializers(tf):
    tf.random.set_seed(3)
    made = tf.compat.v1.initializers
    names = (
        "glorot_normal glorot_uniform he_normal he_uniform lecun_normal lecun_uniform orthogonal "
        "variance_scaling"
    ).split()
    shapes = ([2, 3], [3, 2], [2, 2, 3, 2])
    values = [getattr(made, name)(seed=1)(shape) for name in names for shape in shapes]
    values.append(made.variance_scaling(mode="fan_out", distribution="untruncated_normal")([2, 3]))
    configs = [getattr(made, name)().get_config() for name in names]
    return values, made.identity(2.0)([2, 3]), configs, made.identity().get_config()
