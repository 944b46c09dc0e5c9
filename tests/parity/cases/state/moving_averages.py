"""`tf.train.ExponentialMovingAverage`."""

from tests.parity.case_helpers.tables import ramp
from tests.parity.harness import attempt, exact_message


def dtypes(tf):
    results = {}
    for name in ("float16", "bfloat16", "float32", "float64"):
        v = tf.Variable(tf.cast(tf.constant(ramp([2, 3])), name), name=f"of_{name}")
        ema = tf.train.ExponentialMovingAverage(0.9)
        results[name] = [ema.average(v), ema.apply([v]), ema.average(v).value()]
        for _ in range(3):
            v.assign_add(tf.ones_like(v))
            ema.apply([v])
        results[name] += [ema.average(v), v.value()]
    return results


def decays(tf):
    results = []
    number = tf.Variable(0, dtype=tf.int64)
    for decay, updates in (
        (0.5, None),
        (tf.Variable(0.25), None),
        (tf.constant(0.99), 3),
        (0.9999, number),
        (0, None),
        (1, None),
    ):
        v = tf.Variable([1.0, 2.0])
        ema = tf.train.ExponentialMovingAverage(decay, num_updates=updates, zero_debias=True)
        ema.apply([v])
        v.assign([5.0, -3.0])
        for _ in range(3):
            number.assign_add(1)
            ema.apply((v,))
        results.append(ema.average(v).value())
    return results


def names(tf):
    v, w = tf.Variable(1.0, name="named"), tf.Variable(2.0, name="named_too")
    ema = tf.train.ExponentialMovingAverage(0.5, name="lagging")
    results = [ema.name, ema.average_name(v), ema.apply([v, w]), ema.average_name(w)]
    results += [ema.average(v), ema.average(w)]
    again = tf.train.ExponentialMovingAverage(0.5, name="lagging")
    with tf.name_scope("scope"):
        x = tf.Variable(3.0, name="x")
        again.apply([x, v])
    results += [again.average(x), again.average(v), again.average_name(x)]
    results.append(sorted(again.variables_to_restore([v, w])))
    results.append("named/lagging" in ema.variables_to_restore())
    return results


def tapes_and_functions(tf):
    v = tf.Variable([1.0, 2.0], name="taped")
    ema = tf.train.ExponentialMovingAverage(0.5)
    with tf.GradientTape() as tape:
        ema.apply([v])
        v.assign([3.0, 4.0])
        ema.apply([v])
        y = v * ema.average(v)
    results = [tape.gradient(y, v), [w.name for w in tape.watched_variables()]]

    @tf.function
    def update():
        v.assign_add([1.0, 1.0])
        ema.apply([v])
        return ema.average(v) * 2.0

    return [*results, update(), update(), ema.average(v).trainable]


@exact_message
def refused(tf):
    ema = tf.train.ExponentialMovingAverage(0.5)
    v = tf.Variable(1.0, name="first")
    results = [
        attempt(ema.apply, [tf.constant(1.0)]),
        attempt(ema.apply, v),
        attempt(ema.apply, [v, tf.Variable(1)]),
        attempt(ema.apply, [tf.Variable(1j)]),
        type(attempt(ema.apply, [3])).__name__,
        type(attempt(ema.average, 3)).__name__,
        type(attempt(tf.train.ExponentialMovingAverage)).__name__,
        type(attempt(tf.train.ExponentialMovingAverage("a").apply, [v])).__name__,
        ema.apply([]),
        ema.apply(),
    ]
    return [*results, ema.average(v), ema.average(tf.Variable(2.0))]
