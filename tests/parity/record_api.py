"""Record TensorFlow's names into `tf_tape_compat/_api/`; run it where TensorFlow is installed.

    python tests/parity/record_api.py

Four files hold namespaces (all with signatures but `keras.txt`; `raw_ops.txt` with the names of
several results as well): a line `== NAMESPACE MODULE` opens one, MODULE being the name that
TensorFlow's own error messages give it, and each line after it is a kind (c class, f function,
m namespace, v anything else) and a name. A namespace that is another one under a second name is the
line `m NAME = OTHER`; so is, in `compat_v1.txt`, any symbol with another name.

`gradients.txt` lists the types of operations with a registered gradient. `internal.txt` holds the
modules under `tensorflow.python` and `tensorflow.core` that reach a public object, and all of
`tensorflow.python.keras`: a line `NAME PUBLIC` says that the module's NAME is the public symbol
PUBLIC.
"""

from __future__ import annotations

import contextlib
import enum
import functools
import importlib
import inspect
import os
import pkgutil
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import tensorflow as tf
from tensorflow.python import keras
from tensorflow.python.framework import op_def_registry, ops
from tensorflow.python.util import tf_decorator
from tensorflow.python.util.lazy_loader import LazyLoader

FOLDER = Path(__file__).parents[2] / "tf_tape_compat" / "_api"
PUBLIC = ("tensorflow._api.v2", "tensorflow.experimental", "keras")
DUNDERS = {
    "__compiler_version__",
    "__cxx11_abi_flag__",
    "__git_version__",
    "__internal__",
    "__monolithic_build__",
    "__operators__",
    "__version__",
}
# Namespaces whose names are recorded in a separate file, or not recorded.
APART = {"tf.raw_ops": "raw_ops", "tf.keras": "keras", "tf.compat.v1": "compat_v1"}
CLOSED = {"tf.compat.v1.keras"}
ALIASES = {
    "tf.compat.v2": "tf",
    "tf.compat.v1.compat": "tf.compat",
    "tf.compat.v1.raw_ops": "tf.raw_ops",
}


def default_text(value: Any) -> str:
    if isinstance(value, tf.DType):
        return f"tf.{value.name}"
    if value is None or type(value) in (bool, int, float, str):
        return repr(value)
    if isinstance(value, (tuple, list)) and all(type(v) in (int, float, str) for v in value):
        return repr(value)
    if isinstance(value, enum.Enum):
        return f"{type(value).__name__}.{value.name}"
    return "..."


def signature_text(function: Callable[..., Any]) -> str:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return ""
    parts: list[str] = []
    previous = None
    for parameter in signature.parameters.values():
        kind = parameter.kind
        if previous is parameter.POSITIONAL_ONLY and kind is not parameter.POSITIONAL_ONLY:
            parts.append("/")
        if kind is parameter.KEYWORD_ONLY and previous not in (
            parameter.VAR_POSITIONAL,
            parameter.KEYWORD_ONLY,
        ):
            parts.append("*")
        stars = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(kind, "")
        default = parameter.default
        tail = "" if default is parameter.empty else f"={default_text(default)}"
        parts.append(stars + parameter.name + tail)
        previous = kind
    if previous is inspect.Parameter.POSITIONAL_ONLY:
        parts.append("/")
    return f"({', '.join(parts)})"


def results_text(operation: str) -> str:
    """The names of an operation's results, if there are several, as its tuple has them."""
    results = [argument.name for argument in op_def_registry.get(operation).output_arg]
    return f" -> {', '.join(results)}" if len(results) > 1 else ""


def module_name(module: types.ModuleType) -> str:
    return "" if isinstance(module, LazyLoader) else module.__name__


def kind_of(value: Any) -> str:
    if isinstance(value, types.ModuleType):
        return "m"
    if inspect.isclass(value):
        return "c"
    return "f" if callable(value) and not isinstance(value, tf.DType) else "v"


def names_of(module: types.ModuleType) -> Iterator[tuple[str, Any]]:
    for name in sorted(dir(module)):
        wanted = DUNDERS if module is tf else {"__version__"}
        if not name.startswith("_") or name in wanted:
            value = getattr(module, name)
            if isinstance(value, LazyLoader):
                with contextlib.suppress(AttributeError, ImportError):
                    _ = value.__name__  # loads it, and it takes the loader's place
                value = getattr(module, name)
            yield name, value


def namespaces(
    qualified: str, module: types.ModuleType, seen: dict[str, str]
) -> Iterator[tuple[str, types.ModuleType]]:
    """This namespace and those below it, each once; `seen` is by the modules' own names."""
    seen[module.__name__] = qualified
    yield qualified, module
    for name, value in names_of(module):
        below = f"{qualified}.{name}"
        if (
            isinstance(value, types.ModuleType)
            and not isinstance(value, LazyLoader)
            and below not in CLOSED
            and value.__name__.startswith(PUBLIC)
            and not name.startswith("_")
            and below not in ALIASES
            and value.__name__ not in seen
        ):
            yield from namespaces(below, value, seen)


def file_of(qualified: str) -> str:
    for prefix, name in APART.items():
        if f"{qualified}.".startswith(f"{prefix}."):
            return name
    return "tf"


def target(value: Any) -> Any:
    """What decorators wrap: two wrappers around one function are one symbol."""
    return tf_decorator.unwrap(value)[1] if inspect.isfunction(value) else value


@functools.cache
def objects_of(file: str) -> dict[int, str]:
    """The shortest public name of every object in the namespaces that a file records."""
    shortest: dict[int, tuple[int, int, str]] = {}
    for qualified, module in namespaces("tf", tf, {}):
        if file_of(qualified) != file or module.__name__.startswith("keras"):
            continue
        for name, value in names_of(module):
            is_plain = type(value).__module__ == "builtins" and not callable(value)
            if is_plain or kind_of(value) == "m":
                continue
            full = f"{qualified}.{name}"
            key = id(target(value))
            rank = (full.count("."), len(full), full)
            shortest[key] = min(shortest.get(key, rank), rank)
    return {key: full for key, (_, _, full) in shortest.items()}


def other_name(qualified: str, value: Any) -> str | None:
    """Another name of a symbol of `tf.compat.v1`: one of TensorFlow 2, or else a shorter one."""
    key = id(target(value))
    modern = qualified.replace("tf.compat.v1.", "tf.")
    moved = objects_of("tf").get(key), objects_of("compat_v1").get(key)
    for name in (modern, *(moved if callable(value) and not isinstance(value, tf.DType) else ())):
        if name in (None, qualified):
            continue
        other = functools.reduce(lambda at, part: getattr(at, part, None), name.split(".")[1:], tf)
        is_same = target(other) is target(value)
        if is_same and not (callable(value) and signature_text(other) != signature_text(value)):
            return name
    return None


def record_public() -> dict[str, list[str]]:
    lines: dict[str, list[str]] = {name: [] for name in ("tf", *APART.values())}
    seen: dict[str, str] = {}
    # Loading modules such as tf.losses renames and replaces modules of tf.keras: the names that a
    # program sees first are those from before, the identities those from after.
    first = {
        qualified: module.__name__ for qualified, module in namespaces("tf.keras", tf.keras, {})
    }
    list(names_of(tf))
    # keras before tf, whose tf.losses and similar modules are second names of its namespaces.
    modules = dict(namespaces("tf.keras", tf.keras, seen))
    modules |= dict(namespaces("tf", tf, seen))
    for qualified in sorted(modules):
        module = modules[qualified]
        out = lines[file_of(qualified)]
        out.append(f"== {qualified} {first.get(qualified, module.__name__)}")
        for name, value in names_of(module):
            kind = kind_of(value)
            below = f"{qualified}.{name}"
            other = ALIASES.get(below) or (kind == "m" and seen.get(module_name(value)))
            if other and other != below:
                out.append(f"m {name} = {other}")
                continue
            other = file_of(qualified) == "compat_v1" and kind != "m" and other_name(below, value)
            if other:
                out.append(f"{kind} {name} = {other}")
                continue
            text = ""
            if file_of(qualified) != "keras" and kind in "cf":
                text = signature_text(value)
            if qualified == "tf.raw_ops":
                text += results_text(name)
            out.append(f"{kind} {name}{text}")
    return lines


def raw_twins(module: Any) -> dict[str, str]:
    """The functions behind `tf.raw_ops`, which take their arguments by position, too."""
    raw = {
        name: value
        for name, value in vars(module).items()
        if name[0].isupper() and getattr(tf.raw_ops, name, None) is value
    }
    return {value.__name__: f"tf.raw_ops.{name}.__wrapped__" for name, value in raw.items()}


# Modules that gather names. TensorFlow's tests and programs import them; `import tensorflow` does
# not.
GATHERING = """ops.linalg.linalg ops.signal.signal ops.losses.losses ops.distributions.normal
    ops.parallel_for.gradients tools.inspect_checkpoint client.timeline profiler.model_analyzer
    profiler.option_builder saved_model.tag_constants saved_model.loader platform.test
    data.experimental.ops.error_ops""".split()


def constants_of(file: str) -> dict[tuple[str, Any], str]:
    """The public name of every number and text with a name in capitals."""
    return {
        (name, value): f"{qualified}.{name}"
        for qualified, module in namespaces("tf", tf, {})
        if file_of(qualified) == file and not module.__name__.startswith("keras")
        for name, value in names_of(module)
        if name.isupper() and type(value) in (int, str)
    }


def _constant(constants: dict[tuple[str, Any], str], name: str, value: Any) -> str | None:
    return constants.get((name, value)) if type(value) in (int, str) else None


def record_internal() -> list[str]:
    for name in GATHERING:
        importlib.import_module(f"tensorflow.python.{name}")
    for package in ("framework", "protobuf", "util", "example"):
        folder = importlib.import_module(f"tensorflow.core.{package}")
        for found in pkgutil.iter_modules(folder.__path__, f"{folder.__name__}."):
            importlib.import_module(found.name)
    legacy = {found.name for found in pkgutil.walk_packages(keras.__path__, f"{keras.__name__}.")}
    public = {**objects_of("compat_v1"), **objects_of("tf")}
    constants = {**constants_of("compat_v1"), **constants_of("tf")}
    lines: list[str] = []
    for module_name in sorted({*sys.modules, *legacy}):
        if module_name in legacy and module_name not in sys.modules:
            lines.append(f"== {module_name}")  # our module finds what programs import from it
            continue
        module = sys.modules[module_name]
        if not module_name.startswith(("tensorflow.python.", "tensorflow.core.")) or module is None:
            continue
        twins = [
            (name, found)
            for name, value in sorted(vars(module).items())
            if not name.startswith("_")
            and (found := public.get(id(target(value))) or _constant(constants, name, value))
        ]
        if module_name.startswith("tensorflow.python.ops.gen_"):
            moved = [pair for pair in twins if pair[1].startswith("tf.compat.v1.")]
            twins = sorted(
                {**dict(moved), **raw_twins(module), **dict(set(twins) - set(moved))}.items()
            )
        if twins or module_name in legacy:
            lines.append(f"== {module_name}")
            lines += [f"{name} {public_name}" for name, public_name in twins]
    return lines


def main() -> None:
    recorded = record_public()
    recorded["gradients"] = sorted(ops.gradient_registry.list())
    recorded["internal"] = record_internal()
    for name, lines in recorded.items():
        head = f"# TensorFlow {tf.__version__}, written by tests/parity/record_api.py"
        (FOLDER / f"{name}.txt").write_text("\n".join([head, *lines, ""]))
        print(f"{name}.txt: {len(lines)} lines")


if __name__ == "__main__":
    main()
