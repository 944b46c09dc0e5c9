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
from .._messages.example import BytesList as BytesList
from .._messages.example import Example as Example
from .._messages.example import Feature as Feature
from .._messages.example import FeatureList as FeatureList
from .._messages.example import FeatureLists as FeatureLists
from .._messages.example import Features as Features
from .._messages.example import FloatList as FloatList
from .._messages.example import Int64List as Int64List
from .._messages.example import SequenceExample as SequenceExample
from .._ops.train.moving_averages import ExponentialMovingAverage as ExponentialMovingAverage

__getattr__, __dir__ = _api.namespace(__name__)
