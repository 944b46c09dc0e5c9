"""`tf.train.experimental`: Python's own state in checkpoints, and how these are cut in files."""

from .. import _api
from .._checkpoint.python_state import PythonState as PythonState
from .._checkpoint.sharding import MaxShardSizePolicy as MaxShardSizePolicy
from .._checkpoint.sharding import ShardableTensor as ShardableTensor
from .._checkpoint.sharding import ShardByTaskPolicy as ShardByTaskPolicy
from .._checkpoint.sharding import ShardingCallback as ShardingCallback

__getattr__, __dir__ = _api.namespace(__name__)
