"""The Python code in a Jupyter notebook, without the commands of IPython."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from typing import Any

# Cell magics whose cell is Python code that runs in the notebook's namespace.
_PYTHON_CELLS = ("%%time", "%%timeit", "%%capture", "%%prun")
_COMMAND = re.compile(r"\s*(?:[%!?]|[\w.,\s]+=\s*[%!]|[%\w.]+\?\??\s*$)")


def code_cells(source: bytes) -> list[str] | None:
    """The Python code of each code cell; None if `source` is not a notebook.

    Lines with commands (`%matplotlib inline`, `!pip install`) are replaced by `pass`, and cells of
    another language (`%%bash`) by nothing, so that the numbers of lines and cells stay.

    Raises:
        ValueError: The notebook is damaged or not in Python.
    """
    content = _notebook(source)
    if content is None:
        return None
    try:
        return [_python(cell) for cell in _sources(content)]
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"the notebook is damaged: {error!r}") from None


def _sources(content: dict[str, Any]) -> list[str]:
    metadata = content.get("metadata", {})
    language = metadata.get("language_info", {}).get("name") or metadata.get("kernelspec", {}).get(
        "language", "python"
    )
    if language.lower() != "python":
        raise ValueError(f"the notebook is in {language}, not in Python")
    sheets = content.get("worksheets") or [content]  # before version 4 of the format
    found = [cell for sheet in sheets for cell in sheet["cells"] if cell["cell_type"] == "code"]
    return ["".join(cell.get("source", cell.get("input", ""))) for cell in found]


def _notebook(source: bytes) -> dict[str, Any] | None:
    if not source.lstrip().startswith(b"{"):
        return None
    try:
        content = json.loads(source)
    except ValueError:
        return None
    is_notebook = "nbformat" in content and ("cells" in content or "worksheets" in content)
    return content if is_notebook else None


def _python(cell: str) -> str:
    """A cell with its commands replaced."""
    lines = cell.split("\n")
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    if lines[first].startswith("%%"):
        if lines[first].split()[0] not in _PYTHON_CELLS:
            return ""
        lines[first] = ""
    try:
        ast.parse("\n".join(lines))
    except (SyntaxError, ValueError):
        return "\n".join(_without_commands(lines))
    return "\n".join(lines)


def _without_commands(lines: list[str]) -> list[str]:
    kept: list[str] = []
    in_command = False  # a command goes on after a backslash
    for line in lines:
        is_command = in_command or (
            _COMMAND.match(line) is not None and not _is_open("\n".join(kept))
        )
        indentation = line[: len(line) - len(line.lstrip())]
        kept.append((indentation + "pass" if not in_command else "") if is_command else line)
        in_command = is_command and line.endswith("\\")
    return kept


def _is_open(text: str) -> bool:
    """Whether a bracket, a string or a line with a backslash goes on after `text`."""
    if text.endswith("\\"):
        return True
    try:
        for _ in tokenize.generate_tokens(io.StringIO(text).readline):
            pass
    except tokenize.TokenError:
        return True
    except SyntaxError:
        return False
    return False
