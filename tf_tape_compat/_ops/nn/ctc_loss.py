"""Connectionist temporal classification: the loss, and utilities for labels."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.tensor.convert import INT32, INT64, to_tensor
from ..._core.tensor.value_checks import check_values_outside_vmap
from ..._core.variables.sparse_tensor import SparseTensor
from .._support.arguments import brackets, invalid_argument
from .._support.gradient_rules import refuse_second_gradient, with_gradient
from ..array.creation import ones_like
from ..array.joining import concat
from ..array.padding import pad
from ..array.shaping import size, transpose
from ..array.unique import unique as _distinct
from ..array.where import where
from ..control.map_fn import map_fn
from ..math.arithmetic import subtract
from ..math.casting import cast
from ..math.unsorted_segments import unsorted_segment_sum
from ..sparse.construction import to_dense

# Used for log(0) where a sequence cannot begin or end.
_LOG_ZERO = math.log(1e-307)


class _Lattice:
    """The states of a batch of label sequences, in the log domain.

    State 0 is the start, state j the j-th label, and state `count + 1 + j` the blank after it.
    `merges`: whether a label that is repeated without a blank in between counts once.
    """

    def __init__(
        self,
        logits: torch.Tensor,
        labels: torch.Tensor,
        lengths: torch.Tensor,
        frames: torch.Tensor,
        merges: bool,
    ) -> None:
        self.logits = torch.log_softmax(logits, 2)  # [time, batch, classes]
        time, batch, self.classes = logits.shape
        self.labels = labels.long()
        self.count = labels.shape[1]
        is_class = (self.labels >= 0) & (self.labels < self.classes)
        index = self.labels.clamp(0, self.classes - 1).expand(time, -1, -1)
        label_scores = torch.where(is_class, self.logits.gather(2, index), 0)
        blanks = self.logits[:, :, :1].expand(-1, -1, self.count + 1)
        start = logits.new_full((time, batch, 1), -math.inf)
        self.observed = torch.cat([start, label_scores, blanks], 2)
        repeated = self.labels[:, 1:] == self.labels[:, :-1]
        zero = logits.new_zeros(())
        is_refused = repeated if merges else torch.zeros_like(repeated)
        self.skips = torch.where(is_refused, zero - math.inf, zero)  # from label j to label j + 1
        self.merges = merges
        self.mask = (torch.arange(time, device=frames.device) < frames.unsqueeze(1)).t()
        self.mask = self.mask.to(logits.dtype)
        states = torch.arange(self.count + 1, device=lengths.device)
        is_last = (states == lengths.unsqueeze(1)).to(logits.dtype)
        self.final = (1 - torch.cat([is_last, is_last], 1)) * _LOG_ZERO

    def _never(self, *shape: int) -> torch.Tensor:
        return self.logits.new_full(shape, -math.inf)

    def _staying(self, labels: torch.Tensor) -> torch.Tensor:
        """The log-probabilities of states that stay at their label."""
        return labels if self.merges else labels - math.inf

    def forward(self) -> torch.Tensor:
        """The log-probabilities of the states, given the frames up to each."""
        n = self.count + 1
        batch = self.logits.shape[1]
        state = self.logits.new_full((batch, 2 * n), _LOG_ZERO)
        state[:, 0] = 0.0
        states = []
        for observed in self.observed:
            labels, blanks = state[:, :n], state[:, n:]
            previous_label = torch.cat([labels[:, :1], labels[:, 1:-1] + self.skips], 1)
            previous_label = torch.cat([self._never(batch, 1), previous_label[:, : n - 1]], 1)
            after_blank = torch.cat([self._never(batch, 1), blanks[:, :-1]], 1)
            paths = [self._staying(labels), previous_label, after_blank]
            labels_now = torch.logsumexp(torch.stack(paths), 0)
            blanks_now = torch.logaddexp(blanks, labels)
            state = torch.cat([labels_now, blanks_now], 1) + observed
            state = state - torch.logsumexp(state, 1, keepdim=True)
            states.append(state)
        return torch.stack(states)

    def backward(self) -> tuple[torch.Tensor, torch.Tensor]:
        """The log-probabilities of the states given the later frames, and the log-likelihood."""
        n = self.count + 1
        batch = self.logits.shape[1]
        state, total = self.final, self.logits.new_zeros(batch)
        states = [state]
        for observed, mask in zip(self.observed.flip(0), self.mask.flip(0), strict=True):
            state = state + observed
            labels, blanks = state[:, :n], state[:, n:]
            next_label = torch.cat([labels[:, 1:2], labels[:, 2:] + self.skips], 1)
            next_label = torch.cat([next_label[:, : n - 1], self._never(batch, 1)], 1)
            paths = [self._staying(labels), next_label, blanks]
            labels_now = torch.logsumexp(torch.stack(paths), 0)
            to_label = torch.cat([labels[:, 1:], self._never(batch, 1)], 1)
            blanks_now = torch.logaddexp(blanks, to_label)
            state = torch.cat([labels_now, blanks_now], 1)
            scale = torch.logsumexp(state, 1, keepdim=True)
            state = state - scale
            total = total + scale.squeeze(1) * mask
            mask = mask.unsqueeze(1)
            state = state * mask + self.final * (1 - mask)
            states.append(state)
        likelihood = states[-1][:, 0] + total
        return torch.stack(states[::-1])[1:], likelihood

    def expected(self) -> torch.Tensor:
        """The posterior probabilities of the classes, given the labels."""
        log_posterior = self.forward() + self.backward()[0]
        posterior = torch.exp(log_posterior - torch.logsumexp(log_posterior, 2, keepdim=True))
        posterior = posterior * self.mask.unsqueeze(2)
        n = self.count + 1
        labels, blank = posterior[:, :, 1:n], posterior[:, :, n:].sum(2, keepdim=True)
        is_class = (self.labels > 0) & (self.labels < self.classes)
        index = torch.where(is_class, self.labels, 0).expand(labels.shape)
        zeros = torch.zeros_like(self.logits)
        by_class = zeros.scatter_add(2, index, torch.where(is_class, labels, 0))
        return torch.cat([blank, by_class[:, :, 1:]], 2)


Kernel = Callable[[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]


def _kernel(merges: bool) -> Kernel:
    """The negative log-likelihoods from logits, labels, lengths and frames."""

    def gradient(
        grad: torch.Tensor,
        loss: torch.Tensor,
        logits: torch.Tensor,
        labels: torch.Tensor,
        lengths: torch.Tensor,
        frames: torch.Tensor,
    ) -> tuple[torch.Tensor | None, ...]:
        lattice = _Lattice(logits, labels, lengths, frames, merges)
        gradient = torch.exp(lattice.logits) - lattice.expected()
        gradient = gradient * lattice.mask.unsqueeze(2)
        return grad.reshape(1, -1, 1) * gradient, None, None, None

    @with_gradient(gradient)
    def negative_likelihood(
        logits: torch.Tensor, labels: torch.Tensor, lengths: torch.Tensor, frames: torch.Tensor
    ) -> torch.Tensor:
        return -_Lattice(logits, labels, lengths, frames, merges).backward()[1]

    return negative_likelihood


_KERNELS = {merges: _kernel(merges) for merges in (True, False)}


def loss_of_labels(logits: Any, labels: Any, lengths: Any, frames: Any, merges: bool = True) -> Any:
    """The loss [batch] of dense labels, for the kernels. Class 0 is the blank."""
    if logits.ndim != 3 or labels.ndim != 2 or labels.shape[0] != logits.shape[1]:
        raise invalid_argument(
            f"logits must be [time, batch, classes] and labels [batch, length]: "
            f"{brackets(logits.shape)}, {brackets(labels.shape)}"
        )
    # TensorFlow computes the gradient together with the loss, so it is a constant to tapes opened
    # later. The view makes it an intermediate result here, too.
    return _KERNELS[merges](logits.view_as(logits), labels, lengths.long(), frames.long())


@op("PreventGradient", "input")
def prevent_second_gradient(input: Any) -> Any:
    """The logits, for an operation that TensorFlow can differentiate once."""
    return refuse_second_gradient(input, "PreventGradient")


@op("LogSoftmax", "logits:float32 labels:Tlabels lengths:Tlengths frames:Tframes")
def _dense_loss(logits: Any, labels: Any, lengths: Any, frames: Any) -> Any:
    return loss_of_labels(logits, labels, lengths, frames)


def _check_lengths(lengths: torch.Tensor, frames: torch.Tensor) -> None:
    if bool((lengths == 0).any()):
        row = int((lengths == 0).nonzero()[0])
        raise invalid_argument(f"Labels length is zero in batch {row}")
    if bool((lengths > frames).any()):
        row = int((lengths > frames).nonzero()[0])
        raise invalid_argument(
            f"Not enough time for target transition sequence (required: {lengths[row]}, available: "
            f"{frames[row]}) in batch {row}"
        )


def with_infinite(
    loss: torch.Tensor, logits: torch.Tensor, is_infinite: torch.Tensor, frames: torch.Tensor
) -> torch.Tensor:
    """The losses, some of which are infinite.

    Their gradient is the softmax, as if no label were expected.
    """
    in_frames = torch.arange(logits.shape[0], device=logits.device)[:, None] < frames
    infinite_loss = torch.where(in_frames, torch.logsumexp(logits, 2), 0).sum(0) + math.inf
    return torch.where(is_infinite, infinite_loss, loss)


def needed_frames(labels: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """The numbers of frames that labels need, with a blank between those that are repeated."""
    repeated = labels[:, 1:] == labels[:, :-1]
    in_sequence = torch.arange(1, labels.shape[1], device=labels.device) < lengths[:, None]
    return lengths + (repeated & in_sequence).sum(1)


@op("CTCLoss", "logits:T labels:Tlabels lengths:Tlengths frames:Tframes")
def _sparse_loss(logits: Any, labels: Any, lengths: Any, frames: Any) -> Any:
    """The loss; infinity if the labels, with their repetitions, need more frames than there are."""
    if lengths.is_cpu:
        check_values_outside_vmap(_check_lengths, lengths, frames)
    loss = loss_of_labels(logits, labels, lengths, frames)
    return with_infinite(loss, logits, needed_frames(labels, lengths) > frames, frames)


def dense_labels(labels: SparseTensor) -> tuple[Any, Any]:
    """Sparse labels as a matrix, and the lengths of its rows."""
    rows = labels.indices[:, 0]
    lengths = unsorted_segment_sum(ones_like(rows), rows, labels.dense_shape[0])
    return to_dense(labels), lengths


def ctc_loss(
    labels: Any,
    logits: Any,
    label_length: Any,
    logit_length: Any,
    logits_time_major: bool = True,
    unique: Any = None,
    blank_index: Any = None,
    name: str | None = None,
) -> Any:
    """Implements `tf.nn.ctc_loss`: minus the log-probability of `labels` given `logits`.

    Args:
      labels: integers [batch, length], or a SparseTensor.
      logits: [time, batch, classes], or [batch, time, classes] if not `logits_time_major`.
      label_length: [batch]; ignored for sparse labels, whose rows have their own length.
      logit_length: [batch].
      logits_time_major: whether time is the first axis of `logits`.
      unique: the result of `ctc_unique_labels`; ignored.
      blank_index: the class of the blank; 0 by default, required for sparse labels.
      name: ignored.

    Returns:
      The losses [batch].

    Raises:
      ValueError: if `labels` is sparse and `blank_index` is missing.
    """
    sparse = isinstance(labels, SparseTensor)
    if sparse:
        if blank_index is None:
            raise ValueError(
                "Argument `blank_index` must be provided when `labels` is a `SparseTensor`."
            )
        labels, label_length = dense_labels(labels)
    blank = 0 if blank_index is None else blank_index
    logits, labels = to_tensor(logits), to_tensor(labels)
    lengths, frames = to_tensor(label_length), to_tensor(logit_length)
    dtype = logits.dtype
    if dtype.name in ("float16", "bfloat16"):
        logits = cast(logits, "float32")
    if not logits_time_major:
        logits = transpose(logits, [1, 0, 2])
    if blank != 0:
        if blank < 0:
            blank += logits.shape[2]
        before, after = logits[:, :, :blank], logits[:, :, blank + 1 :]
        logits = concat([logits[:, :, blank : blank + 1], before, after], 2)
        labels = where(labels < blank, labels + 1, labels)
    if sparse:
        logits = prevent_second_gradient(logits)
    loss = (_sparse_loss if sparse else _dense_loss)(logits, labels, lengths, frames)
    return cast(loss, dtype) if dtype is not loss.dtype else loss


# -- utilities for labels -----------------------------------------------------------------------


@op("ScatterNd", "labels:T seq_length:Tlength")
def _collapsed(labels: Any, seq_length: Any) -> Any:
    if labels.ndim != 2:
        raise invalid_argument(f"labels must be a matrix, got shape {brackets(labels.shape)}")
    batch, longest = labels.shape
    is_first = torch.ones_like(labels, dtype=torch.bool)
    is_first[:, 1:] = labels[:, 1:] != labels[:, :-1]
    is_first &= torch.arange(longest, device=labels.device) < seq_length.unsqueeze(1)
    lengths = is_first.sum(1)
    if not batch:
        raise invalid_argument("Requires start <= limit when delta > 0")
    width = int(lengths.max())
    target = torch.where(is_first, is_first.cumsum(1) - 1, width)
    collapsed = labels.new_zeros((batch, width + 1)).scatter(1, target, labels)
    return [collapsed[:, :width], lengths.to(seq_length.dtype)]


def collapse_repeated(labels: Any, seq_length: Any, name: str | None = None) -> tuple[Any, Any]:
    """Implements `tf.nn.collapse_repeated`: merges repeated labels in each row of [batch, length].

    Returns the labels, padded with zeros, and the new lengths.
    """
    collapsed, lengths = _collapsed(labels, seq_length)
    return collapsed, lengths


@op("StatelessWhile", "labels:T")
def _distinct_in_rows(labels: Any) -> Any:
    """The distinct labels of each row, in the order of their first places, and their indices."""
    values, order = torch.sort(labels, dim=1, stable=True)
    is_first = torch.ones_like(values, dtype=torch.bool)
    is_first[:, 1:] = values[:, 1:] != values[:, :-1]
    positions = torch.arange(labels.shape[1], device=labels.device).expand_as(order)
    start = torch.where(is_first, positions, 0).cummax(1).values
    first = torch.empty_like(order).scatter(1, order, order.gather(1, start))
    is_new = first == positions
    number = is_new.cumsum(1) - 1
    unique = labels.new_zeros(labels.shape, dtype=torch.int64)
    spare = torch.cat([unique, unique[:, :1]], 1)
    target = torch.where(is_new, number, labels.shape[1])
    unique = spare.scatter(1, target, labels.long())[:, :-1]
    return [unique, number.gather(1, first).to(torch.int32)]


def ctc_unique_labels(labels: Any, name: str | None = None) -> Any:
    """Implements `tf.nn.ctc_unique_labels`.

    Returns the distinct labels of each row, padded with zeros, and the index of each label in them.
    """

    labels = to_tensor(labels)
    if labels.ndim == 2 and not isinstance(labels._t, np.ndarray) and 0 not in labels.shape:
        return _distinct_in_rows(labels)

    def distinct(row: Any) -> list[Any]:
        unique = _distinct(row)
        missing = subtract(size(unique.idx), size(unique.y))
        return [cast(pad(unique.y, [[0, missing]]), INT64), unique.idx]

    return map_fn(distinct, labels, dtype=[INT64, INT32])
