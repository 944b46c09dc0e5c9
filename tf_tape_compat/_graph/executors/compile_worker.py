"""Compiles a program in a process of its own: `python -m ...compile_worker PROGRAM LIBRARY`.

PROGRAM is a pickled `Portable`. torch's inductor makes a shared library of it, which a process
loads without importing inductor. So the caller of a function never waits for the compiler.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import torch

from ..program import Layout, replace_refs


class Portable(NamedTuple):
    """What can be pickled of a program.

    `inputs` are the numbers of its inputs and of variables' values, `instructions` the schema name,
    overload, arguments, and results of each call.
    """

    inputs: list[int]
    layouts: list[Layout]
    constants: dict[int, torch.Tensor]
    instructions: list[tuple[str, str, Any, Any, list[int | None], bool]]
    outputs: list[int]
    threads: int


class _Module(torch.nn.Module):
    """A program as torch exports it."""

    def __init__(self, program: Portable) -> None:
        super().__init__()
        self._program = program
        for number, value in program.constants.items():
            self.register_buffer(f"v{number}", value)
        self._calls = [
            (_operator(name, overload), *rest) for name, overload, *rest in program.instructions
        ]

    def forward(self, *inputs: torch.Tensor) -> Any:
        """The outputs."""
        program = self._program
        values = dict(zip(program.inputs, inputs, strict=True))
        values.update({number: getattr(self, f"v{number}") for number in program.constants})
        for function, args, kwargs, results, single in self._calls:
            result = function(
                *replace_refs(args, values.__getitem__), **replace_refs(kwargs, values.__getitem__)
            )
            numbered = zip(results, [result] if single else result, strict=True)
            values.update({number: value for number, value in numbered if number is not None})
        return tuple(values[number] for number in program.outputs)


def _operator(name: str, overload: str) -> Callable[..., Any]:
    namespace, _, operator = name.partition("::")
    packet = getattr(getattr(torch.ops, namespace), operator)
    found: Callable[..., Any] = getattr(packet, overload or "default")
    return found


def main(program_path: str, library_path: str) -> None:
    """Compiles the program in a file into a shared library."""
    import torch._inductor

    program: Portable = pickle.loads(Path(program_path).read_bytes())
    torch.set_num_threads(program.threads)
    inputs = tuple(
        torch.empty_strided(x.shape, x.stride, dtype=x.dtype).zero_() for x in program.layouts
    )
    with torch.no_grad():
        exported = torch.export.export(_Module(program), inputs, strict=False)
        torch._inductor.aot_compile(
            exported.module(),
            inputs,
            options={"aot_inductor.output_path": library_path, "compile_threads": 1},
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
