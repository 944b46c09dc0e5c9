"""The values of features in serialized Examples, one message after another.

This raises TensorFlow's errors, in the order in which TensorFlow comes upon them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .._core.tensor.convert import c_name
from .._ops._support.arguments import brackets, invalid_argument
from .columns import Column
from .plan import Dense, Plan
from .wire import (
    FLOAT,
    INT64,
    KIND_NAMES,
    STRING,
    MalformedError,
    UnknownKindError,
    example_features,
    kind_of,
    list_values,
)

KINDS = {"string": STRING, "float32": FLOAT, "int64": INT64}
NUMPY_TYPES: dict[int, Any] = {STRING: object, FLOAT: np.float32, INT64: np.int64}
_LISTS = {STRING: "bytes", FLOAT: "float", INT64: "int64"}


def dense_shape_text(dense: Dense) -> str:
    """A shape as errors show it: [?,2]."""
    sizes = [*([None] if dense.is_padded else []), *dense.sizes]
    return brackets(["?" if size is None else size for size in sizes])


class _Message:
    """One message of a batch, or the only one."""

    def __init__(self, index: int, name: str, is_single: bool) -> None:
        self._index, self._name, self._is_single = index, name, is_single

    def error(self, key: str, text: str, detail: str = "") -> Exception:
        """The error about the feature `key`; `detail` is shown for single messages only."""
        if self._is_single:
            return invalid_argument(f"Key: {key}.  {text}{detail}")
        ending = "." if detail else ""
        return invalid_argument(
            f"Name: {self._name}, Key: {key}, Index: {self._index}.  {text}{ending}"
        )

    def missing(self, dense: Dense) -> Exception:
        start = "" if self._is_single else f"Name: {self._name}, "
        text = f"(data type: {c_name(dense.dtype)}) is required but could not be found."
        return invalid_argument(f"{start}Feature: {dense.key} {text}")

    def unparsed(self, key: str, detail: str) -> Exception:
        return self.error(key, "Can't parse serialized Example", f": {detail}")

    def check_kind(self, key: str, kind: int, expected: int, is_dense: bool) -> None:
        if kind == expected:
            return
        actual, wanted = KIND_NAMES[kind], KIND_NAMES[expected]
        if is_dense:
            text = f"Data type: {actual} but expected type: {wanted}"
        else:
            text = f"Expected type: {wanted}, Actual type: {actual}"
        raise self.error(key, f"Data types don't match. {text}")

    def check_count(self, dense: Dense, count: int) -> None:
        """Raises InvalidArgumentError if a dense feature cannot have so many values."""
        size = dense.size
        kind = _LISTS[KINDS[dense.dtype.name]]
        if dense.is_padded:
            if size and not count % size:
                return
            if self._is_single:
                raise invalid_argument(
                    f"Error while parsing feature with key {dense.key}: number of elements should "
                    f"be divisible by {size}, found {count} instead"
                )
            raise self.error(
                dense.key,
                f"Number of {kind} values is not a multiple of stride length. Saw {count} values "
                f"but output shape is: {dense_shape_text(dense)}",
            )
        if count == size:
            return
        if kind == "bytes" and count > size:
            raise self.unparsed(dense.key, "Parsing bytes_list failed.")
        if self._is_single:
            raise self.unparsed(dense.key, f"Some {kind}_list slice was not parsed.")
        raise self.error(
            dense.key,
            f"Number of {kind} values != expected.  Values size: {count} but output shape: "
            f"{dense_shape_text(dense)}",
        )


def read_one_by_one(
    messages: Sequence[bytes], plan: Plan, has_default: set[str], names: Sequence[Any], single: bool
) -> list[Column]:
    """The columns of all features of a plan: the sparse, the dense, the ragged.

    Args:
        has_default: the dense features that may be missing.
        names: what errors call the messages; empty if they have no names.
        single: whether the error messages are those for a single message.

    Raises:
        InvalidArgumentError: if a message is malformed or does not fit the plan.
    """
    kinds = {key: KINDS[dtype.name] for key, dtype in plan.sparse.items()}
    kinds |= {key: KINDS[dense.dtype.name] for key, dense in plan.dense.items()}
    kinds |= {key: KINDS[dtype.name] for key, (dtype, _) in plan.ragged.items()}
    keys = {key.encode(): key for key in kinds}
    found: dict[str, list[Any]] = {key: [None] * len(messages) for key in kinds}
    for index, data in enumerate(messages):
        name = names[index].decode("utf-8", "replace") if len(names) else "<unknown>"
        message = _Message(index, name, single)
        for key, values in _message_values(data, message, plan, kinds, keys).items():
            found[key][index] = values
        for key, dense in plan.dense.items():
            if found[key][index] is None and key not in has_default:
                raise message.missing(dense)
    return [join_values(values, kinds[key]) for key, values in found.items()]


def _message_values(
    data: bytes, message: _Message, plan: Plan, kinds: dict[str, int], keys: dict[bytes, str]
) -> dict[str, Any]:
    """The values of the features that a message has."""
    try:
        features = example_features(data)
    except MalformedError:
        # TensorFlow's message ends at a null byte.
        shown = f"{data.decode('utf-8', 'replace')}'".partition("\0")[0]
        raise invalid_argument(f"Could not parse example input, value: '{shown}") from None
    values: dict[str, Any] = {}
    seen = set()
    for name, begin, end in reversed(features):  # of features with one name the last counts
        key = keys.get(name)
        if key is None or key in seen:
            continue
        seen.add(key)
        try:
            kind = kind_of(data, begin, end)
        except UnknownKindError:
            raise invalid_argument("Unsupported datatype.") from None
        if not kind:
            continue
        dense = plan.dense.get(key)
        message.check_kind(key, kind, kinds[key], dense is not None)
        try:
            values[key] = list_values(data, begin, end)
        except MalformedError:
            text = f"Parsing {_LISTS[kind]}_list failed."
            if kind == STRING and (dense is None or dense.is_padded):
                text = "Could not get num elements in bytes_list."
            raise message.unparsed(key, text) from None
        if dense is not None:
            message.check_count(dense, len(values[key]))
    return values


def join_values(values: list[Any], kind: int) -> Column:
    """The column of the values in each message; None where it lacks the feature."""
    counts = np.array([0 if part is None else len(part) for part in values], np.int64)
    is_missing = [part is None for part in values]
    present = ~np.array(is_missing) if any(is_missing) else None
    array = np.empty(int(counts.sum()), NUMPY_TYPES[kind])
    at = 0
    for part in values:
        if part is not None:
            array[at : at + len(part)] = part
            at += len(part)
    return Column(array, counts, present)
