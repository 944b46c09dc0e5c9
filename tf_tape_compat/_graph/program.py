"""A lowered program: torch calls in order, without branches, and the passes that change no bit.

Values are numbered. Inputs, reads of variables and constants have numbers, too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import torch

from .unsupported import LoweringUnsupported


class Ref:
    """A value as an argument of an instruction."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number

    def __eq__(self, other: object) -> bool:
        return type(other) is Ref and other.number == self.number

    def __hash__(self) -> int:
        return hash((Ref, self.number))

    def __repr__(self) -> str:
        return f"v{self.number}"


class Instruction:
    """One call.

    Attributes:
      function: an OpOverload of torch, or any function of payloads.
      args, kwargs: its arguments, with a `Ref` for each value.
      results: the numbers of its results; None for a result that is no tensor.
      single: whether the function returns one tensor, and not a sequence.
      node: the node of the graph that it was captured for, for errors.
      effect: whether it must run once, in order.
      mutates: the values that it writes into.
      in_gradient: whether it belongs to the gradient, where a program has a function's and this.
    """

    __slots__ = (
        "args",
        "effect",
        "function",
        "in_gradient",
        "is_view",
        "kwargs",
        "mutates",
        "node",
        "results",
        "single",
    )

    def __init__(
        self,
        function: Any,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        results: list[int | None],
        single: bool,
        node: Any = None,
        effect: bool = False,
    ) -> None:
        self.function = function
        self.args = args
        self.kwargs = kwargs
        self.results = results
        self.single = single
        self.node = node
        self.effect = effect
        self.mutates: list[int] = []
        self.is_view = False
        self.in_gradient = False
        if isinstance(function, torch._ops.OpOverload):
            self._read_schema(function._schema)
            self.effect = effect or torch.Tag.nondeterministic_seeded in function.tags

    def _read_schema(self, schema: Any) -> None:
        for position, argument in enumerate(schema.arguments):
            alias = argument.alias_info
            if alias is None:
                continue
            if position < len(self.args):
                value = self.args[position]
            else:
                value = self.kwargs.get(argument.name)
            if alias.is_write:
                self.mutates += refs_in(value)
            else:
                self.is_view = True
        if schema.name == "aten::_unsafe_view":  # its schema does not say so
            self.is_view = True

    @property
    def reads(self) -> list[int]:
        """The values that it reads."""
        return refs_in((self.args, self.kwargs))


class PayloadSpec(NamedTuple):
    """What programs are lowered for, of each input, and what they give: a payload's type.

    Attributes:
      dtype, shape, device: those of the payload.
    """

    dtype: torch.dtype
    shape: torch.Size
    device: torch.device

    @classmethod
    def of(cls, payload: torch.Tensor) -> PayloadSpec:
        """The type of a payload. Raises LoweringUnsupported if it holds strings."""
        if not isinstance(payload, torch.Tensor):
            raise LoweringUnsupported("strings")
        return cls(payload.dtype, payload.shape, payload.device)

    def empty(self) -> torch.Tensor:
        """A payload of this type. Inside of a mode for tensors without values, it is one."""
        return torch.empty(self.shape, dtype=self.dtype, device=self.device)

    def zeros(self) -> torch.Tensor:
        """A payload of zeros."""
        return torch.zeros(self.shape, dtype=self.dtype, device=self.device)


class Layout(NamedTuple):
    """What is known of a value's payload."""

    dtype: torch.dtype
    shape: tuple[int, ...]
    stride: tuple[int, ...]
    device: torch.device

    @classmethod
    def of(cls, payload: torch.Tensor) -> Layout:
        """The layout of a payload."""
        return cls(payload.dtype, tuple(payload.shape), tuple(payload.stride()), payload.device)

    @property
    def bytes(self) -> int:
        """The size of its elements in memory."""
        return math.prod(self.shape) * self.dtype.itemsize

    @property
    def is_contiguous(self) -> bool:
        """Whether its elements lie in memory in order, without gaps."""
        expected = 1
        for size, stride in zip(reversed(self.shape), reversed(self.stride), strict=True):
            if stride != expected:
                return False
            expected *= size
        return True


class Store(NamedTuple):
    """What `Instruction.function` is for an assignment: the variable to assign to."""

    handle: Any


def refs_in(value: Any) -> list[int]:
    """The numbers of the values in arguments."""
    if type(value) is Ref:
        return [value.number]
    if isinstance(value, (list, tuple)):
        return [number for item in value for number in refs_in(item)]
    if isinstance(value, dict):
        return [number for item in value.values() for number in refs_in(item)]
    return []


def replace_refs(value: Any, function: Callable[[int], Any]) -> Any:
    """Arguments with `function(number)` for each value."""
    if type(value) is Ref:
        return function(value.number)
    if isinstance(value, (list, tuple)):
        return type(value)([replace_refs(item, function) for item in value])
    if isinstance(value, dict):
        return {key: replace_refs(item, function) for key, item in value.items()}
    return value


class Program:
    """A straight-line program.

    Attributes:
      inputs: the numbers of its inputs.
      reads: (handle, number) for each variable whose value at the start is used.
      constants: the payloads of constants, by number.
      layouts: the layout of each value.
      node_inputs: by the id of a node, the values that it was run on; -1 for others.
      replaced: the values that stand for others, by a pass.
      instructions: what runs.
      outputs: the numbers of its outputs; None for an output that is not there.
      output_specs: the type of each output.
      called_eagerly: the operations that it calls with values, between torch calls.
    """

    def __init__(self) -> None:
        self.inputs: list[int] = []
        self.reads: list[tuple[Any, int]] = []
        self.constants: dict[int, torch.Tensor] = {}
        self.layouts: dict[int, Layout] = {}
        self.node_inputs: dict[int, list[int]] = {}
        self.replaced: dict[int, int] = {}
        self.instructions: list[Instruction] = []
        self.outputs: list[int | None] = []
        self.called_eagerly: list[str] = []
        self.output_specs: list[PayloadSpec] = []

    def __len__(self) -> int:
        return len(self.instructions)

    def __str__(self) -> str:
        lines = [f"inputs {self.inputs} reads {[n for _, n in self.reads]}"]
        lines += [f"constant v{n} = {value}" for n, value in self.constants.items()]
        for i in self.instructions:
            lines.append(f"{i.results} = {i.function}{i.args} {i.kwargs or ''}")
        return "\n".join([*lines, f"outputs {self.outputs}"])

    def current(self, number: int) -> int:
        """The value that stands for a value after the passes."""
        while number in self.replaced:
            number = self.replaced[number]
        return number

    def families(self) -> dict[int, int]:
        """For each value, the value whose memory it shares; values with memory of their own too."""
        owner: dict[int, int] = {}
        for instruction in self.instructions:
            shared = None
            if instruction.is_view or instruction.mutates:
                numbers = instruction.mutates or instruction.reads[:1]
                shared = owner.get(numbers[0], numbers[0]) if numbers else None
            for number in instruction.results:
                if number is not None and number not in owner:
                    owner[number] = number if shared is None else shared
        return owner
