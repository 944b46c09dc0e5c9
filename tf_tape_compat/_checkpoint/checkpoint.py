"""`tf.train.Checkpoint`: writes the values of objects to files, and restores them."""

from __future__ import annotations

import inspect
import itertools
import os
import threading
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from .._api.shown_modules import shown_in
from .._core.devices.device_spec import DeviceSpec
from .._core.devices.placement import device
from .._core.recording.execution_context import init_scope, inside_function
from .._core.recording.vmap_scope import check_effect
from .._core.tensor.convert import to_tensor
from .._core.tensor.host_values import to_numpy
from .._core.tensor.tensor import EagerTensor
from .._core.tracking.trackable import Trackable
from .._core.types.dtype import as_dtype
from .._core.variables.auto_trackable import AutoTrackable
from .._core.variables.variable import Variable
from ..errors import NotFoundError, OpError
from . import bundle_writer, object_graph
from .bundle_writer import Piece
from .object_graph import ObjectGraph
from .options import CheckpointOptions
from .reader import CheckpointReader
from .restoring import NamedRestoration, Position, Restoration
from .saving import SavedTensor, serialize
from .sharding import ShardableTensor, ShardingCallback, pieces
from .state import update_checkpoint_state
from .status import CheckpointLoadStatus, InitializationOnlyStatus, LoadStatus, NameBasedSaverStatus
from .views import walk

_STRING = as_dtype("string")


class Checkpoint(AutoTrackable):
    """Saves and restores objects. Implements `tf.train.Checkpoint`.

    Args:
        root: an object, or a weak reference to it, that is saved as the root instead of the
            checkpoint itself.
        **kwargs: objects by name: variables, modules, generators, checkpoints, and lists, dicts and
            tuples of them. Attributes set later are saved as well.

    Raises:
        ValueError: if an object is not trackable.
    """

    def __init__(self, root: Any = None, **kwargs: Any) -> None:
        self._root = root
        self._save_counter: Any = None
        self._attached: Any = self._no_dependency(())
        self._writing: _WriterThread | None = None
        target: Any = None
        if root is not None:
            target = root() if isinstance(root, weakref.ref) else root
            _check(target, "root")
            kwargs["root"] = root
            self._save_counter = self._no_dependency(target._lookup_dependency("save_counter"))
        for name, value in sorted(kwargs.items()):
            setattr(self, name, value)
            child = getattr(self, name)
            if isinstance(child, weakref.ref):
                child = child()
            _check(child, name)
            if target is None:
                continue
            present = target._lookup_dependency(name)
            if present is None:
                self._attached = self._no_dependency((*self._attached, name))
            elif present is not child:
                raise ValueError(
                    f"Cannot create a Checkpoint with keyword argument {name} if root.{name} "
                    "already exists."
                )

    def _target(self) -> Any:
        """The object that is saved as the root."""
        if self._root is None:
            return self
        return self._root() if isinstance(self._root, weakref.ref) else self._root

    def _children_attached(self) -> list[tuple[str, Any]]:
        """The children that this checkpoint adds to the root."""
        children = []
        for name in self._attached:
            child = getattr(self, name)
            children.append((name, child() if isinstance(child, weakref.ref) else child))
        return children

    @property
    def save_counter(self) -> Variable:
        """The number of calls of `save`, a variable that is saved as well."""
        if self._save_counter is None:
            with init_scope(), device("/CPU:0"):
                counter = Variable(0, name="save_counter", dtype="int64", trainable=False)
            self._save_counter = self._no_dependency(counter)
            self._track_trackable(counter, "save_counter")
            if self._root is not None:
                self.__dict__["_attached"] = (*self._attached, "save_counter")
                for position in self._target()._deferred_dependencies.pop("save_counter", ())[:1]:
                    position.restore(counter)
        return self._save_counter

    # -- writing --------------------------------------------------------------------------------

    def write(self, file_prefix: Any, options: CheckpointOptions | None = None) -> Any:
        """Writes a checkpoint with exactly this prefix.

        It is not numbered, and not recorded as the latest.

        Args:
            file_prefix: the prefix. Its directory is created, unless it is a tensor.
            options: options for writing.

        Returns:
            The prefix.

        Raises:
            NotFoundError: if the directory of a prefix that is a tensor does not exist.
        """
        return self._write(file_prefix, options)

    def _write(self, file_prefix: Any, options: CheckpointOptions | None = None) -> Any:
        check_effect("SaveV2")
        self.sync()
        options = options or CheckpointOptions()
        prefix = _prefix_of(file_prefix)
        if not isinstance(file_prefix, EagerTensor) and os.path.dirname(prefix):
            os.makedirs(os.path.dirname(prefix), exist_ok=True)
        shards = _shards(
            serialize(self._target(), self._children_attached()),
            options.experimental_sharding_callback,
        )
        callbacks = options.experimental_write_callbacks or []
        if options.enable_async:
            for piece in itertools.chain.from_iterable(shards):
                piece.array = np.array(piece.array)
            self._writing = _WriterThread(prefix, shards, callbacks)
        else:
            _write_files(prefix, shards, callbacks)
        return to_tensor(prefix) if inside_function() else prefix

    def save(self, file_prefix: Any, options: CheckpointOptions | None = None) -> str:
        """Writes a checkpoint numbered by `save_counter` and records it as the latest one.

        Args:
            file_prefix: the prefix without the number.
            options: options for writing.

        Returns:
            The prefix, "PREFIX-NUMBER".

        Raises:
            NotImplementedError: in a `tf.function`.
        """
        if inside_function():
            raise NotImplementedError(
                "Calling tf.train.Checkpoint.save() from a function is not supported, as save() "
                "modifies saving metadata in ways not supported by TensorFlow Operations. Consider "
                "using tf.train.Checkpoint.write(), a lower-level API which does not update "
                "metadata. tf.train.latest_checkpoint and related APIs will not see this "
                "checkpoint."
            )
        if isinstance(file_prefix, os.PathLike):
            file_prefix = os.fspath(file_prefix)
        check_effect("SaveV2")
        counter = self.save_counter
        counter.assign_add(1)
        options = (options or CheckpointOptions()).with_callback(_record_as_latest)
        return self._write(f"{file_prefix}-{counter.numpy()}", options)

    def sync(self) -> None:
        """Waits until a checkpoint written in another thread is complete.

        Raises errors of that thread.
        """
        writing, self._writing = self.__dict__.get("_writing"), None
        if writing is not None:
            writing.join()

    # -- reading --------------------------------------------------------------------------------

    def read(self, save_path: Any, options: CheckpointOptions | None = None) -> LoadStatus:
        """Restores values into existing objects, and into others when they are created.

        If the checkpoint cannot be read, no variable changes.

        Args:
            save_path: the prefix of a checkpoint, or None to restore nothing.
            options: options for reading.

        Returns:
            A status with assertions about what was restored.

        Raises:
            NotFoundError: if the checkpoint does not exist.
            ValueError: if a variable has another shape.
            InvalidArgumentError: if a variable has another type.
            DataLossError: if the checkpoint is damaged.
        """
        self.sync()
        root, attached = self._target(), self._children_attached
        view = (lambda: root), attached
        if save_path is None:
            return InitializationOnlyStatus(*view)
        reader = CheckpointReader(os.fspath(save_path) if _is_path(save_path) else save_path)
        if not reader.has_tensor(object_graph.KEY):
            named = NamedRestoration(reader.bundle)
            for obj, _ in walk(self._target(), self._children_attached()):
                named.restore(obj)
            return NameBasedSaverStatus(named, *view)
        graph = ObjectGraph.from_bytes(reader.get_tensor(object_graph.KEY))
        skip = options is not None and options.experimental_skip_slot_variables
        restoration = Restoration(reader.bundle, graph, skip)
        Position(restoration, 0).restore(self._target())
        ids = object_graph.children(graph.nodes[0])
        for name, child in self._children_attached():
            node_id = ids.get(name)
            if name != "root" and node_id is not None and restoration.object_of(node_id) is None:
                Position(restoration, node_id).restore(child)
        return CheckpointLoadStatus(restoration, *view)

    def restore(self, save_path: Any, options: CheckpointOptions | None = None) -> LoadStatus:
        """As `read`, and restores `save_counter`.

        The directory of a SavedModel is accepted as well.
        """
        path = os.fspath(save_path) if _is_path(save_path) else save_path
        if isinstance(path, (str, bytes)) and os.path.isdir(path):
            text = os.fsdecode(path)
            if any(
                os.path.exists(os.path.join(text, f"saved_model.{end}")) for end in ("pb", "pbtxt")
            ):
                path = os.path.join(text, "variables", "variables")
        try:
            status = self.read(path, options)
        except NotFoundError as error:
            raise NotFoundError(
                None,
                None,
                f"Error when restoring from checkpoint or SavedModel at {save_path}: "
                f"{error.message}\nPlease double-check that the path is correct. You may be "
                "missing the checkpoint suffix (e.g. the '-1' in 'path/to/ckpt-1').",
            ) from None
        counter = self.save_counter
        if isinstance(status, NameBasedSaverStatus):
            status.add_to_optionally_restored(counter)
        return status


def _check(value: Any, name: str) -> None:
    if not isinstance(value, Trackable):
        raise ValueError(
            f"`Checkpoint` was expecting {name} to be a trackable object (an object derived from "
            f"`Trackable`), got {value}. If you believe this object should be trackable (i.e. it "
            "is part of the TensorFlow Python API and manages state), please open an issue."
        )


def _is_path(value: Any) -> bool:
    return isinstance(value, os.PathLike)


def _prefix_of(file_prefix: Any) -> str:
    if isinstance(file_prefix, str):
        return file_prefix
    if _is_path(file_prefix):
        return os.fspath(file_prefix)
    return bytes(to_numpy(to_tensor(file_prefix, _STRING)._t)[()]).decode()


def _shards(tensors: list[SavedTensor], callback: ShardingCallback | None) -> list[list[Piece]]:
    """The contents of each data file."""
    if callback is None:
        written = []
        for saved in tensors:
            array = to_numpy(saved.tensor._t)
            written.append(Piece(saved.key, saved.tensor.dtype, array, array.shape))
        return [written]
    shardable = [
        ShardableTensor(
            None,
            saved.tensor,
            saved.tensor.dtype,
            DeviceSpec.from_string(saved.tensor.device),
            saved.key,
            saved.tensor.shape,
            "",
            saved.key,
            saved.owner,
        )
        for saved in tensors
    ]
    return list(pieces(callback(shardable)))


def write_tensors(
    prefix: str, tensors: list[SavedTensor], callback: ShardingCallback | None = None
) -> None:
    """Writes the files of tensors with this prefix. `callback` splits them into several files."""
    _write_files(prefix, _shards(tensors, callback), [])


def _write_files(
    prefix: str, shards: list[list[Piece]], callbacks: list[Callable[..., Any]]
) -> None:
    try:
        bundle_writer.write(prefix, shards)
    except OpError as error:
        error_class: Any = type(error)
        raise error_class(None, None, f"{error.message} [Op:SaveV2]") from None
    for callback in callbacks:
        count = len(inspect.signature(callback).parameters)
        if count > 1:
            raise AssertionError(
                "Callback functions for checkpoint are required to have 0 or 1 parameters, but "
                f"this has {count} parameters: {callback}"
            )
        callback(*[prefix][:count])


def _record_as_latest(prefix: str) -> None:
    update_checkpoint_state(os.path.dirname(prefix), prefix, [prefix])


class _WriterThread:
    """A thread that writes files."""

    def __init__(self, *arguments: Any) -> None:
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=arguments)
        self._thread.start()

    def _run(self, *arguments: Any) -> None:
        try:
            _write_files(*arguments)
        except Exception as error:
            self._error = error

    def __deepcopy__(self, memo: dict[int, Any]) -> None:
        """None: the copy of a checkpoint has no thread to wait for."""

    def join(self) -> None:
        """Waits for the end. Raises the error of the thread if there was one."""
        self._thread.join()
        if self._error is not None:
            raise self._error


shown_in("tensorflow.python.checkpoint.checkpoint", Checkpoint)
