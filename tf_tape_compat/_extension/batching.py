"""`tf.map_fn` where an argument or a result is of an extension type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import nest
from .._ops.control import map_fn
from .types import BatchableExtensionTypeSpec, ExtensionType, ExtensionTypeSpec


def _is_extension(item: Any) -> bool:
    return isinstance(item, (ExtensionType, ExtensionTypeSpec))


def _require_batchable(spec: Any) -> None:
    if not isinstance(spec, BatchableExtensionTypeSpec):
        raise TypeError(
            f"{spec.value_type.__name__} cannot be stacked or taken apart into rows: it must be a "
            "tf.experimental.BatchableExtensionType"
        )


def map_rows(fn: Callable[[Any], Any], elems: Any, signature: Any) -> Any:
    """`tf.map_fn` of the encoded values: each is taken apart before, and put together after."""
    flat = nest.flatten(elems)
    rows = [_row_spec(item) for item in flat]
    encoded = [
        item if spec is None else item._type_spec.__batch_encoder__.encode(item._type_spec, item, 1)
        for item, spec in zip(flat, rows, strict=True)
    ]
    structure = elems if signature is None else signature
    results = rows if signature is None else [_result_spec(x) for x in nest.flatten(signature)]
    size = map_fn.common_length(
        [item for item in nest.flatten(encoded, expand_composites=True) if hasattr(item, "dtype")]
    )

    def of_row(row: Any) -> Any:
        values = [
            item if spec is None else spec.__batch_encoder__.decode(spec, item)
            for item, spec in zip(row, rows, strict=True)
        ]
        result = fn(nest.pack_sequence_as(elems, values))
        nest.assert_same_structure(structure, result)
        return [
            item if spec is None else spec.__batch_encoder__.encode(spec, item)
            for item, spec in zip(nest.flatten(result), results, strict=True)
        ]

    kinds = [getattr(item, "dtype", item) for item in nest.flatten(structure)]
    encoded_signature = [
        kind if spec is None else spec.__batch_encoder__.encoding_specs(spec)
        for kind, spec in zip(kinds, results, strict=True)
    ]
    found = map_fn.map_fn(of_row, encoded, fn_output_signature=encoded_signature)
    decoded = [
        item if spec is None else _decoded(spec._batch(size), item)
        for item, spec in zip(found, results, strict=True)
    ]
    return nest.pack_sequence_as(structure, decoded)


def _decoded(spec: Any, encoded: Any) -> Any:
    return spec.__batch_encoder__.decode(spec, encoded)


def _row_spec(item: Any) -> Any:
    """The spec of a row of an extension type; None for all else."""
    if not _is_extension(item):
        return None
    _require_batchable(item._type_spec)
    return item._type_spec._unbatch()


def _result_spec(item: Any) -> Any:
    if not _is_extension(item):
        return None
    _require_batchable(item)
    return item


map_fn.map_composites.insert(0, (_is_extension, map_rows))
