"""`tf.map_fn` on extension types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import nest
from .._ops.control import map_fn
from .specs import BatchableExtensionTypeSpec, ExtensionTypeSpec
from .types import ExtensionType


def _is_extension(item: Any) -> bool:
    return isinstance(item, (ExtensionType, ExtensionTypeSpec))


def _require_batchable(spec: Any) -> None:
    if not isinstance(spec, BatchableExtensionTypeSpec):
        raise TypeError(
            f"{spec.value_type.__name__} cannot be stacked or unstacked: it must be a "
            "tf.experimental.BatchableExtensionType"
        )


def map_rows(fn: Callable[[Any], Any], elems: Any, signature: Any) -> Any:
    """`tf.map_fn` on encoded values: rows are decoded before `fn`, and its results encoded."""
    flat = nest.flatten(elems)
    row_specs = [_row_spec(item) for item in flat]
    encoded = [
        item if spec is None else item._type_spec.__batch_encoder__.encode(item._type_spec, item, 1)
        for item, spec in zip(flat, row_specs, strict=True)
    ]
    if signature is None:
        structure, result_specs = elems, row_specs
    else:
        structure = signature
        result_specs = [_result_spec(item) for item in nest.flatten(signature)]
    size = map_fn.common_length(
        [item for item in nest.flatten(encoded, expand_composites=True) if hasattr(item, "dtype")]
    )

    def on_encoded_row(row: Any) -> Any:
        values = [
            item if spec is None else spec.__batch_encoder__.decode(spec, item)
            for item, spec in zip(row, row_specs, strict=True)
        ]
        result = fn(nest.pack_sequence_as(elems, values))
        nest.assert_same_structure(structure, result)
        return [
            item if spec is None else spec.__batch_encoder__.encode(spec, item)
            for item, spec in zip(nest.flatten(result), result_specs, strict=True)
        ]

    dtypes = [getattr(item, "dtype", item) for item in nest.flatten(structure)]
    encoded_signature = [
        dtype if spec is None else spec.__batch_encoder__.encoding_specs(spec)
        for dtype, spec in zip(dtypes, result_specs, strict=True)
    ]
    results = map_fn.map_fn(on_encoded_row, encoded, fn_output_signature=encoded_signature)
    decoded = [
        item if spec is None else _decode(spec._batch(size), item)
        for item, spec in zip(results, result_specs, strict=True)
    ]
    return nest.pack_sequence_as(structure, decoded)


def _decode(spec: Any, encoded: Any) -> Any:
    return spec.__batch_encoder__.decode(spec, encoded)


def _row_spec(item: Any) -> Any:
    """The spec of a row of an extension type; None for other values."""
    if not _is_extension(item):
        return None
    _require_batchable(item._type_spec)
    return item._type_spec._unbatch()


def _result_spec(item: Any) -> Any:
    if not _is_extension(item):
        return None
    _require_batchable(item)
    return item


map_fn.composite_mappers.insert(0, (_is_extension, map_rows))
