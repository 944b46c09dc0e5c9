"""`tf.Module`: collects the variables and submodules among an object's attributes."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .. import nest
from .._api.shown_modules import shown_in
from .._core.recording.execution_context import current_context, name_scope
from .._core.variables.auto_trackable import AutoTrackable
from .._core.variables.variable import Variable

_IDENTIFIER = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_WORD = re.compile(r"(?<=[a-z0-9])([A-Z])|(?!^)([A-Z])(?=[a-z])")


def _snake_case(name: str) -> str:
    return _WORD.sub(lambda match: f"_{match[0]}", name).lower()


class Module(AutoTrackable):
    """A container of variables and other modules. Implements `tf.Module`.

    Args:
      name: a Python identifier that names the module and its scope; the class name, in snake case,
        by default.

    Raises:
      ValueError: if `name` is not an identifier.
    """

    # Attributes that are not searched.
    _TF_MODULE_IGNORED_PROPERTIES: frozenset[str] = frozenset(("_name_scope", "_self_tracking"))

    _name: str
    _name_scope: name_scope

    def __init__(self, name: str | None = None) -> None:
        if name is None:
            name = _snake_case(type(self).__name__)
        elif not _IDENTIFIER.fullmatch(name):
            raise ValueError(
                f"{name!r} is not a valid module name. Module names must be valid Python "
                "identifiers (e.g. a valid class name)."
            )
        self._name = name
        self._name_scope = name_scope(f"{current_context.scope}{name}/")

    @property
    def name(self) -> str:
        """The name of the module."""
        return self._name

    @property
    def name_scope(self) -> name_scope:
        """The name scope of this module, a context manager."""
        return self._name_scope

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The variables of this module and its submodules, sorted by attribute name."""
        return tuple(self._flatten(predicate=_is_variable))

    @property
    def trainable_variables(self) -> tuple[Variable, ...]:
        """The variables that are trainable."""
        return tuple(self._flatten(predicate=_is_trainable))

    @property
    def non_trainable_variables(self) -> tuple[Variable, ...]:
        """The variables that are not trainable."""
        return tuple(self._flatten(predicate=_is_not_trainable))

    @property
    def submodules(self) -> tuple[Module, ...]:
        """The modules among the attributes of this one and, recursively, of its submodules."""
        return tuple(self._flatten(predicate=_is_module))

    def _flatten(
        self,
        recursive: bool = True,
        predicate: Callable[[Any], bool] | None = None,
        attribute_traversal_key: Callable[[str], Any] | None = None,
        with_path: bool = False,
        expand_composites: bool = False,
    ) -> Iterator[Any]:
        """The leaves of all attributes: each once, or with every path to it if `with_path`."""
        walk = _Walk(recursive, predicate, attribute_traversal_key, with_path, expand_composites)
        return walk.leaves(self, ())

    @classmethod
    def with_name_scope(cls, method: Callable[..., Any]) -> Callable[..., Any]:
        """Decorates a method to run in the name scope of its module."""

        @functools.wraps(method)
        def scoped(self: Any, *args: Any, **kwargs: Any) -> Any:
            with self.name_scope:
                return method(self, *args, **kwargs)

        return scoped


def _is_variable(leaf: Any) -> bool:
    return isinstance(leaf, Variable)


def _is_trainable(value: Any) -> bool:
    return isinstance(value, Variable) and value.trainable


def _is_not_trainable(value: Any) -> bool:
    return isinstance(value, Variable) and not value.trainable


def _is_module(leaf: Any) -> bool:
    return isinstance(leaf, Module)


class _Walk:
    """A traversal of the attributes of a module and its submodules."""

    def __init__(
        self,
        recursive: bool,
        predicate: Callable[[Any], bool] | None,
        key: Callable[[str], Any] | None,
        with_path: bool,
        expand_composites: bool,
    ) -> None:
        self.recursive = recursive
        self.predicate = predicate
        self.key = key
        self.with_path = with_path
        self.expand_composites = expand_composites
        self.seen: set[int] = set()
        self.path: list[Module] = []

    def leaves(self, module: Module, prefix: tuple[Any, ...]) -> Iterator[Any]:
        """The leaves of a module, then those of its submodules."""
        if not self.path:
            self.seen.add(id(module))
        descend = self.recursive and all(module is not other for other in self.path)
        submodules: list[tuple[tuple[Any, ...], Module]] = []
        attributes = vars(module)
        for key in sorted(attributes, key=self.key):
            if key in module._TF_MODULE_IGNORED_PROPERTIES or key == "_self_tracking":
                continue
            value = attributes[key]
            try:
                leaves = list(_leaves(value, (key,), self.expand_composites))
            except Exception as error:
                raise ValueError(f"Error processing property {key!r} of {value!r}") from error
            for path, leaf in leaves:
                if not self.with_path:
                    if id(leaf) in self.seen:
                        continue
                    self.seen.add(id(leaf))
                if self.predicate is None or self.predicate(leaf):
                    yield (prefix + path, leaf) if self.with_path else leaf
                if descend and _is_module(leaf):
                    submodules.append((prefix + path, leaf))
        self.path.append(module)
        for path, submodule in submodules:
            yield from self.leaves(submodule, path)
        self.path.pop()


def _leaves(value: Any, path: tuple[Any, ...], expand: bool) -> Iterator[tuple[Any, Any]]:
    """The leaves of a structure with their paths."""
    if expand and hasattr(type(value), "_with_components") and not _is_variable(value):
        for number, component in enumerate(value._components()):
            yield from _leaves(component, (*path, type(value).__name__, number), expand)
    elif not nest.is_nested(value):
        yield path, value
    elif isinstance(value, Mapping):
        for key in sorted(value):
            yield from _leaves(value[key], (*path, key), expand)
    elif hasattr(type(value), "__attrs_attrs__"):
        for attribute in type(value).__attrs_attrs__:
            yield from _leaves(getattr(value, attribute.name), (*path, attribute.name), expand)
    elif hasattr(value, "_fields"):
        for key in value._fields:
            yield from _leaves(getattr(value, key), (*path, key), expand)
    else:
        for number, item in enumerate(value):
            yield from _leaves(item, (*path, number), expand)


shown_in("tensorflow.python.module.module", Module)
