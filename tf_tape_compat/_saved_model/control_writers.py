"""Conditionals and loops of a SavedModel's functions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .._core.tensor.convert import to_tensor
from .._core.types.dtype import as_dtype
from .._core.types.shape import TensorShape
from .._graph.cond import CondNode
from .._graph.graph import FuncGraph
from .._graph.nodes import Node
from .._graph.while_loop import WhileNode
from .function_arguments import RESOURCE, Argument, handle, key_of, placeholder_argument, resources
from .node_writers import Name, attribute

if TYPE_CHECKING:
    from .function_writer import FunctionWriter

_INT32 = as_dtype("int32")


def write_conditional(writer: FunctionWriter, node: CondNode) -> None:
    """Writes a conditional, with its branches as functions."""
    predicate, *captured = node.inputs
    variables = _variables(node.branches)
    # TensorFlow's gradient needs each operand once, also if both branches capture it.
    operands = list({id(x): x for x in captured}.values())
    names = []
    for branch in node.branches:
        count = len(branch.captures)
        own, captured = captured[:count], captured[count:]
        inside = [placeholder for _, placeholder in branch.captures.values()]
        used = {id(x): place for x, place in zip(own, inside, strict=True)}
        arguments = [
            placeholder_argument(used[id(x)])
            if id(x) in used
            else Argument(f"unused_{number}", None, x.dtype, x.shape)
            for number, x in enumerate(operands)
        ]
        arguments += map(handle, variables)
        names.append(writer.library.add(branch, None, arguments))
    is_stateful = node.has_effect or bool(variables)
    writer.add(
        "If" if is_stateful else "StatelessIf",
        [
            *(writer.reference(x) for x in (predicate, *operands)),
            *(writer.handle(v) for v in variables),
        ],
        {
            "Tcond": predicate.dtype,
            "Tin": [x.dtype for x in operands] + [RESOURCE] * len(variables),
            "Tout": [x.dtype for x in node.outputs],
            "then_branch": Name(names[0]),
            "else_branch": Name(names[1]),
            "output_shapes": [x.shape for x in node.outputs],
        },
        node.outputs,
        name_of(node),
    )


def write_loop(writer: FunctionWriter, node: WhileNode) -> None:
    """Writes a loop, with its condition and body as functions."""
    variables = _variables(node.graphs)
    state = len(node.shapes)
    placeholders: dict[FuncGraph, list[Any]] = {
        node.condition: [
            *node.condition.inputs,
            *(x for _, x in node.condition.captures.values()),
        ],
        node.body: [
            *node.body.inputs,
            *[None] * len(node.condition.captures),
            *(x for _, x in node.body.captures.values()),
        ],
    }
    shapes = [*node.shapes, *(x.shape for x in node.inputs[state:])]
    names = []
    for graph in (node.condition, node.body):
        used = placeholders[graph]
        used += [None] * (len(node.inputs) - len(used))
        arguments = [
            Argument("loop_counter", None, _INT32, TensorShape([])),
            Argument("maximum_iterations", None, _INT32, TensorShape([])),
        ]
        arguments += [
            Argument(f"argument_{number}" if place is None else place.op.name, place, *spec)
            for number, (place, spec) in enumerate(
                zip(used, zip((x.dtype for x in node.inputs), shapes, strict=True), strict=True)
            )
        ]
        arguments += map(handle, variables)
        names.append(writer.library.add(graph, None, arguments))
    _complete_body(writer.library.functions[names[1]], state)
    types = [_INT32, _INT32, *(x.dtype for x in node.inputs)]
    types += [RESOURCE] * len(variables)
    scalar = TensorShape([])
    shapes = [scalar, scalar, *shapes, *[scalar] * len(variables)]
    counters = [writer.constant(value, _INT32) for value in (0, -1)]
    writer.add(
        "While" if node.has_effect or variables else "StatelessWhile",
        [
            *counters,
            *(writer.reference(x) for x in node.inputs),
            *(writer.handle(v) for v in variables),
        ],
        {
            "T": types,
            "cond": Name(names[0]),
            "body": Name(names[1]),
            "output_shapes": shapes,
            "parallel_iterations": 10,
            "_num_original_outputs": len(types),
        },
        [None, None, *node.outputs],
        name_of(node),
    )


def _complete_body(message: Any, state: int) -> None:
    """Adds the results of a loop's body that are no state.

    TensorFlow's gradient of a loop needs a counter and the most iterations first; what the body
    captures is passed on.
    """
    signature = message.signature
    counter, most, *others = signature.input_arg
    message.node_def.add(name="one/loop", op="Const").attr["dtype"].type = counter.type
    one = attribute(to_tensor(1, _INT32))
    message.node_def[-1].attr["value"].CopyFrom(one)
    following = message.node_def.add(name="counter/loop", op="AddV2")
    following.input.extend([counter.name, "one/loop:output:0"])
    following.attr["T"].type = counter.type
    results = [("counter_out", counter.type, "counter/loop:z:0")]
    passed = [most, *others[state:]]
    for number, argument in enumerate(passed):
        node = message.node_def.add(name=f"passed_{number}/loop", op="Identity")
        node.input.append(argument.name)
        node.attr["T"].type = argument.type
        results.append((f"passed_{number}", argument.type, f"{node.name}:output:0"))
    own = list(signature.output_arg)
    listed = [(output.name, output.type, message.ret[output.name]) for output in own]
    del signature.output_arg[:]
    message.ret.clear()
    for number, (_, kind, reference) in enumerate([*results[:2], *listed, *results[2:]]):
        signature.output_arg.add(name=f"result_{number}", type=kind)
        message.ret[f"result_{number}"] = reference


def _variables(graphs: Iterable[FuncGraph]) -> list[Any]:
    used = {key_of(v): v for graph in graphs for v in resources(graph)}
    return list(used.values())


def name_of(node: Node) -> str | None:
    """The name of a node's operation, if users see one."""
    return None if node.operation is None else node.operation.name
