"""Unusual and malformed messages, parsed as Examples and SequenceExamples."""

# A line is one expression.
# ruff: noqa: E501

from tests.parity.case_helpers.example_messages import FIELDS
from tests.parity.case_helpers.expressions import expressions

# What lists of integers may look like: messages with the feature i.
_INTEGERS = """
ex(en(b"i", one), en(b"i", two))
ex(en(b"i", b""))
ex(fld(1, b"i"))
ex(fld(2, one))
ex(en(b"i", ints(b"\\x08\\x05\\x08\\x06")))
ex(en(b"i", ints(b"\\x08\\x05" + fld(1, b"\\x06\\x07"))))
ex(en(b"i", ints(fld(1, b"\\x06\\x07") + b"\\x08\\x05")))
ex(en(b"i", ints(fld(1, b"\\x06") + fld(1, b"\\x07"))))
ex(en(b"i", ints(b"")))
ex(en(b"i", ints(fld(1, b""))))
ex(en(b"i", one)) + b"\\x10\\x05"
fld(1, fld(1, en(b"i", one)) + b"\\x10\\x05")
ex(en(b"i", one) + b"\\x18\\x05")
ex(en(b"i", one + b"\\x28\\x05"))
ex(en(b"i", b"\\x28\\x05" + one))
ex(en(b"i", ints(fld(1, b"\\x05") + b"\\x10\\x05")))
ex(en(b"i", one)) + ex(en(b"j", two))
ex(en(b"i", one + floats(fld(1, f1))))
ex(en(b"i", one + two))
ex(fld(2, one) + fld(1, b"i"))
ex(en(b"i", ints(fld(1, b"\\x85"))))
ex(en(b"i", ints(fld(1, b"\\xff" * 9 + b"\\x01"))))
ex(en(b"i", ints(fld(1, b"\\xff" * 11 + b"\\x01"))))
ex(en(b"i", ints(b"\\x0a\\x05\\x01")))
ex(en(b"i", ints(b"\\x0a\\x80")), en(b"j", floats(fld(1, f1))))
ex(en(b"i", ints(b"\\x0a")), en(b"j", floats(fld(1, f1))))
ex(en(b"\\xff", one))
b""
fld(1, b"")
fld(1, b"\\x0a\\x7f")
ex(en(b"i", b"\\x18\\x05"))
ex(en(b"i", one)) + b"\\x13\\x14"
ex(en(b"i", one)) + b"\\x15abcd"
ex(en(b"i", one)) + b"\\x11abcdefgh"
ex(fld(1, b"i") + fld(2, one) + fld(2, two))
ex(fld(1, b"j") + fld(1, b"i") + fld(2, two))
fld(1, b"\\x0a" + bytes([128 | len(en(b"i", one)), 0]) + en(b"i", one))
b"\\x8a\\x01" + ex(en(b"i", one))[1:]
b"abc"
"""
_FLOATS = """
ex(en(b"i", floats(fld(1, f1 * 2))))
ex(en(b"i", floats(b"\\x0d" + f1 + b"\\x0d" + f1)))
ex(en(b"i", floats(fld(1, f1 + b"a"))))
ex(en(b"i", floats(b"\\x0d" + f1[:2])))
ex(en(b"i", floats(fld(1, f1) + b"\\x0d" + f1)))
ex(en(b"i", floats(fld(1, f1 * 3))))
ex(en(b"i", floats(b"\\x0a\\x80")), en(b"j", one))
ex(en(b"i", floats(b"\\x0a")), en(b"j", one))
ex(en(b"i", floats(b"\\x0a\\x08" + f1)), en(b"j", one))
ex(en(b"i", strings(fld(1, b"a"))))
"""
_STRINGS = """
ex(en(b"i", strings(fld(1, b"a") + fld(1, b"bc"))))
ex(en(b"i", strings(fld(1, b"a") + b"\\x10\\x05" + fld(1, b"bc"))))
ex(en(b"i", strings(b"\\x0a\\x05a")))
ex(en(b"i", strings(fld(1, b"a"))))
ex(en(b"i", strings(fld(1, b"a") * 3)))
ex(en(b"i", strings(fld(1, b"x" * 300) + fld(1, b""))))
"""
_SEQUENCES = """
ctx(en(b"i", one), en(b"i", two))
ctx(en(b"i", one)) + ctx(en(b"i", two))
ctx(en(b"i", one)) + b"\\x18\\x05"
fld(1, fld(1, en(b"i", one)) + b"\\x10\\x05")
ctx(fld(2, one))
ctx(fld(1, b"i"))
ctx(fld(2, one) + fld(1, b"i"))
ctx(en(b"i", ints(b"\\x08\\x05\\x0a\\x01\\x06")))
ctx(en(b"i", b"\\x28\\x05"))
ctx(en(b"i", b""))
lists(en(b"i", fld(1, one) + fld(1, two)))
lists(en(b"i", fld(1, one)), en(b"i", fld(1, two)))
lists(en(b"i", fld(1, one) + b"\\x10\\x01"))
lists(en(b"i", fld(1, ints(b"\\x0a\\x05\\x01"))))
lists(en(b"i", fld(1, ints(b"\\x08\\x05\\x0a\\x01\\x06"))))
lists(en(b"i", fld(1, b"\\x28\\x05")))
lists(en(b"i", fld(1, ints(fld(1, b"\\x85")))))
lists(en(b"i", fld(1, one))) + lists(en(b"i", fld(1, two)))
lists(en(b"i", fld(1, one))) + ctx(en(b"i", one))
"""
_SEQUENCE_WAYS = f"""{FIELDS}
def sequence_ways(data):
    ways = {{
        "varlen": lambda: S([data], {{"i": V(i64)}}),
        "fixed": lambda: S([data], {{"i": Fx([1], i64, [9])}}),
        "lists": lambda: S([data], None, {{"i": V(i64)}}),
        "dense lists": lambda: S([data], None, {{"i": Q([], i64, True)}}),
    }}
    return {{name: attempt(way) for name, way in ways.items()}}
"""


def _each(call, lines):
    return "\n".join(f"{call}{line})" for line in lines.strip().splitlines())


CASES = {
    "integers": expressions(_each('all_ways("i", i64, 1, ', _INTEGERS), FIELDS),
    "floats": expressions(_each('all_ways("i", f32, 2, ', _FLOATS), FIELDS),
    "strings": expressions(_each('all_ways("i", text, 2, ', _STRINGS), FIELDS),
    "sequences": expressions(_each("sequence_ways(", _SEQUENCES), _SEQUENCE_WAYS),
    "several": expressions(
        """
        P([ex(en(b"i", one), en(b"j", two)), ex(en(b"i", one))], {"i": Fx([3], i64), "j": Fx([3], i64)})
        P([ex(en(b"i", b"")), ex(en(b"i", two))], {"i": Fx([1], i64)})
        P([ex(en(b"i", one), en(b"i", two))] * 6, {"i": R(i64)})
        P([ex(en(b"i", one)), ex(en(b"i", two), en(b"j", one))] * 4, {"j": R(i64), "i": R(i64)})
        """,
        FIELDS,
    ),
}
