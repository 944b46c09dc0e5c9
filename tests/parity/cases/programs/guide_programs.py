"""Programs of the kinds that TensorFlow's guides show."""

from tests.parity.harness import attempt


def _failure(function):
    result = attempt(function)
    if isinstance(result, Exception):
        return type(result).__name__, str(result).splitlines()[0]
    return result


# -- variables as arguments ---------------------------------------------------------------------


def a_function_is_traced_with_the_variable_itself(tf):
    first, second = tf.Variable(2.0), tf.Variable(5.0, name="second")
    seen = []

    @tf.function
    def f(x):
        seen.append((x is first, x is second, repr(x)))
        return x * 10.0 + first

    @tf.function
    def of_a_dict(pair):
        seen.append((pair["a"] is first, pair["b"] is second))
        pair["b"].assign_add(pair["a"])
        return pair["b"] + first

    @tf.function
    def outer(x):
        @tf.function
        def inner(y):
            seen.append(y is x)
            return y * 2.0

        return inner(x)

    results = [f(first), f(second), of_a_dict({"a": first, "b": second}), second]
    results += [of_a_dict({"a": second, "b": first}), first, outer(first), outer(second)]
    return results, seen, [str(x) for x in f.get_concrete_function(first).inputs]


def a_variable_argument_has_gradients_where_it_is_also_captured(tf):
    first, second = tf.Variable(2.0), tf.Variable(5.0)

    @tf.function
    def f(x):
        with tf.GradientTape() as tape:
            y = x * first
        return tape.gradient(y, [x, first])

    @tf.function
    def g(x):
        return x * x * first

    with tf.GradientTape() as tape:
        y = g(second)
    return f(first), f(second), tape.gradient(y, [first, second])


def optimizers_know_a_variable_argument_in_each_trace(tf):
    optimizers = [tf.keras.optimizers.Adam(rate) for rate in (1e-2, 1e-3)]

    def train_step(w, x, y, optimizer):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.square(w * x - y))
        gradients = tape.gradient(loss, [w])
        optimizer.apply_gradients(zip(gradients, [w], strict=True))

    w, x, y = tf.Variable(2.0), tf.constant([-1.0]), tf.constant([2.0])
    steps = tf.function(train_step), tf.function(train_step)
    for i in range(4):
        steps[i % 2](w, x, y, optimizers[i % 2])
    return w, _failure(lambda: steps[0](w, x, y, optimizers[1]))


# -- creating variables -------------------------------------------------------------------------


def a_symbolic_initial_value_cannot_be_lifted_out_of_a_bare_graph(tf):
    values = (
        lambda: tf.zeros([2]),
        lambda: [1.0, 2.0],
        lambda: lambda: tf.zeros([2]),
        lambda: tf.compat.v1.placeholder(tf.float32, [2]),
    )
    results = []
    for value in values:
        with tf.__internal__.FuncGraph("scratch").as_default():
            results.append(_failure(lambda value=value: repr(tf.Variable(value(), name="w"))))
    return results


def keras_layers_that_make_variables_of_random_tensors(tf):
    class Flexible(tf.keras.layers.Layer):
        def __init__(self, units):
            super().__init__()
            self.units = units

        def build(self, shape):
            print(tf.executing_eagerly())
            self.w = tf.Variable(tf.random.normal([shape[-1], self.units]), name="w")

        def call(self, inputs):
            return tf.matmul(inputs, self.w)

    class Model(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.first, self.second = Flexible(3), Flexible(2)

        def call(self, inputs):
            return self.second(self.first(inputs))

    tf.random.set_seed(1)
    model = Model(name="made")
    return model(tf.ones([1, 3])), [layer.w.shape for layer in model.layers]


def a_generator_made_in_the_first_call(tf):
    made = []

    @tf.function
    def f():
        if not made:
            made.append(tf.random.Generator.from_seed(1))
        return made[0].normal([])

    return f(), f()


# -- callables ----------------------------------------------------------------------------------


def a_function_of_a_keras_model(tf):
    tf.keras.utils.set_random_seed(1)

    class Model(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = tf.keras.layers.Dense(1)

        def call(self, x):
            return self.dense(x)

    class Object:
        def __init__(self):
            self._lock = self._cache = self.attribute = 5

        def __call__(self, x):
            return x if x > 0 else -x

    f = tf.function(Object())
    return tf.function(Model())(tf.ones([2, 3])), f(tf.constant(-3)), f.attribute


def exception_handlers_with_names_are_converted(tf):
    @tf.function
    def f(x):
        y = x
        try:
            if x > 0:
                y = x + 1
            raise ValueError("no")
        except ValueError as error:
            if x > 1:
                y = y * 2
            print(type(error), error)
        for i in range(2):
            try:
                if i == 0:
                    continue
                return y
            except (TypeError, KeyError) as other:
                print(other)
        return x

    return f(tf.constant(1)), f(tf.constant(4))


# -- loops over datasets ------------------------------------------------------------------------


def loops_over_datasets_may_change_shapes(tf):
    def grown(dataset):
        total, row = tf.constant(0), tf.constant([1])
        for x in dataset:
            total += x
            row = tf.concat([row, [3]], 0)
        return total, row

    def stopped(dataset):
        row = tf.constant([1])
        for x in dataset:
            row = tf.concat([row, [3]], 0)
            if x > 1:
                break
        return row

    def options(dataset):
        row = tf.constant([1])
        for x in dataset:
            tf.autograph.experimental.set_loop_options(
                shape_invariants=[(row, tf.TensorShape([None]))]
            )
            row = tf.concat([row, [x]], 0)
        return row

    def of_an_iterator(dataset):
        return grown(iter(dataset))

    def of_dtypes(dataset):
        total = tf.constant(0)
        for x in dataset:
            total = tf.cast(x, tf.float32)
        return total

    dataset = tf.data.Dataset.from_generator(lambda: [1, 2, 3], tf.int32)
    functions = grown, stopped, options, of_an_iterator, of_dtypes
    results = []
    for function in functions:
        result = attempt(lambda function=function: tf.function(function)(dataset))
        if isinstance(result, Exception):
            result = type(result).__name__, str(result).splitlines()[-2]
        results.append(result)
    return results


# -- checkpoints --------------------------------------------------------------------------------


def items_that_do_not_fit_a_checkpoint_are_not_restored(tf):
    import tempfile

    saved = tf.train.Checkpoint()
    saved.items = [tf.Variable([1.0, 2.0]), tf.Variable([3.0, 4.0, 5.0])]
    saved.named = {"a": tf.Variable([1.0, 2.0]), "b": tf.Variable([3.0])}
    path = saved.write(tempfile.mkdtemp() + "/saved")
    other = tf.train.Checkpoint()
    other.items, other.named = [], {}
    other.read(path).expect_partial()
    for _ in range(2):
        other.items.append(tf.Variable([0.0, 0.0]))
    for name in "ab":
        other.named[name] = tf.Variable([0.0, 0.0])
    third = tf.train.Checkpoint()
    third.items = [tf.Variable([[1.0, 2.0]])]
    return list(other.items), dict(other.named), attempt(lambda: third.read(path))


# -- images in datasets -------------------------------------------------------------------------


def images_of_unknown_sizes_are_transformed_in_functions(tf):
    def transformed(images, transforms, size):
        return tf.raw_ops.ImageProjectiveTransformV3(
            images=images,
            transforms=transforms,
            output_shape=size,
            fill_value=0.0,
            interpolation="BILINEAR",
            fill_mode="REFLECT",
        )

    f = tf.function(transformed)
    of = f.get_concrete_function
    size, rows = tf.TensorSpec([2], tf.int32), tf.TensorSpec([None, 8])
    traces = [
        of(tf.TensorSpec([None, None, 3, 3]), rows, size),
        of(tf.TensorSpec(None), rows, size),
    ]
    images = tf.reshape(tf.range(2.0 * 6 * 5), [2, 6, 5, 1])
    rows = tf.constant([[1.0, 0.1, 0.5, -0.1, 1.0, 1.0, 0.0, 0.0]])
    dataset = tf.data.Dataset.from_tensor_slices(images).batch(2)
    dataset = dataset.map(lambda x: transformed(x, rows, tf.shape(x)[1:3]))
    shapes = [str(trace.structured_outputs) for trace in traces]
    return shapes, repr(dataset.element_spec), list(dataset)


def shapes_are_stated_for_unknown_ones(tf):
    @tf.function
    def f(x):
        y = tf.ensure_shape(x, [None, 3])
        print(y.shape)
        return y

    traces = [f.get_concrete_function(tf.TensorSpec(s)) for s in ([None] * 2, None, [2, None])]
    results = [trace(tf.ones([2, 3])) for trace in traces]
    return results, [str(trace.structured_outputs.shape) for trace in traces]


# -- trace types of programs --------------------------------------------------------------------


def programs_define_trace_types(tf):
    types = tf.types.experimental

    class FruitType(types.TraceType):
        def __init__(self, fruit):
            self.fruit = fruit

        def is_subtype_of(self, other):
            return self == other

        def most_specific_common_supertype(self, others):
            return self if all(self == other for other in others) else None

        def placeholder_value(self, placeholder_context=None):
            return self.fruit

        def __eq__(self, other):
            return type(other) is FruitType and type(self.fruit) is type(other.fruit)

        def __hash__(self):
            return hash(type(self.fruit))

    class Fruit:
        def __tf_tracing_type__(self, context):
            return FruitType(self)

    class Apple(Fruit):
        flavor = tf.constant([1, 2])

    class Mango(Fruit):
        flavor = tf.constant([3, 4])

    @tf.function
    def mixed(a, b):
        print("tracing")
        return a.flavor + b.flavor

    pairs = (Apple, Mango), (Apple, Apple), (Mango, Mango), (Apple, Mango)
    fruit_type = FruitType(Apple())
    return (
        [mixed(a(), b()) for a, b in pairs],
        [isinstance(x, types.SupportsTracingProtocol) for x in (Apple(), 1)],
        isinstance(tf.TensorSpec([]), types.TraceType),
        [fruit_type.flatten(), fruit_type.to_tensors(Apple())],
        attempt(types.TraceType),
    )


def dispatch_targets_with_other_parameters_are_refused(tf):
    class Masked(tf.experimental.ExtensionType):
        values: tf.Tensor

    def fewer(a, b, transpose_a=False):
        pass

    def none():
        pass

    def any_keywords(x, y, **kw):
        pass

    def keyword_only(values, q=3, *, r):
        pass

    targets = (tf.matmul, fewer), (tf.abs, none), (tf.add, any_keywords), (tf.stack, keyword_only)
    return [
        attempt(lambda api=api, target=target: tf.experimental.dispatch_for_api(api)(target))
        for api, target in targets
    ]
