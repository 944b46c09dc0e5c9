"""`tf.raw_ops.ImageProjectiveTransformV3`."""

from __future__ import annotations

import math

from tests.parity.case_helpers.expressions import expressions

_SETUP = f"""
images = tf.reshape(tf.range(2 * 4 * 5 * 2, dtype=tf.float32), [2, 4, 5, 2]) / 7.
turn = [[{math.cos(0.4)}, {-math.sin(0.4)}, 1.2, {math.sin(0.4)}, {math.cos(0.4)}, -0.7, 0., 0.]]
far = [[1.5, 0.2, -7.3, 0.1, 1.4, 9.6, 0., 0.]]
bent = [[1., 0.1, 0.2, 0.3, 1., 0., 0.05, -0.25]]
def project(images, transforms, size=(4, 5), fill=0.5, interpolation="BILINEAR", mode="CONSTANT"):
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images, transforms=transforms, output_shape=size, fill_value=fill,
        interpolation=interpolation, fill_mode=mode)
def gradients(transforms, **arguments):
    with tf.GradientTape() as tape:
        tape.watch(images)
        target = tf.reduce_sum(project(images, transforms, **arguments) ** 2)
    return tape.gradient(target, images)
"""

_MODES = [
    f"project(images, {transforms}, interpolation={interpolation!r}, mode={mode!r})"
    for transforms in ("turn", "far", "bent")
    for interpolation in ("BILINEAR", "NEAREST")
    for mode in ("CONSTANT", "NEAREST", "REFLECT", "WRAP")
]

CASES = {
    "modes": expressions("\n".join(_MODES), _SETUP),
    "arguments": expressions(
        """
        project(images, turn, (3, 7))
        project(images, [turn[0], bent[0]])
        project(tf.cast(images * 5, tf.uint8), turn)
        project(tf.cast(images * 5, tf.int64), bent, fill=3.)
        project(tf.cast(images, tf.float64), turn, mode="WRAP")
        project(tf.cast(images, tf.float16), turn)
        project(images[:, :1, :1], far, mode="REFLECT")
        project(images[:, :1, :1], far, mode="WRAP")
        tf.raw_ops.ImageProjectiveTransformV2(images=images, transforms=turn, output_shape=[4, 5], \
interpolation="NEAREST")
        """,
        _SETUP,
    ),
    "gradients": expressions(
        """
        gradients(turn)
        gradients([turn[0], far[0]], interpolation="NEAREST")
        gradients(turn, mode="REFLECT", size=(3, 4))
        """,
        _SETUP,
    ),
    "refusals": expressions(
        """
        project(images[0], turn)
        project(images, turn[0])
        project(images, turn * 3)
        project(images, [[1., 2.]])
        project(images, turn, (4, 5, 6))
        project(images, turn, (0, 5))
        """,
        _SETUP,
    ),
}
