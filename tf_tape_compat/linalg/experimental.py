"""`tf.linalg.experimental`: further linear algebra."""

from .. import _api
from .._linear_operators.conjugate_gradient import conjugate_gradient as conjugate_gradient

__getattr__, __dir__ = _api.namespace(__name__)
