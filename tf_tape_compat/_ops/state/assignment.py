"""`assign`, `assign_add` and `assign_sub` of `tf.Variable`, and restoring from a checkpoint.

Importing this module attaches them to the class.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from ..._core.recording.execution_context import session_graph
from ..._core.recording.vmap_scope import check_effect
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.shape import TensorShape, brackets
from ..._core.variables.handle import sole_owner
from ..._core.variables.variable import Variable
from .._support.arguments import op_error

# torch cannot add these unsigned integers; modulo 2**n, signed ones have the same sum.
_SIGNED = {torch.uint16: torch.int16, torch.uint32: torch.int32, torch.uint64: torch.int64}


def write(variable: Variable, value: Any) -> None:
    """Replaces the value of `variable` by a copy of the payload `value`."""
    check_effect("AssignVariableOp")
    variable._handle.store(value)


def assign(
    self: Variable,
    value: Any,
    use_locking: bool = False,
    name: str | None = None,
    read_value: bool = True,
) -> Variable | None:
    """Replaces the value. Implements `tf.Variable.assign`.

    Args:
      value: the new value, of the variable's element type and a compatible shape.
      use_locking: for compatibility; ignored.
      name: for compatibility; ignored.
      read_value: whether to return the variable.

    Returns:
      The variable, for further use, or None.

    Raises:
      TypeError, ValueError: if `value` does not convert to the variable's element type.
      ValueError: if its shape is not compatible with the variable's.
    """
    new = self._operand(value)
    if self._handle.data.shape != new.shape and not self.shape.is_compatible_with(
        TensorShape._from_ints(tuple(new.shape))
    ):
        raise ValueError(
            f"Cannot assign value to variable ' {self.name}': Shape mismatch."
            f"The variable shape {self.shape}, and the assigned value shape "
            f"{TensorShape._from_ints(tuple(new.shape))} are incompatible."
        )
    write(self, new)
    return self._assigned(read_value)


def assign_add(
    self: Variable,
    delta: Any,
    use_locking: bool = False,
    name: str | None = None,
    read_value: bool = True,
) -> Variable | None:
    """Adds `delta` to the value. Implements `tf.Variable.assign_add`.

    Raises InvalidArgumentError if the shapes differ, otherwise as `assign`.
    """
    return _update(self, "AssignAddVariableOp", torch.add, torch.Tensor.add_, delta, read_value)


def assign_sub(
    self: Variable,
    delta: Any,
    use_locking: bool = False,
    name: str | None = None,
    read_value: bool = True,
) -> Variable | None:
    """Subtracts `delta` from the value. Implements `tf.Variable.assign_sub`.

    Raises InvalidArgumentError if the shapes differ, otherwise as `assign`.
    """
    return _update(self, "AssignSubVariableOp", torch.sub, torch.Tensor.sub_, delta, read_value)


def _update(
    variable: Variable,
    operation: str,
    function: Callable[[Any, Any], torch.Tensor],
    in_place: Callable[[Any, Any], torch.Tensor],
    delta: Any,
    read_value: bool,
) -> Variable | None:
    check_effect(operation)
    handle = variable._handle
    data = handle.data
    if type(delta) is EagerTensor and delta._t.dtype is data.dtype:  # fast path of the usual case
        change = delta._t
    else:
        change = variable._operand(delta)
    if change.shape != data.shape:
        raise op_error(
            operation,
            f"Cannot update variable with shape {brackets(data.shape)} using a Tensor with shape "
            f"{brackets(change.shape)}, shapes must be equal.",
        )
    if data.dtype in _SIGNED:
        signed = _SIGNED[data.dtype]
        handle.data = function(data.view(signed), change.view(signed)).view(data.dtype)
    elif sole_owner(data):
        in_place(data, change)
    else:
        handle.data = function(data, change)
    return variable._assigned(read_value)


def load(self: Variable, value: Any, session: Any = None) -> None:
    """Replaces the value, as `assign` does; in a graph, that of a session."""
    graph = session_graph()
    if graph is None:
        self.assign(value)
    else:
        graph.load_variable(self, value, session)


def _restore_from_tensors(self: Variable, restored_tensors: dict[str, Any]) -> None:
    """Assigns the value from a checkpoint. Raises ValueError if its shape does not fit."""
    value = restored_tensors["VARIABLE_VALUE"]
    self._check_restored(value)
    write(self, value._t)


for _method in (assign, assign_add, assign_sub, load, _restore_from_tensors):
    setattr(Variable, _method.__name__, _method)
