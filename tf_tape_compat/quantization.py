"""`tf.quantization`: real numbers rounded to the levels that a few bits have."""

from . import _api
from ._ops.quantization import fake_quantization as _fake

fake_quant_with_min_max_args = _fake.fake_quant_with_min_max_args
fake_quant_with_min_max_args_gradient = _fake.fake_quant_with_min_max_args_gradient
fake_quant_with_min_max_vars = _fake.fake_quant_with_min_max_vars
fake_quant_with_min_max_vars_gradient = _fake.fake_quant_with_min_max_vars_gradient
fake_quant_with_min_max_vars_per_channel = _fake.fake_quant_with_min_max_vars_per_channel
fake_quant_with_min_max_vars_per_channel_gradient = (
    _fake.fake_quant_with_min_max_vars_per_channel_gradient
)

__getattr__, __dir__ = _api.namespace(__name__)
