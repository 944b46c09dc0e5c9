"""Branches run by Python: `tf.cond`, `tf.case` and `tf.switch_case`.

Tapes record the operations of the branch that is taken.
"""

from __future__ import annotations

import functools
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from ..._core.recording.execution_context import active_graph
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.tensor import Tensor
from ..._core.types.dtype import as_dtype
from ...errors import InvalidArgumentError
from ..array.joining import stack
from ..debugging.assertions import Assert
from ..math.casting import cast
from ..math.comparison import equal
from ..math.reductions import reduce_sum

_BOOL, _INT32 = as_dtype("bool"), as_dtype("int32")


def cond(
    pred: Any,
    true_fn: Callable[[], Any] | None = None,
    false_fn: Callable[[], Any] | None = None,
    name: str | None = None,
) -> Any:
    """Implements `tf.cond`: returns `true_fn()` if `pred` is true, else `false_fn()`.

    Raises TypeError if one of the functions is missing or not callable.
    """
    for label, branch in (("true_fn", true_fn), ("false_fn", false_fn)):
        if branch is None:
            raise TypeError(f"cond(): '{label}' argument required")
    for label, branch in (("true_fn", true_fn), ("false_fn", false_fn)):
        if not callable(branch):
            raise TypeError(f"'{label}' must be callable.")
    return (true_fn if _as_bool(pred) else false_fn)()  # type: ignore[misc]


def _as_bool(pred: Any) -> bool:
    tensor = to_tensor(pred)
    if 0 in tensor._t.shape:
        raise ValueError("The truth value of an empty tensor is ambiguous.")
    return bool(tensor)


def case(
    pred_fn_pairs: Any,
    default: Callable[[], Any] | None = None,
    exclusive: bool = False,
    strict: bool = False,
    name: str | None = "case",
) -> Any:
    """Implements `tf.case`: calls the function of the first true predicate, or else `default`.

    Args:
      pred_fn_pairs: a list of (boolean tensor, function) pairs, or a dict, which must be ordered
        unless `exclusive`.
      default: called if no predicate is true; without it, one must be.
      exclusive: whether to check that at most one predicate is true.
      strict: whether to return a list or tuple of one result unchanged, instead of unpacking it.
      name: ignored.

    Raises:
      TypeError: if the pairs have other types.
      InvalidArgumentError: if the predicates fail a check.
    """
    pairs = _checked_pairs(pred_fn_pairs, exclusive)
    if not pairs:
        raise ValueError("not enough values to unpack (expected 2, got 0)")
    if default is None:
        last, last_action = pairs.pop()
        predicates = [pred for pred, _ in pairs]

        def default() -> Any:
            none = "Input error: None of conditions evaluated as True:"
            Assert(last, [none, stack([*predicates, last])])
            return last_action()

    if exclusive and pairs:
        _assert_at_most([pred for pred, _ in pairs], 1, "Input error: exclusive=True")
    branch = default
    for pred, action in reversed(pairs):
        branch = functools.partial(_cond_unpacked, pred, action, branch, strict)
    return branch()


def _cond_unpacked(pred: Any, action: Any, otherwise: Any, strict: bool) -> Any:
    result = cond(pred, action, otherwise)
    unpack = not strict and isinstance(result, (list, tuple)) and len(result) == 1
    return result[0] if unpack else result


def _checked_pairs(pairs: Any, exclusive: bool) -> list[tuple[Any, Callable[[], Any]]]:
    if not isinstance(pairs, (list, tuple, dict)):
        raise TypeError(f"'pred_fn_pairs' must be a list, tuple, or dict. Received: {type(pairs)}")
    if isinstance(pairs, dict):
        if not exclusive and not isinstance(pairs, OrderedDict):
            raise ValueError(
                "Unordered dictionaries are not supported for the 'pred_fn_pairs' argument when "
                "`exclusive=False` and eager mode is enabled."
            )
        pairs = list(pairs.items())
    for pair in pairs:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise TypeError(f"Each entry in 'pred_fn_pairs' must be a 2-tuple. Received {pair}.")
        pred, branch = pair
        if not isinstance(pred, Tensor):
            raise TypeError(f"pred must be a Tensor, got: {pred}")
        if pred.dtype is not _BOOL:
            # TensorFlow names the tensor here, which has no name.
            raise AttributeError("Tensor.name is undefined when eager execution is enabled.")
        if not callable(branch):
            raise AttributeError("Tensor.name is undefined when eager execution is enabled.")
    return list(pairs)


def _assert_at_most(predicates: list[Any], count: int, label: str) -> None:
    stacked = stack(predicates)
    names = ", ".join("?" for _ in predicates)
    message = f"{label}: more than {count} conditions ({names}) evaluated as True:"
    Assert(reduce_sum(cast(stacked, _INT32)) <= count, [message, stacked], len(predicates))


def switch_case(
    branch_index: Any,
    branch_fns: Any,
    default: Callable[[], Any] | None = None,
    name: str | None = "switch_case",
) -> Any:
    """Implements `tf.switch_case`: calls the function numbered `branch_index`.

    Args:
      branch_index: an integer scalar tensor.
      branch_fns: a list of functions, or (int, function) pairs, or a dict of them.
      default: called if there is no such number; the last function by default.
      name: ignored.

    Raises:
      TypeError: for other types.
      ValueError: if the numbers are not contiguous from 0.
    """
    if not isinstance(branch_index, Tensor):
        raise TypeError(f"'branch_index' must be a Tensor, got {type(branch_index)}")
    dtype = branch_index.dtype
    if not dtype.is_integer:
        raise TypeError(f"'branch_index' must be an integer Tensor, got {dtype}")
    branches = _branch_list(branch_fns)
    if default is not None:
        branches.append(default)
    if branch_index.ndim:
        raise InvalidArgumentError(
            None,
            None,
            f"'branch_index' must be a scalar, got shape {branch_index.shape}",
        )
    if active_graph() is not None:
        return _chosen_in_graph(branch_index, branches)
    index = int(branch_index)  # type: ignore[call-overload]
    return branches[index if 0 <= index < len(branches) else -1]()


def _chosen_in_graph(index: Any, branches: list[Callable[[], Any]]) -> Any:
    """The result of the branch with this number, or of the last one, by nested conditionals."""

    def choose(number: int) -> Any:
        if number == len(branches) - 1:
            return branches[number]()
        return cond(equal(index, number), branches[number], lambda: choose(number + 1))

    return choose(0)


def _branch_list(functions: Any) -> list[Callable[[], Any]]:
    if not functions:
        raise ValueError("Must provide at least one item in 'branch_fns'")
    if not isinstance(functions, (list, tuple, dict)):
        raise TypeError("'branch_fns' must be a list, tuple, or dict")
    pairs = list(functions.items() if isinstance(functions, dict) else functions)
    if all(map(callable, pairs)):
        pairs = list(enumerate(pairs))
    for pair in pairs:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise TypeError(f"Each entry in 'branch_fns' must be a 2-tuple. Received {pair}.")
        key, function = pair
        if not isinstance(key, int):
            raise TypeError(f"key must be a Python `int`, got {type(key)}")
        if not callable(function):
            raise TypeError(f"fn for key {key} must be callable.")
    by_key = dict(pairs)
    if sorted(key for key, _ in pairs) != list(range(len(pairs))):
        keys = ",".join(str(key) for key in sorted(key for key, _ in pairs))
        raise ValueError(
            "branch indices (keys) must form contiguous range of "
            f"[0 to {len(pairs)}) but found {{{keys}}}"
        )
    return [by_key[key] for key in range(len(pairs))]
