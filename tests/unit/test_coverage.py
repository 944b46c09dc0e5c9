"""`tf-tape coverage` counts what works, by TensorFlow's names; README and guide show it."""

import pytest

import tf_tape_compat as tf
from docs.pictures import draw
from tf_tape_compat import _cli
from tf_tape_compat._cli import coverage

UPDATE = "`python -m docs.pictures.draw` updates the pictures and the guide's pages of the coverage"


def printed(capsys, *arguments):
    assert _cli.main(["coverage", *arguments]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("name", draw.PICTURES)
def test_pictures_are_up_to_date(name):
    assert (draw.FOLDER / name).read_text(encoding="utf-8") == draw.PICTURES[name](), UPDATE


@pytest.mark.parametrize("page", draw.PAGES, ids=lambda page: page.parent.name)
def test_pages_are_up_to_date(page):
    text = page.read_text(encoding="utf-8")
    assert draw.coverage_page(text) == text, UPDATE


def test_each_symbol_is_there_or_says_why(capsys):
    lines = printed(capsys, "tf", "tf.math", "tf.io").splitlines()
    assert len(lines) == sum(len(coverage.symbols(name)) for name in ("tf", "tf.math", "tf.io"))
    for line in lines:
        symbol, _, state = line.partition(" ")
        try:
            eval(symbol, {"tf": tf})
        except AttributeError as error:
            reason = state.strip().removeprefix("not available: ")
            assert reason and f"{symbol} is not available" in str(error) and reason in str(error)
        else:
            assert state.strip() == "works"


def test_wrong_namespaces(capsys):
    assert _cli.main(["coverage", "tf.moth"]) == 2
    assert capsys.readouterr() == ("", "tf-tape: TensorFlow has no namespace 'tf.moth'\n")
