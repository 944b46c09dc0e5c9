"""`tf.raw_ops` that are another operation's gradient, each with its own gradient."""

import numpy as np

from tests.parity.case_helpers.raw_calls import raw_cases
from tests.parity.case_helpers.tables import ramp

_ONES, _TWO = [1, 1, 1, 1], [1, 2, 2, 1]
_VOLUME_ONES, _VOLUME_TWO = [1] * 5, [1, 2, 2, 2, 1]
_IMAGE = np.random.RandomState(0).permutation(32).reshape(1, 4, 4, 2).astype(np.float32)
_VOLUME = np.random.RandomState(1).permutation(16).reshape(1, 4, 2, 2, 1).astype(np.float32)
_POOL = {"ksize": _TWO, "strides": _TWO, "padding": "VALID"}
_DEEP = {"ksize": _VOLUME_TWO, "strides": _VOLUME_TWO, "padding": "SAME"}
_GRAD = ramp((1, 2, 2, 2), step=0.3)
_DEEP_GRAD = ramp((1, 2, 1, 1, 1), step=0.3)
_PLACES = np.array([[[[0, 9], [4, 5]], [[2, 3], [30, 31]]]])
_LARGEST = _IMAGE.reshape(1, 2, 2, 2, 2, 2).max((2, 4))
_DEEP_LARGEST = _VOLUME.reshape(1, 2, 2, 1, 2, 1, 2, 1).max((2, 4, 6))
_CONV = {"strides": _ONES, "padding": "VALID"}
_CONV_GRAD = ramp((1, 3, 3, 3), step=0.1)
_DEEP_FILTER = ramp((2, 1, 2, 1, 2), step=0.1)
_DEEP_CONV = {"strides": _VOLUME_ONES, "padding": "VALID"}
_DEEP_CONV_GRAD = ramp((1, 3, 2, 1, 2), step=0.1)
_LOWER = np.array([[2.0, 0.0], [0.5, 1.5]], np.float32)
_BOXES = np.array([[0.1, 0.2, 0.8, 0.9], [0.0, 0.0, 0.5, 1.1]], np.float32)
_BATCH = {
    "x": ramp((2, 2, 1, 3), step=0.37),
    "scale": np.array([1.0, 0.5, 2.0], np.float32),
    "epsilon": 0.01,
}
_BATCH_GRAD = {
    "y_backprop": np.float32(np.cos(np.arange(12))).reshape(2, 2, 1, 3),
    "reserve_space_1": _BATCH["x"].mean((0, 1, 2)),
    "reserve_space_2": _BATCH["x"].var((0, 1, 2)),
}
_ROWS = {"indices": [2, 0, 0], "segment_ids": [0, 0, 1], "output_dim0": 4}

ROWS = [
    ("AvgPoolGrad", {"orig_input_shape": [1, 4, 4, 2], "grad": _GRAD, **_POOL}),
    ("AvgPool3DGrad", {"orig_input_shape": [1, 4, 2, 2, 1], "grad": _DEEP_GRAD, **_DEEP}),
    *[
        (name, {"orig_input": _IMAGE, "orig_output": _LARGEST, "grad": grad, **_POOL})
        for name, grad in (
            ("MaxPoolGrad", _GRAD),
            ("MaxPoolGradV2", _GRAD),
            ("MaxPoolGradGrad", _IMAGE * 0.1),
            ("MaxPoolGradGradV2", _IMAGE * 0.1),
        )
    ],
    *[
        (name, {"orig_input": _VOLUME, "orig_output": _DEEP_LARGEST, "grad": grad, **_DEEP})
        for name, grad in (("MaxPool3DGrad", _DEEP_GRAD), ("MaxPool3DGradGrad", _VOLUME * 0.1))
    ],
    (
        "MaxPoolGradWithArgmax",
        {
            "input": _IMAGE,
            "grad": _GRAD,
            "argmax": np.array([[[[0, 9], [4, 5]], [[2, 3], [30, 31]]]]),
        }
        | _POOL,
    ),
    (
        "MaxPoolGradWithArgmax",
        {
            "input": np.concatenate([_IMAGE, _IMAGE]),
            "grad": np.concatenate([_GRAD, _GRAD]),
            "argmax": np.concatenate([_PLACES, _PLACES + 32]),
            "include_batch_in_index": True,
        }
        | _POOL,
    ),
    (
        "Conv2DBackpropFilter",
        {"input": _IMAGE, "filter_sizes": [2, 2, 2, 3], "out_backprop": _CONV_GRAD, **_CONV},
    ),
    (
        "Conv3DBackpropFilterV2",
        {
            "input": _VOLUME,
            "filter_sizes": [2, 1, 2, 1, 2],
            "out_backprop": _DEEP_CONV_GRAD,
            **_DEEP_CONV,
        },
    ),
    ("CholeskyGrad", {"l": _LOWER, "grad": np.array([[1.0, 0.0], [2.0, 3.0]], np.float32)}),
    (
        "CropAndResizeGradImage",
        {
            "grads": ramp((2, 2, 2, 2)),
            "boxes": _BOXES,
            "box_ind": [0, 0],
            "image_size": [1, 4, 4, 2],
            "T": np.float32,
        },
    ),
    (
        "CropAndResizeGradBoxes",
        {"grads": ramp((2, 2, 2, 2)), "image": _IMAGE, "boxes": _BOXES, "box_ind": [0, 0]},
    ),
    *[
        (
            name,
            {
                "input": _IMAGE,
                "filter": np.float32(np.sin(np.arange(8))).reshape(2, 2, 2),
                "out_backprop": ramp((1, 3, 3, 2)),
                "strides": _ONES,
                "rates": _ONES,
                "padding": "VALID",
            },
        )
        for name in ("Dilation2DBackpropInput", "Dilation2DBackpropFilter")
    ],
    *[
        (name, {**_BATCH, **_BATCH_GRAD, "is_training": training})
        for name in ("FusedBatchNormGrad", "FusedBatchNormGradV2")
        for training in (True, False)
    ],
    (
        "FusedBatchNormGradV3",
        {**_BATCH, **_BATCH_GRAD, "reserve_space_3": np.zeros(0, np.float32)},
    ),
    (
        "LRNGrad",
        {
            "input_grads": _IMAGE * 0.1,
            "input_image": _IMAGE,
            "output_image": _IMAGE / np.sqrt(2 + (_IMAGE**2).sum(-1, keepdims=True)),
            "bias": 2.0,
        },
    ),
    ("MirrorPadGrad", {"input": ramp((6,)), "paddings": [[1, 2]], "mode": "REFLECT"}),
    ("MirrorPadGrad", {"input": ramp((6,)), "paddings": [[1, 2]], "mode": "SYMMETRIC"}),
    *[
        (f"SparseSegment{name}Grad", {"grad": ramp((2, 3)), **_ROWS})
        for name in ("Sum", "Mean", "SqrtN")
    ],
    (
        "StridedSliceGrad",
        {"shape": [2, 4], "begin": [0, 0], "end": [2, 4], "strides": [1, 2], "dy": ramp((2, 2))},
    ),
]

CASES = raw_cases(ROWS)
