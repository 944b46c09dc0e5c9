"""Branches and loops that Python runs: tf.cond, tf.case, tf.switch_case, tf.while_loop and kin.

Eagerly nothing of them reaches a tape: it records what the chosen branch or the loop's body does.
"""

from __future__ import annotations

import functools
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from ... import nest
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.tensor import EagerTensor, Tensor, TrackedTensor
from ..._core.types.dtype import as_dtype
from ..._core.types.tensor_spec import TensorSpec
from ..._core.variables.variable import Variable
from ...errors import InvalidArgumentError
from ..array.joining import stack
from ..debugging.assertions import Assert
from ..math.casting import cast
from ..math.logical import logical_and
from ..math.reductions import reduce_sum
from .tensor_array import TensorArray

_TENSORS = (EagerTensor, TrackedTensor)
_BOOL, _INT32 = as_dtype("bool"), as_dtype("int32")


def without_variables(structure: Any) -> Any:
    """The structure with the value of each variable in its place."""
    if type(structure) in _TENSORS:
        return structure
    return nest.map_structure(
        lambda item: to_tensor(item) if isinstance(item, Variable) else item, structure
    )


# -- branches -----------------------------------------------------------------------------------


def cond(
    pred: Any,
    true_fn: Callable[[], Any] | None = None,
    false_fn: Callable[[], Any] | None = None,
    name: str | None = None,
) -> Any:
    """Returns what `true_fn()` returns if `pred` is true, else `false_fn()`; for `tf.cond`.

    Raises TypeError if one of the functions is missing or not callable.
    """
    for label, branch in (("true_fn", true_fn), ("false_fn", false_fn)):
        if branch is None:
            raise TypeError(f"cond(): '{label}' argument required")
    for label, branch in (("true_fn", true_fn), ("false_fn", false_fn)):
        if not callable(branch):
            raise TypeError(f"'{label}' must be callable.")
    return (true_fn if _truth(pred) else false_fn)()  # type: ignore[misc]


def _truth(pred: Any) -> bool:
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
    """What the function beside the first true predicate returns, or else `default()`.

    Answers for `tf.case`. `pred_fn_pairs` is a list of (boolean tensor, function) or a dictionary;
    an unordered one needs `exclusive`, which demands that at most one predicate is true. Without
    `default` one must be. A list or tuple of one result is unpacked unless `strict`.

    Raises TypeError for pairs of other types, InvalidArgumentError where the predicates are not as
    demanded.
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
    choose = default
    for pred, action in reversed(pairs):
        choose = functools.partial(_chosen, pred, action, choose, strict)
    return choose()


def _chosen(pred: Any, action: Any, otherwise: Any, strict: bool) -> Any:
    result = cond(pred, action, otherwise)
    single = not strict and isinstance(result, (list, tuple)) and len(result) == 1
    return result[0] if single else result


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
        if pred.dtype is not _BOOL:  # type: ignore[attr-defined]
            # TensorFlow names the tensor here, which has no name.
            raise AttributeError("Tensor.name is undefined when eager execution is enabled.")
        if not callable(branch):
            raise AttributeError("Tensor.name is undefined when eager execution is enabled.")
    return list(pairs)


def _assert_at_most(predicates: list[Any], count: int, what: str) -> None:
    stacked = stack(predicates)
    names = ", ".join("?" for _ in predicates)
    message = f"{what}: more than {count} conditions ({names}) evaluated as True:"
    Assert(reduce_sum(cast(stacked, _INT32)) <= count, [message, stacked], len(predicates))


def switch_case(
    branch_index: Any,
    branch_fns: Any,
    default: Callable[[], Any] | None = None,
    name: str | None = "switch_case",
) -> Any:
    """What the function of number `branch_index` returns; answers for `tf.switch_case`.

    `branch_index` is an integer tensor; `branch_fns` a list of functions, or pairs of number and
    function, or a dictionary of them. Without such a number it is `default`, or the last function.

    Raises TypeError for other types, ValueError if the numbers have gaps.
    """
    if not isinstance(branch_index, Tensor):
        raise TypeError(f"'branch_index' must be a Tensor, got {type(branch_index)}")
    dtype = branch_index.dtype  # type: ignore[attr-defined]
    if not dtype.is_integer:
        raise TypeError(f"'branch_index' must be an integer Tensor, got {dtype}")
    branches = _numbered(branch_fns)
    if default is not None:
        branches.append(default)
    if branch_index.ndim:  # type: ignore[attr-defined]
        raise InvalidArgumentError(
            None,
            None,
            f"'branch_index' must be a scalar, got shape {branch_index.shape}",  # type: ignore[attr-defined]
        )
    index = int(branch_index)  # type: ignore[call-overload]
    return branches[index if 0 <= index < len(branches) else -1]()


def _numbered(functions: Any) -> list[Callable[[], Any]]:
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
    found = dict(pairs)
    if sorted(key for key, _ in pairs) != list(range(len(pairs))):
        listed = ",".join(str(key) for key in sorted(key for key, _ in pairs))
        raise ValueError(
            "branch indices (keys) must form contiguous range of "
            f"[0 to {len(pairs)}) but found {{{listed}}}"
        )
    return [found[key] for key in range(len(pairs))]


# -- loops --------------------------------------------------------------------------------------


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
    """Replaces `loop_vars` by `body(*loop_vars)` while `cond(*loop_vars)`; for `tf.while_loop`.

    `loop_vars` is a list or tuple whose items may be nests of tensors and `tf.TensorArray`s; the
    body returns the like. As in TensorFlow's eager mode `shape_invariants`, `parallel_iterations`,
    `back_prop` and `swap_memory` change nothing.

    Raises ValueError or TypeError if the body returns another structure.
    """
    if not callable(cond):
        raise TypeError("'cond' must be callable.")
    if not callable(body):
        raise TypeError("'body' must be callable.")
    if parallel_iterations < 1:
        raise TypeError("'parallel_iterations' must be a positive integer.")
    loop_vars = without_variables(loop_vars)
    if not loop_vars:
        raise ValueError("'loop_vars' must be provided.")
    if maximum_iterations is None:
        same = _structure_check(loop_vars, list)
        while cond(*loop_vars):
            loop_vars = body(*loop_vars)
            same(loop_vars)
    else:
        limit = to_tensor(maximum_iterations)
        if limit.ndim:
            raise ValueError(
                f"'maximum_iterations' must be a scalar. Received shape: {limit.shape}"
            )
        steps, most = 0, int(limit)
        same = _structure_check(loop_vars, lambda found: [steps, found])
        while _both(steps < most, cond(*loop_vars)):
            loop_vars = body(*loop_vars)
            steps += 1
            same(loop_vars)
    return nest.map_structure(_loop_result, loop_vars, expand_composites=True)


def _both(going: bool, wanted: Any) -> Any:
    if type(wanted) in _TENSORS and wanted.dtype is _BOOL:
        return going and wanted
    return logical_and(going, wanted)


def _loop_result(item: Any) -> Any:
    return item if isinstance(item, TensorArray) else to_tensor(item)


def _structure_check(variables: Any, wrap: Callable[[Any], Any]) -> Callable[[Any], None]:
    """A function that raises where the variables of a later step have another structure.

    `wrap`: what becomes of both before they are compared.
    """
    expected = nest.map_structure(_spec, wrap(variables))
    kind = type(variables)
    flat = kind in (list, tuple) and not any(map(nest.is_nested, variables))
    kinds = (list, tuple) if wrap is list else (kind,)
    count = len(variables) if flat else 0

    def check(found: Any) -> None:
        # The usual case, at once.
        if flat and type(found) in kinds and len(found) == count:
            if _LEAVES.issuperset(map(type, found)):
                return
        nest.assert_same_structure(expected, wrap(found))

    return check


_LEAVES = {EagerTensor, TrackedTensor, int, float, TensorArray}


def _spec(item: Any) -> Any:
    """What stands for a loop variable where structures are compared."""
    if item is None or isinstance(item, TensorArray) or hasattr(item, "_components"):
        return item
    try:
        tensor = to_tensor(item)
    except (ValueError, TypeError):
        raise TypeError(
            f"Could not build a TypeSpec for {item!r} of unsupported type {type(item)}."
        ) from None
    return TensorSpec(tensor.shape, tensor.dtype)


# -- what only graphs need ----------------------------------------------------------------------


def group(*inputs: Any, **kwargs: Any) -> None:
    """None: eagerly the inputs have been computed already; answers for `tf.group`."""


def tuple_(tensors: Any, control_inputs: Any = None, name: str | None = None) -> Any:
    """`tensors`, which eagerly have been computed already; answers for `tf.tuple`."""
    return tensors


def no_op(name: str | None = None) -> None:
    """Does nothing; answers for `tf.no_op`."""
