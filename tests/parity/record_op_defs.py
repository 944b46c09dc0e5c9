"""Records the inputs, outputs and attributes of TensorFlow's operations.

    python -m tests.parity.record_op_defs

Writes `tf_tape_compat/_core/op/op_defs.txt`: for each operation that graphs here may have a line of
its name, inputs, outputs and attributes, with tabs between them. Those that the package knows by
name are in `op_types.txt` and in the table of `tf.raw_ops`; the others are listed here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .record_op_texts import _type, _value

PACKAGE = Path(__file__).parents[2] / "tf_tape_compat"
OUT = PACKAGE / "_core" / "op" / "op_defs.txt"
TABLES = (PACKAGE / "_core" / "types" / "op_types.txt", PACKAGE / "_raw" / "operations.txt")

# Functions, variables, tables and lists of tensors.
OTHERS = """
    AnonymousHashTable AnonymousMutableHashTable Assert AssignVariableOp Case Const EmptyTensorList
    EnsureShape HashTableV2 If InitializeTableFromTextFileV2 InitializeTableV2
    LookupTableExportV2 LookupTableFindV2 LookupTableImportV2 LookupTableInsertV2 LookupTableSizeV2
    MergeV2Checkpoints MutableHashTableV2 NoOp PartitionedCall Placeholder PreventGradient
    ReadVariableOp RestoreV2 SaveV2 ShardedFilename StatefulPartitionedCall StatelessCase
    StatelessIf StatelessWhile TensorListConcatV2 TensorListElementShape TensorListFromTensor
    TensorListGather TensorListGetItem TensorListLength TensorListPopBack TensorListPushBack
    TensorListReserve TensorListResize TensorListScatterIntoExistingList TensorListScatterV2
    TensorListSetItem TensorListSplit TensorListStack VarHandleOp VarIsInitializedOp VariableShape
    While
""".split()


def main() -> None:
    from tensorflow.core.framework import op_def_pb2
    from tensorflow.python.client import pywrap_tf_session

    ops = op_def_pb2.OpList()
    ops.ParseFromString(pywrap_tf_session.TF_GetBuffer(pywrap_tf_session.TF_GetAllOpList()))
    names = set(OTHERS)
    for table in TABLES:
        names.update(line.split(" ", 1)[0] for line in table.read_text().splitlines())
    found = sorted((op for op in ops.op if op.name in names), key=lambda op: op.name)
    OUT.write_text("".join(f"{_line(op)}\n" for op in found))


def _line(op: Any) -> str:
    parts = [op.name, _arguments(op.input_arg), _arguments(op.output_arg)]
    return "\t".join([*parts, *map(_attribute, op.attr)])


def _arguments(arguments: Any) -> str:
    texts = []
    for argument in arguments:
        kind = argument.type_attr or argument.type_list_attr
        kind = kind or _type(argument.type).removeprefix("DT_").lower()
        if argument.number_attr:
            kind = f"{argument.number_attr}*{kind}"
        texts.append(f"{argument.name}:{kind}")
    return " ".join(texts)


def _attribute(attribute: Any) -> str:
    default = ""
    if attribute.HasField("default_value"):
        default = f"={_value(attribute.default_value)}"
    return f"{attribute.name}:{attribute.type}{default}"


if __name__ == "__main__":
    main()
