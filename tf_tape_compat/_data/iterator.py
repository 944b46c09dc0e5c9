"""`tf.data.Iterator` and NumPy iterators."""

from __future__ import annotations

import abc
import collections.abc
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from .._api.shown_modules import shown_in
from .._core.devices.placement import host_scope
from .._core.recording.execution_context import active_graph
from .._core.tensor.tensor import EagerTensor
from .._core.tracking.trackable import Trackable
from .._core.types.handles import Handle
from .._core.types.tensor_spec import TensorSpec
from .._core.types.type_spec import TypeSpec
from .._core.variables.sparse_tensor import SparseTensorSpec
from ..errors import InvalidArgumentError, OpError
from .components import is_ragged_spec
from .dataset import DatasetV2, IterationContext, host_function, method
from .failures import IterationError, as_operation_error, end_of_sequence, refuse
from .functions import UnknownSpecError
from .graph_rules import graph_rules
from .injected_prefetch import with_injected_prefetch
from .iterator_state import restore_state, save_state
from .optional import Optional, _OptionalImpl
from .specs import DatasetSpec, VariantDataset
from .structure import flatten, pack, packer, tensor_count


class IteratorBase(collections.abc.Iterator, Trackable, metaclass=abc.ABCMeta):
    """Iterates over the elements of a dataset. Implements `tf.data.Iterator`."""

    @property
    @abc.abstractmethod
    def element_spec(self) -> Any:
        """The structure of specs of the elements."""

    @abc.abstractmethod
    def get_next(self) -> Any:
        """The next element. Raises OutOfRangeError at the end."""

    @abc.abstractmethod
    def get_next_as_optional(self) -> Optional:
        """The next element as a `tf.experimental.Optional`, which is empty at the end."""


class OwnedIterator(IteratorBase):
    """An iterator of a dataset. Its threads end when it is collected."""

    def __init__(
        self, dataset: DatasetV2 | None = None, components: Any = None, element_spec: Any = None
    ) -> None:
        if dataset is None:
            if components is None or element_spec is None:
                raise ValueError(
                    "When `dataset` is not provided, both `components` and `element_spec` must be "
                    "specified."
                )
            dataset = components[0]._dataset
        elif components is not None or element_spec is not None:
            raise ValueError(
                "When `dataset` is provided, `element_spec` and `components` must not be specified."
            )
        self._dataset: DatasetV2 = dataset
        self._start()

    def _start(self) -> None:
        """Begins a new iteration."""
        self._seeds = save_state(self._dataset)
        self._steps = 0
        context = IterationContext(self._dataset.options())
        with host_scope():
            source = self._dataset._start(context)
        self._source = with_injected_prefetch(self._dataset, source, context.options)
        self._context = context
        self._element_spec: Any = None
        self._pack: Callable[[Any], Any] | None = None
        self._close = weakref.finalize(self, context.close)

    @property
    def element_spec(self) -> Any:
        """The structure of specs of the elements."""
        if self._element_spec is None:
            self._element_spec = self._dataset.element_spec
        return self._element_spec

    def __iter__(self) -> OwnedIterator:
        return self

    def __next__(self) -> Any:
        graph = active_graph()
        if graph is not None:
            return graph_rules().add_next(graph, self)
        self._steps += 1
        try:
            with host_scope():
                flat = next(self._source)
        except (IterationError, OpError) as error:
            raise self._operation_error(error, "IteratorGetNext") from error
        if self._pack is None:
            self._pack = _output_packer(self._dataset._structure())
        return self._pack(flat)

    def next(self) -> Any:
        """The next element, as `next(iterator)`."""
        return self.__next__()

    def _operation_error(self, error: Exception, operation: str) -> BaseException:
        return as_operation_error(error, operation, self._wrapped())

    def _wrapped(self) -> str:
        try:
            return f"_output_types_{tensor_count(self.element_spec)}"
        except UnknownSpecError:
            return "_output_types_1"

    def get_next(self) -> Any:
        """The next element. Raises OutOfRangeError at the end."""
        try:
            return self.__next__()
        except StopIteration:
            raise end_of_sequence(self._wrapped()) from None

    def get_next_as_optional(self) -> Optional:
        """The next element as a `tf.experimental.Optional`, which is empty at the end."""
        graph = active_graph()
        if graph is not None:
            return graph_rules().add_next_as_optional(graph, self)
        self._steps += 1
        try:
            with host_scope():
                flat = next(self._source)
        except StopIteration:
            return _OptionalImpl(None, self.element_spec)
        except (IterationError, OpError) as error:
            raise self._operation_error(error, "IteratorGetNextAsOptional") from error
        return _OptionalImpl(flat, self.element_spec)

    def _as_handle(self) -> EagerTensor:
        """What stands for this iterator in a graph."""
        return EagerTensor(Handle(self))

    def _iterate_in_graph(self, loop: Any) -> None:
        graph_rules().loop_over(self, loop)

    @property
    def _type_spec(self) -> IteratorSpec:
        return IteratorSpec(self.element_spec)

    def __tf_tracing_type__(self, context: Any) -> IteratorSpec:
        return self._type_spec

    # -- checkpoints ----------------------------------------------------------------------------

    def _save(self) -> Any:
        return self._serialize_to_tensors()["_STATE"]

    def _restore(self, state: Any) -> None:
        self._restore_from_tensors({"_STATE": state})

    def _serialize_to_tensors(self) -> dict[str, Any]:
        return {"_STATE": self._seeds.as_tensor(self._steps)}

    def _restore_from_tensors(self, restored_tensors: dict[str, Any]) -> Any:
        steps = restore_state(self._dataset, restored_tensors["_STATE"])
        self._close()
        self._start()
        for _ in range(steps):
            try:
                next(self)
            except StopIteration:
                break
            except OpError:
                continue


def _output_packer(structure: Any) -> Callable[[Any], Any]:
    """As `packer`; a dataset in an element is a view of the one that a function made."""
    pack_element = packer(structure)
    if not any(isinstance(spec, DatasetSpec) for spec in flatten(structure)):
        return pack_element
    return lambda flat: pack_element(tuple(map(_as_variant, flat)))


def _as_variant(value: Any) -> Any:
    if isinstance(value, DatasetV2) and type(value).__name__ != VariantDataset.__name__:
        return VariantDataset(value.element_spec, value)
    return value


IteratorBase.__module__ = OwnedIterator.__module__ = "tensorflow.python.data.ops.iterator_ops"
DatasetV2.make_iterator = OwnedIterator


class IteratorSpec(TypeSpec):
    """Describes iterators, by the specs of their elements. Implements `tf.data.IteratorSpec`."""

    __slots__ = ("_element_spec",)

    def __init__(self, element_spec: Any) -> None:
        self._element_spec = element_spec

    @property
    def value_type(self) -> Any:
        """The class of iterators."""
        return OwnedIterator

    @staticmethod
    def from_value(value: Any) -> IteratorSpec:
        """The spec of an iterator."""
        return IteratorSpec(value.element_spec)

    def _serialize(self) -> tuple[Any, ...]:
        return (self._element_spec,)

    @property
    def _component_specs(self) -> Any:
        return (TensorSpec([], "resource"),)

    def _to_components(self, value: Any) -> Any:
        return (value,)

    def _from_components(self, components: Any) -> Any:
        return components[0]

    def _from_handle(self, tensor: Any) -> Any:
        if hasattr(tensor, "shadow"):
            return graph_rules().iterator(self._element_spec, tensor)
        return tensor._t.value


# -- NumPy --------------------------------------------------------------------------------------


def as_numpy(value: Any) -> Any:
    """A component as a NumPy array, which cannot be written to; sparse and ragged values too."""
    if value is None:
        return None
    if isinstance(value, EagerTensor):
        array = value.numpy()
        if isinstance(array, np.ndarray):
            array.flags.writeable = False
        return array
    if hasattr(value, "numpy"):
        return value.numpy()
    if hasattr(value, "_numpy"):
        return value._numpy()
    return value


class NumpyIterator(Trackable):
    """Iterates over elements as NumPy arrays. Implements `tf.data.NumpyIterator`."""

    def __init__(self, dataset: DatasetV2) -> None:
        self._iterator = iter(dataset)
        self._dataset = dataset

    def __repr__(self) -> str:
        return f"NumpyIterator(iterator={self._iterator})"

    def __iter__(self) -> NumpyIterator:
        return self

    def __next__(self) -> Any:
        element = next(self._iterator)
        if isinstance(element, EagerTensor):
            return as_numpy(element)
        return pack(element, [as_numpy(leaf) for leaf in flatten(element)])

    def next(self) -> Any:
        """The next element."""
        return self.__next__()

    def save(self) -> Any:
        """The state of the iteration, a scalar string tensor."""
        return self._iterator._save()

    def restore(self, state: Any) -> None:
        """Continues where `save` was called."""
        self._iterator._restore(state)


@method
def as_numpy_iterator(self: DatasetV2) -> NumpyIterator:
    """Iterates over elements as NumPy arrays. Implements `tf.data.Dataset.as_numpy_iterator`.

    Raises TypeError if elements have components that are neither tensors nor sparse or ragged.
    """
    for spec in self._flat_specs():
        if not (
            isinstance(spec, (TensorSpec, SparseTensorSpec))
            or is_ragged_spec(spec)
            or spec.value_type is type(None)
        ):
            raise TypeError(
                "`tf.data.Dataset.as_numpy_iterator()` is not supported for datasets that produce "
                f"values of type {spec.value_type}"
            )
    return NumpyIterator(self)


# -- single elements ----------------------------------------------------------------------------


@method
def get_single_element(self: DatasetV2, name: str | None = None) -> Any:
    """The only element. Implements `tf.data.Dataset.get_single_element`.

    Raises InvalidArgumentError if there is none or more than one.
    """
    context = IterationContext(self.options())
    spec = self.element_spec
    wrapped = f"_output_types_{tensor_count(spec)}"
    operation = "DatasetToSingleElement"
    try:
        source = self._start(context)
        flat = next(source, None)
        if flat is None:
            raise refuse(operation, "Dataset was empty.", wrapped)
        if next(source, None) is not None:
            raise refuse(operation, "Dataset had more than one element.", wrapped)
    except IterationError as error:
        raise as_operation_error(error, operation, wrapped) from error
    finally:
        context.close()
    return pack(spec, flat)


@host_function
def at(dataset: DatasetV2, index: Any) -> Any:
    """The element at an index. Implements `tf.data.experimental.at`.

    Raises:
      OutOfRangeError: if there is no such element.
      UnimplementedError: if the dataset has no random access.
    """
    from .arguments import scalar

    place = scalar(index, "index", "GetElementAtIndex")
    spec = dataset.element_spec
    try:
        return pack(spec, dataset._at(place))
    except (IterationError, InvalidArgumentError) as error:
        raise as_operation_error(
            error, "GetElementAtIndex", f"_output_types_{tensor_count(spec)}"
        ) from error


shown_in("tensorflow.python.data.ops.dataset_ops", NumpyIterator)
shown_in("tensorflow.python.data.ops.iterator_ops", IteratorSpec)
