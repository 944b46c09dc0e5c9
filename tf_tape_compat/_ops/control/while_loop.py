"""`tf.while_loop`, run by Python. Tapes record the operations of each iteration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ... import nest
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.tensor import EagerTensor, TrackedTensor
from ..._core.types.dtype import as_dtype
from ..._core.types.tensor_spec import TensorSpec
from ..._core.types.type_spec import TypeSpec
from ..._core.variables.variable import Variable
from ..math.logical import logical_and
from .tensor_array import TensorArray

_TENSORS = (EagerTensor, TrackedTensor)
_BOOL = as_dtype("bool")


def without_variables(structure: Any) -> Any:
    """Replaces each variable in the structure by its value."""
    if type(structure) in _TENSORS:
        return structure
    return nest.map_structure(
        lambda item: to_tensor(item) if isinstance(item, Variable) else item, structure
    )


def check_functions(cond: Any, body: Any, parallel_iterations: int) -> None:
    """Raises TypeError for arguments that no loop takes."""
    if not callable(cond):
        raise TypeError("'cond' must be callable.")
    if not callable(body):
        raise TypeError("'body' must be callable.")
    if parallel_iterations < 1:
        raise TypeError("'parallel_iterations' must be a positive integer.")


def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    shape_invariants: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    maximum_iterations: Any = None,
    name: str | None = None,
) -> Any:
    """Implements `tf.while_loop`: applies `body` to `loop_vars` while `cond` is true.

    `loop_vars` is a list or tuple whose items may be nested structures of tensors and
    `tf.TensorArray`s; `body` returns the same structure. `shape_invariants`, `parallel_iterations`,
    `back_prop` and `swap_memory` have no effect, as in TensorFlow's eager mode.

    Raises ValueError or TypeError if `body` returns another structure.
    """
    check_functions(cond, body, parallel_iterations)
    loop_vars = without_variables(loop_vars)
    if not loop_vars:
        raise ValueError("'loop_vars' must be provided.")
    if maximum_iterations is None:
        check_structure = _structure_check(loop_vars, list)
        while cond(*loop_vars):
            loop_vars = body(*loop_vars)
            check_structure(loop_vars)
    else:
        limit = to_tensor(maximum_iterations)
        if limit.ndim:
            raise ValueError(
                f"'maximum_iterations' must be a scalar. Received shape: {limit.shape}"
            )
        steps, max_steps = 0, int(limit)
        check_structure = _structure_check(loop_vars, lambda variables: [steps, variables])
        while _and(steps < max_steps, cond(*loop_vars)):
            loop_vars = body(*loop_vars)
            steps += 1
            check_structure(loop_vars)
    return nest.map_structure(_loop_result, loop_vars, expand_composites=True)


def _and(within_limit: bool, condition: Any) -> Any:
    if type(condition) in _TENSORS and condition.dtype is _BOOL:
        return within_limit and condition
    return logical_and(within_limit, condition)


def _loop_result(item: Any) -> Any:
    return item if isinstance(item, TensorArray) or _is_optional(item) else to_tensor(item)


def _is_optional(item: Any) -> bool:
    """Whether a value is one of a spec's own class that is not made of tensors, as an optional."""
    return isinstance(getattr(item, "_type_spec", None), TypeSpec) and not hasattr(
        item, "_components"
    )


def _structure_check(variables: Any, wrap: Callable[[Any], Any]) -> Callable[[Any], None]:
    """A function that raises if the loop variables of a later step have another structure.

    `wrap` is applied to both structures before they are compared.
    """
    expected = nest.map_structure(_spec, wrap(variables))
    cls = type(variables)
    is_flat = cls in (list, tuple) and not any(map(nest.is_nested, variables))
    allowed_types = (list, tuple) if wrap is list else (cls,)
    count = len(variables) if is_flat else 0

    def check(new_variables: Any) -> None:
        # Fast path for a flat list of tensors.
        if (
            is_flat
            and type(new_variables) in allowed_types
            and len(new_variables) == count
            and _LEAVES.issuperset(map(type, new_variables))
        ):
            return
        nest.assert_same_structure(expected, wrap(new_variables))

    return check


_LEAVES = {EagerTensor, TrackedTensor, int, float, TensorArray}


def _spec(item: Any) -> Any:
    """The value that represents a loop variable when structures are compared."""
    if item is None or isinstance(item, TensorArray) or hasattr(item, "_components"):
        return item
    if _is_optional(item):
        return item
    try:
        tensor = to_tensor(item)
    except (ValueError, TypeError):
        raise TypeError(
            f"Could not build a TypeSpec for {item!r} of unsupported type {type(item)}."
        ) from None
    return TensorSpec(tensor.shape, tensor.dtype)
