"""`tf.raw_ops` behind public functions of images, sets, sparse and random tensors, and others."""

import numpy as np

from tests.parity.case_helpers.raw_calls import raw_cases
from tests.parity.case_helpers.tables import ramp
from tests.parity.harness import attempt


def _f(*values):
    return np.array(values, np.float32)


_PLACES, _SHAPE, _VALUES = np.array([[0, 0], [0, 1], [1, 2]]), np.array([2, 3]), _f(0.3, -0.7, 1.5)
_OTHER_PLACES, _OTHER_VALUES = np.array([[0, 1], [1, 0]]), _f(2.0, -1.0)
_SPARSE = {"indices": _PLACES, "values": _VALUES}
_NUMBERS = np.array([3, 1, 4], np.int64)
_IMAGE = ramp((1, 4, 4, 2), step=0.1)
_DENSE = ramp((2, 3), step=0.3)
_BATCH = {
    "x": ramp((2, 2, 1, 3), step=0.37),
    "scale": _f(1.0, 0.5, 2.0),
    "offset": _f(0.0, 1.0, -1.0),
}
_NONE = np.zeros(0, np.float32)
_KEPT = {"mean": _f(0.5, 1.0, 1.5), "variance": _f(1.0, 2.0, 0.5)}
_A = {"a_indices": _PLACES, "a_values": _VALUES, "a_shape": _SHAPE}
_B = {"b_indices": _OTHER_PLACES, "b_values": _OTHER_VALUES, "b_shape": _SHAPE}
_INPUT = {"input_indices": _PLACES, "input_values": _VALUES, "input_shape": _SHAPE}
_SP = {"sp_indices": _PLACES, "sp_values": _VALUES, "sp_shape": _SHAPE}
_SECOND = {"set2_indices": _PLACES, "set2_values": _NUMBERS, "set2_shape": _SHAPE}
_CHOSEN = {"data": ramp((3, 2)), "indices": [2, 0, 0], "segment_ids": [0, 0, 2]}
_KEY = {"key": np.array([7], np.uint64), "counter": np.array([1, 2], np.uint64), "alg": 1}
_TEXTS = np.array(["ab", "cé"], object)
_DETECTIONS = {
    "boxes": _f([0, 0, 1, 1], [0, 0.1, 1, 1.1], [2, 2, 3, 3]),
    "scores": _f(0.9, 0.8, 0.3),
    "max_output_size": 3,
    "iou_threshold": 0.4,
    "score_threshold": 0.1,
}

ROWS = [
    ("ApproximateEqual", {"x": _VALUES, "y": _VALUES + 0.1, "tolerance": 0.2}),
    ("BatchToSpace", {"input": ramp((4, 1, 1, 1)), "crops": [[0, 0], [0, 1]], "block_size": 2}),
    ("SpaceToBatch", {"input": _IMAGE, "paddings": [[0, 0], [0, 0]], "block_size": 2}),
    ("Bucketize", {"input": _VALUES, "boundaries": [-0.7, 0.0, 1.0]}),
    ("Bucketize", {"input": np.array([[1, 5], [-3, 0]]), "boundaries": [0, 5]}),
    ("ConcatOffset", {"concat_dim": 1, "shape": [[2, 3], [2, 5], [2, 1]]}),
    ("DataFormatDimMap", {"x": np.array([0, 1, -1, 3], np.int32)}),
    ("DataFormatVecPermute", {"x": np.array([4, 5, 6, 7], np.int32)}),
    ("DataFormatVecPermute", {"x": np.array([[1, 2], [3, 4]], np.int32)}),
    ("DenseBincount", {"input": np.array([1, 1, 3], np.int32), "size": 5, "weights": _NONE}),
    (
        "DenseBincount",
        {
            "input": np.array([[1, 1, 3], [0, 2, 2]], np.int32),
            "size": 4,
            "weights": _DENSE,
        },
    ),
    (
        "DenseBincount",
        {
            "input": np.array([[1, 1, 3], [0, 2, 2]], np.int32),
            "size": 4,
            "weights": _NONE,
            "binary_output": True,
        },
    ),
    (
        "DenseCountSparseOutput",
        {"values": np.array([[1, 1, 3], [0, 2, 2]]), "weights": _NONE, "binary_output": False},
    ),
    (
        "SparseCountSparseOutput",
        {
            "indices": _PLACES,
            "values": _NUMBERS,
            "dense_shape": _SHAPE,
            "weights": _VALUES,
            "binary_output": False,
        },
    ),
    (
        "SparseBincount",
        {
            "indices": _PLACES,
            "values": _NUMBERS,
            "dense_shape": _SHAPE,
            "size": 6,
            "weights": _VALUES,
        },
    ),
    *[
        (name, {**first, **_SECOND, "set_operation": operation})
        for name, first in (
            ("DenseToSparseSetOperation", {"set1": np.array([[3, 5], [4, 4]])}),
            (
                "SparseToSparseSetOperation",
                {
                    "set1_indices": np.array([[0, 0], [0, 1], [1, 0]]),
                    "set1_values": np.array([3, 5, 4]),
                    "set1_shape": _SHAPE,
                },
            ),
        )
        for operation in ("a-b", "b-a", "intersection", "union")
    ],
    (
        "DenseToDenseSetOperation",
        {
            "set1": np.array([[3, 5], [4, 4]]),
            "set2": np.array([[5, 1], [4, 2]]),
            "set_operation": "union",
        },
    ),
    ("SetSize", {"set_indices": _PLACES, "set_values": _NUMBERS, "set_shape": _SHAPE}),
    ("DrawBoundingBoxes", {"images": ramp((1, 4, 4, 3)), "boxes": _f([[0.1, 0.1, 0.8, 0.9]])}),
    (
        "DrawBoundingBoxesV2",
        {
            "images": ramp((1, 4, 4, 3)),
            "boxes": _f([[0.1, 0.1, 0.8, 0.9]]),
            "colors": _f([9.0, 8.0, 7.0]),
        },
    ),
    (
        "EditDistance",
        {
            "hypothesis_indices": np.array([[0, 0], [0, 1]]),
            "hypothesis_values": np.array([1, 2]),
            "hypothesis_shape": np.array([1, 2]),
            "truth_indices": np.array([[0, 0], [0, 1], [0, 2]]),
            "truth_values": np.array([1, 3, 2]),
            "truth_shape": np.array([1, 3]),
        },
    ),
    (
        "ExtractGlimpseV2",
        {"input": _IMAGE, "size": [2, 2], "offsets": _f([0.1, -0.2]), "noise": "zero"}
        | {"uniform_noise": False},
    ),
    ("Fingerprint", {"data": np.array([[1, 2], [3, 4]], np.int32), "method": "farmhash64"}),
    *[
        (f"FusedBatchNorm{version}", {**_BATCH, **kept, "is_training": training})
        for version in ("", "V2", "V3")
        for training, kept in (
            (True, {"mean": _NONE, "variance": _NONE}),
            (True, {**_KEPT, "exponential_avg_factor": 0.1}),
        )
    ],
    (
        "FusedBatchNormV3",
        {
            "x": ramp((2, 3, 1, 2), step=0.37),
            "scale": _BATCH["scale"],
            "offset": _BATCH["offset"],
            "mean": _NONE,
            "variance": _NONE,
            "data_format": "NCHW",
        },
    ),
    ("FusedBatchNormV3", {**_BATCH, "mean": _f(1.0), "variance": _f(1.0), "is_training": False}),
    ("ListDiff", {"x": [1, 2, 3, 4, 2], "y": [2, 5]}),
    ("ListDiff", {"x": ["a", "b"], "y": ["b"], "out_idx": np.int64}),
    ("NonMaxSuppressionV5", {**_DETECTIONS, "soft_nms_sigma": 0.0}),
    (
        "NonMaxSuppressionV5",
        {**_DETECTIONS, "soft_nms_sigma": 0.0, "pad_to_max_output_size": True},
    ),
    ("RaggedRange", {"starts": [0, 3], "limits": [2, 7], "deltas": [1, 2]}),
    ("RaggedRange", {"starts": [0, 3], "limits": [2, 7], "deltas": [1, 2], "Tsplits": np.int32}),
    ("Reverse", {"tensor": _DENSE, "dims": np.array([False, True])}),
    (
        "ScatterNdNonAliasingAdd",
        {"input": _VALUES, "indices": [[2], [0]], "updates": _f(2.0, -1.0)},
    ),
    ("Select", {"condition": np.array([True, False]), "x": _DENSE, "y": -_DENSE}),
    ("Select", {"condition": True, "x": _DENSE, "y": -_DENSE}),
    ("SparseAdd", {**_A, **_B, "thresh": np.float32(0)}),
    *[(name, {**_A, **_B}) for name in ("SparseSparseMaximum", "SparseSparseMinimum")],
    (
        "SparseConcat",
        {
            "indices": [_PLACES, _OTHER_PLACES],
            "values": [_VALUES, _OTHER_VALUES],
            "shapes": [_SHAPE, _SHAPE],
            "concat_dim": 1,
        },
    ),
    *[(name, {**_SP, "dense": _DENSE}) for name in ("SparseDenseCwiseMul", "SparseDenseCwiseDiv")],
    ("SparseMatMul", {"a": _DENSE, "b": _DENSE, "transpose_b": True, "a_is_sparse": True}),
    *[
        (name, {**_INPUT, "reduction_axes": [1]})
        for name in ("SparseReduceMaxSparse", "SparseReduceSumSparse")
    ],
    (
        "SparseReshape",
        {"input_indices": _PLACES, "input_shape": _SHAPE, "new_shape": np.array([3, -1])},
    ),
    *[
        (f"SparseSegment{name}WithNumSegments", {**_CHOSEN, "num_segments": 4})
        for name in ("Sum", "Mean", "SqrtN")
    ],
    (
        "SparseSplit",
        {"split_dim": np.int64(1), **_SPARSE, "shape": _SHAPE, "num_split": 2},
    ),
    ("SparseTensorDenseAdd", {**_A, "b": _DENSE}),
    (
        "SparseToDense",
        {
            "sparse_indices": np.array([[0, 1], [1, 0]]),
            "output_shape": np.array([2, 3]),
            "sparse_values": _f(5.0, 6.0),
            "default_value": np.float32(-1),
        },
    ),
    (
        "SparseToDense",
        {
            "sparse_indices": np.array([1, 3], np.int32),
            "output_shape": np.array([5], np.int32),
            "sparse_values": np.float32(2),
            "default_value": np.float32(0),
        },
    ),
    ("StatelessRandomGetAlg", {}),
    ("StatelessRandomGetKeyCounter", {"seed": [1, 2]}),
    ("StatelessRandomGetKeyCounterAlg", {"seed": [3, -4]}),
    *[
        (name, {"shape": [5], **_KEY})
        for name in (
            "StatelessRandomNormalV2",
            "StatelessRandomUniformV2",
            "StatelessTruncatedNormalV2",
            "StatelessRandomUniformFullIntV2",
        )
    ],
    ("StatelessRandomUniformIntV2", {"shape": [5], **_KEY, "minval": -3, "maxval": 90}),
    ("StatelessRandomGammaV2", {"shape": [4], "seed": [1, 2], "alpha": [0.5, 2.0, 3.0, 4.0]}),
    (
        "StatelessParameterizedTruncatedNormal",
        {
            "shape": [4, 1],
            "seed": [1, 2],
            "means": _f(0.5),
            "stddevs": _f(2.0),
            "minvals": _f(-1.0),
            "maxvals": _f(1.0),
        },
    ),
    ("StringFormat", {"inputs": [_VALUES, 3], "template": "a %s b %s"}),
    ("StringSplitV2", {"input": ["a b", " c  d e"], "sep": ""}),
    ("StringSplitV2", {"input": ["a,b", "c,,d"], "sep": ",", "maxsplit": 1}),
    (
        "TridiagonalMatMul",
        {
            "superdiag": _f([1.0, 2.0, 0.0]),
            "maindiag": _f([3.0, 4.0, 5.0]),
            "subdiag": _f([0.0, 6.0, 7.0]),
            "rhs": ramp((3, 2)),
        },
    ),
    (
        "UnicodeTranscode",
        {"input": _TEXTS, "input_encoding": "UTF-8", "output_encoding": "UTF-16-BE"},
    ),
    ("UnicodeDecode", {"input": _TEXTS, "input_encoding": "UTF-8"}),
    ("UnicodeDecodeWithOffsets", {"input": _TEXTS, "input_encoding": "UTF-8"}),
    (
        "UnicodeEncode",
        {
            "input_values": np.array([97, 233, 98], np.int32),
            "input_splits": np.array([0, 2, 3]),
            "output_encoding": "UTF-8",
        },
    ),
]

CASES = raw_cases(ROWS)

_STATEFUL = {
    "RandomGamma": {"shape": [2], "alpha": _f(0.5, 3.0)},
    "RandomPoissonV2": {"shape": [2], "rate": _f(0.5, 30.0)},
    "RandomShuffle": {"value": np.arange(6)},
    "RandomStandardNormal": {"shape": [3], "dtype": np.float32},
    "RandomUniform": {"shape": [3], "dtype": np.float64},
    "RandomUniformInt": {"shape": [3], "minval": 1, "maxval": 100},
    "TruncatedNormal": {"shape": [3], "dtype": np.float32},
    "Multinomial": {"logits": _DENSE, "num_samples": 4},
}


def seeded(tf):
    """An operation with both seeds continues one stream."""
    results = {}
    for name, arguments in _STATEFUL.items():
        f = getattr(tf.raw_ops, name)
        tf.random.set_seed(1)
        results[name] = [f(**arguments, seed=5, seed2=7) for _ in range(2)]
        tf.random.set_seed(2)  # of no concern, but that the streams begin anew
        results[name].append(f(**arguments, seed=5, seed2=7))
    return results


def unseeded(tf):
    """Without seeds the global one is of no concern."""
    draws = []
    for _ in range(2):
        tf.random.set_seed(1)
        draws.append(tf.raw_ops.RandomUniform(shape=[8], dtype=tf.float64).numpy().tolist())
    return draws[0] != draws[1]


def normalized_with_what_was_kept(tf):
    """Not in training; what the gradient would use is then not written by TensorFlow."""
    results = []
    for version in ("", "V2", "V3"):
        f = getattr(tf.raw_ops, f"FusedBatchNorm{version}")
        sources = [tf.constant(value) for value in _BATCH.values()]
        with tf.GradientTape() as tape:
            tape.watch(sources)
            given = dict(zip(_BATCH, sources, strict=True))
            result = f(**given, **_KEPT, is_training=False)
            total = tf.reduce_sum(tf.sin(result.y))
        results.append([*result[:3], *tape.gradient(total, sources)])
    return results


def misfits(tf):
    raw = tf.raw_ops
    return [
        attempt(
            raw.SparseToDense,
            sparse_indices=[[5]],
            output_shape=[3],
            sparse_values=[1.0],
            default_value=0.0,
        ),
        attempt(raw.FusedBatchNorm, x=[1.0], scale=[1.0], offset=[1.0], mean=[1.0], variance=[1.0]),
        attempt(raw.ListDiff, x=[[1]], y=[1]),
        attempt(raw.DenseToDenseSetOperation, set1=[[1]], set2=[[1]], set_operation="xor"),
        attempt(raw.Timestamp).dtype,
    ]
