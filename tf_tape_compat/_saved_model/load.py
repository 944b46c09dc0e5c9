"""`tf.saved_model.load`."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import _messages
from .._checkpoint import object_graph
from .._checkpoint.object_graph import ObjectGraph
from .._checkpoint.reader import CheckpointReader
from .._checkpoint.restoring import Position, Restoration
from .._checkpoint.status import CheckpointLoadStatus
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import STRING
from .._core.tracking.trackable import wrapped
from .._core.types.dtype import as_dtype
from .._core.variables.variable import Variable, VariableAggregation, VariableSynchronization
from .._data.spec_messages import decode_value
from ..errors import NotFoundError
from .function_reader import Library, attribute, tensor_of
from .loaded_functions import concrete_function, packed, polymorphic_function
from .objects import Asset, RestoredResource, SignatureMap, UserObject, call_attribute, user_object
from .options import LoadOptions

ASSETS, VARIABLES, FILE = "assets", "variables", "saved_model"


def contains_saved_model(export_dir: Any) -> bool:
    """Whether a directory holds a SavedModel. Implements `tf.saved_model.contains_saved_model`."""
    path = os.fspath(export_dir)
    return any(os.path.exists(os.path.join(path, f"{FILE}.{end}")) for end in ("pb", "pbtxt"))


def load(export_dir: Any, tags: Any = None, options: LoadOptions | None = None) -> Any:
    """Loads a SavedModel. Implements `tf.saved_model.load`.

    Args:
        export_dir: the directory.
        tags: tags of the graph to load, a string or several; all SavedModels of TensorFlow 2 have
            one graph.
        options: options for loading.

    Returns:
        An object with the attributes of the saved one: variables, functions that run the saved
        graphs, objects with their attributes, and the signatures in `signatures`.

    Raises:
        OSError: if there is no SavedModel.
        RuntimeError: if it has no graph with these tags.
        NotImplementedError: if a function is called with an operation that is not available here,
            or if the SavedModel was written by TensorFlow 1.
    """
    directory = os.fspath(export_dir) if isinstance(export_dir, os.PathLike) else export_dir
    if isinstance(directory, bytes):
        directory = directory.decode()
    if not isinstance(directory, str):
        raise TypeError(f"Expected binary or unicode string, got {directory!r}")
    if isinstance(tags, str):
        tags = [tags]
    model = read(directory)
    graph = model.meta_graphs[0]
    if len(model.meta_graphs) != 1 or not graph.HasField("object_graph_def"):
        raise NotImplementedError(
            f"tf.saved_model.load({directory!r}): a SavedModel of TensorFlow 1 is not available "
            "in tf_tape_compat; save it again with TensorFlow 2's tf.saved_model.save"
        )
    if tags is not None and set(tags) != set(graph.meta_info_def.tags):
        raise ValueError(
            f"Got an incompatible argument to `tags`: {tags}. The SavedModel at {directory} has "
            f"one MetaGraph with tags {list(graph.meta_info_def.tags)}. You may omit the argument, "
            "pass 'None', or pass matching tags."
        )
    return Loader(graph, directory, options or LoadOptions()).load()


def read(directory: str) -> Any:
    """The message of a SavedModel. Raises OSError if there is none or it is damaged."""
    path = os.path.join(directory, f"{FILE}.pb")
    if os.path.exists(path):
        with open(path, "rb") as file:
            data = file.read()
        try:
            return _messages.SavedModel.FromString(data)
        except _messages.DecodeError as error:
            raise OSError(f"Cannot parse file {path.encode()!r}: {error}.") from error
    text_path = os.path.join(directory, f"{FILE}.pbtxt")
    if os.path.exists(text_path):
        from google.protobuf import text_format

        with open(text_path, encoding="utf-8") as text:
            return text_format.Parse(
                text.read(), _messages.SavedModel(), descriptor_pool=_messages.POOL
            )
    raise OSError(
        f"SavedModel file does not exist at: {directory}{os.path.sep}{{{FILE}.pbtxt|{FILE}.pb}}"
    )


class Loader:
    """Makes the objects of a SavedModel."""

    def __init__(self, graph: Any, directory: str, options: LoadOptions) -> None:
        self._graph = graph
        self._objects = graph.object_graph_def
        self._directory = directory
        self._options = options
        self._library = Library(graph.graph_def.library)
        self._library.call_gradient = self._call_gradient
        self._nodes = {node.name: node for node in graph.graph_def.node}
        self._made: dict[int, Any] = {}
        self._concrete: dict[str, Any] = {}

    def load(self) -> Any:
        """The root, with its children, and the values of its variables."""
        for node_id in range(len(self._objects.nodes)):
            self._object(node_id)
        for node_id, node in enumerate(self._objects.nodes):
            self._set_children(self._made[node_id], node)
        root = self._made[0]
        if not self._options.experimental_skip_checkpoint:
            self._restore(root)
        for node_id, node in enumerate(self._objects.nodes):
            if node.WhichOneof("kind") == "resource":
                self._made[node_id].initialize()
        root.graph_debug_info = None  # who added which operation; it is not written here
        root.tensorflow_version = self._graph.meta_info_def.tensorflow_version
        root.tensorflow_git_version = self._graph.meta_info_def.tensorflow_git_version
        return root

    def _restore(self, root: Any) -> None:
        prefix = os.path.join(self._directory, VARIABLES, "variables")
        kinds = {node.WhichOneof("kind") for node in self._objects.nodes}
        if "variable" not in kinds and not os.path.exists(f"{prefix}.index"):
            return
        try:
            reader = CheckpointReader(prefix)
        except NotFoundError as error:
            raise FileNotFoundError(
                f"{error}\n You may be trying to load on a different device from the computational "
                "device. Consider setting the `experimental_io_device` option in "
                "`tf.saved_model.LoadOptions` to the io_device such as '/job:localhost'."
            ) from error
        graph = ObjectGraph.from_bytes(reader.get_tensor(object_graph.KEY))
        restoration = Restoration(reader.bundle, graph, False)
        restoration.unrestored.expect_partial = True
        Position(restoration, 0).restore(root)
        if not self._options.allow_partial_checkpoint:
            status = CheckpointLoadStatus(restoration, lambda: root, lambda: ())
            status.assert_existing_objects_matched()

    # -- objects --------------------------------------------------------------------------------

    def _object(self, node_id: int) -> Any:
        """The object of a node, without the children that are set later."""
        if node_id not in self._made:
            node = self._objects.nodes[node_id]
            kind = node.WhichOneof("kind") or "user_object"
            self._made[node_id] = getattr(self, f"_make_{kind}")(node)
        return self._made[node_id]

    def _make_user_object(self, node: Any) -> Any:
        identifier = node.user_object.identifier
        if identifier == "trackable_list_wrapper":
            return wrapped([])
        if identifier == "trackable_dict_wrapper":
            return wrapped({})
        if identifier == "trackable_tuple_wrapper":
            ordered = sorted(node.children, key=lambda child: int(child.local_name))
            return wrapped(tuple(self._object(child.node_id) for child in ordered))
        if identifier == "signature_map":
            return SignatureMap()
        return user_object()

    def _make_variable(self, node: Any) -> Variable:
        saved = node.variable
        dtype, shape = as_dtype(saved.dtype), attribute(_messages.AttrValue(shape=saved.shape))
        sizes = [] if shape.rank is None else [size or 0 for size in shape.as_list()]
        value = np.full(sizes, b"" if dtype is STRING else 0, dtype.as_numpy_dtype)
        variable = Variable(
            to_tensor(value, dtype),
            trainable=saved.trainable,
            name=saved.name,
            shape=shape,
            synchronization=VariableSynchronization(saved.synchronization),
            aggregation=VariableAggregation(saved.aggregation),
        )
        variable._handle.name = saved.name
        return variable

    def _make_constant(self, node: Any) -> Any:
        return tensor_of(self._nodes[node.constant.operation].attr["value"].tensor)

    def _make_asset(self, node: Any) -> Asset:
        asset = self._graph.asset_file_def[node.asset.asset_file_def_index]
        return Asset(os.path.join(self._directory, ASSETS, asset.filename))

    def _make_function(self, node: Any) -> Any:
        spec = node.function.function_spec
        functions = [self._function(name, spec) for name in node.function.concrete_functions]
        return polymorphic_function(spec, functions)

    def _make_bare_concrete_function(self, node: Any) -> Any:
        bare = node.bare_concrete_function
        spec = bare.function_spec if bare.HasField("function_spec") else None
        function = self._function(bare.concrete_function_name, spec)
        function.allowed_positional = bare.allowed_positional_arguments
        return function

    def _make_resource(self, node: Any) -> Any:
        functions = {child.local_name: child.node_id for child in node.children}
        return RestoredResource(
            lambda name: self._run_function(functions[name]) if name in functions else None
        )

    def _make_captured_tensor(self, node: Any) -> Any:
        return node.captured_tensor.name

    # -- functions ------------------------------------------------------------------------------

    def _function(self, name: str, spec: Any) -> Any:
        if name not in self._concrete:
            saved = self._objects.concrete_functions[name]
            bound = _Bound(self, saved.bound_inputs)
            self._concrete[name] = concrete_function(self._library, name, saved, bound, spec)
        return self._concrete[name]

    def captured(self, node_id: int) -> Any:
        """What stands for an object that a function captures."""
        value = self._object(node_id)
        if isinstance(value, Asset):
            return value.asset_path
        if isinstance(value, RestoredResource):
            return value.resource
        return value

    def _run_function(self, node_id: int) -> Any:
        """The result of a function without arguments, which may be a resource."""
        node = self._objects.nodes[node_id]
        if node.HasField("function"):
            name = node.function.concrete_functions[0]
        else:
            name = node.bare_concrete_function.concrete_function_name
        bound = self._objects.concrete_functions[name].bound_inputs
        results = self._library.run(name, [self.captured(other) for other in bound])
        return results[0] if results else None

    def _call_gradient(
        self, name: str, cotangents: list[Any], lookup: Callable[[str], Any]
    ) -> list[Any]:
        """Calls the gradient function of a custom gradient; None for inputs without a gradient."""
        saved = self._objects.concrete_functions[name]
        bound = []
        for node_id in saved.bound_inputs:
            value = self.captured(node_id)
            bound.append(lookup(value) if isinstance(value, str) else value)
        results = self._library.run(name, [*cotangents, *bound])
        return list(packed(decode_value(saved.output_signature), results))

    # -- children -------------------------------------------------------------------------------

    def _set_children(self, obj: Any, node: Any) -> None:
        for child in node.children:
            name, value = child.local_name, self._made[child.node_id]
            if isinstance(obj, list):
                obj.append(value)
            elif isinstance(obj, dict):
                obj[name] = value
            elif isinstance(obj, SignatureMap):
                obj.add(name, value)
            elif isinstance(obj, UserObject):
                setattr(obj, name, value)
                if name == "__call__" and not callable(obj):
                    setattr(type(obj), name, call_attribute)


class _Bound(Sequence[Any]):
    """What a function captures; looked up when it is traced, because objects may refer to it."""

    def __init__(self, loader: Loader, node_ids: Sequence[int]) -> None:
        self._loader, self._node_ids = loader, node_ids

    def __len__(self) -> int:
        return len(self._node_ids)

    def __getitem__(self, index: Any) -> Any:
        return self._loader.captured(self._node_ids[index])
