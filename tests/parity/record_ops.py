"""Records the argument types of TensorFlow's operations; run under TensorFlow.

    python -m tests.parity.record_ops

Writes `tf_tape_compat/_core/types/op_types.txt`: a line for each operation, with each tensor
argument's type attribute (or fixed type), then the types which each attribute admits, in
TensorFlow's order.
"""

from __future__ import annotations

import re
from pathlib import Path

OUT = Path(__file__).parents[2] / "tf_tape_compat" / "_core" / "types" / "op_types.txt"

# Families that no function of ours stands on.
LEFT_OUT = re.compile(
    "^_|Dataset|TPU|Tpu|Xla(?!DynamicUpdateSlice$)|XLA|Collective|Iterator|Quantize|Sdca|BoostedTrees|Table|Queue|Reader"
    "|Summary|Barrier|Accumulator|StackP|TensorList|Stage|Nccl|Mutex|Record"
    "|^(De|En)code(?!Base64|Raw|PaddedRaw|CSV|Compressed|Proto|JSONExample|Png|Jpeg|Gif|Bmp|WebP|Jxl"
    "|Image|AndCropJpeg|Wav)|Checkpoint"
    "|Ragged(?!TensorToTensor$|Cross|CountSparse)|CSR|Resource(Sparse)?Apply|^(Sparse)?Apply|.Fingerprint"
    "|Debug|Batch$|Send|Recv|Rpc|Audio"
    "|Config|Enter|Exit|Loop|Switch|Merge|Optional|Partitioned|Configure|Block|Sampler"
)


def main() -> None:
    from tensorflow.core.framework import op_def_pb2
    from tensorflow.python.client import pywrap_tf_session
    from tensorflow.python.framework import dtypes

    ops = op_def_pb2.OpList()
    ops.ParseFromString(pywrap_tf_session.TF_GetBuffer(pywrap_tf_session.TF_GetAllOpList()))
    lines = []
    for op in sorted(ops.op, key=lambda op: op.name):
        if LEFT_OUT.search(op.name) or not op.input_arg:
            continue
        arguments = [
            f"{a.name}:{a.type_attr or a.type_list_attr or dtypes.as_dtype(a.type).name}"
            for a in op.input_arg
        ]
        used = {a.split(":")[1] for a in arguments}
        admitted = [
            f"{a.name}={','.join(dtypes.as_dtype(t).name for t in a.allowed_values.list.type)}"
            for a in op.attr
            if a.name in used and a.allowed_values.list.type
        ]
        lines.append(" ".join([op.name, *arguments, *admitted]))
    OUT.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
