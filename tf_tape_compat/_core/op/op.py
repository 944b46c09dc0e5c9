"""`@op`: turns a torch function with TensorFlow's signature into an operation.

    @op("Square", "x", torch.square)
    def square(x, name=None):
        "Implements `tf.square`: squares `x` element-wise."

    @op("Sum", "input_tensor")
    def reduce_sum(input_tensor, axis=None, keepdims=False, name=None):
        "..."
        return torch.sum(input_tensor, ...)

The first argument is TensorFlow's name of the operation. Errors carry it, and the element types
that each tensor argument admits are looked up by it (`op_types.txt`). The second names the tensor
arguments, in TensorFlow's order; the decorated function gets them as torch tensors:

    "x y"             two tensors, of one type if TensorFlow's operation requires it
    "values*"         a list of tensors of one type
    "x?"              a tensor or None
    "params:Tparams"  with its type attribute (or fixed type: "condition:bool"), if the order of the
                      arguments differs from TensorFlow's

The third is the torch function, if it can be called with just the tensors. The decorated function
then only has the signature and the docstring.

The operation is compiled at its first call (lazy_op.py, op_source.py). Errors inside become
TensorFlow's errors (op_errors.py).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, Protocol

from ..devices.placement import initialize as initialize_devices
from ..tensor.tensor import EagerTensor
from ..types.dtype import DType
from .lazy_op import LazyOp
from .op_def import OpDef
from .op_source import OpSource

P = ParamSpec("P")


class Operation(Protocol[P]):
    """An operation, as `@op` returns it: a function with some attributes."""

    __name__: str
    # The operation itself; of a form made by `operator`, the operation that it is a form of.
    base: Any

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Any: ...

    def operator(self, reflected: str, **rules: Any) -> Callable[[Any, Any], Any]:
        """The operation as one of Python's operators calls it, with some rules changed.

        Args:
          reflected: the method of the right operand's class that is called if the operand does not
            convert.
          **rules: `convert_pair`, `dtype_overloads` or `mixed`, in place of those given to `@op`.
        """

    def source(self) -> str:
        """The source of the generated function."""


def op(
    operation: str,
    tensors: str,
    kernel: Callable[..., Any] | None = None,
    *,
    nondifferentiable: bool = False,
    unrecorded: bool = False,
    unregistered: bool = False,
    mismatch: Callable[[DType, DType], Exception] | None = None,
    convert_pair: Callable[[Any, Any], tuple[EagerTensor, EagerTensor]] | None = None,
    dtype_overloads: Mapping[str, Callable[..., Any]] | None = None,
    mixed: Callable[..., Any] | None = None,
    default: str | None = None,
    host: str = "",
) -> Callable[[Callable[P, Any]], Operation[P]]:
    """Turns a function on torch tensors into an operation; see the docstring of the module.

    Args:
      operation: TensorFlow's name of the operation.
      tensors: the tensor arguments.
      kernel: the torch function to call with the tensors, in place of the decorated function.
      nondifferentiable: TensorFlow records the operation but has no gradient for it (tf.floor).
      unrecorded: TensorFlow does not record it, or its results carry no gradients (tf.equal).
      unregistered: TensorFlow records it, but has no entry for its gradient: asking for one raises
        LookupError (tf.math.is_inf). The kernel itself refuses the gradient of a real result.
      mismatch: makes the error for two tensors of different types, if it is not the usual one.
      convert_pair: converts the two operands, if they do not both take the first tensor's type. A
        number that comes first then takes no fast path.
      dtype_overloads: by the name of an element type that the kernel does not take ("*" for all
        such types), the operation to call instead with the same arguments.
      mixed: called for tensors of two types, if that is not an error.
      default: the element type that Python and NumPy values take if they can, and no tensor says
        otherwise.
      host: the tensor arguments whose values the kernel reads. They are handed over in host memory
        and do not decide where the operation runs, as TensorFlow's arguments in host memory.
    """

    def decorate(definition: Callable[P, Any]) -> Operation[P]:
        # TensorFlow's functions show no annotations; those of the definition are for torch tensors.
        definition.__annotations__ = {}
        signature = inspect.signature(definition)

        def generate(reflected: str | None, **changed: Any) -> OpSource:
            rules = {
                "convert_pair": convert_pair,
                "dtype_overloads": dtype_overloads,
                "mixed": mixed,
                "default": default,
                "host": host,
                **changed,
            }
            op_def = OpDef(operation, tensors, mismatch, **rules, reflected=reflected)
            rule = nondifferentiable, unrecorded, unregistered, initialize_devices()
            return OpSource(definition, kernel or definition, op_def, signature, *rule)

        def operator(reflected: str, **changed: Any) -> Any:
            lazy = LazyOp(lambda: generate(reflected, **changed), definition, operation)
            lazy.function.base = function
            return lazy.function

        lazy = LazyOp(lambda: generate(None), definition, operation)
        function: Any = lazy.function
        function.__signature__ = signature
        function.operator = operator
        function.source = lazy.source
        function.base = function
        result: Operation[P] = function
        return result

    return decorate
