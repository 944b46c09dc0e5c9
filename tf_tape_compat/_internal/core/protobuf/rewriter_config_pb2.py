"""`tensorflow.core.protobuf.rewriter_config_pb2`."""

from .... import _messages

RewriterConfig = _messages.RewriterConfig
AutoParallelOptions = _messages.AutoParallelOptions
