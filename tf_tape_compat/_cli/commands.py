"""Parses the command line of `tf-tape` and calls the subcommand."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from .._version import __version__
from . import run

USAGE = """\
usage: tf-tape run [--explain-none] SCRIPT [ARGUMENT ...]
       tf-tape run [--explain-none] NOTEBOOK.ipynb [ARGUMENT ...]
       tf-tape run [--explain-none] -m MODULE [ARGUMENT ...]
       tf-tape run [--explain-none] - [ARGUMENT ...]
       tf-tape check SCRIPT [SCRIPT ...]
       tf-tape coverage [NAMESPACE ...]
       tf-tape source SYMBOL
       tf-tape --version | --help
"""

HELP = f"""{USAGE}
Runs TensorFlow programs on PyTorch, with no TensorFlow installed.

  run    run an unchanged program that imports tensorflow, as `python` would:
         a script, a module, or (-) the standard input; of a notebook, all code
         cells, without the commands of IPython (%magic, !command, %%bash);
         --explain-none writes to stderr why a gradient is None, with the line
  check  list the TensorFlow symbols that a script or notebook uses and that are
         not available here, one per line, without running it; the exit status
         is 1 if there are any, and 2 if a file cannot be read or is no program
  coverage
         print how much of each TensorFlow namespace is available here; for
         namespaces given as arguments (tf.math ...), print each symbol and,
         if it is not available, the reason
  source print the Python code that runs when a function (tf.math.erf) is
         called; of an operation, this is generated
"""


def main(arguments: Sequence[str] | None = None) -> int | None:
    """Runs `tf-tape` with `arguments`, by default those of the process.

    Returns:
        The exit status; None means success.
    """
    command, *operands = (sys.argv[1:] if arguments is None else arguments) or [""]
    if command in ("-h", "--help") or operands[:1] in (["-h"], ["--help"]):
        print(HELP, end="")
        return 0
    if command == "--version":
        print(f"tf-tape {__version__}")
        return 0
    has_option = any(name.startswith("-") for name in operands)
    if command == "run" and operands:
        return _run_command(operands)
    if command == "check" and operands and not has_option:
        return _check_command(operands)
    if command == "coverage" and not has_option:
        return _coverage_command(operands)
    if command == "source" and len(operands) == 1 and not has_option:
        return _source_command(operands[0])
    print(USAGE, end="", file=sys.stderr)
    return 2


def _run_command(arguments: list[str]) -> int | None:
    explains = arguments[:1] == ["--explain-none"]
    first, *others = arguments[explains:] or ["--"]
    if explains and (first in ("-", "-m") or not first.startswith("-")):
        from .._explain.switch import report

        report()
    if first == "-":
        run.run_stdin(others)
    elif first == "-m" and others:
        run.run_module(others[0], others[1:])
    elif first.startswith("-"):
        print(USAGE, end="", file=sys.stderr)
        return 2
    else:
        run.run_script(first, others)
    return None


def _check_command(scripts: list[str]) -> int:
    from .check import check

    status = 0
    for script in scripts:
        try:
            with open(script, "rb") as file:
                findings = check(file.read(), script)
        except (OSError, SyntaxError, ValueError) as error:
            print(f"tf-tape: can't check {script}: {error}", file=sys.stderr)
            status = 2
            continue
        for finding in findings:
            print(finding)
            status = status or 1
    return status


def _coverage_command(namespaces: list[str]) -> int:
    from . import coverage

    try:
        tables = [coverage.table(name) for name in namespaces] or [coverage.totals()]
        for table in tables:
            for line in table:
                print(line)
    except ValueError as error:
        print(f"tf-tape: {error}", file=sys.stderr)
        return 2
    return 0


def _source_command(symbol: str) -> int:
    from . import source

    try:
        print(source.source_of(symbol))
    except ValueError as error:
        print(f"tf-tape: {error}", file=sys.stderr)
        return 2
    return 0
