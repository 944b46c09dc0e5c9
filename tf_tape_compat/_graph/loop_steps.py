"""The programs of an iteration of a loop and of its gradient, which share what the first computed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from .executors.executor import Executor
from .passes import remove_dead, share_equal
from .program import Instruction, Program, Ref, refs_in, replace_refs


class Steps(NamedTuple):
    """The programs of an iteration.

    Attributes:
      forward: from the inputs of the body to its outputs, and then to what `backward` needs.
      backward: from the inputs of the body, what `forward` kept, and the cotangents of its
        trainable outputs, to gradients.
    """

    forward: Executor
    backward: Executor


def split_steps(body: Program, product: Program, needed: Sequence[bool]) -> Steps | None:
    """Splits a body's vector-Jacobian product; None if that is impossible.

    Args:
      body: the program of the body.
      product: that of its product, whose inputs are those of the body, and cotangents.
      needed: which of the outputs of `product` are needed.
    """
    count = len(body.inputs)
    product = _copy(product)
    product.outputs = [n for n, keep in zip(product.outputs, needed, strict=True) if keep]
    remove_dead(product)
    instructions = product.instructions
    if product.reads or any(i.effect or i.mutates for i in (*instructions, *body.instructions)):
        return None
    dependent = set(product.inputs[count:])
    backward: list[Instruction] = []
    ahead: list[Instruction] = []
    for i in instructions:
        if any(n in dependent for n in i.reads):
            dependent.update(n for n in i.results if n is not None)
            backward.append(i)
        else:
            ahead.append(i)
    used = {n for i in backward for n in i.reads} | {n for n in product.outputs if n is not None}
    own = set(product.inputs) | set(product.constants)
    kept = sorted(n for n in used if n not in dependent and n not in own)
    forward = _extended(body, product, ahead, kept)
    product.inputs = [*product.inputs[:count], *kept, *product.inputs[count:]]
    product.instructions = backward
    product.constants = {n: value for n, value in product.constants.items() if n in used}
    return Steps(Executor(forward), Executor(product))


def _extended(
    body: Program, product: Program, ahead: list[Instruction], kept: list[int]
) -> Program:
    """The body with further instructions, from its product, whose results `kept` are outputs."""
    program = _copy(body)
    numbers = [*program.layouts, *program.constants, *program.inputs]
    numbers += [n for i in program.instructions for n in i.results if n is not None]
    offset = max(numbers, default=0) + 1
    renamed = dict(zip(product.inputs, program.inputs, strict=False))

    def number(n: int) -> int:
        return renamed.get(n, n + offset)

    used = {n for i in ahead for n in i.reads}
    for n, value in product.constants.items():
        if n in used:
            program.constants[number(n)] = value
    for n, layout in product.layouts.items():
        program.layouts.setdefault(number(n), layout)
    program.instructions += [
        Instruction(
            i.function,
            replace_refs(i.args, lambda n: Ref(number(n))),
            replace_refs(i.kwargs, lambda n: Ref(number(n))),
            [None if n is None else number(n) for n in i.results],
            i.single,
            i.node,
        )
        for i in ahead
    ]
    program.outputs = [*program.outputs, *map(number, kept)]
    share_equal(program)
    remove_dead(program)
    return program


def _copy(program: Program) -> Program:
    """A copy, which passes may change."""
    copy = Program()
    copy.inputs, copy.reads = list(program.inputs), list(program.reads)
    copy.constants, copy.layouts = dict(program.constants), dict(program.layouts)
    copy.outputs = list(program.outputs)
    copy.output_sizes = list(program.output_sizes)
    copy.instructions = [
        Instruction(i.function, i.args, i.kwargs, list(i.results), i.single, i.node, i.effect)
        for i in program.instructions
    ]
    return copy


# -- pairs of calls in a program --------------------------------------------------------------------


def pair_loops(program: Program) -> None:
    """Makes a loop keep what its gradient needs, where a program calls both."""
    from .autograd_calls import Call

    used = {n for n in program.outputs if n is not None}
    for i in program.instructions:
        used.update(i.reads)
    loops: dict[int, Instruction] = {}
    for i in program.instructions:
        if not isinstance(i.function, Call):
            continue
        function = i.function.function
        loop = getattr(function, "loop", None)
        if loop is None:
            loops[id(function)] = i
            continue
        first = loops.get(id(loop))
        if first is None or function.order != 1 or not isinstance(first.function, Call):
            continue
        arguments = refs_in(i.args)
        inputs = refs_in(first.args)
        if arguments[: len(inputs)] != inputs:
            continue
        pair = function.pair([n in used for n in i.results])
        if pair is None:
            continue
        kept = _fresh_number(program)
        first.function, i.function = pair
        first.results = [*first.results, kept]
        i.args = ([Ref(kept), *(Ref(n) for n in arguments[len(inputs) :])],)


def _fresh_number(program: Program) -> int:
    numbers = [*program.inputs, *program.constants, *program.layouts]
    numbers += [n for _, n in program.reads]
    numbers += [n for i in program.instructions for n in i.results if n is not None]
    return max(numbers, default=0) + 1
