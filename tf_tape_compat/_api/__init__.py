"""TensorFlow's public names, and the errors for those that are not here."""

import sys

from tf_tape_compat._api.imports import MissingFinder
from tf_tape_compat._api.missing import NotAvailableError, NotAvailableImportError, missing
from tf_tape_compat._api.namespaces import namespace

__all__ = ["NotAvailableError", "NotAvailableImportError", "missing", "namespace"]

if MissingFinder not in sys.meta_path:
    sys.meta_path.append(MissingFinder)
