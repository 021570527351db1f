"""Drawings and photographs in PNG, JPEG or WebP files, read as ink, within limits of file and image size."""

import io
import threading
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from mnist_core import DigitLabError
from mnist_core.drawing.foreground import MAX_SIDE, find_ink

MAX_BYTES, MAX_PIXELS = 5_000_000, 20_000_000
"""Largest file in bytes and largest image in pixels that are read."""
# Warning filters are global to the process, and a decoded image may take 80 MB, so images are decoded one at a time.
_ONE_AT_A_TIME = threading.Lock()


def read_image(path: Path) -> NDArray[np.float64]:
    """Read an image file as `decode_image` does; `DigitLabError` also where it is missing."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise DigitLabError(f"There is no file {path}; check the name.") from None
    except OSError:
        raise _unreadable(str(path)) from None
    return decode_image(content, str(path))


def decode_image(content: bytes, name: str) -> NDArray[np.float64]:
    """Read the content of a PNG, JPEG or WebP file as ink for `normalise` and `split_row`.

    Returns (height, width) float64 from 0 (background) to 1 (ink), at most 1,000 pixels on a side; all 0 where
    there is no ink. An animation is read as its first image. Raises `DigitLabError`, naming the file by `name`,
    where it is larger than `MAX_BYTES`, has more than `MAX_PIXELS` or is not a whole image of these formats.
    """
    if len(content) > MAX_BYTES:
        raise _too_large(name, f"{MAX_BYTES // 1_000_000} MB")
    try:
        with _ONE_AT_A_TIME, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP")) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise Image.DecompressionBombError
                grey = _grey(image)
    except Image.DecompressionBombError:
        raise _too_large(name, f"{MAX_PIXELS // 1_000_000} megapixels") from None
    except Exception:  # on a damaged or malicious file, Pillow's decoders may raise any
        raise _unreadable(name) from None
    return find_ink(grey)


def _unreadable(name: str) -> DigitLabError:
    return DigitLabError(f"{name} cannot be read as an image; give a PNG, JPEG or WebP file.")


def _too_large(name: str, limit: str) -> DigitLabError:
    return DigitLabError(f"{name} has more than {limit}; make the image smaller or cut the digit out of it.")


def _grey(image: Image.Image) -> NDArray[np.float64]:
    """The image upright, reduced to `MAX_SIDE` and in grey levels, 0 (black) to 1 (white)."""
    # A JPEG is decoded without its colours and at a half, a quarter or an eighth of its size.
    image.draft("L", (MAX_SIDE, MAX_SIDE))
    if image.mode.startswith("I"):
        image, white = image.convert("I"), 65_535  # 16 bits, which Pillow would clip to 255 in the conversion to L
    else:
        mode, white = "RGBA" if image.has_transparency_data else "L", 255
        # Converting to the same mode would copy up to 80 MB.
        image = image if image.mode == mode else image.convert(mode)
    image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.BILINEAR)
    ImageOps.exif_transpose(image, in_place=True)
    if image.mode == "RGBA":
        image = _on_paper(image)
    return np.asarray(image, np.float64) / white


def _on_paper(image: Image.Image) -> Image.Image:
    """Put a drawing with a transparent background on white, or on black where its ink is light."""
    ink, opacity = np.asarray(image.convert("L"), np.float64), np.asarray(image.getchannel("A"), np.float64)
    light = (ink * opacity).sum() > 127.5 * opacity.sum()
    paper = Image.new("RGBA", image.size, "black" if light else "white")
    return Image.alpha_composite(paper, image).convert("L")
