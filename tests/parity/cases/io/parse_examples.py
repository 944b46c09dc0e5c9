"""`tf.io.parse_example` and `tf.io.parse_single_example`: features of all kinds."""

from tests.parity.case_helpers.example_messages import MESSAGES
from tests.parity.case_helpers.expressions import expressions

_SETUP = f"""{MESSAGES}
a = E(i=(1, 2), f=f([1.5]), s=[b"x", b"y"])
b = E(i=(3,), s=[])
n = E()
many = [a, b, n] * 4
sp = E(ix=(0, 3), ix2=(1, 0), v=f([1., 2.]))
sp2 = E(ix=(5, 2), ix2=(1, 1), v=f([3., 4.]))
r = E(v=f([1., 2., 3., 4.]), sp=(0, 1, 4), ln=(1, 3), st=(0, 1), li=(1, 4), id=(0, 0, 1, 1))
r2 = E(v=f([5., 6.]), sp=(0, 0, 2), ln=(0, 2), st=(0, 0), li=(0, 2), id=(1, 1))
big = E(x=f(np.arange(300.)), n=tuple(range(-5, 5)) + (2**62, -(2**63), 300, 70000))
"""

_RAGGED = "\n".join(
    f"""parts({call}({argument}, {{"x": R(f32, "v", [{partitions}], {dtype}, {validate})}}))"""
    for partitions in (
        "",
        'R.RowSplits("sp")',
        'R.RowLengths("ln")',
        'R.RowStarts("st")',
        'R.RowLimits("li")',
        'R.ValueRowIds("id")',
        "R.UniformRowLength(2)",
        'R.UniformRowLength(1), R.RowLengths("ln")',
        'R.RowLengths("ln"), R.UniformRowLength(1)',
    )
    for call, argument in (("P", "[r, r2, E()] * 2"), ("P", "r"))
    for dtype, validate in (("tf.int32", False), ("tf.int64", True))
)

CASES = {
    "dense": expressions(
        """
        parts(P([a, a], {"i": Fx([2], i64), "f": Fx([], f32), "s": Fx([1, 2], text)}))
        parts(P([a] * 9, {"i": Fx([2], i64), "f": Fx([], f32), "s": Fx([1, 2], text)}))
        parts(P([a, n], {"i": Fx([2], i64, [7, 8]), "f": Fx([], f32, 3)}))
        parts(P([n, a] * 5, {"i": Fx([2], i64, [7, 8]), "s": Fx([2], text, ["p", "q"])}))
        parts(P([big] * 5, {"x": Fx([3, 100], f32), "n": Fx([14], i64)}))
        parts(P(big, {"x": Fx([3, 100], f32), "n": Fx([14], i64)}))
        parts(P(a, {"i": Fx([2], i64), "f": V(f32), "s": R(text), "g": R(i64)}))
        parts(P([a], {"i": Fx(2, i64)}))
        parts(P([a], {"i": Fx([2], "int64")}))
        parts(P([n], {"i": Fx([0], i64, [])}))
        parts(P([E(**{"a long name of a feature": (1,), "another": (2,)})] * 5, {"a long name of a feature": Fx([], i64)}))
        P([a, n], {"i": Fx([2], i64)})
        P([a] * 5 + [n], {"i": Fx([2], i64)})
        P([a, n], {"i": Fx([2], i64)}, example_names=["A", "B"])
        P([a, n], {"i": V(i64)}, example_names=["A"])
        P([a, n], {"i": Fx([2], i64, [7])})
        P([a, n], {"i": Fx([2], i64, ["a", "b"])})
        P([a, b], {"i": Fx([2], i64)})
        P([a] * 6 + [b], {"i": Fx([2], i64)})
        P([a, b], {"s": Fx([2], text)})
        P([a], {"i": Fx([2], f32)})
        P([a] * 6, {"i": Fx([2], f32)})
        P([a], {"i": Fx([2], tf.int32)})
        P(n, {"i": Fx([2], i64)})
        P(b, {"i": Fx([2], i64)})
        P(b, {"i": Fx([1], f32)})
        P([a], {"i": Fx([None], i64)})
        P([a], {"i": Fx(None, i64)})
        P([a], {"i": Fx([2, None], i64)})
        P([a], {"i": Fx([2], None)})
        P([a], {"i": Fx([-1], i64)})
        """,
        _SETUP,
    ),
    "sequences": expressions(
        """
        parts(P([a, b, n], {"i": Q([], i64, True), "f": Q([], f32, True, 9.), "s": Q([2], text, True)}))
        parts(P(many, {"i": Q([], i64, True), "f": Q([], f32, True, 9.), "s": Q([2], text, True)}))
        parts(P([a, b], {"i": Q([], i64, True, -1)}))
        parts(P(a, {"i": Q([], i64, True), "z": Q([2], i64, True)}))
        P([a], {"i": Q([], i64)})
        P([b], {"i": Q([2], i64, True)})
        P(b, {"i": Q([2], i64, True)})
        P([a, b], {"i": Q([], i64, True, [-1, 2])})
        """,
        _SETUP,
    ),
    "sparse": expressions(
        """
        parts(P([a, b, n], {"i": V(i64), "f": V(f32), "s": V(text), "no": V(text)}))
        parts(P(many, {"i": V(i64), "f": V(f32), "s": V(text), "no": V(text)}))
        parts(P([sp, sp2, n], {"x": Sp("ix", "v", f32, 10)}))
        parts(P([sp, sp2, n] * 3, {"x": Sp("ix", "v", f32, 10), "ix": V(i64)}))
        parts(P([sp, sp2], {"x": Sp(["ix", "ix2"], "v", f32, [10, 2])}))
        parts(P(sp2, {"x": Sp("ix", "v", f32, 10), "v": V(f32)}))
        parts(P([sp2], {"x": Sp("ix", "v", f32, 10, True)}))
        P([E(ix=(1,), v=f([1., 2.]))], {"x": Sp("ix", "v", f32, 10)})
        P([sp], {"x": Sp("", "v", f32, 10)})
        P([sp], {"x": Sp("ix", "", f32, 10)})
        P([sp], {"x": Sp("ix", "v", None, 10)})
        P([sp], {"x": Sp("ix", "v", f32, 10), "ix": V(f32)})
        P([sp], {"x": Sp("ix", "v", f32, 10), "v": Fx([2], f32)})
        P([a], {"i": V(text)})
        P(b, {"i": V(f32)})
        P([a], {"i": V(tf.int32)})
        P([a], {"i": V(None)})
        parts(P([a], {"i": V("int64")}))
        """,
        _SETUP,
    ),
    "ragged": expressions(
        _RAGGED
        + """
        parts(P(many, {"i": R(i64), "s": R(text, row_splits_dtype=i64), "no": R(f32)}))
        P([a], {"s": R(i64)})
        P([E(v=f([1., 2.]), ln=(1, 3))], {"x": R(f32, "v", [R.RowLengths("ln")])})
        P([a], {"x": R(i64, "i"), "i": R(i64, row_splits_dtype=i64)})
        P([a], {"x": R(i64, "i"), "i": R(f32)})
        P([a], {"x": R(i64, "i"), "i": Fx([2], i64)})
        P([a], {"x": R(i64, "i"), "i": V(i64)})
        R(i64, value_key=3)
        R(i64, value_key="")
        R(tf.int32)
        R(i64, row_splits_dtype=tf.int8)
        R(i64, partitions=3)
        R(i64, validate=1)
        """,
        _SETUP,
    ),
    "arguments": expressions(
        """
        parts(P(tf.constant([], text), {"i": V(i64), "f": Fx([2], f32), "q": Q([], text, True), "r": R(i64)}))
        list(P([a], {"s": V(text), "i": Fx([2], i64), "f": V(f32)}))
        P([a], {})
        P([a], None)
        P([a], {"i": 3})
        P([1], {"i": V(i64)})
        P([[a], [b]], {"i": V(i64)})
        parts(P1(a, {"i": Fx([2], i64)}))
        parts(P1(tf.constant(a), {"s": R(text)}, name="some"))
        P1(a, None)
        P1(a, {})
        P1([a], {"i": V(i64)})
        P1(n, {"i": Fx([], i64)}, example_names="nm")
        P1(n, {"i": Fx([], i64)}, example_names=["nm"])
        repr([Fx([2], i64), V(i64), Q([], i64), Sp("a", "b", i64, 3)])
        repr([R(i64), R(i64, "v", [R.RowSplits("sp"), R.UniformRowLength(2)])])
        [Fx([2], i64) == Fx([2], i64), V(i64).dtype, Fx([2], i64)._replace(dtype=f32)]
        parts(tf.compat.v1.parse_example([a], {"i": V(i64)}, None, ["x"]))
        parts(tf.compat.v1.parse_single_example(a, {"i": V(i64)}))
        """,
        _SETUP,
    ),
}
