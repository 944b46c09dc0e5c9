"""Sparse tensors: the class, its spec, and what makes and reshapes them."""

from functools import partial

import numpy as np

from tests.parity.case_helpers.tables import EVERY, gradients, of_dtype, outcomes

_INDICES = [[0, 1], [1, 0], [1, 3], [2, 2]]
_SHAPE = [4, 5]


def _sparse(tf, dtype="float32", indices=_INDICES, shape=_SHAPE):
    values = of_dtype(tf, np.arange(1, len(indices) + 1), dtype)
    return tf.sparse.SparseTensor(indices, values, shape)


def _empty(tf, shape=(0, 3), dtype="float32"):
    return tf.SparseTensor(
        np.zeros((0, len(shape)), np.int64), tf.zeros([0], dtype), np.array(shape, np.int64)
    )


def construction(tf):
    one, parts = _sparse(tf), {}
    make = tf.SparseTensor
    for name, arguments in {
        "lists": ([[0, 0]], [1.0], [2, 2]),
        "numpy": (np.array([[0, 0]]), np.array([1]), np.array([2, 2])),
        "int32 indices": (np.array([[0, 0]], np.int32), [1.0], [2, 2]),
        "int32 tensor": (tf.constant([[0, 0]]), [1.0], [2, 2]),
        "int32 shape": ([[0, 0]], [1.0], tf.constant([2, 2])),
        "flat indices": ([0], [1.0], [2]),
        "no elements": ([], [], [2]),
        "matrix of values": ([[0, 0]], [[1.0]], [2, 2]),
        "more values": ([[0, 0]], [1.0, 2.0], [2, 2]),
        "more dimensions": ([[0, 0]], [1.0], [2, 2, 2]),
        "scalar shape": ([[0]], [1.0], 2),
        "unknown size": ([[0, 0]], [1.0], [-1, 2]),
        "negative size": ([[0, 0]], [1.0], [-2, 2]),
        "shape as such": ([[0, 0]], [1.0], tf.TensorShape([2, 2])),
        "outside": ([[5, 5]], [1.0], [2, 2]),
        "float indices": ([[0.5, 1]], [1.0], [2, 2]),
        "strings": ([[0, 1]], ["a"], [2, 2]),
        "variable": ([[0, 1]], tf.Variable([1.0]), [2, 2]),
    }.items():
        parts[name] = partial(make, *arguments)
    return {
        "rows": outcomes(parts),
        "text": [str(one), repr(one), str(_empty(tf))],
        "facts": [one.dtype, one.shape, one.get_shape(), one.indices, one.values, one.dense_shape],
        "with values": one.with_values([5, 6, 7, 8]),
        "of it": tf.SparseTensor.from_value(one),
        "errors": outcomes(
            {
                "short": lambda: one.with_values([1]),
                "from dense": lambda: tf.SparseTensor.from_value(one.values),
                "op": lambda: one.op,
                "graph": lambda: one.graph,
                "eval": lambda: one.eval(),
                "len": lambda: len(one),
                "iter": lambda: list(one),
                "item": lambda: one[0],
                "name": lambda: one.name,
                "convert": lambda: tf.convert_to_tensor(one),
                "add": lambda: one + 1.0,
                "bool": lambda: bool(one),
                "equal": lambda: one == one,
                "hash": lambda: isinstance(hash(one), int),
                "array": lambda: np.array(one).shape,
            }
        ),
        "is tensor": [tf.is_tensor(one), isinstance(one, tf.Tensor)],
    }


def set_shape(tf):
    one = tf.SparseTensor([[0, 0]], [1.0], [-1, 2])
    before = one.shape
    one.set_shape([3, None])
    return before, one.shape, outcomes({"other": lambda: one.set_shape([4, 4])})


def spec(tf):
    make = tf.SparseTensorSpec
    one, other = make([2, None], tf.int32), make(None, tf.int32)
    sparse = tf.SparseTensor([[0, 0]], [1], [2, 2])
    rows = {
        "text": lambda: [repr(make()), str(one)],
        "facts": lambda: [one.shape, one.dtype, make().dtype, make().shape],
        "value_type": lambda: one.value_type,
        "equal": lambda: [one == make([2, None], tf.int32), one == other, one != other],
        "hash": lambda: hash(one) == hash(make([2, None], tf.int32)),
        "compatible": lambda: [
            one.is_compatible_with(x) for x in (sparse, other, make([3, 3], tf.int32), make())
        ],
        "compatible dense": lambda: one.is_compatible_with(tf.constant(1)),
        "compatible none": lambda: one.is_compatible_with(object()),
        "subtype": lambda: [
            one.is_subtype_of(other),
            other.is_subtype_of(one),
            one.is_subtype_of(3),
        ],
        "supertype": lambda: repr(one.most_specific_common_supertype([make([2, 3], tf.int32)])),
        "no supertype": lambda: one.most_specific_common_supertype([make()]),
        "compatible type": lambda: repr(one.most_specific_compatible_type(other)),
        "no compatible type": lambda: one.most_specific_compatible_type(make()),
        "from value": lambda: repr(make.from_value(sparse)),
        "from dense": lambda: make.from_value(tf.constant(1)),
        "of value": lambda: repr(tf.type_spec_from_value(sparse)),
        "is spec": lambda: [isinstance(one, tf.TypeSpec), issubclass(tf.TensorSpec, tf.TypeSpec)],
        "bad dtype": lambda: make([1], "nothing"),
    }
    return outcomes(rows)


def indexed_slices_spec(tf):
    make = tf.IndexedSlicesSpec
    slices = tf.IndexedSlices(tf.ones([2, 3]), tf.constant([0, 4]), tf.constant([5, 3]))
    bare = tf.IndexedSlices(tf.ones([2, 3]), tf.constant([0, 4]))
    rows = {
        "text": lambda: [repr(make()), repr(make([2, 3], tf.int32, tf.int32, tf.int64, [None]))],
        "of value": lambda: [repr(tf.type_spec_from_value(x)) for x in (slices, bare)],
        "equal": lambda: [make() == make(), make() == make([2])],
        "compatible": lambda: [
            make([5, 3], tf.float32, tf.int32, tf.int32).is_compatible_with(x)
            for x in (slices, bare)
        ],
        "value_type": lambda: make().value_type,
        "subtype": lambda: make([3]).is_subtype_of(make()),
        "supertype": lambda: repr(make([3]).most_specific_common_supertype([make([4])])),
        "bad indices": lambda: make([3], indices_shape=[2, 2]),
    }
    return outcomes(rows)


def type_specs(tf):
    class Pair(tf.TypeSpec):
        """Of one's own."""

        value_type = property(lambda self: tuple)

        def __init__(self, shape, flag):
            self.shape, self.flag = tf.TensorShape(shape), flag

        def _serialize(self):
            return self.shape, self.flag

        _component_specs = property(lambda self: (tf.TensorSpec(self.shape),))

        def _to_components(self, value):
            return value

        def _from_components(self, components):
            return components

    class Half(tf.TypeSpec):
        """Lacks methods."""

    one, other = Pair([2, 3], 1), Pair([2, None], 1)
    values = {
        "float": 1.0,
        "list": [1, 2],
        "numpy": np.ones((2, 1)),
        "string": "a",
        "tensor": tf.constant([[True]]),
        "tensors": [tf.constant([1.0]), tf.constant([1.0, 2.0])],
        "mixed": [tf.constant([1.0]), tf.constant([1])],
        "sparse": [_sparse(tf), _sparse(tf)],
        "object": object(),
        "none": None,
        "dictionary": {"a": 1},
    }
    return {
        "values": outcomes(
            {
                key: partial(lambda v: repr(tf.type_spec_from_value(v)), v)
                for key, v in values.items()
            }
        ),
        "own": outcomes(
            {
                "text": lambda: repr(one),
                "equal": lambda: [one == Pair([2, 3], 1), one == Pair([2, 3], 2), one == other],
                "hash": lambda: hash(one) == hash(Pair([2, 3], 1)),
                "subtype": lambda: [one.is_subtype_of(other), other.is_subtype_of(one)],
                "compatible": lambda: one.is_compatible_with(other),
                "supertype": lambda: repr(one.most_specific_common_supertype([Pair([4, 3], 1)])),
                "none": lambda: one.most_specific_common_supertype([Pair([4, 3], 2)]),
                "no type": lambda: one.most_specific_compatible_type(Pair([4, 3], 2)),
                "of none": lambda: repr(tf.NoneTensorSpec()),
                "none compatible": lambda: tf.NoneTensorSpec().is_compatible_with(None),
                "abstract": tf.TypeSpec,
                "half": Half,
            }
        ),
    }


def nest(tf):
    one = _sparse(tf)
    spec = tf.SparseTensorSpec([None, 2])
    flat = tf.nest.flatten([one, 1.0], expand_composites=True)
    rows = {
        "leaf": lambda: len(tf.nest.flatten(one)),
        "pack": lambda: tf.nest.pack_sequence_as([one, 1.0], flat, expand_composites=True),
        "pack other shape": lambda: tf.nest.pack_sequence_as(
            one, [one.indices, one.values, [9, 9]], expand_composites=True
        ),
        "map": lambda: tf.nest.map_structure(lambda x: x * 2, one, expand_composites=True),
        "same": lambda: tf.nest.assert_same_structure(
            one, _sparse(tf, indices=[[0, 0]], shape=[1, 1]), expand_composites=True
        ),
        "other dtype": lambda: tf.nest.assert_same_structure(
            one, _sparse(tf, "int32"), expand_composites=True
        ),
        "dense": lambda: tf.nest.assert_same_structure(one, 1.0, expand_composites=True),
        "spec": lambda: [repr(x) for x in tf.nest.flatten(spec, expand_composites=True)],
        "spec leaf": lambda: len(tf.nest.flatten([spec, tf.TensorSpec([])])),
        "pack spec": lambda: tf.nest.pack_sequence_as(
            spec, [[[0, 1]], [1.0], [1, 2]], expand_composites=True
        ),
    }
    return {"flat": flat, "rows": outcomes(rows)}


# -- dense --------------------------------------------------------------------------------------


def from_dense(tf):
    function = tf.sparse.from_dense
    rows = {d: partial(lambda d: function(of_dtype(tf, [[0, 1], [2, 0]], d)), d) for d in EVERY}
    rows |= {
        "strings": lambda: function([["", "a"], ["b", ""]]),
        "scalar": lambda: function(3.0),
        "zero": lambda: function(0.0),
        "vector": lambda: function([0.0, np.nan, -0.0, np.inf]),
        "cube": lambda: function(np.arange(8).reshape(2, 2, 2) % 3),
        "empty": lambda: function(np.zeros((0, 3))),
        "all zero": lambda: function(np.zeros((2, 2))),
        "named": lambda: function([1.0], name="a"),
        "sparse": lambda: function(_sparse(tf)),
    }
    return outcomes(rows)


def from_dense_gradient(tf):
    return gradients(tf, lambda x: tf.sparse.from_dense(x).values, np.array([[0.0, 1], [2, 3]]))


def to_dense(tf):
    function = tf.sparse.to_dense
    rows = {d: partial(lambda d: function(_sparse(tf, d)), d) for d in EVERY}
    unordered = _sparse(tf, indices=[[1, 1], [0, 0]])
    repeated = _sparse(tf, indices=[[0, 1], [1, 1], [1, 1], [1, 1]])
    outside = tf.SparseTensor([[4, 0]], [1.0], _SHAPE)
    negative = tf.SparseTensor([[0, -1]], [1.0], _SHAPE)
    rows |= {
        "default": lambda: function(_sparse(tf), 7.0),
        "default int": lambda: function(_sparse(tf), 7),
        "default string": lambda: function(_sparse(tf, "string"), "no"),
        "default of another type": lambda: function(_sparse(tf), tf.constant(7)),
        "default vector": lambda: function(_sparse(tf), [7.0]),
        "default by keyword": lambda: function(sp_input=_sparse(tf), default_value=1.0, name="a"),
        "empty": lambda: function(_empty(tf)),
        "no elements": lambda: function(_empty(tf, (2, 3))),
        "rank 0": lambda: function(tf.SparseTensor(np.zeros((1, 0)), [3.0], np.zeros(0, np.int64))),
        "unordered": lambda: function(unordered),
        "unordered unchecked": lambda: function(unordered, validate_indices=False),
        "repeated": lambda: function(repeated),
        "repeated unchecked": lambda: function(repeated, validate_indices=False),
        "outside": lambda: function(outside),
        "outside unchecked": lambda: function(outside, validate_indices=False),
        "negative": lambda: function(negative),
        "negative unchecked": lambda: function(negative, validate_indices=False),
        "unknown size": lambda: function(tf.SparseTensor([[0]], [1.0], [-1])),
        "dense": lambda: function(tf.constant([1.0])),
        "none": lambda: function(None),
    }
    return outcomes(rows)


def to_dense_gradient(tf):
    def dense(values, default):
        return tf.sparse.to_dense(tf.SparseTensor(_INDICES, values, _SHAPE), default)

    def repeated(values, default):
        sparse = tf.SparseTensor([[1], [1], [0]], values, [3])
        return tf.sparse.to_dense(sparse, default, validate_indices=False)

    return [
        gradients(tf, dense, np.arange(4.0), np.float64(2)),
        gradients(tf, dense, np.array([1, 2j, 3, 4]), np.complex128(2)),
        gradients(tf, repeated, np.arange(3.0), np.float64(2)),
    ]


def to_indicator(tf):
    function = tf.sparse.to_indicator
    ids = tf.SparseTensor([[0, 0], [0, 1], [2, 0]], [3, 1, 0], [3, 2])
    rows = {
        "plain": lambda: function(ids, 4),
        "tensor": lambda: function(ids, tf.constant(5)),
        "int64": lambda: function(ids.with_values(tf.constant([3, 1, 0], tf.int64)), 4),
        "repeated": lambda: function(ids.with_values([1, 1, 1]), 2),
        "too few": lambda: function(ids, 3),
        "float size": lambda: function(ids, 4.0),
        "vector": lambda: function(tf.SparseTensor([[0], [1]], [2, 0], [2]), 3),
        "dense": lambda: function([1], 3),
    }
    return outcomes(rows)


def eye(tf):
    function = tf.sparse.eye
    rows = {d: partial(lambda d: function(2, dtype=d), d) for d in EVERY}
    rows |= {
        "wide": lambda: function(2, 4),
        "tall": lambda: function(4, num_columns=2),
        "none": lambda: function(0),
        "tensor": lambda: function(tf.constant(2), tf.constant(3, tf.int64)),
        "numpy": lambda: function(np.int32(2)),
        "float": lambda: function(2.0),
        "float tensor": lambda: function(tf.constant(2.0)),
        "negative": lambda: function(-1),
        "named": lambda: function(1, name="a"),
    }
    return outcomes(rows)


# -- order and shape ----------------------------------------------------------------------------


def reorder(tf):
    function = tf.sparse.reorder
    shuffled = [[2, 2], [1, 3], [0, 1], [1, 0]]
    rows = {d: partial(lambda d: function(_sparse(tf, d, shuffled)), d) for d in EVERY}
    rows |= {
        "large": lambda: function(
            tf.SparseTensor(
                [[2**61, 1, 5], [3, 2**62, 0], [3, 7, 2**61]], [1, 2, 3], [2**62 + 1] * 3
            )
        ),
        "empty": lambda: function(_empty(tf)),
        "unknown size": lambda: function(tf.SparseTensor([[1], [0]], [1, 2], [-1])),
        "rank 1": lambda: function(tf.SparseTensor([[3], [1]], [1, 2], [5])),
        "dense": lambda: function(tf.constant([1.0])),
    }

    def values(x):
        return tf.sparse.reorder(tf.SparseTensor(shuffled, x, _SHAPE)).values

    return {"rows": outcomes(rows), "gradient": gradients(tf, values, np.arange(4.0), second=False)}


def reshape(tf):
    function = tf.sparse.reshape
    one = _sparse(tf)
    shapes = {
        "flat": [-1],
        "cube": [2, -1, 5],
        "same": [4, 5],
        "swapped": [5, 4],
        "tensor": tf.constant([2, 10]),
        "int64": np.array([2, 10]),
        "shape": tf.TensorShape([10, 2]),
        "too few": [3, 5],
        "not a multiple": [3, -1],
        "two unknown": [-1, -1],
        "negative": [-2, 5],
        "zero": [0, 5],
        "zero and unknown": [0, -1],
        "scalar": 20,
        "none": [],
        "float": [4.0, 5.0],
        "matrix": [[4, 5]],
    }
    rows = {key: partial(function, one, shape) for key, shape in shapes.items()}
    rows |= {
        "string": lambda: function(_sparse(tf, "string"), [20]),
        "empty": lambda: function(_empty(tf), [3, 0]),
        "empty unknown": lambda: function(_empty(tf), [3, -1]),
        "dense": lambda: function([1.0], [1]),
        "unordered": lambda: function(_sparse(tf, indices=[[2, 2], [0, 1]]), [-1]),
    }

    def values(x):
        return tf.sparse.reshape(tf.SparseTensor(_INDICES, x, _SHAPE), [-1]).values

    return {"rows": outcomes(rows), "gradient": gradients(tf, values, np.arange(4.0), second=False)}


def transpose(tf):
    function = tf.sparse.transpose
    one = _sparse(tf)
    cube = _sparse(tf, indices=[[0, 1, 2], [0, 3, 0], [1, 0, 1]], shape=[2, 4, 3])
    rows = {
        "matrix": lambda: function(one),
        "same": lambda: function(one, [0, 1]),
        "cube": lambda: function(cube),
        "cube by perm": lambda: function(cube, [1, 0, 2]),
        "cube by numpy": lambda: function(cube, np.array([2, 0, 1])),
        "cube by tensor": lambda: function(cube, perm=tf.constant([2, 0, 1]), name="a"),
        "vector": lambda: function(tf.SparseTensor([[3]], [1], [5])),
        "string": lambda: function(_sparse(tf, "string")),
        "empty": lambda: function(_empty(tf)),
        "too short": lambda: function(cube, [1, 0]),
        "outside": lambda: function(cube, [0, 1, 3]),
    }

    def values(x):
        return tf.sparse.transpose(tf.SparseTensor(_INDICES, x, _SHAPE)).values

    return {"rows": outcomes(rows), "gradient": gradients(tf, values, np.arange(4.0), second=False)}


def expand_dims(tf):
    function = tf.sparse.expand_dims
    one = _sparse(tf)
    axes = [None, 0, 1, 2, -1, -2, -3, 3, -4, np.int64(1), tf.constant(0), 1.0, [0]]
    rows = {f"{i}: {axis!r}": partial(function, one, axis) for i, axis in enumerate(axes)}
    rows |= {
        "string": lambda: function(_sparse(tf, "string"), 1),
        "empty": lambda: function(_empty(tf), 0),
        "vector": lambda: function(tf.SparseTensor([[3]], [1], [5])),
    }
    return outcomes(rows)


# -- choice of elements -------------------------------------------------------------------------


def retain(tf):
    function = tf.sparse.retain
    one = _sparse(tf)
    rows = {
        "list": lambda: function(one, [True, False, True, False]),
        "tensor": lambda: function(one, one.values > 2),
        "none": lambda: function(one, [False] * 4),
        "string": lambda: function(_sparse(tf, "string"), [True, False, True, False]),
        "empty": lambda: function(_empty(tf), np.zeros(0, bool)),
        "too short": lambda: function(one, [True]),
        "numbers": lambda: function(one, [1, 0, 2, 0]),
        "matrix": lambda: function(one, [[True], [False], [True], [False]]),
        "scalar": lambda: function(one, True),
        "dense": lambda: function([1.0], [True]),
    }

    def values(x):
        sparse = tf.SparseTensor(_INDICES, x, _SHAPE)
        return tf.sparse.retain(sparse, [True, False, True, True]).values

    return {"rows": outcomes(rows), "gradient": gradients(tf, values, np.arange(4.0), second=False)}


def reset_shape(tf):
    function = tf.sparse.reset_shape
    one = _sparse(tf)
    shapes = {
        "least": None,
        "larger": [6, 7],
        "same": [4, 5],
        "numpy": np.array([4, 9]),
        "tensor": tf.constant([8, 8], tf.int64),
        "smaller": [3, 5],
        "more dimensions": [4, 5, 6],
        "scalar": 5,
        "float": [4.0, 6.0],
    }
    rows = {key: partial(function, one, shape) for key, shape in shapes.items()}
    rows |= {
        "empty": lambda: function(_empty(tf)),
        "empty larger": lambda: function(_empty(tf), [2, 4]),
        "string": lambda: function(_sparse(tf, "string")),
        "dense": lambda: function([1.0]),
    }
    return outcomes(rows)


def slice_(tf):
    function = tf.sparse.slice
    one = _sparse(tf)
    cube = _sparse(tf, indices=[[0, 1, 2], [0, 3, 0], [1, 0, 1]], shape=[2, 4, 3])
    blocks = {
        "inner": ([1, 0], [2, 3]),
        "all": ([0, 0], [4, 5]),
        "beyond": ([1, 2], [9, 9]),
        "outside": ([7, 0], [2, 2]),
        "nothing": ([0, 0], [0, 5]),
        "negative start": ([-1, 0], [2, 2]),
        "negative size": ([0, 0], [-1, 2]),
        "too short": ([0], [1]),
        "uneven": ([0, 0], [1]),
        "scalar": (0, 1),
        "tensors": (tf.constant([1, 0], tf.int64), tf.constant([2, 2], tf.int64)),
        "int32": (tf.constant([1, 0]), tf.constant([2, 2])),
        "float": ([0.5, 0], [1, 1]),
    }
    rows = {key: partial(function, one, *block) for key, block in blocks.items()}
    rows |= {d: partial(lambda d: function(_sparse(tf, d), [1, 0], [2, 3]), d) for d in EVERY}
    rows |= {
        "cube": lambda: function(cube, [0, 1, 0], [2, 3, 3]),
        "empty": lambda: function(_empty(tf), [0, 0], [1, 1]),
        "dense": lambda: function([1.0], [0], [1]),
    }

    def values(x):
        return function(tf.SparseTensor(_INDICES, x, _SHAPE), [1, 0], [2, 4]).values

    return {
        "rows": outcomes(rows),
        "gradient": gradients(tf, values, np.arange(4.0), second=False),
        "second": outcomes({"second": partial(gradients, tf, values, np.arange(4.0))}),
    }


def fill_empty_rows(tf):
    function = tf.sparse.fill_empty_rows
    one = _sparse(tf, indices=[[1, 1], [1, 0], [3, 3]], shape=[5, 4])
    rows = {d: partial(lambda d: function(_sparse(tf, d), of_dtype(tf, 9, d)), d) for d in EVERY}
    rows |= {
        "several": lambda: function(one, -1.0),
        "int": lambda: function(one, -1, name="a"),
        "other type": lambda: function(one, tf.constant(1)),
        "vector": lambda: function(one, [1.0]),
        "none empty": lambda: function(_sparse(tf, indices=[[0, 0], [1, 1]], shape=[2, 2]), 1.0),
        "unordered": lambda: function(_sparse(tf, indices=[[2, 0], [0, 1], [2, 1]]), 1.0),
        "all empty": lambda: function(_empty(tf, (2, 3)), 1.0),
        "no rows": lambda: function(_empty(tf), 1.0),
        "outside": lambda: function(tf.SparseTensor([[4, 0]], [1.0], _SHAPE), 1.0),
        "negative": lambda: function(tf.SparseTensor([[-1, 0]], [1.0], _SHAPE), 1.0),
        "vectors": lambda: function(tf.SparseTensor([[1]], [1.0], [3]), 2.0),
        "cube": lambda: function(_sparse(tf, indices=[[1, 0, 1]], shape=[2, 2, 2]), 2.0),
        "dense": lambda: function([1.0], 1.0),
    }

    def values(x, default):
        sparse = tf.SparseTensor([[1, 1], [1, 0], [3, 3], [1, 3]], x, [5, 4])
        return function(sparse, default)[0].values

    arguments = (np.arange(4.0), np.float64(2))
    return {
        "rows": outcomes(rows),
        "gradient": gradients(tf, values, *arguments, second=False),
        "second": outcomes({"second": partial(gradients, tf, values, *arguments)}),
    }
