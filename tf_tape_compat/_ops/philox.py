"""Random bits: Philox 4x32-10 (Salmon et al., 2011), which TensorFlow's generators run on.

A `Philox` is a key and the upper half of a 128-bit counter; each value of the lower half gives
one block of four 32-bit words. `Entropy` gives blocks of the same form that nothing was seeded
for, from torch's own generator.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

_MASK = 0xFFFFFFFF
_MULTIPLIERS = 0xD2511F53, 0xCD9E8D57
_WEYL = 0x9E3779B9, 0xBB67AE85
_CHUNK = 1 << 15  # blocks at a time: their intermediate values stay in the cache
_FEW = 6  # up to so many blocks Python's integers are faster than arrays


def _block(key: int, low: Any, high: int) -> tuple[Any, Any, Any, Any]:
    """The words at a counter; `low` is an integer or an array of uint64."""
    k0, k1 = key & _MASK, key >> 32
    c0, c1, c2, c3 = low & _MASK, low >> 32, high & _MASK, high >> 32
    m0, m1 = _MULTIPLIERS
    for _ in range(10):
        p0, p1 = c0 * m0, c2 * m1
        c0, c1 = (p1 >> 32) ^ c1 ^ k0, p1 & _MASK
        c2, c3 = (p0 >> 32) ^ c3 ^ k1, p0 & _MASK
        k0, k1 = (k0 + _WEYL[0]) & _MASK, (k1 + _WEYL[1]) & _MASK
    return c0, c1, c2, c3


class Philox:
    """Blocks of words that follow from a 64-bit key and the upper 64 bits of the counter."""

    def __init__(self, key: int, high: int) -> None:
        self.key = key
        self.high = high

    def words(self, start: int, count: int) -> np.ndarray:
        """Blocks `start` to `start + count`: an array [count, 4] of uint32."""
        if count <= _FEW:
            blocks = [_block(self.key, start + i, self.high) for i in range(count)]
            return np.array(blocks, np.uint32).reshape(count, 4)
        return self.words_at(np.arange(start, start + count, dtype=np.uint64))

    def words_at(self, indices: np.ndarray) -> np.ndarray:
        """The blocks at the given places: an array [len(indices), 4] of uint32."""
        out = np.empty((len(indices), 4), np.uint32)
        for at in range(0, len(indices), _CHUNK):
            part = slice(at, at + _CHUNK)
            low = indices[part].astype(np.uint64, copy=False)
            for column, word in enumerate(_block(self.key, low, self.high)):
                out[part, column] = word
        return out


class Entropy:
    """Blocks of words from torch's generator, new ones each time."""

    def words(self, start: int, count: int) -> np.ndarray:
        """`count` blocks: an array [count, 4] of uint32."""
        bits = torch.empty((count, 2), dtype=torch.int64, device="cpu").random_(-(2**63), None)
        return bits.numpy().view(np.uint32)

    def words_at(self, indices: np.ndarray) -> np.ndarray:
        """As many blocks as there are indices."""
        return self.words(0, len(indices))


def scrambled(seed: tuple[int, int]) -> Philox:
    """The generator of the stateless functions: key and counter are a block of their own."""
    first, second = (part % 2**64 for part in seed)
    w0, w1, w2, w3 = _block(0x02461E293EC8F720, first, second)
    return Philox(w0 | w1 << 32, w2 | w3 << 32)
