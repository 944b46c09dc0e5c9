"""Images changed at random; `stateless_` ones by a seed given to them alone."""

from __future__ import annotations

from typing import Any

from ..._core.tensor.convert import INT32, to_tensor
from .._support.arguments import failure
from ..array.padding import reverse
from ..array.shaping import reshape
from ..array.slicing import slice as part
from ..math.arithmetic import add, multiply, subtract
from ..math.casting import cast
from ..math.elementwise import round as rounded
from ..random.stateful import uniform
from ..random.stateless import stateless_uniform
from .colors import adjust_brightness, adjust_contrast
from .hue import adjust_hue, adjust_saturation
from .layout import image_of


def _flipped(image: Any, axis: int, draw: Any) -> Any:
    image = image_of(image)
    if image.ndim == 3:
        return reverse(image, [axis]) if draw([], minval=0, maxval=1.0) < 0.5 else image
    count = image.shape[0]
    chosen = reshape(draw([count], minval=0, maxval=1.0), [count, 1, 1, 1])
    flips = cast(rounded(chosen), image.dtype)
    turned = multiply(flips, reverse(image, [axis + 1]))
    return add(turned, multiply(subtract(1, flips), image))


def _seeded(seed: Any) -> Any:
    def draw(shape: Any, minval: Any, maxval: Any) -> Any:
        return uniform(shape, minval, maxval, seed=seed)

    return draw


def _keyed(seed: Any) -> Any:
    def draw(shape: Any, minval: Any, maxval: Any) -> Any:
        return stateless_uniform(shape, seed, minval, maxval)

    return draw


def random_flip_left_right(image: Any, seed: Any = None) -> Any:
    """Each image flipped to the side or not; answers for `tf.image.random_flip_left_right`."""
    return _flipped(image, 1, _seeded(seed))


def random_flip_up_down(image: Any, seed: Any = None) -> Any:
    """Each image flipped upside down or not; answers for `tf.image.random_flip_up_down`."""
    return _flipped(image, 0, _seeded(seed))


def stateless_random_flip_left_right(image: Any, seed: Any) -> Any:
    """As `random_flip_left_right`; answers for `tf.image.stateless_random_flip_left_right`."""
    return _flipped(image, 1, _keyed(seed))


def stateless_random_flip_up_down(image: Any, seed: Any) -> Any:
    """As `random_flip_up_down`; answers for `tf.image.stateless_random_flip_up_down`."""
    return _flipped(image, 0, _keyed(seed))


def _between(value: Any, draw: Any) -> Any:
    if value < 0:
        raise ValueError("max_delta must be non-negative.")
    return draw([], -value, value)


def _range(lower: Any, upper: Any, draw: Any) -> Any:
    if upper <= lower:
        raise ValueError("upper must be > lower.")
    if lower < 0:
        raise ValueError("lower must be non-negative.")
    return draw([], lower, upper)


def random_brightness(image: Any, max_delta: Any, seed: Any = None) -> Any:
    """`adjust_brightness` by up to `max_delta`; answers for `tf.image.random_brightness`."""
    return adjust_brightness(image, _between(max_delta, _seeded(seed)))


def stateless_random_brightness(image: Any, max_delta: Any, seed: Any) -> Any:
    """As `random_brightness`; answers for `tf.image.stateless_random_brightness`."""
    return adjust_brightness(image, _between(max_delta, _keyed(seed)))


def random_contrast(image: Any, lower: Any, upper: Any, seed: Any = None) -> Any:
    """`adjust_contrast` by a factor in [lower, upper); answers for `tf.image.random_contrast`."""
    return adjust_contrast(image, _range(lower, upper, _seeded(seed)))


def stateless_random_contrast(image: Any, lower: Any, upper: Any, seed: Any) -> Any:
    """As `random_contrast`; answers for `tf.image.stateless_random_contrast`."""
    return adjust_contrast(image, _range(lower, upper, _keyed(seed)))


def random_saturation(image: Any, lower: Any, upper: Any, seed: Any = None) -> Any:
    """`adjust_saturation` by a factor in [lower, upper); for `tf.image.random_saturation`."""
    return adjust_saturation(image, _range(lower, upper, _seeded(seed)))


def stateless_random_saturation(image: Any, lower: Any, upper: Any, seed: Any = None) -> Any:
    """As `random_saturation`; answers for `tf.image.stateless_random_saturation`."""
    return adjust_saturation(image, _range(lower, upper, _keyed(seed)))


def _within_half(value: Any) -> None:
    if value > 0.5:
        raise ValueError("max_delta must be <= 0.5.")


def random_hue(image: Any, max_delta: Any, seed: Any = None) -> Any:
    """`adjust_hue` by up to `max_delta`, at most 0.5; answers for `tf.image.random_hue`."""
    _within_half(max_delta)
    return adjust_hue(image, _between(max_delta, _seeded(seed)))


def stateless_random_hue(image: Any, max_delta: Any, seed: Any) -> Any:
    """As `random_hue`; answers for `tf.image.stateless_random_hue`."""
    _within_half(max_delta)
    return adjust_hue(image, _between(max_delta, _keyed(seed)))


def _cut(value: Any, size: Any, draw: Any) -> Any:
    value, size = to_tensor(value), to_tensor(size, INT32)
    whole, wanted = value.shape.as_list(), size.numpy().tolist()
    if len(whole) != len(wanted) or any(n < m for n, m in zip(whole, wanted, strict=True)):
        raise failure("Assert", f"Need value.shape >= size, got {whole} and {wanted}")
    limits = [n - m + 1 for n, m in zip(whole, wanted, strict=True)]
    drawn = draw([len(whole)]).numpy()
    return part(value, [int(n) % m for n, m in zip(drawn, limits, strict=True)], wanted)


def random_crop(value: Any, size: Any, seed: Any = None, name: str | None = None) -> Any:
    """A part of `value` of the shape `size`, from anywhere; answers for `tf.image.random_crop`.

    Raises InvalidArgumentError if it is greater than `value`.
    """
    return _cut(value, size, lambda n: uniform(n, 0, INT32.max, INT32, seed))


def stateless_random_crop(value: Any, size: Any, seed: Any, name: str | None = None) -> Any:
    """As `random_crop`; answers for `tf.image.stateless_random_crop`."""
    return _cut(value, size, lambda n: stateless_uniform(n, seed, 0, INT32.max, INT32))
