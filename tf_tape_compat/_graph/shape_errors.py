"""What TensorFlow says of an operation whose inputs do not fit, when it is added to a graph.

Its graphs check shapes by functions of their own, so the texts are not those of the kernels.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from .node_defs import attributes
from .op_inputs import REDUCTIONS
from .shown_inputs import shown
from .symbolic_tensor import SymbolicTensor

if TYPE_CHECKING:
    from .operation import Operation

# Operations whose shapes follow from the values of inputs, and the numbers of these inputs. The
# error shows them.
_COMPUTED: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(REDUCTIONS, (1,)),
    "ArgMax": (1,),
    "ArgMin": (1,),
    "ExpandDims": (1,),
    "GatherV2": (2,),
    "OneHot": (1,),
    "Split": (0,),
    "SplitV": (1, 2),
    "StridedSlice": (1, 2, 3),
    "Transpose": (1,),
}
_PARTIAL_SHAPES: dict[str, tuple[int, ...]] = {"Reshape": (1,), "BroadcastTo": (1,)}


def shape_error_text(operation: Operation, body: str) -> str:
    """The message for an operation that could not be added; `body` is what its kernel says."""
    inputs = operation.inputs
    said = _TEXTS.get(operation.type)
    if operation.type in ("MatMul", "BatchMatMulV2"):
        text = _product(operation, inputs)
    else:
        text = None if said is None else said(inputs, body)
    described = ", ".join(f"{k}={_value(v)}" for k, v in sorted(attributes(operation).items()))
    names = ", ".join(_name(x) for x in inputs)
    shapes = ", ".join(_brackets(x) for x in inputs)
    return (
        f"{text or body} for '{{{{node {operation.name}}}}} = {operation.type}[{described}]"
        f"({names})' with input shapes: {shapes}{_computed(operation.type, inputs)}."
    )


def _name(tensor: SymbolicTensor) -> str:
    return tensor.op.name if not tensor.value_index else tensor.name


def _computed(operation: str, inputs: tuple[SymbolicTensor, ...]) -> str:
    parts = []
    for numbers, what in (
        (_COMPUTED.get(operation), "computed input tensors:"),
        (_PARTIAL_SHAPES.get(operation), "input tensors computed as partial shapes:"),
    ):
        listed = []
        for number in numbers or ():
            value = inputs[number]._static_value() if number < len(inputs) else None
            if value is not None:
                items = np.asarray(value).reshape(-1).tolist()
                if what.startswith("computed"):
                    listed.append(f"input[{number}] = <{' '.join(map(str, items))}>")
                else:
                    sizes = ",".join("?" if n < 0 else str(n) for n in items)
                    listed.append(f"input[{number}] = [{sizes}]")
        if listed:
            parts.append(f" and with {what} {', '.join(listed)}")
    return "".join(parts)


def _brackets(tensor: SymbolicTensor) -> str:
    if tensor.shape.rank is None:
        return "<unknown>"
    return "[" + ",".join("?" if n is None else str(n) for n in tensor.shape.as_list()) + "]"


def _value(message: Any) -> str:
    """An attribute as errors show it."""
    kind = message.WhichOneof("value")
    value: Any = getattr(message, kind) if kind else None
    if kind == "type":
        return str(message).split(":")[1].strip()
    if kind == "b":
        return str(value).lower()
    if kind == "s":
        return f'"{value.decode("latin-1")}"'
    if kind == "shape":
        return "[" + ",".join("?" if d.size < 0 else str(d.size) for d in value.dim) + "]"
    if kind == "list":
        return "[" + ", ".join(str(x) for _, items in value.ListFields() for x in items) + "]"
    return f"{value:g}" if kind == "f" else str(value)


# -- texts -----------------------------------------------------------------------------------------

Inputs = tuple[SymbolicTensor, ...]


def _unequal(x: int, y: int) -> str:
    return f"Dimensions must be equal, but are {x} and {y}"


def _sizes(tensor: SymbolicTensor) -> list[int | None]:
    return [] if tensor.shape.rank is None else tensor.shape.as_list()


def _broadcast(inputs: Inputs, body: str) -> str | None:
    shapes = [_sizes(x) for x in inputs]
    ones: list[int | None] = [1]
    rank = max(map(len, shapes))
    padded = [ones * (rank - len(sizes)) + sizes for sizes in shapes]
    first = padded[0]
    for other in padded[1:]:
        for m, n in zip(first, other, strict=True):
            if m is not None and n is not None and m != n and 1 not in (m, n):
                return _unequal(m, n)
        first = [n if m == 1 else m for m, n in zip(first, other, strict=True)]
    return None


def _product(operation: Operation, inputs: Inputs) -> str | None:
    arguments = shown(operation).arguments
    inner = []
    for tensor, side in zip(inputs, "ab", strict=False):
        sizes = _sizes(tensor)
        if len(sizes) < 2:
            return f"Shape must be rank 2 but is rank {len(sizes)}"
        is_turned = arguments.get(f"transpose_{side}") or arguments.get(f"adjoint_{side}")
        inner.append(sizes[-2] if bool(is_turned) == (side == "a") else sizes[-1])
    if inner[0] != inner[1] and None not in inner:
        return _unequal(*inner)  # type: ignore[arg-type]
    return None


def _reshape(inputs: Inputs, body: str) -> str | None:
    sizes, target = _sizes(inputs[0]), inputs[1]._static_value() if len(inputs) > 1 else None
    if target is None or None in sizes:
        return None
    count, wanted = int(np.prod(sizes)), int(np.prod(target))  # type: ignore[arg-type]
    if wanted < 0:
        return None
    shape = ",".join(map(str, np.asarray(target).tolist()))
    return f"Cannot reshape a tensor with {count} elements to shape [{shape}] ({wanted} elements)"


def _broadcast_to(inputs: Inputs, body: str) -> str | None:
    target = inputs[1]._static_value() if len(inputs) > 1 else None
    if target is None:
        return None
    sizes, wanted = _sizes(inputs[0]), np.asarray(target).tolist()
    for m, n in zip(sizes[::-1], wanted[::-1], strict=False):
        if m is not None and m not in (1, n):
            return _unequal(m, n)
    return None


def _pack(inputs: Inputs, body: str) -> str | None:
    shapes = [_sizes(x) for x in inputs]
    for position in range(len(shapes) - 1, 0, -1):
        x, y = shapes[position - 1], shapes[position]
        for axis, (m, n) in enumerate(zip(x, y, strict=False)):
            if m != n and None not in (m, n):
                both = f"{_brackets(inputs[position - 1])} and {_brackets(inputs[position])}"
                return (
                    f"Dimension {axis} in both shapes must be equal, but are {m} and {n}. Shapes "
                    f"are {both}.\n\tFrom merging shape {position - 1} with other shapes."
                )
    return None


def _reduction(inputs: Inputs, body: str) -> str | None:
    rank, axes = inputs[0].shape.rank, inputs[1]._static_value() if len(inputs) > 1 else None
    if rank is None or axes is None:
        return None
    for axis in np.asarray(axes).reshape(-1).tolist():
        if not -rank <= axis < rank:
            return f"Invalid reduction dimension {axis} for input with {rank} dimensions."
    return None


def _transpose(inputs: Inputs, body: str) -> str | None:
    rank, perm = inputs[0].shape.rank, inputs[1]._static_value() if len(inputs) > 1 else None
    if rank is None or perm is None:
        return None
    if len(perm) != rank:
        return f"Dimension must be {len(perm)} but is {rank}"
    for axis in perm.tolist():
        if not -rank <= axis < rank:
            return f"perm dim {axis} is out of range of input rank {rank}"
    return None


def _split(inputs: Inputs, body: str) -> str | None:
    axis = inputs[0]._static_value()
    sizes = _sizes(inputs[1])
    words = body.split("num_split ")
    if axis is None or len(words) < 2:
        return None
    return (
        f"Dimension size must be evenly divisible by {words[1].split()[0]} but is "
        f"{sizes[int(axis)]}\n\tNumber of ways to split should evenly divide the split dimension"
    )


def _expand_dims(inputs: Inputs, body: str) -> str | None:
    rank, axis = inputs[0].shape.rank, inputs[1]._static_value() if len(inputs) > 1 else None
    if rank is None or axis is None:
        return None
    return f"dim {int(axis)} not in the interval [{-rank - 1}, {rank}]."


def _square(inputs: Inputs, body: str) -> str | None:
    sizes = _sizes(inputs[0])
    if len(sizes) < 2:
        return f"Shape must be at least rank 2 but is rank {len(sizes)}"
    return _unequal(sizes[-2], sizes[-1]) if sizes[-2] != sizes[-1] else None  # type: ignore[arg-type]


def _length_of(other: int) -> Callable[[Inputs, str], str | None]:
    """For a vector whose length is the rank of the first input."""

    def text(inputs: Inputs, body: str) -> str | None:
        rank = inputs[0].shape.rank
        length = _sizes(inputs[other])[0] if len(inputs) > other and _sizes(inputs[other]) else None
        if rank is None or length is None or rank == length:
            return None
        return f"Shape must be rank {length} but is rank {rank}"

    return text


def _tile(inputs: Inputs, body: str) -> str | None:
    rank = inputs[0].shape.rank
    sizes = _sizes(inputs[1]) if len(inputs) > 1 else []
    if rank is None or not sizes or sizes[0] == rank:
        return None
    return f"Shape must be rank {rank} but is rank {sizes[0]}"


_TEXTS: dict[str, Callable[[Inputs, str], str | None]] = {
    **dict.fromkeys(
        "AddV2 Sub Mul RealDiv FloorDiv FloorMod Pow Maximum Minimum SquaredDifference Greater "
        "GreaterEqual Less LessEqual Equal NotEqual LogicalAnd LogicalOr Atan2 DivNoNan MulNoNan "
        "Xdivy Xlogy SelectV2 BitwiseAnd BitwiseOr BitwiseXor LeftShift RightShift".split(),
        _broadcast,
    ),
    **dict.fromkeys(REDUCTIONS, _reduction),
    **dict.fromkeys("MatrixInverse Cholesky MatrixDeterminant".split(), _square),
    "BroadcastTo": _broadcast_to,
    "ExpandDims": _expand_dims,
    "Pack": _pack,
    "Pad": _length_of(1),
    "Reshape": _reshape,
    "Split": _split,
    "Tile": _tile,
    "Transpose": _transpose,
}
