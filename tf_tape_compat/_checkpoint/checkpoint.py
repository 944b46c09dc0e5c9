"""`tf.train.Checkpoint`: objects whose values are written to files, and read from them."""

from __future__ import annotations

import inspect
import itertools
import os
import threading
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

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
from .saving import Tensors, serialize
from .sharding import ShardableTensor, ShardingCallback, pieces
from .state import update_checkpoint_state
from .status import CheckpointLoadStatus, InitializationOnlyStatus, LoadStatus, NameBasedSaverStatus
from .views import walk

_STRING = as_dtype("string")


class Checkpoint(AutoTrackable):
    """Objects to be saved and restored; answers for `tf.train.Checkpoint`.

    Args:
      root: an object that is saved as if it were the checkpoint itself, or a weak reference to it.
      **kwargs: objects by the names that they are saved under: variables, modules, generators,
        checkpoints, and lists, dicts and tuples of them. Later attributes are saved likewise.

    Raises ValueError for an object that is not trackable.
    """

    def __init__(self, root: Any = None, **kwargs: Any) -> None:
        self._root = root
        self._save_counter: Any = None
        self._attached: Any = self._no_dependency(())
        self._writing: _Writing | None = None
        target: Any = None
        if root is not None:
            target = root() if isinstance(root, weakref.ref) else root
            _check(target, "root")
            kwargs["root"] = root
            self._save_counter = self._no_dependency(target._lookup_dependency("save_counter"))
        for name, value in sorted(kwargs.items()):
            setattr(self, name, value)
            kept = getattr(self, name)
            if isinstance(kept, weakref.ref):
                kept = kept()
            _check(kept, name)
            if target is None:
                continue
            present = target._lookup_dependency(name)
            if present is None:
                self._attached = self._no_dependency((*self._attached, name))
            elif present is not kept:
                raise ValueError(
                    f"Cannot create a Checkpoint with keyword argument {name} if root.{name} "
                    "already exists."
                )

    def _target(self) -> Any:
        """The object that counts as the root."""
        if self._root is None:
            return self
        return self._root() if isinstance(self._root, weakref.ref) else self._root

    def _children_attached(self) -> list[tuple[str, Any]]:
        """The children that the root has through this checkpoint."""
        found = []
        for name in self._attached:
            child = getattr(self, name)
            found.append((name, child() if isinstance(child, weakref.ref) else child))
        return found

    @property
    def save_counter(self) -> Variable:
        """How often `save` was called: a variable, saved along."""
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
        """Writes a checkpoint of exactly this prefix, and returns the prefix.

        It is not counted, nor noted as the latest. Raises NotFoundError where there is no
        directory of a prefix that is a tensor; that of another one is made.
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
            self._writing = _Writing(prefix, shards, callbacks)
        else:
            _write_files(prefix, shards, callbacks)
        return to_tensor(prefix) if inside_function() else prefix

    def save(self, file_prefix: Any, options: CheckpointOptions | None = None) -> str:
        """Writes a checkpoint numbered by `save_counter`, as the latest of its directory.

        Returns its prefix, "PREFIX-NUMBER". Raises NotImplementedError in a `tf.function`.
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
        options = (options or CheckpointOptions()).with_callback(_note_latest)
        return self._write(f"{file_prefix}-{counter.numpy()}", options)

    def sync(self) -> None:
        """Waits until what is written in a thread of its own is written. Raises its errors."""
        writing, self._writing = self.__dict__.get("_writing"), None
        if writing is not None:
            writing.join()

    # -- reading --------------------------------------------------------------------------------

    def read(self, save_path: Any, options: CheckpointOptions | None = None) -> LoadStatus:
        """Assigns the values of a checkpoint to the objects here, and to those still to come.

        Returns a status to ask about it. Raises NotFoundError where there is no such checkpoint,
        ValueError for a variable of another shape, InvalidArgumentError for one of another type,
        DataLossError where it is damaged. If it cannot be read, no variable has changed.
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
        graph = ObjectGraph.parse(reader.get_tensor(object_graph.KEY))
        skip = options is not None and options.experimental_skip_slot_variables
        restoration = Restoration(reader.bundle, graph, skip)
        Position(restoration, 0).restore(self._target())
        numbers = dict(graph.nodes[0].children)
        for name, child in self._children_attached():
            number = numbers.get(name)
            if name != "root" and number is not None and restoration.object_of(number) is None:
                Position(restoration, number).restore(child)
        return CheckpointLoadStatus(restoration, *view)

    def restore(self, save_path: Any, options: CheckpointOptions | None = None) -> LoadStatus:
        """As `read`, with `save_counter`. None restores nothing; a SavedModel's values will do."""
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


def _shards(tensors: Tensors, callback: ShardingCallback | None) -> list[list[Piece]]:
    """What goes into each file of data."""
    if callback is None:
        found = []
        for saved in tensors:
            array = to_numpy(saved.tensor._t)
            found.append(Piece(saved.key, saved.tensor.dtype, array, array.shape))
        return [found]
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


def _write_files(
    prefix: str, shards: list[list[Piece]], callbacks: list[Callable[..., Any]]
) -> None:
    try:
        bundle_writer.write(prefix, shards)
    except OpError as error:
        kind: Any = type(error)
        raise kind(None, None, f"{error.message} [Op:SaveV2]") from None
    for callback in callbacks:
        count = len(inspect.signature(callback).parameters)
        if count > 1:
            raise AssertionError(
                "Callback functions for checkpoint are required to have 0 or 1 parameters, but "
                f"this has {count} parameters: {callback}"
            )
        callback(*[prefix][:count])


def _note_latest(prefix: str) -> None:
    update_checkpoint_state(os.path.dirname(prefix), prefix, [prefix])


class _Writing:
    """Files that are being written, in a thread of their own."""

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
        """Nothing: the copy of a checkpoint has nothing to wait for."""

    def join(self) -> None:
        """Waits for the end. Raises the error that there was."""
        self._thread.join()
        if self._error is not None:
            raise self._error
