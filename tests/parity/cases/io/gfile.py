"""`tf.io.gfile`, in a folder of each case's own, and its names of TensorFlow 1."""

import os
import pathlib
import tempfile

from tests.parity.case_helpers.expressions import expressions
from tests.parity.case_helpers.folders import restoring_folder

_SETUP = """
import os, pathlib, tempfile
g, v1 = tf.io.gfile, tf.compat.v1.gfile
G = g.GFile
os.chdir(tempfile.mkdtemp())
def put(path, data=b"l1\\nl\\xc3\\xa92\\r\\nl3"):
    with open(path, "wb") as file:
        file.write(data)
def tree():
    return sorted((root, sorted(names), sorted(files)) for root, names, files in os.walk("."))
def got(path):
    with open(path, "rb") as file:
        return file.read()
put("a"), os.makedirs("d/e"), put("d/f", b"x"), os.symlink("a", "s"), put("bad", b"\\xff\\xfe\\n")
put("a1"), put("e*f"), put(".h")
def used(mode, *steps, path="a"):
    results = []
    with G(path, mode) as file:
        for name, *arguments in steps:
            results.append(getattr(file, name)(*arguments))
    return results
"""

_PATHS = (
    '"nope" "nope/x" "a/x" "" "xyz://b/c" "d" b"d/" "file:///nowhere/x" 3 None pathlib.Path("a")'
).split()
_PATTERNS = (
    r'"*" "a*" "./a*" "d/*" "*/f" "./d/f" "d//f" "d/" "d/*/" ".*" "a" "e\\*f" "e[*]f" "nope" "nope/*" '
    r'"a/*" "**" "d/../a" "{a,s}" "a[!1]" "a[^1]" "a?" "" "." "d/." "/" ["a","d*","a"] [] "xyz://*" 3'
).split()
_MODES = '"r" "rb" "w" "wb" "a" "ab" "r+" "w+" "a+" "rb+" "x" "rt" "" None'.split()


def _each(template, values):
    return "\n".join(template.format(value) for value in values)


CASES = {
    "functions": expressions(
        "\n".join(
            _each(f"[g.{function}({{}}), tree()]", _PATHS)
            for function in "exists isdir makedirs mkdir remove rmtree".split()
        )
        + """
        [g.remove("s"), tree()]
        g.mkdir("q/r")
        [g.makedirs("q/r/t"), tree()]
        [g.rmtree("a"), tree()]
        sorted(g.listdir("d"))
        sorted(g.listdir(b"d/"))
        g.listdir("nope")
        g.listdir("a")
        g.listdir("xyz://b")
        [g.stat("a").length, g.stat("a").is_directory, g.stat("d").is_directory]
        g.stat("a").mtime_nsec == int(os.stat("a").st_mtime) * 10**9
        g.stat("nope")
        g.stat("a/x")
        g.stat("xyz://a")
        g.stat("n" * 300)
        [g.join("a", "b", "/c"), g.join("gs://a", "b"), g.join(pathlib.Path("a"), "b"), g.join("a/")]
        g.join(b"a", "b")
        "file" in g.get_registered_schemes()
        """,
        _SETUP,
    ),
    "copies": expressions(
        "\n".join(
            f"[g.{function}({source!r}, {target!r}, overwrite={overwrite}), tree(), got({target!r})]"
            for function in ("copy", "rename")
            for source, target in [
                ("nope", "b"),
                ("a", "b"),
                ("a", "bad"),
                ("a", "d"),
                ("a", "zz/y"),
                ("d", "new"),
            ]
            for overwrite in (False, True)
            if (function, source, overwrite) != ("copy", "d", True)
        )
        + """
        [g.rename("d", "new"), tree()]
        g.rename("d", "a", True)
        g.rename("a", "xyz://b")
        [g.copy("a", "file://" + os.getcwd() + "/copied"), got("copied")]
        """,
        _SETUP,
    ),
    "patterns": expressions(
        _each("sorted(g.glob({}))", _PATTERNS)
        + _each("\ntf.io.matching_files({})", [*_PATTERNS[:-5], *_PATTERNS[-2:]])
        + """
        sorted(path.removeprefix("file://" + os.getcwd()) for path in g.glob("file://" + os.getcwd() + "/a*"))
        sorted((top, sorted(names), sorted(files)) for top, names, files in g.walk("."))
        sorted(top for top, names, files in g.walk(b"d"))
        [top for top, names, files in g.walk("d", topdown=False)]
        list(g.walk("nope"))
        """,
        _SETUP,
    ),
    "modes": expressions(
        _each('[used({}, ("tell",)), tree()]', _MODES)
        + "\n"
        + _each('used({}, ("read",))', _MODES)
        + "\n"
        + _each('[used({}, ("write", "xé"), ("write", b"y")), got("a")]', _MODES),
        _SETUP,
    ),
    "reading": expressions(
        """
        used("r", ("tell",), ("read", 3), ("tell",), ("seek", 1), ("tell",), ("readline",), ("tell",))
        used("r", ("seek", 0, 2), ("tell",), ("read",), ("readline",), ("seek", -2, 2), ("read",))
        used("r", ("seek", 2), ("seek", 1, 1), ("read",), ("size",), ("seekable",))
        used("r", ("readline",), ("readlines",), ("readlines",))
        used("rb", ("read",), ("seek", 0), ("readlines",))
        used("r", ("read", 0), ("read", -1))
        used("r", ("read", 5))
        used("r", ("read", -5))
        used("r", ("seek", 100))
        used("r", ("seek", -1))
        used("r", ("seek", 0, 3))
        used("r", ("seek",))
        used("r", ("seek", 1, 0, 2))
        used("r", ("seek", None, 0, 2), ("read",))
        used("r", ("read",), path="bad")
        used("rb", ("read",), path="bad")
        used("r", ("read",), path="d")
        used("r", ("size",), path="nope")
        [list(G("a")), list(G("a", "rb")), next(G("a")), G("a").next()]
        [G(b"a").name, G("a", "rb").mode, G(pathlib.Path("a")).read()]
        [G("file://" + os.getcwd() + "/a").read()]
        G("xyz://a").read()
        G("a", "r", "latin-1")
        used("w", ("seek", 0))
        """,
        _SETUP,
    ),
    "bad types": expressions(
        """
        used("r", ("read", None))
        G(3).read()
        g.stat(3)
        """,
        _SETUP,
        messages=False,
    ),
    "writing": expressions(
        """
        [used("w", ("write", "abc"), ("tell",)), got("a")]
        [used("a", ("write", "zz"), ("tell",)), got("a")]
        [used("r+", ("read", 2), ("write", "QQ"), ("tell",)), got("a")]
        [used("w+", ("write", "abc"), ("flush",), ("read",)), got("a")]
        [used("a+", ("write", "12"), ("flush",), ("read",)), got("a")]
        used("w", ("write", 3))
        used("w", ("write", None))
        used("w", ("write", "x"), path="q/r")
        used("w", ("write", "x"), path="d")
        [G("new", "w").close(), G("newer", "w").flush(), os.path.exists("new"), os.path.exists("newer")]
        [used("w", ("write", "abc"), ("close",), ("write", "d")), got("a")]
        [used("r", ("read", 2), ("close",), ("read",))]
        [used("w", ("close",), ("close",))]
        [tf.io.write_file("p/q", "ab"), tf.io.read_file("p/q"), tf.io.read_file("file://" + os.getcwd() + "/a")]
        tf.io.write_file("xyz://a", "b")
        tf.io.read_file("xyz://a")
        """,
        _SETUP,
    ),
    "first version": expressions(
        """
        [v1.Exists("a"), v1.IsDirectory("d"), v1.Stat("a").length, v1.Glob("d/f"), sorted(v1.ListDirectory("d"))]
        [v1.FastGFile("a").read(), v1.FastGFile("a", "rb").mode, v1.Open is v1.GFile, v1.GFile is G]
        [v1.Copy("a", "b"), v1.Rename("b", "c"), v1.Remove("a1"), tree()]
        [v1.MkDir("m"), v1.MakeDirs("n/o"), v1.DeleteRecursively("d"), tree()]
        [top for top, names, files in v1.Walk("d", in_order=False)]
        v1.Copy("a", "a1")
        v1.Stat("nope")
        v1.DeleteRecursively("nope")
        """,
        _SETUP,
    ),
}

CASES = {name: restoring_folder(case) for name, case in CASES.items()}


def in_memory(tf):
    """The file system `ram://`."""
    g = tf.io.gfile
    base = f"ram://{os.path.basename(tempfile.mkdtemp())}"
    folder = pathlib.Path(tempfile.mkdtemp())
    results = [g.makedirs(f"{base}/x/y"), g.exists(f"{base}/x"), g.isdir(f"{base}/x/y")]
    with g.GFile(f"{base}/x/y/z", "w") as file:
        file.write("hello\nyou")
    results += [g.GFile(f"{base}/x/y/z").read(), g.GFile(f"{base}/x/y/z", "rb").readlines()]
    results += [g.listdir(f"{base}/x/y"), g.stat(f"{base}/x/y/z").length]
    results += [tf.strings.length(tf.io.read_file(f"{base}/x/y/z"))]
    results += [[path.removeprefix(base) for path in g.glob(f"{base}/x/*/*")]]
    results += [g.copy(f"{base}/x/y/z", folder / "out"), (folder / "out").read_text()]
    results += [g.rename(f"{base}/x/y/z", f"{base}/w"), g.exists(f"{base}/x/y/z")]
    results += [[(top.removeprefix(base), n, f) for top, n, f in g.walk(base)]]
    for call in (
        lambda: g.GFile(f"{base}/none").read(),
        lambda: g.remove(f"{base}/none"),
        lambda: g.listdir(f"{base}/none"),
        lambda: g.rename(folder / "out", f"{base}/other"),
    ):
        try:
            results.append(call())
        except tf.errors.OpError as error:
            results.append(type(error).__name__)
    return [*results, g.rmtree(base), g.exists(base)]
