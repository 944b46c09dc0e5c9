"""Functions given to datasets are traced once, with TensorFlow's specs, errors and random numbers."""

import os
import tempfile

import numpy as np

from tests.parity.harness import attempt

_IMAGES = np.random.default_rng(0).integers(0, 256, (4, 8, 8, 3), np.uint8)


def _described(tf, values, function):
    """The calls of Python, the spec and the elements of a mapped dataset, in two epochs."""
    calls = []

    def counted(*args):
        calls.append(1)
        return function(*args)

    tf.random.set_seed(3)
    mapped = tf.data.Dataset.from_tensor_slices(values).map(counted)
    return [repr(mapped.element_spec), list(mapped), list(mapped), len(calls)]


def arguments_that_print(tf):
    dataset = tf.data.Dataset

    def show(*args):
        print(*args)
        return args[0]

    return [
        list(dataset.range(2).map(show)),
        list(dataset.from_tensor_slices(([1.0, 2.0], {"q": [1, 2]})).map(show)),
        list(dataset.from_tensor_slices({"b": [1.0], "a": [[1]]}).map(lambda d: show(d)["a"])),
        list(dataset.from_tensor_slices(["a", "b"]).map(show)),
        list(dataset.range(4).batch(3).map(show)),
        list(dataset.range(4).filter(lambda x: show(x) > 2)),
        dataset.range(5).reduce(np.int64(0), lambda s, x: show(s, x) + x),
        list(dataset.range(3).scan(np.int64(0), lambda s, x: (show(s, x) + x, s))),
        list(dataset.range(3).take_while(lambda x: show(x) < 2)),
    ]


def names_in_the_graph(tf):
    names = []

    def function(x):
        y = tf.add(x, x, name="sum")
        names.extend([x.name, y.name, (x + 1).name, x.graph.name, tf.executing_eagerly()])
        return y

    list(tf.data.Dataset.range(3).map(function))
    return names


def errors_while_tracing(tf):
    numbers = tf.data.Dataset.range(3)

    def divides(x):
        return 1 // 0

    def adds(x):
        y = x + 1
        return y + tf.constant("a")

    def reads(x):
        return x.numpy()

    def chooses(x):
        return 1 if tf.autograph.experimental.do_not_convert(bool)(x) else 2

    def makes(x):
        return object()

    return [attempt(numbers.map, f) for f in (divides, adds, reads, chooses, makes)]


def control_flow(tf):
    numbers = tf.data.Dataset.range(4)

    def branches(x):
        if x > 1:
            return x * 10
        return x

    def loops(x):
        total = tf.constant(0, tf.int64)
        for i in tf.range(x):
            total += i
        return total

    def counts(x):
        n = 0
        while n < tf.cast(x, tf.int32):
            n += 1
        return n

    return [list(numbers.map(f)) for f in (branches, loops, counts)]


def run_time_errors(tf):
    iterators = [
        iter(tf.data.Dataset.range(4).map(function))
        for function in (
            lambda x: 10 // (x - 1),
            lambda x: tf.gather([1, 2], tf.cast(x, tf.int32)),
            lambda x: tf.reshape(tf.range(x), [2]),
        )
    ]

    def outcome(iterator):
        try:
            return next(iterator)
        except tf.errors.OpError as error:
            return type(error).__name__

    return [[outcome(iterator) for _ in range(4)] for iterator in iterators]


def variables(tf):
    count = tf.Variable(10, dtype=tf.int64)

    def counts(x):
        count.assign_add(1)
        return count + x

    dataset = tf.data.Dataset.range(3).map(counts)
    return [list(dataset), count.numpy(), list(dataset.batch(2)), count.numpy()]


def random_operations(tf):
    def three(x):
        return tf.random.uniform([]), tf.random.normal([2], seed=5), tf.random.shuffle(tf.range(4))

    def chosen(x):
        if tf.random.uniform([]) < 0.5:
            return x * 2
        return x

    return [_described(tf, [1, 2, 3], three), _described(tf, np.arange(8), chosen)]


def sizes(tf):
    batches = tf.data.Dataset.range(5).batch(2)
    functions = (
        lambda x: tf.concat([x, x], 0),
        tf.shape,
        lambda x: tf.where(x > 1),
        lambda x: tf.boolean_mask(x, x > 1),
        lambda x: tf.py_function(lambda v: v * 2, [x], tf.int64),
        lambda x: tf.numpy_function(lambda v: v * 3, [x], tf.int64),
        lambda x: (x, None),
        lambda x: tf.reduce_sum(x),
        lambda x: tf.reshape(x, [-1, 1]),
        lambda x: tf.ensure_shape(tf.numpy_function(lambda v: v[:1], [x], tf.int64), [1]) + 1,
        lambda x: tf.reshape(tf.py_function(lambda v: v[:1], [x], tf.int64), [1, 1]),
    )
    return [[repr(mapped.element_spec), list(mapped)] for mapped in map(batches.map, functions)]


def random_images(tf):
    image = tf.image
    functions = (
        lambda x: image.random_flip_left_right(x)[:2],
        lambda x: image.random_flip_up_down(x, seed=2)[:2],
        lambda x: image.random_brightness(x, 0.2),
        lambda x: image.random_crop(x, [4, 4, 3]),
        lambda x: image.stateless_random_crop(x, [4, 4, 3], [1, 2]),
    )
    return [_described(tf, _IMAGES, function) for function in functions]


def files_of_images(tf):
    with tempfile.TemporaryDirectory() as path:
        return _loaded_images(tf, path)


def _loaded_images(tf, path):
    names = []
    for number, pixels in enumerate(_IMAGES):
        names.append(os.path.join(path, f"c{number % 2}-{number}.png"))
        tf.io.write_file(names[-1], tf.io.encode_png(pixels))

    def load(name):
        pixels = tf.io.decode_png(tf.io.read_file(name), channels=3)
        pixels = tf.image.convert_image_dtype(pixels, tf.float32)
        kind = tf.strings.split(tf.strings.split(name, os.sep)[-1], "-")[0]
        return tf.image.resize(pixels, [4, 4]), kind == tf.constant(["c0", "c1"])

    def load_any(name):
        pixels = tf.io.decode_image(tf.io.read_file(name), channels=3, expand_animations=False)
        pixels = tf.image.random_flip_left_right(pixels)
        return tf.reshape(tf.image.resize_with_crop_or_pad(pixels, 6, 10), [6, 10, 3])

    return [_described(tf, names, load), _described(tf, names, load_any)]


def strings(tf):
    image = tf.io.encode_png(_IMAGES[0]).numpy()
    sound = tf.audio.encode_wav(tf.zeros([5, 1]), 8).numpy()
    numbers = tf.io.serialize_tensor(tf.constant([1.0, 2.0])).numpy()
    cases = [
        (lambda x: tf.io.decode_png(x), [image]),
        (lambda x: tf.io.decode_image(x, channels=1), [image]),
        (lambda x: tf.io.decode_image(x, dtype=tf.float32, expand_animations=False), [image]),
        (lambda x: tf.io.decode_raw(x, tf.uint8), ["ab", "cd"]),
        (lambda x: tf.io.decode_raw(x, tf.uint8, fixed_length=4), ["ab", "cd"]),
        (lambda x: tf.io.decode_csv(x, [[0.0], [1], ["x"]]), ["1,2,a", "2,,b"]),
        (lambda x: tf.io.decode_csv(x, [[0.0]]), ["1", "2"]),
        (lambda x: tf.stack(tf.io.decode_csv(x, [[0.0], [1.0]])[:-1]), ["1,2", "2,3"]),
        (lambda x: tf.io.parse_tensor(x, tf.float32), [numbers]),
        (lambda x: tf.ensure_shape(tf.io.parse_tensor(x, tf.float32), [2]) * 2, [numbers]),
        (lambda x: tf.strings.split(x), ["a b", "c"]),
        (lambda x: tf.strings.to_number(tf.strings.split(x, ",")), ["1,2", "3"]),
        (lambda x: tf.strings.bytes_split(x), ["12", "3"]),
        (lambda x: tf.strings.unicode_split(x, "UTF-8"), ["1ä", "3"]),
        (lambda x: tf.strings.unicode_decode(x, "UTF-8"), ["1ä", "3"]),
        (lambda x: tf.audio.decode_wav(x), [sound]),
        (lambda x: tf.audio.decode_wav(x, desired_channels=1)[0], [sound]),
        (lambda x: tf.strings.regex_full_match(tf.strings.lower(x), ".*b"), ["Ab", "c"]),
    ]
    return [_described(tf, values, function) for function, values in cases]


def messages(tf):
    feature = tf.train.Feature
    serialized = [
        tf.train.Example(
            features=tf.train.Features(
                feature={
                    "a": feature(float_list=tf.train.FloatList(value=[number, 2.0])),
                    "b": feature(int64_list=tf.train.Int64List(value=list(range(number)))),
                    "s": feature(bytes_list=tf.train.BytesList(value=[b"x%d" % number])),
                }
            )
        ).SerializeToString()
        for number in range(4)
    ]
    io = tf.io
    features = {
        "a": io.FixedLenFeature([2], tf.float32),
        "b": io.VarLenFeature(tf.int64),
        "s": io.FixedLenFeature([], tf.string),
    }
    sequence = {"b": io.FixedLenSequenceFeature([], tf.int64, allow_missing=True)}
    batches = tf.data.Dataset.from_tensor_slices(serialized).batch(3)
    batched = [
        batches.map(lambda x: io.parse_example(x, features)),
        batches.map(lambda x: io.parse_example(x, {"b": io.RaggedFeature(tf.int64)})),
        batches.map(lambda x: io.parse_example(x, sequence)),
    ]
    return [
        _described(tf, serialized, lambda x: io.parse_single_example(x, features)),
        _described(tf, serialized, lambda x: io.parse_single_example(x, {"a": features["a"]})),
        _described(
            tf, serialized, lambda x: io.parse_single_example(x, {"b": io.RaggedFeature(tf.int64)})
        ),
        _described(
            tf,
            serialized,
            lambda x: tf.sparse.to_dense(io.parse_single_example(x, features)["b"]),
        ),
        _described(tf, serialized, lambda x: io.parse_single_example(x, sequence)),
        [[repr(mapped.element_spec), list(mapped)] for mapped in batched],
    ]


def sparse_elements(tf):
    rows = tf.sparse.from_dense([[1, 0, 2], [0, 3, 0]])
    return _described(tf, rows, lambda x: x * 2)


def buckets(tf):
    dataset = tf.data.Dataset.range(1, 9).map(lambda x: tf.range(x))
    bucketed = dataset.bucket_by_sequence_length(
        lambda x: tf.size(x), [3, 6], [2, 3, 4], pad_to_bucket_boundary=False
    )
    return [repr(bucketed.element_spec), list(bucketed)]


def functions_of_functions(tf):
    @tf.function
    def double(x):
        print("traced")
        return x * 2

    dataset = tf.data.Dataset.range(3)
    return [list(dataset.map(double)), list(dataset.map(lambda x: double(x) + double(x)))]


def iterators_of_calls(tf):
    """An iterator that one function passes to another, in a loop or not."""
    traces = []

    @tf.function
    def step(iterator):
        traces.append(1)
        return next(iterator) * 2

    @tf.function
    def once(iterator):
        return step(iterator), step(iterator)

    @tf.function
    def several(iterator, count):
        for _ in tf.range(count):
            result = step(iterator)
        return result

    numbers = iter(tf.data.Dataset.range(20).batch(2, drop_remainder=True))
    return [
        once(numbers),
        several(numbers, tf.constant(3)),
        several(numbers, 2),
        attempt(several, numbers, tf.constant(9)),
        len(traces),
    ]


def steps_of_training(tf):
    """A function with an iterator calls another, which has variables and random numbers."""
    tf.random.set_seed(4)
    weight = tf.Variable([1.0, 2.0])
    count = tf.Variable(0)

    @tf.function
    def train(x):
        with tf.GradientTape() as tape:
            noise = tf.random.normal([2])
            loss = tf.reduce_sum((x * weight + 0.1 * noise) ** 2)
        weight.assign_sub(0.001 * tape.gradient(loss, weight))
        count.assign_add(1)
        return loss, noise

    @tf.function
    def step(iterator):
        return train(next(iterator)), train(next(iterator))

    @tf.function
    def failing(iterator):
        return tf.gather(weight, next(iterator), axis=0)

    batches = iter(tf.data.Dataset.from_tensor_slices(tf.reshape(tf.range(12.0), [6, 2])))
    results = [step(batches) for _ in range(3)]
    indices = iter(tf.data.Dataset.from_tensor_slices([1, 5]))
    return [
        results,
        weight.numpy(),
        count.numpy(),
        type(attempt(step, batches)).__name__,
        failing(indices),
        type(attempt(failing, indices)).__name__,
    ]


def slices_of_elements(tf):
    spec = tf.TensorSpec([None])
    rows = tf.data.Dataset.from_generator(
        lambda: iter([[1.0], [1.0, 2.0, 3.0]]), output_signature=spec
    )
    first = rows.map(lambda x: (x[:2], tf.size(x[:2])))
    batches = tf.data.Dataset.range(3).batch(2).map(lambda x: x[:5])
    return str(first.element_spec), list(first), str(batches.element_spec), list(batches)
