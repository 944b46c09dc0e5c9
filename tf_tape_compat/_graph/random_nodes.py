"""Random operations in a graph: nodes that draw numbers each time they run.

As in TensorFlow, the seeds of an operation are chosen while the function is traced. Each operation
has a stream of its own in each place that its function is called from.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch

from .._core.devices.placement import device_for
from .._core.tensor.convert import to_tensor
from .._core.tensor.host_values import to_numpy
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import as_dtype
from .._core.types.shape import TensorShape
from .._ops.image import box_sampling
from .._ops.nn import candidate_sampling, fractional_pooling, unigram_sampling
from .._ops.random import discrete, gamma, seeds, shuffle, stateful
from .graph import Graph
from .nodes import OpNode, Run
from .shadows import is_fake
from .structure import fill, tensors_of
from .symbolic_tensor import SymbolicTensor
from .trace_rules import trace_function


class RandomNode(OpNode):
    """A call of a function with the argument `seed`.

    `example` is a function with the same arguments whose result has the dtypes and shapes of the
    random tensors, for functions that do not run on tensors without values. It returns
    NotImplemented for arguments with which they do.
    """

    __slots__ = ("example", "op_seeds")

    def __init__(
        self,
        operation_type: str,
        function: Callable[..., Any],
        arguments: tuple[Any, Any],
        inputs: list[SymbolicTensor],
        op_seeds: seeds.Seeds | None,
        example: Callable[..., Any] | None,
    ) -> None:
        super().__init__(operation_type, function, arguments, inputs, needs_values=True)
        self.op_seeds = op_seeds
        self.example = example

    def run(self, run: Run, values: list[EagerTensor]) -> list[EagerTensor]:
        call_path = run.call_path
        if call_path is None:
            return self.run_example(values)
        args, kwargs = fill(self.arguments, values, run.variable)
        seed = seeds.TracedSeeds(seeds.in_call(self.op_seeds, call_path))
        return self._noted(self.function(*args, **kwargs, seed=seed))

    def run_example(self, values: list[EagerTensor]) -> list[EagerTensor]:
        """Tensors of the sizes of the results, which take nothing from the streams."""
        args, kwargs = fill(self.arguments, values)
        example = NotImplemented if self.example is None else self.example(*args, **kwargs)
        if example is not NotImplemented:
            return self._noted(example)
        return self._noted(self.function(*args, **kwargs, seed=seeds.TracedSeeds(None)))

    def _noted(self, result: Any) -> list[EagerTensor]:
        self.structure, tensors = tensors_of(result)
        return tensors


def _like(shape: Any, dtype: Any, *parameters: Any) -> EagerTensor:
    """A tensor of `shape` followed by the shape that the parameters broadcast to."""
    sizes = to_numpy(shape._t).tolist() if isinstance(shape, EagerTensor) else shape
    sizes = [sizes] if isinstance(sizes, int) else list(sizes)
    ending = torch.broadcast_shapes(
        *(tuple(x.shape) if hasattr(x, "shape") else to_tensor(x)._t.shape for x in parameters)
    )
    torch_dtype: Any = as_dtype(dtype).torch
    device = device_for(torch_dtype)
    return EagerTensor(torch.empty([*sizes, *ending], dtype=torch_dtype, device=device))


def _like_uniform(
    shape: Any, minval: Any = 0, maxval: Any = None, dtype: Any = "float32", name: Any = None
) -> Any:
    """The example of integers between bounds without values; the function itself serves others."""
    bounds = [x for x in (minval, maxval) if isinstance(x, EagerTensor)]
    if maxval is None or not as_dtype(dtype).is_integer or not any(is_fake(x._t) for x in bounds):
        return NotImplemented
    return _like(shape, dtype, minval, maxval)


def _like_gamma(
    shape: Any, alpha: Any, beta: Any = None, dtype: Any = "float32", name: Any = None
) -> EagerTensor:
    return _like(shape, dtype, alpha, 1.0 if beta is None else beta)


def _like_poisson(shape: Any, lam: Any, dtype: Any = "float32", name: Any = None) -> EagerTensor:
    return _like(shape, dtype, lam)


def _like_categorical(logits: Any, num_samples: Any, dtype: Any = None, name: Any = None) -> Any:
    rows = to_tensor(logits)._t
    samples = discrete.checked_classes(rows, to_tensor(num_samples)._t, "Multinomial")
    return _like([len(rows), samples], dtype or "int64")


def _like_value(value: Any, name: Any = None) -> EagerTensor:
    if isinstance(value, EagerTensor):
        return EagerTensor(torch.empty_like(value._t))
    return EagerTensor(to_tensor(value)._t)


def _like_candidates(result_type: Callable[..., Any]) -> Callable[..., Any]:
    """The example of a sampler of candidates."""

    def example(
        true_classes: Any, num_true: int, num_sampled: int, unique: bool, *_: Any, **__: Any
    ) -> Any:
        true = to_tensor(true_classes)
        count = torch.empty(num_sampled, dtype=torch.float32)
        return result_type(
            EagerTensor(torch.empty(num_sampled, dtype=torch.int64)),
            EagerTensor(torch.empty(true._t.shape, dtype=torch.float32)),
            EagerTensor(count),
        )

    return example


def _like_box(image_size: Any, *_: Any, **__: Any) -> Any:
    dtype = to_tensor(image_size)._t.dtype
    return box_sampling.SampleDistortedBoundingBoxV2(
        EagerTensor(torch.empty(3, dtype=dtype)),
        EagerTensor(torch.empty(3, dtype=dtype)),
        EagerTensor(torch.empty(1, 1, 4)),
    )


# TensorFlow's names of the operations, and `RandomNode.example`.
_FUNCTIONS: dict[Any, tuple[str, Callable[..., Any] | None]] = {
    stateful.normal: ("RandomStandardNormal", None),
    stateful.uniform: ("RandomUniform", _like_uniform),
    stateful.truncated_normal: ("TruncatedNormal", None),
    shuffle.shuffle: ("RandomShuffle", _like_value),
    discrete.poisson: ("RandomPoissonV2", _like_poisson),
    discrete.categorical: ("Multinomial", _like_categorical),
    gamma.gamma: ("RandomGamma", _like_gamma),
    **{
        function: (operation, _like_candidates(getattr(module, operation)))
        for module, function, operation in (
            (
                candidate_sampling,
                candidate_sampling.uniform_candidate_sampler,
                "UniformCandidateSampler",
            ),
            (
                candidate_sampling,
                candidate_sampling.log_uniform_candidate_sampler,
                "LogUniformCandidateSampler",
            ),
            (candidate_sampling, candidate_sampling.all_candidate_sampler, "AllCandidateSampler"),
            (
                unigram_sampling,
                unigram_sampling.learned_unigram_candidate_sampler,
                "LearnedUnigramCandidateSampler",
            ),
            (
                unigram_sampling,
                unigram_sampling.fixed_unigram_candidate_sampler,
                "FixedUnigramCandidateSampler",
            ),
        )
    },
    fractional_pooling.fractional_max_pool: ("FractionalMaxPool", None),
    fractional_pooling.fractional_avg_pool: ("FractionalAvgPool", None),
    box_sampling.sample_distorted_bounding_box: ("SampleDistortedBoundingBoxV2", _like_box),
}

# Those that ignore the global seed if their own is 0, which is the default.
_UNSEEDED_BY_ZERO = frozenset(
    (
        fractional_pooling.fractional_max_pool,
        fractional_pooling.fractional_avg_pool,
        box_sampling.sample_distorted_bounding_box,
    )
)


def functions() -> set[Any]:
    """The functions that draw random numbers, and are nodes."""
    return set(_FUNCTIONS)


def install() -> None:
    """Gives these functions their rules for graphs."""
    for function, (operation, example) in _FUNCTIONS.items():
        default_seed = seeds.UNSEEDED if function in _UNSEEDED_BY_ZERO else None
        signature = inspect.signature(function)
        trace_function(function, partial(_draw, operation, example, default_seed, signature))


def _draw(
    operation: str,
    example: Callable[..., Any] | None,
    default_seed: Any,
    signature: inspect.Signature,
    graph: Graph,
    call: Callable[..., Any],
    /,
    *args: Any,
    **kwargs: Any,
) -> Any:
    arguments = dict(signature.bind(*args, **kwargs).arguments)
    seed = arguments.pop("seed", None)
    if default_seed is seeds.UNSEEDED and not seed:
        if seeds.are_required():
            return call(*args, **kwargs)  # which is an error
        seed = default_seed
    op_seeds = seeds.next_op_seeds(seed)
    shape = arguments.get("shape")
    if isinstance(shape, (TensorShape, np.ndarray)):
        arguments["shape"] = list(shape) if isinstance(shape, TensorShape) else shape.tolist()
    lifted, inputs = graph.lift(((), arguments))
    node = RandomNode(operation, call, lifted, inputs, op_seeds, example)
    return graph.add_node(node, arguments.get("name"))
