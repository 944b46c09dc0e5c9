"""`tensorflow.tools.docs.doc_controls`: decorators for a generator of documentation.

They leave what they decorate as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

_Symbol = TypeVar("_Symbol")


def do_not_generate_docs(obj: _Symbol) -> _Symbol:
    """Returns `obj`."""
    return obj


do_not_doc_inheritable = do_not_doc_in_subclasses = do_not_generate_docs
doc_in_current_and_subclasses = doc_private = for_subclass_implementers = do_not_generate_docs


def set_deprecated(obj: _Symbol) -> _Symbol:
    """Returns `obj`."""
    return obj


def header(text: str) -> Callable[[Any], Any]:
    """A decorator that returns what it decorates."""
    return lambda obj: obj


inheritable_header = header
