"""Reading and writing one row of an array in a loop's program, by one call in place of several.

As torch's operators, an index has to be converted, and each write copies the array. Where the loop
owns the array, it is written in place.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import torch

from .array_values import out_of_range
from .passes import remove_dead
from .program import Instruction, Program, Ref

_aten = torch.ops.aten
_VIEWS = frozenset((_aten.view.default, _aten.reshape.default, _aten._unsafe_view.default))


def read_row(array: torch.Tensor, index: torch.Tensor) -> torch.Tensor:
    """A copy of the row at an index."""
    return array.select(0, _position(array, index, "access")).clone()


def write_row(array: torch.Tensor, index: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
    """A copy of the array with another row."""
    return write_row_in_place(array.clone(), index, value)


def write_row_in_place(
    array: torch.Tensor, index: torch.Tensor, value: torch.Tensor
) -> torch.Tensor:
    """The array, with another row."""
    array.select(0, _position(array, index, "modify")).copy_(value)
    return array


def clear_row(array: torch.Tensor, index: torch.Tensor) -> torch.Tensor:
    """A copy of the array with a row of zeros."""
    array = array.clone()
    array.select(0, _position(array, index, "modify")).zero_()
    return array


def _position(array: torch.Tensor, index: torch.Tensor, verb: str) -> int:
    position = int(index)
    if not 0 <= position < array.shape[0]:
        raise out_of_range(verb, position, array.shape[0])
    return position


def use_row_calls(program: Program, owned: Collection[int] = ()) -> None:
    """Replaces torch's calls for single rows. `owned` are inputs that may be overwritten."""
    makers = {n: i for i in program.instructions for n in i.results if n is not None}
    for i in list(program.instructions):
        index = _scalar_index(program, makers, i)
        if index is None:
            continue
        array = i.args[0].number
        if i.function is _aten.index_select.default:
            _replace_reads(program, i, array, index)
        elif i.function is _aten.index_copy.default:
            value = _row(program, makers, i.args[3].number)
            if value is not None:
                is_owned = array in owned and _is_last_use(program, i, array)
                function: Any = write_row_in_place if is_owned else write_row
                _become(i, function, array, index, value)
        elif i.function is _aten.index_fill.int_Scalar and i.args[3] == 0:
            _become(i, clear_row, array, index)
    remove_dead(program)


def _become(i: Instruction, function: Any, *numbers: int) -> None:
    i.function, i.args, i.kwargs = function, tuple(map(Ref, numbers)), {}
    i.is_view, i.mutates = False, []


def _scalar_index(program: Program, makers: dict[int, Instruction], i: Instruction) -> int | None:
    """The scalar that a call along the first axis has as its only index."""
    if i.function not in (
        _aten.index_select.default,
        _aten.index_copy.default,
        _aten.index_fill.int_Scalar,
    ) or (i.args[1] != 0 or type(i.args[2]) is not Ref):
        return None
    number = i.args[2].number
    while number in makers:
        maker = makers[number]
        if maker.function in _VIEWS or maker.function is _aten._to_copy.default:
            number = maker.args[0].number
        else:
            break
        if not program.layouts[number].shape:
            break
    is_index = number != i.args[2].number and not program.layouts[number].shape
    return number if is_index else None


def _row(program: Program, makers: dict[int, Instruction], number: int) -> int | None:
    """What the unsqueezed value `number` is without its first axis."""
    maker = makers.get(number)
    if maker is None or maker.function is not _aten.unsqueeze.default or maker.args[1] != 0:
        return None
    row: int = maker.args[0].number
    return row


def _replace_reads(program: Program, i: Instruction, array: int, index: int) -> None:
    """Replaces the one use of a selected row, the removal of its first axis."""
    selected = i.results[0]
    while True:
        uses = [x for x in program.instructions if selected in x.reads]
        if len(uses) != 1 or selected in program.outputs:
            return
        (use,) = uses
        if use.function is _aten.expand.default and (
            program.layouts[use.results[0]].shape == program.layouts[selected].shape  # type: ignore
        ):
            selected = use.results[0]
            continue
        if use.function is _aten.squeeze.dim and use.args[1] == 0:
            _become(use, read_row, array, index)
        return


def _is_last_use(program: Program, i: Instruction, number: int) -> bool:
    """Whether a value is used by this instruction alone."""
    users = [x for x in program.instructions if number in x.reads]
    return users == [i] and number not in program.outputs
