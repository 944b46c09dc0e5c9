"""Runs programs on another Python's TensorFlow: a process that answers JSON lines, and its client.

TensorFlow answers some misuse by aborting, so it has a process of its own, started anew
after a crash.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

from .compare import without_warnings
from .interpreter import Outcome, run
from .program import Program

ROOT = Path(__file__).parents[2]


class Crashed(Exception):
    """The process died while it ran the program."""


class Client:
    def __init__(self, python: str, module: str = "tensorflow", warnings: bool = True) -> None:
        self.warnings = warnings
        self.command = [python, "-m", "tests.tape_programs.server", module]
        self.process: subprocess.Popen[str] | None = None

    def run(self, program: Program) -> list[Outcome]:
        if self.process is None:
            quiet = {
                "TF_CPP_MIN_LOG_LEVEL": "3",
                "CUDA_VISIBLE_DEVICES": "",
                "OMP_NUM_THREADS": "1",
            }
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                cwd=ROOT,
                env={**os.environ, **quiet},
            )
        assert self.process.stdin and self.process.stdout
        try:
            self.process.stdin.write(json.dumps(program) + "\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            code = self.process.wait()
            self.process = None
            raise Crashed(f"{' '.join(self.command)} ended with {code}")
        outcomes = json.loads(answer)
        return outcomes if self.warnings else without_warnings(outcomes)

    def close(self) -> None:
        if self.process is not None:
            assert self.process.stdin
            self.process.stdin.close()
            self.process.wait()
            self.process = None

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


class Local:
    """The same for a module of this interpreter."""

    def __init__(self, module: str, warnings: bool = True) -> None:
        self.tf = importlib.import_module(module)
        self.warnings = warnings

    def run(self, program: Program) -> list[Outcome]:
        # As JSON, so that both sides have gone through the same conversions.
        outcomes = json.loads(json.dumps(run(program, self.tf)))
        return outcomes if self.warnings else without_warnings(outcomes)


def main() -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever prints must not answer
    local = Local(sys.argv[1])
    for line in sys.stdin:
        answers.write(json.dumps(local.run(json.loads(line))) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
