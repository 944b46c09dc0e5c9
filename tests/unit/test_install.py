"""`install()` makes `import tensorflow` import this package; missing names are explained."""

import contextlib
import importlib
import importlib.metadata
import importlib.util
import os
import pickle
import subprocess
import sys
import types
from functools import reduce
from pathlib import Path

import pytest

import tf_tape_compat as tf
from tf_tape_compat._api import NotAvailableError, NotAvailableImportError, names, namespaces
from tf_tape_compat._api.namespaces import public_object, works
from tf_tape_compat._version import __version__

ROOT = Path(__file__).parents[2]
UNAVAILABLE = f" not available in tf_tape_compat {__version__}: "


@pytest.fixture
def installed():
    tf.install()


def statement(text):
    """The names that a statement binds."""
    bound = {}
    exec(text, bound)
    del bound["__builtins__"]
    return bound


@pytest.mark.parametrize(
    ("text", "name", "qualified"),
    [
        ("import tensorflow", "tensorflow", "tf"),
        ("import tensorflow as tf", "tf", "tf"),
        ("import tensorflow.math", "tensorflow", "tf"),
        ("import tensorflow.nn as nn", "nn", "tf.nn"),
        ("from tensorflow import math", "math", "tf.math"),
        ("from tensorflow import constant as c", "c", "tf.constant"),
        ("from tensorflow.math import square", "square", "tf.math.square"),
        ("import tensorflow.compat.v2 as tf", "tf", "tf"),
        ("from tensorflow.compat import v2", "v2", "tf"),
        ("import tensorflow.compat.v2.math as m", "m", "tf.math"),
        ("from tensorflow.compat.v2.math import square", "square", "tf.math.square"),
        ("from tensorflow.python.eager.backprop import GradientTape as T", "T", "tf.GradientTape"),
        ("from tensorflow.python.framework.constant_op import constant", "constant", "tf.constant"),
        ("from tensorflow.python.framework.dtypes import float32", "float32", "tf.float32"),
        ("from tensorflow.python.ops.math_ops import square", "square", "tf.square"),
        ("from tensorflow.python.ops.variables import Variable", "Variable", "tf.Variable"),
        (
            "from tensorflow.python.framework.tensor_shape import TensorShape as S",
            "S",
            "tf.TensorShape",
        ),
        (
            "from tensorflow.python.framework.errors import InvalidArgumentError as E",
            "E",
            "tf.errors.InvalidArgumentError",
        ),
    ],
)
def test_every_form_of_import_gives_the_package(text, name, qualified, installed):
    expected = tf
    for part in qualified.split(".")[1:]:
        expected = getattr(expected, part)
    assert statement(text) == {name: expected}
    assert statement(text)[name] is expected


def test_internal_modules_resolve_when_read(installed):
    backprop = statement("from tensorflow.python.eager import backprop")["backprop"]
    assert backprop.GradientTape is tf.GradientTape
    assert dir(backprop) == ["GradientTape", "UnconnectedGradients"]
    python = statement("import tensorflow.python as p")["p"]
    assert python.eager.backprop is backprop
    with pytest.raises(NotAvailableError, match="python.eager.backprop.implicit_grad is not"):
        _ = backprop.implicit_grad
    assert not hasattr(backprop, "implicit_grad")


def test_generated_modules_have_the_raw_operations_by_position(installed):
    text = "from tensorflow.python.ops import gen_math_ops, gen_random_ops"
    generated = statement(text)["gen_math_ops"]
    assert generated.add_v2([1.0], [2.0]).numpy().tolist() == [3.0]
    assert generated.sin is tf.sin
    with pytest.raises(NotAvailableError, match="tf.raw_ops.QuantizedAdd is not"):
        _ = generated.quantized_add


@pytest.mark.parametrize("package", ["tensorflow", "tf_tape_compat"])
@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("import PACKAGE.lite", ["tf.lite"]),
        ("import PACKAGE.lite.experimental", ["tf.lite.experimental"]),
        ("import PACKAGE.lite.experimental as l", ["tf.lite.experimental"]),
        ("from PACKAGE import lite", ["tf.lite"]),
        ("from PACKAGE import square, lite", ["tf.lite"]),
        ("from PACKAGE.lite import Optimize", ["tf.lite.Optimize"]),
        (
            "from PACKAGE.lite import Optimize, experimental",
            ["tf.lite.Optimize", "tf.lite.experimental"],
        ),
        ("from PACKAGE.lite import Optimizee, Optimize", ["tf.lite.Optimize"]),
        ("from PACKAGE.lite.experimental import *", ["tf.lite.experimental"]),
        ("from PACKAGE.lite.experimental import Analyzer as D", ["tf.lite.experimental.Analyzer"]),
        ("from PACKAGE import tpu", ["tf.tpu"]),
        ("from PACKAGE.raw_ops import NcclReduce", ["tf.raw_ops.NcclReduce"]),
        ("from PACKAGE import CriticalSection", ["tf.CriticalSection"]),
        ("from PACKAGE.nn import RNNCellResidualWrapper", ["tf.nn.RNNCellResidualWrapper"]),
        ("from PACKAGE.compat.v1 import lite", ["tf.compat.v1.lite"]),
        ("import PACKAGE.compat.v1.tpu as t", ["tf.compat.v1.tpu"]),
        ("from PACKAGE.compat.v1 import signal, tpu", ["tf.compat.v1.tpu"]),
        ("from PACKAGE.compat.v1 import Print", ["tf.compat.v1.Print"]),
    ],
)
def test_imports_of_what_is_not_here_name_all_of_it(package, text, wanted, installed):
    verb = "is" if len(wanted) == 1 else "are"
    with pytest.raises(NotAvailableImportError) as caught:
        statement(text.replace("PACKAGE", package))
    assert str(caught.value).startswith(f"{', '.join(wanted)} {verb}{UNAVAILABLE}")
    assert isinstance(caught.value, ImportError)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("from tensorflow.python.eager import tape", "tensorflow.python.eager.tape"),
        (
            "from tensorflow.python.eager.backprop import implicit_grad as g",
            "tensorflow.python.eager.backprop.implicit_grad",
        ),
        ("import tensorflow.python.nowhere", "tensorflow.python.nowhere"),
        ("import tensorflow.core.kernels", "tensorflow.core.kernels"),
    ],
)
def test_imports_of_internals_name_them(text, wanted, installed):
    with pytest.raises(NotAvailableImportError) as caught:
        statement(text)
    assert str(caught.value).startswith(f"{wanted} is{UNAVAILABLE}")


def test_names_that_tensorflow_lacks_too(installed):
    with pytest.raises(ImportError, match="^cannot import name 'constan' from 'tf_tape_compat'"):
        statement("from tensorflow import constan")
    with pytest.raises(ImportError, match="^cannot import name 'squar' from 'tf_tape_compat.math'"):
        statement("from tensorflow.math import squar")
    for name in ("tensorflow.fooo", "tensorflow.math.fooo", "tensorflow._core", "tensorflow._run"):
        with pytest.raises(ModuleNotFoundError) as caught:
            statement(f"import {name}")
        # TensorFlow says the same of attributes: see the parity family missing_names.
        assert str(caught.value) == f"No module named {name!r}"
        assert caught.value.name == name


def test_presence_checks_are_answered(installed):
    find_spec = importlib.util.find_spec
    assert find_spec("tensorflow") and find_spec("tensorflow.math")
    for name in ("lite", "fooo", "math.fooo", "core.kernels", "python.nowhere"):
        assert find_spec(f"tensorflow.{name}") is None
    with pytest.raises(NotAvailableImportError, match="^tf.lite is"):
        importlib.import_module("tensorflow.lite")
    with pytest.raises(importlib.metadata.PackageNotFoundError):
        importlib.metadata.version("tensorflow")
    assert statement("from tensorflow import __version__ as v") == {"v": "2.21.0"}


def test_install_again_and_undo():
    finders, attributes = list(sys.meta_path), {*vars(tf)}
    tf.install()
    tf.install()
    assert len(sys.meta_path) == len(finders) + 1
    statement("import tensorflow.math; import tensorflow.python.eager.backprop")
    statement("import tensorflow.compat.v2")
    tf.uninstall()
    tf.uninstall()
    assert sys.meta_path == finders
    assert not [name for name in sys.modules if name.partition(".")[0] == "tensorflow"]
    assert {*vars(tf)} - attributes <= {"compat"}  # a module of our own, loaded when needed
    with pytest.raises(ModuleNotFoundError):
        statement("import tensorflow")
    tf.install()
    assert statement("import tensorflow") == {"tensorflow": tf}


def test_install_refuses_beside_tensorflow(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow", types.ModuleType("tensorflow"))
    finders = list(sys.meta_path)
    with pytest.raises(ImportError, match="TensorFlow, which this program has already imported"):
        tf.install()
    assert sys.meta_path == finders
    monkeypatch.undo()
    tf.install()


def test_the_first_version_is_a_namespace(installed):
    names_of = statement("from tensorflow.compat.v1 import nn, signal, reduce_sum as total")
    v1 = statement("import tensorflow.compat.v1 as v1")["v1"]
    assert v1 is tf.compat.v1 and names_of["nn"] is v1.nn and names_of["total"] is v1.reduce_sum
    assert v1.signal.fft is tf.signal.fft and names_of["signal"].__name__.endswith("v1.signal")
    assert importlib.import_module("tf_tape_compat.compat.v1.spectral").fft is tf.signal.fft
    assert v1.compat is tf.compat and v1.raw_ops is tf.raw_ops
    with pytest.raises(NotAvailableError, match="v1.disable_tensor_equality is .*TensorFlow 2"):
        v1.disable_tensor_equality()
    with pytest.raises(AttributeError, match="'tensorflow._api.v2.compat.v1' has no .* 'reduce'"):
        _ = v1.reduce


def test_the_import_system_leaves_our_modules_alone(installed):
    specs = tf.__spec__, tf.math.__spec__, tf.__name__, tf.math.__name__, tf.__loader__
    statement("import tensorflow.math, tensorflow.compat.v2.math")
    assert (tf.__spec__, tf.math.__spec__, tf.__name__, tf.math.__name__, tf.__loader__) == specs
    assert tf.math.__spec__.name == "tf_tape_compat.math"


@pytest.mark.parametrize(
    ("qualified", "named"),
    [
        ("lite", "lite"),
        ("lite.experimental.Analyzer", "lite"),
        ("raw_ops.NcclReduce", "raw_ops.NcclReduce"),
        ("compat.v1.Print", "compat.v1.Print"),
        ("compat.v1.lite.experimental", "compat.v1.lite"),
        ("CriticalSection", "CriticalSection"),
        ("nn.RNNCellResidualWrapper", "nn.RNNCellResidualWrapper"),
        ("experimental.tensorrt.ConversionParams", "experimental.tensorrt"),
        ("__internal__.lift_to_graph", "__internal__.lift_to_graph"),
    ],
)
def test_attributes_that_are_not_here(qualified, named):
    *path, last = named.split(".")
    owner = reduce(getattr, path, tf)
    with pytest.raises(NotAvailableError) as caught:
        reduce(getattr, qualified.split("."), tf)
    assert str(caught.value).startswith(f"tf.{named} is{UNAVAILABLE}")
    assert isinstance(caught.value, AttributeError) and isinstance(
        caught.value, NotImplementedError
    )
    assert not hasattr(owner, last) and getattr(owner, last, 7) == 7 and last not in dir(owner)
    assert caught.value.name == last and dir(caught.value.obj) == []


# Namespaces that can be imported, as libraries do on their way, though nothing in them works.
EMPTY = ["tf.experimental.dtensor"]


def available(namespace):
    """The names of a recorded namespace that work: of namespaces, those in which something does."""

    def is_available(name, kind):
        full = names.canonical(f"{namespace}.{name}")
        if kind == "m" and names.namespace(full):
            return namespace.startswith(full) or full in EMPTY or bool(available(full))
        return works(full)

    kinds = names.namespace(namespace).kinds
    return {name for name, kind in kinds.items() if is_available(name, kind)}


@pytest.mark.parametrize("namespace", names.namespaces())
def test_what_exists_is_what_works(namespace, installed):
    """`hasattr`, `dir`, imports and `find_spec` agree about every recorded name."""
    expected = available(namespace)
    assert works(namespace) == (bool(expected) or namespace in EMPTY)
    imported = namespace.replace("tf", "tensorflow", 1)
    if not expected and namespace not in EMPTY:
        with contextlib.suppress(ImportError):  # if its parent is not available either
            assert importlib.util.find_spec(imported) is None
        with pytest.raises(ImportError):
            importlib.import_module(imported)
        return
    assert importlib.util.find_spec(imported)
    module = public_object(namespace)
    recorded = names.namespace(namespace).kinds
    assert {name for name in recorded if hasattr(module, name)} == expected
    assert {name for name in dir(module) if name in recorded} == expected


def test_internal_modules_are_there_if_something_in_them_works(installed):
    with pytest.raises(NotAvailableImportError, match="^tensorflow.python.distribute.clus"):
        statement("import tensorflow.python.distribute.cluster_resolver")
    python = statement("import tensorflow.python as python")["python"]
    assert not hasattr(python.distribute, "cluster_resolver") and hasattr(python, "ops")
    assert "constant" in dir(python.framework.constant_op)
    assert "NodeDef" not in dir(statement("from tensorflow.python.framework import ops")["ops"])


def test_dir_lists_what_works():
    for module, qualified in ((tf, "tf"), (tf.math, "tf.math")):
        listed = [name for name in dir(module) if not name.startswith("__")]
        assert "square" in listed and "torch" not in listed and "_api" not in listed
        recorded = names.namespace(qualified).kinds
        assert not [name for name in listed if name not in recorded]
        assert all(hasattr(module, name) for name in listed)


def test_keras_that_is_not_installed(installed, monkeypatch):
    """The error says what to install."""
    monkeypatch.setitem(namespaces._REQUIREMENTS, "tf_tape_compat.keras", "no_such_package")
    for module in ("tf_tape_compat", "tensorflow"):
        monkeypatch.delitem(sys.modules, f"{module}.keras", raising=False)
    monkeypatch.delitem(vars(tf), "keras", raising=False)
    advice = r"pip install 'tf-tape-compat\[keras\]'"
    for name in ("keras", "losses", "optimizers"):
        monkeypatch.delitem(vars(tf), name, raising=False)
        with pytest.raises(NotAvailableError, match=f"^tf.{name} is .*: {advice}$"):
            getattr(tf, name)
        assert not hasattr(tf, name)
    for module in ("tf_tape_compat", "tensorflow"):
        with pytest.raises(NotAvailableImportError, match=f"^tf.keras.layers is .*{advice}$"):
            statement(f"from {module}.keras import layers")
        assert importlib.util.find_spec(f"{module}.lite") is None


def test_errors_can_be_pickled():
    with pytest.raises(NotAvailableError) as caught:
        _ = tf.lite
    again = pickle.loads(pickle.dumps(caught.value))
    assert type(again) is NotAvailableError and str(again) == str(caught.value)


def test_recorded_names():
    assert (
        names.symbol_kind("tf")
        == names.symbol_kind("tf.math")
        == names.symbol_kind("tf.compat.v2.math")
        == "m"
    )
    assert (
        names.symbol_kind("tf.GradientTape") == "c" and names.symbol_kind("tf.math.square") == "f"
    )
    assert names.symbol_kind("tf.float32") == "v" and names.symbol_kind("tf.fooo") is None
    assert names.symbol_kind("tf.fooo.bar") is None and names.symbol_kind("math") is None
    assert names.canonical("tf.losses.MSE") == "tf.keras.losses.MSE"
    assert names.canonical("tf.compat.v2.compat.v2.add") == "tf.add"
    assert names.internal()["tensorflow.python.ops.math_ops"]["sin"] == "tf.sin"


FRESH = """
import builtins, sys
opened = []
sys.addaudithook(lambda event, what: event == "open" and opened.append(str(what[0])))
import tf_tape_compat
assert not [name for name in opened if "_api" in name and name.endswith(".txt")], opened
assert "tensorflow" not in sys.modules and "lite" not in vars(tf_tape_compat)
assert "dis" not in vars(sys.modules["tf_tape_compat._api.imports"])
assert not hasattr(tf_tape_compat, "lite")
assert [name for name in opened if name.endswith("tf.txt")], opened
"""


def test_names_are_not_read_by_the_import():
    subprocess.run(
        [sys.executable, "-c", FRESH],
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("from tensorflow.python.keras.layers.recurrent import GRU as x", "layers.GRU"),
        ("from tensorflow.python.keras.engine.training import Model as x", "Model"),
        ("from tensorflow.python.keras.engine.input_spec import InputSpec as x", "InputSpec"),
        ("from tensorflow.python.keras.optimizer_v2.adam import Adam as x", "optimizers.Adam"),
        (
            "from tensorflow.python.keras.optimizer_v2.optimizer_v2 import OptimizerV2 as x",
            "optimizers.Optimizer",
        ),
        ("from tensorflow.python.keras.utils.vis_utils import plot_model as x", "utils.plot_model"),
        ("from tensorflow.python.keras import Sequential as x", "Sequential"),
        ("import tensorflow.python.keras.backend as K; x = K.epsilon", "backend.epsilon"),
    ],
)
def test_legacy_keras_is_keras(text, public, installed):
    keras = pytest.importorskip("tf_tape_compat.keras")
    for name in public.split("."):
        keras = getattr(keras, name)
    assert statement(text)["x"] is keras


def test_names_that_keras_lacks_are_refused(installed):
    pytest.importorskip("keras")
    with pytest.raises(NotAvailableImportError, match="recurrent.PeepholeLSTMCell is"):
        statement("from tensorflow.python.keras.layers.recurrent import PeepholeLSTMCell")
