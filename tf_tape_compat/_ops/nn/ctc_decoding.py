"""The labels that connectionist temporal classification finds most probable."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.tensor.host_values import to_numpy
from ..._core.variables.sparse_tensor import SparseTensor
from ...errors import FailedPreconditionError
from .._support.arguments import check_minimum, invalid


def _check(inputs: torch.Tensor, lengths: torch.Tensor) -> list[int]:
    """The lengths, where they fit the inputs [time, batch, classes]."""
    if inputs.ndim != 3:
        raise invalid("inputs is not a 3-Tensor")
    if not inputs.numel():
        raise invalid("inputs must not be empty")
    if lengths.ndim != 1:
        raise invalid("sequence_length is not a vector")
    time, batch, _ = inputs.shape
    if lengths.shape[0] != batch:
        raise FailedPreconditionError(
            None,
            None,
            f"len(sequence_length) != batch_size.  len(sequence_length):  {lengths.shape[0]} "
            f"batch_size: {batch}",
        )
    found: list[int] = lengths.tolist()
    for number, length in enumerate(found):
        if length > time:
            raise FailedPreconditionError(None, None, f"sequence_length({number}) <= {time}")
    return found


# -- the best class of each frame ---------------------------------------------------------------


@op("CTCGreedyDecoder", "inputs sequence_length", unrecorded=True)
def ctc_greedy(inputs: Any, sequence_length: Any, merge_repeated: bool, blank_index: int) -> Any:
    """The positions, values and shape, and the scores; for `tf.raw_ops.CTCGreedyDecoder`."""
    _check(inputs, sequence_length)
    time, batch, classes = inputs.shape
    blank = blank_index + classes if blank_index < 0 else blank_index
    if not 0 <= blank < classes:
        raise invalid(
            f"blank_index expected to be between {-classes} and {classes - 1} but was {blank_index}"
        )
    scores, best = (part.t() for part in inputs.max(2))
    inside = torch.arange(time, device=best.device) < sequence_length[:, None]
    kept = inside & (best != blank)
    if merge_repeated:
        kept[:, 1:] &= best[:, 1:] != best[:, :-1]
    places = kept.cumsum(1)
    indices = kept.nonzero()
    indices[:, 1] = places[kept] - 1
    shape = torch.stack([places.new_tensor(batch), places[:, -1].max()])
    return [indices, best[kept], shape, -torch.where(inside, scores, 0).sum(1, keepdim=True)]


def ctc_greedy_decoder(
    inputs: Any, sequence_length: Any, merge_repeated: bool = True, blank_index: Any = None
) -> tuple[list[SparseTensor], Any]:
    """The most probable class of each frame, without blanks; for `tf.nn.ctc_greedy_decoder`.

    `inputs` are logits [time, batch, classes], of which the last class, or `blank_index`, is the
    blank; `sequence_length` is int32. With `merge_repeated` a class that repeats counts once.
    Returns a list of one `tf.SparseTensor` [batch, longest] of classes, and the negative sums of
    the logits [batch, 1]. Raises InvalidArgumentError for inputs of another rank or without
    elements, FailedPreconditionError for lengths that do not fit.
    """
    blank = -1 if blank_index is None else blank_index
    *parts, scores = ctc_greedy(inputs, sequence_length, bool(merge_repeated), blank)
    return [SparseTensor(*parts)], scores


# -- beam search --------------------------------------------------------------------------------


class _Beams:
    """The best prefixes of each sequence, the most probable first; all sequences at once.

    A prefix is a node of a tree: its number (-1 where there are fewer), its parent's, its last
    class, the label. For each there are the logarithms of its probability: of all ways to it, and
    of those that end in its label or in a blank.
    """

    def __init__(self, batch: int, width: int, classes: int, dtype: Any) -> None:
        self.width, self.blank = width, classes - 1
        self.nodes, self.parents, self.labels = np.full((3, batch, width), -1)
        self.total, self.labelled, self.blanked = np.full((3, batch, width), -np.inf, dtype)
        self.nodes[:, 0] = 0
        self.total[:, 0] = self.blanked[:, 0] = 0
        # Of all nodes, by sequence: the number by parent and label; parent and label by number.
        self.numbers: list[dict[tuple[int, int], int]] = [{} for _ in range(batch)]
        self.history: list[list[tuple[int, int]]] = [[(-1, -1)] for _ in range(batch)]

    def step(self, rows: np.ndarray, logits: np.ndarray) -> None:
        """Another frame of the sequences `rows`, with the logarithms of its classes."""
        nodes, parents, labels = self.nodes[rows], self.parents[rows], self.labels[rows]
        total, blanked = self.total[rows], self.blanked[rows]
        count, width = nodes.shape
        each = np.arange(count)[:, None]
        # Prefixes that stay: by a blank, by their label again, or from their parent by the label.
        follows = (parents[:, :, None] == nodes[:, None, :]) & (parents >= 0)[:, :, None]
        has_parent, at_parent = follows.any(2), follows.argmax(2)
        repeats = labels == labels[each, at_parent]
        before = np.where(repeats, blanked[each, at_parent], total[each, at_parent])
        before = np.where(has_parent, before, -np.inf)
        stay_labelled = _sum(self.labelled[rows], before) + logits[each, labels]
        stay_blanked = total + logits[:, self.blank :]
        stay = _sum(stay_blanked, stay_labelled)
        # Prefixes that have one more label, but for those that are there already.
        grown = np.repeat(total[:, :, None], self.blank, 2)
        row, beam = (labels >= 0).nonzero()
        grown[row, beam, labels[row, beam]] = blanked[row, beam]
        grown += logits[:, None, : self.blank]
        row, beam = has_parent.nonzero()
        grown[row, at_parent[row, beam], labels[row, beam]] = -np.inf
        scores = np.concatenate([stay, grown.reshape(count, -1)], 1)
        order = np.argsort(-scores, 1, kind="stable")[:, :width]
        for i in self._disputed(order, has_parent, at_parent):
            order[i] = self._one_by_one(scores[i], has_parent[i], at_parent[i], labels[i])
        # What is left of both.
        self.total[rows] = np.take_along_axis(scores, order, 1)
        grows = order >= width
        beam, label = np.divmod(order - width, max(self.blank, 1))
        beam = np.where(grows, beam, order)
        self.labelled[rows] = np.where(grows, self.total[rows], stay_labelled[each, beam])
        self.blanked[rows] = np.where(grows, -np.inf, stay_blanked[each, beam])
        self.labels[rows] = np.where(grows, label, labels[each, beam])
        self.parents[rows] = np.where(grows, nodes[each, beam], parents[each, beam])
        self.nodes[rows] = np.where(grows, -1, nodes[each, beam])
        self._number(rows, grows)

    def _number(self, rows: np.ndarray, grows: np.ndarray) -> None:
        """Gives the prefixes that have grown their numbers."""
        for i, j in zip(*(grows & (self.total[rows] > -np.inf)).nonzero(), strict=True):
            row = rows[i]
            key = (int(self.parents[row, j]), int(self.labels[row, j]))
            number = self.numbers[row].setdefault(key, len(self.history[row]))
            if number == len(self.history[row]):
                self.history[row].append(key)
            self.nodes[row, j] = number

    def _disputed(
        self, order: np.ndarray, has_parent: np.ndarray, at_parent: np.ndarray
    ) -> np.ndarray:
        """The sequences where it matters in which order TensorFlow looks at the prefixes.

        One that has to go before its parent is looked at does not grow any more.
        """
        late = has_parent & (at_parent < np.arange(self.width))
        grown = (order - self.width) // max(self.blank, 1)
        for i in np.nonzero(late.any(1))[0]:
            gone = late[i].copy()
            gone[order[i][order[i] < self.width]] = False
            if not gone[grown[i][order[i] >= self.width]].any():
                late[i] = False
        return np.nonzero(late.any(1))[0]

    def _one_by_one(
        self, scores: np.ndarray, has_parent: np.ndarray, at_parent: np.ndarray, labels: np.ndarray
    ) -> np.ndarray:
        """The best prefixes of one sequence, as TensorFlow finds them one after another."""
        values = scores.tolist()
        best = [(values[i], -i) for i in range(self.width)]
        heapq.heapify(best)
        kept = set(range(self.width))
        children = {(at_parent[i], labels[i]): i for i in np.nonzero(has_parent)[0].tolist()}
        ended: set[int] = set()
        for at in range(self.width, len(values)):
            beam, label = divmod(at - self.width, self.blank)
            if beam in ended:
                continue
            child = children.get((beam, label))
            if child is not None:
                if child not in kept:
                    ended.add(child)
            elif values[at] > best[0][0]:
                kept.discard(-heapq.heapreplace(best, (values[at], -at))[1])
        return np.array([-i for _, i in sorted(best, reverse=True)])

    def path(self, row: int, rank: int, merge_repeated: bool) -> list[int]:
        """The labels of a prefix."""
        found = list(self._labels(row, int(self.nodes[row, rank])))[::-1]
        if not merge_repeated:
            return found
        return [label for i, label in enumerate(found) if not i or label != found[i - 1]]

    def _labels(self, row: int, node: int) -> Iterator[int]:
        while node > 0:
            node, label = self.history[row][node]
            yield label


def _log_softmax(logits: np.ndarray) -> np.ndarray:
    largest = logits.max(2, keepdims=True)
    return logits - (largest + np.log(np.exp(logits - largest).sum(2, keepdims=True)))


def _sum(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The logarithm of the sum of two probabilities; as TensorFlow's, with float32 inside."""
    high, low = np.maximum(x, y), np.minimum(x, y)
    more = np.log1p(np.exp((low - high).astype(np.float32)))
    return np.where(np.isneginf(high), high, high + more)


@op("CTCBeamSearchDecoder", "inputs sequence_length", unrecorded=True)
def _search(inputs: Any, sequence_length: Any, width: int, paths: int, merge: bool) -> Any:
    lengths = np.array(_check(inputs, sequence_length))
    batch, classes = inputs.shape[1:]
    logits = to_numpy(inputs)
    beams = _Beams(batch, width, classes, logits.dtype)
    with np.errstate(all="ignore"):
        logits = _log_softmax(logits)
        for time in range(max(lengths)):
            rows = np.nonzero(lengths > time)[0]
            beams.step(rows, logits[time, rows])
    if paths > width:
        raise invalid("requested more paths than the beam width.")
    if (beams.nodes[:, :paths] < 0).any():
        raise invalid("Less leaves in the beam search than requested.")
    found: list[list[Any]] = [[], [], []]
    for rank in range(paths):
        labels = [beams.path(row, rank, merge) for row in range(batch)]
        indices = [(row, place) for row, path in enumerate(labels) for place in range(len(path))]
        found[0].append(torch.tensor(indices, dtype=torch.int64).reshape(-1, 2))
        found[1].append(torch.tensor([x for path in labels for x in path], dtype=torch.int64))
        found[2].append(torch.tensor([batch, max(map(len, labels))]))
    scores = torch.from_numpy(beams.total[:, :paths].copy())
    return [part.to(inputs.device) for parts in found for part in parts] + [scores]


def ctc_searched(
    inputs: Any, sequence_length: Any, beam_width: int, top_paths: int, merge_repeated: bool
) -> tuple[Any, ...]:
    """The positions, values and shapes of the paths, a list of each, and the scores.

    Answers for `tf.raw_ops.CTCBeamSearchDecoder`.
    """
    check_minimum(1, "beam_width", beam_width, "CTCBeamSearchDecoder")
    check_minimum(1, "top_paths", top_paths, "CTCBeamSearchDecoder")
    *parts, scores = _search(inputs, sequence_length, beam_width, top_paths, bool(merge_repeated))
    return (*(parts[i * top_paths : (i + 1) * top_paths] for i in range(3)), scores)


def ctc_beam_search_decoder(
    inputs: Any, sequence_length: Any, beam_width: int = 100, top_paths: int = 1
) -> tuple[list[SparseTensor], Any]:
    """The most probable sequences of classes; answers for `tf.nn.ctc_beam_search_decoder`.

    `inputs` are logits [time, batch, classes], of which the last class is the blank;
    `sequence_length` is int32. Of all prefixes the best `beam_width` are kept from frame to frame.
    Returns a list of `top_paths` sparse tensors [batch, longest] of classes, the most probable
    first, and the logarithms of their probabilities [batch, top_paths]. Raises InvalidArgumentError
    for more paths than there are, and as `ctc_greedy_decoder` does.
    """
    *parts, scores = ctc_searched(inputs, sequence_length, beam_width, top_paths, False)
    return [SparseTensor(*part) for part in zip(*parts, strict=True)], scores
