"""Structures of elements: nests in which a list is one tensor, and their flat form.

Inside iterators an element is *flat*: a tuple of its components, which are tensors, composite
tensors, datasets, optionals or None. Unlike in `tf.nest`, a list is no container.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch

from .. import nest
from .._core.devices.accelerator import device_count, is_accelerator
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor, TrackedTensor
from .._core.types.handles import is_held
from .._core.types.tensor_spec import TensorSpec
from .._core.types.type_spec import NoneTensorSpec, TypeSpec, describe
from .._core.variables.sparse_tensor import SparseTensor, SparseTensorValue
from .._core.variables.variable import Variable

Flat = tuple[Any, ...]

_LEAF = ""
_NO_CONTAINERS = frozenset(("view", "sequence"))
_TENSORS = (EagerTensor, TrackedTensor)


def _category(value: Any) -> str:
    category = nest._class_category(type(value))
    if category in _NO_CONTAINERS and not isinstance(value, tuple):
        return _LEAF
    return _LEAF if type(value) is SparseTensorValue else category


def is_nested(value: Any) -> bool:
    """Whether a value is a container: a tuple, a mapping or an instance of an attrs class."""
    return _category(value) is not _LEAF


def flatten(structure: Any) -> list[Any]:
    """The leaves of a structure in order."""
    category = _category(structure)
    if category is _LEAF:
        return [structure]
    return [leaf for item in nest._items(structure, category) for leaf in flatten(item)]


def pack(structure: Any, flat: Iterable[Any]) -> Any:
    """Arranges leaves like `structure`."""
    return _pack(structure, iter(flat))


def _pack(structure: Any, flat: Any) -> Any:
    category = _category(structure)
    if category is _LEAF:
        return next(flat)
    items = [_pack(item, flat) for item in nest._items(structure, category)]
    return nest._rebuild(structure, category, items)


def map_structure(function: Callable[..., Any], *structures: Any) -> Any:
    """Applies a function to the corresponding leaves of structures."""
    return pack(structures[0], map(function, *map(flatten, structures)))


def packer(structure: Any) -> Callable[[Flat], Any]:
    """A function that arranges flat elements like `structure`, for many elements."""
    category = _category(structure)
    if category is _LEAF:
        return _only
    if type(structure) is tuple and not any(map(is_nested, structure)):
        return _same
    if type(structure) is dict and not any(map(is_nested, structure.values())):
        places = {key: place for place, key in enumerate(sorted(structure))}
        keyed = [(key, places[key]) for key in structure]
        return lambda flat: {key: flat[place] for key, place in keyed}
    return lambda flat: _pack(structure, iter(flat))


def _only(flat: Flat) -> Any:
    return flat[0]


def _same(flat: Flat) -> Flat:
    return flat


def same_shape(one: Any, two: Any) -> bool:
    """Whether two structures have the same containers."""
    category = _category(one)
    if category != _category(two):
        return False
    if category is _LEAF:
        return True
    if category == "mapping":
        if sorted(one) != sorted(two):
            return False
    elif type(one) is not type(two) and category != "namedtuple":
        return False
    ones, twos = list(nest._items(one, category)), list(nest._items(two, category))
    return len(ones) == len(twos) and all(map(same_shape, ones, twos))


def flatten_up_to(shallow: Any, structure: Any) -> list[Any]:
    """The parts of `structure` at the leaves of `shallow`.

    Raises:
      TypeError, ValueError: if `structure` does not have the containers of `shallow`.
    """
    category = _category(shallow)
    if category is _LEAF:
        return [structure]
    if not is_nested(structure):
        raise TypeError(
            "If shallow structure is a sequence, input must also be a sequence. Input has type: "
            f"'{type(structure).__name__}'."
        )
    if category != "mapping" and type(shallow) is not type(structure):
        raise TypeError(
            "The two structures don't have the same sequence type. Input structure has type "
            f"'{type(structure).__name__}', while shallow structure has type "
            f"'{type(shallow).__name__}'."
        )
    if len(structure) != len(shallow):
        raise ValueError(
            "The two structures don't have the same sequence length. Input structure has length "
            f"{len(structure)}, while shallow structure has length {len(shallow)}."
        )
    if category == "mapping" and set(structure) != set(shallow):
        raise ValueError(
            "The two structures don't have the same keys. Input structure has keys "
            f"{list(structure)}, while shallow structure has keys {list(shallow)}."
        )
    parts = zip(nest._items(shallow, category), nest._items(structure, category), strict=True)
    return [leaf for one, two in parts for leaf in flatten_up_to(one, two)]


# -- values and specs ---------------------------------------------------------------------------


def component(value: Any) -> Any:
    """A leaf as a component of an element: converted to a tensor unless it has a type of its own.

    Raises:
      ValueError, TypeError: if the value does not convert.
    """
    cls = type(value)
    if value is None:
        return value
    if cls in _TENSORS:
        return _in_host_memory(value)
    if isinstance(value, Variable):
        return _in_host_memory(value.read_value())
    if hasattr(cls, "_type_spec") or hasattr(cls, "_with_components"):
        return (
            nest.map_structure(_in_host_memory, value, expand_composites=True)
            if device_count()
            else value
        )
    if cls is SparseTensorValue:
        return SparseTensor(*value)
    if cls is list and is_held(_first_leaf(value)):
        spec = describe(value)
        if hasattr(spec, "_nested"):
            return spec._nested(value)
    return to_tensor(value)


def _first_leaf(value: Any) -> Any:
    while type(value) is list and value:
        value = value[0]
    return value


def _in_host_memory(tensor: EagerTensor) -> EagerTensor:
    """A component where datasets are computed: in host memory."""
    payload = getattr(tensor, "_t", None)
    if not isinstance(payload, torch.Tensor) or not is_accelerator(payload.device.type):
        return tensor
    return EagerTensor(payload.detach().cpu())


def normalized(element: Any) -> Any:
    """An element whose leaves are components."""
    return pack(element, [component(leaf) for leaf in flatten(element)])


def component_spec(value: Any) -> Any:
    """The spec of a component of an element."""
    if type(value) in _TENSORS:
        return TensorSpec(value.shape, value.dtype)
    if value is None:
        return NoneTensorSpec()
    spec = describe(value)
    if spec is None:
        raise TypeError(f"Could not build a `TypeSpec` for {value!r} with type {cls_name(value)}")
    return spec


def cls_name(value: Any) -> str:
    """The name of a value's class."""
    return type(value).__name__


def spec_of(element: Any) -> Any:
    """The structure of specs that describes a normalized element."""
    return map_structure(component_spec, element)


def tensor_count(spec: Any) -> int:
    """How many tensors TensorFlow passes for an element with this structure of specs."""
    count = 0
    for leaf in flatten(spec):
        if not isinstance(leaf, NoneTensorSpec):
            count += 1
    return count


def is_compatible(spec: Any, element_spec: Any) -> bool:
    """Whether elements of `element_spec` fit `spec`."""
    return same_shape(spec, element_spec) and all(
        one.is_compatible_with(two)
        for one, two in zip(flatten(spec), flatten(element_spec), strict=True)
    )


def common_spec(one: Any, two: Any) -> Any:
    """The narrowest structure of specs that covers both, or None if there is none."""
    if not same_shape(one, two):
        return None
    merged = []
    for first, second in zip(flatten(one), flatten(two), strict=True):
        common = first.most_specific_common_supertype([second])
        if common is None:
            return None
        merged.append(common)
    return pack(one, merged)


def check_specs(value: Any, what: str) -> None:
    """Raises TypeError if a leaf of a structure is not a `tf.TypeSpec`."""
    for leaf in flatten(value):
        if not isinstance(leaf, TypeSpec):
            raise TypeError(
                f"`{what}` must contain objects that are subclass of `tf.TypeSpec` but found "
                f"{type(leaf)} which is not."
            )


def as_components(value: Any) -> tuple[Any, Flat]:
    """The structure of specs and the flat form of a value given by the program."""
    leaves = [component(leaf) for leaf in flatten(value)]
    return pack(value, map(component_spec, leaves)), tuple(leaves)
