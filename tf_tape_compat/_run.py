"""Run a program as `python` would, with this package in the place of TensorFlow."""

from __future__ import annotations

import builtins
import importlib.machinery
import os
import pkgutil
import sys
import types
from collections.abc import Callable, Sequence

from . import _install

_HERE = os.path.dirname(__file__)
_SHADOW = os.path.join(_HERE, "_shadow")


def _main_module(**attributes: object) -> types.ModuleType:
    """A fresh `__main__`, with the attributes that Python itself gives one."""
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


def _ours(traceback: types.TracebackType, *parts: str) -> bool:
    return traceback.tb_frame.f_code.co_filename.startswith(os.path.join(_HERE, *parts))


def _trimmed(traceback: types.TracebackType | None) -> types.TracebackType | None:
    """The traceback from the program's first frame to its last one.

    Before it are this module's frames. After it, for a name that is not available, are those
    that looked for the name.
    """
    while traceback and _ours(traceback, "_run.py"):
        traceback = traceback.tb_next
    entry = traceback
    while entry and entry.tb_next:
        if _ours(entry.tb_next, "_api", "") or _ours(entry.tb_next, "_install.py"):
            entry.tb_next = None
        entry = entry.tb_next
    return traceback


def _execute(program: Callable[[], object]) -> None:
    try:
        program()
    except SystemExit:
        raise
    except BaseException as error:
        hook = sys.excepthook
        traceback = _trimmed(error.__traceback__)

        def show(kind: type[BaseException], value: BaseException, _: object) -> None:
            hook(kind, value.with_traceback(traceback), traceback)

        # Raised on, so that Python itself ends the process as it does after any exception; the
        # hook is where it asks for the traceback to be shown.
        sys.excepthook = show
        raise


def _code(source: bytes, file: str, main: types.ModuleType) -> Callable[[], None]:
    def run() -> None:
        exec(compile(source, file, "exec", dont_inherit=True), vars(main))

    return run


def run_script(path: str, arguments: Sequence[str]) -> None:
    """As `python PATH ARGUMENTS`: a file, or a folder or archive that has a `__main__.py`."""
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
    loader = importlib.machinery.SourceFileLoader("__main__", file)
    main = _main_module(__file__=file, __loader__=loader)
    _prepare(main, os.path.dirname(os.path.realpath(file)), [path, *arguments])
    _execute(_code(source, file, main))


def run_stdin(arguments: Sequence[str]) -> None:
    """As `python - ARGUMENTS`: the program is read from the standard input."""
    main = _main_module(__file__="<stdin>", __loader__=importlib.machinery.BuiltinImporter)
    _prepare(main, "", ["-", *arguments])
    _execute(_code(sys.stdin.buffer.read(), "<stdin>", main))


def run_module(module_name: str, arguments: Sequence[str]) -> None:
    """As `python -m MODULE_NAME ARGUMENTS`."""
    _run_main_of(module_name, os.getcwd(), ["-m", *arguments])


def _run_main_of(module_name: str, first_path: str, arguments: list[str]) -> None:
    import runpy

    # What `python` itself calls, so that its frames stand in a traceback as they do there.
    run = runpy._run_module_as_main  # type: ignore[attr-defined]
    _prepare(_main_module(), first_path, arguments)
    _execute(lambda: run(module_name, alter_argv=arguments[0] == "-m"))
