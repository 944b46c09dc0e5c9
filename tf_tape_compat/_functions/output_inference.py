"""Finds the type of a function's result by running it on fake tensors, which have no values."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch

from .._core.recording.execution_context import FunctionCall, current_context
from .._core.recording.variable_watcher import VariableWatcher
from .._core.tensor.tensor import EagerTensor, TrackedTensor
from .._core.types.tensor_spec import TensorSpec
from .._core.variables.handle import Handle
from .._core.variables.variable import Variable
from .function_type import FunctionType
from .results import converted, type_of
from .type_components import pack_tensors, tensor_specs

_TENSOR_SLOTS = ("_t", "_set", "_leaf")
_STATEFUL = (Handle, EagerTensor, TrackedTensor)


class _NoNewVariables:
    """In place of the running Function: refuses new variables, which would outlive the run."""

    def note_variable(self, variable: Variable) -> None:
        """Raises RuntimeError."""
        raise RuntimeError("a variable is created")


def infer_output(
    trace: Any,
    input_type: FunctionType,
    python_function: Callable[..., Any],
    to_call_arguments: Callable[[dict[str, Any]], tuple[list[Any], dict[str, Any]]],
    size: int,
) -> tuple[Any, tuple[Variable, ...]]:
    """The type of the result, and the variables that the function reads.

    Args:
      trace: the trace that is inferred; random operations take their seeds from it.
      input_type: the types of the arguments.
      python_function: the function to run.
      to_call_arguments: turns arguments by name into the `args` and `kwargs` of the function.
      size: the size to use for each unknown dimension.

    Raises:
      Exception: anything that the function raises, also because it depends on values.
    """
    from torch._subclasses.fake_tensor import FakeTensorMode  # slow to import

    caller = current_context.call
    current_context.call = FunctionCall(_NoNewVariables(), (), trace, None)
    try:
        with (
            preserved_state(),
            FakeTensorMode(allow_non_fake_inputs=True),
            VariableWatcher(True) as watcher,
        ):
            arguments = {
                name: pack_tensors(p.annotation, _example_tensors(p.annotation, size))
                for name, p in input_type.parameters.items()
            }
            args, kwargs = to_call_arguments(arguments)
            result = converted(python_function(*args, **kwargs), python_function, ())
            output = type_of(result)
    finally:
        current_context.call = caller
    return output, tuple(watcher.watched)


@contextmanager
def preserved_state() -> Iterator[None]:
    """A context after which all variables and tensors have the payloads that they had before.

    Under a fake tensor mode nothing writes to memory, but assignments replace payloads, and tapes
    remember leaves for constants. The program's own objects must not keep those.
    """
    handles, tensors = [], []
    for item in gc.get_referrers(*_STATEFUL):  # instances refer to their class
        cls = type(item)
        if cls is Handle:
            handles.append((item, item.data))
        elif cls is EagerTensor or cls is TrackedTensor:
            slots = {name: getattr(item, name) for name in _TENSOR_SLOTS if hasattr(item, name)}
            tensors.append((item, cls, slots))
    try:
        yield
    finally:
        for handle, data in handles:
            handle.data = data
        for tensor, cls, slots in tensors:
            for name, value in slots.items():
                setattr(tensor, name, value)
            tensor.__class__ = cls


def _example_tensors(trace_type: Any, size: int) -> Iterator[Any]:
    """A tensor for each tensor in values of a trace type; unknown dimensions have `size`."""
    for spec in tensor_specs(trace_type):
        shape = spec.shape.as_list() if spec.shape.rank is not None else [size]
        shape = [size if n is None else n for n in shape]
        if not isinstance(spec, TensorSpec) or spec.dtype.torch is None:
            raise RuntimeError(f"an argument is of the type {spec}")
        yield EagerTensor(torch.empty(shape, dtype=spec.dtype.torch))
