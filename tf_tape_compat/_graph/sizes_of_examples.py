"""Sizes and values that are equal in both examples of a tensor, but not in all calls.

The smaller of a size and 2 is 2 in both examples, and so is the length of `x[:2]`: only the size
of a call says what it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .._core.tensor.tensor import EagerTensor
from .._core.types.shape import TensorShape
from .shadows import is_fake
from .structure import TensorPlace

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
    """Whether an item is a slice of which a bound is a tensor."""
    return type(item) is tuple and not all(x is None or isinstance(x, int) for x in item)


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


def _slice(node: Any) -> list[TensorShape] | None:
    """An unknown size may be smaller than a bound, though no example is."""
    args, _ = node.arguments
    if len(args) != 2 or type(args[0]) is not TensorPlace:  # the operation with its masks
        return None
    shape = node.inputs[args[0].number].shape
    items = [encoded(x) for x in (args[1] if isinstance(args[1], (list, tuple)) else (args[1],))]
    if shape.rank is None or shape.is_fully_defined() or any(map(has_place, items)):
        return None
    return [sliced_shape(shape, items)]


# -- linear algebra --------------------------------------------------------------------------------


def _of_matrices(sizes_of_results: Callable[..., Any]) -> Callable[[Any], Any]:
    """A rule from the sizes of results for the sizes of a matrix, one of which is unknown."""

    def shapes(node: Any) -> list[TensorShape] | None:
        if not node.inputs:
            return None
        shape = node.inputs[0].shape
        if shape.rank is None or shape.rank < 2 or None not in shape.as_list()[-2:]:
            return None
        *batch, m, n = shape.as_list()
        args, kwargs = node.arguments
        options = {key: value for key, value in kwargs.items() if key not in ("input", "tensor")}
        results = sizes_of_results(m, n, *args[1:], **options)
        return None if results is None else [TensorShape([*batch, *sizes]) for sizes in results]

    return shapes


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


_RULES: dict[str, Callable[[Any], Any]] = {
    "StridedSlice": _slice,
    "Svd": _of_matrices(_svd),
    "Qr": _of_matrices(_qr),
    "MatrixDiagPartV3": _of_matrices(_diag_part),
}


def shapes_beyond_examples(node: Any) -> list[TensorShape] | None:
    """The static shapes of results with sizes that are the smaller of a known and an unknown one.

    None for all other nodes.
    """
    rule = _RULES.get(node.type)
    shapes: list[TensorShape] | None = None if rule is None else rule(node)
    return shapes
