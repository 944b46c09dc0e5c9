"""The memory of the pretended accelerator, and the two ways between it and the host's.

A device tensor is an ordinary `torch.Tensor` with a storage of its own on the device. Its storage
claims an address that no program can read, and remembers (`host`) a CPU tensor with the bytes, so
that kernels find them and so that they live as long as the storage does. Views, strides, offsets,
version counters and the graph are torch's own.
"""

from __future__ import annotations

from typing import NamedTuple

import torch

NAME = "gpu"
DEVICE = torch.device("cpu")  # set by `backend.install`: torch does not know the name before

HOST = torch.device("cpu")

aten = torch.ops.aten
CPU_KEY = torch._C.DispatchKeySet(torch._C.DispatchKey.CPU)

# Device addresses are no canonical addresses of the host: reading one ends the process, as reading
# a CUDA address does.
_ADDRESS = 1 << 60

_set_on_device = aten.set_.source_Storage_storage_offset._handle.redispatch_boxed
_empty_tensor = torch._C._acc.create_empty_tensor
_construct_storage = torch._C._construct_storage_from_data_pointer


class _Memory:
    """An allocation on the device: a CPU tensor that holds its bytes. It ends with its storage."""

    __slots__ = ("data", "nbytes")

    def __init__(self, address: int, data: torch.Tensor, nbytes: int) -> None:
        self.data, self.nbytes = data, nbytes
        _allocations[id(self)] = (address, nbytes)
        Usage.current += nbytes
        if Usage.current > Usage.peak:
            Usage.peak = Usage.current

    def __del__(self) -> None:
        Usage.current -= self.nbytes
        _allocations.pop(id(self), None)


class _Borrowed(NamedTuple):
    """Memory of an allocation that another storage keeps: that of a tensor from DLPack."""

    data: torch.Tensor


class Usage:
    """The bytes on the device, now and at most."""

    current = peak = 0


# The address and the size of each allocation.
_allocations: dict[int, tuple[int, int]] = {}


def to_device(data: torch.Tensor) -> torch.Tensor:
    """A device tensor that takes over the memory of a CPU tensor, with its strides and offset."""
    if data.is_conj() or data.is_neg():
        data = data.resolve_conj().resolve_neg()
    result = _empty_tensor((), data.dtype)
    place(result, data)
    return result


def place(device_tensor: torch.Tensor, data: torch.Tensor) -> None:
    """Gives a device tensor a new storage, that of a CPU tensor."""
    storage, offset = new_storage(data), data.storage_offset()
    _set_on_device(CPU_KEY, device_tensor, storage, offset, data.size(), data.stride())


def new_storage(data: torch.Tensor) -> torch.UntypedStorage:
    """A device storage that takes over the memory of a CPU tensor."""
    memory = data.untyped_storage()
    address, nbytes = memory.data_ptr() | _ADDRESS, memory.nbytes()
    storage = _construct_storage(address, DEVICE, nbytes)
    storage.memory = _Memory(address, data, nbytes)
    return storage


def host_data(storage: torch.UntypedStorage) -> torch.Tensor:
    """A CPU tensor in the memory of a device storage."""
    try:
        return storage.memory.data
    except AttributeError:
        storage.memory = _Borrowed(_borrowed(storage.data_ptr(), storage.nbytes()))
        return storage.memory.data


def _borrowed(address: int, nbytes: int) -> torch.Tensor:
    result = torch.empty(0, dtype=torch.uint8, device=HOST)
    if not nbytes:
        return result
    if not any(a <= address and address + nbytes <= a + n for a, n in _allocations.values()):
        raise RuntimeError(f"no memory on {NAME} at {address:#x}")
    return result.set_(_construct_storage(address ^ _ADDRESS, HOST, nbytes))


def to_host(tensor: torch.Tensor) -> torch.Tensor:
    """A CPU tensor that shares the memory of a device tensor, for kernels."""
    storage = tensor.untyped_storage()
    try:
        base = storage.memory.data
    except AttributeError:
        base = host_data(storage)
    size, stride, offset = tensor.size(), tensor.stride(), tensor.storage_offset()
    if base.dtype is not tensor.dtype:
        data = torch.empty(0, dtype=tensor.dtype, device=HOST)
        data.set_(base.untyped_storage(), offset, size, stride)
    elif base.size() == size and base.stride() == stride and base.storage_offset() == offset:
        data = base
    else:
        data = torch.as_strided(base, size, stride, offset)
    if tensor.is_conj():
        data = torch._conj(data)
    return data._neg_view() if tensor.is_neg() else data


def follow(device_tensor: torch.Tensor, data: torch.Tensor) -> None:
    """Repeats on a device tensor what a kernel did to the size of the CPU tensor in its place."""
    if data.size() != device_tensor.size() or data.stride() != device_tensor.stride():
        place(device_tensor, data)


def resize(
    tensor: torch.Tensor, size: list[int], memory_format: torch.memory_format | None
) -> None:
    """`tensor.resize_(size)`: keeps the elements in memory order, and the memory if it suffices."""
    data = aten.alias.default(to_host(tensor))
    before = data.untyped_storage().nbytes()
    if memory_format is None:
        aten.resize_.default(data, size)
    else:
        aten.resize_.default(data, size, memory_format=memory_format)
    if data.untyped_storage().nbytes() != before:
        place(tensor, data)
    else:
        storage = tensor.untyped_storage()
        _set_on_device(CPU_KEY, tensor, storage, data.storage_offset(), data.size(), data.stride())
