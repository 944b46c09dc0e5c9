"""Fields of extension types: supported annotations, and conversion of values to them."""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import Tensor
from .._core.types.dtype import DType, as_dtype
from .._core.types.shape import TensorShape
from .._core.types.type_spec import TypeSpec
from .._core.variables.variable import Variable

RESERVED = frozenset(
    "self Spec _type_spec _shape_invariant_to_type_spec _consumers value_type is_compatible_with "
    "most_specific_compatible_type _with_tensor_ranks_only _to_components _from_components "
    "_component_specs _to_tensor_list _from_tensor_list _from_compatible_tensor_list "
    "_flat_tensor_specs _serialize _deserialize _to_legacy_output_types _to_legacy_output_shapes "
    "_to_legacy_output_classes _keras_mask".split()
)

_PYTHON_TYPES = (int, float, bool, str, bytes, type(None))


def is_reserved(name: str) -> bool:
    """Whether the name is reserved, so that no field may have it."""
    return name in RESERVED or name.lower().startswith("_tf_extension_type")


class NoDefault:
    """The default of a field without a default value."""


class Field(NamedTuple):
    """A field of an extension type."""

    name: str
    annotation: Any
    default: Any = NoDefault


def field(name: str, annotation: Any, default: Any) -> Field:
    """Creates a field. Raises TypeError if its annotation is not supported."""
    try:
        _check(annotation)
    except TypeError as error:
        raise TypeError(f"In field {name!r}: {error}") from error
    if default is not NoDefault:
        default = _convert(default, annotation, f"default value for {name}", _keep_tensor_default)
    return Field(name, annotation, default)


class ImmutableDict(Mapping[Any, Any]):
    """The immutable mapping that a field annotated as Mapping holds."""

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
    """Whether `cls` is a class of composite tensors."""
    return isinstance(cls, type) and hasattr(cls, "_with_components")


def _check(annotation: Any, in_key: bool = False) -> None:
    """Raises TypeError if the annotation is not supported; tensors may not be in mapping keys."""
    if isinstance(annotation, (str, typing.ForwardRef)):
        return  # checked when it is used
    if annotation is None or annotation in _PYTHON_TYPES or annotation is DType:
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
        if annotation is Variable:
            name = "Variable"  # of which variables are instances of a subclass, in TensorFlow
        raise TypeError(f"Unsupported type annotation {name!r}")


# -- values -------------------------------------------------------------------------------------

# Converts a value for an annotation that is Tensor or a class of composite tensors.
_TensorConverter = Callable[[Any, Any, str], Any]


def convert_fields(fields: Sequence[Field], values: dict[str, Any], for_spec: bool) -> None:
    """Converts the values of fields in place. In a spec, tensors are replaced by their specs.

    Raises ValueError if fields are missing or unknown, TypeError if one cannot be converted.
    """
    expected, actual = {item.name for item in fields}, set(values)
    if extra := actual - expected:
        raise ValueError(f"Got unexpected fields: {extra}")
    if missing := expected - actual:
        raise ValueError(f"Missing required fields: {missing}")
    convert_tensor = _check_spec if for_spec else _tensor
    values.update(
        {
            item.name: _convert(values[item.name], item.annotation, item.name, convert_tensor)
            for item in fields
        }
    )


def _convert(value: Any, annotation: Any, path: str, convert_tensor: _TensorConverter) -> Any:
    if annotation is Tensor or is_composite(annotation):
        return convert_tensor(value, annotation, path)
    if annotation is TensorShape or annotation is DType:
        try:
            return (TensorShape if annotation is TensorShape else as_dtype)(value)
        except TypeError as error:
            raise _unexpected(value, repr(f"tf.{annotation.__name__}"), path) from error
    if annotation is None or annotation in _PYTHON_TYPES:
        cls = type(None) if annotation is None else annotation
        if not isinstance(value, cls):
            raise _unexpected(value, repr(cls.__name__), path)
        return value
    arguments = typing.get_args(annotation)
    if _is_tuple(annotation):
        return _convert_tuple(value, arguments, path, convert_tensor)
    if _is_mapping(annotation):
        if not isinstance(value, Mapping):
            raise _unexpected(value, "mapping", path)
        key_annotation, value_annotation = arguments
        return ImmutableDict(
            (
                _convert(key, key_annotation, f"{path}[<key>]", convert_tensor),
                _convert(item, value_annotation, f"{path}[{key!r}]", convert_tensor),
            )
            for key, item in value.items()
        )
    if _is_union(annotation):
        for argument in arguments:
            with suppress(TypeError):
                return _convert(value, argument, path, convert_tensor)
        raise _unexpected(value, repr(annotation), path)
    raise TypeError(f"{path}: Unsupported type annotation {annotation!r}")


def _convert_tuple(
    value: Any, arguments: tuple[Any, ...], path: str, convert_tensor: _TensorConverter
) -> tuple[Any, ...]:
    if not isinstance(value, Sequence):
        raise _unexpected(value, "tuple", path)
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        arguments = (arguments[0],) * len(value)
    elif len(value) != len(arguments):
        raise _unexpected(value, f"tuple with length {len(arguments)}", path)
    return tuple(
        _convert(item, annotation, f"{path}[{number}]", convert_tensor)
        for number, (item, annotation) in enumerate(zip(value, arguments, strict=True))
    )


def _unexpected(value: Any, expected: str, path: str) -> TypeError:
    return TypeError(f"{path}: expected {expected}, got {type(value).__name__!r}")


def _tensor(value: Any, annotation: Any, path: str) -> Any:
    if isinstance(value, annotation):
        return value
    if annotation is not Tensor:
        raise _unexpected(value, repr(annotation.__name__), path)
    try:
        return to_tensor(value)
    except (ValueError, TypeError) as error:
        raise _unexpected(value, "a Tensor", path) from error


def _keep_tensor_default(value: Any, annotation: Any, path: str) -> Any:
    # A default is converted to a tensor for each instance that uses it.
    return value if annotation is Tensor else _tensor(value, annotation, path)


def _check_spec(value: Any, annotation: Any, path: str) -> Any:
    """Returns `value` if it is a spec of what is annotated; raises TypeError if not."""
    value_type = value.value_type if isinstance(value, TypeSpec) else None
    if annotation is Tensor:
        if value_type is not Tensor:
            raise _unexpected(value, "a TensorSpec", path)
    elif not isinstance(value_type, type) or not issubclass(value_type, annotation):
        raise _unexpected(value, f"a TypeSpec for {annotation.__name__!r}", path)
    return value


# -- leaves of fields ---------------------------------------------------------------------------


def leaves(value: Any) -> Iterator[Any]:
    """The leaves of tuples and mappings, in the order of `tf.nest`."""
    if isinstance(value, tuple):
        for item in value:
            yield from leaves(item)
    elif isinstance(value, Mapping):
        for key in sorted(value):
            yield from leaves(value[key])
    else:
        yield value


def map_leaves(value: Any, function: Callable[[Any], Any]) -> Any:
    """Replaces each leaf by `function(leaf)`, in the order of `leaves`."""
    if isinstance(value, tuple):
        return tuple(map_leaves(item, function) for item in value)
    if isinstance(value, Mapping):
        results = {key: map_leaves(value[key], function) for key in sorted(value)}
        return ImmutableDict((key, results[key]) for key in value)
    return function(value)


def replace_leaves(value: Any, condition: Callable[[Any], bool], items: Iterable[Any]) -> Any:
    """Replaces each leaf that satisfies the condition by the next of `items`."""
    remaining = iter(items)
    return map_leaves(value, lambda leaf: next(remaining) if condition(leaf) else leaf)


def as_mappings(value: Any, cls: Any) -> Any:
    """Converts the mappings in `value` to another class."""
    if isinstance(value, (dict, ImmutableDict)):
        return cls((key, as_mappings(item, cls)) for key, item in value.items())
    if isinstance(value, tuple):
        return tuple(as_mappings(item, cls) for item in value)
    return value
