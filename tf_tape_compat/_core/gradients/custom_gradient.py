"""`tf.custom_gradient`: functions with their own gradient.

As in TensorFlow, the operations of the function are recorded like any others. Its results then
become the outputs of one more recorded operation, from its arguments (and the variables that it
read), whose gradient is the given function. A tape that tracks none of these, but something else
that the function used, differentiates the operations of the function.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import torch

from ... import nest
from ...errors import InternalError
from ..recording.admission import admit
from ..recording.execution_context import call_depth
from ..recording.tape_set import EMPTY, TRAINABLE, TapeSet, sequence_number, tape_set_of, thread
from ..recording.variable_watcher import VariableWatcher
from ..recording.vmap_scope import NotVectorizedError
from ..tensor.convert import to_tensor
from ..tensor.tensor import EagerTensor, record
from ..tensor.unnamed_op import alias
from ..types.shape import TensorShape
from ..variables.variable import Variable
from .custom_function import Backward, apply_custom_gradient, merge
from .gradient_operands import assemble_gradients, gradient_parts
from .graph_jvp import push_custom_gradient
from .sparse_cotangents import expect_slices


class Decorated:
    """A function with its own gradient. In a class it acts as a method."""

    def __init__(self, function: Callable[..., Any]) -> None:
        functools.update_wrapper(self, function)
        self.function = function

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        return Decorated(self.function.__get__(instance, owner))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return _call(self.function, args, kwargs)


def custom_gradient(f: Callable[..., Any] | None = None) -> Any:
    """Decorates a function that returns its result and its gradient function.

    Implements `tf.custom_gradient`.

    Args:
      f: a function of tensors that returns `(y, grad_fn)`. `y` is a tensor or a nest of tensors.
        `grad_fn(*dy)` gets the gradient with respect to each tensor in `y`, and returns the
        gradient with respect to each tensor in the arguments of `f`. If `f` reads variables that
        are not arguments, `grad_fn` also gets a list of them as the keyword argument `variables`,
        and returns `(gradients of the arguments, gradients of the variables)`.

    Returns:
      The decorated function, which returns `y`.

    Raises:
      TypeError: on a call, if `f` reads variables but `grad_fn` does not take `variables`.
      ValueError: when the gradient is taken, if `grad_fn` returns a wrong number of gradients.
    """
    if f is None:
        return custom_gradient
    return Decorated(f)


def _call(function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    with VariableWatcher() as watcher:
        result, grad_fn = function(*args, **kwargs)
    positional = flat_parts(args)
    arguments = [*positional, *flat_parts(kwargs)]
    variables = [v for v in watcher.watched if all(v is not item for item in arguments)]
    check_takes_variables(grad_fn, variables)
    result_items = nest.flatten(result)
    results = [alias(part) for item in result_items for part in gradient_parts(item)]
    inputs = [to_tensor(item) for item in (*positional, *variables)]
    backward = backward_function(grad_fn, len(positional), variables, result_items)
    if depth := call_depth():
        backward = _with_shapes_checked(backward, depth, inputs, len(results))
    # As in TensorFlow, a callable without a name is an AttributeError.
    backward.__name__ = function.__name__
    results = as_custom_gradient(results, inputs, backward, [*positional, *variables])
    return nest.pack_sequence_as(result, assemble_gradients(result_items, results))


def flat_parts(structure: Any) -> list[Any]:
    """The tensors in a structure that gradients are taken by."""
    return [part for item in nest.flatten(structure) for part in gradient_parts(item)]


def check_takes_variables(grad_fn: Callable[..., Any], variables: list[Variable]) -> None:
    """Raises TypeError if a function read variables that its gradient function does not take."""
    if not variables:
        return
    parameters = inspect.signature(grad_fn).parameters.values()
    if not any(p.name == "variables" or p.kind is p.VAR_KEYWORD for p in parameters):
        raise TypeError(
            "@tf.custom_gradient grad_fn must accept keyword argument 'variables', since function "
            f"uses variables: {variables}"
        )


def backward_function(
    grad_fn: Callable[..., Any], count: int, variables: list[Variable], result_items: list[Any]
) -> Backward:
    """`grad_fn` as a function from flat gradients to flat gradients, with its errors checked."""

    def backward(cotangents: list[Any]) -> list[Any]:
        cotangents = assemble_gradients(result_items, cotangents)
        if variables:
            input_gradients, variable_gradients = grad_fn(*cotangents, variables=variables)
            if len(variable_gradients) != len(variables):
                raise ValueError(
                    "Must return gradient for each variable from @custom_gradient grad_fn."
                )
        else:
            input_gradients, variable_gradients = grad_fn(*cotangents), []
        flat = flat_parts(input_gradients)
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


def _with_shapes_checked(
    backward: Backward, depth: int, inputs: list[EagerTensor], first: int
) -> Backward:
    """`backward` of a call inside `depth` functions, checked as TensorFlow checks a graph.

    `first` is the number of the first input among TensorFlow's. TensorFlow raises the error already
    when the function is called under a tape. A gradient that is taken inside is not checked.
    """
    shapes = [x.shape for x in inputs]

    def checked(cotangents: list[Any]) -> list[Any]:
        gradients = backward(cotangents)
        if call_depth() >= depth:
            return gradients
        check_gradient_shapes(gradients, shapes, first)
        return gradients

    return checked


def check_gradient_shapes(gradients: list[Any], shapes: list[TensorShape], first: int) -> None:
    """Raises ValueError for a gradient that does not have the shape of its input.

    `first` is the number of the first input among TensorFlow's.
    """
    for number, (gradient, shape) in enumerate(zip(gradients, shapes, strict=True), first):
        if isinstance(gradient, EagerTensor) and not gradient.shape.is_compatible_with(shape):
            raise ValueError(
                "Incompatible shapes between op input and calculated input gradient. Forward "
                f"operation: IdentityN. Input index: {number}. Original input shape: {shape}. "
                f"Calculated input gradient shape: {gradient.shape}"
            )


def as_custom_gradient(
    results: list[EagerTensor],
    inputs: list[EagerTensor],
    backward: Backward,
    sources: list[Any] | None = None,
) -> list[EagerTensor]:
    """`results` as the results of one operation from `inputs`, with the gradient `backward`.

    `sources` are the tensors and variables that a user names as sources, if they are not `inputs`.
    """
    if thread.active is EMPTY:
        return results
    if thread.vmap_scope is not None:
        raise NotVectorizedError("IdentityN", "tf.custom_gradient runs for one example at a time")
    # torch has no gradients for some dtypes, but tapes handle them all the same.
    nontrainable = [
        None if x._t.dtype in TRAINABLE else source
        for x, source in zip(inputs, inputs if sources is None else sources, strict=True)
    ]
    if not thread.active.forward_mode:
        return _record(results, inputs, nontrainable, backward)
    return push_custom_gradient(
        results,
        inputs,
        record_results=lambda: _record(results, inputs, nontrainable, backward),
        apply=lambda payloads: apply_custom_gradient(
            backward, nontrainable, [r._t for r in results], payloads
        ),
    )


def _record(
    results: list[EagerTensor],
    inputs: list[EagerTensor],
    nontrainable: list[Any],
    backward: Backward,
) -> list[EagerTensor]:
    """The results as those of the operation from `inputs`, for the tapes that record it."""
    recording, payloads = admit([x for x in inputs if isinstance(x._t, torch.Tensor)])
    for tape in recording.recorders:
        tape.has_custom_gradients = True
    expect_slices()
    if recording is EMPTY or not all(isinstance(r._t, torch.Tensor) for r in results):
        return results
    remaining = iter(payloads)
    operands = [
        next(remaining) if isinstance(x._t, torch.Tensor) else torch.zeros(()) for x in inputs
    ]

    def apply() -> tuple[torch.Tensor, ...]:
        payloads = [r._t for r in results]
        if not any(payload.dtype in TRAINABLE for payload in payloads):
            payloads.append(torch.zeros(()))  # so that there is a node
        return apply_custom_gradient(backward, nontrainable, payloads, operands)

    # Tapes that do not record the operation, but the function's own operations.
    inside = frozenset().union(*(r._tapes.recorders for r in results)) & (
        thread.active.recorders - recording.recorders
    )
    if inside:
        recorded, node = _record_both(results, operands, apply, recording, tape_set_of(inside))
    else:
        outputs = apply()
        node = _node_of(outputs)
        if recording is not thread.active:
            recording.close()
        recorded = [record(recording, output) for output in outputs[: len(results)]]
    for number, tensor in enumerate(recorded):
        if tensor._t.dtype not in TRAINABLE:
            for tape in recording.recorders:
                tape.note_nontrainable(tensor, (node, number))
    return recorded


def _record_both(
    results: list[EagerTensor],
    operands: list[torch.Tensor],
    apply: Callable[[], tuple[torch.Tensor, ...]],
    recording: TapeSet,
    inside: TapeSet,
) -> tuple[list[EagerTensor], Any]:
    """As `_record`, if other tapes (`inside`) track the results by the function's operations.

    The two groups of tapes see different gradients of the same tensors. An alias of each input
    belongs to the tapes that record the operation, and an alias of each result to the others. Each
    group is cut off at the aliases that it did not record.
    """
    operands[:] = [x.view_as(x) if x.requires_grad else x for x in operands]
    recording.close()
    thread.operation_start = sequence_number()
    computed = [r._t.view_as(r._t) for r in results]
    inside.close()
    for tape in recording.recorders | inside.recorders:
        tape.may_reach_foreign_nodes = True
    thread.operation_start = sequence_number()
    outputs = apply()
    node = _node_of(outputs)
    all_recorders = tape_set_of(recording.recorders | inside.recorders)
    merged = [merge(output, same) for output, same in zip(outputs, computed, strict=False)]
    if all_recorders is not thread.active:
        all_recorders.close()
    return [record(all_recorders, output) for output in merged], node


def _node_of(outputs: tuple[torch.Tensor, ...]) -> Any:
    return next(output.grad_fn for output in outputs if output.requires_grad)
