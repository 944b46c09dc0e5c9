"""Datasets and iterators of `tf.compat.v1.data`, in graphs and outside."""

from tests.parity.harness import attempt


def sparse_rows(tf):
    dataset = tf.compat.v1.data.Dataset
    rows = tf.sparse.from_dense([[1, 0, 2], [0, 0, 0], [0, 3, 4]])
    sliced = dataset.from_sparse_tensor_slices(rows)
    unordered = tf.SparseTensor([[1, 0], [0, 0]], [1, 2], [2, 2])
    return [
        sliced.element_spec,
        sliced.cardinality(),
        list(sliced),
        list(sliced.batch(1).take(1)),
        attempt(dataset.from_sparse_tensor_slices, 3),
        attempt(dataset.from_sparse_tensor_slices, unordered),
    ]


def structures(tf):
    v1 = tf.compat.v1.data
    pairs = tf.data.Dataset.from_tensors((1, {"a": [2.0]}))
    sparse = tf.data.Dataset.from_tensors(tf.sparse.from_dense([1]))
    return [
        v1.get_output_types(pairs),
        v1.get_output_shapes(pairs),
        v1.get_output_types(sparse),
        v1.get_output_shapes(sparse),
        v1.get_output_classes(sparse).__name__,
        repr(v1.Dataset.range(3)),
        isinstance(v1.Dataset.range(3).batch(2), v1.Dataset),
        isinstance(v1.Dataset.range(3), tf.data.Dataset),
        isinstance(tf.data.Dataset.range(3), v1.Dataset),
        v1.Dataset.range(4).map_with_legacy_function(lambda x: x * 2).output_types,
        list(v1.Dataset.range(4).filter_with_legacy_function(lambda x: x > 1)),
    ]


def eager_iterators(tf):
    v1 = tf.compat.v1.data
    iterator = v1.make_one_shot_iterator(tf.data.Dataset.range(3))
    method = v1.Dataset.range(3).make_one_shot_iterator()
    refused = attempt(v1.make_initializable_iterator, tf.data.Dataset.range(3))
    return [list(iterator), method.get_next(), method.get_next(), type(refused).__name__]


def one_shot_in_a_graph(tf):
    v1 = tf.compat.v1
    with tf.Graph().as_default():
        iterator = v1.data.Dataset.range(3).map(lambda x: x * 2).make_one_shot_iterator()
        element = iterator.get_next()
        initializer = attempt(lambda: iterator.initializer)
        with v1.Session() as session:
            found = [session.run(element) for _ in range(3)]
            end = attempt(session.run, element)
    return [element.dtype, element.shape, found, type(end).__name__, initializer]


def initializable(tf):
    v1 = tf.compat.v1
    with tf.Graph().as_default():
        size = v1.placeholder(tf.int64, [])
        iterator = v1.data.make_initializable_iterator(v1.data.Dataset.range(size).batch(2))
        element = iterator.get_next()
        doubled = element * 2
        with v1.Session() as session:
            before = type(attempt(session.run, element)).__name__
            session.run(iterator.initializer, feed_dict={size: 3})
            found = [session.run([element, doubled]), session.run(element)]
            session.run(iterator.initializer, feed_dict={size: 1})
            found.append(session.run(element))
    return [before, found, iterator.output_types, iterator.output_shapes, element.shape]


def several_datasets(tf):
    v1 = tf.compat.v1
    with tf.Graph().as_default():
        one = v1.data.Dataset.from_tensor_slices({"a": [1, 2], "b": [3.0, 4.0]})
        two = one.map(lambda e: {"a": e["a"] + 10, "b": -e["b"]})
        iterator = v1.data.Iterator.from_structure(
            v1.data.get_output_types(one), v1.data.get_output_shapes(one)
        )
        element = iterator.get_next()
        starts = [iterator.make_initializer(dataset) for dataset in (one, two)]
        with v1.Session() as session:
            found = []
            for start in starts:
                session.run(start)
                found.append(session.run(element))
            found.append(session.run(element))
    return found


def iteration_in_a_graph(tf):
    with tf.Graph().as_default():
        return attempt(iter, tf.data.Dataset.range(3))
