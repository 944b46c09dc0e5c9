"""Candidate classes drawn at random, for losses over many classes."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch

from ..._core.devices.placement import place
from ..._core.op.op import op
from ..._core.tensor.convert import INT64, c_name, to_tensor, wrap
from ..._core.tensor.host_values import to_numpy
from ..._core.tensor.tensor import EagerTensor
from ...errors import InvalidArgumentError, NotFoundError
from .._support.arguments import failure, invalid
from .._support.operands import is_typed
from .._support.philox import Source, word_list
from ..random import seeds


class _Words:
    """The 32-bit words of a stream, one after the other, and numbers made of them."""

    def __init__(self, source: Source, start: int) -> None:
        self.source, self.block = source, start
        self.waiting: list[int] = []

    def word(self) -> int:
        if not self.waiting:
            self.waiting = word_list(self.source, self.block, 64)[::-1]
            self.block += 64
        return self.waiting.pop()

    def single(self) -> float:
        """In [0, 1), of the 23 bits of a float32."""
        return (self.word() & 0x7FFFFF) / 2**23

    def double(self) -> float:
        """In [0, 1), of the 52 bits of a float64."""
        high, low = self.word(), self.word()
        return ((high & 0xFFFFF) << 32 | low) / 2**52

    def below(self, limit: int, bits: int = 32) -> int:
        """Below `limit`; what would make some numbers more frequent is drawn again."""
        draw = self.word if bits == 32 else lambda: self.word() | self.word() << 32
        if limit & (limit - 1) == 0:
            return draw() & (limit - 1)
        uneven = (2**bits - 1) % limit + 1
        while (found := draw()) < uneven:
            pass
        return found % limit


class Sampler(NamedTuple):
    """A distribution over the integers below `size`."""

    size: int
    draw: Callable[[_Words], int]
    probability: Callable[[np.ndarray], np.ndarray]


def _expected(chance: np.ndarray, count: int, tries: int) -> np.ndarray:
    """How often values of the given chance are expected among `count` that took `tries`."""
    chance = chance.astype(np.float32)
    if tries == count:
        return chance * np.float32(count)
    return -np.expm1(np.float32(tries) * np.log1p(-chance))


def _drawn(sampler: Sampler, words: _Words, count: int, unique: bool) -> tuple[np.ndarray, int]:
    """`count` values, and how many tries it took."""
    if not unique:
        return np.array([sampler.draw(words) for _ in range(count)], np.int64), count
    found: dict[int, None] = {}
    tries = 0
    while len(found) < count:
        tries += 1
        found.setdefault(sampler.draw(words))
    return np.array(list(found), np.int64), tries


def _true_classes(
    operation: str, classes: Any, num_true: int, num_sampled: int, unique: bool, size: int
) -> np.ndarray:
    """The classes as an array. Raises InvalidArgumentError for what does not fit."""
    for name, value in (("num_true", num_true), ("num_sampled", num_sampled), ("range_max", size)):
        if value < 1:
            message = f"Value for attr '{name}' of {value} must be at least minimum 1"
            raise InvalidArgumentError(None, None, f"{message} [Op:{operation}] name: ")
    classes = to_tensor(classes) if is_typed(classes) else to_tensor(classes, INT64)
    if classes.dtype is not INT64:
        raise InvalidArgumentError(
            None,
            None,
            f"cannot compute {operation} as input #0(zero-based) was expected to be a int64 tensor "
            f"but is a {c_name(classes.dtype)} tensor [Op:{operation}] name: ",
        )
    array = to_numpy(classes._t)
    if array.ndim != 2:
        raise failure(operation, "true_classes must be a matrix")
    if array.shape[1] != num_true:
        raise failure(
            operation,
            f"true_classes must have num_true columns, expected: {array.shape[1]} was: {num_true}",
        )
    if unique and num_sampled > size:
        raise failure(operation, "Sampler's range is too small.")
    wrong = array[(array < 0) | (array >= size)]
    if wrong.size:
        raise failure(operation, f"`true_candidate` out of range [0, {size}), received {wrong[0]}")
    return array


def _tensor(array: np.ndarray) -> EagerTensor:
    return wrap(place(torch.from_numpy(np.ascontiguousarray(array))))


def _sampled(
    operation: str,
    kind: type,
    make: Callable[[], Sampler],
    taken: Any,
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    size: int,
    others: tuple[Any, ...] = (),
) -> Any:
    """The operation: candidates and how often the true classes and they are expected."""
    true = _true_classes(operation, true_classes, num_true, num_sampled, unique, size)
    sampler = make()
    key = (operation, num_true, num_sampled, bool(unique), size, *others)
    source, start = seeds.draw(key, taken, 512 * num_sampled)
    values, tries = _drawn(sampler, _Words(source, start), num_sampled, bool(unique))
    expected = [_expected(sampler.probability(v), num_sampled, tries) for v in (true, values)]
    return kind(_tensor(values), *(_tensor(e.astype(np.float32)) for e in expected))


class UniformCandidateSampler(NamedTuple):
    """What `uniform_candidate_sampler` returns."""

    sampled_candidates: Any
    true_expected_count: Any
    sampled_expected_count: Any


class LogUniformCandidateSampler(NamedTuple):
    """What `log_uniform_candidate_sampler` returns."""

    sampled_candidates: Any
    true_expected_count: Any
    sampled_expected_count: Any


class LearnedUnigramCandidateSampler(NamedTuple):
    """What `learned_unigram_candidate_sampler` returns."""

    sampled_candidates: Any
    true_expected_count: Any
    sampled_expected_count: Any


class FixedUnigramCandidateSampler(NamedTuple):
    """What `fixed_unigram_candidate_sampler` returns."""

    sampled_candidates: Any
    true_expected_count: Any
    sampled_expected_count: Any


class AllCandidateSampler(NamedTuple):
    """What `all_candidate_sampler` returns."""

    sampled_candidates: Any
    true_expected_count: Any
    sampled_expected_count: Any


class ComputeAccidentalHits(NamedTuple):
    """What `compute_accidental_hits` returns."""

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
    """`num_sampled` classes below `range_max`, all as likely.

    With how often `true_classes` [batch, num_true], and those sampled, are expected among so many.
    Answers for `tf.random.uniform_candidate_sampler`. Raises InvalidArgumentError for classes out
    of range.
    """
    sampler = Sampler(
        range_max,
        lambda words: words.below(range_max, 64),
        lambda values: np.full(values.shape, 1.0 / range_max),
    )
    return _sampled(
        "UniformCandidateSampler",
        UniformCandidateSampler,
        lambda: sampler,
        seeds.take(seed),
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
    """As `uniform_candidate_sampler`, the chance of class n being log((n + 2) / (n + 1)).

    Answers for `tf.random.log_uniform_candidate_sampler`.
    """
    scale = math.log1p(range_max) if range_max > 0 else 1.0
    sampler = Sampler(
        range_max,
        lambda words: (int(math.exp(words.double() * scale)) - 1) % range_max,
        lambda values: np.log((values + 2.0) / (values + 1.0)) / scale,
    )
    return _sampled(
        "LogUniformCandidateSampler",
        LogUniformCandidateSampler,
        lambda: sampler,
        seeds.take(seed),
        true_classes,
        num_true,
        num_sampled,
        unique,
        range_max,
    )


def learned_unigram_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: Any = None,
    name: str | None = None,
) -> LearnedUnigramCandidateSampler:
    """As `uniform_candidate_sampler`, classes being the likelier the more often they were true.

    Each true class of earlier calls, of the same arguments and seeds, counts. Answers for
    `tf.nn.learned_unigram_candidate_sampler`.
    """
    if range_max > 2**31 - 1:
        raise ValueError(f"Value of range_max:{range_max} is too large to handle")
    operation = "LearnedUnigramCandidateSampler"
    taken = seeds.take(seed)
    true = _true_classes(operation, true_classes, num_true, num_sampled, unique, range_max)
    key = (operation, num_true, num_sampled, bool(unique), range_max)
    weights = seeds.kept(key, taken, lambda: np.ones(range_max, np.int64))
    bounds = np.cumsum(weights)
    total = int(bounds[-1])
    sampler = Sampler(
        range_max,
        lambda words: int(np.searchsorted(bounds, words.below(total), "right")),
        lambda values: weights[values].astype(np.float32) / np.float32(total),
    )
    found = _sampled(
        operation,
        LearnedUnigramCandidateSampler,
        lambda: sampler,
        taken,
        true_classes,
        num_true,
        num_sampled,
        unique,
        range_max,
    )
    np.add.at(weights, true.reshape(-1), 1)
    return found


def _alternatives(weights: np.ndarray) -> tuple[list[float], list[int]]:
    """Walker's method: a value is drawn evenly, and left for its alternative by chance."""
    count = len(weights)
    chances = (
        weights.astype(np.float64) * count / float(np.sum(weights, dtype=np.float64))
    ).tolist()
    others = [-1] * count
    low = [i for i in range(count) if chances[i] < 1.0]
    high = [i for i in range(count) if chances[i] >= 1.0]
    while high and low:
        small, large = low.pop(), high.pop()
        others[small] = large
        chances[large] -= 1.0 - chances[small]
        (low if chances[large] < 1.0 else high).append(large)
    for i in high + low:
        chances[i], others[i] = 1.0, i
    return [float(np.float32(chance)) for chance in chances], others


def _read_weights(path: str) -> list[float]:
    """The last fields of the lines of a vocabulary."""
    try:
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
    except FileNotFoundError:
        raise NotFoundError(None, None, f"{path}; No such file or directory") from None
    weights = []
    for line in lines:
        try:
            weights.append(float(line.rsplit(",", 1)[-1]))
        except ValueError:
            operation = "FixedUnigramCandidateSampler"
            raise failure(operation, f"Wrong vocabulary format at line: {line}") from None
    return weights


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
    """As `uniform_candidate_sampler`, by the weights `unigrams` or those in `vocab_file`.

    Each to the power of `distortion`, behind `num_reserved_ids` of weight 0; of every `num_shards`
    classes the one numbered `shard`. Answers for `tf.nn.fixed_unigram_candidate_sampler`.
    """
    operation = "FixedUnigramCandidateSampler"
    taken = seeds.take(seed)

    def make() -> Sampler:
        if not vocab_file and not len(unigrams):
            raise failure(operation, "Must provide either vocab_file or unigrams.")
        if vocab_file and len(unigrams):
            raise failure(operation, "Must only provide one of vocab_file and unigrams.")
        given = _read_weights(vocab_file) if vocab_file else unigrams
        reserved = [0.0 for word in range(num_reserved_ids) if word % num_shards == shard]
        mine = [w for i, w in enumerate(given, len(reserved)) if i % num_shards == shard]
        powers = np.power(np.array(mine, np.float32), np.float32(distortion))
        weights = np.concatenate([np.array(reserved, np.float32), powers])
        if len(weights) != range_max:
            raise failure(
                operation,
                f"range is {range_max} must be equal to weights size  {len(weights)}",
            )
        total = np.float32(0)
        for power in powers:  # rounding as TensorFlow does
            total += power
        chances, others = _alternatives(weights)

        def draw(words: _Words) -> int:
            chance = words.single()
            value = words.below(range_max)
            return value if chance < chances[value] else others[value]

        return Sampler(range_max, draw, lambda values: weights[values] / total)

    sampler = make() if range_max > 0 else None
    others = (vocab_file, distortion, num_reserved_ids, num_shards, shard, tuple(unigrams))
    return _sampled(
        operation,
        FixedUnigramCandidateSampler,
        lambda: sampler,  # type: ignore[arg-type, return-value]
        taken,
        true_classes,
        num_true,
        num_sampled,
        unique,
        range_max,
        others,
    )


def all_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    seed: Any = None,
    name: str | None = None,
) -> AllCandidateSampler:
    """All of the `num_sampled` classes, each expected once; for `tf.nn.all_candidate_sampler`."""
    seeds.take(seed)
    operation = "AllCandidateSampler"
    true = _true_classes(operation, true_classes, num_true, num_sampled, unique, num_sampled)
    return AllCandidateSampler(
        _tensor(np.arange(num_sampled)),
        _tensor(np.ones(true.shape, np.float32)),
        _tensor(np.ones(num_sampled, np.float32)),
    )


@op("ComputeAccidentalHits", "true_classes:int64 sampled:int64", unrecorded=True)
def _accidental_hits(true_classes: Any, sampled: Any, num_true: int) -> Any:
    if true_classes.ndim != 2 or true_classes.shape[1] != num_true:
        raise invalid("true_candidates must be a batch_size * num_true matrix")
    if sampled.ndim != 1:
        raise invalid(
            "sampled_candidates must be a vector, which is typically an output from "
            "CandidateSampler"
        )
    count = sampled.shape[0]
    # Of equal candidates the last one counts.
    equal = true_classes.unsqueeze(-1) == sampled
    numbers = torch.arange(1, count + 1, device=sampled.device)
    last = (equal * numbers).amax(-1) if count else torch.zeros_like(true_classes)
    rows = last.nonzero()[:, 0]
    ids = last[last > 0] - 1
    lowest = torch.finfo(torch.float32).min
    return [
        rows.to(torch.int32),
        ids,
        torch.full(ids.shape, lowest, dtype=torch.float32, device=ids.device),
    ]


def compute_accidental_hits(
    true_classes: Any,
    sampled_candidates: Any,
    num_true: int,
    seed: Any = None,
    name: str | None = None,
) -> ComputeAccidentalHits:
    """Which rows of `true_classes` hit which sampled candidates, with weights to mask them.

    Answers for `tf.nn.compute_accidental_hits`.
    """
    seeds.take(seed, drawn=False)
    return ComputeAccidentalHits(*_accidental_hits(true_classes, sampled_candidates, num_true))
