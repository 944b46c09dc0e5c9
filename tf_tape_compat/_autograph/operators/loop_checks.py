"""What a loop of the graph requires of its state: TensorFlow's errors name the symbols."""

from __future__ import annotations

from functools import partial
from typing import Any

from malt.operators.variables import Undefined, UndefinedReturnValue

from ... import nest
from ..._core.types.shape import TensorShape
from .conditionals import without_variables
from .tensors import as_tensor, is_tensor

State = tuple[Any, ...]

_LEGAL_TYPES = "Tensor, int, float, bool or a list, tuple or dict thereof"


def check_initial_values(
    values: State, names: tuple[str, ...], after: State | None = None, note: str | None = None
) -> None:
    """Raises ValueError for a symbol that has no value before the loop.

    Args:
      values: the state before the loop.
      names: the symbols.
      after: the state after one iteration, if it is known.
      note: is appended to the message.
    """
    for name, value, later in zip(names, values, after or [None] * len(names), strict=True):
        if isinstance(value, UndefinedReturnValue):
            if later:
                raise ValueError(
                    f"the return value from a TensorFlow loop may only be a {_LEGAL_TYPES}; got "
                    f"{type(later)}"
                )
            raise NotImplementedError(
                "a return statement cannot be placed inside this TensorFlow loop; this may happen "
                "if a return statement depends on a static Python condition such as a "
                "hyperparameter"
            )
        message = None
        if value is None:
            message = f"'{name}' is not allowed to be None before the loop"
        elif isinstance(value, Undefined):
            message = f"'{name}' must be defined before the loop"
        if message is not None:
            raise ValueError(message if note is None else f"{message}\n{note}")


def check_iteration(
    initial: State,
    entry: State,
    exit_: State,
    names: tuple[str, ...],
    invariants: State,
    keeps_shapes: bool = True,
) -> None:
    """Raises TypeError or ValueError if an iteration changes a structure, dtype or shape.

    Args:
      initial: the state before the loop.
      entry: the state before the iteration.
      exit_: the state after it.
      names: the symbols.
      invariants: shapes that the values keep, or None.
      keeps_shapes: whether shapes count.
    """
    for name, first, before, after, invariant in zip(
        names, initial, entry, exit_, invariants, strict=True
    ):
        _check_structure(name, without_variables(first), before)
        _check_structure(name, before, after)
        shapes = invariant
        if invariant is None:
            shapes = nest.map_structure(lambda _: None, before)
        else:
            try:
                nest.assert_same_structure(first, invariant)
            except (ValueError, TypeError) as error:
                raise TypeError(
                    f"'{name}' does not have the same nested structure as its corresponding shape "
                    f"invariant.\n\n{error}"
                ) from error
        check = partial(_check_leaf, name, keeps_shapes)
        nest.map_structure(check, first, before, after, shapes)


def _check_structure(name: str, a: Any, b: Any) -> None:
    try:
        nest.assert_same_structure(a, b, expand_composites=True)
    except (ValueError, TypeError) as error:
        raise TypeError(
            f"'{name}' does not have the same nested structure after one iteration.\n\n{error}"
        ) from error


def _check_leaf(
    name: str, keeps_shapes: bool, initial: Any, entry: Any, exit_: Any, invariant: Any
) -> None:
    if exit_ is None:
        raise ValueError(f"'{name}' is None at the end of the iteration.")
    initial, entry, exit_ = map(as_tensor, (initial, entry, exit_))
    if not (is_tensor(entry) and is_tensor(exit_)):
        return
    if not all(hasattr(x, "dtype") and hasattr(x, "shape") for x in (entry, exit_)):
        return
    if entry.dtype != exit_.dtype:
        raise TypeError(
            f"'{name}' has dtype {entry.dtype.name} before the loop, but dtype {exit_.dtype.name} "
            "after one iteration"
        )
    if not keeps_shapes:
        return
    if invariant is None:
        if not _is_at_least(exit_.shape, entry.shape):
            raise ValueError(
                f"'{name}' has shape {entry.shape} before the loop, but shape {exit_.shape} after "
                "one iteration. Use tf.autograph.experimental.set_loop_options to set shape "
                "invariants."
            )
        return
    for shape, when in ((initial.shape, "before the loop"), (exit_.shape, "after one iteration")):
        if not _is_at_least(shape, invariant):
            raise ValueError(
                f"'{name}' has shape {shape} {when}, which does not conform with the shape "
                f"invariant {invariant}."
            )


def _is_at_least(shape: TensorShape, other: TensorShape) -> bool:
    """Whether a shape is as specific as another one, or more."""
    other = TensorShape(other)
    if other.rank is None:
        return True
    if shape.rank != other.rank:
        return False
    return all(b is None or a == b for a, b in zip(shape.as_list(), other.as_list(), strict=True))
