"""`tensorflow.python.trackable.base`."""

from ..._core.variables.auto_trackable import (
    no_automatic_dependency_tracking as no_automatic_dependency_tracking,
)

OBJECT_GRAPH_PROTO_KEY = "_CHECKPOINTABLE_OBJECT_GRAPH"
VARIABLE_VALUE_KEY = "VARIABLE_VALUE"
