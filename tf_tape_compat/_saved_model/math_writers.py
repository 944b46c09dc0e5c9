"""Products of matrices, and other operations with options that TensorFlow's do not have."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import as_dtype
from .._graph.shown_inputs import shown
from .._ops.array.sliding_windows import parse_padding, per_dimension
from .._ops.image import resize_weights
from .node_writers import argument, arguments, not_available, writes

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


@writes("RealDiv:truediv", "RealDiv:_quotient_of_integers")
def _truediv(writer: Any, node: Any) -> None:
    x, y = argument(node, 0, "x"), argument(node, 1, "y")
    (result,) = node.outputs
    dtype = getattr(x, "dtype", None) or y.dtype
    inputs = [writer.operand(x, dtype), writer.operand(y, dtype)]
    if dtype.is_integer:
        inputs = [writer.add("Cast", [value], {"DstT": result.dtype}) for value in inputs]
    writer.add("RealDiv", inputs, {}, [result], _name(node))


@writes("Abs")
def _abs(writer: Any, node: Any) -> None:
    (x,), (result,) = node.inputs, node.outputs
    operation = "ComplexAbs" if x.dtype.is_complex else "Abs"
    attributes = {"T": x.dtype, "Tout": result.dtype} if x.dtype.is_complex else {"T": x.dtype}
    writer.add(operation, [writer.reference(x)], attributes, [result], _name(node))


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


@writes("TopKV2:_top_k", "TopK")
def _top_k(writer: Any, node: Any) -> None:
    value, k = argument(node, 0, "input"), argument(node, 1, "k", 1)
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


@writes("Einsum")
def _einsum(writer: Any, node: Any) -> None:
    equation = shown(node.operation).arguments.get("equation")
    inputs = [writer.reference(x) for x in node.inputs]
    attributes = {"equation": equation, "N": len(inputs)}
    if equation is None or equation.partition("->")[0].count(",") != len(inputs) - 1:
        raise not_available("tf.einsum with a constant", writer.function)
    writer.add("Einsum", inputs, attributes, node.outputs, _name(node))


@writes("BiasAdd:_bias_add")
def _bias_add(writer: Any, node: Any) -> None:
    value, bias = argument(node, 0, "value"), argument(node, 1, "bias")
    data_format = "NCHW" if argument(node, 2, "channels_first") else "NHWC"
    inputs = [writer.operand(value, value.dtype), writer.operand(bias, value.dtype)]
    writer.add("BiasAdd", inputs, {"data_format": data_format}, node.outputs, _name(node))


@writes("ResizeBilinear", "ResizeNearestNeighbor", "ResizeBicubic", "ResizeArea")
def _resize(writer: Any, node: Any) -> None:
    images, size = argument(node, 0, "images"), argument(node, 1, "size")
    sampling = argument(node, 2, "sampling")
    attributes = {"align_corners": sampling == resize_weights.CORNERS}
    if node.type != "ResizeArea":
        attributes["half_pixel_centers"] = sampling == resize_weights.HALF_PIXEL
    inputs = [writer.operand(images), writer.operand(size, _INT32)]
    writer.add(node.type, inputs, attributes, node.outputs, _name(node))


@writes("SplitV:_split_sizes")
def _split(writer: Any, node: Any) -> None:
    value, sizes = argument(node, 0, "value"), argument(node, 1, "sizes")
    inputs = [writer.operand(value), writer.constant([int(x) for x in sizes], _INT32)]
    inputs.append(writer.constant(int(argument(node, 2, "axis")), _INT32))
    writer.add("SplitV", inputs, {"num_split": len(sizes)}, node.outputs, _name(node))


@writes("LowerBound:_searchsorted", "UpperBound:_searchsorted")
def _searchsorted(writer: Any, node: Any) -> None:
    """TensorFlow's operations take matrices alone."""
    operands = argument(node, 0, "sorted_sequence"), argument(node, 1, "values")
    operation = "UpperBound" if argument(node, 2, "right") else "LowerBound"
    references = [writer.operand(x) for x in operands]
    pairs = zip(operands, references, strict=True)
    matrices = [_matrix(writer, x, reference) for x, reference in pairs]
    attributes = {"out_type": node.outputs[0].dtype}
    positions = writer.add(operation, matrices, attributes)
    shape = writer.add("Shape", [references[1]], {"out_type": _INT32})
    writer.add("Reshape", [positions, shape], {}, node.outputs, _name(node))


def _matrix(writer: Any, tensor: Any, reference: str) -> str:
    """A tensor with all but its last axis made one."""
    size = tensor.shape.as_list()[-1]
    if size is None:
        shape = writer.add("Shape", [reference], {"out_type": _INT32})
        bounds = [writer.constant([x], _INT32) for x in (-1, 0, 1)]
        masks = {"end_mask": 1, "begin_mask": 0, "shrink_axis_mask": 0}
        last = writer.add("StridedSlice", [shape, *bounds], masks)
        target = writer.add(
            "ConcatV2", [writer.constant([-1], _INT32), last, writer.constant(0)], {}
        )
    else:
        target = writer.constant([-1, size], _INT32)
    matrix: str = writer.add("Reshape", [reference, target], {})
    return matrix


@writes("Conv2dTranspose")
def _conv2d_transpose(writer: Any, node: Any) -> None:
    """A transposed convolution whose size is not known."""
    value, filters, sizes, strides = (
        argument(node, i, n) for i, n in enumerate(("input", "filters", "output_shape", "strides"))
    )
    padding, explicit = parse_padding(argument(node, 4, "padding", "SAME"))
    data_format = argument(node, 5, "data_format") or "NHWC"
    is_first = data_format.startswith("NC")
    dilations = argument(node, 6, "dilations")
    attributes = {
        "strides": list(per_dimension(strides, 2, is_first, "strides")),
        "dilations": list(per_dimension(dilations, 2, is_first, "dilations")),
        "padding": padding,
        "explicit_paddings": list(explicit),
        "data_format": data_format,
    }
    inputs = [writer.operand(sizes, _INT32), writer.operand(filters), writer.operand(value)]
    writer.add("Conv2DBackpropInput", inputs, attributes, node.outputs, _name(node))


@writes("Conv1dTranspose")
def _conv1d_transpose(writer: Any, node: Any) -> None:
    """A transposed convolution of images of one row."""
    value, filters, sizes, strides = (
        argument(node, i, n) for i, n in enumerate(("input", "filters", "output_shape", "strides"))
    )
    if (argument(node, 5, "data_format") or "NWC") != "NWC":
        raise not_available("tf.nn.conv1d_transpose with NCW", writer.function)
    padding, _ = parse_padding(argument(node, 4, "padding", "SAME"))
    rate = argument(node, 6, "dilations")
    attributes = {
        "strides": [1, *per_dimension(strides, 1, False, "stride")],
        "dilations": [1, *per_dimension(rate, 1, False, "dilations")],
        "padding": padding,
    }
    for key in ("strides", "dilations"):
        attributes[key] = [1, 1, *attributes[key][-2:]]
    one = writer.constant([1], _INT32)
    bounds = [writer.constant([x], _INT32) for x in (0, 1, 3)]
    whole = writer.operand(sizes, _INT32)
    first = writer.add("Slice", [whole, bounds[0], bounds[1]], {})
    rest = writer.add("Slice", [whole, bounds[1], writer.constant([2], _INT32)], {})
    shape = writer.add("ConcatV2", [first, one, rest, writer.constant(0)], {"N": 3})
    row = writer.add("ExpandDims", [writer.operand(value), writer.constant(1)], {})
    kernel = writer.add("ExpandDims", [writer.operand(filters), writer.constant(0)], {})
    result = writer.add("Conv2DBackpropInput", [shape, kernel, row], attributes)
    writer.add("Squeeze", [result], {"squeeze_dims": [1]}, node.outputs, _name(node))


@writes(*(f"{name}:reduce_{name.lower()}" for name in "All Any Max Mean Min Prod Sum".split()))
def _reduce(writer: Any, node: Any) -> None:
    value, axis = argument(node, 0, "input_tensor"), argument(node, 1, "axis")
    reference = writer.operand(value)
    if axis is None and isinstance(value, EagerTensor) and value.shape.rank is not None:
        axis = list(range(value.shape.rank))
    if axis is None:
        rank = writer.add("Rank", [reference], {})
        axes = writer.add("Range", [writer.constant(0), rank, writer.constant(1)], {})
    else:
        axes = writer.operand(axis, getattr(axis, "dtype", _INT32))
    attributes = {"keep_dims": bool(argument(node, 2, "keepdims", False))}
    writer.add(node.type, [reference, axes], attributes, node.outputs, _name(node))


@writes("Bincount")
def _bincount(writer: Any, node: Any) -> None:
    """`tf.math.bincount`, whose result has a size that follows from the values."""
    args, kwargs = arguments(node)
    names = ("arr", "weights", "minlength", "maxlength", "dtype", "name", "axis", "binary_output")
    given = {**dict(zip(names, args, strict=False)), **kwargs}
    value, weights = given["arr"], given.get("weights")
    low, high = given.get("minlength"), given.get("maxlength")
    axis = given.get("axis")
    if not isinstance(value, EagerTensor) or isinstance(low, EagerTensor):
        raise not_available("tf.math.bincount of such arguments", writer.function)
    reference, dtype = writer.operand(value), value.dtype
    if not dtype.is_integer:
        dtype = _INT32
        reference = writer.add("Cast", [reference], {"DstT": dtype})
    if axis in (None, 0):
        reference = writer.add("Reshape", [reference, writer.constant([-1])], {})
    if low is not None and low == high:
        size = writer.constant(int(low), dtype)
    else:
        rank = 1 if axis in (None, 0) else 2
        largest = writer.add("Max", [reference, writer.constant(list(range(rank)))], {})
        size = writer.add("AddV2", [largest, writer.constant(1, dtype)], {})
        for operation, limit in (("Maximum", low or 0), ("Minimum", high)):
            if limit is not None:
                size = writer.add(operation, [size, writer.constant(int(limit), dtype)], {})
    (result,) = node.outputs
    if weights is None:
        weight = writer.constant(np.zeros(0, result.dtype.as_numpy_dtype))
    else:
        weight = writer.operand(weights)
        if axis in (None, 0):
            weight = writer.add("Reshape", [weight, writer.constant([-1])], {})
    attributes = {"binary_output": bool(given.get("binary_output"))}
    writer.add("DenseBincount", [reference, size, weight], attributes, node.outputs, _name(node))


@writes("Substr:_substr")
def _substr(writer: Any, node: Any) -> None:
    value, position, length = (argument(node, i, n) for i, n in enumerate(("input", "pos", "len")))
    inputs = [writer.operand(value), *(writer.operand(x) for x in (position, length))]
    attributes = {"unit": argument(node, 3, "unit", "BYTE")}
    writer.add("Substr", inputs, attributes, node.outputs, _name(node))


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


@writes("Fill")
def _fill(writer: Any, node: Any) -> None:
    """A tensor of one value, whose sizes are not known: `tf.zeros`, `tf.ones` or `tf.fill`."""
    shape = argument(node, 0, "shape")
    if shape is None:
        shape = argument(node, 0, "dims")
    (result,) = node.outputs
    values = {"zeros": 0, "ones": 1}
    name = getattr(node.function, "__name__", "")
    value = values[name] if name in values else argument(node, 1, "value")
    dtype = getattr(shape, "dtype", _INT32)
    if value == 0 and result.dtype.name == "string":
        value = ""
    inputs = [writer.operand(shape, dtype), writer.operand(value, result.dtype)]
    writer.add("Fill", inputs, {}, [result], _name(node))


@writes("AddV2")
def _add(writer: Any, node: Any) -> None:
    """A sum; that of strings is another operation in TensorFlow."""
    dtype = node.outputs[0].dtype
    inputs = [writer.operand(argument(node, i, name), dtype) for i, name in enumerate("xy")]
    operation = "Add" if dtype.name == "string" else "AddV2"
    writer.add(operation, inputs, {}, node.outputs, _name(node))
