"""Replays the recorded calls, one test for each function."""

from __future__ import annotations

import itertools
import json

import pytest

import tf_tape_compat as tf

from . import known
from .call import difference, run, source
from .recipes import modules, recipes
from .record import RECORDINGS


def _functions() -> list[tuple[str, list[dict]]]:
    records = [
        record
        for path in sorted(RECORDINGS.glob("*.json"))
        for record in json.loads(path.read_text(encoding="utf-8"))
    ]
    return [(name, list(group)) for name, group in itertools.groupby(records, lambda r: r["name"])]


@pytest.mark.parametrize(("name", "records"), [pytest.param(*f, id=f[0]) for f in _functions()])
def test_calls(name: str, records: list[dict]) -> None:
    differences = []
    for record in records:
        actual = json.loads(json.dumps(run(record["call"], tf)))
        text = difference(record["outcome"], actual)
        if text and not known.is_known(name, text):
            differences.append(f"{source(record['call'])}\n{text}\n{actual.get('message', '')}")
    assert not differences, "\n\n".join(differences)


def test_every_recipe_is_recorded() -> None:
    recorded = {name for name, _ in _functions()}
    assert recorded == set(recipes(modules()))
