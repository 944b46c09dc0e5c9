"""`tf.__internal__.decorator`."""

from .. import _api
from .._internal.util.tf_decorator import make_decorator as make_decorator
from .._internal.util.tf_decorator import unwrap as unwrap

__getattr__, __dir__ = _api.namespace(__name__)
