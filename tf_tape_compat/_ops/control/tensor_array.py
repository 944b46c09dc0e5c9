"""`tf.TensorArray`: a list of tensors, as in TensorFlow's eager mode."""

from __future__ import annotations

from typing import Any, NoReturn

from ..._api.shown_modules import shown_in
from ..._core.recording.execution_context import active_graph, executing_eagerly
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import DType, as_dtype
from ..._core.types.shape import TensorShape, as_shape
from ..._logging import get_logger
from ...errors import InvalidArgumentError, OpError, OutOfRangeError
from ..array.creation import zeros
from ..array.joining import concat, stack
from ..array.splitting import split, unstack
from ..math.reductions import reduce_sum


class TensorArray:
    """Implements `tf.TensorArray`: a list of tensors of one dtype, for loops to read and write.

    As in TensorFlow's eager mode, methods such as `write` change the array and return it. Tapes
    record the tensors in the array, not the array itself. An entry that was never written reads as
    zeros.

    Args:
      dtype: the dtype of the tensors.
      size: the number of entries.
      dynamic_size: whether writing past the end makes the array longer.
      clear_after_read: whether reading an entry removes it; true by default.
      infer_shape: whether all tensors must have the shape of the first one written.
      element_shape: the shape of all tensors, which may be partially unknown.

    Raises:
      ValueError: without `size`, or with `handle`, which is for graphs.
    """

    # The class of arrays in graphs, if functions are traced.
    graph_class: type[TensorArray] | None = None

    def __new__(cls, *args: Any, **kwargs: Any) -> TensorArray:
        if cls is TensorArray and cls.graph_class is not None and active_graph() is not None:
            cls = cls.graph_class
        return object.__new__(cls)

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
        if flow is not None and flow.dtype == "variant":
            raise NotImplementedError(
                "tf.TensorArray: the argument 'flow' is for graphs and is not available in "
                "tf_tape_compat; leave it out"
            )
        if handle is not None:
            raise ValueError(
                "TensorArray handles are not supported when eager execution is enabled."
            )
        if size is None:
            raise ValueError(
                "Size must be declared for TensorArrays when eager execution is enabled."
            )
        self._infer_shape = infer_shape
        self._element_shape = as_shape(element_shape)
        self._dtype = as_dtype(dtype)
        self._dynamic_size = dynamic_size or False
        self._clear_after_read = True if clear_after_read is None else clear_after_read
        self._cleared: set[int] = set()
        self._items: list[Any] = [None] * len(range(_numpy_value(size)))
        self._flow: EagerTensor | None = None

    # -- properties -----------------------------------------------------------------------------

    @property
    def flow(self) -> EagerTensor:
        """A tensor without meaning in eager execution."""
        if self._flow is None:
            self._flow = to_tensor(0)
        return self._flow

    @property
    def dtype(self) -> DType:
        """The dtype of the tensors."""
        return self._dtype

    @property
    def handle(self) -> None:
        """None in eager execution."""
        return None

    @property
    def element_shape(self) -> TensorShape:
        """The shape of every tensor, as far as it is known."""
        return self._element_shape

    @property
    def dynamic_size(self) -> bool:
        """Whether writing past the end makes the array longer."""
        return self._dynamic_size

    def size(self, name: str | None = None) -> EagerTensor:
        """The number of entries."""
        return to_tensor(len(self._items))

    def identity(self) -> TensorArray:
        """This array."""
        return self

    def grad(self, source: Any, flow: Any = None, name: str | None = None) -> NoReturn:
        """Raises NotImplementedError: for graphs only."""
        raise NotImplementedError(
            "TensorArray.grad is not supported when executing eagerly; eager's gradient "
            "implementation does not use/need this function to compute gradients of operations "
            "that use TensorArrays."
        )

    def close(self, name: str | None = None) -> None:
        """Removes all entries."""
        self._items.clear()

    # -- one entry ------------------------------------------------------------------------------

    def read(self, index: Any, name: str | None = None) -> Any:
        """The tensor at `index`, which is removed if `clear_after_read` is set.

        Inside a `tf.function` it is kept. Raises OutOfRangeError if `index` is out of range,
        InvalidArgumentError if the entry was removed.
        """
        index = _numpy_value(index)
        if index < 0:
            raise _out_of_range(f"Reading from negative indices (index {index}) is not allowed.")
        if index >= len(self._items):
            raise _out_of_range(
                f"Tried to read from index {index} but array size is: {len(self._items)} "
            )
        tensor = self._items[index]
        if tensor is None:
            if index in self._cleared:
                raise _invalid(
                    f"Could not read index {index} twice because it was cleared after a previous "
                    "read (perhaps try setting clear_after_read = false?)"
                )
            tensor = self._entry(index)
        if self._clear_after_read and executing_eagerly():  # graphs keep their entries
            self._items[index] = None
            self._cleared.add(index)
        return tensor

    def write(self, index: Any, value: Any, name: str | None = None) -> TensorArray:
        """Sets the entry at `index` to `value`, and returns this array.

        Raises OutOfRangeError if `index` is out of range, InvalidArgumentError if the dtype
        differs, ValueError if the shape does not fit.
        """
        index = _numpy_value(index)
        if index < 0:
            raise _out_of_range(f"Writing to negative indices (index {index}) is not allowed.")
        size = len(self._items)
        if index >= size:
            if not self._dynamic_size:
                raise _out_of_range(
                    f"Tried to write to index {index} but array is not resizeable and size is: "
                    f"{size} "
                )
            self._items.extend([None] * (index - size + 1))
        if not isinstance(value, EagerTensor):
            value = to_tensor(value, None, self._dtype)
        if value.dtype is not self._dtype:
            raise _invalid(
                f"TensorArray dtype is {self._dtype.name} but Op is trying to write dtype "
                f"{value.dtype.name} "
            )
        shape = value.shape
        if shape != self._element_shape:
            if not self._element_shape.is_compatible_with(shape):
                raise ValueError(
                    f"Incompatible shape for value ({shape}), expected ({self._element_shape})"
                )
            if self._infer_shape:
                self._element_shape = self._element_shape.merge_with(shape)
        self._items[index] = value
        return self

    def _entry(self, index: Any) -> Any:
        """The entry at `index`. An entry that was never written becomes zeros."""
        entry = self._items[index]
        if entry is None:
            entry = self._items[index] = zeros(self._element_shape, self._dtype)
        return entry

    # -- several entries ------------------------------------------------------------------------

    def stack(self, name: str | None = None) -> EagerTensor:
        """All entries, stacked along a new first axis."""
        entries = [self._entry(index) for index in range(len(self._items))]
        if not entries and self._element_shape.is_fully_defined():
            return zeros(TensorShape([0]).concatenate(self._element_shape), self._dtype)
        return to_tensor(entries, self._dtype)

    def gather(self, indices: Any, name: str | None = None) -> EagerTensor:
        """The entries at `indices`, stacked along a new first axis."""
        return stack([self._entry(index) for index in _numpy_value(indices)])

    def concat(self, name: str | None = None) -> EagerTensor:
        """All entries, joined along their first axis. Raises InvalidArgumentError for scalars."""
        entries = [self._entry(index) for index in range(len(self._items))]
        try:
            return concat(entries, 0)
        except OpError:
            for index, entry in enumerate(entries):
                if entry.ndim == 0:
                    raise _invalid(
                        f"Concat saw a scalar shape at index {index} but requires at least vectors."
                    ) from None
            raise

    def unstack(self, value: Any, name: str | None = None) -> TensorArray:
        """Replaces the entries by the slices of `value` along its first axis; returns this array.

        Raises ValueError if there are too many.
        """
        entries = unstack(value)
        if len(entries) > len(self._items) and not self._dynamic_size:
            raise ValueError(
                f"Cannot unstack {len(entries)} tensors into a TensorArray of static size "
                f"{len(self._items)} "
            )
        self._items = entries
        return self

    def scatter(self, indices: Any, value: Any, name: str | None = None) -> TensorArray:
        """Writes the slices of `value` along its first axis at `indices`; returns this array."""
        for index, entry in zip(_numpy_value(indices), unstack(value), strict=False):
            self.write(index, entry)
        return self

    def split(self, value: Any, lengths: Any, name: str | None = None) -> TensorArray:
        """Replaces the entries by pieces of `value` of these lengths, and returns this array.

        Raises InvalidArgumentError if the lengths do not add up to the first axis of `value`, or
        their number is not the size of the array.
        """
        value = to_tensor(value, None, self._dtype)
        if value.dtype is not self._dtype:
            get_logger().error(
                f"Error: Input value {value} has dtype {value.dtype}, but expected dtype "
                f"{self._dtype}.  This leads to undefined behavior and will be an error in future "
                "versions of TensorFlow."
            )
        lengths = to_tensor(lengths)
        total = reduce_sum(lengths)
        sizes = value.shape.as_list()
        if lengths.ndim != 1:
            raise _invalid(
                f"Expected lengths to be a vector, received shape: {lengths.shape.as_list()} "
            )
        if value.ndim == 0:
            raise _invalid(f"Expected value to be at least a vector, but received shape: {sizes} ")
        if total.numpy() != sizes[0]:
            raise _invalid(
                "Expected sum of lengths to be equal to values.shape[0], but sum of lengths is "
                f"{int(total)} and value's shape is: {sizes} "
            )
        if not self._dynamic_size and len(lengths) != len(self._items):
            raise _invalid(
                "TensorArray's size is not equal to the size of lengths "
                f"({len(self._items)} vs. {len(lengths)}), and the TensorArray is not marked as "
                "dynamically resizeable."
            )
        self._items = split(value, lengths)
        return self


def _numpy_value(value: Any) -> Any:
    """The value of a tensor of indices, as NumPy; other values are returned unchanged."""
    return value.numpy() if isinstance(value, EagerTensor) else value


def _out_of_range(message: str) -> OutOfRangeError:
    return OutOfRangeError(None, None, message)


def _invalid(message: str) -> InvalidArgumentError:
    return InvalidArgumentError(None, None, message)


shown_in("tensorflow.python.ops.tensor_array_ops", TensorArray)
