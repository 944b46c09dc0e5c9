"""Connectionist temporal classification: the loss, and what is done with its labels."""

from __future__ import annotations

import math
from typing import Any

import torch

from ..._core.op.op import op
from ..._core.tensor.convert import INT32, INT64, to_tensor
from ..._core.tensor.static_args import is_concrete
from ..._core.variables.sparse_tensor import SparseTensor
from .._support.arguments import brackets, invalid
from .._support.gradient_rules import refuse_second_gradient, with_gradient
from ..array.creation import ones_like
from ..array.joining import concat
from ..array.masking import where
from ..array.padding import pad
from ..array.shaping import transpose
from ..array.unique import unique as _distinct
from ..control.map_fn import map_fn
from ..math.casting import cast
from ..math.unsorted_segments import unsorted_segment_sum
from ..sparse.construction import to_dense

# What stands for log(0) where a sequence cannot begin or end.
_LOG_ZERO = math.log(1e-307)


class _Lattice:
    """The states that a sequence of labels goes through, by batch.

    State 0 is the beginning, j the j-th label, `count + 1 + j` the blank behind the j-th.
    """

    def __init__(
        self,
        logits: torch.Tensor,
        labels: torch.Tensor,
        lengths: torch.Tensor,
        frames: torch.Tensor,
    ) -> None:
        self.logits = torch.log_softmax(logits, 2)  # [time, batch, classes]
        time, batch, self.classes = logits.shape
        self.labels = labels.long()
        self.count = labels.shape[1]
        known = (self.labels >= 0) & (self.labels < self.classes)
        index = self.labels.clamp(0, self.classes - 1).expand(time, -1, -1)
        at_labels = torch.where(known, self.logits.gather(2, index), 0)
        blanks = self.logits[:, :, :1].expand(-1, -1, self.count + 1)
        begin = logits.new_full((time, batch, 1), -math.inf)
        self.observed = torch.cat([begin, at_labels, blanks], 2)
        repeated = self.labels[:, 1:] == self.labels[:, :-1]
        zero = logits.new_zeros(())
        self.skips = torch.where(repeated, zero - math.inf, zero)  # from label j to label j + 1
        self.mask = (torch.arange(time, device=frames.device) < frames.unsqueeze(1)).t()
        self.mask = self.mask.to(logits.dtype)
        states = torch.arange(self.count + 1, device=lengths.device)
        last = (states == lengths.unsqueeze(1)).to(logits.dtype)
        self.final = (1 - torch.cat([last, last], 1)) * _LOG_ZERO

    def _never(self, *shape: int) -> torch.Tensor:
        return self.logits.new_full(shape, -math.inf)

    def forward(self) -> torch.Tensor:
        """The logarithms of how probable the states are, given all that came before."""
        n = self.count + 1
        batch = self.logits.shape[1]
        state = self.logits.new_full((batch, 2 * n), _LOG_ZERO)
        state[:, 0] = 0.0
        found = []
        for observed in self.observed:
            labels, blanks = state[:, :n], state[:, n:]
            before = torch.cat([labels[:, :1], labels[:, 1:-1] + self.skips], 1)
            before = torch.cat([self._never(batch, 1), before[:, : n - 1]], 1)
            after_blank = torch.cat([self._never(batch, 1), blanks[:, :-1]], 1)
            labels_now = torch.logsumexp(torch.stack([labels, before, after_blank]), 0)
            blanks_now = torch.logaddexp(blanks, labels)
            state = torch.cat([labels_now, blanks_now], 1) + observed
            state = state - torch.logsumexp(state, 1, keepdim=True)
            found.append(state)
        return torch.stack(found)

    def backward(self) -> tuple[torch.Tensor, torch.Tensor]:
        """The same given all that comes after, and the logarithm of the whole probability."""
        n = self.count + 1
        batch = self.logits.shape[1]
        state, total = self.final, self.logits.new_zeros(batch)
        found = [state]
        for observed, mask in zip(self.observed.flip(0), self.mask.flip(0), strict=True):
            state = state + observed
            labels, blanks = state[:, :n], state[:, n:]
            after = torch.cat([labels[:, 1:2], labels[:, 2:] + self.skips], 1)
            after = torch.cat([after[:, : n - 1], self._never(batch, 1)], 1)
            labels_now = torch.logsumexp(torch.stack([labels, after, blanks]), 0)
            to_label = torch.cat([labels[:, 1:], self._never(batch, 1)], 1)
            blanks_now = torch.logaddexp(blanks, to_label)
            state = torch.cat([labels_now, blanks_now], 1)
            share = torch.logsumexp(state, 1, keepdim=True)
            state = state - share
            total = total + share.squeeze(1) * mask
            mask = mask.unsqueeze(1)
            state = state * mask + self.final * (1 - mask)
            found.append(state)
        likelihood = found[-1][:, 0] + total
        return torch.stack(found[::-1])[1:], likelihood

    def expected(self) -> torch.Tensor:
        """How probable the classes are, given the labels."""
        both = self.forward() + self.backward()[0]
        shares = torch.exp(both - torch.logsumexp(both, 2, keepdim=True))
        shares = shares * self.mask.unsqueeze(2)
        n = self.count + 1
        labels, blank = shares[:, :, 1:n], shares[:, :, n:].sum(2, keepdim=True)
        known = (self.labels > 0) & (self.labels < self.classes)
        index = torch.where(known, self.labels, 0).expand(labels.shape)
        zeros = torch.zeros_like(self.logits)
        by_class = zeros.scatter_add(2, index, torch.where(known, labels, 0))
        return torch.cat([blank, by_class[:, :, 1:]], 2)


def _by_logits(
    grad: torch.Tensor, loss: torch.Tensor, logits: torch.Tensor, *labels: torch.Tensor
) -> tuple[torch.Tensor | None, ...]:
    lattice = _Lattice(logits, *labels)
    found = torch.exp(lattice.logits) - lattice.expected()
    found = found * lattice.mask.unsqueeze(2)
    return grad.reshape(1, -1, 1) * found, None, None, None


@with_gradient(_by_logits)
def _negative_likelihood(
    logits: torch.Tensor, labels: torch.Tensor, lengths: torch.Tensor, frames: torch.Tensor
) -> torch.Tensor:
    return -_Lattice(logits, labels, lengths, frames).backward()[1]


def _loss(logits: Any, labels: Any, lengths: Any, frames: Any) -> Any:
    if logits.ndim != 3 or labels.ndim != 2 or labels.shape[0] != logits.shape[1]:
        raise invalid(
            f"logits must be [time, batch, classes] and labels [batch, length]: "
            f"{brackets(logits.shape)}, {brackets(labels.shape)}"
        )
    # TensorFlow makes the gradient along with the loss: to a tape that is opened afterwards it is a
    # constant, as what is made on the way in here is.
    return _negative_likelihood(logits.view_as(logits), labels, lengths.long(), frames.long())


@op("PreventGradient", "input")
def _once(input: Any) -> Any:
    """The logits of what TensorFlow's operation with a single derivative takes."""
    return refuse_second_gradient(input, "PreventGradient")


@op("LogSoftmax", "logits:float32 labels:Tlabels lengths:Tlengths frames:Tframes")
def _dense_loss(logits: Any, labels: Any, lengths: Any, frames: Any) -> Any:
    return _loss(logits, labels, lengths, frames)


@op("CTCLoss", "logits:T labels:Tlabels lengths:Tlengths frames:Tframes")
def _sparse_loss(logits: Any, labels: Any, lengths: Any, frames: Any) -> Any:
    """The loss; infinity for labels that take more frames than there are with repetitions.

    The gradient then is the softmax, as if no label were expected anywhere.
    """
    if is_concrete(lengths) and bool((lengths == 0).any()):
        row = int((lengths == 0).nonzero()[0])
        raise invalid(f"Labels length is zero in batch {row}")
    if is_concrete(lengths) and bool((lengths > frames).any()):
        row = int((lengths > frames).nonzero()[0])
        raise invalid(
            f"Not enough time for target transition sequence (required: {lengths[row]}, available: "
            f"{frames[row]}) in batch {row}"
        )
    loss = _loss(logits, labels, lengths, frames)
    again = labels[:, 1:] == labels[:, :-1]
    inside = torch.arange(1, labels.shape[1], device=labels.device) < lengths[:, None]
    needed = lengths + (again & inside).sum(1)
    counts = torch.arange(logits.shape[0], device=logits.device)[:, None] < frames
    endless = torch.where(counts, torch.logsumexp(logits, 2), 0).sum(0) + math.inf
    return torch.where(needed > frames, endless, loss)


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
    """The negative logarithm of the probability of `labels` [batch, length], given `logits`.

    `logits` are [time, batch, classes], or [batch, time, classes] if not `logits_time_major`; those
    of the blank have the number `blank_index` (0). `unique`, of `ctc_unique_labels`, makes no
    difference here. Labels that are a `tf.SparseTensor` have their own lengths, and need a
    `blank_index`; ValueError is raised without. Answers for `tf.nn.ctc_loss`.
    """
    sparse = isinstance(labels, SparseTensor)
    if sparse:
        if blank_index is None:
            raise ValueError(
                "Argument `blank_index` must be provided when `labels` is a `SparseTensor`."
            )
        rows = labels.indices[:, 0]
        label_length = unsorted_segment_sum(ones_like(rows), rows, labels.dense_shape[0])
        labels = to_dense(labels)
    blank = 0 if blank_index is None else blank_index
    logits, labels = to_tensor(logits), to_tensor(labels)
    lengths, frames = to_tensor(label_length), to_tensor(logit_length)
    kind = logits.dtype
    if kind.name in ("float16", "bfloat16"):
        logits = cast(logits, "float32")
    if not logits_time_major:
        logits = transpose(logits, [1, 0, 2])
    if blank != 0:
        if blank < 0:
            blank += logits.shape[2]
        parts = [logits[:, :, blank : blank + 1], logits[:, :, :blank], logits[:, :, blank + 1 :]]
        logits = concat(parts, 2)
        labels = where(labels < blank, labels + 1, labels)
    if sparse:
        logits = _once(logits)
    loss = (_sparse_loss if sparse else _dense_loss)(logits, labels, lengths, frames)
    return cast(loss, kind) if kind is not loss.dtype else loss


# -- labels -------------------------------------------------------------------------------------


@op("ScatterNd", "labels:T seq_length:Tlength")
def _collapsed(labels: Any, seq_length: Any) -> Any:
    if labels.ndim != 2:
        raise invalid(f"labels must be a matrix, got shape {brackets(labels.shape)}")
    batch, longest = labels.shape
    fresh = torch.ones_like(labels, dtype=torch.bool)
    fresh[:, 1:] = labels[:, 1:] != labels[:, :-1]
    fresh &= torch.arange(longest, device=labels.device) < seq_length.unsqueeze(1)
    lengths = fresh.sum(1)
    if not batch:
        raise invalid("Requires start <= limit when delta > 0")
    width = int(lengths.max())
    place = torch.where(fresh, fresh.cumsum(1) - 1, width)
    found = labels.new_zeros((batch, width + 1)).scatter(1, place, labels)
    return [found[:, :width], lengths.to(seq_length.dtype)]


def collapse_repeated(labels: Any, seq_length: Any, name: str | None = None) -> tuple[Any, Any]:
    """`labels` [batch, length] without repetitions, and how many are left of each row.

    Answers for `tf.nn.collapse_repeated`.
    """
    found, lengths = _collapsed(labels, seq_length)
    return found, lengths


def ctc_unique_labels(labels: Any, name: str | None = None) -> Any:
    """The distinct labels of each row, padded with zeros, and which of them each label is.

    Answers for `tf.nn.ctc_unique_labels`.
    """

    def distinct(row: Any) -> list[Any]:
        found = _distinct(row)
        count = len(found.idx) - len(found.y)
        return [cast(pad(found.y, [[0, count]]), INT64), found.idx]

    return map_fn(distinct, to_tensor(labels), dtype=[INT64, INT32])
