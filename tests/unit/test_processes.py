"""Programs that need a process of their own print what they printed on TensorFlow."""

import sys

import pytest

from tests.processes.record import output, programs


@pytest.mark.parametrize("program", programs(), ids=lambda program: program.stem)
def test_program(program):
    command = [sys.executable, "-m", "tf_tape_compat", "run"]
    assert output(command, program) == program.with_suffix(".out").read_text()
