"""TensorFlow's public names, and the errors for those that are not available here."""

import sys

from .imports import MissingFinder
from .missing import NotAvailableError, NotAvailableImportError, missing
from .namespaces import namespace

__all__ = ["NotAvailableError", "NotAvailableImportError", "missing", "namespace"]

if MissingFinder not in sys.meta_path:
    sys.meta_path.append(MissingFinder)
