"""How programs begin: initializers, conversions of user-defined classes, device names."""

import datetime

import numpy as np

from tests.parity.case_helpers.elements import brief
from tests.parity.harness import attempt, exact_message

_SHAPES = ([2], (2, 2), 3, [], [0, 2])


def _called(kind, *arguments, **options):
    def case(tf):
        maker = getattr(tf, kind)(*arguments, **options)
        types = (None, "float16", "bfloat16", "float64", "int32", "int64", "bool", "string")
        results = [brief(attempt(maker, shape)) for shape in _SHAPES]
        results += [brief(attempt(maker, [3], *([t] if t else []))) for t in types]
        results += [
            brief(attempt(maker, [4], partition_shape=(2,), partition_offset=(1,))),
            brief(attempt(maker, [4], other=1)),
            brief(attempt(maker, shape=[2], dtype=tf.float32)),
            brief(attempt(maker, [-1])),
            maker.get_config(),
            brief(attempt(type(maker).from_config(maker.get_config()), [2])),
        ]
        return results

    return case


CASES = {
    "zeros": _called("zeros_initializer"),
    "ones": _called("ones_initializer"),
    "constant": _called("constant_initializer", 3.0),
    "constant list": _called("constant_initializer", [1, 2, 3]),
    "constant array": _called("constant_initializer", np.array([1.0, 2.0])),
    "constant in parts": _called("constant_initializer", 2, support_partition=True),
    "normal": _called("random_normal_initializer", seed=7),
    "normal of others": _called("random_normal_initializer", 1.0, 2.0, 3),
    "uniform": _called("random_uniform_initializer", seed=7),
    "uniform integers": _called("random_uniform_initializer", 0, 10, seed=1),
}


def without_own_seed(tf):
    tf.random.set_seed(3)
    normal, uniform = tf.random_normal_initializer(), tf.random_uniform_initializer()
    return normal([2]), uniform([2]), normal([3]), uniform([2], tf.float64)


def no_constants(tf):
    return [attempt(tf.constant_initializer, value) for value in (object(), None, {}, "a", b"a")][
        :3
    ]


def variables_from_initializers(tf):
    made = tf.Variable(lambda: tf.ones_initializer()([2]), name="ones")
    return repr(made), made.trainable


class _Celsius:
    def __init__(self, degrees):
        self.degrees = degrees


class _Colder(_Celsius):
    pass


def conversions(tf):
    class Celsius(_Celsius):
        pass

    class Colder(Celsius):
        pass

    calls = []

    def convert(value, dtype=None, name=None, as_ref=False):
        calls.append(str(dtype))
        return tf.constant(value.degrees, dtype)

    before = attempt(tf.square, Celsius(1.0))
    tf.register_tensor_conversion_function(Celsius, convert)
    double = tf.constant(2.0, tf.float64)
    results = [
        tf.convert_to_tensor(Celsius(3.0)),
        tf.convert_to_tensor(Celsius(3.0), tf.float64),
        tf.square(Celsius(3.0)),
        double + Celsius(1.0),
        Celsius(1.0) + double,
        tf.maximum(double, Celsius(1.0)),
        tf.stack([Celsius(1.0), Celsius(2.0)]),
        type(attempt(tf.convert_to_tensor, [[Celsius(1.0)], [5.0]])),
        type(attempt(tf.constant, Celsius(2.0))),
        tf.Variable(Celsius(2.0)),
        tf.square(Colder(2.0)),
    ]
    tf.register_tensor_conversion_function((Colder,), lambda *args, **kwargs: NotImplemented, 50)
    results.append(tf.square(Colder(2.0)))
    tf.register_tensor_conversion_function(Colder, lambda *args, **kwargs: tf.constant(7.0), 60)
    results.append(tf.square(Colder(2.0)))
    results.append(attempt(tf.convert_to_tensor, Colder(2.0), tf.int32))
    tf.register_tensor_conversion_function(Colder, lambda *args, **kwargs: 5, 10)
    results.append(attempt(tf.square, Colder(2.0)))
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * Celsius(3.0)
    return type(before), results, tape.gradient(y, x)


def wrong_conversions(tf):
    register = tf.register_tensor_conversion_function

    def f(*args, **kwargs):
        return tf.constant(1)

    arguments = [(3, f), (_Celsius, 3), (int, f), (float, f), (np.ndarray, f), ((int, str), f)]
    return [brief(attempt(register, *given)) for given in arguments]


def creators(tf):
    seen = []

    def double(next_creator, **arguments):
        seen.append(sorted(arguments))
        arguments["initial_value"] = arguments["initial_value"] * 2
        return next_creator(**arguments)

    def untrained(next_creator, **arguments):
        seen.append("inner")
        return next_creator(**{**arguments, "trainable": False})

    with tf.variable_creator_scope(double):
        a = tf.Variable(3.0, name="a")
        with tf.variable_creator_scope(untrained):
            b = tf.Variable([1.0, 2.0])
        c = attempt(tf.Variable, None)
    d = tf.Variable(1.0)
    return [repr(v) for v in (a, b, d)], [v.trainable for v in (a, b, d)], type(c), seen


def device_specs(tf):
    D = tf.DeviceSpec
    texts = ["/job:w/replica:1/task:2/device:GPU:3", "/job:w/task:1/CPU:0", "/device:GPU:*", ""]
    texts += ["/gpu:0", "foo", "/cpu:0/gpu:1", "/GPU", "/job:a/foo:1", "/device:TPU:1", "cpu:1"]
    whole = D(job="w", replica=1, task=2, device_type="gpu", device_index=3)
    return [
        [brief(attempt(lambda text=text: D.from_string(text).to_string())) for text in texts],
        repr(whole),
        [whole.job, whole.replica, whole.task, whole.device_type, whole.device_index],
        D(job="a").make_merged_spec(D(task=1)).to_string(),
        D(job="a", task=2).make_merged_spec(D(job="b")).to_string(),
        D(job="a").replace(task=2).to_string(),
        type(attempt(D(job="a").replace, foo=2)),
        D(job="a") == D(job="a"),
        D(job="a") == D(job="b"),
        hash(D(job="a")) == hash(D(job="a")),
        type(attempt(D, task="x")),
        type(attempt(setattr, D(job="a"), "job", "b")),
        D(job="a").parse_from_string("/task:1").to_string(),
    ]


def small_functions(tf):
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.guarantee_const(x) * 3.0
    with tf.name_scope("a"), tf.name_scope("b"):
        scope = tf.get_current_name_scope()
    now = tf.timestamp()
    return [
        tf.guarantee_const(tf.Variable([1.0])),
        type(attempt(tape.gradient, y, x)),
        scope,
        tf.get_current_name_scope(),
        tf.is_symbolic_tensor(x),
        now.dtype,
        abs(float(now) - datetime.datetime.now().timestamp()) < 60,
        [tf.__git_version__ == tf.version.GIT_VERSION, tf.__compiler_version__],
    ]


@exact_message
def parallel_stack(tf):
    return tf.parallel_stack([[1, 2], [3, 4]])


def switches(tf):
    d, c = tf.debugging, tf.compat
    results = [d.is_traceback_filtering_enabled(), d.get_log_device_placement()]
    d.disable_traceback_filtering()
    results.append(d.is_traceback_filtering_enabled())
    d.enable_traceback_filtering()
    d.set_log_device_placement(False)
    days = [(2020, 1, 1), (2026, 1, 15), (2026, 1, 16), (2030, 5, 5)]
    results.append([c.forward_compatible(*day) for day in days])
    with c.forward_compatibility_horizon(2028, 1, 1):
        results.append([c.forward_compatible(*day) for day in days])
    return results, d.is_traceback_filtering_enabled(), c.forward_compatible(2027, 1, 1)
