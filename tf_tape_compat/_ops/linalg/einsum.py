"""`tf.einsum`: sums of products by an equation of axis labels."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from math import prod
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ...errors import InvalidArgumentError, NotFoundError
from ..array.joining import TENSOR_CLASSES
from .contraction import greedy_pairs

_TYPES = frozenset(
    {
        torch.bfloat16,
        torch.float16,
        torch.float32,
        torch.float64,
        torch.complex64,
        torch.complex128,
        torch.int32,
        torch.int64,
    }
)

# How TensorFlow lets the order of the products be chosen: all give the same.
_ORDERS = frozenset(
    "auto auto-hq branch-1 branch-2 branch-all dp dynamic-programming eager greedy opportunistic "
    "optimal random-greedy random-greedy-128".split()
)

_ELLIPSIS = "0"  # one character for `...`, as long as the equation is taken apart


@lru_cache(256)
def _parsed(equation: str, count: int) -> tuple[tuple[str, ...], str, str]:
    """The labels of each of `count` operands and of the output, and torch's equation.

    Raises ValueError.
    """
    text = equation.replace(" ", "")
    if "..." in text:
        if _ELLIPSIS in text:
            raise ValueError(f'Invalid character "{_ELLIPSIS}" in equation: {equation}.')
        text = text.replace("...", _ELLIPSIS)
        match = re.fullmatch("([a-zA-Z0,]*)(->[a-zA-Z0]*)?", text)
    else:
        match = re.fullmatch("([a-zA-Z,]*)(->[a-zA-Z]*)?", text)
    if match is None:
        raise ValueError(f"Subscripts have incorrect format: {text}")
    inputs = match[1].split(",")
    if count != len(inputs):
        raise ValueError(f'Got {count} inputs for equation "{equation}", expecting {len(inputs)}')
    counts = Counter(match[1].replace(",", ""))
    if match[2] is None:
        output = "".join(sorted(label for label, times in counts.items() if times == 1))
    else:
        output = match[2][2:]
    for label, times in Counter(output).items():
        if times > 1:
            raise ValueError(
                f"Output subscripts contain a label appearing more than once: {equation}"
            )
        if label != _ELLIPSIS and label not in counts:
            raise ValueError(
                f"Output subscripts contain the label {label} not present in the input subscripts."
            )
    for labels in inputs:
        if labels.count(_ELLIPSIS) > 1:
            raise ValueError(f"Too many ellipses in input label {_shown(labels)}.")
    return tuple(inputs), output, _shown(",".join(inputs) + "->" + output)


def _shown(labels: str) -> str:
    return labels.replace(_ELLIPSIS, "...")


@lru_cache(1024)
def _check_sizes(inputs: tuple[str, ...], output: str, *shapes: torch.Size) -> None:
    """Raises InvalidArgumentError for ranks and sizes that do not fit the labels.

    Other than torch and NumPy, TensorFlow broadcasts only the axes of an ellipsis.
    """
    sizes: dict[str, int] = {}
    broadcast = 0
    for number, (labels, shape) in enumerate(zip(inputs, shapes, strict=True)):
        start, ellipsis, end = labels.partition(_ELLIPSIS)
        named = len(start) + len(end)
        if len(shape) < named if ellipsis else len(shape) != named:
            raise InvalidArgumentError(
                None, None, f"Expected input {number} to have rank {named} but got: {len(shape)}"
            )
        broadcast = max(broadcast, len(shape) - named)
        axes = [*range(len(start)), *range(len(shape) - len(end), len(shape))]
        for label, axis in zip(start + end, axes, strict=True):
            if sizes.setdefault(label, shape[axis]) != shape[axis]:
                raise InvalidArgumentError(
                    None,
                    None,
                    f"Expected dimension {sizes[label]} at axis {axis} of the input shaped "
                    f"{list(shape)} but got dimension {shape[axis]}",
                )
    if broadcast and _ELLIPSIS not in output:
        raise InvalidArgumentError(
            None,
            None,
            f"Output contains {broadcast} broadcasting dimension(s) but no ellipsis in {output!r}",
        )


@single_op
def _sum_of_products(equation: str, *inputs: torch.Tensor) -> torch.Tensor:
    # torch adds up integers in 64 bits.
    return torch.einsum(equation, *inputs).to(inputs[0].dtype)


@op("Einsum", "inputs*")
def _einsum(inputs: Any, labels: tuple[str, ...], output: str, equation: str) -> Any:
    return _computed(labels, output, equation, *inputs)


@op("Einsum", "a:T b:T")
def _einsum_of_two(a: Any, b: Any, labels: tuple[str, ...], output: str, equation: str) -> Any:
    """As `_einsum`, without a list to look through."""
    return _computed(labels, output, equation, a, b)


def _computed(labels: tuple[str, ...], output: str, equation: str, *inputs: Any) -> Any:
    first = inputs[0]
    if isinstance(first, np.ndarray) or first.dtype not in _TYPES:
        raise NotFoundError(
            None,
            None,
            "Could not find device for node: {{node Einsum}}: TensorFlow has no kernel for "
            f"operands of {first.dtype} [Op:Einsum]",
        )
    _check_sizes(labels, output, *[x.shape for x in inputs])
    return _sum_of_products(equation, *inputs)


def einsum(equation: str, *inputs: Any, **kwargs: Any) -> Any:
    """The sum of products of the `inputs` that `equation` describes, such as `"ij,jk->ik"`.

    Labels are letters; an ellipsis stands for axes that broadcast, and needs one in the output.
    Answers for `tf.einsum`, with `optimize` (which order three and more operands are multiplied
    in) and `name` by keyword. Raises ValueError for an equation that cannot be,
    InvalidArgumentError for shapes that do not fit it.
    """
    kwargs.pop("name", None)
    optimize = kwargs.pop("optimize", "greedy")
    if kwargs:
        raise TypeError(
            f"Invalid keyword arguments for einsum: {', '.join(kwargs)}. Valid arguments: name, "
            "optimize, greedy."
        )
    for operand in inputs:
        if type(operand) not in TENSOR_CLASSES:
            operand.shape  # noqa: B018  TensorFlow takes no operands without one either
    parsed = _parsed(equation, len(inputs))
    if len(inputs) > 2:
        _check_order(optimize)
        return _in_pairs(list(inputs), *parsed)
    if len(inputs) == 2 and type(inputs[0]) in TENSOR_CLASSES and type(inputs[1]) in TENSOR_CLASSES:
        return _einsum_of_two(inputs[0], inputs[1], *parsed)
    return _einsum(list(inputs), *parsed)


def _in_pairs(operands: list[Any], labels: tuple[str, ...], output: str, equation: str) -> Any:
    """The sum of products of more than two operands, by operations on two, as in TensorFlow."""
    shapes = [torch.Size(operand.shape) for operand in operands]
    _check_sizes(labels, output, *shapes)
    left = {n: (x, operand) for n, (x, operand) in enumerate(zip(labels, operands, strict=True))}
    for first, second in greedy_pairs(labels, output, _sizes(labels, shapes)):
        (x, a), (y, b) = left.pop(first), left.pop(second)
        needed = output + "".join(other for other, _ in left.values())
        kept = output if not left else "".join(c for c in dict.fromkeys(x + y) if c in needed)
        number = max((first, second, len(labels) - 1, *left)) + 1
        left[number] = kept, _einsum([a, b], (x, y), kept, _shown(f"{x},{y}->{kept}"))
    ((_, result),) = left.values()
    return result


def _sizes(labels: tuple[str, ...], shapes: list[torch.Size]) -> tuple[tuple[str, int], ...]:
    """The size of each label, of an ellipsis that of all its axes together."""
    sizes: dict[str, int] = {}
    for names, shape in zip(labels, shapes, strict=True):
        start, ellipsis, end = names.partition(_ELLIPSIS)
        named = dict(zip(start, shape, strict=False))
        named |= dict(zip(end[::-1], shape[::-1], strict=False))
        if ellipsis:
            between = prod(shape[len(start) : len(shape) - len(end)])
            named[_ELLIPSIS] = max(between, sizes.get(_ELLIPSIS, 1))
        sizes |= named
    return tuple(sizes.items())


def _check_order(optimize: Any) -> None:
    if optimize is False:
        raise InvalidArgumentError(
            None, None, "Expecting 1 or 2 input subscripts in equation: optimize is False"
        )
    if optimize is True or optimize in _ORDERS:
        return
    if isinstance(optimize, str):
        raise KeyError(
            f"Path optimizer '{optimize}' not found, valid options are {sorted(_ORDERS)}"
        )
    raise NotImplementedError(
        f"tf.einsum: `optimize` is the name of an order or a bool here, not {optimize!r}"
    )
