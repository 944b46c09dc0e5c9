"""The executor for loops over scalars: a generated Python function on NumPy scalars.

A torch call on a scalar takes microseconds, an operation on a NumPy scalar some fifty nanoseconds.
Only operations are used whose results are equal to torch's bit by bit. Conditionals and loops in
the loop become statements of the same function.
"""

from __future__ import annotations

import itertools
import linecache
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from .autograd_calls import Call
from .cond import CondFunction
from .program import Instruction, Program, Ref

_aten = torch.ops.aten
_numbers = itertools.count()

_TYPES: dict[torch.dtype, Any] = {
    torch.bool: np.bool_,
    torch.int32: np.int32,
    torch.int64: np.int64,
    torch.float32: np.float32,
    torch.float64: np.float64,
}
_INTEGERS = frozenset((torch.int32, torch.int64))
_FLOATS = frozenset((torch.float32, torch.float64))
_NUMBERS = _INTEGERS | _FLOATS
_BOOLS = frozenset((torch.bool,))

# Operators, their expressions, and the dtypes of operands for which the results are equal.
_EXPRESSIONS: dict[Any, tuple[str, frozenset[torch.dtype]]] = {
    _aten.add.Tensor: ("{0} + {1}", _NUMBERS),
    _aten.add.Scalar: ("{0} + {1}", _NUMBERS),
    _aten.sub.Tensor: ("{0} - {1}", _NUMBERS),
    _aten.sub.Scalar: ("{0} - {1}", _NUMBERS),
    _aten.mul.Tensor: ("{0} * {1}", _NUMBERS),
    _aten.mul.Scalar: ("{0} * {1}", _NUMBERS),
    _aten.div.Tensor: ("{0} / {1}", _FLOATS),
    _aten.div.Scalar: ("{0} / {1}", _FLOATS),
    _aten.neg.default: ("-{0}", _NUMBERS),
    _aten.abs.default: ("abs({0})", _NUMBERS),
    _aten.eq.Tensor: ("{0} == {1}", _NUMBERS),
    _aten.ne.Tensor: ("{0} != {1}", _NUMBERS),
    _aten.lt.Tensor: ("{0} < {1}", _NUMBERS),
    _aten.le.Tensor: ("{0} <= {1}", _NUMBERS),
    _aten.gt.Tensor: ("{0} > {1}", _NUMBERS),
    _aten.ge.Tensor: ("{0} >= {1}", _NUMBERS),
    _aten.eq.Scalar: ("{0} == {1}", _NUMBERS),
    _aten.ne.Scalar: ("{0} != {1}", _NUMBERS),
    _aten.lt.Scalar: ("{0} < {1}", _NUMBERS),
    _aten.le.Scalar: ("{0} <= {1}", _NUMBERS),
    _aten.gt.Scalar: ("{0} > {1}", _NUMBERS),
    _aten.ge.Scalar: ("{0} >= {1}", _NUMBERS),
    _aten.maximum.default: ("{0} if {0} > {1} else {1}", _INTEGERS),
    _aten.minimum.default: ("{0} if {0} < {1} else {1}", _INTEGERS),
    _aten.logical_and.default: ("{0} & {1}", _BOOLS),
    _aten.logical_or.default: ("{0} | {1}", _BOOLS),
    _aten.logical_xor.default: ("{0} ^ {1}", _BOOLS),
    _aten.logical_not.default: ("~{0}", _BOOLS),
    _aten.bitwise_and.Tensor: ("{0} & {1}", _BOOLS | _INTEGERS),
    _aten.bitwise_or.Tensor: ("{0} | {1}", _BOOLS | _INTEGERS),
    _aten.bitwise_not.default: ("~{0}", _BOOLS | _INTEGERS),
}
# By a constant that is not zero, for which torch raises an error and NumPy does not.
_DIVISIONS = {
    _aten.floor_divide.default: "{0} // {1}",
    _aten.remainder.Tensor: "{0} % {1}",
}
_SAME_VALUE = frozenset(
    (
        _aten.detach.default,
        _aten.alias.default,
        _aten.clone.default,
        _aten.reshape.default,
        _aten.view.default,
        _aten.squeeze.default,
        _aten.expand.default,
    )
)


class _NotScalarError(Exception):
    """The loop does something else than arithmetic on scalars."""


def scalar_executor(loop: Any) -> Callable[[Sequence[torch.Tensor]], list[Any]] | None:
    """A function that runs a `LoopFunction`; None if it is not a loop over scalars."""
    if any(spec.device.type != "cpu" for spec in loop.output_specs):
        return None
    try:
        return _Source().compile(loop)
    except _NotScalarError:
        return None


class _Source:
    """The source of the function of a loop."""

    def __init__(self) -> None:
        self.namespace: dict[str, Any] = {
            "errstate": np.errstate,
            "scalar": _scalar,
            "tensor": _tensor,
        }
        self._lines: list[str] = []
        self._depth = 2
        self._names = map("v{}".format, itertools.count())

    def compile(self, loop: Any) -> Callable[[Sequence[torch.Tensor]], list[Any]]:
        inputs = [next(self._names) for _ in range(loop.input_count)]
        outputs = self._loop(loop, inputs)
        lines = [
            "def run(payloads):",
            f"    {', '.join(inputs)}, = map(scalar, payloads)",
            "    with errstate(all='ignore'):",
            *self._lines,
            f"    return [{', '.join(f'tensor({name})' for name in outputs)}]",
        ]
        filename = f"<loop over scalars {next(_numbers)}>"
        text = "\n".join(lines)
        linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
        exec(compile(text, filename, "exec"), self.namespace)
        function: Callable[[Sequence[torch.Tensor]], list[Any]] = self.namespace["run"]
        return function

    def _add(self, line: str) -> None:
        self._lines.append("    " * self._depth + line)

    def _loop(self, loop: Any, inputs: list[str]) -> list[str]:
        """Adds a loop; the names of its results."""
        initial, condition_captures, body_captures = loop.split(inputs)
        state = [next(self._names) for _ in initial]
        self._assign(state, initial)
        self._add("while True:")
        self._depth += 1
        (test,) = self._program(loop.condition.program, [*state, *condition_captures])
        self._add(f"if not {test}: break")
        self._assign(state, self._program(loop.body.program, [*state, *body_captures]))
        self._depth -= 1
        return state

    def _assign(self, names: list[str], values: list[str]) -> None:
        changed = [(n, v) for n, v in zip(names, values, strict=True) if n != v]
        if changed:
            left, right = zip(*changed, strict=True)
            self._add(f"{', '.join(left)} = {', '.join(right)}")

    def _program(self, program: Program, inputs: list[str]) -> list[str]:
        """Adds the statements of a program; the names of its outputs."""
        if program.reads:
            raise _NotScalarError
        known: dict[int, str] = dict(zip(program.inputs, inputs, strict=True))
        for number, value in program.constants.items():
            _check_layout(value.dtype, value.shape)
            known[number] = self._constant(_scalar(value))
        for number in program.inputs:
            layout = program.layouts[number]
            _check_layout(layout.dtype, layout.shape)
        for instruction in program.instructions:
            self._instruction(program, instruction, known)
        if any(n is None for n in program.outputs):
            raise _NotScalarError
        return [known[n] for n in program.outputs if n is not None]

    def _constant(self, value: Any) -> str:
        name = next(self._names)
        self.namespace[name] = value
        return name

    def _instruction(self, program: Program, i: Instruction, known: dict[int, str]) -> None:
        if i.effect or i.mutates:
            raise _NotScalarError
        if isinstance(i.function, Call):
            outputs = self._call(i.function.function, [known[ref.number] for ref in i.args[0]])
            results = zip(i.results, outputs, strict=True)
            known.update({number: name for number, name in results if number is not None})
            return
        number = i.results[0]
        if not i.single or number is None:
            raise _NotScalarError
        layout = program.layouts[number]
        _check_layout(layout.dtype, layout.shape)
        if i.function in _SAME_VALUE:
            known[number] = known[i.args[0].number]
            return
        name = known[number] = next(self._names)
        self._add(f"{name} = {self._expression(program, i, known, layout.dtype)}")

    def _expression(
        self, program: Program, i: Instruction, known: dict[int, str], result: torch.dtype
    ) -> str:
        dtypes = {program.layouts[n].dtype for n in i.reads}
        if i.function is _aten._to_copy.default:
            return self._cast(program, i, known, result)
        if i.function is _aten.where.self:
            test, x, y = (known[ref.number] for ref in i.args)
            return f"{x} if {test} else {y}"
        if i.kwargs or len(dtypes) != 1:
            raise _NotScalarError
        (dtype,) = dtypes
        if i.function in _DIVISIONS:
            divisor = i.args[1]
            is_safe = (
                dtype in _INTEGERS
                and type(divisor) is Ref
                and (bool(program.constants.get(divisor.number, False)))
            )
            template = _DIVISIONS[i.function] if is_safe else None
        else:
            template, supported = _EXPRESSIONS.get(i.function, (None, frozenset()))
            template = template if dtype in supported else None
        if template is None:
            raise _NotScalarError
        operands = [
            known[x.number] if type(x) is Ref else self._constant(_TYPES[dtype](x)) for x in i.args
        ]
        return template.format(*operands)

    def _cast(
        self, program: Program, i: Instruction, known: dict[int, str], result: torch.dtype
    ) -> str:
        source = program.layouts[i.args[0].number].dtype
        if source in _FLOATS and result not in _FLOATS:
            raise _NotScalarError  # infinities are undefined
        name = f"to_{_TYPES[result].__name__}"
        self.namespace[name] = _TYPES[result]
        return f"{name}({known[i.args[0].number]})"

    def _call(self, function: Any, inputs: list[str]) -> list[str]:
        if function.order or function.has_effect:
            raise _NotScalarError
        if isinstance(function, CondFunction):
            return self._conditional(function, inputs)
        if hasattr(function, "condition"):
            return self._loop(function, inputs)
        raise _NotScalarError

    def _conditional(self, function: CondFunction, inputs: list[str]) -> list[str]:
        results = [next(self._names) for _ in function.output_specs]
        for number, head in enumerate((f"if {inputs[0]}:", "else:")):
            self._add(head)
            self._depth += 1
            branch: Any = function.branches[number]
            values: Any = function.inputs(number, inputs)  # type: ignore[arg-type]
            self._assign(results, self._program(branch.program, values))
            if not results:
                self._add("pass")
            self._depth -= 1
        return results


def _check_layout(dtype: torch.dtype, shape: Sequence[int]) -> None:
    if dtype not in _TYPES or len(shape):
        raise _NotScalarError


def _scalar(payload: torch.Tensor) -> Any:
    return payload.detach().numpy()[()]


def _tensor(value: Any) -> torch.Tensor:
    return torch.from_numpy(np.array(value))
