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

from ..._core.recording.execution_context import current_context
from ..._core.recording.vmap_scope import NotVectorizedError
from .._support.philox import Entropy, Philox, Source

_NO_GLOBAL_SEED = 87654321
SEED_LIMIT = 2**31 - 1  # seeds are reduced modulo this

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
    if current_context.call is not None:
        _random_state(current_context.call).seed = seed
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


class StreamScope:
    """Streams that begin anew and last as long as this object.

    It takes the place of the number of a trace, for functions that datasets call.
    """

    __slots__ = ("consumed",)

    def __init__(self) -> None:
        self.consumed: dict[Hashable, int] = {}


UNSEEDED = object()
"""Passed as an operation's seed to ignore the global seed."""


class _CallRandomState:
    """The random state of one call of a trace: its place, and the operations that drew so far."""

    __slots__ = ("path", "seed", "drawn", "unseeded", "calls")

    def __init__(self, path: tuple[Any, ...], seed: Any) -> None:
        self.path = path
        self.seed = seed  # the global one, in this graph
        self.drawn = self.unseeded = self.calls = 0


def _random_state(call: Any) -> _CallRandomState:
    """The state of a running call, kept in its `random_state`."""
    state: _CallRandomState | None = call.random_state
    if state is None:
        path: tuple[Any, ...] = (call.trace.number,)
        seed = call.trace.seed
        if call.caller is not None:
            outer = _random_state(call.caller)
            path = (*outer.path, outer.calls, *path)
            outer.calls += 1
            if call.trace is call.caller.trace:  # a graph inside, such as a branch
                seed = outer.seed
        state = call.random_state = _CallRandomState(path, seed)
    return state


def global_seed() -> Any:
    """The global seed that applies here, or None."""
    return _State.seed if current_context.call is None else _random_state(current_context.call).seed


def are_required() -> bool:
    """Whether a random operation without any seed is an error."""
    return _State.required


class Seeds(NamedTuple):
    """Both seeds of an operation, whether it continues a stream, and its place in a graph."""

    first: int
    second: int
    continues_stream: bool
    place: Hashable = None


class TracedSeeds(NamedTuple):
    """The seeds of an operation that were chosen while its function was traced.

    As the seed of an operation they are used as they are.
    """

    seeds: Seeds | None


def in_call(op_seeds: Seeds | None, call_path: tuple[int, ...]) -> Seeds | None:
    """The seeds of an operation that is reached by these calls of traced functions."""
    call = current_context.call
    if op_seeds is None or call is None:
        return op_seeds
    path = _random_state(call).path
    return op_seeds._replace(place=(path, call_path, op_seeds.place))


class Counters(NamedTuple):
    """How many operations of a call have drawn so far, which decides the seeds of the next."""

    drawn: int
    unseeded: int
    calls: int


def counters() -> Counters | None:
    """The counters of the running call; None outside of functions."""
    call = current_context.call
    if call is None:
        return None
    state = _random_state(call)
    return Counters(state.drawn, state.unseeded, state.calls)


def set_counters(counts: Counters | None) -> None:
    """Sets the counters of the running call, as they were at some place of its trace."""
    call = current_context.call
    if call is not None and counts is not None:
        state = _random_state(call)
        state.drawn, state.unseeded, state.calls = counts


def share_state(call: Any, other: Any) -> None:
    """Makes a call continue the seeds of another one."""
    call.random_state = _random_state(other)


def require_seeds(required: bool = True) -> None:
    """Makes random operations without any seed an error, or not."""
    _State.required = required


def next_op_seeds(seed: Any, drawn: bool = True) -> Seeds | None:
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
    if type(seed) is TracedSeeds:
        return seed.seeds
    call = current_context.call
    if type(seed) is Seeds:
        return seed if call is None else _placed(seed, _random_state(call))
    has_op_seed = seed is not None
    graph_seed = global_seed()
    seeded = has_op_seed or graph_seed is not None
    if drawn and seeded and torch._C._are_functorch_transforms_active():
        # All slices would get the same numbers, so they are computed one after another.
        raise NotVectorizedError("a random operation", "its numbers follow from a seed")
    if graph_seed is None and not has_op_seed:
        if _State.required:
            raise RuntimeError(
                "Random ops require a seed to be set when determinism is enabled. Please set a "
                "seed before running the op, e.g. by calling tf.random.set_seed(1)."
            )
        return None
    first = _NO_GLOBAL_SEED if graph_seed is None else graph_seed % SEED_LIMIT
    if call is not None:
        state = _random_state(call)
        second = seed if has_op_seed else state.unseeded
        state.unseeded += not has_op_seed
        return _placed(_seeds(first, second, True), state)
    if not has_op_seed:
        with _lock:
            seed = _State.sequence.randint(0, SEED_LIMIT)
    return _seeds(first, seed, has_op_seed)


def _seeds(first: Any, second: Any, continues_stream: bool) -> Seeds:
    first, second = int(first), int(second % SEED_LIMIT)
    return (
        Seeds(0, SEED_LIMIT, continues_stream)
        if first == second == 0
        else Seeds(first, second, continues_stream)
    )


def _placed(op_seeds: Seeds, state: _CallRandomState) -> Seeds:
    state.drawn += 1
    return op_seeds._replace(continues_stream=True, place=(state.path, state.drawn))


def reserve_blocks(operation: Hashable, op_seeds: Seeds | None, blocks: int) -> tuple[Source, int]:
    """Reserves `blocks` blocks of an operation's random bits.

    Args:
        operation: identifies the TensorFlow kernel: its name and its types, apart from the seeds.
        op_seeds: the operation's seeds.
        blocks: how many blocks are reserved.

    Returns:
        The source of the bits and the position of the first block.
    """
    if op_seeds is None:
        return _entropy, 0
    start = 0
    if op_seeds.continues_stream:
        key = (operation, op_seeds)
        with _lock:
            consumed = _consumed(op_seeds.place)
            start = consumed.get(key, 0)
            consumed[key] = start + blocks
    return Philox(op_seeds.first, op_seeds.second << 64), start


def _consumed(place: Any) -> dict[Hashable, int]:
    """The positions of the streams to which those of a place belong."""
    if place is not None and type(scope := place[0][0]) is StreamScope:
        return scope.consumed
    return _State.consumed


def next_place() -> Hashable:
    """Names the function that is defined next in the running call; None outside of functions."""
    if current_context.call is None:
        return None
    state = _random_state(current_context.call)
    state.calls += 1
    return state.path, state.calls


def persistent_state(operation: Hashable, op_seeds: Seeds | None, make: Callable[[], Any]) -> Any:
    """An object that an operation keeps between calls until the global seed is set again.

    `make()` creates it. It is created for each call if each call has different seeds.
    """
    if op_seeds is not None and not op_seeds.continues_stream:
        return make()
    with _lock:
        return _State.kept.setdefault((operation, op_seeds), make())
