"""Static shapes of operations that read files, images and messages from strings."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import as_dtype
from .._core.types.shape import TensorShape
from .shape_rules import Result, shape_rule
from .static_values import constant_value

_STRING, _INT32, _INT64 = map(as_dtype, ("string", "int32", "int64"))
_UNKNOWN = TensorShape(None)


def _shape(value: Any) -> TensorShape:
    """The static shape of a tensor, or of what becomes one."""
    tensor = value if isinstance(value, EagerTensor) else to_tensor(value)
    return tensor.shape


def _vector() -> TensorShape:
    return TensorShape([None])


def _image(channels: Any, dtype: Any = "uint8", frames: tuple[None, ...] = ()) -> list[Result]:
    """An image; 0 channels are as many as the file has."""
    shape = [*frames, None, None, int(channels) or None]
    return [(as_dtype(dtype), TensorShape(shape))]


@shape_rule("DecodePng")
def _decode_png(contents: Any, channels: Any, dtype: Any, name: Any = None) -> list[Result]:
    return _image(channels, dtype)


@shape_rule("DecodeBmp", "DecodeWebP", "DecodeJxl")
def _decode_format(contents: Any, channels: Any, *args: Any, name: Any = None) -> list[Result]:
    return _image(channels)


@shape_rule("DecodeGif")
def _decode_gif(contents: Any, name: Any = None) -> list[Result]:
    return _image(3, frames=(None,))


@shape_rule("DecodeImage")
def _decode_image(
    contents: Any, channels: Any, dtype: Any, expand_animations: Any, name: Any = None
) -> list[Result]:
    if expand_animations:
        return [(as_dtype(dtype), _UNKNOWN)]
    return _image(channels, dtype)


@shape_rule("DecodeJpeg")
def _decode_jpeg(contents: Any, channels: Any, options: Any, name: Any = None) -> list[Result]:
    return _image(channels)


@shape_rule("DecodeAndCropJpeg")
def _decode_and_crop_jpeg(
    contents: Any, crop_window: Any, channels: Any, options: Any, name: Any = None
) -> list[Result]:
    window = constant_value(crop_window)
    sizes = [None, None] if window is None else [int(size) for size in window[2:]]
    return [(as_dtype("uint8"), TensorShape([*sizes, int(channels) or None]))]


@shape_rule("ExtractJpegShape")
def _jpeg_shape(contents: Any, dtype: Any, name: Any = None) -> list[Result]:
    return [(as_dtype(dtype), TensorShape([3]))]


@shape_rule("DecodeWav")
def _decode_wav(
    contents: Any, desired_channels: Any, desired_samples: Any, name: Any = None
) -> list[Result]:
    sizes = [None if n < 0 else n for n in (desired_samples, desired_channels)]
    return [(as_dtype("float32"), TensorShape(sizes)), (_INT32, TensorShape([]))]


@shape_rule("ReadFile", "DecodeCompressed", "DecodeJSONExample")
def _strings_like(strings: Any, *args: Any, name: Any = None) -> list[Result]:
    return [(_STRING, _shape(strings))]


@shape_rule("MatchingFiles")
def _matching_files(pattern: Any, name: Any = None) -> list[Result]:
    return [(_STRING, _vector())]


@shape_rule("DecodeRaw")
def _decode_raw(input_bytes: Any, dtype: Any, little_endian: Any) -> list[Result]:
    return [(as_dtype(dtype), _shape(input_bytes).concatenate(_vector()))]


@shape_rule("ParseTensor")
def _parse_tensor(serialized: Any, expected: Any) -> list[Result]:
    return [(as_dtype(expected), _UNKNOWN)]


@shape_rule("DecodeCSV")
def _decode_csv(records: Any, defaults: Any, format: Any) -> list[Result]:
    return [
        (_STRING if isinstance(x, np.ndarray) else as_dtype(x.dtype), _shape(records))
        for x in defaults
    ]


def _count(strings: Any) -> int | None:
    return _shape(strings).num_elements()


@shape_rule("UnicodeDecodeWithOffsets")
def _unicode_decode(input: Any, *args: Any, **kwargs: Any) -> list[Result]:
    return [(_INT32, _vector()), (_INT64, _vector()), (_INT64, TensorShape([_count(input)]))]


@shape_rule("StringSplitV2")
def _split(input: Any, *args: Any, **kwargs: Any) -> list[Result]:
    return [(_STRING, _vector()), (_INT64, TensorShape([_count(input)]))]


@shape_rule("UnicodeEncode")
def _unicode_encode(input_values: Any, input_splits: Any, *args: Any) -> list[Result]:
    count = _count(input_splits)
    return [(_STRING, TensorShape([None if count is None else count - 1]))]


@shape_rule("StringNGrams")
def _ngrams(data: Any, data_splits: Any, *args: Any) -> list[Result]:
    return [(_STRING, _vector()), (data_splits.dtype, data_splits.shape)]


# -- messages -------------------------------------------------------------------------------------


def _rows(serialized: Any) -> list[int | None]:
    """The leading dimension of the results for a vector of messages; none for a single one."""
    return [] if _shape(serialized).rank == 0 else serialized.shape.as_list()[:1]


def _sparse(dtype: Any, rank: int) -> tuple[Result, Result, Result]:
    indices, shape = TensorShape([None, rank]), TensorShape([rank])
    return (_INT64, indices), (dtype, _vector()), (_INT64, shape)


def _dense(feature: Any, rows: list[int | None]) -> Result:
    padded = [None] if feature.is_padded else []
    return feature.dtype, TensorShape([*rows, *padded, *feature.sizes])


def _splits(types: tuple[Any, Any], rows: list[int | None]) -> Result:
    count = rows[0] if rows else 1
    return as_dtype(types[1]), TensorShape([None if count is None else count + 1])


@shape_rule("ParseExampleV2")
def _parse_example(serialized: Any, names: Any, plan: Any, defaults: Any) -> list[Result] | None:
    if _shape(serialized).rank is None:
        return None
    rows = _rows(serialized)
    sparse = [_sparse(dtype, 1 + len(rows)) for dtype in plan.sparse.values()]
    parts = [part for column in zip(*sparse, strict=True) for part in column]
    dense = [_dense(feature, rows) for feature in plan.dense.values()]
    values = [(types[0], _vector()) for types in plan.ragged.values()]
    splits = [_splits(types, rows) for types in plan.ragged.values()]
    return [*parts, *dense, *values, *splits]


@shape_rule("ParseSequenceExampleV2")
def _parse_sequence_example(
    serialized: Any, names: Any, context: Any, lists: Any, defaults: Any
) -> list[Result] | None:
    if _shape(serialized).rank is None:
        return None
    rows = _rows(serialized)
    results: list[Result] = []
    for dtype in context.sparse.values():
        results += _sparse(dtype, 1 + len(rows))
    results += [_dense(feature, rows) for feature in context.dense.values()]
    for types in context.ragged.values():
        results += [(types[0], _vector()), _splits(types, rows)]
    for dtype in lists.sparse.values():
        results += _sparse(dtype, 2 + len(rows))
    for feature in lists.dense.values():
        shape = TensorShape([*rows, None, *feature.sizes])
        results += [(feature.dtype, shape), (_INT64, TensorShape(rows))]
    for types in lists.ragged.values():
        results += [(types[0], _vector()), (as_dtype(types[1]), _vector()), _splits(types, rows)]
    return results
