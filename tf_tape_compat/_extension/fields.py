"""Fields of extension types: which annotations there are, and values converted to them."""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import Tensor
from .._core.types.dtype import DType, as_dtype
from .._core.types.shape import TensorShape
from .._core.types.type_spec import TypeSpec

RESERVED = frozenset(
    "self Spec _type_spec _shape_invariant_to_type_spec _consumers value_type is_compatible_with "
    "most_specific_compatible_type _with_tensor_ranks_only _to_components _from_components "
    "_component_specs _to_tensor_list _from_tensor_list _from_compatible_tensor_list "
    "_flat_tensor_specs _serialize _deserialize _to_legacy_output_types _to_legacy_output_shapes "
    "_to_legacy_output_classes _keras_mask".split()
)

_PLAIN = (int, float, bool, str, bytes, type(None))


def is_reserved(name: str) -> bool:
    """Whether no field may have this name."""
    return name in RESERVED or name.lower().startswith("_tf_extension_type")


class NoDefault:
    """Stands for the default of a field that has none."""


class Field(NamedTuple):
    """A field of an extension type."""

    name: str
    annotation: Any
    default: Any = NoDefault


def field(name: str, annotation: Any, default: Any) -> Field:
    """A checked field. Raises TypeError for an annotation that is not supported."""
    try:
        _check(annotation)
    except TypeError as error:
        raise TypeError(f"In field {name!r}: {error}") from error
    if default is not NoDefault:
        default = _convert(default, annotation, f"default value for {name}", _default_of_tensor)
    return Field(name, annotation, default)


class ImmutableDict(Mapping[Any, Any]):
    """A mapping that cannot be changed: what a field annotated as Mapping holds."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._dict = dict(*args, **kwargs)

    def __getitem__(self, key: Any) -> Any:
        return self._dict[key]

    def __contains__(self, key: Any) -> bool:
        return key in self._dict

    def __iter__(self) -> Iterator[Any]:
        return iter(self._dict)

    def __len__(self) -> int:
        return len(self._dict)

    def __repr__(self) -> str:
        return f"ImmutableDict({self._dict})"


# -- annotations --------------------------------------------------------------------------------


def _is_tuple(annotation: Any) -> bool:
    return typing.get_origin(annotation) is tuple


def _is_union(annotation: Any) -> bool:
    return typing.get_origin(annotation) is typing.Union


def _is_mapping(annotation: Any) -> bool:
    return typing.get_origin(annotation) is Mapping


def is_composite(cls: Any) -> bool:
    """Whether `cls` is a class whose instances are made of tensors."""
    return isinstance(cls, type) and hasattr(cls, "_with_components")


def _check(annotation: Any, in_key: bool = False) -> None:
    """Raises TypeError if there is something in the annotation that a field cannot be."""
    if isinstance(annotation, (str, typing.ForwardRef)):
        return  # looked at again when it is used
    if annotation is None or annotation in _PLAIN or annotation is DType:
        return
    if annotation is Tensor or annotation is TensorShape or is_composite(annotation):
        if in_key:
            raise TypeError(
                f"Mapping had a key {annotation.__name__!r} with type {type(annotation).__name__!r}"
            )
        return
    arguments = typing.get_args(annotation)
    if _is_tuple(annotation) and len(arguments) == 2 and arguments[1] is Ellipsis:
        _check(arguments[0], in_key)
    elif _is_tuple(annotation) or _is_union(annotation):
        for argument in arguments:
            _check(argument, in_key)
    elif _is_mapping(annotation):
        _check(arguments[0], True)
        _check(arguments[1], in_key)
    else:
        name = annotation.__name__ if isinstance(annotation, type) else annotation
        raise TypeError(f"Unsupported type annotation {name!r}")


# -- values -------------------------------------------------------------------------------------

# What becomes of a value for a tensor, or for the class of what is made of tensors.
_OfTensor = Callable[[Any, Any, str], Any]


def convert_fields(fields: Sequence[Field], values: dict[str, Any], of_spec: bool) -> None:
    """Converts the values in place; those of a spec are specs where fields are tensors.

    Raises ValueError if there are others than the fields, TypeError for one of another type.
    """
    expected, actual = {item.name for item in fields}, set(values)
    if extra := actual - expected:
        raise ValueError(f"Got unexpected fields: {extra}")
    if missing := expected - actual:
        raise ValueError(f"Missing required fields: {missing}")
    of_tensor = _spec_of_tensor if of_spec else _tensor
    values.update(
        {
            item.name: _convert(values[item.name], item.annotation, item.name, of_tensor)
            for item in fields
        }
    )


def _convert(value: Any, annotation: Any, path: str, of_tensor: _OfTensor) -> Any:
    if annotation is Tensor or is_composite(annotation):
        return of_tensor(value, annotation, path)
    if annotation is TensorShape or annotation is DType:
        try:
            return (TensorShape if annotation is TensorShape else as_dtype)(value)
        except TypeError as error:
            wanted = f"tf.{annotation.__name__}"
            raise _unexpected(value, repr(wanted), path) from error
    if annotation is None or annotation in _PLAIN:
        kind = type(None) if annotation is None else annotation
        if not isinstance(value, kind):
            raise _unexpected(value, repr(kind.__name__), path)
        return value
    arguments = typing.get_args(annotation)
    if _is_tuple(annotation):
        return _converted_tuple(value, arguments, path, of_tensor)
    if _is_mapping(annotation):
        if not isinstance(value, Mapping):
            raise _unexpected(value, "mapping", path)
        of_key, of_value = arguments
        return ImmutableDict(
            (
                _convert(key, of_key, f"{path}[<key>]", of_tensor),
                _convert(item, of_value, f"{path}[{key!r}]", of_tensor),
            )
            for key, item in value.items()
        )
    if _is_union(annotation):
        for argument in arguments:
            try:
                return _convert(value, argument, path, of_tensor)
            except TypeError:
                pass
        raise _unexpected(value, repr(annotation), path)
    raise TypeError(f"{path}: Unsupported type annotation {annotation!r}")


def _converted_tuple(
    value: Any, arguments: tuple[Any, ...], path: str, of_tensor: _OfTensor
) -> tuple[Any, ...]:
    if not isinstance(value, Sequence):
        raise _unexpected(value, "tuple", path)
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        arguments = (arguments[0],) * len(value)
    elif len(value) != len(arguments):
        raise _unexpected(value, f"tuple with length {len(arguments)}", path)
    return tuple(
        _convert(item, annotation, f"{path}[{number}]", of_tensor)
        for number, (item, annotation) in enumerate(zip(value, arguments, strict=True))
    )


def _unexpected(value: Any, wanted: str, path: str) -> TypeError:
    return TypeError(f"{path}: expected {wanted}, got {type(value).__name__!r}")


def _tensor(value: Any, annotation: Any, path: str) -> Any:
    if isinstance(value, annotation):
        return value
    if annotation is not Tensor:
        raise _unexpected(value, repr(annotation.__name__), path)
    try:
        return to_tensor(value)
    except (ValueError, TypeError) as error:
        raise _unexpected(value, "a Tensor", path) from error


def _default_of_tensor(value: Any, annotation: Any, path: str) -> Any:
    # A default becomes a tensor with each value that takes it.
    return value if annotation is Tensor else _tensor(value, annotation, path)


def _spec_of_tensor(value: Any, annotation: Any, path: str) -> Any:
    kind = value.value_type if isinstance(value, TypeSpec) else None
    if annotation is Tensor:
        if kind is not Tensor:
            raise _unexpected(value, "a TensorSpec", path)
    elif not isinstance(kind, type) or not issubclass(kind, annotation):
        raise _unexpected(value, f"a TypeSpec for {annotation.__name__!r}", path)
    return value


# -- what fields hold ---------------------------------------------------------------------------


def leaves(value: Any) -> Iterator[Any]:
    """What tuples and mappings hold, in the order of `tf.nest`."""
    if isinstance(value, tuple):
        for item in value:
            yield from leaves(item)
    elif isinstance(value, Mapping):
        for key in sorted(value):
            yield from leaves(value[key])
    else:
        yield value


def mapped(value: Any, function: Callable[[Any], Any]) -> Any:
    """`value` with `function` of each leaf, called in the order of `leaves`."""
    if isinstance(value, tuple):
        return tuple(mapped(item, function) for item in value)
    if isinstance(value, Mapping):
        made = {key: mapped(value[key], function) for key in sorted(value)}
        return ImmutableDict((key, made[key]) for key in value)
    return function(value)


def filled(value: Any, is_hole: Callable[[Any], bool], items: Iterable[Any]) -> Any:
    """`value` with the next of `items` in the place of each leaf that is a hole."""
    remaining = iter(items)
    return mapped(value, lambda leaf: next(remaining) if is_hole(leaf) else leaf)


def as_mappings(value: Any, cls: Any) -> Any:
    """`value` with its mappings as those of another class."""
    if isinstance(value, (dict, ImmutableDict)):
        return cls((key, as_mappings(item, cls)) for key, item in value.items())
    if isinstance(value, tuple):
        return tuple(as_mappings(item, cls) for item in value)
    return value
