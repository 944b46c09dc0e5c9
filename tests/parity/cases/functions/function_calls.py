"""How functions and their traces are called: signatures, methods, containers, pickles."""

import pickle

from tests.parity.harness import attempt, exact_message


def doubled(x, scale=2.0):
    return x * scale


@exact_message
def flat_signatures(tf):
    def f(x, y=5, *varargs, **kwargs):
        return x

    f = tf.function(f)
    one, ragged = tf.constant(1), tf.ragged.constant([[1, 2], [3]])
    calls = [
        ((ragged,), ({"a": tf.constant([1, 2, 3])}, 5)),
        ((ragged,), (tf.ragged.constant([[[1]]]), 5)),
        ((5,), (tf.constant(6), 5)),
        ((one, one), (5, one)),
    ]
    return [attempt(f.get_concrete_function(*traced), *given) for traced, given in calls]


@exact_message
def keyword_tensors_in_flat_signatures(tf):
    @tf.function
    def f(x, **kwargs):
        a, b, c = x
        return a + b + c + kwargs["d"]

    spec = tf.TensorSpec(None, tf.float32)
    concrete = f.get_concrete_function((spec, spec, spec), d=spec)
    tensors = [tf.constant(float(i)) for i in range(5)]
    return [attempt(concrete, *tensors[:count]) for count in (3, 4, 5)]


@exact_message
def other_shapes_inside_of_functions(tf):
    f = tf.function(lambda argument_name: argument_name + 1.0)
    concrete = f.get_concrete_function(tf.constant([1.0]))
    wide = tf.constant([1.0, 2.0])

    @tf.function(input_signature=[tf.TensorSpec([1])])
    def narrow(x):
        return x, x.shape[0]

    @tf.function(input_signature=[tf.TensorSpec(None)])
    def general(x):
        return narrow(x)

    return [
        attempt(concrete, wide),
        attempt(tf.function(lambda: concrete(wide), autograph=False)),
        attempt(tf.function(lambda: concrete(wide + 1.0), autograph=False)),
        attempt(tf.function(lambda: concrete(argument_name=wide), autograph=False)),
        general(tf.constant([1.0])),
    ]


def methods_of_extension_types(tf):
    class Masked(tf.experimental.ExtensionType):
        values: tf.Tensor
        mask: tf.Tensor

        @tf.function
        def with_default(self, default):
            return tf.where(self.mask, self.values, default)

        @tf.function
        def sum(self):
            result = 0
            for i in range(tf.size(self.values)):
                if self.mask[i]:
                    result += self.values[i]
            return result

    masked = Masked([1, 2, 3], [True, False, True])
    other = Masked([5, 6, 7], [False, False, True])
    counts = Masked.sum.experimental_get_tracing_count
    return masked.with_default(-1), masked.sum(), other.sum(), counts()


@exact_message
def containers_that_are_modified(tf):
    def move(n):
        n[0].append(n[1].pop(0))

    def nested(n):
        n[0]["a"].append(tf.constant(1.0))

    def fine(n):
        return [*n, 1.0]

    one = tf.constant(1.0)
    return [
        attempt(tf.function(move), [[one], [one, one]]),
        attempt(tf.function(nested), [{"a": [one]}, one]),
        attempt(tf.function(fine), [one]),
    ]


def pickled_functions(tf):
    spec = tf.TensorSpec([None], tf.float32)
    x = tf.constant([1.0, 2.0])
    results = []
    for options in ({}, {"input_signature": (spec,)}, {"reduce_retracing": True}):
        function = tf.function(doubled, **options)
        copy = pickle.loads(pickle.dumps(function))
        results.append((copy(x), copy.input_signature == function.input_signature))
    return results


def variables_of_a_graph(tf):
    v, w = tf.Variable(1.0), tf.Variable(2.0, trainable=False)
    f = tf.function(lambda: v * w).get_concrete_function()
    return [
        [x is v for x in f.graph.variables],
        [x is v for x in f.graph.trainable_variables],
        f.variables == f.graph.variables,
    ]


def shape_tuples(tf):
    shapes = []

    @tf.function(input_signature=[tf.TensorSpec([None, 2]), tf.TensorSpec(None)])
    def f(x, y):
        shapes.extend([x._shape_tuple(), y._shape_tuple()])
        return x

    f(tf.ones([3, 2]), 1.0)
    return [*shapes, tf.ones([3, 2])._shape_tuple()]


def equality_in_a_graph(tf):
    outside = tf.compat.v1.executing_eagerly_outside_functions
    with tf.Graph().as_default():
        a, b, v, w = tf.constant(1), tf.constant(1), tf.Variable(1), tf.Variable(1)
        print(outside(), a == b, a != b, a == a, a == 1, [b, a].index(a), v == w, v != w, v == v)
        print(len({a, b, v, w}), hash(a) == id(a), hash(v) == id(v))

        @tf.function
        def f(x):
            print(outside(), x == a, x != 1, attempt(hash, x))
            return x

        f(a)
    print(outside(), tf.constant(1) == tf.constant(1), tf.Variable(1) == tf.Variable(1))


def endless_recursion(tf):
    @tf.function(autograph=False)
    def f(n):
        return tf.cond(n > 0, lambda: f(n - 1), lambda: 1)

    try:
        f(tf.constant(5))
    except RecursionError as error:
        return type(error).__name__
