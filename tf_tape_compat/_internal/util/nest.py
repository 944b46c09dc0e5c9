"""`tensorflow.python.util.nest`: functions on structures that follow a shallower one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ... import nest as _nest
from ...nest import assert_same_structure as assert_same_structure
from ...nest import flatten as flatten
from ...nest import is_nested as is_nested
from ...nest import map_structure as map_structure
from ...nest import pack_sequence_as as pack_sequence_as


def is_nested_or_composite(structure: Any) -> bool:
    """Whether a value is a container, or a tensor that consists of others."""
    return _is_container(structure, True)


def is_mapping(obj: Any) -> bool:
    """Whether a value is a mapping."""
    return isinstance(obj, Mapping)


def is_attrs(obj: Any) -> bool:
    """Whether a value is an instance of an attrs class."""
    return hasattr(type(obj), "__attrs_attrs__")


def is_namedtuple(instance: Any, strict: bool = False) -> bool:
    """Whether a value is a named tuple; with `strict`, of a class made by `namedtuple` itself."""
    fields = getattr(instance, "_fields", None)
    named = isinstance(instance, tuple) and isinstance(fields, tuple)
    return named and (not strict or type(instance).__base__ is tuple)


_is_namedtuple = is_namedtuple


def same_namedtuples(nest1: Any, nest2: Any) -> bool:
    """Whether two named tuples have classes with the same name and fields."""
    return type(nest1).__name__ == type(nest2).__name__ and nest1._fields == nest2._fields


def _is_container(value: Any, expand_composites: bool) -> bool:
    return _nest._category(value, expand_composites) != ""


def _keyed(structure: Any, expand_composites: bool = False) -> list[tuple[Any, Any]]:
    """The items of a container with their keys, fields or numbers."""
    category = _nest._category(structure, expand_composites)
    items = [*_nest._items(structure, category)]
    if category == "mapping":
        keys: Iterable[Any] = sorted(structure)
    elif category == "namedtuple":
        keys = structure._fields
    elif category == "attrs":
        keys = [field.name for field in type(structure).__attrs_attrs__]
    elif category == "composite":
        keys = [type(structure).__name__] * len(items)
    else:
        keys = range(len(items))
    return [*zip(keys, items, strict=True)]


def _yield_value(iterable: Any) -> Iterator[Any]:
    for _, value in _keyed(iterable):
        yield value


def _yield_sorted_items(iterable: Any) -> Iterator[tuple[Any, Any]]:
    yield from _keyed(iterable)


def _sequence_like(instance: Any, args: Any) -> Any:
    return _nest._rebuild(instance, _nest._category(instance, True), [*args])


def _walk(
    shallow: Any, inputs: Any, path: tuple[Any, ...], expand_composites: bool
) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if not _is_container(shallow, expand_composites):
        yield path, inputs
        return
    deep = dict(_keyed(inputs, expand_composites)) if isinstance(inputs, Mapping) else None
    values = [value for _, value in _keyed(inputs, expand_composites)]
    for number, (key, part) in enumerate(_keyed(shallow, expand_composites)):
        value = values[number] if deep is None else deep[key]
        yield from _walk(part, value, (*path, key), expand_composites)


def assert_shallow_structure(
    shallow_tree: Any, input_tree: Any, check_types: bool = True, expand_composites: bool = False
) -> None:
    """Checks that a structure can be followed through another one.

    Raises:
      TypeError: if a container meets a leaf, or with `check_types` one of another type.
      ValueError: if two containers differ in their lengths or keys.
    """
    if not _is_container(shallow_tree, expand_composites):
        return
    if not _is_container(input_tree, expand_composites):
        raise TypeError(
            "If shallow structure is a sequence, input must also be a sequence. Input has type: "
            f"{type(input_tree)}."
        )
    one, two = (getattr(type(tree), "_wraps", type(tree)) for tree in (shallow_tree, input_tree))
    both_mappings = isinstance(shallow_tree, Mapping) and isinstance(input_tree, Mapping)
    named = is_namedtuple(shallow_tree) and is_namedtuple(input_tree)
    if (
        check_types
        and not (
            issubclass(two, one)
            or both_mappings
            or (named and same_namedtuples(shallow_tree, input_tree))
        )
        and not (expand_composites and hasattr(shallow_tree, "_with_components"))
    ):
        raise TypeError(
            "The two structures don't have the same sequence type. Input structure has type "
            f"{two}, while shallow structure has type {one}."
        )
    shallow, deep = (_keyed(tree, expand_composites) for tree in (shallow_tree, input_tree))
    if len(shallow) != len(deep):
        raise ValueError(
            "The two structures don't have the same sequence length. Input structure has length "
            f"{len(deep)}, while shallow structure has length {len(shallow)}."
        )
    if both_mappings:
        missing = [key for key, _ in shallow if key not in input_tree]
        if missing:
            raise ValueError(
                "The shallow_tree's keys are not a subset of the input_tree's keys. The "
                "shallow_tree has the following keys that are not in the input_tree: "
                f"{sorted(missing)}."
            )
    values = dict(deep) if both_mappings else None
    for (key, part), (_, value) in zip(shallow, deep, strict=True):
        assert_shallow_structure(
            part, value if values is None else values[key], check_types, expand_composites
        )


def flatten_up_to(
    shallow_tree: Any, input_tree: Any, check_types: bool = True, expand_composites: bool = False
) -> list[Any]:
    """The parts of a structure that lie where a shallower one has leaves."""
    assert_shallow_structure(shallow_tree, input_tree, check_types, expand_composites)
    return [value for _, value in _walk(shallow_tree, input_tree, (), expand_composites)]


def flatten_with_tuple_paths_up_to(
    shallow_tree: Any, input_tree: Any, check_types: bool = True, expand_composites: bool = False
) -> list[tuple[tuple[Any, ...], Any]]:
    """The same as `flatten_up_to`, each part with the keys that lead to it."""
    assert_shallow_structure(shallow_tree, input_tree, check_types, expand_composites)
    return [*_walk(shallow_tree, input_tree, (), expand_composites)]


def map_structure_up_to(
    shallow_tree: Any, func: Callable[..., Any], *inputs: Any, **kwargs: Any
) -> Any:
    """Applies a function to the parts of structures that lie where a shallower one has leaves.

    Returns:
      The results, arranged like `shallow_tree`.
    """
    return map_structure_with_tuple_paths_up_to(
        shallow_tree, lambda _, *values: func(*values), *inputs, **kwargs
    )


def map_structure_with_tuple_paths_up_to(
    shallow_tree: Any, func: Callable[..., Any], *inputs: Any, **kwargs: Any
) -> Any:
    """The same as `map_structure_up_to`; the function also gets the keys, as a tuple."""
    if not inputs:
        raise ValueError("Cannot map over no sequences")
    check_types = kwargs.pop("check_types", True)
    expand_composites = kwargs.pop("expand_composites", False)
    flat = [
        flatten_with_tuple_paths_up_to(shallow_tree, tree, check_types, expand_composites)
        for tree in inputs
    ]
    results = [
        func(parts[0][0], *[value for _, value in parts]) for parts in zip(*flat, strict=True)
    ]
    return pack_sequence_as(shallow_tree, results, expand_composites)


def map_structure_with_tuple_paths(func: Callable[..., Any], *structure: Any, **kwargs: Any) -> Any:
    """The same as `map_structure`; the function also gets the keys, as a tuple."""
    return map_structure_with_tuple_paths_up_to(structure[0], func, *structure, **kwargs)


def map_structure_with_paths(func: Callable[..., Any], *structure: Any, **kwargs: Any) -> Any:
    """The same as `map_structure`; the function also gets the keys, as "a/b"."""
    return map_structure_with_tuple_paths(
        lambda path, *values: func(_joined(path), *values), *structure, **kwargs
    )


def flatten_with_tuple_paths(structure: Any, expand_composites: bool = False) -> list[Any]:
    """The leaves of a structure, each with the keys that lead to it."""
    return [*_walk(structure, structure, (), expand_composites)]


def flatten_with_joined_string_paths(
    structure: Any, separator: str = "/", expand_composites: bool = False
) -> list[Any]:
    """The leaves of a structure, each with the keys that lead to it, as "a/b"."""
    pairs = flatten_with_tuple_paths(structure, expand_composites)
    return [(_joined(path, separator), value) for path, value in pairs]


def yield_flat_paths(nest: Any, expand_composites: bool = False) -> Iterator[tuple[Any, ...]]:
    """The keys that lead to each leaf."""
    for path, _ in flatten_with_tuple_paths(nest, expand_composites):
        yield path


def get_traverse_shallow_structure(
    traverse_fn: Callable[[Any], Any], structure: Any, expand_composites: bool = False
) -> Any:
    """A structure of bools: where to go further down, as `traverse_fn` says."""
    wanted = traverse_fn(structure)
    if not _is_container(structure, expand_composites):
        if not isinstance(wanted, bool):
            raise TypeError(
                f"traverse_fn returned structure: {wanted} for non-structure: {structure}"
            )
        return wanted
    if isinstance(wanted, bool):
        if not wanted:
            return False
        parts = [
            get_traverse_shallow_structure(traverse_fn, value, expand_composites)
            for _, value in _keyed(structure, expand_composites)
        ]
        return _sequence_like(structure, parts)
    assert_shallow_structure(wanted, structure, expand_composites=expand_composites)
    parts = [
        get_traverse_shallow_structure(traverse_fn, value, expand_composites) if go else False
        for go, value in zip(_yield_value(wanted), _yield_value(structure), strict=True)
    ]
    return _sequence_like(wanted, parts)


def _joined(path: tuple[Any, ...], separator: str = "/") -> str:
    return separator.join(str(key) for key in path)
