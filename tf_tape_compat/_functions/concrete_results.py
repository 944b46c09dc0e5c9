"""What a `ConcreteFunction` shows of its graph, its variables and its result."""

from __future__ import annotations

from typing import Any

from .. import nest
from .._core.types.shape import TensorShape
from .._core.types.tensor_spec import TensorSpec
from .._core.variables.variable import Variable
from .output_inference import infer_output
from .trace_types import signature
from .type_components import tensor_specs


class ConcreteResults:
    """The properties of a trace that follow from its graph.

    If the function is not traced, the type of the result is inferred on first use, by running the
    Python function on tensors without values.
    """

    traced: Any
    output: Any
    input_type: Any
    not_traced: str | None
    _function: Any
    _call_arguments: Any
    _variables: tuple[Variable, ...] | None
    _has_unknown_sizes: bool

    # -- the graph --------------------------------------------------------------------------------

    @property
    def graph(self) -> Any:
        """The graph. Raises AttributeError if the function runs its Python at every call."""
        if self.traced is None:
            reason = self.not_traced or "tracing is off"
            raise AttributeError(
                f"{self._function.name} has no graph: it runs its Python at every call, because of "
                f"{reason}"
            )
        return self.traced.function.graph

    @property
    def captured_inputs(self) -> list[Any]:
        """The tensors and handles of variables that the function uses from outside of it."""
        return list(self.graph.external_captures)

    @property
    def function_def(self) -> Any:
        """The graph as a protocol buffer."""
        from .._graph.node_defs import function_def

        return function_def(self.graph, self.name.decode())  # type: ignore[attr-defined]

    def _capture_types(self) -> dict[int, TensorSpec]:
        if self.traced is None:
            return {}
        return {
            id(outside): TensorSpec(inside.shape, inside.dtype)
            for outside, inside in self.graph.captured_pairs
        }

    @property
    def inputs(self) -> list[Any]:
        """The symbolic tensors of the arguments, then those of what is captured.

        If the function is not traced: the specs of the tensors among the arguments.
        """
        if self.traced is not None:
            return list(self.graph.all_inputs)
        named_type = self._named_type()  # type: ignore[attr-defined]
        return [spec for p in named_type.parameters.values() for spec in tensor_specs(p.annotation)]

    # -- the result -------------------------------------------------------------------------------

    def _infer_output(self) -> None:
        """Infers the type of the result. Raises RuntimeError as `_infer_for_size` does."""
        common_type = None
        # Sizes that differ between two runs are unknown.
        for size in (3, 5) if self._has_unknown_sizes else (3,):
            output = self._infer_for_size(size)
            if common_type is None:
                common_type = output
            else:
                common_type = common_type.most_specific_common_supertype([output])
        self.output = common_type

    def _infer_for_size(self, size: int) -> Any:
        """The type of the result if every unknown dimension of the arguments has `size`.

        Raises RuntimeError if it depends on values, or if the function creates variables.
        """
        try:
            output, self._variables = infer_output(
                self, self.input_type, self._function.python_function, self._call_arguments, size
            )
        except Exception as error:
            raise RuntimeError(
                f"tf_tape_compat: the result type of {self._function.name} is unknown before a "
                f"call, because it depends on values or creates variables; call it first ({error})"
            ) from error
        return output

    @property
    def structured_outputs(self) -> Any:
        """The result, with symbolic tensors in it; with `tf.TensorSpec` if it is not traced."""
        if self.traced is not None:
            return self.traced.structured_outputs
        if self.output is None:
            self._infer_output()
        return signature(self.output)

    @property
    def outputs(self) -> list[Any]:
        """The symbolic tensors of the result; their specs if the function is not traced."""
        if self.traced is not None:
            return list(self.graph.outputs)
        self.structured_outputs  # noqa: B018 -- infers `output`
        return tensor_specs(self.output)

    @property
    def output_shapes(self) -> Any:
        """The shapes of the tensors in the result."""
        return nest.map_structure(
            lambda leaf: getattr(leaf, "shape", TensorShape(None)), self.structured_outputs
        )

    @property
    def output_dtypes(self) -> Any:
        """The element types of the tensors in the result."""
        return nest.map_structure(
            lambda leaf: None if leaf is None else leaf.dtype, self.structured_outputs
        )

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The variables that the function reads."""
        if self.traced is not None:
            return tuple(self.graph.variables_used(self.traced.stand_ins))
        if self._variables is None:
            self._infer_for_size(3)
        return self._variables or ()

    @property
    def trainable_variables(self) -> tuple[Variable, ...]:
        """The trainable variables that the function reads."""
        return tuple(variable for variable in self.variables if variable.trainable)
