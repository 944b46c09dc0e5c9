"""`if`, conditional expressions and `assert`."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

from malt.operators.variables import Undefined, UndefinedReturnValue

from ... import nest
from ..._core.tensor.convert import to_tensor
from ..._core.types.dtype import as_dtype
from ..._core.variables.variable import Variable
from ..._ops.array.shaping import reshape
from ..._ops.control.cond import cond as tf_cond
from ..._ops.debugging.assertions import Assert
from .tensors import as_tensor, is_staged, is_tensor

State = tuple[Any, ...]

_BOOL = as_dtype("bool")
_HINT = "to check for None, use `is not None`"


def checked_condition(condition: Any, statement: str) -> Any:
    """The condition as a scalar boolean tensor. Raises ValueError for other types and shapes."""
    tensor = to_tensor(condition)
    if tensor.dtype is not _BOOL:
        raise ValueError(
            f"condition of {statement} expected to be `tf.bool` scalar, got {tensor}; to use as "
            f"boolean Tensor, use `tf.cast`; {_HINT}"
        )
    rank = tensor.shape.rank
    if rank == 0:
        return tensor
    if rank and math.prod(size for size in tensor.shape.as_list() if size is not None) > 1:
        raise ValueError(
            f"condition of {statement} expected to be `tf.bool` scalar, got {tensor}; {_HINT}"
        )
    return reshape(tensor, [])


def if_stmt(
    condition: Any,
    body: Callable[[], None],
    orelse: Callable[[], None],
    get_state: Callable[[], State],
    set_state: Callable[[State], None],
    symbol_names: tuple[str, ...],
    nouts: int,
) -> None:
    """`if condition: body() else: orelse()`; the first `nouts` symbols are used afterwards."""
    if not is_staged(condition):
        if condition:
            body()
        else:
            orelse()
        return
    condition = checked_condition(condition, "if statement")
    before = get_state()
    branches: dict[str, State] = {}

    def branch(name: str, run: Callable[[], None]) -> State:
        set_state(before)
        run()
        values = get_state()[:nouts]
        _check_defined(values, symbol_names, name)
        branches[name] = values
        if len(branches) == 2:
            _check_alike(branches["main"], branches["else"], symbol_names)
        # A conditional of the graph has at least one output.
        return values if nouts else (0,)

    values = tf_cond(condition, lambda: branch("main", body), lambda: branch("else", orelse))
    set_state((*values, *before[nouts:]) if nouts else before)


def _check_defined(values: State, symbol_names: tuple[str, ...], branch: str) -> None:
    for name, value in zip(symbol_names, values, strict=False):
        if isinstance(value, Undefined):
            raise ValueError(f"'{name}' must also be initialized in the {branch} branch")
        if isinstance(value, UndefinedReturnValue):
            raise ValueError(f"the {branch} branch must also have a return statement.")


def _check_alike(main: State, other: State, symbol_names: tuple[str, ...]) -> None:
    """Raises TypeError or ValueError if a symbol differs in structure or type between branches."""
    for name, a, b in zip(symbol_names, main, other, strict=False):
        try:
            nest.assert_same_structure(
                without_variables(a), without_variables(b), expand_composites=True
            )
        except (ValueError, TypeError) as error:
            raise TypeError(
                f"'{name}' must have the same nested structure in the main and else branches:\n\n"
                f"{error}"
            ) from error
        nest.map_structure(partial(check_leaves_alike, name), a, b)


def without_variables(value: Any) -> Any:
    """The value with tensors in the place of variables, which branches and loops return."""
    return nest.map_structure(lambda x: x.value() if isinstance(x, Variable) else x, value)


def check_leaves_alike(name: str, main: Any, other: Any) -> None:
    """Raises ValueError if a branch leaves a symbol None, TypeError for different dtypes."""
    for value, branch in ((main, "main"), (other, "else")):
        if value is None:
            raise ValueError(f"'{name}' is None at the end of the {branch} branch.")
    main, other = as_tensor(main), as_tensor(other)
    if not (is_tensor(main) and is_tensor(other)):
        return
    a, b = getattr(main, "dtype", None), getattr(other, "dtype", None)
    if a is not None and b is not None and a != b:
        raise TypeError(
            f"'{name}' has dtype {a.name} in the main branch, but dtype {b.name} in the else branch"
        )


def if_exp(
    condition: Any, if_true: Callable[[], Any], if_false: Callable[[], Any], expression: str
) -> Any:
    """`if_true() if condition else if_false()`."""
    if not is_staged(condition):
        return if_true() if condition else if_false()
    values: dict[bool, Any] = {}

    def branch(which: bool, run: Callable[[], Any]) -> Any:
        values[which] = run()
        if len(values) == 2:
            check_leaves_alike(expression, values[True], values[False])
        return values[which]

    return tf_cond(condition, lambda: branch(True, if_true), lambda: branch(False, if_false))


def assert_stmt(condition: Any, message: Callable[[], Any]) -> None:
    """`assert condition, message()`; on a tensor, an operation that raises when the graph runs."""
    if not is_staged(condition):
        assert condition, message()
        return
    data = message()
    Assert(condition, data if isinstance(data, list) else [data])
