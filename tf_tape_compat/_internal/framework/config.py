"""`tensorflow.python.framework.config`."""

from ..._ops.config.determinism import disable_op_determinism as disable_op_determinism
from ..._ops.config.determinism import enable_op_determinism as enable_op_determinism
from ..._ops.config.determinism import is_op_determinism_enabled as is_op_determinism_enabled
