"""64-bit hashes of strings: FarmHash's fingerprint, MurmurHash and SipHash."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.tensor.host_values import to_numpy
from ...errors import InvalidArgumentError
from .._support.arguments import brackets, check_minimum, invalid_argument

_MASK = (1 << 64) - 1
_K0, _K1, _K2 = 0xC3A5C85C97CB3127, 0xB492B66FBE98F273, 0x9AE16A3B2F90404F


def _word(text: bytes, at: int) -> int:
    return int.from_bytes(text[at : at + 8], "little")


def _rotate(x: int, by: int) -> int:
    """Rotates 64 bits to the right."""
    x &= _MASK
    return (x >> by | x << (64 - by)) & _MASK


def _fold(x: int) -> int:
    x &= _MASK
    return x ^ x >> 47


def _pair(u: int, v: int, multiplier: int) -> int:
    a = _fold(((u ^ v) & _MASK) * multiplier)
    return _fold(((v ^ a) & _MASK) * multiplier) * multiplier & _MASK


def _weak(text: bytes, at: int, a: int, b: int) -> tuple[int, int]:
    w, x, y, z = struct.unpack_from("<4Q", text, at)
    a = (a + w) & _MASK
    b = _rotate(b + a + z, 21)
    c = a
    a = (a + x + y) & _MASK
    return (a + z) & _MASK, (b + _rotate(a, 44) + c) & _MASK


def fingerprint64(text: bytes) -> int:
    """FarmHash's Fingerprint64 (Google, 2014)."""
    n = len(text)
    if n > 64:
        return _long_fingerprint(text)
    multiplier = (_K2 + 2 * n) & _MASK
    if n > 16:
        a = _word(text, 0) * (_K1 if n <= 32 else _K2) & _MASK
        b = _word(text, 8)
        c = _word(text, n - 8) * multiplier & _MASK
        d = _word(text, n - 16) * _K2 & _MASK
        y = (_rotate(a + b, 43) + _rotate(c, 30) + d) & _MASK
        z = _pair(y, (a + _rotate(b + _K2, 18) + c) & _MASK, multiplier)
        if n <= 32:
            return z
        e = _word(text, 16) * multiplier & _MASK
        f = _word(text, 24)
        g = (y + _word(text, n - 32)) * multiplier & _MASK
        h = (z + _word(text, n - 24)) * multiplier & _MASK
        first = (_rotate(e + f, 43) + _rotate(g, 30) + h) & _MASK
        return _pair(first, (e + _rotate(f + a, 18) + g) & _MASK, multiplier)
    if n >= 8:
        a = (_word(text, 0) + _K2) & _MASK
        b = _word(text, n - 8)
        c = (_rotate(b, 37) * multiplier + a) & _MASK
        d = (_rotate(a, 25) + b) * multiplier & _MASK
        return _pair(c, d, multiplier)
    if n >= 4:
        first = int.from_bytes(text[:4], "little")
        return _pair(n + (first << 3), int.from_bytes(text[-4:], "little"), multiplier)
    if n:
        y = text[0] + (text[n >> 1] << 8)
        z = n + (text[-1] << 2)
        return _fold(y * _K2 & _MASK ^ z * _K0 & _MASK) * _K2 & _MASK
    return _K2


def _long_fingerprint(text: bytes) -> int:
    tail = (len(text) - 1) & 63
    end = len(text) - 1 - tail
    y = 81 * _K1 + 113
    z = _fold(y * _K2 + 113) * _K2 & _MASK
    x = (81 * _K2 + _word(text, 0)) & _MASK
    v, w = (0, 0), (0, 0)
    for at, multiplier in [*((i, _K1) for i in range(0, end, 64)), (len(text) - 64, 0)]:
        scale = 1
        if not multiplier:  # the last 64 bytes
            multiplier, scale = (_K1 + ((z & 0xFF) << 1)) & _MASK, 9
            w = ((w[0] + tail) & _MASK, w[1])
            v = ((v[0] + w[0]) & _MASK, v[1])
            w = ((w[0] + v[0]) & _MASK, w[1])
        x = _rotate(x + y + v[0] + _word(text, at + 8), 37) * multiplier & _MASK
        y = _rotate(y + v[1] + _word(text, at + 48), 42) * multiplier & _MASK
        x ^= w[1] * scale & _MASK
        y = (y + v[0] * scale + _word(text, at + 40)) & _MASK
        z = _rotate(z + w[0], 33) * multiplier & _MASK
        v = _weak(text, at, v[1] * multiplier, x + w[0])
        w = _weak(text, at + 32, z + w[1], y + _word(text, at + 16))
        x, z = z, x
    first = _pair(v[0], w[0], multiplier) + _fold(y) * _K0 + z
    return _pair(first & _MASK, (_pair(v[1], w[1], multiplier) + x) & _MASK, multiplier)


def murmur64(text: bytes) -> int:
    """MurmurHash64A (Appleby), with TensorFlow's seed."""
    multiplier = 0xC6A4A7935BD1E995
    h = 0xDECAFCAFFE ^ len(text) * multiplier & _MASK
    end = len(text) & ~7
    for at in range(0, end, 8):
        h = (h ^ _fold(_word(text, at) * multiplier) * multiplier & _MASK) * multiplier & _MASK
    if end < len(text):
        h = (h ^ _word(text, end)) * multiplier & _MASK
    return _fold(_fold(h) * multiplier)


def siphash(text: bytes, key: tuple[int, int]) -> int:
    """SipHash-2-4 (Aumasson and Bernstein, 2012)."""
    k0, k1 = (k & _MASK for k in key)
    state = [
        k0 ^ 0x736F6D6570736575,
        k1 ^ 0x646F72616E646F6D,
        k0 ^ 0x6C7967656E657261,
        k1 ^ 0x7465646279746573,
    ]

    def rounds(count: int) -> None:
        a, b, c, d = state
        for _ in range(count):
            a, c = (a + b) & _MASK, (c + d) & _MASK
            b, d = _rotate(b, 51) ^ a, _rotate(d, 48) ^ c
            a, c = (_rotate(a, 32) + d) & _MASK, (c + b) & _MASK
            b, d = _rotate(b, 47) ^ c, _rotate(d, 43) ^ a
            c = _rotate(c, 32)
        state[:] = a, b, c, d

    end = len(text) & ~7
    words = [_word(text, at) for at in range(0, end, 8)]
    words.append(_word(text, end) | (len(text) & 0xFF) << 56)
    for word in words:
        state[3] ^= word
        rounds(2)
        state[0] ^= word
    state[2] ^= 0xFF
    rounds(4)
    return state[0] ^ state[1] ^ state[2] ^ state[3]


def _buckets(hash_function: Any, texts: np.ndarray, count: int) -> torch.Tensor:
    buckets = [hash_function(text) % count for text in texts.reshape(-1).tolist()]
    return torch.tensor(buckets, dtype=torch.int64).reshape(texts.shape)


@op("StringToHashBucket", "input", unrecorded=True)
def to_hash_bucket(input: Any, num_buckets: int, name: str | None = None) -> Any:
    """Hashes strings into buckets. Implements `tf.strings.to_hash_bucket`.

    Args:
        input: strings.
        num_buckets: the number of buckets.
        name: ignored.

    Returns:
        int64 in `[0, num_buckets)`, of the shape of `input`.
    """
    check_minimum(1, "num_buckets", num_buckets, "StringToHashBucket")
    return _buckets(murmur64, input, num_buckets)


@op("StringToHashBucketFast", "input", unrecorded=True)
def to_hash_bucket_fast(input: Any, num_buckets: int, name: str | None = None) -> Any:
    """Hashes strings into buckets by their fingerprints.

    Implements `tf.strings.to_hash_bucket_fast`.

    The arguments are as for `tf.strings.to_hash_bucket`.
    """
    check_minimum(1, "num_buckets", num_buckets, "StringToHashBucketFast")
    return _buckets(fingerprint64, input, num_buckets)


@op("StringToHashBucketStrong", "input", unrecorded=True)
def to_hash_bucket_strong(input: Any, num_buckets: int, key: Any, name: str | None = None) -> Any:
    """Hashes strings into buckets by a keyed hash. Implements `tf.strings.to_hash_bucket_strong`.

    Args:
        input: strings.
        num_buckets: the number of buckets.
        key: two integers.
        name: ignored.

    Raises:
        InvalidArgumentError: for another key.
    """
    check_minimum(1, "num_buckets", num_buckets, "StringToHashBucketStrong")
    if len(key) != 2:
        raise invalid_argument("Key must have 2 elements")
    return _buckets(lambda text: siphash(text, tuple(key)), input, num_buckets)


@op("Fingerprint", "data", unregistered=True)
def _fingerprint(data: Any) -> Any:
    if data.ndim < 1:
        raise invalid_argument(f"`data` should have at least one dimension: {brackets(data.shape)}")
    array = to_numpy(data)
    if array.dtype == object:
        rows = [fingerprint64(text) for text in array.reshape(-1).tolist()]
        if array.ndim > 1:
            width = int(np.prod(array.shape[1:]))
            parts = (rows[i * width : (i + 1) * width] for i in range(len(array)))
            rows = [fingerprint64(struct.pack(f"<{width}Q", *part)) for part in parts]
    else:
        rows = [fingerprint64(np.ascontiguousarray(row).tobytes()) for row in array]
    packed = np.array(rows, "<u8").view(np.uint8)
    return torch.from_numpy(packed.copy()).reshape(len(rows), 8)


def fingerprint(data: Any, method: str = "farmhash64", name: str | None = None) -> Any:
    """A fingerprint of 8 bytes for each `data[i]`. Implements `tf.fingerprint`.

    Args:
        data: a tensor with at least one axis.
        method: "farmhash64".
        name: ignored.

    Returns:
        uint8, `[len(data), 8]`.

    Raises:
        InvalidArgumentError: for a scalar, and for another method.
    """
    if method != "farmhash64":
        raise InvalidArgumentError(
            None, None, f"Unsupported fingerprint method: {method} [Op:Fingerprint] name: "
        )
    return _fingerprint(data)
