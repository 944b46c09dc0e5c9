"""`tf-tape coverage` counts what works, by TensorFlow's recorded names; the README shows it."""

import re
from pathlib import Path

import tf_tape_compat as tf
from tf_tape_compat import _cli
from tf_tape_compat._cli import coverage

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def printed(capsys, *arguments):
    assert _cli.main(["coverage", *arguments]) == 0
    return capsys.readouterr().out


def test_readme_shows_the_totals(capsys):
    shown = re.search(r"^```sh\ntf-tape coverage\n```\n\n```text\n(.*?)^```$", README, re.M | re.S)
    assert shown and shown[1] == printed(capsys)


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
