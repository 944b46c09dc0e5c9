"""Which operators take tensors of the host beside tensors of the device: those of CUDA.

The declarations of torch's operators, which are installed with it, say for which CUDA's kernels
check the devices of all arguments, and for which TensorIterator does: it takes one tensor without
dimensions from the host.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from .memory import NAME

# Index tensors may lie on the host; CUDA's kernels copy them.
_INDICES = frozenset(
    ("index.Tensor", "index.Tensor_out", "_unsafe_index.Tensor", "index_put", "index_put.out",
     "index_put_", "_index_put_impl", "_index_put_impl.out", "_index_put_impl_",
     "_unsafe_index_put")
)  # fmt: skip
# It copies all of the host's scalars, and not one only.
_SCALARS = frozenset(("where.self", "where.self_out"))
# TensorIterator takes the host's scalar, but CUDA's kernel does not.
_STRICT = frozenset(("nextafter", "nextafter.out", "nextafter_"))


@functools.cache
def declarations() -> tuple[frozenset[str], frozenset[str]]:
    """The operators whose arguments CUDA's generated code does not check; those with a delegate.

    The latter are torch's structured operators: a backend brings the one with `out=`, and the
    other two call it.
    """
    import torchgen

    path = Path(torchgen.__file__).parent / "packaged/ATen/native/native_functions.yaml"
    text = path.read_text(encoding="utf-8")
    names, delegates = set(), {}
    for entry in re.split(r"^- func: ", text, flags=re.M)[1:]:
        name = entry[: entry.index("(")]
        if re.search(
            r"^  (device_check: NoCheck|structured_inherits: TensorIteratorBase)", entry, re.M
        ):
            names.add(name)
        if delegate := re.search(r"^  structured_delegate: ([\w.]+)", entry, re.M):
            delegates[name] = delegate[1]
    names.update(name for name, delegate in delegates.items() if delegate in names)
    return frozenset(names), frozenset(delegates)


def rule(op: Any) -> Callable[[Any, Any], None]:
    """Checks the arguments of a call in which tensors of the host and the device meet."""
    name = op._schema.name.removeprefix("aten::")
    full = f"{name}.{op._schema.overload_name}".rstrip(".")
    if full in _INDICES:
        return _refuse_all_but_indices(name)
    if full in _SCALARS:
        return functools.partial(_refuse_all_but_scalars, 3)
    if full in declarations()[0] and full not in _STRICT:
        return functools.partial(_refuse_all_but_scalars, 1)
    return _refuse(op, name)


def _refuse(op: Any, name: str) -> Callable[[Any, Any], None]:
    names = [argument.name for argument in op._schema.arguments]

    def refuse(args: Any, kwargs: Any) -> None:
        for argument, value in [*zip(names, args, strict=False), *kwargs.items()]:
            if any(x.is_cpu for x in _tensors(value)):
                raise RuntimeError(
                    f"Expected all tensors to be on the same device, but got {argument} is on cpu, "
                    f"different from other tensors on {NAME}:0 (when checking argument in method "
                    f"wrapper_{NAME}_{name})"
                )

    return refuse


def _refuse_all_but_scalars(most: int, args: Any, kwargs: Any) -> None:
    hosts = [x for value in [*args, *kwargs.values()] for x in _tensors(value) if x.is_cpu]
    if len(hosts) > most or any(x.dim() for x in hosts):
        raise RuntimeError(
            "Expected all tensors to be on the same device, but found at least two devices, "
            f"{NAME}:0 and cpu!"
        )


def _refuse_all_but_indices(name: str) -> Callable[[Any, Any], None]:
    def refuse(args: Any, kwargs: Any) -> None:
        tensor, _, *others = args
        if tensor.is_cpu:
            raise RuntimeError(
                "indices should be either on cpu or on the same device as the indexed tensor (cpu)"
            )
        values = [x for value in [*others, *kwargs.values()] for x in _tensors(value) if x.is_cpu]
        if any(x.dim() for x in values):
            raise RuntimeError(
                "Expected all tensors to be on the same device, but found at least two devices, "
                f"{NAME}:0 and cpu!"
            )

    return refuse


def _tensors(value: Any) -> list[torch.Tensor]:
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, (list, tuple)):
        return [item for item in value if isinstance(item, torch.Tensor)]
    return []
