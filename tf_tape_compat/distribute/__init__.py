"""`tf.distribute`: strategies, with one replica on one device."""

from .. import _api
from .._distribute.context import experimental_set_strategy as experimental_set_strategy
from .._distribute.context import get_replica_context as get_replica_context
from .._distribute.context import get_strategy as get_strategy
from .._distribute.context import has_strategy as has_strategy
from .._distribute.context import in_cross_replica_context as in_cross_replica_context
from .._distribute.options import CrossDeviceOps as CrossDeviceOps
from .._distribute.options import HierarchicalCopyAllReduce as HierarchicalCopyAllReduce
from .._distribute.options import InputContext as InputContext
from .._distribute.options import InputOptions as InputOptions
from .._distribute.options import InputReplicationMode as InputReplicationMode
from .._distribute.options import NcclAllReduce as NcclAllReduce
from .._distribute.options import ReduceOp as ReduceOp
from .._distribute.options import ReductionToOneDevice as ReductionToOneDevice
from .._distribute.options import RunOptions as RunOptions
from .._distribute.replica_context import ReplicaContext as ReplicaContext
from .._distribute.strategies import MirroredStrategy as MirroredStrategy
from .._distribute.strategies import MultiWorkerMirroredStrategy as MultiWorkerMirroredStrategy
from .._distribute.strategies import OneDeviceStrategy as OneDeviceStrategy
from .._distribute.strategies import TPUStrategy as TPUStrategy
from .._distribute.strategy import Strategy as Strategy
from .._distribute.strategy import StrategyExtended as StrategyExtended
from .._distribute.values import DistributedDataset as DistributedDataset
from .._distribute.values import DistributedIterator as DistributedIterator
from .._distribute.values import DistributedValues as DistributedValues
from . import experimental as experimental

__getattr__, __dir__ = _api.namespace(__name__)
