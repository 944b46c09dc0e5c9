"""Names that TensorFlow lacks: what reading one raises, and the spelling that Python suggests."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable
from functools import reduce
from typing import Any

WRONG = [
    "fooo",
    "constan",
    "Variabel",
    "Gradienttape",
    "reduce_summ",
    "flaot32",
    "log",
    "placeholder",
    "Session",
    "contrib",
    "python",
    "_private",
    "__fooo_bar_baz__",
    "fooo.bar",
    "math.squar",
    "math.matmul",
    "math.besel_i0",
    "math.special.besel_i0",
    "nn.reluu",
    "nn.softmx",
    "linalg.xyz",
    "random.norml",
    "dtypes.as_dtypes",
    "errors.InvalidArgument",
    "nest.flaten",
    "debugging.assert_equals",
    "autodiff.ForwardAccumulate",
    "keras.Modell",
    "keras.layers.Dens",
    "keras.optimizers.Addam",
    "losses.Binary",
    "raw_ops.Sqare",
    "data.Datasets",
    "compat.v1.placeholde",
    "experimental.numpy.arrange",
]


def _reading(name: str) -> Callable[[Any], Any]:
    def case(tf: Any) -> Any:
        try:
            return reduce(getattr, name.split("."), tf)
        except AttributeError as error:
            shown = io.StringIO()
            with contextlib.redirect_stderr(shown):
                sys.__excepthook__(type(error), error, None)
            return type(error).__name__, str(error), error.name, shown.getvalue().splitlines()[-1]

    return case


CASES = {name: _reading(name) for name in WRONG}
