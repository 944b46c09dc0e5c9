"""The programs of the README print what it shows, and its commands run."""

import contextlib
import io
import itertools
import re
import shlex
from pathlib import Path

import pytest

from tests.unit.command import tf_tape_run
from tf_tape_compat import _cli

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", (ROOT / "README.md").read_text(), re.M | re.S)
COMMANDS = [line for kind, text in BLOCKS if kind == "sh" for line in text.splitlines()]
SET_UP = [line for line in COMMANDS if "venv" in line]


def test_blocks_are_of_kinds_that_are_tested():
    assert {kind for kind, _ in BLOCKS} <= {"python", "text", "sh"}


def test_programs_print_what_is_shown():
    """The programs run in order and in one namespace, as a reader would type them."""
    names = {"__name__": "__main__"}
    for (kind, text), (next_kind, shown) in zip(BLOCKS, [*BLOCKS[1:], ("", "")], strict=True):
        if kind == "python":
            output = io.StringIO()
            with contextlib.redirect_stdout(output):
                exec(compile(text, "README.md", "exec"), names)
            assert output.getvalue() == (shown if next_kind == "text" else "")


def test_set_up_commands_are_what_ci_runs():
    """The commands occur literally, as whole lines."""
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    assert len(SET_UP) == 2
    for command in SET_UP:
        # The shell's errexit does not see a failure within `a && b`.
        assert f"{command} || exit" in lines


@pytest.mark.parametrize("command", [line for line in COMMANDS if line not in SET_UP])
def test_commands(command, capsys):
    program, subcommand, script = shlex.split(command)
    assert program == "tf-tape"
    if subcommand == "run":
        recorded = ROOT / Path(script).parent / "recorded" / f"{Path(script).stem}.txt"
        assert tf_tape_run(ROOT / script) == recorded.read_text()
    else:
        assert _cli.main([subcommand, str(ROOT / script)]) == 0
        shown = next(
            text
            for (_, before), (_, text) in itertools.pairwise(BLOCKS)
            if before == f"{command}\n"
        )
        assert capsys.readouterr() == (shown, "")
