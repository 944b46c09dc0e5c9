"""`tensorflow.core.framework.tensor_pb2`."""

from .... import _messages

TensorProto = _messages.TensorProto
VariantTensorDataProto = _messages.VariantTensorDataProto
