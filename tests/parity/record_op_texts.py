"""Records the definitions of TensorFlow's operations, as its error messages print them.

    python -m tests.parity.record_op_texts

Writes `tf_tape_compat/_core/op/op_texts.txt`: for each operation of `op_types.txt` a line with its
definition, then an indented line for each kernel that TensorFlow's package for CPUs has.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parents[2] / "tf_tape_compat" / "_core"
OUT = PACKAGE / "op" / "op_texts.txt"


def main() -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow as tf
    from tensorflow.core.framework import op_def_pb2
    from tensorflow.python.client import pywrap_tf_session
    from tensorflow.python.framework import kernels

    # The first failure registers the kernels of XLA, which messages list, too.
    with contextlib.suppress(tf.errors.NotFoundError):
        tf.math.bessel_i0e(tf.constant(1, tf.bfloat16))
    ops = op_def_pb2.OpList()
    ops.ParseFromString(pywrap_tf_session.TF_GetBuffer(pywrap_tf_session.TF_GetAllOpList()))
    names = {
        line.split(" ", 1)[0]
        for line in (PACKAGE / "types" / "op_types.txt").read_text().splitlines()
    }
    lines = []
    for op in sorted(ops.op, key=lambda op: op.name):
        if op.name in names:
            lines.append(_definition(op))
            registered = kernels.get_registered_kernels_for_op(op.name).kernel
            lines.extend(f"  {_kernel(kernel)}" for kernel in registered)
    OUT.write_text("\n".join(lines) + "\n")


def _kernel(kernel: Any) -> str:
    parts = [f"device='{kernel.device_type}'"]
    if kernel.label:
        parts.append(f"label='{kernel.label}'")
    parts += [f"{c.name} in {_value(c.allowed_values)}" for c in kernel.constraint]
    return "; ".join(parts)


def _definition(op: Any) -> str:
    parts = [
        f"Op<name={op.name}",
        f"signature={_arguments(op.input_arg)} -> {_arguments(op.output_arg)}",
    ]
    for attr in op.attr:
        text = f"attr={attr.name}:{attr.type}"
        if attr.HasField("default_value"):
            text += f",default={_value(attr.default_value)}"
        if attr.has_minimum:
            text += f",min={attr.minimum}"
        if attr.HasField("allowed_values"):
            text += f",allowed={_value(attr.allowed_values)}"
        parts.append(text)
    flags = ("is_commutative", "is_aggregate", "is_stateful", "allows_uninitialized_input")
    parts += [f"{flag}=true" for flag in flags if getattr(op, flag)]
    return "; ".join(parts) + ">"


def _arguments(arguments: Any) -> str:
    texts = []
    for argument in arguments:
        text = _type(argument.type) if argument.type else ""
        # TensorFlow's text shows nothing for a list of types.
        text = argument.type_attr or text.removeprefix("DT_").lower()
        if argument.number_attr:
            text = f"{argument.number_attr}*{text}"
        texts.append(
            f"{argument.name}:Ref({text})" if argument.is_ref else f"{argument.name}:{text}"
        )
    return ", ".join(texts)


def _type(number: int) -> str:
    from tensorflow.core.framework import types_pb2

    return types_pb2.DataType.Name(number)


def _value(value: Any) -> str:
    kind = value.WhichOneof("value")
    if kind == "list":
        values = value.list
        texts = [_text(values.s[i]) for i in range(len(values.s))]
        texts += [str(i) for i in values.i]
        texts += [_float(f) for f in values.f]
        texts += [str(b).lower() for b in values.b]
        texts += [_type(t) for t in values.type]
        texts += [_shape(s) for s in values.shape]
        return f"[{', '.join(texts)}]"
    field = getattr(value, kind)
    return {
        "s": _text,
        "i": str,
        "f": _float,
        "b": lambda flag: str(flag).lower(),
        "type": _type,
        "shape": _shape,
    }.get(kind, str)(field)


def _text(value: bytes) -> str:
    return '"' + value.decode("latin-1").encode("unicode_escape").decode().replace('"', '\\"') + '"'


def _float(value: float) -> str:
    return f"{value:.6g}"


def _shape(shape: Any) -> str:
    if shape.unknown_rank:
        return "<unknown>"
    return "[" + ",".join("?" if d.size < 0 else str(d.size) for d in shape.dim) + "]"


if __name__ == "__main__":
    main()
