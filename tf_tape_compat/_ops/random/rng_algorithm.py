"""The generators of random bits by name, and the key and counter that follow from a seed."""

from __future__ import annotations

import enum
from typing import Any, NamedTuple

from ..._core.tensor.convert import host_tensor
from ..._core.tensor.host_values import to_numpy
from ..._core.tensor.python_values import INT32, INT64, c_name
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import DType
from ...errors import InvalidArgumentError
from .._support.arguments import brackets, invalid_argument, op_error
from .._support.philox import Philox, scrambled
from ..math.casting import cast


class Algorithm(enum.Enum):
    """Generators of random bits. Implements `tf.random.Algorithm`.

    As on TensorFlow's CPU, ThreeFry has states but draws no numbers.
    """

    PHILOX = 1
    THREEFRY = 2
    AUTO_SELECT = 3


PHILOX, THREEFRY, AUTO_SELECT = 1, 2, 3
NUMBERS = (PHILOX, THREEFRY, AUTO_SELECT)
_NAMES = {"philox": PHILOX, "threefry": THREEFRY, "autoselect": AUTO_SELECT}


def unsupported(alg: Any) -> ValueError:
    """The error for something that is not an algorithm."""
    supported: Any = tuple(Algorithm)
    if isinstance(alg, int):
        supported = NUMBERS
    elif isinstance(alg, str):
        supported = ("philox", "threefry", "auto_select")
    return ValueError(
        f"Argument `alg` got unsupported value {alg}. Supported values are {supported[0]} for the "
        f"Philox algorithm, {supported[1]} for the ThreeFry algorithm, and {supported[2]} for "
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
    """The key and counter passed to an operation, and the number of the algorithm."""

    source: Philox
    counter_size: int
    alg: Any


def keyed(seed: Any, alg: Any) -> Keyed:
    """The key and counter of a seed `[2]`. Raises errors for invalid seeds and algorithms."""
    number = to_number(AUTO_SELECT if alg is None else alg)
    tensor = host_tensor(seed)
    algorithm = int(number)
    if algorithm == AUTO_SELECT:
        return Keyed(seeded(tensor, "StatelessRandomGetKeyCounter"), 2, number)
    if algorithm == PHILOX:
        return Keyed(_cast_seed(tensor), 2, number)
    if algorithm == THREEFRY:
        return Keyed(Philox(0, 0), 1, number)
    raise unsupported(alg)


def seeded(seed: Any, operation: str, allowed: tuple[DType, ...] = (INT32, INT64)) -> Philox:
    """The generator for a seed `[2]`, checked as by TensorFlow's `operation`.

    `allowed` are the types that the operation takes for a seed.
    """
    tensor = host_tensor(seed)
    if tensor.dtype not in allowed:
        names = ", ".join(c_name(dtype) for dtype in allowed)
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'Tseed' of {c_name(tensor.dtype)} is not in the list of allowed "
            f"values: {names}\n\t; NodeDef: {{{{node {operation}}}}} [Op:{operation}] name: ",
        )
    words = to_numpy(tensor._t)
    if words.shape != (2,):
        raise op_error(operation, f"seed must have shape [2], not {brackets(words.shape)}")
    first, second = words.tolist()
    return scrambled((first, second))


def _cast_seed(tensor: EagerTensor) -> Philox:
    """As `seeded`, but like TensorFlow casts the seed and uses its first two elements."""
    integers = tensor if tensor.dtype in (INT32, INT64) else cast(tensor, INT64)
    words = to_numpy(integers._t)
    if words.ndim != 1 or words.size < 2:
        size = 1 if words.ndim != 1 else 2
        raise op_error(
            "StatelessRandomUniformFullIntV2",
            f"counter must be a vector with length at least {size}; got shape: "
            f"{brackets(words.shape)}. (Note that batched counters are not supported yet.)",
        )
    first, second = words[:2].tolist()
    return scrambled((first, second))


def stateless_source(key_counter: Keyed, operation: str | None = None) -> Philox:
    """The generator of an operation on a key and a counter.

    `operation` is its name, if it is called outside a kernel. Raises InvalidArgumentError for
    ThreeFry.
    """
    if isinstance(key_counter.alg, EagerTensor) and key_counter.alg.dtype is not INT32:
        name = operation or "StatelessShuffle"
        raise InvalidArgumentError(
            None,
            None,
            f"cannot compute {name} as input #3(zero-based) was expected to be a int32 tensor but "
            f"is a {c_name(key_counter.alg.dtype)} tensor [Op:{name}] name: ",
        )
    if key_counter.counter_size < 2:
        message = (
            "counter must be a vector with length at least 2; got shape: [1]. "
            "(Note that batched counters are not supported yet.)"
        )
        raise invalid_argument(message) if operation is None else op_error(operation, message)
    return key_counter.source
