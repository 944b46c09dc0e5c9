"""Choosing an executor for a program, and TensorFlow's errors for those of its calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..._core.op import op_errors
from ..._core.tensor.tensor import EagerTensor
from ..program import Program
from .direct_call import DirectSource
from .python_source import Source
from .storage_plan import StoragePlan

Run = Callable[..., list[Any]]


class Executor:
    """Runs a program.

    Attributes:
      program: the program.
      run: the function from the payloads of the inputs to those of the outputs. Another executor
        may replace it between two calls.
    """

    __slots__ = ("_plan", "_sources", "program", "run")

    def __init__(self, program: Program) -> None:
        self.program = program
        self._plan = StoragePlan(program)
        self._sources: list[tuple[Any, Source]] = []  # each function and its source
        self.run: Run = self._compiled(Source(program, self._plan))

    def direct(
        self,
        args: tuple[Any, ...],
        captured: list[EagerTensor],
        pack: Callable[[list[EagerTensor]], Any] | None,
    ) -> Callable[[tuple[Any, ...]], Any]:
        """The function of `DirectSource`."""
        return self._compiled(
            DirectSource(self.program, self._plan, args, captured, pack, self.explain)
        )

    def _compiled(self, source: Source) -> Callable[..., Any]:
        function = source.compile()
        self._sources.append((function.__code__, source))
        return function

    def explain(self, error: Exception) -> BaseException:
        """TensorFlow's error for one that a call of the program raised."""
        node = None
        traceback = error.__traceback__
        while traceback is not None:
            for code, source in self._sources:
                if traceback.tb_frame.f_code is code:
                    node = source.line_nodes.get(traceback.tb_lineno)
            traceback = traceback.tb_next
        if node is None:
            return error
        name = None if node.operation is None else node.operation.name
        return op_errors.explain(node.type, error, name, ())
