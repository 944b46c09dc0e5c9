"""Kernels of the pretended accelerator that are more than the CPU's on the same memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from . import memory, watch
from .memory import CPU_KEY, HOST, to_device, to_host

aten = torch.ops.aten

# The device's random numbers come from a generator of its own, as CUDA's: they are not the host's.
_generator = torch.Generator()


def seed(value: int) -> None:
    """Sets the seed of the device's default generator."""
    _generator.manual_seed(value)


def with_generator(names: list[str], args: list[Any], kwargs: Any) -> tuple[list[Any], Any]:
    """The arguments with the device's generator where none is given."""
    position = names.index("generator")
    if position < len(args):
        if args[position] is None:
            args[position] = _generator
        return args, kwargs
    if kwargs.get("generator") is None:
        kwargs = {**kwargs, "generator": _generator}
    return args, kwargs


def _empty(
    size: Any,
    *,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: Any = None,
    memory_format: Any = None,
) -> torch.Tensor:
    if memory_format is None:
        return to_device(torch.empty(size, dtype=dtype, device=HOST))
    return to_device(torch.empty(size, dtype=dtype, device=HOST, memory_format=memory_format))


def _empty_strided(
    size: Any,
    stride: Any,
    *,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: Any = None,
) -> torch.Tensor:
    return to_device(torch.empty_strided(size, stride, dtype=dtype, device=HOST))


def _copy_from(source: torch.Tensor, target: torch.Tensor, non_blocking: bool = False) -> Any:
    """`target.copy_(source)`, for any two devices, one of which is this one."""
    if source.is_cpu or target.is_cpu:
        watch.copied(source, target)
    one = source if source.is_cpu else to_host(source)
    other = target if target.is_cpu else to_host(target)
    aten.copy_.default(other, one)
    return target


def _copy_from_and_resize(source: torch.Tensor, target: torch.Tensor) -> Any:
    if source.size() != target.size():
        target.resize_(source.size())
    return _copy_from(source, target)


def _resize(tensor: torch.Tensor, size: Any, *, memory_format: Any = None) -> torch.Tensor:
    memory.resize(tensor, size, memory_format)
    return tensor


def _set(op: Any) -> Callable[..., Any]:
    """`set_` looks at sizes and storages only."""
    return lambda *args, **kwargs: op.redispatch(CPU_KEY, *args, **kwargs)


def _set_nothing(tensor: torch.Tensor) -> torch.Tensor:
    data = aten.empty.memory_format((0,), dtype=tensor.dtype)
    memory.place(tensor, data)
    return tensor


def _zeros(size: Any, **options: Any) -> torch.Tensor:
    """Zeros without memory on other devices; a Python backend cannot make such."""
    return to_device(torch.zeros(size, dtype=options.get("dtype"), device=HOST))


def _attention_kind(*args: Any, **kwargs: Any) -> int:
    return 0  # the composed one: fused kernels are those of other devices


def _is_set_to(one: torch.Tensor, other: torch.Tensor) -> bool:
    return (
        one.untyped_storage()._cdata == other.untyped_storage()._cdata
        and one.storage_offset() == other.storage_offset()
        and one.size() == other.size()
        and one.stride() == other.stride()
    )


_KERNELS: dict[str, Callable[..., Any]] = {
    "aten::empty.memory_format": _empty,
    "aten::empty_strided": _empty_strided,
    "aten::_copy_from": _copy_from,
    "aten::_copy_from_and_resize": _copy_from_and_resize,
    "aten::_efficientzerotensor": _zeros,
    "aten::resize_": _resize,
    "aten::set_": _set_nothing,
    "aten::is_set_to": _is_set_to,
    "aten::_fused_sdp_choice": _attention_kind,
}

_DIVISIONS = frozenset(("aten::div", "aten::floor_divide", "aten::remainder", "aten::fmod"))


def _is_integral(value: Any) -> bool:
    if isinstance(value, torch.Tensor):
        return not (value.is_floating_point() or value.is_complex())
    return isinstance(value, int)


def _untrapped(op: Any) -> Callable[..., Any]:
    """Division of integers without the host's error for zeros, which give any number on a GPU."""

    def divide(x: Any, y: Any, *args: Any, **kwargs: Any) -> Any:
        quotient = op.name().startswith("aten::div") and kwargs.get("rounding_mode") is None
        if not quotient and _is_integral(x) and _is_integral(y):
            y = y.masked_fill(y == 0, 1) if isinstance(y, torch.Tensor) else y or 1
        return op(x, y, *args, **kwargs)

    return divide


# Operators that torch calls only for foreign backends, and those that the CPU has for them.
_REPLACEMENTS = {
    "aten::convolution_overrideable": aten.convolution.default,
    "aten::convolution_backward_overrideable": None,
}


def find(op: Any) -> Callable[..., Any] | None:
    """The kernel of an operator that has one here."""
    name = op._schema.name
    if name == "aten::set_" and op._schema.overload_name:
        return _set(op)
    return _KERNELS.get(op.name())


def replacement(op: Any) -> Callable[..., Any]:
    """The operator that does on the CPU what this one does on the device."""
    if op.name() == "aten::convolution_backward_overrideable":
        return _convolution_backward
    if op._schema.name.rstrip("_") in _DIVISIONS:
        return _untrapped(op)
    return _REPLACEMENTS.get(op.name()) or op


def _convolution_backward(gradient, x, weight, stride, padding, dilation, transposed, *rest):  # type: ignore[no-untyped-def]
    output_padding, groups, mask = rest
    channels = weight.shape[1] * groups if transposed else weight.shape[0]
    return aten.convolution_backward.default(
        gradient, x, weight, [channels], stride, padding,
        dilation, transposed, output_padding, groups, mask,
    )  # fmt: skip
