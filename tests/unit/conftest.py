"""Checks after every unit test."""

import pytest

from tf_tape_compat._core.recording.tape_set import EMPTY, thread


@pytest.fixture(autouse=True)
def nothing_left_recording():
    """Fails a test that leaves a tape open."""
    yield
    assert thread.active is EMPTY
    assert thread.stack == ()
