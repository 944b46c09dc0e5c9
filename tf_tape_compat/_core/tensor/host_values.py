"""The value of a tensor in host memory: as a NumPy array, and as the text that `print` shows."""

from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np
import torch
from torch._C import _functorch
from torch.utils._python_dispatch import _disable_current_modes

from ..devices.accelerator import is_accelerator
from ..devices.device import gpu_index
from ..devices.logical_devices import logical_number
from ..recording.tape_set import thread

# torch dtypes that torch cannot convert to NumPy: (the integer type to view them as, NumPy's type).
_BITS: dict[torch.dtype, tuple[torch.dtype, Any]] = {
    torch.bfloat16: (torch.int16, ml_dtypes.bfloat16)
}
for _name in ("float8_e5m2", "float8_e4m3fn"):
    if hasattr(torch, _name):
        _BITS[getattr(torch, _name)] = (torch.uint8, getattr(ml_dtypes, _name))


_active_modes = torch._C._len_torch_dispatch_stack


def device_name(payload: Any) -> str:
    """TensorFlow's name for the device of a payload."""
    device_type, index = "CPU", 0
    if isinstance(payload, torch.Tensor):
        device = payload.device
        number = logical_number(payload)
        if is_accelerator(device.type):
            device_type = "GPU"
            index = gpu_index(device.index or 0) if number is None else number
        elif device.type == "cpu":
            index = number or 0
        else:
            device_type = device.type.upper()
    return f"/job:localhost/replica:0/task:0/device:{device_type}:{index}"


def to_numpy(payload: Any) -> np.ndarray:
    """A payload as a NumPy array, which shares its memory if possible."""
    if isinstance(payload, np.ndarray):
        return payload
    if thread.vmap_scope is not None:
        array: np.ndarray = thread.vmap_scope.outside(to_numpy, payload)
        return array
    if _active_modes():  # a known value, among tensors without values
        value = payload if type(payload) is torch.Tensor else getattr(payload, "constant", None)
        if value is not None:
            with _disable_current_modes():
                known: np.ndarray = value.detach().numpy(force=True)
            return known
    try:
        payload = payload.detach()
    except RuntimeError:
        if not has_escaped(payload):
            raise
        message = f"'SymbolicTensor' object has no attribute 'numpy': {ESCAPED}"
        raise AttributeError(message) from None
    if payload.device.type != "cpu":
        payload = payload.cpu()
    bits = _BITS.get(payload.dtype)
    if bits is not None:
        array = payload.contiguous().view(bits[0]).numpy().view(bits[1])
    else:
        array = payload.numpy(force=True)
    return array


ESCAPED = (
    "it represents all examples of a tf.vectorized_map, or all rows of a jacobian, and is out of "
    "scope because that has ended. Return the values that are needed outside, or, for a jacobian, "
    "use experimental_use_pfor=False."
)


def has_escaped(payload: Any) -> bool:
    """Whether a payload belongs to a vmap that has ended."""
    return (
        isinstance(payload, torch.Tensor)
        and _functorch.is_functorch_wrapped_tensor(payload)
        and not torch._C._are_functorch_transforms_active()
    )


def numpy_text(payload: Any, is_repr: bool) -> str:
    """The value as `print` or `repr` shows it, starting on a new line if it has several lines."""
    if has_escaped(payload):
        return "<out of scope>"
    array = to_numpy(payload)
    value = array[()] if array.ndim == 0 else array
    if not is_repr:
        text = str(value)
    elif array.ndim == 0 and not isinstance(value, bytes):
        text = repr(value.item())
    else:
        text = repr(value)
    return "\n" + text if "\n" in text else text
