"""TensorFlow's `GradientTape` and eager API on PyTorch: `import tf_tape_compat as tf`."""

from . import _startup  # before all other imports

# isort: split
from . import _api
from . import autodiff as autodiff
from . import bitwise as bitwise
from . import debugging as debugging
from . import dtypes as dtypes
from . import errors as errors
from . import math as math
from . import nest as nest
from . import version as version
from ._api import NotAvailableError as NotAvailableError
from ._api import NotAvailableImportError as NotAvailableImportError
from ._core.devices.device_spec import DeviceSpec as DeviceSpec
from ._core.devices.placement import device as device
from ._core.gradients.custom_gradient import custom_gradient as custom_gradient
from ._core.gradients.gradient_operands import UnconnectedGradients as UnconnectedGradients
from ._core.gradients.tape import GradientTape as GradientTape
from ._core.recording.execution_context import control_dependencies as control_dependencies
from ._core.recording.execution_context import executing_eagerly as executing_eagerly
from ._core.recording.execution_context import get_current_name_scope as get_current_name_scope
from ._core.recording.execution_context import init_scope as init_scope
from ._core.recording.execution_context import inside_function as inside_function
from ._core.recording.execution_context import name_scope as name_scope
from ._core.tensor.registration import (
    register_tensor_conversion_function as register_tensor_conversion_function,
)
from ._core.tensor.tensor import Tensor as Tensor
from ._core.tracking.creators import variable_creator_scope as variable_creator_scope
from ._core.types.dtype import DType as DType
from ._core.types.dtype import as_dtype as as_dtype
from ._core.types.shape import TensorShape as TensorShape
from ._core.types.tensor_spec import TensorSpec as TensorSpec
from ._core.types.type_spec import NoneTensorSpec as NoneTensorSpec
from ._core.types.type_spec import TypeSpec as TypeSpec
from ._core.types.type_spec import type_spec_from_value as type_spec_from_value
from ._core.variables.handle import VariableAggregation as VariableAggregation
from ._core.variables.handle import VariableSynchronization as VariableSynchronization
from ._core.variables.indexed_slices import IndexedSlices as IndexedSlices
from ._core.variables.indexed_slices import IndexedSlicesSpec as IndexedSlicesSpec
from ._core.variables.sparse_tensor import SparseTensor as SparseTensor
from ._core.variables.sparse_tensor import SparseTensorSpec as SparseTensorSpec
from ._core.variables.variable import Variable as Variable
from ._functions.decorator import function as function
from ._functions.module import Module as Module
from ._history_request import keep_history_if_requested as _keep_history_if_requested
from ._install import install as install
from ._install import uninstall as uninstall
from ._logging import get_logger as get_logger
from ._ops import operators as _operators
from ._ops import registration as _registration
from ._ops.array import indexing as _indexing
from ._ops.array.conversion import constant as constant
from ._ops.array.conversion import convert_to_tensor as convert_to_tensor
from ._ops.array.creation import eye as eye
from ._ops.array.creation import fill as fill
from ._ops.array.creation import one_hot as one_hot
from ._ops.array.creation import ones as ones
from ._ops.array.creation import ones_like as ones_like
from ._ops.array.creation import zeros as zeros
from ._ops.array.creation import zeros_like as zeros_like
from ._ops.array.dynamic_partition import dynamic_partition as dynamic_partition
from ._ops.array.dynamic_partition import dynamic_stitch as dynamic_stitch
from ._ops.array.gathering import gather as gather
from ._ops.array.gathering import gather_nd as gather_nd
from ._ops.array.identity import ensure_shape as ensure_shape
from ._ops.array.identity import guarantee_const as guarantee_const
from ._ops.array.identity import identity as identity
from ._ops.array.identity import identity_n as identity_n
from ._ops.array.identity import stop_gradient as stop_gradient
from ._ops.array.inspection import get_static_value as get_static_value
from ._ops.array.inspection import is_symbolic_tensor as is_symbolic_tensor
from ._ops.array.inspection import is_tensor as is_tensor
from ._ops.array.inspection import timestamp as timestamp
from ._ops.array.joining import concat as concat
from ._ops.array.joining import parallel_stack as parallel_stack
from ._ops.array.joining import stack as stack
from ._ops.array.masking import boolean_mask as boolean_mask
from ._ops.array.masking import sequence_mask as sequence_mask
from ._ops.array.padding import pad as pad
from ._ops.array.padding import reverse as reverse
from ._ops.array.padding import reverse_sequence as reverse_sequence
from ._ops.array.padding import roll as roll
from ._ops.array.ranges import linspace as linspace
from ._ops.array.ranges import range as range
from ._ops.array.scattering import scatter_nd as scatter_nd
from ._ops.array.scattering import tensor_scatter_nd_add as tensor_scatter_nd_add
from ._ops.array.scattering import tensor_scatter_nd_max as tensor_scatter_nd_max
from ._ops.array.scattering import tensor_scatter_nd_min as tensor_scatter_nd_min
from ._ops.array.scattering import tensor_scatter_nd_sub as tensor_scatter_nd_sub
from ._ops.array.scattering import tensor_scatter_nd_update as tensor_scatter_nd_update
from ._ops.array.shaping import broadcast_dynamic_shape as broadcast_dynamic_shape
from ._ops.array.shaping import broadcast_static_shape as broadcast_static_shape
from ._ops.array.shaping import broadcast_to as broadcast_to
from ._ops.array.shaping import expand_dims as expand_dims
from ._ops.array.shaping import rank as rank
from ._ops.array.shaping import reshape as reshape
from ._ops.array.shaping import shape as shape
from ._ops.array.shaping import shape_n as shape_n
from ._ops.array.shaping import size as size
from ._ops.array.shaping import squeeze as squeeze
from ._ops.array.shaping import transpose as transpose
from ._ops.array.slicing import slice as slice
from ._ops.array.slicing import strided_slice as strided_slice
from ._ops.array.space_to_batch import (
    required_space_to_batch_paddings as required_space_to_batch_paddings,
)
from ._ops.array.splitting import split as split
from ._ops.array.splitting import unstack as unstack
from ._ops.array.tiling import meshgrid as meshgrid
from ._ops.array.tiling import repeat as repeat
from ._ops.array.tiling import tile as tile
from ._ops.array.unique import unique as unique
from ._ops.array.unique import unique_with_counts as unique_with_counts
from ._ops.array.where import where as where
from ._ops.control.cond import case as case
from ._ops.control.cond import cond as cond
from ._ops.control.cond import switch_case as switch_case
from ._ops.control.control_flow import group as group
from ._ops.control.control_flow import no_op as no_op
from ._ops.control.control_flow import tuple_ as tuple
from ._ops.control.map_fn import map_fn as map_fn
from ._ops.control.scan import foldl as foldl
from ._ops.control.scan import foldr as foldr
from ._ops.control.scan import scan as scan
from ._ops.control.tensor_array_spec import TensorArraySpec as TensorArraySpec
from ._ops.control.while_loop import while_loop as while_loop
from ._ops.debugging.assertions import Assert as Assert
from ._ops.debugging.assertions import assert_equal as assert_equal
from ._ops.debugging.assertions import assert_greater as assert_greater
from ._ops.debugging.assertions import assert_less as assert_less
from ._ops.debugging.shape_assertions import assert_rank as assert_rank
from ._ops.io.printing import print as print
from ._ops.linalg.einsum import einsum as einsum
from ._ops.linalg.matmul import matmul as matmul
from ._ops.linalg.matmul import tensordot as tensordot
from ._ops.linalg.matrix_functions import sqrtm as matrix_square_root
from ._ops.linalg.norms import norm as norm
from ._ops.math.argmax import argmax as argmax
from ._ops.math.argmax import argmin as argmin
from ._ops.math.arithmetic import add as add
from ._ops.math.arithmetic import add_n as add_n
from ._ops.math.arithmetic import multiply as multiply
from ._ops.math.arithmetic import negative as negative
from ._ops.math.arithmetic import scalar_mul as scalar_mul
from ._ops.math.arithmetic import square as square
from ._ops.math.arithmetic import subtract as subtract
from ._ops.math.casting import bitcast as bitcast
from ._ops.math.casting import cast as cast
from ._ops.math.casting import saturate_cast as saturate_cast
from ._ops.math.clipping import clip_by_global_norm as clip_by_global_norm
from ._ops.math.clipping import clip_by_norm as clip_by_norm
from ._ops.math.clipping import clip_by_value as clip_by_value
from ._ops.math.comparison import equal as equal
from ._ops.math.comparison import greater as greater
from ._ops.math.comparison import greater_equal as greater_equal
from ._ops.math.comparison import less as less
from ._ops.math.comparison import less_equal as less_equal
from ._ops.math.comparison import not_equal as not_equal
from ._ops.math.complex import complex as complex
from ._ops.math.cumulative import cumsum as cumsum
from ._ops.math.division import divide as divide
from ._ops.math.division import realdiv as realdiv
from ._ops.math.division import truediv as truediv
from ._ops.math.division import truncatediv as truncatediv
from ._ops.math.division import truncatemod as truncatemod
from ._ops.math.elementwise import abs as abs
from ._ops.math.elementwise import exp as exp
from ._ops.math.elementwise import floor as floor
from ._ops.math.elementwise import maximum as maximum
from ._ops.math.elementwise import minimum as minimum
from ._ops.math.elementwise import round as round
from ._ops.math.elementwise import sigmoid as sigmoid
from ._ops.math.elementwise import sign as sign
from ._ops.math.elementwise import sqrt as sqrt
from ._ops.math.logical import logical_and as logical_and
from ._ops.math.logical import logical_not as logical_not
from ._ops.math.logical import logical_or as logical_or
from ._ops.math.powers import pow as pow
from ._ops.math.reductions import reduce_all as reduce_all
from ._ops.math.reductions import reduce_any as reduce_any
from ._ops.math.reductions import reduce_logsumexp as reduce_logsumexp
from ._ops.math.reductions import reduce_max as reduce_max
from ._ops.math.reductions import reduce_mean as reduce_mean
from ._ops.math.reductions import reduce_min as reduce_min
from ._ops.math.reductions import reduce_prod as reduce_prod
from ._ops.math.reductions import reduce_sum as reduce_sum
from ._ops.math.sorting import argsort as argsort
from ._ops.math.sorting import searchsorted as searchsorted
from ._ops.math.sorting import sort as sort
from ._ops.math.trigonometry import acos as acos
from ._ops.math.trigonometry import acosh as acosh
from ._ops.math.trigonometry import asin as asin
from ._ops.math.trigonometry import asinh as asinh
from ._ops.math.trigonometry import atan as atan
from ._ops.math.trigonometry import atan2 as atan2
from ._ops.math.trigonometry import atanh as atanh
from ._ops.math.trigonometry import cos as cos
from ._ops.math.trigonometry import cosh as cosh
from ._ops.math.trigonometry import sin as sin
from ._ops.math.trigonometry import sinh as sinh
from ._ops.math.trigonometry import tan as tan
from ._ops.math.trigonometry import tanh as tanh
from ._ops.state import save_slice_info as _save_slice_info
from ._ops.state import scatter_updates as _variable_updates
from .dtypes import *

# The star import also brings tf.dtypes.experimental under the name of tf.experimental.
del experimental  # noqa: F821

newaxis = None
__version__ = version.VERSION
__git_version__ = version.GIT_VERSION
__compiler_version__ = version.COMPILER_VERSION

# Imported on first use, like every namespace that the imports above do not need.
_LATE = {
    "AggregationMethod": "_ops.control.gradient_registry",
    "Graph": "_graph.api",
    "Operation": "_graph.operation",
    "OptionalSpec": "_data.optional",
    "RaggedTensor": "_ragged.tensor",
    "RaggedTensorSpec": "_ragged.spec",
    "RegisterGradient": "_ops.control.gradient_registry",
    "TensorArray": "_ops.control.tensor_array",
    "approx_top_k": "_ops.math.top_k",
    "as_string": "_ops.strings.numbers",
    "batch_to_space": "_ops.array.space_to_batch",
    "constant_initializer": "_ops.random.initializers",
    "conv": "_ops.nn.conv",
    "edit_distance": "_ops.sparse.edit_distance",
    "eig": "_ops.linalg.matrix_functions",
    "eigvals": "_ops.linalg.matrix_functions",
    "explain": "_explain.explain",
    "extract_volume_patches": "_ops.image.volume_patches",
    "fftnd": "_ops.signal.fft_nd",
    "fingerprint": "_ops.strings.hashing",
    "from_torch": "_ops.dlpack",
    "grad_pass_through": "_ops.control.gradient_functions",
    "gradients": "_ops.control.gradient_functions",
    "hessians": "_ops.control.gradient_functions",
    "histogram_fixed_width": "_ops.array.histograms",
    "histogram_fixed_width_bins": "_ops.array.histograms",
    "ifftnd": "_ops.signal.fft_nd",
    "irfftnd": "_ops.signal.fft_nd",
    "keep_history": "_explain.switch",
    "make_ndarray": "_ops.io.array_proto",
    "make_tensor_proto": "_ops.io.array_proto",
    "no_gradient": "_ops.control.gradient_registry",
    "numpy_function": "_ops.control.py_function",
    "ones_initializer": "_ops.random.initializers",
    "plot": "_explain.plot",
    "py_function": "_ops.control.py_function",
    "random_index_shuffle": "_ops.array.index_shuffle",
    "random_normal_initializer": "_ops.random.initializers",
    "random_uniform_initializer": "_ops.random.initializers",
    "recompute_grad": "_ops.control.gradient_functions",
    "rfftnd": "_ops.signal.fft_nd",
    "space_to_batch": "_ops.array.space_to_batch",
    "space_to_batch_nd": "_ops.array.space_to_batch",
    "unravel_index": "_ops.array.unravel_index",
    "vectorized_map": "_ops.control.vectorized_map",
    "zeros_initializer": "_ops.random.initializers",
}

__getattr__, __dir__ = _api.namespace(__name__, _LATE)

_keep_history_if_requested()
_startup.done()
