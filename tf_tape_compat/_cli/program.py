"""Programs in files: scripts and Jupyter notebooks, as lists of cells."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from typing import NamedTuple

from . import notebook

# Python runs a file with any name. One that is named otherwise than these may also be data.
_PROGRAM_SUFFIXES = (".py", ".pyw", "")
_DOES_SOMETHING = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)


class NotAProgramError(ValueError):
    """Raised for a file that holds something else than a Python program."""


class Cell(NamedTuple):
    """A piece of a program that is compiled by itself. A script is one cell."""

    number: int | None  # of a notebook's code cell, from 1
    source: str | bytes

    def name(self, file: str) -> str:
        """The name of the source in tracebacks."""
        return file if self.number is None else f"{file}, cell {self.number}"


def cells(source: bytes, file: str) -> list[Cell]:
    """The cells of the program in a file.

    Raises:
        NotAProgramError: The file is neither a notebook in Python nor a program.
    """
    try:
        sources = notebook.code_cells(source)
    except ValueError as error:
        raise NotAProgramError(str(error)) from None
    if sources is not None:
        return [Cell(number, text) for number, text in enumerate(sources, 1)]
    suffix = os.path.splitext(file)[1]
    if suffix == ".ipynb":
        raise NotAProgramError("it is not a Jupyter notebook")
    if suffix not in _PROGRAM_SUFFIXES:
        _refuse_data(source, file)
    return [Cell(None, source)]


def _refuse_data(source: bytes, file: str) -> None:
    try:
        tree = ast.parse(source, file)
    except (SyntaxError, ValueError) as error:
        raise NotAProgramError(f"it is not a Python program: {error}") from None
    if tree.body and all(_is_data(statement) for statement in tree.body):
        raise NotAProgramError("it is not a Python program: it has only data")


def _is_data(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and not any(
        isinstance(node, _DOES_SOMETHING) for node in ast.walk(statement)
    )


def trees(parts: list[Cell], file: str) -> Iterator[tuple[Cell, ast.Module]]:
    """Each cell with its syntax tree. Raises SyntaxError or ValueError for wrong source."""
    for cell in parts:
        yield cell, ast.parse(cell.source, cell.name(file))
