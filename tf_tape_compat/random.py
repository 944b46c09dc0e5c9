"""`tf.random`: random tensors, with TensorFlow's numbers for its seeds."""

from . import _api
from ._ops.random_gamma import gamma as gamma
from ._ops.random_ops import normal as normal
from ._ops.random_ops import set_seed as set_seed
from ._ops.random_ops import truncated_normal as truncated_normal
from ._ops.random_ops import uniform as uniform
from ._ops.random_shuffle import shuffle as shuffle
from ._ops.rng_algorithm import Algorithm as Algorithm
from ._ops.stateless_random import fold_in as fold_in
from ._ops.stateless_random import split as split
from ._ops.stateless_random import stateless_normal as stateless_normal
from ._ops.stateless_random import stateless_truncated_normal as stateless_truncated_normal
from ._ops.stateless_random import stateless_uniform as stateless_uniform

__getattr__, __dir__ = _api.namespace(__name__)
