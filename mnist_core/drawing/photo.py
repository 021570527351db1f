"""Image files read as ink: drawings and photographs in PNG, JPEG or WebP, within what the memory allows."""

import io
import threading
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from mnist_core import DigitLabError
from mnist_core.drawing.segmentation import LARGEST, find_ink

MOST_BYTES, MOST_PIXELS = 5_000_000, 20_000_000
"""The largest file and the largest image that are read."""
_FORMATS = ("PNG", "JPEG", "WEBP")

# The filters of warnings and the memory are the process's: with one image at a time both stay as they should be.
_ONE_AT_A_TIME = threading.Lock()


def read_image(path: Path) -> NDArray[np.float64]:
    """Read an image file as ink, as `read_bytes` does.

    Raises `DigitLabError` where the file is missing, or as `read_bytes` does.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise DigitLabError(f"There is no file {path}; check the name.") from None
    except OSError:
        raise _unreadable(str(path)) from None
    return read_bytes(content, str(path))


def read_bytes(content: bytes, name: str) -> NDArray[np.float64]:
    """Read the content of a PNG, JPEG or WebP file as ink for `normalise` and `split_row`.

    Returns (height, width) float64 from 0 (ground) to 1 (ink), at most 1,000 pixels on a side; all 0 where there is
    only ground. An animation is read as its first image. Raises `DigitLabError`, naming the file by `name`, where it
    is larger than `MOST_BYTES`, has more than `MOST_PIXELS` or is not a whole image of these formats.
    """
    if len(content) > MOST_BYTES:
        raise DigitLabError(
            f"{name} has more than {MOST_BYTES // 1_000_000} MB; make the image smaller or cut the digit out of it."
        )
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        grey = _decode(content, name)
    return find_ink(grey)


def _unreadable(name: str) -> DigitLabError:
    return DigitLabError(f"{name} cannot be read as an image; give a PNG, JPEG or WebP file.")


def _decode(content: bytes, name: str) -> NDArray[np.float64]:
    """The image upright, small enough and grey, 0 (black) to 1 (white)."""
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Image.DecompressionBombError
            return _grey(image)
    except Image.DecompressionBombError:
        raise DigitLabError(
            f"{name} has more than {MOST_PIXELS // 1_000_000} megapixels; "
            "make the image smaller or cut the digit out of it."
        ) from None
    except Exception:
        # A damaged or malicious file leads Pillow's decoders to whatever error there is.
        raise _unreadable(name) from None


def _grey(image: Image.Image) -> NDArray[np.float64]:
    # A JPEG is decoded without its colours and at a half, a quarter or an eighth of its size.
    image.draft("L", (LARGEST, LARGEST))
    if image.mode.startswith("I"):
        # 16 bits; Pillow would clip them to 255 in the conversion to L.
        image, white = image.convert("I"), 65_535
    else:
        mode, white = "RGBA" if image.has_transparency_data else "L", 255
        # A conversion to the mode that it has would be a copy of 80 MB.
        image = image if image.mode == mode else image.convert(mode)
    image.thumbnail((LARGEST, LARGEST), Image.Resampling.BILINEAR)
    ImageOps.exif_transpose(image, in_place=True)
    if image.mode == "RGBA":
        image = _on_paper(image)
    return np.asarray(image, np.float64) / white


def _on_paper(image: Image.Image) -> Image.Image:
    """Lay a drawing with transparent ground on white paper, or on black where its ink is light."""
    ink, opacity = np.asarray(image.convert("L"), np.float64), np.asarray(image.getchannel("A"), np.float64)
    light = (ink * opacity).sum() > 127.5 * opacity.sum()
    paper = Image.new("RGBA", image.size, "black" if light else "white")
    return Image.alpha_composite(paper, image).convert("L")
