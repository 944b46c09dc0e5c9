"""`tf.debugging`: assertions and numeric checks."""

from . import _api
from ._ops.debugging.assertions import Assert as Assert
from ._ops.debugging.assertions import assert_equal as assert_equal
from ._ops.debugging.assertions import assert_greater as assert_greater
from ._ops.debugging.assertions import assert_greater_equal as assert_greater_equal
from ._ops.debugging.assertions import assert_less as assert_less
from ._ops.debugging.assertions import assert_less_equal as assert_less_equal
from ._ops.debugging.assertions import assert_near as assert_near
from ._ops.debugging.assertions import assert_negative as assert_negative
from ._ops.debugging.assertions import assert_non_negative as assert_non_negative
from ._ops.debugging.assertions import assert_non_positive as assert_non_positive
from ._ops.debugging.assertions import assert_none_equal as assert_none_equal
from ._ops.debugging.assertions import assert_positive as assert_positive
from ._ops.debugging.check_numerics import assert_all_finite as assert_all_finite
from ._ops.debugging.check_numerics import check_numerics as check_numerics
from ._ops.debugging.diagnostics import disable_traceback_filtering as disable_traceback_filtering
from ._ops.debugging.diagnostics import enable_traceback_filtering as enable_traceback_filtering
from ._ops.debugging.diagnostics import (
    is_traceback_filtering_enabled as is_traceback_filtering_enabled,
)
from ._ops.debugging.enable_check_numerics import disable_check_numerics as disable_check_numerics
from ._ops.debugging.enable_check_numerics import enable_check_numerics as enable_check_numerics
from ._ops.debugging.shape_assertions import assert_rank as assert_rank
from ._ops.debugging.shape_assertions import assert_rank_at_least as assert_rank_at_least
from ._ops.debugging.shape_assertions import assert_rank_in as assert_rank_in
from ._ops.debugging.shape_assertions import assert_scalar as assert_scalar
from ._ops.debugging.shape_assertions import assert_shapes as assert_shapes
from ._ops.debugging.type_assertions import assert_integer as assert_integer
from ._ops.debugging.type_assertions import assert_proper_iterable as assert_proper_iterable
from ._ops.debugging.type_assertions import assert_same_float_dtype as assert_same_float_dtype
from ._ops.debugging.type_assertions import assert_type as assert_type
from ._ops.debugging.type_assertions import is_numeric_tensor as is_numeric_tensor

_LATE = dict.fromkeys(
    ("get_log_device_placement", "set_log_device_placement"), "_explain.placement_log"
)

__getattr__, __dir__ = _api.namespace(__name__, _LATE)
