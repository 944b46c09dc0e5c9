"""`tf.random.experimental`: generators, shuffled indices and seeds."""

from .. import _api
from .._ops.array.index_shuffle import index_shuffle as index_shuffle
from .._ops.random.generator import Generator as Generator
from .._ops.random.generator import create_rng_state as create_rng_state
from .._ops.random.generator import get_global_generator as get_global_generator
from .._ops.random.generator import set_global_generator as set_global_generator
from .._ops.random.rng_algorithm import Algorithm as Algorithm
from .._ops.random.shuffle import stateless_shuffle as stateless_shuffle
from .._ops.random.stateless import fold_in as stateless_fold_in
from .._ops.random.stateless import split as stateless_split

__getattr__, __dir__ = _api.namespace(__name__)
