"""Operations of torch whose results for an element do not depend on how many there are.

They either only move elements, or round each of them correctly. Vectorized and scalar code of
transcendental functions differ in the last bit, and sums depend on the order of their terms.
"""

from __future__ import annotations

from typing import Any

from torch.utils._python_dispatch import TorchDispatchMode

_EXACT_OPERATIONS = frozenset(
    """_to_copy _unsafe_view abs add alias arange bitwise_and bitwise_not bitwise_or bitwise_xor cat
    ceil clamp clamp_max clamp_min clone constant_pad_nd detach device div empty eq expand fill flip
    floor floor_divide full full_like ge gt le lift_fresh lift_fresh_copy logical_and logical_not
    logical_or logical_xor lt maximum minimum mul ne neg ones ones_like permute reciprocal relu
    remainder round rsub scalar_tensor select sign slice split split_with_sizes sqrt squeeze stack
    sub t transpose trunc unbind unsqueeze view where zero zeros zeros_like""".split()
)


class OperationRecorder(TorchDispatchMode):
    """Notes whether all operations that torch runs are exact."""

    def __init__(self) -> None:
        super().__init__()
        self.is_exact = True

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        name = func.__name__.partition(".")[0].rstrip("_")
        if name not in _EXACT_OPERATIONS:
            self.is_exact = False
        return func(*args, **(kwargs or {}))
