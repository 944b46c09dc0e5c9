"""`tf.nn`: the building blocks of neural networks."""

from .. import _api
from .._ops.array.dilation import with_space_to_batch as with_space_to_batch
from .._ops.array.space_to_batch import space_to_batch as space_to_batch
from .._ops.array.space_to_depth import depth_to_space as depth_to_space
from .._ops.array.space_to_depth import space_to_depth as space_to_depth
from .._ops.linalg.norms import l2_normalize as l2_normalize
from .._ops.math.counting import zero_fraction as zero_fraction
from .._ops.math.elementwise import sigmoid as sigmoid
from .._ops.math.elementwise import softplus as softplus
from .._ops.math.elementwise import softsign as softsign
from .._ops.math.top_k import approx_max_k as approx_max_k
from .._ops.math.top_k import approx_min_k as approx_min_k
from .._ops.math.top_k import in_top_k as in_top_k
from .._ops.math.top_k import top_k as top_k
from .._ops.math.trigonometry import tanh as tanh
from .._ops.nn.activations import crelu as crelu
from .._ops.nn.activations import elu as elu
from .._ops.nn.activations import gelu as gelu
from .._ops.nn.activations import leaky_relu as leaky_relu
from .._ops.nn.activations import log_softmax as log_softmax
from .._ops.nn.activations import relu as relu
from .._ops.nn.activations import relu6 as relu6
from .._ops.nn.activations import selu as selu
from .._ops.nn.activations import silu as silu
from .._ops.nn.activations import silu as swish
from .._ops.nn.activations import softmax as softmax
from .._ops.nn.atrous_convolution import atrous_conv2d as atrous_conv2d
from .._ops.nn.atrous_convolution import atrous_conv2d_transpose as atrous_conv2d_transpose
from .._ops.nn.atrous_convolution import conv_transpose as conv_transpose
from .._ops.nn.atrous_convolution import convolution as convolution
from .._ops.nn.candidate_sampling import all_candidate_sampler as all_candidate_sampler
from .._ops.nn.candidate_sampling import compute_accidental_hits as compute_accidental_hits
from .._ops.nn.convolution import conv1d as conv1d
from .._ops.nn.convolution import conv2d as conv2d
from .._ops.nn.convolution import conv3d as conv3d
from .._ops.nn.ctc_decoding import ctc_beam_search_decoder as ctc_beam_search_decoder
from .._ops.nn.ctc_decoding import ctc_greedy_decoder as ctc_greedy_decoder
from .._ops.nn.ctc_loss import collapse_repeated as collapse_repeated
from .._ops.nn.ctc_loss import ctc_loss as ctc_loss
from .._ops.nn.ctc_loss import ctc_unique_labels as ctc_unique_labels
from .._ops.nn.depthwise_convolution import depthwise_conv2d as depthwise_conv2d
from .._ops.nn.depthwise_convolution import (
    depthwise_conv2d_backprop_filter as depthwise_conv2d_backprop_filter,
)
from .._ops.nn.depthwise_convolution import (
    depthwise_conv2d_backprop_input as depthwise_conv2d_backprop_input,
)
from .._ops.nn.depthwise_convolution import separable_conv2d as separable_conv2d
from .._ops.nn.dropout import dropout as dropout
from .._ops.nn.embeddings import embedding_lookup as embedding_lookup
from .._ops.nn.embeddings import embedding_lookup_sparse as embedding_lookup_sparse
from .._ops.nn.embeddings import safe_embedding_lookup_sparse as safe_embedding_lookup_sparse
from .._ops.nn.fractional_pooling import fractional_avg_pool as fractional_avg_pool
from .._ops.nn.fractional_pooling import fractional_max_pool as fractional_max_pool
from .._ops.nn.isotonic import isotonic_regression as isotonic_regression
from .._ops.nn.local_response_normalization import (
    local_response_normalization as local_response_normalization,
)
from .._ops.nn.local_response_normalization import local_response_normalization as lrn
from .._ops.nn.losses import l2_loss as l2_loss
from .._ops.nn.losses import log_poisson_loss as log_poisson_loss
from .._ops.nn.losses import sigmoid_cross_entropy_with_logits as sigmoid_cross_entropy_with_logits
from .._ops.nn.losses import (
    weighted_cross_entropy_with_logits as weighted_cross_entropy_with_logits,
)
from .._ops.nn.morphology import dilation2d as dilation2d
from .._ops.nn.morphology import erosion2d as erosion2d
from .._ops.nn.normalization import (
    batch_norm_with_global_normalization as batch_norm_with_global_normalization,
)
from .._ops.nn.normalization import batch_normalization as batch_normalization
from .._ops.nn.normalization import bias_add as bias_add
from .._ops.nn.normalization import moments as moments
from .._ops.nn.normalization import normalize_moments as normalize_moments
from .._ops.nn.normalization import sufficient_statistics as sufficient_statistics
from .._ops.nn.normalization import weighted_moments as weighted_moments
from .._ops.nn.pooling import avg_pool as avg_pool
from .._ops.nn.pooling import avg_pool1d as avg_pool1d
from .._ops.nn.pooling import avg_pool3d as avg_pool3d
from .._ops.nn.pooling import max_pool as max_pool
from .._ops.nn.pooling import max_pool1d as max_pool1d
from .._ops.nn.pooling import max_pool3d as max_pool3d
from .._ops.nn.pooling import pool as pool
from .._ops.nn.pooling_2d import avg_pool2d as avg_pool2d
from .._ops.nn.pooling_2d import max_pool2d as max_pool2d
from .._ops.nn.pooling_2d import max_pool_with_argmax as max_pool_with_argmax
from .._ops.nn.replica_losses import compute_average_loss as compute_average_loss
from .._ops.nn.replica_losses import scale_regularization_loss as scale_regularization_loss
from .._ops.nn.sampled_losses import nce_loss as nce_loss
from .._ops.nn.sampled_losses import sampled_softmax_loss as sampled_softmax_loss
from .._ops.nn.softmax_cross_entropy import (
    softmax_cross_entropy_with_logits as softmax_cross_entropy_with_logits,
)
from .._ops.nn.softmax_cross_entropy import (
    sparse_softmax_cross_entropy_with_logits as sparse_softmax_cross_entropy_with_logits,
)
from .._ops.nn.transposed_convolution import conv1d_transpose as conv1d_transpose
from .._ops.nn.transposed_convolution import conv2d_transpose as conv2d_transpose
from .._ops.nn.transposed_convolution import conv3d_transpose as conv3d_transpose
from .._ops.nn.unigram_sampling import (
    fixed_unigram_candidate_sampler as fixed_unigram_candidate_sampler,
)
from .._ops.nn.unigram_sampling import (
    learned_unigram_candidate_sampler as learned_unigram_candidate_sampler,
)
from . import experimental as experimental

__getattr__, __dir__ = _api.namespace(__name__)
