"""The names that `symbols.txt` uses."""

from __future__ import annotations

import importlib as importlib
import sys as sys
import tempfile as tempfile

from .._core.gradients.gradient_operands import UnconnectedGradients as UnconnectedGradients
from .._core.recording.execution_context import (
    executing_eagerly_outside_functions as executing_eagerly_outside_functions,
)
from .._core.types.dimension import Dimension as Dimension
from .._core.types.shape import TensorShape as TensorShape
from .._core.variables.handle import VariableAggregation as VariableAggregation
from .._core.variables.handle import VariableSynchronization as VariableSynchronization
from .._core.variables.sparse_tensor import SparseTensorValue as SparseTensorValue
from .._ops.image import resizing as resizing
from .._ops.io.gfile import FastGFile as FastGFile
from .._ops.io.tf_record import TFRecordCompressionType as TFRecordCompressionType
from .._ops.io.tf_record import tf_record_iterator as tf_record_iterator
from .._ops.nn.ctc_loss_v1 import ctc_loss_v1 as ctc_loss_v1
from .._ops.nn.fused_batch_norm import compat_fused_batch_norm as compat_fused_batch_norm
from .._ragged.value import RaggedTensorValue as RaggedTensorValue
from . import losses as losses
from . import metrics as metrics
from . import optimizers as optimizers
from . import schedules as schedules
from . import summary as summary
from . import tables as tables
from . import threshold_metrics as threshold_metrics
from .arguments import as_tensor_unless as as_tensor_unless
from .arguments import last as last
from .arguments import one as one
from .arguments import square as square
from .graphs import datasets as datasets
from .graphs import graphs as graphs
from .graphs import messages as messages
from .initializers import ConstantInitializer as ConstantInitializer
from .initializers import OnesInitializer as OnesInitializer
from .initializers import RandomNormalInitializer as RandomNormalInitializer
from .initializers import RandomUniformInitializer as RandomUniformInitializer
from .initializers import TruncatedNormalInitializer as TruncatedNormalInitializer
from .initializers import ZerosInitializer as ZerosInitializer
from .logging import log as log
from .logging import log_every_n as log_every_n
from .logging import log_first_n as log_first_n
from .losses import compute_weighted_loss as compute_weighted_loss
from .neural import by_rows as by_rows
from .neural import ctc_beam_search_decoder as ctc_beam_search_decoder
from .neural import dropout as dropout
from .neural import embedding_lookup as embedding_lookup
from .neural import max_pool_with_argmax as max_pool_with_argmax
from .neural import moments as moments
from .neural import softmax_cross_entropy as softmax_cross_entropy
from .neural import sparse_labels as sparse_labels
from .neural import sparse_softmax_cross_entropy as sparse_softmax_cross_entropy
from .operations import assert_near as assert_near
from .operations import assert_scalar as assert_scalar
from .operations import batch_gather as batch_gather
from .operations import case as case
from .operations import categorical as categorical
from .operations import checked as checked
from .operations import clip_by_average_norm as clip_by_average_norm
from .operations import compare as compare
from .operations import compare_with_zero as compare_with_zero
from .operations import cond as cond
from .operations import constant as constant
from .operations import div as div
from .operations import expand_dims as expand_dims
from .operations import report_uninitialized as report_uninitialized
from .operations import sparse_split as sparse_split
from .operations import string_split as string_split
from .operations import strings_split as strings_split
from .operations import tables_initializer as tables_initializer
from .operations import where as where
from .operations import while_loop as while_loop
from .optimizer import Optimizer as Optimizer
from .program import Variable as Variable
from .program import colocate_with as colocate_with
from .program import disable_v2_behavior as disable_v2_behavior
from .program import enable_eager_execution as enable_eager_execution
from .program import name_scope as name_scope
from .saver import Saver as Saver
from .saver import checkpoint_exists as checkpoint_exists
from .saver import checkpoint_times as checkpoint_times
from .saver import init_from_checkpoint as init_from_checkpoint
from .saver import new_checkpoint_reader as new_checkpoint_reader
from .saver import remove_checkpoint as remove_checkpoint
from .saver import write_state as write_state
from .scaled_initializers import GlorotNormal as GlorotNormal
from .scaled_initializers import GlorotUniform as GlorotUniform
from .scaled_initializers import Identity as Identity
from .scaled_initializers import Orthogonal as Orthogonal
from .scaled_initializers import UniformUnitScaling as UniformUnitScaling
from .scaled_initializers import VarianceScaling as VarianceScaling
from .training import GraphKeys as GraphKeys
from .training import assert_global_step as assert_global_step
from .training import create_global_step as create_global_step
from .training import flags as flags
from .training import get_global_step as get_global_step
from .training import get_or_create_global_step as get_or_create_global_step
from .training import run_app as run_app
from .variable_scope import VariableScope as VariableScope
from .variable_scope import get_variable as get_variable
from .variable_scope import get_variable_scope as get_variable_scope
from .variable_scope import make_template as make_template
from .variable_scope import variable_scope as variable_scope
from .variable_store import ReuseMode as ReuseMode
