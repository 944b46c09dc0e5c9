"""`tf.image`: sizes, layout, colours, quality."""

from __future__ import annotations

from ..draw import Draw
from . import Recipe


def picture(draw: Draw, channels: int | None = None, low: int = 1, high: int = 6) -> list[int]:
    """The shape of an image or a batch of them."""
    sizes = [draw.integer(low, high), draw.integer(low, high)]
    if draw.chance(0.03):
        sizes[draw.integer(0, 1)] = 0
    shape = [*sizes, draw.integer(1, 4) if channels is None else channels]
    if draw.chance(0.5):
        shape = [0 if draw.chance(0.05) else draw.integer(1, 2), *shape]
    if draw.chance(0.03):
        shape = shape[1:] if draw.flag() else [1, *shape]
    return shape


def pixels(draw: Draw, dtype: str, shape: list[int]) -> str:
    """Finite numbers, most often in the usual range of images."""
    low, high = (-3, 3) if draw.chance(0.3) else (0, 1)
    if dtype.startswith(("int", "uint")):
        low, high = (0, 127) if dtype == "int8" else (0, 255)
    return draw.tensor(dtype, shape, low, high)


def single(draw: Draw, call: str) -> str:
    """A call that computes in float32 for any dtype: compared as float32, without a gradient."""
    if all(given["dtype"] not in ("float64", "complex128") for given in draw.inputs.values()):
        return call
    for given in draw.inputs.values():
        given["kind"] = "array"
    return f"(lambda y: (y.dtype, tf.cast(y, tf.float32)))({call})"


def _dtype(draw: Draw) -> str:
    return draw.choice(["float32", "uint8"]) if draw.chance(0.6) else draw.dtype("fi")


_METHODS = "bilinear nearest bicubic area lanczos3 lanczos5 gaussian mitchellcubic".split()


def _method(draw: Draw) -> str:
    if draw.chance(0.03):
        return draw.choice(["'cubic'", "None", "3"])
    name = draw.choice(_METHODS)
    return draw.choice([repr(name), f"tf.image.ResizeMethod.{_constant(name)}"])


def _constant(name: str) -> str:
    return {"nearest": "NEAREST_NEIGHBOR"}.get(name, name.upper())


def _resize(draw: Draw) -> str:
    x = pixels(draw, _dtype(draw), picture(draw, high=7))
    height, width = draw.integer(1, 9), draw.integer(1, 9)
    size = draw.choice([f"[{height}, {width}]", f"({height}, {width})",
                        f"tf.constant([{height}, {width}])"])  # fmt: skip
    if draw.chance(0.06):
        size = draw.choice([f"{height}", "[0, 2]", "[2.0, 3.0]", "[1, 2, 3]", "[-1, 3]",
                            "tf.constant([3, 4], tf.int64)", "[]", "None"])  # fmt: skip
    rest = draw.maybe(f", method={_method(draw)}", 0.8)
    rest += draw.maybe(", preserve_aspect_ratio=True", 0.2)
    rest += draw.maybe(", antialias=True", 0.3)
    return single(draw, f"tf.image.resize({x}, {size}{rest})")


def _resize_with_pad(draw: Draw) -> str:
    x = pixels(draw, _dtype(draw), picture(draw))
    rest = draw.maybe(f", method={_method(draw)}", 0.5) + draw.maybe(", antialias=True", 0.3)
    height = draw.integer(1, 8) if draw.chance(0.95) else draw.choice([0, -1])
    return single(draw, f"tf.image.resize_with_pad({x}, {height}, {draw.integer(1, 8)}{rest})")


def _resize_with_crop_or_pad(draw: Draw) -> str:
    x = pixels(draw, _dtype(draw), picture(draw))
    height = draw.integer(1, 8) if draw.chance(0.95) else draw.choice([0, -1])
    text = f"tf.constant({height})" if draw.chance(0.1) else str(height)
    return f"tf.image.resize_with_crop_or_pad({x}, {text}, {draw.integer(1, 8)})"


def _box(draw: Draw, name: str) -> str:
    shape = picture(draw)
    x = pixels(draw, _dtype(draw), shape)
    height, width = (shape[-3:] if len(shape) > 2 else [3, 3, 1])[:2]
    top, left = draw.integer(0, max(height - 1, 0)), draw.integer(0, max(width - 1, 0))
    if name.startswith("crop"):
        high, wide = max(height - top, 0), max(width - left, 0)
        target = draw.integer(1, max(high, 1)), draw.integer(1, max(wide, 1))
    else:
        target = height + top + draw.integer(0, 2), width + left + draw.integer(0, 2)
    values = [top, left, *target]
    if draw.chance(0.08):
        values[draw.integer(0, 3)] += draw.choice([-3, 3, -1])
    texts = [f"tf.constant({v})" if draw.chance(0.05) else str(v) for v in values]
    return f"tf.image.{name}({x}, {', '.join(texts)})"


def _central_crop(draw: Draw) -> str:
    x = pixels(draw, _dtype(draw), picture(draw, high=9))
    fraction = draw.choice(["0.5", "1.0", "0.3", "0.9", "1", "0.75", "tf.constant(0.5)"])
    if draw.chance(0.06):
        fraction = draw.choice(["0", "1.5", "-0.1", "None", "tf.constant(0.)"])
    return f"tf.image.central_crop({x}, {fraction})"


def of_image(name: str, *options: str, kinds: str = "ficb") -> Recipe:
    """A function of an image, and an option of a list ("" for none)."""

    def recipe(draw: Draw) -> str:
        dtype = _dtype(draw) if draw.chance(0.7) else draw.dtype(kinds)
        x = pixels(draw, dtype, picture(draw))
        option = draw.choice(options) if options else ""
        call = f"tf.image.{name}({x}{option and ', '}{option})"
        return single(draw, call) if name in _SINGLE else call

    return recipe


_SINGLE = (
    "per_image_standardization",
    "adjust_contrast",
    "adjust_gamma",
    "adjust_saturation",
    "adjust_hue",
)


def _of_colours(name: str, kinds: str, *options: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        dtype = draw.dtype(kinds) if draw.chance(0.3) else "float32"
        channels = 3 if draw.chance(0.95) else draw.choice([1, 2, 4])
        shape = picture(draw, channels, high=4)
        if draw.chance(0.15):
            shape = [*draw.shape(0, 3), channels]
        x = pixels(draw, dtype, shape)
        option = draw.choice(options) if options else ""
        call = f"tf.image.{name}({x}{option and ', '}{option})"
        return single(draw, call) if name in _SINGLE else call

    return recipe


def _grayscale_to_rgb(draw: Draw) -> str:
    channels = 1 if draw.chance(0.9) else 3
    x = pixels(draw, draw.dtype("ficb"), [*draw.shape(0, 4), channels])
    return f"tf.image.grayscale_to_rgb({x})"


def _convert(draw: Draw) -> str:
    types = "uint8 float32 float64 int32 int16 uint16 int64 float16 int8 bfloat16 uint32 bool"
    source, to = draw.choice(types.split()), draw.choice(types.split())
    x = pixels(draw, source, draw.shape(0, 3))
    return f"tf.image.convert_image_dtype({x}, tf.{to}{draw.maybe(', saturate=True', 0.4)})"


def _psnr(draw: Draw) -> str:
    dtype = draw.choice(["float32", "float32", "uint8", "float64", "float16", "int32"])
    shape = [*draw.shape(0, 2), draw.integer(1, 3), draw.integer(1, 3), 1]
    a = pixels(draw, dtype, shape)
    b = pixels(draw, dtype, draw.broadcast(shape) if draw.chance(0.2) else shape)
    call = f"tf.image.psnr({a}, {b}, {draw.choice(['255', '1.0', '1', '2.5'])})"
    return single(draw, call)


def _ssim(draw: Draw) -> str:
    dtype = draw.choice(["float32", "float32", "uint8", "float64", "float16"])
    filter_size = draw.integer(1, 5)
    shape = [*draw.shape(0, 2, empty=False), *(draw.integer(filter_size, 7) for _ in range(2))]
    shape += [draw.integer(1, 3)]
    if draw.chance(0.04):
        shape[-2] = 1
    high = 255 if dtype == "uint8" else 1
    a = draw.tensor(dtype, shape, 0, high)
    b = draw.tensor(dtype, shape, 0, high)
    rest = f", filter_size={filter_size}"
    rest += draw.maybe(", filter_sigma=0.8", 0.3) + draw.maybe(", k1=0.05", 0.2)
    rest += draw.maybe(", k2=0.1", 0.2) + draw.maybe(", return_index_map=True", 0.2)
    return single(draw, f"tf.image.ssim({a}, {b}, {draw.choice([str(high), '2.0'])}{rest})")


def _ssim_multiscale(draw: Draw) -> str:
    dtype = draw.choice(["float32", "float32", "uint8", "float64"])
    filter_size, scales = draw.integer(2, 3), draw.integer(1, 3)
    low = filter_size * 2 ** (scales - 1)
    shape = [*draw.shape(0, 1, empty=False), *(draw.integer(low, low + 3) for _ in range(2)), 1]
    high = 255 if dtype == "uint8" else 1
    a, b = (draw.tensor(dtype, shape, 0, high) for _ in range(2))
    powers = [round(draw.random.uniform(0.1, 1), 2) for _ in range(scales)]
    rest = f", power_factors={powers}, filter_size={filter_size}"
    rest += draw.maybe(", filter_sigma=0.8", 0.3)
    return single(draw, f"tf.image.ssim_multiscale({a}, {b}, {high}{rest})")


def _gradients(name: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        dtype = draw.choice(["float32", "float32", "float64", "float16", "bfloat16", "int32"])
        shape = [draw.integer(0, 2), draw.integer(2, 4), draw.integer(2, 4), draw.integer(1, 3)]
        if draw.chance(0.05):
            shape = shape[1:]
        return f"tf.image.{name}({pixels(draw, dtype, shape)})"

    return recipe


def _extract_patches(draw: Draw) -> str:
    dtype = draw.dtype("ficb") if draw.chance(0.4) else "float32"
    shape = [draw.integer(0, 2), draw.integer(1, 6), draw.integer(1, 6), draw.integer(1, 3)]
    x = draw.tensor(dtype, shape)
    texts = []
    for high in (3, 3, 2):
        values = [1, draw.integer(1, high), draw.integer(1, high), 1]
        if draw.chance(0.04):
            values[draw.integer(0, 3)] = draw.choice([0, 2, -1])
        texts.append(repr(values[:3] if draw.chance(0.02) else values))
    padding = draw.choice(["'SAME'", "'VALID'"]) if draw.chance(0.97) else "'EXPLICIT'"
    return f"tf.image.extract_patches({x}, {', '.join(texts)}, {padding})"


def _extract_glimpse(draw: Draw) -> str:
    shape = [draw.integer(0, 2), draw.integer(1, 6), draw.integer(1, 6), draw.integer(1, 2)]
    x = draw.tensor("float32", shape)
    size = f"[{draw.integer(1, 4)}, {draw.integer(1, 4)}]" if draw.chance(0.95) else "[0, 2]"
    offsets = draw.tensor("float32", [shape[0], 2], -1, 1)
    if draw.chance(0.3):
        offsets = draw.tensor("float32", [shape[0], 2], 0, 5)
    rest = draw.maybe(", centered=False", 0.4) + draw.maybe(", normalized=False", 0.4)
    if draw.chance(0.9):
        return f"tf.image.extract_glimpse({x}, {size}, {offsets}{rest}, noise='zero')"
    noise = draw.choice(["uniform", "gaussian", "x"])  # no seed settles what they draw
    return f"tf.shape(tf.image.extract_glimpse({x}, {size}, {offsets}{rest}, noise={noise!r}))"


_FACTORS = ["0.5", "1.5", "0", "-0.3", "2", "tf.constant(0.7)", "1"]
_DELTAS = ["0.1", "-0.4", "0", "1", "0.9", "tf.constant(0.2)", "-1.0"]

RECIPES: dict[str, Recipe] = {
    "image.resize": _resize,
    "image.resize_with_pad": _resize_with_pad,
    "image.resize_with_crop_or_pad": _resize_with_crop_or_pad,
    "image.crop_to_bounding_box": lambda draw: _box(draw, "crop_to_bounding_box"),
    "image.pad_to_bounding_box": lambda draw: _box(draw, "pad_to_bounding_box"),
    "image.central_crop": _central_crop,
    "image.flip_left_right": of_image("flip_left_right"),
    "image.flip_up_down": of_image("flip_up_down"),
    "image.rot90": of_image("rot90", "", "0", "2", "k=3", "-1", "7", "tf.constant(1)", "1.5"),
    "image.transpose": of_image("transpose"),
    "image.per_image_standardization": of_image("per_image_standardization"),
    "image.adjust_brightness": of_image("adjust_brightness", *_DELTAS, "20", "300"),
    "image.adjust_contrast": of_image("adjust_contrast", *_FACTORS),
    "image.adjust_gamma": of_image("adjust_gamma", "", "0.5", "2", "0.5, 2", "-1", "gain=3",
                                   "tf.constant(1.5)", "tf.constant(-1.)"),
    "image.adjust_hue": _of_colours("adjust_hue", "f", *_DELTAS, "1.5", "-2"),
    "image.adjust_saturation": _of_colours("adjust_saturation", "f", *_FACTORS),
    "image.hsv_to_rgb": _of_colours("hsv_to_rgb", "fi"),
    "image.rgb_to_hsv": _of_colours("rgb_to_hsv", "fi"),
    "image.rgb_to_grayscale": _of_colours("rgb_to_grayscale", "fi"),
    "image.grayscale_to_rgb": _grayscale_to_rgb,
    "image.rgb_to_yiq": _of_colours("rgb_to_yiq", "f"),
    "image.rgb_to_yuv": _of_colours("rgb_to_yuv", "f"),
    "image.yiq_to_rgb": _of_colours("yiq_to_rgb", "f"),
    "image.yuv_to_rgb": _of_colours("yuv_to_rgb", "f"),
    "image.convert_image_dtype": _convert,
    "image.psnr": _psnr,
    "image.ssim": _ssim,
    "image.ssim_multiscale": _ssim_multiscale,
    "image.sobel_edges": _gradients("sobel_edges"),
    "image.image_gradients": _gradients("image_gradients"),
    "image.total_variation": of_image("total_variation"),
    "image.extract_patches": _extract_patches,
    "image.extract_glimpse": _extract_glimpse,
}  # fmt: skip
