"""A file that is no image, or a dangerous one, is one sentence that names it."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mnist_core import DigitLabError
from mnist_core.ink import read_drawings, read_image

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
        read_image(tmp_path / "text.png")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("share", [0.001, 0.003, 0.1, 0.5, 0.9])
def test_a_truncated_image_is_one_sentence_naming_it(kind: str, share: float, tmp_path: Path) -> None:
    whole = encoded(kind)
    path = tmp_path / f"half.{kind.lower()}"
    path.write_bytes(whole[: int(len(whole) * share)])

    with pytest.raises(DigitLabError, match=ONE_SENTENCE.format(path.name)):
        read_image(path)


def test_a_png_with_damaged_pixels_is_one_sentence_naming_it(tmp_path: Path) -> None:
    whole = bytearray(encoded("PNG"))
    middle = len(whole) // 2
    whole[middle : middle + 200] = bytes(200)
    (tmp_path / "damaged.png").write_bytes(whole)

    with pytest.raises(DigitLabError, match=ONE_SENTENCE.format(r"damaged\.png")):
        read_image(tmp_path / "damaged.png")


def test_a_decompression_bomb_is_one_sentence_naming_it(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    Image.new("1", (20_000, 20_000)).save(path)
    assert path.stat().st_size < 1_000_000

    with pytest.raises(DigitLabError, match=r"\A[^\n]*bomb\.png has more than 20 megapixels; [^\n]*\.\Z"):
        read_image(path)


def test_a_missing_image_is_one_sentence_naming_it(tmp_path: Path) -> None:
    with pytest.raises(DigitLabError, match=r"\AThere is no file [^\n]*missing\.png; check the name\.\Z"):
        list(read_drawings(tmp_path / "missing.png"))


def test_a_folder_is_one_sentence_naming_it(tmp_path: Path) -> None:
    with pytest.raises(DigitLabError, match=ONE_SENTENCE.format(tmp_path.name)):
        read_image(tmp_path)
