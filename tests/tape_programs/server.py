"""Runs programs on another interpreter's TensorFlow, or in this process."""

from __future__ import annotations

import importlib
import json
import sys

from tests.worker import Worker, serve

from . import traced
from .compare import without_warnings
from .interpreter import Outcome, run
from .program import Program


class Client:
    def __init__(self, python: str, module: str = "tensorflow", warnings: bool = True) -> None:
        self.warnings = warnings
        self.worker = Worker(python, "tests.tape_programs.server", module)

    def run(self, program: Program) -> list[Outcome]:
        outcomes = self.worker.ask(program)
        return outcomes if self.warnings else without_warnings(outcomes)

    def close(self) -> None:
        self.worker.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


class Local:
    """Runs programs on a module in this process."""

    def __init__(self, module: str, warnings: bool = True) -> None:
        self.tf = importlib.import_module(module)
        self.warnings = warnings

    def run(self, program: Program) -> list[Outcome]:
        # Through JSON, so that both sides undergo the same conversions.
        outcomes = json.loads(json.dumps(run(program, self.tf)))
        return outcomes if self.warnings else without_warnings(outcomes)


if __name__ == "__main__":
    framework, *modes = sys.argv[1:]
    if modes:
        tf = importlib.import_module(framework)
        serve(lambda program: traced.run(program, tf, modes[0]))
    else:
        serve(Local(framework).run)
