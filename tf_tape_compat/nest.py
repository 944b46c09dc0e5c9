"""`tf.nest`: structures nested from lists, tuples, dictionaries and other containers.

Containers are sequences other than strings (including named tuples, ranges and deques), mappings
and their views, attrs classes, and classes with `__tf_flatten__` and `__tf_unflatten__`. Everything
else is a leaf: None, sets, arrays and tensors, for example. Mappings are traversed in the order of
their sorted keys.

With `expand_composites`, composite tensors are containers too. Their classes have `_components()`,
which returns a tuple of tensors, and `_with_components(components)`, which builds a value of the
same class from other tensors.
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
    """Whether `seq` is a container and not a leaf. Implements `tf.nest.is_nested`."""
    return _class_category(type(seq)) is not _LEAF


def flatten(structure: Any, expand_composites: bool = False) -> list[Any]:
    """The leaves of `structure`, in order. Implements `tf.nest.flatten`.

    Args:
        structure: A nested structure, or a leaf.
        expand_composites: Whether to replace composite tensors by their components.

    Returns:
        A list of leaves; for a leaf, a list with that leaf alone.

    Raises:
        TypeError: The keys of a mapping cannot be sorted.
    """
    category = _category(structure, expand_composites)
    if category is _LEAF:
        return [structure]
    leaves: list[Any] = []
    _flatten_into(leaves, structure, category, expand_composites)
    return leaves


def pack_sequence_as(structure: Any, flat_sequence: Any, expand_composites: bool = False) -> Any:
    """Arranges the items of `flat_sequence` like `structure`.

    Implements `tf.nest.pack_sequence_as`.

    Raises:
        TypeError: `flat_sequence` is not a sequence.
        ValueError: `flat_sequence` has more or fewer items than `structure` has leaves.
    """
    if _category(flat_sequence, expand_composites) is _LEAF:
        raise TypeError(
            f"Attempted to pack value:\n  {_truncate(flat_sequence)}\ninto a structure, but "
            f"found incompatible type `{type(flat_sequence)}` instead."
        )
    category = _category(structure, expand_composites)
    if category is _LEAF:
        if len(flat_sequence) != 1:
            raise ValueError(
                f"The target structure is of type `{type(structure)}`\n  {_truncate(structure)}\n"
                f"However the input is a sequence ({type(flat_sequence)}) of length "
                f"{len(flat_sequence)}.\n  {_truncate(flat_sequence)}\n"
                "nest cannot guarantee that it is safe to map one to the other."
            )
        return flat_sequence[0]
    try:
        used, packed = _pack(structure, category, flat_sequence, 0, expand_composites)
    except IndexError:
        used = -1
    if used != len(flat_sequence):
        count = len(flatten(structure, expand_composites))
        raise ValueError(
            f"Could not pack sequence. Structure had {count} atoms, but flat_sequence had "
            f"{len(flat_sequence)} items.  Structure: {structure}, flat_sequence: {flat_sequence}."
        )
    return _rebuild(structure, category, packed)


def map_structure(func: Callable[..., Any], *structure: Any, **kwargs: Any) -> Any:
    """Applies `func` to the corresponding leaves. Implements `tf.nest.map_structure`.

    Args:
        func: Takes one leaf of each structure.
        *structure: One or more structures that match.
        **kwargs: `check_types` (default True) and `expand_composites` (default False).

    Returns:
        The results of `func`, arranged like the first structure.

    Raises:
        TypeError, ValueError: The structures differ; see `assert_same_structure`.
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
    """Checks that two structures match. Implements `tf.nest.assert_same_structure`.

    Raises:
        ValueError: One structure has a leaf where the other has a container, or two containers
            have different lengths or keys.
        TypeError: With `check_types`, two containers have different types.
    """
    mismatch = _mismatch(nest1, nest2, check_types, expand_composites)
    if mismatch is None:
        return
    error, reason = mismatch
    dots = [map_structure(lambda _: _DOT, nest) for nest in (nest1, nest2)]
    raise error(
        "The two structures don't have the same nested structure.\n\n"
        f"First structure: {_describe(nest1)}\n\nSecond structure: {_describe(nest2)}\n\n"
        f"More specifically: {reason}\n"
        f"Entire first structure:\n{dots[0]}\nEntire second structure:\n{dots[1]}"
    )


def _classify(cls: type) -> str:
    """The container category of a class, which says how to traverse and rebuild its instances."""
    if issubclass(cls, (str, bytes)):
        return _LEAF
    if issubclass(cls, Mapping):
        return "mapping"
    if hasattr(cls, "__attrs_attrs__"):
        return "attrs"
    if issubclass(cls, MappingView) or cls is range:
        return "view"
    if issubclass(cls, tuple) and _are_fields(getattr(cls, "_fields", None)):
        return "namedtuple"
    if issubclass(cls, Sequence):
        return "sequence"
    if hasattr(cls, "__tf_flatten__") and hasattr(cls, "__tf_unflatten__"):
        return "custom"
    return _LEAF


_class_category: Callable[[type], str] = functools.lru_cache(maxsize=1024)(_classify)


def _category(value: Any, expand_composites: bool) -> str:
    if expand_composites and hasattr(type(value), "_with_components"):
        return "composite"
    return _class_category(type(value))


def _are_fields(fields: Any) -> bool:
    return isinstance(fields, tuple) and all(isinstance(field, str) for field in fields)


def _items(structure: Any, category: str) -> Iterable[Any]:
    """The items of a container, one level deep."""
    if category == "mapping":
        return [structure[key] for key in sorted(structure)]
    if category == "attrs":
        return [getattr(structure, field.name) for field in type(structure).__attrs_attrs__]
    if category == "custom":
        return structure.__tf_flatten__()[1]
    if category == "composite":
        return structure._components()
    return structure


def _flatten_into(
    leaves: list[Any], structure: Any, category: str, expand_composites: bool
) -> None:
    for item in _items(structure, category):
        item_category = _category(item, expand_composites)
        if item_category is _LEAF:
            leaves.append(item)
        else:
            _flatten_into(leaves, item, item_category, expand_composites)


def _pack(
    structure: Any, category: str, flat: Any, at: int, expand_composites: bool
) -> tuple[int, list[Any]]:
    """Fills `structure` with leaves from `flat[at:]`.

    Returns:
        The index after the last leaf used, and the new items of `structure`.
    """
    try:
        items = _items(structure, category)
    except TypeError:
        if category != "mapping":
            raise
        raise TypeError("nest only supports dicts with sortable keys.") from None
    packed = []
    for item in items:
        item_category = _category(item, expand_composites)
        if item_category is _LEAF:
            packed.append(flat[at])
            at += 1
        else:
            at, inner = _pack(item, item_category, flat, at, expand_composites)
            packed.append(_rebuild(item, item_category, inner))
    return at, packed


def _rebuild(structure: Any, category: str, items: list[Any]) -> Any:
    """A container like `structure` with other items."""
    cls = type(structure)
    if category == "mapping":
        return _rebuild_mapping(structure, dict(zip(sorted(structure), items, strict=True)))
    if category in ("namedtuple", "attrs"):
        return getattr(cls, "_wraps", cls)(*items)
    if category == "view":
        return items
    if category == "custom":
        return structure.__tf_unflatten__(structure.__tf_flatten__()[0], tuple(items))
    if category == "composite":
        return structure._with_components(tuple(items))
    return cls(items)


def _rebuild_mapping(structure: Any, values: dict[Any, Any]) -> Any:
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
    """The first structural difference, as an error class and a message, or None."""
    category, other_category = _category(one, expand_composites), _category(two, expand_composites)
    if category is _LEAF and other_category is _LEAF:
        return None
    if category is _LEAF or other_category is _LEAF:
        nested, leaf = (two, one) if category is _LEAF else (one, two)
        return ValueError, (
            f'Substructure "{_describe(nested)}" is a sequence, while substructure '
            f'"{_describe(leaf)}" is not'
        )
    if check_types:
        mismatch = _type_mismatch(one, category, two, other_category)
        if mismatch is not None:
            return mismatch
    if "composite" in (category, other_category) and not _are_compatible(one, two):
        return ValueError, (
            f"Incompatible CompositeTensor TypeSpecs: {_describe(one)} vs. {_describe(two)}"
        )
    pairs = itertools.zip_longest(
        _items(one, category), _items(two, other_category), fillvalue=_MISSING
    )
    for item, other in pairs:
        if item is _MISSING or other is _MISSING:
            return ValueError, (
                "The two structures don't have the same number of elements. First structure: "
                f"{_describe(one)}. Second structure: {_describe(two)}"
            )
        mismatch = _mismatch(item, other, check_types, expand_composites)
        if mismatch is not None:
            return mismatch
    return None


def _type_mismatch(
    one: Any, category: str, two: Any, other_category: str
) -> tuple[type[Exception], str] | None:
    cls, other = (getattr(type(value), "_wraps", type(value)) for value in (one, two))
    if category == other_category == "namedtuple":
        # Different classes with the same name and fields match.
        same = (cls.__name__, one._fields) == (other.__name__, two._fields)
    else:
        same = (
            cls is other
            or (isinstance(one, list) and isinstance(two, list))
            or category == other_category == "mapping"
            or category == other_category == "composite"
        )
    if not same:
        return TypeError, (
            "The two namedtuples don't have the same sequence type. "
            f"First structure {_describe(one)} has type {_type_name(one)}, "
            f"while second structure {_describe(two)} has type {_type_name(two)}"
        )
    if category == "mapping" and (len(one) != len(two) or any(key not in two for key in one)):
        return ValueError, (
            "The two dictionaries don't have the same set of keys. First structure has keys "
            f"{_describe(list(one))}, while second structure has keys {_describe(list(two))}"
        )
    return None


def _are_compatible(one: Any, two: Any) -> bool:
    """Whether two composite tensors, or their specs, have the same structure."""
    spec, other = (getattr(value, "_type_spec", value) for value in (one, two))
    if not hasattr(spec, "most_specific_common_supertype"):  # a weak tensor
        return type(one) is type(two) and one.dtype is two.dtype
    return spec.most_specific_common_supertype([other]) is not None


def _describe(value: Any) -> str:
    return f"type={type(value).__name__} str={value!s}"


def _type_name(value: Any) -> str:
    """The type's name in C (tp_name), which includes the module for types of compiled modules."""
    cls = type(value)
    if cls.__module__ == "builtins" or cls.__flags__ & _HEAP_TYPE:
        return cls.__name__
    return f"{cls.__module__}.{cls.__name__}"


def _truncate(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 100 else text[:100] + "..."


class _Dot:
    """Replaces the leaves of a structure in an error message."""

    def __repr__(self) -> str:
        return "."


_DOT = _Dot()

__getattr__, __dir__ = _api.namespace(__name__)
