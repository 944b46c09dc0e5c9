"""Random shuffles of a range that is never stored: each index is mapped on its own.

A block cipher, Simon (Beaulieu et al., 2013), permutes the numbers with an even number of bits. A
number outside the range is enciphered again until it is inside.
"""

from __future__ import annotations

import math
from typing import Any

import torch

from ..._core.op.op import op
from ..._core.tensor.convert import to_tensor
from .._support.arguments import brackets, invalid_argument
from .._support.unsigned import as_int64, to_ordered_int64, to_unsigned
from .padding import pad

_MIN_BITS = 16
_FIRST_KEY_WORD = 498247692  # used where the seed has two words
_ROUND_CONSTANT = 0x7369F885192C0EF5


def _half_bits(max_index: int) -> int:
    """Half the number of bits of the cipher's blocks, for a range that ends at `max_index`."""
    bits = math.ceil(math.log2(max_index))
    return max(bits + bits % 2, _MIN_BITS) // 2


class _Cipher:
    """Simon with words of `w` bits (a tensor), for seeds [n, 3]."""

    def __init__(self, seeds: torch.Tensor, w: torch.Tensor, rounds: int) -> None:
        self.w = w
        self.mask = (1 << w) - 1
        keys = [seeds[:, i] & 0xFFFFFFFF & self.mask for i in range(3)]
        for i in range(3, rounds):
            # Each round uses the next bit of a constant, cut to the word size.
            bit = torch.where(i - 3 < w, _ROUND_CONSTANT >> (i - 3) & 1, 0)
            turned = self._right(keys[i - 1], 3) ^ self._right(keys[i - 1], 4)
            keys.append((0xFFFFFFFC & self.mask) ^ bit ^ keys[i - 3] ^ turned)
        self.keys = keys

    def _left(self, x: torch.Tensor, by: int) -> torch.Tensor:
        return ((x << by) | (x >> (self.w - by))) & self.mask

    def _right(self, x: torch.Tensor, by: int) -> torch.Tensor:
        return ((x >> by) | (x << (self.w - by))) & self.mask

    def _mix(self, x: torch.Tensor) -> torch.Tensor:
        return (self._left(x, 1) & self._left(x, 8)) ^ self._left(x, 2)

    def __call__(self, values: torch.Tensor) -> torch.Tensor:
        left, right = (values >> self.w) & self.mask, values & self.mask
        for i in range(0, len(self.keys), 2):
            left = left ^ self._mix(right) ^ self.keys[i]
            right = right ^ self._mix(left) ^ self.keys[i + 1]
        return (left << self.w) | right


def _encipher_small_ranges(
    out: torch.Tensor, positions: torch.Tensor, seeds: torch.Tensor, ends: torch.Tensor, rounds: int
) -> None:
    """Enciphers `out[which]` until each is in its range, for the smallest block size.

    A range may be a tiny part of the cipher's domain. So the successor of every block is tabulated,
    and the table is squared until all chains have ended.
    """
    rows = torch.cat([seeds[positions], ends[positions, None]], 1)
    distinct_rows, group = torch.unique(rows, dim=0, return_inverse=True)
    domain = torch.arange(1 << _MIN_BITS, device=out.device)
    width = torch.full((), _MIN_BITS // 2, device=out.device)
    for i, row in enumerate(distinct_rows):
        step = _Cipher(row[None, :3], width, rounds)(domain)
        next_in_range = torch.where(domain <= row[3], domain, step)
        for _ in range(_MIN_BITS):
            next_in_range = next_in_range[next_in_range]
        members = positions[group == i]
        out[members] = next_in_range[step[out[members] & (len(domain) - 1)]]


def _checked_count(index: Any, seed: Any, max_index: Any) -> int:
    count = max(index.numel(), max_index.numel(), seed.numel() // 3)
    if index.ndim and tuple(index.shape) != (count,):
        raise invalid_argument("Index bust be a scalar or vector.")
    if tuple(seed.shape) not in ((3,), (count, 3)):
        raise invalid_argument(
            f"Seed must be a vector of size [3] or a matrix of size [{count}, 3] but got "
            f"{brackets(seed.shape)}."
        )
    if max_index.ndim and tuple(max_index.shape) != (count,):
        raise invalid_argument(
            "Maxval must be a scalar or a vector of the same size as index but got "
            f"{brackets(max_index.shape)}"
        )
    return count


@op(
    "RandomIndexShuffle",
    "index:dtype seed:Tseed max_index:dtype",
    nondifferentiable=True,
    host="index seed max_index",  # TensorFlow has a kernel for the CPU only
)
def random_index_shuffle(
    index: Any, seed: Any, max_index: Any, rounds: Any = 4, name: str | None = None
) -> Any:
    """The position of each index in a random order of 0 ... `max_index`.

    Implements `tf.random_index_shuffle`.

    Args:
      index: An integer scalar or vector.
      seed: Three integers, or one row of three for each index.
      max_index: The last index of the range, a scalar or vector.
      rounds: The number of cipher rounds, even and at least 4.

    Raises InvalidArgumentError for other shapes and for indices beyond the range.
    """
    count = _checked_count(index, seed, max_index)
    rounds = int(rounds)
    if rounds < 4 or rounds % 2:
        raise invalid_argument(f"rounds must be even and at least 4, got {rounds}")
    if index.numel() and max_index.numel():
        too_small = to_ordered_int64(max_index) < to_ordered_int64(index)
        if too_small.any():
            position = int(too_small.reshape(-1).nonzero()[0, 0])
            last_index, first_too_large = (
                x.reshape(-1)[min(position, x.numel() - 1)].item() for x in (max_index, index)
            )
            raise invalid_argument(
                f"max_index must be >= index, but {last_index} < {first_too_large}"
            )
    scalar_result = index.ndim == 0 and seed.ndim == 1 and max_index.ndim == 0
    values = as_int64(index).expand(count) if index.ndim == 0 else as_int64(index)
    last = (
        to_ordered_int64(max_index).expand(count)
        if max_index.ndim == 0
        else to_ordered_int64(max_index)
    )
    seeds = as_int64(seed).expand(count, 3)
    ends = [int(end) % 2**64 for end in max_index.reshape(-1).tolist()]
    widths = torch.tensor([_half_bits(end) if end else 8 for end in ends], device=index.device)
    out = torch.where(
        torch.tensor([end == 0 for end in ends], device=index.device), 0, values.clone()
    )
    pending = torch.tensor([end != 0 for end in ends], device=index.device).expand(count)
    pending = pending.nonzero()[:, 0]
    widths = widths.expand(count)
    is_uint64 = max_index.dtype is torch.uint64
    small = widths[pending] == _MIN_BITS // 2
    if bool(small.any()):
        ordered_ends = last ^ (-(2**63) if is_uint64 else 0)
        _encipher_small_ranges(out, pending[small], seeds, ordered_ends, rounds)
        pending = pending[~small]
    while len(pending):
        cipher = _Cipher(seeds[pending], widths[pending], rounds)
        out[pending] = cipher(out[pending])
        results = out[pending]
        # An unsigned comparison.
        if is_uint64:
            out_of_range = (results ^ -(2**63)) > last[pending]
        else:
            out_of_range = (results < 0) | (results > last[pending])
        pending = pending[out_of_range]
    dtype = index.dtype
    result = to_unsigned(out, dtype) if dtype in (torch.uint32, torch.uint64) else out.to(dtype)
    return result[0] if scalar_result else result


def index_shuffle(index: Any, seed: Any, max_index: Any) -> Any:
    """The position of each index in a random order of 0 ... `max_index`.

    Implements `tf.random.experimental.index_shuffle`. `seed` is [2] or [n, 2]; see
    `random_index_shuffle`.
    """
    seed = to_tensor(seed)
    paddings = [[1, 0], *[[0, 0]] * ((seed.shape.rank or 0) - 1)]
    seed = pad(seed, paddings, constant_values=_FIRST_KEY_WORD)
    return random_index_shuffle(index, seed, max_index)
