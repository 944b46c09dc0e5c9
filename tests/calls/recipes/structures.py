"""`tf.nest`."""

from __future__ import annotations

from ..draw import Draw
from . import Recipe

_LEAVES = ["1", "2.5", "'a'", "None", "b'c'", "tf.constant([1, 2])", "np.array([3])", "True",
           "tf.ragged.constant([[1], [2, 3]])", "tf.Variable([1.])", "np.float32(2)",
           "tf.sparse.from_dense([0, 4])", "tf.TensorSpec([2], tf.int32)", "object"]  # fmt: skip

_KEYS = ["'a'", "'b'", "'c'", "1", "2"]


def _structure(draw: Draw, depth: int = 3) -> str:
    """A nested structure as code."""
    if depth == 0 or draw.chance(0.25):
        return draw.choice(_LEAVES)
    kind = draw.choice(["list", "tuple", "dict", "ordered", "named", "default", "deque", "set"])
    parts = [_structure(draw, depth - 1) for _ in range(draw.integer(0, 3))]
    return _made(draw, kind, parts)


def _made(draw: Draw, kind: str, parts: list[str]) -> str:
    inner = ", ".join(parts)
    if kind == "tuple":
        return f"({inner},)" if parts else "()"
    if kind in ("dict", "ordered", "default"):
        keys = draw.random.sample(_KEYS[:3] if draw.chance(0.9) else _KEYS, len(parts))
        items = ", ".join(f"{key}: {part}" for key, part in zip(keys, parts, strict=True))
        if kind == "dict":
            return f"{{{items}}}"
        module = "__import__('collections')"
        if kind == "ordered":
            return f"{module}.OrderedDict({{{items}}})"
        return f"{module}.defaultdict(list, {{{items}}})"
    if kind == "named" and len(parts) == 2:
        return f"__import__('collections').namedtuple('Pair', 'x y')({inner})"
    if kind == "deque" and draw.chance(0.3):
        return f"__import__('collections').deque([{inner}])"
    if kind == "set" and draw.chance(0.3):
        return "{1, 2}"
    return f"[{inner}]"


def _alike(draw: Draw, structure: str) -> str:
    """The structure itself, or one that differs a little."""
    if draw.chance(0.5):
        return structure
    changes = [("[", "("), ("1", "5"), ("2.5", "[2.5]"), ("'a'", "'b'"), ("None", "1"),
               ("(", "["), ("True", "(True,)"), ("OrderedDict", "UserDict"), ("'x y'", "'x z'"),
               ("'Pair'", "'Other'"), ("[]", "[1]"), ("()", "(1,)"),
               ("{", "{'z': 1, ")]  # fmt: skip
    old, new = draw.choice(changes)
    changed = structure.replace(old, new, 1)
    try:
        compile(changed, "", "eval")
    except SyntaxError:
        return _structure(draw, 2)
    return changed


def _options(draw: Draw) -> str:
    return draw.maybe(f", expand_composites={draw.flag()}", 0.4)


def _flatten(draw: Draw) -> str:
    return f"tf.nest.flatten({_structure(draw)}{_options(draw)})"


def _is_nested(draw: Draw) -> str:
    return f"tf.nest.is_nested({_structure(draw, 1)})"


def _assert_same(draw: Draw) -> str:
    structure = _structure(draw)
    types = draw.maybe(f", check_types={draw.flag()}", 0.4)
    return (
        f"tf.nest.assert_same_structure({structure}, {_alike(draw, structure)}{types}"
        f"{_options(draw)})"
    )


def _map_structure(draw: Draw) -> str:
    structure = _structure(draw)
    types = draw.maybe(f", check_types={draw.flag()}", 0.3)
    if draw.flag():
        function = draw.choice(["str", "lambda x: x", "lambda x: [x]", "bool", "lambda x: None"])
        return f"tf.nest.map_structure({function}, {structure}{types}{_options(draw)})"
    function = draw.choice(["lambda x, y: (str(x), str(y))", "lambda x, y: y"])
    return (
        f"tf.nest.map_structure({function}, {structure}, {_alike(draw, structure)}{types}"
        f"{_options(draw)})"
    )


def _pack(draw: Draw) -> str:
    structure = _structure(draw)
    options = _options(draw)
    flat = f"list(range(len(tf.nest.flatten({structure}{options}))))"
    if draw.chance(0.2):
        flat = draw.choice([f"{flat} + [1]", f"{flat}[1:]", "5", "{'a': 1}", f"tuple({flat})"])
    elif draw.chance(0.3):
        flat = f"tf.nest.flatten({structure}{options})"
    return f"tf.nest.pack_sequence_as({structure}, {flat}{options})"


RECIPES: dict[str, Recipe] = {
    "nest.flatten": _flatten,
    "nest.is_nested": _is_nested,
    "nest.assert_same_structure": _assert_same,
    "nest.map_structure": _map_structure,
    "nest.pack_sequence_as": _pack,
}
