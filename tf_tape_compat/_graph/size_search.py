"""Sizes for unknown dimensions under which an operation runs.

Example sizes need not fit each other: a dimension that is unknown may have to equal a known one, or
1, or the sum of the sizes of a split. If an operation fails on the usual examples, these are tried.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from .._core.recording.activation import stop_recording
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType
from .._core.types.shape import TensorShape
from . import shadows
from .shadows import Shadow

_MOST_RUNS = 96

Result = tuple[DType, TensorShape]


def fitting_results(
    operation: str,
    inputs: Sequence[Any],
    arguments: Any,
    run: Callable[[list[EagerTensor]], list[EagerTensor]],
) -> list[Result] | None:
    """The dtypes and static shapes of the results, from all runs that succeed; None if none does.

    `inputs` are the symbolic tensors, `arguments` what else the operation was called with.
    """
    unknown = [i for i, x in enumerate(inputs) if x.shape.rank and None in x.shape.as_list()]
    if not unknown:
        return None
    results: list[Result] | None = None
    candidates = _candidates(inputs, arguments)
    counts = [sum(n is None for n in inputs[i].shape.as_list()) for i in unknown]
    for sizes in itertools.islice(_choices(candidates, counts), _MOST_RUNS):
        found = _results(operation, inputs, dict(zip(unknown, sizes, strict=True)), run)
        if found is None:
            continue
        results = found if results is None else _merged(results, found)
    return results


def _choices(candidates: list[int], counts: list[int]) -> Iterator[list[tuple[int, ...]]]:
    """Sizes for each unknown dimension of each input; `counts` are their numbers.

    First all are equal, then those of each input, then none need be. Nothing comes twice.
    """
    for size in candidates:
        yield [(size,) * count for count in counts]
    if len(counts) > 1:
        for sizes in itertools.product(candidates, repeat=len(counts)):
            if len(set(sizes)) > 1:
                yield [(n,) * count for n, count in zip(sizes, counts, strict=True)]
    if max(counts) > 1:
        for sizes in itertools.product(candidates, repeat=sum(counts)):
            remaining = iter(sizes)
            choice = [tuple(itertools.islice(remaining, count)) for count in counts]
            if any(len(set(own)) > 1 for own in choice):
                yield choice


def _results(
    operation: str,
    inputs: Sequence[Any],
    sizes: dict[int, tuple[int, ...]],
    run: Callable[[list[EagerTensor]], list[EagerTensor]],
) -> list[Result] | None:
    tensors = [
        EagerTensor(shadows.example(x.dtype.torch, _filled(x.shape, sizes[i]), 0))
        if i in sizes
        else shadows.untracked(x.shadow.first)
        for i, x in enumerate(inputs)
    ]
    try:
        with stop_recording():
            outputs = shadows.evaluate(operation, tensors, lambda: run(tensors))
    except Exception as error:
        if not shadows.is_data_dependent(error):
            return None
        try:
            return shadows.valued_examples(operation, [Shadow(x) for x in tensors], run)
        except Exception:
            return None
    return [(x.dtype, TensorShape._from_ints(tuple(x._t.shape))) for x in outputs]


def _filled(shape: TensorShape, sizes: tuple[int, ...]) -> TensorShape:
    """A shape with these sizes for its unknown dimensions."""
    remaining = iter(sizes)
    return TensorShape([next(remaining) if n is None else n for n in shape.as_list()])


def _merged(results: list[Result], others: list[Result]) -> list[Result]:
    """The static shapes that both runs agree with."""
    if len(results) != len(others):
        return results
    return [
        (dtype, shape.most_specific_compatible_shape(other))
        for (dtype, shape), (_, other) in zip(results, others, strict=True)
    ]


def _candidates(inputs: Sequence[Any], arguments: Any) -> list[int]:
    """Sizes to try: those of known dimensions, 1, and numbers among the arguments."""
    known = [n for x in inputs if x.shape.rank for n in x.shape.as_list() if n is not None]
    numbers = list(_numbers(arguments))
    return list(dict.fromkeys([*known, 1, *numbers, math.prod(known), 2, 3, 0]))


def _numbers(value: Any) -> Iterator[int]:
    """The whole numbers in arguments, the sums and products of lists of them, and sizes."""
    if isinstance(value, (bool, str, bytes)):
        return
    sizes = getattr(value, "shape", None)
    if isinstance(sizes, (tuple, TensorShape)):  # an array, a tensor or its payload
        yield from (n for n in sizes if isinstance(n, int))
        return
    if isinstance(value, int):
        if 0 <= value < 10_000:
            yield value
    elif isinstance(value, (list, tuple)):
        yield len(value)
        items = [x for x in value if isinstance(x, int) and x >= 0]
        if items:
            yield sum(items)
            yield math.prod(items)
        for item in value:
            yield from _numbers(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _numbers(item)
