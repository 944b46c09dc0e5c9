"""`tensorflow.core.framework.device_attributes_pb2`."""

from .... import _messages

DeviceAttributes = _messages.DeviceAttributes
DeviceLocality = _messages.DeviceLocality
