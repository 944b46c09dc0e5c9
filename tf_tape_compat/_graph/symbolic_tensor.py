"""The tensors of a graph: what a function sees while it is traced."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NoReturn

from .._core.recording.execution_context import active_graph
from .._core.tensor.convert import converters, operand_readers
from .._core.tensor.tensor import EagerTensor, late_attributes
from .._core.types.dtype import DType
from .._core.types.shape import TensorShape, as_shape
from ..errors import InaccessibleTensorError, OperatorNotAllowedInGraphError
from .call_stacks import user_frames
from .default_session import session_for
from .shadows import UnknownStrings, holds_strings, is_fake
from .unsupported import NeedsValue, TraceUnsupported

if TYPE_CHECKING:
    from .graph import Graph
    from .operation import Operation
    from .shadows import Shadow

# The operations whose values `tf.get_static_value` knows, and those if it knows their inputs.
_CONSTANT = frozenset("Const Placeholder Rank Shape Size".split())
_FOLDED = frozenset(
    "Cast ConcatV2 Equal Fill Identity NotEqual OnesLike Pack Range Split StopGradient Unpack "
    "ZerosLike".split()
)
# Of values that differ between the examples, these take what does not.
_PARTS = frozenset("GatherV2 Slice StridedSlice Unpack".split())


class SymbolicTensor(EagerTensor):
    """A tensor without a value: an output of an operation of a graph.

    Composed functions of this package take it for an eager tensor: `_t`, `_tapes` and `_leaf` are
    those of its shadow. A function that uses sizes which are not known statically, or values, must
    be a node of its own (node_functions.py).

    Attributes:
      op: the operation that computes it.
      value_index: its number among the outputs of `op`.
      shadow: what stands for its value while the function is traced (shadows.py).
    """

    __slots__ = ("_dtype", "_op", "_static_shape", "shadow", "value_index")

    def __init__(
        self, op: Operation, value_index: int, dtype: DType, shape: TensorShape, shadow: Shadow
    ) -> None:
        self._op = op
        self.value_index = value_index  # type: ignore[misc, assignment]
        self._dtype = dtype
        self._static_shape = shape
        self.shadow = shadow

    # -- what it shows ----------------------------------------------------------------------------

    @property
    def op(self) -> Operation:  # type: ignore[override]
        """The operation that computes this tensor."""
        return self._op

    @property
    def graph(self) -> Graph:  # type: ignore[override]
        """The graph that this tensor belongs to."""
        return self._op.graph

    @property
    def name(self) -> str:  # type: ignore[override]
        """The name of the operation and the number of the output: "add:0"."""
        return f"{self._op.name}:{self.value_index}"

    @property
    def dtype(self) -> DType:
        """The element type."""
        return self._dtype

    @property
    def shape(self) -> TensorShape:
        """The static shape; sizes that differ between calls are None."""
        return self._static_shape

    @property
    def ndim(self) -> int:
        """The number of dimensions. Raises ValueError if it is unknown."""
        rank: int = len(self._static_shape)
        return rank

    @property
    def device(self) -> str:
        """The device that `tf.device` asks for; empty if the call of the function decides."""
        return self.op.device

    def set_shape(self, shape: Any) -> None:
        """Makes the static shape more specific. Raises ValueError if the shapes do not fit."""
        merged = _merged(self._static_shape, as_shape(shape))
        if merged.rank is not None and merged != self._static_shape:
            self._static_shape = merged
            self.shadow.specialize(merged)

    def known_value(self) -> EagerTensor | None:
        """The value, if it is known while tracing, or None."""
        first = self.shadow.first
        if self.shadow.second is not None or is_fake(first._t):
            return None
        return None if isinstance(first._t, UnknownStrings) else first

    def _static_value(self) -> Any:
        """The value as NumPy, if it is known while tracing, or None."""
        value = self.known_value()
        return None if value is None else value.numpy()

    def _constant_value(self) -> Any:
        """The value as NumPy that `tf.get_static_value` knows, or None."""
        return self._static_value() if self._is_constant() else None

    def _is_constant(self) -> bool:
        kind = self._op.type
        if kind in _CONSTANT:
            return True
        return kind in _FOLDED and all(x._is_constant() for x in self._op.inputs)

    def _is_known(self) -> bool:
        """Whether the value is the same in all calls, not only in both examples of sizes."""
        if self._static_value() is None:
            return False
        kind = self._op.type
        return kind in _CONSTANT or kind in _PARTS or all(x._is_known() for x in self._op.inputs)

    def eval(self, feed_dict: Any = None, session: Any = None) -> Any:
        """The value in a session. Raises ValueError if there is none."""
        return session_for("tensor", session, self.graph).run(self, feed_dict)

    def forget_shape(self, shape: TensorShape) -> None:
        """Makes the static shape less specific."""
        self._static_shape = shape
        self.shadow.specialize(shape)

    def consumers(self) -> list[Operation]:  # type: ignore[override]
        """The operations that read this tensor."""
        return [op for op in self.graph.get_operations() if any(x is self for x in op.inputs)]

    def __str__(self) -> str:
        shape = f", shape={self._static_shape}" if self._static_shape.rank is not None else ""
        return f'Tensor("{self.name}"{shape}, dtype={self._dtype.name})'

    def __repr__(self) -> str:
        return f"<tf.Tensor '{self.name}' shape={self._static_shape} dtype={self._dtype.name}>"

    def __format__(self, spec: str) -> str:
        if spec:
            raise TypeError(f"unsupported format string passed to {type(self).__name__}.__format__")
        return str(self)

    def __hash__(self) -> int:  # type: ignore[override]
        if not self.graph.building_function:
            return id(self)  # in TensorFlow 1's graphs, tensors are keys of feeds
        raise TypeError("Tensor is unhashable. Instead, use tensor.ref() as the key.")

    # -- what needs a value -----------------------------------------------------------------------

    def __bool__(self) -> bool:
        raise self._not_allowed("Using a symbolic `tf.Tensor` as a Python `bool`")

    __nonzero__ = __bool__

    def __iter__(self) -> Iterator[Any]:
        raise self._not_allowed("Iterating over a symbolic `tf.Tensor`")

    def _not_allowed(self, what: str) -> Exception:
        return OperatorNotAllowedInGraphError(
            f"{what} is not allowed. You can attempt the following resolutions to the problem: If "
            "you are running in Graph mode, use Eager execution mode or decorate this function "
            "with @tf.function. If you are using AutoGraph, you can try decorating this function "
            "with @tf.function. If that does not work, then you may be using an unsupported "
            "feature or your source code may not be visible to AutoGraph. See https://github.com/"
            "tensorflow/tensorflow/blob/master/tensorflow/python/autograph/g3doc/reference/"
            "limitations.md#access-to-source-code for more information."
        )

    def __len__(self) -> int:
        raise TypeError(
            f"len is not well defined for a symbolic Tensor ({self.name}). Please call "
            "`x.shape` rather than `len(x)` for shape information."
        )

    def __int__(self) -> int:
        return int(_Valueless())  # type: ignore[call-overload]

    def __float__(self) -> float:
        return float(_Valueless())  # type: ignore[arg-type]

    def __complex__(self) -> complex:
        return complex(_Valueless())  # type: ignore[call-overload]

    def __index__(self) -> NoReturn:
        raise TypeError("'SymbolicTensor' object cannot be interpreted as an integer")

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NoReturn:
        raise NotImplementedError(
            f"Cannot convert a symbolic tf.Tensor ({self.name}) to a numpy array. This error may "
            "indicate that you're trying to pass a Tensor to a NumPy call, which is not supported."
        )

    @property
    def numpy(self) -> NoReturn:
        """Undefined: there is no value, so `hasattr` is False."""
        raise AttributeError(f"'{type(self).__name__}' object has no attribute 'numpy'")

    def __getattr__(self, name: str) -> Any:
        late_attribute = late_attributes.get(name)
        if late_attribute is not None and (value := late_attribute(self)) is not None:
            return value
        raise AttributeError(f"'SymbolicTensor' object has no attribute '{name}'")

    # -- the eager tensor that composed functions take it for --------------------------------------

    @property
    def _t(self) -> Any:
        if self.shadow.second is not None:
            raise NeedsValue(f"{self} is used as if its shape or value were known")
        payload = self.shadow.first._t
        if isinstance(payload, UnknownStrings):
            raise NeedsValue(f"{self} is used as if its strings were known")
        return payload

    @property
    def _tapes(self) -> Any:  # type: ignore[override]
        return self.shadow.first._tapes

    @property
    def _set(self) -> Any:  # type: ignore[override]
        return self.shadow.first._tapes

    @property
    def _leaf(self) -> Any:
        return self.shadow.first._leaf

    @_leaf.setter
    def _leaf(self, leaf: Any) -> None:
        raise TraceUnsupported("a function of _core that tracks tensors itself is used in a graph")


def _merged(shape: TensorShape, other: TensorShape) -> TensorShape:
    """What is known of either shape. Raises ValueError if they do not fit."""
    if shape.is_compatible_with(other):
        return shape.merge_with(other)
    if shape.rank != other.rank:
        raise ValueError(f"Shapes must be equal rank, but are {shape.rank} and {other.rank}")
    for axis, (m, n) in enumerate(zip(shape.as_list(), other.as_list(), strict=True)):
        if m is not None and n is not None and m != n:
            raise ValueError(
                f"Dimension {axis} in both shapes must be equal, but are {m} and {n}. Shapes are "
                f"{_text(shape)} and {_text(other)}."
            )
    return shape


def _text(shape: TensorShape) -> str:
    return "[" + ",".join("?" if n is None else str(n) for n in shape.as_list()) + "]"


class _Valueless:
    """Python's own errors for it name the class of symbolic tensors."""


_Valueless.__name__ = "SymbolicTensor"
SymbolicTensor.__module__ = "tensorflow.python.framework.ops"


def is_unknown(value: Any) -> bool:
    """Whether an argument holds a symbolic tensor whose sizes or values are not known."""
    if isinstance(value, (list, tuple)):
        return any(map(is_unknown, value))
    if type(value) is not SymbolicTensor:
        return False
    return value.shadow.second is not None or holds_strings([value.shadow.first])


def inaccessible(tensor: SymbolicTensor) -> Exception:
    """The error for a tensor that is used outside of the function it was traced in."""
    return TypeError(_out_of_scope(tensor, "here"))


def inaccessible_when_called(tensor: SymbolicTensor) -> Exception:
    """That error where TensorFlow raises it when the function is called, without user code."""
    error = inaccessible(tensor)
    error.ag_pass_through = True  # type: ignore[attr-defined]
    return error


def inaccessible_from(graph: Graph, tensor: SymbolicTensor) -> Exception:
    """The error for a tensor of a graph inside of `graph`, which is used there."""
    return InaccessibleTensorError(_out_of_scope(tensor, repr(graph)))


def _out_of_scope(tensor: SymbolicTensor, place: str) -> str:
    where = "".join(
        f'    File "{file}", line {line}, in {name}\n'
        for file, line, name in user_frames(tensor.op.call_stack)
    )
    return (
        f"{tensor!r} is out of scope and cannot be used here. Use return values, explicit Python "
        "locals or TensorFlow collections to access it.\nPlease see https://www.tensorflow.org/"
        "guide/function#all_outputs_of_a_tffunction_must_be_return_values for more information.\n"
        f"\n{tensor!r} was defined here:\n{where}\nThe tensor {tensor!r} cannot be accessed from "
        f"{place}, because it was defined in {tensor.graph!r}, which is out of scope."
    )


def _convert(value: SymbolicTensor, dtype: DType | None) -> SymbolicTensor:
    graph = active_graph()
    if graph is None:
        raise inaccessible(value)
    if dtype is not None and value.dtype is not dtype:
        raise ValueError(
            f"Tensor conversion requested dtype {dtype.name} for Tensor with dtype "
            f"{value.dtype.name}: {value!r}"
        )
    return value


converters[SymbolicTensor] = _convert
operand_readers[SymbolicTensor] = lambda value: _convert(value, None)
