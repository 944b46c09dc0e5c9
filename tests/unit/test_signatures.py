"""Every public function has the arguments that TensorFlow's has: names, order and defaults."""

import ast
import inspect
from functools import reduce
from pathlib import Path

import pytest

import tf_tape_compat as tf
from tf_tape_compat import _api
from tf_tape_compat._api import names
from tf_tape_compat._v1 import symbols

NAMES = "".join(
    Path(_api.__file__).with_name(f"{file}.txt").read_text(encoding="utf-8")
    for file in ("tf", "compat_v1")
)


def recorded():
    """(qualified name, signature as Python source) of TensorFlow's functions that are here."""
    for line in NAMES.splitlines():
        kind, rest = line.split(" ", 1)
        if kind == "==":
            namespace = rest.split(" ")[0]
        elif kind == "f" and "(" in rest and " = " not in rest.partition("(")[0]:
            name, parenthesis, arguments = rest.partition("(")
            qualified = f"{namespace}.{name}"
            if reduce(lambda at, part: getattr(at, part, None), qualified.split(".")[1:], tf):
                yield pytest.param(qualified, parenthesis + arguments, id=qualified)


def default_of(node):
    """The value of a recorded default; Ellipsis where it was no plain value."""
    if isinstance(node, ast.Attribute):  # tf.float32, UnconnectedGradients.NONE
        parent = node.value.id
        return getattr(tf if parent == "tf" else getattr(tf, parent), node.attr)
    if ast.unparse(node) in ("inf", "-inf"):
        return float(ast.unparse(node))
    return ast.literal_eval(node)


@pytest.mark.parametrize(("qualified", "signature"), list(recorded()))
def test_arguments(qualified, signature):
    function = reduce(getattr, qualified.split(".")[1:], tf)
    arguments = ast.parse(f"def f{signature}: pass").body[0].args
    positional = [*arguments.posonlyargs, *arguments.args]
    ours = inspect.signature(function).parameters.values()
    assert [p.name for p in ours if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)] == [
        argument.arg for argument in positional
    ]
    assert [p.name for p in ours if p.kind is p.KEYWORD_ONLY] == [
        argument.arg for argument in arguments.kwonlyargs
    ]
    with_default = positional[len(positional) - len(arguments.defaults) :]
    expected = {
        a.arg: default_of(node) for a, node in zip(with_default, arguments.defaults, strict=True)
    }
    defaults = {p.name: p.default for p in ours if p.default is not p.empty}
    assert defaults.keys() - {a.arg for a in arguments.kwonlyargs} == expected.keys()
    for name, value in expected.items():
        if value is not ...:
            assert defaults[name] == value and type(defaults[name]) is type(value), name


def test_every_expression_of_the_first_version_is_of_a_symbol_of_its_own():
    """Each symbol of `symbols.txt` exists in TensorFlow, and not under another name."""
    for qualified in symbols.expressions():
        assert names.symbol_kind(qualified) is not None
        assert names.canonical(qualified) == qualified
        reduce(getattr, qualified.split(".")[1:], tf)
