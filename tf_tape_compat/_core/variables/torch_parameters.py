"""Variables as torch parameters, so that torch's optimizers update them.

A variable's memory is not torch's to write into: tensors that were read from it keep its old value.
So the parameter has memory of its own. Hooks around each optimizer's step bring the variable's
value to the parameter, and the parameter's new value to the variable.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from weakref import ref

import torch
from torch.optim import optimizer as torch_optimizer

from ..recording.execution_context import refuse_in_graph
from ..recording.tape_set import TRAINABLE
from .handle import Handle

_parameters: dict[int, ref[torch.nn.Parameter]] = {}  # by the number of the variable
_hooked = False


def parameter_of(handle: Handle) -> torch.nn.Parameter:
    """The parameter of a variable, with the variable's current value; see `Variable.torch`."""
    refuse_in_graph("Variable.torch()")
    if not isinstance(handle.data, torch.Tensor) or handle.data.dtype not in TRAINABLE:
        raise TypeError(
            f"a torch.nn.Parameter cannot be of type {handle.dtype.name}; use "
            "variable.value().torch() for the value"
        )
    reference = _parameters.get(handle.uid)
    parameter = None if reference is None else reference()
    if parameter is None:
        parameter = torch.nn.Parameter(handle.data.detach().clone(), handle.trainable)
        parameter.tf_handle = handle  # type: ignore[attr-defined]
        key = handle.uid
        _parameters[key] = ref(parameter, lambda _: _parameters.pop(key, None))
        _note_equal(parameter, handle)
        _install_hooks()
    else:
        _read(parameter, handle)
    return parameter


def _note_equal(parameter: Any, handle: Handle) -> None:
    parameter.tf_equal = handle.data, handle.data._version


def _read(parameter: Any, handle: Handle) -> None:
    """Brings the variable's value to the parameter."""
    data, version = parameter.tf_equal
    if data is handle.data and version == data._version:
        return
    with torch.no_grad():
        parameter.set_(handle.data.detach().clone())
    _note_equal(parameter, handle)


def _install_hooks() -> None:
    global _hooked
    if not _hooked:
        _hooked = True
        torch_optimizer.register_optimizer_step_pre_hook(_before_step)
        torch_optimizer.register_optimizer_step_post_hook(_after_step)


def _linked(optimizer: Any) -> Iterator[tuple[Any, Handle]]:
    for group in optimizer.param_groups:
        for parameter in group["params"]:
            handle = getattr(parameter, "tf_handle", None)
            if handle is not None:
                yield parameter, handle


def _before_step(optimizer: Any, args: Any, kwargs: Any) -> None:
    for parameter, handle in _linked(optimizer):
        _read(parameter, handle)


def _after_step(optimizer: Any, args: Any, kwargs: Any) -> None:
    for parameter, handle in _linked(optimizer):
        handle.store(parameter.detach())
        _note_equal(parameter, handle)
