"""What programs of TensorFlow 1 set up: variables, scopes, settings, logging, random numbers."""

from tests.parity.harness import attempt


def random_numbers(tf):
    v1 = tf.compat.v1
    v1.set_random_seed(7)
    logits = tf.constant([[0.1, 0.2, 0.7]])
    return [
        v1.random_normal([3]),
        v1.random_uniform([3], seed=2),
        v1.multinomial(logits, 5),
        v1.multinomial(logits, 5, 3, output_dtype=tf.int32),
        v1.random_poisson([1.0, 5.0], [3]),
        v1.random.poisson(2.0, [4], tf.int32, 5),
        v1.random.stateless_multinomial(logits, 5, [1, 2]),
        v1.truncated_normal([2]),
        v1.random_normal_initializer(seed=3)([3]),
        v1.truncated_normal_initializer(1.0, 0.1)([2]),
        v1.random_uniform_initializer(-1, 1)([2]),
        v1.random_shuffle([1, 2, 3, 4]),
    ]


def variables(tf):
    v1 = tf.compat.v1
    v = v1.Variable([1.0, 2.0, 3.0], name="first", trainable=False, collections=["a"])
    w = v1.Variable([[1.0], [2.0]], use_resource=True, dtype=tf.float64)
    described = [
        (u.name, u.dtype, u.shape, u.trainable, isinstance(u, v1.Variable)) for u in (v, w)
    ]
    v1.assign(v, [3.0, 4.0, 5.0])
    v1.assign_add(v, [1.0, 1.0, 1.0])
    v1.assign_sub(v, [0.5, 0.5, 0.5])
    results = [v.numpy()]
    for function in (v1.scatter_add, v1.scatter_sub, v1.scatter_mul, v1.scatter_div):
        function(v, [0, 2], [2.0, 4.0])
        results.append(v.numpy())
    for function in (v1.scatter_update, v1.scatter_max, v1.scatter_min):
        function(v, [1], [1.5])
        results.append(v.numpy())
    for function in (v1.scatter_nd_add, v1.scatter_nd_sub, v1.scatter_nd_update):
        function(v, [[0], [1]], [1.0, 2.0])
        results.append(v.numpy())
    return (
        described,
        results,
        isinstance(v, tf.Variable),
        isinstance(1, v1.Variable),
        isinstance(tf.Variable(1), v1.Variable),
        v1.is_variable_initialized(v),
        attempt(v1.assign, v, [1.0]),
        attempt(v1.assign, v, "a"),
        v1.trainable_variables(),
        v1.global_variables(),
        v1.global_variables_initializer(),
        v1.tables_initializer(),
    )


def scopes(tf):
    v1 = tf.compat.v1
    names = []
    with v1.name_scope("a") as outer:
        names.append(outer)
        with v1.name_scope(None, "b", [1]) as inner:
            names.append((inner, tf.Variable(1, name="v").name))
        with v1.name_scope("c", "d") as inner:
            names.append((inner, tf.get_current_name_scope()))
    with v1.name_scope(None) as none:
        names.append((none, tf.Variable(1, name="v").name))
    scope = v1.name_scope(None, "default")
    with v1.control_dependencies([tf.constant(1)]), v1.device("/cpu:0"):
        names.append((scope.name, v1.name_scope("e", "f").name, tf.constant(1).device))
    with v1.colocate_with(tf.constant(1)), v1.colocate_with(None), v1.colocate_with([1]):
        names.append(tf.constant(1).device)
    wrong = [lambda: v1.name_scope("a", [1]).name, lambda: v1.name_scope(3).__enter__()]
    return names, [attempt(function) for function in wrong]


def settings(tf):
    """What programs call first."""
    v1 = tf.compat.v1
    return [
        v1.enable_eager_execution(),
        v1.enable_eager_execution(None, None, None),
        v1.enable_v2_behavior(),
        v1.enable_v2_tensorshape(),
        v1.enable_resource_variables(),
        v1.enable_tensor_equality(),
        v1.enable_control_flow_v2(),
        v1.executing_eagerly(),
        v1.executing_eagerly_outside_functions(),
        v1.resource_variables_enabled(),
        v1.control_flow_v2_enabled(),
        tf.function(v1.executing_eagerly)(),
        tf.function(v1.executing_eagerly_outside_functions)(),
        hasattr(tf, "enable_v2_behavior"),
        v1.VERSION,
        v1.__version__,
    ]


def logging(tf):
    log = tf.compat.v1.logging
    before = log.get_verbosity()
    results = [before, log.DEBUG, log.INFO, log.WARN, log.ERROR, log.FATAL]
    log.set_verbosity(log.ERROR)
    log.info("not shown %d", 1)
    log.warning("not shown")
    results += [log.get_verbosity(), tf.get_logger().level]
    log.set_verbosity(log.INFO)
    for i in range(5):
        log.log_first_n(log.INFO, "first %d", 2, i)
        log.log_every_n(log.INFO, "every %d", 2, i)
        log.log_if(log.WARN, "if %d", i == 3, i)
    log.info("info %s", "a")
    log.warn("warn")
    log.error("error %d", 2)
    log.vlog(log.DEBUG, "debug")
    log.log(log.INFO, "log")
    log.set_verbosity(before)
    return results


def gradient_registry(tf):
    @tf.RegisterGradient("CustomForTest")
    def custom(op, grad):
        return grad

    tf.no_gradient("NoneForTest")
    return [
        custom(None, 3),
        tf.AggregationMethod.DEFAULT,
        tf.AggregationMethod.ADD_N,
        tf.AggregationMethod.EXPERIMENTAL_TREE,
        tf.AggregationMethod.EXPERIMENTAL_ACCUMULATE_N,
        tf.compat.v1.NoGradient is tf.no_gradient,
        *(
            type(attempt(function, name)).__name__
            for function in (lambda n: tf.RegisterGradient(n)(custom), tf.no_gradient)
            for name in ("NoneForTest", "Square", "Size", 3)
        ),
    ]


def same_objects(tf):
    v1 = tf.compat.v1
    return [
        v1.abs is tf.abs,
        v1.float32 is tf.float32,
        v1.GradientTape is tf.GradientTape,
        v1.signal.fft is tf.signal.fft,
        v1.spectral.fft is tf.signal.fft,
        v1.nn.relu is tf.nn.relu,
        v1.errors.NotFoundError is tf.errors.NotFoundError,
        v1.compat.as_str is tf.compat.as_str,
        v1.reduce_sum is tf.reduce_sum,
        v1.where_v2 is tf.where,
        v1.squeeze is tf.squeeze,
    ]
