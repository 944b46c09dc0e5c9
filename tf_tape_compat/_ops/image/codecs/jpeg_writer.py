"""Writing JPEG with libjpeg-turbo, which Pillow brings with more of its settings."""

from __future__ import annotations

import io
import struct
from typing import Any, NamedTuple

import numpy as np

from ....errors import InternalError
from ..._support.extras import require

_JFIF = 13  # where the density stands: its unit, the horizontal and the vertical one
_LARGEST_SIDE = 65500


class Settings(NamedTuple):
    """How to encode. The density says how many pixels an inch or centimetre has."""

    quality: int = 95
    progressive: bool = False
    optimize_size: bool = False
    chroma_downsampling: bool = True
    density_unit: str = "in"
    x_density: int = 300
    y_density: int = 300
    xmp_metadata: bytes = b""


def encode(pixels: np.ndarray, settings: Settings) -> bytes:
    """The file with a uint8 image of shape (height, width, 1 or 3).

    Raises InternalError if the image is empty or too large.
    """
    height, width, channels = pixels.shape
    if not pixels.size or max(height, width) > _LARGEST_SIDE:
        raise InternalError(None, None, "JPEG encoding failed")
    options: dict[str, Any] = {"xmp": settings.xmp_metadata} if settings.xmp_metadata else {}
    file = io.BytesIO()
    image = require("PIL.Image", "io").fromarray(pixels if channels == 3 else pixels[..., 0])
    image.save(
        file,
        "JPEG",
        quality=settings.quality,
        progressive=settings.progressive,
        optimize=settings.optimize_size,
        subsampling=2 if settings.chroma_downsampling and channels == 3 else 0,
        dpi=(300, 300),  # makes Pillow write them; the values follow
        **options,
    )
    data = bytearray(file.getvalue())
    densities = (settings.x_density & 0xFFFF, settings.y_density & 0xFFFF)
    struct.pack_into(">BHH", data, _JFIF, 1 if settings.density_unit == "in" else 2, *densities)
    return bytes(data)
