"""The quickest way to call a function: checks of the arguments, program and result in one function.

The checks are those of the arguments' classes, dtypes and shapes, and of the values of arguments
that are no tensors. If they fail, the function returns NotImplemented and has done nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..._core.devices import placement
from ..._core.tensor.tensor import EagerTensor
from ..program import Program
from .python_source import Source
from .storage_plan import StoragePlan

_LITERALS = frozenset((int, float, bool, str, bytes, type(None)))


def can_check(args: tuple[Any, ...]) -> bool:
    """Whether arguments can be checked in one line each."""
    return all(type(x) is EagerTensor or type(x) in _LITERALS for x in args)


class DirectSource(Source):
    """The source of `direct(args)`, which returns the result of the traced function.

    Its tensors are untracked, and so are those of variables: nothing is in torch's graph.
    """

    name = "direct"
    explains = True
    keeps_grad_mode = True

    def __init__(
        self,
        program: Program,
        plan: StoragePlan,
        args: tuple[Any, ...],
        captured: list[EagerTensor],
        pack: Callable[[list[EagerTensor]], Any] | None,
        explain: Callable[[Exception], BaseException],
        executor: Any = None,
    ) -> None:
        """`pack` makes the result of tensors; None if it is the only one.

        With `executor`, the function calls its `run`, which may change.
        """
        super().__init__(program, plan, _unused)
        self._args = args
        self._captured = captured
        self._pack = pack
        self._calls_executor = executor is not None
        self._has_devices = placement.thread.device is not None
        self.namespace["_here"] = placement.thread
        self.namespace.update(_new=object.__new__, _T=EagerTensor, _pack=pack)
        self.namespace.update(_explain=explain, _executor=executor)

    def text(self) -> str:
        if not self._calls_executor:
            return super().text()
        inputs = ", ".join(f"v{n}" for n in self._program.inputs)
        outputs = [f"outputs[{i}]" for i in range(len(self._program.outputs))]
        lines = ["try:", f"    outputs = _executor.run({inputs})"]
        lines += [f"    {line}" for line in self.give(outputs)]
        lines.append("except Exception as error: raise _explain(error) from None")
        return "\n".join([*self.head(), *(f"    {line}" for line in lines)])

    def head(self) -> list[str]:
        args = self._args
        lines = ["def direct(args):", f"    if len(args) != {len(args)}: return NotImplemented"]
        if self._has_devices:
            index = placement.thread.index
            lines.append(f"    if _here.index != {index}: return NotImplemented")
        if self._plan.reuses_memory:
            lines.append("    if _is_transformed(): return NotImplemented")
        if args:
            lines.append(f"    {', '.join(f'x{i}' for i in range(len(args)))}, = args")
        inputs = iter(self._program.inputs)
        for i, value in enumerate(args):
            if type(value) is EagerTensor:
                v = f"v{next(inputs)}"
                dtype, shape = self._name(value._t.dtype), self._name(value._t.shape)
                lines += [
                    f"    if type(x{i}) is not _T: return NotImplemented",
                    f"    {v} = x{i}._t",
                    f"    if {v}.dtype is not {dtype}: return NotImplemented",
                    f"    if {v}.shape != {shape}: return NotImplemented",
                ]
                if self._has_devices:
                    device = self._name(value._t.device)
                    lines.append(f"    if {v}.device != {device}: return NotImplemented")
            else:
                cls, expected = self._name(type(value)), self._name(value)
                lines.append(
                    f"    if type(x{i}) is not {cls} or x{i} != {expected}: return NotImplemented"
                )
        for tensor, number in zip(self._captured, inputs, strict=True):
            payload = f"{self._name(tensor)}._t"
            is_tracked = f"type({self._name(tensor)}) is not _T"
            lines += [f"    if {is_tracked}: return NotImplemented", f"    v{number} = {payload}"]
        return lines

    def give(self, outputs: list[str]) -> list[str]:
        if self._pack is None:
            return ["result = _new(_T)", f"result._t = {outputs[0]}", "return result"]
        return [f"return _pack([{', '.join(f'_T({output})' for output in outputs)}])"]


def _unused(*payloads: Any) -> list[Any]:
    raise AssertionError("direct calls are not made under transforms")
