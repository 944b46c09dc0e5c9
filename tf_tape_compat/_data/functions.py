"""The functions that programs pass to datasets: their results' specs, and calls for each element.

A function is traced when a transformation is applied (traced_functions.py). If it cannot be traced,
it is run at that time on fake tensors that have no values, to find out what it returns. If that
depends on values, the first element shows it. Every element is then a call of the Python function.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import numpy as np
import torch

from .._core.recording.activation import stop_recording
from .._core.recording.execution_context import (
    ExampleRunError,
    FunctionCall,
    current_context,
)
from .._core.recording.tape_set import thread
from .._core.tensor.tensor import EagerTensor, TrackedTensor
from .._core.types.tensor_spec import TensorSpec
from .._core.types.type_spec import CompositeSpec, NoneTensorSpec
from .._functions.created_variables import SINGLETON, CreatedVariables
from .._functions.output_inference import preserved_state
from .._functions.settings import Settings
from .._ops.random import seeds
from ..errors import OpError
from .construction import thread as thread_construction
from .structure import (
    Flat,
    common_spec,
    component,
    component_spec,
    flatten,
    pack,
    packer,
    spec_of,
)

_TENSORS = (EagerTensor, TrackedTensor)

# Errors that a function also raises in a trace of TensorFlow. Others may come from fake tensors.
_OF_TRACE = (TypeError, NameError, AttributeError, ZeroDivisionError, KeyError, AssertionError)

_EXAMPLE_SIZES = (3, 5)
_EXAMPLE_NUMBERS = (1, 2)
_EXAMPLE_STRINGS = (b"1", b"12")

_STILL_TRACED = (
    "Even though the `tf.config.experimental_run_functions_eagerly` option is set, this option "
    "does not apply to tf.data functions. To force eager execution of tf.data functions, please "
    "use `tf.data.experimental.enable_debug_mode()`."
)

Caller = Callable[[Flat], Flat]


class UnknownSpecError(Exception):
    """Raised if the spec of a function's result depends on the values of its arguments."""


class _Trace:
    """What random operations see of one instance of a function: a place for their streams."""

    __slots__ = ("is_example", "number", "refuses_effects", "seed", "transformation")

    def __init__(
        self,
        seed: Any,
        scope: Any = None,
        is_example: bool = False,
        refuses_effects: bool = False,
        transformation: str = "",
    ) -> None:
        self.transformation = transformation
        self.is_example = is_example
        self.refuses_effects = refuses_effects
        self.number = seeds.StreamScope() if scope is None else scope
        self.seed = seed


_TRACED = "traced"  # in place of a scope, so that all traces of a function name the same streams


class _NoNewVariables:
    """In place of a `tf.function`: refuses new variables."""

    def note_variable(self, variable: Any, initial_value: Any = None) -> None:
        """Raises ValueError."""
        raise ValueError(SINGLETON)


class _FirstTrace:
    """In place of a `tf.function` whose first trace may create variables."""

    def __init__(self) -> None:
        self.created = CreatedVariables()

    def note_variable(self, variable: Any, initial_value: Any = None) -> None:
        """Notes a variable, whose initial value is computed after the trace."""
        self.created.add(variable, initial_value)


_OWNER = _NoNewVariables()


class DebugMode:
    """Whether functions run their Python for each element although they were traced."""

    is_enabled = False


class DatasetFunction:
    """A function of elements.

    Args:
      function: takes the items of an element that is a tuple, or else the element.
      transformation: the name of the transformation, for errors: "Dataset.map()".
      input_spec: the structure of specs of the elements, or a function that returns it.
      examples: returns an iterator over the first flat elements, which are tried if the spec of
        the result depends on values.

    Raises:
      ValueError: if `function` is not callable.
      Exception: what the function raises in its trace.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        transformation: str,
        input_spec: Any,
        examples: Callable[[], Iterator[Flat]],
    ) -> None:
        if not callable(function):
            raise ValueError(
                f"Argument `func` must be a callable. Received func={function} (of type "
                f"{type(function)})"
            )
        self.function = function
        self.transformation = transformation
        self.input_spec = input_spec
        self._pack_input = packer(input_spec)
        self._unpacks = type(input_spec) is tuple
        self._seed = seeds.global_seed()
        self._place = seeds.next_place()
        self._examples = examples
        self.traced = self._trace()
        """The `TracedElements` that stands for it, or None."""
        self._runs_eagerly = DebugMode.is_enabled
        self._output_spec: Any = self.traced.output_spec if self.traced else self._infer()
        self.observed: Any = None
        """The spec of the first result of a call, whose shapes may be too narrow."""

    @property
    def output_spec(self) -> Any:
        """The structure of specs of the results."""
        if self._output_spec is None:
            try:
                self._output_spec = self._from_examples()
            except UnknownSpecError:
                if self.observed is None:
                    raise
                return self.observed
        return self._output_spec

    @property
    def structure(self) -> Any:
        """The structure of specs, whose shapes may be too narrow."""
        if self._output_spec is None and self.observed is not None:
            return self.observed
        return self.output_spec

    @property
    def has_known_output(self) -> bool:
        """Whether the specs of the results are known without an element."""
        return self._output_spec is not None

    # -- the spec of the result -----------------------------------------------------------------

    def _trace(self) -> Any:
        if not Settings.trace:
            return None
        if Settings.run_eagerly and not DebugMode.is_enabled:
            warnings.warn(_STILL_TRACED, stacklevel=2)
        from .._graph.unsupported import TraceUnsupported, say_once
        from . import traced_functions  # slow to import

        construction = thread_construction.construction
        if construction is not None and construction.graph is None:
            return construction.next(self.function, self.transformation)
        name = traced_functions.graph_name(self.transformation, self.function)
        outer = None if construction is None else construction.graph

        def trace(owner: Any) -> Any:
            place = _Trace(self._seed, _TRACED, transformation=self.transformation)
            try:
                return traced_functions.trace_function(
                    self.function, name, self.input_spec, self._unpacks, owner, place, outer
                )
            finally:
                if owner is not _OWNER:
                    owner.created.initialize(place, {})

        try:
            first = _FirstTrace()
            traced = trace(first)
            if first.created:  # what later traces, and calls, must not do again
                traced = trace(_OWNER)
        except TraceUnsupported as reason:
            if construction is not None:
                raise
            say_once(f"{name} runs its Python for each element, because of {reason}")
            return None
        if construction is not None:
            construction.add(self.function, self.transformation, traced)
        return traced

    def _infer(self) -> Any:
        """The spec of the result, or None if it depends on values."""
        specs = flatten(self.input_spec)
        has_unknown_sizes = any(
            getattr(spec, "shape", None) is not None and not spec.shape.is_fully_defined()
            for spec in specs
        )
        from torch._subclasses.fake_tensor import FakeTensorMode  # slow to import

        sizes = _EXAMPLE_SIZES if has_unknown_sizes else _EXAMPLE_SIZES[:1]
        try:
            with preserved_state(), FakeTensorMode(allow_non_fake_inputs=True):
                return self._common_spec([self._spec_for(size, None, specs) for size in sizes])
        except _OF_TRACE:
            raise
        except ExampleRunError:
            return None
        except Exception:
            return self._infer_from_values(specs)

    def _infer_from_values(self, specs: list[Any]) -> Any:
        """The spec of the results for two examples of values; None if there are errors."""
        try:
            with preserved_state():
                pairs = zip(_EXAMPLE_SIZES, (0, 1), strict=True)
                return self._common_spec([self._spec_for(*pair, specs) for pair in pairs])
        except Exception:
            return None

    @staticmethod
    def _common_spec(specs: list[Any]) -> Any:
        merged = specs[0]
        for spec in specs[1:]:
            merged = None if merged is None else common_spec(merged, spec)
        return merged

    def _spec_for(self, size: int, number: int | None, specs: list[Any]) -> Any:
        """The spec of the result for an example with unknown sizes `size`.

        Values are not set without `number`, as for fake tensors.
        """
        arguments = tuple(_example(spec, size, number) for spec in specs)
        trace = _Trace(self._seed, is_example=True, refuses_effects=number is not None)
        return spec_of(self._result(arguments, trace))

    def _from_examples(self) -> Any:
        """The spec of the results for the first elements; sizes that differ are unknown."""
        merged: Any = None
        for element in self._examples():
            with suppress(OpError, ExampleRunError):
                trace = _Trace(self._seed, refuses_effects=True)
                spec = spec_of(self._result(element, trace))
                merged = spec if merged is None else common_spec(merged, spec) or merged
        if merged is None:
            raise UnknownSpecError(
                f"tf_tape_compat: what the function passed to {self.transformation} returns "
                "depends on the values of its arguments, and there is no element to find out"
            )
        return merged

    # -- calls ----------------------------------------------------------------------------------

    @property
    def runs_traced(self) -> bool:
        """Whether its graph runs in place of its Python."""
        return self.traced is not None and not self._runs_eagerly

    def _result(self, element: Flat, trace: _Trace) -> Any:
        """The normalized result for a flat element."""
        arguments = self._pack_input(element)
        caller, scope = current_context.call, current_context.scope
        call = None if self._runs_eagerly else FunctionCall(_OWNER, (), trace, None)
        current_context.call = call
        current_context.scope = ""
        try:
            if thread.stack:
                with stop_recording():
                    result = self._call(arguments)
            else:
                result = self._call(arguments)
        finally:
            current_context.call, current_context.scope = caller, scope
        if type(result) in _TENSORS:
            return result
        if isinstance(result, list):
            result = tuple(result)
        try:
            return pack(result, [component(leaf) for leaf in flatten(result)])
        except (ValueError, TypeError) as error:
            raise TypeError(
                f"Unsupported return value from function passed to {self.transformation}: {result}."
            ) from error

    def _call(self, arguments: Any) -> Any:
        return self.function(*arguments) if self._unpacks else self.function(arguments)

    def instance(self, context: Any = None) -> Caller:
        """A function of flat elements for one iteration, in which random operations begin anew.

        `context` is the `IterationContext`; the random operations of a function continue their
        streams if it has several iterators.
        """
        scope = None
        if context is not None:
            key = self if self._place is None else self._place
            scope = context.scopes.setdefault(key, seeds.StreamScope())
        trace = _Trace(self._seed, scope)
        if self.runs_traced:
            traced_call: Caller = self.traced.instance(trace)
            return traced_call
        result_of = self._result

        def call(element: Flat) -> Flat:
            result = result_of(element, trace)
            if type(result) in _TENSORS:
                if self.observed is None:
                    self.observed = component_spec(result)
                return (result,)
            if self.observed is None:
                self.observed = spec_of(result)
            return tuple(flatten(result))

        return call


def _example(spec: Any, size: int, number: int | None) -> Any:
    """A value that a spec describes; dimensions of unknown size have `size`.

    `number` chooses among the values of the elements; None leaves them undefined.
    """
    if isinstance(spec, NoneTensorSpec):
        return None
    if isinstance(spec, TensorSpec):
        if spec.shape.rank is None:
            raise UnknownSpecError
        shape = [size if n is None else n for n in spec.shape.as_list()]
        if spec.dtype.torch is None:
            return EagerTensor(np.full(shape, _EXAMPLE_STRINGS[number or 0], object))
        if number is None:
            return EagerTensor(torch.empty(shape, dtype=spec.dtype.torch))
        return EagerTensor(torch.full(shape, _EXAMPLE_NUMBERS[number], dtype=spec.dtype.torch))
    if isinstance(spec, CompositeSpec):
        raise UnknownSpecError
    example = getattr(spec, "_example", None)
    if example is None:
        raise UnknownSpecError
    return example()
