"""`tensorflow.python.tools.inspect_checkpoint`."""

from __future__ import annotations

import math
import re
from typing import Any

from ..._checkpoint.reader import CheckpointReader


def print_tensors_in_checkpoint_file(
    file_name: str,
    tensor_name: str,
    all_tensors: bool,
    all_tensor_names: bool = False,
    count_exclude_pattern: str = "",
) -> None:
    """Prints the tensors of a checkpoint, and how many numbers they have.

    Args:
        file_name: The path of the checkpoint, without the ending of one of its files.
        tensor_name: The tensor that is printed, unless all are.
        all_tensors: Whether to print all tensors with their values.
        all_tensor_names: Whether to print all tensors, without their values.
        count_exclude_pattern: Tensors whose names match it are not counted.

    An error is printed, too.
    """
    try:
        reader = CheckpointReader(file_name)
        if all_tensors or all_tensor_names:
            for key in sorted(reader.get_variable_to_shape_map()):
                _print_tensor(reader, key, with_value=all_tensors)
        elif not tensor_name:
            print(reader.debug_string().decode("utf-8", errors="ignore"))
        elif not reader.has_tensor(tensor_name):
            print(f"Tensor {tensor_name} not found in checkpoint")
            return
        else:
            _print_tensor(reader, tensor_name, with_value=True)
        _print_count(reader, count_exclude_pattern)
    except Exception as error:
        print(error)


def _print_tensor(reader: Any, key: str, with_value: bool) -> None:
    dtype = reader.get_variable_to_dtype_map()[key]
    print(f"tensor: {key} ({dtype.name}) {reader.get_variable_to_shape_map()[key]}")
    if with_value:
        print(reader.get_tensor(key))


def _print_count(reader: Any, pattern: str) -> None:
    sizes = {key: math.prod(shape) for key, shape in reader.get_variable_to_shape_map().items()}
    excluded = [key for key in sizes if pattern and re.match(pattern, key)]
    if excluded:
        count = sum(sizes[key] for key in excluded)
        print(
            f"# Excluding {len(excluded)} tensors ({count} params) that match {pattern} when "
            "counting."
        )
    print(f"# Total number of params: {sum(sizes.values()) - sum(sizes[key] for key in excluded)}")
