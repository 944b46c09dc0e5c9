"""Bytes, files and records; answers for `tf.io`."""

from . import _api
from ._ops.csv_records import decode_csv as decode_csv
from ._ops.encodings import decode_base64 as decode_base64
from ._ops.encodings import decode_compressed as decode_compressed
from ._ops.encodings import decode_raw as decode_raw
from ._ops.encodings import encode_base64 as encode_base64
from ._ops.files import matching_files as matching_files
from ._ops.files import read_file as read_file
from ._ops.files import write_file as write_file
from ._ops.wire import parse_tensor as parse_tensor
from ._ops.wire import serialize_tensor as serialize_tensor

__getattr__, __dir__ = _api.namespace(__name__)
