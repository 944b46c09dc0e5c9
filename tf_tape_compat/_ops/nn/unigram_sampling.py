"""Candidate samplers with class probabilities that are given, or learned from earlier calls."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ...errors import NotFoundError
from .._support.arguments import op_error
from .._support.random_words import RandomWords
from ..random import seeds
from .sample_candidates import Sampler, checked_true_classes, sample_candidates


class LearnedUnigramCandidateSampler(NamedTuple):
    """The result of `learned_unigram_candidate_sampler`."""

    sampled_candidates: Any
    true_expected_count: Any
    sampled_expected_count: Any


class FixedUnigramCandidateSampler(NamedTuple):
    """The result of `fixed_unigram_candidate_sampler`."""

    sampled_candidates: Any
    true_expected_count: Any
    sampled_expected_count: Any


def learned_unigram_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: Any = None,
    name: str | None = None,
) -> LearnedUnigramCandidateSampler:
    """Implements `tf.nn.learned_unigram_candidate_sampler`.

    As `uniform_candidate_sampler`, with class probabilities proportional to one plus the number of
    times the class was a true class in earlier calls with the same arguments and seeds.
    Raises ValueError if `range_max` exceeds int32.
    """
    if range_max > 2**31 - 1:
        raise ValueError(f"Value of range_max:{range_max} is too large to handle")
    operation = "LearnedUnigramCandidateSampler"
    op_seeds = seeds.next_op_seeds(seed)
    true_array = checked_true_classes(
        operation, true_classes, num_true, num_sampled, unique, range_max
    )
    key = (operation, num_true, num_sampled, bool(unique), range_max)
    weights = seeds.persistent_state(key, op_seeds, lambda: np.ones(range_max, np.int64))
    bounds = np.cumsum(weights)
    total = int(bounds[-1])
    sampler = Sampler(
        range_max,
        lambda words: int(np.searchsorted(bounds, words.below(total), "right")),
        lambda values: weights[values].astype(np.float32) / np.float32(total),
    )
    result = sample_candidates(
        operation,
        LearnedUnigramCandidateSampler,
        lambda: sampler,
        op_seeds,
        true_classes,
        num_true,
        num_sampled,
        unique,
        range_max,
    )
    np.add.at(weights, true_array.reshape(-1), 1)
    return result


def _alias_tables(weights: np.ndarray) -> tuple[list[float], list[int]]:
    """The tables of Walker's alias method: acceptance probabilities, and aliases."""
    count = len(weights)
    accept = (
        weights.astype(np.float64) * count / float(np.sum(weights, dtype=np.float64))
    ).tolist()
    aliases = [-1] * count
    small_indices = [i for i in range(count) if accept[i] < 1.0]
    large_indices = [i for i in range(count) if accept[i] >= 1.0]
    while large_indices and small_indices:
        small, large = small_indices.pop(), large_indices.pop()
        aliases[small] = large
        accept[large] -= 1.0 - accept[small]
        (small_indices if accept[large] < 1.0 else large_indices).append(large)
    for i in large_indices + small_indices:
        accept[i], aliases[i] = 1.0, i
    return [float(np.float32(probability)) for probability in accept], aliases


def _read_weights(path: str) -> list[float]:
    """Reads the last comma-separated field of each line of a vocabulary file."""
    try:
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
    except FileNotFoundError:
        raise NotFoundError(None, None, f"{path}; No such file or directory") from None
    weights = []
    for line in lines:
        try:
            weights.append(float(line.rsplit(",", 1)[-1]))
        except ValueError:  # noqa: PERF203 - the message names the line
            operation = "FixedUnigramCandidateSampler"
            raise op_error(operation, f"Wrong vocabulary format at line: {line}") from None
    return weights


def _fixed_sampler(
    unigram_weights: Any,
    range_max: int,
    distortion: float,
    num_reserved_ids: int,
    num_shards: int,
    shard: int,
) -> Sampler:
    """A sampler with given weights, by Walker's alias method."""
    reserved = [0.0 for word in range(num_reserved_ids) if word % num_shards == shard]
    shard_weights = [
        w for i, w in enumerate(unigram_weights, len(reserved)) if i % num_shards == shard
    ]
    powers = np.power(np.array(shard_weights, np.float32), np.float32(distortion))
    weights = np.concatenate([np.array(reserved, np.float32), powers])
    if len(weights) != range_max:
        raise op_error(
            "FixedUnigramCandidateSampler",
            f"range is {range_max} must be equal to weights size  {len(weights)}",
        )
    total = np.float32(0)
    for power in powers:  # rounded after each step, as in TensorFlow
        total += power
    accept, aliases = _alias_tables(weights)

    def draw(words: RandomWords) -> int:
        threshold = words.single()
        value = words.below(range_max)
        return value if threshold < accept[value] else aliases[value]

    return Sampler(range_max, draw, lambda values: weights[values] / total)


def fixed_unigram_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    vocab_file: str = "",
    distortion: float = 1.0,
    num_reserved_ids: int = 0,
    num_shards: int = 1,
    shard: int = 0,
    unigrams: Any = (),
    seed: Any = None,
    name: str | None = None,
) -> FixedUnigramCandidateSampler:
    """Implements `tf.nn.fixed_unigram_candidate_sampler`.

    As `uniform_candidate_sampler`, with class probabilities proportional to given weights.

    Args:
      true_classes: int64 [batch, num_true].
      num_true: the number of true classes per example.
      num_sampled: the number of candidates.
      unique: whether all candidates must differ.
      range_max: the number of classes.
      vocab_file: a file whose lines end with the weight of a class.
      distortion: the power to which weights are raised.
      num_reserved_ids: the number of classes of weight 0 before the given ones.
      num_shards: the number of shards; classes are dealt to them in turn.
      shard: the shard whose classes to use.
      unigrams: the weights, as an alternative to `vocab_file`.
      seed: the seed of this operation.
      name: ignored.

    Raises:
      InvalidArgumentError: if the weights are given twice or not at all, or their number is not
        `range_max`.
      NotFoundError: if there is no such file.
    """
    operation = "FixedUnigramCandidateSampler"
    op_seeds = seeds.next_op_seeds(seed)

    sampler = None
    if range_max > 0:
        if not vocab_file and not len(unigrams):
            raise op_error(operation, "Must provide either vocab_file or unigrams.")
        if vocab_file and len(unigrams):
            raise op_error(operation, "Must only provide one of vocab_file and unigrams.")
        weights = _read_weights(vocab_file) if vocab_file else unigrams
        sampler = _fixed_sampler(
            weights, range_max, distortion, num_reserved_ids, num_shards, shard
        )
    extra_key = (vocab_file, distortion, num_reserved_ids, num_shards, shard, tuple(unigrams))
    return sample_candidates(
        operation,
        FixedUnigramCandidateSampler,
        lambda: sampler,  # type: ignore[arg-type, return-value]
        op_seeds,
        true_classes,
        num_true,
        num_sampled,
        unique,
        range_max,
        extra_key,
    )
