"""Activations, losses, normalization and regularization of `tf.nn`."""

from __future__ import annotations

from ..draw import Draw
from . import Recipe
from .elementwise import one
from .reductions import of_one_axis

_ONE = {
    "nn.sigmoid": "fc", "nn.tanh": "fc", "nn.softplus": "f", "nn.softsign": "f", "nn.swish": "f",
    "nn.l2_loss": "f", "nn.zero_fraction": "fic", "math.zero_fraction": "fic",
}  # fmt: skip


def _activation(name: str, *options: str) -> Recipe:
    """Activations with an argument besides the features."""

    def recipe(draw: Draw) -> str:
        x = draw.tensor(draw.dtype("fi" if draw.chance(0.2) else "f"), draw.shape())
        return f"tf.nn.{name}({x}, {draw.choice(options)})"

    return recipe


def _silu(draw: Draw) -> str:
    dtype, shape = draw.dtype("f"), draw.shape()
    x = draw.tensor(dtype, shape)
    beta = draw.tensor(dtype, []) if draw.flag() else draw.choice(["0.5", "2", "tf.constant(1.5)"])
    return f"tf.nn.silu({x}, beta={beta})"


# -- losses -------------------------------------------------------------------------------------


def _probabilities(draw: Draw, dtype: str, shape: list[int]) -> str:
    return draw.tensor(dtype, shape, 0, 1) if draw.chance(0.7) else draw.tensor(dtype, shape)


def _logistic(name: str, extra: bool) -> Recipe:
    def recipe(draw: Draw) -> str:
        dtype, shape = draw.dtype("f"), draw.shape()
        labels, logits = _probabilities(draw, dtype, shape), draw.tensor(dtype, shape)
        rest = ""
        if extra:
            weight = draw.choice(["0.5", "2", draw.tensor(dtype, draw.broadcast(shape), 0, 3)])
            rest = f", pos_weight={weight}"
        return f"tf.nn.{name}(labels={labels}, logits={logits}{rest})"

    return recipe


def _softmax_loss(draw: Draw) -> str:
    dtype, shape = draw.dtype("f"), draw.shape(1, 3)
    if draw.chance(0.03):
        shape = []
    labels = _probabilities(draw, dtype, draw.broadcast(shape) if draw.chance(0.2) else shape)
    logits = draw.tensor(dtype, shape)
    axis = draw.maybe(f", axis={draw.axis(len(shape))}", 0.4)
    return f"tf.nn.softmax_cross_entropy_with_logits(labels={labels}, logits={logits}{axis})"


def _sparse_softmax_loss(draw: Draw) -> str:
    dtype, shape = draw.dtype("f"), draw.shape(1, 3)
    classes = shape[-1]
    kind = draw.choice(["int32", "int64", "int64", "int32", "uint8", "int16", "float32"])
    high = classes - 1 if draw.chance(0.95) else classes + 1
    labels = draw.tensor(kind, shape[:-1], 0, max(high, 0))
    logits = draw.tensor(dtype, shape)
    return f"tf.nn.sparse_softmax_cross_entropy_with_logits(labels={labels}, logits={logits})"


def _log_poisson_loss(draw: Draw) -> str:
    dtype, shape = draw.dtype("f"), draw.shape()
    targets = draw.tensor(dtype, shape, 0, 4)
    logs = draw.tensor(dtype, shape)
    full = draw.maybe(", compute_full_loss=True")
    return f"tf.nn.log_poisson_loss({targets}, {logs}{full})"


def _compute_average_loss(draw: Draw) -> str:
    dtype, shape = draw.dtype("F"), draw.shape(0, 2)
    loss = draw.tensor(dtype, shape)
    rest = ""
    if draw.flag():
        weight = draw.tensor(dtype, draw.choice([[], shape, shape[:1]]))
        rest += f", sample_weight={weight}"
    rest += draw.maybe(f", global_batch_size={draw.choice(['4', '4.0', 'tf.constant(3)', '0'])}")
    return f"tf.nn.compute_average_loss({loss}{rest})"


# -- normalization ------------------------------------------------------------------------------


def _moments(draw: Draw) -> str:
    shape = draw.shape(0, 4)
    x = draw.tensor(draw.dtype("fi" if draw.chance(0.2) else "fc"), shape)
    axes = draw.axis(len(shape), several=True)
    rest = draw.maybe(", keepdims=True") + draw.maybe(", shift=0.5", 0.1)
    return f"tf.nn.moments({x}, {axes}{rest})"


def _weighted_moments(draw: Draw) -> str:
    dtype, shape = draw.dtype("f"), draw.shape(0, 3)
    x = draw.tensor(dtype, shape)
    weights = draw.tensor(dtype, draw.broadcast(shape), 0, 2) if draw.chance(0.8) else "1.0"
    axes = draw.axis(len(shape), several=True)
    return f"tf.nn.weighted_moments({x}, {axes}, {weights}{draw.maybe(', keepdims=True')})"


def _sufficient_statistics(draw: Draw) -> str:
    dtype, shape = draw.dtype("f"), draw.shape(1, 3)
    x = draw.tensor(dtype, shape)
    axes = draw.axis(len(shape), several=True)
    rest = draw.maybe(", keepdims=True")
    if draw.flag():
        rest += f", shift={draw.choice(['0.5', 'None', draw.tensor(dtype, [])])}"
    return f"tf.nn.sufficient_statistics({x}, {axes}{rest})"


def _normalize_moments(draw: Draw) -> str:
    dtype, shape = draw.dtype("f"), draw.shape(0, 2)
    counts = draw.tensor(dtype, [], 1, 5)
    mean, variance = draw.tensor(dtype, shape), draw.tensor(dtype, shape, 1, 30)
    shift = draw.tensor(dtype, draw.broadcast(shape)) if draw.flag() else "None"
    return f"tf.nn.normalize_moments({counts}, {mean}, {variance}, {shift})"


def _batch_normalization(draw: Draw) -> str:
    dtype, shape = draw.dtype("f"), draw.shape(1, 4)
    x = draw.tensor(dtype, shape)
    inner = draw.choice([shape[-1:], shape[-1:], draw.broadcast(shape)])
    other = "float32" if dtype in ("float16", "bfloat16") and draw.flag() else dtype
    mean, variance = draw.tensor(other, inner), draw.tensor(other, inner, 0.1, 3)
    offset = draw.tensor(other, inner) if draw.chance(0.7) else "None"
    scale = draw.tensor(other, inner) if draw.chance(0.7) else "None"
    epsilon = draw.choice(["0.001", "1e-5", "0", "0.5"])
    if other != dtype:  # its gradients are as good as the narrow type
        for name in (mean, variance):
            draw.inputs[name]["kind"] = "array"
    return f"tf.nn.batch_normalization({x}, {mean}, {variance}, {offset}, {scale}, {epsilon})"


def _global_normalization(draw: Draw) -> str:
    dtype = draw.dtype("f")
    shape = draw.shape(4, 4) if draw.chance(0.9) else draw.shape(1, 3)
    x, inner = draw.tensor(dtype, shape), shape[-1:]
    mean, variance = draw.tensor(dtype, inner), draw.tensor(dtype, inner, 0.1, 3)
    beta, gamma = draw.tensor(dtype, inner), draw.tensor(dtype, inner)
    return (
        f"tf.nn.batch_norm_with_global_normalization({x}, {mean}, {variance}, {beta}, {gamma}, "
        f"0.01, {draw.flag()})"
    )


def _response(name: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        dtype = draw.choice(["float32", "float32", "float16", "bfloat16"])
        shape = draw.shape(4, 4) if draw.chance(0.95) else draw.shape(2, 5)
        x = draw.tensor(dtype, shape)
        rest = ""
        for option, values in [
            ("depth_radius", "0 1 2 5"),
            ("bias", "1.5 2 1"),
            ("alpha", "0.5 2 0"),
            ("beta", "0.75 1 2 0.5"),
        ]:
            rest += draw.maybe(f", {option}={draw.choice(values.split())}")
        return f"tf.nn.{name}({x}{rest})"

    return recipe


def _l2_normalize(draw: Draw) -> str:
    shape = draw.shape(0, 3)
    x = draw.tensor(draw.dtype("fc"), shape)
    axis = draw.axis(len(shape), several=True, none=True)
    word = "axis" if draw.chance(0.9) else "dim"
    return f"tf.nn.l2_normalize({x}, {word}={axis}{draw.maybe(', epsilon=0.1', 0.3)})"


def _bias_add(draw: Draw) -> str:
    dtype = draw.dtype("fic")
    shape, first = draw.shape(2, 5), draw.chance(0.3)
    x = draw.tensor(dtype, shape)
    bias = draw.tensor(dtype, [shape[1 if first else -1]])
    word = draw.choice(["NCHW", "NC..", "N..C", "NHWC", "channels_last", "NCDHW"])
    if draw.chance(0.97):
        word = "NCHW" if first else "NHWC"
    order = f", data_format={word!r}" if first else draw.maybe(f", data_format={word!r}", 0.3)
    return f"tf.nn.bias_add({x}, {bias}{order})"


def _isotonic_regression(draw: Draw) -> str:
    shape = draw.shape(1, 3)
    x = draw.tensor(draw.dtype("fi"), shape)
    rest = draw.maybe(", decreasing=False") + draw.maybe(f", axis={draw.axis(len(shape))}")
    return f"tf.nn.isotonic_regression({x}{rest})"


# -- dropout ------------------------------------------------------------------------------------


def seeded(draw: Draw, call: str) -> str:
    """A call after `tf.random.set_seed`, so that its random numbers are reproducible."""
    return f"(tf.random.set_seed({draw.integer(1, 999)}), {call})[1]"


def _noise_shape(draw: Draw, shape: list[int]) -> str:
    noise = [1 if draw.flag() else size for size in shape]
    if draw.chance(0.05):
        noise = noise[1:] or [2]
    text = draw.choice([repr(noise), f"tf.constant({noise}, tf.int32)"])
    return draw.maybe(f", noise_shape={text}", 0.3)


_RATES = ["0.5", "0.2", "0", "0.9", "tf.constant(0.3)", "0.0", "1", "1.0", "-0.1", "np.float32(.4)"]


def _dropout(draw: Draw) -> str:
    dtype, shape = draw.dtype("f"), draw.shape()
    x, rate = draw.tensor(dtype, shape), draw.choice(_RATES)
    seed = draw.maybe(f", seed={draw.integer(0, 99)}")
    noise = _noise_shape(draw, shape)
    return seeded(draw, f"tf.nn.dropout({x}, {rate}{noise}{seed})")


def _stateless_dropout(draw: Draw) -> str:
    dtype, shape = draw.dtype("f"), draw.shape()
    x, rate = draw.tensor(dtype, shape), draw.choice(_RATES)
    seed = draw.choice(["[1, 2]", "tf.constant([7, -3])", "(5, 6)"])
    algorithm = draw.choice(["'auto_select'", "'philox'", "'threefry'", "None", "'x'"])
    algorithm = draw.maybe(f", rng_alg={algorithm}", 0.4)
    noise = _noise_shape(draw, shape)
    return f"tf.nn.experimental.stateless_dropout({x}, {rate}, {seed}{algorithm}{noise})"


def _general_dropout(draw: Draw) -> str:
    dtype, shape = draw.dtype("f"), draw.shape()
    x, rate = draw.tensor(dtype, shape), draw.choice(_RATES)
    noise = _noise_shape(draw, shape)
    sampler = "lambda shape, dtype: tf.random.stateless_uniform(shape, [3, 4], dtype=dtype)"
    return f"tf.nn.experimental.general_dropout({x}, {rate}, {sampler}{noise})"


RECIPES: dict[str, Recipe] = {
    **{name: one(name, kinds) for name, kinds in _ONE.items()},
    "nn.gelu": _activation("gelu", "approximate=True", "False", "True"),
    "nn.leaky_relu": _activation("leaky_relu", "0.2", "alpha=0.5", "-1", "0", "alpha=1.5", "2"),
    "nn.crelu": of_one_axis("nn.crelu", "fi"),
    "nn.silu": _silu,
    "nn.sigmoid_cross_entropy_with_logits": _logistic("sigmoid_cross_entropy_with_logits", False),
    "nn.weighted_cross_entropy_with_logits": _logistic("weighted_cross_entropy_with_logits", True),
    "nn.softmax_cross_entropy_with_logits": _softmax_loss,
    "nn.sparse_softmax_cross_entropy_with_logits": _sparse_softmax_loss,
    "nn.log_poisson_loss": _log_poisson_loss,
    "nn.compute_average_loss": _compute_average_loss,
    "nn.scale_regularization_loss": one("nn.scale_regularization_loss", "fi"),
    "nn.moments": _moments,
    "nn.weighted_moments": _weighted_moments,
    "nn.sufficient_statistics": _sufficient_statistics,
    "nn.normalize_moments": _normalize_moments,
    "nn.batch_normalization": _batch_normalization,
    "nn.batch_norm_with_global_normalization": _global_normalization,
    "nn.local_response_normalization": _response("local_response_normalization"),
    "nn.lrn": _response("lrn"),
    "nn.l2_normalize": _l2_normalize,
    "nn.bias_add": _bias_add,
    "nn.isotonic_regression": _isotonic_regression,
    "nn.dropout": _dropout,
    "nn.experimental.stateless_dropout": _stateless_dropout,
    "nn.experimental.general_dropout": _general_dropout,
}
