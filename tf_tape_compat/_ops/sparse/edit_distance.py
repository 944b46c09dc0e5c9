"""The edit distance between sequences in sparse tensors."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.tensor.host_values import to_numpy
from ..._core.variables.sparse_tensor import SparseTensor
from .._support.arguments import brackets, invalid
from .indices import check_parts


def _distance(one: list[Any], two: list[Any]) -> int:
    """Levenshtein's."""
    row = list(range(len(two) + 1))
    for i, a in enumerate(one):
        corner, row[0] = row[0], i + 1
        for j, b in enumerate(two):
            corner, row[j + 1] = row[j + 1], min(row[j] + 1, row[j + 1] + 1, corner + (a != b))
    return row[-1]


def _sequences(indices: Any, values: Any) -> dict[tuple[int, ...], list[Any]]:
    """The elements by all coordinates but the last."""
    found: dict[tuple[int, ...], list[Any]] = defaultdict(list)
    for place, value in zip(indices[:, :-1].tolist(), to_numpy(values).tolist(), strict=True):
        found[tuple(place)].append(value)
    return found


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
    ours = check_parts(hypothesis_indices, hypothesis_values, hypothesis_shape)
    theirs = check_parts(truth_indices, truth_values, truth_shape)
    if len(ours) != len(theirs) or len(ours) < 2:
        raise invalid(
            f"Expected hypothesis and truth of one rank above 1, got shapes {brackets(ours)} and "
            f"{brackets(theirs)}"
        )
    sizes = [max(pair) for pair in zip(ours[:-1], theirs[:-1], strict=True)]
    out = np.zeros(sizes, np.float32)
    hypotheses = _sequences(hypothesis_indices, hypothesis_values)
    truths = _sequences(truth_indices, truth_values)
    for place in {*hypotheses, *truths}:
        if any(not 0 <= n < size for n, size in zip(place, sizes, strict=True)):
            raise invalid(f"position {brackets(place)} is outside of the shape {brackets(sizes)}")
        hypothesis, truth = hypotheses.get(place, []), truths.get(place, [])
        distance = float(_distance(hypothesis, truth))
        if normalize:
            distance = distance / len(truth) if truth else np.inf
        out[place] = distance
    return torch.from_numpy(out)


def edit_distance(
    hypothesis: Any, truth: Any, normalize: bool = True, name: str = "edit_distance"
) -> Any:
    """How many insertions, deletions and changes make `hypothesis` of `truth`, row by row.

    The rows are the last dimensions of sparse tensors. With `normalize` the number is divided by
    the length of the truth. Answers for `tf.edit_distance`. Raises TypeError for dense tensors,
    InvalidArgumentError for different ranks.
    """
    for what, given in (("Hypothesis", hypothesis), ("Truth", truth)):
        if not isinstance(given, SparseTensor):
            raise TypeError(f"{what} must be a SparseTensor.")
    first, second = hypothesis._parts, truth._parts
    return _edit_distance(
        first[0], first[1], first[2], second[0], second[1], second[2], bool(normalize)
    )
