"""Operations that change variables, assertions, and those that draw random numbers."""

from __future__ import annotations

import sys
from typing import Any

from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import as_dtype
from .._core.variables.indexed_slices import IndexedSlices
from .array_writers import Slice
from .node_writers import argument, arguments, not_available, writes

_INT32 = as_dtype("int32")


def _name(node: Any) -> str:
    name: str = node.operation.name
    return name


@writes("AssignVariableOp", "AssignAddVariableOp", "AssignSubVariableOp")
def _assign(writer: Any, node: Any) -> None:
    dtype = node.variable.dtype
    args, kwargs = arguments(node)
    value = args[0] if args else next(kwargs[k] for k in ("value", "delta") if k in kwargs)
    inputs = [writer.handle(node.variable), writer.operand(value, dtype)]
    writer.add(node.type, inputs, {"dtype": dtype}, name=_name(node))


@writes(*(f"ResourceScatter{x}" for x in "Add Sub Mul Div Max Min Update".split()))
def _scatter(writer: Any, node: Any) -> None:
    args, kwargs = arguments(node)
    slices: IndexedSlices = args[0] if args else kwargs["sparse_delta"]
    _update(writer, node, slices.indices, slices.values)


@writes(*(f"ResourceScatterNd{x}" for x in "Add Sub Max Min Update".split()))
def _scatter_nd(writer: Any, node: Any) -> None:
    args, _ = arguments(node)
    if args and isinstance(args[0], IndexedSlices):
        raise not_available("Variable.batch_scatter_update", writer.function)
    _update(writer, node, argument(node, 0, "indices"), argument(node, 1, "updates"))


def _update(writer: Any, node: Any, indices: Any, values: Any) -> None:
    dtype = node.variable.dtype
    index_dtype = getattr(indices, "dtype", _INT32)
    inputs = [
        writer.handle(node.variable),
        writer.operand(indices, index_dtype),
        writer.operand(values, dtype),
    ]
    is_nd = node.type.startswith("ResourceScatterNd")
    types = {"T": dtype} if is_nd else {"dtype": dtype}
    writer.add(node.type, inputs, {**types, "Tindices": index_dtype}, name=_name(node))


@writes("ResourceStridedSliceAssign")
def _assign_slice(writer: Any, node: Any) -> None:
    (items, value), _ = arguments(node)
    key = Slice(writer, items)
    dtype = node.variable.dtype
    inputs = [writer.handle(node.variable), *key.inputs, writer.operand(value, dtype)]
    writer.add(node.type, inputs, {"T": dtype, **key.attributes}, name=_name(node))


# -- assertions and messages -----------------------------------------------------------------------


@writes("Assert")
def _assert(writer: Any, node: Any) -> None:
    summarize, *_ = getattr(node.function, "args", (3,))
    (condition, *data), _ = arguments(node)
    inputs = [writer.operand(x) for x in (condition, *data)]
    attributes = {"T": [x.dtype for x in data], "summarize": int(summarize)}
    writer.add("Assert", inputs, attributes, name=_name(node))


@writes("PrintV2")
def _print(writer: Any, node: Any) -> None:
    args, kwargs = arguments(node)
    texts, tensors = [], []
    for value in args:
        if isinstance(value, EagerTensor):
            tensors.append(value)
            texts.append("{}")
        elif isinstance(value, (str, int, float)):
            texts.append(str(value))
        else:
            raise not_available("tf.print of a structure", writer.function)
    attributes = {
        "T": [x.dtype for x in tensors],
        "template": kwargs.get("sep", " ").join(texts),
        "placeholder": "{}",
        "summarize": kwargs.get("summarize") or 3,
    }
    text = writer.add("StringFormat", [writer.operand(x) for x in tensors], attributes)
    streams = {sys.stdout: "stdout", sys.stderr: "stderr"}
    stream = kwargs.get("output_stream", sys.stderr)
    printed = {"output_stream": streams.get(stream, stream), "end": kwargs.get("end", "\n")}
    writer.add("PrintV2", [text], printed, name=_name(node))


# -- random numbers --------------------------------------------------------------------------------


def _seeds(node: Any) -> dict[str, Any]:
    """The seeds of an operation, as attributes: zeros if it takes others each time."""
    seeds = node.op_seeds
    if seeds is None:
        return {"seed": 0, "seed2": 0}
    return {"seed": int(seeds.first or 0), "seed2": int(seeds.second or 0)}


@writes("RandomStandardNormal", "TruncatedNormal")
def _normal(writer: Any, node: Any) -> None:
    shape = argument(node, 0, "shape")
    mean, stddev = argument(node, 1, "mean", 0.0), argument(node, 2, "stddev", 1.0)
    (result,) = node.outputs
    drawn = _draw(writer, node.type, shape, result.dtype, node)
    scaled = _binary(writer, "Mul", drawn, stddev, result.dtype)
    _finish(writer, node, _binary(writer, "AddV2", scaled, mean, result.dtype))


@writes("RandomUniform")
def _uniform(writer: Any, node: Any) -> None:
    shape = argument(node, 0, "shape")
    low, high = argument(node, 1, "minval", 0), argument(node, 2, "maxval")
    (result,) = node.outputs
    dtype = result.dtype
    if dtype.is_integer:
        bounds = [writer.operand(x, dtype) for x in (low, high)]
        _finish(writer, node, _draw(writer, "RandomUniformInt", shape, dtype, node, bounds))
        return
    drawn = _draw(writer, "RandomUniform", shape, dtype, node)
    high = 1.0 if high is None else high
    span = _binary(writer, "Sub", writer.operand(high, dtype), low, dtype)
    product = writer.add("Mul", [drawn, span], {"T": dtype})
    _finish(writer, node, _binary(writer, "AddV2", product, low, dtype))


@writes("RandomShuffle")
def _shuffle(writer: Any, node: Any) -> None:
    value = argument(node, 0, "value")
    attributes = {"T": value.dtype, **_seeds(node)}
    writer.add("RandomShuffle", [writer.operand(value)], attributes, node.outputs, _name(node))


def _draw(writer: Any, operation: str, shape: Any, dtype: Any, node: Any, bounds: Any = ()) -> str:
    shape_dtype = getattr(shape, "dtype", _INT32)
    types = {"T": shape_dtype, "dtype": dtype}
    if bounds:
        types = {"T": shape_dtype, "Tout": dtype}
    inputs = [writer.operand(shape, shape_dtype), *bounds]
    drawn: str = writer.add(operation, inputs, {**types, **_seeds(node)})
    return drawn


def _binary(writer: Any, operation: str, first: str, second: Any, dtype: Any) -> str:
    result: str = writer.add(operation, [first, writer.operand(second, dtype)], {"T": dtype})
    return result


def _finish(writer: Any, node: Any, result: str) -> None:
    """Makes the output of a node an identity of the result of other operations."""
    types = {"T": node.outputs[0].dtype}
    writer.add("Identity", [result], types, node.outputs, _name(node))


@writes("StatelessUniform")
def _stateless_uniform(writer: Any, node: Any) -> None:
    low, high = argument(node, 2, "minval", 0), argument(node, 3, "maxval")
    (result,) = node.outputs
    dtype = result.dtype
    if dtype.is_integer:
        if low is None:
            _finish(writer, node, _keyed(writer, node, "StatelessRandomUniformFullIntV2"))
            return
        bounds = [writer.operand(x, dtype) for x in (low, high)]
        _finish(writer, node, _keyed(writer, node, "StatelessRandomUniformIntV2", bounds))
        return
    drawn = _keyed(writer, node, "StatelessRandomUniformV2")
    span = _binary(writer, "Sub", writer.operand(1.0 if high is None else high, dtype), low, dtype)
    product = writer.add("Mul", [drawn, span], {})
    _finish(writer, node, _binary(writer, "AddV2", product, low, dtype))


@writes("StatelessNormal", "StatelessTruncatedNormal")
def _stateless_normal(writer: Any, node: Any) -> None:
    mean, stddev = argument(node, 2, "mean", 0.0), argument(node, 3, "stddev", 1.0)
    dtype = node.outputs[0].dtype
    is_truncated = node.type == "StatelessTruncatedNormal"
    operation = "StatelessTruncatedNormalV2" if is_truncated else "StatelessRandomNormalV2"
    drawn = _keyed(writer, node, operation)
    scaled = _binary(writer, "Mul", drawn, stddev, dtype)
    _finish(writer, node, _binary(writer, "AddV2", scaled, mean, dtype))


def _keyed(writer: Any, node: Any, operation: str, bounds: Any = ()) -> str:
    """Adds random numbers from a seed, by Philox's algorithm."""
    shape, seed = argument(node, 0, "shape"), argument(node, 1, "seed")
    seeds = writer.operand(seed, getattr(seed, "dtype", _INT32))
    key = writer.add("StatelessRandomGetKeyCounter", [seeds], {})
    counter = f"{key.partition(':')[0]}:counter:0"
    inputs = [
        writer.operand(shape, getattr(shape, "dtype", _INT32)),
        key,
        counter,
        writer.constant(1, _INT32),
        *bounds,
    ]
    attributes = {} if bounds else {"dtype": node.outputs[0].dtype}
    drawn: str = writer.add(operation, inputs, attributes)
    return drawn
