"""Image files read as ink: dark on light or light on dark, whichever the border says."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from mnist_core import DigitLabError

# Longer side of the image that is looked at; a digit of 20 pixels needs no more.
_LARGEST = 1_000
# Differences from the background below this share of the strongest one are paper, shade and compression, not ink.
_NOISE = 0.1


def read_image(path: Path) -> NDArray[np.float64]:
    """Read an image file as ink for `normalise`, (height, width) float64.

    Raises `DigitLabError` where the file is missing or not an image.
    """
    try:
        with Image.open(path) as image:
            return ink_of(image)
    except FileNotFoundError:
        raise DigitLabError(f"There is no file {path}; check the name.") from None
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise DigitLabError(f"{path} cannot be read as an image; give a PNG, JPEG or WebP file.") from None


def ink_of(image: Image.Image) -> NDArray[np.float64]:
    """How much each pixel differs from the background, which is the median of the image's border."""
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((_LARGEST, _LARGEST))
    if upright.has_transparency_data:
        upright = _on_paper(upright.convert("RGBA"))
    # Pillow clips 16-bit grey to 255 on conversion, so these are taken as they are.
    grey = np.asarray(upright if upright.mode.startswith("I") else upright.convert("L"), np.float64)
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    ink: NDArray[np.float64] = np.abs(grey - np.median(border))
    ink[ink < _NOISE * ink.max()] = 0
    return ink


def _on_paper(image: Image.Image) -> Image.Image:
    """Lay a drawing with transparent ground on white paper, or on black where its ink is light."""
    ink, opacity = np.asarray(image.convert("L"), np.float64), np.asarray(image.getchannel("A"), np.float64)
    light = (ink * opacity).sum() > 127.5 * opacity.sum()
    return Image.alpha_composite(Image.new("RGBA", image.size, "black" if light else "white"), image)
