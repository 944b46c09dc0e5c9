"""Stands for Keras 2, which TensorFlow Probability imports; it has none of Keras's functions.

TensorFlow Probability derives some classes from `Layer`, and so on, when it is imported.
"""

import sys
import types


class _Anything(type):
    """A class whose missing attributes are classes of the same kind, to derive from."""

    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        made = _Anything(name, (_Unavailable,), {})
        setattr(cls, name, made)
        return made


class _Unavailable(metaclass=_Anything):
    def __init__(self, *args, **kwargs):
        pass  # defaults of arguments are made on import

    def __call__(self, *args, **kwargs):
        raise NotImplementedError("Keras 2 is not part of this environment")


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    made = _Anything(name, (_Unavailable,), {})
    globals()[name] = made
    return made


class _Backend:
    @staticmethod
    def floatx():
        return "float32"


activations = layers = initializers = optimizers = regularizers = constraints = _Anything(
    "module", (), {}
)
__internal__ = utils = models = losses = metrics = _Anything("module", (), {})
backend = _Backend()
Model = Sequential = Input = _Anything("Model", (_Unavailable,), {})


def version():
    """What TensorFlow Probability asks to choose between `tf.keras` and this."""
    return "3.0"


__all__ = ["backend", "activations", "layers", "initializers", "optimizers", "regularizers"]
__all__ += ["constraints", "utils", "models", "losses", "metrics", "Model", "Sequential", "Input"]


def _add_version_1():
    """The modules below `tf_keras.api._v1`; their names are those of this module."""
    parent = sys.modules[__name__]
    for name in "api _v1 keras __internal__ legacy layers".split():
        module = types.ModuleType(f"{parent.__name__}.{name}")
        module.__path__ = []
        module.__getattr__ = __getattr__
        sys.modules[module.__name__] = module
        if parent.__name__ != __name__ or name == "api":
            setattr(parent, name, module)
        parent = module


_add_version_1()
utils = _Anything("utils", (), {"get_custom_objects": staticmethod(dict)})
