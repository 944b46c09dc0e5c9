"""`tf.io`: encodings, records and files."""

from . import _api
from ._ops.image.decoding import decode_and_crop_jpeg as decode_and_crop_jpeg
from ._ops.image.decoding import decode_bmp as decode_bmp
from ._ops.image.decoding import decode_gif as decode_gif
from ._ops.image.decoding import decode_image as decode_image
from ._ops.image.decoding import decode_jpeg as decode_jpeg
from ._ops.image.decoding import decode_jxl as decode_jxl
from ._ops.image.decoding import decode_png as decode_png
from ._ops.image.decoding import decode_webp as decode_webp
from ._ops.image.decoding import extract_jpeg_shape as extract_jpeg_shape
from ._ops.image.decoding import is_jpeg as is_jpeg
from ._ops.image.encoding import encode_jpeg as encode_jpeg
from ._ops.image.encoding import encode_png as encode_png
from ._ops.io.csv import decode_csv as decode_csv
from ._ops.io.encodings import decode_base64 as decode_base64
from ._ops.io.encodings import decode_compressed as decode_compressed
from ._ops.io.encodings import decode_raw as decode_raw
from ._ops.io.encodings import encode_base64 as encode_base64
from ._ops.io.files import matching_files as matching_files
from ._ops.io.files import read_file as read_file
from ._ops.io.files import write_file as write_file
from ._ops.io.tensor_proto import parse_tensor as parse_tensor
from ._ops.io.tensor_proto import serialize_tensor as serialize_tensor

__getattr__, __dir__ = _api.namespace(__name__)
