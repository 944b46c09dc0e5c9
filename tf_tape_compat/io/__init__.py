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
    "TFRecordOptions": "_ops.io.tf_record",
    "TFRecordWriter": "_ops.io.tf_record",
    "VarLenFeature": "_parsing.features",
    "parse_example": "_parsing.examples",
    "parse_sequence_example": "_parsing.sequences",
    "parse_single_example": "_parsing.examples",
    "parse_single_sequence_example": "_parsing.sequences",
}

__getattr__, __dir__ = _api.namespace(__name__, _LATE)
