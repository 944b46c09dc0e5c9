"""The operation that all candidate samplers share: validation, drawing, expected counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch

from ..._core.devices.placement import place
from ..._core.tensor.convert import INT64, c_name, is_typed, to_tensor, wrap
from ..._core.tensor.host_values import to_numpy
from ..._core.tensor.tensor import EagerTensor
from ...errors import InvalidArgumentError
from .._support.arguments import op_error
from .._support.random_words import RandomWords
from ..random import seeds


class Sampler(NamedTuple):
    """A distribution over the integers in [0, size)."""

    size: int
    draw: Callable[[RandomWords], int]  # one sample
    probability: Callable[[np.ndarray], np.ndarray]  # of each of the given integers


def _expected_count(probability: np.ndarray, count: int, tries: int) -> np.ndarray:
    """The expected counts of values with these probabilities, among `count` drawn in `tries`."""
    probability = probability.astype(np.float32)
    if tries == count:
        return probability * np.float32(count)
    return -np.expm1(np.float32(tries) * np.log1p(-probability))


def _draw_candidates(
    sampler: Sampler, words: RandomWords, count: int, unique: bool
) -> tuple[np.ndarray, int]:
    """Draws `count` values. Returns them and the number of tries that it took."""
    if not unique:
        return np.array([sampler.draw(words) for _ in range(count)], np.int64), count
    distinct: dict[int, None] = {}
    tries = 0
    while len(distinct) < count:
        tries += 1
        distinct.setdefault(sampler.draw(words))
    return np.array(list(distinct), np.int64), tries


def checked_true_classes(
    operation: str, classes: Any, num_true: int, num_sampled: int, unique: bool, size: int
) -> np.ndarray:
    """The true classes as an array. Raises InvalidArgumentError for invalid arguments."""
    for name, value in (("num_true", num_true), ("num_sampled", num_sampled), ("range_max", size)):
        if value < 1:
            message = f"Value for attr '{name}' of {value} must be at least minimum 1"
            raise InvalidArgumentError(None, None, f"{message} [Op:{operation}] name: ")
    classes = to_tensor(classes) if is_typed(classes) else to_tensor(classes, INT64)
    if classes.dtype is not INT64:
        raise InvalidArgumentError(
            None,
            None,
            f"cannot compute {operation} as input #0(zero-based) was expected to be a int64 tensor "
            f"but is a {c_name(classes.dtype)} tensor [Op:{operation}] name: ",
        )
    array = to_numpy(classes._t)
    if array.ndim != 2:
        raise op_error(operation, "true_classes must be a matrix")
    if array.shape[1] != num_true:
        raise op_error(
            operation,
            f"true_classes must have num_true columns, expected: {array.shape[1]} was: {num_true}",
        )
    if unique and num_sampled > size:
        raise op_error(operation, "Sampler's range is too small.")
    out_of_range = array[(array < 0) | (array >= size)]
    if out_of_range.size:
        raise op_error(
            operation, f"`true_candidate` out of range [0, {size}), received {out_of_range[0]}"
        )
    return array


def as_eager_tensor(array: np.ndarray) -> EagerTensor:
    return wrap(place(torch.from_numpy(np.ascontiguousarray(array))))


def sample_candidates(
    operation: str,
    result_type: type,
    make_sampler: Callable[[], Sampler],
    op_seeds: Any,
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    size: int,
    extra_key: tuple[Any, ...] = (),
) -> Any:
    """Draws candidates; returns them, and the expected counts of the true classes and of them."""
    true = checked_true_classes(operation, true_classes, num_true, num_sampled, unique, size)
    sampler = make_sampler()
    key = (operation, num_true, num_sampled, bool(unique), size, *extra_key)
    source, start = seeds.reserve_blocks(key, op_seeds, 512 * num_sampled)
    candidates, tries = _draw_candidates(
        sampler, RandomWords(source, start), num_sampled, bool(unique)
    )
    expected = [
        _expected_count(sampler.probability(classes), num_sampled, tries)
        for classes in (true, candidates)
    ]
    return result_type(
        as_eager_tensor(candidates),
        *(as_eager_tensor(count.astype(np.float32)) for count in expected),
    )
