"""Runs a tape program on a given `tf` and returns the outcome of each statement.

The same code runs on TensorFlow and on this package, so it uses only names that both have. Each
program runs in a new thread, and the tapes it leaves open disappear with the thread.
"""

from __future__ import annotations

import contextlib
import gc
import itertools
import logging
import threading
from typing import Any

from .program import Program, references, size, targets

Outcome = Any  # JSON

NOT_RUN = "not run"
SKIPPED = "skipped"
WARNINGS = {
    "Calling GradientTape.gradient on a persistent tape inside": "gradient inside context",
    "The dtype of the watched tensor must be floating": "watched dtype",
}

TAPE_VERBS = (
    ".gradient(",
    ".watch(",
    "__enter__",
    "__exit__",
    ".reset(",
    "stop_recording",
    "names(",
)

_runs = itertools.count()


class Stop(Exception):  # noqa: N818 - the programs raise it by this name
    """Raised by the line `raise Stop` of a program."""


class _Warnings(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.kinds: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        for start, kind in WARNINGS.items():
            if message.startswith(start):
                self.kinds.append(kind)


def run(program: Program, tf: Any) -> list[Outcome]:
    """The outcome of every statement, in the order of `program.walk`."""
    result: list[list[Outcome]] = []

    def in_own_thread() -> None:
        result.append(_Run(tf, size(program)).start(program))

    thread = threading.Thread(target=in_own_thread)
    thread.start()
    thread.join()
    if not result:
        raise RuntimeError("the interpreter itself failed, see the traceback above")
    return result[0]


class _Run:
    def __init__(self, tf: Any, length: int) -> None:
        self.tf = tf
        self.outcomes: list[Outcome] = [NOT_RUN] * length
        self.number = 0
        # TensorFlow counts warnings by file and line, so each statement gets a file name.
        self.run_id = next(_runs)
        self.env: dict[str, Any] = {
            "tf": tf,
            "gc": gc,
            "Stop": Stop,
            "dense": self._dense,
            "names": lambda tape: [variable.name for variable in tape.watched_variables()],
        }
        self.warnings = _Warnings()

    def start(self, program: Program) -> list[Outcome]:
        logger = self.tf.get_logger()
        handlers, propagate = list(logger.handlers), logger.propagate
        logger.handlers[:], logger.propagate = [self.warnings], False
        try:
            self._body(program)
        except Stop:
            pass
        finally:
            logger.handlers[:], logger.propagate = handlers, propagate
            self.env.clear()
        return self.outcomes

    def _dense(self, gradient: Any) -> Any:
        if isinstance(gradient, self.tf.IndexedSlices):
            return self.tf.convert_to_tensor(gradient)
        return gradient

    def _body(self, body: Program) -> None:
        for statement in body:
            number = self.number
            if isinstance(statement, str):
                self.number += 1
                self.outcomes[number] = self._line(statement, number)
                if statement == "raise Stop":
                    # The end of the block skips the numbers of the statements that are left.
                    raise Stop
            else:
                self.number += 1
                end = self.number + size(statement[2])
                self.outcomes[number] = "entered"
                try:
                    self._block(statement, number)
                finally:
                    self.number = end

    def _block(self, block: list, number: int) -> None:
        kind, argument, inner = block
        if kind == "try":
            with contextlib.suppress(Stop):
                self._body(inner)
        elif kind == "thread":
            thread = threading.Thread(target=self._caught, args=(inner,))
            thread.start()
            thread.join()
        else:
            if self._missing(argument):
                self.outcomes[number] = SKIPPED
                return
            try:
                with self._evaluate(argument, number):
                    self._body(inner)
            except Stop:
                raise
            except Exception as error:
                self.outcomes[number] = self._error(error, argument)

    def _caught(self, inner: Program) -> None:
        with contextlib.suppress(Stop):
            self._body(inner)

    def _missing(self, text: str) -> bool:
        for name in references(text):
            value = self.env.get(name)
            if value is None:
                return True
            sparse_is_fine = "dense(" in text or ".values" in text or ".gradient(" in text
            if isinstance(value, self.tf.IndexedSlices) and not sparse_is_fine:
                return True
        return False

    def _evaluate(self, text: str, number: int) -> Any:
        return eval(compile(text, f"<tape program {self.run_id}:{number}>", "eval"), self.env)

    def _line(self, text: str, number: int) -> Outcome:
        if text == "raise Stop":
            return "raised"
        if self._missing(text):
            return SKIPPED
        del self.warnings.kinds[:]
        bound = targets(text)
        try:
            if bound or text.startswith("del "):
                exec(compile(text, f"<tape program {self.run_id}:{number}>", "exec"), self.env)
                values = [self.env[name] for name in bound]
                outcome = self._describe(values[0] if len(values) == 1 else values)
            else:
                outcome = self._describe(self._evaluate(text, number))
        except Exception as error:
            for name in bound:
                self.env.pop(name, None)
            outcome = self._error(error, text)
        # TensorFlow warns of a jacobian only once in a process.
        if self.warnings.kinds and "jacobian(" not in text:
            outcome = ["warned", sorted(self.warnings.kinds), outcome]
        return outcome

    @staticmethod
    def _error(error: Exception, text: str) -> Outcome:
        kind, message = type(error).__name__, str(error)
        # Only messages of the tape are compared, not those of operations or of Python.
        own = kind in ("RuntimeError", "ValueError", "TypeError") and any(
            verb in text for verb in TAPE_VERBS
        )
        return ["error", kind, message if own else None]

    def _describe(self, value: Any) -> Outcome:
        tf = self.tf
        if value is None or isinstance(value, bool | int | str):
            return value
        if isinstance(value, float):
            return ["float", _number(value)]
        if isinstance(value, tf.IndexedSlices):
            shape = None if value.dense_shape is None else self._describe(value.dense_shape)
            return ["slices", self._describe(value.values), self._describe(value.indices), shape]
        if isinstance(value, tf.Variable):
            return ["variable"]  # reading its value would be recorded by the tapes
        if isinstance(value, tf.Tensor):
            array = value.numpy()
            numbers = array.reshape(-1).tolist() if array.shape else [array.tolist()]
            return ["tensor", value.dtype.name, list(array.shape), [_number(n) for n in numbers]]
        if isinstance(value, list | tuple):
            return [type(value).__name__, [self._describe(item) for item in value]]
        if isinstance(value, dict):
            return ["dict", {key: self._describe(item) for key, item in value.items()}]
        if isinstance(value, tf.GradientTape):
            return "a tape"
        return "an object"


def _number(value: Any) -> Any:
    if not isinstance(value, float):
        return value
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    return float(f"{value:.8g}")
