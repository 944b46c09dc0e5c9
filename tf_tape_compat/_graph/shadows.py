"""What stands for the values of symbolic tensors: tensors without values, of example sizes.

A shadow has two eager tensors. The usual tapes run over `first`, so that it is known while tracing
what is connected to what. `second` has another size for each unknown dimension, and is None if
there is none. Where the results of an operation differ between the two, their static shapes are
unknown.

Payloads are torch's FakeTensors. A payload that is an ordinary tensor is a known value: a constant,
or what was computed from the shapes of tensors. So sizes that a function computes are known for
each of the two examples, and for the real sizes when a graph is lowered.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from typing import Any

import numpy as np
import torch
from torch._C import _functorch
from torch._subclasses.fake_tensor import FakeTensor
from torch.utils._python_dispatch import _disable_current_modes

from .._core.recording.activation import stop_recording
from .._core.recording.admission import admit
from .._core.recording.execution_context import FunctionCall, current_context
from .._core.tensor.tensor import EagerTensor, finish
from .._core.types.dtype import DType, variant
from .._core.types.shape import TensorShape
from ..errors import OpError
from .fake_mode import fake_mode
from .unsupported import DrawsNumbers, NeedsValue

# The sizes of unknown dimensions in the first and in the second example. Many sizes divide them.
FIRST_SIZE, SECOND_SIZE = 24, 48

Result = tuple[DType, TensorShape]

# Errors on examples are expected: they say that an operation needs a shape rule.
logging.getLogger("torch._subclasses.fake_tensor").setLevel(logging.CRITICAL)

# Operations that read only the shapes of tensors, so that their results are known values.
READ_SHAPES = frozenset(("Rank", "Shape", "ShapeN", "Size"))


class _ExampleTrace:
    """In place of a trace. It has no streams of random numbers: what they give is no constant."""

    in_graph = True  # what does not convert is refused as in graphs

    @property
    def number(self) -> int:
        """Raises DrawsNumbers."""
        raise DrawsNumbers("a random operation that is no node of its own (random_nodes.py)")


_EXAMPLE_TRACE: Any = _ExampleTrace()


class Shadow:
    """The two examples of a symbolic tensor's value."""

    __slots__ = ("first", "second")

    def __init__(self, first: EagerTensor, second: EagerTensor | None = None) -> None:
        self.first = first
        self.second = second

    def specialize(self, shape: TensorShape) -> None:
        """Takes sizes that became known after the operation ran."""
        sizes = tuple(self.first._t.shape)
        known = None if shape.rank is None else shape.as_list()
        if (
            known is None
            or len(sizes) != len(known)
            or any(n is not None and n != size for n, size in zip(known, sizes, strict=True))
        ):
            dtype = self.first._t.dtype
            self.first = connected([self.first], [example(dtype, shape, FIRST_SIZE)])[0]
        if shape.is_fully_defined():
            self.second = None
        else:
            self.second = EagerTensor(example(self.first._t.dtype, shape, SECOND_SIZE))


class UnknownStrings(np.ndarray):
    """A payload of strings without values: only its shape counts."""


def is_fake(payload: Any) -> bool:
    """Whether a payload has no values."""
    if isinstance(payload, (FakeTensor, UnknownStrings)):
        return True
    # In a function that is vectorized, tensors are torch's views of whole batches.
    return (
        isinstance(payload, torch.Tensor)
        and torch._C._functorch.is_batchedtensor(payload)
        and is_fake(torch._C._functorch.get_unwrapped(payload))
    )


def holds_strings(tensors: Sequence[EagerTensor]) -> bool:
    """Whether there are strings without values among tensors."""
    return any(isinstance(tensor._t, UnknownStrings) for tensor in tensors)


def is_unknown(payload: Any) -> bool:
    """Whether the values of a payload are not known: it has none, or is a batch of such."""
    return isinstance(payload, FakeTensor) or (
        isinstance(payload, torch.Tensor) and _functorch.is_functorch_wrapped_tensor(payload)
    )


def example(dtype: Any, shape: TensorShape, size: int) -> Any:
    """A payload without values of this dtype and shape, with `size` for unknown dimensions."""
    if shape.rank is None:
        sizes = [size] * (1 if size == FIRST_SIZE else 2)
    else:
        sizes = [size if n is None else n for n in shape.as_list()]
    if dtype is None or isinstance(dtype, np.dtype):
        return np.full(sizes, b"", object).view(UnknownStrings)
    with fake_mode:
        return torch.empty(sizes, dtype=dtype)


def payload_type(dtype: DType) -> Any:
    """The dtype of the payloads of examples. To tapes, an array (variant) is like a float."""
    return torch.float32 if dtype is variant else dtype.torch


def fake_like(payload: Any) -> Any:
    """A payload without values of the dtype and sizes of `payload`."""
    if not isinstance(payload, torch.Tensor):
        raise NeedsValue("strings are not traced yet")
    with fake_mode:
        return torch.empty(payload.shape, dtype=payload.dtype)


def placeholder(dtype: DType, shape: TensorShape) -> Shadow:
    """The shadow of an input."""
    first = EagerTensor(example(payload_type(dtype), shape, FIRST_SIZE))
    if shape.is_fully_defined():
        return Shadow(first)
    return Shadow(first, EagerTensor(example(payload_type(dtype), shape, SECOND_SIZE)))


def differ(first: EagerTensor, second: EagerTensor) -> bool:
    """Whether two examples of a value are known, and not equal."""
    x, y = first._t, second._t
    if is_fake(x) or is_fake(y):
        return False
    if isinstance(x, np.ndarray):
        return not np.array_equal(x, y)
    return not torch.equal(x, y)


def merged_shape(first: EagerTensor, second: EagerTensor | None) -> TensorShape:
    """The static shape of a result, from its two examples."""
    shape = TensorShape._from_ints(tuple(first._t.shape))
    if second is None:
        return shape
    return shape.most_specific_compatible_shape(tuple(second._t.shape))


@contextmanager
def running() -> Iterator[None]:
    """A context in which operations run on shadows, and are not added to a graph."""
    caller = current_context.call
    function = None if caller is None else caller.function
    current_context.call = FunctionCall(function, (), _EXAMPLE_TRACE, None)
    try:
        yield
    finally:
        current_context.call = caller


def evaluate(
    operation: str,
    tensors: list[EagerTensor],
    function: Callable[[], Any],
    capture: AbstractContextManager[Any] | None = None,
) -> Any:
    """Runs an operation on `tensors`: without values, unless all that it reads is known.

    `capture` sees the torch calls without values (capture.py).
    """
    known = operation in READ_SHAPES or not any(is_unknown(tensor._t) for tensor in tensors)
    inside = getattr(capture, "is_active", False)  # in the node of a call, or in a gradient
    with running():
        if known and tensors:
            with _disable_current_modes() if inside else _NOT_CAPTURED:
                return function()
        if inside:
            return function()
        with fake_mode, capture or _NOT_CAPTURED:
            return function()


_NOT_CAPTURED: AbstractContextManager[None] = nullcontext()


def second_run(
    operation: str, shadows: list[Shadow], function: Callable[[list[EagerTensor]], Any]
) -> Any:
    """Runs an operation on the second examples of its inputs; None if they have no second one."""
    if all(shadow.second is None for shadow in shadows):
        return None
    tensors = [
        untracked(shadow.first) if shadow.second is None else shadow.second for shadow in shadows
    ]
    with stop_recording():
        return evaluate(operation, tensors, lambda: function(tensors))


# Operations whose results have sizes that follow from values, also where two runs do not show it.
SIZED_BY_VALUES = frozenset(
    "BooleanMask ComputeAccidentalHits DynamicPartition DynamicStitch ListDiff NonMaxSuppressionV3 "
    "NonMaxSuppressionV4 NonMaxSuppressionV5 NonMaxSuppressionWithOverlaps Range SegmentMax "
    "SegmentMean SegmentMin SegmentProd SegmentSum Unique UniqueV2 UniqueWithCounts "
    "UniqueWithCountsV2 Where".split()
)


def valued_examples(
    operation: str,
    inputs: list[Shadow],
    function: Callable[[list[EagerTensor]], Any],
    optimistic: bool = False,
) -> list[Result]:
    """The dtypes and static shapes of an operation's results, for operations that need values.

    It runs on several sets of values, of the first and the second example sizes. Sizes that differ
    are unknown. So are all, if it refuses some of them, unless `optimistic`; and those of
    operations that are known for it.
    """
    results: list[Result] | None = None
    certain = operation not in SIZED_BY_VALUES
    failure: Exception | None = None
    totals = {n for x in inputs for n in tuple(x.first._t.shape)[:1]}
    attempts: list[tuple[Callable[[torch.Tensor], torch.Tensor], bool]] = [
        *((ones, False), (_steps, False), (count, False), (ones, True)),
        *((partial(put, n), False) for n in totals for put in (_at_start, _at_end)),
    ]
    for values, second in attempts:
        if second and all(shadow.second is None for shadow in inputs):
            continue
        if isinstance(values, partial):  # numbers that have to sum up to a size
            if results is not None:
                break
            certain = False
        tensors = [
            shadow.second if second and shadow.second is not None else untracked(shadow.first)
            for shadow in inputs
        ]
        valued = [
            EagerTensor(values(x._t)) if is_fake(x._t) else x for x in tensors if x is not None
        ]
        try:
            with stop_recording(), running():
                outputs = function(valued)
        except Exception as error:
            certain = certain and optimistic
            failure = failure or error
            continue
        shapes = [(x.dtype, TensorShape._from_ints(tuple(x._t.shape))) for x in outputs]
        if results is not None:
            shapes = [
                (dtype, shape.most_specific_compatible_shape(other))
                for (dtype, shape), (_, other) in zip(results, shapes, strict=False)
            ]
        results = shapes
    if results is None:
        assert failure is not None
        raise failure
    if not certain:
        results = without_sizes(results)
    return results


def without_sizes(results: list[Result]) -> list[Result]:
    """Results of which only the ranks are known."""
    return [(dtype, TensorShape([None] * (shape.rank or 0))) for dtype, shape in results]


def ones(payload: torch.Tensor) -> torch.Tensor:
    """Ones, of the dtype and shape of a payload."""
    return torch.ones(payload.shape, dtype=payload.dtype)


def count(payload: torch.Tensor) -> torch.Tensor:
    """0, 1, 2, ..., of the dtype and shape of a payload."""
    return torch.arange(payload.numel()).reshape(payload.shape).to(payload.dtype)


def _at_start(total: int, payload: torch.Tensor) -> torch.Tensor:
    """A total, 0, 0, ...; ones, if it is no vector of integers."""
    if payload.ndim != 1 or payload.is_floating_point() or not payload.numel():
        return ones(payload)
    values = torch.zeros(payload.shape, dtype=payload.dtype)
    values[0] = total
    return values


def _at_end(total: int, payload: torch.Tensor) -> torch.Tensor:
    """0, 0, ..., a total; as `_at_start`."""
    return _at_start(total, payload).flip(0) if payload.ndim == 1 else ones(payload)


def _steps(payload: torch.Tensor) -> torch.Tensor:
    """Numbers in rising order: 0, 0, 1, 1, 2, 2, 0, 0, 1, ..."""
    steps = torch.arange(payload.numel()) // 2 % 3
    return steps.reshape(payload.shape).to(payload.dtype)


# What stands for unknown strings in examples, in this order: many operations parse strings.
_EXAMPLE_STRINGS = (b"", b"0")


def string_examples(
    shadows: list[Shadow], function: Callable[[list[EagerTensor]], Any]
) -> list[Result]:
    """The dtypes and shapes of the results of an operation on strings, from runs on examples.

    Raises NeedsValue if it runs on none of them.
    """
    results: list[Result] | None = None
    failure: Exception | None = None
    for text, second in itertools.product(_EXAMPLE_STRINGS, (False, True)):
        if second and all(x.second is None for x in shadows):
            continue
        tensors = [x.second if second and x.second is not None else x.first for x in shadows]
        try:
            with stop_recording(), running():
                outputs = function([_valued(x, text) for x in tensors])
        except Exception as error:
            failure = error
            continue
        found = [(x.dtype, x.shape) for x in outputs]
        if results is not None:
            found = merged_results(results, found)
        results = found
    if results is None:
        raise NeedsValue(f"an operation on strings needs values: {failure}") from failure
    return results


def merged_results(results: list[Result], others: list[Result]) -> list[Result]:
    """The dtypes and static shapes of the results of two runs, of equally many."""
    return [
        (dtype, shape.most_specific_compatible_shape(other))
        for (dtype, shape), (_, other) in zip(results, others, strict=True)
    ]


def _valued(tensor: EagerTensor, text: bytes) -> EagerTensor:
    payload = tensor._t
    if isinstance(payload, UnknownStrings):
        return EagerTensor(np.full(payload.shape, text, object))
    if is_fake(payload):
        return EagerTensor(torch.ones(payload.shape, dtype=payload.dtype))
    return EagerTensor(payload)


def untracked(tensor: EagerTensor) -> EagerTensor:
    """The tensor as a constant."""
    payload = tensor._t
    return EagerTensor(payload.detach() if isinstance(payload, torch.Tensor) else payload)


# -- results of stated shape, connected to the inputs --------------------------------------------


class _Connect(torch.autograd.Function):
    """An operation that every result of which depends on every input."""

    @staticmethod
    def forward(ctx: Any, results: list[torch.Tensor], *inputs: torch.Tensor) -> Any:
        ctx.save_for_backward(*inputs)
        outputs = tuple(result.detach() for result in results)
        ctx.mark_non_differentiable(
            *(x for x in outputs if not (x.is_floating_point() or x.is_complex()))
        )
        return outputs

    @staticmethod
    def backward(ctx: Any, *cotangents: torch.Tensor) -> Any:
        inputs = ctx.saved_tensors
        needed = [x for x in inputs if x.requires_grad]
        with fake_mode:
            examples = [torch.empty_like(x) for x in needed]
            # Gradients of every order are connected to the inputs, too.
            gradients = iter(_Connect.apply(examples, *inputs, *cotangents))
        return (None, *(next(gradients) if x.requires_grad else None for x in inputs))


def connected(inputs: list[EagerTensor], results: list[torch.Tensor]) -> list[EagerTensor]:
    """Results of a stated shape, as one operation on the inputs that tapes record."""
    numeric = [x for x in results if isinstance(x, torch.Tensor)]
    with fake_mode:
        recording, payloads = admit([x for x in inputs if isinstance(x._t, torch.Tensor)])
        outputs = iter(finish(recording, _Connect.apply(numeric, *payloads)))
    return [next(outputs) if isinstance(x, torch.Tensor) else EagerTensor(x) for x in results]


def fitted(cotangents: Any, targets: Any) -> Any:
    """Examples of cotangents, with the sizes of the targets where their own differ."""
    if isinstance(targets, (list, tuple)) and isinstance(cotangents, (list, tuple)):
        pairs = zip(cotangents, targets, strict=False)
        return [*(fitted(*pair) for pair in pairs), *cotangents[len(targets) :]]
    if isinstance(targets, dict) and isinstance(cotangents, dict):
        return {key: fitted(x, targets.get(key)) for key, x in cotangents.items()}
    if not (isinstance(cotangents, EagerTensor) and isinstance(targets, EagerTensor)):
        return cotangents
    payload, shape = cotangents._t, targets._t.shape
    if payload.shape == shape:
        return cotangents
    return connected([cotangents], [example(payload.dtype, TensorShape(shape), 0)])[0]


def is_data_dependent(error: BaseException) -> bool:
    """Whether an error says that an operation needs values."""
    module = type(error).__module__
    return (
        module == "torch._subclasses.fake_tensor"
        or isinstance(error, NeedsValue)
        or (not isinstance(error, OpError) and "supported for tensor subclasses" in str(error))
    )
