"""Variables: state that operations read and `assign` replaces.

A variable's value is a plain torch tensor without a graph. A read under tapes that watch the
variable hands out a torch leaf that shares the value's memory; the tapes keep the leaves that were
handed out and add up their gradients. `assign*` writes in place only while the variable is the
memory's sole owner, so whoever holds an earlier read (a graph, a view, an alias) keeps its value;
that is TensorFlow's own copy-on-write rule.
"""

from __future__ import annotations

import copy as _copy
from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np
import torch

from ...errors import InvalidArgumentError
from ..op.op import op
from ..recording import execution_context
from ..recording.payloads import new_leaf, untracked_payload, without_graph
from ..recording.recorder import Recorder
from ..recording.tape_set import EMPTY, TRAINABLE, TapeSet, tape_set_of, thread
from ..recording.variable_watcher import notice, watchers
from ..recording.vmap_scope import check_effect
from ..tensor.convert import converters, operand_readers, to_tensor
from ..tensor.host_values import device_name, numpy_text
from ..tensor.tensor import EagerTensor, TrackedTensor
from ..tracking.creators import VariableType
from ..tracking.trackable import Trackable
from ..types.dtype import DType, as_dtype
from ..types.reference import Reference
from ..types.shape import TensorShape, brackets
from .handle import Handle, VariableAggregation, VariableSynchronization, sole_owner

# What unsigned integers are added as: modulo 2**n the sign makes no difference.
_SIGNED = {torch.uint16: torch.int16, torch.uint32: torch.int32, torch.uint64: torch.int64}


def key_of(item: Any) -> int:
    """What a tape knows an object by: variables with one handle are one."""
    return id(item._handle) if isinstance(item, Variable) else id(item)


@op("Identity", "input")
def alias(input: Any) -> Any:
    """A new tensor with the same value and memory."""
    return input[...] if isinstance(input, torch.Tensor) else input.view()


class Variable(Trackable, metaclass=VariableType):
    """A tensor whose value can be replaced; answers for `tf.Variable`.

    Args:
      initial_value: what `tf.convert_to_tensor` takes, or a callable that returns it.
      trainable: whether tapes watch the variable when it is read.
      name: the name in `repr`.
      dtype: the type demanded of the initial value.
      shape: a shape that the value is compatible with, if later values may have others.
      constraint: a function that optimizers apply to the new value; kept, not called here.

    Raises ValueError or TypeError where the initial value does not convert or does not fit.
    """

    __slots__ = ("_handle", "__dict__", "__weakref__")

    __array_priority__ = 100

    # Whether reading a trainable variable makes tapes watch it.
    _watch_reads = True

    _handle: Handle

    def __init__(
        self,
        initial_value: Any = None,
        trainable: bool | None = None,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: str | None = None,
        variable_def: Any = None,
        dtype: Any = None,
        import_scope: Any = None,
        constraint: Callable[..., Any] | None = None,
        synchronization: VariableSynchronization = VariableSynchronization.AUTO,
        aggregation: VariableAggregation = VariableAggregation.NONE,
        shape: Any = None,
        experimental_enable_variable_lifting: bool = True,
    ) -> None:
        for argument, value in (
            ("caching_device", caching_device),
            ("variable_def", variable_def),
            ("import_scope", import_scope),
        ):
            if value is not None:
                raise NotImplementedError(
                    f"tf.Variable: the argument {argument!r} is for graphs and is not available in "
                    "tf_tape_compat; leave it out"
                )
        if initial_value is None:
            raise ValueError(
                "The `initial_value` arg to `tf.Variable` must be specified except when you are "
                "not providing a `variable_def`. You provided neither."
            )
        if constraint is not None and not callable(constraint):
            raise ValueError(
                f"Argument `constraint` must be None or a callable. a callable. Got: {constraint}"
            )
        if callable(initial_value) and not isinstance(initial_value, (EagerTensor, Variable)):
            initial_value = initial_value()
        wanted = None if dtype is None else as_dtype(dtype)
        try:
            tensor = to_tensor(initial_value, wanted)
        except ValueError as error:
            if isinstance(initial_value, EagerTensor):
                raise ValueError(f"initial_value: {error}") from None
            raise
        payload = untracked_payload(tensor)
        # A buffer of its own: nobody else may write to it, nor see it written.
        data = (
            payload.copy()
            if isinstance(payload, np.ndarray)
            else payload.detach().clone(memory_format=torch.contiguous_format)
        )
        value_shape = TensorShape._from_ints(tuple(data.shape))
        if shape is None:
            declared = value_shape
        else:
            declared = TensorShape(shape)
            if not declared.is_compatible_with(value_shape):
                raise ValueError(
                    f"In this `tf.Variable` creation, the initial value's shape ({value_shape}) is "
                    f"not compatible with the explicitly supplied `shape` argument ({shape})."
                )
        self._handle = handle = Handle(data)
        handle.shape = declared
        handle.name = execution_context.here.scope + (name or "Variable")
        if trainable is None:
            trainable = synchronization is not VariableSynchronization.ON_READ
        handle.trainable = bool(trainable)
        handle.constraint = constraint
        handle.synchronization = synchronization
        handle.aggregation = aggregation
        if execution_context.here.call is not None and experimental_enable_variable_lifting:
            execution_context.here.call[0].note_variable(self)

    # -- what it is -----------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The name, followed by `:0`."""
        return self._handle.name + ":0"

    @property
    def dtype(self) -> DType:
        """The element type."""
        return self._handle.dtype

    @property
    def shape(self) -> TensorShape:
        """The declared shape."""
        return self._handle.shape

    def get_shape(self) -> TensorShape:
        """The declared shape; the same as `shape`."""
        return self._handle.shape

    @property
    def trainable(self) -> bool:
        """Whether tapes watch this variable when it is read."""
        return self._handle.trainable

    @property
    def handle(self) -> Handle:
        """What tapes know this variable by."""
        return self._handle

    @property
    def device(self) -> str:
        """TensorFlow's name of the device that holds the value."""
        return device_name(self._handle.data)

    @property
    def constraint(self) -> Callable[..., Any] | None:
        """The `constraint` given at creation."""
        return self._handle.constraint

    @property
    def synchronization(self) -> VariableSynchronization:
        """The `synchronization` given at creation."""
        return self._handle.synchronization

    @property
    def aggregation(self) -> VariableAggregation:
        """The `aggregation` given at creation."""
        return self._handle.aggregation

    @property
    def initializer(self) -> None:
        """None in eager execution."""
        return None

    @property
    def create(self) -> None:
        """None in eager execution."""
        return None

    def is_initialized(self, name: str | None = None) -> EagerTensor:
        """True, as a tensor."""
        return EagerTensor(torch.tensor(True))

    def set_shape(self, shape: Any) -> None:
        """Narrows the declared shape. Raises ValueError if `shape` is not compatible with it."""
        self._handle.shape = self._handle.shape.merge_with(shape)

    def ref(self) -> Reference:
        """A hashable reference, for use as a dictionary's key."""
        return Reference(self)

    experimental_ref = ref

    def __hash__(self) -> NoReturn:
        raise TypeError(
            f"Variable is unhashable. Instead, use variable.ref() as the key. (Variable: {self!r})"
        )

    def __repr__(self) -> str:
        value = self._read()._t
        return (
            f"<tf.Variable '{self.name}' shape={self.shape} dtype={self.dtype.name}, "
            f"numpy={numpy_text(value, True)}>"
        )

    def __copy__(self) -> Variable:
        return self.__deepcopy__({})

    def __deepcopy__(self, memo: dict[int, Any]) -> Variable:
        clone = object.__new__(type(self))
        memo[id(self)] = clone
        handle = self._handle
        data = handle.data
        clone._handle = Handle(data.copy() if isinstance(data, np.ndarray) else data.clone())
        for slot in ("shape", "name", "trainable", "constraint", "synchronization", "aggregation"):
            setattr(clone._handle, slot, getattr(handle, slot))
        clone.__dict__.update(_copy.deepcopy(self.__dict__, memo))
        return clone

    def __reduce__(self) -> Any:
        handle = self._handle
        return _unpickle, (self.numpy(), handle.trainable, handle.name, handle.dtype.name)

    # -- reading --------------------------------------------------------------------------------

    def _read(self) -> EagerTensor:
        """The value as an operand, which nobody outside of the operation may keep."""
        if watchers:
            notice(self)
        active = thread.active
        data = self._handle.data
        if active is EMPTY:
            return EagerTensor(data)
        hit = active.reads.get(id(self._handle))
        if hit is not None and hit[0] is data:
            return hit[1]
        return self._read_under(active)

    def _read_under(self, active: TapeSet) -> EagerTensor:
        """The first read of this value under the recorders in `active`."""
        tensor: EagerTensor
        handle = self._handle
        data = handle.data
        key = id(handle)
        stack = thread.stack
        value = data if thread.vmap_scope is None else thread.vmap_scope.value_of(self)
        if (
            len(stack) == 1
            and type(active) is TapeSet
            and type(data) is torch.Tensor
            and data.dtype in TRAINABLE
        ):
            # The usual case, at once: one tape, which watches what is read.
            tape = stack[0]
            if key not in tape.variables and tape.watch_accessed and handle.trainable:
                if self._watch_reads:
                    tape.variables[key] = self
            if key in tape.variables:
                leaf = new_leaf(value)
                tape.hand_out(key, leaf)
                tensor = TrackedTensor(leaf, active)
                active.reads[key] = (data, tensor)
                return tensor
        watching = []
        for tape in stack:
            if key in tape.variables:
                watching.append(tape)
            elif tape.watch_accessed and handle.trainable and self._watch_reads:
                tape.variables[key] = self
                watching.append(tape)
        if not isinstance(data, torch.Tensor):
            tensor = EagerTensor(data)
        elif not watching or data.dtype not in TRAINABLE:
            # An alias: a graph may keep it, and then the memory counts as shared.
            tensor = EagerTensor(without_graph(value))
        else:
            leaf = _leaf_of(value, key, watching)
            if type(active) is not TapeSet:
                tensor = TrackedTensor(leaf, tape_set_of(frozenset(watching)))
                for recorder in watching:
                    if recorder.forward:
                        recorder.keep(tensor, recorder.handles[key])  # type: ignore[attr-defined]
                return tensor
            if len(watching) == len(active.tapes):
                tensor = TrackedTensor(leaf, active)
            else:
                tensor = TrackedTensor(leaf, tape_set_of(frozenset(watching)))
        if self._watch_reads or not handle.trainable or len(watching) == len(active.tapes):
            # Otherwise this is what an assignment returned, and the variable itself may be watched.
            active.reads[key] = (data, tensor)
        return tensor

    def value(self) -> EagerTensor:
        """The value now, as a new tensor."""
        return alias(self._read())

    def read_value(self) -> EagerTensor:
        """The value now, as a new tensor."""
        return alias(self._read())

    def read_value_no_copy(self) -> EagerTensor:
        """The value now, as a new tensor."""
        return alias(self._read())

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
        return EagerTensor.__torch_function__(function, types, _values(args), _values(kwargs or {}))

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

    def initialized_value(self) -> NoReturn:
        """TF1 only. Raises NotImplementedError."""
        raise NotImplementedError()

    # -- writing --------------------------------------------------------------------------------

    def assign(
        self,
        value: Any,
        use_locking: bool = False,
        name: str | None = None,
        read_value: bool = True,
    ) -> Variable | None:
        """Replaces the value. Returns the variable for further use, or None.

        Raises ValueError or TypeError where `value` does not convert to the variable's type or its
        shape is not compatible with the variable's.
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
        self._write(new)
        return self._assigned(read_value)

    def assign_add(
        self,
        delta: Any,
        use_locking: bool = False,
        name: str | None = None,
        read_value: bool = True,
    ) -> Variable | None:
        """Adds `delta` to the value. Raises as `assign` does."""
        return self._update("AssignAddVariableOp", torch.add, torch.Tensor.add_, delta, read_value)

    def assign_sub(
        self,
        delta: Any,
        use_locking: bool = False,
        name: str | None = None,
        read_value: bool = True,
    ) -> Variable | None:
        """Subtracts `delta` from the value. Raises as `assign` does."""
        return self._update("AssignSubVariableOp", torch.sub, torch.Tensor.sub_, delta, read_value)

    def _operand(self, value: Any) -> Any:
        """The payload of a value to be assigned, of the variable's type, without a graph."""
        return untracked_payload(_operand_tensor(value, self._handle.dtype))

    def _update(
        self, operation: str, function: Any, in_place: Any, delta: Any, read_value: bool
    ) -> Variable | None:
        check_effect(operation)
        data = self._handle.data
        if type(delta) is EagerTensor and delta._t.dtype is data.dtype:  # the usual case, at once
            change = delta._t
        else:
            change = self._operand(delta)
        if change.shape != data.shape:
            raise InvalidArgumentError(
                None,
                None,
                "Cannot update variable with shape "
                f"{brackets(data.shape)} using a Tensor with shape {brackets(change.shape)}, "
                f"shapes must be equal. [Op:{operation}]",
            )
        if data.dtype in _SIGNED:  # torch has no kernel for them
            signed = _SIGNED[data.dtype]
            new = function(data.view(signed), change.view(signed)).view(data.dtype)
            self._handle.data = new
        elif sole_owner(data):
            in_place(data, change)
        else:
            self._handle.data = function(data, change)
        return self._assigned(read_value)

    def _write(self, new: Any) -> None:
        check_effect("AssignVariableOp")
        handle = self._handle
        data = handle.data
        if isinstance(new, np.ndarray):
            handle.data = new.copy()
        elif data.shape == new.shape and sole_owner(data):
            data.copy_(new)
        else:
            handle.data = new.to(data.device).clone(memory_format=torch.contiguous_format)

    def _assigned(self, read_value: bool) -> Variable | None:
        """What an assignment returns: a variable with the same handle, counted as read."""
        if not read_value:
            return None
        if thread.active is not EMPTY:
            self._read()
        unread = object.__new__(UnreadVariable)
        unread._handle = self._handle
        return unread

    def load(self, value: Any, session: Any = None) -> None:
        """Replaces the value."""
        self.assign(value)

    # -- checkpoints ----------------------------------------------------------------------------

    def _serialize_to_tensors(self) -> dict[str, Any]:
        return {"VARIABLE_VALUE": self._read()}

    def _restore_from_tensors(self, restored_tensors: dict[str, Any]) -> None:
        value = restored_tensors["VARIABLE_VALUE"]
        self._check_restored(value)
        self._write(value._t)

    def _check_restored(self, value: Any) -> None:
        if not self.shape.is_compatible_with(value.shape):
            raise ValueError(
                f"Received incompatible tensor with shape {value.shape} when attempting to restore "
                f"variable with shape {self.shape} and name {self.name}."
            )

    # -- what only graphs have ------------------------------------------------------------------

    @property
    def op(self) -> NoReturn:
        """Undefined in eager execution. Raises AttributeError."""
        raise AttributeError("Tensor.op is undefined when eager execution is enabled.")

    @property
    def graph(self) -> NoReturn:
        """Undefined in eager execution. Raises AttributeError."""
        raise AttributeError("Tensor.graph is undefined when eager execution is enabled.")

    @property
    def initial_value(self) -> NoReturn:
        """Undefined in eager execution. Raises RuntimeError."""
        raise RuntimeError("This property is not supported when eager execution is enabled.")

    def eval(self, session: Any = None) -> NoReturn:
        """Undefined in eager execution. Raises RuntimeError."""
        raise RuntimeError("This operation is not supported when eager execution is enabled.")

    def to_proto(self, export_scope: Any = None) -> NoReturn:
        """Undefined in eager execution. Raises RuntimeError."""
        raise RuntimeError("This operation is not supported when eager execution is enabled.")


class UnreadVariable(Variable):
    """What assignments return: the same variable, under the name that TensorFlow prints."""

    __slots__ = ()

    _watch_reads = False

    @property
    def name(self) -> str:
        """`UnreadVariable`, without a number."""
        return "UnreadVariable"


def _unpickle(value: Any, trainable: bool, name: str, dtype: str) -> Variable:
    return Variable(value, trainable=trainable, name=name, dtype=dtype)


def _leaf_of(data: torch.Tensor, key: int, watchers: list[Recorder]) -> torch.Tensor:
    """A leaf that stands for a variable's present value on these tapes, from here on.

    Not one that fewer tapes know already: to the others, what was computed from that is constant.
    """
    leaf = new_leaf(data)
    for tape in watchers:
        tape.hand_out(key, leaf)
    return leaf


def _values(arguments: Any) -> Any:
    """The arguments of a function with each variable's value in its place."""
    if isinstance(arguments, Variable):
        return arguments._read()
    if isinstance(arguments, (list, tuple)):
        return type(arguments)([_values(item) for item in arguments])
    if isinstance(arguments, dict):
        return {key: _values(value) for key, value in arguments.items()}
    return arguments


def _operand_tensor(value: Any, dtype: DType) -> EagerTensor:
    """`value` for use inside of an operation that wants `dtype`: variables are not aliased."""
    if isinstance(value, Variable) and value.dtype is dtype:
        return value._read()
    return to_tensor(value, dtype)


def _convert(value: Variable, dtype: DType | None) -> EagerTensor:
    if dtype is not None and value.dtype is not dtype:
        raise ValueError(
            f"Incompatible type conversion requested to type {dtype.name} for `tf.Variable of type "
            f"{value.dtype.name}. (Variable: {value!r})"
        )
    return value.value()


for _kind in (Variable, UnreadVariable):
    converters[_kind] = _convert
    operand_readers[_kind] = _kind._read

__all__ = [
    "Handle",
    "UnreadVariable",
    "Variable",
    "VariableAggregation",
    "VariableSynchronization",
]
