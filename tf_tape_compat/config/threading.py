"""`tf.config.threading`: the number of threads that torch uses."""

from .. import _api
from .._ops.config.threading import (
    get_inter_op_parallelism_threads as get_inter_op_parallelism_threads,
)
from .._ops.config.threading import (
    get_intra_op_parallelism_threads as get_intra_op_parallelism_threads,
)
from .._ops.config.threading import (
    set_inter_op_parallelism_threads as set_inter_op_parallelism_threads,
)
from .._ops.config.threading import (
    set_intra_op_parallelism_threads as set_intra_op_parallelism_threads,
)

__getattr__, __dir__ = _api.namespace(__name__)
