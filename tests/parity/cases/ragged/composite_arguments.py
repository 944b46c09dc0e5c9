"""Ragged and sparse tensors given to functions of strings, to counts and to Python functions."""

from __future__ import annotations

from typing import Any

from tests.parity.case_helpers.elements import brief
from tests.parity.harness import attempt


def _outcomes(*calls: Any) -> list[Any]:
    return [_brief(attempt(call)) for call in calls]


def _brief(outcome: Any) -> Any:
    # What TensorFlow's conversion says of a ragged tensor is not ours to say.
    refused = isinstance(outcome, ValueError) and "RaggedTensor" in str(outcome)
    return "ValueError" if refused else brief(outcome)


def strings_in_rows(tf: Any) -> Any:
    r, s = tf.ragged.constant([["Hello world", "b"], [], ["Ünï"]]), tf.strings
    cube = tf.ragged.constant([[["a", "b"], []], [["c"]]])
    numbers = tf.ragged.constant([["1"], ["2", "-3.5"]])
    return _outcomes(
        *(lambda: s.length(r), lambda: s.length(r, "UTF8_CHAR"), lambda: s.substr(r, 0, 2)),
        *(lambda: s.upper(r), lambda: s.lower(r, "utf-8"), lambda: s.strip(r)),
        *(lambda: s.regex_replace(r, "o", "0"), lambda: s.regex_full_match(r, "b")),
        *(lambda: s.to_hash_bucket(r, 10), lambda: s.to_hash_bucket_fast(r, 10)),
        *(lambda: s.to_hash_bucket_strong(r, 10, [1, 2]), lambda: s.to_number(numbers)),
        *(lambda: s.as_string(s.length(r)), lambda: s.unicode_transcode(r, "UTF-8", "UTF-16-BE")),
        *(lambda: s.join([r, r], "-"), lambda: s.join([r, "x"]), lambda: s.join([r])),
        *(lambda: s.join([cube, cube]), lambda: s.join([r, cube]), lambda: s.upper(cube)),
        *(lambda: s.reduce_join(r), lambda: s.reduce_join(r, 1), lambda: s.reduce_join(r, 0)),
        *(lambda: s.reduce_join(r, 1, separator="-"), lambda: s.reduce_join(r, 1, keepdims=True)),
        *(lambda: s.reduce_join(cube, [1, 2]), lambda: s.reduce_join(cube, -1, separator="+")),
        *(lambda: s.reduce_join(r, 2), lambda: s.substr(r, r, 1)),
    )


def more_functions_of_elements(tf: Any) -> Any:
    n, m = tf.ragged.constant([[1.0, -2.0], [], [3.0]]), tf.math
    return _outcomes(
        *(lambda: tf.image.adjust_brightness(n, 0.1), lambda: tf.image.adjust_gamma(abs(n), 2.0)),
        *(lambda: tf.image.convert_image_dtype(n, tf.float64), lambda: m.special.dawsn(n)),
        *(lambda: m.special.expint(n), lambda: m.special.spence(n), lambda: m.special.bessel_j0(n)),
        *(lambda: m.special.bessel_k1e(n), lambda: m.special.bessel_y1(n)),
        *(lambda: tf.nn.log_softmax(n), lambda: tf.debugging.assert_type(n, tf.float32)),
        lambda: tf.debugging.assert_type(n, tf.int32),
    )


def counts(tf: Any) -> Any:
    r, count = tf.ragged.constant([[1, 1, 4], [], [2, 0]]), tf.math.bincount
    w = tf.ragged.constant([[1.0, 2.0, 0.5], [], [3.0, 4.0]])
    return _outcomes(
        *(lambda: count(r), lambda: count(r, axis=-1), lambda: count(r, axis=0)),
        *(lambda: count(r, w), lambda: count(r, w, axis=-1), lambda: count(r, minlength=7)),
        *(lambda: count(r, axis=-1, maxlength=3), lambda: count(r, axis=-1, dtype=tf.int64)),
        *(lambda: count(r, axis=-1, binary_output=True), lambda: count(r, binary_output=True)),
        *(lambda: count(r, [1.0, 2.0, 3.0, 4.0, 5.0]), lambda: count([1, 2], w)),
        *(lambda: count(r, minlength=6, axis=-1), lambda: count(r, w, axis=-1, minlength=6)),
    )


def demanded_by_signatures(tf: Any) -> Any:
    @tf.function(input_signature=[tf.RaggedTensorSpec([None, None], tf.int32)])
    def totals(r: Any) -> Any:
        return tf.reduce_sum(r, 1)

    @tf.function(input_signature=[tf.SparseTensorSpec([None, 2], tf.float32), tf.TensorSpec([])])
    def dense(s: Any, x: Any) -> Any:
        return tf.sparse.to_dense(s) * x

    @tf.function
    def doubled(r: Any) -> Any:
        return r * 2

    concrete = doubled.get_concrete_function(tf.RaggedTensorSpec([None, None], tf.float32))
    constant = tf.ragged.constant
    result = _outcomes(
        lambda: totals(constant([[1, 2], [3]])),
        lambda: dense(tf.sparse.from_dense([[1.0, 2.0]]), 3.0),
        lambda: concrete(constant([[1.0], [2.0, 3.0]])),
    )
    refused = [
        type(attempt(*call)).__name__
        for call in (
            (totals, constant([[1.0, 2.0], [3.0]])),
            (totals, tf.constant([[1, 2]])),
            (totals, constant([[[1]]])),
            (totals, 1),
            (dense, 1, 1.0),
            (dense, tf.sparse.from_dense([[1, 2]]), 1.0),
            (dense, tf.sparse.from_dense([[1.0, 2.0]]), "a"),
        )
    ]
    return result, refused


def python_functions(tf: Any) -> Any:
    r, call = tf.ragged.constant([[1.0, 2.0], [3.0]]), tf.py_function
    rows = tf.RaggedTensorSpec([None, None], tf.float32, 1)
    return _outcomes(
        lambda: call(lambda r: tf.reduce_sum(r * r, 1), [r], tf.float32),
        lambda: call(lambda t: tf.RaggedTensor.from_tensor(t), [[[1.0, 2.0]]], rows),
        lambda: call(lambda r, x: (r * x, r[0]), [r, 2.0], [rows, tf.float32]),
        lambda: call(lambda s: s, [tf.sparse.eye(2)], tf.SparseTensorSpec([2, 2], tf.float32)),
        lambda: call(lambda x: None, [r], []),
    )


def slices_without_shape(tf: Any) -> Any:
    """The slices of `tf.sparse.mask`, whose shape is not known."""
    result = tf.sparse.mask(tf.IndexedSlices(tf.constant([[1.0, 2.0], [3.0, 4.0]]), [0, 4]), [0])
    return result.values, result.indices, result.dense_shape


def names_of_devices(tf: Any) -> Any:
    def place(name: str) -> Any:
        with tf.device(name):
            return tf.constant(1).device[-5:]

    names = ["cpu", "CPU", "/cpu", "cpu:0", "/device:cpu:0", "/device:CPU", "xpu", "cPu", "cpu:*"]
    return {
        "places": [brief(attempt(place, name)) for name in [*names, "/device:xpu:0"]],
        "specs": _outcomes(*(lambda n=n: tf.DeviceSpec.from_string(n).to_string() for n in names)),
    }
