"""Static shapes of operations whose results cannot be run on tensors without values.

A rule is called with the operation's arguments as the user gave them, with symbolic tensors among
them, and returns the dtype and static shape of each result, in the order of the results, or None if
the operation can be run:

    @shape_rule("Where")
    def _where(condition, name=None):
        return [(int64, TensorShape([None, condition.shape.rank]))]

The results are connected to all inputs, as tapes see it, unless their dtype has no gradient. An
operation needs a rule only if running it on example sizes fails or misleads: because it needs
values, or because it is slow.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import Any

from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import as_dtype
from .._core.types.shape import TensorShape
from .._ops.array.unique import Unique
from .shadows import Result, is_fake

Rule = Callable[..., "list[Result] | None"]

rules: dict[str, Rule] = {}
composite_rules: set[str] = set()  # operations whose rules take composites, such as ragged tensors
result_types: dict[str, Callable[..., Any]] = {}  # what makes the result of the outputs


def shape_rule(
    *operations: str,
    result_type: Callable[..., Any] | None = None,
    takes_composites: bool = False,
) -> Callable[[Rule], Rule]:
    """Registers a rule under TensorFlow's names of operations.

    `result_type` makes what they return of their outputs, if that is not one tensor, or a list of
    several.
    """
    if takes_composites:
        composite_rules.update(operations)

    def register(rule: Rule) -> Rule:
        for operation in operations:
            rules[operation] = rule
            if result_type is not None:
                result_types[operation] = result_type
        return rule

    return register


def _listed(*outputs: Any) -> list[Any]:
    """A list, also of one output."""
    return list(outputs)


# Comparisons, whose results are booleans, and other operations of two operands that broadcast.
_COMPARISONS = frozenset("Equal NotEqual Greater GreaterEqual Less LessEqual".split())
_BROADCASTING = _COMPARISONS | frozenset(
    "AddV2 Sub Mul RealDiv Div FloorDiv FloorMod Maximum Minimum Pow SquaredDifference Atan2 "
    "LogicalAnd LogicalOr DivNoNan MulNoNan Xdivy Xlogy".split()
)


def fallback(operation: str, inputs: Sequence[Any]) -> list[Result] | None:
    """The results of an operation that failed on example sizes, which may not fit each other.

    None if the failure is the program's.
    """
    if operation not in _BROADCASTING or len(inputs) != 2:
        return None
    x, y = inputs
    if x.dtype is not y.dtype:
        return None
    shape = broadcast_shape(x.shape, y.shape)
    dtype = as_dtype("bool") if operation in _COMPARISONS else x.dtype
    return None if shape is None else [(dtype, shape)]


def broadcast_shape(x: TensorShape, y: TensorShape) -> TensorShape | None:
    """The static shape of two operands together; None if they do not fit."""
    if x.rank is None or y.rank is None:
        return TensorShape(None)
    sizes: list[int | None] = []
    for m, n in zip_longest(reversed(x.as_list()), reversed(y.as_list()), fillvalue=1):
        if m == 1 or n == 1:
            sizes.append(n if m == 1 else m)
        elif m is None or n is None:
            sizes.append(n if m is None else m)  # a known size above 1 decides
        elif m != n:
            return None
        else:
            sizes.append(m)
    return TensorShape(sizes[::-1])


@shape_rule("BooleanMask")
def _boolean_mask(tensor: Any, mask: Any, axis: Any = None, name: Any = None) -> list[Result]:
    tensor, mask = as_tensor(tensor), as_tensor(mask)
    tensor_shape, rank = tensor.shape, mask.shape.rank
    if tensor_shape.rank is None or rank is None:
        return [(tensor.dtype, TensorShape(None))]
    sizes = tensor_shape.as_list()
    start = _known_number(axis) if axis is not None else 0
    if start is None:
        return [(tensor.dtype, TensorShape([None] * (len(sizes) - rank + 1)))]
    start %= max(len(sizes), 1)
    return [(tensor.dtype, TensorShape([*sizes[:start], None, *sizes[start + rank :]]))]


@shape_rule("Where")
def _where(condition: Any, *args: Any, name: Any = None, **kwargs: Any) -> list[Result]:
    rank = as_tensor(condition).shape.rank
    shape = TensorShape(None) if rank is None else TensorShape([None, rank])
    return [(as_dtype("int64"), shape)]


@shape_rule("Unique", result_type=Unique)
def _unique(x: Any, out_idx: Any = None, name: Any = None) -> list[Result]:
    x = as_tensor(x)
    return [
        (x.dtype, TensorShape([None])),
        (as_dtype(out_idx or "int32"), x.shape),
    ]


@shape_rule("Range")
def _range(start: Any, limit: Any, delta: Any, name: Any = None) -> list[Result] | None:
    if not any(map(is_valueless, (start, limit, delta))):
        return None
    return [(start.dtype, TensorShape([None]))]


@shape_rule("Repeat")
def _repeat(input: Any, repeats: Any, axis: Any = None, name: Any = None) -> list[Result] | None:
    if not is_valueless(repeats):
        return None
    tensor, axis_number = as_tensor(input), 0 if axis is None else _known_number(axis)
    sizes = [None] if axis is None else _sizes_but_one(tensor.shape, axis_number)
    return [(tensor.dtype, TensorShape(sizes))]


@shape_rule("Split", result_type=_listed)
def _split(
    value: Any, num_or_size_splits: Any, axis: Any = 0, num: Any = None, name: Any = None
) -> list[Result] | None:
    if isinstance(num_or_size_splits, (list, tuple)):
        if not any(map(is_valueless, num_or_size_splits)):
            return None
        count = len(num_or_size_splits)
    elif not is_valueless(num_or_size_splits):
        return None
    else:
        count = num if num is not None else num_or_size_splits.shape[0]
    if count is None:
        raise ValueError(f"Cannot infer argument `num` from shape {num_or_size_splits.shape}")
    tensor = as_tensor(value)
    shape = TensorShape(_sizes_but_one(tensor.shape, _known_number(axis)))
    return [(tensor.dtype, shape)] * count


@shape_rule("Unpack", result_type=_listed)
def _unstack(value: Any, num: Any = None, axis: Any = 0, name: Any = None) -> list[Result] | None:
    tensor = as_tensor(value)
    rank, number = tensor.shape.rank, _known_number(axis)
    if rank is None or number is None or not -rank <= number < rank:
        return None
    sizes = tensor.shape.as_list()
    size = sizes.pop(number)
    count = size if num is None else num
    if count is None:
        raise ValueError(f"Cannot infer argument `num` from shape {tensor.shape}")
    if None not in tensor.shape.as_list():
        return None
    return [(tensor.dtype, TensorShape(sizes))] * count


@shape_rule("DynamicStitch")
def _dynamic_stitch(indices: Any, data: Any, name: Any = None) -> list[Result] | None:
    if not any(map(is_valueless, indices)):  # also of the operation itself, which has data first
        return None
    rank, slices = as_tensor(indices[0]).shape.rank, as_tensor(data[0])
    if rank is None or slices.shape.rank is None:
        return [(slices.dtype, TensorShape(None))]
    return [(slices.dtype, TensorShape([None, *slices.shape.as_list()[rank:]]))]


def _sizes_but_one(shape: TensorShape, axis: int | None) -> list[int | None] | None:
    """The sizes of a shape without that of an axis, or of all if the axis is unknown."""
    if shape.rank is None:
        return None
    if axis is None:
        return [None] * shape.rank
    sizes = shape.as_list()
    if -shape.rank <= axis < shape.rank:
        sizes[axis] = None
    return sizes


def as_tensor(value: Any) -> Any:
    """An argument of an operation as a tensor."""
    return value if isinstance(value, EagerTensor) else to_tensor(value)


def _known_number(value: Any) -> int | None:
    """A number, or the value of a scalar tensor; None if it is unknown."""
    return int(value) if isinstance(value, int) else _known(value)


def _known(tensor: Any) -> Any:
    """The value of a tensor or array as a number or list; None if it is unknown."""
    payload = _payload(tensor)
    shadow = getattr(tensor, "shadow", None)
    if is_fake(payload) or (shadow is not None and shadow.second is not None):
        return None
    return (tensor if payload is None else payload).tolist()


def is_valueless(tensor: Any) -> bool:
    """Whether the value of a tensor is unknown, also on example sizes."""
    payload = _payload(tensor)
    return payload is not None and is_fake(payload)


def _payload(tensor: Any) -> Any:
    """The payload of a tensor, of the first example of a symbolic one; None for other values."""
    shadow = getattr(tensor, "shadow", None)
    return getattr(tensor if shadow is None else shadow.first, "_t", None)


@shape_rule("Squeeze")
def _squeeze(input: Any, axis: Any = None, name: Any = None) -> list[Result] | None:
    all_axes = axis is None or (isinstance(axis, (list, tuple)) and not axis)
    if not all_axes or not isinstance(input, EagerTensor) or input.shape.is_fully_defined():
        return None
    return [(input.dtype, TensorShape(None))]  # an unknown size may be 1
