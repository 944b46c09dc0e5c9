"""Samplers of candidate classes, for losses over many classes."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import torch

from ..._core.devices.placement import place
from ..._core.op.op import op
from .._support.arguments import invalid_argument
from ..random import seeds
from .sample_candidates import Sampler, as_eager_tensor, checked_true_classes, sample_candidates


class UniformCandidateSampler(NamedTuple):
    """The result of `uniform_candidate_sampler`."""

    sampled_candidates: Any
    true_expected_count: Any
    sampled_expected_count: Any


class LogUniformCandidateSampler(NamedTuple):
    """The result of `log_uniform_candidate_sampler`."""

    sampled_candidates: Any
    true_expected_count: Any
    sampled_expected_count: Any


class AllCandidateSampler(NamedTuple):
    """The result of `all_candidate_sampler`."""

    sampled_candidates: Any
    true_expected_count: Any
    sampled_expected_count: Any


class ComputeAccidentalHits(NamedTuple):
    """The result of `compute_accidental_hits`."""

    indices: Any
    ids: Any
    weights: Any


def uniform_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: Any = None,
    name: str | None = None,
) -> UniformCandidateSampler:
    """Implements `tf.random.uniform_candidate_sampler`: all classes are equally likely.

    Args:
      true_classes: int64 [batch, num_true].
      num_true: the number of true classes per example.
      num_sampled: the number of candidates.
      unique: whether all candidates must differ.
      range_max: the number of classes.
      seed: the seed of this operation.
      name: ignored.

    Returns:
      The candidates [num_sampled], and the expected counts of the true classes and of the
      candidates, as float32.

    Raises:
      InvalidArgumentError: if a class is not in [0, range_max).
    """
    sampler = Sampler(
        range_max,
        lambda words: words.below(range_max, 64),
        lambda values: np.full(values.shape, 1.0 / range_max),
    )
    return sample_candidates(
        "UniformCandidateSampler",
        UniformCandidateSampler,
        lambda: sampler,
        seeds.next_op_seeds(seed),
        true_classes,
        num_true,
        num_sampled,
        unique,
        range_max,
    )


def log_uniform_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: Any = None,
    name: str | None = None,
) -> LogUniformCandidateSampler:
    """Implements `tf.random.log_uniform_candidate_sampler`.

    As `uniform_candidate_sampler`, with class n having a probability proportional to
    log((n + 2) / (n + 1)).
    """
    scale = math.log1p(range_max) if range_max > 0 else 1.0
    sampler = Sampler(
        range_max,
        lambda words: (int(math.exp(words.double() * scale)) - 1) % range_max,
        lambda values: np.log((values + 2.0) / (values + 1.0)) / scale,
    )
    return sample_candidates(
        "LogUniformCandidateSampler",
        LogUniformCandidateSampler,
        lambda: sampler,
        seeds.next_op_seeds(seed),
        true_classes,
        num_true,
        num_sampled,
        unique,
        range_max,
    )


def all_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    seed: Any = None,
    name: str | None = None,
) -> AllCandidateSampler:
    """Implements `tf.nn.all_candidate_sampler`: every class, with an expected count of 1.

    Arguments and result are those of `uniform_candidate_sampler`.
    """
    seeds.next_op_seeds(seed)
    operation = "AllCandidateSampler"
    true = checked_true_classes(operation, true_classes, num_true, num_sampled, unique, num_sampled)
    return AllCandidateSampler(
        as_eager_tensor(np.arange(num_sampled)),
        as_eager_tensor(np.ones(true.shape, np.float32)),
        as_eager_tensor(np.ones(num_sampled, np.float32)),
    )


@op(
    "ComputeAccidentalHits",
    "true_classes:int64 sampled:int64",
    unrecorded=True,
    host="true_classes sampled",
)
def _accidental_hits(true_classes: Any, sampled: Any, num_true: int) -> Any:
    if true_classes.ndim != 2 or true_classes.shape[1] != num_true:
        raise invalid_argument("true_candidates must be a batch_size * num_true matrix")
    if sampled.ndim != 1:
        raise invalid_argument(
            "sampled_candidates must be a vector, which is typically an output from "
            "CandidateSampler"
        )
    count = sampled.shape[0]
    # The last one of several equal candidates is hit.
    hits = true_classes.unsqueeze(-1) == sampled
    positions = torch.arange(1, count + 1, device="cpu")
    hit_positions = (hits * positions).amax(-1) if count else torch.zeros_like(true_classes)
    rows = hit_positions.nonzero()[:, 0]
    ids = hit_positions[hit_positions > 0] - 1
    weights = torch.full(ids.shape, torch.finfo(torch.float32).min, device="cpu")
    return [place(tensor) for tensor in (rows.to(torch.int32), ids, weights)]


def compute_accidental_hits(
    true_classes: Any,
    sampled_candidates: Any,
    num_true: int,
    seed: Any = None,
    name: str | None = None,
) -> ComputeAccidentalHits:
    """Implements `tf.nn.compute_accidental_hits`.

    Returns the rows of `true_classes` [batch, num_true] that contain a candidate, the indices of
    these candidates, and the lowest float32 for each as a weight to mask its logit.
    """
    seeds.next_op_seeds(seed, drawn=False)
    return ComputeAccidentalHits(*_accidental_hits(true_classes, sampled_candidates, num_true))
