"""The eager tensor: a thin, immutable wrapper around a torch tensor.

Python's operators, indexing and iteration are operations: `_ops/operators.py` and
`_ops/array/indexing.py` attach them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np
import torch

from ..devices.accelerator import accelerator_type
from ..devices.device import visible_gpus
from ..recording.admission import admit
from ..recording.execution_context import refuse_in_graph
from ..recording.payloads import in_graph, new_leaf, without_graph
from ..recording.tape_set import EMPTY, TapeSet, thread
from ..recording.torch_tensors import trackers
from ..tracking.trackable import plain_types
from ..types.dtype import FROM_TORCH, DType, as_dtype
from ..types.reference import Reference
from ..types.shape import TensorShape
from ..types.tensor_spec import TensorSpec
from ..types.type_spec import describers
from .host_values import device_name, numpy_text, to_numpy
from .missing_members import graph_only, missing_member

STRING = as_dtype("string")

# Attributes that few tensors have, by name: functions of the tensor that return the value or None.
late_attributes: dict[str, Callable[[Any], Any]] = {}


# The torch functions behind the operators of torch tensors -> our operator, which is called if the
# right operand is one of our tensors.
torch_operators: dict[Any, Any] = {}


class Tensor:
    """Implements `tf.Tensor`: a multidimensional array of elements of one type.

    `tf.constant`, `tf.convert_to_tensor` and the operations make tensors; the constructor raises
    TypeError. `isinstance(x, tf.Tensor)` holds for all of them.
    """

    __slots__ = ()

    _t: Any

    OVERLOADABLE_OPERATORS = frozenset(
        "__abs__ __add__ __and__ __div__ __eq__ __floordiv__ __ge__ __getitem__ __gt__ __invert__"
        " __le__ __lt__ __matmul__ __mod__ __mul__ __ne__ __neg__ __or__ __pow__ __radd__ __rand__"
        " __rdiv__ __rfloordiv__ __rmatmul__ __rmod__ __rmul__ __ror__ __rpow__ __rsub__"
        " __rtruediv__ __rxor__ __sub__ __truediv__ __xor__".split()
    )

    # NumPy's operators give way to ours.
    __array_priority__ = 100

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise TypeError("tf.Tensor is not constructed directly; use tf.constant")

    @property
    def dtype(self) -> DType:
        """The element type."""
        return FROM_TORCH.get(self._t.dtype, STRING)

    @property
    def shape(self) -> TensorShape:
        """The shape, always fully known."""
        return TensorShape._from_ints(tuple(self._t.shape))

    def get_shape(self) -> TensorShape:
        """The shape; the same as `shape`."""
        return self.shape

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        rank: int = self._t.ndim
        return rank

    def _shape_tuple(self) -> tuple[int | None, ...] | None:
        """The static sizes, or None if their number is unknown. Libraries use it."""
        shape = self.shape
        return None if shape.rank is None else tuple(shape.as_list())

    def set_shape(self, shape: Any) -> None:
        """Checks that `shape` is compatible. Raises ValueError if it is not."""
        if not self.shape.is_compatible_with(shape):
            raise ValueError(
                f"Tensor's shape {self.shape} is not compatible with supplied shape "
                f"{TensorShape(shape)}."
            )

    def ref(self) -> Reference:
        """A hashable reference, for use as a dictionary's key."""
        return Reference(self)

    experimental_ref = ref

    def _numpy(self) -> Any:
        """The value in NumPy: an array that may share memory, or a scalar for rank 0."""
        array = to_numpy(self._t)
        return array[()] if array.ndim == 0 else array

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        array = to_numpy(self._t)
        if dtype is not None and array.dtype != dtype:
            return array.astype(dtype)
        # The memory belongs to an immutable tensor, so callers get a copy.
        return array.copy()

    def __bool__(self) -> bool:
        value = self._numpy()
        if isinstance(value, np.ndarray):
            return bool(value.size > 0 and value)
        return bool(value)

    __nonzero__ = __bool__

    def __len__(self) -> int:
        shape = self._t.shape
        if not shape:
            raise TypeError("Scalar tensor has no `len()`")
        length: int = shape[0]
        return length

    @property
    def name(self) -> NoReturn:
        """Undefined in eager execution. Raises AttributeError."""
        raise graph_only("name")

    def eval(self, feed_dict: Any = None, session: Any = None) -> NoReturn:
        """Undefined in eager execution. Raises NotImplementedError."""
        raise NotImplementedError(
            "eval is not supported when eager execution is enabled, is .numpy() what you're "
            "looking for?"
        )


class EagerTensor(Tensor):
    """A tensor with a value.

    Attributes:
      _t: the payload, a torch tensor of any kind (CPU, CUDA, meta, fake, traced), or for strings a
        NumPy object array of bytes.
      _tapes: the set of recorders that track the tensor (see recorder.py); empty for this class.
      _leaf: the torch leaf that represents the tensor in recorded operations that it entered as a
        constant, or None.

    A tracked tensor has the class `TrackedTensor`. So the most common test, whether an operand is
    an untracked tensor, is one comparison of classes.
    """

    # `__dict__` is for attributes that programs and libraries add; it is made on first use.
    __slots__ = ("_t", "_set", "_leaf", "__dict__", "__weakref__")

    _t: Any
    _set: TapeSet
    _leaf: torch.Tensor | None
    _tapes: TapeSet = EMPTY

    def __init__(self, payload: Any) -> None:
        self._t = payload

    def _track(self, payload: Any, tapes: TapeSet) -> None:
        """Makes the recorders in `tapes` track this tensor, by `payload`."""
        self._t = payload
        self._set = tapes
        self.__class__ = TrackedTensor

    def _untrack(self) -> None:
        """Ends all tracking of this tensor and releases its graph."""
        payload = self._t
        if thread.vmap_scope is None:
            # Other recorders may have recorded operations on this leaf.
            self._leaf = payload if payload.grad_fn is None else None
        # In this order: another thread that sees the class must find a detached payload.
        self._t = without_graph(payload)
        self.__class__ = EagerTensor

    # -- properties -----------------------------------------------------------------------------

    @property
    def device(self) -> str:
        """TensorFlow's name of the device that holds the tensor."""
        return device_name(self._t)

    @property
    def backing_device(self) -> str:
        """TensorFlow's name of the device that holds the tensor's memory."""
        return device_name(self._t)

    @property
    def is_packed(self) -> bool:
        """Whether this packs a tensor for each of several devices: always False."""
        return False

    def __hash__(self) -> NoReturn:
        raise TypeError("Tensor is unhashable. Instead, use tensor.ref() as the key.")

    def __copy__(self) -> EagerTensor:
        return self

    def __deepcopy__(self, memo: Any) -> EagerTensor:
        return self

    # -- value ----------------------------------------------------------------------------------

    def numpy(self) -> Any:
        """The value as a new `numpy.ndarray`; for rank 0 as a NumPy scalar, or bytes."""
        value = self._numpy()
        return value.copy() if isinstance(value, np.ndarray) else value

    def __int__(self) -> int:
        return int(self._numpy())

    def __float__(self) -> float:
        return float(self._numpy())

    def __complex__(self) -> complex:
        return complex(self._numpy())

    def __index__(self) -> int:
        index: int = self._numpy().__index__()
        return index

    def __format__(self, spec: str) -> str:
        return format(self._numpy(), spec)

    def __str__(self) -> str:
        return (
            f"tf.Tensor({numpy_text(self._t, False)}, shape={self.shape}, dtype={self.dtype.name})"
        )

    def __repr__(self) -> str:
        return (
            f"<tf.Tensor: shape={self.shape}, dtype={self.dtype.name}, "
            f"numpy={numpy_text(self._t, True)}>"
        )

    # -- other libraries ------------------------------------------------------------------------

    def __dlpack__(self, **arguments: Any) -> Any:
        if not isinstance(self._t, torch.Tensor):
            raise RuntimeError("A string tensor cannot be handed over with DLPack")
        return self._t.detach().__dlpack__(**arguments)

    def __dlpack_device__(self) -> Any:
        return self._t.__dlpack_device__()

    @classmethod
    def __torch_function__(
        cls, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        """Runs a torch function on this tensor as an operation that tapes record."""
        operator = torch_operators.get(function)
        if operator is not None and len(args) == 2 and isinstance(args[0], torch.Tensor):
            return operator(*args)
        if torch.Tensor in types and getattr(function, "__name__", "").startswith("__"):
            return NotImplemented  # `torch_tensor // tensor` is our operator, reflected
        return run_torch_function(function, args, kwargs or {})

    def cpu(self) -> Any:
        """A copy of this tensor in host memory."""
        return run_torch_function(torch.Tensor.to, (self, "cpu"), {})

    def gpu(self, gpu_index: int = 0) -> Any:
        """A copy of this tensor in the memory of a GPU.

        Raises RuntimeError if there is no such GPU.
        """
        gpus = visible_gpus()
        if gpu_index >= len(gpus):
            raise RuntimeError(f"GPU:{gpu_index} unknown device.")
        device = torch.device(accelerator_type() or "cpu", gpus[gpu_index])
        return run_torch_function(torch.Tensor.to, (self, device), {})

    # -- members that only tensors of graphs have -----------------------------------------------

    @property
    def op(self) -> NoReturn:
        """Undefined in eager execution. Raises AttributeError."""
        raise graph_only("op")

    @property
    def graph(self) -> NoReturn:
        """Undefined in eager execution. Raises AttributeError."""
        raise graph_only("graph")

    @property
    def value_index(self) -> NoReturn:
        """Undefined in eager execution. Raises AttributeError."""
        raise graph_only("value_index")

    def consumers(self) -> NoReturn:
        """Undefined in eager execution. Raises NotImplementedError."""
        raise NotImplementedError("consumers not supported for Eager Tensors.")

    def __getattr__(self, name: str) -> Any:
        if name == "_leaf":  # left unset by the constructor, which saves time
            return None
        late_attribute = late_attributes.get(name)
        if late_attribute is not None and (value := late_attribute(self)) is not None:
            return value
        raise missing_member(name)


class TrackedTensor(EagerTensor):
    """An eager tensor that is tracked by at least one recorder."""

    __slots__ = ()

    _tapes = EagerTensor._set

    def __init__(self, payload: torch.Tensor, tapes: TapeSet) -> None:
        self._t = payload
        self._set = tapes


# Programs see one class, and libraries know it by its module.
TrackedTensor.__name__ = TrackedTensor.__qualname__ = "EagerTensor"
Tensor.__module__ = "tensorflow.python.framework.tensor"
EagerTensor.__module__ = TrackedTensor.__module__ = "tensorflow.python.framework.ops"


def from_torch(value: torch.Tensor) -> EagerTensor:
    """A tensor around a torch tensor of the program, tracked by the tapes that know its graph."""
    if not value.requires_grad:
        return EagerTensor(value)
    refuse_in_graph("a torch tensor that requires gradients")
    recording = trackers(value)
    if recording is EMPTY:
        return EagerTensor(value)
    tensor = TrackedTensor(value, recording)
    if value.grad_fn is None:
        tensor._leaf = value
    recording.add(tensor)
    return tensor


def record(recording: TapeSet, payload: Any) -> Any:
    """Wraps the result of an operation that `recording` records.

    `payload` is a torch tensor or string array, or nested tuples, lists and dicts of them.
    """
    if isinstance(payload, torch.Tensor):
        if not in_graph(payload):
            if recording is EMPTY or not (payload.is_floating_point() or payload.is_complex()):
                return EagerTensor(payload)
            # Recorded, but without a gradient to its inputs: tracking begins here.
            tensor = TrackedTensor(new_leaf(payload), recording)
            for tape in recording.recorders:
                tape.start_tracking(tensor)
            recording.add(tensor)
            return tensor
        if recording is EMPTY:
            return EagerTensor(payload)
        tensor = TrackedTensor(payload, recording)
        recording.add(tensor)
        return tensor
    if isinstance(payload, np.ndarray):
        return EagerTensor(payload)
    if isinstance(payload, (list, tuple)):
        items = [record(recording, item) for item in payload]
        if recording is not EMPTY:
            _note_nontrainable_items(recording, items)
        if hasattr(payload, "_fields"):
            return type(payload)(*items)
        # torch.return_types.* are structseqs; TensorFlow's users expect plain tuples.
        return items if isinstance(payload, list) else tuple(items)
    if isinstance(payload, dict):
        return {key: record(recording, item) for key, item in payload.items()}
    return payload


def _note_nontrainable_items(recording: TapeSet, items: list[Any]) -> None:
    """Notes the outputs of an operation that cannot be tracked, such as indices, for its tapes.

    As a target, such an output has the operation's gradient for zeros.
    """
    tracked = [item._t for item in items if type(item) is TrackedTensor]
    if not tracked or len(tracked) == len(items):
        return
    for item in items:
        if type(item) is EagerTensor:
            for tape in recording.recorders:
                tape.note_nontrainable(item, tracked[0])


def finish(recording: TapeSet, result: Any) -> Any:
    """Wraps the result of an operation, as `record` does, and ends its recording."""
    if recording is EMPTY or recording is thread.active:
        return record(recording, result)
    wrapped = record(recording, result)
    recording.close()
    return wrapped


def run_torch_function(function: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    """Calls a torch function with the tensors in its arguments unwrapped; records the result."""
    tensors: list[EagerTensor] = []

    def collect(value: Any) -> None:
        if isinstance(value, EagerTensor):
            tensors.append(value)
        elif isinstance(value, torch.Tensor):
            tensors.append(from_torch(value))
        elif isinstance(value, (list, tuple)):
            for item in value:
                collect(item)

    collect(args)
    collect(tuple(kwargs.values()))
    recording, payloads = admit(tensors)
    remaining = iter(payloads)

    def replace(value: Any) -> Any:
        if isinstance(value, (EagerTensor, torch.Tensor)):
            return next(remaining)
        if isinstance(value, (list, tuple)):
            return type(value)([replace(item) for item in value])
        return value

    args = replace(args)
    kwargs = {key: replace(value) for key, value in kwargs.items()}
    try:
        result = function(*args, **kwargs)
    except BaseException:
        if recording is not EMPTY and recording is not thread.active:
            recording.close()
        raise
    if any(result is payload for payload in payloads):
        result = result.view_as(result)
    return finish(recording, result)


TensorSpec.value_type = Tensor
plain_types.update((EagerTensor, TrackedTensor, DType, TensorShape))
describers[EagerTensor] = lambda tensor: TensorSpec(tensor.shape, tensor.dtype)
