"""`tf.random`: random tensors, with the same numbers as TensorFlow for the same seeds."""

from .. import _api
from .._ops.nn.candidate_sampling import all_candidate_sampler as all_candidate_sampler
from .._ops.nn.candidate_sampling import (
    log_uniform_candidate_sampler as log_uniform_candidate_sampler,
)
from .._ops.nn.candidate_sampling import uniform_candidate_sampler as uniform_candidate_sampler
from .._ops.nn.unigram_sampling import (
    fixed_unigram_candidate_sampler as fixed_unigram_candidate_sampler,
)
from .._ops.nn.unigram_sampling import (
    learned_unigram_candidate_sampler as learned_unigram_candidate_sampler,
)
from .._ops.random.discrete import categorical as categorical
from .._ops.random.discrete import poisson as poisson
from .._ops.random.discrete import stateless_binomial as stateless_binomial
from .._ops.random.discrete import stateless_categorical as stateless_categorical
from .._ops.random.discrete import stateless_poisson as stateless_poisson
from .._ops.random.gamma import gamma as gamma
from .._ops.random.gamma import stateless_gamma as stateless_gamma
from .._ops.random.generator import Generator as Generator
from .._ops.random.generator import create_rng_state as create_rng_state
from .._ops.random.generator import get_global_generator as get_global_generator
from .._ops.random.generator import set_global_generator as set_global_generator
from .._ops.random.parameterized_truncated_normal import (
    stateless_parameterized_truncated_normal as stateless_parameterized_truncated_normal,
)
from .._ops.random.rng_algorithm import Algorithm as Algorithm
from .._ops.random.shuffle import shuffle as shuffle
from .._ops.random.stateful import normal as normal
from .._ops.random.stateful import set_seed as set_seed
from .._ops.random.stateful import truncated_normal as truncated_normal
from .._ops.random.stateful import uniform as uniform
from .._ops.random.stateless import fold_in as fold_in
from .._ops.random.stateless import split as split
from .._ops.random.stateless import stateless_normal as stateless_normal
from .._ops.random.stateless import stateless_truncated_normal as stateless_truncated_normal
from .._ops.random.stateless import stateless_uniform as stateless_uniform

__getattr__, __dir__ = _api.namespace(__name__)
