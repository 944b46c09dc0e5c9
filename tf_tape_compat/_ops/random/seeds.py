"""Where random operations get their bits from: the global seed, and the seeds of operations.

TensorFlow's rule: the global seed is the key of the generator, the operation's seed the upper half
of its counter. Without a seed of its own an operation draws one from a sequence that follows from
the global seed. Operations of one kind with the same two seeds go on in one stream, until the
global seed is set anew.

Inside of a `tf.function` TensorFlow's graph is what counts: each operation of a trace has a stream
of its own, in each place where the function is called, and those without a seed take 0, 1, 2 and
so on, with the global seed that was set when the trace was made.
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
    """The global seed, the sequence that follows from it, and how far the streams have gone."""

    required = False  # whether operations without a seed are an error

    seed: Any = None
    sequence = random.Random()
    consumed: dict[Hashable, int] = {}
    kept: dict[Hashable, Any] = {}


def set_seed(seed: Any) -> None:
    """Sets the global seed, from which all random operations follow; answers for
    `tf.random.set_seed`. None makes them random again. In a `tf.function` it counts for the rest of
    this call alone.
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
"""In place of an operation's seed: it has none, whatever the global one is."""


class _Run:
    """One call of a trace: where it is called, and how much it has drawn so far."""

    __slots__ = ("path", "seed", "drawn", "unseeded", "calls")

    def __init__(self, path: tuple[int, ...], seed: Any) -> None:
        self.path = path
        self.seed = seed  # the global one, in this graph
        self.drawn = self.unseeded = self.calls = 0


def _run(call: Any) -> _Run:
    """What `here.call` has drawn; noted in its last place."""
    run: _Run | None = call[4]
    if run is None:
        path: tuple[int, ...] = (call[2].number,)
        if call[3] is not None:
            around = _run(call[3])
            path = (*around.path, around.calls, *path)
            around.calls += 1
        run = call[4] = _Run(path, call[2].seed)
    return run


def global_seed() -> Any:
    """What `set_seed` was last given, or None; in a `tf.function` what counts there."""
    return _State.seed if here.call is None else _run(here.call).seed


def are_required() -> bool:
    """Whether a random operation without any seed is an error."""
    return _State.required


class Seeds(NamedTuple):
    """Both seeds of an operation, whether it has a stream to go on in, and in which graph."""

    first: int
    second: int
    own: bool
    place: Hashable = None


def require_seeds() -> None:
    """From here on a random operation without any seed is an error."""
    _State.required = True


def take(seed: Any, drawn: bool = True) -> Seeds | None:
    """The seeds for an operation that was given `seed`, or None; None if nothing is seeded.

    `seed` may be both seeds, or `UNSEEDED`. An operation that has seeds but draws nothing from them
    says so.

    Raises RuntimeError then if seeds are required.
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
        # One draw would be every slice's: they take turns.
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


def _placed(found: Seeds, run: _Run) -> Seeds:
    run.drawn += 1
    return found._replace(own=True, place=(run.path, run.drawn))


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
