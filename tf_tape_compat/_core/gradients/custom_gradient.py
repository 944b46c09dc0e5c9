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
from weakref import ref

import torch

from ... import nest
from ...errors import InternalError
from ..recording.admission import admit, close
from ..recording.payloads import has_graph
from ..recording.tape_set import EMPTY, TRAINABLE, TapeSet, sequence_number, tape_set_of, thread
from ..recording.variable_watcher import VariableWatcher
from ..recording.vmap_scope import NotVectorizedError
from ..tensor.convert import to_tensor
from ..tensor.tensor import EagerTensor, TrackedTensor, record
from ..variables.indexed_slices import IndexedSlices
from ..variables.indexed_slices import make as make_slices
from ..variables.variable import Variable, alias, key_of
from .backward import anchor, trackers
from .forward import push_custom
from .sparse_cotangents import (
    OWN,
    Slices,
    call,
    combined,
    offer_other,
    offer_slices,
    slices_may_come,
)
from .tape_gradient import as_gradients, gradient_parts


class _Custom(torch.autograd.Function):
    """The operation from the arguments to the results, in torch's graph."""

    @staticmethod
    def forward(
        ctx: Any,
        backward: Callable[..., Any],
        others: list[Any],
        results: list[torch.Tensor],
        anchor: torch.Tensor,
        *inputs: torch.Tensor,
    ) -> Any:
        ctx.set_materialize_grads(False)
        ctx.gradient_of = backward
        ctx.others = others
        ctx.inputs = inputs
        ctx.meta = [(r.shape, r.dtype, r.device) for r in results]
        outputs = tuple(r.detach() for r in results)
        ctx.mark_non_differentiable(
            *(o for o in outputs if not (o.is_floating_point() or o.is_complex()))
        )
        return outputs

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor | None) -> Any:
        came = call.held.pop(ctx, {}) if call.wanted is not None else {}
        if all(gradient is None for gradient in gradients) and not any(came.values()):
            return (None,) * (4 + len(ctx.inputs))
        given = [
            _incoming(gradient, came.get(number, []), *meta)
            for number, (gradient, meta) in enumerate(zip(gradients, ctx.meta, strict=True))
        ]
        # torch turns its graph off here unless it is asked for one; but tapes may open inside.
        try:
            with torch.enable_grad():
                found = ctx.gradient_of(given)
        except Exception as error:
            name = getattr(ctx.gradient_of, "__name__", "tf.custom_gradient")
            error.operation_of_ours = name  # type: ignore[attr-defined]
            raise
        for gradient, other in zip(found, ctx.others, strict=True):
            if gradient is not None and other is not None and call.wanted is not None:
                call.others.get(key_of(other), []).append(gradient)
        outgoing = [_outgoing(g, payload) for g, payload in zip(found, ctx.inputs, strict=True)]
        return None, None, None, None, *outgoing


class _Merge(torch.autograd.Function):
    """One value that two parts of the graph made: the gradient goes to both."""

    @staticmethod
    def forward(ctx: Any, value: torch.Tensor, same: torch.Tensor) -> torch.Tensor:
        ctx.set_materialize_grads(False)
        return value.view_as(value)

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor | None) -> Any:
        return gradient, gradient


def _incoming(
    gradient: torch.Tensor | None,
    parcels: list[Any],
    shape: torch.Size,
    dtype: torch.dtype,
    device: torch.device,
) -> Any:
    """The gradient by a result, for a user's gradient function: zeros if there is none."""
    if not parcels:
        if gradient is None:
            return EagerTensor(torch.zeros(shape, dtype=dtype, device=device))
        return incoming(gradient)
    total = combined([] if gradient is None else [gradient], parcels, shape)
    if type(total) is Slices:
        values = incoming(total.values)
        return make_slices(values, total.indices, shape if total.shape is OWN else total.shape)
    return incoming(total) if isinstance(total, torch.Tensor) else total


def incoming(gradient: torch.Tensor) -> EagerTensor:
    """A gradient out of torch's engine as a tensor, tracked as what it comes from is."""
    if not has_graph(gradient):
        return EagerTensor(gradient)
    recording = thread.active
    if recording is not EMPTY and call.begin is not None:
        recording = trackers(gradient, call.begin)
    if recording is EMPTY:
        return EagerTensor(gradient.detach())
    tensor = TrackedTensor(gradient, recording)
    recording.add(tensor)
    return tensor


def _outgoing(gradient: Any, payload: torch.Tensor) -> torch.Tensor | None:
    """What a user's gradient function returned for an input, for torch's engine.

    What the engine does not take is handed to the gradient call running.
    """
    if gradient is None or not payload.requires_grad:
        return None
    if isinstance(gradient, IndexedSlices):
        slices = Slices(
            to_tensor(gradient.indices)._t, _graph(to_tensor(gradient.values)), gradient.dense_shape
        )
        if offer_slices(payload, slices):
            return None
        gradient = to_tensor(gradient)
    if isinstance(gradient, torch.Tensor):
        gradient = to_tensor(gradient)
    if isinstance(gradient, EagerTensor):
        gradient = _graph(gradient)
        if (
            isinstance(gradient, torch.Tensor)
            and gradient.shape == payload.shape
            and gradient.dtype == payload.dtype
        ):
            return gradient
    offer_other(payload, gradient)
    return None


def _graph(tensor: EagerTensor) -> Any:
    """The payload, with its graph if a recorder that is active tracks it."""
    payload = tensor._t
    if tensor._tapes.tapes & thread.active.tapes or not isinstance(payload, torch.Tensor):
        return payload
    return payload.detach()


class _Decorated:
    """A function with its own gradient; a method if it is found in a class."""

    def __init__(self, function: Callable[..., Any]) -> None:
        functools.update_wrapper(self, function)
        self._function = function

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
    arguments = _parts(nest.flatten(args))
    given = [*arguments, *_parts(nest.flatten(kwargs))]
    variables = [v for v in watcher.watched if all(v is not item for item in given)]
    if variables and not _takes_variables(grad_fn):
        raise TypeError(
            "@tf.custom_gradient grad_fn must accept keyword argument 'variables', since function "
            f"uses variables: {variables}"
        )
    whole = nest.flatten(result)
    results = [alias(item) for item in _parts(whole)]
    inputs = [to_tensor(item) for item in (*arguments, *variables)]
    backward = _backward_function(grad_fn, len(arguments), variables, whole)
    backward.__name__ = function.__name__  # an AttributeError for what has none, as in TensorFlow
    results = as_custom(results, inputs, backward, [*arguments, *variables])
    return nest.pack_sequence_as(result, as_gradients(whole, results))


def _parts(items: list[Any]) -> list[Any]:
    return [part for item in items for part in gradient_parts(item)]


def as_custom(
    results: list[EagerTensor],
    inputs: list[EagerTensor],
    backward: Callable[[list[Any]], list[Any]],
    known_as: list[Any] | None = None,
) -> list[EagerTensor]:
    """The results as outputs of one operation from `inputs` that has the gradient `backward`.

    `known_as`: what the tapes know the inputs by, where that is something else.
    """
    if thread.active is EMPTY:
        return results
    if thread.vmap_scope is not None:
        raise NotVectorizedError("IdentityN", "tf.custom_gradient runs for one example at a time")
    # Inputs that torch has no gradients by: tapes know them all the same.
    others = [
        None if x._t.dtype in TRAINABLE else known
        for x, known in zip(inputs, inputs if known_as is None else known_as, strict=True)
    ]
    return _join(results, inputs, others, backward)


def _takes_variables(grad_fn: Callable[..., Any]) -> bool:
    parameters = inspect.signature(grad_fn).parameters.values()
    return any(p.name == "variables" or p.kind is p.VAR_KEYWORD for p in parameters)


def _backward_function(
    grad_fn: Callable[..., Any], count: int, variables: list[Variable], results: list[Any]
) -> Callable[[list[Any]], list[Any]]:
    def backward(given: list[Any]) -> list[Any]:
        given = as_gradients(results, given)
        if variables:
            input_gradients, variable_gradients = grad_fn(*given, variables=variables)
            if len(variable_gradients) != len(variables):
                raise ValueError(
                    "Must return gradient for each variable from @custom_gradient grad_fn."
                )
        else:
            input_gradients, variable_gradients = grad_fn(*given), []
        flat = _parts(nest.flatten(input_gradients))
        if len(flat) != count:
            raise ValueError(
                f"custom_gradient function expected to return {count} gradients, but returned "
                f"{len(flat)} instead."
            )
        gradients = flat + variable_gradients
        if not isinstance(gradients, list):
            raise InternalError(None, None, "backward function didn't return a list")
        return gradients

    return backward


def _join(
    results: list[EagerTensor],
    inputs: list[EagerTensor],
    others: list[Any],
    backward: Callable[[list[EagerTensor]], list[Any]],
) -> list[EagerTensor]:
    """The results as outputs of the operation from `inputs`, for the tapes that record it."""
    if type(thread.active) is not TapeSet:
        return push_custom(
            results,
            inputs,
            lambda: _join(results, inputs, others, backward),
            lambda slots: _Custom.apply(backward, others, [r._t for r in results], anchor, *slots),
        )
    numeric = [x for x in inputs if isinstance(x._t, torch.Tensor)]
    recording, payloads = admit(numeric)
    for tape in recording.tapes:
        tape.customs = True
    slices_may_come()
    if recording is EMPTY or not all(isinstance(r._t, torch.Tensor) for r in results):
        return results
    places = iter(payloads)
    slots = [next(places) if isinstance(x._t, torch.Tensor) else torch.zeros(()) for x in inputs]
    by_what_is_inside = frozenset().union(*(r._tapes.tapes for r in results)) & (
        thread.active.tapes - recording.tapes
    )

    def apply() -> tuple[torch.Tensor, ...]:
        payloads = [r._t for r in results]
        if not any(payload.dtype in TRAINABLE for payload in payloads):
            payloads.append(torch.zeros(()))  # so that there is a node
        return _Custom.apply(backward, others, payloads, anchor, *slots)

    if by_what_is_inside:
        joined, node = _join_both(results, slots, apply, recording, tape_set_of(by_what_is_inside))
    else:
        outputs = apply()
        node = next(output.grad_fn for output in outputs if output.requires_grad)
        if recording is not thread.active:
            close(recording)
        joined = [record(recording, output) for output in outputs[: len(results)]]
    for number, tensor in enumerate(joined):
        if tensor._t.dtype not in TRAINABLE:
            for tape in recording.tapes:
                tape.whole = {**tape.whole, id(tensor): (ref(tensor), node, number)}
    return joined


def _join_both(
    results: list[EagerTensor],
    slots: list[torch.Tensor],
    apply: Callable[[], tuple[torch.Tensor, ...]],
    recording: TapeSet,
    others: TapeSet,
) -> tuple[list[EagerTensor], Any]:
    """As `_join`, where other tapes track the results by what the function computed with.

    The two kinds of tapes see different gradients of the same tensors. An alias in front of each
    input belongs to those who record the operation, and one in front of each result to the
    others; each kind is cut off at the aliases that it did not record.
    """
    slots[:] = [slot.view_as(slot) if slot.requires_grad else slot for slot in slots]
    close(recording)
    _mark()
    inner = [r._t.view_as(r._t) for r in results]
    close(others)
    for tape in recording.tapes | others.tapes:
        tape.crossed = True
    _mark()
    outputs = apply()
    node = next(output.grad_fn for output in outputs if output.requires_grad)
    both = tape_set_of(recording.tapes | others.tapes)
    joined = [_Merge.apply(output, alias) for output, alias in zip(outputs, inner, strict=False)]
    if both is not thread.active:
        close(both)
    return [record(both, output) for output in joined], node


def _mark() -> None:
    thread.mark = sequence_number()
