"""Parses the command line of `tf-tape` and calls the subcommand."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence

from .._version import __version__
from . import run

USAGE = """\
usage: tf-tape run [--explain-none] SCRIPT | NOTEBOOK | -m MODULE | - [ARGUMENT ...]
       tf-tape check [--format FORMAT] PROGRAM | FOLDER ...
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
  check  show which TensorFlow symbols a script or notebook uses, and whether
         they work here, work with a difference, or are not available,
         without running it; of a folder, all programs below it are read.
         FORMAT is text (the default), lines (one for each use of what is not
         available), json, markdown or html; the exit status is 0 if all is
         available, 1 if not, and 2 if a file cannot be read or is no program
  coverage
         print how much of each TensorFlow namespace is available here; for
         namespaces given as arguments (tf.math ...), print each symbol and,
         if it is not available, the reason
  source print the Python code that runs when a function (tf.math.erf) is
         called; of an operation, this is generated

Examples:
  tf-tape run train.py --epochs 3
  tf-tape run --explain-none train.py
  tf-tape run tutorial.ipynb
  tf-tape check train.py models/
  tf-tape check --format html . > report.html
  tf-tape coverage tf.linalg
  tf-tape source tf.nn.softmax

Explanations and reports are in Chinese if LANG says so (LANG=zh_CN.UTF-8).
"""


class _UsageError(Exception):
    """What is wrong with the command line."""


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
    try:
        if command == "run":
            return _run_command(operands)  # the program's own errors are not ours
        return _other_command(command, operands)
    except _UsageError as error:
        print(f"{USAGE}tf-tape: {error}; see tf-tape --help", file=sys.stderr)
        return 2


def _other_command(command: str, operands: list[str]) -> int:
    subcommands: dict[str, Callable[[list[str]], int]] = {
        "check": _check_command,
        "coverage": _coverage_command,
        "source": _source_command,
    }
    subcommand = subcommands.get(command)
    if subcommand is None:
        raise _UsageError(f"there is no command {command!r}" if command else "a command is missing")
    try:
        return subcommand(operands)
    except BrokenPipeError:  # `tf-tape check . | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt:
        print("tf-tape: interrupted", file=sys.stderr)
        return 130


def _run_command(arguments: list[str]) -> int | None:
    explains = arguments[:1] == ["--explain-none"]
    program = arguments[explains:]
    if not program:
        raise _UsageError("run needs a program")
    first, *others = program
    if first == "-m" and not others:
        raise _UsageError("run -m needs a module")
    if first.startswith("-") and first not in ("-", "-m"):
        raise _UsageError(f"run has no option {first}")
    if explains:
        from .._explain.reporter import report

        report()
    if first == "-":
        run.run_stdin(others)
    elif first == "-m":
        run.run_module(others[0], others[1:])
    else:
        run.run_script(first, others)
    return None


def _check_command(operands: list[str]) -> int:
    from .._explain.sentences import speaks_chinese
    from . import check_formats
    from .check import check

    paths, output_format = _check_operands(operands, [*check_formats.FORMATS])
    shows_progress = sys.stderr.isatty()
    report = check(paths, _show_progress if shows_progress else None)
    if shows_progress:
        print("\r\x1b[K", end="", file=sys.stderr)
    colored = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    language = "zh" if speaks_chinese() else "en"
    if report.files:
        print(check_formats.FORMATS[output_format](report, language, colored), end="", flush=True)
    for error in report.errors:
        print(f"tf-tape: {error}", file=sys.stderr)
    if not report.files and not report.errors:
        print(f"tf-tape: there are no programs in {', '.join(paths)}", file=sys.stderr)
        return 2
    return report.exit_status


def _check_operands(operands: list[str], formats: list[str]) -> tuple[list[str], str]:
    """The paths and the format."""
    paths: list[str] = []
    output_format = formats[0]
    remaining = iter(operands)
    for operand in remaining:
        name, equals, value = operand.partition("=")
        if operand == "--":
            paths += remaining
        elif name == "--format":
            output_format = value if equals else next(remaining, "")
        elif operand.startswith("-"):
            raise _UsageError(f"check has no option {name}")
        else:
            paths.append(operand)
    if output_format not in formats:
        raise _UsageError(f"--format is one of {', '.join(formats)}, not {output_format!r}")
    if not paths:
        raise _UsageError("check needs a program or folder")
    return paths, output_format


def _show_progress(number: int, count: int, file: str) -> None:
    print(f"\r\x1b[K{number}/{count} {file}"[:100], end="", file=sys.stderr, flush=True)


def _coverage_command(namespaces: list[str]) -> int:
    from . import coverage

    _refuse_options("coverage", namespaces)
    try:
        tables = [coverage.table(name) for name in namespaces] or [coverage.totals()]
        for table in tables:
            for line in table:
                print(line)
    except ValueError as error:
        print(f"tf-tape: {error}", file=sys.stderr)
        return 2
    return 0


def _source_command(symbols: list[str]) -> int:
    from . import source

    _refuse_options("source", symbols)
    if len(symbols) != 1:
        raise _UsageError("source takes one symbol")
    try:
        print(source.source_of(symbols[0]))
    except ValueError as error:
        print(f"tf-tape: {error}", file=sys.stderr)
        return 2
    return 0


def _refuse_options(command: str, operands: list[str]) -> None:
    for operand in operands:
        if operand.startswith("-"):
            raise _UsageError(f"{command} has no option {operand}")
