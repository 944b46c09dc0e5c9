"""`tf.io`: encodings of strings, records of text, serialized tensors."""

from __future__ import annotations

from ..draw import Draw
from . import Recipe

_BYTES = ["b''", "b'a'", "b'ab'", "b'abcd'", "b'\\x00\\x01\\xff\\x7f'", "b'\\x00' * 8",
          "b'abcdefgh'",
          "'é'.encode()", "b'\\x80?\\x00\\x00' * 2", "b'\\x01\\x02\\x03'"]  # fmt: skip

_KINDS = ["float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16",
          "bool", "complex64", "complex128", "bfloat16", "uint32", "string"]  # fmt: skip


def _strings(draw: Draw, values: list[str]) -> str:
    """A string, a list or a matrix of strings."""
    form = draw.integer(0, 3)
    if form == 0:
        return draw.choice(values)
    row = f"[{', '.join(draw.choice(values) for _ in range(draw.integer(1, 3)))}]"
    return [f"tf.constant({row})", row, f"tf.constant([{row}])"][form - 1]


def _odd(draw: Draw, text: str) -> str:
    """Another input instead, now and then."""
    return (
        draw.choice(["1", "None", "[1.5]", "tf.constant([], tf.string)", "np.array(['a'])"])
        if (draw.chance(0.08))
        else text
    )


def _encode_base64(draw: Draw) -> str:
    pad = draw.maybe(f", pad={draw.choice(['True', 'False', 'None', '1'])}", 0.5)
    return f"tf.io.encode_base64({_odd(draw, _strings(draw, _BYTES))}{pad})"


def _decode_base64(draw: Draw) -> str:
    values = ["'YQ'", "'YQ=='", "'YWI='", "'YWI'", "'YWJj'", "''", "'-_8'", "'+/8'", "'YQ='", "'Y'",
              "'YW I'", "'====' ", "'YWJjZA=='", "'é'", "'AAH_fw'"]  # fmt: skip
    return f"tf.io.decode_base64({_odd(draw, _strings(draw, values))})"


def _decode_raw(draw: Draw) -> str:
    kind = draw.choice(_KINDS)
    values = _BYTES if draw.chance(0.2) else [draw.choice(_BYTES)]
    rest = draw.maybe(f", little_endian={draw.flag()}", 0.3)
    rest += draw.maybe(f", fixed_length={draw.choice([0, 1, 2, 4, 8, 16, -1, 'None'])}", 0.4)
    kind = draw.choice([f"tf.{kind}", f"tf.{kind}", repr(kind), "np.float32", "'x'"])
    return f"tf.io.decode_raw({_odd(draw, _strings(draw, values))}, {kind}{rest})"


def _decode_compressed(draw: Draw) -> str:
    kind = draw.choice(["ZLIB", "GZIP", "", "zlib", "x"])
    text = draw.choice(["b'abc' * 9", "b''", "b'\\x00'"])
    made = draw.choice(
        [
            f"__import__('zlib').compress({text})",
            f"__import__('gzip').compress({text}, mtime=0)",
            text,
        ]
    )
    if draw.flag():
        made = f"[{made}]" if draw.flag() else f"tf.constant([[{made}, {made}]])"
    return f"tf.io.decode_compressed({made}, {draw.choice([repr(kind), repr(kind), 'None'])})"


def _decode_csv(draw: Draw) -> str:
    fields = ["1", "2.5", "", "abc", '"a,b"', '"a""b"', " 3 ", "-4", "NA", "1e3", "nan", "x y",
              '"', "9999999999", "0x1", "True", '"1"', "inf"]  # fmt: skip
    count = draw.integer(1, 4)
    rows = [
        ",".join(draw.choice(fields[: draw.choice([3, 8, len(fields)])]) for _ in range(count))
        for _ in range(draw.integer(1, 3))
    ]
    delimiter = draw.choice([",", ",", ",", ";", "\t", ""])
    if delimiter not in (",", "") and draw.chance(0.8):
        rows = [row.replace(",", delimiter) for row in rows]
    defaults = ["[1]", "[2.5]", "['d']", "['']", "tf.constant([], tf.int32)", "[]", "tf.float32",
                "tf.constant([], tf.string)", "tf.constant([3], tf.int64)", "tf.string",
                "tf.constant([1.5], tf.float64)", "[[1]]", "[1, 2]", "1", "tf.int32"]  # fmt: skip
    given = ["['']"] * 2 + defaults if draw.flag() else defaults
    wanted = count if draw.chance(0.9) else count + draw.choice([-1, 1])
    select = ""
    if draw.chance(0.2):
        chosen = sorted(draw.random.sample(range(count), draw.integer(0, count)))
        select, wanted = f", select_cols={chosen}", len(chosen)
    listed = ", ".join(draw.choice(given) for _ in range(wanted))
    rest = draw.maybe(f", field_delim={delimiter!r}", 1.0 if delimiter != "," else 0.1)
    rest += draw.maybe(f", use_quote_delim={draw.flag()}", 0.3)
    rest += draw.maybe(f", na_value={draw.choice(['NA', 'abc', ''])!r}", 0.3) + select
    records = draw.choice([repr(rows), repr(rows[0]), f"tf.constant([{rows!r}])"])
    return f"tf.io.decode_csv({records}, [{listed}]{rest})"


def _serialize(draw: Draw) -> str:
    x = draw.tensor(draw.dtype("ficbs"), draw.shape())
    return f"tf.io.serialize_tensor({x})"


def _parse(draw: Draw) -> str:
    dtype = draw.dtype("ficbs")
    x = draw.tensor(dtype, draw.shape())
    wanted = dtype if draw.chance(0.8) else draw.dtype("ficbs")
    text = f"tf.io.serialize_tensor({x})"
    if draw.chance(0.15):
        text = draw.choice(["b''", "b'abc'", "'x'", f"[{text}]", f"tf.constant([{text}])"])
    return f"tf.io.parse_tensor({text}, {draw.choice([f'tf.{wanted}', repr(wanted)])})"


RECIPES: dict[str, Recipe] = {
    "io.encode_base64": _encode_base64,
    "io.decode_base64": _decode_base64,
    "io.decode_raw": _decode_raw,
    "io.decode_compressed": _decode_compressed,
    "io.decode_csv": _decode_csv,
    "io.serialize_tensor": _serialize,
    "io.parse_tensor": _parse,
}
