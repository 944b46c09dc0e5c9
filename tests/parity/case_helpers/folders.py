"""Cases that change the working directory."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any


def restoring_folder(case: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The case, after which the working directory is what it was."""

    @functools.wraps(case)
    def run(tf: Any) -> Any:
        folder = os.getcwd()
        try:
            return case(tf)
        finally:
            os.chdir(folder)

    return run
