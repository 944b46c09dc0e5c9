"""The executor for small programs: a generated Python function, with one line for each call."""

from __future__ import annotations

import itertools
import linecache
from collections.abc import Callable
from typing import Any

import torch

from ..program import Instruction, Program, Ref, Store
from .torch_functions import fast_callable

_numbers = itertools.count()
_LITERALS = frozenset((int, bool, str, type(None)))


class Source:
    """The source of the function of a program, and the names that it uses."""

    def __init__(self, program: Program, direct: bool = True) -> None:
        self._program = program
        self._direct = direct  # whether to call torch's own bindings
        self._names: dict[int, str] = {}  # by id of an object
        self.namespace: dict[str, Any] = {
            "_is_grad_enabled": torch.is_grad_enabled,
            "_set_grad": torch._C._set_grad_enabled,
        }
        self.line_nodes: dict[int, Any] = {}  # the node of each line
        self._owner = program.families()
        self._lines: list[str] = []

    def compile(self) -> Callable[..., list[Any]]:
        """The function, from the payloads of the inputs to those of the outputs."""
        filename = f"<lowered program {next(_numbers)}>"
        text = self.text(filename)
        linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
        exec(compile(text, filename, "exec"), self.namespace)
        function: Callable[..., list[Any]] = self.namespace["run"]
        return function

    def text(self, filename: str = "") -> str:
        """The source."""
        program, lines = self._program, self._lines
        parameters = ", ".join(f"v{n}" for n in program.inputs)
        lines += [
            f"def run({parameters}):",
            "    grad_enabled = _is_grad_enabled()",
            "    _set_grad(False)",
            "    try:",
        ]
        for number, value in program.constants.items():
            self.namespace[f"v{number}"] = value
        for handle, number in program.reads:
            self._add(f"v{number} = {self._name(handle)}.data")
        last_use = self._last_uses()
        for position, instruction in enumerate(program.instructions):
            self.line_nodes[len(lines) + 1] = instruction.node
            self._add(self._statement(instruction))
            dead = [f"v{n}" for n in last_use.get(position, ())]
            if dead:
                lines[-1] += f"; del {', '.join(dead)}"
        self._add(f"return [{', '.join(map(self._output, program.outputs))}]")
        lines += ["    finally:", "        _set_grad(grad_enabled)"]
        return "\n".join(lines)

    def _add(self, line: str) -> None:
        self._lines.append(f"        {line}")

    def _last_uses(self) -> dict[int, list[int]]:
        """The values that are needed no more after each instruction."""
        last: dict[int, int] = {}
        for position, instruction in enumerate(self._program.instructions):
            for n in (*instruction.reads, *instruction.results):
                if n is not None:
                    last[n] = position
        kept = set(self._program.constants) | {n for n in self._program.outputs if n is not None}
        by_position: dict[int, list[int]] = {}
        for number, position in last.items():
            if number not in kept:
                by_position.setdefault(position, []).append(number)
        return by_position

    def _statement(self, instruction: Instruction) -> str:
        if isinstance(instruction.function, Store):
            return self._store(instruction)
        function = instruction.function
        callable_ = fast_callable(function) if self._direct else function
        arguments = [self._literal(x) for x in instruction.args]
        arguments += [f"{key}={self._literal(x)}" for key, x in instruction.kwargs.items()]
        call = f"{self._name(callable_)}({', '.join(arguments)})"
        names = [f"v{n}" if n is not None else "_" for n in instruction.results]
        if instruction.single:
            return f"{names[0]} = {call}"
        return f"{', '.join(names)}, = {call}" if names else call

    def _store(self, instruction: Instruction) -> str:
        """An assignment: the value itself, if nothing else has its memory, or else a copy."""
        handle = self._name(instruction.function.handle)
        ref = instruction.args[0]
        number = ref.number
        makers = [i for i in self._program.instructions if number in i.results]
        stores = [
            i
            for i in self._program.instructions
            if isinstance(i.function, Store) and self._root(i.args[0].number) == self._root(number)
        ]
        is_own = bool(makers) and not makers[0].is_view and not makers[0].mutates
        if is_own and len(stores) == 1:
            return f"{handle}.data = v{number}"
        # Never in place: the program may have read the value before.
        return f"{handle}.data = v{number}.clone()"

    def _root(self, number: int) -> int:
        return self._owner.get(number, number)

    def _output(self, number: int | None) -> str:
        if number is None:
            return "None"
        stored = {
            self._root(i.args[0].number)
            for i in self._program.instructions
            if isinstance(i.function, Store)
        }
        root = self._root(number)
        outside = root == number and root not in self._owner  # an input, a read or a constant
        repeated = self._program.outputs.count(number) > 1
        return f"v{number}.detach()" if outside or repeated or root in stored else f"v{number}"

    def _literal(self, value: Any) -> str:
        cls = type(value)
        if cls is Ref:
            return f"v{value.number}"
        if cls in _LITERALS:
            return repr(value)
        if isinstance(value, (list, tuple)):
            items = ", ".join(map(self._literal, value))
            return f"[{items}]" if isinstance(value, list) else f"({items},)"
        return self._name(value)

    def _name(self, value: Any) -> str:
        name = self._names.get(id(value))
        if name is None:
            name = self._names[id(value)] = f"c{len(self._names)}"
            self.namespace[name] = value
        return name
