"""TensorFlow's `GradientTape` and eager API on PyTorch: `import tf_tape_compat as tf`."""

from . import _startup  # before all others

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
from ._core.creators import variable_creator_scope as variable_creator_scope
from ._core.custom_gradient import custom_gradient as custom_gradient
from ._core.device import device as device
from ._core.device_spec import DeviceSpec as DeviceSpec
from ._core.dtype import DType as DType
from ._core.dtype import as_dtype as as_dtype
from ._core.execution import control_dependencies as control_dependencies
from ._core.execution import executing_eagerly as executing_eagerly
from ._core.execution import get_current_name_scope as get_current_name_scope
from ._core.execution import init_scope as init_scope
from ._core.execution import inside_function as inside_function
from ._core.execution import name_scope as name_scope
from ._core.handle import VariableAggregation as VariableAggregation
from ._core.handle import VariableSynchronization as VariableSynchronization
from ._core.indexed_slices import IndexedSlices as IndexedSlices
from ._core.indexed_slices import IndexedSlicesSpec as IndexedSlicesSpec
from ._core.logging import get_logger as get_logger
from ._core.registration import (
    register_tensor_conversion_function as register_tensor_conversion_function,
)
from ._core.shape import TensorShape as TensorShape
from ._core.sparse_tensor import SparseTensor as SparseTensor
from ._core.sparse_tensor import SparseTensorSpec as SparseTensorSpec
from ._core.spec import TensorSpec as TensorSpec
from ._core.tape import GradientTape as GradientTape
from ._core.tape import UnconnectedGradients as UnconnectedGradients
from ._core.tensor import Tensor as Tensor
from ._core.type_spec import NoneTensorSpec as NoneTensorSpec
from ._core.type_spec import TypeSpec as TypeSpec
from ._core.type_spec import type_spec_from_value as type_spec_from_value
from ._core.variable import Variable as Variable
from ._functions.function import function as function
from ._functions.module import Module as Module
from ._install import install as install
from ._install import uninstall as uninstall
from ._ops import indexing as _indexing
from ._ops import operators as _operators
from ._ops import variable_updates as _variable_updates
from ._ops.arithmetic import add as add
from ._ops.arithmetic import add_n as add_n
from ._ops.arithmetic import multiply as multiply
from ._ops.arithmetic import negative as negative
from ._ops.arithmetic import scalar_mul as scalar_mul
from ._ops.arithmetic import square as square
from ._ops.arithmetic import subtract as subtract
from ._ops.assertions import Assert as Assert
from ._ops.assertions import assert_equal as assert_equal
from ._ops.assertions import assert_greater as assert_greater
from ._ops.assertions import assert_less as assert_less
from ._ops.blocks import required_space_to_batch_paddings as required_space_to_batch_paddings
from ._ops.casting import bitcast as bitcast
from ._ops.casting import cast as cast
from ._ops.casting import saturate_cast as saturate_cast
from ._ops.clipping import clip_by_global_norm as clip_by_global_norm
from ._ops.clipping import clip_by_norm as clip_by_norm
from ._ops.clipping import clip_by_value as clip_by_value
from ._ops.comparison import equal as equal
from ._ops.comparison import greater as greater
from ._ops.comparison import greater_equal as greater_equal
from ._ops.comparison import less as less
from ._ops.comparison import less_equal as less_equal
from ._ops.comparison import not_equal as not_equal
from ._ops.complex import complex as complex
from ._ops.control_flow import case as case
from ._ops.control_flow import cond as cond
from ._ops.control_flow import group as group
from ._ops.control_flow import no_op as no_op
from ._ops.control_flow import switch_case as switch_case
from ._ops.control_flow import tuple_ as tuple
from ._ops.control_flow import while_loop as while_loop
from ._ops.conversion import constant as constant
from ._ops.conversion import convert_to_tensor as convert_to_tensor
from ._ops.copying import ensure_shape as ensure_shape
from ._ops.copying import guarantee_const as guarantee_const
from ._ops.copying import identity as identity
from ._ops.copying import identity_n as identity_n
from ._ops.copying import stop_gradient as stop_gradient
from ._ops.creation import eye as eye
from ._ops.creation import fill as fill
from ._ops.creation import linspace as linspace
from ._ops.creation import one_hot as one_hot
from ._ops.creation import ones as ones
from ._ops.creation import ones_like as ones_like
from ._ops.creation import range as range
from ._ops.creation import zeros as zeros
from ._ops.creation import zeros_like as zeros_like
from ._ops.division import divide as divide
from ._ops.division import realdiv as realdiv
from ._ops.division import truediv as truediv
from ._ops.division import truncatediv as truncatediv
from ._ops.division import truncatemod as truncatemod
from ._ops.einsum import einsum as einsum
from ._ops.elementwise import abs as abs
from ._ops.elementwise import exp as exp
from ._ops.elementwise import floor as floor
from ._ops.elementwise import maximum as maximum
from ._ops.elementwise import minimum as minimum
from ._ops.elementwise import round as round
from ._ops.elementwise import sigmoid as sigmoid
from ._ops.elementwise import sign as sign
from ._ops.elementwise import sqrt as sqrt
from ._ops.folding import foldl as foldl
from ._ops.folding import foldr as foldr
from ._ops.folding import map_fn as map_fn
from ._ops.folding import scan as scan
from ._ops.gathering import dynamic_partition as dynamic_partition
from ._ops.gathering import gather as gather
from ._ops.gathering import gather_nd as gather_nd
from ._ops.inspection import get_static_value as get_static_value
from ._ops.inspection import is_symbolic_tensor as is_symbolic_tensor
from ._ops.inspection import is_tensor as is_tensor
from ._ops.inspection import timestamp as timestamp
from ._ops.joining import concat as concat
from ._ops.joining import meshgrid as meshgrid
from ._ops.joining import parallel_stack as parallel_stack
from ._ops.joining import repeat as repeat
from ._ops.joining import split as split
from ._ops.joining import stack as stack
from ._ops.joining import tile as tile
from ._ops.joining import unstack as unstack
from ._ops.linear import matmul as matmul
from ._ops.linear import tensordot as tensordot
from ._ops.logical import logical_and as logical_and
from ._ops.logical import logical_not as logical_not
from ._ops.logical import logical_or as logical_or
from ._ops.masking import boolean_mask as boolean_mask
from ._ops.masking import sequence_mask as sequence_mask
from ._ops.masking import where as where
from ._ops.matrix_functions import sqrtm as matrix_square_root
from ._ops.norms import norm as norm
from ._ops.ordering import argsort as argsort
from ._ops.ordering import searchsorted as searchsorted
from ._ops.ordering import sort as sort
from ._ops.ordering import unique as unique
from ._ops.ordering import unique_with_counts as unique_with_counts
from ._ops.padding import pad as pad
from ._ops.padding import reverse as reverse
from ._ops.padding import reverse_sequence as reverse_sequence
from ._ops.padding import roll as roll
from ._ops.positions import argmax as argmax
from ._ops.positions import argmin as argmin
from ._ops.powers import pow as pow
from ._ops.printing import print as print
from ._ops.reductions import reduce_all as reduce_all
from ._ops.reductions import reduce_any as reduce_any
from ._ops.reductions import reduce_logsumexp as reduce_logsumexp
from ._ops.reductions import reduce_max as reduce_max
from ._ops.reductions import reduce_mean as reduce_mean
from ._ops.reductions import reduce_min as reduce_min
from ._ops.reductions import reduce_prod as reduce_prod
from ._ops.reductions import reduce_sum as reduce_sum
from ._ops.scans import cumsum as cumsum
from ._ops.scattering import dynamic_stitch as dynamic_stitch
from ._ops.scattering import scatter_nd as scatter_nd
from ._ops.scattering import tensor_scatter_nd_add as tensor_scatter_nd_add
from ._ops.scattering import tensor_scatter_nd_max as tensor_scatter_nd_max
from ._ops.scattering import tensor_scatter_nd_min as tensor_scatter_nd_min
from ._ops.scattering import tensor_scatter_nd_sub as tensor_scatter_nd_sub
from ._ops.scattering import tensor_scatter_nd_update as tensor_scatter_nd_update
from ._ops.shape_assertions import assert_rank as assert_rank
from ._ops.shaping import broadcast_dynamic_shape as broadcast_dynamic_shape
from ._ops.shaping import broadcast_static_shape as broadcast_static_shape
from ._ops.shaping import broadcast_to as broadcast_to
from ._ops.shaping import expand_dims as expand_dims
from ._ops.shaping import rank as rank
from ._ops.shaping import reshape as reshape
from ._ops.shaping import shape as shape
from ._ops.shaping import shape_n as shape_n
from ._ops.shaping import size as size
from ._ops.shaping import squeeze as squeeze
from ._ops.shaping import transpose as transpose
from ._ops.slicing import slice as slice
from ._ops.slicing import strided_slice as strided_slice
from ._ops.tensor_array import TensorArraySpec as TensorArraySpec
from ._ops.trigonometry import acos as acos
from ._ops.trigonometry import acosh as acosh
from ._ops.trigonometry import asin as asin
from ._ops.trigonometry import asinh as asinh
from ._ops.trigonometry import atan as atan
from ._ops.trigonometry import atan2 as atan2
from ._ops.trigonometry import atanh as atanh
from ._ops.trigonometry import cos as cos
from ._ops.trigonometry import cosh as cosh
from ._ops.trigonometry import sin as sin
from ._ops.trigonometry import sinh as sinh
from ._ops.trigonometry import tan as tan
from ._ops.trigonometry import tanh as tanh
from .dtypes import *

# What the star brought along is tf.dtypes.experimental, not tf.experimental.
del experimental  # noqa: F821

newaxis = None
__version__ = version.VERSION
__git_version__ = version.GIT_VERSION
__compiler_version__ = version.COMPILER_VERSION

# Imported when they are first asked for, as all namespaces are that the above does not need.
_LATE = {
    "RaggedTensor": "_ragged.tensor",
    "RaggedTensorSpec": "_ragged.spec",
    "TensorArray": "_ops.tensor_array",
    "approx_top_k": "_ops.ordering",
    "as_string": "_ops.string_texts",
    "batch_to_space": "_ops.blocks",
    "constant_initializer": "_ops.initializers",
    "conv": "_ops.general_convolution",
    "edit_distance": "_ops.edit_distance",
    "eig": "_ops.matrix_functions",
    "eigvals": "_ops.matrix_functions",
    "extract_volume_patches": "_ops.volume_patches",
    "fftnd": "_ops.fourier_axes",
    "fingerprint": "_ops.string_hashes",
    "grad_pass_through": "_ops.gradient_functions",
    "gradients": "_ops.gradient_functions",
    "hessians": "_ops.gradient_functions",
    "histogram_fixed_width": "_ops.histograms",
    "histogram_fixed_width_bins": "_ops.histograms",
    "ifftnd": "_ops.fourier_axes",
    "irfftnd": "_ops.fourier_axes",
    "numpy_function": "_ops.python_functions",
    "ones_initializer": "_ops.initializers",
    "py_function": "_ops.python_functions",
    "random_index_shuffle": "_ops.index_shuffle",
    "random_normal_initializer": "_ops.initializers",
    "random_uniform_initializer": "_ops.initializers",
    "recompute_grad": "_ops.gradient_functions",
    "rfftnd": "_ops.fourier_axes",
    "space_to_batch": "_ops.blocks",
    "space_to_batch_nd": "_ops.blocks",
    "unravel_index": "_ops.positions",
    "vectorized_map": "_ops.vectorizing",
    "zeros_initializer": "_ops.initializers",
}

__getattr__, __dir__ = _api.namespace(__name__, _LATE)

_startup.done()
