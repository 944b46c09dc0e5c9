"""The edit distance between sequences in sparse tensors."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.tensor.host_values import to_numpy
from ..._core.variables.sparse_tensor import SparseTensor
from .._support.arguments import brackets, invalid_argument
from .indices import check_parts


def _distance(one: list[Any], two: list[Any]) -> int:
    """The Levenshtein distance."""
    row = list(range(len(two) + 1))
    for i, a in enumerate(one):
        corner, row[0] = row[0], i + 1
        for j, b in enumerate(two):
            corner, row[j + 1] = row[j + 1], min(row[j] + 1, row[j + 1] + 1, corner + (a != b))
    return row[-1]


def _sequences(indices: Any, values: Any) -> dict[tuple[int, ...], list[Any]]:
    """The values grouped by all indices but the last."""
    sequences: dict[tuple[int, ...], list[Any]] = defaultdict(list)
    for prefix, value in zip(indices[:, :-1].tolist(), to_numpy(values).tolist(), strict=True):
        sequences[tuple(prefix)].append(value)
    return sequences


@op(
    "EditDistance",
    "hypothesis_indices hypothesis_values hypothesis_shape truth_indices truth_values truth_shape",
    unrecorded=True,
)
def _edit_distance(
    hypothesis_indices: Any,
    hypothesis_values: Any,
    hypothesis_shape: Any,
    truth_indices: Any,
    truth_values: Any,
    truth_shape: Any,
    normalize: bool,
) -> Any:
    hypothesis_sizes = check_parts(hypothesis_indices, hypothesis_values, hypothesis_shape)
    truth_sizes = check_parts(truth_indices, truth_values, truth_shape)
    if len(hypothesis_sizes) != len(truth_sizes) or len(hypothesis_sizes) < 2:
        raise invalid_argument(
            f"Expected hypothesis and truth of one rank above 1, got shapes "
            f"{brackets(hypothesis_sizes)} and {brackets(truth_sizes)}"
        )
    sizes = [max(pair) for pair in zip(hypothesis_sizes[:-1], truth_sizes[:-1], strict=True)]
    out = np.zeros(sizes, np.float32)
    hypotheses = _sequences(hypothesis_indices, hypothesis_values)
    truths = _sequences(truth_indices, truth_values)
    for prefix in {*hypotheses, *truths}:
        if any(not 0 <= n < size for n, size in zip(prefix, sizes, strict=True)):
            raise invalid_argument(
                f"position {brackets(prefix)} is outside of the shape {brackets(sizes)}"
            )
        hypothesis, truth = hypotheses.get(prefix, []), truths.get(prefix, [])
        distance = float(_distance(hypothesis, truth))
        if normalize:
            distance = distance / len(truth) if truth else np.inf
        out[prefix] = distance
    return torch.from_numpy(out)


def edit_distance(
    hypothesis: Any, truth: Any, normalize: bool = True, name: str = "edit_distance"
) -> Any:
    """The Levenshtein distance between sequences. Implements `tf.edit_distance`.

    Args:
        hypothesis: a sparse tensor, whose last dimension holds the sequences.
        truth: a sparse tensor of the same rank.
        normalize: whether to divide by the length of the truth.
        name: ignored.

    Returns:
        float32, with the shape of the tensors without the last dimension.

    Raises:
        TypeError: if an argument is not sparse.
        InvalidArgumentError: if the ranks differ.
    """
    for argument, value in (("Hypothesis", hypothesis), ("Truth", truth)):
        if not isinstance(value, SparseTensor):
            raise TypeError(f"{argument} must be a SparseTensor.")
    first, second = hypothesis._parts, truth._parts
    return _edit_distance(
        first[0], first[1], first[2], second[0], second[1], second[2], bool(normalize)
    )
