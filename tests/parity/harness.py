"""Finds cases, runs them, and compares what they did with their recordings."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import importlib
import inspect
import json
import logging
import os
import pkgutil
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from tests import recording_format
from tests.parity import cases as cases_package
from tests.parity.encoding import Encoder, Tolerance, clean_message, differences

RECORDINGS = Path(__file__).parent / "recordings"

_LOGGERS = ("tensorflow", "tf_tape_compat")

Function = TypeVar("Function", bound=Callable[..., Any])


def tolerance(
    rtol: float | None = None, atol: float | None = None
) -> Callable[[Function], Function]:
    """Sets the tolerance of a case, which then also applies to the numbers in its texts."""

    def mark(function: Function) -> Function:
        function.tolerance = Tolerance(rtol, atol)  # type: ignore[attr-defined]
        return function

    return mark


def exact_message(function: Function) -> Function:
    """Compares all of the messages of a case's exceptions, with the operation at the end."""
    function.exact_message = True  # type: ignore[attr-defined]
    return function


def exact_log(function: Function) -> Function:
    """Compares the warnings that a case logs."""
    function.exact_log = True  # type: ignore[attr-defined]
    return function


def attempt(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """The result of a call, or the exception that it raises: for cases with several outcomes."""
    try:
        return function(*args, **kwargs)
    except Exception as error:
        return error.with_traceback(None)


@dataclasses.dataclass(frozen=True)
class Case:
    """A case: `family` is its module, `name` its function or its key in the table `CASES`."""

    family: str
    name: str
    function: Callable[[Any], Any]

    def __str__(self) -> str:
        return f"{self.family}/{self.name}"


@functools.cache
def _modules() -> dict[str, str]:
    """For each family the name of its module: a family lies in a folder named for its subject."""
    modules: dict[str, str] = {}
    prefix = f"{cases_package.__name__}."
    for module in pkgutil.walk_packages(cases_package.__path__, prefix):
        family = module.name.rpartition(".")[2]
        if module.ispkg:
            continue
        if family in modules:
            raise ValueError(f"two families are named {family}: {modules[family]}, {module.name}")
        modules[family] = module.name
    return modules


def families(folder: str = "") -> list[str]:
    """The names of all families, or of those in one folder of `cases`, sorted."""
    return sorted(family for family in _modules() if folder in ("", folder_of(family)))


def folders() -> list[str]:
    """The folders of `cases`, sorted."""
    return sorted({folder_of(family) for family in _modules()})


def folder_of(family: str) -> str:
    """The folder of `cases`, and of `recordings`, in which a family lies."""
    return _modules()[family].split(".")[-2]


def cases_of(family: str) -> list[Case]:
    """The cases of a family: its functions of one argument `tf`, then its table `CASES`."""
    module = importlib.import_module(_modules()[family])
    functions: dict[str, Callable[[Any], Any]] = {}
    for name, value in vars(module).items():
        if name.startswith("_") or not inspect.isfunction(value):
            continue
        if value.__module__ == module.__name__ and list(inspect.signature(value).parameters) == [
            "tf"
        ]:
            functions[name] = value
    table = getattr(module, "CASES", {})
    doubled = functions.keys() & table.keys()
    if doubled:
        raise ValueError(f"cases of family {family} defined twice: {sorted(doubled)}")
    return [Case(family, name, function) for name, function in {**functions, **table}.items()]


def run(case: Case, tf: ModuleType, observe: Callable[[Any], None] | None = None) -> dict[str, Any]:
    """Runs a case on the framework `tf`, and returns its outcome as JSON.

    `observe` is called with each tensor and variable of the outcome.

    The keys are `value`, or `error` if the case raised, and, unless empty, `stdout`, `stderr` and
    `log`: the warnings of `logging` and of `warnings`.
    """
    outcome: dict[str, Any] = {}
    tf.random.set_seed(None)  # that of the case before
    with _captured() as (texts, log), _tracing(case, tf):
        try:
            value = case.function(tf)
        except Exception as error:
            value = error.with_traceback(None)
            key = "error"
        else:
            key = "value"
    outcome[key] = Encoder(tf, observe).encode(value)
    outcome.update({stream: text for stream, text in texts.items() if text})
    if log:
        outcome["log"] = log
    return outcome


@contextlib.contextmanager
def _tracing(case: Case, tf: ModuleType) -> Iterator[None]:
    """Turns the tracing of functions on for families named "traced_...", except in TensorFlow."""
    if not case.family.startswith("traced_") or not tf.__name__.startswith("tf_tape_compat"):
        yield
        return
    settings = importlib.import_module("tf_tape_compat._functions.settings").Settings
    before, settings.trace = settings.trace, True
    try:
        yield
    finally:
        settings.trace = before


@contextlib.contextmanager
def _captured() -> Iterator[tuple[dict[str, str], list[str]]]:
    """Collects the output to stdout and stderr, also that of native code, and the log."""
    texts: dict[str, str] = {}
    log: list[str] = []
    with contextlib.ExitStack() as stack:
        stack.enter_context(_logged(log))
        for number, name in ((1, "stdout"), (2, "stderr")):
            stack.enter_context(_stream(number, name, texts))
        yield texts, log


@contextlib.contextmanager
def _stream(number: int, name: str, texts: dict[str, str]) -> Iterator[None]:
    # Python's stream and the process's descriptor write to the same file, so that what Python and
    # native kernels print stays in order.
    original, before = getattr(sys, name), os.dup(number)
    original.flush()
    with tempfile.TemporaryFile() as file:
        try:
            os.dup2(file.fileno(), number)
            with open(os.dup(file.fileno()), "w", encoding="utf-8", buffering=1) as stream:
                setattr(sys, name, stream)
                yield
        finally:
            setattr(sys, name, original)
            os.dup2(before, number)
            os.close(before)
            file.seek(0)
            texts[name] = file.read().decode(errors="backslashreplace")


@contextlib.contextmanager
def _logged(log: list[str]) -> Iterator[None]:
    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            log.append(clean_message(f"{record.levelname}: {record.getMessage()}"))

    loggers = [logging.getLogger(name) for name in _LOGGERS]
    before = [(logger.handlers, logger.propagate) for logger in loggers]
    for logger in loggers:
        logger.handlers, logger.propagate = [Handler(logging.WARNING)], False
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield
        log.extend(clean_message(f"{w.category.__name__}: {w.message}") for w in caught)
    finally:
        for logger, (handlers, propagate) in zip(loggers, before, strict=True):
            logger.handlers, logger.propagate = handlers, propagate


def compare(case: Case, expected: dict[str, Any], actual: dict[str, Any]) -> list[str]:
    """Describes the differences between a recorded and a replayed outcome, if there are any."""
    allowed: Tolerance = getattr(case.function, "tolerance", Tolerance())
    exact: bool = getattr(case.function, "exact_message", False)
    keys = ["error", "value", "stdout", "stderr"]
    if getattr(case.function, "exact_log", False):
        keys.append("log")
    texts: list[str] = []
    for key in keys:
        if key in expected and key in actual:
            texts += differences(expected[key], actual[key], allowed, exact, key)
        elif key in expected:
            texts.append(f"{key}: missing, expected {_shorten(expected[key])}")
        elif key in actual:
            texts.append(f"{key}: not expected, got {_shorten(actual[key])}")
    return texts


def _shorten(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) < 1000 else text[:1000] + " ..."


def recording_of(family: str) -> Path:
    """The file that holds the recordings of a family."""
    return RECORDINGS / folder_of(family) / f"{family}.json"


def load_recordings(family: str) -> dict[str, dict[str, Any]]:
    """The recorded outcomes of a family by case; empty if it was never recorded."""
    path = recording_of(family)
    if not path.exists():
        return {}
    return json.loads(path.read_text(encoding="utf-8"))["cases"]


def save_recordings(family: str, version: str, outcomes: dict[str, dict[str, Any]]) -> None:
    """Writes the outcomes of a family, sorted by case and, within a case, by key."""
    cases = {name: dict(sorted(outcome.items())) for name, outcome in sorted(outcomes.items())}
    path = recording_of(family)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = recording_format.dumps({"tensorflow": version, "cases": cases})
    path.write_text(f"{text}\n", encoding="utf-8")
