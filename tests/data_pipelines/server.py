"""Runs programs on another interpreter's TensorFlow, or in this process, with a time limit."""

from __future__ import annotations

import contextlib
import importlib
import json
import signal
import sys
import threading
from collections.abc import Iterator
from typing import Any

from tests.worker import Worker, serve

from .interpreter import Outcome, run

SECONDS = 40  # for one program


class Client:
    """A process that runs programs. A program that does not end is a WorkerError."""

    def __init__(self, python: str, module: str = "tensorflow") -> None:
        self.worker = Worker(python, "tests.data_pipelines.server", module)

    def run(self, program: list[str]) -> list[Outcome]:
        """The outcomes of a program."""
        timer = threading.Timer(SECONDS, self._kill)
        timer.start()
        try:
            return self.worker.ask(program)
        finally:
            timer.cancel()

    def _kill(self) -> None:
        if self.worker.process is not None:
            self.worker.process.kill()

    def close(self) -> None:
        """Ends the process."""
        self.worker.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


class Local:
    """Runs programs on a module in this process."""

    def __init__(self, module: str) -> None:
        self.tf = importlib.import_module(module)
        if module == "tensorflow":
            self.tf.get_logger().setLevel("ERROR")
            self.tf.autograph.set_verbosity(0)

    def run(self, program: list[str]) -> list[Outcome]:
        """The outcomes of a program, through JSON as those of another process."""
        with time_limit(SECONDS):
            return json.loads(json.dumps(run(program, self.tf)))


class TooSlowError(BaseException):
    """Raised in a program that does not end. No handler of errors stops it."""


@contextlib.contextmanager
def time_limit(seconds: int) -> Iterator[None]:
    """Raises TooSlowError in the main thread after some seconds."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: Any) -> None:
        raise TooSlowError(f"the program did not end within {seconds} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


if __name__ == "__main__":
    serve(Local(sys.argv[1]).run)
