"""Decoders for connectionist temporal classification: greedy and beam search.

As in TensorFlow, they run on the CPU.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from ..._core.devices.placement import place
from ..._core.op.op import op
from ..._core.tensor.host_values import to_numpy
from ..._core.variables.sparse_tensor import SparseTensor
from ...errors import FailedPreconditionError
from .._support.arguments import check_minimum, invalid_argument


def _checked_lengths(inputs: torch.Tensor, lengths: torch.Tensor) -> list[int]:
    """The lengths as a list, after checking them against the inputs [time, batch, classes]."""
    if inputs.ndim != 3:
        raise invalid_argument("inputs is not a 3-Tensor")
    if not inputs.numel():
        raise invalid_argument("inputs must not be empty")
    if lengths.ndim != 1:
        raise invalid_argument("sequence_length is not a vector")
    time, batch, _ = inputs.shape
    if lengths.shape[0] != batch:
        raise FailedPreconditionError(
            None,
            None,
            f"len(sequence_length) != batch_size.  len(sequence_length):  {lengths.shape[0]} "
            f"batch_size: {batch}",
        )
    length_list: list[int] = lengths.tolist()
    for index, length in enumerate(length_list):
        if length > time:
            raise FailedPreconditionError(None, None, f"sequence_length({index}) <= {time}")
    return length_list


# -- greedy search ------------------------------------------------------------------------------


@op("CTCGreedyDecoder", "inputs sequence_length", unrecorded=True, host="inputs sequence_length")
def ctc_greedy(inputs: Any, sequence_length: Any, merge_repeated: bool, blank_index: int) -> Any:
    """Implements `tf.raw_ops.CTCGreedyDecoder`.

    Returns the indices, values and shape of the labels, and the scores.
    """
    _checked_lengths(inputs, sequence_length)
    time, batch, classes = inputs.shape
    blank = blank_index + classes if blank_index < 0 else blank_index
    if not 0 <= blank < classes:
        raise invalid_argument(
            f"blank_index expected to be between {-classes} and {classes - 1} but was {blank_index}"
        )
    scores, best = (tensor.t() for tensor in inputs.max(2))
    in_sequence = torch.arange(time, device=best.device) < sequence_length[:, None]
    kept = in_sequence & (best != blank)
    if merge_repeated:
        kept[:, 1:] &= best[:, 1:] != best[:, :-1]
    label_counts = kept.cumsum(1)
    indices = kept.nonzero()
    indices[:, 1] = label_counts[kept] - 1
    shape = torch.stack([label_counts.new_tensor(batch), label_counts[:, -1].max()])
    total = -torch.where(in_sequence, scores, 0).sum(1, keepdim=True)
    return [place(tensor) for tensor in (indices, best[kept], shape, total)]


def ctc_greedy_decoder(
    inputs: Any, sequence_length: Any, merge_repeated: bool = True, blank_index: Any = None
) -> tuple[list[SparseTensor], Any]:
    """Implements `tf.nn.ctc_greedy_decoder`: the most probable class of each frame, without blanks.

    Args:
      inputs: logits [time, batch, classes].
      sequence_length: int32 [batch].
      merge_repeated: whether to collapse repeated classes.
      blank_index: the class of the blank; the last one by default.

    Returns:
      A list of one SparseTensor [batch, longest] of classes, and the negative sums of the logits
      [batch, 1].

    Raises:
      InvalidArgumentError: if `inputs` is empty or not of rank 3.
      FailedPreconditionError: if the lengths do not fit.
    """
    blank = -1 if blank_index is None else blank_index
    *components, scores = ctc_greedy(inputs, sequence_length, bool(merge_repeated), blank)
    return [SparseTensor(*components)], scores


# -- beam search --------------------------------------------------------------------------------


class _Beams:
    """The most probable prefixes of each sequence, best first, for all sequences at once.

    A prefix is a node of a tree. `nodes` has its number (-1 for unused beams), `parents` that of
    its parent and `labels` its last class. Log-probabilities: `total` of all paths to the prefix,
    `labelled` and `blanked` of those that end in its label or in a blank.
    """

    def __init__(self, batch: int, width: int, classes: int, dtype: Any) -> None:
        self.width, self.blank = width, classes - 1
        self.nodes, self.parents, self.labels = np.full((3, batch, width), -1)
        self.total, self.labelled, self.blanked = np.full((3, batch, width), -np.inf, dtype)
        self.nodes[:, 0] = 0
        self.total[:, 0] = self.blanked[:, 0] = 0
        # For each sequence: node numbers by (parent, label), and (parent, label) by node number.
        self.numbers: list[dict[tuple[int, int], int]] = [{} for _ in range(batch)]
        self.history: list[list[tuple[int, int]]] = [[(-1, -1)] for _ in range(batch)]

    def step(self, rows: np.ndarray, logits: np.ndarray) -> None:
        """Processes another frame of the sequences `rows`, given log-probabilities of classes."""
        nodes, parents, labels = self.nodes[rows], self.parents[rows], self.labels[rows]
        total, blanked = self.total[rows], self.blanked[rows]
        count, width = nodes.shape
        row_index = np.arange(count)[:, None]
        # Prefixes that stay: by a blank, by repeating their label, or from their parent by it.
        is_child = (parents[:, :, None] == nodes[:, None, :]) & (parents >= 0)[:, :, None]
        has_parent, parent_beam = is_child.any(2), is_child.argmax(2)
        repeats = labels == labels[row_index, parent_beam]
        from_parent = np.where(
            repeats, blanked[row_index, parent_beam], total[row_index, parent_beam]
        )
        from_parent = np.where(has_parent, from_parent, -np.inf)
        stay_labelled = _log_add(self.labelled[rows], from_parent) + logits[row_index, labels]
        stay_blanked = total + logits[:, self.blank :]
        stay_total = _log_add(stay_blanked, stay_labelled)
        # Prefixes extended by a label, except those that are beams already.
        extended = np.repeat(total[:, :, None], self.blank, 2)
        row, beam = (labels >= 0).nonzero()
        extended[row, beam, labels[row, beam]] = blanked[row, beam]
        extended += logits[:, None, : self.blank]
        row, beam = has_parent.nonzero()
        extended[row, parent_beam[row, beam], labels[row, beam]] = -np.inf
        scores = np.concatenate([stay_total, extended.reshape(count, -1)], 1)
        order = np.argsort(-scores, 1, kind="stable")[:, :width]
        for i in self._order_dependent_rows(order, has_parent, parent_beam):
            order[i] = self._select_sequentially(
                scores[i], has_parent[i], parent_beam[i], labels[i]
            )
        # Keep the best of both.
        self.total[rows] = np.take_along_axis(scores, order, 1)
        is_extended = order >= width
        beam, label = np.divmod(order - width, max(self.blank, 1))
        beam = np.where(is_extended, beam, order)
        self.labelled[rows] = np.where(
            is_extended, self.total[rows], stay_labelled[row_index, beam]
        )
        self.blanked[rows] = np.where(is_extended, -np.inf, stay_blanked[row_index, beam])
        self.labels[rows] = np.where(is_extended, label, labels[row_index, beam])
        self.parents[rows] = np.where(is_extended, nodes[row_index, beam], parents[row_index, beam])
        self.nodes[rows] = np.where(is_extended, -1, nodes[row_index, beam])
        self._number_nodes(rows, is_extended)

    def _number_nodes(self, rows: np.ndarray, is_extended: np.ndarray) -> None:
        """Numbers the nodes of the prefixes that were extended."""
        for i, j in zip(*(is_extended & (self.total[rows] > -np.inf)).nonzero(), strict=True):
            row = rows[i]
            key = (int(self.parents[row, j]), int(self.labels[row, j]))
            number = self.numbers[row].setdefault(key, len(self.history[row]))
            if number == len(self.history[row]):
                self.history[row].append(key)
            self.nodes[row, j] = number

    def _order_dependent_rows(
        self, order: np.ndarray, has_parent: np.ndarray, parent_beam: np.ndarray
    ) -> np.ndarray:
        """The sequences for which the order in which TensorFlow visits the prefixes matters.

        A prefix that is dropped before its parent is visited is not extended any more.
        """
        visited_before_parent = has_parent & (parent_beam < np.arange(self.width))
        extended_beam = (order - self.width) // max(self.blank, 1)
        for i in np.nonzero(visited_before_parent.any(1))[0]:
            dropped = visited_before_parent[i].copy()
            dropped[order[i][order[i] < self.width]] = False
            if not dropped[extended_beam[i][order[i] >= self.width]].any():
                visited_before_parent[i] = False
        return np.nonzero(visited_before_parent.any(1))[0]

    def _select_sequentially(
        self,
        scores: np.ndarray,
        has_parent: np.ndarray,
        parent_beam: np.ndarray,
        labels: np.ndarray,
    ) -> np.ndarray:
        """The best prefixes of one sequence, selected one after the other as in TensorFlow."""
        values = scores.tolist()
        best = [(values[i], -i) for i in range(self.width)]
        heapq.heapify(best)
        kept = set(range(self.width))
        children = {(parent_beam[i], labels[i]): i for i in np.nonzero(has_parent)[0].tolist()}
        not_extended: set[int] = set()
        for index in range(self.width, len(values)):
            beam, label = divmod(index - self.width, self.blank)
            if beam in not_extended:
                continue
            child = children.get((beam, label))
            if child is not None:
                if child not in kept:
                    not_extended.add(child)
            elif values[index] > best[0][0]:
                kept.discard(-heapq.heapreplace(best, (values[index], -index))[1])
        return np.array([-i for _, i in sorted(best, reverse=True)])

    def path(self, row: int, rank: int, merge_repeated: bool) -> list[int]:
        """The labels of a prefix, from first to last."""
        labels = list(self._labels(row, int(self.nodes[row, rank])))[::-1]
        if not merge_repeated:
            return labels
        return [label for i, label in enumerate(labels) if not i or label != labels[i - 1]]

    def _labels(self, row: int, node: int) -> Iterator[int]:
        while node > 0:
            node, label = self.history[row][node]
            yield label


def _log_softmax(logits: np.ndarray) -> np.ndarray:
    largest = logits.max(2, keepdims=True)
    return logits - (largest + np.log(np.exp(logits - largest).sum(2, keepdims=True)))


def _log_add(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The logarithm of the sum of two probabilities, with float32 inside as in TensorFlow."""
    high, low = np.maximum(x, y), np.minimum(x, y)
    log_ratio = np.log1p(np.exp((low - high).astype(np.float32)))
    return np.where(np.isneginf(high), high, high + log_ratio)


@op(
    "CTCBeamSearchDecoder", "inputs sequence_length", unrecorded=True, host="inputs sequence_length"
)
def _beam_search(inputs: Any, sequence_length: Any, width: int, paths: int, merge: bool) -> Any:
    lengths = np.array(_checked_lengths(inputs, sequence_length))
    batch, classes = inputs.shape[1:]
    logits = to_numpy(inputs)
    beams = _Beams(batch, width, classes, logits.dtype)
    with np.errstate(all="ignore"):
        logits = _log_softmax(logits)
        for time in range(max(lengths)):
            rows = np.nonzero(lengths > time)[0]
            beams.step(rows, logits[time, rows])
    if paths > width:
        raise invalid_argument("requested more paths than the beam width.")
    if (beams.nodes[:, :paths] < 0).any():
        raise invalid_argument("Less leaves in the beam search than requested.")
    components: list[list[Any]] = [[], [], []]
    for rank in range(paths):
        labels = [beams.path(row, rank, merge) for row in range(batch)]
        indices = [
            (row, position) for row, path in enumerate(labels) for position in range(len(path))
        ]
        components[0].append(torch.tensor(indices, dtype=torch.int64).reshape(-1, 2))
        components[1].append(
            torch.tensor([label for path in labels for label in path], dtype=torch.int64)
        )
        components[2].append(torch.tensor([batch, max(map(len, labels))]))
    scores = torch.from_numpy(beams.total[:, :paths].copy())
    return [place(tensor) for tensors in (*components, [scores]) for tensor in tensors]


def ctc_beam_search(
    inputs: Any, sequence_length: Any, beam_width: int, top_paths: int, merge_repeated: bool
) -> tuple[Any, ...]:
    """Implements `tf.raw_ops.CTCBeamSearchDecoder`.

    Returns lists of the indices, values and shapes of the paths, and the scores.
    """
    check_minimum(1, "beam_width", beam_width, "CTCBeamSearchDecoder")
    check_minimum(1, "top_paths", top_paths, "CTCBeamSearchDecoder")
    *tensors, scores = _beam_search(
        inputs, sequence_length, beam_width, top_paths, bool(merge_repeated)
    )
    return (*(tensors[i * top_paths : (i + 1) * top_paths] for i in range(3)), scores)


def ctc_beam_search_decoder(
    inputs: Any, sequence_length: Any, beam_width: int = 100, top_paths: int = 1
) -> tuple[list[SparseTensor], Any]:
    """Implements `tf.nn.ctc_beam_search_decoder`: the most probable sequences of classes.

    Args:
      inputs: logits [time, batch, classes]; the last class is the blank.
      sequence_length: int32 [batch].
      beam_width: the number of prefixes kept from frame to frame.
      top_paths: the number of sequences to return.

    Returns:
      A list of `top_paths` SparseTensors [batch, longest] of classes, most probable first, and
      their log-probabilities [batch, top_paths].

    Raises:
      InvalidArgumentError: if fewer than `top_paths` sequences are found; and as
        `ctc_greedy_decoder`.
    """
    *components, scores = ctc_beam_search(inputs, sequence_length, beam_width, top_paths, False)
    return [SparseTensor(*path) for path in zip(*components, strict=True)], scores
