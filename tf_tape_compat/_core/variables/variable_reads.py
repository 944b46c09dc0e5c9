"""Reading a variable: as an operand, under tapes that watch it, and as other libraries do."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..recording.payloads import new_leaf, without_graph
from ..recording.recorder import Recorder
from ..recording.tape_set import EMPTY, TRAINABLE, TapeSet, tape_set_of, thread
from ..recording.variable_watcher import notice, watchers
from ..tensor.tensor import EagerTensor, TrackedTensor
from ..tensor.unnamed_op import alias
from .handle import Handle


class VariableReads:
    """The ways of reading a variable."""

    __slots__ = ()

    _handle: Handle

    # Whether reading a trainable variable makes tapes watch it.
    _watch_reads = True

    def _read(self) -> EagerTensor:
        """The value as an operand, which nothing outside the operation may keep."""
        if watchers and (symbolic := notice(self)) is not None:
            traced: EagerTensor = symbolic
            return traced
        active = thread.active
        data = self._handle.data
        if active is EMPTY:
            return EagerTensor(data)
        cached = active.reads.get(id(self._handle))
        if cached is not None and cached[0] is data:
            tensor: EagerTensor = cached[1]
            return tensor
        return self._read_under(active)

    def _read_under(self, active: TapeSet) -> EagerTensor:
        """The first read of this value under the recorders in `active`."""
        handle = self._handle
        data = handle.data
        key = id(handle)
        stack = thread.stack
        value = data if thread.vmap_scope is None else thread.vmap_scope.value_of(self)
        if (
            len(stack) == 1
            and not active.forward_mode
            and type(data) is torch.Tensor
            and data.dtype in TRAINABLE
        ):
            # Fast path of the usual case: one tape, which watches what is read.
            tape = stack[0]
            is_watched = key in tape.variables
            if not is_watched and tape.watch_accessed and handle.trainable and self._watch_reads:
                tape.variables[key] = self
                is_watched = True
            if is_watched:
                leaf = new_leaf(value)
                tape.register_read(key, leaf)
                tensor = TrackedTensor(leaf, active)
                active.reads[key] = (data, tensor)
                return tensor
        watching = self._watching(stack)
        if not isinstance(data, torch.Tensor):
            result = EagerTensor(data)
        elif not watching or data.dtype not in TRAINABLE:
            # An alias: a graph may keep it, and then the memory counts as shared.
            result = EagerTensor(without_graph(value))
        else:
            result = _tracked_read(value, key, watching, active)
            if active.forward_mode:
                return result
        if self._watch_reads or not handle.trainable or len(watching) == len(active.recorders):
            # Otherwise an assignment returned this object, and the variable itself may be watched.
            active.reads[key] = (data, result)
        return result

    def _watching(self, stack: tuple[Recorder, ...]) -> list[Recorder]:
        """The recorders that watch this variable, or do so from now on because it is read."""
        handle = self._handle
        key = id(handle)
        watching = []
        for tape in stack:
            if key in tape.variables:
                watching.append(tape)
            elif tape.watch_accessed and handle.trainable and self._watch_reads:
                tape.variables[key] = self
                watching.append(tape)
        return watching

    def value(self) -> EagerTensor:
        """The current value, as a new tensor."""
        return alias(self._read())

    def read_value(self) -> EagerTensor:
        """The current value, as a new tensor."""
        return alias(self._read())

    def read_value_no_copy(self) -> EagerTensor:
        """The current value, as a new tensor."""
        return alias(self._read())

    # -- Python and other libraries -------------------------------------------------------------

    def numpy(self) -> Any:
        """The value as a new `numpy.ndarray`, or as a NumPy scalar for rank 0."""
        return self._read().numpy()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return self._read().__array__(dtype)

    @classmethod
    def __torch_function__(
        cls, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        """Runs a torch function on this variable's value as an operation that tapes record."""
        return EagerTensor.__torch_function__(
            function, types, _with_values(args), _with_values(kwargs or {})
        )

    def torch(self) -> Any:
        """A `torch.nn.Parameter` for this variable: the same object as long as it is in use.

        When a torch optimizer that has the parameter makes a step, it starts from the variable's
        value, and the variable gets the new value. In between, the parameter has the value that
        the variable had when this was last called. The memory is not shared.

        A tape takes the variable and the parameter for two sources: `tape.gradient` by the variable
        counts what was computed from the variable, and by the parameter what was computed from it.

        Raises TypeError for a variable of strings, integers or booleans.
        """
        from .torch_parameters import parameter_of

        return parameter_of(self._handle)

    def __dlpack__(self, **arguments: Any) -> Any:
        return self.value().__dlpack__(**arguments)

    def __dlpack_device__(self) -> Any:
        return self._read().__dlpack_device__()

    def __int__(self) -> int:
        return int(self._read())

    def __float__(self) -> float:
        return float(self._read())

    def __complex__(self) -> complex:
        return complex(self._read())

    def __bool__(self) -> bool:
        return bool(self._read())

    __nonzero__ = __bool__


def _tracked_read(
    value: torch.Tensor, key: int, watching: list[Recorder], active: TapeSet
) -> EagerTensor:
    """A read that the recorders in `watching` track, by a new leaf.

    A leaf that fewer recorders know cannot be reused: to the others, everything computed from it is
    a constant.
    """
    leaf = new_leaf(value)
    for tape in watching:
        tape.register_read(key, leaf)
    if not active.forward_mode and len(watching) == len(active.recorders):
        return TrackedTensor(leaf, active)
    tensor = TrackedTensor(leaf, tape_set_of(frozenset(watching)))
    for recorder in watching:
        recorder.note_variable_tensor(key, tensor)
    return tensor


def _with_values(arguments: Any) -> Any:
    """The arguments of a function, with each variable replaced by its value."""
    if isinstance(arguments, VariableReads):
        return arguments._read()
    if isinstance(arguments, (list, tuple)):
        return type(arguments)([_with_values(item) for item in arguments])
    if isinstance(arguments, dict):
        return {key: _with_values(value) for key, value in arguments.items()}
    return arguments
