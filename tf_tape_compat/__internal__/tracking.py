"""`tf.__internal__.tracking`: the bases of objects that checkpoints save."""

from .. import _api
from .._core.tracking.trackable import Trackable as Trackable
from .._core.variables.auto_trackable import AutoTrackable as AutoTrackable
from .._core.variables.auto_trackable import (
    no_automatic_dependency_tracking as no_automatic_dependency_tracking,
)
from .._core.variables.data_structures.base import Structure as _Structure
from .._internal.trackable.data_structures import (
    sticky_attribute_assignment as sticky_attribute_assignment,
)

TrackableDataStructure = _Structure

__getattr__, __dir__ = _api.namespace(__name__)
