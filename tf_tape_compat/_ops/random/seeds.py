"""The seeds of random operations: the global seed, and the operations' own.

TensorFlow's rule: the global seed is the key of the generator, and the operation's seed is the
upper half of its counter. An operation without a seed draws one from a sequence that follows from
the global seed. Operations of the same kernel with the same two seeds continue one stream, until
the global seed is set again.

Within a `tf.function`, streams belong to TensorFlow's graph: each operation of a trace has a
stream of its own in each place where the function is called. Operations without a seed get the
seeds 0, 1, 2 and so on, with the global seed that was set when the function was traced.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Hashable
from typing import Any, NamedTuple

import numpy as np
import torch

from ..._core.recording.execution_context import here
from ..._core.recording.vmap_scope import NotVectorizedError
from .._support.philox import Entropy, Philox, Source

_NO_GLOBAL_SEED = 87654321
_LIMIT = 2**31 - 1

_lock = threading.Lock()
_entropy = Entropy()


class _State:
    """The global seed, the sequence that follows from it, and the positions of the streams."""

    required = False  # whether operations without a seed are an error

    seed: Any = None
    sequence = random.Random()
    consumed: dict[Hashable, int] = {}
    kept: dict[Hashable, Any] = {}


def set_seed(seed: Any) -> None:
    """Sets the global seed. Implements `tf.random.set_seed`.

    Within a `tf.function` this affects the rest of the current call only.

    Args:
        seed: an integer or any hashable value; None makes random operations unpredictable again.
    """
    if here.call is not None:
        _run(here.call).seed = seed
        return
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
"""Passed as an operation's seed to ignore the global seed."""


class _Run:
    """One call of a trace: where it is called, and how many operations have drawn so far."""

    __slots__ = ("path", "seed", "drawn", "unseeded", "calls")

    def __init__(self, path: tuple[int, ...], seed: Any) -> None:
        self.path = path
        self.seed = seed  # the global one, in this graph
        self.drawn = self.unseeded = self.calls = 0


def _run(call: Any) -> _Run:
    """What `here.call` has drawn, kept in its `random_state`."""
    run: _Run | None = call.random_state
    if run is None:
        path: tuple[int, ...] = (call.trace.number,)
        if call.caller is not None:
            around = _run(call.caller)
            path = (*around.path, around.calls, *path)
            around.calls += 1
        run = call.random_state = _Run(path, call.trace.seed)
    return run


def global_seed() -> Any:
    """The global seed that applies here, or None."""
    return _State.seed if here.call is None else _run(here.call).seed


def are_required() -> bool:
    """Whether a random operation without any seed is an error."""
    return _State.required


class Seeds(NamedTuple):
    """Both seeds of an operation, whether it continues a stream, and its place in a graph."""

    first: int
    second: int
    own: bool
    place: Hashable = None


def require_seeds() -> None:
    """Makes random operations without any seed an error."""
    _State.required = True


def take(seed: Any, drawn: bool = True) -> Seeds | None:
    """The seeds of an operation, or None if nothing is seeded.

    Args:
        seed: the seed passed to the operation or None, or both seeds, or `UNSEEDED`.
        drawn: whether the operation will draw numbers from these seeds.

    Raises:
        RuntimeError: if seeds are required and there are none.
        NotVectorizedError: within torch's vmap, if there are seeds.
    """
    if seed is UNSEEDED:
        return None
    call = here.call
    if type(seed) is Seeds:
        return seed if call is None else _placed(seed, _run(call))
    own = seed is not None
    known = global_seed()
    seeded = own or known is not None
    if drawn and seeded and torch._C._are_functorch_transforms_active():
        # All slices would get the same numbers, so they are computed one after another.
        raise NotVectorizedError("a random operation", "its numbers follow from a seed")
    if known is None and not own:
        if _State.required:
            raise RuntimeError(
                "Random ops require a seed to be set when determinism is enabled. Please set a "
                "seed before running the op, e.g. by calling tf.random.set_seed(1)."
            )
        return None
    first = _NO_GLOBAL_SEED if known is None else known % _LIMIT
    if call is not None:
        run = _run(call)
        second = seed if own else run.unseeded
        run.unseeded += not own
        return _placed(_seeds(first, second, True), run)
    if not own:
        with _lock:
            seed = _State.sequence.randint(0, _LIMIT)
    return _seeds(first, seed, own)


def _seeds(first: Any, second: Any, own: bool) -> Seeds:
    first, second = int(first), int(second % _LIMIT)
    return Seeds(0, _LIMIT, own) if first == second == 0 else Seeds(first, second, own)


def _placed(seeds_: Seeds, run: _Run) -> Seeds:
    run.drawn += 1
    return seeds_._replace(own=True, place=(run.path, run.drawn))


def draw(operation: Hashable, taken: Seeds | None, blocks: int) -> tuple[Source, int]:
    """Reserves `blocks` blocks of an operation's random bits.

    Args:
        operation: identifies the TensorFlow kernel: its name and its types, apart from the seeds.
        taken: the operation's seeds.
        blocks: how many blocks are reserved.

    Returns:
        The source of the bits and the position of the first block.
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
    """An object that an operation keeps between calls until the global seed is set again.

    `make()` creates it. It is created for each call if each call has different seeds.
    """
    if taken is not None and not taken.own:
        return make()
    with _lock:
        return _State.kept.setdefault((operation, taken), make())
