"""`tf.ragged`: operations on ragged tensors."""

from . import _api
from ._ragged.constant import constant as constant
from ._ragged.crossing import cross as cross
from ._ragged.crossing import cross_hashed as cross_hashed
from ._ragged.flat_values import map_flat_values as map_flat_values
from ._ragged.joining import stack as stack
from ._ragged.masking import boolean_mask as boolean_mask
from ._ragged.masking import stack_dynamic_partitions as stack_dynamic_partitions
from ._ragged.ranges import ragged_range as range
from ._ragged.segment_ids import row_splits_to_segment_ids as row_splits_to_segment_ids
from ._ragged.segment_ids import segment_ids_to_row_splits as segment_ids_to_row_splits

__getattr__, __dir__ = _api.namespace(__name__)
