"""Every function that draws from a stream, twice in one traced function, which is called twice.

The streams of the four draws differ from each other, and are those of TensorFlow's graphs.
"""

_SETUP = """
x = tf.reshape(tf.range(48.0), [1, 6, 8, 1])
image = x[0] / 48.0
true = tf.constant([[1], [4]], tf.int64)
vectors = tf.reshape(tf.range(20.0), [10, 2]) / 20.0
biases = tf.zeros([10])
boxes = tf.constant([[[0.1, 0.2, 0.7, 0.9]]])
generator = tf.random.Generator.from_seed(5)
"""

# Each is called with `seed=None`, and with a seed.
_SEEDED = """
tf.random.uniform([2], seed=seed)
tf.random.uniform([2], 0, 9, tf.int32, seed=seed)
tf.random.normal([2], seed=seed)
tf.random.truncated_normal([2], seed=seed)
tf.random.gamma([2], 1.5, seed=seed)
tf.random.poisson([2], 3.0, seed=seed)
tf.random.categorical([[0.0, 1.0]], 4, seed=seed)
tf.random.shuffle(tf.range(9), seed=seed)
tf.random.uniform_candidate_sampler(true, 1, 4, True, 10, seed=seed)
tf.random.log_uniform_candidate_sampler(true, 1, 4, False, 10, seed=seed)
tf.random.learned_unigram_candidate_sampler(true, 1, 4, False, 10, seed=seed)
tf.random.fixed_unigram_candidate_sampler(true, 1, 4, True, 5, unigrams=[1., 2, 3, 4, 5], seed=seed)
tf.random.all_candidate_sampler(true, 1, 10, True, seed=seed)
tf.nn.compute_accidental_hits(true, tf.constant([4, 0, 1], tf.int64), 1, seed=seed)
tf.nn.dropout(x[0, :2], 0.5, seed=seed)
tf.nn.dropout(x[0, :2], 0, seed=seed)
tf.nn.fractional_max_pool(x, 1.4, True, seed=seed or 1)
tf.nn.fractional_max_pool(x, 1.4, seed=seed or 3)
tf.nn.fractional_avg_pool(x, [1.0, 1.4, 1.7, 1.0], seed=seed or 4)
tf.nn.fractional_avg_pool(x, [1.0, 1.4, 1.7, 1.0], True, True, seed=seed or 5)
tf.nn.nce_loss(vectors, biases, true, vectors[:2], 3, 10)
tf.nn.sampled_softmax_loss(vectors, biases, true, vectors[:2], 3, 10, seed=seed)
tf.image.sample_distorted_bounding_box([60, 80, 3], boxes, seed=seed or 6)
tf.image.random_flip_left_right(image, seed=seed)
tf.image.random_flip_up_down(image, seed=seed)
tf.image.random_brightness(image[:1, :2], 0.4, seed=seed)
tf.image.random_contrast(image[:1, :2], 0.2, 0.8, seed=seed)
tf.image.random_saturation(tf.concat([image[:1, :1]] * 3, -1) * [1., .5, .2], 0.2, 2.0, seed=seed)
tf.image.random_hue(tf.concat([image[:1, :1]] * 3, -1) * [1., .5, .2], 0.4, seed=seed)
tf.image.random_crop(x, [1, 2, 2, 1], seed=seed)
tf.image.random_jpeg_quality(tf.zeros([8, 8, 3], tf.uint8), 10, 90, seed=seed)
tf.random_uniform_initializer(seed=seed)([2])
tf.random_normal_initializer(seed=seed)([2])
tf.compat.v1.random_uniform([2], seed=seed)
tf.compat.v1.multinomial([[0.0, 1.0]], 4, seed=seed)
tf.compat.v1.random_poisson(3.0, [2], seed=seed)
tf.compat.v1.nn.dropout(x[0, :2], 0.5, seed=seed)
tf.compat.v1.truncated_normal_initializer(seed=seed)([2])
"""

_OTHERS = """
generator.normal([2])
generator.uniform([2], 0, 9, tf.int64)
generator.uniform_full_int([2])
generator.truncated_normal([2])
generator.binomial([2], 4.0, 0.5)
generator.make_seeds(2)
[g.normal([1]) for g in generator.split(2)]
tf.random.stateless_uniform([2], [1, 2])
tf.random.stateless_normal([2], [1, 2])
tf.experimental.numpy.random.uniform(0.0, 1.0, [2])
tf.experimental.numpy.random.randn(2)
tf.experimental.numpy.random.randint(9, size=[2])
tf.raw_ops.RandomUniform(shape=[2], dtype=tf.float32, seed=4, seed2=5)
tf.raw_ops.RandomStandardNormal(shape=[2], dtype=tf.float32, seed=4, seed2=5)
tf.raw_ops.TruncatedNormal(shape=[2], dtype=tf.float32, seed=4, seed2=5)
tf.raw_ops.RandomUniformInt(shape=[2], minval=0, maxval=9, seed=4, seed2=5)
tf.raw_ops.RandomShuffle(value=tf.range(9), seed=4, seed2=5)
tf.raw_ops.RandomGamma(shape=[2], alpha=[1.5], seed=4, seed2=5)
tf.raw_ops.RandomPoissonV2(shape=[2], rate=[3.0], seed=4, seed2=5)
tf.raw_ops.Multinomial(logits=[[0.0, 1.0]], num_samples=4, seed=4, seed2=5)
"""


def _case(line, seed):
    line = line.strip()

    def case(tf):
        tf.random.set_seed(11)
        names = {"tf": tf, "seed": seed}
        exec(_SETUP, names)
        calls = []

        @tf.function
        def f():
            calls.append(1)
            return eval(line, names), eval(line, names)

        return [tf.nest.flatten(f()), tf.nest.flatten(f())], len(calls)

    return case


def _table():
    cases = {}
    for line in filter(None, _SEEDED.split("\n")):
        name = line.split("(")[0].removeprefix("tf.")
        base, number = name, 1
        while name in cases:
            number += 1
            name = f"{base}_{number}"
        cases[name] = _case(line, None)
        cases[f"{name}, seeded"] = _case(line, 9)
    for line in filter(None, _OTHERS.split("\n")):
        name = base = line.split("(")[0].removeprefix("tf.").lstrip("[").split(" for")[0]
        number = 1
        while name in cases:
            number += 1
            name = f"{base}_{number}"
        cases[name] = _case(line, None)
    return cases


CASES = _table()
