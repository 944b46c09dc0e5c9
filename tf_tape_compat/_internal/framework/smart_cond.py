"""`tensorflow.python.framework.smart_cond`."""

from ..._functions.smart_cond import smart_cond as smart_cond
from ..._functions.smart_cond import smart_constant_value as smart_constant_value
