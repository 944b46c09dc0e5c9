"""Runs the kernels of the pretended accelerator: on the host, on the memory of its tensors.

torch's dispatcher calls `run` for every operation that a backend must bring itself. What torch
composes from other operations, on CUDA too, it composes here too. How a call of an operator is
carried out depends only on its schema, and is worked out once (`_Plan`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from . import kernels, limits, mixing, watch
from .memory import CPU_KEY, follow, to_device, to_host

_Tensor = torch.Tensor
_plans: dict[Any, Callable[..., Any]] = {}


def run(op: Any, *args: Any, **kwargs: Any) -> Any:
    """The backend's fallback kernel: carries out a call of any operator."""
    plan = _plans.get(op)
    if plan is None:
        plan = _plans[op] = _plan(op)
    return plan(*args, **kwargs)


def forget_plans() -> None:
    """Makes changed limits count for operators that were called before."""
    _plans.clear()


def _plan(op: Any) -> Callable[..., Any]:
    name = op._schema.name.removeprefix("aten::")
    if limits.has_no_kernel(name):
        return limits.missing_kernel(op)
    kernel = kernels.find(op)
    if kernel is None:
        kernel = _view(op) if _is_view(op) else _computation(op)
    kernel = limits.without_unsupported_dtypes(op, kernel)
    return watch.reading(op, kernel) if watch.reads_values(op) else kernel


def _is_view(op: Any) -> bool:
    """Whether the results share the memory of an argument, which stays as it is."""
    aliases = [result.alias_info for result in op._schema.returns]
    return bool(aliases) and all(alias and not alias.is_write for alias in aliases)


def _view(op: Any) -> Callable[..., Any]:
    """torch's own CPU kernels of views look at sizes only, and take any device's tensors."""
    redispatch = op._handle.redispatch_boxed
    return lambda *args, **kwargs: redispatch(CPU_KEY, *args, **kwargs)


class _Schema:
    """What a call needs to know of an operator's schema."""

    def __init__(self, op: Any) -> None:
        arguments = op._schema.arguments
        self.names = [argument.name for argument in arguments]
        positional = [argument for argument in arguments if not argument.kwarg_only]
        self.tensors = [i for i, argument in enumerate(positional) if _takes_tensors(argument)]
        self.tensor_keywords = [
            argument.name
            for argument in arguments
            if argument.kwarg_only and _takes_tensors(argument)
        ]
        self.device = any(argument.name == "device" for argument in arguments)
        self.generator = any(argument.name == "generator" for argument in arguments)
        self.written = [
            (i, argument.name)
            for i, argument in enumerate(arguments)
            if argument.alias_info is not None and argument.alias_info.is_write
        ]
        results = op._schema.returns
        self.returns_nothing = not results
        self.returns_written = bool(results) and all(
            result.alias_info is not None and result.alias_info.is_write for result in results
        )
        self.single = len(results) == 1


def _takes_tensors(argument: Any) -> bool:
    return "Tensor" in str(argument.type)


def _computation(op: Any) -> Callable[..., Any]:
    """A kernel of the CPU on the same memory; the results are on the device."""
    schema = _Schema(op)
    tensors, tensor_keywords = schema.tensors, schema.tensor_keywords
    rule = mixing.rule(op)
    call = kernels.replacement(op)
    with_number = call if _takes_numbers(op) else op.overloadpacket  # which finds the right one

    def computation(*args: Any, **kwargs: Any) -> Any:
        values = list(args)
        count = len(values)
        on_host = on_device = number = False
        for i in tensors:
            if i >= count:
                break
            value = values[i]
            if value is None:
                continue
            if isinstance(value, _Tensor):
                if value.is_cpu:
                    on_host = True
                else:
                    values[i] = to_host(value)
                    on_device = True
            elif isinstance(value, list):
                values[i], host, device = _list(value)
                on_host, on_device = on_host or host, on_device or device
            else:  # torch hands on a Python number that takes a tensor's place
                number = True
        given = kwargs
        if kwargs:
            kwargs = dict(kwargs)
            for name in tensor_keywords:
                value = kwargs.get(name)
                if isinstance(value, _Tensor):
                    if value.is_cpu:
                        on_host = True
                    else:
                        kwargs[name] = to_host(value)
                        on_device = True
                elif isinstance(value, list):
                    kwargs[name], host, device = _list(value)
                    on_host, on_device = on_host or host, on_device or device
            if kwargs.get("device") is not None:
                kwargs["device"] = kernels.HOST
        if on_host and on_device:
            rule(args, given)
        if schema.generator:
            values, kwargs = kernels.with_generator(schema.names, values, kwargs)
        result = (with_number if number else call)(*values, **kwargs)
        if schema.written:
            for i, name in schema.written:
                if i < count:
                    one, other = args[i], values[i]
                else:
                    one, other = given.get(name), kwargs.get(name)
                if isinstance(one, _Tensor):
                    follow(one, other)
                elif one is not None:
                    for a, b in zip(one, other, strict=True):
                        follow(a, b)
            if schema.returns_written:
                return _written(schema, args, given)
        return _results(result)

    return computation


def _takes_numbers(op: Any) -> bool:
    return torch._C._should_allow_numbers_as_tensors(op._schema.name.removeprefix("aten::"))


def _list(values: Any) -> tuple[Any, bool, bool]:
    """The CPU tensors of a list, and whether some were on the host, and some on the device."""
    host = device = False
    moved = []
    for value in values:
        if isinstance(value, _Tensor):
            if value.is_cpu:
                host = True
            else:
                value, device = to_host(value), True
        moved.append(value)
    return moved, host, device


def _written(schema: _Schema, args: Any, kwargs: Any) -> Any:
    written = [args[i] if i < len(args) else kwargs[name] for i, name in schema.written]
    return written[0] if schema.single else tuple(written)


def _results(result: Any) -> Any:
    if isinstance(result, _Tensor):
        return to_device(result)
    if isinstance(result, tuple):
        return tuple(_results(item) for item in result)
    if isinstance(result, list):
        return [_results(item) for item in result]
    return result
