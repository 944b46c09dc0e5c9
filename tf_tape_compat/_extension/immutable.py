"""The base of extension types and their specs: objects that only their constructor may change."""

from __future__ import annotations

from typing import Any

from .fields import Field, convert_fields

IN_CONSTRUCTOR = "_tf_extension_type_in_constructor"


def new_instance(cls: Any, fields: Any) -> Any:
    """Creates an instance with these fields without calling its constructor."""
    value = object.__new__(cls)
    value.__dict__.update(fields)
    return value


class Immutable:
    """An object whose fields only its constructor may set."""

    _is_spec = False

    @classmethod
    def _tf_extension_type_fields(cls) -> tuple[Field, ...]:
        raise NotImplementedError

    @classmethod
    def _has_field(cls, name: str) -> bool:
        return any(name == item.name for item in cls._tf_extension_type_fields())

    def _convert(self) -> None:
        convert_fields(self._tf_extension_type_fields(), self.__dict__, self._is_spec)
        self.__validate__()

    def __validate__(self) -> None:
        """Called after construction. A subclass may raise here if the fields are inconsistent."""

    def _check_mutation(self, name: str) -> None:
        if IN_CONSTRUCTOR not in self.__dict__ or not self._has_field(name):
            base = "ExtensionTypeSpec" if self._is_spec else "ExtensionType"
            raise AttributeError(
                f"Cannot mutate attribute `{name}` outside the custom constructor of {base}."
            )

    def __setattr__(self, name: str, value: Any) -> None:
        self._check_mutation(name)
        self.__dict__[name] = value

    def __delattr__(self, name: str) -> None:
        self._check_mutation(name)
        del self.__dict__[name]
