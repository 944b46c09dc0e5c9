"""Where random operations get their bits from: the global seed, and the seeds of operations.

TensorFlow's rule: the global seed is the key of the generator, the operation's seed the upper half
of its counter. Without a seed of its own an operation draws one from a sequence that follows from
the global seed. Operations of one kind with the same two seeds go on in one stream, until the
global seed is set anew.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Hashable
from typing import Any, NamedTuple

import numpy as np
import torch

from .._core.frames import NotVectorizedError
from .philox import Entropy, Philox, Source

_NO_GLOBAL_SEED = 87654321
_LIMIT = 2**31 - 1

_lock = threading.Lock()
_entropy = Entropy()


class _State:
    """The global seed, the sequence that follows from it, and how far the streams have gone."""

    required = False  # whether operations without a seed are an error

    seed: Any = None
    sequence = random.Random()
    consumed: dict[Hashable, int] = {}
    kept: dict[Hashable, Any] = {}


def set_seed(seed: Any) -> None:
    """Sets the global seed, from which all random operations follow; answers for
    `tf.random.set_seed`. None makes them random again.
    """
    with _lock:
        try:
            hash(seed)
            sequence = random.Random(seed)
        except TypeError:
            seed = int(np.array(seed))
            sequence = random.Random(seed)
        _State.seed = seed
        _State.sequence = sequence
        _State.consumed = {}
        _State.kept = {}


UNSEEDED = object()
"""In place of an operation's seed: it has none, whatever the global one is."""


def are_required() -> bool:
    """Whether a random operation without any seed is an error."""
    return _State.required


class Seeds(NamedTuple):
    """Both seeds of an operation, and whether it has a stream to go on in."""

    first: int
    second: int
    own: bool


def require_seeds() -> None:
    """From here on a random operation without any seed is an error."""
    _State.required = True


def take(seed: Any) -> Seeds | None:
    """The seeds for an operation that was given `seed`, or None; None if nothing is seeded.

    `seed` may be both seeds, or `UNSEEDED`.

    Raises RuntimeError then if seeds are required.
    """
    if seed is UNSEEDED:
        return None
    if type(seed) is Seeds:
        return seed
    own = seed is not None
    if (own or _State.seed is not None) and torch._C._are_functorch_transforms_active():
        # One draw would be every slice's: they take turns.
        raise NotVectorizedError("a random operation", "its numbers follow from a seed")
    with _lock:
        if _State.seed is not None:
            first = _State.seed % _LIMIT
            second = (seed if own else _State.sequence.randint(0, _LIMIT)) % _LIMIT
        elif own:
            first, second = _NO_GLOBAL_SEED, seed % _LIMIT
        elif _State.required:
            raise RuntimeError(
                "Random ops require a seed to be set when determinism is enabled. Please set a "
                "seed before running the op, e.g. by calling tf.random.set_seed(1)."
            )
        else:
            return None
    first, second = int(first), int(second)
    return Seeds(0, _LIMIT, own) if first == second == 0 else Seeds(first, second, own)


def draw(operation: Hashable, taken: Seeds | None, blocks: int) -> tuple[Source, int]:
    """The source of an operation's bits and its first block there; `blocks` are then used up.

    `operation` says which of TensorFlow's kernels it is: its name, and all types but the seeds.
    """
    if taken is None:
        return _entropy, 0
    start = 0
    if taken.own:
        key = (operation, taken)
        with _lock:
            start = _State.consumed.get(key, 0)
            _State.consumed[key] = start + blocks
    return Philox(taken.first, taken.second << 64), start


def kept(operation: Hashable, taken: Seeds | None, make: Callable[[], Any]) -> Any:
    """What an operation keeps from call to call, until the global seed is set anew.

    Nothing, where each call has other seeds; `make()` is what it begins with.
    """
    if taken is not None and not taken.own:
        return make()
    with _lock:
        return _State.kept.setdefault((operation, taken), make())
