"""Assertions about ranks and shapes, which never read the values of tensors."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ..._core.tensor.convert import INT32, to_tensor
from ..._core.tensor.tensor import EagerTensor
from .._support.operands import read_operand
from .messages import describe, message_prefix


def _python_rank(rank: Any) -> int:
    """A rank as an int. Raises TypeError for dtypes other than int32."""
    if type(rank) is int and -(2**31) <= rank < 2**31:
        return rank
    tensor = to_tensor(rank)
    if tensor.dtype is not INT32:
        raise TypeError(f"tensor must be of type {INT32!r}; got {tensor.dtype!r}")
    if tensor.ndim != 0:
        raise ValueError("Rank must be a scalar.")
    return int(tensor)


def _rank_error(x: EagerTensor, expected: str, message: Any) -> ValueError:
    return ValueError(
        f"{message_prefix(message)}Tensor  must have rank {expected}.  Received rank {x.ndim}, "
        f"shape {x.shape}"
    )


def assert_rank(x: Any, rank: Any, message: Any = None, name: str | None = None) -> None:
    """Checks that `x` has `rank` dimensions. Implements `tf.debugging.assert_rank`.

    Raises ValueError otherwise, TypeError for a rank that is not int32.
    """
    x = read_operand(x)
    expected = _python_rank(rank)
    if x.ndim != expected:
        raise _rank_error(x, str(expected), message)


def assert_rank_at_least(x: Any, rank: Any, message: Any = None, name: str | None = None) -> None:
    """Checks that `x` has `rank` or more dimensions (`tf.debugging.assert_rank_at_least`).

    Raises ValueError otherwise, TypeError for a rank that is not int32.
    """
    x = read_operand(x)
    minimum = _python_rank(rank)
    if x.ndim < minimum:
        raise _rank_error(x, f"at least {minimum}", message)


def assert_rank_in(
    x: Any, ranks: Iterable[Any], message: Any = None, name: str | None = None
) -> None:
    """Checks that the rank of `x` is one of `ranks`. Implements `tf.debugging.assert_rank_in`.

    Raises ValueError otherwise, TypeError for a rank that is not int32.
    """
    ranks = tuple(ranks)
    x = read_operand(x)
    allowed = tuple(map(_python_rank, ranks))
    if x.ndim not in allowed:
        raise _rank_error(x, f"in {allowed}", message)


def assert_scalar(tensor: Any, message: Any = None, name: str | None = None) -> None:
    """Checks that a tensor has no dimensions. Implements `tf.debugging.assert_scalar`.

    Raises ValueError otherwise.
    """
    tensor = read_operand(tensor)
    if tensor.ndim != 0:
        raise ValueError(
            f"{message_prefix(message)}Expected scalar shape, saw shape: {tensor.shape}."
        )


# -- symbolic shapes ----------------------------------------------------------------------------


class _Constraint:
    """A tensor, and the sizes required of its last dimensions."""

    def __init__(self, x: EagerTensor, symbols: Any, fail: Callable[[str], ValueError]) -> None:
        self.x = x
        if not hasattr(symbols, "__iter__") and not hasattr(symbols, "__getitem__"):
            raise fail(
                f"Tensor {describe(x)}.  Specified shape must be an iterable.  An iterable has "
                f"the attribute `__iter__` or `__getitem__`.  Received specified shape: {symbols}"
            )
        listed = tuple(symbols)
        self.innermost = False
        for index, symbol in enumerate(listed):
            if symbol not in (Ellipsis, "*"):
                continue
            if index:
                raise fail(
                    f"Tensor {describe(x)} specified shape index {index}.  Symbol `...` or `*` "
                    "for a variable number of unspecified dimensions is only allowed as the first "
                    "entry"
                )
            self.innermost = True
        # An empty list of sizes counts as the size 1, as a scalar's shape does.
        self.expected = listed[self.innermost :] or (1,)
        self.sizes = list(x._t.shape) or [1]

    def check_rank(self, message: Any) -> None:
        rank = len(self.expected)
        if rank > 1:
            (assert_rank_at_least if self.innermost else assert_rank)(self.x, rank, message)
        elif not self.innermost:
            assert_rank_in(self.x, (0, 1), message)


def _is_integer(symbol: Any) -> bool:
    try:
        int(symbol)
    except (ValueError, TypeError):
        return False
    return True


def assert_shapes(
    shapes: Any,
    data: Any = None,
    summarize: Any = None,
    message: Any = None,
    name: str | None = None,
) -> None:
    """Checks the shapes of several tensors together. Implements `tf.debugging.assert_shapes`.

    Args:
      shapes: Pairs of a tensor and its sizes, or a dictionary. A size is a number; a symbol, which
        must have the same size everywhere; or None or "." for any size. A first entry of `...` or
        "*" allows further dimensions in front. A tensor whose sizes are None is not checked.
      data: No effect, as in eager TensorFlow.
      summarize: No effect, as in eager TensorFlow.
      message: The start of the error's text.

    Raises ValueError if a shape does not fit.
    """
    if isinstance(shapes, dict):
        shapes = shapes.items()

    def fail(text: str) -> ValueError:
        return ValueError(message_prefix(message) + text)

    pairs = [(read_operand(x), symbols) for x, symbols in shapes if symbols is not None]
    constraints = [_Constraint(x, symbols, fail) for x, symbols in pairs]
    for constraint in constraints:
        constraint.check_rank(message)
    # Each symbol's size, and the tensor and dimension that defined it.
    symbol_sizes: dict[Any, tuple[int, EagerTensor, int]] = {}
    for constraint in constraints:
        offset = len(constraint.expected) if constraint.innermost else 0
        for index, symbol in enumerate(constraint.expected):
            if symbol in (None, "."):
                continue
            dimension = index - offset
            size = constraint.sizes[dimension]
            if _is_integer(symbol):
                expected, source = int(symbol), "explicitly"
            elif symbol in symbol_sizes:
                expected, source_tensor, source_dimension = symbol_sizes[symbol]
                source = f"by tensor {describe(source_tensor)} dimension {source_dimension}"
            else:
                symbol_sizes[symbol] = (size, constraint.x, dimension)
                continue
            if size != expected:
                raise fail(
                    f"Specified {source}.  Tensor {describe(constraint.x)} dimension {dimension} "
                    f"must have size {expected}.  Received size {size}, shape {constraint.x.shape}"
                )
