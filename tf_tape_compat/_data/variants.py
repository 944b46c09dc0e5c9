"""Datasets as values, the state of iterators, and older names of `save`, `load` and `snapshot`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._core.tracking.trackable import Trackable
from .._core.types.dtype import as_dtype
from .._core.types.shape import TensorShape
from .dataset import DatasetV2
from .experimental import deprecated
from .options import ExternalStatePolicy
from .snapshots import load as _load
from .specs import VariantDataset
from .structure import check_specs


class DatasetVariant:
    """A dataset as a scalar of type variant, which only `from_variant` can read."""

    dtype = as_dtype("variant")
    shape = TensorShape([])

    def __init__(self, dataset: DatasetV2) -> None:
        self._dataset = dataset

    def __repr__(self) -> str:
        return f"<tf.Tensor: shape=(), dtype=variant, value=<{type(self._dataset).__name__}>>"


def to_variant(dataset: Any) -> DatasetVariant:
    """A dataset as a variant. Implements `tf.data.experimental.to_variant`.

    The result is not a `tf.Tensor` here; `from_variant` takes it. Raises TypeError for other
    objects than datasets.
    """
    if not isinstance(dataset, DatasetV2):
        raise TypeError(f"`dataset` must be a `tf.data.Dataset`, got {type(dataset)}.")
    return DatasetVariant(dataset)


def from_variant(variant: Any, structure: Any) -> VariantDataset:
    """The dataset in a variant. Implements `tf.data.experimental.from_variant`.

    Args:
      variant: a result of `to_variant`.
      structure: the specs of the elements.

    Raises:
      TypeError: if `variant` is none, or `structure` has something else than specs.
    """
    if not isinstance(variant, DatasetVariant):
        raise TypeError(
            "tf_tape_compat: `variant` must come from tf.data.experimental.to_variant, got "
            f"{type(variant)}."
        )
    check_specs(structure, "structure")
    return VariantDataset(structure, variant._dataset)


# -- iterators ----------------------------------------------------------------------------------


class _IteratorState(Trackable):
    """What a checkpoint saves of an iterator."""

    def __init__(self, iterator: Any) -> None:
        self._iterator = iterator

    def _serialize_to_tensors(self) -> dict[str, Any]:
        state: dict[str, Any] = self._iterator._serialize_to_tensors()
        return state

    def _restore_from_tensors(self, restored_tensors: dict[str, Any]) -> Any:
        return self._iterator._restore_from_tensors(restored_tensors)


def make_saveable_from_iterator(iterator: Any, external_state_policy: Any = None) -> Any:
    """The state of an iterator, to be saved by `tf.train.Checkpoint`.

    Implements `tf.data.experimental.make_saveable_from_iterator`. A checkpoint can also save the
    iterator itself.

    Args:
      iterator: an iterator of a dataset.
      external_state_policy: "warn", "ignore" or "fail"; accepted. Functions with a state of their
        own are run again when the state is restored.

    Raises ValueError for another policy.
    """
    deprecated(
        "tf.data.experimental.make_saveable_from_iterator",
        "`make_saveable_from_iterator` is intended for use in TF1 with `tf.compat.v1.Saver`. In "
        "TF2, use `tf.train.Checkpoint` instead.",
    )
    known = ("warn", "ignore", "fail")
    if not isinstance(external_state_policy, (ExternalStatePolicy, type(None))) and (
        external_state_policy not in known
    ):
        raise ValueError(
            "Invalid `ExternalStatePolicy.` Supported values include 'warn', 'ignore', and 'fail.' "
            f"Received {external_state_policy}."
        )
    return _IteratorState(iterator)


# -- files --------------------------------------------------------------------------------------


def save(
    dataset: Any,
    path: Any,
    compression: Any = None,
    shard_func: Any = None,
    checkpoint_args: Any = None,
) -> None:
    """`tf.data.Dataset.save`. Implements `tf.data.experimental.save`."""
    deprecated("tf.data.experimental.save", "Use `tf.data.Dataset.save(...)` instead.")
    dataset.save(path, compression, shard_func, checkpoint_args)


def load(
    path: Any, element_spec: Any = None, compression: Any = None, reader_func: Any = None
) -> Any:
    """`tf.data.Dataset.load`. Implements `tf.data.experimental.load`."""
    deprecated("tf.data.experimental.load", "Use `tf.data.Dataset.load(...)` instead.")
    return _load(path, element_spec, compression, reader_func)


def snapshot(
    path: Any, compression: Any = "AUTO", reader_func: Any = None, shard_func: Any = None
) -> Callable[[Any], Any]:
    """For `apply`: `tf.data.Dataset.snapshot`. Implements `tf.data.experimental.snapshot`."""
    deprecated("tf.data.experimental.snapshot", "Use `tf.data.Dataset.snapshot(...)`.")
    return lambda dataset: dataset.snapshot(path, compression, reader_func, shard_func)
