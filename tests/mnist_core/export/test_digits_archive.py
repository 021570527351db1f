"""Digits that were downloaded come back the same, and so do those that were put together by hand."""

import csv
import io
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mnist_core.drawing import draw, normalise, read_strokes
from mnist_core.export import digits_archive
from mnist_core.store import NewDigit, OwnDigit, Store
from tests.mnist_core.digit_files import ANSWERS, SEVEN, image, item, png, stored, strokes_file, zipped


@pytest.fixture
def digits(store: Store) -> list[OwnDigit]:
    return stored(store)


def fields(digits: Iterable[OwnDigit | NewDigit]) -> list[tuple[Any, ...]]:
    return sorted((digit.image, digit.label, digit.strokes, digit.answers, digit.created) for digit in digits)


def test_an_archive_read_again_gives_the_same_digits(digits: list[OwnDigit]) -> None:
    assert fields(digits_archive.read_archive(digits_archive.archive(digits), "digits.zip")) == fields(digits)


FINITE = st.floats(allow_nan=False, allow_infinity=False)
ANSWER = st.fixed_dictionaries(
    {
        "judge": st.text(max_size=20),
        "run": st.none() | st.integers(1, 2**63 - 1),
        "digit": st.none() | st.integers(0, 9),
        "probability": st.floats(0, 1),
    }
)
STROKE = st.lists(st.lists(FINITE, min_size=2, max_size=2), min_size=1, max_size=3)
DIGIT = st.builds(
    NewDigit,
    label=st.integers(0, 9),
    strokes=st.none() | st.lists(STROKE, min_size=1, max_size=3),
    image=st.binary(min_size=784, max_size=784),
    answers=st.lists(ANSWER, max_size=2),
    created=st.floats(0, 7_258_118_399),
)


@given(st.lists(DIGIT, min_size=1, max_size=4, unique_by=lambda digit: digit.image))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_any_digits_go_from_store_to_archive_to_another_store_unchanged(
    empty_runs_dir: Path, drawn: list[NewDigit]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        first, second = (Store(shutil.copytree(empty_runs_dir, Path(folder, name))) for name in ("first", "second"))
        assert first.digits.add_many(drawn) == len(drawn)
        second.digits.add_many(digits_archive.read_archive(digits_archive.archive(first.digits.all()), "digits.zip"))

        assert fields(second.digits.all()) == fields(first.digits.all()) == fields(drawn)


def test_an_archive_holds_the_strokes_the_table_and_an_image_of_each(digits: list[OwnDigit]) -> None:
    with ZipFile(io.BytesIO(digits_archive.archive(digits))) as packed:
        contents = {name: packed.read(name) for name in packed.namelist()}

    assert set(contents) == {"digits.json", "digits.csv", "images/1-7.png", "images/2-4.png"}
    assert contents["digits.json"].decode() == digits_archive.strokes_json(digits)
    assert contents["digits.csv"].decode() == digits_archive.table_csv(digits)
    with Image.open(io.BytesIO(contents["images/2-4.png"])) as picture:
        assert (picture.mode, picture.size, picture.tobytes()) == ("L", (28, 28), image(1))


def test_the_command_line_reads_the_strokes_of_those_that_have_them(digits: list[OwnDigit], tmp_path: Path) -> None:
    (tmp_path / "digits.json").write_text(digits_archive.strokes_json(digits))

    (drawing,) = read_strokes(tmp_path / "digits.json")

    assert (drawing.label, [[list(point) for point in stroke] for stroke in drawing.strokes]) == (7, SEVEN)


def test_strokes_read_again_keep_label_time_and_answers_and_are_drawn(digits: list[OwnDigit]) -> None:
    (digit,) = digits_archive.read_archive(digits_archive.strokes_json(digits).encode(), "digits.json")

    expected = normalise(draw(SEVEN))
    assert expected is not None
    assert fields([digit]) == [(expected.tobytes(), 7, SEVEN, ANSWERS, 1_700_000_000.25)]


def test_the_table_has_a_row_a_digit_and_a_column_a_pixel(digits: list[OwnDigit]) -> None:
    first, second = csv.DictReader(io.StringIO(digits_archive.table_csv(digits)))

    assert [first[key] for key in ("id", "created", "label", "has_strokes", "answers")] == [
        *("1", "2023-11-14T22:13:20+00:00", "7", "True"),
        "7 (95.2 %) by =Lea, 2 layers; I don't know (40.0 %) by Neighbours",
    ]
    assert (second["id"], second["has_strokes"]) == ("2", "False")
    assert bytes(int(second[f"p{pixel}"]) for pixel in range(784)) == image(1)
    assert len(first) == 5 + 784


def test_strokes_written_by_hand_are_read_without_time_and_answers() -> None:
    first, second = digits_archive.read_archive(strokes_file(item(), item(label=2, id=5, note="mine")), "mine.json")

    assert (first.label, first.strokes, first.answers, first.created) == (7, SEVEN, [], None)
    assert second.label == 2
    marked = b"\xef\xbb\xbf" + strokes_file(item())
    assert digits_archive.read_archive(marked, "from-an-editor.json")[0].strokes == SEVEN


def test_images_put_together_by_hand_are_read_by_their_names() -> None:
    files = {"images/": b"", "images/12-7.png": png(), "__MACOSX/images/._12-7.png": b"x", "digits.csv": b"x"}

    (digit,) = digits_archive.read_archive(zipped(files), "mine.zip")

    assert fields([digit]) == [(bytes(784), 7, None, [], None)]


def test_a_drawing_without_an_image_in_the_zip_is_drawn() -> None:
    files = {"digits.json": strokes_file(item(id=1), item(label=3)), "images/2-4.png": png()}

    digits = digits_archive.read_archive(zipped(files), "mine.zip")

    expected = normalise(draw(SEVEN))
    assert expected is not None
    assert [(digit.label, digit.image) for digit in digits] == [
        (7, expected.tobytes()),
        (3, expected.tobytes()),
        (4, bytes(784)),
    ]
