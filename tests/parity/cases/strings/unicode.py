"""Unicode strings, and the edit distance of sequences."""

from functools import partial

from tests.parity.case_helpers.tables import outcomes

_TEXTS = ["añ€😀", "", b"\xffb", b"a\xe2\x82", b"\x01\x1f \x7f", b"\xc3\x28\xf0\x9f\x98"]


def _told(tf, function, *arguments, **options):
    results = function(*arguments, **options)
    if isinstance(results, tuple):
        return [x if isinstance(x, tf.Tensor) else [repr(x), x.dtype] for x in results]
    return results if isinstance(results, tf.Tensor) else [repr(results), results.dtype]


def decoding(tf):
    s = tf.strings
    rows = {}
    for name in "decode decode_with_offsets split split_with_offsets".split():
        function = partial(_told, tf, getattr(s, f"unicode_{name}"))
        for errors in ("replace", "ignore", "strict", "other"):
            rows[f"{name} {errors}"] = partial(function, _TEXTS, "UTF-8", errors=errors)
        rows |= {
            f"{name} scalar": partial(function, _TEXTS[0], "UTF-8"),
            f"{name} matrix": partial(function, [["ab"], ["€"]], "UTF-8"),
            f"{name} good": partial(function, _TEXTS[:2], "UTF-8", errors="strict"),
            f"{name} wide": partial(function, "añ😀".encode("utf-16-be"), "UTF-16-BE"),
            f"{name} widest": partial(function, "añ😀".encode("utf-32-be"), "UTF-32-BE"),
            f"{name} empty": partial(function, tf.zeros([0], tf.string), "UTF-8"),
            f"{name} replacement": partial(function, _TEXTS, "UTF-8", replacement_char=63),
            f"{name} unknown": partial(function, "a", "no such thing"),
            f"{name} ragged": partial(function, tf.ragged.constant([["ab", "€"], []]), "UTF-8"),
        }
    rows["decode control"] = partial(
        _told, tf, s.unicode_decode, _TEXTS, "UTF-8", replace_control_characters=True
    )
    rows["decode latin"] = partial(_told, tf, s.unicode_decode, b"a\xf1", "ISO-8859-1")
    return outcomes(rows)


def encoding(tf):
    function = tf.strings.unicode_encode
    points = [97, 241, 0x20AC, 0x1F600]
    rows = {e: partial(function, points, e) for e in ("UTF-8", "UTF-16-BE", "UTF-32-BE", "other")}
    for errors in ("replace", "ignore", "strict", "other"):
        rows[f"bad {errors}"] = partial(function, [97, 0xD800, -1, 0x110000], "UTF-8", errors)
    rows |= {
        "replacement": lambda: function([0xD800], "UTF-8", replacement_char=63),
        "matrix": lambda: function([[97, 98], [99, 100]], "UTF-8"),
        "cube": lambda: function([[[97, 98]], [[99, 100]]], "UTF-8"),
        "ragged": lambda: function(tf.ragged.constant([[97], [], [98, 99]]), "UTF-8"),
        "scalar": lambda: function(97, "UTF-8"),
        "empty": lambda: function(tf.zeros([0], tf.int32), "UTF-8"),
    }
    return outcomes(rows)


def transcoding(tf):
    function = tf.strings.unicode_transcode
    rows = {}
    for target in ("UTF-8", "UTF-16-BE", "UTF-32-BE", "UTF-7"):
        rows[target] = partial(function, _TEXTS, "UTF-8", target)
    for errors in ("replace", "ignore", "strict", "other"):
        rows[errors] = partial(function, _TEXTS, "UTF-8", "UTF-8", errors)
    rows |= {
        "control": lambda: function(_TEXTS, "UTF-8", "UTF-8", replace_control_characters=True),
        "replacement": lambda: function(_TEXTS, "UTF-8", "UTF-8", replacement_char=ord("?")),
        "from wide": lambda: function("añ".encode("utf-16-be"), "UTF-16-BE", "UTF-8"),
        "from ascii": lambda: function(b"a\xff", "US-ASCII", "UTF-8"),
        "unknown": lambda: function("a", "no such thing", "UTF-8"),
        "matrix": lambda: function([["a"], ["b"]], "UTF-8", "UTF-16-BE"),
    }
    return outcomes(rows)


def edit_distance(tf):
    function, sparse = tf.edit_distance, tf.SparseTensor
    one = sparse([[0, 0], [0, 1], [1, 0], [3, 0]], ["a", "b", "c", "x"], [4, 3])
    two = sparse([[0, 0], [1, 0], [2, 0], [2, 1]], ["a", "d", "x", "y"], [4, 3])
    kitten, sitting = (
        sparse([[0, i] for i in range(len(w))], list(w), [1, 7]) for w in ("kitten", "sitting")
    )
    rows = {
        "normalized": lambda: function(one, two),
        "plain": lambda: function(one, two, normalize=False),
        "kitten": lambda: function(kitten, sitting, False),
        "numbers": lambda: function(
            sparse([[0, 0, 0]], [1], [1, 2, 1]), sparse([[0, 0, 0]], [2], [1, 1, 1])
        ),
        "other rows": lambda: function(one, sparse([[0, 0]], ["a"], [2, 3])),
        "empty": lambda: function(
            sparse([[0, 0]], ["a"], [1, 1]), sparse(tf.zeros([0, 2], tf.int64), [], [1, 1])
        ),
        "ranks": lambda: function(one, sparse([[0]], ["a"], [2])),
        "types": lambda: function(one, sparse([[0, 0]], [1], [4, 3])),
        "dense": lambda: function(one, tf.ones([4, 3])),
        "dense first": lambda: function([["a"]], one),
        "vector": lambda: function(sparse([[0]], [1], [1]), sparse([[0]], [2], [1])),
    }
    return outcomes(rows)
