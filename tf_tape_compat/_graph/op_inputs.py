"""What users see as the inputs of an operation: Python values among its arguments are constants.

TensorFlow's operations take tensors where the Python functions here take numbers or lists. So that
a graph shows the same operations, each such argument becomes a `Const`, named for the operation's
input.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from .._core.op.op_texts import op_text
from .._core.types.op_types import op_types

REDUCTIONS = ("All", "Any", "EuclideanNorm", "Max", "Mean", "Min", "Prod", "Sum")

# Operations whose nodes call a function that is not defined as an operation.
PLAIN_FUNCTIONS = frozenset("Cast Shape Size Rank Fill Unpack ReduceJoin StopGradient".split())

# By operation, for each of its inputs the parameter of the function here. Only where they differ:
# other inputs are parameters of the same name, or operands in the same order.
INPUT_PARAMETERS: dict[str, dict[str, str]] = {
    **{name: {"input": "input_tensor", "reduction_indices": "axis"} for name in REDUCTIONS},
    "ArgMax": {"dimension": "axis"},
    "ArgMin": {"dimension": "axis"},
    "ExpandDims": {"dim": "axis"},
    "Fill": {"dims": "sizes"},
    "IRFFT": {"fft_length": "lengths"},
    "RFFT": {"fft_length": "lengths"},
    "Minimum": {"x": "t", "y": "high"},
    "MirrorPad": {"input": "tensor"},
    "Pad": {"input": "tensor"},
    "PadV2": {"input": "tensor", "constant_values": "value"},
    "ReverseSequence": {"seq_lengths": "lengths"},
    "Slice": {"input": "input_"},
    "Split": {"split_dim": "axis"},
    "SplitV": {"size_splits": "sizes", "split_dim": "axis"},
    "Tile": {"multiples": "repeats"},
    "CropAndResize": {"crop_size": "size"},
    "Transpose": {"x": "a"},
}


def input_name(operation: str, parameter: str) -> str:
    """The name of the input of an operation that a parameter of its function here gives."""
    for name, other in INPUT_PARAMETERS.get(operation, {}).items():
        if other == parameter:
            return name
    return parameter


# The values of inputs that no parameter gives.
_FIXED: dict[tuple[str, str], Any] = {
    ("OneHot", "on_value"): 1,
    ("OneHot", "off_value"): 0,
}


class Input:
    """An input of an operation, as TensorFlow defines it.

    Attributes:
      name: its name.
      type: the attribute that its type is, or the name of a type.
      value: what the function here gets for it.
    """

    __slots__ = ("name", "type", "value")

    def __init__(self, name: str, type_: str, value: Any) -> None:
        self.name, self.type, self.value = name, type_, value


def inputs_of(
    operation: str, operands: tuple[str, ...], arguments: dict[str, Any]
) -> list[Input] | None:
    """The inputs of an operation, from the arguments of its function here.

    None if the function takes them in another form.
    """
    types = _types(operation)
    if types is None:
        return None
    parameters = INPUT_PARAMETERS.get(operation, {})
    result = []
    for position, (name, group) in enumerate(types):
        parameter = name if name in arguments else parameters.get(name, name)
        if parameter not in arguments and (operation, name) in _FIXED:
            result.append(Input(name, group, _FIXED[operation, name]))
            continue
        if parameter not in arguments:
            if len(types) != len(operands) or operands[position] not in arguments:
                return None
            parameter = operands[position]
        result.append(Input(name, group, arguments[parameter]))
    return result


@lru_cache(512)
def _types(operation: str) -> tuple[tuple[str, str], ...] | None:
    if op_text(operation) is None:
        return None
    try:
        return op_types(operation).arguments
    except KeyError:
        return None
