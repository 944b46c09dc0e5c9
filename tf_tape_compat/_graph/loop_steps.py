"""The programs of an iteration of a loop and of its gradient, which share what both compute."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from .autograd_calls import Call
from .executors.executor import Executor
from .passes import remove_dead, share_equal
from .program import Instruction, Program, Ref, refs_in, replace_refs
from .row_calls import use_row_calls, write_row_in_place


class Steps(NamedTuple):
    """The programs of an iteration.

    Attributes:
      owned: the numbers of the parts of the state that `forward` overwrites.
      forward: from the inputs of the body to its outputs, and then to what `backward` needs.
      backward: from the inputs of the body, what `forward` kept, and the cotangents of its
        trainable outputs, to gradients.
    """

    forward: Executor
    backward: Executor
    owned: list[int]


def split_steps(
    body: Program, product: Program, needed: Sequence[bool], states: int
) -> Steps | None:
    """Splits a body's vector-Jacobian product; None if that is impossible.

    Args:
      body: the program of the body.
      product: that of its product, whose inputs are those of the body, and cotangents.
      needed: which of the outputs of `product` are needed.
      states: the number of parts of the state, which are the first inputs of the body.
    """
    count = len(body.inputs)
    product = copy_of(product)
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
    # What the product reads is kept, and so not overwritten.
    owned = [k for k, n in enumerate(product.inputs[:count]) if n not in used]
    forward, owned = with_row_calls(forward, owned, states)
    use_row_calls(product)
    return Steps(Executor(forward), Executor(product), owned)


def with_row_calls(program: Program, free: list[int], states: int) -> tuple[Program, list[int]]:
    """The program of an iteration with calls for rows, and the parts of the state it overwrites.

    `free` are the inputs that it may overwrite.
    """
    inputs = {program.inputs[k]: k for k in free if k < states and _is_separate(program, k, states)}
    use_row_calls(program, inputs)
    owned = [
        inputs[i.args[0].number] for i in program.instructions if i.function is write_row_in_place
    ]
    return program, owned


def _is_separate(program: Program, position: int, states: int) -> bool:
    """Whether no other part of the state gets the memory of this one, nor this one another's."""
    owner = program.families()
    inputs = set(program.inputs)
    roots = [None if n is None else owner.get(n, n) for n in program.outputs]
    own = roots[position]
    if own in inputs and own != program.inputs[position]:
        return False
    others = [root for k, root in enumerate(roots) if k != position]
    return own not in others and program.inputs[position] not in others


def copied(state: list[Any], owned: list[int]) -> list[Any]:
    """The initial state with copies of the parts that are overwritten."""
    return [x.clone() if k in owned else x for k, x in enumerate(state)]


def _extended(
    body: Program, product: Program, ahead: list[Instruction], kept: list[int]
) -> Program:
    """The body with further instructions, from its product, whose results `kept` are outputs."""
    program = copy_of(body)
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


def copy_of(program: Program) -> Program:
    """A copy, which passes may change."""
    copy = Program()
    copy.called_eagerly = program.called_eagerly
    copy.inputs, copy.reads = list(program.inputs), list(program.reads)
    copy.constants, copy.layouts = dict(program.constants), dict(program.layouts)
    copy.outputs = list(program.outputs)
    copy.output_specs = list(program.output_specs)
    copy.node_inputs, copy.replaced = program.node_inputs, program.replaced
    copy.instructions = [
        Instruction(i.function, i.args, i.kwargs, list(i.results), i.single, i.node, i.effect)
        for i in program.instructions
    ]
    return copy


# -- pairs of calls in a program ----------------------------------------------------------------


def pair_loops(program: Program) -> None:
    """Makes a loop keep what its gradient needs, where a program calls both."""
    used = {n for n in program.outputs if n is not None}
    for i in program.instructions:
        used.update(i.reads)
    loops: dict[int, Instruction] = {}
    for i in program.instructions:
        if not isinstance(i.function, Call):
            continue
        function: Any = i.function.function
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
