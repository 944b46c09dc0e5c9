"""Passes over a program. None of them changes a bit of a result."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch

from .program import Instruction, Program, Ref, replace_refs

_aten = torch.ops.aten
_ALIASES = frozenset((_aten.detach.default, _aten.lift_fresh.default, _aten.alias.default))
_MAX_FOLDED_ELEMENTS = 65536
_MAX_COMPARED_ELEMENTS = 256
_MIN_SLICES = 4
# Operators whose results depend on the sizes of their arguments alone, and the value of all
# elements; None for their second argument.
_FILLS = {_aten.ones_like.default: 1, _aten.zeros_like.default: 0, _aten.full_like.default: None}


# Operators that make a constant of a number, their last argument; gradients fill with zeros.
_NUMBERS = frozenset((_aten.mul.Scalar, _aten.scalar_tensor.default))
# Operators that read only the sizes of all operands but the first.
_READ_FIRST = frozenset((_aten.avg_pool2d_backward.default, _aten.avg_pool3d_backward.default))


def optimize(program: Program) -> None:
    """Applies all passes."""
    copy_changed_constants(program)
    remove_aliases(program)
    remove_dead(program)
    fold_constants(program)
    share_constants(program)
    remove_multiplications_by_one(program)
    use_products(program)
    share_equal(program)
    take_slices_at_once(program)
    remove_dead(program)


def depends_on_more(program: Program, values: Iterable[int], results: Iterable[int]) -> bool:
    """Whether results depend on more than certain inputs, as tapes see it: by numbers with a
    gradient, which constants are, too. The program has not been optimized."""
    others = {*program.inputs, *(n for _, n in program.reads), *program.constants} - {*values}
    reached = {n for n in others if _has_gradient(program, n)}
    for instruction in program.instructions:
        reads = instruction.reads
        if instruction.function in _READ_FIRST:
            reads = reads[:1]
        is_number = instruction.function in _NUMBERS and instruction.args[-1] != 0
        if is_number or not reached.isdisjoint(reads):
            touched = (*instruction.results, *instruction.mutates)
            reached.update(n for n in touched if n is not None and _has_gradient(program, n))
    return not reached.isdisjoint(results)


def _has_gradient(program: Program, number: int) -> bool:
    dtype = program.layouts[number].dtype
    return dtype.is_floating_point or dtype.is_complex


def _mutated_families(program: Program) -> tuple[dict[int, int], set[int]]:
    """The owner of each value's memory, and the owners whose memory some instruction changes."""
    owner = program.families()
    mutated = {owner.get(n, n) for i in program.instructions for n in i.mutates}
    return owner, mutated


def copy_changed_constants(program: Program) -> None:
    """Makes a copy of each constant that is changed in place, such as by a second assignment."""
    owner, mutated = _mutated_families(program)
    copies = []
    for number in [n for n in program.constants if owner.get(n, n) in mutated]:
        kept = max(program.layouts) + 1
        program.layouts[kept] = program.layouts[number]
        program.constants[kept] = program.constants.pop(number)
        copies.append(Instruction(_aten.clone.default, (Ref(kept),), {}, [number], True))
    program.instructions[:0] = copies


def remove_aliases(program: Program) -> None:
    """Uses a value itself in place of its aliases."""
    replaced: dict[int, int] = {}

    def current(number: int) -> int:
        return replaced.get(number, number)

    kept = []
    for instruction in program.instructions:
        instruction.args = replace_refs(instruction.args, lambda n: Ref(current(n)))
        instruction.kwargs = replace_refs(instruction.kwargs, lambda n: Ref(current(n)))
        instruction.mutates = [current(n) for n in instruction.mutates]
        if instruction.function in _ALIASES and instruction.results[0] is not None:
            source = instruction.args[0]
            if type(source) is Ref:
                replaced[instruction.results[0]] = source.number
                continue
        kept.append(instruction)
    program.instructions = kept
    program.replaced.update(replaced)
    program.outputs = [None if n is None else current(n) for n in program.outputs]


def remove_dead(program: Program) -> None:
    """Removes instructions without an effect whose results nothing needs."""
    owner, _ = _mutated_families(program)
    needed = {owner.get(n, n) for n in program.outputs if n is not None}
    kept = []
    for instruction in reversed(program.instructions):
        produced = [
            owner.get(n, n) for n in (*instruction.results, *instruction.mutates) if (n is not None)
        ]
        if (
            instruction.effect
            or any(n in needed for n in produced)
            or getattr(instruction.function, "checks_sizes", False)
        ):
            kept.append(instruction)
            needed.update(owner.get(n, n) for n in instruction.reads)
    program.instructions = kept[::-1]
    used = {n for i in program.instructions for n in i.reads}
    used.update(n for n in program.outputs if n is not None)
    program.constants = {n: value for n, value in program.constants.items() if n in used}
    program.reads = [(handle, n) for handle, n in program.reads if n in used]


def _fill(program: Program, instruction: Instruction) -> torch.Tensor | None:
    """The result of an instruction that reads only the sizes of its arguments, or None."""
    function, number = instruction.function, instruction.results[:1]
    if function not in _FILLS or number[0] is None:
        return None
    layout = program.layouts[number[0]]
    if layout.bytes > _MAX_FOLDED_ELEMENTS:
        return None
    value = _FILLS[function]
    if value is None:
        value = instruction.args[1]
        if isinstance(value, Ref):
            return None
    size, stride = layout.shape, layout.stride
    result = torch.empty_strided(size, stride, dtype=layout.dtype, device=layout.device)
    return result.fill_(value)


def fold_constants(program: Program) -> None:
    """Runs instructions that depend on constants alone once, now."""
    owner, mutated = _mutated_families(program)
    kept = []
    constants = program.constants
    for instruction in program.instructions:
        fixed = (
            not instruction.effect
            and not instruction.mutates
            and isinstance(instruction.function, torch._ops.OpOverload)
            and all(n is None or owner.get(n, n) not in mutated for n in instruction.results)
        )
        if fixed:
            filled = _fill(program, instruction)
            if filled is not None:
                constants[instruction.results[0]] = filled  # type: ignore[index]
                continue
        if fixed and all(n in constants for n in instruction.reads):
            args = replace_refs(instruction.args, constants.__getitem__)
            kwargs = replace_refs(instruction.kwargs, constants.__getitem__)
            with torch.no_grad():
                result = instruction.function(*args, **kwargs)
            values = [result] if instruction.single else list(result)
            # A gradient that is not needed is None.
            if all(x is None or x.numel() <= _MAX_FOLDED_ELEMENTS for x in values):
                for number, value in zip(instruction.results, values, strict=True):
                    if number is not None:
                        constants[number] = value
                continue
        kept.append(instruction)
    program.instructions = kept


def share_constants(program: Program) -> None:
    """Keeps one of several equal constants."""
    owner, mutated = _mutated_families(program)
    constants = program.constants
    known: dict[Any, int] = {}
    replaced: dict[int, int] = {}
    for number, value in constants.items():
        if value.numel() <= _MAX_COMPARED_ELEMENTS and owner.get(number, number) not in mutated:
            bits = value.contiguous().view(-1).cpu()
            key = (program.layouts[number], str(bits.numpy().tobytes() if _plain(bits) else number))
            replaced[number] = known.setdefault(key, number)
    _replace(program, replaced)


def _plain(value: torch.Tensor) -> bool:
    """Whether NumPy has the dtype of a tensor, so that its bytes can be compared."""
    return value.dtype not in (torch.bfloat16,) and not value.is_conj() and not value.is_neg()


def remove_multiplications_by_one(program: Program) -> None:
    """Uses the other factor itself in place of a product with ones."""
    owner, mutated = _mutated_families(program)
    ones = {
        number
        for number, value in program.constants.items()
        if value.numel() <= _MAX_COMPARED_ELEMENTS and bool((value == 1).all())
    }
    replaced: dict[int, int] = {}
    for instruction in program.instructions:
        if instruction.function is not _aten.mul.Tensor:
            continue
        for factor, other in (instruction.args, instruction.args[::-1]):
            number = instruction.results[0]
            if (
                type(factor) is Ref
                and type(other) is Ref
                and factor.number in ones
                and number is not None
                and program.layouts[number] == program.layouts[other.number]
                and owner.get(other.number, other.number) not in mutated
                and owner.get(number, number) not in mutated
            ):
                replaced[number] = replaced.get(other.number, other.number)
                break
    _replace(program, replaced)


def _replace(program: Program, replaced: dict[int, int]) -> None:
    """Uses other values in the place of some."""
    program.replaced.update({n: other for n, other in replaced.items() if n != other})
    for instruction in program.instructions:
        instruction.args = replace_refs(instruction.args, lambda n: Ref(replaced.get(n, n)))
        instruction.kwargs = replace_refs(instruction.kwargs, lambda n: Ref(replaced.get(n, n)))
    program.outputs = [None if n is None else replaced.get(n, n) for n in program.outputs]


def use_products(program: Program) -> None:
    """Multiplies for squares, as torch's kernel of powers does: it is called more quickly."""
    for instruction in program.instructions:
        if instruction.function is _aten.pow.Tensor_Scalar and instruction.args[1] == 2:
            base, number = instruction.args[0], instruction.results[0]
            layout = program.layouts.get(base.number)
            if layout is not None and not layout.dtype.is_complex and number is not None:
                instruction.function, instruction.args = _aten.mul.Tensor, (base, base)


def share_equal(program: Program) -> None:
    """Computes equal calls once."""
    owner, mutated = _mutated_families(program)
    replaced: dict[int, int] = {}
    known: dict[Any, list[int | None]] = {}
    kept = []
    for instruction in program.instructions:
        instruction.args = replace_refs(instruction.args, lambda n: Ref(replaced.get(n, n)))
        instruction.kwargs = replace_refs(instruction.kwargs, lambda n: Ref(replaced.get(n, n)))
        touched = [*instruction.results, *instruction.reads]
        if instruction.effect or any(n is not None and owner.get(n, n) in mutated for n in touched):
            kept.append(instruction)
            continue
        key = _key((instruction.function, instruction.args, instruction.kwargs))
        earlier = known.get(key)
        if earlier is None:
            known[key] = instruction.results
            kept.append(instruction)
            continue
        pairs = zip(instruction.results, earlier, strict=True)
        replaced.update({n: same for n, same in pairs if n is not None and same is not None})
    program.instructions = kept
    program.replaced.update(replaced)
    program.outputs = [None if n is None else replaced.get(n, n) for n in program.outputs]


def take_slices_at_once(program: Program) -> None:
    """Takes the slices of a value along a dimension by one call, as of a sequence by its steps."""
    selects: dict[tuple[int, int], dict[int, Instruction]] = {}
    for instruction in program.instructions:
        if instruction.function is _aten.select.int and len(instruction.args) == 3:
            source, dimension, index = instruction.args
            shape = program.layouts[source.number].shape
            dimension %= len(shape)
            group = selects.setdefault((source.number, dimension), {})
            group.setdefault(index % shape[dimension], instruction)
    replaced: set[int] = set()
    for (source, dimension), group in selects.items():
        size = program.layouts[source].shape[dimension]
        if len(group) < _MIN_SLICES or 2 * len(group) < size:
            continue
        results = [group[k].results[0] if k in group else None for k in range(size)]
        first, *others = group.values()
        first.function, first.args, first.results = (
            _aten.unbind.int,
            (Ref(source), dimension),
            results,
        )
        first.single = False
        replaced.update(map(id, others))
    program.instructions = [i for i in program.instructions if id(i) not in replaced]


def _key(value: Any) -> Any:
    """A hashable key of arguments; numbers of different types, and zeros of two signs, differ."""
    if isinstance(value, (list, tuple)):
        return (type(value), *map(_key, value))
    if isinstance(value, dict):
        return tuple((key, _key(item)) for key, item in value.items())
    if isinstance(value, (int, float, complex)):
        return type(value), repr(value)
    return value
