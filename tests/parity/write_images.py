"""Writes the images of the parity cases, with Pillow and its plugin for JPEG XL.

    python -m tests.parity.write_images

The files stay as they are once cases are recorded with them: another version of Pillow may write
other bytes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

OUT = Path(__file__).parent / "images"
HEIGHT, WIDTH = 21, 27


def main() -> None:
    OUT.mkdir(exist_ok=True)
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    colors = np.stack([x * 9, y * 11, (x * y * 3) % 256], -1).astype(np.uint8)
    colors[5:12, 7:20] = [250, 20, 90]
    alpha = ((x + y) * 5).astype(np.uint8)
    gray = colors[..., 0] // 2 + colors[..., 2] // 2
    _write_png(colors, alpha, gray)
    _write_jpeg(colors, gray)
    _write_others(colors, alpha, gray)


def _save(name: str, pixels: Any, **options: Any) -> None:
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    image.save(OUT / name, **options)


def _write_png(colors: np.ndarray, alpha: np.ndarray, gray: np.ndarray) -> None:
    _save("rgb.png", colors)
    _save("rgb_key.png", colors, transparency=(250, 20, 90))
    _save("rgba.png", np.dstack([colors, alpha]))
    _save("gray.png", gray)
    _save("gray_key.png", gray, transparency=int(gray[3, 4]))
    _save("gray_alpha.png", np.dstack([gray, alpha]))
    _save("gray16.png", gray.astype(np.uint16) * 250 + 77)
    _save("bits.png", Image.fromarray(gray).convert("1"))
    _save("palette.png", Image.fromarray(colors).quantize(11))
    _save("palette_key.png", Image.fromarray(colors).quantize(40), transparency=3)


def _write_jpeg(colors: np.ndarray, gray: np.ndarray) -> None:
    for subsampling, name in enumerate(("444", "422", "420")):
        _save(f"rgb_{name}.jpg", colors, quality=85, subsampling=subsampling)
    _save("progressive.jpg", colors, quality=70, progressive=True)
    _save("gray.jpg", gray, quality=80)
    _save("cmyk.jpg", Image.fromarray(colors).convert("CMYK"), quality=80)


def _write_others(colors: np.ndarray, alpha: np.ndarray, gray: np.ndarray) -> None:
    _save("rgb.bmp", colors)
    _save("rgba.bmp", np.dstack([colors, alpha]))
    _save("gray.bmp", gray)
    _save("palette.bmp", Image.fromarray(colors).quantize(8))
    _save("bits.bmp", Image.fromarray(gray).convert("1"))
    moved = [Image.fromarray(np.roll(colors, k * 5, 1)).quantize(16) for k in range(3)]
    _save("still.gif", moved[0])
    _save("gray.gif", gray)
    _save("moving.gif", moved[0], save_all=True, append_images=moved[1:], duration=50)
    layers = [Image.new("P", (WIDTH, HEIGHT), k) for k in range(3)]
    for k, layer in enumerate(layers):
        layer.putpalette([9, 8, 7, 250, 3, 4, 30, 200, 60, 1, 2, 3])
        layer.paste(3, (k, k, 9 + k, 8 + k))
    _save("layers.gif", layers[0], save_all=True, append_images=layers[1:], transparency=1)
    _save("lossless.webp", colors, lossless=True)
    _save("lossy.webp", colors, quality=80)
    _save("rgba.webp", np.dstack([colors, alpha]), lossless=True)
    for name, pixels in (("rgb", colors), ("gray", gray), ("rgba", np.dstack([colors, alpha]))):
        _save(f"{name}.jxl", pixels, lossless=True)
    _save(
        "moving.webp", colors, save_all=True, append_images=[Image.fromarray(colors[::-1])],
        lossless=True,
    )  # fmt: skip


if __name__ == "__main__":
    main()
