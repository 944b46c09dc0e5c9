"""Losses over a sample of very many classes."""

from __future__ import annotations

from typing import Any

from ..._core.tensor.convert import INT64, to_tensor
from ..array.creation import ones, ones_like, zeros_like
from ..array.identity import stop_gradient
from ..array.joining import concat
from ..array.scattering import tensor_scatter_nd_update
from ..array.shaping import expand_dims, reshape
from ..linalg.matmul import matmul
from ..math.arithmetic import add, multiply, subtract
from ..math.casting import cast
from ..math.division import truediv
from ..math.elementwise import log
from .candidate_sampling import compute_accidental_hits, log_uniform_candidate_sampler
from .embeddings import embedding_lookup
from .losses import sigmoid_cross_entropy_with_logits, softmax_cross_entropy_with_logits


def _row_sums(x: Any) -> Any:
    return reshape(matmul(x, ones([x.shape[1], 1], x.dtype)), [-1])


def _masked(logits: Any, labels: Any, sampled: Any, num_true: int) -> Any:
    """The logits of candidates that are true classes made very small."""
    hits = compute_accidental_hits(labels, sampled, num_true)
    places = concat([reshape(hits.indices, [-1, 1]), reshape(cast(hits.ids, "int32"), [-1, 1])], 1)
    weights = cast(hits.weights, logits.dtype)
    return add(logits, tensor_scatter_nd_update(zeros_like(logits), places, weights))


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
    """The logits of the true classes and of the candidates, less how likely these were drawn."""
    weights = weights if isinstance(weights, list) else [weights]
    if labels.dtype != INT64:
        labels = cast(labels, INT64)
    labels = to_tensor(labels)
    flat = reshape(labels, [-1])
    if sampled_values is None:
        sampled_values = log_uniform_candidate_sampler(
            labels, num_true, num_sampled, True, num_classes, seed
        )
    sampled, true_count, sampled_count = (stop_gradient(part) for part in sampled_values)
    sampled = cast(sampled, INT64)
    ids = concat([flat, sampled], 0)
    kind = inputs.dtype
    rows = cast(embedding_lookup(weights, ids), kind)
    offsets = cast(embedding_lookup(biases, ids), kind)
    inputs = to_tensor(inputs)
    count = flat.shape[0]
    true_rows, sampled_rows = rows[:count], rows[count:]
    sampled_logits = matmul(inputs, sampled_rows, transpose_b=True)
    size = true_rows.shape[1]
    products = multiply(expand_dims(inputs, 1), reshape(true_rows, [-1, num_true, size]))
    true_logits = reshape(_row_sums(reshape(products, [-1, size])), [-1, num_true])
    true_logits = add(true_logits, reshape(offsets[:count], [-1, num_true]))
    sampled_logits = add(sampled_logits, offsets[count:])
    if remove_accidental_hits:
        sampled_logits = _masked(sampled_logits, labels, sampled, num_true)
    true_logits = subtract(true_logits, log(true_count))
    sampled_logits = subtract(sampled_logits, log(sampled_count))
    wanted = concat([truediv(ones_like(true_logits), num_true), zeros_like(sampled_logits)], 1)
    return concat([true_logits, sampled_logits], 1), wanted


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
    """The noise-contrastive estimation loss of each example.

    `weights` [classes, size] (or a list of its parts), `biases` [classes], `labels` [batch,
    num_true], `inputs` [batch, size]; `sampled_values` are what a candidate sampler returned, the
    log-uniform one by default. Answers for `tf.nn.nce_loss`.
    """
    logits, wanted = _logits_and_labels(
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
    return _row_sums(sigmoid_cross_entropy_with_logits(labels=wanted, logits=logits))


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
    """The softmax loss of each example over its true classes and some candidates.

    The arguments are those of `nce_loss`. Answers for `tf.nn.sampled_softmax_loss`.
    """
    logits, wanted = _logits_and_labels(
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
    return softmax_cross_entropy_with_logits(labels=stop_gradient(wanted), logits=logits)
