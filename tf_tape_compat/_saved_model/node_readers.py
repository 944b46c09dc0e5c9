"""Operations of a SavedModel that are not functions of `tf.raw_ops`.

They call functions, or work on variables, tables and lists of tensors: in place of a handle, there
is the object itself here. A reader gets the library, the inputs and the attributes, and returns the
results.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._core.variables.variable import Variable
from .._ops.array import gathering
from .._ops.array.shaping import shape
from .._ops.control.cond import cond, switch_case
from .._ops.control.while_loop import while_loop

Reader = Callable[[Any, list[Any], dict[str, Any]], list[Any]]
READERS: dict[str, Reader] = {}


def _reader(*operations: str) -> Callable[[Reader], Reader]:
    def register(function: Reader) -> Reader:
        for operation in operations:
            READERS[operation] = function
        return function

    return register


# -- functions and control flow --------------------------------------------------------------------


@_reader("NoOp")
def _nothing(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    return []


@_reader("PartitionedCall", "StatefulPartitionedCall")
def _call(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    return library.run(attributes["f"], inputs)


@_reader("Identity", "IdentityN")
def _identity(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    return inputs


@_reader("If", "StatelessIf")
def _if(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    predicate, *operands = inputs
    return _as_list(
        cond(
            predicate,
            lambda: library.run(attributes["then_branch"], operands),
            lambda: library.run(attributes["else_branch"], operands),
        )
    )


@_reader("Case", "StatelessCase")
def _case(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    index, *operands = inputs
    branches = [lambda name=name: library.run(name, operands) for name in attributes["branches"]]
    return _as_list(switch_case(index, branches))


@_reader("While", "StatelessWhile")
def _while(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    """A loop. Objects among its inputs stay the same, so they are no loop variables."""
    state = [x for x in inputs if not _is_object(x)]
    shapes = attributes.get("output_shapes") or [None] * len(inputs)
    invariants = [given for given, x in zip(shapes, inputs, strict=True) if not _is_object(x)]

    def merged(values: tuple[Any, ...]) -> list[Any]:
        remaining = iter(values)
        return [x if _is_object(x) else next(remaining) for x in inputs]

    def condition(*values: Any) -> Any:
        return library.run(attributes["cond"], merged(values))[0]

    def body(*values: Any) -> list[Any]:
        results = library.run(attributes["body"], merged(values))
        return [result for result, x in zip(results, inputs, strict=True) if not _is_object(x)]

    results = while_loop(condition, body, state, shape_invariants=invariants)
    return merged(tuple(_as_list(results)))


def _is_object(value: Any) -> bool:
    """Whether a value is a variable or table."""
    return isinstance(value, Variable) or hasattr(value, "lookup")


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


# -- variables -------------------------------------------------------------------------------------


@_reader("ReadVariableOp")
def _read(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    return [inputs[0].read_value()]


@_reader("VariableShape")
def _shape(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    return [shape(inputs[0], out_type=attributes["out_type"])]


@_reader("AssignVariableOp")
def _assign(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    inputs[0].assign(inputs[1])
    return []


@_reader("AssignAddVariableOp")
def _assign_add(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    inputs[0].assign_add(inputs[1])
    return []


@_reader("AssignSubVariableOp")
def _assign_sub(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    inputs[0].assign_sub(inputs[1])
    return []


@_reader("ResourceGather")
def _gather(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    variable, indices = inputs
    return [gathering.gather(variable, indices, batch_dims=attributes.get("batch_dims") or 0)]
