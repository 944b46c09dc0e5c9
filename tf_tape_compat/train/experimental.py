"""`tf.train.experimental`: Python state in checkpoints, and the sharding of checkpoints."""

from .. import _api
from .._checkpoint.python_state import PythonState as PythonState
from .._checkpoint.sharding import MaxShardSizePolicy as MaxShardSizePolicy
from .._checkpoint.sharding import ShardableTensor as ShardableTensor
from .._checkpoint.sharding import ShardByTaskPolicy as ShardByTaskPolicy
from .._checkpoint.sharding import ShardingCallback as ShardingCallback

__getattr__, __dir__ = _api.namespace(__name__)
