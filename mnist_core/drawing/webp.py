"""WebP pictures decoded at a smaller size, by the libwebp that Pillow comes with.

Pillow itself decodes them as animations, with four copies of all pixels: 800 MB for 50 megapixels. libwebp reduces
a picture row by row while it decodes it. The structures are those of its `decode.h`, named as there.
"""

import ctypes
from ctypes import POINTER, c_int, c_size_t, c_uint32, c_void_p
from functools import cache

import numpy as np
from PIL import Image

_ABI_VERSION, _MODE_RGBA, _STATUS_OK = 0x0209, 1, 0


def _ints(*names: str) -> list[tuple[str, type[c_int]]]:
    return [(name, c_int) for name in names]


class _Buffer(ctypes.Structure):
    _fields_ = (
        *_ints("colorspace", "width", "height", "is_external_memory"),
        ("rgba", c_void_p),
        ("stride", c_int),
        ("size", c_size_t),
        # The buffers of planes, which share their place with the three above, are longer.
        ("planes", c_size_t * 7),
        ("pad", c_uint32 * 4),
        ("private_memory", c_void_p),
    )


class _DecoderConfig(ctypes.Structure):
    _fields_ = (
        *_ints("width", "height", "has_alpha", "has_animation", "format"),
        ("input_pad", c_uint32 * 5),
        ("output", _Buffer),
        *_ints("bypass_filtering", "no_fancy_upsampling", "use_cropping"),
        *_ints("crop_left", "crop_top", "crop_width", "crop_height"),
        *_ints("use_scaling", "scaled_width", "scaled_height"),
        *_ints("use_threads", "dithering_strength", "flip", "alpha_dithering_strength"),
        ("options_pad", c_uint32 * 5),
    )


@cache
def _libwebp() -> ctypes.CDLL | None:
    """The library; None where it is hidden inside Pillow's own module, as on Windows."""
    from PIL import _webp

    library = ctypes.CDLL(_webp.__file__)
    if not hasattr(library, "WebPDecode") or not hasattr(library, "WebPInitDecoderConfigInternal"):
        return None
    library.WebPInitDecoderConfigInternal.argtypes = [POINTER(_DecoderConfig), c_int]
    library.WebPDecode.argtypes = [ctypes.c_char_p, c_size_t, POINTER(_DecoderConfig)]
    return library


def can_decode(image: Image.Image) -> bool:
    """Whether `decode_reduced` takes this opened WebP file: not an animation, and libwebp can be reached."""
    return getattr(image, "n_frames", 1) == 1 and _libwebp() is not None


def decode_reduced(content: bytes, size: tuple[int, int], factor: int) -> Image.Image:
    """Decode the content of a WebP file of this width and height, reduced by a factor, in RGBA.

    Raises `OSError` where the file is damaged; `can_decode` must have said yes.
    """
    library, config = _libwebp(), _DecoderConfig()
    assert library is not None
    width, height = (-(-side // factor) for side in size)
    pixels = np.empty((height, width, 4), np.uint8)
    library.WebPInitDecoderConfigInternal(config, _ABI_VERSION)
    config.use_scaling, config.scaled_width, config.scaled_height = int(factor > 1), width, height
    config.output.colorspace, config.output.is_external_memory = _MODE_RGBA, 1
    config.output.rgba, config.output.stride, config.output.size = pixels.ctypes.data, width * 4, pixels.nbytes
    if library.WebPDecode(content, len(content), config) != _STATUS_OK:
        raise OSError("libwebp cannot decode this file")
    return Image.fromarray(pixels)
