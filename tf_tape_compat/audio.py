"""`tf.audio`: sound in WAV files."""

from . import _api
from ._ops.audio.wav import decode_wav as decode_wav
from ._ops.audio.wav import encode_wav as encode_wav

__getattr__, __dir__ = _api.namespace(__name__)
