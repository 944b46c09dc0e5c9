"""`tf.nest`: every function on every kind of structure, pairs of structures, and the errors."""

import collections
import dataclasses
import types

import numpy as np

from tests.parity.harness import attempt, exact_log, exact_message

_Pair = collections.namedtuple("_Pair", "b a")
_Other = collections.namedtuple("_Other", "b a")
_Wide = collections.namedtuple("_Wide", "b a c")


def _renamed_pair():
    return collections.namedtuple("_Pair", "b a")


class _SubPair(_Pair):
    pass


class _Field:
    def __init__(self, name):
        self.name = name


class _Attrs:
    """What `attrs.define` makes, as far as nests look at it."""

    __attrs_attrs__ = (_Field("y"), _Field("x"))

    def __init__(self, y, x):
        self.x, self.y = x, y

    def __repr__(self):
        return f"_Attrs(y={self.y}, x={self.x})"


@dataclasses.dataclass
class _Plain:
    x: object


@dataclasses.dataclass
class _Custom:
    label: object
    content: object

    def __tf_flatten__(self):
        return (self.label,), (self.content,)

    @classmethod
    def __tf_unflatten__(cls, metadata, components):
        return cls(*metadata, *components)


class _Sequence(collections.abc.Sequence):
    def __init__(self, items):
        self.items = list(items)

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        return self.items[index]

    def __repr__(self):
        return f"_Sequence({self.items})"


class _Mapping(collections.abc.Mapping):
    def __init__(self, items):
        self.content = dict(items)

    def __len__(self):
        return len(self.content)

    def __getitem__(self, key):
        return self.content[key]

    def __iter__(self):
        return iter(self.content)

    def __repr__(self):
        return f"_Mapping({self.content})"


class _List(list):
    pass


class _Tuple(tuple):
    __slots__ = ()


class _Dict(dict):
    pass


_DICT = {"b": 1, "a": [2, 3]}

_STRUCTURES = {
    "integer": 1,
    "none": None,
    "text": "ab",
    "bytes": b"ab",
    "set": {1},
    "frozenset": frozenset([1]),
    "array": np.arange(2),
    "numpy_scalar": np.float32(1),
    "slice": slice(1, 2),
    "type": int,
    "dataclass": _Plain(1),
    "empty_list": [],
    "empty_tuple": (),
    "empty_dict": {},
    "list": [1, 2],
    "tuple": (1, 2),
    "other_list": [3, 4],
    "longer_list": [1, 2, 3],
    "list_of_one": [1],
    "tuple_of_one": (1,),
    "list_of_empty": [[], {}, 1],
    "nones": [None, [None]],
    "deep": [1, [2, (3, {"z": 4, "c": [5]})]],
    "mixed": [1, {"a": 2, "c": (3, 4)}],
    "front": [[1], 2],
    "back": [1, [2]],
    "dict": _DICT,
    "dict_a": {"a": 1},
    "dict_b": {"b": 1},
    "dict_ab": {"a": 1, "b": 2},
    "dict_ba": {"b": 1, "a": 2},
    "dict_of_dict": {"a": {"b": [1]}},
    "integer_keys": {2: 1, 1: 2},
    "tuple_keys": {(1, 2): 3, (0, 5): 4},
    "ordered_dict": collections.OrderedDict(_DICT),
    "counter": collections.Counter("ab"),
    "chain_map": collections.ChainMap(_DICT),
    "user_dict": collections.UserDict(_DICT),
    "dict_subclass": _Dict(_DICT),
    "mapping": _Mapping(_DICT),
    "keys": _DICT.keys(),
    "values": _DICT.values(),
    "items": _DICT.items(),
    "namedtuple": _Pair(1, [2]),
    "namedtuple_flat": _Pair(1, 2),
    "namedtuple_same": _renamed_pair()(1, 2),
    "namedtuple_other": _Other(1, 2),
    "namedtuple_wide": _Wide(1, 2, 3),
    "namedtuple_subclass": _SubPair(1, 2),
    "attrs": _Attrs(1, [2]),
    "custom": _Custom("label", [1, 2]),
    "range": range(2),
    "deque": collections.deque([1, 2]),
    "user_list": collections.UserList([1, 2]),
    "sequence": _Sequence([1, [2]]),
    "list_subclass": _List([1, 2]),
    "tuple_subclass": _Tuple([1, 2]),
}

_PAIRED = (
    "integer none empty_list list tuple longer_list list_of_one deep dict dict_a dict_b "
    "ordered_dict mapping namedtuple_flat namedtuple_same namedtuple_other attrs deque range"
).split()


def _shown(value):
    """The text of a structure, and the exception itself where that is what came out."""
    return value if isinstance(value, Exception) else f"{type(value).__name__}: {value!r}"


def _functions(structure):
    @exact_message
    def case(tf):
        nest = tf.nest
        flat = nest.flatten(structure)
        numbers = [10 * n for n in range(len(flat))]
        return (
            nest.is_nested(structure),
            _shown(flat),
            _shown(nest.pack_sequence_as(structure, numbers)),
            _shown(nest.pack_sequence_as(structure, tuple(numbers))),
            _shown(attempt(nest.pack_sequence_as, structure, [*numbers, 1])),
            _shown(attempt(nest.pack_sequence_as, structure, numbers[:-1])),
            _shown(attempt(nest.pack_sequence_as, structure, 3)),
            _shown(attempt(nest.pack_sequence_as, [1, 2], structure)),
            _shown(attempt(nest.pack_sequence_as, 1, structure)),
            _shown(nest.map_structure(lambda leaf: [leaf], structure)),
            _shown(nest.map_structure(lambda *leaves: leaves, structure, structure, structure)),
        )

    return case


def _pairs(structure):
    @exact_message
    def case(tf):
        nest = tf.nest
        results = {}
        for name in _PAIRED:
            other = _STRUCTURES[name]
            untyped = attempt(nest.assert_same_structure, structure, other, check_types=False)
            results[name] = attempt(nest.assert_same_structure, structure, other), type(untyped)
        return results

    return case


CASES = {
    **{f"functions_on_{name}": _functions(value) for name, value in _STRUCTURES.items()},
    **{f"pairs_with_{name}": _pairs(_STRUCTURES[name]) for name in _PAIRED},
}


def defaultdict_keeps_its_factory(tf):
    structure = collections.defaultdict(list, {"b": 1, "a": 2})
    packed = tf.nest.pack_sequence_as(structure, [10, 20])
    return tf.nest.flatten(structure), _shown(packed), packed["new"]


@exact_message
def keys_that_cannot_be_sorted(tf):
    structure = {1: 1, "a": 2}
    return (
        tf.nest.is_nested(structure),
        attempt(tf.nest.flatten, structure),
        attempt(tf.nest.pack_sequence_as, structure, [1, 2]),
        attempt(tf.nest.map_structure, lambda leaf: leaf, structure),
    )


@exact_message
def mapping_that_cannot_be_made(tf):
    proxy = types.MappingProxyType({"a": 1})
    return tf.nest.flatten(proxy), attempt(tf.nest.pack_sequence_as, proxy, [2])


@exact_log
def mapping_that_is_not_mutable_is_warned_of(tf):
    mapping = types.MappingProxyType({"a": 1})
    return [attempt(tf.nest.map_structure, lambda leaf: leaf, mapping) for _ in range(2)]


def order_of_leaves(tf):
    seen = []
    structure = {"z": 1, "a": (2, {"y": 3, "b": 4}), "m": _Pair(5, 6)}
    mapped = tf.nest.map_structure(seen.append, structure)
    return seen, mapped, list(mapped)


def flatten_gives_a_new_list(tf):
    structure = [1, 2]
    flat = tf.nest.flatten(structure)
    flat.append(3)
    return structure, flat, tf.nest.flatten((1, 2))


def mapped_over_several(tf):
    return tf.nest.map_structure(lambda x, y, z: x + y * z, [1, (2,)], [3, (4,)], [5, (6,)])


def mapped_without_types(tf):
    return tf.nest.map_structure(lambda x, y: (x, y), [1, (2,)], (3, [4]), check_types=False)


@exact_message
def mapped_over_different_types(tf):
    return tf.nest.map_structure(lambda x, y: x, [1], (1,))


@exact_message
def mapped_over_different_lengths(tf):
    return tf.nest.map_structure(lambda x, y: x, [1, 2], [1])


@exact_message
def mapped_with_what_is_not_callable(tf):
    return tf.nest.map_structure(3, [1])


@exact_message
def mapped_over_nothing(tf):
    return tf.nest.map_structure(len)


@exact_message
def mapped_with_unknown_keywords(tf):
    return tf.nest.map_structure(len, [1], foo=1, bar=2)


def mapped_function_raises(tf):
    return tf.nest.map_structure(lambda x: 1 / x, [0])


@exact_message
def packed_texts_are_cut_off(tf):
    long = "abc" * 100
    return [
        attempt(tf.nest.pack_sequence_as, 1, [long, long]),
        attempt(tf.nest.pack_sequence_as, [1], long),
        attempt(tf.nest.pack_sequence_as, [1] * 100, [long]),
    ]


def keyword_arguments(tf):
    nest = tf.nest
    return (
        nest.flatten(structure=[1], expand_composites=False),
        nest.is_nested(seq=[1]),
        nest.pack_sequence_as(structure=[1], flat_sequence=[2], expand_composites=False),
        nest.assert_same_structure(nest1=[1], nest2=[2], check_types=True, expand_composites=False),
    )


def tensors_and_variables_are_leaves(tf):
    tensor, variable = tf.constant([1.0, 2.0]), tf.Variable(3.0)
    flat = tf.nest.flatten({"t": tensor, "v": [variable, None]})
    return (
        [flat[0] is tensor, flat[1] is variable, flat[2] is None],
        tf.nest.is_nested(tensor),
        tf.nest.is_nested(variable),
        tf.nest.map_structure(lambda x: x * 2.0, [tensor, (variable,)]),
        tf.nest.flatten(variable, expand_composites=True)[0] is variable,
    )


def shapes_and_specs_are_leaves(tf):
    structure = [tf.TensorShape([1, 2]), tf.TensorSpec([1]), tf.float32]
    return tf.nest.flatten(structure), tf.nest.flatten(structure, expand_composites=True)


def _slices(tf, values, dense_shape=None):
    return tf.IndexedSlices(
        tf.constant(values),
        tf.constant([0]),
        None if dense_shape is None else tf.constant(dense_shape),
    )


def indexed_slices_are_leaves_or_composites(tf):
    for slices in (_slices(tf, [[1.0]]), _slices(tf, [[1.0]], [3, 1])):
        assert tf.nest.flatten(slices)[0] is slices
        assert not tf.nest.is_nested(slices)
        print(tf.nest.flatten([slices, 5], expand_composites=True))
    doubled = tf.nest.map_structure(lambda x: x * 2, [slices], expand_composites=True)
    packed = tf.nest.pack_sequence_as(
        slices, [tf.constant([[7.0]]), tf.constant([2]), tf.constant([9, 1])], True
    )
    return doubled, packed


def structures_of_indexed_slices(tf):
    plain, shaped = _slices(tf, [[1.0]]), _slices(tf, [[1.0]], [3, 1])
    others = {
        "plain": plain,
        "longer": _slices(tf, [[1.0, 2.0]]),
        "integer": _slices(tf, [[1]]),
        "shaped": shaped,
        "tensor": tf.constant(1.0),
        "list": [tf.constant(1.0), tf.constant(2.0)],
    }
    return {
        name: [
            attempt(tf.nest.assert_same_structure, plain, other, True, True),
            attempt(tf.nest.assert_same_structure, plain, other, True, False),
        ]
        for name, other in others.items()
    }
