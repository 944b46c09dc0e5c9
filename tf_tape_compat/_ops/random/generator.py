"""`tf.random.Generator`: random numbers from a state that a variable holds."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._core.devices.placement import current
from ..._core.op.op_errors import kernel_message
from ..._core.tensor.convert import to_tensor, wrap
from ..._core.tensor.host_values import to_numpy
from ..._core.tensor.python_values import FLOAT32, INT32, INT64
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import as_dtype
from ..._core.variables.auto_trackable import AutoTrackable
from ..._core.variables.variable import Variable
from ...errors import UnimplementedError
from ...nest import map_structure
from .._support.arguments import brackets, invalid_argument, op_error
from .._support.philox import Philox
from ..array.creation import zeros, zeros_like
from ..array.joining import concat, stack
from ..array.shaping import reshape
from ..array.splitting import unstack
from ..math.arithmetic import subtract
from ..math.casting import cast
from . import variates
from .discrete import stateful_binomial
from .rng_algorithm import NUMBERS, PHILOX, THREEFRY, Keyed, to_number, unsupported
from .stateful import scaled, shape_tensor, typed
from .stateless import keyed_integers, keyed_numbers

_UINT64 = as_dtype("uint64")
_WORD = 2**64 - 1


def _counter_size(alg: Any) -> int:
    number = int(alg)
    if number not in NUMBERS:
        raise unsupported(alg)
    return 1 if number == THREEFRY else 2


def _to_signed(value: Any) -> Any:
    return value - 2**64 if isinstance(value, int) and value >= 2**63 else value


def _state_tensor(value: Any) -> EagerTensor:
    """Converts integers, which may be unsigned, to int64."""
    return cast(map_structure(_to_signed, value), INT64)


def create_rng_state(seed: Any, alg: Any) -> Any:
    """The state of a generator for a seed. Implements `tf.random.create_rng_state`.

    Args:
        seed: an integer of any size, or a vector, to which zeros are prepended if it is too short.
        alg: the generator of random bits.

    Returns:
        int64, `[3]`; `[2]` for ThreeFry.

    Raises:
        ValueError, TypeError: if `alg` is not an algorithm.
    """
    size = _counter_size(to_number(alg)) + 1
    if isinstance(seed, int):
        seed = [seed >> 64 * i & _WORD for i in range(size)]
    state = reshape(_state_tensor(seed), [-1])[:size]
    return concat([zeros([size - int(state.shape[0])], INT64), state], 0)


def _advanced(counter: int, blocks: int) -> int:
    """A 128-bit counter advanced by `blocks`, with the carries of TensorFlow's generator.

    TensorFlow adds the two words of `blocks` one after the other, and loses a carry out of the
    second addition.
    """
    low = (counter & 0xFFFFFFFF) + (blocks & 0xFFFFFFFF)
    step = ((blocks >> 32) + (low >> 32)) & 0xFFFFFFFF
    return ((counter >> 32) + step << 32 | low & 0xFFFFFFFF) & (2**128 - 1)


class _HostState:
    """A generator's state on an accelerator, as integers, so that draws do not wait to read it.

    They are those that the generator wrote last: `words` is the value of the variable's memory
    `data` at torch's count `version` of its changes.
    """

    __slots__ = ("data", "version", "words")

    def __init__(self) -> None:
        self.data: Any = None
        self.version = 0
        self.words: list[int] = []

    def __reduce__(self) -> Any:
        return _HostState, ()  # copies of the variable count their changes anew

    def remember(self, data: Any, words: list[int]) -> None:
        """Notes the value of a variable's memory."""
        if not data.is_cpu and not data.is_inference():
            self.data, self.version, self.words = data, data._version, words

    def recall(self, data: Any) -> list[int] | None:
        """The value of a variable's memory, if it is known."""
        return self.words if data is self.data and data._version == self.version else None


class Generator(AutoTrackable):
    """A generator of random numbers. Implements `tf.random.Generator`.

    Its state is a variable: a counter of two int64 and a key. Generators are made by the class
    methods or as a copy of `copy_from`. A variable passed as `state` is used itself.

    As on TensorFlow's CPU, a generator for ThreeFry has a state but draws no numbers.
    """

    def __init__(self, copy_from: Any = None, state: Any = None, alg: Any = None) -> None:
        self._distribution_strategy = None
        self._host_state = _HostState()
        if copy_from is not None:
            assert (alg or state) is None
            self._state_var = _state_variable(copy_from.state)
            self._alg = copy_from.algorithm
            return
        assert alg is not None and state is not None
        number = to_number(alg)
        if not isinstance(state, Variable):
            state = _state_tensor(state)
        state.shape.assert_is_compatible_with([_counter_size(number) + 1])
        self._state_var = state if isinstance(state, Variable) else _state_variable(state)
        self._alg = number

    @classmethod
    def from_state(cls, state: Any, alg: Any) -> Generator:
        """A generator with the given state: the counter, then the key."""
        return cls(alg=alg, state=state)

    @classmethod
    def from_seed(cls, seed: Any, alg: Any = None) -> Generator:
        """A generator with the state that `tf.random.create_rng_state` makes of a seed."""
        number = PHILOX if alg is None else to_number(alg)
        return cls(state=create_rng_state(seed, number), alg=number)

    @classmethod
    def from_non_deterministic_state(cls, alg: Any = None) -> Generator:
        """A generator with a random state, drawn from torch's default generator."""
        number = PHILOX if alg is None else to_number(alg)
        state = torch.empty(_counter_size(number) + 1, dtype=torch.int64, device=current())
        return cls(state=wrap(state.random_(-(2**63), None)), alg=number)

    @classmethod
    def from_key_counter(cls, key: Any, counter: Any, alg: Any) -> Generator:
        """A generator with the given key, an integer, and counter, a vector."""
        number = to_number(alg)
        return cls(state=_key_counter_state(key, counter, number), alg=number)

    # -- state ----------------------------------------------------------------------------------

    @property
    def state(self) -> Any:
        """The variable that holds the state."""
        return self._state_var

    @property
    def algorithm(self) -> Any:
        """The number of the algorithm."""
        return self._alg

    @property
    def key(self) -> Any:
        """The key, an int64 scalar. Raises ValueError if the algorithm does not exist."""
        if int(self._alg) not in NUMBERS:
            raise unsupported(self._alg)
        return self.state[-1]

    def reset(self, state: Any) -> None:
        """Replaces the state."""
        state = _state_tensor(state)
        state.shape.assert_is_compatible_with([_counter_size(self._alg) + 1])
        self._state_var.assign(state)

    def reset_from_seed(self, seed: Any) -> None:
        """Replaces the state by the one that `tf.random.create_rng_state` makes of a seed."""
        self._state_var.assign(create_rng_state(seed, self._alg))

    def reset_from_key_counter(self, key: Any, counter: Any) -> None:
        """Replaces the state by a key and a counter."""
        self._state_var.assign(_key_counter_state(key, counter, self._alg))

    def skip(self, delta: Any) -> Any:
        """Advances the state as drawing `delta` numbers would; returns the state before."""
        return self._skip(delta)[0]

    def _skip(self, delta: Any) -> tuple[EagerTensor, Philox]:
        """Advances the state; returns the state before, and its generator of bits."""
        is_count = type(delta) is int and 0 <= delta <= _WORD
        amount = np.array(delta) if is_count else to_numpy(cast(delta, _UINT64)._t)
        if amount.ndim:
            shape = brackets(amount.shape)
            raise op_error("RngReadAndSkip", f"input 2 (0-based) must have shape [], not {shape}")
        before = self._state_var.read_value()
        if before.dtype is not INT64:
            message = f"dtype of RNG state variable must be int64, not {before.dtype.name}"
            raise op_error("RngReadAndSkip", message)
        if int(self._alg) == THREEFRY:
            message = "Non-XLA devices don't support the ThreeFry algorithm."
            raise UnimplementedError(None, None, kernel_message("RngReadAndSkip", message))
        return before, self._advance(before, int(amount))

    def _advance(self, state: EagerTensor, numbers: int) -> Philox:
        """Advances the variable by `numbers` and returns the generator of bits for `state`."""
        words = self._host_state.recall(self._state_var._handle.data)
        if words is None:
            words = to_numpy(state._t).tolist()
        low, high, key, *others = words
        counter = (low & _WORD) | (high & _WORD) << 64
        after = _advanced(counter, numbers * variates.RESERVED & _WORD)
        words = [_to_signed(after & _WORD), _to_signed(after >> 64), key, *others]
        self._state_var.assign(words)
        self._host_state.remember(self._state_var._handle.data, words)
        return Philox(key & _WORD, counter)

    def _keyed(self, shape: Any) -> Keyed:
        """Advances the state by a tensor of the given shape; returns its key and counter."""
        amount = 1
        for size in shape if isinstance(shape, tuple) else to_numpy(shape._t).ravel().tolist():
            amount *= size
        return Keyed(self._skip(amount)[1], 2, self._alg)

    # -- numbers --------------------------------------------------------------------------------

    def _scaled(
        self, operation: str, make: Any, shape: Any, mean: Any, stddev: Any, dtype: Any
    ) -> Any:
        shape, dtype = shape_tensor(shape), as_dtype(dtype)
        mean, stddev = typed(mean, dtype, "mean"), typed(stddev, dtype, "stddev")
        return scaled(
            keyed_numbers(operation, make, self._keyed(shape), shape, dtype), stddev, mean
        )

    def normal(
        self,
        shape: Any,
        mean: Any = 0.0,
        stddev: Any = 1.0,
        dtype: Any = FLOAT32,
        name: str | None = None,
    ) -> Any:
        """Normally distributed numbers; the arguments are as for `tf.random.normal`."""
        operation = "StatelessRandomNormalV2"
        return self._scaled(operation, variates.normal, shape, mean, stddev, dtype)

    def truncated_normal(
        self,
        shape: Any,
        mean: Any = 0.0,
        stddev: Any = 1.0,
        dtype: Any = FLOAT32,
        name: str | None = None,
    ) -> Any:
        """As `normal`, without numbers 2 standard deviations or more from the mean."""
        operation = "StatelessTruncatedNormalV2"
        return self._scaled(operation, variates.truncated_normal, shape, mean, stddev, dtype)

    def uniform(
        self,
        shape: Any,
        minval: Any = 0,
        maxval: Any = None,
        dtype: Any = FLOAT32,
        name: str | None = None,
    ) -> Any:
        """Uniformly distributed numbers in [minval, maxval).

        Integers need both bounds; None for both means integers of all values. Raises ValueError if
        only one of them is None.
        """
        dtype = as_dtype(dtype)
        if dtype.is_integer and (minval is None) != (maxval is None):
            raise ValueError(
                f"For integer dtype {dtype}, minval and maxval must be both `None` or both "
                f"non-`None`; got minval={minval} and maxval={maxval}"
            )
        if not dtype.is_integer and maxval is None:
            maxval = 1
        if minval is None and dtype.is_integer:
            return self.uniform_full_int(shape, dtype)
        shape = shape_tensor(shape)
        minval, maxval = typed(minval, dtype, "min"), typed(maxval, dtype, "max")
        key_counter = self._keyed(shape)
        if dtype.is_integer:
            return keyed_integers(key_counter, shape, dtype, minval, maxval)
        operation = "StatelessRandomUniformV2"
        numbers = keyed_numbers(operation, variates.uniform, key_counter, shape, dtype)
        return scaled(numbers, subtract(maxval, minval), minval)

    def uniform_full_int(self, shape: Any, dtype: Any = _UINT64, name: str | None = None) -> Any:
        """Integers of all values of a type."""
        shape = shape_tensor(shape)
        return keyed_integers(self._keyed(shape), shape, as_dtype(dtype))

    def binomial(
        self, shape: Any, counts: Any, probs: Any, dtype: Any = INT32, name: str | None = None
    ) -> Any:
        """Binomially distributed numbers; `shape` ends with that of `counts` and `probs`."""
        counts, probs = to_tensor(counts), to_tensor(probs)

        def advance(numbers: int) -> Philox:
            if int(self._alg) != PHILOX:
                raise invalid_argument(f"Unsupported algorithm id: {int(self._alg)}")
            return self._advance(self._state_var.read_value(), numbers)

        return stateful_binomial(counts, probs, shape_tensor(shape), dtype, advance)

    def make_seeds(self, count: Any = 1) -> Any:
        """Seeds `[2, count]` of int64 for the stateless functions."""
        keys = self.uniform_full_int([count], INT64)
        return stack([keys, zeros_like(keys)])

    def split(self, count: Any = 1) -> list[Generator]:
        """`count` new generators, independent of each other and of this one."""
        keys = self.uniform_full_int([count], INT64)
        counter = [0] * _counter_size(self._alg)
        return [
            Generator(state=[*counter, key], alg=self._alg) for key in unstack(keys, num=int(count))
        ]


def _state_variable(state: Any) -> Variable:
    return Variable(state, dtype=INT64, trainable=False, name="StateVar")


def _key_counter_state(key: Any, counter: Any, alg: Any) -> Any:
    counter, key = _state_tensor(counter), _state_tensor(key)
    counter.shape.assert_is_compatible_with([_counter_size(alg)])
    key.shape.assert_is_compatible_with([])
    return concat([counter, reshape(key, [1])], 0)


class _Global:
    generator: Any = None


def get_global_generator() -> Any:
    """The global generator, created with a random state on first use.

    Implements `tf.random.get_global_generator`.
    """
    if _Global.generator is None:
        _Global.generator = Generator.from_non_deterministic_state()
    return _Global.generator


def set_global_generator(generator: Any) -> None:
    """Replaces the global generator. Implements `tf.random.set_global_generator`."""
    _Global.generator = generator


Generator.__module__ = "tensorflow.python.ops.stateful_random_ops"  # as its repr shows
