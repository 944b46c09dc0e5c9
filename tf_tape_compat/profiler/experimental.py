"""`tf.profiler.experimental`: profiles by torch.profiler."""

from .. import _api
from .._ops.profiler.profile import Profile as Profile
from .._ops.profiler.profile import ProfilerOptions as ProfilerOptions
from .._ops.profiler.profile import Trace as Trace
from .._ops.profiler.profile import start as start
from .._ops.profiler.profile import stop as stop

__getattr__, __dir__ = _api.namespace(__name__)
