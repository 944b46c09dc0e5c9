"""Structures nested of lists, tuples, dictionaries and the like; answers for `tf.nest`.

Nested are sequences other than strings (named tuples, ranges and deques too), mappings and their
views, attrs classes, and classes with `__tf_flatten__` and `__tf_unflatten__`. All else is a leaf:
None, sets, arrays and tensors. Mappings are walked in the order of their sorted keys.

With `expand_composites`, composite tensors count as nested: classes that have `_components()`,
the tuple of the tensors they are made of, and `_with_components(components)`, another one of them.
"""

from __future__ import annotations

import collections
import functools
import itertools
from collections.abc import Callable, Iterable, Mapping, MappingView, MutableMapping, Sequence
from typing import Any

from . import _api
from ._logging import warn_first_n

__all__ = ["assert_same_structure", "flatten", "is_nested", "map_structure", "pack_sequence_as"]

_LEAF = ""
_HEAP_TYPE = 1 << 9  # CPython's Py_TPFLAGS_HEAPTYPE
_MISSING = object()


def is_nested(seq: Any) -> bool:
    """Whether `seq` is a structure and not a leaf; answers for `tf.nest.is_nested`."""
    return _kind(type(seq)) is not _LEAF


def flatten(structure: Any, expand_composites: bool = False) -> list[Any]:
    """The leaves of `structure`, a leaf being its own only one; answers for `tf.nest.flatten`.

    Raises TypeError if the keys of a mapping cannot be sorted.
    """
    kind = _kind_of(structure, expand_composites)
    if kind is _LEAF:
        return [structure]
    leaves: list[Any] = []
    _flatten_into(leaves, structure, kind, expand_composites)
    return leaves


def pack_sequence_as(structure: Any, flat_sequence: Any, expand_composites: bool = False) -> Any:
    """`structure` with the leaves of `flat_sequence`; answers for `tf.nest.pack_sequence_as`.

    Raises TypeError if `flat_sequence` is no sequence, ValueError if the numbers of leaves differ.
    """
    if _kind_of(flat_sequence, expand_composites) is _LEAF:
        raise TypeError(
            f"Attempted to pack value:\n  {_truncated(flat_sequence)}\ninto a structure, but "
            f"found incompatible type `{type(flat_sequence)}` instead."
        )
    kind = _kind_of(structure, expand_composites)
    if kind is _LEAF:
        if len(flat_sequence) != 1:
            raise ValueError(
                f"The target structure is of type `{type(structure)}`\n  {_truncated(structure)}\n"
                f"However the input is a sequence ({type(flat_sequence)}) of length "
                f"{len(flat_sequence)}.\n  {_truncated(flat_sequence)}\n"
                "nest cannot guarantee that it is safe to map one to the other."
            )
        return flat_sequence[0]
    try:
        used, packed = _pack(structure, kind, flat_sequence, 0, expand_composites)
    except IndexError:
        used = -1
    if used != len(flat_sequence):
        count = len(flatten(structure, expand_composites))
        raise ValueError(
            f"Could not pack sequence. Structure had {count} atoms, but flat_sequence had "
            f"{len(flat_sequence)} items.  Structure: {structure}, flat_sequence: {flat_sequence}."
        )
    return _rebuilt(structure, kind, packed)


def map_structure(func: Callable[..., Any], *structure: Any, **kwargs: Any) -> Any:
    """The first structure with `func` of the corresponding leaves of all as its leaves.

    Answers for `tf.nest.map_structure`. `check_types` (True) and `expand_composites` (False) may be
    given as keywords. Raises as `assert_same_structure` does where the structures differ.
    """
    if not callable(func):
        raise TypeError(f"func must be callable, got: {func}")
    if not structure:
        raise ValueError("Must provide at least one structure")
    check_types = kwargs.pop("check_types", True)
    expand_composites = kwargs.pop("expand_composites", False)
    if kwargs:
        raise ValueError(
            "Only valid keyword arguments are `check_types` and `expand_composites`, not: "
            f"`{'`, `'.join(kwargs)}`"
        )
    first, *others = structure
    for other in others:
        assert_same_structure(first, other, check_types, expand_composites)
    flat = [flatten(each, expand_composites) for each in structure]
    return pack_sequence_as(first, list(map(func, *flat)), expand_composites)


def assert_same_structure(
    nest1: Any, nest2: Any, check_types: bool = True, expand_composites: bool = False
) -> None:
    """Answers for `tf.nest.assert_same_structure`.

    Raises ValueError if one of the two has a leaf, more items or other keys where the other does
    not, and with `check_types` TypeError if the types of their sequences differ.
    """
    found = _mismatch(nest1, nest2, check_types, expand_composites)
    if found is None:
        return
    error, reason = found
    dots = [map_structure(lambda _: _DOT, nest) for nest in (nest1, nest2)]
    raise error(
        "The two structures don't have the same nested structure.\n\n"
        f"First structure: {_described(nest1)}\n\nSecond structure: {_described(nest2)}\n\n"
        f"More specifically: {reason}\n"
        f"Entire first structure:\n{dots[0]}\nEntire second structure:\n{dots[1]}"
    )


def _classified(cls: type) -> str:
    """How to walk and rebuild instances of `cls`; `_LEAF` if they are leaves."""
    if issubclass(cls, (str, bytes)):
        return _LEAF
    if issubclass(cls, Mapping):
        return "mapping"
    if hasattr(cls, "__attrs_attrs__"):
        return "attrs"
    if issubclass(cls, MappingView) or cls is range:
        return "view"
    if issubclass(cls, tuple) and _is_fields(getattr(cls, "_fields", None)):
        return "namedtuple"
    if issubclass(cls, Sequence):
        return "sequence"
    if hasattr(cls, "__tf_flatten__") and hasattr(cls, "__tf_unflatten__"):
        return "custom"
    return _LEAF


_kind: Callable[[type], str] = functools.lru_cache(maxsize=1024)(_classified)


def _kind_of(value: Any, expand_composites: bool) -> str:
    if expand_composites and hasattr(type(value), "_with_components"):
        return "composite"
    return _kind(type(value))


def _is_fields(fields: Any) -> bool:
    return isinstance(fields, tuple) and all(isinstance(field, str) for field in fields)


def _items(structure: Any, kind: str) -> Iterable[Any]:
    """What `structure` holds, one level deep."""
    if kind == "mapping":
        return [structure[key] for key in sorted(structure)]
    if kind == "attrs":
        return [getattr(structure, field.name) for field in type(structure).__attrs_attrs__]
    if kind == "custom":
        return structure.__tf_flatten__()[1]
    if kind == "composite":
        return structure._components()
    return structure


def _flatten_into(leaves: list[Any], structure: Any, kind: str, expand_composites: bool) -> None:
    for item in _items(structure, kind):
        item_kind = _kind_of(item, expand_composites)
        if item_kind is _LEAF:
            leaves.append(item)
        else:
            _flatten_into(leaves, item, item_kind, expand_composites)


def _pack(
    structure: Any, kind: str, flat: Any, at: int, expand_composites: bool
) -> tuple[int, list[Any]]:
    """The items of `structure`, leaves taken from `flat[at:]`; before them, where they ended."""
    try:
        items = _items(structure, kind)
    except TypeError:
        if kind != "mapping":
            raise
        raise TypeError("nest only supports dicts with sortable keys.") from None
    packed = []
    for item in items:
        item_kind = _kind_of(item, expand_composites)
        if item_kind is _LEAF:
            packed.append(flat[at])
            at += 1
        else:
            at, inner = _pack(item, item_kind, flat, at, expand_composites)
            packed.append(_rebuilt(item, item_kind, inner))
    return at, packed


def _rebuilt(structure: Any, kind: str, items: list[Any]) -> Any:
    """A structure like this one that holds `items`."""
    cls = type(structure)
    if kind == "mapping":
        return _rebuilt_mapping(structure, dict(zip(sorted(structure), items, strict=True)))
    if kind in ("namedtuple", "attrs"):
        return getattr(cls, "_wraps", cls)(*items)
    if kind == "view":
        return items
    if kind == "custom":
        return structure.__tf_unflatten__(structure.__tf_flatten__()[0], tuple(items))
    if kind == "composite":
        return structure._with_components(tuple(items))
    return cls(items)


def _rebuilt_mapping(structure: Any, values: dict[Any, Any]) -> Any:
    cls = type(structure)
    if isinstance(structure, MutableMapping):
        mapping: Any
        if isinstance(structure, collections.defaultdict):
            mapping = collections.defaultdict(structure.default_factory)
        else:
            mapping = cls()
        for key in structure:
            mapping[key] = values[key]
        return mapping
    warn_first_n(
        f"Mapping types may not work well with tf.nest. Prefer using MutableMapping for {cls}", 1
    )
    try:
        return cls((key, values[key]) for key in structure)
    except TypeError as error:
        raise TypeError(
            f"Error creating an object of type {cls} like {structure}. Note that it must accept a "
            "single positional argument representing an iterable of key-value pairs, in addition "
            f"to self. Cause: {error}"
        ) from error


def _mismatch(
    one: Any, two: Any, check_types: bool, expand_composites: bool
) -> tuple[type[Exception], str] | None:
    """The first difference in structure, as an error class and a message; None if there is none."""
    kind, other_kind = _kind_of(one, expand_composites), _kind_of(two, expand_composites)
    if kind is _LEAF and other_kind is _LEAF:
        return None
    if kind is _LEAF or other_kind is _LEAF:
        nested, leaf = (two, one) if kind is _LEAF else (one, two)
        return ValueError, (
            f'Substructure "{_described(nested)}" is a sequence, while substructure '
            f'"{_described(leaf)}" is not'
        )
    if check_types:
        found = _type_mismatch(one, kind, two, other_kind)
        if found is not None:
            return found
    if "composite" in (kind, other_kind) and not _is_alike(one, two):
        return ValueError, (
            f"Incompatible CompositeTensor TypeSpecs: {_described(one)} vs. {_described(two)}"
        )
    pairs = itertools.zip_longest(_items(one, kind), _items(two, other_kind), fillvalue=_MISSING)
    for item, other in pairs:
        if item is _MISSING or other is _MISSING:
            return ValueError, (
                "The two structures don't have the same number of elements. First structure: "
                f"{_described(one)}. Second structure: {_described(two)}"
            )
        found = _mismatch(item, other, check_types, expand_composites)
        if found is not None:
            return found
    return None


def _type_mismatch(
    one: Any, kind: str, two: Any, other_kind: str
) -> tuple[type[Exception], str] | None:
    cls, other = (getattr(type(value), "_wraps", type(value)) for value in (one, two))
    if kind == other_kind == "namedtuple":
        # Two classes of the same name and fields will do.
        same = (cls.__name__, one._fields) == (other.__name__, two._fields)
    else:
        same = (
            cls is other
            or (isinstance(one, list) and isinstance(two, list))
            or kind == other_kind == "mapping"
            or kind == other_kind == "composite"
        )
    if not same:
        return TypeError, (
            "The two namedtuples don't have the same sequence type. "
            f"First structure {_described(one)} has type {_type_name(one)}, "
            f"while second structure {_described(two)} has type {_type_name(two)}"
        )
    if kind == "mapping" and (len(one) != len(two) or any(key not in two for key in one)):
        return ValueError, (
            "The two dictionaries don't have the same set of keys. First structure has keys "
            f"{_described(list(one))}, while second structure has keys {_described(list(two))}"
        )
    return None


def _is_alike(one: Any, two: Any) -> bool:
    """Whether two composite tensors, or specs of them, are of the same structure."""
    spec, other = (getattr(value, "_type_spec", value) for value in (one, two))
    if not hasattr(spec, "most_specific_common_supertype"):  # a weak tensor
        return type(one) is type(two) and one.dtype is two.dtype
    return spec.most_specific_common_supertype([other]) is not None


def _described(value: Any) -> str:
    return f"type={type(value).__name__} str={value}"


def _type_name(value: Any) -> str:
    """The name as C knows it: with the module, for types of compiled modules."""
    cls = type(value)
    if cls.__module__ == "builtins" or cls.__flags__ & _HEAP_TYPE:
        return cls.__name__
    return f"{cls.__module__}.{cls.__name__}"


def _truncated(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 100 else text[:100] + "..."


class _Dot:
    """Stands for any leaf where a structure is printed."""

    def __repr__(self) -> str:
        return "."


_DOT = _Dot()

__getattr__, __dir__ = _api.namespace(__name__)
