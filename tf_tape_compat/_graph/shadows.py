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

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import numpy as np
import torch
from torch._C import _functorch
from torch._subclasses.fake_tensor import FakeTensor, FakeTensorMode
from torch.utils._python_dispatch import _disable_current_modes

from .._core.recording.activation import stop_recording
from .._core.recording.admission import admit
from .._core.recording.execution_context import FunctionCall, current_context
from .._core.tensor.tensor import EagerTensor, finish
from .._core.types.dtype import DType, variant
from .._core.types.shape import TensorShape
from ..errors import OpError
from .unsupported import NeedsValue

# The sizes of unknown dimensions in the first and in the second example. Many sizes divide them.
FIRST_SIZE, SECOND_SIZE = 24, 48

# Errors on examples are expected: they say that an operation needs a shape rule.
logging.getLogger("torch._subclasses.fake_tensor").setLevel(logging.CRITICAL)

fake_mode = FakeTensorMode(allow_non_fake_inputs=True)

# Operations that read only the shapes of tensors, so that their results are known values.
_READ_SHAPES = frozenset(("Rank", "Shape", "ShapeN", "Size"))


class _ExampleTrace:
    """In place of a trace, for the streams of random numbers that examples draw."""

    number = -1
    seed = None


class Shadow:
    """The two examples of a symbolic tensor's value."""

    __slots__ = ("first", "second")

    def __init__(self, first: EagerTensor, second: EagerTensor | None = None) -> None:
        self.first = first
        self.second = second

    def specialize(self, shape: TensorShape) -> None:
        """Takes sizes that became known after the operation ran."""
        sizes = tuple(self.first._t.shape)
        known = shape.as_list()
        if len(sizes) != len(known) or any(
            n is not None and n != size for n, size in zip(known, sizes, strict=True)
        ):
            dtype = self.first._t.dtype
            self.first = connected([self.first], [example(dtype, shape, FIRST_SIZE)])[0]
        if shape.is_fully_defined():
            self.second = None
        else:
            self.second = EagerTensor(example(self.first._t.dtype, shape, SECOND_SIZE))


def is_fake(payload: Any) -> bool:
    """Whether a payload has no values."""
    return isinstance(payload, FakeTensor)


def is_unknown(payload: Any) -> bool:
    """Whether the values of a payload are not known: it has none, or is a batch of such."""
    return isinstance(payload, FakeTensor) or (
        isinstance(payload, torch.Tensor) and _functorch.is_functorch_wrapped_tensor(payload)
    )


def example(dtype: Any, shape: TensorShape, size: int) -> Any:
    """A payload without values of this dtype and shape, with `size` for unknown dimensions."""
    if dtype is None or isinstance(dtype, np.dtype):
        raise NeedsValue("strings are not traced yet")
    if shape.rank is None:
        sizes = [size] * (1 if size == FIRST_SIZE else 2)
    else:
        sizes = [size if n is None else n for n in shape.as_list()]
    with fake_mode:
        return torch.empty(sizes, dtype=dtype)


def payload_type(dtype: DType) -> Any:
    """The dtype of the payloads of examples. An array (variant) is like a float, as tapes see it."""
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
    return not (is_fake(x) or is_fake(y)) and not torch.equal(x, y)


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
    current_context.call = FunctionCall(function, (), _ExampleTrace, None)
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
    known = operation in _READ_SHAPES or not any(is_unknown(tensor._t) for tensor in tensors)
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


def valued_examples(
    operation: str, tensors: list[EagerTensor], function: Callable[[list[EagerTensor]], Any]
) -> list[tuple[DType, TensorShape]]:
    """The dtypes of an operation's results, and their ranks, from a run on ones.

    For operations that need values. All sizes are unknown, since they may follow from values.
    """
    values = []
    for tensor in tensors:
        payload = tensor._t
        if is_fake(payload):
            payload = torch.ones(payload.shape, dtype=payload.dtype)
        values.append(EagerTensor(payload))
    with stop_recording(), running():
        results = function(values)
    return [(x.dtype, TensorShape([None] * x._t.ndim)) for x in results]


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
    with fake_mode:
        recording, payloads = admit(inputs)
        outputs = _Connect.apply(results, *payloads)
        tensors: list[EagerTensor] = list(finish(recording, outputs))
    return tensors


def is_data_dependent(error: BaseException) -> bool:
    """Whether an error says that an operation needs values."""
    module = type(error).__module__
    return (
        module == "torch._subclasses.fake_tensor"
        or isinstance(error, NeedsValue)
        or (not isinstance(error, OpError) and "supported for tensor subclasses" in str(error))
    )
