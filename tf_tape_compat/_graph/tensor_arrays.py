"""`tf.TensorArray` in a graph: its operations are nodes, and its flow is their result.

Arrays that were made from each other share what is known of the shape of their entries.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from .. import nest
from .._core.recording.execution_context import active_graph, current_context
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType, as_dtype, variant
from .._core.types.shape import TensorShape, as_shape
from .._ops.array import splitting
from .._ops.array.inspection import get_static_value
from .._ops.control.tensor_array import TensorArray
from ..errors import InvalidArgumentError
from . import array_values
from .array_values import ArrayList
from .nodes import Node, Run
from .shadows import is_fake
from .static_values import constant_value
from .symbolic_tensor import SymbolicTensor
from .unsupported import LoweringUnsupported

_INT32 = as_dtype("int32")
_FLOW = (variant, TensorShape([]))


class EntryShape:
    """The shape of the entries of some arrays, as far as it is known."""

    __slots__ = ("shape",)

    def __init__(self, shape: TensorShape) -> None:
        self.shape = shape


class ArrayNode(Node):
    """An operation of a TensorArray.

    `function` is called with the run and the values of the inputs; the first one is the array.
    `dtype` and `entries` are the dtype and the shape of the array's entries.
    """

    __slots__ = ("_function", "_results", "dtype", "entries")

    def __init__(
        self,
        operation_type: str,
        inputs: list[SymbolicTensor],
        function: Callable[..., Any],
        result: tuple[DType, TensorShape],
        dtype: DType,
        entries: EntryShape,
    ) -> None:
        super().__init__(operation_type, inputs)
        self.dtype = dtype
        self.entries = entries
        self._function = function
        self._results = [result]

    def run(self, run: Run, values: list[EagerTensor]) -> list[EagerTensor]:
        return [self._function(run, *values)]

    def stated_results(self) -> list[tuple[DType, TensorShape]]:
        return self._results


class GraphTensorArray(TensorArray):
    """A TensorArray of a function that is traced. Methods that change it return a new one."""

    def __init__(
        self,
        dtype: Any,
        size: Any = None,
        dynamic_size: bool | None = None,
        clear_after_read: bool | None = None,
        tensor_array_name: str | None = None,
        handle: Any = None,
        flow: Any = None,
        infer_shape: bool = True,
        element_shape: Any = None,
        colocate_with_first_write_call: bool = True,
        name: str | None = None,
    ) -> None:
        if flow is not None and flow.dtype is not variant:
            raise TypeError(
                f"Expected `flow` to be a variant tensor, but received `{flow.dtype!r}` instead."
            )
        if flow is None and size is None:
            raise ValueError("Argument `size` must be provided if argument `flow` is not provided.")
        if flow is not None and size is not None:
            raise ValueError("Cannot provide both `flow` and `size` arguments at the same time.")
        if flow is not None and element_shape is not None:
            raise ValueError(
                "Cannot provide both `flow` and `element_shape` argumentsat the same time."
            )
        self._dynamic_size = dynamic_size  # type: ignore[assignment]
        self._size = size
        self._dtype = as_dtype(dtype)
        self._entries = EntryShape(as_shape(element_shape))
        self._infer_shape = infer_shape
        self._flow = self._reserve(name) if flow is None else flow

    def _reserve(self, name: str | None) -> SymbolicTensor:
        entries, dtype, dynamic = self._entries, self._dtype, bool(self._dynamic_size)

        def reserve(run: Run, size: EagerTensor) -> Any:
            return run.new_array(size, dtype, entries.shape, dynamic)

        size = to_tensor(self._size, _INT32)
        return self._add("TensorListReserve", "", name or "TensorArrayV2", reserve, _FLOW, size)

    def _with(self, flow: Any) -> GraphTensorArray:
        """This array with another value."""
        array: GraphTensorArray = object.__new__(GraphTensorArray)
        array._dynamic_size, array._size = self._dynamic_size, self._size
        array._dtype, array._infer_shape = self._dtype, self._infer_shape
        array._entries, array._flow = self._entries, flow
        return array

    # -- properties -----------------------------------------------------------------------------

    @property
    def flow(self) -> EagerTensor:
        """The tensor that stands for the entries."""
        return self._flow  # type: ignore[return-value]

    @property
    def element_shape(self) -> TensorShape:
        """The shape of every entry, as far as it is known."""
        return self._entries.shape

    @property
    def dynamic_size(self) -> Any:
        """Whether writing past the end makes the array longer, as it was given."""
        return self._dynamic_size

    def size(self, name: str | None = None) -> EagerTensor:
        """The number of entries."""
        if not self._dynamic_size and self._size is not None:
            tensor: EagerTensor = to_tensor(self._size, _INT32)
            return tensor

        def length(run: Run, array: Any) -> EagerTensor:
            is_list = type(array) is ArrayList
            return to_tensor(array.length() if is_list else array._t.shape[0], _INT32)

        return self._apply("TensorListLength", "", name, length, (_INT32, TensorShape([])))

    def identity(self) -> GraphTensorArray:
        """An array with the same entries."""
        return self._with(self._apply("Identity", "", "Identity", lambda run, array: array, _FLOW))

    def grad(self, source: Any, flow: Any = None, name: str | None = None) -> NoReturn:
        """Raises NotImplementedError."""
        raise NotImplementedError

    def close(self, name: str | None = None) -> None:
        """Has no effect."""

    def _merge(self, shape: TensorShape) -> None:
        """Notes the shape of an entry. Raises ValueError if it does not fit."""
        entries = self._entries
        if not shape.is_compatible_with(entries.shape):
            raise ValueError(f"Inconsistent shapes: saw {shape} but expected {entries.shape} ")
        if self._infer_shape:
            entries.shape = entries.shape.merge_with(shape)

    def _apply(
        self,
        operation: str,
        scope: str,
        name: str | None,
        function: Callable[..., Any],
        result: tuple[DType, TensorShape],
        *tensors: Any,
    ) -> Any:
        return self._add(operation, scope, name, function, result, self._flow, *tensors)

    def _add(
        self,
        operation: str,
        scope: str,
        name: str | None,
        function: Callable[..., Any],
        result: tuple[DType, TensorShape],
        *tensors: Any,
    ) -> Any:
        """Adds a node to the active graph; its one output."""
        graph = active_graph()
        inputs = [graph.symbol(tensor) for tensor in tensors]
        node = ArrayNode(operation, inputs, function, result, self._dtype, self._entries)
        if scope:
            unique = graph.unique_name(name or scope, current_context.scope)
            graph.add_node(node, f"{unique}/{operation}/")
        else:
            graph.add_node(node, name or operation)
        return node.outputs[0]

    def _value(self, value: Any) -> EagerTensor:
        """A value of this array's dtype."""
        tensor: EagerTensor = value
        if not isinstance(value, EagerTensor):
            tensor = to_tensor(value, None, self._dtype)
        if tensor.dtype is not self._dtype:
            raise InvalidArgumentError(
                None,
                None,
                f"Input value has dtype {tensor.dtype.name}, but the tf.TensorArray has "
                f"{self._dtype.name}",
            )
        return tensor

    # -- one entry ------------------------------------------------------------------------------

    def read(self, index: Any, name: str | None = None) -> Any:
        """The tensor at `index`."""
        shape = self._entries.shape

        def run_read(run: Run, array: Any, index: EagerTensor) -> EagerTensor:
            if type(array) is ArrayList and not is_fake(index._t):
                return array.read(index, shape)
            array = array_values.dense(array)
            array_values.refuse_unallocated([array])
            return array_values.read(array, index)

        return self._apply(
            "TensorListGetItem",
            "TensorArrayV2Read",
            name,
            run_read,
            (self._dtype, shape),
            to_tensor(index, _INT32),
        )

    def write(self, index: Any, value: Any, name: str | None = None) -> GraphTensorArray:
        """An array with `value` at `index`. Raises ValueError if the shape does not fit."""
        value = self._value(value)
        self._merge(value.shape)
        may_grow = bool(self._dynamic_size)

        def run_write(run: Run, array: Any, index: EagerTensor, value: EagerTensor) -> Any:
            if type(array) is ArrayList and not is_fake(index._t):
                return array.write(index, value, may_grow)
            return array_values.write(array_values.dense(array), index, value)

        return self._with(
            self._apply(
                "TensorListSetItem",
                "TensorArrayV2Write",
                name,
                run_write,
                _FLOW,
                to_tensor(index, _INT32),
                value,
            )
        )

    # -- several entries ------------------------------------------------------------------------

    def _static_size(self) -> int | None:
        if self._dynamic_size or self._size is None:
            return None
        size = get_static_value(self._size)
        return None if size is None else int(size)

    def stack(self, name: str | None = None) -> EagerTensor:
        """All entries, stacked along a new first axis."""
        shape, size = self._entries.shape, self._static_size()

        def run_stack(run: Run, array: Any) -> EagerTensor:
            if type(array) is ArrayList:
                return array.stack(shape, size)
            array_values.refuse_unallocated([array])
            if size is not None and array._t.shape[0] != size:
                raise array_values.wrong_length(size, array._t.shape[0])
            tensor: EagerTensor = array
            return tensor

        stacked: EagerTensor = self._apply(
            "TensorListStack",
            "TensorArrayV2Stack",
            name,
            run_stack,
            (self._dtype, TensorShape([size]).concatenate(shape)),
        )
        return stacked

    def gather(self, indices: Any, name: str | None = None) -> EagerTensor:
        """The entries at `indices`, stacked along a new first axis."""
        indices = to_tensor(indices, _INT32)
        shape = self._entries.shape

        def run_gather(run: Run, array: Any, indices: EagerTensor) -> EagerTensor:
            if type(array) is ArrayList and not is_fake(indices._t):
                return array.gather(array_values.as_ints(indices), shape)
            array = array_values.dense(array)
            array_values.refuse_unallocated([array])
            return array_values.gather(array, indices)

        gathered: EagerTensor = self._apply(
            "TensorListGather",
            "",
            name,
            run_gather,
            (self._dtype, indices.shape.concatenate(shape)),
            indices,
        )
        return gathered

    def concat(self, name: str | None = None) -> EagerTensor:
        """All entries, joined along their first axis."""
        shape = self._entries.shape
        result = TensorShape([None, *shape.as_list()[1:]] if shape.rank else None)

        def run_concat(run: Run, array: Any) -> EagerTensor:
            if type(array) is ArrayList:
                return array.concat(shape)
            array_values.refuse_unallocated([array])
            return array_values.concat(array)

        joined: EagerTensor = self._apply(
            "TensorListConcatV2", "", name, run_concat, (self._dtype, result)
        )
        return joined

    def unstack(self, value: Any, name: str | None = None) -> GraphTensorArray:
        """An array of the slices of `value` along its first axis."""
        value = self._value(value)
        self._merge(value.shape[1:])
        entries, dtype = self._entries, self._dtype

        def run_unstack(run: Run, array: Any, value: EagerTensor) -> Any:
            if type(array) is ArrayList:
                items = splitting.unstack(value)
                return ArrayList(items, dtype, entries.shape, array.may_grow, value)
            return value

        return self._with(
            self._apply(
                "TensorListFromTensor", "TensorArrayUnstack", name, run_unstack, _FLOW, value
            )
        )

    def scatter(self, indices: Any, value: Any, name: str | None = None) -> GraphTensorArray:
        """An array with the slices of `value` along its first axis at `indices`."""
        value = self._value(value)
        self._merge(value.shape[1:])

        def run_scatter(run: Run, array: Any, indices: EagerTensor, value: EagerTensor) -> Any:
            if type(array) is ArrayList and not is_fake(indices._t):
                return array.scatter(indices, value, True)
            return array_values.scatter(array_values.dense(array), indices, value)

        return self._with(
            self._apply(
                "TensorListScatterIntoExistingList",
                "TensorArrayScatter",
                name,
                run_scatter,
                _FLOW,
                to_tensor(indices, _INT32),
                value,
            )
        )

    def split(self, value: Any, lengths: Any, name: str | None = None) -> GraphTensorArray:
        """An array of pieces of `value` of these lengths."""
        value = self._value(value)
        known = constant_value(lengths)
        if known is not None and value.shape.rank is not None:
            sizes = nest.flatten(known if isinstance(known, (list, tuple)) else known.tolist())
            if sizes and max(sizes) == min(sizes):
                self._merge(TensorShape([sizes[0]]).concatenate(value.shape[1:]))
        dtype, shape = self._dtype, self._entries.shape

        def run_split(run: Run, array: Any, value: EagerTensor, lengths: EagerTensor) -> Any:
            if type(array) is not ArrayList or is_fake(lengths._t):
                raise LoweringUnsupported("tf.TensorArray.split")
            sizes = array_values.as_ints(lengths)
            return ArrayList(splitting.split(value, sizes), dtype, shape, array.may_grow)

        return self._with(
            self._apply(
                "TensorListSplit",
                "TensorArraySplit",
                name,
                run_split,
                _FLOW,
                value,
                to_tensor(lengths),
            )
        )


GraphTensorArray.__name__ = GraphTensorArray.__qualname__ = "TensorArray"


# -- arrays in structures -----------------------------------------------------------------------


def flow_of(leaf: Any) -> Any:
    """The flow of an array; anything else unchanged."""
    return leaf.flow if isinstance(leaf, GraphTensorArray) else leaf


def with_flow(leaf: Any, flow: Any, keeps_size: bool = True) -> Any:
    """An array like `leaf` with another flow; the flow itself if `leaf` is no array.

    `keeps_size`: whether the size is that of `leaf`. Otherwise, it is asked of the flow.
    """
    if not isinstance(leaf, GraphTensorArray):
        return flow
    array = leaf._with(flow)
    if not keeps_size:
        array._size = None
    return array
