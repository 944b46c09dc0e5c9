"""Whether the program that is being lowered has effects: then it must not be started again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _EffectsAround(threading.local):
    """Whether the program that is lowered on this thread, or one around it, has effects."""

    present = False

    @contextmanager
    def noted(self, present: bool) -> Iterator[None]:
        """A context for lowering a graph that has effects if `present`."""
        before = self.present
        self.present = before or present
        try:
            yield
        finally:
            self.present = before


effects_around = _EffectsAround()
