"""The properties of an operator that need no computation: hints, dtype, name and shape."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from .. import nest
from .._core.op.dispatch import composite_handlers
from .._core.tensor.convert import to_tensor
from .._core.types.dtype import as_dtype
from .._functions.module import Module
from . import spec, support

# How functions such as `tf.linalg.det` treat operators: by function, called with its arguments by
# name. Filled in by dispatch.py.
implementations: dict[Any, Callable[..., Any]] = {}


def _handle(function: Any, arguments: dict[str, Any]) -> Any:
    """The dispatch handler of operators, see _core/op/dispatch.py."""
    implementation = implementations.get(getattr(function, "base", function))
    return NotImplemented if implementation is None else implementation(**arguments)


class OperatorProperties(Module, ABC):
    """The part of `LinearOperator` that computes nothing."""

    _counts_as_tensor = False  # to tf.is_tensor

    # The constructor arguments that rebuild the operator, and those of them that are static sizes;
    # see spec.py.
    _composite_tensor_fields: tuple[str, ...] = ()
    _composite_tensor_prefer_static_fields: tuple[str, ...] = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        composite_handlers[cls] = _handle

    _square_hint: bool | None
    _dtype: Any
    _is_non_singular: bool | None
    _is_self_adjoint: bool | None
    _is_positive_definite: bool | None
    _parameters: Any
    _constructor_arguments: tuple[tuple[Any, ...], dict[str, Any]] = ((), {})
    _TF_MODULE_IGNORED_PROPERTIES = frozenset(
        ("_name_scope", "_constructor_arguments", "_parameters")
    )

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        self = super().__new__(cls)
        vars(self)["_constructor_arguments"] = (args, kwargs)  # bypasses attribute tracking
        return self

    def __init__(
        self,
        dtype: Any,
        graph_parents: Any = None,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str | None = None,
        parameters: Any = None,
    ) -> None:
        if is_positive_definite:
            if is_non_singular is False:
                raise ValueError("A positive definite matrix is always non-singular.")
            is_non_singular = True
        for hint, adjective in (
            (is_non_singular, "non-singular"),
            (is_self_adjoint, "self-adjoint"),
        ):
            if hint:
                if is_square is False:
                    raise ValueError(f"A {adjective} matrix is always square.")
                is_square = True
        self._graph_parents = [] if graph_parents is None else list(graph_parents)
        vars(self).update(  # bypasses attribute tracking
            _square_hint=is_square,
            _dtype=as_dtype(dtype) if dtype else dtype,
            _is_non_singular=is_non_singular,
            _is_self_adjoint=is_self_adjoint,
            _is_positive_definite=is_positive_definite,
            _parameters=parameters,
            _name=name or type(self).__name__,
        )

    # -- hints and other properties -------------------------------------------------------------

    @property
    def parameters(self) -> dict[str, Any]:
        """The constructor arguments by name."""
        if self._parameters is not None:
            return dict(self._parameters)
        args, kwargs = self._constructor_arguments
        bound = inspect.signature(type(self).__init__).bind(self, *args, **kwargs)
        bound.apply_defaults()
        return dict(list(bound.arguments.items())[1:])

    @property
    def dtype(self) -> Any:
        """The dtype of the matrix."""
        return self._dtype

    @property
    def name(self) -> str:
        """The name of the operator."""
        return self._name

    @property
    def graph_parents(self) -> list[Any]:
        """The `graph_parents` argument."""
        return self._graph_parents

    @property
    def is_non_singular(self) -> bool | None:
        """Whether the matrix has an inverse; None if unknown."""
        return self._is_non_singular

    @property
    def is_self_adjoint(self) -> bool | None:
        """Whether the matrix is its own adjoint; None if unknown."""
        return self._is_self_adjoint

    @property
    def is_positive_definite(self) -> bool | None:
        """Whether the real part of `x^H A x` is positive for every nonzero `x`; None if unknown."""
        return self._is_positive_definite

    @property
    def is_square(self) -> bool | None:
        """Whether there are as many rows as columns. Raises ValueError if the hint is wrong."""
        square = self.domain_dimension == self.range_dimension
        if self._square_hint is False and square:
            raise ValueError("User set is_square hint to False, but the operator was square.")
        return square if self._square_hint is None else self._square_hint

    def _hints(self) -> dict[str, Any]:
        """The hints that the adjoint and the inverse share."""
        return {
            "is_non_singular": self.is_non_singular,
            "is_self_adjoint": self.is_self_adjoint,
            "is_positive_definite": self.is_positive_definite,
            "is_square": True,
        }

    # -- as a composite tensor, see nest.py and spec.py -----------------------------------------

    @property
    def _type_spec(self) -> Any:
        return spec.spec_of(self)

    def __tf_tracing_type__(self, context: Any) -> Any:
        return self._type_spec.__tf_tracing_type__(context)

    def _components(self) -> tuple[Any, ...]:
        return (self._type_spec._to_components(self),)

    def _with_components(self, components: Any) -> Any:
        return self._type_spec._from_components(components[0])

    def _convert_variables_to_tensors(self) -> Any:
        return nest.map_structure(to_tensor, self, expand_composites=True)

    def _gradient_parts(self) -> list[Any]:
        return nest.flatten(self, expand_composites=True)

    def _with_gradients(self, gradients: list[Any]) -> Any:
        return spec.gradient_of(self, iter(gradients))

    # -- shape ----------------------------------------------------------------------------------

    @abstractmethod
    def _shape(self) -> Any:
        raise NotImplementedError("_shape is not implemented.")

    def _shape_tensor(self) -> Any:
        return support.shape_tensor(self.shape)

    @property
    def shape(self) -> Any:
        """The batch axes, the rows and the columns, as a `tf.TensorShape`."""
        return self._shape()

    def shape_tensor(self, name: str = "shape_tensor") -> Any:
        """`shape` as a tensor."""
        return support.shape_tensor(self.shape)

    @property
    def batch_shape(self) -> Any:
        """The batch axes, as a `tf.TensorShape`."""
        return self.shape[:-2]

    def batch_shape_tensor(self, name: str = "batch_shape_tensor") -> Any:
        """`batch_shape` as a tensor."""
        return support.shape_tensor(self.batch_shape)

    @property
    def tensor_rank(self) -> Any:
        """The number of axes."""
        return self.shape.rank

    def tensor_rank_tensor(self, name: str = "tensor_rank_tensor") -> Any:
        """`tensor_rank` as a tensor."""
        return to_tensor(self.tensor_rank)

    @property
    def domain_dimension(self) -> Any:
        """The number of columns, as a `Dimension`."""
        return self.shape.dims[-1]

    def domain_dimension_tensor(self, name: str = "domain_dimension_tensor") -> Any:
        """`domain_dimension` as a tensor."""
        return to_tensor(self.shape[-1])

    @property
    def range_dimension(self) -> Any:
        """The number of rows, as a `Dimension`."""
        return self.shape.dims[-2]

    def range_dimension_tensor(self, name: str = "range_dimension_tensor") -> Any:
        """`range_dimension` as a tensor."""
        return to_tensor(self.shape[-2])

    def _can_use_cholesky(self) -> bool | None:
        return self.is_self_adjoint and self.is_positive_definite
