"""What the text of a program says: names that are bound anew, branches that were not taken."""

from __future__ import annotations

import ast
import linecache
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from .places import Place


@lru_cache(maxsize=64)
def _parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError):
        return None


def _tree(file: str) -> ast.Module | None:
    return _parsed("".join(linecache.getlines(file)))


def rebinds(place: Place | None) -> bool:
    """Whether the statement at a place computes a new value for a name from the name itself.

    As `w = w - 0.1 * g` and `w -= 0.1 * g` do, after which `w` is not the variable it was.
    """
    tree = None if place is None else _tree(place.file)
    if tree is None or place is None:
        return False
    for node in ast.walk(tree):
        if isinstance(node, (ast.Assign, ast.AugAssign)) and _covers(node, place.line):
            if isinstance(node, ast.AugAssign):
                return True
            used = {ast.unparse(x) for x in ast.walk(node.value) if _is_target(x)}
            bound = {ast.unparse(x) for t in node.targets for x in ast.walk(t) if _is_target(x)}
            if used & bound:
                return True
    return False


_SHOWING = frozenset("print pprint debug info warning error log write writelines".split())


def only_shows(place: Place | None) -> bool:
    """Whether the statement at a place prints or logs, or checks, what it computes."""
    tree = None if place is None else _tree(place.file)
    if tree is None or place is None:
        return False
    statements = [x for x in ast.walk(tree) if isinstance(x, ast.stmt) and _covers(x, place.line)]
    if not statements:
        return False
    innermost = max(statements, key=lambda x: x.lineno)
    if isinstance(innermost, ast.Assert):
        return True
    match innermost:
        case ast.Expr(value=ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name))):
            return name in _SHOWING
    return False


def _is_target(node: ast.AST) -> bool:
    return isinstance(node, (ast.Name, ast.Attribute, ast.Subscript))


def _covers(node: Any, line: int) -> bool:
    return bool(node.lineno <= line <= (node.end_lineno or node.lineno))


def untaken_branch(
    entered: Place | None, lines: set[Place], local_names: set[str], global_names: set[str]
) -> Place | None:
    """Where a branch that did not run under a tape uses one of the names.

    Looks into the `with` block of the tape, and into the functions that ran under it, where only
    global names mean the same object.
    """
    tree = None if entered is None else _tree(entered.file)
    if tree is None or entered is None:
        return None
    ran = {place.line for place in lines if place.file == entered.file}
    for statement, is_block in _searched(tree, entered.line, ran):
        names = local_names | global_names if is_block else global_names - _bound_in(statement)
        for body in _branches(statement, tree):
            if any(_first(body) <= line <= _last(body) for line in ran):
                continue
            for node in (node for part in body for node in ast.walk(part)):
                if isinstance(node, ast.Name) and node.id in names and _in_load(node):
                    return Place(entered.file, node.lineno)
    return None


def _first(body: list[Any]) -> int:
    first: int = body[0].lineno
    return first


def _last(body: list[Any]) -> int:
    last: int = body[-1].end_lineno or body[-1].lineno
    return last


def _in_load(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Load)


def _searched(tree: ast.Module, line: int, ran: set[int]) -> Iterator[tuple[Any, bool]]:
    """The tape's `with` statement, and the functions that ran; whether it is the `with`."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.With, ast.AsyncWith)):
            if node.lineno <= line < node.body[0].lineno:
                yield node, True
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and any(
            _first(node.body) <= number <= _last(node.body) for number in ran
        ):
            yield node, False


def _bound_in(function: Any) -> set[str]:
    """The names that are local to a function."""
    names = {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names


def _branches(statement: ast.stmt, tree: ast.Module) -> Iterator[list[Any]]:
    """The statements of each branch: of `if` and `match`, and the functions given to `tf.cond`."""
    functions = {x.name: x for x in ast.walk(tree) if isinstance(x, ast.FunctionDef)}
    for node in ast.walk(statement):
        if isinstance(node, ast.If):
            yield node.body
            if node.orelse:
                yield node.orelse
        elif isinstance(node, ast.Match):
            for case in node.cases:
                yield case.body
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(_CONDITIONALS):
            for argument in ast.walk(node):
                if isinstance(argument, ast.Lambda):
                    yield [argument.body]
                elif isinstance(argument, ast.Name) and argument.id in functions:
                    yield functions[argument.id].body


_CONDITIONALS = (".cond", ".case", ".switch_case")
