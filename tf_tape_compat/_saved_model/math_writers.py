"""Products of matrices, and other operations with options that TensorFlow's do not have."""

from __future__ import annotations

from typing import Any

from .._core.types.dtype import as_dtype
from .node_writers import argument, writes

_INT32 = as_dtype("int32")


def _name(node: Any) -> str:
    name: str = node.operation.name
    return name


@writes("MatMul:matmul", "BatchMatMulV2:matmul")
def _matmul(writer: Any, node: Any) -> None:
    operands = [argument(node, 0, "a"), argument(node, 1, "b")]
    inputs, flags = [], []
    for number, (operand, name) in enumerate(zip(operands, "ab", strict=True)):
        transpose = bool(argument(node, 2 + number, f"transpose_{name}", False))
        adjoint = bool(argument(node, 4 + number, f"adjoint_{name}", False))
        reference = writer.operand(operand)
        if transpose and operand.dtype.is_complex:
            reference = writer.add("Conj", [reference], {})
        inputs.append(reference)
        flags.append(transpose or adjoint)
    (result,) = node.outputs
    ranks = [x.shape.rank for x in operands]
    if ranks == [2, 2] and not operands[0].dtype.is_complex:
        attributes = dict(zip(("transpose_a", "transpose_b"), flags, strict=True))
        writer.add("MatMul", inputs, attributes, [result], _name(node))
    else:
        attributes = dict(zip(("adj_x", "adj_y"), flags, strict=True))
        writer.add("BatchMatMulV2", inputs, attributes, [result], _name(node))


@writes("Softmax:_softmax", "LogSoftmax:_log_softmax")
def _softmax(writer: Any, node: Any) -> None:
    logits, axis = argument(node, 0, "logits"), argument(node, 1, "axis")
    rank = logits.shape.rank
    reference = writer.operand(logits)
    if axis in (None, -1) or rank is None or axis % rank == rank - 1:
        writer.add(node.type, [reference], {}, node.outputs, _name(node))
        return
    axis %= rank
    order = [i for i in range(rank) if i != axis] + [axis]
    inverse = [order.index(i) for i in range(rank)]
    moved = writer.add("Transpose", [reference, writer.constant(order, _INT32)], {})
    result = writer.add(node.type, [moved], {})
    inputs = [result, writer.constant(inverse, _INT32)]
    writer.add("Transpose", inputs, {}, node.outputs, _name(node))


@writes("TopKV2:_top_k")
def _top_k(writer: Any, node: Any) -> None:
    value, k = argument(node, 0, "input"), argument(node, 1, "k")
    inputs = [writer.operand(value), writer.operand(k, getattr(k, "dtype", _INT32))]
    index_type = node.outputs[1].dtype
    attributes = {"sorted": True, "index_type": index_type}
    writer.add("TopKV2", inputs, attributes, node.outputs, _name(node))


@writes("OneHot:_one_hot_zero_one")
def _one_hot(writer: Any, node: Any) -> None:
    indices, depth = argument(node, 0, "indices"), argument(node, 1, "depth")
    axis = argument(node, 2, "axis")
    (result,) = node.outputs
    inputs = [writer.operand(indices), writer.operand(depth, _INT32)]
    inputs += [writer.constant(value, result.dtype) for value in (1, 0)]
    attributes = {"axis": -1 if axis is None else int(axis)}
    writer.add("OneHot", inputs, attributes, [result], _name(node))


@writes("Einsum:_einsum_of_two")
def _einsum(writer: Any, node: Any) -> None:
    inputs = [writer.operand(argument(node, i, name)) for i, name in enumerate("ab")]
    attributes = {"equation": argument(node, 4, "equation"), "N": 2}
    writer.add("Einsum", inputs, attributes, node.outputs, _name(node))


@writes("FusedBatchNormV3:_fused")
def _fused_batch_norm(writer: Any, node: Any) -> None:
    names = ("x", "scale", "offset", "mean", "variance")
    inputs = [writer.operand(argument(node, i, name)) for i, name in enumerate(names)]
    attributes = {
        "epsilon": float(argument(node, 5, "epsilon")),
        "exponential_avg_factor": float(argument(node, 6, "factor")),
        "data_format": "NCHW" if argument(node, 7, "channels_first") else "NHWC",
        "is_training": bool(argument(node, 8, "training")),
    }
    writer.add("FusedBatchNormV3", inputs, attributes, node.outputs, _name(node))


@writes("Conv2DBackpropInput:_conv2d_transpose", "Conv3DBackpropInputV2:_conv3d_transpose")
def _transposed_convolution(writer: Any, node: Any) -> None:
    filters, value = argument(node, 0, "filter"), argument(node, 1, "out_backprop")
    _backward_convolution(writer, node, filters, value)


@writes("DepthwiseConv2dNativeBackpropInput:_backprop_input")
def _depthwise_backward(writer: Any, node: Any) -> None:
    filters, value = argument(node, 0, "filter"), argument(node, 1, "out_backprop")
    _backward_convolution(writer, node, filters, value)


def _backward_convolution(writer: Any, node: Any, filters: Any, value: Any) -> None:
    sizes, options = argument(node, 2, "sizes"), argument(node, 3, "attributes")
    if sizes is None:
        sizes = argument(node, 2, "shape")
    middle = "DHW" if node.type.startswith("Conv3D") else "HW"
    attributes = {
        "strides": [int(x) for x in options.strides],
        "padding": options.padding,
        "dilations": [int(x) for x in options.dilations],
        "data_format": f"NC{middle}" if options.channels_first else f"N{middle}C",
    }
    if middle == "HW":
        attributes["explicit_paddings"] = [int(x) for x in options.explicit_paddings]
    inputs = [writer.operand(sizes, _INT32), writer.operand(filters), writer.operand(value)]
    writer.add(node.type, inputs, attributes, node.outputs, _name(node))


@writes("CheckNumerics")
def _check_numerics(writer: Any, node: Any) -> None:
    tensor = argument(node, 0, "tensor")
    message = argument(node, 1, "message", "")
    attributes = {"message": message if isinstance(message, (str, bytes)) else ""}
    writer.add("CheckNumerics", [writer.operand(tensor)], attributes, node.outputs, _name(node))


@writes("RFFT", "IRFFT")
def _real_transform(writer: Any, node: Any) -> None:
    value, lengths = argument(node, 0, "input"), argument(node, 1, "lengths")
    count = len(lengths)
    operation = node.type if count == 1 else f"{node.type}{count}D"
    inputs = [writer.operand(value), writer.constant([int(x) for x in lengths], _INT32)]
    writer.add(operation, inputs, {}, node.outputs, _name(node))
