"""Converts the source of a function with malt, to code that calls our operators."""

from __future__ import annotations

import ast
import importlib.util  # noqa: F401  malt uses it without importing it
import types
from collections.abc import Callable
from typing import Any

from malt.converters import (
    asserts,
    break_statements,
    call_trees,
    conditional_expressions,
    continue_statements,
    control_flow,
    directives,
    functions,
    lists,
    logical_expressions,
    return_statements,
    slices,
    variables,
)
from malt.core import converter, unsupported_features_checker
from malt.impl import api as malt_api
from malt.lang import directives as malt_directives
from malt.pyct import anno

from .._graph.call_stacks import origins
from .options import set_loop_options

Feature = converter.Feature
ConversionOptions = converter.ConversionOptions


class _Directives(directives.DirectivesTransformer):
    """Also takes our `set_loop_options`, which exists without malt being loaded."""

    def visit_Expr(self, node: Any) -> Any:  # noqa: N802
        call = node.value
        function = getattr(call, "func", None)
        result = super().visit_Expr(node)
        if (
            function is not None
            and anno.getanno(call.func, directives.STATIC_VALUE, default=None) is set_loop_options
        ):
            self._process_statement_directive(call, malt_directives.set_loop_options)
            return None
        return result


class Transpiler(malt_api.PyToPy):
    """malt's translation of Python to Python, with our operators in the namespace `ag__`."""

    def __init__(self, operators: dict[str, Any]) -> None:
        super().__init__()
        namespace = types.ModuleType("ag__")
        namespace.__dict__.update(operators)
        namespace.__dict__.update(
            ConversionOptions=ConversionOptions, STD=converter.STANDARD_OPTIONS, Feature=Feature
        )
        self._extra_locals = {"ag__": namespace}

    def get_transformed_name(self, node: Any) -> str:
        return "tf__" + super(malt_api.PyToPy, self).get_transformed_name(node).removeprefix("tf__")

    def transform_ast(self, node: Any, ctx: Any) -> Any:
        uses = ctx.user.options.uses
        unsupported_features_checker.verify(node)
        _name_handlers(node, _as_node)
        node = self.initial_analysis(node, ctx)
        node = functions.transform(node, ctx)
        node = _Directives(ctx).visit(node)
        node = break_statements.transform(node, ctx)
        if uses(Feature.ASSERT_STATEMENTS):
            node = asserts.transform(node, ctx)
        node = continue_statements.transform(node, ctx)
        node = return_statements.transform(node, ctx)
        if uses(Feature.LISTS):
            node = lists.transform(node, ctx)
            node = slices.transform(node, ctx)
        for step in (
            call_trees,
            control_flow,
            conditional_expressions,
            logical_expressions,
            variables,
        ):
            node = step.transform(node, ctx)
        _name_handlers(node, _as_text)
        return node


def _name_handlers(node: Any, name: Callable[[Any], Any]) -> None:
    """Replaces the names of exception handlers, which malt's analyses expect to be nodes."""
    for child in ast.walk(node):
        if isinstance(child, ast.ExceptHandler) and child.name is not None:
            child.name = name(child.name)


def _as_node(name: Any) -> Any:
    return ast.Name(id=name, ctx=ast.Store()) if isinstance(name, str) else name


def _as_text(name: Any) -> Any:
    return name.id if isinstance(name, ast.Name) else name


def convert(
    transpiler: Transpiler, function: Callable[..., Any], options: Any
) -> Callable[..., Any]:
    """The converted function. Raises ValueError for an object without Python code."""
    if not hasattr(function, "__code__"):
        raise ValueError(
            "Cannot apply autograph to a function that doesn't expose a __code__ object. If this "
            "is a @tf.function, try passing f.python_function instead."
        )
    converted: Any
    converted, module, source_map = transpiler.transform(
        function, converter.ProgramContext(options=options)
    )
    origins.update(source_map)
    converted.ag_module = module
    converted.ag_source_map = source_map
    result: Callable[..., Any] = converted
    return result
