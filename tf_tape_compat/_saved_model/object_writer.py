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
from .._functions.function_type import FunctionSpec, FunctionType, input_signature_of
from .._functions.type_components import tensor_specs
from .._graph.graph import FuncGraph
from .._graph.node_defs import shape_message
from .._graph.symbolic_tensor import SymbolicTensor
from .._lookup.entries import Entries
from . import function_arguments
from .function_arguments import key_of, placeholder_argument
from .function_writer import FunctionWriter, LibraryWriter, call_attributes
from .node_writers import attribute
from .object_view import Captured, ObjectView, TableFunction, is_table, variable_of
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
      handles: the names of the handles of variables and tables in the graph.
      initializers: the operations that fill tables.
      table_functions: the names of the functions that make, fill and release tables.
    """

    def __init__(self, view: ObjectView) -> None:
        self.view = view
        self.message = _messages.SavedObjectGraph()
        self.graph = GraphWriter()
        self.assets: dict[str, str] = {}
        self.asset_definitions: list[Any] = []
        self.handles: dict[int, str] = {}
        self._constants: dict[int, str] = {}
        self._asset_numbers: dict[int, int] = {}
        self._bound: dict[str, list[Any]] = {}
        self.initializers: list[str] = []
        self.table_functions: dict[int, str] = {}

    def write(self) -> None:
        """Writes everything but the signatures' nodes."""
        for obj in self.view.objects:
            if isinstance(obj, Asset):
                self._add_asset(obj)
            elif isinstance(obj, Captured):
                self._add_constant(obj.tensor)
        for number, obj in enumerate(self.view.objects):
            variable = variable_of(obj)
            if is_table(obj):
                self._add_table_handle(obj._entries)
            if variable is not None and self.view.number_of_resource(variable) == number:
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
            if is_table(obj):
                self._add_table(obj)
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

    def _add_table_handle(self, entries: Entries) -> None:
        operation = table_operation(entries)
        types = {"key_dtype": entries.key_dtype, "value_dtype": entries.value_dtype}
        name = self.graph.add(operation, "table", **types)
        self.graph.nodes[-1].attr["shared_name"].s = name.encode()
        self.handles[id(entries)] = name
        keys, values = (self.graph.constant(x, f"{name}/Const") for x in entries.export())
        inputs = [name, keys, values]
        importing = self.graph.add("LookupTableImportV2", f"{name}/import", inputs)
        self.graph.nodes[-1].attr["Tin"].type = entries.key_dtype.as_datatype_enum
        self.graph.nodes[-1].attr["Tout"].type = entries.value_dtype.as_datatype_enum
        self.initializers.append(importing)

    def _add_table(self, table: Any) -> None:
        """Adds the functions that make, fill and release a table."""
        entries = table._entries
        for name, function in self.view.children(table).items():
            base = f"__inference_{name}_{self.view.number(function)}"
            writer = FunctionWriter(self.graph.library, FuncGraph(name, None), base, [])
            bound: list[int] = []
            if name == "_create_resource":
                types = {"key_dtype": entries.key_dtype, "value_dtype": entries.value_dtype}
                shared = self.handles[id(entries)]
                result = writer.add(table_operation(entries), [], {**types, "shared_name": shared})
                dtype = _RESOURCE
            else:
                if name == "_initialize":
                    handle = function_arguments.handle(entries)
                    writer = FunctionWriter(
                        self.graph.library, FuncGraph(name, None), base, [handle]
                    )
                    bound = [self.view.number(table)]
                    inputs = [writer.handle(entries), *map(writer.constant, entries.export())]
                    writer.effect(writer.add("LookupTableImportV2", inputs, {}))
                dtype = as_dtype("int32")
                result = writer.constant(1, dtype)
            self.graph.library.functions[base] = writer.write_result(result, dtype)
            saved = self.message.concrete_functions[base]
            saved.bound_inputs.extend(bound)
            encode_value(((), {}), saved.canonicalized_input_signature)
            encode_value(TensorSpec([], dtype), saved.output_signature)
            self.table_functions[id(function)] = base

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
                arguments.append(function_arguments.handle(next(remaining)))
            else:
                arguments.append(placeholder_argument(placeholder))
        captured = list(graph.captures.values())
        for tensor, _ in captured:
            if type(tensor) is SymbolicTensor:
                raise AssertionError(_untracked(function, tensor, None, tensor))
        variables = function_arguments.resources(graph, stand_ins)
        arguments += [placeholder_argument(inside) for _, inside in captured]
        arguments += map(function_arguments.handle, variables)
        name = function.name.decode()
        self.graph.library.add(graph, name, arguments if stand_ins else None)
        saved = self.message.concrete_functions[name]
        bound = [tensor for tensor, _ in captured]
        saved.bound_inputs.extend(self.view.number(self.view.captured(x)) for x in bound)
        for variable in variables:
            number = self.view.number_of_resource(variable)
            if number is None:
                is_table = not isinstance(variable, Variable)
                inside = None if is_table else graph.resource(variable)
                captured_handle = variable if is_table else variable._handle
                raise AssertionError(_untracked(function, captured_handle, variable, inside))
            saved.bound_inputs.append(number)
        self._bound[name] = [*bound, *variables]
        signature = function.structured_input_signature
        _encode(signature, saved.canonicalized_input_signature, function)
        _encode(_output_specs(function), saved.output_signature, function)

    def bound_inputs(self, function: ConcreteFunction) -> list[str]:
        """The names of the nodes for what a function captures."""
        return [
            self._constants[id(x)] if isinstance(x, EagerTensor) else self.handles[key_of(x)]
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
        types += [x.dtype if isinstance(x, EagerTensor) else _RESOURCE for x in bound]
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
        elif is_table(obj):
            message.resource.SetInParent()
        elif isinstance(obj, TableFunction):
            message.function.concrete_functions.append(self.table_functions[id(obj)])
            spec = FunctionSpec(FunctionType([]), {})
            encode_value(spec.fullargspec, message.function.function_spec.fullargspec)
            encode_value((), message.function.function_spec.input_signature)
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


def table_operation(entries: Entries) -> str:
    """The operation that makes a table. Raises NotImplementedError for one of buckets."""
    if entries.operation not in ("HashTableV2", "MutableHashTableV2"):
        raise NotImplementedError(
            f"tf.saved_model.save: a table of the operation {entries.operation} is not available "
            "in tf_tape_compat"
        )
    return entries.operation


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
    names = function._flat_names()
    parameters = function.input_type.parameters.values()
    positional = sum(
        len(tensor_specs(p.annotation)) for p in parameters if p.kind is not p.KEYWORD_ONLY
    )
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
            return TensorSpec(value.shape, value.dtype, "/".join(path) or "unknown")
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
