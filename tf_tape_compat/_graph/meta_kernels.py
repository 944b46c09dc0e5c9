"""Results of common operations on tensors without values, by torch's kernels for sizes alone.

torch's mode finds such a result in several ways, of which a table of earlier results is the
quickest, and takes 0.2 ms. An operation whose result depends on nothing but the dtypes, the sizes
and the layouts of its arguments needs none of them: here its kernel is called at once.
"""

from __future__ import annotations

import enum
import functools
from collections.abc import Callable
from typing import Any

import torch
from torch._subclasses.fake_tensor import (
    FakeTensor,
    FakeTensorMode,
    has_meta,
    in_kernel_invocation_manager,
)
from torch.utils._mode_utils import no_dispatch

_aten = torch.ops.aten
_DEVICE = torch.ops.prim.device.default
_EMPTY = torch.ops.aten.empty.memory_format
_PLAIN = frozenset(("dtype", "device", "pin_memory"))  # arguments of a tensor of the usual layout
_OTHERS = frozenset(
    (
        _aten.mm.default,
        _aten.bmm.default,
        _aten.addmm.default,
        _aten.baddbmm.default,
        _aten.cat.default,
        _aten.sum.dim_IntList,
        _aten._unsafe_view.default,
        _aten.nll_loss_forward.default,
        _aten.nll_loss_backward.default,
    )
)
_SOFTMAX = frozenset(
    (
        _aten._softmax.default,
        _aten._softmax_backward_data.default,
        _aten._log_softmax.default,
        _aten._log_softmax_backward_data.default,
    )
)
_UNLIKE = frozenset(
    (
        torch.Tag.dynamic_output_shape,
        torch.Tag.data_dependent_output,
        torch.Tag.nondeterministic_seeded,
    )
)
_SWITCHED = frozenset((_aten._conj.default, _aten._neg_view.default))  # views with other values
_HARMLESS = frozenset(("dtype",))


class _Kind(enum.Enum):
    """How the result of an operation is found."""

    KERNEL = enum.auto()  # by the kernel for sizes
    POINTWISE = enum.auto()  # as the arguments are, if these are alike
    OTHER = enum.auto()  # by torch's mode


@functools.cache
def _kind(func: Any) -> _Kind:
    names = {argument.name for argument in func._schema.arguments}
    if func.namespace != "aten" or not _UNLIKE.isdisjoint(func.tags) or "out" in names:
        return _Kind.OTHER
    if torch.Tag.pointwise in func.tags or func in _SOFTMAX:
        return _Kind.POINTWISE  # most of their kernels for sizes are in Python, and slow
    fits = (func.is_view and func not in _SWITCHED) or func in _OTHERS
    if func._can_decompose():  # into operations of which some may not be as these are
        return _Kind.OTHER
    return _Kind.KERNEL if fits and has_meta(func) else _Kind.OTHER


def result_of(
    mode: FakeTensorMode, func: Any, args: Any, kwargs: Any, find: Callable[[], Any]
) -> Any:
    """The result of an operation on tensors of the mode, or NotImplemented if torch is to find it.

    torch finds it where a tensor has a known value or is of another mode, where tensors are on
    different devices, and where the kernel refuses: its error is the one that torch raises.
    `find` lets torch find it, for one of many that are alike.
    """
    if func is _DEVICE and type(args[0]) is FakeTensor:
        return args[0].device if mode.in_kernel_invocation else args[0].fake_device
    if func is _EMPTY and kwargs.get("device") is not None and kwargs.keys() <= _PLAIN:
        dtype = kwargs.get("dtype") or torch.get_default_dtype()
        return _empty(mode, args[0], None, dtype, kwargs["device"])
    kind = _kind(func)
    if kind is _Kind.OTHER or kwargs.keys() - _HARMLESS:
        return NotImplemented
    tensors = _tensors(mode, args)
    if not tensors:
        return NotImplemented
    if kind is _Kind.POINTWISE:
        return _pointwise(mode, func, args, kwargs, tensors, find)
    try:
        with in_kernel_invocation_manager(mode):
            made = func(*args, **kwargs)
    except Exception:
        return NotImplemented
    device = tensors[0].fake_device
    if isinstance(made, (list, tuple)):
        return type(made)(_on(mode, x, device) for x in made)
    return _on(mode, made, device)


def _tensors(mode: FakeTensorMode, args: Any) -> list[FakeTensor]:
    """The tensors among the arguments, if all are on one device and none has a known value."""
    tensors: list[FakeTensor] = []
    for argument in args:
        for x in argument if isinstance(argument, (list, tuple)) else (argument,):
            if isinstance(x, torch.Tensor):
                if type(x) is not FakeTensor or x.constant is not None or x.fake_mode is not mode:
                    return []
                if x.layout is not torch.strided:
                    return []
                tensors.append(x)
    if tensors and any(x.fake_device != tensors[0].fake_device for x in tensors):
        return []
    return tensors


def _on(mode: FakeTensorMode, made: Any, device: torch.device) -> Any:
    """A tensor of the mode for what a kernel made. One that it changed in place is one already."""
    if isinstance(made, torch.Tensor) and not isinstance(made, FakeTensor):
        return FakeTensor(mode, made, device)
    return made


# -- operations on each element --------------------------------------------------------------------

_dtypes: dict[Any, torch.dtype | None] = {}  # of results, by operation and dtypes; None: not alike


def _pointwise(
    mode: FakeTensorMode,
    func: Any,
    args: Any,
    kwargs: Any,
    tensors: list[FakeTensor],
    find: Callable[[], Any],
) -> Any:
    """The result for tensors of one layout: it is a new one of that layout.

    Its dtype follows from theirs, and is kept. In place, the result is the tensor that is changed.
    """
    first = tensors[0]
    layout = _common_layout(tensors)
    if layout is None:
        return NotImplemented
    shape, strides = layout
    if func._schema.is_mutable:
        exact = all(x.dtype is torch.float32 for x in tensors) and first is args[0]
        fits = exact and shape == first.shape and complex not in map(type, args)
        return first if fits else NotImplemented
    if func in _SOFTMAX:
        *_, axis, dtype = args  # of the result, or whether it is another one
        if dtype not in (False, first.dtype) or not -len(shape) <= axis < len(shape):
            return NotImplemented
        return _empty(mode, shape, strides, first.dtype, first.fake_device)
    key = (func, torch.get_default_dtype(), *map(_key, args), *kwargs.items())
    try:
        dtype = _dtypes[key]
    except TypeError:  # a list cannot be kept
        return NotImplemented
    except KeyError:
        made = find()
        alike = isinstance(made, FakeTensor) and made.shape == shape
        _dtypes[key] = made.dtype if alike and (strides or made.is_contiguous()) else None
        return made
    if dtype is None:
        return NotImplemented
    return _empty(mode, shape, strides, dtype, first.fake_device)


def _common_layout(tensors: list[FakeTensor]) -> tuple[Any, Any] | None:
    """The shape and strides of a result for these tensors, or None if they are not so alike.

    They are contiguous, or have one shape and the same dense strides; tensors without dimensions
    go with any. Strides are None for a result that is contiguous.
    """
    shape = tensors[0].shape
    for x in tensors[1:]:
        if x.shape != shape:
            try:
                shape = torch.broadcast_shapes(*(x.shape for x in tensors))
            except RuntimeError:
                return None
            break
    if all(x.is_contiguous() for x in tensors):
        return shape, None
    arrays = [x for x in tensors if x.ndim]
    strides = arrays[0].stride()
    if any(x.shape != shape or x.stride() != strides for x in arrays) or 0 in shape:
        return None
    size = 1
    for stride, n in sorted(zip(strides, shape, strict=True)):
        if stride != size and n != 1:
            return None
        size *= n
    return shape, strides


def _empty(
    mode: FakeTensorMode, shape: Any, strides: Any, dtype: torch.dtype, device: torch.device
) -> FakeTensor:
    with no_dispatch():
        if strides is None:
            meta = torch.empty(shape, dtype=dtype, device="meta")
        else:
            meta = torch.empty_strided(shape, strides, dtype=dtype, device="meta")
    return FakeTensor(mode, meta, device)


def _key(argument: Any) -> Any:
    """What the dtype of a result may depend on."""
    if isinstance(argument, FakeTensor):
        return argument.dtype, argument.ndim == 0
    return float if isinstance(argument, float) else (type(argument), argument)
