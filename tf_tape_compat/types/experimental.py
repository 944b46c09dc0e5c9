"""`tf.types.experimental`: the classes of functions, for annotations and `isinstance`."""

from .. import _api
from .._functions.concrete import ConcreteFunction as ConcreteFunction
from .._functions.function import Function as GenericFunction
from .._functions.function import Function as PolymorphicFunction
from .._functions.function_type import FunctionType as FunctionType

__getattr__, __dir__ = _api.namespace(__name__)
