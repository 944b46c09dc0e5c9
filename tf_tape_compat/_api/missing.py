"""The errors for names that are not here: TensorFlow's own where it lacks the name too."""

from __future__ import annotations

import types
from collections.abc import Iterable

from .._version import __version__
from . import names

_GRAPHS = "it is for graphs, and everything runs eagerly here"
_FILES = "read and write files with Python, NumPy or torch"
_PICTURES = "read and write pictures with Pillow"
_DEVICES = "it is for programs on several devices; torch.distributed is torch's"
_COMPILERS = "it belongs to TensorFlow's own compilers and runtimes"

# Why something is not here, or what to use in its place: by name, by a name that it is below, or by
# the beginning of its name (with _ at the end).
_ADVICE = {
    "tf.keras": "build on tf.Variable and tf.GradientTape, as migration_guide/tutorials does",
    "tf.data": "iterate over NumPy arrays or over a torch.utils.data.DataLoader",
    "tf.raw_ops": "use the function of tf, tf.math or tf.nn that stands on it",
    "tf.compat.v1": "use TensorFlow 2's names; there are no graphs and sessions here",
    "tf.Graph": _GRAPHS,
    "tf.Operation": _GRAPHS,
    "tf.AggregationMethod": _GRAPHS,
    "tf.RegisterGradient": f"{_GRAPHS}; use tf.custom_gradient",
    "tf.no_gradient": f"{_GRAPHS}; use tf.stop_gradient",
    "tf.graph_util": _GRAPHS,
    "tf.import_graph_def": _GRAPHS,
    "tf.load_library": "it loads compiled operations of TensorFlow",
    "tf.load_op_library": "it loads compiled operations of TensorFlow",
    "tf.CriticalSection": "use threading.Lock",
    "tf.audio": "read sound with the standard library's wave, or with torchaudio",
    "tf.io": _FILES,
    "tf.image.decode_": _PICTURES,
    "tf.image.encode_": _PICTURES,
    "tf.image.extract_jpeg_shape": _PICTURES,
    "tf.image.is_jpeg": _PICTURES,
    "tf.feature_column": "prepare features with NumPy or scikit-learn",
    "tf.queue": "use the standard library's queue",
    "tf.summary": "write summaries with torch.utils.tensorboard",
    "tf.profiler": "measure with torch.profiler",
    "tf.saved_model": f"{_GRAPHS}; save variables with tf.train.Checkpoint",
    "tf.train.ClusterDef": _DEVICES,
    "tf.train.ClusterSpec": _DEVICES,
    "tf.train.JobDef": _DEVICES,
    "tf.train.ServerDef": _DEVICES,
    "tf.train.Coordinator": "use the standard library's threading and concurrent.futures",
    "tf.train": _FILES,
    "tf.quantization": "torch has no such element types; torch.ao.quantization is torch's way",
    "tf.distribute": _DEVICES,
    "tf.experimental.dtensor": _DEVICES,
    "tf.tpu": _DEVICES,
    "tf.lite": _COMPILERS,
    "tf.mlir": _COMPILERS,
    "tf.xla": _COMPILERS,
    "tf.experimental.tensorrt": _COMPILERS,
    "tf.sysconfig": _COMPILERS,
    "tf.types": "it is for annotations of TensorFlow's own classes",
}
_OTHERWISE = "nobody has built it yet; migration_guide/README.md lists the differences"
_INTERNAL = "it is internal to TensorFlow and has no public name that is available here"


class NotAvailableError(AttributeError, NotImplementedError):
    """TensorFlow has this symbol and this package does not."""

    __module__ = "tf_tape_compat"


class NotAvailableImportError(ImportError, NotImplementedError):
    """An import statement asks for a symbol that TensorFlow has and this package does not.

    No ModuleNotFoundError: `from ... import` takes those to mean no more than "not a module".
    """

    __module__ = "tf_tape_compat"


def advice(qualified: str) -> str:
    """Why a symbol of TensorFlow is not here, or what to use in its place."""
    if not qualified.startswith("tf."):
        return _INTERNAL
    qualified = names.canonical(qualified)
    modern = qualified.replace("tf.compat.v1.", "tf.")
    if modern != qualified and names.kind(modern) and not modern.startswith("tf.keras"):
        return f"use TensorFlow 2's {modern}"
    for prefix, advised in _ADVICE.items():
        if f"{qualified}.".startswith(prefix if prefix.endswith("_") else f"{prefix}."):
            return advised
    return _OTHERWISE


def explanation(qualified: Iterable[str]) -> str:
    """What the errors say about symbols that TensorFlow has and this package does not."""
    listed = list(qualified)
    verb = "is" if len(listed) == 1 else "are"
    subject = ", ".join(listed)
    return f"{subject} {verb} not available in tf_tape_compat {__version__}: {advice(listed[0])}"


def _speller(module: str, spellings: Iterable[str]) -> types.ModuleType:
    """What Python's traceback looks through for the nearest spelling of a wrong name."""
    speller = types.ModuleType(module)
    vars(speller)["__dir__"] = lambda: list(spellings)
    return speller


def not_available(qualified: str) -> NotAvailableError:
    """The error for a symbol that TensorFlow has and this package does not."""
    name = qualified.rpartition(".")[2]
    # With name and obj unset, Python would fill them in and suggest another name.
    return NotAvailableError(explanation([qualified]), name=name, obj=_speller("tensorflow", ()))


def missing(qualified: str) -> AttributeError:
    """The error for a symbol that this package lacks, by its full name such as `tf.math.erf`."""
    parent, _, name = qualified.rpartition(".")
    space = names.namespace(parent)
    if names.kind(qualified) or (space is None and names.kind(parent)):
        return not_available(qualified)
    if space is None:
        return missing(parent)
    message = f"module {space.module!r} has no attribute {name!r}"
    return AttributeError(message, name=name, obj=_speller(space.module, space.kinds))
