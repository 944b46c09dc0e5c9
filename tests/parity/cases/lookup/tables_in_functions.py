"""Lookup tables in traced functions, in datasets and in Keras models that are compiled."""


def _table(tf):
    initializer = tf.lookup.KeyValueTensorInitializer(["a", "b"], [1, 2])
    return tf.lookup.StaticHashTable(initializer, -1)


def _vocabulary(tf):
    ids = tf.constant([0, 1], tf.int64)
    return tf.lookup.StaticVocabularyTable(
        tf.lookup.KeyValueTensorInitializer(["a", "b"], ids), num_oov_buckets=2
    )


def _function(tf, *signature):
    return tf.function(input_signature=signature)


def static_table(tf):
    table = _table(tf)

    @_function(tf, tf.TensorSpec([None], tf.string))
    def look_up(keys):
        values = table.lookup(keys)
        print(values, table.size(), table[keys], table.lookup(tf.constant(["a"])))
        return values, table.size(), table.export()[0].dtype.name

    @_function(tf, tf.TensorSpec(None, tf.string))
    def of_any_rank(keys):
        values = table.lookup(keys)
        print(values)
        return values

    return [
        *look_up(tf.constant(["a", "c"])),
        look_up(tf.constant([], tf.string))[0],
        of_any_rank(tf.constant([["a"], ["b"]])),
    ]


def static_table_created_in_function(tf):
    @tf.function
    def look_up(keys):
        return _table(tf).lookup(keys)

    return look_up(tf.constant(["a", "d"]))


def vocabulary(tf):
    vocabulary, table = _vocabulary(tf), _table(tf)

    @_function(tf, tf.TensorSpec([None], tf.string))
    def ids(keys):
        values = vocabulary.lookup(keys)
        print(values)
        return values, vocabulary.size()

    @_function(tf, tf.RaggedTensorSpec([None, None], tf.string))
    def of_ragged(keys):
        values = vocabulary.lookup(keys), table.lookup(keys)
        print(values)
        return values

    @_function(tf, tf.TensorSpec([None], tf.string))
    def of_words(texts):
        return tf.ragged.map_flat_values(table.lookup, tf.strings.split(texts))

    ragged = of_ragged(tf.ragged.constant([["a", "c"], ["b"]]))
    words = of_words(tf.constant(["a b", "c d e"]))
    return [*ids(tf.constant(["a", "c"])), [x.to_list() for x in ragged], words.to_list()]


def gradient_past_table(tf):
    table, variable = _table(tf), tf.Variable([1.0, 2.0, 3.0, 4.0])

    @_function(tf, tf.TensorSpec([None], tf.string))
    def embed(keys):
        return tf.gather(variable, table.lookup(keys) + 1) * 2.0

    with tf.GradientTape() as tape:
        result = embed(tf.constant(["a", "z", "a"]))
    return result, tf.convert_to_tensor(tape.gradient(result, variable))


def mutable_table(tf):
    table = tf.lookup.experimental.MutableHashTable(tf.string, tf.float32, [0.0, 0.0])

    @_function(tf, tf.TensorSpec([None], tf.string), tf.TensorSpec([None, 2], tf.float32))
    def change(keys, values):
        before = table.lookup(keys)
        print(before.shape, type(table.insert(keys, values)).__name__)
        after, count = table.lookup(keys, dynamic_default_values=[5.0, 5.0]), table.size()
        table.remove(keys[:1])
        return before, after, count, table.size(), table.lookup(keys)

    first = change(tf.constant(["a", "c"]), [[1.0, 2.0], [3.0, 4.0]])
    second = change(tf.constant(["c", "d"]), [[5.0, 6.0], [7.0, 8.0]])
    return *first, *second, table.size()


def mutable_table_in_control_flow(tf):
    table = tf.lookup.experimental.MutableHashTable(tf.string, tf.int32, -1)

    @tf.function
    def fill(keys):
        for i in tf.range(3):
            table.insert(tf.strings.as_string(i)[tf.newaxis], i[tf.newaxis] * 10)
        if tf.size(keys) > 1:
            table.insert(keys, tf.ones([tf.size(keys)], tf.int32))
        return table.lookup(["1", "x", "a", "2"])

    return fill(tf.constant(["x", "y"])), fill(tf.constant(["a"]))


def dense_table(tf):
    table = tf.lookup.experimental.DenseHashTable(
        tf.int64, tf.int64, default_value=-1, empty_key=0, deleted_key=-5, initial_num_buckets=4
    )

    @_function(tf, tf.TensorSpec([None], tf.int64))
    def change(keys):
        table.insert(keys, keys * 2)
        found = table.lookup(keys + 1)
        table.erase(keys[:1])
        return found, table.size(), tf.shape(table.export()[0])

    return change(tf.constant([3, 4], tf.int64))


def dense_table_of_vectors(tf):
    table = tf.lookup.experimental.DenseHashTable(
        tf.int64, tf.float32, default_value=[0.0, 1.0], empty_key=[0, 0], deleted_key=[-5, -5]
    )
    table.insert(tf.constant([[3, 4]], tf.int64), [[7.0, 8.0]])

    @_function(tf, tf.TensorSpec([None, 2], tf.int64))
    def look_up(keys):
        return table.lookup(keys)

    return look_up(tf.constant([[3, 4], [5, 6]], tf.int64))


def wrong_keys(tf):
    table = _table(tf)
    tf.function(lambda keys: table.lookup(keys))(tf.constant([1]))


def insertion_returned(tf):
    table = tf.lookup.experimental.MutableHashTable(tf.string, tf.int32, -1)

    @tf.function
    def insert(keys):
        table.insert(keys, [1])
        return

    return insert(tf.constant(["a"])), table.lookup(tf.constant(["a"]))


def dataset(tf):
    table, vocabulary = _table(tf), _vocabulary(tf)
    dataset = tf.data.Dataset.from_tensor_slices([["a", "q"], ["b", "a"]])
    dataset = dataset.map(lambda keys: (table.lookup(keys), vocabulary[keys]))
    return repr(dataset.element_spec), list(dataset)


def sizes_of_strings(tf):
    @_function(tf, tf.TensorSpec([None, 2], tf.string))
    def unknown(x):
        print(tf.size(x), tf.rank(x), tf.shape(x), tf.ones([tf.size(x)]), tf.zeros(tf.shape(x)))
        return tf.ones([tf.shape(x)[0], 3]), tf.fill([tf.size(x)], "a")

    @tf.function
    def known(x):
        print(tf.size(x), tf.rank(x), tf.shape(x), tf.ones([tf.size(x)]), tf.zeros(tf.shape(x)))
        return tf.ones([tf.rank(x), 2]), tf.fill([tf.size(x)], "b")

    x = tf.constant([["1", "2"]])
    return [*unknown(x), *known(x)]


def shapes_of_ragged_tensors(tf):
    @_function(tf, tf.RaggedTensorSpec([None, None], tf.int64))
    def rows(x):
        shape = tf.shape(x)
        print(shape, shape.rank, shape.inner_rank, shape.static_lengths(ragged_lengths=False))
        return shape[0]

    @_function(tf, tf.RaggedTensorSpec([None, None, 2], tf.int64, ragged_rank=1))
    def inner(x):
        shape = tf.shape(x, out_type=tf.int64)
        print(shape, shape.rank, shape.inner_rank)
        return shape[0], shape[2]

    x = tf.ragged.constant([[[1, 2], [3, 4]], [[5, 6]]], ragged_rank=1, dtype=tf.int64)
    return rows(tf.ragged.constant([[1, 2], [3], []], dtype=tf.int64)), *inner(x)


def length_of_ragged_dimension(tf):
    @_function(tf, tf.RaggedTensorSpec([None, None], tf.int64))
    def length(x):
        return tf.shape(x)[1]

    length(tf.ragged.constant([[1, 2], [3]], dtype=tf.int64))


def padded_ragged_tensors(tf):
    """The length of the longest row differs from call to call."""

    def text(**options):
        @_function(tf, tf.TensorSpec([None], tf.string))
        def pad(x):
            padded = tf.strings.split(x).to_tensor(**options)
            print(padded.shape)
            return padded

        return pad(tf.constant(["a b", "c d zz a", ""])), pad(tf.constant(["a", ""]))

    def numbers(**options):
        @_function(tf, tf.TensorSpec([None], tf.float32), tf.TensorSpec([None], tf.int64))
        def pad(x, lengths):
            padded = tf.RaggedTensor.from_row_lengths(x, lengths).to_tensor(**options)
            print(padded.shape)
            return padded

        with tf.GradientTape() as tape:
            x = tf.constant([1.0, 2.0, 3.0])
            tape.watch(x)
            first = pad(x, tf.constant([1, 0, 2], tf.int64))
        second = pad(tf.constant([1.0]), tf.constant([0, 0, 1], tf.int64))
        return first, second, tf.convert_to_tensor(tape.gradient(first, x))

    options = {}, {"default_value": "z"}, {"shape": (None, 4)}, {"shape": (3, None)}
    results = [text(**each) for each in options[:3]]
    return results, [numbers(**each) for each in (options[0], {"default_value": 3.0}, *options[2:])]


def loop_over_padded_rows(tf):
    @tf.function
    def count(texts):
        padded = tf.strings.unicode_decode(texts, "UTF-8").to_tensor()
        rows = tf.TensorArray(tf.int32, tf.shape(padded)[1]).unstack(tf.transpose(padded))
        total, i = tf.zeros_like(padded[:, 0]), tf.constant(0)
        while i < rows.size():
            total += rows.read(i)
            i += 1
        return total, i

    return [count(tf.constant(t)) for t in (["abba"], ["a"], ["ab", "c"], ["a", ""], ["abc", "d"])]
