"""Functions of `tf.compat.v1` that do more than pass their arguments on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import tf_tape_compat as tf

from .._core.recording.execution_context import active_graph
from .._ops.debugging import assertions

# By symbol, the comparison of elements, and the assertion that it holds for all.
_COMPARISONS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "==": (tf.equal, tf.debugging.assert_equal),
    "!=": (tf.not_equal, tf.debugging.assert_none_equal),
    "<": (tf.less, tf.debugging.assert_less),
    "<=": (tf.less_equal, tf.debugging.assert_less_equal),
    ">": (tf.greater, tf.debugging.assert_greater),
    ">=": (tf.greater_equal, tf.debugging.assert_greater_equal),
}


def compare(
    symbol: str, x: Any, y: Any, data: Any, summarize: Any, message: Any, name: str | None = None
) -> Any:
    """Checks a comparison of all elements; an error shows `data`, by default the elements.

    Returns the operation that checks, in a graph.
    """
    comparison, check = _COMPARISONS[symbol]
    if active_graph() is not None:
        if data is None:
            return checked(check(x, y, message, summarize, name))
        holds = tf.reduce_all(comparison(x, y))
        shown = [*([] if message is None else [message]), *data]
        return tf.debugging.Assert(holds, shown, summarize, name)
    if symbol == "==" and x is y:
        return None
    return assertions.compare(symbol, comparison, x, y, message, summarize, data)


def checked(operation: Any) -> Any:
    """The operation that checks something; one that does nothing if it is known to hold."""
    return tf.no_op() if operation is None and active_graph() is not None else operation


def compare_with_zero(
    symbol: str, x: Any, data: Any, summarize: Any, message: Any, check: Any
) -> Any:
    """`check`, an assertion of `tf.debugging`; with `data`, an error shows only that."""
    if data is None:
        return checked(check(x, message, summarize))
    x = tf.convert_to_tensor(x)
    return compare(symbol, x, tf.zeros([], x.dtype), data, summarize, None)


def where(condition: Any, x: Any, y: Any) -> tf.Tensor:
    """`x` where the condition is true, else `y`, both of one shape; or where it is true.

    A condition that is a vector selects along the first axis.
    """
    if x is None and y is None:
        return tf.where(tf.convert_to_tensor(condition, dtype_hint=tf.bool))
    if x is None or y is None:
        raise ValueError("x and y must both be non-None or both be None.")
    return tf.raw_ops.Select(condition=tf.convert_to_tensor(condition, tf.bool), x=x, y=y)


def constant(
    value: Any, dtype: Any, shape: Any, verify_shape: bool, name: str = "Const"
) -> tf.Tensor:
    """`tf.constant`, which may refuse to change a shape."""
    if verify_shape and shape is not None:
        tensor, wanted = tf.constant(value, dtype), tf.TensorShape(shape)
        if tensor.shape != wanted:
            raise TypeError(
                f"Expected Tensor {tensor} (converted from {value}) with shape {tuple(wanted)}, "
                f"but got shape {tuple(tensor.shape)}."
            )
    return tf.constant(value, dtype, shape, name)


def div(x: Any, y: Any) -> tf.Tensor:
    """Python 2's division: of integers, rounded down."""
    x = tf.convert_to_tensor(x)
    try:
        y = tf.convert_to_tensor(y, x.dtype)
    except ValueError as error:
        raise ValueError(f"y: {error}") from None
    if x.dtype.is_floating or x.dtype.is_complex:
        return tf.realdiv(x, y)
    return tf.math.floordiv(x, y)


def expand_dims(input: Any, axis: Any) -> tf.Tensor:
    """`tf.expand_dims`, whose axis is not optional."""
    if axis is None:
        raise ValueError("Must specify an axis argument to tf.expand_dims()")
    return tf.expand_dims(input, axis)


def batch_gather(params: Any, indices: Any) -> tf.Tensor:
    """`tf.gather` along the last axis of the indices."""
    indices = tf.convert_to_tensor(indices)
    return tf.gather(params, indices, batch_dims=len(indices.shape) - 1)


def clip_by_average_norm(t: Any, clip_norm: Any) -> tf.Tensor:
    """A tensor scaled down so that its L2 norm, divided by its size, is at most `clip_norm`."""
    t = tf.convert_to_tensor(t)
    inverse_norm = tf.math.rsqrt(tf.reduce_sum(t * t))
    size = tf.cast(tf.size(t), tf.float32)
    return t * clip_norm * tf.minimum(inverse_norm * size, tf.constant(1.0) / clip_norm)


def categorical(logits: Any, num_samples: Any, seed: Any, output_dtype: Any) -> tf.Tensor:
    """`tf.random.categorical`."""
    return tf.random.categorical(logits, num_samples, output_dtype or tf.int64, seed)


def assert_scalar(tensor: Any, message: Any) -> tf.Tensor:
    """The tensor, which must be a scalar."""
    tensor = tf.convert_to_tensor(tensor)
    tf.debugging.assert_scalar(tensor, message)
    return tensor


def tables_initializer(name: str) -> Any:
    """An operation that does nothing, in a graph: tables are filled when they are made."""
    graph = active_graph()
    return None if graph is None else graph.add_group([], name)


def assert_near(
    x: Any, y: Any, rtol: Any, atol: Any, data: Any, summarize: Any, message: Any
) -> None:
    """`tf.debugging.assert_near`, whose error may show other data."""
    if data is None:
        return tf.debugging.assert_near(x, y, rtol, atol, message, summarize)
    x = tf.convert_to_tensor(x)
    y = tf.convert_to_tensor(y, x.dtype)
    dtype = x.dtype.real_dtype
    default = 10 * tf.experimental.numpy.finfo(dtype.as_numpy_dtype).eps
    rtol, atol = (
        tf.convert_to_tensor(default if size is None else size, dtype) for size in (rtol, atol)
    )
    is_near = tf.reduce_all(tf.abs(x - y) < atol + rtol * tf.abs(y))
    return tf.debugging.Assert(is_near, data, summarize)


# -- control flow -------------------------------------------------------------------------------


def _unpacked(result: Any) -> Any:
    """The element of a list or tuple of one."""
    is_single = isinstance(result, (list, tuple)) and len(result) == 1
    return result[0] if is_single else result


def cond(
    pred: Any, true_fn: Any, false_fn: Any, strict: bool, old_true_fn: Any, old_false_fn: Any
) -> Any:
    """`tf.cond`; unless `strict`, a branch that returns one value in a list returns the value."""
    branches = []
    for name, new, old_name, old in (
        ("true_fn", true_fn, "fn1", old_true_fn),
        ("false_fn", false_fn, "fn2", old_false_fn),
    ):
        if old is not None and new is not None:
            raise TypeError(f"cond(): '{name}' and '{old_name}' may not be set simultaneously.")
        if old is None and new is None:
            raise TypeError(f"cond(): '{name}' argument required")
        branches.append(new if old is None else old)
    result = tf.cond(pred, *branches)
    return _unpacked(result) if tf.executing_eagerly() and not strict else result


def case(pred_fn_pairs: Any, default: Any, exclusive: bool, strict: bool) -> Any:
    """`tf.case`; unless `strict`, a branch that returns one value in a list returns the value."""
    result = tf.case(pred_fn_pairs, default, exclusive)
    return _unpacked(result) if tf.executing_eagerly() and not strict else result


def while_loop(
    condition: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    shape_invariants: Any,
    parallel_iterations: int,
    back_prop: bool,
    swap_memory: bool,
    maximum_iterations: Any,
    return_same_structure: bool,
) -> Any:
    """`tf.while_loop`; unless `return_same_structure`, a body may return its only value bare."""
    was_bare = False

    def packing(*values: Any) -> Any:
        nonlocal was_bare
        result = body(*values)
        if isinstance(result, (list, tuple)):
            return result
        was_bare = True
        return (result,)

    is_single = len(loop_vars) == 1 and not return_same_structure
    if is_single and maximum_iterations is not None and callable(body):
        # TensorFlow's loop has a counter then, next to the bare value.
        return tf.while_loop(
            lambda i, value: tf.logical_and(i < maximum_iterations, condition(value)),
            lambda i, value: (i + 1, body(value)),
            (0, loop_vars[0]),
        )[1]
    result = tf.while_loop(
        condition,
        packing if is_single and callable(body) else body,
        loop_vars,
        shape_invariants,
        parallel_iterations,
        back_prop,
        swap_memory,
        maximum_iterations,
    )
    return result[0] if was_bare else result


# -- sparse tensors and strings -----------------------------------------------------------------


def sparse_split(
    keyword_required: Any, sp_input: Any, num_split: Any, axis: Any, split_dim: Any
) -> Any:
    """`tf.sparse.split`, whose arguments are named and not optional."""
    if keyword_required is not ...:
        raise ValueError("Keyword arguments are required for this function.")
    for name, value in (("sp_input", sp_input), ("num_split", num_split), ("axis", axis)):
        if value is None:
            raise ValueError(f"{name} is required")
    if split_dim is not None:
        raise ValueError("Cannot specify both 'split_dim' and 'axis'.")
    return tf.sparse.split(sp_input, num_split, axis)


def strings_split(input: Any, sep: Any, maxsplit: int, result_type: str) -> Any:
    """`tf.strings.split` as a sparse tensor, by default."""
    if result_type not in ("SparseTensor", "RaggedTensor"):
        raise ValueError("result_type must be 'RaggedTensor' or 'SparseTensor'.")
    if not isinstance(input, tf.RaggedTensor):
        input = tf.convert_to_tensor(input, tf.string)
    if input.shape.rank == 0:
        input = tf.expand_dims(input, 0)
    parts = tf.strings.split(input, sep, maxsplit)
    return parts.to_sparse() if result_type == "SparseTensor" else parts


def string_split(source: Any, separators: Any, skip_empty: bool, result_type: str) -> Any:
    """Strings split at each of the characters, as a sparse or ragged tensor."""
    source = tf.convert_to_tensor(source, tf.string)
    if result_type not in ("SparseTensor", "RaggedTensor"):
        raise ValueError("result_type must be 'RaggedTensor' or 'SparseTensor'.")
    known = tf.get_static_value(tf.convert_to_tensor(" " if separators is None else separators))
    characters = np.asarray(known, object).item().decode("latin-1")
    if characters:
        any_of_them = "[" + "".join(f"\\x{ord(x):02x}" for x in characters) + "]"
        source = tf.strings.regex_replace(source, any_of_them, characters[0])
        parts: Any = tf.strings.split(source, characters[0])
    else:
        parts = tf.strings.bytes_split(source)
    if skip_empty:
        parts = tf.ragged.boolean_mask(parts, tf.not_equal(parts, ""))
    return parts.to_sparse() if result_type == "SparseTensor" else parts


def report_uninitialized(variables: Any) -> Any:
    """The names of the variables that have no value, by default of all of the graph."""
    if variables is None:
        v1 = tf.compat.v1
        variables = v1.global_variables() + v1.local_variables()
    if not variables:
        return tf.constant([], tf.string)
    names = tf.constant([variable._handle.name for variable in variables])
    return tf.boolean_mask(names, ~tf.stack([x.is_initialized() for x in variables]))
