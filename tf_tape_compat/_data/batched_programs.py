"""Programs of elements that run for many rows at once, with the same bits as for each row.

Operators whose results for an element do not depend on how many there are take all rows in one
call: they only move elements, or round each of them correctly. All others are called for each row:
vectorized and scalar code of `exp` differ in the last bit, and sums depend on the order of terms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from .._graph.executors.torch_functions import fast_callable
from .._graph.program import Instruction, Program, Ref, Store, refs_in, replace_refs

# Exact operators that compute each element of the result from one element of each operand.
_POINTWISE = frozenset(
    """_to_copy abs add bitwise_and bitwise_not bitwise_or bitwise_xor ceil clamp clamp_max
    clamp_min div eq floor floor_divide ge gt le logical_and logical_not logical_or logical_xor lt
    maximum minimum mul ne neg reciprocal relu remainder round rsub sign sqrt sub trunc
    where""".split()
)
# Other exact operators, which torch's vmap applies to all rows.
_MOVING = frozenset(
    """_unsafe_view alias arange cat clone constant_pad_nd detach expand fill flip full full_like
    index_select lift_fresh lift_fresh_copy ones ones_like permute scalar_tensor select slice split
    split_with_sizes squeeze stack t transpose unbind unsqueeze view zeros zeros_like""".split()
)

Step = Callable[["_Run"], None]


class _Run:
    """The values of one run: `whole` in one tensor, `rows` one by one, or both.

    Values in `common` are the same for all rows.
    """

    def __init__(self, count: int, common: dict[int, torch.Tensor]) -> None:
        self.count = count
        self.common = common
        self._whole: dict[int, torch.Tensor] = {}
        self._rows: dict[int, Sequence[torch.Tensor]] = {}

    def whole(self, number: int) -> torch.Tensor:
        """All rows of a value, or a common value."""
        value = self.common.get(number)
        if value is None:
            value = self._whole.get(number)
        if value is None:
            value = self._whole[number] = torch.stack(list(self._rows[number]))
        return value

    def rows(self, number: int) -> Sequence[torch.Tensor]:
        """A value for each row."""
        rows = self._rows.get(number)
        if rows is None:
            if number in self.common:
                return [self.common[number]] * self.count
            rows = self._rows[number] = self._whole[number].unbind(0)
        return rows

    def set_whole(self, number: int, value: torch.Tensor) -> None:
        """Notes all rows of a value."""
        self._whole[number] = value

    def set_rows(self, number: int, values: Sequence[torch.Tensor]) -> None:
        """Notes the rows of a value."""
        self._rows[number] = values


class BatchedProgram:
    """A program without effects, for many rows at once."""

    def __init__(self, program: Program, element_inputs: int) -> None:
        self._program = program
        self._varying = set(program.inputs[:element_inputs])
        self._steps: list[Step] = []
        segment: list[Instruction] = []
        for instruction in program.instructions:
            varies = not self._varying.isdisjoint(instruction.reads)
            if varies:
                self._varying.update(n for n in instruction.results if n is not None)
                if _name(instruction) in _MOVING:
                    segment.append(instruction)
                    continue
            elif not instruction.effect:
                self._steps.append(_once(instruction))
                continue
            self._end(segment)
            segment = []
            self._steps.append(self._step(instruction))
        self._end(segment)

    @classmethod
    def of(cls, program: Program, element_inputs: int) -> BatchedProgram | None:
        """A program for many rows of its first inputs; None if its calls have effects."""
        for instruction in program.instructions:
            if instruction.mutates or isinstance(instruction.function, Store):
                return None
        return cls(program, element_inputs)

    def __call__(
        self, count: int, rows: Sequence[torch.Tensor], captured: Sequence[torch.Tensor]
    ) -> list[torch.Tensor]:
        """The results of `count` rows.

        Args:
          rows: for each component of the elements, all rows of it.
          captured: the inputs of the program that are the same for all rows.

        Raises whatever a call of the program raises for one of the rows.
        """
        program = self._program
        inputs = program.inputs
        common = dict(program.constants)
        common.update(zip(inputs[len(rows) :], captured, strict=True))
        run = _Run(count, common)
        for number, value in zip(inputs, rows, strict=False):
            run.set_whole(number, value)
        with torch.no_grad():
            for step in self._steps:
                step(run)
            return [self._output(run, number) for number in program.outputs]

    def _output(self, run: _Run, number: int | None) -> torch.Tensor:
        assert number is not None
        value = run.whole(number)
        if number in run.common:
            return value.expand(run.count, *value.shape).clone()
        return value

    # -- steps ------------------------------------------------------------------------------------

    def _end(self, segment: list[Instruction]) -> None:
        if segment:
            self._steps.append(_vectorized(segment))

    def _step(self, instruction: Instruction) -> Step:
        if _name(instruction) in _POINTWISE and instruction.single:
            if self._takes_batches(instruction):
                return _in_one_call(instruction)
            return _vectorized([instruction])
        return _row_by_row(instruction)

    def _takes_batches(self, instruction: Instruction) -> bool:
        """Whether the operator broadcasts and promotes batches as it does rows."""
        layouts = self._program.layouts
        rank = len(layouts[instruction.results[0]].shape)  # type: ignore[index]
        reads = instruction.reads
        varying = [layouts[n] for n in reads if n in self._varying]
        # A condition is not promoted with the operands that it chooses from.
        operands = reads[1:] if _name(instruction) == "where" else reads
        return all(len(layout.shape) == rank for layout in varying) and (
            len({layouts[n].dtype for n in operands}) == 1
        )


def _name(instruction: Instruction) -> str:
    function = instruction.function
    if not isinstance(function, torch._ops.OpOverload) or function.namespace != "aten":
        return ""
    return function._schema.name.partition("::")[2]


def _callable(instruction: Instruction) -> Callable[..., Any]:
    if any(isinstance(x, (list, tuple)) and None in x for x in instruction.args):
        overload: Callable[..., Any] = instruction.function._op
        return overload  # torch's bindings take no None in lists
    return fast_callable(instruction.function)


def _once(instruction: Instruction) -> Step:
    """A call whose results are the same for all rows."""
    function = _callable(instruction)

    def step(run: _Run) -> None:
        args = replace_refs(instruction.args, run.whole)
        outputs = function(*args, **replace_refs(instruction.kwargs, run.whole))
        for number, output in zip(
            instruction.results, [outputs] if instruction.single else outputs, strict=True
        ):
            if number is not None:
                run.common[number] = output

    return step


def _in_one_call(instruction: Instruction) -> Step:
    function = _callable(instruction)
    (result,) = instruction.results
    assert result is not None

    def step(run: _Run) -> None:
        args = replace_refs(instruction.args, run.whole)
        run.set_whole(result, function(*args, **replace_refs(instruction.kwargs, run.whole)))

    return step


def _vectorized(segment: list[Instruction]) -> Step:
    """Several calls at once, by torch's vmap."""
    made = [n for instruction in segment for n in instruction.results if n is not None]
    reads = list(dict.fromkeys(n for i in segment for n in i.reads if n not in made))

    def calls(*values: torch.Tensor) -> tuple[torch.Tensor, ...]:
        known: dict[int | None, torch.Tensor] = dict(zip(reads, values, strict=True))
        for instruction in segment:
            args = replace_refs(instruction.args, known.__getitem__)
            kwargs = replace_refs(instruction.kwargs, known.__getitem__)
            outputs = instruction.function(*args, **kwargs)
            results = [outputs] if instruction.single else outputs
            known.update(zip(instruction.results, results, strict=True))
        return tuple(known[n] for n in made)

    def step(run: _Run) -> None:
        in_dims = tuple(None if n in run.common else 0 for n in reads)
        outputs = torch.func.vmap(calls, in_dims)(*map(run.whole, reads))
        for number, output in zip(made, outputs, strict=True):
            run.set_whole(number, output)

    return step


def _row_by_row(instruction: Instruction) -> Step:
    """A call for each row."""
    each = getattr(torch, f"_foreach_{_name(instruction)}", None)
    ref = instruction.args[0] if len(instruction.args) == 1 else None
    if each is not None and type(ref) is Ref and not instruction.kwargs and instruction.single:
        (result,) = instruction.results
        assert result is not None

        def in_turn(run: _Run) -> None:  # the same kernel for each row, without Python between
            run.set_rows(result, each(list(run.rows(ref.number))))

        return in_turn
    function = _callable(instruction)
    reads = list(dict.fromkeys(refs_in((instruction.args, instruction.kwargs))))

    def step(run: _Run) -> None:
        outputs = []
        columns = [run.rows(n) for n in reads]
        for row in zip(*columns, strict=True) if columns else [()] * run.count:
            known = dict(zip(reads, row, strict=True)).__getitem__
            args = replace_refs(instruction.args, known)
            output = function(*args, **replace_refs(instruction.kwargs, known))
            outputs.append([output] if instruction.single else output)
        for number, rows in zip(instruction.results, zip(*outputs, strict=True), strict=True):
            if number is not None:
                run.set_rows(number, rows)

    return step
