"""From random bits to random numbers, in the order and with the roundings of TensorFlow's kernels.

Each function takes a source of blocks (see philox.py), the place of its first block, how many
numbers to make and on which device, and returns a flat torch tensor.
"""

from __future__ import annotations

import math

import numpy as np
import torch

from .._support import libm
from .._support.philox import Entropy, Source, signed

RESERVED = 256
"""Blocks that the kernels set aside for each number, needed or not."""

_TINY_UNIFORM = 1e-7  # in place of smaller uniforms, whose logarithm is too large
_WIDE = (torch.float64, torch.int64, torch.uint64)
_FRACTION_BITS = {torch.float16: 10, torch.bfloat16: 7}


def per_block(dtype: torch.dtype) -> int:
    """How many numbers are made of one block: four, or two of 64 bits."""
    return 2 if dtype in _WIDE else 4


# -- uniform ------------------------------------------------------------------------------------


def unit_float32(words: torch.Tensor) -> torch.Tensor:
    """Uniform in [0, 1) from 23 bits: the fraction of a number in [1, 2). Overwrites `words`."""
    return words.bitwise_and_(0x7FFFFF).bitwise_or_(0x3F800000).view(torch.float32).sub_(1)


def unit_float64(words: torch.Tensor) -> torch.Tensor:
    """Uniform in [0, 1) from 52 bits: the low 20 of one word, then all of the next.

    The last axis halves. Overwrites `words`.
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
    """Floating-point numbers in [0, 1)."""
    if isinstance(source, Entropy):
        return torch.rand(count, dtype=dtype, device=device)
    width = per_block(dtype)
    blocks = -(-count // width)
    out = torch.empty((blocks, width), dtype=dtype, device=device)
    for at, words in source.parts(start, blocks, device):
        out[at : at + len(words)] = _uniforms(words, dtype)
    return out.view(-1)[:count]


def bits_float64(source: Source, start: int, count: int, device: torch.device) -> torch.Tensor:
    """float64 in [0, 1) from the source's own bits."""
    out = torch.empty((-(-count // 2), 2), dtype=torch.float64, device=device)
    for at, words in source.parts(start, len(out), device):
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
    """Integers in [low, high), or of all values if there is no `high`."""
    width = per_block(dtype)
    blocks = -(-count // width)
    wide = width == 2
    own = torch.int64 if wide else torch.int32
    out = torch.empty((blocks, width), dtype=own, device=device)
    for at, words in source.parts(start, blocks, device):
        # The first word of a pair holds the low bits.
        values = words.view(own)
        if high is not None:
            values = _remainder(values, high - low, wide).add_(low)
        out[at : at + len(words)] = values
    return out.view(-1)[:count].view(dtype)


def _remainder(values: torch.Tensor, span: int, wide: bool) -> torch.Tensor:
    """What is left of integers, read as unsigned, after division by `span`."""
    if not wide:
        return (values.to(torch.int64) & 0xFFFFFFFF).remainder_(span)
    if span < 2**63:
        # The upper half stands for 2**63: its remainder is added without passing that number.
        rest = (values & (2**63 - 1)).remainder_(span)
        extra = 2**63 % span
        over = torch.where(rest >= span - extra, rest - (span - extra), rest + extra)
        return torch.where(values < 0, over, rest)
    # Unsigned numbers compare as signed ones do with the top bit turned.
    least = signed(span)
    larger = (values ^ -(2**63)) >= (least ^ -(2**63))
    return torch.where(larger, values - least, values)


# -- normal -------------------------------------------------------------------------------------


def box_muller(words: torch.Tensor, wide: bool) -> torch.Tensor:
    """Normal numbers from pairs of uniform ones: float64 if `wide`, else float32.

    The last axis is that of the words, halved if `wide`. Overwrites `words`.
    """
    uniforms = unit_float64(words) if wide else unit_float32(words)
    first, second = uniforms[..., ::2].clamp(min=_TINY_UNIFORM), uniforms[..., 1::2]
    if wide:
        angle = second * (2 * math.pi)
        radius, sine, cosine = first.log_(), angle.sin(), angle.cos()
    else:
        radius = libm.log(first).double()  # torch's root of a float32 may be the next one
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
    for at, words in source.parts(start, blocks, device):
        out[at : at + len(words)] = box_muller(words, width == 2)
    return out.view(-1)[:count]


def truncated_normal(
    source: Source, start: int, count: int, dtype: torch.dtype, device: torch.device
) -> torch.Tensor:
    """Numbers of the standard normal distribution; those not within 2 of 0 are drawn again."""
    width = per_block(dtype)
    # A group of numbers takes the first that fit from a stretch of blocks of its own.
    groups = -(-count // width)
    stretch = width * RESERVED // 4
    out = torch.empty((groups, width), dtype=dtype, device=device)
    pending = torch.arange(groups, device=device)
    depth = 2
    while len(pending):
        later = pending[:0]
        for part in pending.split(1 << 15):
            places = (start + part * stretch)[:, None] + torch.arange(depth, device=device)
            drawn = box_muller(source.words_at(places).flatten(1), width == 2)
            fits = drawn.abs() < 2
            order = fits.cumsum(1)
            done = order[:, -1] >= width
            chosen = drawn[fits & (order <= width) & done[:, None]].view(-1, width)
            out[part[done]] = chosen.to(dtype)
            later = torch.cat([later, part[~done]])
        pending = later
        depth *= 4
    return out.view(-1)[:count]


# -- orders -------------------------------------------------------------------------------------


_FEW = 2000  # so many swaps are quicker one by one


def permutation(source: Source, start: int, size: int) -> torch.Tensor:
    """An order of `size` things: each place in turn is swapped with itself or a later one."""
    words = integers(source, start, size - 1, torch.int32, torch.device("cpu")).numpy()
    partners = np.arange(size - 1) + (words.astype(np.int64) & 0xFFFFFFFF) % np.arange(size, 1, -1)
    order = np.arange(size)
    waiting = np.arange(size - 1)
    first = np.empty(size, np.int64)  # for each place, the first of those waiting that touches it
    while len(waiting) > _FEW:
        # All swaps at once that touch nothing which an earlier one is going to touch.
        others = partners[waiting]
        first[others] = size
        first[waiting] = waiting
        first[others[::-1]] = waiting[::-1]  # the last one written is the first in turn
        free = (first[waiting] == waiting) & (first[others] == waiting)
        a, b = waiting[free], others[free]
        order[a], order[b] = order[b], order[a]
        waiting = waiting[~free]
    places = order.tolist()
    for place, partner in zip(waiting.tolist(), partners[waiting].tolist(), strict=True):
        places[place], places[partner] = places[partner], places[place]
    return torch.tensor(places)
