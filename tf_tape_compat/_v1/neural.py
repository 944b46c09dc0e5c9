"""Functions of `tf.compat.v1.nn` that do more than pass their arguments on."""

from __future__ import annotations

from typing import Any

import numpy as np

import tf_tape_compat as tf

from .arguments import one


def dropout(x: Any, keep_prob: Any, noise_shape: Any, seed: Any, rate: Any) -> tf.Tensor:
    """`tf.nn.dropout`, which may also be given the probability of keeping a value."""
    try:
        rate_of_keep_prob = None if keep_prob is None else 1.0 - keep_prob
    except TypeError:
        raise ValueError(
            "`keep_prob` must be a floating point number or Tensor. "
            f"Received: keep_prob={keep_prob}"
        ) from None
    rate = one(rate=rate, keep_prob=rate_of_keep_prob)
    if rate is None:
        raise ValueError(f"`rate` must be provided. Received: rate={rate}")
    return tf.nn.dropout(x, rate, noise_shape, seed)


def by_rows(tables: Any, partition_strategy: str) -> Any:
    """One table, or several that hold consecutive rows ("div").

    Raises NotImplementedError for several tables whose rows are dealt out in turn ("mod").
    """
    are_several = isinstance(tables, (list, tuple)) and len(tables) > 1
    if (
        are_several
        and partition_strategy != "div"
        and isinstance(tables[0], (tf.Tensor, tf.Variable, np.ndarray))
    ):
        raise NotImplementedError(
            f"partition_strategy={partition_strategy!r} of several tables is not available "
            "in tf_tape_compat: join the tables, or use 'div'"
        )
    return tables


def embedding_lookup(params: Any, ids: Any, partition_strategy: str, max_norm: Any) -> tf.Tensor:
    """`tf.nn.embedding_lookup`, also of tables whose rows are dealt out in turn ("mod")."""
    is_divided = isinstance(params, (list, tuple)) and len(params) > 1
    if not is_divided or partition_strategy == "div":
        return tf.nn.embedding_lookup(params, ids, max_norm)
    if partition_strategy != "mod":
        raise ValueError(
            f"Unrecognized partition strategy: {partition_strategy}.Must be one of either `mod` "
            "or `div`."
        )
    ids = tf.convert_to_tensor(ids)
    flat: Any = tf.reshape(ids, [-1])
    count = len(params)
    table = tf.cast(flat % count, tf.int32)
    rows = tf.dynamic_partition(flat // count, table, count)
    places = tf.dynamic_partition(tf.range(tf.size(flat)), table, count)
    found = [tf.gather(part, chosen) for part, chosen in zip(params, rows, strict=True)]
    joined = tf.dynamic_stitch(places, found)
    row_shape: Any = tf.shape(found[0])
    joined = tf.reshape(joined, tf.concat([tf.shape(ids), row_shape[1:]], 0))
    if max_norm is None:
        return joined
    axes = list(range(len(ids.shape), len(joined.shape)))
    return tf.clip_by_norm(joined, max_norm, axes)


def max_pool_with_argmax(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: str,
    data_format: str,
    output_dtype: Any,
    include_batch_in_index: bool,
) -> Any:
    """`tf.nn.max_pool_with_argmax`, whose sizes are lists."""
    if data_format != "NHWC":
        raise ValueError(
            "`data_format` values other  than 'NHWC' are not supported. "
            f"Received: data_format={data_format}"
        )
    for name, value in (("ksize", ksize), ("strides", strides)):
        if not isinstance(value, (list, tuple)):
            raise TypeError(
                f"Expected list for '{name}' argument to 'max_pool_with_argmax' Op, not {value!r}."
            )
    return tf.nn.max_pool_with_argmax(
        input,
        ksize,
        strides,
        padding,
        data_format,
        output_dtype or tf.int64,
        include_batch_in_index,
    )


def moments(x: Any, axes: Any, keepdims: bool) -> tuple[tf.Tensor, tf.Tensor]:
    """`tf.nn.moments`, of tensors only."""
    _ = x.dtype  # TensorFlow 1 converts nothing
    mean, variance = tf.nn.moments(x, axes, None, keepdims)
    return mean, variance


def _both(function: str, labels: Any, logits: Any) -> None:
    if labels is None or logits is None:
        raise ValueError(
            f"Both `labels` and `logits` must be provided for {function}"
            f"Received: labels={labels} and logits={logits}"
        )


def softmax_cross_entropy(labels: Any, logits: Any, axis: Any) -> tf.Tensor:
    """`tf.nn.softmax_cross_entropy_with_logits` without a gradient of the labels."""
    _both("softmax_cross_entropy_with_logits", labels, logits)
    return tf.nn.softmax_cross_entropy_with_logits(tf.stop_gradient(labels), logits, axis)


def sparse_softmax_cross_entropy(labels: Any, logits: Any) -> tf.Tensor:
    """`tf.nn.sparse_softmax_cross_entropy_with_logits`, whose arguments are not optional."""
    _both("sparse_softmax_cross_entropy_with_logits", labels, logits)
    return tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)


def ctc_beam_search_decoder(
    inputs: Any, sequence_length: Any, beam_width: int, top_paths: int, merge_repeated: bool
) -> tuple[list[tf.SparseTensor], tf.Tensor]:
    """`tf.nn.ctc_beam_search_decoder`, which may merge repeated labels of the result."""
    decoded = tf.raw_ops.CTCBeamSearchDecoder(
        inputs=inputs,
        sequence_length=sequence_length,
        beam_width=beam_width,
        top_paths=top_paths,
        merge_repeated=merge_repeated,
    )
    parts = zip(decoded[0], decoded[1], decoded[2], strict=True)
    return [tf.SparseTensor(*part) for part in parts], decoded[3]


def sparse_labels(labels: Any) -> tf.SparseTensor:
    """The labels of `ctc_loss`, which takes no others."""
    if not isinstance(labels, tf.SparseTensor):
        raise TypeError(
            "Expected argument `labels` to be a SparseTensor. "
            f"Received labels={labels} of type: {type(labels).__name__}"
        )
    return labels
