"""Calls of traced functions inside graphs that are interpreted: they run programs of their own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import torch

from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import variant
from ..errors import OpError
from .executors.executor import Executor, explain, reason_to_interpret
from .graph import FuncGraph
from .lowering import lower
from .program import PayloadSpec
from .unsupported import LoweringUnsupported

_MAX_PROGRAMS = 32  # for a call, of the sizes of its arguments


class InnerCalls:
    """The programs of a function's graph where other graphs call it.

    Args:
      graph: the graph of the function.
      kernels: the context in which it is lowered.
    """

    def __init__(
        self, graph: FuncGraph, kernels: Callable[[], AbstractContextManager[Any]]
    ) -> None:
        self._graph = graph
        self._kernels = kernels
        self._executors: dict[tuple[Any, ...], Executor] = {}
        self._is_lowered = all(
            x.dtype is not variant and x.dtype.torch is not None
            for x in (*graph.placeholders, *graph.outputs)
        ) and all(v.shape.is_fully_defined() for v in graph.used_variables.values())

    def __call__(
        self, call_path: tuple[int, ...], values: list[EagerTensor]
    ) -> list[EagerTensor] | None:
        """The outputs for values of all placeholders; None if the graph must be interpreted.

        Args:
          call_path: the calls that lead to this one, on which random numbers depend.
          values: tensors that no tape records.
        """
        if not self._is_lowered or torch._C._are_functorch_transforms_active():
            return None
        executor = self._executor(call_path, values)
        if executor is None:
            return None
        try:
            payloads = executor.run(*[x._t for x in values])
        except Exception as error:
            if reason_to_interpret(error, executor) is None:
                raise explain(error) from None
            self._is_lowered = False
            return None
        return [EagerTensor(payload) for payload in payloads]

    def _executor(self, call_path: tuple[int, ...], values: list[EagerTensor]) -> Executor | None:
        specs = [PayloadSpec.of(x._t) for x in values]
        key = (call_path, *specs)
        executor = self._executors.get(key)
        if executor is None:
            try:
                with self._kernels():
                    program = lower(self._graph, specs, all_inputs=True, call_path=call_path)
            except LoweringUnsupported:
                self._is_lowered = False
                return None
            except OpError:
                return None  # an operation fails for these sizes: interpreted, with its effects
            if len(self._executors) >= _MAX_PROGRAMS:
                self._executors.clear()
            executor = self._executors[key] = Executor(program)
        return executor
