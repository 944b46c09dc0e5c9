"""`tf.custom_gradient`: functions that bring their own gradient.

As in TensorFlow, the function runs in the open: its operations are recorded like any others. Then
its results become outputs of one more recorded operation, from its arguments (and the variables
that it read), whose gradient is the function given. For a tape that tracks none of these, but
something else that the function used, the results are just what the function computed.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import torch

from .. import nest
from ..errors import InvalidArgumentError
from .convert import to_tensor
from .frames import NotVectorizedError
from .gradient import anchor, is_asked_for, offer_slices, slices_may_come
from .indexed_slices import IndexedSlices
from .recording import EMPTY, TapeSet, admit, close, sequence_number, tape_set_of, thread
from .tensor import EagerTensor, TrackedTensor, record
from .variable import Variable, VariableWatcher, alias


class _Custom(torch.autograd.Function):
    """The operation from the arguments to the results, in torch's graph."""

    @staticmethod
    def forward(
        ctx: Any,
        backward: Callable[..., Any],
        results: list[torch.Tensor],
        anchor: torch.Tensor,
        *inputs: torch.Tensor,
    ) -> Any:
        ctx.set_materialize_grads(False)
        ctx.gradient_of = backward
        ctx.inputs = inputs
        ctx.meta = [(r.shape, r.dtype, r.device) for r in results]
        outputs = tuple(r.detach() for r in results)
        ctx.mark_non_differentiable(
            *(o for o in outputs if not (o.is_floating_point() or o.is_complex()))
        )
        return outputs

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor | None) -> Any:
        if all(gradient is None for gradient in gradients):
            return (None,) * (3 + len(ctx.inputs))
        given = [
            EagerTensor(torch.zeros(shape, dtype=dtype, device=device))
            if gradient is None
            else incoming(gradient)
            for gradient, (shape, dtype, device) in zip(gradients, ctx.meta, strict=True)
        ]
        # torch turns its graph off here unless it is asked for one; but tapes may open inside.
        with torch.enable_grad():
            found = ctx.gradient_of(given)
        return (
            None,
            None,
            None,
            *(_outgoing(g, payload) for g, payload in zip(found, ctx.inputs, strict=True)),
        )


class _Merge(torch.autograd.Function):
    """One value that two parts of the graph made: the gradient goes to both."""

    @staticmethod
    def forward(ctx: Any, value: torch.Tensor, same: torch.Tensor) -> torch.Tensor:
        ctx.set_materialize_grads(False)
        return value.view_as(value)

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor | None) -> Any:
        return gradient, gradient


def incoming(gradient: torch.Tensor) -> EagerTensor:
    """A gradient out of torch's engine as a tensor, tracked by whoever records now."""
    active = thread.active
    if active is EMPTY or not gradient.requires_grad:
        return EagerTensor(gradient.detach() if gradient.requires_grad else gradient)
    tensor = TrackedTensor(gradient, active)
    active.add(tensor)
    return tensor


def _outgoing(gradient: Any, payload: torch.Tensor) -> torch.Tensor | None:
    """What a user's gradient function returned for an input, for torch's engine."""
    if gradient is None or not payload.requires_grad:
        return None
    if isinstance(gradient, IndexedSlices):
        values, indices = to_tensor(gradient.values), to_tensor(gradient.indices)
        if offer_slices(payload, indices._t, _graph(values)):
            return None
    tensor = to_tensor(gradient) if _is_typed(gradient) else _like(gradient, payload)
    if tensor._t.shape != payload.shape:
        if not is_asked_for(payload):
            return None
        raise InvalidArgumentError(
            None,
            None,
            f"custom_gradient function returned a gradient of shape {tensor.shape} for an input of "
            f"shape {tuple(payload.shape)}; sum it to the input's shape first.",
        )
    return _graph(tensor)


def _is_typed(value: Any) -> bool:
    return isinstance(value, (EagerTensor, Variable, IndexedSlices, torch.Tensor))


def _like(value: Any, payload: torch.Tensor) -> EagerTensor:
    tensor = to_tensor(value)
    return EagerTensor(tensor._t.to(payload.dtype).expand(payload.shape))


def _graph(tensor: EagerTensor) -> torch.Tensor:
    """The payload, with its graph if a recorder that is active tracks it."""
    if tensor._tapes.tapes & thread.active.tapes:
        return tensor._t
    return tensor._t.detach()


class _Decorated:
    """A function with its own gradient; a method if it is found in a class."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        functools.update_wrapper(self, function)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        return _Decorated(self._function.__get__(instance, owner))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return _call(self._function, args, kwargs)


def custom_gradient(f: Callable[..., Any] | None = None) -> Any:
    """Decorates a function that returns its result and its gradient function.

    Answers for `tf.custom_gradient`. `f(*args)` returns `(y, grad_fn)`: `y` a tensor or a nest of
    them, and `grad_fn(*dy)` the gradients by each tensor in `args`, given those by each tensor in
    `y`. If `f` reads variables that are not arguments, `grad_fn` takes a keyword `variables`, a
    list of them, and returns `(gradients by args, gradients by variables)`.

    Raises TypeError if `f` reads variables and `grad_fn` does not take `variables`, and, when the
    gradient is taken, ValueError for a wrong number of gradients.
    """
    if f is None:
        return custom_gradient
    return _Decorated(f)


def _call(function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    with VariableWatcher() as watcher:
        result, grad_fn = function(*args, **kwargs)
    arguments = nest.flatten(args) + nest.flatten(kwargs)
    handles = {id(a._handle) for a in arguments if isinstance(a, Variable)}
    variables = [v for v in watcher.watched if id(v._handle) not in handles]
    if variables and not _takes_variables(grad_fn):
        raise TypeError(
            "@tf.custom_gradient grad_fn must accept keyword argument 'variables', since function "
            f"uses variables: {variables}"
        )
    results = [alias(item) for item in nest.flatten(result)]
    inputs = [to_tensor(item) for item in (*arguments, *variables)]
    scalar = not nest.is_nested(result)
    backward = _backward_function(grad_fn, result, scalar, len(arguments), variables)
    if thread.active is not EMPTY:
        if thread.frame is not None:
            raise NotVectorizedError("IdentityN", "tf.custom_gradient runs for one example a time")
        results = _join(results, inputs, backward)
    return results[0] if scalar else nest.pack_sequence_as(result, results)


def _takes_variables(grad_fn: Callable[..., Any]) -> bool:
    parameters = inspect.signature(grad_fn).parameters.values()
    return any(p.name == "variables" or p.kind is p.VAR_KEYWORD for p in parameters)


def _backward_function(
    grad_fn: Callable[..., Any], result: Any, scalar: bool, count: int, variables: list[Variable]
) -> Callable[[list[EagerTensor]], list[Any]]:
    def backward(given: list[EagerTensor]) -> list[Any]:
        packed = given if scalar else nest.pack_sequence_as(result, given)
        if not isinstance(packed, (list, tuple)):
            packed = [packed]
        if variables:
            input_gradients, variable_gradients = grad_fn(*packed, variables=variables)
            if len(variable_gradients) != len(variables):
                raise ValueError(
                    "Must return gradient for each variable from @custom_gradient grad_fn."
                )
        else:
            input_gradients, variable_gradients = grad_fn(*packed), []
        flat = nest.flatten(input_gradients)
        if len(flat) != count:
            raise ValueError(
                f"custom_gradient function expected to return {count} gradients, but returned "
                f"{len(flat)} instead."
            )
        return [*flat, *variable_gradients]

    return backward


def _join(
    results: list[EagerTensor],
    inputs: list[EagerTensor],
    backward: Callable[[list[EagerTensor]], list[Any]],
) -> list[EagerTensor]:
    """The results as outputs of the operation from `inputs`, for the tapes that record it."""
    numeric = [x for x in inputs if isinstance(x._t, torch.Tensor)]
    recording, payloads = admit(numeric)
    for tape in recording.tapes:
        tape.customs = True
    slices_may_come()
    if recording is EMPTY or not all(isinstance(r._t, torch.Tensor) for r in results):
        return results
    places = iter(payloads)
    slots = [next(places) if isinstance(x._t, torch.Tensor) else torch.zeros(()) for x in inputs]
    others = frozenset().union(*(r._tapes.tapes for r in results)) & (
        thread.active.tapes - recording.tapes
    )
    if others:
        return _join_both(results, slots, backward, recording, tape_set_of(others))
    outputs = _Custom.apply(backward, [r._t for r in results], anchor, *slots)
    if recording is not thread.active:
        close(recording)
    return [record(recording, output) for output in outputs]


def _join_both(
    results: list[EagerTensor],
    slots: list[torch.Tensor],
    backward: Callable[[list[EagerTensor]], list[Any]],
    recording: TapeSet,
    others: TapeSet,
) -> list[EagerTensor]:
    """As `_join`, where other tapes track the results by what the function computed with.

    The two kinds of tapes see different gradients of the same tensors. An alias in front of each
    input belongs to those who record the operation, and one in front of each result to the
    others; each kind is cut off at the aliases that it did not record.
    """
    slots = [slot.view_as(slot) if slot.requires_grad else slot for slot in slots]
    close(recording)
    _mark()
    inner = [r._t.view_as(r._t) for r in results]
    close(others)
    for tape in recording.tapes | others.tapes:
        tape.crossed = True
    _mark()
    outputs = _Custom.apply(backward, [r._t for r in results], anchor, *slots)
    both = tape_set_of(recording.tapes | others.tapes)
    joined = [_Merge.apply(output, alias) for output, alias in zip(outputs, inner, strict=True)]
    if both is not thread.active:
        close(both)
    return [record(both, output) for output in joined]


def _mark() -> None:
    thread.mark = sequence_number()
