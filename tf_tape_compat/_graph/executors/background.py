"""`jit_compile=True`: a compiled program takes the place of the exact one as soon as it is there.

A thread starts the compiler in another process, with low priority, for one program after another.
Results of compiled programs differ in the last bits, as XLA's do. A compiled program that is not
faster is given up again.
"""

from __future__ import annotations

import atexit
import logging
import math
import os
import pickle
import queue
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import torch

from ..program import Program, Store
from ..unsupported import say_once
from .compile_worker import Portable
from .executor import Executor

_MAX_INSTRUCTIONS = 3000  # above, compiling takes minutes
_TIMEOUT = 1800  # seconds

_TRIALS = 5  # calls of the exact and the compiled program each, before one is chosen

_waiting: queue.Queue[tuple[Executor, str]] = queue.Queue()
_lock = threading.Lock()
_started = False
_process: subprocess.Popen[bytes] | None = None


def compile_later(executor: Executor, name: str) -> None:
    """Replaces `executor.run` by a compiled program later, if that is possible."""
    global _started
    compilers = os.environ.get("CXX"), "g++", "clang++"
    if not any(compiler and shutil.which(compiler) for compiler in compilers):
        say_once("jit_compile has no effect: there is no C++ compiler", logging.WARNING)
        return
    reason = _why_not(executor.program)
    if reason is not None:
        say_once(f"{name}: jit_compile has no effect, because of {reason}")
        return
    _waiting.put((executor, name))
    with _lock:
        if not _started:
            _started = True
            threading.Thread(target=_work, name="tf_tape_compat-compiler", daemon=True).start()
            atexit.register(_stop)


def _why_not(program: Program) -> str | None:
    """Why a program is not compiled, or None."""
    if len(program) > _MAX_INSTRUCTIONS:
        return f"its size: {len(program)} torch calls"
    for i in program.instructions:
        if isinstance(i.function, Store):
            continue
        if not isinstance(i.function, torch._ops.OpOverload):
            return f"{getattr(i.node, 'type', 'an operation')}, which is called with values"
        if i.effect:
            return f"{i.function}, which has an effect"
    inputs = [*program.inputs, *(number for _, number in program.reads)]
    if any(number not in program.layouts for number in (*inputs, *program.outputs)):
        return "strings"
    if any(layout.device.type != "cpu" for layout in program.layouts.values()):
        return "a tensor that is not on the CPU"
    return None


def wait() -> None:
    """Waits until nothing is compiled any more. For benchmarks and tests."""
    _waiting.join()


def _stop() -> None:
    process = _process
    if process is not None and process.poll() is None:
        process.kill()


def _work() -> None:
    while True:
        executor, name = _waiting.get()
        try:
            compiled = _compile(executor)
        except Exception as error:
            message = f"{name}: jit_compile has no effect, because of the compiler: {error}"
            say_once(message, logging.WARNING)
        else:
            executor.run = _Trial(executor, compiled)
        finally:
            _waiting.task_done()


class _Trial:
    """Runs the exact and the compiled program in turn, as calls come, and keeps the faster one."""

    def __init__(self, executor: Executor, compiled: Callable[..., list[Any]]) -> None:
        self._executor = executor
        self._programs = executor.run, compiled
        self._best = [math.inf, math.inf]  # seconds
        self._calls = 0

    def __call__(self, *payloads: Any) -> list[Any]:
        number = self._calls % 2
        self._calls += 1
        begin = perf_counter()
        results = self._programs[number](*payloads)
        self._best[number] = min(self._best[number], perf_counter() - begin)
        if self._calls >= 2 * _TRIALS:
            exact, compiled = self._best
            self._executor.run = self._programs[compiled <= exact]
        return results


def _compile(executor: Executor) -> Callable[..., list[Any]]:
    """The compiled program."""
    global _process
    program = executor.program
    made = {n for i in program.instructions for n in i.results if n is not None}
    stored = [i.args[0].number for i in program.instructions if isinstance(i.function, Store)]
    wanted = [n for n in dict.fromkeys([*program.outputs, *stored]) if n in made]
    portable = _portable(program, [n for n in wanted if n is not None])
    with tempfile.TemporaryDirectory(prefix="tf_tape_compat") as folder:
        source, library = Path(folder, "program"), Path(folder, "library.so")
        source.write_bytes(pickle.dumps(portable))
        command = [sys.executable, "-m", compile_module, str(source), str(library)]
        if shutil.which("nice"):
            command = ["nice", "-n", "10", *command]
        paths = [str(Path(__file__).parents[3]), os.environ.get("PYTHONPATH")]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
        _process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        _, errors = _process.communicate(timeout=_TIMEOUT)
        if _process.returncode or not library.exists():
            raise RuntimeError(_error_line(errors.decode(errors="replace")))
        runner = torch._C._aoti.AOTIModelContainerRunnerCpu(str(library), 1)
    return _with_effects(executor, runner, portable.outputs)


def _error_line(output: str) -> str:
    """The line of a traceback that says what the error was."""
    lines = re.findall(r"^[\w.]*(?:Error|Exception)\b.*", output, re.MULTILINE)
    return lines[-1] if lines else "no message"


compile_module = "tf_tape_compat._graph.executors.compile_worker"


def _portable(program: Program, outputs: list[int]) -> Portable:
    inputs = [*program.inputs, *(number for _, number in program.reads)]
    return Portable(
        inputs,
        [program.layouts[number] for number in inputs],
        program.constants,
        [
            (
                i.function._schema.name,
                i.function._schema.overload_name,
                i.args,
                i.kwargs,
                i.results,
                i.single,
            )
            for i in program.instructions
            if not isinstance(i.function, Store)
        ],
        outputs,
        torch.get_num_threads(),
    )


def _with_effects(executor: Executor, runner: Any, numbers: list[int]) -> Callable[..., list[Any]]:
    """The function of a program, with its reads of variables and assignments."""
    program, exact = executor.program, executor.run
    is_transformed = torch._C._are_functorch_transforms_active
    handles = [handle for handle, _ in program.reads]
    places = {number: place for place, number in enumerate(numbers)}
    views = {n for i in program.instructions if i.is_view for n in i.results}
    stores = [
        (i.function.handle, i.args[0].number)
        for i in program.instructions
        if isinstance(i.function, Store)
    ]
    inputs = {n: place for place, n in enumerate([*program.inputs, *(n for _, n in program.reads)])}

    def value(number: int, results: list[Any], given: list[Any]) -> Any:
        if number in places:
            return results[places[number]]
        if number in inputs:
            return given[inputs[number]].detach()
        return program.constants[number].clone()

    def run(*payloads: Any) -> list[Any]:
        if is_transformed():
            return exact(*payloads)
        given = [*payloads, *[handle.data for handle in handles]]
        results = runner.run(given)
        new = [value(number, results, given) for _, number in stores]
        for (handle, number), stored in zip(stores, new, strict=True):
            is_own = number in places and number not in views
            handle.data = stored if is_own else stored.clone()
        return [None if n is None else value(n, results, given) for n in program.outputs]

    return run
