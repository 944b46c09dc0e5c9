"""`tf.types.experimental`: the classes of functions, and of the types of their arguments."""

from .. import _api
from .._functions.concrete import ConcreteFunction as ConcreteFunction
from .._functions.function import Function as GenericFunction
from .._functions.function import Function as PolymorphicFunction
from .._functions.function_type import FunctionType as FunctionType
from .._functions.user_trace_types import SupportsTracingProtocol as SupportsTracingProtocol
from .._functions.user_trace_types import TraceType as TraceType

__getattr__, __dir__ = _api.namespace(__name__)
