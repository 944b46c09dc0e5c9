"""`tf-tape check`: which of the TensorFlow symbols that programs use work here."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from .._api import names
from .._api.missing import advice
from .differences import Difference, of_symbol
from .uses import Program, Use, uses

WORKS, DIFFERS, MISSING, UNKNOWN = "works", "differs", "not available", "unknown"

# Folders that hold no programs of the user's own.
_SKIPPED = frozenset(("__pycache__", "node_modules", "site-packages", "dist-packages"))
_SUFFIXES = (".py", ".ipynb")


class Symbol(NamedTuple):
    """A symbol that the programs use.

    Attributes:
      name: its full name.
      status: WORKS, DIFFERS, MISSING, or UNKNOWN if TensorFlow lacks it too.
      uses: where.
      advice: what to use instead, or the reason, if it does not work.
      differences: how it differs from TensorFlow's, the most important first.
    """

    name: str
    status: str
    uses: list[Use]
    advice: str
    differences: list[Difference]


class Report(NamedTuple):
    """What was found.

    Attributes:
      files: the programs that were read.
      without_tensorflow: those of them that do not import TensorFlow.
      symbols: the symbols that they use, the worst first.
      errors: what could not be read, each with the reason.
    """

    files: list[str]
    without_tensorflow: list[str]
    symbols: list[Symbol]
    errors: list[str]

    def count(self, status: str) -> int:
        """How many symbols have a status."""
        return sum(symbol.status == status for symbol in self.symbols)

    @property
    def findings(self) -> list[Use]:
        """The uses of what does not work, in the order of files and lines."""
        order = {file: number for number, file in enumerate(self.files)}
        found = {
            (use.place, use.message): use
            for symbol in self.symbols
            for use in symbol.uses
            if use.message is not None
        }
        return sorted(found.values(), key=lambda use: (_position(use.place, order), use.message))

    @property
    def exit_status(self) -> int:
        """0 if all works, 1 if something is not available, 2 if a file could not be read."""
        return 2 if self.errors else 1 if self.findings else 0


def _position(place: str, order: dict[str, int]) -> tuple[int, list[int]]:
    for file, number in order.items():
        if place.startswith(f"{file}:"):
            parts = place[len(file) + 1 :].removeprefix("cell ").split(":")
            return number, [int(part) for part in parts]
    return len(order), []


def programs(paths: Iterable[str]) -> Iterator[str]:
    """The files that paths mean: of a folder, all Python files and notebooks below it.

    Hidden folders, virtual environments and installed packages are left out.
    """
    for path in paths:
        if not os.path.isdir(path):
            yield path
            continue
        for folder, folders, files in os.walk(path):
            folders[:] = sorted(
                name
                for name in folders
                if not name.startswith(".")
                and name not in _SKIPPED
                and not os.path.exists(os.path.join(folder, name, "pyvenv.cfg"))
            )
            for name in sorted(files):
                if name.endswith(_SUFFIXES) and not name.startswith("."):
                    yield os.path.join(folder, name)


def check(paths: Iterable[str], progress: Callable[[int, int, str], None] | None = None) -> Report:
    """Finds out which TensorFlow symbols programs use, and which of them work here.

    Args:
        paths: files and folders.
        progress: called before each file with its number from 1, how many there are, and its name.
    """
    files = [*programs(paths)]
    found: dict[str, Program] = {}
    errors = []
    for number, file in enumerate(files, 1):
        if progress is not None:
            progress(number, len(files), file)
        try:
            with open(file, "rb") as stream:
                found[file] = uses(stream.read(), file)
        except (OSError, SyntaxError, ValueError, RecursionError) as error:
            errors.append(f"can't check {file}: {error}")
    without = [file for file, program in found.items() if not program.imports_tensorflow]
    return Report([*found], without, _symbols(found), errors)


def _symbols(found: dict[str, Program]) -> list[Symbol]:
    by_name: dict[str, list[Use]] = {}
    methods: dict[str, set[str]] = {}  # by the class's namespace, the attributes that are read
    for program in found.values():
        for use in program.uses:
            by_name.setdefault(_public(use), []).append(use)
            methods.setdefault(_public(use), set()).update(program.methods)
    symbols = [_symbol(name, listed, methods[name]) for name, listed in by_name.items()]
    order = {MISSING: 0, UNKNOWN: 1, DIFFERS: 2, WORKS: 3}
    return sorted(symbols, key=lambda symbol: (order[symbol.status], symbol.name))


def _public(use: Use) -> str:
    """The symbol itself, for a use of a member of it, such as `tf.float32.max`."""
    name = use.symbol
    if use.message is None and name.startswith("tf."):
        while "." in name and names.symbol_kind(name) is None:
            name = name.rpartition(".")[0]
    return name if name != "tf" else use.symbol


def _symbol(name: str, listed: list[Use], methods: set[str]) -> Symbol:
    if any(use.message is not None for use in listed):
        known = not name.startswith("tf.") or names.symbol_kind(name) is not None
        status = MISSING if known else UNKNOWN
        reason = advice(name) if known else next(use.message for use in listed if use.message) or ""
        return Symbol(name, status, listed, reason, [])
    known_differences = [*of_symbol(name)]
    for method in sorted(methods):
        known_differences += of_symbol(f"{name}.{method}")
    unique = [x for n, x in enumerate(known_differences) if x not in known_differences[:n]]
    unique.sort(key=lambda item: item.importance)
    matters = any(item.importance < 3 for item in unique)
    return Symbol(name, DIFFERS if matters else WORKS, listed, "", unique)
