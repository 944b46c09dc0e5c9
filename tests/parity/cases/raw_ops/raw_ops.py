"""`tf.raw_ops`: each operation called once or more, with its gradient by each real argument."""

import numpy as np

from tests.parity.case_helpers.raw_calls import raw_cases
from tests.parity.case_helpers.tables import ramp
from tests.parity.harness import attempt, exact_message


def _f(*values):
    return np.array(values, np.float32)


_X = _f(0.3, -0.7, 1.5)
_IN = _f(0.3, -0.5, 0.9)
_UP = _f(1.5, 2.0, 3.25)
_M = ramp((2, 3), step=0.3)
_N = ramp((3, 2), step=0.4)
_SQUARE = np.array([[4.0, 1.0], [1.0, 3.0]], np.float32)
_OTHER = np.array([[2.0, 1.0], [0.5, 3.0]], np.float32)
_IMAGE = ramp((1, 4, 4, 2), step=0.1)
_VOLUME = ramp((1, 2, 3, 3, 1), step=0.1)
_I = np.array([1, -2, 7], np.int32)
_J = np.array([2, 3, -4], np.int32)
_B = np.array([True, False, True])
_C = np.array([True, True, False])
_Z = np.array([1 + 2j, -0.5 - 1j], np.complex64)
_ONES = [1, 1, 1, 1]
_TWO = [1, 2, 2, 1]


def _unary(names, value, argument="x"):
    return [(name, {argument: value}) for name in names.split()]


def _binary(names, x, y, first="x", second="y"):
    return [(name, {first: x, second: y}) for name in names.split()]


_SEGMENTS = {"data": _N, "segment_ids": np.array([0, 0, 2])}
_UNSORTED = {"data": _N, "segment_ids": np.array([1, 0, 1]), "num_segments": 3}
_REDUCED = [{"axis": 0}, {"axis": [0, 1]}, {"axis": [], "keep_dims": True}]
_SCATTER = {"tensor": _X, "indices": [[2], [0]], "updates": _f(2.0, -1.0)}
_CLASSES = {"true_classes": np.array([[1], [3]]), "num_true": 1, "num_sampled": 3, "unique": True}
_BLOCK = {"block_shape": [2, 2]}
_POOL = {"ksize": _TWO, "strides": _TWO, "padding": "SAME"}
_DEEP = {"ksize": [1, 2, 2, 2, 1], "strides": [1, 1, 1, 1, 1], "padding": "VALID"}
_STEPS = {"strides": [1] * 5, "padding": "SAME"}
_TALL = np.array([[2.0, 1.0], [0.5, 3.0], [1.0, 1.0]], np.float32)
_COLORS = ramp((2, 1, 3), step=0.1, start=0.2)
_BOXES = {
    "boxes": [[0.0, 0.0, 1.0, 1.0], [0.0, 0.1, 1.0, 1.1], [2.0, 2.0, 3.0, 3.0]],
    "scores": [0.9, 0.8, 0.3],
    "max_output_size": 3,
}
_PLACES, _SHAPE = np.array([[0, 0], [0, 1], [1, 2]]), np.array([2, 3])
_SEED = {"shape": [3], "seed": [1, 2]}
_DIAGONALS = {"k": [-1, 0], "padding_value": np.float32(9)}

ROWS = [
    *_unary("Abs Asinh Atan Cos Cosh Erf Erfc Exp Expm1 IsFinite IsInf IsNan", _X),
    *_unary("Neg Rint Round Sigmoid Sign Sin Sinh Square Tan Tanh OnesLike ZerosLike", _X),
    *_unary("BesselI0 BesselI0e BesselI1 BesselI1e BesselJ0 BesselJ1 Dawsn FresnelCos", _X),
    *_unary("FresnelSin Ceil Floor DeepCopy", _X),
    *_unary("Acos Asin Atanh Erfinv", _IN),
    *_unary("Acosh BesselK0 BesselK0e BesselK1 BesselK1e BesselY0 BesselY1 Digamma Expint", _UP),
    *_unary("Inv Lgamma Log Log1p Reciprocal Rsqrt Spence Sqrt", _UP),
    *_unary("Ndtri", _f(0.2, 0.5, 0.9)),
    *_unary("Elu Relu Relu6 Selu Softplus Softsign", _X, "features"),
    *_unary("LogSoftmax Softmax", _M, "logits"),
    *_unary("Identity Snapshot StopGradient GuaranteeConst Shape Size Rank", _M, "input"),
    *_unary("L2Loss", _M, "t"),
    *_unary("Abs Neg Sign Square Invert", _I),
    *_unary("Conj Angle Real Imag", _Z, "input"),
    *_unary("ComplexAbs", _Z),
    *_unary("LogicalNot", _B),
    *_unary("InvertPermutation", [2, 0, 1]),
    *_binary("Add AddV2 Div DivNoNan FloorDiv FloorMod Greater GreaterEqual Less", _X, _UP),
    *_binary("LessEqual Maximum Minimum Mod Mul MulNoNan RealDiv SquaredDifference", _X, _UP),
    *_binary("Sub TruncateMod Equal NotEqual", _X, _UP),
    *_binary("Pow Xdivy Xlog1py Xlogy", _UP, np.abs(_X)),
    *_binary("Add AddV2 Div FloorDiv FloorMod Mod Mul Sub TruncateDiv TruncateMod", _I, _J),
    *_binary("BitwiseAnd BitwiseOr BitwiseXor Maximum Equal NotEqual", _I, _J),
    *_binary("LeftShift RightShift", _I, np.array([1, 0, 2], np.int32)),
    *_binary("LogicalAnd LogicalOr", _B, _C),
    *_binary("Zeta", _UP, _f(0.5, 1.0, 2.0), "x", "q"),
    *_binary("Polygamma", _f(1.0, 2.0, 3.0), _UP, "a", "x"),
    *_binary("Igamma Igammac", _UP, _f(0.5, 1.0, 2.0), "a", "x"),
    *_binary("Atan2", _X, _UP, "y", "x"),
    *_binary("NextAfter", _X, _UP, "x1", "x2"),
    *_binary("Complex", _X, _UP, "real", "imag"),
    *_binary("Cross", _X, _UP, "a", "b"),
    *_binary("EluGrad SeluGrad", _UP, _X, "gradients", "outputs"),
    *_binary(
        "ReluGrad Relu6Grad LeakyReluGrad SoftplusGrad SoftsignGrad",
        _UP,
        _X,
        "gradients",
        "features",
    ),
    *_binary("SigmoidGrad TanhGrad SqrtGrad RsqrtGrad InvGrad ReciprocalGrad", _IN, _UP, "y", "dy"),
    *_binary("MatrixSolve", _OTHER, _SQUARE, "matrix", "rhs"),
    *[
        (name, {"input": _M, **row})
        for name in "Sum Mean Prod Max Min EuclideanNorm".split()
        for row in _REDUCED
    ],
    *[(name, {"input": [_B, _C], **row}) for name in ("All", "Any") for row in _REDUCED],
    *[
        (name, {"input": _M, "dimension": axis})
        for name in ("ArgMax", "ArgMin")
        for axis in (0, -1)
    ],
    ("ArgMax", {"input": _M, "dimension": 1, "output_type": np.int32}),
    *[
        (name, {"x": _M, "axis": 1, **row})
        for name in ("Cumsum", "Cumprod", "CumulativeLogsumexp")
        for row in ({}, {"exclusive": True, "reverse": True})
    ],
    *[(f"Segment{name}", _SEGMENTS) for name in "Max Mean Min Prod Sum".split()],
    *[(f"UnsortedSegment{name}", _UNSORTED) for name in "Max Min Prod Sum".split()],
    *[(f"TensorScatter{name}", _SCATTER) for name in "Add Max Min Sub Update".split()],
    ("AddN", {"inputs": [_X, _UP]}),
    ("ApproxTopK", {"input": _M, "k": 2}),
    ("Assert", {"condition": True, "data": [_X]}),
    ("Assert", {"condition": False, "data": [_X]}),
    ("AvgPool", {"value": _IMAGE, **_POOL}),
    ("AvgPool3D", {"input": _VOLUME, **_DEEP}),
    ("Cholesky", {"input": _SQUARE}),
    ("BatchMatMul", {"x": _OTHER, "y": _SQUARE, "adj_x": True}),
    ("BatchMatMulV2", {"x": [_OTHER], "y": _SQUARE, "adj_y": True}),
    ("BatchMatMulV3", {"x": _OTHER, "y": _SQUARE, "Tout": np.float32}),
    ("BatchToSpaceND", {"input": ramp((4, 1, 1, 1)), "crops": [[0, 0], [0, 1]], **_BLOCK}),
    ("Betainc", {"a": _UP, "b": _UP, "x": _f(0.1, 0.5, 0.9)}),
    ("BiasAdd", {"value": _M, "bias": _X}),
    ("BiasAddGrad", {"out_backprop": _IMAGE}),
    ("BiasAddGrad", {"out_backprop": _IMAGE, "data_format": "NCHW"}),
    ("BiasAddV1", {"value": _M, "bias": _X}),
    ("Bincount", {"arr": np.array([1, 1, 3], np.int32), "size": 3, "weights": _f(1.0, 2.0, 3.0)}),
    ("Bitcast", {"input": _X, "type": np.int32}),
    ("BroadcastArgs", {"s0": [2, 1], "s1": [3]}),
    ("BroadcastGradientArgs", {"s0": [2, 1], "s1": [3]}),
    ("BroadcastGradientArgs", {"s0": [2, 3], "s1": [2, 3]}),
    ("BroadcastGradientArgs", {"s0": [1, 3], "s1": [1, 3]}),
    ("BroadcastGradientArgs", {"s0": [1, 3, 1], "s1": [1, 1]}),
    ("BroadcastGradientArgs", {"s0": [], "s1": [4]}),
    ("BroadcastGradientArgs", {"s0": [2], "s1": [3]}),
    ("IgammaGradA", {"a": _f(0.5, 2.0), "x": _f(0.3, 1.5)}),
    ("IgammaGradA", {"a": np.float32(0.5), "x": _f(0.3, 1.5)}),
    ("RandomGammaGrad", {"alpha": _f(0.5, 2.0), "sample": _f(0.3, 1.5)}),
    ("RandomGammaGrad", {"alpha": np.float32(0.5), "sample": _f(0.3, 1.5)}),
    ("BroadcastTo", {"input": _X, "shape": [2, 3]}),
    ("Cast", {"x": _X, "DstT": np.int32}),
    ("Cast", {"x": _X, "DstT": np.float64}),
    ("CheckNumerics", {"tensor": _X, "message": "here"}),
    ("CheckNumerics", {"tensor": _f(np.nan), "message": "here"}),
    ("ClipByValue", {"t": _X, "clip_value_min": np.float32(-0.5), "clip_value_max": np.float32(1)}),
    (
        "ComputeAccidentalHits",
        {"true_classes": [[1, 2]], "sampled_candidates": [2, 5], "num_true": 2},
    ),
    ("Concat", {"concat_dim": 0, "values": [_X, _UP]}),
    ("ConcatV2", {"values": [_M, _M], "axis": 1}),
    ("ConjugateTranspose", {"x": [_Z, _Z], "perm": [1, 0]}),
    (
        "Conv",
        {"input": _IMAGE, "filter": ramp((2, 2, 2, 1)), "strides": _ONES, "padding": "VALID"},
    ),
    (
        "Conv2D",
        {"input": _IMAGE, "filter": ramp((2, 2, 2, 1)), "strides": _ONES, "padding": "VALID"},
    ),
    (
        "Conv2D",
        {
            "input": _IMAGE,
            "filter": ramp((2, 2, 2, 1)),
            "strides": _TWO,
            "padding": "EXPLICIT",
            "explicit_paddings": [0, 0, 1, 0, 0, 1, 0, 0],
        },
    ),
    (
        "Conv2DBackpropInput",
        {
            "input_sizes": [1, 4, 4, 2],
            "filter": ramp((2, 2, 2, 3)),
            "out_backprop": ramp((1, 2, 2, 3)),
            "strides": _TWO,
            "padding": "SAME",
        },
    ),
    (
        "Conv3D",
        {"input": _VOLUME, "filter": ramp((1, 2, 2, 1, 2)), "strides": [1] * 5, "padding": "SAME"},
    ),
    (
        "Conv3DBackpropInputV2",
        {
            "input_sizes": [1, 2, 3, 3, 1],
            "filter": ramp((1, 2, 2, 1, 2)),
            "out_backprop": ramp((1, 2, 2, 2, 2)),
            "strides": [1] * 5,
            "padding": "VALID",
        },
    ),
    ("DepthToSpace", {"input": ramp((1, 1, 2, 4)), "block_size": 2}),
    (
        "DepthwiseConv2dNative",
        {"input": _IMAGE, "filter": ramp((2, 2, 2, 2)), "strides": _ONES, "padding": "SAME"},
    ),
    (
        "DepthwiseConv2dNativeBackpropFilter",
        {
            "input": _IMAGE,
            "filter_sizes": [2, 2, 2, 1],
            "out_backprop": ramp((1, 3, 3, 2)),
            "strides": _ONES,
            "padding": "VALID",
        },
    ),
    (
        "DepthwiseConv2dNativeBackpropInput",
        {
            "input_sizes": [1, 4, 4, 2],
            "filter": ramp((2, 2, 2, 1)),
            "out_backprop": ramp((1, 3, 3, 2)),
            "strides": _ONES,
            "padding": "VALID",
        },
    ),
    ("Diag", {"diagonal": _X}),
    ("DiagPart", {"input": _SQUARE}),
    (
        "Dilation2D",
        {
            "input": _IMAGE,
            "filter": ramp((2, 2, 2)),
            "strides": _ONES,
            "rates": _ONES,
            "padding": "VALID",
        },
    ),
    ("DynamicPartition", {"data": _X, "partitions": [1, 0, 1], "num_partitions": 2}),
    ("DynamicStitch", {"indices": [[0, 2], [1]], "data": [_f(1.0, 2.0), _f(3.0)]}),
    ("ParallelDynamicStitch", {"indices": [[0, 2], [1]], "data": [_f(1.0, 2.0), _f(3.0)]}),
    ("Einsum", {"inputs": [_M, _N], "equation": "ij,jk->ik"}),
    ("Empty", {"shape": [2], "dtype": np.float32, "init": True}),
    ("EnsureShape", {"input": _X, "shape": [None]}),
    ("EnsureShape", {"input": _X, "shape": [2]}),
    ("ExpandDims", {"input": _X, "axis": 1}),
    ("ExtractVolumePatches", {"input": _VOLUME, "ksizes": [1, 2, 2, 1, 1], **_STEPS}),
    ("FFT", {"input": _Z}),
    ("FFT2D", {"input": [_Z, _Z]}),
    ("FFT3D", {"input": [[_Z, _Z]]}),
    ("IFFT", {"input": _Z}),
    ("IFFT2D", {"input": [_Z, _Z]}),
    ("IFFT3D", {"input": [[_Z, _Z]]}),
    ("Fill", {"dims": [2, 2], "value": np.float32(1.5)}),
    ("Gather", {"params": _N, "indices": [2, 0]}),
    ("GatherNd", {"params": _N, "indices": [[2, 0], [1, 1]]}),
    ("GatherV2", {"params": _N, "indices": [[1], [0]], "axis": 1}),
    ("GatherV2", {"params": _N, "indices": [[1], [0], [1]], "axis": 1, "batch_dims": 1}),
    ("HistogramFixedWidth", {"values": _X, "value_range": [-1.0, 1.0], "nbins": 4}),
    ("IdentityN", {"input": [_X, _I]}),
    ("InTopK", {"predictions": _M, "targets": [2, 0], "k": 2}),
    ("InTopKV2", {"predictions": _M, "targets": [2, 0], "k": 2}),
    ("LRN", {"input": _IMAGE, "depth_radius": 1}),
    ("LeakyRelu", {"features": _X, "alpha": 0.1}),
    ("LinSpace", {"start": np.float32(0), "stop": np.float32(1), "num": 3}),
    ("LogMatrixDeterminant", {"input": _OTHER}),
    ("LowerBound", {"sorted_inputs": [_f(1.0, 2.0, 3.0)], "values": [_f(2.0, 5.0)]}),
    ("UpperBound", {"sorted_inputs": [_f(1.0, 2.0, 3.0)], "values": [_f(2.0, 5.0)]}),
    ("Lu", {"input": _OTHER}),
    ("MatMul", {"a": _M, "b": _N}),
    ("MatMul", {"a": _M, "b": _M, "transpose_b": True}),
    ("MatrixBandPart", {"input": _M, "num_lower": 0, "num_upper": 1}),
    ("MatrixDeterminant", {"input": _OTHER}),
    ("MatrixDiag", {"diagonal": _X}),
    ("MatrixDiagPart", {"input": _M}),
    ("MatrixDiagPartV2", {"input": _M, **_DIAGONALS}),
    ("MatrixDiagPartV3", {"input": _M, **_DIAGONALS}),
    ("MatrixDiagV2", {"diagonal": _M, "num_rows": -1, "num_cols": -1, **_DIAGONALS}),
    ("MatrixDiagV3", {"diagonal": _M, "num_rows": -1, "num_cols": -1, **_DIAGONALS}),
    ("MatrixInverse", {"input": _OTHER, "adjoint": True}),
    ("MatrixLogarithm", {"input": [_Z * 0 + [2, 0], _Z * 0 + [0, 3]]}),
    ("MatrixSetDiag", {"input": _M, "diagonal": _f(7.0, 8.0)}),
    ("MatrixSetDiagV2", {"input": _M, "diagonal": _f(7.0, 8.0), "k": 0}),
    ("MatrixSetDiagV3", {"input": _M, "diagonal": _f(7.0, 8.0), "k": 1}),
    ("MatrixSolveLs", {"matrix": _TALL, "rhs": _N, "l2_regularizer": np.float64(0.1)}),
    ("MatrixSquareRoot", {"input": _SQUARE}),
    ("MatrixTriangularSolve", {"matrix": _OTHER, "rhs": _SQUARE}),
    ("MaxPool", {"input": _IMAGE, **_POOL}),
    ("MaxPool3D", {"input": _VOLUME, **_DEEP}),
    ("MaxPoolV2", {"input": _IMAGE, **_POOL}),
    ("MaxPoolWithArgmax", {"input": _IMAGE, **_POOL}),
    ("MirrorPad", {"input": _X, "paddings": [[1, 2]], "mode": "REFLECT"}),
    ("NoOp", {}),
    (
        "OneHot",
        {"indices": [0, 2], "depth": 3, "on_value": np.float32(2), "off_value": np.float32(-1)},
    ),
    ("Pack", {"values": [_X, _UP], "axis": 1}),
    ("Pad", {"input": _X, "paddings": [[1, 0]]}),
    ("PadV2", {"input": _X, "paddings": [[1, 0]], "constant_values": np.float32(5)}),
    ("PlaceholderWithDefault", {"input": _X, "shape": [3]}),
    ("Qr", {"input": _OTHER}),
    ("Range", {"start": 1, "limit": 7, "delta": 2}),
    ("Reshape", {"tensor": _M, "shape": [3, -1]}),
    ("ReverseSequence", {"input": _M, "seq_lengths": [2, 3], "seq_dim": 1}),
    ("ReverseV2", {"tensor": _M, "axis": [1]}),
    ("Roll", {"input": _X, "shift": [1], "axis": [0]}),
    ("ScatterNd", {"indices": [[1], [1]], "updates": _f(1.0, 2.0), "shape": [3]}),
    ("SelectV2", {"condition": _B, "t": _X, "e": _UP}),
    ("ShapeN", {"input": [_X, _M]}),
    ("Slice", {"input": _M, "begin": [0, 1], "size": [2, -1]}),
    ("SobolSample", {"dim": 2, "num_results": 3, "skip": 1}),
    ("SoftmaxCrossEntropyWithLogits", {"features": _M, "labels": _M / 3}),
    ("SparseSoftmaxCrossEntropyWithLogits", {"features": _M, "labels": [2, 0]}),
    ("SpaceToBatchND", {"input": ramp((1, 2, 2, 1)), "paddings": [[0, 0], [0, 0]], **_BLOCK}),
    ("SpaceToDepth", {"input": _IMAGE, "block_size": 2}),
    ("Split", {"axis": 1, "value": _M, "num_split": 3}),
    ("SplitV", {"value": _M, "size_splits": [1, -1], "axis": 1, "num_split": 2}),
    ("Squeeze", {"input": [[_X]]}),
    ("Squeeze", {"input": [[_X]], "axis": [0]}),
    ("StatelessMultinomial", {"logits": _M, "num_samples": 4, "seed": [1, 2]}),
    ("StatelessRandomBinomial", {**_SEED, "counts": 5.0, "probs": 0.3}),
    ("StatelessRandomNormal", _SEED),
    ("StatelessRandomPoisson", {**_SEED, "lam": 3.0, "dtype": np.float32}),
    ("StatelessRandomUniform", _SEED),
    ("StatelessRandomUniformFullInt", {**_SEED, "dtype": np.uint32}),
    ("StatelessRandomUniformInt", {**_SEED, "minval": 2, "maxval": 90}),
    ("StatelessTruncatedNormal", _SEED),
    (
        "StridedSlice",
        {"input": _M, "begin": [0, 0], "end": [0, 3], "strides": [1, 2], "end_mask": 1},
    ),
    (
        "StridedSlice",
        {"input": _M, "begin": [1, 0], "end": [2, 1], "strides": [1, 1], "shrink_axis_mask": 1},
    ),
    ("Tile", {"input": _X, "multiples": [2]}),
    ("TopKV2", {"input": _M, "k": 1}),
    ("Transpose", {"x": _M, "perm": [1, 0]}),
    ("Unique", {"x": [3, 1, 3]}),
    ("Unique", {"x": [3, 1, 3], "out_idx": np.int64}),
    ("UniqueWithCounts", {"x": [3, 1, 3]}),
    ("Unpack", {"value": _M, "num": 3, "axis": 1}),
    ("UnravelIndex", {"indices": [5], "dims": [2, 3]}),
    ("Where", {"condition": _B}),
    ("AllCandidateSampler", _CLASSES | {"num_sampled": 5}),
    *_unary("HSVToRGB RGBToHSV", ramp((1, 2, 3), step=0.05, start=0.2), "images"),
    ("AdjustContrastv2", {"images": _COLORS, "contrast_factor": np.float32(0.5)}),
    ("AdjustHue", {"images": _COLORS, "delta": np.float32(0.2)}),
    ("AdjustSaturation", {"images": _COLORS, "scale": np.float32(0.5)}),
    (
        "CropAndResize",
        {"image": _IMAGE, "boxes": [[0.1, 0.2, 0.8, 0.9]], "box_ind": [0], "crop_size": [2, 3]},
    ),
    (
        "ExtractImagePatches",
        {"images": _IMAGE, "ksizes": _TWO, "strides": _TWO, "rates": _ONES, "padding": "SAME"},
    ),
    ("NonMaxSuppression", {**_BOXES, "iou_threshold": 0.4}),
    ("NonMaxSuppressionV2", {**_BOXES, "iou_threshold": 0.4}),
    ("NonMaxSuppressionV3", {**_BOXES, "iou_threshold": 0.4, "score_threshold": 0.2}),
    (
        "NonMaxSuppressionWithOverlaps",
        {
            "overlaps": [[1.0, 0.7, 0.1], [0.7, 1.0, 0.1], [0.1, 0.1, 1.0]],
            "scores": [0.9, 0.8, 0.3],
            "max_output_size": 3,
            "overlap_threshold": 0.5,
            "score_threshold": 0.1,
        },
    ),
    ("RFFT", {"input": _X, "fft_length": [3]}),
    ("RFFT2D", {"input": _M, "fft_length": [2, 3]}),
    ("RFFT3D", {"input": [_M], "fft_length": [1, 2, 3]}),
    ("IRFFT", {"input": _Z, "fft_length": [2]}),
    ("IRFFT2D", {"input": [_Z, _Z], "fft_length": [2, 2]}),
    ("IRFFT3D", {"input": np.array([[_Z, _Z]]), "fft_length": [1, 2, 2]}),
    (
        "TridiagonalSolve",
        {"diagonals": [_f(1.0, 0.5, 0.0), _f(4.0, 5.0, 6.0), _f(0.0, 1.0, 2.0)], "rhs": _N},
    ),
    ("BandedTriangularSolve", {"matrix": [_UP, _f(0.0, 1.0, 0.5)], "rhs": _N}),
    ("AsString", {"input": _X, "precision": 2}),
    ("ReduceJoin", {"inputs": [["a", "b"], ["c", "d"]], "reduction_indices": 1, "separator": "-"}),
    ("RegexFullMatch", {"input": ["ab", "b"], "pattern": "a.*"}),
    ("StaticRegexFullMatch", {"input": ["ab", "b"], "pattern": "a.*"}),
    ("RegexReplace", {"input": ["aa"], "pattern": "a", "rewrite": "x", "replace_global": False}),
    ("StaticRegexReplace", {"input": ["aa"], "pattern": "a", "rewrite": "x"}),
    ("StringJoin", {"inputs": ["a", "b"], "separator": ","}),
    *_unary("StringLower StringUpper StringStrip StringLength", [" aB ", ""], "input"),
    ("StringToNumber", {"string_tensor": ["1.5", "-2"]}),
    ("StringToNumber", {"string_tensor": ["x"]}),
    ("StringToHashBucketFast", {"input": ["a", "bc"], "num_buckets": 1000}),
    ("StringToHashBucketStrong", {"input": ["a", "bc"], "num_buckets": 1000, "key": [1, 2]}),
    ("StringToHashBucket", {"string_tensor": ["a", "bc"], "num_buckets": 1000}),
    ("Substr", {"input": ["hello"], "pos": 1, "len": 3}),
    (
        "UnsortedSegmentJoin",
        {"inputs": ["a", "b", "c"], "segment_ids": [1, 0, 1], "num_segments": 2, "separator": "+"},
    ),
    ("SparseTensorDenseMatMul", {"a_indices": _PLACES, "a_values": _X, "a_shape": _SHAPE, "b": _N}),
    (
        "SparseReorder",
        {
            "input_indices": np.array([[1, 2], [0, 1], [0, 0]]),
            "input_values": _X,
            "input_shape": _SHAPE,
        },
    ),
    *[
        (
            name,
            {
                "input_indices": _PLACES,
                "input_values": _X,
                "input_shape": _SHAPE,
                "reduction_axes": axes,
            },
        )
        for name in ("SparseReduceSum", "SparseReduceMax")
        for axes in (0, [1], [0, 1])
    ],
    ("SparseSoftmax", {"sp_indices": _PLACES, "sp_values": _X, "sp_shape": _SHAPE}),
    (
        "SparseSlice",
        {
            "indices": _PLACES,
            "values": _X,
            "shape": _SHAPE,
            "start": np.array([0, 1]),
            "size": np.array([2, 2]),
        },
    ),
    *[
        (f"SparseSegment{name}", {"data": _N, "indices": [2, 0, 0], "segment_ids": [0, 0, 1]})
        for name in ("Sum", "Mean", "SqrtN")
    ],
]


CASES = raw_cases(ROWS)


@exact_message
def by_position(tf):
    return tf.raw_ops.Add([1.0], [2.0])


def wrong_arguments(tf):
    return [
        attempt(tf.raw_ops.Add, x=1.0),
        attempt(tf.raw_ops.Add, x=1.0, y=2.0, z=3.0),
        attempt(tf.raw_ops.Add, x=tf.constant(1.0), y=tf.constant(1)),
        attempt(getattr, tf.raw_ops, "Nothing"),
        tf.raw_ops.Add(x=1.0, y=2.0, name="some"),
        tf.raw_ops.AddV2.__name__,
    ]


def decompositions(tf):
    """Of vectors the absolute values; where none are asked for, what is there is undefined."""
    results = []
    for vectors in (True, False):
        rows = (
            tf.raw_ops.Svd(input=_SQUARE, compute_uv=vectors),
            tf.raw_ops.SelfAdjointEigV2(input=_SQUARE, compute_v=vectors),
            tf.raw_ops.Eig(input=_SQUARE, Tout=tf.complex64, compute_v=vectors),
        )
        for row in rows:
            results.append([row._fields, *map(abs, row[: 3 if vectors else 1])])
    return results
