"""`tf.train`: checkpoints in TensorFlow's format, moving averages and example protos."""

from .. import _api
from .._checkpoint.checkpoint import Checkpoint as Checkpoint
from .._checkpoint.manager import CheckpointManager as CheckpointManager
from .._checkpoint.options import CheckpointOptions as CheckpointOptions
from .._checkpoint.reader import checkpoints_iterator as checkpoints_iterator
from .._checkpoint.reader import list_variables as list_variables
from .._checkpoint.reader import load_checkpoint as load_checkpoint
from .._checkpoint.reader import load_variable as load_variable
from .._checkpoint.state import get_checkpoint_state as get_checkpoint_state
from .._checkpoint.state import latest_checkpoint as latest_checkpoint
from .._checkpoint.views import CheckpointView as CheckpointView
from .._checkpoint.views import TrackableView as TrackableView
from .._ops.train.moving_averages import ExponentialMovingAverage as ExponentialMovingAverage

# Built when they are first asked for: they need the library protobuf.
_LATE = dict.fromkeys(
    (
        "BytesList",
        "Example",
        "Feature",
        "FeatureList",
        "FeatureLists",
        "Features",
        "FloatList",
        "Int64List",
        "SequenceExample",
    ),
    "_messages",
)

__getattr__, __dir__ = _api.namespace(__name__, _LATE)
