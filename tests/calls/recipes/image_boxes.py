"""Boxes in images, and what `tf.image` draws at random."""

from __future__ import annotations

from ..draw import Draw
from . import Recipe
from .images import picture, pixels, single
from .networks import seeded


def boxes_of(draw: Draw, count: int, ordered: bool = False) -> list[float]:
    """Corners; near enough to one another that many boxes overlap."""
    values: list[float] = []
    for _ in range(count):
        y1, x1 = (round(draw.random.uniform(0, 0.6), 2) for _ in range(2))
        y2, x2 = (round(v + draw.random.uniform(0.05, 0.5), 2) for v in (y1, x1))
        box = [y1, x1, y2, x2]
        if not ordered and draw.chance(0.15):
            box = [y2, x1, y1, x2]
        if not ordered and draw.chance(0.05):
            box = [y1, x1, y1, x1]
        values += box
    return values


def _scores(draw: Draw, dtype: str, count: int) -> str:
    if draw.chance(0.3):
        return draw.tensor(dtype, [count], values=[draw.integer(0, 3) / 4 for _ in range(count)])
    return draw.tensor(dtype, [count], 0, 1)


_SIZES = ["3", "10", "1", "0", "tf.constant(4)", "-1"]


def _thresholds(draw: Draw, first: str) -> str:
    rest = draw.maybe(f", {first}={draw.choice(['0.3', '0.5', '0.7', '0', '1.0', '0.1'])}", 0.7)
    if draw.chance(0.03):
        rest = f", {first}={draw.choice(['1.5', '-0.5'])}"
    return rest + draw.maybe(f", score_threshold={draw.choice(['0.2', '0.5', '0.9'])}", 0.4)


def _suppression(name: str, *options: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        count = draw.choice([0, 1, 3, 6, 8, 8])
        dtype = draw.choice(["float32", "float32", "float32", "float16"])
        boxes = draw.tensor(dtype, [count, 4], values=boxes_of(draw, count))
        scores = _scores(draw, dtype, count)
        rest = _thresholds(draw, "iou_threshold")
        rest += "".join(draw.maybe(f", {option}", 0.4) for option in options)
        return f"tf.image.{name}({boxes}, {scores}, {draw.choice(_SIZES)}{rest})"

    return recipe


def _overlaps(draw: Draw) -> str:
    count = draw.choice([0, 1, 3, 6])
    overlaps = draw.tensor("float32", [count, count], 0, 1)
    scores = _scores(draw, "float32", count)
    rest = _thresholds(draw, "overlap_threshold")
    size = draw.choice(_SIZES)
    return f"tf.image.non_max_suppression_overlaps({overlaps}, {scores}, {size}{rest})"


def _padded(draw: Draw) -> str:
    count = draw.choice([1, 3, 6, 8])
    batch = draw.choice([None, None, 1, 2])
    number = count * (batch or 1)
    shape = [count] if batch is None else [batch, count]
    rest = (
        _thresholds(draw, "iou_threshold").replace("=-0.5", "=0.5").replace("=0,", "=0.0,")
    )  # TensorFlow never returns
    ordered = draw.chance(0.3)
    scores: list[float] = [draw.integer(1, 99) / 100 for _ in range(number)]
    if ordered:
        rest += ", sorted_input=True"
        rows = [sorted(scores[i : i + count], reverse=True) for i in range(0, number, count)]
        scores = [score for row in rows for score in row]
    rest += draw.maybe(", pad_to_max_output_size=True", 0.8 if batch else 0.4)
    canonical = draw.chance(0.4)
    rest += ", canonicalized_coordinates=True" if canonical else ""
    rest += draw.maybe(", tile_size=4", 0.3)
    x = draw.tensor("float32", [*shape, 4], values=boxes_of(draw, number, canonical))
    y = draw.tensor("float32", shape, values=scores)
    size = draw.choice(["3", "8", "tf.constant(4)", "1"])
    return f"tf.image.non_max_suppression_padded({x}, {y}, {size}{rest})"


def _combined(draw: Draw) -> str:
    batch, count, classes = draw.integer(1, 2), draw.integer(1, 6), draw.integer(1, 3)
    per_class = draw.choice([1, classes])
    boxes = draw.tensor(
        "float32", [batch, count, per_class, 4], values=boxes_of(draw, batch * count * per_class)
    )
    scores = draw.tensor("float32", [batch, count, classes], 0, 1)
    rest = _thresholds(draw, "iou_threshold")
    rest += draw.maybe(", pad_per_class=True", 0.3) + draw.maybe(", clip_boxes=False", 0.3)
    sizes = f"{draw.integer(1, 4)}, {draw.integer(1, 8)}"
    return f"tf.image.combined_non_max_suppression({boxes}, {scores}, {sizes}{rest})"


def _crop_and_resize(draw: Draw) -> str:
    dtype = draw.choice(["float32", "float32", "uint8", "float64", "float16", "int32", "int16"])
    batch = draw.integer(1, 3)
    shape = [batch, draw.integer(1, 5), draw.integer(1, 5), draw.integer(1, 2)]
    x = pixels(draw, dtype, shape)
    count = draw.choice([0, 1, 2, 3])
    if draw.chance(0.6):
        boxes = draw.tensor("float32", [count, 4], values=boxes_of(draw, count))
    else:
        boxes = draw.tensor("float32", [count, 4], -0.5, 1.5)
    high = batch - 1 if draw.chance(0.95) else batch
    places = draw.tensor("int32", [count], 0, high)
    size = f"[{draw.integer(1, 5)}, {draw.integer(1, 5)}]"
    if draw.chance(0.04):
        size = draw.choice(["[0, 2]", "[2]", "3", "tf.constant([2, 3])"])
    rest = draw.maybe(f", method={draw.choice(['bilinear', 'nearest', 'cubic'])!r}", 0.5)
    rest += draw.maybe(", extrapolation_value=0.5", 0.3)
    return f"tf.image.crop_and_resize({x}, {boxes}, {places}, {size}{rest})"


def _draw_boxes(draw: Draw) -> str:
    dtype = draw.choice(["float32", "float32", "float16", "uint8"])
    batch, channels = draw.integer(1, 2), draw.choice([1, 3, 4, 3])
    x = pixels(draw, dtype, [batch, draw.integer(2, 6), draw.integer(2, 6), channels])
    count = draw.integer(0, 3)
    boxes = draw.tensor(
        "float32", [batch, count, 4], values=boxes_of(draw, batch * count, draw.chance(0.7))
    )
    colors = "None"
    if draw.chance(0.6):
        colors = draw.tensor("float32", [draw.integer(1, 2), draw.choice([channels, 4])], 0, 1)
    return f"tf.image.draw_bounding_boxes({x}, {boxes}, {colors})"


# -- at random ----------------------------------------------------------------------------------


def _seed(draw: Draw) -> str:
    return f", seed={draw.choice(['(1, 2)', '[7, -5]', 'tf.constant([3, 4])', '(0, 0)'])}"


def _bounds(draw: Draw, low: float, high: float) -> str:
    first, second = sorted(round(draw.random.uniform(low, high), 2) for _ in range(2))
    if draw.chance(0.05):
        first, second = second, first
    return f", {first}, {second}"


def _random(name: str, options: str) -> Recipe:
    """A function that draws, with and without a state."""

    def arguments(draw: Draw) -> str:
        colours = name in ("hue", "saturation")
        dtype = draw.choice(["float32", "float32", "uint8", "float16"])
        if not colours:
            dtype = draw.choice([dtype, "float64", "int32"])
        x = pixels(draw, dtype, picture(draw, 3 if colours else None, high=4))
        if options == "bounds":
            return x + _bounds(draw, 0, 2)
        if options == "delta":
            return f"{x}, {draw.choice(['0.1', '0.4', '0.5', '0', '-0.1', '0.9'])}"
        return x

    return arguments


def _stateful(name: str, options: str) -> Recipe:
    arguments = _random(name, options)

    def recipe(draw: Draw) -> str:
        call = f"tf.image.random_{name}({arguments(draw)}{draw.maybe(', seed=5', 0.4)})"
        return seeded(draw, single(draw, call))

    return recipe


def _stateless(name: str, options: str) -> Recipe:
    arguments = _random(name, options)

    def recipe(draw: Draw) -> str:
        call = f"tf.image.stateless_random_{name}({arguments(draw)}{_seed(draw)})"
        return single(draw, call)

    return recipe


def _crop(draw: Draw) -> str:
    shape = draw.shape(1, 4)
    size = [draw.integer(0, n) for n in shape]
    if draw.chance(0.06):
        size[0] = draw.choice([-1, shape[0] + 1])
    x = draw.tensor(draw.dtype("ficb"), shape)
    return f"{x}, {draw.choice([repr(size), f'tf.constant({size})'])}"


def _random_crop(draw: Draw) -> str:
    return seeded(draw, f"tf.image.random_crop({_crop(draw)}{draw.maybe(', seed=5', 0.4)})")


def _stateless_crop(draw: Draw) -> str:
    return f"tf.image.stateless_random_crop({_crop(draw)}{_seed(draw)})"


def _distorted(draw: Draw) -> str:
    size = [draw.integer(1, 60), draw.integer(1, 60), draw.choice([1, 3])]
    count = draw.integer(0, 3)
    batch = draw.integer(1, 2)
    corners = [min(corner, 1.0) for corner in boxes_of(draw, batch * count, True)]
    boxes = draw.tensor("float32", [batch, count, 4], values=corners)
    kind = draw.choice(["int32", "int32", "uint8", "int64"])
    text = draw.choice([repr(size), f"tf.constant({size}, tf.{kind})"])
    rest = draw.maybe(", min_object_covered=0.5", 0.4)
    rest += draw.maybe(f", aspect_ratio_range={draw.choice(['[0.5, 2.0]', '(1.0, 1.0)'])}", 0.4)
    rest += draw.maybe(f", area_range={draw.choice(['[0.1, 0.9]', '(0.5, 0.6)'])}", 0.4)
    rest += draw.maybe(", max_attempts=5", 0.3)
    rest += draw.maybe(", use_image_if_no_bounding_boxes=True", 0.6 if count else 0.9)
    return f"{text}, {boxes}{rest}"


def _sample_distorted(draw: Draw) -> str:
    call = f"tf.image.sample_distorted_bounding_box({_distorted(draw)}, seed={draw.integer(1, 9)})"
    return seeded(draw, call)


def _stateless_distorted(draw: Draw) -> str:
    return f"tf.image.stateless_sample_distorted_bounding_box({_distorted(draw)}{_seed(draw)})"


_RANDOM = {
    "brightness": "delta", "contrast": "bounds", "hue": "delta", "saturation": "bounds",
    "flip_left_right": "", "flip_up_down": "",
}  # fmt: skip

RECIPES: dict[str, Recipe] = {
    "image.non_max_suppression": _suppression("non_max_suppression"),
    "image.non_max_suppression_with_scores": _suppression(
        "non_max_suppression_with_scores", "soft_nms_sigma=0.5", "name='a'"
    ),
    "image.non_max_suppression_overlaps": _overlaps,
    "image.non_max_suppression_padded": _padded,
    "image.combined_non_max_suppression": _combined,
    "image.crop_and_resize": _crop_and_resize,
    "image.draw_bounding_boxes": _draw_boxes,
    **{f"image.random_{name}": _stateful(name, options) for name, options in _RANDOM.items()},
    **{
        f"image.stateless_random_{name}": _stateless(name, options)
        for name, options in _RANDOM.items()
    },
    "image.random_crop": _random_crop,
    "image.stateless_random_crop": _stateless_crop,
    "image.sample_distorted_bounding_box": _sample_distorted,
    "image.stateless_sample_distorted_bounding_box": _stateless_distorted,
}
