"""The metaclass of extension types: checks their fields, adds a constructor and the spec class."""

from __future__ import annotations

import functools
import inspect
from abc import ABCMeta
from typing import Any

from .. import nest
from .._core.op import dispatch
from .._core.types.type_spec import TypeSpec
from .._ops.array.identity import identity, stop_gradient
from .fields import NoDefault, is_reserved
from .immutable import IN_CONSTRUCTOR, Immutable
from .specs import BatchableExtensionTypeSpec, ExtensionTypeSpec


class ExtensionTypeMeta(ABCMeta):
    """Completes each class of extension types except the bases."""

    def __init__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> None:
        if bases and bases[0] is not Immutable and not namespace.get("_is_base"):
            _check_names(cls)
            _add_constructor(cls)
            _add_spec(cls)
            dispatch.composite_handlers[cls] = _handle
            dispatch.activate()
        super().__init__(name, bases, namespace)


def _handle(function: Any, arguments: dict[str, Any]) -> Any:
    """The dispatch handler of extension types: only copying functions accept them."""
    if getattr(function, "base", function) not in (identity, stop_gradient):
        return NotImplemented
    return nest.map_structure(function, arguments["input"], expand_composites=True)


def _check_names(cls: Any) -> None:
    """Raises ValueError if a field has a reserved name or lacks an annotation."""
    annotations = cls.__dict__.get("__annotations__", {})
    invalid = f"The field annotations for {cls.__name__} are invalid. "
    spec = cls.__dict__.get("Spec")
    if spec is not None:
        if not isinstance(spec, type):
            raise ValueError(f"{cls.__qualname__}.Spec must be a nested class; got {spec}.")
        if spec.__bases__ not in ((TypeSpec,), (object,)):
            raise ValueError(
                f"{cls.__qualname__}.Spec must be directly subclassed from tf.TypeSpec."
            )
    for name in (*cls.__dict__, *annotations):
        if is_reserved(name) and (name != "Spec" or name in annotations):
            raise ValueError(f"{invalid}Field '{name}' is reserved.")
    for name, value in cls.__dict__.items():
        special = name.startswith("_abc_") or (name.startswith("__") and name.endswith("__"))
        if name in annotations or special or callable(value):
            continue
        if not isinstance(value, (property, classmethod, staticmethod)):
            raise ValueError(f"{invalid}Field {name} is missing a type annotation.")


def _add_constructor(cls: Any) -> None:
    """Wraps the constructor of the class, or adds one that takes the fields."""
    user_constructor = cls.__dict__.get("__init__")
    if user_constructor is not None:

        @functools.wraps(user_constructor)
        def wrapped_constructor(self: Any, *args: Any, **kwargs: Any) -> None:
            self.__dict__[IN_CONSTRUCTOR] = True
            user_constructor(self, *args, **kwargs)
            del self.__dict__[IN_CONSTRUCTOR]
            self._convert()

        cls.__init__ = wrapped_constructor
        return

    kind: Any = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters, has_default = [], False
    for item in cls._tf_extension_type_fields():
        default = inspect.Parameter.empty
        if not cls._is_spec and item.default is not NoDefault:
            default, has_default = item.default, True
        elif has_default:  # a required field after one with a default
            kind = inspect.Parameter.KEYWORD_ONLY
        annotation = inspect.Parameter.empty if cls._is_spec else item.annotation
        parameters.append(
            inspect.Parameter(item.name, kind, default=default, annotation=annotation)
        )
    signature = inspect.Signature(parameters)

    def constructor(self: Any, *args: Any, **kwargs: Any) -> None:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        self.__dict__.update(bound.arguments)
        self._convert()

    self_parameter = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    constructor.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [self_parameter, *parameters], return_annotation=cls
    )
    constructor.__name__ = "__init__"
    cls.__init__ = constructor


def _add_spec(cls: Any) -> None:
    """Adds the spec class, extended by the attributes of a `Spec` class defined by the user."""
    qualname = f"{cls.__qualname__}.Spec"
    namespace = {"value_type": cls, "__module__": cls.__module__}
    user_spec = cls.__dict__.get("Spec")
    for name, value in vars(user_spec).items() if user_spec is not None else ():
        if is_reserved(name):
            raise ValueError(f"TypeSpec {qualname} uses reserved name '{name}'.")
        if cls._has_field(name):
            raise ValueError(
                f"TypeSpec {qualname} defines a variable '{name}' which shadows a field in "
                f"{cls.__qualname__}"
            )
        if name not in ("__module__", "__dict__", "__weakref__"):
            namespace[name] = value
    base: Any = ExtensionTypeSpec
    if cls._tf_extension_type_is_batchable:
        base = BatchableExtensionTypeSpec
        if hasattr(cls, "__batch_encoder__"):
            namespace.setdefault("__batch_encoder__", cls.__batch_encoder__)
    elif hasattr(cls, "__batch_encoder__") or "__batch_encoder__" in namespace:
        raise ValueError(
            "__batch_encoder__ should only be defined for BatchableExtensionType classes."
        )
    spec = type(base)(f"{cls.__name__}.Spec", (base,), namespace)
    spec.__qualname__ = qualname
    _add_constructor(spec)
    dispatch.composite_handlers[spec] = _handle
    cls.Spec = spec
