"""The graphs of functions as messages of type FunctionDef, which TensorFlow can run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from .. import _messages
from .._core.op.op_defs import OpSignature, op_signature
from .._core.op.op_texts import op_text
from .._core.tensor.convert import to_tensor
from .._core.types.dtype import DType, as_dtype
from .._core.types.shape import TensorShape
from .._core.variables.variable import Variable
from .._graph.cond import CondNode
from .._graph.graph import FuncGraph
from .._graph.node_defs import attributes, shape_message
from .._graph.nodes import (
    AssignNode,
    CallNode,
    GradientNode,
    Node,
    NoOpNode,
    ReadNode,
    WatchNode,
)
from .._graph.shown_inputs import shown
from .._graph.structure import fill, tensors_of
from .._graph.symbolic_tensor import SymbolicTensor
from .._graph.tensor_arrays import ArrayNode
from .._graph.while_loop import WhileNode
from .._lookup.entries import Entries
from .._lookup.table_nodes import TableNode
from . import (  # noqa: F401 -- some of them register writers
    array_writers,
    math_writers,
    node_writers,
    state_writers,
)
from .decompositions import DECOMPOSITIONS
from .node_writers import not_available

_RESOURCE = as_dtype("resource")
_INT32 = as_dtype("int32")
_CONFIG = (
    b"\n\x07\n\x03CPU\x10\x01\n\x07\n\x03GPU\x10\x002\x02J\x008\x01\x82\x01\x00\x92\x01\x02J\x00"
)


# The tensors of a graph that are the results of an operation; None for other results.
Outputs = Sequence["SymbolicTensor | None"]


class Argument(NamedTuple):
    """An argument of a function.

    Attributes:
      name: its name before it is made unique.
      value: the placeholder, or the variable whose handle it is; None if the graph does not use it.
      dtype, shape: the type of the value.
    """

    name: str
    value: Any
    dtype: DType
    shape: TensorShape

    @property
    def is_handle(self) -> bool:
        """Whether it is the handle of a variable or table."""
        return isinstance(self.value, (Variable, Entries))


def arguments_of(graph: FuncGraph) -> list[Argument]:
    """The arguments of a graph: those of the function, what it captures, and its variables."""
    return [*map(placeholder_argument, graph.placeholders), *map(handle, resources(graph))]


def resources(graph: FuncGraph, stand_ins: Iterable[Variable] = ()) -> list[Any]:
    """The variables and tables that a graph uses; without variables that stand for arguments."""
    tables = {id(n.entries): n.entries for n in graph.all_nodes() if isinstance(n, TableNode)}
    return [*graph.variables_used(stand_ins), *tables.values()]


def key_of(resource: Any) -> int:
    """What tells a variable or table from others."""
    return id(resource._handle) if isinstance(resource, Variable) else id(resource)


def placeholder_argument(tensor: SymbolicTensor) -> Argument:
    """The argument for a placeholder."""
    return Argument(tensor.op.name, tensor, tensor.dtype, tensor.shape)


def handle(variable: Any) -> Argument:
    """The argument for the handle of a variable or table."""
    if isinstance(variable, Entries):
        return Argument("table_handle", variable, _RESOURCE, TensorShape([]))
    return Argument(f"{variable._handle.name}_resource", variable, variable.dtype, variable.shape)


class LibraryWriter:
    """The functions of a SavedModel's graph.

    Attributes:
      functions: the messages, by name.
      open: the nodes that are taken apart at the moment.
    """

    def __init__(self) -> None:
        self.functions: dict[str, Any] = {}
        self.open: list[str] = []
        self._names: dict[int, str] = {}
        self._kept: list[FuncGraph] = []  # so that ids stay theirs

    def add(
        self, graph: FuncGraph, name: str | None = None, arguments: list[Argument] | None = None
    ) -> str:
        """Writes a graph, and those that it calls, unless it is written already.

        Args:
          graph: the graph.
          name: the name of the function.
          arguments: its arguments, if they are others than `arguments_of(graph)`.

        Returns:
          The name of the function.

        Raises:
          NotImplementedError: if an operation has no counterpart in TensorFlow.
        """
        if arguments is None:
            name = self._names.get(id(graph), name)
            if name is not None and self.functions.get(name) is not None:
                return name
        if name is None or name in self.functions and arguments is not None:
            name = self._unique(name or f"__inference_{graph.function_name}")
        if arguments is None:
            self.reserve(graph, name)
        self._kept.append(graph)
        writer = FunctionWriter(self, graph, name, arguments or arguments_of(graph))
        self.functions[name] = writer.write()
        return name

    def reserve(self, graph: FuncGraph, name: str) -> None:
        """Gives a graph a name, under which it is written when it is first called, or added."""
        self._names[id(graph)] = name
        self.functions.setdefault(name, None)

    def _unique(self, name: str) -> str:
        unique, number = name, 0
        while unique in self.functions:
            number += 1
            unique = f"{name}_{number}"
        return unique


class FunctionWriter:
    """Writes one graph.

    Attributes:
      graph: the graph.
      library: the functions that it may call.
    """

    def __init__(
        self, library: LibraryWriter, graph: FuncGraph, name: str, arguments: list[Argument]
    ) -> None:
        self.library = library
        self.graph = graph
        self._message = _messages.FunctionDef()
        self._message.signature.name = name
        self._message.attr["_construction_context"].s = b"kEagerRuntime"
        self._names: set[str] = set()
        self._references: dict[int, str] = {}
        self._kept: list[Any] = []
        self._handles: dict[int, str] = {}
        self._types: dict[str, int] = {}  # of what inputs may name
        self._order = _Order()
        for number, argument in enumerate(arguments):
            self._add_argument(number, argument)

    @property
    def function(self) -> str:
        """The name of the Python function, for errors."""
        return self.graph.name

    def write(self) -> Any:
        """The message."""
        for node in self.graph.live_nodes():
            self._write_node(node)
        taken = {argument.name for argument in self._message.signature.input_arg}
        for output in self.graph.outputs:
            reference = self.reference(output)
            if self.graph.is_part or ":" not in reference:
                reference = self.add("Identity", [reference], {"T": output.dtype})
            name = _argument_name(reference.partition(":")[0], taken)
            self._message.signature.output_arg.add(name=name, type=output.dtype.as_datatype_enum)
            self._message.ret[name] = reference
        return self._finished()

    def effect(self, reference: str) -> None:
        """Notes that an operation changes something."""
        self._order.effects.append(reference.partition(":")[0])

    def write_result(self, reference: str, dtype: DType) -> Any:
        """The message, if it is a function of a single result without a graph."""
        self._message.signature.output_arg.add(name="result", type=dtype.as_datatype_enum)
        self._message.ret["result"] = reference
        return self._finished()

    def _finished(self) -> Any:
        signature = self._message.signature
        for name in self._order.effects:
            self._message.control_ret[name] = name
            signature.control_output.append(name)
        signature.is_stateful = bool(self._order.effects) or bool(self._handles)
        return self._message

    def _add_argument(self, number: int, argument: Argument) -> None:
        signature = self._message.signature
        name = _argument_name(argument.name, self._names)
        dtype = _RESOURCE if argument.is_handle else argument.dtype
        added = signature.input_arg.add(name=name, type=dtype.as_datatype_enum)
        self._types[name] = dtype.as_datatype_enum
        values = self._message.arg_attr.add(key=number).value
        if argument.is_handle:
            self._handles[key_of(argument.value)] = name
            if isinstance(argument.value, Variable):
                added.handle_data.add(
                    dtype=argument.dtype.as_datatype_enum, shape=shape_message(argument.shape)
                )
        else:
            shapes = values.attr["_output_shapes"].list.shape
            shapes.append(shape_message(argument.shape))
        values.attr["_user_specified_name"].s = argument.name.encode()
        if isinstance(argument.value, SymbolicTensor):
            self._references[id(argument.value)] = name

    # -- what operations read ---------------------------------------------------------------------

    def reference(self, tensor: SymbolicTensor) -> str:
        """How inputs of operations name a tensor. Constants are written when first read."""
        if id(tensor) not in self._references:
            operation = tensor.op
            if operation.type != "Const":
                raise not_available(f"a tensor of the operation {operation.type}", self.function)
            self._write_node(operation.node)
        return self._references[id(tensor)]

    def handle(self, resource: Any) -> str:
        """How inputs of operations name the handle of a variable or table."""
        return self._handles[key_of(resource)]

    def constant(self, value: Any, dtype: Any = None, name: str = "Const") -> str:
        """Adds a constant; how inputs name it."""
        tensor = to_tensor(value, None if dtype is None else as_dtype(dtype))
        return self.add("Const", [], {"dtype": tensor.dtype, "value": tensor}, name=name)

    def operand(self, value: Any, dtype: Any = None) -> str:
        """How inputs name a tensor of the graph, or a constant of Python's values.

        A list with tensors in it is packed.
        """
        if isinstance(value, SymbolicTensor):
            return self.reference(value)
        if isinstance(value, (list, tuple)) and any(map(_holds_symbol, value)):
            items = [self.operand(item, dtype) for item in value]
            found = dtype or next(x.dtype for x in value if isinstance(x, SymbolicTensor))
            return self.add("Pack", items, {"T": as_dtype(found), "N": len(items), "axis": 0})
        return self.constant(value, dtype)

    def add(
        self,
        operation: str,
        inputs: Sequence[str],
        attributes: dict[str, Any],
        outputs: Outputs = (),
        name: str | None = None,
    ) -> str:
        """Adds an operation; how inputs name its first result.

        Args:
          operation: its type.
          inputs: how its inputs are named.
          attributes: its attributes; Python values, or messages.
          outputs: the tensors of the graph that are its results, in order; None for others.
          name: its name, before it is made unique.

        Raises:
          NotImplementedError: if an attribute or input is missing.
        """
        node = _messages.NodeDef(name=self._unique(name or operation), op=operation)
        node.input.extend(inputs)
        for key, value in attributes.items():
            node.attr[key].CopyFrom(node_writers.attribute(value))
        labels = self._labels(node, outputs)
        self._message.node_def.append(node)
        for tensor, label in zip(outputs, labels, strict=False):
            if tensor is None:
                continue
            self._references[id(tensor)] = f"{node.name}:{label}"
            self._kept.append(tensor)
        return f"{node.name}:{labels[0]}" if labels else node.name

    def _labels(self, node: Any, outputs: Outputs) -> list[str]:
        """What stands after the name of an operation for each of its results."""
        signature = op_signature(node.op)
        if signature is None:
            raise not_available(f"the operation {node.op}", self.function)
        self._infer_types(node, signature, outputs)
        self._check(node, signature, outputs)
        labels = []
        for name, kind in signature.outputs.items():
            count = _count(kind, signature, node)
            for number in range(1 if count is None else count):
                labels.append(f"{name}:{number}")
                found = _type_of(kind, signature, node, number)
                self._types[f"{node.name}:{labels[-1]}"] = found
        return labels

    def _infer_types(self, node: Any, signature: OpSignature, outputs: Outputs) -> None:
        """Adds the attributes that are the types of the inputs and outputs."""
        given = [self._types.get(name) for name in node.input if not name.startswith("^")]
        results: list[int | None] = [
            None if x is None else x.dtype.as_datatype_enum for x in outputs
        ]
        for kinds, types in ((signature.inputs, given), (signature.outputs, results)):
            position = 0
            for kind in kinds.values():
                number, star, name = kind.rpartition("*")
                if star and number not in node.attr and sum("*" in x for x in kinds.values()) == 1:
                    node.attr[number].i = len(types) - (len(kinds) - 1)
                count = _count(kind, signature, node)
                if count is None and signature.attributes.get(name) == "list(type)":
                    count = len(types) - position  # it is the last, and its length is not known
                own = types[position : position + (1 if count is None else count)]
                position += len(own)
                if name in node.attr or not own or None in own:
                    continue
                if signature.attributes.get(name) == "type":
                    node.attr[name].type = own[0]
                elif signature.attributes.get(name) == "list(type)":
                    node.attr[name].list.type.extend(own)

    def _check(self, node: Any, signature: OpSignature, outputs: Outputs) -> None:
        """Raises NotImplementedError if TensorFlow could not read an operation."""
        for name in signature.attributes:
            if name not in node.attr and name not in signature.defaults:
                raise not_available(
                    f"the operation {node.op} (without a known {name!r})", self.function
                )
        counts = [_count(kind, signature, node) for kind in signature.inputs.values()]
        expected = sum(1 if count is None else count for count in counts)
        given = [name for name in node.input if not name.startswith("^")]
        if expected != len(given):
            raise not_available(
                f"the operation {node.op} (with {len(given)} inputs instead of {expected})",
                self.function,
            )
        text = op_text(node.op)
        for name, allowed in ({} if text is None else text.allowed).items():
            kind = node.attr[name].type if name in node.attr else 0
            if signature.attributes.get(name) == "type" and kind and not _allows(allowed, kind):
                raise not_available(f"the operation {node.op} (of these types)", self.function)
        types = [self._types.get(name) for name in given]
        results: list[int | None] = [
            None if x is None else x.dtype.as_datatype_enum for x in outputs
        ]
        for kinds, own in ((signature.inputs, types), (signature.outputs, results)):
            expected_types = []
            for kind in kinds.values():
                count = _count(kind, signature, node)
                numbers = range(1 if count is None else count)
                expected_types += [_type_of(kind, signature, node, number) for number in numbers]
            if any(x not in (None, y) for x, y in zip(own, expected_types, strict=False)):
                raise not_available(f"the operation {node.op} (of these types)", self.function)

    def _unique(self, name: str) -> str:
        name = re.sub(r"[^A-Za-z0-9_.\\/>-]", "_", name)
        if not re.match(r"[A-Za-z0-9.]", name):
            name = f"_{name}".lstrip("_") or "node"
        unique, number = name, 0
        while unique.lower() in self._names:
            number += 1
            unique = f"{name}_{number}"
        self._names.add(unique.lower())
        return unique

    # -- nodes ------------------------------------------------------------------------------------

    def _write_node(self, node: Node) -> None:
        if isinstance(node, (WatchNode, NoOpNode)):
            return
        if isinstance(node, GradientNode):
            raise not_available("GradientTape.gradient", self.function)
        first = len(self._message.node_def)
        if isinstance(node, ReadNode):
            self._write_read(node)
        elif isinstance(node, CallNode):
            self._write_call(node)
        elif isinstance(node, CondNode):
            self._write_conditional(node)
        elif isinstance(node, WhileNode):
            self._write_loop(node)
        elif isinstance(node, ArrayNode):
            array_writers.write(self, node)
        elif isinstance(node, TableNode):
            args, _ = node_writers.arguments(node)
            inputs = [self.handle(node.entries), *map(self.operand, args)]
            self.add(node.type, inputs, {}, node.outputs, _name_of(node))
        elif (write := node_writers.writer_of(node)) is not None:
            write(self, node)
        elif (function := node_writers.own(DECOMPOSITIONS, node)) is not None:
            self._write_decomposed(node, function)
        elif node.is_operation and node.operation is not None:
            self._write_operation(node)
        else:
            raise not_available(f"the operation {node.type}", self.function)
        self._order.add(node, self._message.node_def[first:])

    def _write_operation(self, node: Node) -> None:
        """An operation whose inputs and attributes are those that graphs show."""
        operation = node.operation
        assert operation is not None
        if node.type == "Identity" and node_writers.definition_name(node) in ("", "_copy"):
            inputs, messages = [self.reference(node.inputs[0])], {"T": node.inputs[0].dtype}
        else:
            unfaithful = node_writers.what_differs(node)
            if unfaithful is not None:
                raise not_available(f"the operation {node.type} ({unfaithful})", self.function)
            inputs = []
            for given in shown(operation).inputs:
                inputs += [
                    self.handle(node.variable)  # type: ignore[attr-defined]
                    if given.type == "resource"
                    else self.reference(tensor)
                    for tensor in given.tensors
                ]
            messages = attributes(operation)
        self.add(node.type, inputs, messages, node.outputs, operation.name)

    def _write_read(self, node: ReadNode) -> None:
        name = None if node.operation is None else node.operation.name
        read = {"dtype": node.variable.dtype}
        self.add("ReadVariableOp", [self.handle(node.variable)], read, node.outputs, name)

    # -- calls and control flow -----------------------------------------------------------------

    def _write_call(self, node: CallNode) -> None:
        called = self.library.add(node.graph)
        variables = resources(node.graph)
        inputs = [self.reference(x) for x in node.inputs]
        inputs += [self.handle(variable) for variable in variables]
        types = [x.dtype for x in node.inputs] + [_RESOURCE] * len(variables)
        is_stateful = self.library.functions[called].signature.is_stateful
        self.add(
            "StatefulPartitionedCall" if is_stateful else "PartitionedCall",
            inputs,
            call_attributes(called, types, node.outputs),
            node.outputs,
            _name_of(node),
        )

    def _write_conditional(self, node: CondNode) -> None:
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
            names.append(self.library.add(branch, None, arguments))
        is_stateful = node.has_effect or bool(variables)
        self.add(
            "If" if is_stateful else "StatelessIf",
            [
                *(self.reference(x) for x in (predicate, *operands)),
                *(self.handle(v) for v in variables),
            ],
            {
                "Tcond": predicate.dtype,
                "Tin": [x.dtype for x in operands] + [_RESOURCE] * len(variables),
                "Tout": [x.dtype for x in node.outputs],
                "then_branch": node_writers.Name(names[0]),
                "else_branch": node_writers.Name(names[1]),
                "output_shapes": [x.shape for x in node.outputs],
            },
            node.outputs,
            _name_of(node),
        )

    def _write_loop(self, node: WhileNode) -> None:
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
            names.append(self.library.add(graph, None, arguments))
        self._complete_body(self.library.functions[names[1]], state)
        types = [_INT32, _INT32, *(x.dtype for x in node.inputs)]
        types += [_RESOURCE] * len(variables)
        scalar = TensorShape([])
        shapes = [scalar, scalar, *shapes, *[scalar] * len(variables)]
        counters = [self.constant(value, _INT32) for value in (0, -1)]
        self.add(
            "While" if node.has_effect or variables else "StatelessWhile",
            [
                *counters,
                *(self.reference(x) for x in node.inputs),
                *(self.handle(v) for v in variables),
            ],
            {
                "T": types,
                "cond": node_writers.Name(names[0]),
                "body": node_writers.Name(names[1]),
                "output_shapes": shapes,
                "parallel_iterations": 10,
                "_num_original_outputs": len(types),
            },
            [None, None, *node.outputs],
            _name_of(node),
        )

    def _complete_body(self, message: Any, state: int) -> None:
        """Adds the results of a loop's body that are no state.

        TensorFlow's gradient of a loop needs a counter and the most iterations first; what the body
        captures is passed on.
        """
        signature = message.signature
        counter, most, *others = signature.input_arg
        message.node_def.add(name="one/loop", op="Const").attr["dtype"].type = counter.type
        one = node_writers.attribute(to_tensor(1, _INT32))
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

    def _write_decomposed(self, node: Any, function: Callable[..., Any]) -> None:
        """A function that is one node here, as a call of a function of several operations."""
        if node.type in self.library.open:
            raise not_available(f"the operation {node.type}", self.function)
        graph = FuncGraph(node.type, None)
        self.library.open.append(node.type)
        with graph.as_default():
            graph.inputs = [graph.add_placeholder("x", x.dtype, x.shape) for x in node.inputs]
            args, kwargs = fill(node.arguments, graph.inputs)
            _, tensors = tensors_of(function(*args, **kwargs))
            for tensor in tensors:
                graph.add_output(tensor)
        name = self.library.add(graph)
        self.library.open.pop()
        captured = graph.captured_external
        inputs = [self.reference(x) for x in node.inputs] + [self.constant(x) for x in captured]
        self.add(
            "PartitionedCall",
            inputs,
            call_attributes(name, [x.dtype for x in (*node.inputs, *captured)], graph.outputs),
            node.outputs,
            _name_of(node),
        )


def _holds_symbol(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(map(_holds_symbol, value))
    return isinstance(value, SymbolicTensor)


def call_attributes(
    name: str, types: Iterable[DType], outputs: Sequence[SymbolicTensor]
) -> dict[str, Any]:
    """The attributes of a call of a function."""
    return {
        "Tin": list(types),
        "Tout": [x.dtype for x in outputs],
        "f": node_writers.Name(name),
        "config_proto": _CONFIG,
        "_output_shapes": [x.shape for x in outputs],
        "_collective_manager_ids": [],
        "_read_only_resource_inputs": [],
    }


def _variables(graphs: Iterable[FuncGraph]) -> list[Any]:
    used = {key_of(v): v for graph in graphs for v in resources(graph)}
    return list(used.values())


def _name_of(node: Node) -> str | None:
    return None if node.operation is None else node.operation.name


def _count(kind: str, signature: Any, node: Any) -> int | None:
    """How many tensors an argument of an operation has; None if it is one tensor and no list."""
    number, star, _ = kind.rpartition("*")
    if star:
        return int(node.attr[number].i)
    if signature.attributes.get(kind) == "list(type)" and kind in node.attr:
        return len(node.attr[kind].list.type)
    return None


def _type_of(kind: str, signature: OpSignature, node: Any, number: int) -> int:
    """The type of one of an operation's results."""
    name = kind.rpartition("*")[2]
    attribute_kind = signature.attributes.get(name)
    if attribute_kind == "list(type)":
        return int(node.attr[name].list.type[number])
    if attribute_kind == "type":
        return int(node.attr[name].type)
    return int(as_dtype(name).as_datatype_enum)


def _allows(allowed: str, kind: int) -> bool:
    """Whether a list of types, as text, has a type."""
    types = _messages.POOL.FindEnumTypeByName("tensorflow.DataType").values_by_number
    return types[kind].name in allowed[1:-1].split(", ")


def _type_numbers(tensors: Outputs) -> list[int | None]:
    return [None if x is None else x.dtype.as_datatype_enum for x in tensors]


def _argument_name(name: str, taken: set[str]) -> str:
    base = re.sub(r"[^a-z0-9]", "_", name.lower())
    if not re.match(r"[a-z]", base):
        base = f"arg{base}" if base.startswith("_") else f"arg_{base}"
    unique, number = base, 0
    while unique in taken:
        number += 1
        unique = f"{base}_{number}"
    taken.add(unique)
    return unique


class _Order:
    """Keeps effects in order: control inputs between operations on the same variable.

    Attributes:
      effects: the names of the operations that change something, in order.
    """

    def __init__(self) -> None:
        self.effects: list[str] = []
        self._last: dict[Any, str] = {}  # what changed a variable last, or did anything else
        self._reads: dict[Any, list[str]] = {}  # what has read a variable since

    def add(self, node: Node, written: Sequence[Any]) -> None:
        """Orders the operations of a node after those before it."""
        if not written:
            return
        message = written[-1]
        read = {key_of(v) for graph in node.graphs for v in resources(graph)}
        changed: set[Any] = set()
        if isinstance(node, TableNode):
            read = {id(node.entries)}
        if isinstance(node, ReadNode):
            read = {id(node.variable._handle)}
        elif isinstance(node, AssignNode):
            changed = {id(node.variable._handle)}
        elif node.has_effect:
            changed = {*read, "effect"}
        if not read and not changed:
            return
        before = [self._last[key] for key in (*read, *changed) if key in self._last]
        for key in changed:
            before += self._reads.pop(key, ())
            self._last[key] = message.name
        for key in read - changed:
            self._reads.setdefault(key, []).append(message.name)
        message.input.extend(f"^{name}" for name in dict.fromkeys(before) if name != message.name)
        if changed:
            self.effects.append(message.name)
