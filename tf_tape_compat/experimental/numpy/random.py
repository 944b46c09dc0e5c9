"""`tf.experimental.numpy.random`: random arrays under NumPy's names."""

from ... import _api
from ..._numpy.random import poisson as poisson
from ..._numpy.random import rand as rand
from ..._numpy.random import randint as randint
from ..._numpy.random import randn as randn
from ..._numpy.random import random as random
from ..._numpy.random import seed as seed
from ..._numpy.random import standard_normal as standard_normal
from ..._numpy.random import uniform as uniform

__getattr__, __dir__ = _api.namespace(__name__)
