"""Images of a digit are read whatever their format, colours and orientation."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from numpy.typing import NDArray
from PIL import Image

from mnist_core.drawing import image_file, normalise, read_drawings
from tests.mnist_core.drawing.picture_ink import decode_ink, read_ink

PALE_BLUE, PALE_YELLOW = (100, 160, 240), (240, 230, 120)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    if kind == "HEIC":
        pillow_heif.from_pillow(image).save(file, **{"quality": 90, **options})
    else:
        image.save(file, kind, **options)
    return file.getvalue()


def read(path: Path) -> NDArray[np.int64]:
    image = normalise(read_ink(path))
    assert image is not None
    return image.astype(np.int64)


def assert_alike(first: NDArray[np.int64], second: NDArray[np.int64]) -> None:
    """The same to the eye: hardly a grey level apart on average, and no pixel far apart."""
    difference = np.abs(first - second)
    assert difference.mean() <= 1.5
    assert difference.max() <= 40


def test_dark_on_light_and_light_on_dark_give_nearly_the_same(
    digit: NDArray[np.uint8], expected: NDArray[np.int64], tmp_path: Path
) -> None:
    Image.fromarray(digit).save(tmp_path / "light.png")
    Image.fromarray(255 - digit).save(tmp_path / "dark.png")

    assert_alike(read(tmp_path / "light.png"), expected)
    assert_alike(read(tmp_path / "dark.png"), read(tmp_path / "light.png"))


def test_a_photo_on_grey_paper_with_coloured_ink_is_read(
    digit: NDArray[np.uint8], expected: NDArray[np.int64], tmp_path: Path
) -> None:
    share = digit[:, :, None] / 255
    paper, ink = np.array([190, 185, 170]), np.array([20, 30, 120])
    noise = np.random.default_rng(0).normal(0, 2, (280, 280, 3))
    photo = (paper + share * (ink - paper) + noise).clip(0, 255).astype(np.uint8)
    Image.fromarray(photo).save(tmp_path / "photo.png")

    assert_alike(read(tmp_path / "photo.png"), expected)


@pytest.mark.parametrize("cut_out", [False, True])
def test_a_transparent_png_is_read_as_on_white_paper(
    cut_out: bool, digit: NDArray[np.uint8], expected: NDArray[np.int64], tmp_path: Path
) -> None:
    # All pixels are black; the digit is what is opaque, or a hole in an opaque sheet.
    colour, alpha = np.zeros_like(digit), 255 - digit if cut_out else digit
    Image.fromarray(np.dstack([colour, colour, colour, alpha])).save(tmp_path / "transparent.png")

    assert_alike(read(tmp_path / "transparent.png"), expected)


@pytest.mark.parametrize("scale", [1, 5])
def test_a_16_bit_png_is_read(
    scale: int, digit: NDArray[np.uint8], expected: NDArray[np.int64], tmp_path: Path
) -> None:
    deep = 65_535 - digit.astype(np.uint16) * 257
    Image.fromarray(deep.repeat(scale, axis=0).repeat(scale, axis=1)).save(tmp_path / "deep.png")
    with Image.open(tmp_path / "deep.png") as image:
        assert image.mode.startswith("I")

    assert_alike(read(tmp_path / "deep.png"), expected)


@pytest.mark.parametrize("mode", ["1", "P", "L", "LA", "RGB", "RGBA"])
def test_every_kind_of_png_is_read(
    mode: str, digit: NDArray[np.uint8], expected: NDArray[np.int64], tmp_path: Path
) -> None:
    Image.fromarray(digit).convert(mode).save(tmp_path / "digit.png")

    difference = np.abs(read(tmp_path / "digit.png") - expected)

    assert difference.mean() <= (10 if mode == "1" else 1.5)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "HEIC", "WebP", "AVIF", "GIF", "BMP", "TIFF"])
def test_every_format_is_read(kind: str, digit: NDArray[np.uint8], expected: NDArray[np.int64]) -> None:
    image = normalise(decode_ink(encoded(Image.fromarray(255 - digit), kind), "digit"))

    assert image is not None
    assert np.abs(image - expected).mean() <= 3


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "HEIC", "WebP", "AVIF", "TIFF"])
@pytest.mark.parametrize(("orientation", "turns"), [(3, 2), (6, 1), (8, 3)])
def test_a_picture_that_the_camera_turned_is_read_upright(
    kind: str, orientation: int, turns: int, digit: NDArray[np.uint8]
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    wide = (255 - digit)[40:-40]

    content = encoded(Image.fromarray(np.rot90(wide, turns)).convert("RGB"), kind, exif=exif.tobytes())

    picture = image_file.decode(content, "turned")
    assert picture.shape == (*wide.shape, 3)
    assert np.abs(picture[:, :, 1] - wide / 255).mean() <= 0.02


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "HEIC", "WebP", "AVIF", "GIF", "BMP", "TIFF"])
@pytest.mark.parametrize("side", [300, 3_300])
def test_a_picture_keeps_its_colours_at_any_size(kind: str, side: int) -> None:
    image = Image.new("RGB", (side, side // 3), "white")
    image.paste(PALE_BLUE, (0, 0, side // 2, side // 3))

    picture = image_file.decode(encoded(image, kind), "colours")

    height, width = picture.shape[:2]
    assert (height, width) == ((100, 300) if side == 300 else (533, image_file.MAX_SIDE))
    assert picture.dtype == np.float32
    np.testing.assert_allclose(picture[height // 2, width // 4], np.array(PALE_BLUE) / 255, atol=0.03)
    np.testing.assert_allclose(picture[height // 2, 3 * width // 4], 1, atol=0.03)


@pytest.mark.parametrize("channels", [3, 4])
def test_a_16_bit_png_keeps_its_colours(channels: int) -> None:
    # Pillow cannot write one.
    pixel = struct.pack(">4H", *(257 * level for level in PALE_BLUE), 65_535)[: 2 * channels]
    header = struct.pack(">2I5B", 20, 10, 16, {3: 2, 4: 6}[channels], 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress((b"\0" + 20 * pixel) * 10)), (b"IEND", b"")]
    content = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )

    picture = image_file.decode(content, "deep.png")

    np.testing.assert_allclose(picture, np.broadcast_to(np.array(PALE_BLUE) / 255, (10, 20, 3)), atol=0.005)


@pytest.mark.parametrize("kind", ["PNG", "WebP", "HEIC", "TIFF"])
@pytest.mark.parametrize("side", [300, 3_300])
def test_ink_on_a_transparent_ground_is_put_on_white_and_light_ink_on_black(kind: str, side: int) -> None:
    for ink, paper in [((160, 0, 0), 1), (PALE_YELLOW, 0)]:
        image = Image.new("RGBA", (side, side // 8), (0, 0, 0, 0))
        image.paste((*ink, 255), (side // 4, side // 32, side // 2, side // 16))

        picture = image_file.decode(encoded(image, kind), "ink")

        height, width = picture.shape[:2]
        np.testing.assert_allclose(picture[0, 0], paper, atol=0.02)
        np.testing.assert_allclose(picture[3 * height // 8, 3 * width // 8], np.array(ink) / 255, atol=0.03)


def test_a_tiff_of_floating_point_numbers_is_read(digit: NDArray[np.uint8], expected: NDArray[np.int64]) -> None:
    levels = (1 - digit / np.float32(255)) * 3
    levels[0, 0], levels[0, 1] = np.nan, np.inf
    content = encoded(Image.fromarray(levels), "TIFF")

    image = normalise(decode_ink(content, "scan.tif"))

    assert image is not None
    assert_alike(image.astype(np.int64), expected)


def test_a_blank_image_gives_none(tmp_path: Path) -> None:
    Image.new("RGB", (100, 100), "white").save(tmp_path / "blank.png")

    [blank] = read_drawings(tmp_path / "blank.png")

    assert (blank.label, blank.unreadable, normalise(blank.ink)) == (None, "blank", None)


def test_an_image_is_one_drawing_without_a_label(
    digit: NDArray[np.uint8], expected: NDArray[np.int64], tmp_path: Path
) -> None:
    Image.fromarray(digit).save(tmp_path / "digit.png")

    [drawn] = read_drawings(tmp_path / "digit.png")

    assert (drawn.label, drawn.unreadable) == (None, None)
    np.testing.assert_array_equal(normalise(drawn.ink), expected)


def test_white_ink_on_a_transparent_ground_is_read(
    digit: NDArray[np.uint8], expected: NDArray[np.int64], tmp_path: Path
) -> None:
    white = np.full_like(digit, 255)
    Image.fromarray(np.dstack([white, white, white, digit])).save(tmp_path / "white.png")

    assert_alike(read(tmp_path / "white.png"), expected)


def test_a_cmyk_jpeg_is_read(digit: NDArray[np.uint8], expected: NDArray[np.int64], tmp_path: Path) -> None:
    Image.fromarray(255 - digit).convert("RGB").convert("CMYK").save(tmp_path / "digit.jpg", quality=90)
    with Image.open(tmp_path / "digit.jpg") as image:
        assert image.mode == "CMYK"

    assert np.abs(read(tmp_path / "digit.jpg") - expected).mean() <= 3


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "TIFF"])
def test_of_an_animation_or_several_pages_the_first_image_is_read(
    kind: str, digit: NDArray[np.uint8], expected: NDArray[np.int64]
) -> None:
    file = io.BytesIO()
    second = Image.fromarray(np.zeros_like(digit)).convert("RGB")
    Image.fromarray(digit).convert("RGB").save(file, kind, save_all=True, append_images=[second])

    image = normalise(decode_ink(file.getvalue(), "animation"))

    assert image is not None
    assert np.abs(image - expected).mean() <= 3


def test_an_image_with_another_formats_name_is_read(
    digit: NDArray[np.uint8], expected: NDArray[np.int64], tmp_path: Path
) -> None:
    Image.fromarray(digit).save(tmp_path / "digit", "PNG")

    assert_alike(read((tmp_path / "digit").rename(tmp_path / "digit.gif")), expected)


def test_a_large_photo_is_reduced(tmp_path: Path) -> None:
    Image.new("L", (4_000, 3_000), 255).save(tmp_path / "large.jpg")

    assert read_ink(tmp_path / "large.jpg").shape == (750, 1_000)
