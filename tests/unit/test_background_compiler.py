"""The choice between the exact and the compiled program of a function with `jit_compile=True`."""

import time

import pytest

from tf_tape_compat._graph.executors import background


class Executor:
    def __init__(self, run):
        self.run = run


@pytest.mark.parametrize(("exact", "compiled", "kept"), [(0.0, 0.002, 0), (0.002, 0.0, 1)])
def test_the_faster_program_is_kept(exact, compiled, kept):
    def program(number, seconds):
        def run(*payloads):
            time.sleep(seconds)
            return [number, *payloads]

        return run

    programs = program(0, exact), program(1, compiled)
    executor = Executor(programs[0])
    executor.run = background._Trial(executor, programs[1])
    chosen = [executor.run("x")[0] for _ in range(2 * background._TRIALS)]
    assert chosen == [0, 1] * background._TRIALS  # each call runs one of them
    assert executor.run is programs[kept]


def test_the_line_of_an_error():
    output = "Traceback:\n  File x\nValueError: first\n  at y\nmodule.InductorError: what\n  args"
    assert background._error_line(output) == "module.InductorError: what"
    assert background._error_line("Killed") == "no message"
