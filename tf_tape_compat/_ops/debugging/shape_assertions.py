"""Assertions about ranks and shapes, which never look at the values of tensors."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ..._core.tensor.convert import INT32, to_tensor
from ..._core.tensor.tensor import EagerTensor
from .._support.operands import read
from .messages import describe, message_prefix


def _rank(rank: Any) -> int:
    """A rank as Python's integer. Raises TypeError for other types than int32."""
    if type(rank) is int and -(2**31) <= rank < 2**31:
        return rank
    tensor = to_tensor(rank)
    if tensor.dtype is not INT32:
        raise TypeError(f"tensor must be of type {INT32!r}; got {tensor.dtype!r}")
    if tensor.ndim != 0:
        raise ValueError("Rank must be a scalar.")
    return int(tensor)


def _wrong_rank(x: EagerTensor, wanted: str, message: Any) -> ValueError:
    return ValueError(
        f"{message_prefix(message)}Tensor  must have rank {wanted}.  Received rank {x.ndim}, "
        f"shape {x.shape}"
    )


def assert_rank(x: Any, rank: Any, message: Any = None, name: str | None = None) -> None:
    """Checks that `x` has `rank` dimensions. Implements `tf.debugging.assert_rank`.

    Raises ValueError if not, TypeError for a rank that is not int32.
    """
    x = read(x)
    wanted = _rank(rank)
    if x.ndim != wanted:
        raise _wrong_rank(x, str(wanted), message)


def assert_rank_at_least(x: Any, rank: Any, message: Any = None, name: str | None = None) -> None:
    """Checks for `rank` or more dimensions. Implements `tf.debugging.assert_rank_at_least`.

    Raises ValueError if there are fewer, TypeError for a rank that is not int32.
    """
    x = read(x)
    wanted = _rank(rank)
    if x.ndim < wanted:
        raise _wrong_rank(x, f"at least {wanted}", message)


def assert_rank_in(
    x: Any, ranks: Iterable[Any], message: Any = None, name: str | None = None
) -> None:
    """Checks that the rank of `x` is one of `ranks`. Implements `tf.debugging.assert_rank_in`.

    Raises ValueError if it is none of them, TypeError for a rank that is not int32.
    """
    ranks = tuple(ranks)
    x = read(x)
    wanted = tuple(map(_rank, ranks))
    if x.ndim not in wanted:
        raise _wrong_rank(x, f"in {wanted}", message)


def assert_scalar(tensor: Any, message: Any = None, name: str | None = None) -> None:
    """Checks that a tensor has no dimensions. Implements `tf.debugging.assert_scalar`.

    Raises ValueError if it has some.
    """
    tensor = read(tensor)
    if tensor.ndim != 0:
        raise ValueError(
            f"{message_prefix(message)}Expected scalar shape, saw shape: {tensor.shape}."
        )


# -- shapes by symbols --------------------------------------------------------------------------


class _Constraint:
    """A tensor, and the sizes that are wanted for its last dimensions."""

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
        # No sizes at all count as one of 1, as a scalar's do.
        self.wanted = listed[self.innermost :] or (1,)
        self.sizes = list(x._t.shape) or [1]

    def check_rank(self, message: Any) -> None:
        rank = len(self.wanted)
        if rank > 1:
            (assert_rank_at_least if self.innermost else assert_rank)(self.x, rank, message)
        elif not self.innermost:
            assert_rank_in(self.x, (0, 1), message)


def _known(symbol: Any) -> bool:
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
    """Checks the shapes of tensors against each other. Implements `tf.debugging.assert_shapes`.

    `shapes` are pairs (or a dictionary) of a tensor and its sizes: numbers; symbols, which stand
    for one size throughout; None or "." for any size; and, in front, `...` or "*" for any further
    dimensions. A shape of None is not checked. `data` and `summarize` have no effect, as in eager
    TensorFlow. Raises ValueError where a shape does not fit.
    """
    if isinstance(shapes, dict):
        shapes = shapes.items()

    def fail(text: str) -> ValueError:
        return ValueError(message_prefix(message) + text)

    pairs = [(read(x), symbols) for x, symbols in shapes if symbols is not None]
    constraints = [_Constraint(x, symbols, fail) for x, symbols in pairs]
    for constraint in constraints:
        constraint.check_rank(message)
    # What a symbol stands for, and the tensor and dimension that said so first.
    meanings: dict[Any, tuple[int, EagerTensor, int]] = {}
    for constraint in constraints:
        offset = len(constraint.wanted) if constraint.innermost else 0
        for index, symbol in enumerate(constraint.wanted):
            if symbol in (None, "."):
                continue
            dimension = index - offset
            size = constraint.sizes[dimension]
            if _known(symbol):
                wanted, source = int(symbol), "explicitly"
            elif symbol in meanings:
                wanted, first, at = meanings[symbol]
                source = f"by tensor {describe(first)} dimension {at}"
            else:
                meanings[symbol] = (size, constraint.x, dimension)
                continue
            if size != wanted:
                raise fail(
                    f"Specified {source}.  Tensor {describe(constraint.x)} dimension {dimension} "
                    f"must have size {wanted}.  Received size {size}, shape {constraint.x.shape}"
                )
