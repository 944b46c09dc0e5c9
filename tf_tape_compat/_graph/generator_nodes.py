"""The methods of `tf.random.Generator` in a graph: nodes that advance its state at each run."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch

from .._core.tensor.convert import to_tensor
from .._core.tensor.host_values import to_numpy
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import as_dtype
from .._core.variables.variable import Variable
from .._ops.math.arithmetic import subtract
from .._ops.random.generator import Generator
from .._ops.random.stateful import scaled, typed
from .graph import Graph
from .nodes import AssignNode, Run
from .structure import fill
from .symbolic_tensor import SymbolicTensor
from .trace_rules import trace_method
from .unsupported import NeedsValue


class GeneratorNode(AssignNode):
    """A call of a generator's method, which changes its state.

    `example` returns a payload of the dtype and sizes of the result for the same arguments.
    """

    __slots__ = ("example",)

    needs_values = True

    def __init__(
        self,
        operation_type: str,
        generator: Generator,
        method: Callable[..., Any],
        arguments: tuple[Any, Any],
        inputs: list[SymbolicTensor],
        example: Callable[..., torch.Tensor],
    ) -> None:
        def call(variable: Variable, *args: Any, **kwargs: Any) -> Any:
            if variable is generator._state_var:
                return method(generator, *args, **kwargs)
            other = Generator(state=variable, alg=generator._alg)
            return method(other, *args, **kwargs)

        super().__init__(operation_type, generator._state_var, call, arguments, inputs)
        self.example = example

    def run(self, run: Run, values: list[EagerTensor]) -> list[EagerTensor]:
        if run.call_path is None:
            return self.run_example(values)
        result = self.call(run, values)
        run.assigned(self.variable)
        return [result]

    def run_example(self, values: list[EagerTensor]) -> list[EagerTensor]:
        args, kwargs = fill(self.arguments, values)
        return [EagerTensor(self.example(*args, **kwargs))]


def install() -> None:
    """Gives the methods their rules for graphs."""
    for method, operation in (
        ("normal", "StatelessRandomNormalV2"),
        ("truncated_normal", "StatelessTruncatedNormalV2"),
    ):
        trace_method(Generator, method, partial(_scaled, operation))
    trace_method(Generator, "uniform", _uniform)
    trace_method(Generator, "uniform_full_int", _uniform_full_int)
    trace_method(Generator, "binomial", _binomial)
    trace_method(Generator, "skip", _skip)


def _add(
    graph: Graph,
    operation: str,
    method: Callable[..., Any],
    generator: Generator,
    example: Callable[..., torch.Tensor],
    *args: Any,
    **kwargs: Any,
) -> Any:
    graph.note_variable(generator._state_var)
    arguments, inputs = graph.lift((args, kwargs))
    return graph.add_node(GeneratorNode(operation, generator, method, arguments, inputs, example))


def _scaled(
    operation: str,
    graph: Graph,
    method: Callable[..., Any],
    generator: Generator,
    /,
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = "float32",
    name: Any = None,
) -> Any:
    dtype = as_dtype(dtype)
    mean, stddev = typed(mean, dtype, "mean"), typed(stddev, dtype, "stddev")
    numbers = _add(graph, operation, method, generator, _of_shape, _shape(shape), dtype=dtype)
    return scaled(numbers, stddev, mean)


def _uniform(
    graph: Graph,
    method: Callable[..., Any],
    generator: Generator,
    /,
    shape: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = "float32",
    name: Any = None,
) -> Any:
    dtype = as_dtype(dtype)
    if dtype.is_integer:
        if minval is None and maxval is None:
            return generator.uniform_full_int(shape, dtype)
        operation = "StatelessRandomUniformIntV2"
        call = partial(_add, graph, operation, method, generator, _between)
        return call(_shape(shape), minval, maxval, dtype=dtype)
    minval = typed(minval, dtype, "min")
    maxval = typed(1 if maxval is None else maxval, dtype, "max")
    operation = "StatelessRandomUniformV2"
    numbers = _add(graph, operation, method, generator, _of_shape, _shape(shape), dtype=dtype)
    return scaled(numbers, subtract(maxval, minval), minval)


def _uniform_full_int(
    graph: Graph,
    method: Callable[..., Any],
    generator: Generator,
    /,
    shape: Any,
    dtype: Any = "uint64",
    name: Any = None,
) -> Any:
    operation = "StatelessRandomUniformFullIntV2"
    return _add(graph, operation, method, generator, _of_shape, _shape(shape), dtype=dtype)


def _binomial(
    graph: Graph,
    method: Callable[..., Any],
    generator: Generator,
    /,
    shape: Any,
    counts: Any,
    probs: Any,
    dtype: Any = "int32",
    name: Any = None,
) -> Any:
    operation = "StatefulRandomBinomial"
    call = partial(_add, graph, operation, method, generator, _between)
    return call(_shape(shape), counts, probs, dtype=dtype)


def _skip(graph: Graph, method: Callable[..., Any], generator: Generator, /, delta: Any) -> Any:
    size = generator._state_var.shape.as_list()

    def example(delta: Any) -> torch.Tensor:
        return torch.empty([n or 0 for n in size], dtype=torch.int64)

    return _add(graph, "RngReadAndSkip", method, generator, example, delta)


# -- examples --------------------------------------------------------------------------------------


def _shape(shape: Any) -> Any:
    """A shape as a list, as an argument of a node."""
    if isinstance(shape, (list, tuple)) and not any(isinstance(n, EagerTensor) for n in shape):
        return [int(n) for n in shape]
    return to_tensor(shape)


def _of_shape(shape: Any, dtype: Any) -> torch.Tensor:
    if isinstance(shape, EagerTensor):
        if not isinstance(shape._t, torch.Tensor):
            raise NeedsValue("a shape")
        shape = to_numpy(shape._t).tolist()
    return torch.empty(shape, dtype=as_dtype(dtype).torch)


def _between(shape: Any, low: Any, high: Any, dtype: Any) -> torch.Tensor:
    """An example of numbers that also depend on parameters which broadcast to their shape."""
    return _of_shape(shape, dtype)
