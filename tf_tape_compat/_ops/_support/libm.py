"""Logarithm, sine and cosine of float32, bit for bit as glibc computes them.

TensorFlow's random kernels call the C library, whose results differ from torch's in the last bit
about once in a hundred. Both evaluate polynomials in float64 and round once. The coefficients are
those of glibc (from 2.28 on); other coefficients would round differently.
"""

from __future__ import annotations

import torch

from ..._core.tensor.cached_constants import cached_constants

# 16 intervals cover [0.7, 1.4). For each: the reciprocal of a number in it, and its logarithm.
_RECIPROCALS = """0x1.661ec79f8f3bep+0 0x1.571ed4aaf883dp+0 0x1.49539f0f010bp+0
0x1.3c995b0b80385p+0 0x1.30d190c8864a5p+0 0x1.25e227b0b8eap+0 0x1.1bb4a4a1a343fp+0
0x1.12358f08ae5bap+0 0x1.0953f419900a7p+0 0x1p+0 0x1.e608cfd9a47acp-1 0x1.ca4b31f026aap-1
0x1.b2036576afce6p-1 0x1.9c2d163a1aa2dp-1 0x1.886e6037841edp-1 0x1.767dcf5534862p-1"""
_LOGARITHMS = """-0x1.57bf7808caadep-2 -0x1.2bef0a7c06ddbp-2 -0x1.01eae7f513a67p-2
-0x1.b31d8a68224e9p-3 -0x1.6574f0ac07758p-3 -0x1.1aa2bc79c81p-3 -0x1.a4e76ce8c0e5ep-4
-0x1.1973c5a611cccp-4 -0x1.252f438e10c1ep-5 0x0p+0 0x1.aa5aa5df25984p-5 0x1.c5e53aa362eb4p-4
0x1.526e57720db08p-3 0x1.bc2860d22477p-3 0x1.1058bc8a07ee1p-2 0x1.4043057b6ee09p-2"""
_LOG_2 = float.fromhex("0x1.62e42fefa39efp-1")
_LOG = [float.fromhex(c) for c in ("-0x1.00ea348b88334p-2", "0x1.5575b0be00b6ap-2")]
_LOG.append(float.fromhex("-0x1.ffffef20a4123p-2"))
_COSINE = [
    float.fromhex(c)
    for c in (
        "-0x1.ffffffd0c621cp-2",
        "0x1.55553e1068f19p-5",
        "-0x1.6c087e89a359dp-10",
        "0x1.99343027bf8c3p-16",
    )
]
_SINE = [
    float.fromhex(c)
    for c in ("-0x1.555545995a603p-3", "0x1.1107605230bc4p-7", "-0x1.994eb3774cf24p-13")
]
_HALF_PI = float.fromhex("0x1.921FB54442D18p0")
_TWO_OVER_PI = float.fromhex("0x1.45F306DC9C883p-1")


@cached_constants(None)
def _table(texts: str, device: torch.device) -> torch.Tensor:
    values = [float.fromhex(text) for text in texts.split()]
    return torch.tensor(values, dtype=torch.float64, device=device)


def log(x: torch.Tensor) -> torch.Tensor:
    """The natural logarithm of positive, normal float32 numbers."""
    bits = x.view(torch.int32)
    offset = bits - 0x3F330000
    mantissa = (bits - (offset & ~0x7FFFFF)).view(torch.float32).double()
    interval = (offset >> 19) & 15
    r = mantissa.mul_(_table(_RECIPROCALS, x.device)[interval]).sub_(1)
    start = (offset >> 23).double().mul_(_LOG_2).add_(_table(_LOGARITHMS, x.device)[interval])
    square = r * r
    y = (r * _LOG[1]).add_(_LOG[2]).add_(square * _LOG[0])
    return y.mul_(square).add_(start.add_(r)).float()


def sine_cosine(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Sine and cosine of float32 numbers in [0, 120)."""
    wide = x.double()
    turns = (wide * _TWO_OVER_PI).add_(0.5).floor_()
    wide.sub_(turns * _HALF_PI)
    quadrant = turns.to(torch.int8)
    square = wide * wide
    fourth = square * square
    cube = square * wide
    sine = (cube * _SINE[0]).add_(wide).add_((square * _SINE[2]).add_(_SINE[1]).mul_(cube * square))
    cosine = (square * _COSINE[0]).add_(1).add_(fourth * _COSINE[1])
    cosine.add_((square * _COSINE[3]).add_(_COSINE[2]).mul_(fourth * square))
    sine, cosine = sine.float(), cosine.float()
    swap = (quadrant & 1) != 0
    first, second = torch.where(swap, cosine, sine), torch.where(swap, sine, cosine)
    first = torch.where((quadrant & 2) != 0, -first, first)
    return first, torch.where(((quadrant + 1) & 2) != 0, -second, second)
