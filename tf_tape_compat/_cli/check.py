"""`tf-tape check`: finds the unavailable TensorFlow symbols in a program's source."""

from __future__ import annotations

import ast
import types
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import tf_tape_compat

from .. import _install
from .._api.imports import qualified_name
from .._api.missing import NotAvailableImportError, missing

_FOLLOWED = (types.ModuleType, type)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


class Finding(NamedTuple):
    """One use of a symbol that is not available."""

    line: int
    message: str


def _dotted(node: ast.expr) -> list[str]:
    """["tf", "math", "add"] for `tf.math.add` and for `getattr(tf.math, "add")`; else []."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute):
        path = _dotted(node.value)
        return path and [*path, node.attr]
    match node:
        case ast.Call(func=ast.Name(id="getattr"), args=[value, ast.Constant(value=str(name))]):
            path = _dotted(value)
            return path and [*path, name]
    return []


class _Checker:
    """Follows the names that are bound to TensorFlow modules through a program's scopes."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def check(self, scope_nodes: list[ast.AST], outer: dict[str, object]) -> None:
        """Checks one scope. `outer` maps the names of the enclosing scopes to modules."""
        nodes = [node for start in scope_nodes for node in _walk_scope(start)]
        stores = Counter(name for node in nodes for name in _stored(node))
        # A name bound here hides a module of the same name outside.
        scope = {name: value for name, value in outer.items() if name not in stores}
        for node in nodes:
            if isinstance(node, ast.Import):
                self._import(node, scope)
            elif isinstance(node, ast.ImportFrom):
                self._import_from(node, scope)
            elif isinstance(node, ast.Assign):
                self._alias(node, scope, stores)
        for node in nodes:
            self._use(node, scope)
        for node in nodes:
            if isinstance(node, _SCOPES):
                self.check(_inside(node), scope)

    def _import(self, statement: ast.Import, scope: dict[str, object]) -> None:
        for alias in statement.names:
            if _is_tensorflow(alias.name):
                self._try(statement, f"import {alias.name}", alias.name)
                path = alias.name.split(".") if alias.asname else ["tensorflow"]
                scope[alias.asname or "tensorflow"] = _resolve(tf_tape_compat, path[1:])

    def _import_from(self, statement: ast.ImportFrom, scope: dict[str, object]) -> None:
        module = statement.module or ""
        if statement.level or not _is_tensorflow(module):
            return
        for alias in statement.names:
            full = f"{module}.{alias.name}"
            names = self._try(statement, f"from {module} import {alias.name}", full)
            scope[alias.asname or alias.name] = names.get(alias.name) or _resolve(
                tf_tape_compat, full.split(".")[1:]
            )

    def _try(self, statement: ast.stmt, text: str, full: str) -> dict[str, object]:
        """The names that importing `full` binds. A failing import is a finding."""
        names: dict[str, object] = {}
        try:
            exec(text, names)
        except NotAvailableImportError as error:
            self.findings.append(Finding(statement.lineno, str(error)))
        except ImportError:
            self.findings.append(Finding(statement.lineno, str(missing(qualified_name(full)))))
        return names

    def _alias(self, statement: ast.Assign, scope: dict[str, object], stores: Counter[str]) -> None:
        path = _dotted(statement.value)
        match statement.targets:
            case [ast.Name(id=name)] if stores[name] == 1 and path and path[0] in scope:
                scope[name] = _resolve(scope[path[0]], path[1:])

    def _use(self, node: ast.AST, scope: dict[str, object]) -> None:
        if not isinstance(node, (ast.Attribute, ast.Call)):
            return
        path = _dotted(node)
        if not path or path[0] not in scope:
            return
        owner = _resolve(scope[path[0]], path[1:-1])
        if isinstance(owner, _FOLLOWED):
            try:
                getattr(owner, path[-1])
            except AttributeError as error:
                self.findings.append(Finding(node.end_lineno or node.lineno, str(error)))


def _is_tensorflow(module_name: str) -> bool:
    return module_name.partition(".")[0] == "tensorflow"


def _resolve(value: object, attributes: list[str]) -> object:
    """Follows a chain of attributes through modules and classes; None if it leaves them."""
    for name in attributes:
        value = getattr(value, name, None) if isinstance(value, _FOLLOWED) else None
    return value


def _stored(node: ast.AST) -> list[str]:
    """The names that a node binds, except by an import."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return [node.id]
    return [node.arg] if isinstance(node, ast.arg) else []


def _walk_scope(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of one scope, in order, without the bodies of inner scopes."""
    yield node
    if isinstance(node, ast.arg):
        return
    inside = _inside(node)
    for child in ast.iter_child_nodes(node):
        if child not in inside:
            yield from _walk_scope(child)
        elif isinstance(child, ast.arg) and child.annotation:
            yield from _walk_scope(child.annotation)


def _inside(node: ast.AST) -> list[ast.AST]:
    """The nodes in the scope that `node` opens: its parameters and its body."""
    if isinstance(node, ast.arguments):
        optional = [argument for argument in (node.vararg, node.kwarg) if argument]
        return [*node.posonlyargs, *node.args, *node.kwonlyargs, *optional]
    if isinstance(node, ast.Lambda):
        return [*_inside(node.args), node.body]
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return [*_inside(node.args), *node.body]
    return [*node.body] if isinstance(node, ast.ClassDef) else []


def check(source: bytes, file: str) -> list[Finding]:
    """Finds the uses of TensorFlow symbols that are not available here.

    The program is not run, so modules passed as arguments and methods of objects are not seen.

    Args:
        source: The program's source.
        file: Its file name, for error messages.

    Returns:
        The findings, sorted by line.

    Raises:
        SyntaxError: `source` is not valid Python.
    """
    tree = ast.parse(source, file)
    checker = _Checker()
    _install.install()
    try:
        checker.check([*tree.body], {})
    finally:
        _install.uninstall()
    return sorted(set(checker.findings))
