"""Runs a service in another process, which may crash: requests and answers are JSON lines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]

_QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"}


class WorkerError(Exception):
    """The process died while it handled a request."""


class Worker:
    """Runs the module `service` in another interpreter, and restarts it after a crash."""

    def __init__(self, python: str, service: str, *arguments: str) -> None:
        self.command = [python, "-m", service, *arguments]
        self.process: subprocess.Popen[str] | None = None

    def ask(self, request: Any) -> Any:
        """Sends a request and returns the answer. Raises WorkerError if the process dies."""
        if self.process is None:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                cwd=ROOT,
                env={**os.environ, **_QUIET},
            )
        assert self.process.stdin and self.process.stdout
        try:
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            code = self.process.wait()
            self.process = None
            raise WorkerError(f"{' '.join(self.command)} ended with {code}")
        return json.loads(answer)

    def close(self) -> None:
        if self.process is not None:
            assert self.process.stdin
            self.process.stdin.close()
            self.process.wait()
            self.process = None


def serve(answer: Callable[[Any], Any]) -> None:
    """Runs in the other process: answers each line of the standard input."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # so that printed text is not taken for an answer
    for line in sys.stdin:
        answers.write(json.dumps(answer(json.loads(line))) + "\n")
        answers.flush()
