"""Packages that only some functions need, and that are installed as extras."""

from __future__ import annotations

import importlib
from typing import Any


def require(module: str, extra: str) -> Any:
    """Imports a module of an optional package.

    Raises ModuleNotFoundError, which names the extra to install, if it is not there.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        package = module.partition(".")[0]
        if (error.name or "").partition(".")[0] != package:
            raise
        raise ModuleNotFoundError(
            f"this function needs the package {package}, which is not installed: "
            f"pip install 'tf-tape-compat[{extra}]'",
            name=error.name,
        ) from None
