"""Checks after every unit test."""

import sys

import pytest

from tf_tape_compat._core.recording.tape_set import EMPTY, thread


@pytest.fixture(autouse=True)
def nothing_left_recording():
    """Fails a test that leaves a tape open."""
    yield
    assert thread.active is EMPTY
    assert thread.stack == ()


@pytest.fixture(autouse=True)
def no_history_left():
    """Ends the history that a program began by `keep_history`: it makes all operations slower."""
    yield
    switch = sys.modules.get("tf_tape_compat._explain.switch")
    if switch is not None:
        switch.end()


@pytest.fixture
def tf_tape(capsys):
    """Calls `tf-tape` as a function: its exit status, stdout and stderr."""
    from tf_tape_compat import _cli

    def run(*arguments):
        status = _cli.main(list(arguments))
        return status, *capsys.readouterr()

    return run
