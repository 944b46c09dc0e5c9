"""`tf.io.parse_example` and `tf.io.parse_single_example`."""

from __future__ import annotations

from typing import Any

from .._core.op.op import op
from .._core.op.op_errors import refusal
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import STRING
from .._core.types.dtype import DType
from .._core.variables.sparse_tensor import SparseTensor
from .._ops._support.arguments import brackets, invalid_argument
from .._ragged.tensor import RaggedTensor
from ..errors import InvalidArgumentError
from . import outputs
from .columns import Column, read_columns
from .composites import with_composites
from .features import FixedLenSequenceFeature
from .one_by_one import KINDS, read_one_by_one
from .plan import EXAMPLE_TYPES, Dense, Plan, make_plan

_FEW = 4  # messages for which the vectorized parser is slower


def check_types(operation: str, **types: list[DType]) -> None:
    """Raises InvalidArgumentError if an attribute of an operation has other types."""
    for attribute, dtypes in types.items():
        for dtype in dtypes:
            if dtype.name not in KINDS:
                raise refusal(operation, attribute, dtype, "float, int64, string")


def _fits(column: Column, dense: Dense, has_default: bool) -> bool:
    """Whether all messages have a number of values that the feature's shape allows."""
    counts = column.counts
    if column.present is not None:
        if not has_default:
            return False
        counts = counts[column.present]
    size = dense.size
    if dense.is_padded:
        return bool(size) and not (counts % size).any()
    return bool((counts == size).all())


def _columns(messages: list[bytes], names: Any, plan: Plan, defaults: Any, single: bool) -> Any:
    """The columns of the plan's features: the sparse, the dense, the ragged."""
    has_default = {key for key, value in defaults.items() if value is not None}
    if len(messages) >= _FEW:
        features = [(key.encode(), KINDS[dtype.name]) for key, dtype in plan.sparse.items()]
        features += [(d.key.encode(), KINDS[d.dtype.name]) for d in plan.dense.values()]
        features += [(key.encode(), KINDS[t.name]) for key, (t, _) in plan.ragged.items()]
        columns = read_columns(messages, features)
        if columns is not None and all(
            _fits(columns[len(plan.sparse) + index], dense, dense.key in has_default)
            for index, dense in enumerate(plan.dense.values())
        ):
            return columns
    return read_one_by_one(messages, plan, has_default, names, single)


def check_rank(serialized: Any) -> None:
    """Raises InvalidArgumentError unless the messages are a scalar or a vector."""
    if serialized.ndim > 1:
        raise invalid_argument(
            f"Expected serialized to be a scalar or vector, got shape: {brackets(serialized.shape)}"
        )


@op("ParseExampleV2", "serialized names", unrecorded=True)
def _parse(serialized: Any, names: Any, plan: Plan, defaults: dict[str, Any]) -> Any:
    """The components of all results, in the order of TensorFlow's operation."""
    wrapped = (
        f"_Tdense_{len(plan.dense)}_num_sparse_{len(plan.sparse)}"
        f"_ragged_split_types_{len(plan.ragged)}_ragged_value_types_{len(plan.ragged)}"
        f"_sparse_types_{len(plan.sparse)}"
    )
    try:
        check_rank(serialized)
        if names.size and names.shape != serialized.shape:
            raise invalid_argument(
                "Expected names have the same shape as serialized: "
                f"name.shape={brackets(names.shape)}, "
                f"serialized.shape={brackets(serialized.shape)}"
            )
        messages = serialized.reshape(-1).tolist()
        is_scalar = serialized.ndim == 0
        columns = iter(_columns(messages, names.reshape(-1), plan, defaults, is_scalar))
    except InvalidArgumentError as error:
        error.kernel = "ParseExampleV2", wrapped
        raise
    sparse = [outputs.sparse(next(columns), is_scalar) for _ in plan.sparse]
    dense = [
        outputs.dense(next(columns), feature, defaults[key], is_scalar)
        for key, feature in plan.dense.items()
    ]
    ragged = [outputs.ragged(next(columns), t.name) for _, t in plan.ragged.values()]
    parts = [*zip(*sparse, strict=True)] if sparse else []
    splits = [*zip(*ragged, strict=True)] if ragged else []
    return [*sum(parts, ()), *dense, *sum(splits, ())]


def _tensors(serialized: Any, names: Any, plan: Plan) -> dict[str, Any]:
    """The tensors of the features of a plan, by their keys."""
    if not len(plan):
        raise ValueError("Must provide at least one feature key.")
    serialized = to_tensor(to_tensor(serialized), STRING)
    check_types(
        "ParseExampleV2",
        Tdense=[dense.dtype for dense in plan.dense.values()],
        sparse_types=[*plan.sparse.values()],
    )
    defaults = {key: dense.default_array() for key, dense in plan.dense.items()}
    names = to_tensor([] if names is None else names, STRING)
    found = outputs.as_list(_parse(serialized, names, plan, defaults))
    count, dense_end = len(plan.sparse), 3 * len(plan.sparse) + len(plan.dense)
    tensors: dict[str, Any] = {
        key: SparseTensor(found[i], found[count + i], found[2 * count + i])
        for i, key in enumerate(plan.sparse)
    }
    tensors |= zip(plan.dense, found[3 * count : dense_end], strict=True)
    for i, key in enumerate(plan.ragged):
        values, splits = found[dense_end + i], found[dense_end + len(plan.ragged) + i]
        tensors[key] = (
            RaggedTensor.from_row_splits(values, splits, validate=False)
            if serialized.shape.rank
            else values
        )
    return tensors


def parse_example(
    serialized: Any, features: Any, example_names: Any = None, name: str | None = None
) -> dict[str, Any]:
    """Parses serialized Examples. Implements `tf.io.parse_example`.

    Args:
        serialized: a vector of serialized `tf.train.Example` messages, or a scalar.
        features: what to parse: a dict of `FixedLenFeature`, `FixedLenSequenceFeature`,
            `VarLenFeature`, `SparseFeature` and `RaggedFeature` objects.
        example_names: what error messages call the examples, a vector of strings.
        name: ignored.

    Returns:
        A dict of tensors, sparse tensors and ragged tensors. Their first dimension is that of
        `serialized`.

    Raises:
        InvalidArgumentError: if a message is malformed, or does not have the features.
        ValueError: if `features` is empty or invalid.
    """
    if not features:
        raise ValueError(f"Argument `features` cannot be None or falsy. Got {features}")
    for feature in features.values():
        if isinstance(feature, FixedLenSequenceFeature) and not feature.allow_missing:
            raise ValueError(
                "Unsupported: FixedLenSequenceFeature requires allow_missing to be True."
            )
    plan = make_plan(features, EXAMPLE_TYPES)
    return with_composites(features, _tensors(serialized, example_names, plan))


def as_scalar(serialized: Any) -> Any:
    """A scalar string tensor. Raises ValueError if the argument is of another rank."""
    serialized = to_tensor(serialized)
    if serialized.shape.rank != 0:
        raise ValueError("Input serialized must be a scalar")
    return serialized


def parse_single_example(
    serialized: Any, features: Any, example_names: Any = None, name: str | None = None
) -> dict[str, Any]:
    """Parses a serialized Example. Implements `tf.io.parse_single_example`.

    The arguments are as for `parse_example`, but `serialized` is a scalar.

    Raises:
        InvalidArgumentError: if the message is malformed, or does not have the features.
        ValueError: if `features` is empty or invalid, or `serialized` is not a scalar.
    """
    if features is None:
        raise ValueError("Invalid argument: features cannot be None.")
    if not features:
        raise ValueError("Invalid argument: features cannot be empty.")
    return parse_example(as_scalar(serialized), features, example_names, name)
