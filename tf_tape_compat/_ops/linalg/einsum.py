"""`tf.einsum`: sums of products, described by an equation of axis labels."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from math import prod
from typing import Any

import numpy as np
import torch
from opt_einsum import contract_path

from ..._core.op.op import op
from ..._core.op.op_errors import missing_kernel
from ..._core.recording.admission import single_op
from ..._core.tensor.tensor import STRING
from ..._core.types.dtype import FROM_TORCH
from ..._core.types.shape import brackets
from ...errors import InvalidArgumentError
from .._support.arguments import invalid_argument
from ..array.joining import TENSOR_CLASSES

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

_ELLIPSIS = "0"  # `...` as one character, within this module


@lru_cache(256)
def _parse(equation: str, count: int) -> tuple[tuple[str, ...], str, str]:
    """The labels of each of `count` operands and of the output, and torch's equation.

    Raises ValueError if the equation is malformed or has other than `count` operands.
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
            raise ValueError(f"Too many ellipses in input label {_with_dots(labels)}.")
    return tuple(inputs), output, _with_dots(",".join(inputs) + "->" + output)


def _with_dots(labels: str) -> str:
    return labels.replace(_ELLIPSIS, "...")


@lru_cache(1024)
def _check_sizes(inputs: tuple[str, ...], output: str, *shapes: torch.Size) -> None:
    """Raises InvalidArgumentError if ranks or sizes do not match the labels.

    Unlike torch and NumPy, TensorFlow broadcasts only the axes of an ellipsis.
    """
    sizes: dict[str, int] = {}
    broadcast = 0
    for number, (labels, shape) in enumerate(zip(inputs, shapes, strict=True)):
        start, ellipsis, end = labels.partition(_ELLIPSIS)
        named = len(start) + len(end)
        if len(shape) < named if ellipsis else len(shape) != named:
            message = f"Expected input {number} to have rank {named} but got: {len(shape)}"
            raise invalid_argument(message, "Einsum", f"_N_{len(shapes)}")
        broadcast = max(broadcast, len(shape) - named)
        axes = [*range(len(start)), *range(len(shape) - len(end), len(shape))]
        for label, axis in zip(start + end, axes, strict=True):
            if sizes.setdefault(label, shape[axis]) != shape[axis]:
                raise invalid_argument(
                    f"Expected dimension {sizes[label]} at axis {axis} of the input shaped "
                    f"{brackets(shape)} but got dimension {shape[axis]}",
                    "Einsum",
                    f"_N_{len(shapes)}",
                )
    if broadcast and _ELLIPSIS not in output:
        raise InvalidArgumentError(
            None,
            None,
            f"Output contains {broadcast} broadcasting dimension(s) but no ellipsis in {output!r}",
        )


@single_op
def _sum_of_products(equation: str, *inputs: torch.Tensor) -> torch.Tensor:
    # torch sums integers in 64 bits.
    return torch.einsum(equation, *inputs).to(inputs[0].dtype)


@op("Einsum", "inputs*")
def _einsum(inputs: Any, labels: tuple[str, ...], output: str, equation: str) -> Any:
    return _compute(labels, output, equation, *inputs)


@op("Einsum", "a:T b:T")
def _einsum_of_two(a: Any, b: Any, labels: tuple[str, ...], output: str, equation: str) -> Any:
    """As `_einsum`, for two tensors, which are faster to pass than a list."""
    return _compute(labels, output, equation, a, b)


def _compute(labels: tuple[str, ...], output: str, equation: str, *inputs: Any) -> Any:
    first = inputs[0]
    if isinstance(first, np.ndarray) or first.dtype not in _TYPES:
        dtype = FROM_TORCH.get(first.dtype, STRING)
        raise missing_kernel("Einsum", N=len(inputs), T=dtype, equation=equation)
    _check_sizes(labels, output, *[x.shape for x in inputs])
    return _sum_of_products(equation, *inputs)


def einsum(equation: str, *inputs: Any, **kwargs: Any) -> Any:
    """Sums products of tensors over labelled axes. Implements `tf.einsum`.

    Args:
        equation: the axes of each input and of the result, one letter each, such as
            `"ij,jk->ik"`. An ellipsis denotes axes that broadcast. Without `->`, the result
            has the axes whose letters occur once, in alphabetical order.
        *inputs: tensors, all of one floating point, complex, int32 or int64 type.
        **kwargs: `optimize`, the order in which three or more inputs are multiplied: anything
            that opt_einsum accepts, "greedy" by default; and `name`, which is ignored.

    Returns:
        A tensor of the type of the inputs.

    Raises:
        ValueError: if the equation is malformed or has another number of inputs.
        InvalidArgumentError: if the shapes do not match the equation.
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
            operand.shape  # noqa: B018  raises AttributeError for lists, as in TensorFlow
    parsed = _parse(equation, len(inputs))
    if len(inputs) > 2:
        return _contract(list(inputs), *parsed, optimize)
    if len(inputs) == 2 and type(inputs[0]) in TENSOR_CLASSES and type(inputs[1]) in TENSOR_CLASSES:
        return _einsum_of_two(inputs[0], inputs[1], *parsed)
    return _einsum(list(inputs), *parsed)


# -- three and more operands --------------------------------------------------------------------


def _contract(
    operands: list[Any], labels: tuple[str, ...], output: str, equation: str, optimize: Any
) -> Any:
    """Multiplies three or more operands, two at a time, in the order of opt_einsum."""
    shapes = [torch.Size(operand.shape) for operand in operands]
    _check_sizes(labels, output, *shapes)
    for positions, names, kept in _steps(labels, output, _sizes(labels, shapes), optimize):
        step_equation = _with_dots(f"{','.join(names)}->{kept}")
        if len(names) > 2:
            raise InvalidArgumentError(
                None,
                None,
                f"Expecting 1 or 2 input subscripts in equation '{step_equation}' but got: "
                f"{len(names)} [Op:Einsum]",
            )
        chosen = [operands.pop(position) for position in positions]
        operands.append(_einsum(chosen, names, kept, step_equation))
    return operands[0]


@lru_cache(128)
def _steps(
    labels: tuple[str, ...], output: str, sizes: tuple[tuple[str, int], ...], optimize: Any
) -> list[tuple[tuple[int, ...], tuple[str, ...], str]]:
    """The steps of a contraction.

    Each has the positions of its operands, to be popped from the list in this order while the
    result goes to its end, the operands' labels, and the result's labels.
    """
    size_of = dict(sizes)
    shapes = [tuple(size_of[label] for label in names) for names in labels]
    equation = f"{','.join(labels)}->{output}"
    _, info = contract_path(equation, *shapes, shapes=True, optimize=optimize, use_blas=True)
    steps = []
    for positions, _, step, *_ in info.contraction_list:
        names, kept = step.split("->")
        steps.append((tuple(positions), tuple(names.split(",")), kept))
    return steps


def _sizes(labels: tuple[str, ...], shapes: list[torch.Size]) -> tuple[tuple[str, int], ...]:
    """The size of each label, at least 1; that of an ellipsis is the product of its axes' sizes."""
    sizes: dict[str, int] = {}
    for names, shape in zip(labels, shapes, strict=True):
        start, ellipsis, end = names.partition(_ELLIPSIS)
        axes = list(zip(start, shape, strict=False))
        axes += zip(end[::-1], shape[::-1], strict=False)
        if ellipsis:
            axes.append((ellipsis, prod(filter(None, shape[len(start) : len(shape) - len(end)]))))
        for label, size in axes:
            sizes[label] = max(size, sizes.get(label, 1))
    return tuple(sizes.items())
