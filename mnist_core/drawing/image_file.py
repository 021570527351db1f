"""Image files as phones, scanners and programs write them, decoded upright and at the size at which ink is found.

A picture of 50 megapixels takes 200 MB once it is decoded. So it is decoded once, and everything else (colours,
transparency, 16 bits) is done to it strip by strip while it is reduced.
"""

import io
import threading
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps
from PIL.JpegImagePlugin import JpegImageFile
from PIL.TiffImagePlugin import BITSPERSAMPLE, ROWSPERSTRIP, TiffImageFile

from mnist_core import DigitLabError
from mnist_core.drawing import webp

MAX_BYTES, MAX_PIXELS = 25_000_000, 8_192 * 6_144
"""Largest file in bytes and largest picture in pixels that are read: what phones call 50 megapixels."""
MAX_SIDE = 1_600
"""Longer side in pixels to which larger pictures are reduced."""
FORMATS = "PNG, JPEG, HEIC, WebP, AVIF, GIF, BMP or TIFF"
SUFFIXES = ("png", "jpg", "jpeg", "heic", "heif", "webp", "avif", "gif", "bmp", "tif", "tiff")
"""The formats that are read, in words, and the ends of their files' names, lower case and without a dot."""

_PILLOW_FORMATS = ("PNG", "JPEG", "WEBP", "AVIF", "GIF", "BMP", "TIFF")
# What a decoder may take: kinds of which it takes more than 5 bytes a pixel may have fewer pixels than others.
_MEMORY = 5 * MAX_PIXELS
_STRIP_PIXELS = 1_000_000
# Warning filters are global to the process, and decoding takes much memory, so pictures are decoded one at a time.
_ONE_AT_A_TIME = threading.Lock()


def read(path: Path) -> NDArray[np.float32]:
    """Read an image file as `decode` does; `DigitLabError` also where it is missing."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise DigitLabError(f"There is no file {path}; check the name.") from None
    except OSError:
        raise _unreadable(str(path)) from None
    return decode(content, str(path))


def decode(content: bytes, name: str) -> NDArray[np.float32]:
    """Decode the content of an image file of one of `FORMATS`, whatever its name.

    Returns (height, width, 3) float32, RGB from 0 (black) to 1 (white), upright, at most `MAX_SIDE` on a side. What is
    transparent is put on white, or on black where the ink is light. Of an animation or of several pages the first
    image is read. Raises `DigitLabError`, naming the file by `name`, where it is larger than `MAX_BYTES`, has more
    than `MAX_PIXELS` (fewer for kinds whose decoder takes much memory) or is not a whole image of these formats.
    """
    if len(content) > MAX_BYTES:
        raise _too_large(name, f"{MAX_BYTES // 1_000_000} MB")
    try:
        with _ONE_AT_A_TIME, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # HEIC and AVIF files are of the same make; only Pillow reads AVIF.
            is_heif = content[4:8] == b"ftyp" and not any(brand in content[8:64] for brand in (b"avif", b"avis"))
            return _on_paper((_decode_heif if is_heif else _decode)(content, name))
    except DigitLabError:
        raise
    except Image.DecompressionBombError:
        raise _too_large(name, f"{MAX_PIXELS // 1_000_000} megapixels") from None
    except Exception:  # on a damaged or malicious file, the decoders may raise any
        raise _unreadable(name) from None


def _unreadable(name: str) -> DigitLabError:
    return DigitLabError(f"{name} cannot be read as an image; give a {FORMATS} file.")


def _too_large(name: str, limit: str) -> DigitLabError:
    return DigitLabError(f"{name} has more than {limit}; make the image smaller or cut the digit out of it.")


def _check_size(size: tuple[int, int], bytes_per_pixel: float, name: str) -> None:
    most = min(MAX_PIXELS, int(_MEMORY / bytes_per_pixel))
    if size[0] * size[1] > most:
        kind = "" if most == MAX_PIXELS else ", the most for a file of its kind"
        raise _too_large(name, f"{most // 1_000_000} megapixels{kind}")


def _decode(content: bytes, name: str) -> Image.Image:
    """The picture upright and reduced, in RGB, RGBA, I or F."""
    with Image.open(io.BytesIO(content), formats=_PILLOW_FORMATS) as image:
        _check_size(image.size, _bytes_per_pixel(image), name)
        # Without it, a TIFF is not turned, which takes a copy, before it is reduced.
        orientation = image.getexif().pop(ExifTags.Base.Orientation, 1)
        if image.format == "WEBP" and webp.can_decode(image):
            reduced = webp.decode_reduced(content, image.size, _factor(image.size)).convert(image.mode)
        else:
            # A JPEG is decoded at a half, a quarter or an eighth of its size.
            image.draft("RGB", (MAX_SIDE, MAX_SIDE))
            image.load()
            width, height = image.im.size  # a TIFF that is still to be turned calls its width its height
            reduced = _reduced((width, height), lambda top, bottom: image.crop((0, top, width, bottom)))
    reduced.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.BILINEAR)
    reduced.getexif()[ExifTags.Base.Orientation] = orientation
    ImageOps.exif_transpose(reduced, in_place=True)
    return reduced


def _bytes_per_pixel(image: Image.Image) -> float:
    """About how much memory Pillow takes to decode an opened picture: 4 bytes a pixel and what is named here."""
    if isinstance(image, JpegImageFile) and "progressive" in image.info:
        # All coefficients, of 2 bytes, are kept until the last is read, however small the picture is decoded.
        factors: list[int] = [across * down for _, across, down, _ in image.layer]
        return 1 + 2 * sum(factors) / max(factors)
    if isinstance(image, TiffImageFile) and image.tile[0].codec_name == "libtiff":
        # A strip is decoded as a whole, and may be all of the picture.
        bits: int = sum(image.tag_v2.get(BITSPERSAMPLE, (1,)))
        rows: int = image.tag_v2.get(ROWSPERSTRIP, image.height)
        return 4 + bits / 8 * min(rows / image.height, 1)
    if image.format == "AVIF":
        return 9
    return 16 if image.format == "WEBP" and not webp.can_decode(image) else 4


def _decode_heif(content: bytes, name: str) -> Image.Image:
    """The picture upright, as libheif decodes it, and reduced, in RGB or RGBA."""
    import pillow_heif  # needed for few pictures, and takes 26 MB of libraries

    heif = pillow_heif.open_heif(content)
    # Other than with 8 bits, colours at half the size and no transparency, libheif takes up to two copies more.
    common = heif.info.get("chroma", 420) == 420 and heif.info["bit_depth"] == 8 and not heif.has_alpha
    _check_size(heif.size, 5 if common else 9, name)
    pixels = np.asarray(heif)  # read where libheif put them: Pillow's own image would be a second copy
    height, width = pixels.shape[:2]
    reduced = _reduced(
        (width, height),
        lambda top, bottom: Image.frombytes(heif.mode, (width, bottom - top), pixels[top:bottom].tobytes()),
    )
    reduced.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.BILINEAR)
    return reduced


def _factor(size: tuple[int, int]) -> int:
    """The whole number by which a picture of this size is reduced at first."""
    return max(max(size) // MAX_SIDE, 1)


def _reduced(size: tuple[int, int], strip: Callable[[int, int], Image.Image]) -> Image.Image:
    """A picture of this size reduced by `_factor`, given the strip between two rows of it."""
    width, height = size
    factor = _factor(size)
    rows = factor * max(_STRIP_PIXELS // width // factor, 1)
    strips = [_reducible(strip(top, min(top + rows, height))).reduce(factor) for top in range(0, height, rows)]
    reduced = Image.new(strips[0].mode, (strips[0].width, sum(strip.height for strip in strips)))
    for number, part in enumerate(strips):
        reduced.paste(part, (0, number * (rows // factor)))
    return reduced


def _reducible(strip: Image.Image) -> Image.Image:
    """The strip in a mode in which neighbouring pixels can be averaged."""
    if strip.mode.startswith("I"):
        return strip.convert("I")  # 16 or 32 bits, which Pillow would clip to 255 in the conversion to RGB
    if strip.mode == "F":
        return strip
    return strip.convert("RGBA" if strip.has_transparency_data else "RGB")


def _on_paper(image: Image.Image) -> NDArray[np.float32]:
    """The picture as an array, a drawing with a transparent background put on white, or on black if it is light."""
    if image.mode in ("I", "F"):
        grey = np.nan_to_num(np.asarray(image, np.float32), posinf=0, neginf=0)
        # Whole numbers are of 16 bits; what a TIFF of floating-point numbers calls white is not known.
        white = np.float32(65_535 if image.mode == "I" else max(grey.max(), 1e-9))
        return np.repeat((grey / white).clip(0, 1)[:, :, None], 3, axis=2)
    if image.mode == "RGBA":
        ink, opacity = np.asarray(image.convert("L"), np.float64), np.asarray(image.getchannel("A"), np.float64)
        light = (ink * opacity).sum() > 127.5 * opacity.sum()
        paper = Image.new("RGBA", image.size, "black" if light else "white")
        image = Image.alpha_composite(paper, image).convert("RGB")
    pixels = np.array(image, np.float32)
    pixels /= 255
    return pixels
