"""`tensorflow.core.framework.tensor_shape_pb2`."""

from .... import _messages

TensorShapeProto = _messages.TensorShapeProto
