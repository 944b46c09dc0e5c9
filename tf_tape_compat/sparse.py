"""`tf.sparse`: operations on sparse tensors."""

from . import _api
from ._core.variables.sparse_tensor import SparseTensor as SparseTensor
from ._ops.sparse import dispatch as _sparse_dispatch
from ._ops.sparse.construction import eye as eye
from ._ops.sparse.construction import from_dense as from_dense
from ._ops.sparse.construction import to_dense as to_dense
from ._ops.sparse.construction import to_indicator as to_indicator
from ._ops.sparse.feature_crosses import cross as cross
from ._ops.sparse.feature_crosses import cross_hashed as cross_hashed
from ._ops.sparse.feature_crosses import sampled_addmm as sampled_addmm
from ._ops.sparse.joining import bincount as bincount
from ._ops.sparse.joining import concat as concat
from ._ops.sparse.joining import map_values as map_values
from ._ops.sparse.joining import mask as mask
from ._ops.sparse.joining import split as split
from ._ops.sparse.math import add as add
from ._ops.sparse.math import maximum as maximum
from ._ops.sparse.math import minimum as minimum
from ._ops.sparse.math import sparse_dense_matmul as sparse_dense_matmul
from ._ops.sparse.reductions import reduce_max as reduce_max
from ._ops.sparse.reductions import reduce_sum as reduce_sum
from ._ops.sparse.reductions import softmax as softmax
from ._ops.sparse.segments import segment_mean as segment_mean
from ._ops.sparse.segments import segment_sqrt_n as segment_sqrt_n
from ._ops.sparse.segments import segment_sum as segment_sum
from ._ops.sparse.shaping import expand_dims as expand_dims
from ._ops.sparse.shaping import fill_empty_rows as fill_empty_rows
from ._ops.sparse.shaping import reorder as reorder
from ._ops.sparse.shaping import reset_shape as reset_shape
from ._ops.sparse.shaping import reshape as reshape
from ._ops.sparse.shaping import retain as retain
from ._ops.sparse.shaping import slice as slice
from ._ops.sparse.shaping import transpose as transpose

__getattr__, __dir__ = _api.namespace(__name__)
