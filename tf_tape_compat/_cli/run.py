"""`tf-tape run`: runs a program as `python` would, with this package instead of TensorFlow."""

from __future__ import annotations

import builtins
import importlib.machinery
import linecache
import os
import pkgutil
import sys
import traceback
import types
from collections.abc import Callable, Sequence
from contextlib import suppress

from .. import _install
from .._history_request import keep_history_if_requested
from . import program

_PACKAGE_FOLDER = os.path.dirname(os.path.dirname(__file__))
# The files that look up names.
_LOOK_UP = (("_api", ""), ("_install.py",), ("_v1", "namespaces.py"))
_SHADOW = os.path.join(_PACKAGE_FOLDER, "_shadow")


def _main_module(**attributes: object) -> types.ModuleType:
    """A new `__main__` with the attributes that Python itself gives it."""
    main = types.ModuleType("__main__")
    vars(main).update(__builtins__=builtins, __cached__=None, **attributes)
    if sys.version_info < (3, 14):
        main.__annotations__ = {}
    return main


def _prepare(main: types.ModuleType, first_path: str, arguments: list[str]) -> None:
    _install.install()
    sys.modules["__main__"] = main
    sys.argv = arguments
    if not getattr(sys.flags, "safe_path", False):
        sys.path[0] = first_path
    if _SHADOW not in sys.path:
        sys.path.insert(1, _SHADOW)


def _is_in(entry: types.TracebackType, *path: str) -> bool:
    """Whether the frame is in this file or folder of the package."""
    file = entry.tb_frame.f_code.co_filename
    return file.startswith(os.path.join(_PACKAGE_FOLDER, *path))


def _trimmed(first: types.TracebackType | None) -> types.TracebackType | None:
    """The traceback from the program's first frame to its last.

    Removes the frames of this module before them and, for a name that is not available, the frames
    that looked up the name after them.
    """
    while first and _is_in(first, "_cli", "run.py"):
        first = first.tb_next
    entry = first
    while entry and entry.tb_next:
        if any(_is_in(entry.tb_next, *path) for path in _LOOK_UP):
            entry.tb_next = None
        entry = entry.tb_next
    return first


def _execute(run: Callable[[], object], show: Callable[..., object] | None = None) -> None:
    """Runs a program. `show` prints the traceback of its exception, unless it sets a hook."""
    try:
        run()
    except SystemExit:
        raise
    except BaseException as error:
        hook = sys.excepthook
        if show is not None and hook is sys.__excepthook__:
            hook = show
        trimmed = _trimmed(error.__traceback__)

        def show_trimmed(cls: type[BaseException], value: BaseException, _: object) -> None:
            hook(cls, value.with_traceback(trimmed), trimmed)

        # Reraised, so that Python ends the process as after any uncaught exception. Python calls
        # the hook to print the traceback.
        sys.excepthook = show_trimmed
        raise


def _code(source: str | bytes, file: str, main: types.ModuleType) -> Callable[[], None]:
    def run() -> None:
        code = compile(source, file, "exec", dont_inherit=True)
        keep_history_if_requested([code])
        exec(code, vars(main))

    return run


def _run_notebook(cells: list[program.Cell], file: str, arguments: list[str]) -> None:
    """Runs all code cells, which have no `__file__`, as in Jupyter."""
    main = _main_module(__loader__=None)
    _prepare(main, os.path.dirname(os.path.realpath(file)), arguments)
    steps = []
    for cell in cells:
        name, text = cell.name(file), str(cell.source)
        # Tracebacks take the lines from here. Without a time, they are not looked for in a file.
        linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
        steps.append(_code(text, name, main))
    with suppress(SyntaxError, ValueError):  # which the cell itself raises when it runs
        keep_history_if_requested(
            compile(str(cell.source), cell.name(file), "exec", dont_inherit=True) for cell in cells
        )
    _execute(lambda: [step() for step in steps], traceback.print_exception)


def run_script(path: str, arguments: Sequence[str]) -> None:
    """As `python PATH ARGUMENTS`: a file, or a folder or archive with a `__main__.py`.

    Also runs a Jupyter notebook.
    """
    if pkgutil.get_importer(path) is not None:
        _run_main_of("__main__", os.path.abspath(path), [path, *arguments])
        return
    file = os.path.join(os.getcwd(), path)
    try:
        with open(file, "rb") as script:
            source = script.read()
    except OSError as error:
        print(
            f"tf-tape: can't open file {file!r}: [Errno {error.errno}] {error.strerror}",
            file=sys.stderr,
        )
        sys.exit(2)
    try:
        cells = program.cells(source, file)
    except program.NotAProgramError as error:
        print(f"tf-tape: can't run {path}: {error}", file=sys.stderr)
        sys.exit(2)
    if [cell.number for cell in cells] != [None]:
        _run_notebook(cells, file, [path, *arguments])
        return
    loader = importlib.machinery.SourceFileLoader("__main__", file)
    main = _main_module(__file__=file, __loader__=loader)
    _prepare(main, os.path.dirname(os.path.realpath(file)), [path, *arguments])
    _execute(_code(source, file, main))


def run_stdin(arguments: Sequence[str]) -> None:
    """As `python - ARGUMENTS`: reads the program from the standard input."""
    main = _main_module(__file__="<stdin>", __loader__=importlib.machinery.BuiltinImporter)
    _prepare(main, "", ["-", *arguments])
    _execute(_code(sys.stdin.buffer.read(), "<stdin>", main))


def run_module(module_name: str, arguments: Sequence[str]) -> None:
    """As `python -m MODULE_NAME ARGUMENTS`."""
    _run_main_of(module_name, os.getcwd(), ["-m", *arguments])


def _run_main_of(module_name: str, first_path: str, arguments: list[str]) -> None:
    import runpy

    # Python itself calls this function, so tracebacks have the same frames as under `python`.
    run = runpy._run_module_as_main  # type: ignore[attr-defined]
    _prepare(_main_module(), first_path, arguments)
    _execute(lambda: run(module_name, alter_argv=arguments[0] == "-m"))
