"""`Dimension`: a size of a shape as in TensorFlow 1, which `TensorShape.dims` still uses."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, NoReturn


class Dimension:
    """Implements `tf.compat.v1.Dimension`: one size of a `TensorShape`, or None where unknown.

    `TensorShape.dims` returns these. Arithmetic with an unknown dimension gives an unknown one,
    and comparison with it gives None.
    """

    __slots__ = ("_value",)

    def __init__(self, value: Any) -> None:
        self._value = size_of(value)

    @property
    def value(self) -> int | None:
        """The size, or None."""
        return self._value

    def is_compatible_with(self, other: Any) -> bool:
        """Whether the two are equal or either is unknown."""
        value = size_of(other)
        return self._value is None or value is None or self._value == value

    def assert_is_compatible_with(self, other: Any) -> None:
        """Raises ValueError unless `is_compatible_with(other)`."""
        if not self.is_compatible_with(other):
            raise ValueError(f"Dimensions {self} and {other} are not compatible")

    def merge_with(self, other: Any) -> Dimension:
        """Combines what is known from both. Raises ValueError if they contradict."""
        other = _as_dimension(other)
        self.assert_is_compatible_with(other)
        return Dimension(other if self._value is None else self._value)

    def __repr__(self) -> str:
        return f"Dimension({self._value})"

    def __str__(self) -> str:
        return "?" if self._value is None else str(self._value)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __int__(self) -> int:
        return self._value  # type: ignore[return-value]  # None: Python's own TypeError

    __index__ = __int__

    def __reduce__(self) -> tuple[Any, ...]:
        return Dimension, (self._value,)

    def _compare(self, other: Any, compare: Callable[[Any, Any], bool]) -> Any:
        value = size_of(other)
        return None if self._value is None or value is None else compare(self._value, value)

    def __eq__(self, other: object) -> Any:
        try:
            return self._compare(other, operator.eq)
        except (TypeError, ValueError):
            return NotImplemented

    def __ne__(self, other: object) -> Any:
        try:
            return self._compare(other, operator.ne)
        except (TypeError, ValueError):
            return NotImplemented

    __hash__ = None  # type: ignore[assignment]  # equality has three outcomes

    def __lt__(self, other: Any) -> Any:
        return self._compare(other, operator.lt)

    def __le__(self, other: Any) -> Any:
        return self._compare(other, operator.le)

    def __gt__(self, other: Any) -> Any:
        return self._compare(other, operator.gt)

    def __ge__(self, other: Any) -> Any:
        return self._compare(other, operator.ge)

    def _combine(self, other: Any, combine: Callable[[int, int], int]) -> Dimension:
        value = size_of(other)
        if self._value is None or value is None:
            return Dimension(None)
        return Dimension(combine(self._value, value))

    def _try_combine(self, other: Any, combine: Callable[[int, int], int]) -> Any:
        try:
            other = _as_dimension(other)
        except (TypeError, ValueError):
            return NotImplemented
        return self._combine(other, combine)

    def __add__(self, other: Any) -> Any:
        return self._try_combine(other, operator.add)

    def __sub__(self, other: Any) -> Any:
        return self._try_combine(other, operator.sub)

    def __mul__(self, other: Any) -> Any:
        return self._try_combine(other, operator.mul)

    def __floordiv__(self, other: Any) -> Any:
        return self._try_combine(other, operator.floordiv)

    def __mod__(self, other: Any) -> Dimension:
        return self._combine(other, operator.mod)

    def __radd__(self, other: Any) -> Any:
        return self + other

    def __rmul__(self, other: Any) -> Any:
        return self * other

    def __rsub__(self, other: Any) -> Dimension:
        return _as_dimension(other)._combine(self, operator.sub)

    def __rfloordiv__(self, other: Any) -> Dimension:
        return _as_dimension(other)._combine(self, operator.floordiv)

    def __rmod__(self, other: Any) -> Dimension:
        return _as_dimension(other)._combine(self, operator.mod)

    def __truediv__(self, other: Any) -> NoReturn:
        raise TypeError(
            f"unsupported operand type(s) for /: 'Dimension' and '{type(other).__name__}', "
            "please use // instead"
        )

    def __rtruediv__(self, other: Any) -> NoReturn:
        raise TypeError(
            f"unsupported operand type(s) for /: '{type(other).__name__}' and 'Dimension', "
            "please use // instead"
        )


class KnownDimension(int):
    """A known size that is a number and has a `Dimension`'s value and text."""

    @property
    def value(self) -> int:
        """The number."""
        return int(self)

    def __repr__(self) -> str:
        return f"Dimension({int(self)})"

    def __str__(self) -> str:
        return str(int(self))


def _as_dimension(value: Any) -> Dimension:
    return value if isinstance(value, Dimension) else Dimension(value)


def size_of(value: Any) -> int | None:
    """The size that `value` gives. Raises TypeError if it is none, ValueError if negative."""
    if value is None:
        return None
    if isinstance(value, Dimension):
        return value._value
    if not isinstance(value, int):
        try:
            value = int(value.__index__())
        except AttributeError:
            raise TypeError(
                "Dimension value must be integer or None or have an __index__ method, "
                f"got value '{value!r}' with type '{type(value)!r}'"
            ) from None
    if value < 0:
        raise ValueError(f"Dimension {value:d} must be >= 0")
    size: int = value
    return size
