"""tf.image: layout, colors, comparisons and random changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.parity.case_helpers.tables import EVERY, REAL, gradients, of_dtype, outcomes, ramp
from tests.parity.harness import tolerance

_CLOSE = tolerance(rtol=2e-5, atol=2e-5)
_WHOLE = "uint8 int8 uint16 int16 int32 int64 uint32 uint64".split()
Rows = dict[str, Callable[[], Any]]


def _photo(shape: Any, dtype: str = "float32") -> np.ndarray:
    """An image of distinct values from 0 to 1, or of as large integers."""
    values = (np.arange(int(np.prod(shape))) * 0.377) % 1.0
    if dtype in _WHOLE:
        return (values * min(np.iinfo(dtype).max, 1000)).reshape(shape).astype(dtype)
    return values.reshape(shape).astype(dtype)


def _of(tf: Any, shape: Any, dtype: str) -> Any:
    return of_dtype(tf, _photo(shape, dtype) if dtype in _WHOLE else _photo(shape), dtype)


def _layout(name: str, *arguments: Any) -> Callable[[Any], Any]:
    def case(tf: Any) -> Any:
        f = getattr(tf.image, name)
        shapes = ((2, 3, 1), (2, 3, 3, 1), (1, 2, 2, 3, 1), (2, 3), (0, 3, 1), (0, 2, 3, 1), ())
        rows: Rows = {f"{s}": lambda s=s: f(ramp(s), *arguments) for s in shapes}
        for d in EVERY:
            rows[d] = lambda d=d: f(of_dtype(tf, ramp((2, 2, 1), start=0), d), *arguments)
        rows["list"] = lambda: f([[[1.0], [2.0]]], *arguments)
        rows["gradient"] = lambda: gradients(
            tf, lambda x: f(x, *arguments), _photo((1, 2, 3, 1)), second=False
        )
        return outcomes(rows)

    return case


def turns(tf: Any) -> Any:
    rows: Rows = {}
    for k in (0, 1, 2, 3, 4, 7, -1, 1.0, [1], tf.constant(2)):
        for shape in ((2, 3, 1), (2, 2, 3, 1)):
            rows[f"{k} {shape}"] = lambda k=k, s=shape: tf.image.rot90(ramp(s), k)
    rows["gradient"] = lambda: gradients(tf, lambda x: tf.image.rot90(x, 3), ramp((2, 3, 1)))
    return outcomes(rows)


def boxes(tf: Any) -> Any:
    x = ramp((2, 4, 5, 1))
    rows: Rows = {}
    for name in ("crop_to_bounding_box", "pad_to_bounding_box"):
        f = getattr(tf.image, name)
        table = [(0, 0, 4, 5), (1, 2, 2, 3), (1, 1, 6, 8), (-1, 0, 2, 2), (0, -1, 5, 5)]
        table += [(0, 0, 0, 2), (0, 0, 2, 0), (2, 2, 6, 6), (0, 3, 4, 7), (0, 0, 4, 6)]
        for box in table:
            rows[f"{name} {box}"] = lambda f=f, box=box: f(x, *box)
            rows[f"{name} one {box}"] = lambda f=f, box=box: f(x[0], *box)
        rows[f"{name} rank 2"] = lambda f=f: f(x[0, :, :, 0], 0, 0, 4, 5)
        rows[f"{name} rank 5"] = lambda f=f: f(x[None], 0, 0, 4, 5)
        rows[f"{name} empty"] = lambda f=f: f(x[:, :0], 0, 0, 4, 5)
        rows[f"{name} none"] = lambda f=f: f(x[:0], 0, 0, 4, 5)
        rows[f"{name} gradient"] = lambda f=f: gradients(tf, lambda v: f(v, 0, 0, 4, 5), x)
    fit = tf.image.resize_with_crop_or_pad
    for size in ((4, 5), (2, 3), (3, 2), (7, 8), (6, 2), (1, 9), (0, 1), (-1, 3)):
        rows[f"fit {size}"] = lambda size=size: fit(x, *size)
        rows[f"fit one {size}"] = lambda size=size: fit(x[0], *size)
    rows["fit gradient"] = lambda: gradients(tf, lambda v: fit(v, 3, 7), x)
    for part in (1.0, 0.5, 0.3, 0.9, 0.0, -1.0, 1.1, np.float32(0.6)):
        rows[f"middle {part}"] = lambda part=part: tf.image.central_crop(x, part)
        rows[f"middle one {part}"] = lambda part=part: tf.image.central_crop(ramp((7, 9, 2)), part)
    rows["middle rank 5"] = lambda: tf.image.central_crop(x[None], 0.5)
    rows["middle rank 2"] = lambda: tf.image.central_crop(x[0, :, :, 0], 0.5)
    rows["middle gradient"] = lambda: gradients(tf, lambda v: tf.image.central_crop(v, 0.5), x)
    return outcomes(rows)


@_CLOSE
def element_types(tf: Any) -> Any:
    f = tf.image.convert_image_dtype
    rows: Rows = {}
    for a in [*REAL, *_WHOLE]:
        for b in [*REAL, *_WHOLE]:
            # What is out of range of an integer differs from machine to machine, and
            # tf.saturate_cast has kernels for more types here.
            wide = a == "float16" and b in ("uint32", "int32", "int64", "uint64")
            unsigned = a in ("uint32", "uint64") or (a, b) == ("int64", "uint64")
            for saturate in [False][wide:] + [True][wide or unsigned :]:
                rows[f"{a} {b} {saturate}"] = lambda a=a, b=b, s=saturate: f(_of(tf, (5,), a), b, s)
    rows["beyond"] = lambda: f([-0.5, 1.5, 0.2], "uint8", True)
    for d in ("complex64", "bool", "string"):
        rows[d] = lambda d=d: f(of_dtype(tf, [0, 1], d), tf.float32)
        rows[f"to {d}"] = lambda d=d: f([0.5], d)
    rows["gradient"] = lambda: gradients(tf, lambda x: f(x, tf.float64), ramp((2,)))
    rows["gradient same"] = lambda: gradients(tf, lambda x: f(x, tf.float32), ramp((2,)))
    return outcomes(rows)


def _adjusted(name: str, amounts: Any, gradient: bool = False) -> Callable[[Any], Any]:
    @_CLOSE
    def case(tf: Any) -> Any:
        f = getattr(tf.image, name)
        rows: Rows = {}
        x = _photo((2, 2, 3))
        for a in amounts:
            arguments = a if isinstance(a, tuple) else (a,)
            rows[f"{a}"] = lambda a=arguments: f(x, *a)
            rows[f"{a} bytes"] = lambda a=arguments: f(_photo((2, 2, 3), "uint8"), *a)
        first = amounts[0] if isinstance(amounts[0], tuple) else (amounts[0],)
        for d in EVERY:
            rows[d] = lambda d=d: f(_of(tf, (1, 2, 3), d), *first)
        for shape in ((2, 2, 1, 3), (3,), (2, 3), (2, 2, 2), (0, 2, 3), ()):
            rows[f"{shape}"] = lambda shape=shape: f(_photo(shape), *first)
        rows["tensor"] = lambda: f(x, *map(tf.constant, first))
        rows["vector"] = lambda: f(x, [0.5, 0.6])
        rows["grey"] = lambda: f(np.full((1, 2, 3), 0.5, "float32"), *first)
        rows["black"] = lambda: f(np.zeros((1, 2, 3), "float32"), *first)
        rows["gradient"] = lambda: gradients(tf, lambda v: f(v, *first), x, second=gradient)
        return outcomes(rows)

    return case


@tolerance(rtol=1e-2, atol=1e-2)
def colors_of_bfloat16(tf: Any) -> Any:
    names = "rgb_to_yiq yiq_to_rgb rgb_to_yuv yuv_to_rgb rgb_to_hsv hsv_to_rgb rgb_to_grayscale"
    x = of_dtype(tf, _photo((4, 3)), "bfloat16")
    rows: Rows = {n: lambda n=n: getattr(tf.image, n)(x) for n in names.split()}
    rows["sobel_edges"] = lambda: tf.image.sobel_edges(x[None, :, :, None])
    return outcomes(rows)


def _color(name: str, channels: int = 3) -> Callable[[Any], Any]:
    @_CLOSE
    def case(tf: Any) -> Any:
        take = getattr(tf.image, name)
        f = (lambda x: take(tf.constant(x))) if channels == 1 else take
        rows: Rows = {}
        for shape in ((channels,), (2, channels), (2, 1, 2, channels), (0, channels), (2, 4), ()):
            rows[f"{shape}"] = lambda shape=shape: f(_photo(shape))
        for d in EVERY:
            if d != "bfloat16" and (d, channels) != ("uint16", 1):
                rows[d] = lambda d=d: f(_of(tf, (2, 1, channels), d))
        rows["array"] = lambda: take(np.ones((2, channels), "float32"))
        rows["list"] = lambda: f([[0.1] * channels])
        points = [[r, g, b] for r in (0, 0.5, 1) for g in (0, 0.5, 1) for b in (0.0, 0.5, 1.0)]
        colors = np.array(points, "float32")[:, :channels]
        rows["colors"] = lambda: f(colors)
        rows["negative"] = lambda: f(-colors)
        rows["gradient"] = lambda: gradients(tf, f, _photo((3, channels)))
        rows["gradient of colors"] = lambda: gradients(tf, f, colors, second=False)
        rows["double"] = lambda: gradients(tf, f, _photo((3, channels), "float64"), second=False)
        return outcomes(rows)

    return case


@_CLOSE
def standardized(tf: Any) -> Any:
    f = tf.image.per_image_standardization
    rows: Rows = {d: lambda d=d: f(_of(tf, (2, 2, 1), d)) for d in EVERY}
    for shape in ((2, 2, 2), (2, 2, 1, 2), (1, 2, 1, 2, 1), (2, 2), (0, 2, 1), (0, 2, 2, 1)):
        rows[f"{shape}"] = lambda shape=shape: f(_photo(shape))
    rows["even"] = lambda: f(np.ones((2, 2, 1), "float32"))
    rows["gradient"] = lambda: gradients(tf, f, _photo((2, 2, 1)))
    return outcomes(rows)


@_CLOSE
def compared(tf: Any) -> Any:
    a, b = _photo((2, 12, 12, 2)), (_photo((2, 12, 12, 2)) * 0.8 + 0.05).astype("float32")
    image = tf.image
    rows: Rows = {}
    for name in ("psnr", "ssim"):
        f = getattr(image, name)
        rows |= {
            f"{name}": lambda f=f: f(tf.constant(a), tf.constant(b), 1.0),
            f"{name} one": lambda f=f: f(tf.constant(a[0]), tf.constant(b[0]), max_val=2),
            f"{name} same": lambda f=f: f(tf.constant(a), tf.constant(a), 1.0),
            f"{name} bytes": lambda f=f: f(
                tf.constant(_photo((12, 12, 1), "uint8")), tf.zeros([12, 12, 1], tf.uint8), 255
            ),
            f"{name} broadcast": lambda f=f: f(tf.constant(a), tf.constant(b[:1]), 1.0),
            f"{name} sizes": lambda f=f: f(tf.constant(a), tf.constant(b[:, :11]), 1.0),
            f"{name} batches": lambda f=f: f(tf.constant(a), tf.zeros([3, 12, 12, 2]), 1.0),
            f"{name} rank": lambda f=f: f(tf.zeros([12, 12]), tf.zeros([12, 12]), 1.0),
            f"{name} arrays": lambda f=f: f(a, b, 1.0),
            f"{name} half": lambda f=f: f(
                tf.cast(a, tf.float16), tf.cast(b, tf.float16), tf.constant(1.0)
            ),
            f"{name} gradient": lambda f=f: _first(tf, lambda x, y: f(x, y, 1.0), a[:1], b[:1]),
        }
    rows |= {
        "ssim filter": lambda: image.ssim(a, b, 1.0, 5, 0.8, 0.02, 0.05),
        "ssim map": lambda: image.ssim(a[:1], b[:1], 1.0, return_index_map=True),
        "ssim small": lambda: image.ssim(a[:, :6], b[:, :6], 1.0),
    }
    c, d = _photo((1, 23, 21, 1)), (_photo((1, 23, 21, 1)) * 0.9).astype("float32")
    f = image.ssim_multiscale
    rows |= {
        "scales": lambda: f(c, d, 1.0, filter_size=2),
        "scales few": lambda: f(c, d, 1.0, [0.4, 0.6], 3, 1.0, 0.02, 0.04),
        "scales small": lambda: f(c, d, 1.0),
        "scales same": lambda: f(c, c, 1.0, filter_size=2),
        "scales gradient": lambda: _first(tf, lambda x, y: f(x, y, 1.0, [0.3, 0.7], 3), c, d),
    }
    return outcomes(rows)


def _first(tf: Any, f: Any, *values: Any) -> Any:
    sources = [tf.constant(v) for v in values]
    with tf.GradientTape() as tape:
        tape.watch(sources)
        y = f(*sources)
    return [tf.reduce_sum(g * ramp(g.shape)) for g in tape.gradient(y, sources)]


def differences(tf: Any) -> Any:
    rows: Rows = {}
    for name in ("total_variation", "image_gradients", "sobel_edges"):
        f = getattr(tf.image, name)
        for shape in ((2, 3, 1), (2, 3, 4, 2), (1, 2, 2, 2, 1), (2, 2), (2, 1, 1, 1), (0, 3, 3, 1)):
            rows[f"{name} {shape}"] = lambda f=f, s=shape: f(tf.constant(_photo(s)))
        for d in EVERY:
            if d != "bfloat16" or name != "sobel_edges":
                rows[f"{name} {d}"] = lambda f=f, d=d: f(_of(tf, (1, 2, 3, 1), d))
        rows[f"{name} array"] = lambda f=f: f(_photo((1, 2, 2, 1)))
        rows[f"{name} gradient"] = lambda f=f: gradients(tf, f, _photo((1, 3, 3, 1)), second=False)
    return outcomes(rows)


_DRAWN: dict[str, list[tuple[Any, ...]]] = {
    "flip_left_right": [()],
    "flip_up_down": [()],
    "brightness": [(0.3,), (0.0,), (-0.1,)],
    "contrast": [(0.2, 1.8), (1.0, 1.0), (-1.0, 1.0)],
    "saturation": [(0.2, 1.8), (1.0, 1.0), (-1.0, 1.0)],
    "hue": [(0.4,), (0.6,), (-0.1,)],
    "crop": [((1, 2, 2, 1),), ((3, 2, 3, 3),), ((2, 2),)],
}


@_CLOSE
def drawn(tf: Any) -> Any:
    x = _photo((2, 2, 3, 3))
    rows: Rows = {}
    for name, table in _DRAWN.items():
        f = getattr(tf.image, f"random_{name}")
        keyed = getattr(tf.image, f"stateless_random_{name}")
        for arguments in table:
            rows[f"{name} {arguments}"] = lambda f=f, a=arguments: _seeded(tf, f, x, a)
            for seed in ((1, 2), (3, 4), (0, 0)):
                rows[f"{name} {arguments} {seed}"] = lambda k=keyed, a=arguments, s=seed: k(
                    x, *a, seed=s
                )
        if name != "crop":
            rows[f"{name} one"] = lambda f=f, a=table[0]: _seeded(tf, f, x[0], a)
        rows[f"{name} bytes"] = lambda f=f, a=table[0]: _seeded(
            tf, f, _photo((2, 2, 3, 3), "uint8"), a
        )
        rows[f"{name} seed"] = lambda k=keyed, a=table[0]: k(x, *a, seed=1)
    rows["rank"] = lambda: tf.image.random_flip_up_down(x[None])
    return outcomes(rows)


def _seeded(tf: Any, f: Any, x: Any, arguments: Any) -> Any:
    tf.random.set_seed(7)
    return [f(x, *arguments), f(x, *arguments, seed=3), f(x, *arguments)]


CASES = {
    "flip_left_right": _layout("flip_left_right"),
    "flip_up_down": _layout("flip_up_down"),
    "transpose": _layout("transpose"),
    "rot90": _layout("rot90"),
    "brightness": _adjusted("adjust_brightness", [0.2, -0.4, 1.0], True),
    "gamma": _adjusted("adjust_gamma", [2, 0.5, 0, (1.5, 2), -1], True),
    "contrast": _adjusted("adjust_contrast", [0.5, 2, 0, -1.0]),
    "hue": _adjusted("adjust_hue", [0.2, -0.7, 0, 1, 1.1, -2]),
    "saturation": _adjusted("adjust_saturation", [0.5, 2, 0, -1.0, 5]),
    **{n: _color(n) for n in "rgb_to_grayscale rgb_to_hsv hsv_to_rgb".split()},
    **{n: _color(n) for n in "rgb_to_yiq yiq_to_rgb rgb_to_yuv yuv_to_rgb".split()},
    "grayscale_to_rgb": _color("grayscale_to_rgb", 1),
}
