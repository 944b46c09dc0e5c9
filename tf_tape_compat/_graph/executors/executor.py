"""Choosing an executor for a program, and TensorFlow's errors for those of its calls."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

from ..._core.devices.operand_placement import falls_back
from ..._core.op import op_errors
from ..._core.recording.activation import stop_recording
from ..._core.tensor.tensor import EagerTensor
from ..execution_errors import note_node
from ..nodes import OpNode
from ..program import Instruction, Program
from ..replay import Replay
from ..unsupported import LoweringUnsupported
from .direct_call import DirectSource
from .python_source import Source
from .storage_plan import StoragePlan

Run = Callable[..., list[Any]]


class Executor:
    """Runs a program.

    Attributes:
      program: the program.
      run: the function from the payloads of the inputs to those of the outputs. A compiled one may
        replace it between two calls, if `is_replaced_later`.
    """

    __slots__ = ("__weakref__", "_is_replaced_later", "_plan", "_transformed", "program", "run")

    def __init__(self, program: Program, is_replaced_later: bool = False) -> None:
        self._is_replaced_later = is_replaced_later
        self.program = program
        self._plan = StoragePlan(program)
        self._transformed: Run | None = None
        self.run: Run = self._compiled(Source(program, self._plan, self._run_transformed))

    def _run_transformed(self, *payloads: Any) -> list[Any]:
        """Runs the program under torch.func's transforms."""
        if self._transformed is None:
            plan = StoragePlan(self.program, reuses_memory=False)
            self._transformed = self._compiled(Source(self.program, plan))
        return self._transformed(*payloads)

    def direct(
        self,
        args: tuple[Any, ...],
        captured: list[EagerTensor],
        pack: Callable[[list[EagerTensor]], Any] | None,
        explain: Callable[[Exception], BaseException],
    ) -> Callable[[tuple[Any, ...]], Any]:
        """The function of `DirectSource`."""
        called = self if self._is_replaced_later else None
        return self._compiled(
            DirectSource(self.program, self._plan, args, captured, pack, explain, called)
        )

    def _compiled(self, source: Source) -> Callable[..., Any]:
        source.namespace["_line_calls"] = weakref.ref(self), source.line_calls
        return source.compile()

    def _eager_error(
        self, instruction: Instruction, values: dict[str, Any]
    ) -> BaseException | None:
        """The error of the eager operation, if its inputs are still there and it raises one.

        `values` are the local variables of the program.
        """
        program, node = self.program, instruction.node
        if type(node) is not OpNode:
            return None
        inputs = []
        numbers = program.node_inputs.get(id(node), [-1])
        for tensor, number in zip(node.inputs, numbers, strict=False):
            known = tensor.known_value()
            if known is not None:
                inputs.append(known)
                continue
            number = program.current(number)
            payload: Any
            if number in program.constants:
                payload = program.constants[number]
            elif self._plan.is_kept(number, instruction):
                payload = values.get(self._plan.name(number))
            else:
                payload = None
            if payload is None:
                return None
            inputs.append(EagerTensor(payload.detach()))
        try:
            with stop_recording():
                node.run(Replay(), inputs)
        except Exception as error:
            return error
        return None


def check_kernels(error: Exception, program: Program) -> None:
    """Raises LoweringUnsupported if a call of a program failed since a device lacks a kernel.

    Then its operations can be called one by one, if nothing had an effect before: eager operations
    run on the CPU in this case.
    """
    if not falls_back(error):
        return
    failed, traceback = None, error.__traceback__
    while traceback is not None and failed is None:
        _, line_calls = traceback.tb_frame.f_globals.get("_line_calls", (None, {}))
        failed = line_calls.get(traceback.tb_lineno)
        traceback = traceback.tb_next
    for instruction in program.instructions:
        if instruction is failed:
            raise LoweringUnsupported(f"{failed.function}, which the device lacks") from None
        if instruction.effect:
            return


def explain(error: Exception) -> BaseException:
    """TensorFlow's error for one that a call of a program raised, with the node that failed.

    The innermost program counts: calls and loops run programs of their own.
    """
    if isinstance(error, LoweringUnsupported) or hasattr(error, "_failed_node"):
        return error
    executor, instruction, values = None, None, {}
    traceback = error.__traceback__
    while traceback is not None:
        frame = traceback.tb_frame
        reference, line_calls = frame.f_globals.get("_line_calls", (None, {}))
        call = line_calls.get(traceback.tb_lineno)
        if call is not None and call.node is not None:
            executor, instruction, values = reference(), call, frame.f_locals
        traceback = traceback.tb_next
    if instruction is None or instruction.node is None:
        return error
    node = instruction.node
    explained: BaseException | None = None
    if executor is not None:
        explained = executor._eager_error(instruction, values)
    if explained is None:
        name = None if node.operation is None else node.operation.name
        explained = op_errors.explain(node.type, error, name, ())
    note_node(explained, node)
    return explained


def reason_to_interpret(error: Exception, executor: Executor) -> LoweringUnsupported | None:
    """Why a graph must be interpreted after its program failed; None if the error is its own."""
    try:
        check_kernels(error, executor.program)
    except LoweringUnsupported as reason:
        return reason
    return error if isinstance(error, LoweringUnsupported) else None  # sizes turned out to vary
