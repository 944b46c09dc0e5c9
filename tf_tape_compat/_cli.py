"""The command line: `tf-tape run`, `tf-tape check` and `tf-tape coverage`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from . import _run
from ._version import __version__

USAGE = """\
usage: tf-tape run SCRIPT [ARGUMENT ...]
       tf-tape run -m MODULE [ARGUMENT ...]
       tf-tape run - [ARGUMENT ...]
       tf-tape check SCRIPT [SCRIPT ...]
       tf-tape coverage [NAMESPACE ...]
       tf-tape --version | --help
"""

HELP = f"""{USAGE}
Runs TensorFlow programs on PyTorch, with no TensorFlow installed.

  run    run an unchanged program that imports tensorflow, as `python` would:
         a script, a module, or (-) what comes on the standard input
  check  list the symbols of TensorFlow that a script uses and that are not
         available here, one a line, without running it; the exit status is 1
         if there are any, and 2 if a script cannot be read
  coverage
         print how much of each of TensorFlow's namespaces is available here,
         or of the namespaces named (tf.math ...) each symbol, and of those
         that are not available the reason
"""


def main(arguments: Sequence[str] | None = None) -> int | None:
    """Do what the command line says; the result is the exit status."""
    command, *rest = (sys.argv[1:] if arguments is None else arguments) or [""]
    if command in ("-h", "--help") or rest[:1] in (["-h"], ["--help"]):
        print(HELP, end="")
        return 0
    if command == "--version":
        print(f"tf-tape {__version__}")
        return 0
    if command == "run" and rest:
        return _run_command(rest)
    if command == "check" and rest and not any(name.startswith("-") for name in rest):
        return _check_command(rest)
    if command == "coverage" and not any(name.startswith("-") for name in rest):
        return _coverage_command(rest)
    print(USAGE, end="", file=sys.stderr)
    return 2


def _run_command(arguments: list[str]) -> int | None:
    first, *rest = arguments
    if first == "-":
        _run.run_stdin(rest)
    elif first == "-m" and rest:
        _run.run_module(rest[0], rest[1:])
    elif first.startswith("-"):
        print(USAGE, end="", file=sys.stderr)
        return 2
    else:
        _run.run_script(first, rest)
    return None


def _check_command(scripts: list[str]) -> int:
    from . import _check

    status = 0
    for script in scripts:
        try:
            with open(script, "rb") as file:
                findings = _check.check(file.read(), script)
        except (OSError, SyntaxError, ValueError) as error:
            print(f"tf-tape: can't check {script}: {error}", file=sys.stderr)
            status = 2
            continue
        for finding in findings:
            print(f"{script}:{finding.line}: {finding.message}")
            status = status or 1
    return status


def _coverage_command(namespaces: list[str]) -> int:
    from . import _coverage

    try:
        tables = [_coverage.table(name) for name in namespaces] or [_coverage.totals()]
        for table in tables:
            for line in table:
                print(line)
    except ValueError as error:
        print(f"tf-tape: {error}", file=sys.stderr)
        return 2
    return 0
