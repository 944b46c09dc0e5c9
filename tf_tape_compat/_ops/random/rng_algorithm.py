"""The generators of random bits by name, and the key and counter that follow from a seed."""

from __future__ import annotations

import enum
from typing import Any, NamedTuple

from ..._core.tensor.convert import to_tensor
from ..._core.tensor.host_values import to_numpy
from ..._core.tensor.python_values import INT32, INT64, c_name
from ..._core.tensor.tensor import EagerTensor
from ...errors import InvalidArgumentError
from .._support.arguments import brackets, failure, invalid
from .._support.philox import Philox, scrambled
from ..math.casting import cast


class Algorithm(enum.Enum):
    """Generators of random bits; answers for `tf.random.Algorithm`.

    As on TensorFlow's CPU, nothing is drawn by ThreeFry: states can be made for it.
    """

    PHILOX = 1
    THREEFRY = 2
    AUTO_SELECT = 3


PHILOX, THREEFRY, AUTO_SELECT = 1, 2, 3
NUMBERS = (PHILOX, THREEFRY, AUTO_SELECT)
_NAMES = {"philox": PHILOX, "threefry": THREEFRY, "autoselect": AUTO_SELECT}


def unsupported(alg: Any) -> ValueError:
    """The error for what is no algorithm."""
    known: Any = tuple(Algorithm)
    if isinstance(alg, int):
        known = NUMBERS
    elif isinstance(alg, str):
        known = ("philox", "threefry", "auto_select")
    return ValueError(
        f"Argument `alg` got unsupported value {alg}. Supported values are {known[0]} for the "
        f"Philox algorithm, {known[1]} for the ThreeFry algorithm, and {known[2]} for "
        "auto-selection."
    )


def to_number(alg: Any) -> Any:
    """The number of an algorithm, or the tensor that holds it. Raises ValueError or TypeError."""
    if isinstance(alg, (int, EagerTensor)):
        return alg
    if isinstance(alg, Algorithm):
        return alg.value
    if not isinstance(alg, str):
        raise TypeError(
            f"Can't convert argument `alg` (of value {alg} and type {type(alg)}) to int."
        )
    number = _NAMES.get(alg.strip().lower().replace("-", "").replace("_", ""))
    if number is None:
        raise unsupported(alg)
    return number


class Keyed(NamedTuple):
    """What an operation on key and counter is given: they and the number of the algorithm."""

    source: Philox
    counter_size: int
    alg: Any


def keyed(seed: Any, alg: Any) -> Keyed:
    """Key and counter from a seed [2]. Raises errors for what is no seed and no algorithm."""
    number = to_number(AUTO_SELECT if alg is None else alg)
    tensor = to_tensor(seed)
    kind = int(number)
    if kind == AUTO_SELECT:
        return Keyed(seeded(tensor, "StatelessRandomGetKeyCounter"), 2, number)
    if kind == PHILOX:
        return Keyed(_cast_seed(tensor), 2, number)
    if kind == THREEFRY:
        return Keyed(Philox(0, 0), 1, number)
    raise unsupported(alg)


def seeded(seed: Any, operation: str) -> Philox:
    """The generator for a seed [2] of int32 or int64, of which TensorFlow's `operation` checks."""
    tensor = to_tensor(seed)
    if tensor.dtype is not INT32 and tensor.dtype is not INT64:
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'Tseed' of {c_name(tensor.dtype)} is not in the list of allowed "
            f"values: int32, int64\n\t; NodeDef: {{{{node {operation}}}}} [Op:{operation}] name: ",
        )
    parts = to_numpy(tensor._t)
    if parts.shape != (2,):
        raise failure(operation, f"seed must have shape [2], not {brackets(parts.shape)}")
    first, second = parts.tolist()
    return scrambled((first, second))


def _cast_seed(tensor: EagerTensor) -> Philox:
    """As `seeded`, where TensorFlow casts the seed and takes what comes first of it."""
    parts = to_numpy(cast(tensor, INT64)._t)
    if parts.ndim != 1 or parts.size < 2:
        size = 1 if parts.ndim != 1 else 2
        raise failure(
            "StatelessRandomUniformFullIntV2",
            f"counter must be a vector with length at least {size}; got shape: "
            f"{brackets(parts.shape)}. (Note that batched counters are not supported yet.)",
        )
    first, second = parts[:2].tolist()
    return scrambled((first, second))


def stateless_source(given: Keyed, operation: str | None = None) -> Philox:
    """The generator that an operation on key and counter draws from.

    `operation`: its name, outside of a kernel. Raises InvalidArgumentError for ThreeFry.
    """
    if isinstance(given.alg, EagerTensor) and given.alg.dtype is not INT32:
        name = operation or "StatelessShuffle"
        raise InvalidArgumentError(
            None,
            None,
            f"cannot compute {name} as input #3(zero-based) was expected to be a int32 tensor but "
            f"is a {c_name(given.alg.dtype)} tensor [Op:{name}] name: ",
        )
    if given.counter_size < 2:
        message = (
            "counter must be a vector with length at least 2; got shape: [1]. "
            "(Note that batched counters are not supported yet.)"
        )
        raise invalid(message) if operation is None else failure(operation, message)
    return given.source
