"""Random operations that take a generator's key and counter instead of a seed."""

from __future__ import annotations

from typing import Any

import numpy as np

import tf_tape_compat as tf

from .._core.op.composed import register_composed
from .._core.types.dtype import as_dtype
from .._ops._support.arguments import op_error
from .._ops._support.philox import Philox
from .._ops.random import variates
from .._ops.random.rng_algorithm import Keyed, seeded
from .._ops.random.stateful import shape_tensor
from .._ops.random.stateless import keyed_integers, keyed_numbers

_SAMPLERS = {
    "StatelessRandomNormalV2": variates.normal,
    "StatelessRandomUniformV2": variates.uniform,
    "StatelessTruncatedNormalV2": variates.truncated_normal,
}


_SEEDS_OF_FULL_INTEGERS = (tf.int32, tf.int64, tf.uint32, tf.uint64)


def key_and_counter(seed: Any) -> tuple[Any, Any]:
    """The key (shape [1]) and the counter (shape [2]), both uint64, for a seed of shape [2]."""
    source = seeded(seed, "StatelessRandomGetKeyCounter")
    low, high = source.counter & (2**64 - 1), source.counter >> 64
    return (
        tf.constant(np.array([source.key], np.uint64)),
        tf.constant(np.array([low, high], np.uint64)),
    )


def integers_from_seed(shape: Any, seed: Any, dtype: Any) -> Any:
    """Integers of any value. The operation declares unsigned seeds, but its kernel has none."""
    operation = "StatelessRandomUniformFullInt"
    seed = tf.convert_to_tensor(seed)
    if seed.dtype in (tf.uint32, tf.uint64):
        raise op_error(operation, f"Invalid seed type: {seed.dtype.name}")
    source = seeded(seed, operation, _SEEDS_OF_FULL_INTEGERS)
    return keyed_integers(Keyed(source, 2, 1), shape_tensor(shape), as_dtype(dtype))


def _generator(key: Any, counter: Any, alg: Any) -> Keyed:
    (key,) = (int(k) for k in tf.convert_to_tensor(key).numpy())
    words = [int(word) for word in tf.convert_to_tensor(counter).numpy()]
    high = words[1] if len(words) > 1 else 0
    return Keyed(Philox(key, words[0] | high << 64), len(words), tf.convert_to_tensor(alg))


def from_key(operation: str, shape: Any, key: Any, counter: Any, alg: Any, dtype: Any) -> Any:
    """Floating-point numbers of the distribution that `operation` draws from."""
    generator, sampler = _generator(key, counter, alg), _SAMPLERS[operation]
    return keyed_numbers(operation, sampler, generator, shape_tensor(shape), as_dtype(dtype))


def integers_from_key(
    shape: Any, key: Any, counter: Any, alg: Any, dtype: Any, low: Any = None, high: Any = None
) -> Any:
    """Integers in [`low`, `high`), of the dtype of `low`; without bounds, any value of `dtype`."""
    generator = _generator(key, counter, alg)
    if low is not None:
        low = tf.convert_to_tensor(low)
        high = tf.convert_to_tensor(high, low.dtype)
    result_dtype = as_dtype(dtype) if low is None else low.dtype
    return keyed_integers(generator, shape_tensor(shape), result_dtype, low, high)


# In graphs they are single operations, as they read the values of keys.
register_composed(key_and_counter, integers_from_seed, from_key, integers_from_key)
