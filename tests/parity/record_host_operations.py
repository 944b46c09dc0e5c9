"""Records which of TensorFlow's operations work in host memory on a GPU; run under TensorFlow.

    python -m tests.parity.record_host_operations

Writes `tf_tape_compat/_core/devices/host_operations.txt`: the names of the operations that have a
kernel for accelerators whose int32 inputs and whose outputs all lie in host memory. The kernels are
those registered for every device type; the few that only GPU builds register are added by hand in
`host_operations.py`.
"""

from __future__ import annotations

from pathlib import Path

OUT = Path(__file__).parents[2] / "tf_tape_compat" / "_core" / "devices" / "host_operations.txt"
INT32 = 3


def main() -> None:
    from tensorflow.core.framework import op_def_pb2
    from tensorflow.python.client import pywrap_tf_session
    from tensorflow.python.framework import kernels

    ops = op_def_pb2.OpList()
    ops.ParseFromString(pywrap_tf_session.TF_GetBuffer(pywrap_tf_session.TF_GetAllOpList()))
    arguments = {
        op.name: {a.name for a in (*op.input_arg, *op.output_arg)}
        for op in ops.op
        if not op.is_stateful and op.output_arg and not op.name.startswith("_")
    }
    names = {
        kernel.op
        for kernel in kernels.get_all_registered_kernels().kernel
        if kernel.device_type in ("DEFAULT", "GPU")
        and kernel.op in arguments
        and arguments[kernel.op] <= set(kernel.host_memory_arg)
        and (
            not kernel.constraint
            or any(INT32 in c.allowed_values.list.type for c in kernel.constraint)
        )
    }
    OUT.write_text("\n".join(sorted(names)) + "\n")


if __name__ == "__main__":
    main()
