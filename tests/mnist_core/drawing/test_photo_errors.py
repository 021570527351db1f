"""A file that is no image, or a dangerous one, is one sentence that names it."""

import contextlib
import io
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from mnist_core import DigitLabError
from mnist_core.drawing import read_drawings
from mnist_core.drawing.image_file import MAX_BYTES
from tests.mnist_core.drawing.picture_ink import decode_ink, read_ink

pytestmark = pytest.mark.filterwarnings("error")

pillow_heif.register_heif_opener()  # for the pictures that the tests write

ONE_SENTENCE = r"\A[^\n]*{} cannot be read as an image; [^\n]*\.\Z"


def encoded(kind: str) -> bytes:
    """A noisy image, so that most of the file is pixels."""
    noise = np.random.default_rng(0).integers(0, 256, (100, 100), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize("content", [b"", b"a digit\n", b"\x89PNG\r\n\x1a\n", b"\x89PNG\r\n\x1a\nnot really"])
def test_another_file_named_png_is_one_sentence_naming_it(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "text.png").write_bytes(content)

    with pytest.raises(DigitLabError, match=ONE_SENTENCE.format(r"text\.png")):
        read_ink(tmp_path / "text.png")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "AVIF", "HEIF", "GIF", "BMP", "TIFF"])
@pytest.mark.parametrize("share", [0.001, 0.003, 0.1, 0.5, 0.8])
def test_a_truncated_image_is_one_sentence_naming_it(kind: str, share: float, tmp_path: Path) -> None:
    whole = encoded(kind)
    path = tmp_path / f"half.{kind.lower()}"
    path.write_bytes(whole[: int(len(whole) * share)])

    with pytest.raises(DigitLabError, match=ONE_SENTENCE.format(path.name)):
        read_ink(path)


def test_a_png_with_damaged_pixels_is_one_sentence_naming_it(tmp_path: Path) -> None:
    whole = bytearray(encoded("PNG"))
    middle = len(whole) // 2
    whole[middle : middle + 200] = bytes(200)
    (tmp_path / "damaged.png").write_bytes(whole)

    with pytest.raises(DigitLabError, match=ONE_SENTENCE.format(r"damaged\.png")):
        read_ink(tmp_path / "damaged.png")


def test_a_decompression_bomb_is_one_sentence_naming_it(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    Image.new("1", (20_000, 20_000)).save(path)
    assert path.stat().st_size < 1_000_000

    with pytest.raises(DigitLabError, match=r"\A[^\n]*bomb\.png has more than 50 megapixels; [^\n]*\.\Z"):
        read_ink(path)


def test_a_missing_image_is_one_sentence_naming_it(tmp_path: Path) -> None:
    with pytest.raises(DigitLabError, match=r"\AThere is no file [^\n]*missing\.png; check the name\.\Z"):
        list(read_drawings(tmp_path / "missing.png"))


def test_a_folder_is_one_sentence_naming_it(tmp_path: Path) -> None:
    with pytest.raises(DigitLabError, match=ONE_SENTENCE.format(tmp_path.name)):
        read_ink(tmp_path)


@pytest.mark.parametrize("kind", ["PPM", "ICO", "TGA", "PDF"])
def test_another_format_is_one_sentence_whatever_its_name(kind: str) -> None:
    file = io.BytesIO()
    Image.new("L", (32, 32)).save(file, kind)

    with pytest.raises(DigitLabError, match=ONE_SENTENCE.format(r"digit\.png")):
        decode_ink(file.getvalue(), "digit.png")


def test_a_file_above_25_mb_is_one_sentence_naming_it(tmp_path: Path) -> None:
    whole = encoded("PNG")
    (tmp_path / "large.png").write_bytes(whole + bytes(MAX_BYTES + 1 - len(whole)))
    (tmp_path / "largest.png").write_bytes(whole + bytes(MAX_BYTES - len(whole)))

    with pytest.raises(DigitLabError, match=r"\A[^\n]*large\.png has more than 25 MB; [^\n]*\.\Z"):
        read_ink(tmp_path / "large.png")
    read_ink(tmp_path / "largest.png")


@pytest.mark.parametrize(("kind", "share"), [("PNG", 0.5), ("JPEG", 0.5), ("WEBP", 1)])
def test_more_than_50_megapixels_is_one_sentence_before_a_pixel_is_decoded(kind: str, share: float) -> None:
    file = io.BytesIO()
    Image.new("L", (8_193, 6_144)).save(file, kind)
    # Half a PNG or JPEG could not be decoded; of half a WebP not even the size can be known.
    content = file.getvalue()[: int(len(file.getvalue()) * share)]

    with pytest.raises(DigitLabError, match=r"\Adigit has more than 50 megapixels; [^\n]*\.\Z"):
        decode_ink(content, "digit")


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {"progressive": True, "subsampling": 0}),
        ("TIFF", {"compression": "tiff_lzw", "strip_size": 1_000_000_000}),
    ],
)
def test_a_kind_that_takes_more_memory_may_have_fewer_pixels(kind: str, options: dict[str, Any]) -> None:
    file = io.BytesIO()
    Image.new("RGB", (7_500, 5_000)).save(file, kind, **options)

    with pytest.raises(DigitLabError, match=r"\Adigit has more than 35 megapixels, the most for a file of its kind; "):
        decode_ink(file.getvalue(), "digit")


@pytest.mark.parametrize("size", [(10_000, 10_000), (16_383, 16_383)])
def test_a_bomb_in_webp_is_one_sentence_without_a_warning(size: tuple[int, int]) -> None:
    file = io.BytesIO()
    Image.new("L", (64, 64)).save(file, "WEBP", lossless=True)
    bomb = bytearray(file.getvalue())
    width, height = size[0] - 1, size[1] - 1
    bomb[21:25] = (width | height << 14).to_bytes(4, "little")

    with pytest.raises(DigitLabError, match=r"\Adigit (has more than 50 megapixels|cannot be read)[^\n]*\.\Z"):
        decode_ink(bytes(bomb), "digit")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "AVIF", "HEIF", "GIF", "BMP", "TIFF"])
def test_damage_anywhere_is_an_image_or_one_sentence(kind: str) -> None:
    rng = np.random.default_rng(0)
    exif = Image.Exif()
    exif[0x0112] = 6
    file = io.BytesIO()
    digit = np.full((40, 40), 255, np.uint8)
    digit[8:32, 18:23] = 0
    Image.fromarray(digit).save(file, kind, exif=exif)
    whole = np.frombuffer(file.getvalue(), np.uint8)
    for _ in range(200):
        damaged = whole.copy()
        damaged[rng.integers(0, len(whole), 3)] = rng.integers(0, 256, 3)
        with contextlib.suppress(DigitLabError):
            ink = decode_ink(damaged.tobytes(), "digit")
            assert 0 <= ink.min() <= ink.max() <= 1


@pytest.mark.parametrize("size", [(1, 1), (1, 2), (3, 3), (5_000, 1), (1, 5_000)])
def test_an_image_too_small_for_a_digit_is_blank(size: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).integers(0, 256, size, dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).save(file, "PNG")

    assert not decode_ink(file.getvalue(), "digit").any()
