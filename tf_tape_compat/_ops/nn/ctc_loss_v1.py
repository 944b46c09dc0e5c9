"""`tf.compat.v1.nn.ctc_loss`: TensorFlow 1's loss, whose blank is the last class."""

from __future__ import annotations

from typing import Any

import torch

from ..._core.op.op import op
from ..._core.tensor.convert import INT32, to_tensor
from ..._core.tensor.value_checks import check_values_outside_vmap
from .._support.arguments import invalid_argument
from ..array.shaping import transpose
from .ctc_loss import (
    collapse_repeated,
    dense_labels,
    loss_of_labels,
    needed_frames,
    prevent_second_gradient,
    with_infinite,
)


def _check(lengths: torch.Tensor, frames: torch.Tensor, time: int, ignores: bool) -> None:
    if bool((frames > time).any()):
        row = int((frames > time).nonzero()[0])
        raise invalid_argument(f"sequence_length({row}) <= {time}")
    if not ignores and bool((lengths > frames).any()):
        row = int((lengths > frames).nonzero()[0])
        raise invalid_argument(
            f"Not enough time for target transition sequence (required: {lengths[row]}, available: "
            f"{frames[row]}){row}You can turn this error into a warning by using the flag "
            "ignore_longer_outputs_than_inputs"
        )


def _check_classes(labels: torch.Tensor, lengths: torch.Tensor, classes: int) -> None:
    """Raises InvalidArgumentError for a label that is no class, or the blank."""
    for row, length in enumerate(lengths.tolist()):
        own = labels[row, :length].tolist()
        for place, label in enumerate(own):
            if 0 <= label < classes - 1:
                continue
            seen = f"batch: {row} num_classes: {classes} labels: {','.join(map(str, own))}"
            if label < 0:
                raise invalid_argument(f"All labels must be nonnegative integers, {seen}")
            if place + 1 < len(own) or label > classes - 1:
                before = ",".join(map(str, own[:place]))
                raise invalid_argument(
                    "Saw a non-null label (index >= num_classes - 1) following a null label, "
                    f"{seen} labels seen so far: {before}"
                )


@op("CTCLoss", "inputs:T labels:Tlabels lengths:Tlengths frames:Tframes")
def _loss(inputs: Any, labels: Any, lengths: Any, frames: Any, merges: bool, ignores: bool) -> Any:
    if inputs.ndim != 3:
        raise invalid_argument("inputs is not a 3-Tensor")
    time, batch, classes = inputs.shape
    if frames.shape[0] != batch:
        raise invalid_argument(
            "len(sequence_length) != batch_size.  len(sequence_length):  "
            f"{frames.shape[0]} batch_size: {batch}"
        )
    if lengths.is_cpu:
        check_values_outside_vmap(_check, lengths, frames, time, ignores)
        check_values_outside_vmap(_check_classes, labels, lengths, classes)
    is_ignored = lengths > frames
    own_lengths = torch.where(is_ignored, 0, lengths)
    own_frames = torch.where(is_ignored, 0, frames)
    logits = torch.cat([inputs[:, :, -1:], inputs[:, :, :-1]], 2)  # with the blank first
    loss = loss_of_labels(logits, labels + 1, own_lengths, own_frames, merges)
    needed = needed_frames(labels, lengths) if merges else lengths
    loss = with_infinite(loss, logits, (needed > frames) & ~is_ignored, own_frames)
    return torch.where(is_ignored, 0, loss)


def ctc_loss_v1(
    labels: Any,
    inputs: Any,
    sequence_length: Any,
    preprocess_collapse_repeated: bool,
    ctc_merge_repeated: bool,
    ignore_longer_outputs_than_inputs: bool,
    time_major: bool,
) -> Any:
    """Minus the log-probabilities [batch] of `labels` given the logits `inputs`.

    Args:
      labels: a SparseTensor of int32 [batch, length].
      inputs: [time, batch, classes], or [batch, time, classes] if not `time_major`. The last class
        is the blank.
      sequence_length: the numbers of frames [batch].
      preprocess_collapse_repeated: whether repeated labels are merged before.
      ctc_merge_repeated: whether a label that is repeated without a blank in between counts once.
      ignore_longer_outputs_than_inputs: whether the loss of labels that are longer than the frames
        is 0. It is an error otherwise.
      time_major: whether time is the first axis of `inputs`.

    Raises:
      InvalidArgumentError: for lengths that do not fit, and labels that are no classes.
    """
    dense, lengths = dense_labels(labels.with_values(to_tensor(labels.values, INT32)))
    if preprocess_collapse_repeated:
        dense, lengths = collapse_repeated(dense, lengths)
    logits, frames = to_tensor(inputs), to_tensor(sequence_length, INT32)
    if not time_major:
        logits = transpose(logits, [1, 0, 2])
    logits = prevent_second_gradient(logits)
    return _loss(
        logits, dense, lengths, frames, bool(ctc_merge_repeated), ignore_longer_outputs_than_inputs
    )
