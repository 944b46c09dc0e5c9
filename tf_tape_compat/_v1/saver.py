"""`tf.compat.v1.train.Saver`: saves and restores variables by their names."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

import tf_tape_compat as tf

from .. import _messages
from .._checkpoint import named
from .._checkpoint.bundle import index_path
from .._checkpoint.reader import CheckpointReader, open_bundle
from .._checkpoint.state import update_checkpoint_state
from .._core.recording.activation import stop_recording
from .._core.recording.execution_context import FunctionCall, in_call
from .._logging import get_logger
from ..errors import InvalidArgumentError, NotFoundError
from .graphs import graphs

_FAILED = "Restoring from checkpoint failed. This is most likely due to a {} checkpoint. {}\n\n{}"
_ADVICE = (
    "Please ensure that you have not altered the graph expected based on the checkpoint. "
    "Original error:"
)
_MISSING = "Variable name or other graph key that is missing from the"
_MISMATCH = "mismatch between the current graph and the graph from the"


class Saver:
    """Saves and restores variables by name. Implements `tf.compat.v1.train.Saver`.

    Files are those of `tf.train.Checkpoint`, with names of variables as keys; checkpoints of
    `tf.train.Checkpoint` are restored too. In eager execution, `sess` is None.

    Args:
      var_list: the variables, or a dict of them by key; by default all of the graph.
      reshape: whether values with another shape but the same size are reshaped.
      max_to_keep: how many of the latest checkpoints are kept; None or 0 for all.
      keep_checkpoint_every_n_hours: how often a checkpoint is kept permanently.
      saver_def: options, in the place of arguments.
      defer_build: whether variables are only looked up by `build()` or at first use.
      allow_empty: whether there may be no variables.
      pad_step_number: whether numbers of steps have leading zeros.
      save_relative_paths: whether the file `checkpoint` has paths relative to its directory.
      sharded, name, restore_sequentially, builder, write_version, filename: have no effect.

    Raises:
      ValueError: if there are no variables, or two of a name.
      TypeError: if something is not a variable.
      RuntimeError: in eager execution without `var_list`.
    """

    def __init__(
        self,
        var_list: Any = None,
        reshape: bool = False,
        sharded: bool = False,
        max_to_keep: int | None = 5,
        keep_checkpoint_every_n_hours: float = 10000.0,
        name: str | None = None,
        restore_sequentially: bool = False,
        saver_def: Any = None,
        builder: Any = None,
        defer_build: bool = False,
        allow_empty: bool = False,
        write_version: int = 2,
        pad_step_number: bool = False,
        save_relative_paths: bool = False,
        filename: Any = None,
    ) -> None:
        if defer_build and var_list:
            raise ValueError(
                "If `var_list` is provided then build cannot be deferred. Either set defer_build="
                "False or var_list=None."
            )
        is_eager = tf.executing_eagerly()
        if is_eager and var_list is None:
            raise RuntimeError(
                "When eager execution is enabled, `var_list` must specify a list or dict of "
                "variables to save"
            )
        self.saver_def: Any = None
        if saver_def is not None:
            max_to_keep = saver_def.max_to_keep
            keep_checkpoint_every_n_hours = saver_def.keep_checkpoint_every_n_hours
        self._reshape = reshape
        self._max_to_keep = max_to_keep
        self._hours = keep_checkpoint_every_n_hours
        self._allow_empty = allow_empty
        self._pads_step = pad_step_number
        self._relative_paths = save_relative_paths
        self._var_list = var_list
        self._variables: dict[str, tf.Variable] | None = None
        self._checkpoints: list[tuple[str, float]] = []
        self._next_permanent = time.time() + keep_checkpoint_every_n_hours * 3600
        if not defer_build:
            self.build()
        if not is_eager:
            self.saver_def = saver_def or self._definition(_scope(name))

    def _definition(self, scope: str) -> Any:
        return _messages.SaverDef(
            filename_tensor_name=f"{scope}/Const:0",
            save_tensor_name=f"{scope}/control_dependency:0",
            restore_op_name=f"{scope}/restore_all",
            max_to_keep=self._max_to_keep or 0,
            keep_checkpoint_every_n_hours=self._hours,
            version=2,
        )

    def build(self) -> None:
        """Looks up the variables."""
        var_list = self._var_list
        if var_list is None:
            graph = graphs("get_default_graph")()
            var_list = graph.get_collection("variables") + graph.get_collection("saveable_objects")
        if not var_list and not self._allow_empty:
            raise ValueError("No variables to save")
        self._variables = _by_key(var_list)

    @property
    def variables(self) -> dict[str, tf.Variable]:
        """The variables by key."""
        if self._variables is None:
            self.build()
        assert self._variables is not None
        return self._variables

    # -- saving -----------------------------------------------------------------------------------

    def save(
        self,
        sess: Any,
        save_path: Any,
        global_step: Any = None,
        latest_filename: str | None = None,
        meta_graph_suffix: str = "meta",
        write_meta_graph: bool = True,
        write_state: bool = True,
        strip_default_attrs: bool = False,
        save_debug_info: bool = False,
    ) -> str | None:
        """Saves the variables.

        Args:
          sess: the session, or None in eager execution.
          save_path: the prefix of the files.
          global_step: a number that is added to it.
          latest_filename: the file that lists the checkpoints; `checkpoint` by default.
          write_state: whether the list of checkpoints is written.
          meta_graph_suffix, write_meta_graph, strip_default_attrs, save_debug_info: have no effect;
            the graph is not written.

        Returns:
          The prefix with the number; None if there are no variables.
        """
        latest_filename = latest_filename or "checkpoint"
        if os.path.split(latest_filename)[0]:
            raise ValueError("'latest_filename' must not contain path components")
        prefix = _prefix(save_path)
        if global_step is not None:
            number = self._number(sess, global_step)
            prefix = f"{prefix}-{number:08d}" if self._pads_step else f"{prefix}-{number}"
        elif os.path.basename(prefix) == latest_filename and not self._allow_empty:
            raise ValueError(
                f"'latest_filename' collides with 'save_path': '{latest_filename}' and '{prefix}'"
            )
        is_eager = tf.executing_eagerly() and sess is None
        if not is_eager and not isinstance(sess, graphs("Session")):
            raise TypeError(f"'sess' must be a Session; {sess}")
        variables = self.variables
        if not variables:
            return None
        values = [v.numpy() for v in variables.values()] if is_eager else None
        if values is None:
            values = sess.run(list(variables.values()))
        arrays = {
            key: (variable.dtype, np.asarray(value))
            for (key, variable), value in zip(variables.items(), values, strict=True)
        }
        named.write(prefix, arrays)
        if write_state:
            self._record(prefix, latest_filename)
        if is_eager:
            self.saver_def = self._definition("")
            self.saver_def.filename_tensor_name = prefix
            self.saver_def.save_tensor_name = self.saver_def.restore_op_name = ""
        return prefix

    @staticmethod
    def _number(sess: Any, step: Any) -> int:
        if isinstance(step, (int, np.integer)):
            return int(step)
        return int(step.numpy() if sess is None else sess.run(step))

    def _record(self, prefix: str, latest_filename: str) -> None:
        """Notes a checkpoint, deletes the oldest, and writes the list."""
        self._checkpoints = [x for x in self._checkpoints if x[0] != prefix]
        self._checkpoints.append((prefix, time.time()))
        if self._max_to_keep and len(self._checkpoints) > self._max_to_keep:
            oldest, when = self._checkpoints.pop(0)
            if when > self._next_permanent:
                self._next_permanent += self._hours * 3600
            else:
                named.remove(oldest)
        update_checkpoint_state(
            os.path.dirname(prefix),
            prefix,
            self.last_checkpoints,
            last_preserved=None,
            latest_filename=latest_filename,
            relative_paths=self._relative_paths,
        )

    # -- restoring --------------------------------------------------------------------------------

    def restore(self, sess: Any, save_path: Any) -> None:
        """Restores the variables.

        Args:
          sess: the session, or None in eager execution.
          save_path: the prefix of a checkpoint.

        Raises:
          ValueError: if there is no checkpoint.
          NotFoundError, InvalidArgumentError: if a variable is not in it, or differs. Then none is
            assigned.
        """
        if not self.variables:
            return
        if save_path is None:
            raise ValueError("Can't load save_path when it is None.")
        prefix = _prefix(save_path)
        if not checkpoint_exists(prefix):
            raise ValueError(f"The passed save_path is not a valid checkpoint: {prefix}")
        get_logger().info("Restoring parameters from %s", prefix)
        bundle = open_bundle(prefix)
        variables: Mapping[str, tf.Variable] = self.variables
        keys = named.keys_by_name(bundle)
        if keys is not None and any(key not in bundle for key in variables):
            missing = named.missing_names(variables, keys)
            if missing is not None:
                raise missing
            get_logger().warning(
                "Restoring an object-based checkpoint using a name-based saver. This may be "
                "somewhat fragile, and will re-build the Saver. Instead, consider loading "
                "object-based checkpoints using tf.train.Checkpoint()."
            )
            variables = {keys[name]: variable for name, variable in variables.items()}
        with _outside_of_graphs():
            try:
                named.restore(bundle, variables, self._reshape)
            except NotFoundError as error:
                text = _FAILED.format(_MISSING, _ADVICE, error.message)
                raise NotFoundError(None, None, text) from None
            except InvalidArgumentError as error:
                text = _FAILED.format(_MISMATCH, _ADVICE, error.message)
                raise InvalidArgumentError(None, None, text) from None
        if sess is not None:
            sess.note_values(variables.values())

    # -- the list of checkpoints ------------------------------------------------------------------

    @property
    def last_checkpoints(self) -> list[str]:
        """The checkpoints that may be deleted later, oldest first."""
        return [prefix for prefix, _ in self._checkpoints]

    def set_last_checkpoints(self, last_checkpoints: list[str]) -> None:
        """Sets the list of checkpoints."""
        self._checkpoints = [(prefix, float("inf")) for prefix in last_checkpoints]

    def set_last_checkpoints_with_time(self, last_checkpoints_with_time: Any) -> None:
        """Sets the list of checkpoints and when they were written."""
        self._checkpoints = list(last_checkpoints_with_time)

    def recover_last_checkpoints(self, checkpoint_paths: Iterable[str]) -> None:
        """Sets the list of checkpoints to those that exist."""
        present = [path for path in checkpoint_paths if checkpoint_exists(path)]
        self._checkpoints = [(path, _modified(path)) for path in present]

    # -- messages ---------------------------------------------------------------------------------

    def as_saver_def(self) -> Any:
        """Its options as a `SaverDef`."""
        return self.saver_def

    def to_proto(self, export_scope: str | None = None) -> Any:
        """Its options as a `SaverDef`."""
        return self.saver_def

    @staticmethod
    def from_proto(saver_def: Any, import_scope: str | None = None) -> Saver:
        """A saver with the options of a `SaverDef`."""
        return Saver(saver_def=saver_def, name=import_scope)


def _scope(name: str | None) -> str:
    scope: str = graphs("get_default_graph")().unique_name(name or "save")
    return scope


@contextmanager
def _outside_of_graphs() -> Iterator[None]:
    with in_call(FunctionCall(None, (), None, None)), stop_recording():
        yield


def _by_key(var_list: Any) -> dict[str, tf.Variable]:
    """The variables by key: that of a dict, or their names."""
    if isinstance(var_list, Mapping):
        for value in var_list.values():
            if not isinstance(value, tf.Variable):
                raise TypeError(
                    "names_to_saveables must be a dict mapping string names to Tensors/Variables. "
                    f"Not a variable: {value}"
                )
        return dict(var_list)
    if not isinstance(var_list, (list, tuple, set)):
        raise TypeError(f"Variables to save should be passed in a dict or a list. Got {var_list}")
    variables: dict[str, tf.Variable] = {}
    for variable in var_list:
        if not isinstance(variable, tf.Variable):
            raise TypeError(f"Variable to save is not a Variable: {variable}")
        name = variable._handle.name
        if name in variables:
            raise ValueError(f"At least two variables have the same name: {name}")
        variables[name] = variable
    return variables


def _prefix(save_path: Any) -> str:
    return tf.compat.as_text(tf.compat.path_to_str(save_path))


def checkpoint_exists(checkpoint_prefix: Any) -> bool:
    """Whether there is a checkpoint."""
    prefix = tf.compat.as_text(checkpoint_prefix)
    return bool(tf.io.gfile.glob(index_path(prefix)) or tf.io.gfile.glob(prefix))


def _modified(prefix: str) -> float:
    path = index_path(prefix)
    return os.path.getmtime(path if os.path.exists(path) else prefix)


def checkpoint_times(prefixes: Iterable[str]) -> list[float]:
    """When checkpoints were written, of those that exist."""
    return [_modified(prefix) for prefix in prefixes if checkpoint_exists(prefix)]


def remove_checkpoint(prefix: str, suffix: str) -> None:
    """Deletes a checkpoint and its graph."""
    named.remove(prefix)
    if os.path.exists(f"{prefix}.{suffix}"):
        os.remove(f"{prefix}.{suffix}")


def init_from_checkpoint(ckpt_dir_or_file: Any, assignment_map: Any) -> None:
    """Replaces the initial values of variables by those of a checkpoint."""
    reader = tf.train.load_checkpoint(ckpt_dir_or_file)
    shapes = reader.get_variable_to_shape_map()
    for key, target in _assignments(assignment_map, shapes):
        if key not in shapes:
            raise ValueError(
                f"Tensor {key} is not found in {tf.compat.as_text(ckpt_dir_or_file)} checkpoint "
                f"{shapes}"
            )
        value = reader.get_tensor(key)
        if list(target.shape.as_list()) != list(np.shape(value)):
            raise ValueError(
                f"Shape of variable {target.name} ({target.shape!s}) doesn't match with shape of "
                f"tensor {key} ({list(np.shape(value))!s}) from checkpoint reader."
            )
        if tf.executing_eagerly():
            target.assign(value)
        else:
            assigned = target.assign(value)
            target._initializer = assigned._assignment


def _assignments(assignment_map: Any, shapes: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The keys of a checkpoint with the variables that they are for."""
    known = graphs("get_default_graph")().get_collection("variables")
    by_name = {variable._handle.name: variable for variable in known}
    pairs = assignment_map.items() if isinstance(assignment_map, Mapping) else assignment_map
    for key, target in pairs:
        if isinstance(target, tf.Variable):
            yield key, target
        elif not isinstance(target, str):
            raise NotImplementedError(
                "tf.compat.v1.train.init_from_checkpoint: lists of variables are for partitioned "
                "variables, which are not available; pass a variable, a name or a scope"
            )
        elif target in by_name and not key.endswith("/"):
            yield key, by_name[target]
        else:
            scope = target if not target or target.endswith("/") else f"{target}/"
            prefix = "" if key == "/" else key
            found = [name for name in by_name if name.startswith(scope if scope != "/" else "")]
            if not found:
                raise ValueError(
                    f"Assignment map with scope only name {target.rstrip('/')} should map to scope "
                    f"only {key.rstrip('/')}. Should be 'scope/': 'other_scope/'."
                )
            for name in found:
                full = prefix + name[len(scope) if scope != "/" else 0 :]
                if full not in shapes:
                    raise ValueError(
                        f"Tensor {full} ({full} in {scope}) is not found in checkpoint"
                    )
                yield full, by_name[name]


def new_checkpoint_reader(pattern: Any) -> CheckpointReader:
    """What reads the tensors of a checkpoint by key."""
    return CheckpointReader(tf.compat.as_text(pattern))


def write_state(
    directory: Any, latest: str, paths: Any, name: Any, timestamps: Any, last_preserved: Any
) -> None:
    """Writes the file that lists the checkpoints; the latest is one of them."""
    paths = list(paths or ())
    if not paths or paths[-1] != latest:
        paths.append(latest)
    update_checkpoint_state(
        os.fspath(directory), latest, paths, timestamps or (), last_preserved, name, False
    )
