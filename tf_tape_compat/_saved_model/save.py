"""`tf.saved_model.save`."""

from __future__ import annotations

import os
import shutil
from typing import Any

import numpy as np

from .. import _messages
from .._checkpoint.checkpoint import write_tensors
from .._checkpoint.saving import SavedTensor, serialize_objects
from .._core.recording.execution_context import inside_function
from .._core.tensor.convert import to_tensor
from .._core.tracking.trackable import Trackable
from .._core.types.dtype import as_dtype
from .._core.types.shape import TensorShape
from .constants import (
    ASSETS_DIRECTORY,
    SAVED_MODEL_FILENAME_PB,
    SAVED_MODEL_SCHEMA_VERSION,
    SERVING,
    VARIABLES_DIRECTORY,
    VARIABLES_FILENAME,
)
from .object_view import SIGNATURES, ObjectView, variable_of
from .object_writer import ObjectWriter
from .objects import SignatureMap
from .options import SaveOptions
from .signatures import canonical_signatures, default_signature

_VERSION = "2.21.0"  # of TensorFlow, whose operations are written
_PRODUCER, _MIN_CONSUMER = 2474, 12
_STRING = as_dtype("string")
_INIT = "__saved_model_init_op"


def save(
    obj: Any, export_dir: Any, signatures: Any = None, options: SaveOptions | None = None
) -> None:
    """Saves an object as a SavedModel. Implements `tf.saved_model.save`.

    Args:
        obj: the object, with the variables, functions and objects among its attributes.
        export_dir: the directory to write to; it is created.
        signatures: the function for the signature "serving_default", or functions by name. By
            default, the only function of `obj` that has an `input_signature`, if there is one.
        options: options for saving.

    Raises:
        ValueError: if the object is not trackable, or a function cannot be a signature.
        AssertionError: if a function uses a variable that is not among the attributes.
        NotImplementedError: if a function has an operation without a counterpart in TensorFlow.
    """
    if inside_function():
        raise AssertionError(
            "`tf.saved_model.save` is not supported inside a traced @tf.function. Move the call to "
            "the outer eagerly-executed context."
        )
    if not isinstance(obj, Trackable):
        raise ValueError(
            "Expected an object of type `Trackable`, such as `tf.Module` or a subclass of the "
            f"`Trackable` class, for export. Got {obj} with type {type(obj)}."
        )
    options = options or SaveOptions()
    view = ObjectView(obj)
    _check_signatures(view)
    if signatures is None:
        signatures = default_signature(view)
    concrete = canonical_signatures(signatures)
    view.signatures = SignatureMap()
    for name, function in concrete.items():
        view.signatures.add(name, function)
    view.walk()
    writer = ObjectWriter(view)
    writer.write()
    tensors = serialize_objects(
        list(zip(view.objects, view.paths, strict=True)), lambda x: view.children(x).items()
    )
    model = _model(writer, concrete, tensors, options)
    _write_files(os.fspath(export_dir), model, writer.assets, tensors, options)


def _check_signatures(view: ObjectView) -> None:
    present = view.children(view.root).get(SIGNATURES)
    if present is not None and not isinstance(present, SignatureMap):
        raise ValueError(
            f"Exporting an object {view.root} which has an attribute named '{SIGNATURES}'. This is "
            "a reserved attribute used to store SavedModel signatures in objects which come from "
            f"`tf.saved_model.load`. Delete this attribute (e.g. `del obj.{SIGNATURES}`) before "
            "saving if this shadowing is acceptable."
        )
    view.forget_root()


def _model(
    writer: ObjectWriter,
    signatures: dict[str, Any],
    tensors: list[SavedTensor],
    options: SaveOptions,
) -> Any:
    model = _messages.SavedModel(saved_model_schema_version=SAVED_MODEL_SCHEMA_VERSION)
    message = model.meta_graphs.add()
    info = message.meta_info_def
    info.tags.extend([SERVING, *(options.extra_tags or ())])
    info.tensorflow_version, info.stripped_default_attrs = _VERSION, False
    for name, function in signatures.items():
        writer.write_signature(name, function, message.signature_def[name])
    init = writer.graph.add("NoOp", "NoOp", [f"^{name}" for name in writer.initializers])
    message.collection_def["saved_model_main_op"].node_list.value.append(init)
    output = message.signature_def[_INIT].outputs[_INIT]
    output.name, output.tensor_shape.unknown_rank = init, True
    if not options.experimental_skip_saver:
        _add_saver(writer, tensors, message.saver_def)
    message.asset_file_def.extend(writer.asset_definitions)
    message.object_graph_def.CopyFrom(writer.message)
    graph = message.graph_def
    graph.node.extend(writer.graph.nodes)
    graph.library.function.extend(writer.graph.library.functions.values())
    graph.versions.producer, graph.versions.min_consumer = _PRODUCER, _MIN_CONSUMER
    return model


def _add_saver(writer: ObjectWriter, tensors: list[SavedTensor], message: Any) -> None:
    """The operations that restore and save the variables, for programs without objects."""
    graph = writer.graph
    saved = []
    for tensor in tensors:
        variable = variable_of(tensor.owner)
        handle = None if variable is None else writer.handles.get(id(variable._handle))
        if handle is not None:
            saved.append((tensor.key, handle, variable.dtype))  # type: ignore[union-attr]
    scalar = TensorShape([])
    file = graph.add("Placeholder", "saver_filename", dtype=_STRING, shape=scalar)
    types = [dtype for _, _, dtype in saved]
    restored, values = [], []
    if saved:
        keys = graph.constant(_strings([key for key, _, _ in saved]), "saver/tensor_names")
        slices = graph.constant(_strings([""] * len(saved)), "saver/shape_and_slices")
        restore = graph.add("RestoreV2", "saver/RestoreV2", [file, keys, slices], dtypes=types)
        for number, (_, handle, dtype) in enumerate(saved):
            source = f"{restore}:{number}" if number else restore
            inputs = [handle, source]
            name = "saver/AssignVariableOp"
            restored.append(graph.add("AssignVariableOp", name, inputs, dtype=dtype))
            name = "saver/ReadVariableOp"
            values.append(graph.add("ReadVariableOp", name, [handle], dtype=dtype))
        inputs = [file, keys, slices, *values]
        restored_names = [f"^{name}" for name in restored]
        written = [f"^{graph.add('SaveV2', 'saver/SaveV2', inputs, dtypes=types)}"]
    else:
        restored_names = written = []
    done = graph.add("Identity", "saver/save", [file, *written], T=_STRING)
    restore_all = graph.add("NoOp", "saver/restore_all", restored_names)
    message.filename_tensor_name, message.save_tensor_name = f"{file}:0", f"{done}:0"
    message.restore_op_name, message.version = restore_all, 2


def _strings(values: list[str]) -> Any:
    return to_tensor(np.array([x.encode() for x in values], object), _STRING)


def _write_files(
    directory: str,
    model: Any,
    assets: dict[str, str],
    tensors: list[SavedTensor],
    options: SaveOptions,
) -> None:
    variables = os.path.join(directory, VARIABLES_DIRECTORY)
    os.makedirs(variables, exist_ok=True)
    asset_directory = os.path.join(directory, ASSETS_DIRECTORY)
    os.makedirs(asset_directory, exist_ok=True)
    prefix = os.path.join(variables, VARIABLES_FILENAME)
    write_tensors(prefix, tensors, options.experimental_sharding_callback)
    for name, path in assets.items():
        target = os.path.join(asset_directory, name)
        if os.path.abspath(path) != os.path.abspath(target):
            shutil.copyfile(path, target)
    path = os.path.join(directory, SAVED_MODEL_FILENAME_PB)
    with open(f"{path}.tmp", "wb") as file:
        file.write(model.SerializeToString(deterministic=True))
    os.replace(f"{path}.tmp", path)
