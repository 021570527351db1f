"""Digits on photographed paper are read in uneven light, beside specks and frames, and in rows."""

import io
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from mnist_core.data import DataSet
from mnist_core.drawing import normalise
from mnist_core.drawing.digit_segmentation import split_digits
from tests.mnist_core.drawing.picture_ink import decode_ink, read_ink


def photos_made(few: int, many: int) -> pytest.MarkDecorator:
    """How many photos of a kind are made: a few by `make test`, many by `make accept`."""
    return pytest.mark.parametrize("count", [few, pytest.param(many, marks=pytest.mark.accept)])


def photograph(
    share: NDArray[np.float64],
    rng: np.random.Generator,
    *,
    size: tuple[int, int] = (900, 700),
    paper: float = 0.9,
    ink: float = 0.25,
    noise: float = 6,
    table: bool = False,
) -> bytes:
    """A JPEG of a square of ink, (n, n) from 0 to 1, on paper: light from one side, a soft shadow, blur and noise."""
    width, height = size
    sheet = Image.new("L", size)
    square = Image.fromarray((255 * share).astype(np.uint8)).resize((height // 2, height // 2))
    sheet.paste(square, (width // 2 - height // 4 + int(rng.integers(-width // 10, width // 10)), height // 4))
    reflected = paper + np.asarray(sheet, np.float64) / 255 * (ink - paper)
    if table:
        reflected[: height // 16] = reflected[:, : width // 16] = 0.2
    down, right = np.mgrid[-0.5 : 0.5 : height * 1j, -0.5 : 0.5 : width * 1j]
    towards, across = rng.uniform(0, 2 * np.pi, 2)
    light = 0.75 - 0.35 * (np.cos(towards) * right + np.sin(towards) * down)
    light *= 1 - 0.3 / (1 + np.exp((np.cos(across) * right + np.sin(across) * down) / 0.04))
    sharp = Image.fromarray((255 * reflected * light).clip(0, 255).astype(np.uint8))
    grey = np.asarray(sharp.filter(ImageFilter.GaussianBlur(1.2)), np.float64) + rng.normal(0, noise, (height, width))
    file = io.BytesIO()
    Image.fromarray(grey.clip(0, 255).astype(np.uint8)).convert("RGB").save(file, "JPEG", quality=75)
    return file.getvalue()


def smooth(image: NDArray[np.uint8]) -> NDArray[np.float64]:
    """A digit of MNIST enlarged without steps, (280, 280) from 0 to 1."""
    return np.asarray(Image.fromarray(image).resize((280, 280)), np.float64) / 255


def distance(first: NDArray[np.uint8] | None, second: NDArray[np.uint8] | None) -> float:
    """Mean difference in grey levels, at the best of the shifts by one pixel that a rounded centre may make."""
    assert first is not None
    assert second is not None
    shifted = [np.roll(first.astype(int), (down, right), (0, 1)) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    return float(min(np.abs(image - second).mean() for image in shifted))


@pytest.mark.parametrize(
    "photo",
    [
        {},
        {"paper": 0.15, "ink": 0.9},
        {"ink": 0.6},
        {"noise": 12},
        {"table": True},
        {"size": (280, 280)},
        {"size": (1_600, 300)},
    ],
    ids=["pen", "chalk", "pencil", "noisy", "with a table", "small", "wide"],
)
@photos_made(5, 20)
def test_a_photo_in_uneven_light_is_read_nearly_as_the_clean_digit(
    photo: dict[str, float], count: int, embedded: DataSet
) -> None:
    rng = np.random.default_rng(0)
    digits = [smooth(image) for image in embedded.test.images[:: 1_000 // count][:count]]

    distances = [
        distance(normalise(decode_ink(photograph(digit, rng, **photo), "photo")), normalise(digit)) for digit in digits
    ]

    # For comparison: different digits are some 36 grey levels apart. The soft edge of faint ink is lost in the shade.
    assert np.median(distances) <= (8 if photo.get("ink") == 0.6 else 6)
    assert np.quantile(distances, 0.9) <= 10


@pytest.mark.parametrize(
    "photo",
    [{}, {"paper": 0.15}, {"noise": 0}, {"noise": 20}, {"table": True}, {"size": (280, 280)}, {"size": (1_600, 300)}],
    ids=["shadow", "board", "clean", "noisy", "with a table", "small", "wide"],
)
@photos_made(2, 5)
def test_paper_without_a_digit_has_no_ink(photo: dict[str, float], count: int) -> None:
    rng = np.random.default_rng(0)

    for _ in range(count):
        ink = decode_ink(photograph(np.zeros((28, 28)), rng, **photo), "photo")
        assert normalise(ink) is None


def test_a_faint_digit_beside_a_dark_frame_is_read_without_it(expected: NDArray[np.int64], embedded: DataSet) -> None:
    page = np.full((400, 400), 255, np.uint8)
    page[60:340, 60:340] -= (embedded.test.images[4].repeat(10, axis=0).repeat(10, axis=1) // 3).astype(np.uint8)
    page[:20] = page[-20:] = page[:, :20] = page[:, -20:] = 0
    file = io.BytesIO()
    Image.fromarray(page).save(file, "PNG")

    assert distance(normalise(decode_ink(file.getvalue(), "page")), expected.astype(np.uint8)) <= 3


def test_specks_go_and_a_separate_bar_stays(tmp_path: Path) -> None:
    page = np.full((300, 300), 255, np.uint8)
    page[100:220, 120:140] = 0
    page[70:85, 120:180] = 0
    clean = page.copy()
    for row, column in [(20, 30), (40, 250), (150, 40), (180, 220), (260, 60), (270, 200)]:
        page[row : row + 10, column : column + 10] = 0
    Image.fromarray(page).save(tmp_path / "page.png")

    ink = read_ink(tmp_path / "page.png")

    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    assert abs(rows[0] - 70) <= 3
    assert abs(rows[-1] - 219) <= 3
    assert abs(columns[0] - 120) <= 3
    assert abs(columns[-1] - 179) <= 3
    assert distance(normalise(ink), normalise(255 - clean)) <= 3


def test_digits_cut_out_to_their_box_are_read(embedded: DataSet) -> None:
    distances = []
    for image in embedded.test.images[::20]:
        rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
        box = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].repeat(10, axis=0).repeat(10, axis=1)
        file = io.BytesIO()
        Image.fromarray(255 - box).save(file, "PNG")
        distances.append(distance(normalise(decode_ink(file.getvalue(), "box")), normalise(box)))

    assert np.median(distances) <= 8


def test_digits_of_a_row_in_a_photo_are_split_and_read(embedded: DataSet) -> None:
    digits = [smooth(image) for image in embedded.test.images[[4, 100, 200]]]
    sheet = np.zeros((840, 840))
    sheet[280:560] = np.concatenate(digits, axis=1)

    parts = split_digits(decode_ink(photograph(sheet, np.random.default_rng(0), size=(1_600, 1_200)), "row"))

    assert len(parts) == 3
    assert all(distance(normalise(part), normalise(digit)) <= 10 for part, digit in zip(parts, digits, strict=True))
