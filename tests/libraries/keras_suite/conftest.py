"""What Keras's tests import from their `conftest.py`, and its markers, which its wheel lacks."""

from __future__ import annotations

import pytest
from keras.src import backend


def skip_if_backend(given_backend: str, reason: str) -> pytest.MarkDecorator:
    """Marks a test to be skipped with one of Keras's backends."""
    return pytest.mark.skipif(backend.backend() == given_backend, reason=reason)
