"""The errors for names that are not available here.

If TensorFlow lacks a name too, the error is TensorFlow's own.
"""

from __future__ import annotations

import types
from collections.abc import Iterable

from .._version import __version__
from . import names

_GRAPHS = "it applies to graphs, and everything runs eagerly here"
_FILES = "read and write files with Python, NumPy or torch"
_DEVICES = "it is for programs that use several devices; see torch.distributed"
_COMPILERS = "it belongs to TensorFlow's own compilers and runtimes"

# Why a symbol is not available, or what to use instead. A key is the symbol's name, the name of a
# namespace that contains it, or (with a final _) the beginning of its name.
_ADVICE = {
    "tf.keras": "it is Keras, which is not installed: pip install 'tf-tape-compat[keras]'",
    "tf.data.experimental.service": "there is no tf.data service here; see torch.utils.data",
    "tf.data.experimental.distributed_save": (
        "there is no tf.data service here; tf.data.Dataset.save writes from this process"
    ),
    "tf.data.experimental.get_model_proto": "nothing is tuned by a model here",
    "tf.data": "it has to do with TensorFlow's own processes or graphs",
    "tf.raw_ops": "use the function of tf, tf.math or tf.nn that calls it",
    "tf.compat.v1.train": "use a tf.Module, tf.GradientTape and Variable.assign_sub",
    "tf.compat.v1": "use TensorFlow 2's names",
    "tf.graph_util": _GRAPHS,
    "tf.import_graph_def": _GRAPHS,
    "tf.load_library": "it loads operations compiled for TensorFlow",
    "tf.load_op_library": "it loads operations compiled for TensorFlow",
    "tf.CriticalSection": "use threading.Lock",
    "tf.io": _FILES,
    "tf.feature_column": "prepare features with NumPy or scikit-learn",
    "tf.queue": "use the standard library's queue module",
    "tf.profiler": "measure with torch.profiler",
    "tf.saved_model": "it is for sessions, or for TensorFlow's own files",
    "tf.train.ClusterDef": _DEVICES,
    "tf.train.ClusterSpec": _DEVICES,
    "tf.train.JobDef": _DEVICES,
    "tf.train.ServerDef": _DEVICES,
    "tf.train.Coordinator": "use the standard library's threading and concurrent.futures",
    "tf.train": _FILES,
    "tf.quantization": "use fake_quant_with_min_max_vars, or torch.ao.quantization",
    "tf.distribute": _DEVICES,
    "tf.experimental.dtensor": _DEVICES,
    "tf.tpu": _DEVICES,
    "tf.lite": _COMPILERS,
    "tf.mlir": _COMPILERS,
    "tf.xla": _COMPILERS,
    "tf.experimental.tensorrt": _COMPILERS,
    "tf.sysconfig": "it is for libraries that link to TensorFlow; see torch.utils.cpp_extension",
    "tf.types": "it is for annotations with TensorFlow's own classes",
}
_OTHERWISE = "it is not implemented yet; migration_guide/README.md lists the differences"
_INTERNAL = "it is internal to TensorFlow, and no public symbol available here corresponds to it"


class NotAvailableError(AttributeError, NotImplementedError):
    """Raised for a symbol that TensorFlow has and this package lacks."""

    __module__ = "tf_tape_compat"


class NotAvailableImportError(ImportError, NotImplementedError):
    """Raised by an import of a symbol that TensorFlow has and this package lacks.

    It is not a ModuleNotFoundError, because `from ... import` suppresses those.
    """

    __module__ = "tf_tape_compat"


def advice(qualified: str) -> str:
    """Why a TensorFlow symbol is not available here, or what to use instead."""
    if not qualified.startswith("tf."):
        return _INTERNAL
    qualified = names.canonical(qualified)
    modern = qualified.replace("tf.compat.v1.", "tf.")
    if modern != qualified and names.symbol_kind(modern) and not modern.startswith("tf.keras"):
        return f"use TensorFlow 2's {modern}"
    for prefix, text in _ADVICE.items():
        if f"{qualified}.".startswith(prefix if prefix.endswith("_") else f"{prefix}."):
            return text
    return _OTHERWISE


def explanation(qualified: Iterable[str]) -> str:
    """The error message for symbols that TensorFlow has and this package lacks."""
    symbols = list(qualified)
    verb = "is" if len(symbols) == 1 else "are"
    subject = ", ".join(symbols)
    return f"{subject} {verb} not available in tf_tape_compat {__version__}: {advice(symbols[0])}"


def _suggestions(module: str, candidates: Iterable[str]) -> types.ModuleType:
    """An object whose `dir()` has the names that Python's traceback may suggest."""
    suggestions = types.ModuleType(module)
    vars(suggestions)["__dir__"] = lambda: list(candidates)
    return suggestions


def not_available(qualified: str) -> NotAvailableError:
    """The error for a symbol that TensorFlow has and this package lacks."""
    name = qualified.rpartition(".")[2]
    # Python would fill in name and obj if they were unset, and suggest another name.
    return NotAvailableError(
        explanation([qualified]), name=name, obj=_suggestions("tensorflow", ())
    )


def missing(qualified: str) -> AttributeError:
    """The error for a symbol that this package lacks, given its full name (`tf.math.erf`)."""
    parent, _, name = qualified.rpartition(".")
    space = names.namespace(parent)
    if names.symbol_kind(qualified) or (space is None and names.symbol_kind(parent)):
        return not_available(qualified)
    if space is None:
        return missing(parent)
    message = f"module {space.module!r} has no attribute {name!r}"
    return AttributeError(message, name=name, obj=_suggestions(space.module, space.kinds))
