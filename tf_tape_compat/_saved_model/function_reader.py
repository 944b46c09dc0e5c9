"""The functions of a SavedModel's graph as Python functions, which run its operations in order."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from .._api import names
from .._core.gradients.custom_gradient import custom_gradient
from .._core.op.op_defs import OpSignature, op_signature
from .._core.recording.execution_context import active_graph
from .._core.tensor.python_values import wrap_array
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import as_dtype
from .._core.types.shape import TensorShape
from .._ops.array.identity import identity as copy
from .._ops.io.tensor_proto import proto_array
from .._raw.functions import build, expressions, split_arguments
from ..errors import NotFoundError
from . import node_readers


class Step(NamedTuple):
    """One operation of a function.

    Attributes:
      node: the operation's message.
      inputs: where its inputs come from: the name of an operation, of its output, and the number.
      attributes: the values of its attributes.
    """

    node: Any
    inputs: list[tuple[str, str, int]]
    attributes: dict[str, Any]


class Library:
    """The functions of a graph by name.

    Attributes:
      gradients: the name of the gradient function of each type of custom gradients.
      call_gradient: calls such a function with its name, cotangents, and a function that looks up
        tensors of the function with the custom gradient by their names.
    """

    call_gradient: Callable[[str, list[Any], Callable[[str], Any]], list[Any]] | None = None

    def __init__(self, library: Any) -> None:
        self._functions = {function.signature.name: function for function in library.function}
        self._plans: dict[str, list[Step]] = {}
        self._constants: dict[int, EagerTensor] = {}
        self.gradients = {
            gradient.registered_op_type: gradient.gradient_func
            for gradient in library.registered_gradients
        }

    def __contains__(self, name: str) -> bool:
        return name in self._functions

    def function(self, name: str) -> Any:
        """The message of a function. Raises NotFoundError if there is none of this name."""
        if name not in self._functions:
            raise NotFoundError(None, None, f"the SavedModel has no function {name!r}")
        return self._functions[name]

    def run(self, name: str, arguments: Sequence[Any]) -> list[Any]:
        """Runs a function. Variables and tables among the arguments stand for their handles."""
        function = self.function(name)
        values: dict[tuple[str, str], list[Any]] = {
            (argument.name, ""): [value]
            for argument, value in zip(function.signature.input_arg, arguments, strict=True)
        }
        for step in self._plan(name):
            inputs = [values[node, output][number] for node, output, number in step.inputs]
            by_output = self._run_step(step, inputs)
            kind = step.attributes.get("_gradient_op_type")
            if kind is not None and kind in self.gradients and self.call_gradient is not None:
                by_output = self._with_gradient(kind, by_output, partial(_tensor_named, values))
            for output, results in by_output.items():
                values[step.node.name, output] = results
        results = []
        for output in function.signature.output_arg:
            node, label, number = _reference(function.ret[output.name])
            results.append(values[node, label][number])
        return results

    def _run_step(self, step: Step, inputs: list[Any]) -> dict[str, list[Any]]:
        operation = step.node.op
        if operation == "Const":
            return {"output": [self._constant(step.node)]}
        if operation in self._functions:
            return {"output": self.run(operation, inputs)}
        read = node_readers.READERS.get(operation)
        signature = op_signature(operation)
        if read is not None:
            results = read(self, inputs, {**step.attributes, "op": operation})
        elif signature is None or operation not in expressions():
            raise not_available(operation, step.node.name)
        else:
            results = _call_raw(operation, signature, inputs, step.attributes)
        return _by_output(operation, signature, results, step)

    def _with_gradient(
        self, kind: str, by_output: dict[str, list[Any]], lookup: Callable[[str], Any]
    ) -> dict[str, list[Any]]:
        """The results of an operation with the gradient that the program gave it."""
        name, call = self.gradients[kind], self.call_gradient
        assert call is not None

        @custom_gradient
        def identity(*tensors: Any) -> Any:
            def gradient(*cotangents: Any) -> Any:
                return call(name, list(cotangents), lookup)

            return list(map(copy, tensors)), gradient

        results = iter(identity(*(x for results in by_output.values() for x in results)))
        return {output: [next(results) for _ in old] for output, old in by_output.items()}

    def _constant(self, node: Any) -> EagerTensor:
        """The value of a constant. The graph that is traced is told that it need not capture it."""
        tensor = self._constants.get(id(node))
        if tensor is None:
            tensor = self._constants[id(node)] = tensor_of(node.attr["value"].tensor)
        graph = active_graph()
        if graph is not None:
            graph.note_constant(tensor)
        return tensor

    def _plan(self, name: str) -> list[Step]:
        """The operations that a function's results and effects need, each after its inputs."""
        if name not in self._plans:
            self._plans[name] = _plan(self.function(name))
        return self._plans[name]


def _tensor_named(values: dict[tuple[str, str], list[Any]], name: str) -> Any:
    """A tensor of a function by its name in the graph, such as "add:0"."""
    node, _, number = name.partition(":")
    outputs = [x for key, results in values.items() if key[0] == node for x in results]
    if int(number or 0) >= len(outputs):
        raise NotImplementedError(
            f"tf.saved_model.load: a custom gradient uses the tensor {name!r}, which the results "
            "of its function do not need"
        )
    return outputs[int(number or 0)]


def not_available(operation: str, name: str) -> Exception:
    """The error for an operation that has no counterpart here."""
    return NotImplementedError(
        f"tf.saved_model.load: the operation {operation} (node {name!r}) is not available in "
        "tf_tape_compat; save a function without it, or run it in TensorFlow"
    )


def tensor_of(proto: Any) -> EagerTensor:
    """The tensor of a TensorProto. Raises NotImplementedError for a type without values here."""
    dtype = as_dtype(proto.dtype)
    array = proto_array(proto, dtype)
    if array is None:
        raise NotImplementedError(
            f"tf.saved_model.load: a constant of the type {dtype.name} is not available in "
            "tf_tape_compat"
        )
    return EagerTensor(wrap_array(array, dtype))


def _reference(text: str) -> tuple[str, str, int]:
    """The operation, output and number that an input of an operation in a function names."""
    node, _, rest = text.partition(":")
    output, _, number = rest.partition(":")
    return node, output, int(number or 0)


def _plan(function: Any) -> list[Step]:
    nodes = {node.name: node for node in function.node_def}
    order: list[Step] = []
    done = {argument.name for argument in function.signature.input_arg}
    needed = [_reference(text)[0] for text in function.ret.values()]
    needed += list(function.control_ret.values())
    position = {node.name: number for number, node in enumerate(function.node_def)}
    needed.sort(key=lambda name: position.get(name, -1))
    stack = [(name, False) for name in reversed(needed)]
    while stack:
        name, is_ready = stack.pop()
        if is_ready:
            order.append(_step(nodes[name]))
        elif name not in done:
            done.add(name)
            stack.append((name, True))
            before = [_reference(text.removeprefix("^"))[0] for text in nodes[name].input]
            stack += [(other, False) for other in reversed(before) if other not in done]
    return order


def _step(node: Any) -> Step:
    inputs = [_reference(text) for text in node.input if not text.startswith("^")]
    attributes = {name: attribute(value) for name, value in node.attr.items()}
    return Step(node, inputs, attributes)


def attribute(message: Any) -> Any:
    """The Python value of an attribute."""
    kind = message.WhichOneof("value")
    if kind is None:
        return None
    value = getattr(message, kind)
    if kind == "list":
        for field, items in value.ListFields():
            return [_scalar(field.name, item) for item in items]
        return []
    return _scalar(kind, value)


def _scalar(kind: str, value: Any) -> Any:
    if kind == "s":
        try:
            return value.decode()
        except UnicodeDecodeError:
            return value
    if kind == "type":
        return as_dtype(value)
    if kind == "shape":
        if value.unknown_rank:
            return TensorShape(None)
        return TensorShape([None if dim.size < 0 else dim.size for dim in value.dim])
    if kind == "func":
        return value.name
    return value


# -- operations of tf.raw_ops ----------------------------------------------------------------------


@functools.lru_cache(512)
def _raw_function(operation: str) -> Callable[..., Any]:
    return build(operation)


@functools.lru_cache(512)
def _raw_parameters(operation: str) -> dict[str, str]:
    """For each parameter of a raw operation, the input or attribute that it is."""
    text, _ = names.raw_signature(operation)
    signature = op_signature(operation)
    assert signature is not None
    parameters = [p.split("=")[0] for p in split_arguments(text[1:-1]) if p]
    own = [*signature.inputs, *signature.attributes]
    renamed = [name for name in signature.inputs if name not in parameters]
    renamed += [
        name
        for name, kind in signature.attributes.items()
        if name not in parameters and "type" not in kind
    ]
    result = {}
    for parameter in parameters:
        if parameter in own:
            result[parameter] = parameter
        elif parameter != "name" and renamed:
            result[parameter] = renamed.pop(0)
    return result


def _call_raw(
    operation: str, signature: OpSignature, inputs: list[Any], attributes: dict[str, Any]
) -> list[Any]:
    function = _raw_function(operation)
    values = grouped_inputs(signature, inputs, attributes)
    given = {name: value for name, value in attributes.items() if value is not None}
    values = {**given, **values}
    arguments = {
        parameter: values[name]
        for parameter, name in _raw_parameters(operation).items()
        if name in values
    }
    result = function(**arguments)
    return list(result) if isinstance(result, (list, tuple)) else [result]


def grouped_inputs(
    signature: OpSignature, inputs: list[Any], attributes: dict[str, Any]
) -> dict[str, Any]:
    """The inputs of an operation by name, with a list where the definition has one."""
    remaining = iter(inputs)
    grouped: dict[str, Any] = {}
    for name, kind in signature.inputs.items():
        count = _count(signature, kind, attributes)
        if count is None:
            grouped[name] = next(remaining)
        else:
            grouped[name] = [next(remaining) for _ in range(count)]
    return grouped


def _count(signature: OpSignature, kind: str, attributes: dict[str, Any]) -> int | None:
    """How many tensors an argument has; None if it is one tensor and no list."""
    number, star, _ = kind.rpartition("*")
    if star:
        return int(attributes[number])
    if signature.attributes.get(kind) == "list(type)":
        return len(attributes[kind])
    return None


def _by_output(
    operation: str, signature: OpSignature | None, results: list[Any], step: Step
) -> dict[str, list[Any]]:
    """The results by the name of the operation's output."""
    if signature is None:
        return {"output": results}
    if len(signature.outputs) == 1:
        return {next(iter(signature.outputs)): _flat(results)}
    remaining = iter(results)
    by_name: dict[str, list[Any]] = {}
    for name, kind in signature.outputs.items():
        count = _count(signature, kind, step.attributes)
        value = next(remaining, None)
        if count is not None and not isinstance(value, (list, tuple)):
            value = [value, *(next(remaining) for _ in range(count - 1))]
        by_name[name] = [value] if count is None else list(value or ())
    return by_name


def _flat(results: list[Any]) -> list[Any]:
    return [x for item in results for x in (item if isinstance(item, (list, tuple)) else [item])]
