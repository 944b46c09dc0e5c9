"""The list of differences, which the guide's pages and `tf-tape check` show."""

from __future__ import annotations

import re

import pytest

import tf_tape_compat
from migration_guide.differences import FOLDER, pages
from tf_tape_compat._api import names
from tf_tape_compat._cli.differences import LANGUAGES, differences, of_symbol, topics


def test_pages_are_in_step():
    """`python -m migration_guide.differences` writes them."""
    written = pages()
    for path, text in written.items():
        assert path.read_text(encoding="utf-8") == text, f"{path} is out of date"
    for language in LANGUAGES:
        assert {*(FOLDER / language / "differences").iterdir()} <= {*written}


def test_every_difference_has_both_languages():
    for difference in differences():
        assert difference.topic in topics() and difference.importance in (1, 2, 3)
        english, chinese = (difference.texts[language] for language in LANGUAGES)
        # Code is the same in both languages; words around it differ.
        for ours, theirs in zip(english, chinese, strict=True):
            assert sorted(re.findall(r"`[^`]+`", ours)) == sorted(re.findall(r"`[^`]+`", theirs)), (
                ours
            )
        words = re.sub(r"`[^`]+`", "", "".join(english)).split()
        if len(words) > 2:  # not only code and names
            assert re.search("[\u4e00-\u9fff]", "".join(chinese)), chinese


@pytest.mark.parametrize("symbol", sorted({s for d in differences() for s in d.symbols}))
def test_symbols_exist(symbol):
    name = symbol.removesuffix(".*")
    kind = names.symbol_kind(name)
    if symbol.endswith(".*"):
        assert kind == "m"
    elif kind is None:  # a method
        owner, _, method = name.rpartition(".")
        assert names.symbol_kind(owner) is not None
        cls = tf_tape_compat
        for part in owner.split(".")[1:]:
            cls = getattr(cls, part)
        assert hasattr(cls, method)


def test_differences_of_symbols():
    assert [d.texts["en"].what for d in of_symbol("tf.math.erfinv")] == [
        "`tf.math.erfinv` of numbers below 0.01"
    ]
    assert of_symbol("tf.summary.scalar") and not of_symbol("tf.square")
    importance = [d.importance for d in of_symbol("tf.function")]
    assert importance == sorted(importance) and len(importance) > 2
