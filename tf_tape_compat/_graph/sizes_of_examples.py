"""Sizes and values that are equal in both examples of a tensor, but not in all calls.

The smaller of a size and 2 is 2 in both examples, and so is the length of `x[:2]`: only the size
of a call says what it is.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .._core.tensor.tensor import EagerTensor
from .._core.types.shape import TensorShape
from .shadows import is_fake

# Operations that move values: what is known of their inputs is known of their results.
_MOVES = frozenset(
    "Cast ConcatV2 ExpandDims GatherV2 Identity Pack Reshape Slice Split Squeeze StopGradient "
    "StridedSlice Unpack Shape ShapeN".split()
)


def is_chance(node: Any, first: EagerTensor, second: EagerTensor) -> bool:
    """Whether a result of a node has values that are equal in both examples perhaps by chance."""
    x, y = first._t, second._t
    if node.type in _MOVES or is_fake(x) or is_fake(y) or isinstance(x, np.ndarray):
        return False
    if all(tensor.shadow.second is None for tensor in node.inputs):
        return False
    return x.shape == y.shape and bool((x == y).any())


# -- slices ----------------------------------------------------------------------------------------


def encoded(item: Any) -> Any:
    """An item of a key; a slice as a tuple of its bounds."""
    return (item.start, item.stop, item.step) if isinstance(item, slice) else item


def has_place(item: Any) -> bool:
    """Whether a bound of a slice is a tensor."""
    return not all(bound is None or isinstance(bound, int) for bound in item)


def sliced_shape(shape: TensorShape, items: list[Any]) -> TensorShape:
    """The static shape of a slice, some of whose bounds or sizes are not known."""
    if shape.rank is None:
        return TensorShape(None)
    sizes = shape.as_list()
    covered = sum(item is not None and item is not Ellipsis for item in items)
    if not any(item is Ellipsis for item in items):
        items = [*items, Ellipsis]
    result: list[int | None] = []
    axis = 0
    for item in items:
        if item is None:
            result.append(1)
        elif item is Ellipsis:
            rest = shape.rank - covered
            result += sizes[axis : axis + rest]
            axis += rest
        elif type(item) is tuple:
            size = sizes[axis]
            if has_place(item) or size is None:
                result.append(size if item == (None, None, None) else None)
            else:
                result.append(len(range(size)[slice(*item)]))
            axis += 1
        else:
            axis += 1
    return TensorShape(result)


# -- linear algebra --------------------------------------------------------------------------------


def shapes_beyond_examples(node: Any) -> list[TensorShape] | None:
    """The static shapes of results with sizes that are the smaller of a known and an unknown one.

    None for all other nodes.
    """
    rule = _RULES.get(node.type)
    if rule is None or not node.inputs:
        return None
    shape = node.inputs[0].shape
    if rule is _slice:
        return _slice(shape, node)
    if shape.rank is None or shape.rank < 2 or None not in shape.as_list()[-2:]:
        return None
    *batch, m, n = shape.as_list()
    args, kwargs = node.arguments
    options = {key: value for key, value in kwargs.items() if key not in ("input", "tensor")}
    shapes = rule(m, n, *args[1:], **options)
    return None if shapes is None else [TensorShape([*batch, *sizes]) for sizes in shapes]


def _svd(
    m: Any, n: Any, full_matrices: bool = False, compute_uv: bool = True, name: Any = None
) -> list[list[Any]]:
    if not compute_uv:
        return [[None]]
    return [[None], [m, m if full_matrices else None], [n, n if full_matrices else None]]


def _qr(m: Any, n: Any, full_matrices: bool = False, name: Any = None) -> list[list[Any]]:
    return [[m, m], [m, n]] if full_matrices else [[m, None], [None, n]]


def _diag_part(m: Any, n: Any, name: Any = None, k: Any = 0, *_: Any, **__: Any) -> Any:
    return [[None]] if isinstance(k, int) else None


def _slice(shape: TensorShape, node: Any) -> list[TensorShape] | None:
    args, _ = node.arguments
    if shape.is_fully_defined() or shape.rank is None:
        return None
    if len(args) != 2:  # the operation with its masks
        return None
    items = args[1] if isinstance(args[1], tuple) else (args[1],)
    return [sliced_shape(shape, list(map(encoded, items)))]


_RULES: dict[str, Any] = {
    "StridedSlice": _slice,
    "Svd": _svd,
    "Qr": _qr,
    "MatrixDiagPartV3": _diag_part,
}
