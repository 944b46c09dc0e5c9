"""The programs of the migration guide run, and print what it says they print."""

import ast
import contextlib
import io
import re
import shlex
from pathlib import Path

import pytest

import tf_tape_compat
from migration_guide.record import SCRIPTS, recording
from tests.device.selection import as_printed
from tests.unit.command import tf_tape_run

GUIDE = Path(__file__).parents[2] / "migration_guide" / "README.md"
HEADING_OR_BLOCK = re.compile(
    r"^#+ (?P<heading>[^\n]+)$|^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)


def sections():
    """{heading: [(kind, text) of each of its blocks]}, the headings without blocks left out."""
    blocks = {}
    for match in HEADING_OR_BLOCK.finditer(GUIDE.read_text(encoding="utf-8")):
        if match["heading"]:
            heading = match["heading"]
            assert heading not in blocks
        else:
            blocks.setdefault(heading, []).append((match["kind"], match["text"]))
    return blocks


SECTIONS = sections()


def printed_by(source, names):
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(source, GUIDE.name, "exec"), names)
    return as_printed(output.getvalue())


def printed_by_command(line):
    program, subcommand, script, *arguments = shlex.split(line)
    assert (program, subcommand) == ("tf-tape", "run")
    return tf_tape_run(GUIDE.parent.parent / script, *arguments)


@pytest.mark.parametrize("heading", SECTIONS)
def test_programs_print_what_the_guide_shows(heading):
    """The programs of a section run one after the other, in one namespace."""
    names = {"__name__": "__main__"}
    blocks = SECTIONS[heading]
    if not any("tf_tape_compat" in text for _, text in blocks):
        tf_tape_compat.install()
    followers = [*blocks[1:], (None, "")]
    ran = 0
    for (kind, text), (next_kind, next_text) in zip(blocks, followers, strict=True):
        if kind == "python":
            assert printed_by(text, names) == (next_text if next_kind == "text" else "")
            ran += 1
        elif kind == "console":
            command, _, shown = text.removeprefix("$ ").partition("\n")
            assert printed_by_command(command) == shown
            ran += 1
        else:
            assert kind == "text", f"a block of kind {kind} is never run"
    assert ran


def without_docstring(script):
    source = script.read_text(encoding="utf-8")
    docstring = ast.parse(source).body[0]
    return "".join(source.splitlines(keepends=True)[docstring.end_lineno :]).lstrip("\n")


@pytest.mark.parametrize("script", SCRIPTS[:8], ids=lambda script: script.stem)
def test_steps_are_the_tutorials(script):
    blocks = [block for section in SECTIONS.values() for block in section]
    at = blocks.index(("python", without_docstring(script)))
    assert blocks[at + 1] == ("text", recording(script).read_text(encoding="utf-8"))
