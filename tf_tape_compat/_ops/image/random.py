"""Random flips, crops and adjustments of images.

The `stateless_` variants depend on their seed alone.
"""

from __future__ import annotations

from typing import Any

from ..._core.tensor.convert import INT32, to_tensor
from ..array.padding import reverse
from ..array.shaping import reshape, shape
from ..array.slicing import slice as tensor_slice
from ..control.cond import cond
from ..debugging.assertions import Assert
from ..math.arithmetic import add, multiply, subtract
from ..math.casting import cast
from ..math.comparison import greater_equal, less
from ..math.division import floormod
from ..math.elementwise import round as rounded
from ..math.reductions import reduce_all
from ..random.stateful import uniform
from ..random.stateless import stateless_uniform
from .colors import adjust_brightness, adjust_contrast
from .hue import adjust_hue, adjust_saturation
from .layout import checked_image


def _random_flip(image: Any, axis: int, draw: Any) -> Any:
    image = checked_image(image)
    if image.ndim == 3:
        is_flipped = less(draw([], minval=0, maxval=1.0), 0.5)
        return cond(is_flipped, lambda: reverse(image, [axis]), lambda: image)
    count: Any = image.shape[0]
    if count is None:
        sizes: Any = shape(image)
        count = sizes[0]
    chosen = reshape(draw([count], minval=0, maxval=1.0), [count, 1, 1, 1])
    flip_mask = cast(rounded(chosen), image.dtype)
    flipped = multiply(flip_mask, reverse(image, [axis + 1]))
    return add(flipped, multiply(subtract(1, flip_mask), image))


def _stateful_uniform(seed: Any) -> Any:
    def draw(shape: Any, minval: Any, maxval: Any) -> Any:
        return uniform(shape, minval, maxval, seed=seed)

    return draw


def _stateless_uniform(seed: Any) -> Any:
    def draw(shape: Any, minval: Any, maxval: Any) -> Any:
        return stateless_uniform(shape, seed, minval, maxval)

    return draw


def random_flip_left_right(image: Any, seed: Any = None) -> Any:
    """Implements `tf.image.random_flip_left_right`: flips each image or not."""
    return _random_flip(image, 1, _stateful_uniform(seed))


def random_flip_up_down(image: Any, seed: Any = None) -> Any:
    """Implements `tf.image.random_flip_up_down`: flips each image or not."""
    return _random_flip(image, 0, _stateful_uniform(seed))


def stateless_random_flip_left_right(image: Any, seed: Any) -> Any:
    """Implements `tf.image.stateless_random_flip_left_right`."""
    return _random_flip(image, 1, _stateless_uniform(seed))


def stateless_random_flip_up_down(image: Any, seed: Any) -> Any:
    """Implements `tf.image.stateless_random_flip_up_down`."""
    return _random_flip(image, 0, _stateless_uniform(seed))


def _random_delta(value: Any, draw: Any) -> Any:
    if value < 0:
        raise ValueError("max_delta must be non-negative.")
    return draw([], -value, value)


def _random_factor(lower: Any, upper: Any, draw: Any) -> Any:
    if upper <= lower:
        raise ValueError("upper must be > lower.")
    if lower < 0:
        raise ValueError("lower must be non-negative.")
    return draw([], lower, upper)


def random_brightness(image: Any, max_delta: Any, seed: Any = None) -> Any:
    """Implements `tf.image.random_brightness`: adjusts by a delta in [-max_delta, max_delta)."""
    return adjust_brightness(image, _random_delta(max_delta, _stateful_uniform(seed)))


def stateless_random_brightness(image: Any, max_delta: Any, seed: Any) -> Any:
    """Implements `tf.image.stateless_random_brightness`; see `random_brightness`."""
    return adjust_brightness(image, _random_delta(max_delta, _stateless_uniform(seed)))


def random_contrast(image: Any, lower: Any, upper: Any, seed: Any = None) -> Any:
    """Implements `tf.image.random_contrast`: adjusts by a factor in [lower, upper)."""
    return adjust_contrast(image, _random_factor(lower, upper, _stateful_uniform(seed)))


def stateless_random_contrast(image: Any, lower: Any, upper: Any, seed: Any) -> Any:
    """Implements `tf.image.stateless_random_contrast`; see `random_contrast`."""
    return adjust_contrast(image, _random_factor(lower, upper, _stateless_uniform(seed)))


def random_saturation(image: Any, lower: Any, upper: Any, seed: Any = None) -> Any:
    """Implements `tf.image.random_saturation`: adjusts by a factor in [lower, upper)."""
    return adjust_saturation(image, _random_factor(lower, upper, _stateful_uniform(seed)))


def stateless_random_saturation(image: Any, lower: Any, upper: Any, seed: Any = None) -> Any:
    """Implements `tf.image.stateless_random_saturation`; see `random_saturation`."""
    return adjust_saturation(image, _random_factor(lower, upper, _stateless_uniform(seed)))


def _check_hue_delta(value: Any) -> None:
    if value > 0.5:
        raise ValueError("max_delta must be <= 0.5.")


def random_hue(image: Any, max_delta: Any, seed: Any = None) -> Any:
    """Implements `tf.image.random_hue`: adjusts by a delta in [-max_delta, max_delta).

    Raises ValueError if `max_delta` exceeds 0.5.
    """
    _check_hue_delta(max_delta)
    return adjust_hue(image, _random_delta(max_delta, _stateful_uniform(seed)))


def stateless_random_hue(image: Any, max_delta: Any, seed: Any) -> Any:
    """Implements `tf.image.stateless_random_hue`; see `random_hue`."""
    _check_hue_delta(max_delta)
    return adjust_hue(image, _random_delta(max_delta, _stateless_uniform(seed)))


def _crop(value: Any, size: Any, draw: Any) -> Any:
    value, size = to_tensor(value), to_tensor(size, INT32)
    sizes = shape(value)
    Assert(
        reduce_all(greater_equal(sizes, size)),
        ["Need value.shape >= size, got ", sizes, size],
        summarize=1000,
    )
    limits = add(subtract(sizes, size), 1)
    return tensor_slice(value, floormod(draw(shape(sizes)), limits), size)


def random_crop(value: Any, size: Any, seed: Any = None, name: str | None = None) -> Any:
    """Implements `tf.image.random_crop`: a random part of `value` of the shape `size`.

    Raises InvalidArgumentError if it is larger than `value`.
    """
    return _crop(value, size, lambda n: uniform(n, 0, INT32.max, INT32, seed))


def stateless_random_crop(value: Any, size: Any, seed: Any, name: str | None = None) -> Any:
    """Implements `tf.image.stateless_random_crop`; see `random_crop`."""
    return _crop(value, size, lambda n: stateless_uniform(n, seed, 0, INT32.max, INT32))
