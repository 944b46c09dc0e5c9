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
from tests.unit.guide_pages import GUIDE, blocks, pages, section_links, sections
from tf_tape_compat import _cli

SECTIONS = [(page, heading) for page in pages() for heading in sections(page)]
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


def check_command(line, shown, capsys):
    program, subcommand, *arguments = shlex.split(line)
    assert program == "tf-tape"
    paths = [str(GUIDE.parent / a) if "/" in a else a for a in arguments]
    if arguments and GUIDE.parent / arguments[-1] in RECIPES:
        return  # test_recipes_follow_tensorflow runs it
    if subcommand == "coverage":
        return  # test_coverage.py compares the page
    if subcommand == "run":
        printed = tf_tape_run(*paths)
    else:
        capsys.readouterr()
        assert _cli.main([subcommand, *paths]) == 0
        printed = capsys.readouterr().out
    assert printed == shown


def script_shown(page, heading):
    """The recipe or tutorial that a section links to and shows parts of, and its source."""
    for link in section_links(page, heading):
        script = (page.parent / link).resolve()
        if script in RECIPES or script in SCRIPTS[8:]:
            return script, script.read_text(encoding="utf-8")
    return None, ""


def is_part(block, source):
    """Whether each definition or statement of a block is in a program, indented or not."""
    parts = block.rstrip("\n").split("\n\n\n")
    indented = [textwrap.indent(part, "    ") for part in parts]
    return all(
        f"\n{a}\n" in source or f"\n{b}\n" in source for a, b in zip(parts, indented, strict=True)
    )


@pytest.mark.parametrize(("page", "heading"), SECTIONS, ids=by_name)
def test_programs_print_what_the_guide_shows(page, heading, capsys):
    """The programs of a section run one after the other, in one namespace.

    Parts of a script that the section links to do not run: the script does, in
    `test_recipes_follow_tensorflow` or test_tutorials.py. What it printed under TensorFlow, or the
    end of that, follows its last part.
    """
    section = sections(page)[heading]
    if any(NEEDS_KERAS.search(text) for _, text in section):
        pytest.importorskip("keras")
    if any("import sklearn" in text or "from sklearn" in text for _, text in section):
        pytest.importorskip("sklearn")
    script, source = script_shown(page, heading)
    names = {"__name__": "__main__"}
    tf_tape_compat.random.set_seed(None)  # as where a program begins
    if not any("import tf_tape_compat" in text for _, text in section):
        tf_tape_compat.install()
    expected = ""  # what the block before this one printed
    parts = 0  # of the script, before this block
    for number, (kind, text) in enumerate(section):
        if kind == "text":
            if parts:
                expected = recording(script).read_text(encoding="utf-8")
            assert text and text == (expected[-len(text) :] if parts else expected)
            expected, parts = "", 0
            continue
        assert not expected, "output that is not shown"
        if kind == "console":
            command, _, shown = text.removeprefix("$ ").partition("\n")
            check_command(command, shown, capsys)
        elif script and is_part(text, source):
            parts, expected = parts + 1, ""
        else:
            assert kind == "python", f"a block of kind {kind} is never run"
            expected, parts = printed_by(text, names, number), 0
    assert not expected


def without_docstring(script):
    source = script.read_text(encoding="utf-8")
    docstring = ast.parse(source).body[0]
    return "".join(source.splitlines(keepends=True)[docstring.end_lineno :]).lstrip("\n")


@pytest.mark.parametrize("script", SCRIPTS[:8], ids=by_name)
def test_steps_are_the_tutorials(script):
    shown = [block for page in pages() for block in blocks(page)]
    at = shown.index(("python", without_docstring(script)))
    assert shown[at + 1] == ("text", recording(script).read_text(encoding="utf-8"))


@pytest.mark.parametrize("script", [*SCRIPTS[8:], *RECIPES], ids=by_name)
def test_recipes_are_shown_with_their_pictures(script):
    """A section shows parts of the script, what TensorFlow printed, and a picture."""
    shown = [place for place in SECTIONS if script_shown(*place)[0] == script]
    (section,) = [sections(*place[:1])[place[1]] for place in shown if place[0].stem != "recipes"]
    source = script.read_text(encoding="utf-8")
    printed = recording(script).read_text(encoding="utf-8")
    assert any(kind == "python" and is_part(text, source) for kind, text in section)
    assert any(kind == "text" and printed.endswith(text) for kind, text in section)
    ((page, heading),) = [place for place in shown if place[0].stem != "recipes"]
    pictures = [script.parent / "pictures" / f"{script.stem}.{ending}" for ending in ("svg", "png")]
    (picture,) = [path for path in pictures if path.exists()]
    assert f"../{picture.relative_to(GUIDE)}" in section_links(page, heading)


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
