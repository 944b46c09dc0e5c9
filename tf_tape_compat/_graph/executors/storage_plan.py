"""Deciding where the values of a program are kept, and how each of its calls writes its result.

Torch spends more time on allocating a small tensor than on computing it. So results of calls that
do not leave the program are written into buffers, which the program keeps between its runs with
the views of them that it needs, or into the memory of an operand that is needed no more. No result
changes by it.
"""

from __future__ import annotations

import enum
from collections.abc import Container
from typing import NamedTuple

import torch

from ..nodes import OpNode
from ..program import Instruction, Layout, Program, Ref
from .arithmetic import EQUAL_IN_NUMPY, allocates, in_place, is_elementwise, out_keyword

_MAX_BUFFER_BYTES = 1 << 14
_MAX_TOTAL_BYTES = 1 << 22
# Below this number of calls in NumPy, suppressing its warnings costs more than it saves.
_MIN_NUMPY_CALLS = 6


class Way(enum.Enum):
    """How a call delivers its result."""

    RETURN = "a new tensor"
    KEPT = "a view of a buffer, which is made with the buffer"
    OUT = "torch writes it into `into`"
    IN_PLACE = "torch writes it into its first argument"
    NUMPY = "NumPy writes it into `into`, a buffer"


class Delivery(NamedTuple):
    """How the call of an instruction delivers its result, and the value that it overwrites."""

    way: Way
    into: int | None = None


_RETURN = Delivery(Way.RETURN)


class StoragePlan:
    """The plan for a program.

    Attributes:
      deliveries: for each instruction, how its call delivers its result.
      buffers: the layout of each buffer.
      places: the buffer of each value that is kept in one.
      views: the instructions whose results are views of buffers, which are kept with these.
      viewed: the results of these instructions.
      arrays: the names of the values that NumPy reads or writes; constants are not among them.
    """

    def __init__(self, program: Program, reuses_memory: bool = True) -> None:
        """With `reuses_memory=False`, all calls return new tensors."""
        self._program = program
        self._owner = program.families()
        self.buffers: list[Layout] = []
        self.places: dict[int, int] = {}
        self.views: list[Instruction] = []
        self.viewed: set[int] = set()
        self._total_bytes = 0
        self._free: dict[Layout, list[int]] = {}
        self._fixed = self._fixed_families()
        self._last_use = self._last_uses()
        self._makers = {i.results[0]: i for i in program.instructions if i.single}
        buffered = {
            i.results[0] for i in program.instructions if reuses_memory and self._fits_buffer(i)
        }
        in_numpy = self._choose_numpy(buffered)
        self.deliveries = [
            self._deliver(position, i, bool(i.results) and i.results[0] in buffered, in_numpy)
            if reuses_memory
            else _RETURN
            for position, i in enumerate(program.instructions)
        ]
        self.arrays = self._named_arrays()

    @property
    def reuses_memory(self) -> bool:
        """Whether some call writes into memory that was there before."""
        return any(delivery.way is not Way.RETURN for delivery in self.deliveries)

    def name(self, number: int) -> str:
        """The variable of the program that holds a value."""
        place = self.places.get(number)
        if place is not None:
            return f"b{place}"
        return f"w{number}" if number in self.viewed else f"v{number}"

    # -- which values may be overwritten ----------------------------------------------------------

    def root(self, number: int) -> int:
        """The value whose memory a value shares."""
        return self._owner.get(number, number)

    def is_kept(self, number: int, instruction: Instruction) -> bool:
        """Whether a value is still in its memory when an instruction runs."""
        for position, other in enumerate(self._program.instructions):
            if other is instruction:
                return self._last_use[self.root(number)] >= position
        return False

    def _fixed_families(self) -> set[int]:
        """The roots of values whose memory must stay as it is: others may keep or change it."""
        program = self._program
        fixed = {self.root(n) for n in program.outputs if n is not None}
        for i in program.instructions:
            fixed.update(map(self.root, i.mutates))
            if not isinstance(i.function, torch._ops.OpOverload):
                fixed.update(map(self.root, i.reads))
        return fixed

    def _last_uses(self) -> dict[int, int]:
        """The position of the last use of each family, by its root."""
        last: dict[int, int] = {}
        for position, i in enumerate(self._program.instructions):
            for n in (*i.reads, *i.results):
                if n is not None:
                    last[self.root(n)] = position
        for n, position in ends_of_inputs(self._program).items():
            root = self.root(n)
            last[root] = max(last.get(root, position), position)
        return last

    def _fits_buffer(self, i: Instruction) -> bool:
        number = i.results[0] if i.single else None
        if number is None or out_keyword(i.function) is None or self.root(number) in self._fixed:
            return False
        layout = self._program.layouts[number]
        return (
            layout.is_contiguous
            and layout.bytes <= _MAX_BUFFER_BYTES
            and layout.device.type == "cpu"
        )

    # -- which calls NumPy makes ------------------------------------------------------------------

    def _choose_numpy(self, buffered: set[int | None]) -> set[int]:
        """The positions of the calls that NumPy makes."""
        program = self._program
        kept = set(buffered)
        for i in program.instructions:
            if _is_view_of(i, kept):
                kept.update(i.results)
        candidates = {
            position: [n for n in i.reads if n not in kept and n not in program.constants]
            for position, i in enumerate(program.instructions)
            if i.results and i.results[0] in buffered and self._is_equal_in_numpy(i)
        }
        # To see a tensor as an array takes as long as an operation of torch.
        uses: dict[int, int] = {}
        for converted in candidates.values():
            for n in set(converted):
                uses[n] = uses.get(n, 0) + 1
        chosen = {
            position
            for position, converted in candidates.items()
            if all(uses[n] > 1 for n in converted)
        }
        return chosen if len(chosen) >= _MIN_NUMPY_CALLS else set()

    def _named_arrays(self) -> set[str]:
        numbers: set[int | None] = set()
        for i, delivery in zip(self._program.instructions, self.deliveries, strict=True):
            if delivery.way is Way.NUMPY:
                numbers.update((*i.reads, delivery.into))
        constants = self._program.constants
        return {self.name(n) for n in numbers if n is not None and n not in constants}

    def _is_equal_in_numpy(self, i: Instruction) -> bool:
        entry = EQUAL_IN_NUMPY.get(i.function)
        if entry is None or i.kwargs or len(i.args) > 2:
            return False
        layouts = [self._program.layouts[n] for n in i.reads]
        dtype = layouts[0].dtype
        return dtype in entry[1] and all(
            x.dtype == dtype and x.bytes <= _MAX_BUFFER_BYTES and x.device.type == "cpu"
            for x in layouts
        )

    # -- memory -----------------------------------------------------------------------------------

    def _deliver(
        self, position: int, i: Instruction, buffered: bool, in_numpy: set[int]
    ) -> Delivery:
        """Decides on one call; the calls before it have been decided on."""
        if _is_view_of(i, self.places) or _is_view_of(i, self.viewed):
            self.views.append(i)
            self.viewed.update(n for n in i.results if n is not None)
            self._release(position, i)
            return Delivery(Way.KEPT)
        if not i.single or out_keyword(i.function) is None:
            return self._release(position, i)
        number = i.results[0]
        assert number is not None
        reused = None
        if is_elementwise(i.function):
            reused = self._dying_operand(position, i, number, buffered)
        if reused is not None and reused in self.places:
            self.places[number] = self.places[reused]
        elif buffered and reused is None:
            self._take_buffer(number)
        self._release(position, i)
        into = number if number in self.places else reused
        if into is None:
            return _RETURN
        if position in in_numpy and number in self.places:
            return Delivery(Way.NUMPY, into)
        first = i.args[0]
        is_first = reused is not None and type(first) is Ref and first.number == reused
        if is_first and in_place(i.function) is not None:
            return Delivery(Way.IN_PLACE, reused)
        return Delivery(Way.OUT, into)

    def _dying_operand(
        self, position: int, i: Instruction, number: int, buffered: bool
    ) -> int | None:
        """An operand whose memory the result can take."""
        layout = self._program.layouts[number]
        reads = set(i.reads)
        roots = [self.root(n) for n in reads]
        for n in reads:
            maker = self._makers.get(n)
            if (
                maker is not None
                and self.root(n) == n
                and n not in self._fixed
                and roots.count(n) == 1  # the call reads no view of it
                and self._last_use[n] == position
                and self._program.layouts[n] == layout
                and allocates(maker.function)
                and (buffered == (n in self.places))
            ):
                return n
        return None

    def _take_buffer(self, number: int) -> None:
        """Gives a value a buffer, if there is memory for it."""
        layout = self._program.layouts[number]
        free = self._free.get(layout)
        if free:
            self.places[number] = free.pop()
        elif self._total_bytes + layout.bytes <= _MAX_TOTAL_BYTES:
            self._total_bytes += layout.bytes
            self.buffers.append(layout)
            self.places[number] = len(self.buffers) - 1

    def _release(self, position: int, i: Instruction) -> Delivery:
        """Frees the buffers of families whose last use is this instruction."""
        roots = {self.root(n) for n in (*i.reads, *i.results) if n is not None}
        taken = {self.places.get(n) for n in i.results if n is not None}
        for root in roots:
            place = self.places.get(root)
            if place is not None and self._last_use[root] == position and place not in taken:
                self._free.setdefault(self.buffers[place], []).append(place)
        return _RETURN


def _is_view_of(i: Instruction, values: Container[int | None]) -> bool:
    """Whether a call only takes views of one of some values."""
    return (
        i.is_view
        and not i.mutates
        and not i.effect
        and len(reads := i.reads) == 1
        and reads[0] in values
    )


def ends_of_inputs(program: Program) -> dict[int, int]:
    """For the inputs of operations, the position of the last call that belongs to one of these.

    They are kept for so long, so that an error can be explained by their values.
    """
    ends = {
        id(i.node): position
        for position, i in enumerate(program.instructions)
        if type(i.node) is OpNode
    }
    last: dict[int, int] = {}
    for node, position in ends.items():
        for number in program.node_inputs.get(node, ()):
            current = program.current(number)
            last[current] = max(last.get(current, position), position)
    return last
