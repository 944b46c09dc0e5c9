"""The values of the features of serialized SequenceExamples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from .._core.tensor.convert import c_name
from .._ops._support.arguments import brackets, invalid_argument
from .columns import Column
from .one_by_one import KINDS, NUMPY_TYPES, join_values
from .plan import Dense, Plan
from .wire import (
    KIND_NAMES,
    MalformedError,
    UnknownKindError,
    kind_of,
    list_features,
    list_values,
    sequence_parts,
)


class ListColumn(NamedTuple):
    """The values of a feature list: `inner` counts those of each Feature, `outer` the Features."""

    values: Any
    inner: np.ndarray
    outer: np.ndarray


def _kinds(plan: Plan) -> dict[str, int]:
    kinds = {key: KINDS[dtype.name] for key, dtype in plan.sparse.items()}
    kinds |= {key: KINDS[dense.dtype.name] for key, dense in plan.dense.items()}
    return kinds | {key: KINDS[dtype.name] for key, (dtype, _) in plan.ragged.items()}


def _feature_values(data: bytes, begin: int, end: int, expected: int, where: str) -> Any:
    """The values of a Feature. Raises InvalidArgumentError unless they are of the kind expected."""
    try:
        kind = kind_of(data, begin, end)
        if not kind:
            return []
        if kind == expected:
            return list_values(data, begin, end)
    except (MalformedError, UnknownKindError):
        pass
    text = f"Data types don't match. Expected type: {KIND_NAMES[expected]}"
    raise invalid_argument(f"{where}.  {text}")


def read_sequences(
    messages: Sequence[bytes], names: Sequence[Any], context: Plan, lists: Plan, defaults: Any
) -> tuple[dict[str, Column], dict[str, ListColumn]]:
    """The columns of the context's features, and those of the feature lists.

    Args:
        names: what errors call the messages; empty if they have no names.
        defaults: the arrays of the defaults of the context's dense features.

    Raises:
        InvalidArgumentError: if a message is malformed, or does not fit the plans.
    """
    shown = [name.decode("utf-8", "replace") for name in names] or ["<unknown>"] * len(messages)
    context_kinds, list_kinds = _kinds(context), _kinds(lists)
    context_values: dict[str, list[Any]] = {key: [] for key in context_kinds}
    list_found: dict[str, list[Any]] = {key: [] for key in list_kinds}
    for data, name in zip(messages, shown, strict=True):
        try:
            features, feature_lists = sequence_parts(data)
        except MalformedError:
            text = f"Invalid protocol message input, example id: {name}"
            raise invalid_argument(text) from None
        for key, kind in context_kinds.items():
            where = f"Name: {name}, Context feature: {key}"
            place = features.get(key.encode())
            values = None if place is None else _feature_values(data, *place, kind, where)
            context_values[key].append(values)
        for key, kind in list_kinds.items():
            place = feature_lists.get(key.encode())
            dense = lists.dense.get(key)
            if place is None and dense is not None and not dense.may_miss:
                raise invalid_argument(
                    f"Name: {name}, Feature list '{key}' is required but could not be found.  Did "
                    "you mean to include it in feature_list_dense_missing_assumed_empty or "
                    "feature_list_dense_defaults?"
                )
            found = [] if place is None else _list_values(data, place, key, kind, name)
            list_found[key].append(found)
    for key, dense in context.dense.items():
        _check_context(dense, context_values[key], defaults[key], shown)
    for key, dense in lists.dense.items():
        _check_lists(dense, list_found[key], shown)
    columns = {key: join_values(parts, context_kinds[key]) for key, parts in context_values.items()}
    return columns, {key: _join(found, list_kinds[key]) for key, found in list_found.items()}


def _list_values(data: bytes, place: tuple[int, int], key: str, kind: int, name: str) -> Any:
    """The values of each Feature of a FeatureList."""
    try:
        features = list_features(data, *place)
    except MalformedError:
        raise invalid_argument(f"Error in sequence feature {key} in example {name}") from None
    return [
        _feature_values(data, *feature, kind, f"Name: {name}, Feature list: {key}, Index: {index}")
        for index, feature in enumerate(features)
    ]


def _check_context(dense: Dense, values: list[Any], default: Any, names: list[str]) -> None:
    """Raises InvalidArgumentError unless each message has the values of a dense feature."""
    counts = [len(part) for part in values if part is not None]
    largest = max(counts, default=0)
    if default is not None:
        largest = max(largest, dense.size)
    if largest != dense.size:
        raise invalid_argument(
            f"Inconsistent max number of elements for feature {dense.key}: expected {dense.size}, "
            f"but found {largest}"
        )
    for part, name in zip(values, names, strict=True):
        if part is not None and len(part) != dense.size:
            raise invalid_argument(f"Unexpected number of elements in example {name}")
        if part is None and default is None:
            raise invalid_argument(
                f"Feature: {dense.key} (data type: {c_name(dense.dtype)}) is required but could "
                "not be found."
            )


def _check_lists(dense: Dense, found: list[Any], names: list[str]) -> None:
    """Raises InvalidArgumentError unless each Feature has the values of an item."""
    largest = max((sum(map(len, parts)) for parts in found), default=0)
    if largest % max(dense.size, 1):
        shape = brackets(["?", *dense.sizes])
        raise invalid_argument(
            f"Feature list '{dense.key}' has an unexpected number of values.  Total values size: "
            f"{largest} is not consistent with output shape: {shape}"
        )
    for parts, name in zip(found, names, strict=True):
        for index, part in enumerate(parts):
            if len(part) != dense.size:
                raise invalid_argument(
                    f"Name: {name}, Key: {dense.key}, Index: {index}.  Number of values != "
                    f"expected.  values size: {len(part)} but output shape: "
                    f"{brackets(dense.sizes)}"
                )


def _join(found: list[Any], kind: int) -> ListColumn:
    column = join_values([part for parts in found for part in parts], kind)
    outer = np.array([len(parts) for parts in found], np.int64)
    return ListColumn(column.values.astype(NUMPY_TYPES[kind], copy=False), column.counts, outer)
