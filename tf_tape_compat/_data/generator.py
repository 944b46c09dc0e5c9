"""`tf.data.Dataset.from_generator`: elements that a Python generator yields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .._core.tensor.convert import to_tensor
from .._core.types.dtype import as_dtype
from .._core.types.shape import TensorShape
from .._core.types.tensor_spec import TensorSpec
from .._ops.control.py_function import as_op_error
from .arguments import STRING
from .components import is_ragged_spec
from .dataset import DatasetV2, IterationContext, static_method, untracked
from .failures import IterationError, body_of
from .structure import (
    Flat,
    check_specs,
    component,
    component_spec,
    flatten,
    flatten_up_to,
    is_compatible,
    is_nested,
    map_structure,
    pack,
)


class GeneratorDataset(DatasetV2):
    """The elements of an iterator that a function returns, anew for each iteration."""

    def __init__(self, generator: Any, args: Flat, spec: Any) -> None:
        self._generator = generator
        self._args = args
        self._spec = spec
        shapes = [leaf.shape for leaf in flatten(spec) if isinstance(leaf, TensorSpec)]
        # As in TensorFlow: a single component of unknown rank is converted as a tensor.
        self.by_numpy = len(shapes) == len(flatten(spec)) and (
            is_nested(spec) or shapes[0].rank is not None
        )
        # What errors call the structure.
        self.expected = map_structure(lambda leaf: leaf.dtype, spec) if self.by_numpy else spec

    @property
    def element_spec(self) -> Any:
        """The declared specs."""
        return self._spec

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        return _Generated(self)


GeneratorDataset.__name__ = "_FlatMapDataset"


class _Generated:
    """Iterates over what a generator yields, converted to the declared specs."""

    def __init__(self, dataset: GeneratorDataset) -> None:
        self._dataset = dataset
        self._specs = flatten(dataset._spec)
        self._values: Iterator[Any] | None = None

    def __iter__(self) -> _Generated:
        return self

    def __next__(self) -> Flat:
        dataset = self._dataset
        try:
            if self._values is None:
                arguments = [_as_argument(value) for value in dataset._args]
                self._values = iter(dataset._generator(*arguments))
            value = next(self._values)
            return self._converted(value)
        except StopIteration:
            raise
        except Exception as error:
            failure = as_op_error(error)
            node = f"\n\t [[{{{{node {'PyFunc' if dataset.by_numpy else 'EagerPyFunc'}}}}}]]"
            raise IterationError(type(failure), body_of(failure)[1] + node) from error

    def _converted(self, value: Any) -> Flat:
        """The components of a yielded value. Raises TypeError if it does not fit the specs."""
        try:
            leaves = flatten_up_to(self._dataset._spec, value)
        except (TypeError, ValueError) as error:
            raise self._mismatch(value) from error
        if self._dataset.by_numpy:
            return tuple(
                _array_component(leaf, spec) for leaf, spec in zip(leaves, self._specs, strict=True)
            )
        try:
            flat = untracked(tuple(map(_as_component, leaves, self._specs)))
        except (TypeError, ValueError) as error:
            raise self._mismatch(value) from error
        actual = pack(self._dataset._spec, map(component_spec, flat))
        if not is_compatible(self._dataset._spec, actual):
            raise TypeError(
                f"`generator` yielded an element of {actual} where an element of "
                f"{self._dataset._spec} was expected."
            )
        return flat

    def _mismatch(self, value: Any) -> TypeError:
        return TypeError(
            "`generator` yielded an element that did not match the expected structure. The "
            f"expected structure was {self._dataset.expected}, but the yielded element was "
            f"{value}."
        )


def _as_argument(value: Any) -> Any:
    return value.numpy() if hasattr(value, "numpy") else value


def _array_component(value: Any, spec: Any) -> Any:
    """A yielded value as a tensor, by NumPy's conversion."""
    dtype = spec.dtype
    try:
        array = _as_array(value, dtype)
    except (TypeError, ValueError) as error:
        raise TypeError(
            "`generator` yielded an element that could not be converted to the expected type. The "
            f"expected type was {dtype.name}, but the yielded element was {value}."
        ) from error
    if array.dtype != dtype.as_numpy_dtype:
        raise TypeError(
            f"`generator` yielded an element of type {array.dtype} where an element of type "
            f"{dtype.as_numpy_dtype} was expected."
        )
    if not spec.shape.is_compatible_with(array.shape):
        raise TypeError(
            f"`generator` yielded an element of shape {array.shape} where an element of shape "
            f"{spec.shape} was expected."
        )
    return to_tensor(array, dtype)


def _as_array(value: Any, dtype: Any) -> np.ndarray[Any, Any]:
    array = np.asarray(value, dtype=dtype.as_numpy_dtype, order="C")
    if array.dtype.kind == "O" and dtype is STRING:
        flat = [x.encode() if isinstance(x, str) else x for x in array.ravel()]
        encoded = np.empty(len(flat), object)
        encoded[:] = flat
        return encoded.reshape(array.shape)
    return array


def _as_component(value: Any, spec: Any) -> Any:
    if isinstance(spec, TensorSpec):
        return to_tensor(value, spec.dtype)
    if is_ragged_spec(spec) and not hasattr(value, "nested_row_splits"):
        from .._ragged.constant import constant

        return constant(value, spec.dtype, spec.ragged_rank, row_splits_dtype=spec.row_splits_dtype)
    return component(value)


@static_method
def from_generator(
    generator: Any,
    output_types: Any = None,
    output_shapes: Any = None,
    args: Any = None,
    output_signature: Any = None,
    name: str | None = None,
) -> Any:
    """A dataset of what a generator yields. Implements `tf.data.Dataset.from_generator`.

    Args:
      generator: a function that returns an iterable; it is called for each iteration.
      output_types: the nest of dtypes of the elements. Deprecated.
      output_shapes: the nest of their shapes; unknown by default. Deprecated.
      args: arguments of `generator`, which it gets as NumPy arrays.
      output_signature: the nest of specs of the elements.

    Raises:
      TypeError: if `generator` is not callable, or the signature is missing or invalid.
    """
    if not callable(generator):
        raise TypeError("`generator` must be a Python callable.")
    if output_signature is not None:
        for argument, value in (("output_types", output_types), ("output_shapes", output_shapes)):
            if value is not None:
                raise TypeError(
                    f"The `{argument}` argument can not be used together with the "
                    "`output_signature` argument."
                )
        check_specs(output_signature, "output_signature")
        spec = output_signature
    else:
        if output_types is None:
            raise TypeError(
                "To specify the output signature you need to provide either the "
                "`output_signature` argument or the `output_types` argument."
            )
        spec = _legacy_spec(output_types, output_shapes)
    if args is None:
        args = ()
    elif not isinstance(args, (tuple, list)):
        raise TypeError("values must be a sequence.")
    return GeneratorDataset(generator, tuple(map(to_tensor, args)), spec)


def _legacy_spec(types: Any, shapes: Any) -> Any:
    """The specs from dtypes and shapes."""
    dtypes = map_structure(as_dtype, types)
    if shapes is None:
        return map_structure(lambda dtype: TensorSpec(None, dtype), dtypes)
    flat = [TensorShape(shape) for shape in _shapes_up_to(dtypes, shapes)]
    return pack(dtypes, map(TensorSpec, flat, flatten(dtypes)))


def _shapes_up_to(dtypes: Any, shapes: Any) -> list[Any]:
    if not isinstance(dtypes, (tuple, dict)):
        return [shapes]
    return flatten_up_to(dtypes, shapes)
