"""The objects of a SavedModel as a SavedObjectGraph, and its graph with what they need in it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from .. import _messages, nest
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import as_dtype
from .._core.types.tensor_spec import TensorSpec
from .._core.variables.data_structures.base import Structure
from .._core.variables.variable import Variable
from .._data.spec_messages import SpecMessageError, encode_value
from .._functions.concrete import ConcreteFunction
from .._functions.function import Function
from .._functions.function_type import FunctionSpec, input_signature_of
from .._graph.node_defs import shape_message
from .._graph.symbolic_tensor import SymbolicTensor
from . import function_writer
from .function_writer import LibraryWriter, call_attributes, placeholder_argument
from .node_writers import attribute
from .object_view import Captured, ObjectView, variable_of
from .objects import Asset, SignatureMap

_STRING = as_dtype("string")
_RESOURCE = as_dtype("resource")
_JIT_COMPILE = {None: 0, True: 1, False: 2}


class GraphWriter:
    """The graph of a SavedModel outside of its functions."""

    def __init__(self) -> None:
        self.library = LibraryWriter()
        self.nodes: list[Any] = []
        self._names: set[str] = set()

    def add(self, operation: str, name: str, inputs: Any = (), **attributes: Any) -> str:
        """Adds an operation; its name."""
        unique, number = name, 0
        while unique.lower() in self._names:
            number += 1
            unique = f"{name}_{number}"
        self._names.add(unique.lower())
        node = _messages.NodeDef(name=unique, op=operation)
        node.input.extend(inputs)
        for key, value in attributes.items():
            node.attr[key].CopyFrom(attribute(value))
        self.nodes.append(node)
        return unique

    def constant(self, tensor: EagerTensor, name: str = "Const") -> str:
        """Adds a constant; its name."""
        return self.add("Const", name, dtype=tensor.dtype, value=tensor)


class ObjectWriter:
    """Writes the objects of a view.

    Attributes:
      message: the SavedObjectGraph.
      graph: the graph.
      assets: the path of each asset by its name in the SavedModel.
      asset_definitions: the messages for the assets.
    """

    def __init__(self, view: ObjectView) -> None:
        self.view = view
        self.message = _messages.SavedObjectGraph()
        self.graph = GraphWriter()
        self.assets: dict[str, str] = {}
        self.asset_definitions: list[Any] = []
        self.handles: dict[int, str] = {}  # the names of variables' handles in the graph
        self._constants: dict[int, str] = {}
        self._asset_numbers: dict[int, int] = {}
        self._bound: dict[str, list[Any]] = {}

    def write(self) -> None:
        """Writes everything but the signatures' nodes."""
        for obj in self.view.objects:
            if isinstance(obj, Asset):
                self._add_asset(obj)
            elif isinstance(obj, Captured):
                self._add_constant(obj.tensor)
        for number, obj in enumerate(self.view.objects):
            variable = variable_of(obj)
            if variable is not None and self.view.number_of_variable(variable) == number:
                self._add_handle(variable)
        signatures = list((self.view.signatures or {}).values())
        functions = [x for x in self.view.objects if isinstance(x, ConcreteFunction)]
        for function in functions:
            if not function.traced.stand_ins:
                self.graph.library.reserve(function.graph, function.name.decode())
        for function in (*signatures, *functions):
            if function.name.decode() not in self._bound:
                self._add_function(function)
        for obj in self.view.objects:
            self._write_object(obj, self.message.nodes.add())

    # -- the graph ------------------------------------------------------------------------------

    def _add_constant(self, tensor: EagerTensor) -> None:
        if id(tensor) not in self._constants:
            self._constants[id(tensor)] = self.graph.constant(tensor)

    def _add_handle(self, variable: Variable) -> None:
        name = variable._handle.name.replace(":", "_") or "Variable"
        types = {"dtype": variable.dtype, "shape": variable.shape}
        handle = self.graph.add("VarHandleOp", name, **types)
        self.graph.nodes[-1].attr["shared_name"].s = handle.encode()  # unique, as the name is
        self.handles[id(variable._handle)] = handle
        read = f"{handle}/Read/ReadVariableOp"
        self.graph.add("ReadVariableOp", read, [handle], dtype=variable.dtype)

    def _add_asset(self, asset: Asset) -> None:
        path = asset.asset_path.numpy().decode()
        name = os.path.basename(path)
        number = 0
        while self.assets.get(name, path) != path:
            number += 1
            name = f"{os.path.basename(path)}_{number}"
        self._asset_numbers[id(asset)] = len(self.asset_definitions)
        self.assets[name] = path
        self._add_constant(asset.asset_path)
        definition = _messages.AssetFileDef(filename=name)
        definition.tensor_info.name = f"{self._constants[id(asset.asset_path)]}:0"
        self.asset_definitions.append(definition)

    # -- functions ------------------------------------------------------------------------------

    def _add_function(self, function: ConcreteFunction) -> None:
        graph = function.graph
        stand_ins = list(function.traced.stand_ins)
        remaining = iter(stand_ins)
        arguments = []
        for placeholder in graph.argument_placeholders:
            if placeholder.dtype is _RESOURCE:
                arguments.append(function_writer.handle(next(remaining)))
            else:
                arguments.append(placeholder_argument(placeholder))
        captured = list(graph.captures.values())
        for tensor, _ in captured:
            if type(tensor) is SymbolicTensor:
                raise AssertionError(_untracked(function, tensor, None, tensor))
        variables = graph.variables_used(stand_ins)
        arguments += [placeholder_argument(inside) for _, inside in captured]
        arguments += map(function_writer.handle, variables)
        name = function.name.decode()
        self.graph.library.add(graph, name, arguments if stand_ins else None)
        saved = self.message.concrete_functions[name]
        bound = [tensor for tensor, _ in captured]
        saved.bound_inputs.extend(self.view.number(self.view.captured(x)) for x in bound)
        for variable in variables:
            number = self.view.number_of_variable(variable)
            if number is None:
                inside = graph.resource(variable)
                raise AssertionError(_untracked(function, variable._handle, variable, inside))
            saved.bound_inputs.append(number)
        self._bound[name] = [*bound, *variables]
        signature = function.structured_input_signature
        _encode(signature, saved.canonicalized_input_signature, function)
        _encode(_output_specs(function), saved.output_signature, function)

    def bound_inputs(self, function: ConcreteFunction) -> list[str]:
        """The names of the nodes for what a function captures."""
        return [
            self.handles[id(x._handle)] if isinstance(x, Variable) else self._constants[id(x)]
            for x in self._bound[function.name.decode()]
        ]

    def write_signature(self, key: str, function: ConcreteFunction, message: Any) -> None:
        """Adds the nodes of a signature, and writes its SignatureDef."""
        name = function.name.decode()
        inputs, types = [], []
        _, arguments = function.structured_input_signature
        for argument in sorted(arguments):
            spec = arguments[argument]
            label = f"{key}_{spec.name}"
            node = self.graph.add("Placeholder", label, dtype=spec.dtype, shape=spec.shape)
            inputs.append(node)
            types.append(spec.dtype)
            _write_info(message.inputs[argument], f"{node}:0", spec)
        bound = self._bound[name]
        types += [_RESOURCE if isinstance(x, Variable) else x.dtype for x in bound]
        called = self.graph.library.functions[name]
        call = "StatefulPartitionedCall" if called.signature.is_stateful else "PartitionedCall"
        node = self.graph.add(
            call,
            call,
            [*inputs, *self.bound_inputs(function)],
            **call_attributes(name, types, function.outputs),
        )
        specs = _output_specs(function)
        position = 0
        for output in sorted(specs):
            flat = nest.flatten(specs[output], expand_composites=True)
            if len(flat) == 1 and isinstance(specs[output], TensorSpec):
                _write_info(message.outputs[output], f"{node}:{position}", flat[0])
            else:
                composite = message.outputs[output].composite_tensor
                for number, spec in enumerate(flat, position):
                    _write_info(composite.components.add(), f"{node}:{number}", spec)
            position += len(flat)
        message.method_name = "tensorflow/serving/predict"

    # -- objects --------------------------------------------------------------------------------

    def _write_object(self, obj: Any, message: Any) -> None:
        for name, child in self.view.children(obj).items():
            message.children.add(node_id=self.view.number(child), local_name=name)
        variable = variable_of(obj)
        if variable is not None:
            _write_variable(variable, message.variable)
        elif isinstance(obj, Function):
            self._write_function(obj, message)
        elif isinstance(obj, ConcreteFunction):
            _write_concrete_function(obj, message.bare_concrete_function)
            message.dependencies.extend(message.children)
        elif isinstance(obj, Captured):
            message.constant.operation = self._constants[id(obj.tensor)]
            message.registered_name = "tf.TrackableConstant"
        elif isinstance(obj, Asset):
            message.asset.asset_file_def_index = self._asset_numbers[id(obj)]
        else:
            message.user_object.identifier = _identifier(obj)
            message.user_object.version.producer = 1
            message.user_object.version.min_consumer = 1

    def _write_function(self, function: Function, message: Any) -> None:
        saved = message.function
        for trace in self.view.children(function).values():
            saved.concrete_functions.append(trace.name.decode())
        spec = FunctionSpec(function._function_type, function._defaults)
        _write_spec(spec, saved.function_spec, function)
        saved.function_spec.jit_compile = _JIT_COMPILE[function._options["jit_compile"]]
        message.dependencies.extend(message.children)


def _identifier(obj: Any) -> str:
    if isinstance(obj, SignatureMap):
        return "signature_map"
    if isinstance(obj, Structure):
        for cls, name in ((list, "list"), (tuple, "tuple"), (Mapping, "dict")):
            if isinstance(obj, cls):
                return f"trackable_{name}_wrapper"
    return "_generic_user_object"


def _write_variable(variable: Variable, message: Any) -> None:
    handle = variable._handle
    message.dtype = variable.dtype.as_datatype_enum
    message.shape.CopyFrom(shape_message(variable.shape))
    message.trainable = handle.trainable
    message.synchronization = handle.synchronization.value
    message.aggregation = handle.aggregation.value
    message.name = handle.name


def _write_concrete_function(function: ConcreteFunction, message: Any) -> None:
    message.concrete_function_name = function.name.decode()
    names, positional = function._flat_names()
    message.argument_keywords.extend(names)
    message.allowed_positional_arguments = positional
    if positional == 0 and len(names) == 1:
        message.allowed_positional_arguments = 1
    _write_spec(FunctionSpec(function.input_type, {}), message.function_spec, function)


def _write_spec(spec: FunctionSpec, message: Any, function: Any) -> None:
    _encode(spec.fullargspec, message.fullargspec, function)
    is_function = isinstance(function, Function)
    signature = input_signature_of(spec.function_type) if is_function else None
    _encode(signature or None, message.input_signature, function)


def _encode(value: Any, message: Any, function: Any) -> None:
    try:
        encode_value(value, message)
    except SpecMessageError as error:
        raise NotImplementedError(
            f"tf.saved_model.save: {error}, which the function {function._name} takes or returns"
            if isinstance(function, Function)
            else f"tf.saved_model.save: {error}, which the function {function.name.decode()} takes "
            "or returns"
        ) from None


def _output_specs(function: ConcreteFunction) -> Any:
    """The specs of a function's result, named for their places in it."""

    def named(value: Any, path: tuple[str, ...]) -> Any:
        if isinstance(value, EagerTensor):
            return TensorSpec(value.shape, value.dtype, "/".join(path) or None)
        if hasattr(type(value), "_with_components"):
            return value._type_spec
        if isinstance(value, Mapping):
            return {key: named(item, (*path, str(key))) for key, item in value.items()}
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            fields = zip(value._fields, value, strict=True)
            return type(value)(*(named(item, (*path, key)) for key, item in fields))
        if isinstance(value, (list, tuple)):
            items = [named(item, (*path, str(i))) for i, item in enumerate(value)]
            return tuple(items) if isinstance(value, tuple) else items
        return value

    return named(function.structured_outputs, ())


def _write_info(message: Any, name: str, spec: TensorSpec) -> None:
    message.name = name
    message.dtype = spec.dtype.as_datatype_enum
    message.tensor_shape.CopyFrom(shape_message(spec.shape))


def _untracked(function: ConcreteFunction, captured: Any, variable: Any, inside: Any) -> str:
    return (
        "Tried to export a function which references an 'untracked' resource. TensorFlow objects "
        "(e.g. tf.Variable) captured by functions must be 'tracked' by assigning them to an "
        "attribute of a tracked object or assigned to an attribute of the main object directly. "
        f"See the information below:\n\tFunction name = {function.name!r}\n\tCaptured Tensor = "
        f"{captured!r}\n\tTrackable referencing this tensor = {variable!r}\n\tInternal Tensor = "
        f"{inside}"
    )
