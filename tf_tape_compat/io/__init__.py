"""`tf.io`: encodings, records and files."""

from .. import _api
from .._ops.io.csv import decode_csv as decode_csv
from .._ops.io.encodings import decode_base64 as decode_base64
from .._ops.io.encodings import decode_compressed as decode_compressed
from .._ops.io.encodings import decode_raw as decode_raw
from .._ops.io.encodings import encode_base64 as encode_base64
from .._ops.io.files import matching_files as matching_files
from .._ops.io.files import read_file as read_file
from .._ops.io.files import write_file as write_file
from .._ops.io.tensor_proto import parse_tensor as parse_tensor
from .._ops.io.tensor_proto import serialize_tensor as serialize_tensor

_LATE = {
    "FixedLenFeature": "_parsing.features",
    "FixedLenSequenceFeature": "_parsing.features",
    "RaggedFeature": "_parsing.features",
    "SparseFeature": "_parsing.features",
    "decode_and_crop_jpeg": "_ops.image.jpeg_decoding",
    "decode_bmp": "_ops.image.decoding",
    "decode_gif": "_ops.image.decoding",
    "decode_image": "_ops.image.decoding",
    "decode_jpeg": "_ops.image.jpeg_decoding",
    "decode_jxl": "_ops.image.decoding",
    "decode_png": "_ops.image.decoding",
    "decode_webp": "_ops.image.decoding",
    "encode_jpeg": "_ops.image.encoding",
    "encode_png": "_ops.image.encoding",
    "extract_jpeg_shape": "_ops.image.jpeg_decoding",
    "is_jpeg": "_ops.image.jpeg_decoding",
    "TFRecordOptions": "_ops.io.tf_record",
    "TFRecordWriter": "_ops.io.tf_record",
    "VarLenFeature": "_parsing.features",
    "decode_json_example": "_ops.io.protos",
    "decode_proto": "_ops.io.protos",
    "deserialize_many_sparse": "_ops.io.sparse_proto",
    "encode_proto": "_ops.io.protos",
    "match_filenames_once": "_ops.io.files",
    "parse_example": "_parsing.examples",
    "parse_sequence_example": "_parsing.sequences",
    "parse_single_example": "_parsing.examples",
    "parse_single_sequence_example": "_parsing.sequences",
    "serialize_many_sparse": "_ops.io.sparse_proto",
    "serialize_sparse": "_ops.io.sparse_proto",
    "write_graph": "_ops.io.files",
}

__getattr__, __dir__ = _api.namespace(__name__, _LATE)
