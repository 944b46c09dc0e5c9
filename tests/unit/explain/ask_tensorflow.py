"""Makes sure that TensorFlow agrees on which gradients of the programs are None.

.venv-tf/bin/python -m tests.unit.explain.ask_tensorflow
"""

from __future__ import annotations

import itertools
import linecache
import textwrap

import numpy as np

from .programs import CONNECTED, PROGRAMS


def main() -> None:
    import tensorflow as tf

    numbers = itertools.count()
    texts = {name: text for name, (reason, text) in PROGRAMS.items() if reason != "spent"}
    for name, text in (texts | CONNECTED).items():
        file, text = f"/tmp/{next(numbers)}.py", textwrap.dedent(text)
        linecache.cache[file] = (len(text), None, text.splitlines(True), file)
        names = {"tf": tf, "np": np}
        exec(compile(text, file, "exec"), names)
        is_none = names["tape"].gradient(names["y"], names["x"]) is None
        if is_none != (name in PROGRAMS):
            print(f"{name}: TensorFlow says {'None' if is_none else 'a gradient'}")


if __name__ == "__main__":
    main()
