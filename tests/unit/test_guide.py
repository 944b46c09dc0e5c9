"""The programs of the migration guide run, and print what it says they print."""

import ast
import contextlib
import io
import linecache
import math
import re
import shlex
import textwrap

import pytest

import tf_tape_compat
from migration_guide.record import RECIPES, SCRIPTS, recording
from tests.device.selection import as_printed
from tests.unit.command import tf_tape_run
from tests.unit.guide_pages import GUIDE, blocks, pages, sections, sections_to_run
from tf_tape_compat import _cli

SECTIONS = list(sections_to_run())
RECIPE_SECTIONS = [
    (page, heading)
    for page in pages()
    if page.stem.startswith("recipes_")
    for heading in sections(page)
]
NEEDS_KERAS = re.compile(r"\b(?:tf\.|import )keras\b")
NUMBER = re.compile(r"-?\d+\.\d+(?:e[+-]\d+)?")
# How far the numbers of a recipe may be from TensorFlow's, as rounding errors grow with its steps.
TOLERANCE = 1e-3


def by_name(value):
    return getattr(value, "stem", value)


def printed_by(source, names, number):
    """What a program prints. Its source is where tracebacks and AutoGraph look for it."""
    file = f"program_{number}.py" if number else "program.py"
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(source, file, "exec"), names)
    return as_printed(output.getvalue())


def printed_by_command(line, capsys):
    program, subcommand, *arguments = shlex.split(line)
    assert program == "tf-tape"
    paths = [str(GUIDE.parent / a) if "/" in a else a for a in arguments]
    if subcommand == "run":
        return tf_tape_run(*paths)
    capsys.readouterr()
    assert _cli.main([subcommand, *paths]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(("page", "heading"), SECTIONS, ids=by_name)
def test_programs_print_what_the_guide_shows(page, heading, capsys):
    """The programs of a section run one after the other, in one namespace."""
    section = sections(page)[heading]
    if any(NEEDS_KERAS.search(text) for _, text in section):
        pytest.importorskip("keras")
    names = {"__name__": "__main__"}
    if not any("import tf_tape_compat" in text for _, text in section):
        tf_tape_compat.install()
    followers = [*section[1:], (None, "")]
    ran = 0
    for (kind, text), (next_kind, next_text) in zip(section, followers, strict=True):
        if kind == "python":
            assert printed_by(text, names, ran) == (next_text if next_kind == "text" else "")
            ran += 1
        elif kind == "console":
            command, _, shown = text.removeprefix("$ ").partition("\n")
            printed = printed_by_command(command, capsys)
            script = GUIDE.parent / command.split()[-1]
            if script in RECIPES:  # test_recipes compares what it prints
                assert shown in ("", recording(script).read_text(encoding="utf-8"))
            else:
                assert printed == shown
            ran += 1
        else:
            assert kind == "text", f"a block of kind {kind} is never run"
    assert ran


def without_docstring(script):
    source = script.read_text(encoding="utf-8")
    docstring = ast.parse(source).body[0]
    return "".join(source.splitlines(keepends=True)[docstring.end_lineno :]).lstrip("\n")


@pytest.mark.parametrize("script", SCRIPTS[:8], ids=by_name)
def test_steps_are_the_tutorials(script):
    shown = [block for page in pages() for block in blocks(page)]
    at = shown.index(("python", without_docstring(script)))
    assert shown[at + 1] == ("text", recording(script).read_text(encoding="utf-8"))


@pytest.mark.parametrize(("page", "heading"), RECIPE_SECTIONS, ids=by_name)
def test_recipes_are_shown_as_they_are(page, heading):
    """A section shows parts of its recipe, then what TensorFlow printed, then the picture."""
    text = page.read_text(encoding="utf-8")
    section = text[text.index(f"\n## {heading}\n") :].partition("\n## ")[2].partition("\n## ")[0]
    script = GUIDE / "recipes" / re.search(r"\]\(\.\./recipes/(\w+\.py)\)", section)[1]
    source = script.read_text(encoding="utf-8")
    assert re.search(rf"!\[[^]]+\]\(\.\./recipes/pictures/{script.stem}\.(svg|png)\)", section)
    *parts, last = sections(page)[heading]
    assert parts and last == ("text", recording(script).read_text(encoding="utf-8"))
    for kind, block in parts:
        assert kind == "python"
        for part in block.rstrip("\n").split("\n\n\n"):
            indented = textwrap.indent(part, "    ")
            assert f"\n{part}\n" in source or f"\n{indented}\n" in source, part


def test_every_recipe_is_shown():
    text = "".join(page.read_text(encoding="utf-8") for page in pages())
    for script in RECIPES:
        assert f"(../recipes/{script.name})" in text


@pytest.mark.parametrize("script", RECIPES, ids=by_name)
def test_recipes_follow_tensorflow(script):
    pytest.importorskip("sklearn", reason="the data come with scikit-learn")
    if NEEDS_KERAS.search(script.read_text(encoding="utf-8")):
        pytest.importorskip("keras")
    expected = recording(script).read_text(encoding="utf-8")

    output = tf_tape_run(script)

    assert NUMBER.sub("#", output) == NUMBER.sub("#", expected)
    for ours, theirs in zip(NUMBER.findall(output), NUMBER.findall(expected), strict=True):
        digits = 10.0 ** -len(theirs.partition(".")[2].partition("e")[0])
        assert math.isclose(float(ours), float(theirs), rel_tol=TOLERANCE, abs_tol=2 * digits)


def test_recipes_draw_pictures(tmp_path):
    """One of them; the others use the same functions."""
    pytest.importorskip("matplotlib")
    picture = tmp_path / "picture.svg"
    tf_tape_run(GUIDE / "recipes" / "hessian_vector_products.py", "--plot", str(picture))
    assert "</svg>" in picture.read_text(encoding="utf-8")
