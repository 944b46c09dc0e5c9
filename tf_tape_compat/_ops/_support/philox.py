"""Random bits from Philox 4x32-10 (Salmon et al., 2011), the generator that TensorFlow uses.

A `Philox` has a key and the start of a 128-bit counter; each counter value gives one block of four
32-bit words. `Entropy` gives blocks of the same form from torch's own generator, for operations
without a seed. Words are generated on the device that needs them; on the CPU, in chunks that stay
in the cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch

_MASK = 0xFFFFFFFF
_WIDE_MASK = 0xFFFFFFFFFFFFFFFF
_M0, _M1 = 0xD2511F53, 0xCD9E8D57
_WEYL = 0x9E3779B9, 0xBB67AE85
# The number of blocks computed at a time on the CPU. Their intermediate values stay in the cache,
# and torch does not use several threads, whose synchronization would cost more than they save.
_CPU_CHUNK = (1 << 15) - 4
_CHUNK = 1 << 22  # elsewhere, to limit memory
_FEW = 16  # up to this many blocks, Python's integers are faster than tensors


only_sizes: Callable[[], bool] | None = None
"""Says whether tensors have no values now, so that any words will do; see _graph/capture.py."""

SCRAMBLE_KEY = 0x02461E293EC8F720
"""The key of the blocks that become keys and counters of the stateless functions."""


def signed(value: int) -> int:
    """The signed 64-bit integer with the bits of `value`."""
    value &= _WIDE_MASK
    return value - 2**64 if value >> 63 else value


def _round_keys(key: int) -> list[tuple[int, int]]:
    k0, k1 = key & _MASK, key >> 32
    return [((k0 + i * _WEYL[0]) & _MASK, (k1 + i * _WEYL[1]) & _MASK) for i in range(10)]


def block(key: int, low: Any, high: Any) -> tuple[Any, Any, Any, Any]:
    """The four words at a counter, whose halves are integers or int64 tensors."""
    c0, c1, c2, c3 = low & _MASK, low >> 32 & _MASK, high & _MASK, high >> 32 & _MASK
    for k0, k1 in _round_keys(key):
        p0, p1 = c0 * _M0, c2 * _M1
        c0, c1 = (p1 >> 32 & _MASK) ^ c1 ^ k0, p1 & _MASK
        c2, c3 = (p0 >> 32 & _MASK) ^ c3 ^ k1, p0 & _MASK
    return c0, c1, c2, c3


class _Workspace:
    """Buffers for the intermediate values of up to `size` blocks, reused for each chunk."""

    def __init__(self, size: int, device: torch.device) -> None:
        self.words = torch.empty((size, 2), dtype=torch.int64, device=device)
        self.buffers = torch.empty((6, size), dtype=torch.int64, device=device)
        self.steps = torch.arange(size, device=device)

    def blocks(self, key: int, low: int, high: int, count: int) -> torch.Tensor:
        """The blocks from a counter on: int64 [count, 2], each two words, the lower one first.

        `low` must not pass 2**64 within them. The first two of the ten rounds are shortened, since
        `high` is the same for all blocks. In the others, the upper half of a product is masked
        only after it has been combined, which saves an operation.
        """
        c0, c2, p0, p1, q0, q1 = self.buffers[:, :count].unbind()
        shift, xor, clear = torch.bitwise_right_shift, torch.bitwise_xor, torch.bitwise_and
        keys = _round_keys(key)
        start = torch.add(self.steps[:count], signed(low), out=q0)
        torch.mul(clear(start, _MASK, out=c0), _M0, out=p0)
        product = (high & _MASK) * _M1
        shift(start, 32, out=c0)
        clear(xor(c0, (product >> 32) ^ keys[0][0], out=c0), _MASK, out=c0)
        shift(p0, 32, out=c2)
        clear(xor(c2, (high >> 32) ^ keys[0][1], out=c2), _MASK, out=c2)
        before = product & _MASK
        torch.mul(c2, _M1, out=p1)
        torch.mul(c0, _M0, out=q0)
        shift(p1, 32, out=c0)
        clear(xor(c0, before ^ keys[1][0], out=c0), _MASK, out=c0)
        shift(q0, 32, out=c2)
        xor(c2, p0, out=c2)
        clear(xor(c2, keys[1][1], out=c2), _MASK, out=c2)
        p0, q0 = q0, p0
        for k0, k1 in keys[2:]:
            torch.mul(c0, _M0, out=q0)
            torch.mul(c2, _M1, out=q1)
            shift(q1, 32, out=c0)
            xor(c0, p1, out=c0)
            clear(xor(c0, k0, out=c0), _MASK, out=c0)
            shift(q0, 32, out=c2)
            xor(c2, p0, out=c2)
            clear(xor(c2, k1, out=c2), _MASK, out=c2)
            p0, q0, p1, q1 = q0, p0, q1, p1
        words = self.words[:count]
        torch.bitwise_or(c0, p1.bitwise_left_shift_(32), out=words[:, 0])
        torch.bitwise_or(c2, p0.bitwise_left_shift_(32), out=words[:, 1])
        return words


class Philox:
    """Blocks of words generated from a 64-bit key and a 128-bit counter."""

    def __init__(self, key: int, counter: int) -> None:
        self.key = key
        self.counter = counter

    def chunks(
        self, start: int, count: int, device: torch.device
    ) -> Iterator[tuple[int, torch.Tensor]]:
        """Yields blocks `start` to `start + count` in chunks: (index of the first, words).

        The words are int32 [n, 4]. The caller may overwrite them but must not keep them.
        """
        first = self.counter + start
        if count <= _FEW:
            if count:
                yield 0, _few_blocks(self.key, first, count, device)
            return
        if only_sizes is not None and only_sizes():
            yield 0, torch.empty((count, 4), dtype=torch.int32, device=device)
            return
        size = min(count, _CPU_CHUNK if device.type == "cpu" else _CHUNK)
        workspace = _Workspace(size, device)
        at = 0
        while at < count:
            low, high = (first + at) & _WIDE_MASK, (first + at) >> 64 & _WIDE_MASK
            n = min(size, count - at, 2**64 - low)
            words = workspace.blocks(self.key, low, high, n).view(torch.int32)
            for piece in words.split(size // 4 + 1):
                yield at, piece
                at += len(piece)

    def words_at(self, places: torch.Tensor) -> torch.Tensor:
        """The blocks at the given indices (int64, of any shape): int32 with a last axis of 4."""
        base = self.counter & _WIDE_MASK
        low = places + signed(base)
        high: Any = self.counter >> 64 & _WIDE_MASK
        if base >> 62 == 3:  # the addition may carry into the upper half
            carried = (low >= 0) & (signed(base) < 0)
            high = torch.where(carried, signed(high + 1), signed(high))
        return torch.stack(block(self.key, low, high), -1).to(torch.int32)


def _few_blocks(key: int, first: int, count: int, device: torch.device) -> torch.Tensor:
    packed = []
    for counter in range(first, first + count):
        words = block(key, counter & _WIDE_MASK, counter >> 64 & _WIDE_MASK)
        packed += [signed(words[0] | words[1] << 32), signed(words[2] | words[3] << 32)]
    return torch.tensor(packed, device=device).view(torch.int32).view(count, 4)


class Entropy:
    """Blocks of words from torch's generator, new ones on each call."""

    def chunks(
        self, start: int, count: int, device: torch.device
    ) -> Iterator[tuple[int, torch.Tensor]]:
        """Yields `count` blocks in the form of `Philox.chunks`."""
        if count:
            yield 0, self.words_at(torch.empty(count, dtype=torch.int64, device=device))

    def words_at(self, places: torch.Tensor) -> torch.Tensor:
        """One block for each index."""
        bits = torch.empty((*places.shape, 2), dtype=torch.int64, device=places.device)
        return bits.random_(-(2**63), None).view(torch.int32)


Source = Philox | Entropy


def word_list(source: Source, start: int, count: int) -> list[int]:
    """The words of `count` consecutive blocks, as a list of ints."""
    places = torch.arange(start, start + count, device="cpu")
    return [word & _MASK for word in source.words_at(places).reshape(-1).tolist()]


def scrambled(seed: tuple[int, int]) -> Philox:
    """The generator of the stateless functions: its key and counter are themselves a block."""
    w0, w1, w2, w3 = block(SCRAMBLE_KEY, *(part & _WIDE_MASK for part in seed))
    return Philox(w0 | w1 << 32, (w2 | w3 << 32) << 64)
