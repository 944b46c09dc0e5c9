"""`tf.Variable`: state that operations read and `assign` replaces.

The value of a variable is a torch tensor without a graph. A read under tapes that watch the
variable gives them a torch leaf that shares the value's memory; a tape keeps its leaves and adds up
their gradients. An assignment writes in place only while the variable is the sole owner of the
memory. So a graph, view or alias that holds an earlier read keeps its value, which is TensorFlow's
own copy-on-write rule.

Reading is in `variable_reads`, the properties in `variable_properties`. The methods that are
operations (`assign`, `scatter_*`, ...) are attached by `_ops/state`, Python's operators by
`_ops/operators.py`.
"""

from __future__ import annotations

import copy as _copy
from collections.abc import Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from ..devices.placement import place
from ..recording import execution_context
from ..recording.payloads import untracked_payload
from ..recording.tape_set import EMPTY, thread
from ..tensor.convert import converters, operand_readers, to_tensor
from ..tensor.host_values import numpy_text
from ..tensor.tensor import EagerTensor
from ..tracking.creators import VariableType
from ..tracking.trackable import Trackable
from ..types.dtype import DType, as_dtype
from ..types.shape import TensorShape
from .handle import Handle, VariableAggregation, VariableSynchronization
from .variable_properties import GraphOnlyMembers, VariableProperties
from .variable_reads import VariableReads


def key_of(item: Any) -> int:
    """The key by which a tape knows an object: variables with one handle are the same."""
    return id(item._handle) if isinstance(item, Variable) else id(item)


class Variable(
    VariableReads, VariableProperties, GraphOnlyMembers, Trackable, metaclass=VariableType
):
    """Implements `tf.Variable`: a tensor whose value can be replaced.

    Args:
      initial_value: anything that `tf.convert_to_tensor` accepts, or a callable that returns it.
      trainable: whether tapes watch the variable when it is read. By default they do, unless
        `synchronization` is ON_READ.
      validate_shape: accepted for compatibility; the shape is always known.
      caching_device: for graphs; must be None.
      name: the name in `repr`.
      variable_def: for graphs; must be None.
      dtype: the required element type of the initial value.
      import_scope: for graphs; must be None.
      constraint: a function that optimizers apply to new values; kept, but not called here.
      synchronization: a `tf.VariableSynchronization`.
      aggregation: a `tf.VariableAggregation`.
      shape: the declared shape, with unknown sizes if later values may have other shapes.
      experimental_enable_variable_lifting: False for a variable that a `tf.function` makes anew in
        each call.

    Raises:
      ValueError: if the initial value is missing, or does not convert or fit `shape`.
      TypeError: if the initial value does not convert to `dtype`.
      NotImplementedError: if an argument for graphs is given.
    """

    __slots__ = ("_handle", "__dict__", "__weakref__")

    # NumPy's operators give way to ours.
    __array_priority__ = 100

    # Calls of this very class go through tf.variable_creator_scope; those of subclasses do not.
    _uses_creators = True

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
        _refuse_graph_arguments(
            caching_device=caching_device, variable_def=variable_def, import_scope=import_scope
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
        graph = execution_context.active_graph()
        dtype = None if dtype is None else as_dtype(dtype)
        if graph is None or graph.building_function:
            full_name = execution_context.current_context.scope + (name or "Variable")
            tensor = _initial_tensor(initial_value, dtype)
        else:
            full_name = graph.unique_name(name or "Variable")
            scope = execution_context.name_scope(f"{full_name}/Initializer/")
            with scope, graph.control_dependencies(None):
                tensor = _initial_tensor(initial_value, dtype)
        # While a function is traced, the initial value may be symbolic.
        is_symbolic = graph is not None and graph.owns(tensor)
        data = graph.example_payload(tensor) if is_symbolic else initial_data(tensor)
        self._handle = handle = Handle(data)
        value_shape = tensor.shape if is_symbolic else TensorShape._from_ints(tuple(data.shape))
        handle.shape = _declared_shape(shape, value_shape)
        handle.name = full_name
        if trainable is None:
            trainable = synchronization is not VariableSynchronization.ON_READ
        handle.trainable = bool(trainable)
        handle.constraint = constraint
        handle.synchronization = synchronization
        handle.aggregation = aggregation
        if (
            execution_context.current_context.call is not None
            and experimental_enable_variable_lifting
        ):
            function = execution_context.current_context.call.function
            if function is None:
                if graph is not None:
                    if is_symbolic and graph.building_function:
                        raise _not_lifted(tensor, name)
                    graph.add_variable(self, tensor)
            elif is_symbolic:
                function.note_variable(self, tensor)
            else:
                function.note_variable(self)

    def __hash__(self) -> int:
        if not execution_context.executing_eagerly_outside_functions():
            return id(self)
        raise TypeError(
            f"Variable is unhashable. Instead, use variable.ref() as the key. (Variable: {self!r})"
        )

    def __repr__(self) -> str:
        if execution_context.active_graph() is not None:
            return f"<tf.Variable '{self.name}' shape={self.shape} dtype={self.dtype.name}>"
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

    # -- writing, for `_ops/state` --------------------------------------------------------------

    def _operand(self, value: Any) -> Any:
        """The payload of a value to assign: of the variable's type, without a graph."""
        dtype = self._handle.dtype
        if isinstance(value, Variable) and value.dtype is dtype:
            tensor = value._read()  # only its value is needed, so no alias
        else:
            tensor = to_tensor(value, dtype)
        return untracked_payload(tensor)

    def _assigned(self, read_value: bool) -> Variable | None:
        """What an assignment returns: a variable with the same handle, which counts as read."""
        if not read_value:
            return None
        if thread.active is not EMPTY:
            self._read()
        unread = object.__new__(UnreadVariable)
        unread._handle = self._handle
        return unread

    if TYPE_CHECKING:
        # Attached by `_ops/state/assignment.py`.
        def assign(
            self,
            value: Any,
            use_locking: bool = False,
            name: str | None = None,
            read_value: bool = True,
        ) -> Variable | None: ...

        def assign_add(
            self,
            delta: Any,
            use_locking: bool = False,
            name: str | None = None,
            read_value: bool = True,
        ) -> Variable | None: ...

        def assign_sub(
            self,
            delta: Any,
            use_locking: bool = False,
            name: str | None = None,
            read_value: bool = True,
        ) -> Variable | None: ...

        def load(self, value: Any, session: Any = None) -> None: ...

    # -- checkpoints ----------------------------------------------------------------------------

    def _serialize_to_tensors(self) -> dict[str, Any]:
        return {"VARIABLE_VALUE": self._read()}

    def _check_restored(self, value: Any) -> None:
        if not self.shape.is_compatible_with(value.shape):
            raise ValueError(
                f"Received incompatible tensor with shape {value.shape} when attempting to restore "
                f"variable with shape {self.shape} and name {self.name}."
            )


class UnreadVariable(Variable):
    """What assignments return: the same variable, under the name that TensorFlow prints."""

    __slots__ = ()

    _watch_reads = False

    @property
    def name(self) -> str:
        """`UnreadVariable`, without a number."""
        return "UnreadVariable"


def _refuse_graph_arguments(**arguments: Any) -> None:
    for argument, value in arguments.items():
        if value is not None:
            raise NotImplementedError(
                f"tf.Variable: the argument {argument!r} is for graphs and is not available in "
                "tf_tape_compat; leave it out"
            )


def _not_lifted(initial_value: EagerTensor, name: str | None) -> ValueError:
    return ValueError(
        f"Argument `initial_value` ({initial_value}) could not be lifted out of a `tf.function`. "
        f"(Tried to create variable with name='{name}'). To avoid this error, when constructing "
        "`tf.Variable`s inside of `tf.function` you can create the `initial_value` tensor in a "
        "`tf.init_scope` or pass a callable `initial_value` (e.g., `tf.Variable(lambda : "
        "tf.truncated_normal([10, 40]))`). Please file a feature request if this restriction "
        "inconveniences you."
    )


def _initial_tensor(initial_value: Any, dtype: DType | None) -> EagerTensor:
    """The initial value of a new variable."""
    if callable(initial_value) and not isinstance(initial_value, (EagerTensor, Variable)):
        call = execution_context.current_context.call
        if call is not None and call.function is None and call.graph is not None:
            # Only a `tf.function` computes initial values later; other functions' graphs do not.
            with execution_context.init_scope() if call.graph.building_function else nullcontext():
                initial_value = initial_value()
        else:
            initial_value = initial_value()
    try:
        return to_tensor(initial_value, dtype)
    except ValueError as error:
        if isinstance(initial_value, EagerTensor):
            raise ValueError(f"initial_value: {error}") from None
        raise


def initial_data(tensor: EagerTensor) -> Any:
    """The payload of a new variable with this value, in memory of its own."""
    payload = untracked_payload(tensor)
    if isinstance(payload, np.ndarray):
        return payload.copy()
    placed = place(payload.detach())
    if placed is not payload and placed.device != payload.device:
        return placed.contiguous()
    return placed.clone(memory_format=torch.contiguous_format)


def _declared_shape(shape: Any, value_shape: TensorShape) -> TensorShape:
    if shape is None:
        return value_shape
    declared = TensorShape(shape)
    if not declared.is_compatible_with(value_shape):
        raise ValueError(
            f"In this `tf.Variable` creation, the initial value's shape ({value_shape}) is "
            f"not compatible with the explicitly supplied `shape` argument ({shape})."
        )
    return declared


def _unpickle(value: Any, trainable: bool, name: str, dtype: str) -> Variable:
    return Variable(value, trainable=trainable, name=name, dtype=dtype)


def _convert(value: Variable, dtype: DType | None) -> EagerTensor:
    if dtype is not None and value.dtype is not dtype:
        raise ValueError(
            f"Incompatible type conversion requested to type {dtype.name} for `tf.Variable of type "
            f"{value.dtype.name}. (Variable: {value!r})"
        )
    return value.value()


for _cls in (Variable, UnreadVariable):
    converters[_cls] = _convert
    operand_readers[_cls] = _cls._read

# Variables are instances of this subclass in TensorFlow.
Variable.__name__ = Variable.__qualname__ = "ResourceVariable"
Variable.__module__ = "tensorflow.python.ops.resource_variable_ops"

__all__ = [
    "Handle",
    "UnreadVariable",
    "Variable",
    "VariableAggregation",
    "VariableSynchronization",
    "key_of",
]
