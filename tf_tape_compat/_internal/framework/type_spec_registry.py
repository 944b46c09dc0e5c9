"""`tensorflow.python.framework.type_spec_registry`: names of classes of specs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from ..._core.types.tensor_spec import TensorSpec
from ..._core.types.type_spec import TypeSpec
from ..._core.variables.sparse_tensor import SparseTensorSpec
from ..._extension.types import ExtensionType
from ..._ragged.spec import RaggedTensorSpec

_TYPE_SPEC_TO_NAME: dict[type, str] = {}
_NAME_TO_TYPE_SPEC: dict[str, type] = {}
_NAME = re.compile(r"^(\w+\.)+\w+$")


def register(name: str) -> Callable[[Any], Any]:
    """A decorator that gives a class of specs a name such as "my_project.MySpec".

    Raises:
      TypeError: if the name is not a str, or the class is no `tf.TypeSpec`.
      ValueError: if the name has another form or is taken, or the class has one.
    """
    if not isinstance(name, str):
        raise TypeError(f"Expected `name` to be a string; got {name!r}")
    if not _NAME.match(name):
        raise ValueError(
            "Registered name must have the form '{project_name}.{type_name}' (e.g. "
            f"'my_project.MyTypeSpec'); got {name!r}."
        )

    def decorate(cls: Any) -> Any:
        if not (isinstance(cls, type) and issubclass(cls, TypeSpec)):
            raise TypeError(f"Expected `cls` to be a TypeSpec; got {cls!r}")
        if cls in _TYPE_SPEC_TO_NAME:
            raise ValueError(
                f"Class {cls.__module__}.{cls.__name__} has already been registered with name "
                f"{_TYPE_SPEC_TO_NAME[cls]}."
            )
        if name in _NAME_TO_TYPE_SPEC:
            other = _NAME_TO_TYPE_SPEC[name]
            raise ValueError(
                f"Name {name} has already been registered for class "
                f"{other.__module__}.{other.__name__}."
            )
        _TYPE_SPEC_TO_NAME[cls] = name
        _NAME_TO_TYPE_SPEC[name] = cls
        return cls

    return decorate


def _extension_specs(cls: type = ExtensionType) -> Iterator[tuple[type, str]]:
    """The classes of specs of extension types that are given names by their bodies."""
    subclass: Any
    for subclass in cls.__subclasses__():
        name = vars(subclass).get("__name__")
        if isinstance(name, str):
            yield subclass.Spec, f"{name}.Spec"
        yield from _extension_specs(subclass)


def get_name(cls: Any) -> str:
    """The name of a registered class."""
    if not (isinstance(cls, type) and issubclass(cls, TypeSpec)):
        raise TypeError(f"Expected `cls` to be a TypeSpec; got {cls!r}")
    if cls not in _TYPE_SPEC_TO_NAME:
        for spec, name in _extension_specs():
            if spec is cls:
                return name
        raise ValueError(f"TypeSpec {cls.__module__}.{cls.__name__} has not been registered.")
    return _TYPE_SPEC_TO_NAME[cls]


def lookup(name: str) -> type:
    """The class with a registered name."""
    if not isinstance(name, str):
        raise TypeError(f"Expected `name` to be a string; got {name!r}")
    if name not in _NAME_TO_TYPE_SPEC:
        for spec, spec_name in _extension_specs():
            if spec_name == name:
                return spec
        raise ValueError(f"No TypeSpec has been registered with name {name!r}")
    return _NAME_TO_TYPE_SPEC[name]


for _spec in (TensorSpec, SparseTensorSpec, RaggedTensorSpec):
    register(f"tf.{_spec.__name__}")(_spec)
