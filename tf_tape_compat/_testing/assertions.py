"""The assertions of `tf.test.TestCase` that do not involve tensors."""

# The names of the methods are TensorFlow's.
# ruff: noqa: N802

from __future__ import annotations

import contextlib
import re
import unittest
from collections.abc import Iterator
from typing import Any


class Assertions(unittest.TestCase):
    """unittest's test case with further assertions."""

    def assertItemsEqual(self, first: Any, second: Any, msg: str | None = None) -> None:
        """Fails unless both have the same elements, each the same number of times."""
        self.assertCountEqual(first, second, msg)

    def assertSameElements(self, expected_seq: Any, actual_seq: Any, msg: Any = None) -> None:
        """Fails unless both have the same elements, regardless of how often."""
        self.assertCountEqual(set(expected_seq), set(actual_seq), msg)

    def assertContainsSubset(self, expected_subset: Any, actual_set: Any, msg: Any = None) -> None:
        """Fails unless all elements of `expected_subset` are in `actual_set`."""
        missing = set(expected_subset) - set(actual_set)
        if missing:
            self.fail(f"Missing elements {missing}\nActual: {actual_set} {msg or ''}")

    def assertNoCommonElements(self, expected_seq: Any, actual_seq: Any, msg: Any = None) -> None:
        """Fails if the two have an element in common."""
        common = set(expected_seq) & set(actual_seq)
        if common:
            self.fail(f"Common elements {common}. {msg or ''}")

    def assertEmpty(self, container: Any, msg: str | None = None) -> None:
        """Fails unless the container is empty."""
        if len(container):
            self.fail(f"{container!r} has length of {len(container)}. {msg or ''}")

    def assertNotEmpty(self, container: Any, msg: str | None = None) -> None:
        """Fails if the container is empty."""
        if not len(container):
            self.fail(f"{container!r} has length of 0. {msg or ''}")

    def assertLen(self, container: Any, expected_len: int, msg: str | None = None) -> None:
        """Fails unless the container has the expected length."""
        if len(container) != expected_len:
            self.fail(
                f"{container!r} has length of {len(container)}, expected {expected_len}. "
                f"{msg or ''}"
            )

    def assertBetween(self, value: Any, minv: Any, maxv: Any, msg: str | None = None) -> None:
        """Fails unless minv <= value <= maxv."""
        self.assertTrue(minv <= value <= maxv, f'"{value!r}" not in [{minv}, {maxv}]. {msg or ""}')

    def assertStartsWith(self, actual: str, expected_start: str, msg: str | None = None) -> None:
        """Fails unless `actual` starts with `expected_start`."""
        if not actual.startswith(expected_start):
            self.fail(f"{actual!r} does not start with {expected_start!r}. {msg or ''}")

    def assertEndsWith(self, actual: str, expected_end: str, msg: str | None = None) -> None:
        """Fails unless `actual` ends with `expected_end`."""
        if not actual.endswith(expected_end):
            self.fail(f"{actual!r} does not end with {expected_end!r}. {msg or ''}")

    def assertSequenceAlmostEqual(
        self,
        expected_seq: Any,
        actual_seq: Any,
        places: Any = None,
        msg: Any = None,
        delta: Any = None,
    ) -> None:
        """Fails unless two sequences are almost equal element by element."""
        self.assertEqual(len(expected_seq), len(actual_seq), msg)
        for one, other in zip(expected_seq, actual_seq, strict=True):
            self.assertAlmostEqual(one, other, places=places, msg=msg, delta=delta)

    @contextlib.contextmanager
    def assertRaisesWithLiteralMatch(
        self, expected_exception: Any, expected_exception_message: str
    ) -> Iterator[None]:
        """A context that fails unless its body raises an exception with exactly this message."""
        with self.assertRaisesRegex(
            expected_exception, f"^{re.escape(expected_exception_message)}$"
        ):
            yield
