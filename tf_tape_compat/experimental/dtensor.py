"""`tf.experimental.dtensor`: empty, as it is for programs that use several devices."""

from .. import _api

__getattr__, __dir__ = _api.namespace(__name__)
