"""Checkpoints of TensorFlow 1, whose keys are the names of variables."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from .._core.tensor.convert import c_name
from .._core.types.dtype import DType
from .._core.variables.variable import Variable
from ..errors import InvalidArgumentError, NotFoundError
from . import bundle_writer, object_graph
from .bundle import index_path
from .bundle_writer import Piece
from .object_graph import ObjectGraph
from .restoring import tensor_of


def write(prefix: str, values: Mapping[str, tuple[Any, np.ndarray]]) -> None:
    """Writes a checkpoint of values with their types by key. Its directory is created."""
    if os.path.dirname(prefix):
        os.makedirs(os.path.dirname(prefix), exist_ok=True)
    pieces = [
        Piece(key, DType(dtype.as_datatype_enum), array, array.shape)
        for key, (dtype, array) in sorted(values.items())
    ]
    bundle_writer.write(prefix, [pieces])


def remove(prefix: str) -> None:
    """Deletes the files of a checkpoint, whether or not they exist."""
    for pattern in (index_path(prefix), prefix + ".data-?????-of-?????", prefix):
        for path in glob.glob(pattern):
            os.remove(path)


def keys_by_name(bundle: Any) -> dict[str, str] | None:
    """The keys of variables by their names in a checkpoint with an object graph; else None."""
    if object_graph.KEY not in bundle:
        return None
    graph = ObjectGraph.from_bytes(bundle.read(object_graph.KEY)[()])
    attributes = (attribute for node in graph.nodes for attribute in node.attributes)
    return {x.full_name: x.checkpoint_key for x in attributes if x.full_name}


def missing_names(expected: Iterable[str], keys: Mapping[str, str]) -> NotFoundError | None:
    """The error if variables are not in a checkpoint with an object graph."""
    expected = set(expected)
    missing, extra = expected - keys.keys(), keys.keys() - expected
    if not missing:
        return None
    return NotFoundError(
        None,
        None,
        f"\n\nExisting variables not in the checkpoint: {', '.join(sorted(missing))}\n\n"
        "Variables names when this checkpoint was written which don't exist now: "
        f"{', '.join(sorted(extra))}\n\n({len(expected & keys.keys())} variable name(s) did match)"
        "\n\nCould not find some variables in the checkpoint (see names above). Saver was "
        "attempting to load an object-based checkpoint (saved using tf.train.Checkpoint or "
        "tf.keras.Model.save_weights) using variable names. If the checkpoint was written with "
        "eager execution enabled, it's possible that variable names have changed (for example "
        "missing a '_1' suffix). It's also possible that there are new variables which did not "
        "exist when the checkpoint was written. You can construct a Saver(var_list=...) with only "
        "the variables which previously existed, and if variable names have changed you may need "
        "to make this a dictionary with the old names as keys.",
    )


def restore(bundle: Any, variables: Mapping[str, Variable], reshape: bool = False) -> None:
    """Assigns the values of a checkpoint to variables by key, if asked for reshaped.

    Raises NotFoundError, InvalidArgumentError or ValueError, before any is assigned, if a key is
    missing, or its type or shape differs.
    """
    values = []
    for key, variable in variables.items():
        if key not in bundle:
            raise NotFoundError(None, None, f"Key {key} not found in checkpoint")
        found = DType(bundle.entry(key).dtype)
        if found != variable.dtype:
            raise InvalidArgumentError(
                None,
                None,
                f"tensor_name = {key}; expected dtype {c_name(variable.dtype)} does not equal "
                f"original dtype {c_name(found)}",
            )
        array = bundle.read(key)
        if reshape and variable.shape.is_fully_defined():
            array = array.reshape(variable.shape.as_list())
        value = tensor_of(array)
        if not variable.shape.is_compatible_with(value.shape):
            raise InvalidArgumentError(
                None,
                None,
                f"Cannot assign value to variable '{variable.name}': Shape mismatch. The variable "
                f"shape {variable.shape}, and the assigned value shape {value.shape} are "
                "incompatible.",
            )
        values.append(value)
    for variable, value in zip(variables.values(), values, strict=True):
        variable._restore_from_tensors({object_graph.VARIABLE_VALUE: value})
