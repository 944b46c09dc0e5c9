"""Fingerprints of datasets: equal ones are of datasets that were made in the same way."""

from __future__ import annotations

import functools
import hashlib
import types
from typing import Any

import numpy as np
import torch

from .._core.tensor.tensor import EagerTensor
from .._core.types.composite_tensor import CompositeTensor
from .._core.types.dtype import DType
from .._core.types.shape import TensorShape
from .._core.types.type_spec import TypeSpec
from .._core.variables.variable import Variable
from .dataset import DatasetV2, method
from .functions import DatasetFunction
from .random_draws import SeedGenerator

# Modules of the classes of this package, some of which have names of TensorFlow's modules.
_OWN = (__package__.partition(".")[0] + ".", "tensorflow.python.")
_PLAIN = (type(None), bool, int, float, complex, str, bytes, range)
_DERIVED = frozenset(("_spec", "_name"))  # attributes that follow from others, or change nothing


class _Digest:
    """Adds values to a hash, by their contents; other objects by their identity."""

    def __init__(self) -> None:
        self.hash = hashlib.blake2b(digest_size=8)
        self._seen: dict[int, tuple[int, Any]] = {}  # keeps them alive: identities are not reused

    def add(self, value: Any) -> None:
        """Adds a value."""
        self.hash.update(type(value).__qualname__.encode() + b"(")
        self._add(value)
        self.hash.update(b")")

    def _add(self, value: Any) -> None:
        if isinstance(value, (*_PLAIN, DType, TensorShape, TypeSpec, np.dtype, torch.dtype, type)):
            self.hash.update(repr(value).encode())
            return
        if id(value) in self._seen:
            self.hash.update(b"%d" % self._seen[id(value)][0])
            return
        self._seen[id(value)] = len(self._seen), value
        if isinstance(value, EagerTensor):
            self.add(value.numpy())
        elif isinstance(value, torch.Tensor):
            self.add(value.detach().cpu().numpy())
        elif isinstance(value, np.ndarray):
            self.hash.update(f"{value.shape}{value.dtype}".encode())
            self.hash.update(
                repr(value.tolist()).encode() if value.dtype.hasobject else value.tobytes()
            )
        elif isinstance(value, (tuple, list)):
            for item in value:
                self.add(item)
        elif isinstance(value, (dict, types.MappingProxyType)):
            for key, item in value.items():
                self.add(key)
                self.add(item)
        elif isinstance(value, (set, frozenset)):
            self.add(sorted(map(repr, value)))
        else:
            self._add_object(value)

    def _add_object(self, value: Any) -> None:
        if isinstance(value, types.FunctionType):
            self._add_function(value)
        elif isinstance(value, types.CodeType):
            self.add((value.co_code, value.co_names, value.co_consts, value.co_varnames))
        elif isinstance(value, types.CellType):
            self.add(value.cell_contents)
        elif isinstance(value, types.MethodType):
            self.add((value.__func__, value.__self__))
        elif isinstance(value, functools.partial):
            self.add((value.func, value.args, value.keywords))
        elif isinstance(value, (types.BuiltinFunctionType, types.ModuleType)):
            self.hash.update(value.__name__.encode())
        elif isinstance(value, DatasetFunction):
            self.add((value.function, value._seed))
        elif isinstance(value, SeedGenerator):
            self.add((value.seeds, value._draws is None))
        elif isinstance(value, DatasetV2):
            self.add({name: item for name, item in vars(value).items() if name not in _DERIVED})
        elif isinstance(value, Variable):
            self.hash.update(b"%d" % id(value))
        elif isinstance(value, CompositeTensor) or type(value).__module__.startswith(_OWN):
            self.add(getattr(value, "__dict__", id(value)))
        else:
            self.hash.update(b"%d" % id(value))

    def _add_function(self, function: Any) -> None:
        code = function.__code__
        module = function.__module__ or ""
        if module.startswith(_OWN) and not function.__closure__:
            self.hash.update(f"{module}.{function.__qualname__}".encode())
            return
        self.add((code, function.__closure__, function.__defaults__, function.__kwdefaults__))
        for name in code.co_names:
            if name in function.__globals__:
                self.add((name, function.__globals__[name]))


def fingerprint_of(*values: Any) -> int:
    """A number of 64 bits for datasets and functions."""
    digest = _Digest()
    digest.add(values)
    return int.from_bytes(digest.hash.digest(), "little")


@method
def fingerprint(self: DatasetV2) -> Any:
    """A number that two datasets share if they were made in the same way.

    Implements `tf.data.Dataset.fingerprint`. Such datasets have the same elements if files have
    not changed and nothing is random. The numbers are not TensorFlow's, and they do not last from
    one process to another if functions use objects of classes that are not data.

    Returns:
      A scalar uint64 tensor.
    """
    return EagerTensor(torch.tensor(fingerprint_of(self), dtype=torch.uint64))
