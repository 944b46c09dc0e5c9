"""In which order the operands of a sum of products are multiplied, two at a time.

TensorFlow leaves that to the package opt_einsum, whose "greedy" order this is: always the two that
share a label and whose product makes the memory shrink most, at last those that share none.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from math import prod
from operator import itemgetter

_Labels = frozenset[str]
_Candidate = tuple[int, int, int, _Labels]  # cost, the later operand, the earlier one, product


class _Contraction:
    """Operands by number, in the order in which they come up, and the pairs multiplied so far."""

    def __init__(self, inputs: list[_Labels], output: _Labels, sizes: Mapping[str, int]) -> None:
        # What all operands have in common can only be summed over at the end.
        self.output = output.union(frozenset.intersection(*inputs))
        self.sizes = sizes
        self.left: dict[int, _Labels] = {}
        self.next = len(inputs)
        self.pairs: list[tuple[int, int]] = []
        self.queue: list[_Candidate] = []
        for number, labels in enumerate(inputs):
            self._place(number, labels)

    def _size(self, labels: _Labels) -> int:
        return prod(self.sizes[label] for label in labels)

    def _place(self, number: int, labels: _Labels) -> int:
        """Adds an operand; one of the same labels is multiplied with it at once."""
        for other, known in self.left.items():
            if known == labels:
                del self.left[other]
                self.pairs.append((other, number))
                number, self.next = self.next, self.next + 1
                break
        self.left[number] = labels
        return number

    def _product(self, first: int, second: int) -> _Labels:
        """The labels of the product of two operands: those that are needed elsewhere."""
        x, y = self.left[first], self.left[second]
        counts = Counter(label for labels in self.left.values() for label in labels)
        both = {label for label in x & y if counts[label] > 2}
        one = {label for label in x ^ y if counts[label] > 1}
        return ((x | y) & self.output) | both | one

    def _candidate(self, first: int, second: int) -> _Candidate:
        labels = self._product(first, second)
        gained = self._size(labels)
        for number in (first, second):
            gained -= self._size(self.left[number])
        return gained, max(first, second), min(first, second), labels

    def _multiply(self, first: int, second: int, labels: _Labels) -> int:
        del self.left[first], self.left[second]
        self.pairs.append((first, second))
        number, self.next = self.next, self.next + 1
        return self._place(number, labels)

    def _partners(self, number: int) -> list[int]:
        labels = self.left[number] - self.output
        return [n for n, other in self.left.items() if n != number and labels & other]

    def run(self) -> list[tuple[int, int]]:
        """The pairs in order; each product takes the next number."""
        for label in frozenset().union(*self.left.values()) - self.output:
            sharing = [n for n, labels in self.left.items() if label in labels]
            for position, number in enumerate(sharing[:-1]):
                found = [self._candidate(number, n) for n in sharing[position + 1 :]]
                heapq.heappush(self.queue, min(found, key=itemgetter(0, 1, 2)))
        while self.queue:
            _, second, first, product = heapq.heappop(self.queue)
            if first in self.left and second in self.left:
                number = self._multiply(first, second, product)
                found = [self._candidate(number, n) for n in self._partners(number)]
                if found:
                    heapq.heappush(self.queue, min(found, key=itemgetter(0, 1, 2)))
        rest = [(self._size(labels & self.output), n) for n, labels in self.left.items()]
        heapq.heapify(rest)
        while len(rest) > 1:
            (_, first), (_, second) = heapq.heappop(rest), heapq.heappop(rest)
            labels = (self.left.pop(first) | self.left.pop(second)) & self.output
            self.pairs.append((min(first, second), max(first, second)))
            self.left[self.next] = labels
            heapq.heappush(rest, (self._size(labels), self.next))
            self.next += 1
        return self.pairs


@lru_cache(256)
def greedy_pairs(
    inputs: tuple[str, ...], output: str, sizes: tuple[tuple[str, int], ...]
) -> list[tuple[int, int]]:
    """Pairs of operands to multiply: numbers of `inputs`, and from then on of the products."""
    return _Contraction([frozenset(x) for x in inputs], frozenset(output), dict(sizes)).run()
