"""Images of a digit are read whatever their format, colours and orientation."""

import io
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from mnist_core.data import DataSet
from mnist_core.drawing import decode_image, normalise, read_drawings, read_image, split_row


@pytest.fixture(scope="module")
def digit(embedded: DataSet) -> NDArray[np.uint8]:
    """A 4, white on black, ten times as large."""
    image: NDArray[np.uint8] = embedded.test.images[4].repeat(10, axis=0).repeat(10, axis=1)
    return image


def read(path: Path) -> NDArray[np.int64]:
    image = normalise(read_image(path))
    assert image is not None
    return image.astype(np.int64)


def assert_alike(first: NDArray[np.int64], second: NDArray[np.int64]) -> None:
    """The same to the eye: hardly a grey level apart on average, and no pixel far apart."""
    difference = np.abs(first - second)
    assert difference.mean() <= 1.5
    assert difference.max() <= 40


@pytest.fixture
def expected(digit: NDArray[np.uint8]) -> NDArray[np.int64]:
    image = normalise(digit)
    assert image is not None
    return image.astype(np.int64)


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


@pytest.mark.parametrize("name", ["digit.jpg", "digit.jpeg", "digit.webp", "DIGIT.PNG"])
def test_jpeg_and_webp_are_read(
    name: str, digit: NDArray[np.uint8], expected: NDArray[np.int64], tmp_path: Path
) -> None:
    Image.fromarray(255 - digit).save(tmp_path / name, quality=90)

    assert np.abs(read(tmp_path / name) - expected).mean() <= 3


@pytest.mark.parametrize(("orientation", "turns"), [(3, 2), (6, 1), (8, 3)])
def test_a_jpeg_that_the_camera_turned_is_read_upright(
    orientation: int, turns: int, digit: NDArray[np.uint8], expected: NDArray[np.int64], tmp_path: Path
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(np.rot90(255 - digit, turns)).save(tmp_path / "turned.jpg", quality=90, exif=exif)

    assert np.abs(read(tmp_path / "turned.jpg") - expected).mean() <= 3


def test_a_blank_image_gives_none(tmp_path: Path) -> None:
    Image.new("RGB", (100, 100), "white").save(tmp_path / "blank.png")

    [(label, ink)] = read_drawings(tmp_path / "blank.png")

    assert (label, normalise(ink)) == (None, None)


def test_an_image_is_one_drawing_without_a_label(
    digit: NDArray[np.uint8], expected: NDArray[np.int64], tmp_path: Path
) -> None:
    Image.fromarray(digit).save(tmp_path / "digit.png")

    [(label, ink)] = read_drawings(tmp_path / "digit.png")

    assert label is None
    np.testing.assert_array_equal(normalise(ink), expected)


def test_white_ink_on_a_transparent_ground_is_read(
    digit: NDArray[np.uint8], expected: NDArray[np.int64], tmp_path: Path
) -> None:
    white = np.full_like(digit, 255)
    Image.fromarray(np.dstack([white, white, white, digit])).save(tmp_path / "white.png")

    assert_alike(read(tmp_path / "white.png"), expected)


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
def test_a_photo_in_uneven_light_is_read_nearly_as_the_clean_digit(photo: dict[str, float], embedded: DataSet) -> None:
    rng = np.random.default_rng(0)
    digits = [smooth(image) for image in embedded.test.images[::50]]

    distances = [
        distance(normalise(decode_image(photograph(digit, rng, **photo), "photo")), normalise(digit))
        for digit in digits
    ]

    # For comparison: different digits are some 36 grey levels apart. The soft edge of faint ink is lost in the shade.
    assert np.median(distances) <= (8 if photo.get("ink") == 0.6 else 6)
    assert np.quantile(distances, 0.9) <= 10


@pytest.mark.parametrize(
    "photo",
    [{}, {"paper": 0.15}, {"noise": 0}, {"noise": 20}, {"table": True}, {"size": (280, 280)}, {"size": (1_600, 300)}],
    ids=["shadow", "board", "clean", "noisy", "with a table", "small", "wide"],
)
def test_paper_without_a_digit_has_no_ink(photo: dict[str, float]) -> None:
    rng = np.random.default_rng(0)

    for _ in range(5):
        ink = decode_image(photograph(np.zeros((28, 28)), rng, **photo), "photo")
        assert normalise(ink) is None


def test_a_faint_digit_beside_a_dark_frame_is_read_without_it(expected: NDArray[np.int64], embedded: DataSet) -> None:
    page = np.full((400, 400), 255, np.uint8)
    page[60:340, 60:340] -= (embedded.test.images[4].repeat(10, axis=0).repeat(10, axis=1) // 3).astype(np.uint8)
    page[:20] = page[-20:] = page[:, :20] = page[:, -20:] = 0
    file = io.BytesIO()
    Image.fromarray(page).save(file, "PNG")

    assert distance(normalise(decode_image(file.getvalue(), "page")), expected.astype(np.uint8)) <= 3


def test_specks_go_and_a_separate_bar_stays(tmp_path: Path) -> None:
    page = np.full((300, 300), 255, np.uint8)
    page[100:220, 120:140] = 0
    page[70:85, 120:180] = 0
    clean = page.copy()
    for row, column in [(20, 30), (40, 250), (150, 40), (180, 220), (260, 60), (270, 200)]:
        page[row : row + 10, column : column + 10] = 0
    Image.fromarray(page).save(tmp_path / "page.png")

    ink = read_image(tmp_path / "page.png")

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
        distances.append(distance(normalise(decode_image(file.getvalue(), "box")), normalise(box)))

    assert np.median(distances) <= 8


def test_digits_of_a_row_in_a_photo_are_split_and_read(embedded: DataSet) -> None:
    digits = [smooth(image) for image in embedded.test.images[[4, 100, 200]]]
    sheet = np.zeros((840, 840))
    sheet[280:560] = np.concatenate(digits, axis=1)

    parts = split_row(decode_image(photograph(sheet, np.random.default_rng(0), size=(1_600, 1_200)), "row"))

    assert len(parts) == 3
    assert all(distance(normalise(part), normalise(digit)) <= 10 for part, digit in zip(parts, digits, strict=True))


def test_a_cmyk_jpeg_is_read(digit: NDArray[np.uint8], expected: NDArray[np.int64], tmp_path: Path) -> None:
    Image.fromarray(255 - digit).convert("RGB").convert("CMYK").save(tmp_path / "digit.jpg", quality=90)
    with Image.open(tmp_path / "digit.jpg") as image:
        assert image.mode == "CMYK"

    assert np.abs(read(tmp_path / "digit.jpg") - expected).mean() <= 3


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_an_animation_the_first_image_is_read(
    kind: str, digit: NDArray[np.uint8], expected: NDArray[np.int64]
) -> None:
    file = io.BytesIO()
    second = Image.fromarray(np.zeros_like(digit)).convert("RGB")
    Image.fromarray(digit).convert("RGB").save(file, kind, save_all=True, append_images=[second])

    image = normalise(decode_image(file.getvalue(), "animation"))

    assert image is not None
    assert np.abs(image - expected).mean() <= 3


def test_an_image_with_another_formats_name_is_read(
    digit: NDArray[np.uint8], expected: NDArray[np.int64], tmp_path: Path
) -> None:
    Image.fromarray(digit).save(tmp_path / "digit", "PNG")

    assert_alike(read((tmp_path / "digit").rename(tmp_path / "digit.gif")), expected)


def test_a_large_photo_is_reduced(tmp_path: Path) -> None:
    Image.new("L", (4_000, 3_000), 255).save(tmp_path / "large.jpg")

    assert read_image(tmp_path / "large.jpg").shape == (750, 1_000)
