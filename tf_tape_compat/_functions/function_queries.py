"""What users ask a `tf.function` for: its traces, signatures and Python function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .function_type import FunctionSpec, FunctionType, input_signature_of


class FunctionQueries:
    """The part of a `Function` that answers questions."""

    _python_function: Callable[..., Any]
    _function_type: FunctionType
    _defaults: dict[str, Any]
    _name: str
    _options: dict[str, Any]
    _traces: dict[Any, Any]
    _was_used: Callable[[], bool]
    get_concrete_function: Callable[..., Any]

    def experimental_get_tracing_count(self) -> int:
        """The number of traces that TensorFlow would have made for the calls so far."""
        return len(self._traces)

    def _list_all_concrete_functions(self) -> list[Any]:
        """All traces."""
        if self.input_signature is not None:
            self.get_concrete_function()
        return list(self._traces.values())

    def _list_all_concrete_functions_for_serialization(self) -> list[Any]:
        """All traces."""
        return self._list_all_concrete_functions()

    def pretty_printed_concrete_signatures(self, verbose: bool = True) -> str:
        """The signatures of all traces."""
        traces = self._list_all_concrete_functions()
        signatures = [trace.pretty_printed_signature(verbose=verbose) for trace in traces]
        return ("\n\n" if verbose else "\n").join(signatures)

    def get_initialization_function(self, *args: Any, **kwargs: Any) -> Any:
        """A function that does nothing: variables are initialized when they are created.

        Raises RuntimeError if the function has been called.
        """
        if self._was_used():
            raise RuntimeError(
                "get_initialization_function cannot be called after the function has been used"
            )
        return type(self)(lambda: None, "initialize_variables").get_concrete_function()  # type: ignore[call-arg]

    def experimental_get_compiler_ir(self, *args: Any, **kwargs: Any) -> Any:
        """Raises NotImplementedError, or ValueError without `jit_compile`: XLA is not used."""
        if not self._options["jit_compile"]:
            raise ValueError(
                "Compiler IR can only be returned for functions marked with 'jit_compile=True'"
            )
        raise NotImplementedError(
            "experimental_get_compiler_ir is not available in tf_tape_compat: torch compiles "
            "functions, not XLA"
        )

    @property
    def python_function(self) -> Callable[..., Any]:
        """The wrapped Python function."""
        return self._python_function

    @property
    def name(self) -> str:
        """The name of the Python function."""
        return self._name

    @property
    def input_signature(self) -> tuple[Any, ...] | None:
        """The `input_signature`, or None."""
        return input_signature_of(self._function_type)

    @property
    def function_type(self) -> FunctionType:
        """The parameters and their type constraints."""
        return self._function_type

    @property
    def function_spec(self) -> FunctionSpec:
        """The parameters and their type constraints, in an older form."""
        jit_compile = self._options["jit_compile"]
        return FunctionSpec(self._function_type, self._defaults, False, self._name, jit_compile)
