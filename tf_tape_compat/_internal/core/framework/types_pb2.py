"""`tensorflow.core.framework.types_pb2`: the types of elements, by name and number."""

from __future__ import annotations

from typing import Any

from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper

from .... import _messages

DataType: Any = EnumTypeWrapper(_messages.POOL.FindEnumTypeByName("tensorflow.DataType"))
globals().update(DataType.items())
