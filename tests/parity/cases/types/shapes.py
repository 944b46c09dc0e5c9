"""`tf.TensorShape`, its dimensions, and `tf.TensorSpec`."""

import copy
import operator
import pickle

import numpy as np

from tests.parity.harness import attempt, exact_message

_SHAPES = {
    "unknown": None,
    "scalar": [],
    "vector": [3],
    "matrix": [2, 3],
    "empty": [2, 0],
    "unknown_size": [2, None],
    "other_unknown_size": [None, 3],
    "unknown_sizes": [None, None],
    "cube": [4, None, 2],
}

_ARGUMENTS = {
    **_SHAPES,
    "tuple": (2, 3),
    "integer": 5,
    "zero": 0,
    "boolean": True,
    "list_of_booleans": [True, 2],
    "range": range(3),
    "numpy_integer": np.int64(3),
    "list_of_numpy_integers": [np.int64(3), np.uint8(2)],
    "numpy_0d_array": np.array(3),
    "numpy_array": np.array([1, 2]),
    "dictionary": {1: 2, 4: None},
    "huge": [2**40, 2**40],
    "empty_string": "",
    "negative": -1,
    "negative_size": [2, -1],
    "float": 1.5,
    "float_size": [1.5],
    "numpy_float": np.float32(2),
    "float_array": np.array([1.5]),
    "text": "ab",
    "text_size": ["a"],
    "nested": [[1]],
    "matrix_of_numpy": np.array([[1]]),
    "type": int,
}

_PROPERTIES = ("rank", "ndims", "dims")
_METHODS = (
    "as_list num_elements is_fully_defined assert_is_fully_defined __len__ __bool__ __repr__ "
    "__str__"
).split()
_WITH_SHAPE = (
    "is_compatible_with assert_is_compatible_with assert_same_rank merge_with concatenate "
    "most_specific_compatible_shape is_subtype_of __add__ __radd__ __eq__ __ne__"
).split()
_WITH_RANK = "assert_has_rank with_rank with_rank_at_least with_rank_at_most".split()
_KEYS = {
    "0": 0,
    "-1": -1,
    "7": 7,
    "numpy": np.int64(0),
    "all": slice(None),
    "tail": slice(1, None),
    "head": slice(None, -1),
    "0:2": slice(0, 2),
    "3:1": slice(3, 1),
    "step": slice(None, None, 2),
    "text": "a",
    "float": 1.0,
    "pair": (0, 1),
}


def _texts(values):
    # Dimensions have no kind of their own in recordings; their text says all.
    return repr(values) if isinstance(values, list) else values


def _argument(value):
    @exact_message
    def case(tf):
        shape = tf.TensorShape(value)
        return shape, repr(shape), str(shape), f"{shape}"

    return case


def _equality(value):
    def case(tf):
        return [
            (
                attempt(operator.eq, tf.TensorShape(dims), value),
                attempt(operator.ne, tf.TensorShape(dims), value),
                attempt(operator.eq, value, tf.TensorShape(dims)),
            )
            for dims in _SHAPES.values()
        ]

    return case


def _methods(dims):
    @exact_message
    def case(tf):
        shape = tf.TensorShape(dims)
        return (
            {name: _texts(getattr(shape, name)) for name in _PROPERTIES},
            {name: attempt(getattr(shape, name)) for name in _METHODS},
            {
                "list": attempt(list, shape),
                "tuple": attempt(tuple, shape),
                "reversed": attempt(lambda: list(reversed(shape))),
                "in": attempt(lambda: 3 in shape),
                "unpacked": attempt(lambda: [*shape]),
                "copied": [copy.copy(shape), copy.deepcopy(shape)],
                "pickled": pickle.loads(pickle.dumps(shape)),
                "hash_equal": hash(shape) == hash(tf.TensorShape(dims)),
                "found_in_dict": {shape: 1}.get(tf.TensorShape(dims)),
                "supertype_of_none": shape.most_specific_common_supertype([]),
            },
        )

    return case


def _indexing(dims):
    def case(tf):
        shape = tf.TensorShape(dims)
        return {name: attempt(lambda key=key: shape[key]) for name, key in _KEYS.items()}

    return case


def _ranks(dims):
    @exact_message
    def case(tf):
        shape = tf.TensorShape(dims)
        return {
            name: [attempt(getattr(shape, name), rank) for rank in (0, 1, 2, np.int64(2), "a")]
            for name in _WITH_RANK
        }

    return case


def _pairs(dims):
    @exact_message
    def case(tf):
        shape = tf.TensorShape(dims)
        results = {}
        for name, other_dims in _SHAPES.items():
            other = tf.TensorShape(other_dims)
            results[name] = {
                **{method: attempt(getattr(shape, method), other) for method in _WITH_SHAPE},
                "most_specific_common_supertype": [
                    shape.most_specific_common_supertype([other]),
                    shape.most_specific_common_supertype([other, shape]),
                ],
            }
        return results

    return case


_DIMENSIONS = (3, None)
_OPERANDS = (2, 3, 0, None, "a", 1.5, -1)
_OPERATORS = "add sub mul floordiv mod truediv lt le gt ge eq ne".split()


def _dimensions(name):
    @exact_message
    def case(tf):
        apply = getattr(operator, name)
        return [
            (repr(attempt(apply, dimension, other)), repr(attempt(apply, other, dimension)))
            for dimension in tf.TensorShape(_DIMENSIONS).dims
            for other in (*_OPERANDS, *tf.TensorShape([3, None, 0]).dims)
        ]

    return case


_SPECS = {
    "default_dtype": {"shape": [2]},
    "dtype": {"shape": [2], "dtype": "int32"},
    "numpy_dtype": {"shape": [2], "dtype": np.int32},
    "name": {"shape": [2], "dtype": "int32", "name": "n"},
    "unknown_size": {"shape": [None], "dtype": "int32"},
    "unknown_rank": {"shape": None, "dtype": "int32"},
    "other_size": {"shape": [3], "dtype": "int32"},
    "scalar": {"shape": (), "dtype": "string", "name": ""},
}


def _spec(arguments):
    @exact_message
    def case(tf):
        spec = tf.TensorSpec(**arguments)
        others = [tf.TensorSpec(**other) for other in _SPECS.values()]
        return (
            (spec, repr(spec), str(spec), spec.shape, spec.dtype, spec.name),
            [tf.TensorSpec.from_spec(spec), tf.TensorSpec.from_spec(spec, name="q")],
            [pickle.loads(pickle.dumps(spec)) == spec, copy.copy(spec) == spec],
            hash(spec) == hash(tf.TensorSpec(**arguments)),
            [(spec == other, spec != other) for other in others],
            [spec.is_compatible_with(other) for other in others],
            [spec.is_subtype_of(other) for other in others],
            [spec.most_specific_common_supertype([other]) for other in others],
            [attempt(spec.most_specific_compatible_type, other) for other in others],
        )

    return case


CASES = {
    **{f"made_from_{name}": _argument(value) for name, value in _ARGUMENTS.items()},
    **{
        f"equals_{name}": _equality(value)
        for name, value in _ARGUMENTS.items()
        if not isinstance(value, np.ndarray)
    },
    **{f"methods_of_{name}": _methods(dims) for name, dims in _SHAPES.items()},
    **{f"indexing_{name}": _indexing(dims) for name, dims in _SHAPES.items()},
    **{f"ranks_of_{name}": _ranks(dims) for name, dims in _SHAPES.items()},
    **{f"pairs_with_{name}": _pairs(dims) for name, dims in _SHAPES.items()},
    **{f"dimensions_{name}": _dimensions(name) for name in _OPERATORS},
    **{f"spec_{name}": _spec(arguments) for name, arguments in _SPECS.items()},
}


def printed(tf):
    shapes = [tf.TensorShape(dims) for dims in _SHAPES.values()]
    print(shapes, *shapes)
    print(shapes[-1].dims, *shapes[-1].dims)


def made_from_an_iterator(tf):
    return tf.TensorShape(iter([1, None, 3]))


def made_from_a_shape(tf):
    return tf.TensorShape(tf.TensorShape([1, None])), tf.TensorShape(dims=tf.TensorShape(None))


def made_from_a_shape_within(tf):
    return tf.TensorShape([tf.TensorShape([1])])


def made_from_dimensions(tf):
    shape = tf.TensorShape([4, None])
    return tf.TensorShape(shape.dims), tf.TensorShape(shape.dims[0])


def made_from_tensors(tf):
    return (
        tf.TensorShape(tf.constant([2, 3])),
        tf.TensorShape(tf.constant(4)),
        tf.TensorShape([tf.constant(2), None]),
    )


def made_from_a_float_tensor(tf):
    return tf.TensorShape(tf.constant([1.0, 2.0]))


def made_from_nothing(tf):
    return tf.TensorShape()


def added_to_lists_and_tuples(tf):
    shape = tf.TensorShape([2, None])
    return shape + [1], [1] + shape, (1, 2) + shape, shape + (3,), shape + None, 5 + shape


def operators_that_it_lacks(tf):
    shape = tf.TensorShape([2, 3])
    return [
        attempt(lambda: shape * 2),
        attempt(lambda: shape < shape),
        attempt(lambda: shape - [1]),
        attempt(lambda: shape.count(2)),
        attempt(lambda: shape.index(2)),
    ]


@exact_message
def dimension_methods(tf):
    results = []
    for dimension in tf.TensorShape(_DIMENSIONS).dims:
        others = tf.TensorShape([3, 4, None]).dims
        results += [
            repr(dimension),
            str(dimension),
            dimension.value,
            bool(dimension),
            attempt(int, dimension),
            attempt(hash, dimension),
            attempt(lambda dimension=dimension: [0, 1, 2, 3][dimension]),
            repr(pickle.loads(pickle.dumps(dimension))),
            [dimension.is_compatible_with(other) for other in others],
            [attempt(dimension.assert_is_compatible_with, other) for other in others],
            [repr(attempt(dimension.merge_with, other)) for other in others],
        ]
    return results


def shape_of_a_tensor(tf):
    shape = tf.zeros([2, 3]).shape
    print(shape, repr(shape), type(shape).__name__, shape[0], type(shape[0]).__name__, shape[1:])
    return shape, shape == (2, 3), shape == [2, 3], tuple(shape), shape.as_list(), shape + [1]


def shape_of_a_scalar(tf):
    shape = tf.constant(1.0).shape
    return shape, str(shape), shape == (), bool(shape), len(shape), shape.num_elements()


def spec_of_a_tensor(tf):
    tensor = tf.constant([1.0, 2.0])
    spec = tf.TensorSpec.from_tensor(tensor)
    return (
        spec,
        tf.TensorSpec.from_tensor(tensor, name="n"),
        spec.is_compatible_with(tensor),
        spec.is_compatible_with(tf.constant([1, 2])),
        spec.is_compatible_with(tf.constant([1.0])),
        tf.TensorSpec([None]).is_compatible_with(tensor),
        spec.value_type is tf.Tensor,
    )


def spec_of_a_variable(tf):
    variable = tf.Variable([1.0, 2.0])
    return tf.TensorSpec([2]).is_compatible_with(variable), tf.TensorSpec.from_spec(variable)


def spec_from_a_variable(tf):
    return tf.TensorSpec.from_tensor(tf.Variable([1.0, 2.0]))


@exact_message
def spec_from_an_array(tf):
    return tf.TensorSpec.from_tensor(np.ones(2))


def spec_is_not_compatible_with_arrays(tf):
    spec = tf.TensorSpec([2], tf.float64)
    return spec.is_compatible_with(np.ones(2)), spec.is_compatible_with([1.0, 2.0])


@exact_message
def spec_of_an_unknown_dtype(tf):
    return tf.TensorSpec([2], "foo")


def spec_without_a_shape(tf):
    return tf.TensorSpec()


def spec_is_read_only(tf):
    tf.TensorSpec([2]).shape = [3]
