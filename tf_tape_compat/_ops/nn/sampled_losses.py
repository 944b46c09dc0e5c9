"""Losses over a sample of many classes: `tf.nn.nce_loss` and `sampled_softmax_loss`."""

from __future__ import annotations

from typing import Any

from ..._core.tensor.convert import INT64, to_tensor
from ..array.creation import ones, ones_like, zeros_like
from ..array.identity import stop_gradient
from ..array.joining import concat
from ..array.scattering import tensor_scatter_nd_update
from ..array.shaping import expand_dims, reshape
from ..array.shaping import size as size_of
from ..linalg.matmul import matmul
from ..math.arithmetic import add, multiply, subtract
from ..math.casting import cast
from ..math.division import truediv
from ..math.elementwise import log
from .candidate_sampling import compute_accidental_hits, log_uniform_candidate_sampler
from .embeddings import embedding_lookup
from .losses import sigmoid_cross_entropy_with_logits
from .softmax_cross_entropy import softmax_cross_entropy_with_logits


def _row_sums(x: Any) -> Any:
    return reshape(matmul(x, ones([x.shape[1], 1], x.dtype)), [-1])


def _mask_accidental_hits(logits: Any, labels: Any, sampled: Any, num_true: int) -> Any:
    """Makes the logits of candidates that are true classes very small."""
    hits = compute_accidental_hits(labels, sampled, num_true)
    indices = concat([reshape(hits.indices, [-1, 1]), reshape(cast(hits.ids, "int32"), [-1, 1])], 1)
    weights = cast(hits.weights, logits.dtype)
    return add(logits, tensor_scatter_nd_update(zeros_like(logits), indices, weights))


def _logits_and_labels(
    weights: Any,
    biases: Any,
    labels: Any,
    inputs: Any,
    num_sampled: int,
    num_classes: int,
    num_true: int,
    sampled_values: Any,
    remove_accidental_hits: bool,
    seed: Any,
) -> tuple[Any, Any]:
    """The logits of the true classes and of the candidates, minus the log of their expected counts.

    Returns them with the matching label probabilities, both [batch, num_true + num_sampled].
    """
    weights = weights if isinstance(weights, list) else [weights]
    if labels.dtype != INT64:
        labels = cast(labels, INT64)
    labels = to_tensor(labels)
    flat = reshape(labels, [-1])
    if sampled_values is None:
        sampled_values = log_uniform_candidate_sampler(
            labels, num_true, num_sampled, True, num_classes, seed
        )
    sampled, true_count, sampled_count = (stop_gradient(value) for value in sampled_values)
    sampled = cast(sampled, INT64)
    ids = concat([flat, sampled], 0)
    dtype = inputs.dtype
    rows = cast(embedding_lookup(weights, ids), dtype)
    class_biases = cast(embedding_lookup(biases, ids), dtype)
    inputs = to_tensor(inputs)
    count = flat.shape[0]
    if count is None:
        count = size_of(flat)
    true_rows, sampled_rows = rows[:count], rows[count:]
    sampled_logits = matmul(inputs, sampled_rows, transpose_b=True)
    size = true_rows.shape[1]
    products = multiply(expand_dims(inputs, 1), reshape(true_rows, [-1, num_true, size]))
    true_logits = reshape(_row_sums(reshape(products, [-1, size])), [-1, num_true])
    true_logits = add(true_logits, reshape(class_biases[:count], [-1, num_true]))
    sampled_logits = add(sampled_logits, class_biases[count:])
    if remove_accidental_hits:
        sampled_logits = _mask_accidental_hits(sampled_logits, labels, sampled, num_true)
    true_logits = subtract(true_logits, log(true_count))
    sampled_logits = subtract(sampled_logits, log(sampled_count))
    targets = concat([truediv(ones_like(true_logits), num_true), zeros_like(sampled_logits)], 1)
    return concat([true_logits, sampled_logits], 1), targets


def nce_loss(
    weights: Any,
    biases: Any,
    labels: Any,
    inputs: Any,
    num_sampled: int,
    num_classes: int,
    num_true: int = 1,
    sampled_values: Any = None,
    remove_accidental_hits: bool = False,
    name: str = "nce_loss",
) -> Any:
    """Implements `tf.nn.nce_loss`: the noise-contrastive estimation loss of each example.

    Args:
      weights: [num_classes, size], or a list of its parts.
      biases: [num_classes].
      labels: the true classes [batch, num_true].
      inputs: [batch, size].
      num_sampled: the number of candidates.
      num_classes: the number of classes.
      num_true: the number of true classes per example.
      sampled_values: the result of a candidate sampler; by default
        `log_uniform_candidate_sampler` is called.
      remove_accidental_hits: whether to mask candidates that are true classes.
      name: ignored.

    Returns:
      The losses [batch].
    """
    logits, targets = _logits_and_labels(
        weights,
        biases,
        labels,
        inputs,
        num_sampled,
        num_classes,
        num_true,
        sampled_values,
        remove_accidental_hits,
        None,
    )
    return _row_sums(sigmoid_cross_entropy_with_logits(labels=targets, logits=logits))


def sampled_softmax_loss(
    weights: Any,
    biases: Any,
    labels: Any,
    inputs: Any,
    num_sampled: int,
    num_classes: int,
    num_true: int = 1,
    sampled_values: Any = None,
    remove_accidental_hits: bool = True,
    seed: Any = None,
    name: str = "sampled_softmax_loss",
) -> Any:
    """Implements `tf.nn.sampled_softmax_loss`: a softmax over the true classes and the candidates.

    For the arguments see `nce_loss`.
    """
    logits, targets = _logits_and_labels(
        weights,
        biases,
        labels,
        inputs,
        num_sampled,
        num_classes,
        num_true,
        sampled_values,
        remove_accidental_hits,
        seed,
    )
    return softmax_cross_entropy_with_logits(labels=stop_gradient(targets), logits=logits)
