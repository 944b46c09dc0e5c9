"""Which function computes an operation on operators of given classes.

A module registers how its operators combine with others, so that the base class need not know
its subclasses:

    @MATMUL.register(LinearOperatorDiag, LinearOperatorDiag)
    def _multiply_diagonals(left, right): ...
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any, TypeVar

_Function = TypeVar("_Function", bound=Callable[..., Any])


class OperatorRegistry:
    """The implementations of one operation, by the classes of its operands."""

    def __init__(self) -> None:
        self._registered: dict[tuple[type, ...], Callable[..., Any]] = {}
        self._resolved: dict[tuple[type, ...], Callable[..., Any]] = {}

    def register(self, *classes: type) -> Callable[[_Function], _Function]:
        """Decorates the implementation for operands of these classes and their subclasses."""

        def decorator(implementation: _Function) -> _Function:
            self._registered[classes] = implementation
            self._resolved.clear()
            return implementation

        return decorator

    def find(self, *classes: type) -> Callable[..., Any]:
        """The implementation for operands of these classes. Raises KeyError if there is none.

        Of several, the one for the closest base of the first class wins, then that of the second.
        """
        implementation = self._resolved.get(classes)
        if implementation is None:
            candidates = product(*(cls.__mro__ for cls in classes))
            for candidate in candidates:
                if candidate in self._registered:
                    implementation = self._resolved[classes] = self._registered[candidate]
                    return implementation
            raise KeyError(classes)
        return implementation


ADJOINT = OperatorRegistry()
CHOLESKY = OperatorRegistry()
INVERSE = OperatorRegistry()
MATMUL = OperatorRegistry()
SOLVE = OperatorRegistry()
