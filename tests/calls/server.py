"""Runs calls on a framework in a separate process."""

from __future__ import annotations

import importlib
import sys
from typing import Any

from tests.worker import serve

from .call import Call, run


def answering(module: str, mode: str = "eager") -> Any:
    tf = importlib.import_module(module)

    def answer(call: Call) -> dict[str, Any]:
        return run(call, tf, mode=mode)

    return answer


if __name__ == "__main__":
    serve(answering(*sys.argv[1:]))
