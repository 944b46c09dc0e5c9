"""`tensorflow.core.protobuf.saved_model_pb2`."""

from .... import _messages

SavedModel = _messages.SavedModel
