"""Choosing an executor for a program, and TensorFlow's errors for those of its calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..._core.op import op_errors
from ..program import Program
from ..unsupported import LoweringUnsupported
from .python_source import Source

Run = Callable[..., list[Any]]


class Executor:
    """Runs a program.

    Attributes:
      program: the program.
      run: the function from the payloads of the inputs to those of the outputs. Another executor
        may replace it between two calls.
    """

    __slots__ = ("_source", "program", "run")

    def __init__(self, program: Program) -> None:
        self.program = program
        self._source = Source(program)
        self.run: Run = self._source.compile()

    def explain(self, error: Exception) -> BaseException:
        """TensorFlow's error for one that a call of the program raised."""
        node = None
        traceback = error.__traceback__
        while traceback is not None:
            if traceback.tb_frame.f_code is getattr(self.run, "__code__", None):
                node = self._source.line_nodes.get(traceback.tb_lineno)
            traceback = traceback.tb_next
        if node is None or isinstance(error, LoweringUnsupported):
            return error
        name = None if node.operation is None else node.operation.name
        return op_errors.explain(node.type, error, name, ())
