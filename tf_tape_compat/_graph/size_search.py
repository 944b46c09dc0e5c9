"""Sizes for unknown dimensions under which an operation runs.

Example sizes need not fit each other: a dimension that is unknown may have to equal a known one, or
1, or the sum of the sizes of a split. If an operation fails on the usual examples, these are tried.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import torch

from .._core.recording.activation import stop_recording
from .._core.tensor.tensor import EagerTensor
from .._core.types.shape import TensorShape
from . import shadows
from .shadows import Result, Shadow

_MOST_RUNS = 96  # for each rank
# Larger examples are not given values: they take memory and tell no more than smaller ones.
_MOST_ELEMENTS = 1 << 20
_MOST_TIMES_USUAL = 8
_RANKS = range(6)  # of tensors of unknown rank
_OTHER_SIZES = (shadows.FIRST_SIZE, 1)  # that a dimension is given to find out if it is free

Run = Callable[[list[EagerTensor]], list[EagerTensor]]
Sizes = tuple[int, ...]


def fitting_results(
    operation: str, inputs: Sequence[Any], arguments: Any, run: Run
) -> list[Result] | None:
    """The dtypes and static shapes of the results, from all runs that succeed; None if none does.

    `inputs` are the symbolic tensors, `arguments` what else the operation was called with.
    """
    search = _Search(operation, inputs, arguments, run)
    results: list[Result] | None = None
    for rank in _RANKS if search.has_unknown_rank else (0,):
        found = search.results(rank)
        if found is not None:
            results = found if results is None else _merged(results, found)
    return results


class _Search:
    """The runs of an operation under values for what is unknown in its inputs.

    That is unknown dimensions, and numbers that follow from them, such as those of `tf.shape`. A
    place is an input and one of its dimensions, or one of its numbers.
    """

    def __init__(self, operation: str, inputs: Sequence[Any], arguments: Any, run: Run) -> None:
        self._operation = operation
        self._inputs = inputs
        self._run = run
        self._candidates = _candidates(inputs, arguments)
        self._numbers = [_varying_numbers(x.shadow) for x in inputs]
        usual = _elements(x.shadow.first for x in inputs)
        self._most_elements = max(_MOST_ELEMENTS, _MOST_TIMES_USUAL * usual)
        self.has_unknown_rank = any(x.shape.rank is None for x in inputs)

    def results(self, rank: int) -> list[Result] | None:
        """What all runs agree with in which tensors of unknown rank have this one."""
        shapes: list[list[int | None]] = [
            [None] * rank if x.shape.rank is None else x.shape.as_list() for x in self._inputs
        ]
        unknown = [
            (i, place)
            for i, shape in enumerate(shapes)
            for place in (*_unknown_axes(shape), *self._numbers[i])
        ]
        if not unknown and not self.has_unknown_rank:
            return None
        results: list[Result] | None = None
        fit: Sizes | None = None
        for sizes in itertools.islice(self._choices(unknown), _MOST_RUNS):
            found = self._results(shapes, unknown, sizes)
            if found is not None:
                fit = fit or sizes
                results = found if results is None else _merged(results, found)
        if fit is None or results is None:
            return results
        # Sizes of results that follow from what may be another size are unknown.
        for number, other in itertools.product(range(len(unknown)), _OTHER_SIZES):
            found = self._results(shapes, unknown, (*fit[:number], other, *fit[number + 1 :]))
            if found is not None:
                results = _merged(results, found)
        return results

    def _choices(self, unknown: list[tuple[int, int]]) -> Iterator[Sizes]:
        """Sizes to try: equal ones in each tensor, then one or two unusual ones, then all."""
        numbers = sorted({i for i, _ in unknown})
        if any(self._numbers):
            for size in (shadows.FIRST_SIZE, shadows.SECOND_SIZE):
                yield tuple(size if self._numbers[i] else shadows.FIRST_SIZE for i, _ in unknown)
        choices: Iterator[Sizes] = ((size,) * len(numbers) for size in self._candidates)
        if len(numbers) > 1:
            choices = itertools.chain(
                choices, itertools.product(self._candidates, repeat=len(numbers))
            )
        for sizes in itertools.islice(choices, _MOST_RUNS // 3):
            of_tensor = dict(zip(numbers, sizes, strict=True))
            yield tuple(of_tensor[i] for i, _ in unknown)
        if len(unknown) > len(numbers):
            usual = (shadows.FIRST_SIZE,) * len(unknown)
            for count in (1, 2):
                for places in itertools.combinations(range(len(unknown)), count):
                    for others in itertools.product(self._candidates[:4], repeat=count):
                        changes = dict(zip(places, others, strict=True))
                        yield tuple(changes.get(i, size) for i, size in enumerate(usual))
            yield from itertools.product(self._candidates, repeat=len(unknown))

    def _results(
        self, shapes: list[list[int | None]], unknown: list[tuple[int, int]], sizes: Sizes
    ) -> list[Result] | None:
        """The results with these sizes for what is unknown; None if it fails."""
        known = dict(zip(unknown, sizes, strict=True))
        tensors = [self._filled(i, shape, known) for i, shape in enumerate(shapes)]
        try:
            with stop_recording():
                outputs = shadows.evaluate(self._operation, tensors, lambda: self._run(tensors))
        except Exception as error:
            if not shadows.is_data_dependent(error):
                return None
            if _elements(tensors) > self._most_elements:
                return None
            try:
                examples = [Shadow(x) for x in tensors]
                return shadows.valued_examples(self._operation, examples, self._run)
            except Exception:
                return None
        return [(x.dtype, TensorShape._from_ints(tuple(x._t.shape))) for x in outputs]

    def _filled(
        self, i: int, shape: list[int | None], known: dict[tuple[int, int], int]
    ) -> EagerTensor:
        """An input with these sizes or numbers."""
        x = self._inputs[i]
        if self._numbers[i]:
            payload = x.shadow.first._t.clone()
            for place in self._numbers[i]:
                payload.view(-1)[place] = known[i, place]
            return EagerTensor(payload)
        if x.shape.is_fully_defined():
            return shadows.untracked(x.shadow.first)
        filled = TensorShape([known.get((i, axis), n) for axis, n in enumerate(shape)])
        return EagerTensor(shadows.example(shadows.payload_type(x.dtype), filled, 0))


def _elements(tensors: Iterable[EagerTensor]) -> int:
    """How many elements tensors have together."""
    return sum(math.prod(x._t.shape) for x in tensors)


def _varying_numbers(shadow: Shadow) -> list[int]:
    """The places of the whole numbers in a known value that differ between the two examples."""
    first, second = shadow.first._t, shadow.second
    if second is None or shadows.is_fake(first) or not isinstance(first, torch.Tensor):
        return []
    if first.is_floating_point() or first.shape != second._t.shape:
        return []
    return (first.reshape(-1) != second._t.reshape(-1)).nonzero().reshape(-1).tolist()


def _unknown_axes(shape: list[int | None]) -> list[int]:
    return [axis for axis, size in enumerate(shape) if size is None]


def _merged(results: list[Result], others: list[Result]) -> list[Result]:
    """The static shapes that both runs agree with."""
    if len(results) != len(others):
        return results
    return shadows.merged_results(results, others)


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
