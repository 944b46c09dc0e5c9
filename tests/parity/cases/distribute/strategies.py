"""`tf.distribute` on one device."""

from ...harness import exact_message


def _all_strategies(tf):
    """The default strategy and one of each class."""
    yield tf.distribute.get_strategy()
    yield tf.distribute.OneDeviceStrategy("/cpu:0")
    yield tf.distribute.MirroredStrategy(["/cpu:0"])


def _outcome(function):
    """The value, or the type of the error."""
    try:
        return function()
    except Exception as error:
        return type(error).__name__


def _for_each(function):
    """A case with the outcomes for each strategy."""

    def case(tf):
        return [_outcome(lambda s=strategy: function(tf, s)) for strategy in _all_strategies(tf)]

    case.__name__ = function.__name__
    return case


def _where(tf):
    replica = tf.distribute.get_replica_context()
    return [
        tf.distribute.has_strategy(),
        tf.distribute.in_cross_replica_context(),
        replica is None,
    ]


@_for_each
def scopes(tf, strategy):
    found = [_where(tf)]
    with strategy.scope() as entered:
        found += [entered is strategy, tf.distribute.get_strategy() is strategy, _where(tf)]
        with strategy.scope():
            found.append(_where(tf))
    return [*found, _where(tf)]


@_for_each
def other_scope_inside(tf, strategy):
    with strategy.scope(), tf.distribute.OneDeviceStrategy("/cpu:0").scope():
        return _where(tf)


@_for_each
def run(tf, strategy):
    return [
        strategy.run(lambda: None),
        strategy.run(lambda a, b=2: a + b, args=(1,), kwargs={"b": 5}),
        strategy.run(lambda a: a, args=[tf.constant(1)]),
        strategy.run(lambda: _where(tf)),
        _outcome(lambda: strategy.run(lambda a: a, args=1)),
        _outcome(lambda: strategy.run(lambda: strategy.run(lambda: 3))),
        _outcome(lambda: strategy.run(lambda: strategy.reduce("SUM", 1.0, axis=None))),
        strategy.num_replicas_in_sync,
        strategy.cluster_resolver,
    ]


@_for_each
def replica_context(tf, strategy):
    def inside():
        replica = tf.distribute.get_replica_context()
        return [
            replica.num_replicas_in_sync,
            replica.replica_id_in_sync_group,
            replica.strategy is strategy,
            list(replica.devices),
        ]

    return strategy.run(inside)


@_for_each
def merge_call(tf, strategy):
    def merge(distribution, a, b=1):
        return [distribution is strategy, a, b, _where(tf)]

    def inside():
        replica = tf.distribute.get_replica_context()
        return replica.merge_call(merge, args=(4,), kwargs={"b": 5})

    return strategy.run(inside)


@_for_each
def all_reduce(tf, strategy):
    def reduced(reduce_op):
        value = {"a": tf.constant(2.0), "b": [tf.constant([1.0, 2.0])]}
        return tf.distribute.get_replica_context().all_reduce(reduce_op, value)

    operations = ["SUM", "sum", "Mean", tf.distribute.ReduceOp.SUM, "bad", 3, None]
    return [_outcome(lambda o=o: strategy.run(reduced, args=(o,))) for o in operations]


@_for_each
def all_reduce_of_slices(tf, strategy):
    slices = tf.IndexedSlices(tf.constant([1.0]), tf.constant([0]), tf.constant([2]))
    return strategy.run(lambda: tf.distribute.get_replica_context().all_reduce("SUM", slices))


@_for_each
def all_reduce_outside(tf, strategy):
    return tf.distribute.ReplicaContext(strategy, 0).all_reduce("SUM", tf.constant(1.0))


@_for_each
def gradient_of_all_reduce(tf, strategy):
    x = tf.Variable(3.0)

    def step():
        with tf.GradientTape() as tape:
            y = tf.distribute.get_replica_context().all_reduce("SUM", x * x)
        return tape.gradient(y, x)

    return strategy.run(step)


@_for_each
def reduce(tf, strategy):
    x = tf.constant([[1.0, 2.0], [3.0, 5.0]])
    calls = [
        (operation, axis)
        for operation in ["SUM", "mean", tf.distribute.ReduceOp.MEAN, "bad", 3, None]
        for axis in [None, 0, -1, (0, 1), 2, "x"]
    ]
    return [_outcome(lambda c=c: strategy.reduce(c[0], x, axis=c[1])) for c in calls]


@_for_each
def reduce_other_values(tf, strategy):
    return [
        strategy.reduce("MEAN", tf.constant([1, 2]), axis=0),
        strategy.reduce("SUM", [tf.constant(1.0), tf.constant(2.0)], axis=None),
        strategy.reduce("SUM", tf.constant(3.0), axis=None),
    ]


@_for_each
def gather(tf, strategy):
    x = tf.constant([1.0, 2.0])
    return [
        strategy.gather(x, 0),
        strategy.run(lambda: tf.distribute.get_replica_context().all_gather(x, 0)),
    ]


@_for_each
def local_results(tf, strategy):
    return [
        strategy.experimental_local_results(3),
        strategy.experimental_local_results((3, 4)),
        strategy.group(tf.constant(1.0)),
    ]


@_for_each
def values_from_function(tf, strategy):
    values = strategy.experimental_distribute_values_from_function(
        lambda context: context.num_replicas_in_sync + context.replica_id_in_sync_group
    )
    return [
        repr(values),
        isinstance(values, tf.distribute.DistributedValues),
        strategy.experimental_local_results(values),
        strategy.run(lambda value: value + 1, args=(values,)),
    ]


@_for_each
def variables(tf, strategy):
    with strategy.scope():
        variable = tf.Variable(2.0, name="v")
    extended = strategy.extended
    return [
        repr(variable),
        str(variable),
        isinstance(variable, tf.distribute.DistributedValues),
        extended.variable_created_in_scope(variable),
        extended.variable_created_in_scope(tf.Variable(1.0)),
        variable + 1,
        strategy.run(lambda: variable.assign_add(1.0).numpy()),
        variable.numpy(),
        variable.synchronization.name,
        variable.aggregation.name,
        variable.trainable,
        extended.value_container(variable) is variable,
    ]


def synchronized_on_reading(tf):
    strategy = tf.distribute.MirroredStrategy(["/cpu:0"])
    with strategy.scope():
        total = tf.Variable(
            1.0,
            synchronization=tf.VariableSynchronization.ON_READ,
            aggregation=tf.VariableAggregation.SUM,
        )
    strategy.run(lambda: total.assign_add(3.0))
    return [repr(total), total.numpy(), total.trainable, [v.numpy() for v in total.values]]


@_for_each
def training(tf, strategy):
    with strategy.scope():
        w = tf.Variable([1.0, 2.0])

    def step(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.square(w * x))
        (gradient,) = tape.gradient(loss, [w])
        w.assign_sub(0.1 * gradient)
        return loss

    losses = [
        strategy.reduce("SUM", strategy.run(step, args=(tf.constant([1.0, 0.5]),)), axis=None)
        for _ in range(3)
    ]
    return losses, w.numpy()


@_for_each
def function_in_replica(tf, strategy):
    with strategy.scope():
        w = tf.Variable(2.0)

    @tf.function
    def step(x):
        return w * x

    return strategy.run(step, args=(tf.constant(3.0),))


@_for_each
def update(tf, strategy):
    with strategy.scope():
        variable = tf.Variable(2.0)
        extended = strategy.extended
        extended.update(variable, lambda v, a: v.assign_add(a), args=(3.0,))
        results = extended.update(variable, lambda v: v.assign_add(1.0).numpy(), group=False)
    return [results, variable.numpy()]


@_for_each
def extended_methods(tf, strategy):
    extended = strategy.extended
    variable = tf.Variable(1.0)
    return [
        _outcome(lambda: extended.worker_devices),
        _outcome(lambda: extended.parameter_devices),
        extended.experimental_require_static_shapes,
        extended.reduce_to("SUM", tf.constant(1.0), variable),
        extended.batch_reduce_to("SUM", [(tf.constant(1.0), variable)]),
        _outcome(lambda: strategy.run(lambda: extended.reduce_to("SUM", 1.0, variable))),
    ]


def set_strategy(tf):
    strategy = tf.distribute.OneDeviceStrategy("/cpu:0")
    found = [_where(tf)]
    tf.distribute.experimental_set_strategy(strategy)
    try:
        found += [tf.distribute.get_strategy() is strategy, _where(tf)]
        other = tf.distribute.MirroredStrategy(["/cpu:0"])
        found.append(_outcome(lambda: other.scope().__enter__()))
    finally:
        tf.distribute.experimental_set_strategy(None)
    with strategy.scope():
        found.append(_outcome(lambda: tf.distribute.experimental_set_strategy(None)))
    return [*found, _where(tf)]


def device_names(tf):
    names = ["/cpu:0", "cpu", "/device:CPU:0", None, "/gpu:0", "nonsense"]
    mirrored = [None, [], ["/cpu:0"], ["/cpu:0", "/cpu:0"], ["nonsense"]]
    distribute = tf.distribute
    return [
        [
            _outcome(lambda n=n: distribute.OneDeviceStrategy(n).extended.worker_devices)
            for n in names
        ],
        [
            _outcome(lambda n=n: distribute.MirroredStrategy(n).extended.worker_devices)
            for n in mirrored
        ],
    ]


@exact_message
def no_tpu(tf):
    return tf.distribute.TPUStrategy()


@exact_message
def wrong_context(tf):
    strategy = tf.distribute.OneDeviceStrategy("/cpu:0")
    return strategy.run(lambda: strategy.run(lambda: 1))


@exact_message
def uneven_batch(tf):
    return tf.distribute.InputContext(2, 1, 4).get_per_replica_batch_size(9)


def options(tf):
    distribute = tf.distribute
    context = distribute.InputContext(2, 1, 4)
    communication = distribute.experimental.CommunicationOptions(
        bytes_per_pack=5, implementation="ring"
    )
    return [
        repr(distribute.RunOptions()),
        repr(distribute.InputOptions()),
        context.get_per_replica_batch_size(8),
        str(context),
        str(distribute.experimental.ValueContext(1, 2)),
        [member.name for member in distribute.InputReplicationMode],
        [repr(member) for member in distribute.ReduceOp],
        [communication.bytes_per_pack, communication.implementation.name],
        _outcome(lambda: distribute.experimental.CommunicationOptions(bytes_per_pack=-1)),
        _outcome(lambda: distribute.HierarchicalCopyAllReduce(-1)),
        _outcome(lambda: distribute.NcclAllReduce(-1)),
    ]


def reduction_of_aggregation(tf):
    convert = tf.distribute.ReduceOp.from_variable_aggregation
    return [_outcome(lambda a=a: convert(a).name) for a in tf.VariableAggregation]
