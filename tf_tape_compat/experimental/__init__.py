"""`tf.experimental`: NumPy functions, extension types, dispatch and DLPack."""

from .. import _api
from .._core.recording.execution_context import async_clear_error as async_clear_error
from .._core.recording.execution_context import async_scope as async_scope
from ..dtypes.experimental import *

_LATE = {
    "BatchableExtensionType": "_extension.types",
    "DynamicRaggedShape": "_ragged.dynamic_shape",
    "ExtensionType": "_extension.types",
    "ExtensionTypeBatchEncoder": "_extension.specs",
    "ExtensionTypeSpec": "_extension.specs",
    "Optional": "_data.optional",
    "RowPartition": "_ragged.row_partition",
    "dispatch_for_api": "_extension.overrides",
    "dispatch_for_binary_elementwise_apis": "_extension.overrides",
    "dispatch_for_binary_elementwise_assert_apis": "_extension.overrides",
    "dispatch_for_unary_elementwise_apis": "_extension.overrides",
    "unregister_dispatch_for": "_extension.overrides",
}

__getattr__, __dir__ = _api.namespace(__name__, _LATE)
