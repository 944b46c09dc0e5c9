"""Finds the uses of TensorFlow symbols in a program's source, without running it."""

from __future__ import annotations

import ast
import types
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import tf_tape_compat

from .. import _install
from .._api import names
from .._api.imports import qualified_name
from .._api.missing import NotAvailableError, NotAvailableImportError, explanation, missing
from . import program

_FOLLOWED = (types.ModuleType, type)
_CHAIN = (ast.Attribute, ast.Call)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


class Use(NamedTuple):
    """One use of a symbol.

    Attributes:
      place: the file and line: `program.py:3`, or `note.ipynb:cell 2:3`.
      symbol: the full name, such as "tf.math.erf".
      message: why it is not available; None if it is.
    """

    place: str
    symbol: str
    message: str | None


class Program(NamedTuple):
    """What a program uses.

    Attributes:
      uses: the uses of TensorFlow symbols, in their order.
      methods: the names of all attributes that the program reads, of whatever objects.
      imports_tensorflow: whether it imports TensorFlow at all.
    """

    uses: list[Use]
    methods: frozenset[str]
    imports_tensorflow: bool


class _Found(NamedTuple):
    line: int
    symbol: str
    message: str | None


class _Bound(NamedTuple):
    """What a name of the program stands for, and its full name in TensorFlow."""

    value: object
    symbol: str


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


class _Unavailable(types.ModuleType):
    """Stands for a namespace that is not available, so that its symbols are reported by name."""

    def __getattr__(self, name: str) -> object:
        full = f"{qualified_name(self.__name__)}.{name}"
        if names.symbol_kind(full) != "m":
            raise missing(full)
        return _Unavailable(f"tensorflow{full[2:]}")


class _Checker:
    """Follows the names that are bound to TensorFlow modules through a program's scopes."""

    def __init__(self) -> None:
        self.found: list[_Found] = []
        self.methods: set[str] = set()
        self.imports_tensorflow = False

    def check(self, scope_nodes: list[ast.AST], outer: dict[str, _Bound]) -> None:
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
        # Of a chain such as `tf.keras.layers.Dense`, only the whole is reported.
        parts = {id(_owner(node)) for node in nodes if isinstance(node, _CHAIN)}
        for node in nodes:
            self._use(node, scope, is_part=id(node) in parts)
        for node in nodes:
            if isinstance(node, _SCOPES):
                self.check(_inside(node), scope)

    def _import(self, statement: ast.Import, scope: dict[str, _Bound]) -> None:
        for alias in statement.names:
            if _is_tensorflow(alias.name):
                self.imports_tensorflow = True
                self._try(statement, f"import {alias.name}", alias.name)
                path = alias.name.split(".") if alias.asname else ["tensorflow"]
                value = _resolve(tf_tape_compat, path[1:])
                scope[alias.asname or "tensorflow"] = _Bound(value, ".".join(["tf", *path[1:]]))

    def _import_from(self, statement: ast.ImportFrom, scope: dict[str, _Bound]) -> None:
        module = statement.module or ""
        if statement.level or not _is_tensorflow(module):
            return
        self.imports_tensorflow = True
        for alias in statement.names:
            full = f"{module}.{alias.name}"
            bound = self._try(statement, f"from {module} import {alias.name}", full)
            value = bound.get(alias.name) or _resolve(tf_tape_compat, full.split(".")[1:])
            name = qualified_name(full)
            scope[alias.asname or alias.name] = _Bound(value, name)
            if bound and not isinstance(value, types.ModuleType):
                self.found.append(_Found(statement.lineno, name, None))

    def _try(self, statement: ast.stmt, text: str, full: str) -> dict[str, object]:
        """The names that importing `full` binds. A failing import is a finding."""
        bound: dict[str, object] = {}
        try:
            exec(text, bound)
        except NotAvailableImportError as error:
            self.found.append(_Found(statement.lineno, qualified_name(full), str(error)))
        except ImportError:
            name = qualified_name(full)
            self.found.append(_Found(statement.lineno, name, str(missing(name))))
        return bound

    def _alias(self, statement: ast.Assign, scope: dict[str, _Bound], stores: Counter[str]) -> None:
        path = _dotted(statement.value)
        match statement.targets:
            case [ast.Name(id=name)] if stores[name] == 1 and path and path[0] in scope:
                first = scope[path[0]]
                scope[name] = _Bound(
                    _resolve(first.value, path[1:]), ".".join([first.symbol, *path[1:]])
                )

    def _use(self, node: ast.AST, scope: dict[str, _Bound], is_part: bool) -> None:
        if isinstance(node, ast.Attribute):
            self.methods.add(node.attr)
        if isinstance(node, ast.Name):
            self._use_name(node, scope, is_part)
        if not isinstance(node, _CHAIN):
            return
        path = _dotted(node)
        if not path or path[0] not in scope:
            return
        bound = scope[path[0]]
        owner = _resolve(bound.value, path[1:-1])
        if not isinstance(owner, _FOLLOWED):
            return
        symbol = ".".join([bound.symbol, *path[1:]])
        message = None
        try:
            value = _attribute(owner, path[-1])
        except AttributeError as error:
            message = str(error)
        else:
            if is_part and isinstance(value, _FOLLOWED):
                return  # the whole is reported
            if isinstance(value, _Unavailable):
                symbol = qualified_name(value.__name__)
                message = explanation([symbol])
            elif isinstance(value, types.ModuleType):
                return
        self.found.append(_Found(node.end_lineno or node.lineno, symbol, message))

    def _use_name(self, node: ast.Name, scope: dict[str, _Bound], is_part: bool) -> None:
        """A use of what was imported by its own name, as in `from tensorflow import square`."""
        bound = scope.get(node.id)
        if bound is None or is_part or not isinstance(node.ctx, ast.Load):
            return
        if bound.value is not None and not isinstance(bound.value, types.ModuleType):
            self.found.append(_Found(node.lineno, bound.symbol, None))


def _owner(node: ast.AST) -> ast.AST | None:
    """The node before the dot: `tf.math` in `tf.math.add` and in `getattr(tf.math, "add")`."""
    match node:
        case ast.Attribute(value=value):
            return value
        case ast.Call(func=ast.Name(id="getattr"), args=[value, *_]):
            return value
    return None


def _is_tensorflow(module_name: str) -> bool:
    return module_name.partition(".")[0] == "tensorflow"


def _attribute(owner: object, name: str) -> object:
    """An attribute of a module or a class; for an unavailable namespace, what stands for it."""
    try:
        return getattr(owner, name)
    except NotAvailableError:
        if isinstance(owner, types.ModuleType):
            full = f"{qualified_name(owner.__name__)}.{name}"
            if names.symbol_kind(full) == "m":
                return _Unavailable(f"tensorflow{full[2:]}")
        raise


def _resolve(value: object, attributes: list[str]) -> object:
    """Follows a chain of attributes through modules and classes; None if it leaves them."""
    for name in attributes:
        if not isinstance(value, _FOLLOWED):
            return None
        try:
            value = _attribute(value, name)
        except AttributeError:
            return None
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


def uses(source: bytes, file: str) -> Program:
    """Finds the TensorFlow symbols that a program uses.

    The program is not run, so modules passed as arguments and methods of objects are not seen.

    Args:
        source: The program's source, or a notebook.
        file: Its file name.

    Raises:
        SyntaxError: `source` is not valid Python.
        NotAProgramError: `source` is not a program at all.
    """
    places: list[str] = []
    statements: list[ast.AST] = []
    for cell, tree in program.trees(program.cells(source, file), file):
        # The lines of all cells are numbered as those of one program.
        statements += ast.increment_lineno(tree, len(places)).body
        prefix = file if cell.number is None else f"{file}:cell {cell.number}"
        lines = len(cell.source.splitlines())
        places += [f"{prefix}:{line}" for line in range(1, lines + 2)]
    checker = _Checker()
    _install.install()
    try:
        checker.check(statements, {})
    finally:
        _install.uninstall()
    found = sorted(checker.found, key=lambda item: (item.line, item.message or "", item.symbol))
    return Program(
        [Use(places[item.line - 1], item.symbol, item.message) for item in found],
        frozenset(checker.methods),
        checker.imports_tensorflow,
    )
