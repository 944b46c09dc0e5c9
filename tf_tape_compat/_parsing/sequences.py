"""`tf.io.parse_sequence_example` and `tf.io.parse_single_sequence_example`."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from .._core.op.op import op
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import STRING
from .._core.variables.sparse_tensor import SparseTensor
from .._ops._support.arguments import invalid_argument
from .._ragged.tensor import RaggedTensor
from ..errors import InvalidArgumentError
from . import outputs
from .composites import with_composites
from .examples import as_scalar, check_rank, check_types
from .features import FixedLenFeature, FixedLenSequenceFeature, RaggedFeature, VarLenFeature
from .plan import Plan, make_plan
from .sequence_values import ListColumn, read_sequences

_CONTEXT_TYPES = (VarLenFeature, FixedLenFeature, RaggedFeature)
_LIST_TYPES = (VarLenFeature, FixedLenSequenceFeature, RaggedFeature)


def _splits(counts: np.ndarray, dtype: str) -> Any:
    return torch.from_numpy(np.concatenate([[0], counts.cumsum()]).astype(dtype))


def _sparse_list(column: ListColumn, is_scalar: bool) -> list[Any]:
    """The payloads of the indices, values and dense shape of a sparse tensor."""
    values, inner, outer = column
    starts = inner.cumsum() - inner
    steps = np.arange(inner.size) - np.repeat(outer.cumsum() - outer, outer)
    columns = [np.repeat(steps, inner), np.arange(values.size) - np.repeat(starts, inner)]
    sizes = [outer.max(initial=0), inner.max(initial=0)]
    if not is_scalar:
        columns.insert(0, np.repeat(np.repeat(np.arange(outer.size), outer), inner))
        sizes.insert(0, outer.size)
    indices = np.stack(columns, 1).astype(np.int64)
    shape = np.array(sizes, np.int64)
    return [torch.from_numpy(indices), outputs.payload(values), torch.from_numpy(shape)]


def _dense_list(column: ListColumn, sizes: list[int], is_scalar: bool) -> list[Any]:
    """The payloads of a dense tensor and of the lengths of its rows."""
    values, inner, outer = column
    if is_scalar:
        return [outputs.payload(values.reshape(-1, *sizes)), torch.tensor(inner.size)]
    longest = int(outer.max(initial=0))
    padded = np.zeros((outer.size, longest, *sizes), values.dtype)
    if values.dtype == object:
        padded[:] = b""
    padded[np.arange(longest) < outer[:, None]] = values.reshape(-1, *sizes)
    return [outputs.payload(padded), torch.from_numpy(outer)]


def _ragged_list(column: ListColumn, splits_dtype: str) -> list[Any]:
    """The payloads of the values, the inner splits and the outer splits of a ragged tensor."""
    splits = [_splits(counts, splits_dtype) for counts in (column.inner, column.outer)]
    return [outputs.payload(column.values), *splits]


@op("ParseSequenceExampleV2", "serialized names", unrecorded=True)
def _parse(serialized: Any, names: Any, context: Plan, lists: Plan, defaults: Any) -> Any:
    """The components of all results: those of the context's features, then those of the lists."""
    try:
        check_rank(serialized)
        if names.size and names.shape != serialized.shape:
            raise invalid_argument(
                "example_names must be empty or have the correct number of elements"
            )
        messages, is_scalar = serialized.reshape(-1).tolist(), serialized.ndim == 0
        columns, list_columns = read_sequences(
            messages, names.reshape(-1).tolist(), context, lists, defaults
        )
    except InvalidArgumentError as error:
        error.kernel = "ParseSequenceExampleV2", _wrapped(context, lists)
        raise
    found: list[Any] = []
    for key in context.sparse:
        found += outputs.sparse(columns[key], is_scalar)
    for key, dense in context.dense.items():
        found.append(outputs.dense(columns[key], dense, defaults[key], is_scalar))
    for key, (_, dtype) in context.ragged.items():
        found += outputs.ragged(columns[key], dtype.name)
    for key in lists.sparse:
        found += _sparse_list(list_columns[key], is_scalar)
    for key, dense in lists.dense.items():
        found += _dense_list(list_columns[key], dense.sizes, is_scalar)
    for key, (_, dtype) in lists.ragged.items():
        found += _ragged_list(list_columns[key], dtype.name)
    return found


def _wrapped(context: Plan, lists: Plan) -> str:
    counts: dict[str, Any] = {
        "Ncontext_sparse": context.sparse,
        "Nfeature_list_dense": lists.dense,
        "Nfeature_list_sparse": lists.sparse,
        "Tcontext_dense": context.dense,
        "context_ragged_split_types": context.ragged,
        "context_ragged_value_types": context.ragged,
        "context_sparse_types": context.sparse,
        "feature_list_dense_types": lists.dense,
        "feature_list_ragged_split_types": lists.ragged,
        "feature_list_ragged_value_types": lists.ragged,
        "feature_list_sparse_types": lists.sparse,
    }
    return "".join(f"_{name}_{len(features)}" for name, features in counts.items())


def _tensors(
    serialized: Any, names: Any, context: Plan, lists: Plan
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """The tensors of the context's features, those of the lists, and the lengths of the lists."""
    for key, dense in lists.dense.items():
        if dense.default is not None:
            raise ValueError(f"Value feature_list.dense_defaults[{key}] must be None")
    serialized = to_tensor(to_tensor(serialized), STRING)
    defaults = {key: dense.default_array() for key, dense in context.dense.items()}
    check_types(
        "ParseSequenceExampleV2",
        Tcontext_dense=[dense.dtype for dense in context.dense.values()],
        feature_list_dense_types=[dense.dtype for dense in lists.dense.values()],
        context_sparse_types=[*context.sparse.values()],
        feature_list_sparse_types=[*lists.sparse.values()],
    )
    names = to_tensor([] if names is None else names, STRING)
    is_scalar = serialized.shape.rank == 0
    found = iter(outputs.as_list(_parse(serialized, names, context, lists, defaults)))

    def ragged(ranks: int) -> Any:
        value, *splits = (next(found) for _ in range(ranks + 1))
        for rows in splits[: len(splits) - is_scalar]:
            value = RaggedTensor.from_row_splits(value, rows, validate=False)
        return value

    def sparse() -> SparseTensor:
        return SparseTensor(next(found), next(found), next(found))

    tensors = {key: sparse() for key in context.sparse}
    tensors |= {key: next(found) for key in context.dense}
    tensors |= {key: ragged(1) for key in context.ragged}
    list_tensors: dict[str, Any] = {key: sparse() for key in lists.sparse}
    lengths = {}
    for key in lists.dense:
        list_tensors[key], lengths[key] = next(found), next(found)
    list_tensors |= {key: ragged(2) for key in lists.ragged}
    return tensors, list_tensors, lengths


def _parsed(serialized: Any, context_features: Any, sequence_features: Any, names: Any) -> Any:
    context = make_plan(context_features, _CONTEXT_TYPES)
    lists = make_plan(sequence_features, _LIST_TYPES)
    tensors, list_tensors, lengths = _tensors(serialized, names, context, lists)
    if context.ragged:
        tensors = with_composites(context_features, tensors)
    if lists.ragged:
        list_tensors = with_composites(sequence_features, list_tensors)
    return tensors, list_tensors, lengths


def parse_sequence_example(
    serialized: Any,
    context_features: Any = None,
    sequence_features: Any = None,
    example_names: Any = None,
    name: str | None = None,
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Parses serialized SequenceExamples. Implements `tf.io.parse_sequence_example`.

    Args:
        serialized: a vector of serialized `tf.train.SequenceExample` messages, or a scalar.
        context_features: what to parse of the context: a dict of `FixedLenFeature`,
            `VarLenFeature` and `RaggedFeature` objects.
        sequence_features: what to parse of the feature lists: a dict of
            `FixedLenSequenceFeature`, `VarLenFeature` and `RaggedFeature` objects.
        example_names: what error messages call the examples, a vector of strings.
        name: ignored.

    Returns:
        Three dicts: the tensors of the context; those of the feature lists; and the lengths of the
        dense ones of these.

    Raises:
        InvalidArgumentError: if a message is malformed, or does not have the features.
        ValueError: if there are no features, or invalid ones.
    """
    if not (context_features or sequence_features):
        raise ValueError(
            "Both `context_features` and `sequence_features` argument are None, but at least one "
            "should have values."
        )
    return _parsed(serialized, context_features, sequence_features, example_names)


def parse_single_sequence_example(
    serialized: Any,
    context_features: Any = None,
    sequence_features: Any = None,
    example_name: Any = None,
    name: str | None = None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Parses a serialized SequenceExample. Implements `tf.io.parse_single_sequence_example`.

    The arguments are as for `parse_sequence_example`, but `serialized` is a scalar.

    Returns:
        Two dicts: the tensors of the context, and those of the feature lists.

    Raises:
        InvalidArgumentError: if the message is malformed, or does not have the features.
        ValueError: if there are no features, or invalid ones, or `serialized` is not a scalar.
    """
    if not (context_features or sequence_features):
        raise ValueError(
            "Both context_features and sequence_features are None, but at least one should have "
            "values."
        )
    serialized = as_scalar(serialized)
    tensors, list_tensors, _ = _parsed(
        serialized, context_features, sequence_features, example_name
    )
    return tensors, list_tensors
