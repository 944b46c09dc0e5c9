"""`tf.strings`: operations on strings."""

from . import _api
from ._ops.io.printing import format as format
from ._ops.strings.hashing import to_hash_bucket as to_hash_bucket
from ._ops.strings.hashing import to_hash_bucket_fast as to_hash_bucket_fast
from ._ops.strings.hashing import to_hash_bucket_strong as to_hash_bucket_strong
from ._ops.strings.numbers import as_string as as_string
from ._ops.strings.numbers import to_number as to_number
from ._ops.strings.regex import regex_full_match as regex_full_match
from ._ops.strings.regex import regex_replace as regex_replace
from ._ops.strings.text import join as join
from ._ops.strings.text import length as length
from ._ops.strings.text import lower as lower
from ._ops.strings.text import reduce_join as reduce_join
from ._ops.strings.text import strip as strip
from ._ops.strings.text import substr as substr
from ._ops.strings.text import unsorted_segment_join as unsorted_segment_join
from ._ops.strings.text import upper as upper
from ._ops.strings.unicode_scripts import unicode_script as unicode_script
from ._ragged.ngrams import ngrams as ngrams
from ._ragged.strings import bytes_split as bytes_split
from ._ragged.strings import split as split
from ._ragged.unicode import unicode_decode as unicode_decode
from ._ragged.unicode import unicode_decode_with_offsets as unicode_decode_with_offsets
from ._ragged.unicode import unicode_encode as unicode_encode
from ._ragged.unicode import unicode_split as unicode_split
from ._ragged.unicode import unicode_split_with_offsets as unicode_split_with_offsets
from ._ragged.unicode import unicode_transcode as unicode_transcode

__getattr__, __dir__ = _api.namespace(__name__)
