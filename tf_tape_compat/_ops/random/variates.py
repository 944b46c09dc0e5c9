"""Random numbers from random bits, in the order and with the rounding of TensorFlow's kernels.

Each function takes a source of blocks (see philox.py), the position of its first block, the number
of numbers to make, and their device, and returns a flat torch tensor.
"""

from __future__ import annotations

import math

import numpy as np
import torch

from .._support import libm
from .._support.philox import Entropy, Source, signed

RESERVED = 256
"""The blocks that the kernels reserve for each number, needed or not."""

_TINY_UNIFORM = 1e-7  # a lower bound of uniform numbers, to limit the size of their logarithm
_WIDE = (torch.float64, torch.int64, torch.uint64)
_FRACTION_BITS = {torch.float16: 10, torch.bfloat16: 7}


def per_block(dtype: torch.dtype) -> int:
    """How many numbers a block makes: four, or two of 64 bits."""
    return 2 if dtype in _WIDE else 4


# -- uniform ------------------------------------------------------------------------------------


def unit_float32(words: torch.Tensor) -> torch.Tensor:
    """Uniform in [0, 1) from 23 bits, the fraction of a number in [1, 2). Overwrites `words`."""
    return words.bitwise_and_(0x7FFFFF).bitwise_or_(0x3F800000).view(torch.float32).sub_(1)


def unit_float64(words: torch.Tensor) -> torch.Tensor:
    """Uniform in [0, 1) from 52 bits: the low 20 of one word and all of the next.

    The size of the last axis halves. Overwrites `words`.
    """
    pairs = words.view(torch.int64)
    bits = ((pairs << 32) | ((pairs >> 32) & 0xFFFFFFFF)).bitwise_and_(0xFFFFFFFFFFFFF)
    return bits.bitwise_or_(0x3FF << 52).view(torch.float64).sub_(1)


def _uniforms(words: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    if dtype == torch.float64:
        return unit_float64(words)
    if dtype == torch.float32:
        return unit_float32(words)
    bits = _FRACTION_BITS[dtype]
    return words.bitwise_and_((1 << bits) - 1).to(torch.float32).mul_(2.0**-bits)


def uniform(
    source: Source, start: int, count: int, dtype: torch.dtype, device: torch.device
) -> torch.Tensor:
    """Floating point numbers in [0, 1)."""
    if isinstance(source, Entropy):
        return torch.rand(count, dtype=dtype, device=device)
    width = per_block(dtype)
    blocks = -(-count // width)
    out = torch.empty((blocks, width), dtype=dtype, device=device)
    for at, words in source.chunks(start, blocks, device):
        out[at : at + len(words)] = _uniforms(words, dtype)
    return out.view(-1)[:count]


def bits_float64(source: Source, start: int, count: int, device: torch.device) -> torch.Tensor:
    """float64 numbers in [0, 1) from the bits of any source."""
    out = torch.empty((-(-count // 2), 2), dtype=torch.float64, device=device)
    for at, words in source.chunks(start, len(out), device):
        out[at : at + len(words)] = unit_float64(words)
    return out.view(-1)[:count]


def integers(
    source: Source,
    start: int,
    count: int,
    dtype: torch.dtype,
    device: torch.device,
    low: int = 0,
    high: int | None = None,
) -> torch.Tensor:
    """Integers in [low, high), or of all values if `high` is None."""
    width = per_block(dtype)
    blocks = -(-count // width)
    wide = width == 2
    word_dtype = torch.int64 if wide else torch.int32
    out = torch.empty((blocks, width), dtype=word_dtype, device=device)
    for at, words in source.chunks(start, blocks, device):
        # The first word of a pair holds the low bits.
        values = words.view(word_dtype)
        if high is not None:
            values = _remainder(values, high - low, wide).add_(low)
        out[at : at + len(words)] = values
    return out.view(-1)[:count].view(dtype)


def _remainder(values: torch.Tensor, span: int, wide: bool) -> torch.Tensor:
    """The remainders of integers, read as unsigned, after division by `span`."""
    if not wide:
        return (values.to(torch.int64) & 0xFFFFFFFF).remainder_(span)
    if span < 2**63:
        # The top bit is worth 2**63, whose remainder is added without an overflow.
        low_part = (values & (2**63 - 1)).remainder_(span)
        top_part = 2**63 % span
        room = span - top_part
        both_parts = torch.where(low_part >= room, low_part - room, low_part + top_part)
        return torch.where(values < 0, both_parts, low_part)
    # Unsigned numbers compare like signed ones with the top bit flipped.
    divisor = signed(span)
    not_smaller = (values ^ -(2**63)) >= (divisor ^ -(2**63))
    return torch.where(not_smaller, values - divisor, values)


# -- normal -------------------------------------------------------------------------------------


def box_muller(words: torch.Tensor, wide: bool) -> torch.Tensor:
    """Normally distributed numbers from pairs of uniform ones: float64 if `wide`, else float32.

    The last axis has the size of that of the words, or half of it if `wide`. Overwrites `words`.
    """
    uniforms = unit_float64(words) if wide else unit_float32(words)
    first, second = uniforms[..., ::2].clamp(min=_TINY_UNIFORM), uniforms[..., 1::2]
    if wide:
        angle = second * (2 * math.pi)
        radius, sine, cosine = first.log_(), angle.sin(), angle.cos()
    else:
        radius = libm.log(first).double()  # torch's square root of a float32 may be off by one bit
        sine, cosine = libm.sine_cosine(second.double().mul_(2 * math.pi).float())
    radius = radius.mul_(-2).sqrt_().to(uniforms.dtype)
    uniforms[..., ::2] = sine.mul_(radius)
    uniforms[..., 1::2] = cosine.mul_(radius)
    return uniforms


def normal(
    source: Source, start: int, count: int, dtype: torch.dtype, device: torch.device
) -> torch.Tensor:
    """Numbers of the standard normal distribution."""
    if isinstance(source, Entropy):
        return torch.randn(count, dtype=dtype, device=device)
    width = per_block(dtype)
    blocks = -(-count // width)
    out = torch.empty((blocks, width), dtype=dtype, device=device)
    for at, words in source.chunks(start, blocks, device):
        out[at : at + len(words)] = box_muller(words, width == 2)
    return out.view(-1)[:count]


def truncated_normal(
    source: Source, start: int, count: int, dtype: torch.dtype, device: torch.device
) -> torch.Tensor:
    """Numbers of the standard normal distribution; those not within 2 of 0 are drawn again."""
    width = per_block(dtype)
    # Each group of numbers consists of the first numbers accepted from its own range of blocks.
    groups = -(-count // width)
    stretch = width * RESERVED // 4
    out = torch.empty((groups, width), dtype=dtype, device=device)
    pending = torch.arange(groups, device=device)
    depth = 2
    while len(pending):
        unfinished = pending[:0]
        for part in pending.split(1 << 15):
            places = (start + part * stretch)[:, None] + torch.arange(depth, device=device)
            drawn = box_muller(source.words_at(places).flatten(1), width == 2)
            accepted = drawn.abs() < 2
            order = accepted.cumsum(1)
            done = order[:, -1] >= width
            chosen = drawn[accepted & (order <= width) & done[:, None]].view(-1, width)
            out[part[done]] = chosen.to(dtype)
            unfinished = torch.cat([unfinished, part[~done]])
        pending = unfinished
        depth *= 4
    return out.view(-1)[:count]


# -- permutations -------------------------------------------------------------------------------


_FEW = 2000  # up to so many swaps are faster one by one


def permutation(source: Source, start: int, size: int) -> torch.Tensor:
    """A random permutation: each position in turn is swapped with itself or a later one."""
    words = integers(source, start, size - 1, torch.int32, torch.device("cpu")).numpy()
    partners = np.arange(size - 1) + (words.astype(np.int64) & 0xFFFFFFFF) % np.arange(size, 1, -1)
    order = np.arange(size)
    pending = np.arange(size - 1)
    first = np.empty(size, np.int64)  # for each position, the first pending swap that involves it
    while len(pending) > _FEW:
        # At once, all swaps of positions that no earlier pending swap involves.
        swapped = partners[pending]
        first[swapped] = size
        first[pending] = pending
        first[swapped[::-1]] = pending[::-1]  # the value written last is that of the first swap
        independent = (first[pending] == pending) & (first[swapped] == pending)
        a, b = pending[independent], swapped[independent]
        order[a], order[b] = order[b], order[a]
        pending = pending[~independent]
    places = order.tolist()
    for place, partner in zip(pending.tolist(), partners[pending].tolist(), strict=True):
        places[place], places[partner] = places[partner], places[place]
    return torch.tensor(places)
