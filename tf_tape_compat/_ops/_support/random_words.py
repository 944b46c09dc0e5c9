"""Random numbers drawn one at a time from a stream of 32-bit words."""

from __future__ import annotations

from .philox import Source, word_list


class RandomWords:
    """The 32-bit words of a source, from block `start` on, and numbers derived from them.

    Words are computed `prefetch` blocks of four at a time.
    """

    def __init__(self, source: Source, start: int, prefetch: int = 64) -> None:
        self._source, self._block, self._prefetch = source, start, prefetch
        self._buffer: list[int] = []

    def word(self) -> int:
        """The next word."""
        if not self._buffer:
            self._buffer = word_list(self._source, self._block, self._prefetch)[::-1]
            self._block += self._prefetch
        return self._buffer.pop()

    def single(self) -> float:
        """A number in [0, 1) with the 23 random bits of a float32."""
        return (self.word() & 0x7FFFFF) / 2**23

    def double(self) -> float:
        """A number in [0, 1) with the 52 random bits of a float64."""
        high, low = self.word(), self.word()
        return ((high & 0xFFFFF) << 32 | low) / 2**52

    def below(self, limit: int, bits: int = 32) -> int:
        """An integer in [0, limit), without modulo bias."""
        draw = self.word if bits == 32 else lambda: self.word() | self.word() << 32
        if limit & (limit - 1) == 0:
            return draw() & (limit - 1)
        rejected_below = (2**bits - 1) % limit + 1
        while (number := draw()) < rejected_below:
            pass
        return number % limit
