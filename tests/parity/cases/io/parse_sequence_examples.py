"""`tf.io.parse_sequence_example` and `tf.io.parse_single_sequence_example`."""

from tests.parity.case_helpers.example_messages import MESSAGES
from tests.parity.case_helpers.expressions import expressions

_SETUP = f"""{MESSAGES}
a = SE(
    {{"c": (1, 2), "d": [b"x"]}},
    {{"i": [(1,), (2,), (3,)], "f": [f([1., 2.]), f([3.])], "s": [[b"a"], [b"b", b"c"]], "z": []}},
)
b = SE({{"c": (3,)}}, {{"i": [(4,)], "f": [], "s": [[]]}})
n = SE({{}}, {{}})
c, c1 = SE({{"c": (1, 2)}}, {{}}), SE({{"c": (1,)}}, {{}})
batch = [a, b, n]
"""
_CALLS = """
{"c": V(i64), "d": Fx([], text, "def"), "r": R(i64), "c2": Fx([2], i64, [8, 9])}
None, {"i": Q([], i64, True), "f": V(f32), "s": R(text)}
{"c": R(i64)}, {"i": R(i64), "s": V(text), "q": Q([2], f32, True)}
None, {"i": Q([], i64)}
None, {"f": Q([2], f32, True)}
None, {"i": Q([], i64, True, 3)}
None, {"i": Q([], f32, True)}
None, {"i": V(f32)}
None, {"i": R(f32)}
{"c": V(f32)}
{"c": Fx([2], f32, [0, 0])}
{"q": Fx([2], i64)}
{"c": Fx([3], i64, [1, 2, 3])}
None, {"nope": V(i64)}
None, {"x": R(text, "s", [R.RowLengths("i")])}
{"x": R(i64, "c", [R.UniformRowLength(1)])}
{}, {}
{"a": Q([], i64)}
None, {"a": Fx([], i64)}
None, {"a": Sp("a", "b", i64, 3)}
"""


def _each(call):
    return "\n".join(f"{call}{line}))" for line in _CALLS.strip().splitlines())


CASES = {
    "batch": expressions(_each("parts(S(batch, "), _SETUP),
    "one": expressions(_each("parts(S(a, "), _SETUP),
    "single": expressions(_each("parts(S1(a, "), _SETUP),
    "single empty": expressions(_each("parts(S1(n, "), _SETUP),
    "more": expressions(
        """
        parts(S([c, n], {"c": Fx([2], i64)}))
        S([n, c], {"c": Fx([2], i64)}, None, ["A", "B"])
        S([c, c1], {"c": Fx([2], i64)}, None, ["A", "B"])
        S([c1, c1], {"c": Fx([2], i64)})
        S([c1, c], {"c": Fx([2], i64, [5, 6])})
        parts(S([n, c1], {"c": Fx([], i64, 5)}))
        parts(S([SE({"c": (1, 2, 3, 4)}, {}), n], {"c": Fx([2, 2], i64, [[5, 6], [7, 8]])}))
        parts(S([SE({"c": [b"a", b"b"]}, {}), n], {"c": Fx([2], text, ["x", "y"])}))
        S([n], {"c": Fx([2], i64, [5])})
        parts(S1(c1, {"c": Fx([], i64), "e": Fx([], text, "q")}))
        S([SE({}, {"f": [f([1.]), f([2., 3., 4.])]})], None, {"f": Q([2], f32, True)})
        S([SE({}, {"f": [f([1.]), f([]), f([3., 4.])]})], None, {"f": Q([], f32, True)})
        S([SE({}, {"f": [f([1., 2.]), (1,)]})], None, {"f": V(f32)})
        parts(S([SE({}, {"f": [[b"a", b"b"]]}), SE({}, {"f": [[b"c", b"d"]] * 2})], None, {"f": Q([2], text, True)}))
        S([n], {"q": V(i64)}, None, ["nm", "x"])
        S([b"abc"], {"q": V(i64)})
        S1(b"abc", {"q": V(i64)})
        S([[a]], {"q": V(i64)})
        S1([a], {"q": V(i64)})
        S([1], {"q": V(i64)})
        parts(S(tf.constant([], text), {"q": V(i64)}, {"i": Q([3], i64, True), "v": V(f32), "r": R(f32)}))
        S([a, n], None, {"i": Q([], i64)}, ["A", "B"])
        S(a)
        S1(a)
        list(S([a], {"d": V(text), "c": V(i64)})[0])
        """,
        _SETUP,
    ),
}
