"""`tf.experimental.ExtensionType`: user-defined classes of tensors, declared by annotations."""

from __future__ import annotations

import typing
from typing import Any

from .. import nest
from .._core.tensor.tensor import Tensor
from .._ops.array.joining import stack
from .._ops.math.comparison import equal
from .._ops.math.logical import logical_not
from .._ops.math.reductions import reduce_all
from .fields import Field, NoDefault, field
from .immutable import Immutable
from .metaclass import ExtensionTypeMeta


class ExtensionType(Immutable, metaclass=ExtensionTypeMeta):
    """The base of user-defined classes made of tensors. Implements `tf.experimental.ExtensionType`.

    A subclass has annotated fields: tensors, composite tensors, numbers, strings, None, shapes,
    dtypes, and Tuple, Mapping and Union of these. Its constructor takes the fields in order and
    converts them; `__validate__` may check them. Instances are immutable. `Spec` is the class of
    their specs.

    Raises:
      TypeError: when a subclass has a field with an unsupported annotation.
      ValueError: when a subclass has a field with a reserved name or without an annotation.
    """

    Spec: typing.ClassVar[Any]

    _counts_as_tensor = False  # for tf.is_tensor
    _tf_extension_type_is_batchable = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if type(self) is ExtensionType:
            raise AssertionError(
                "Cannot create an instance of ExtensionType because ExtensionType is an abstract "
                "base class."
            )

    @classmethod
    def _tf_extension_type_fields(cls) -> tuple[Field, ...]:
        if "_cached_fields" in cls.__dict__:
            return cls.__dict__["_cached_fields"]
        complete = True
        try:
            hints = typing.get_type_hints(cls)
        except (NameError, AttributeError):  # refers to a class that is not defined yet
            complete, hints = False, {}
            for base in reversed(cls.__mro__):
                hints.update(base.__dict__.get("__annotations__", {}))
        hints.pop("Spec", None)
        fields = tuple(
            field(name, annotation, getattr(cls, name, NoDefault))
            for name, annotation in hints.items()
        )
        if complete:
            cls._cached_fields = fields  # type: ignore[attr-defined]
        return fields

    def __repr__(self) -> str:
        fields = ", ".join(
            f"{item.name}={getattr(self, item.name)!r}" for item in self._tf_extension_type_fields()
        )
        return f"{type(self).__qualname__}({fields})"

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __eq__(self, other: object) -> Any:
        if type(self) is not type(other) or self._type_spec != other._type_spec:
            return False
        pairs = zip(*(nest.flatten(x, expand_composites=True) for x in (self, other)), strict=True)
        comparisons = [x.shape == y.shape and reduce_all(equal(x, y)) for x, y in pairs]
        return reduce_all(stack(comparisons))

    def __ne__(self, other: object) -> Any:
        is_equal = self.__eq__(other)
        return logical_not(is_equal) if isinstance(is_equal, Tensor) else not is_equal

    __hash__ = None  # type: ignore[assignment]

    @property
    def _type_spec(self) -> Any:
        return self.Spec.from_value(self)

    def __tf_tracing_type__(self, _: Any) -> Any:
        return self._type_spec

    def _components(self) -> tuple[Any, ...]:
        return self._type_spec._to_components(self)

    def _with_components(self, components: Any) -> Any:
        return self._type_spec._from_components(components)


class BatchableExtensionType(ExtensionType):
    """An extension type whose values `tf.map_fn` can unstack and stack.

    Implements `tf.experimental.BatchableExtensionType`. By default the first axis of each field is
    the batch axis; `__batch_encoder__` can change that.
    """

    _is_base = True
    _tf_extension_type_is_batchable = True


def as_dict(value: Any) -> dict[str, Any]:
    """The fields by name. Implements `tf.experimental.extension_type.as_dict`.

    Fields that are extension types are not converted.
    """
    return {item.name: getattr(value, item.name) for item in value._tf_extension_type_fields()}
