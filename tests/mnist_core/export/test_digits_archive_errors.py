"""A file that digits cannot be read from is one sentence that names it, however it is broken, and costs no memory."""

import struct
import tracemalloc
import warnings
from collections.abc import Callable
from zipfile import ZIP_BZIP2

import numpy as np
import pytest

from mnist_core import DigitLabError
from mnist_core.export import digits_archive
from mnist_core.store import Store
from tests.mnist_core.digit_files import SEVEN, item, png, stored, strokes_file, zipped


def test_no_more_digits_are_read_than_an_import_may_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digits_archive, "MAX_DIGITS", 3)
    images = {f"images/{number}-7.png": png() for number in range(3)}

    for more in ({"digits.json": strokes_file(item())}, {"images/3-7.png": b"", "images/4-7.png": b""}):
        with pytest.raises(DigitLabError, match=r"^mine\.zip holds more than 3 digits; [^\n]*\.$"):
            digits_archive.read_archive(zipped(images | more), "mine.zip")


def lying_about_its_size() -> bytes:
    """60 MB of zeros that say that they are 784 bytes."""
    size = struct.pack("<L", 60_000_000)
    honest = zipped({"images/1-7.png": bytes(60_000_000)})
    assert honest.count(size) == 2
    return honest.replace(size, struct.pack("<L", 784))


def test_a_part_is_not_unpacked_beyond_the_size_that_it_says() -> None:
    content = lying_about_its_size()
    tracemalloc.start()
    with pytest.raises(DigitLabError):
        digits_archive.read_archive(content, "mine.zip")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < 10_000_000


def locked() -> bytes:
    """A ZIP whose flags say that a password is needed."""
    content = bytearray(zipped({"images/1-7.png": png()}))
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (lambda: b"", "not a strokes file"),
        (lambda: b"hello", "not a strokes file"),
        (lambda: b"\xff\xfe\x00[", "not a strokes file"),
        (lambda: b"[" * 100_000, "not a strokes file"),
        (lambda: strokes_file(item())[:-9], "not a strokes file"),
        (lambda: strokes_file([]), "not a strokes file"),
        (lambda: strokes_file(item(), item(strokes=[[[1, 2, 3]]])), "in drawing 2"),
        (lambda: strokes_file(item(strokes=[])), "not a strokes file"),
        (lambda: b'[{"label": 7, "strokes": [[[1, NaN]]]}]', "not a strokes file"),
        (lambda: strokes_file(item(created=1e18)), "not a strokes file"),
        (lambda: strokes_file(item(answers=[{"judge": "x"}])), "not a strokes file"),
        (lambda: b'[{"label": 7, "strokes": [[[1, 1]]], "id": %s}]' % (b"9" * 5_000), "not a strokes file"),
        (lambda: strokes_file(item(), item(label=None)), "label from 0 to 9 is missing in drawing 2"),
        (lambda: strokes_file({"strokes": SEVEN}), "label from 0 to 9 is missing in drawing 1"),
        (lambda: strokes_file(item(label=10)), "label from 0 to 9 is missing in drawing 1"),
        (lambda: strokes_file(item(label="seven")), "label from 0 to 9 is missing in drawing 1"),
        (lambda: b"[]", "holds no digits"),
        (lambda: zipped({}), "holds no digits"),
        (lambda: zipped({"notes.txt": b"x"}), "holds no digits"),
        (lambda: strokes_file(*[{"label": 1, "strokes": [[[1, 1]]]}] * 20_001), "more than 20,000 digits"),
        (lambda: b" " * 50_000_001, "more than 50 MB"),
        (lambda: zipped({"digits.json": b" " * 50_000_001}), "more than 50 MB"),
        (lambda: zipped({"images/1-7.png": png(), "images/2-7.png": bytes(50_000_000)}), "more than 50 MB"),
        (lying_about_its_size, "cannot be unpacked"),
        (lambda: zipped({"images/1-7.png": bytes(9_000_000)}, ZIP_BZIP2), "cannot be unpacked"),
        (locked, "cannot be unpacked"),
        (lambda: b"PK and nothing", "cannot be unpacked"),
        (lambda: zipped({"images/1-7.png": png()})[:-10], "cannot be unpacked"),
        (lambda: zipped({"../digits.json": strokes_file(item())}), "leads elsewhere"),
        (lambda: zipped({"images/1-7.png": png(), "/etc/1-7.png": png()}), "leads elsewhere"),
        (lambda: zipped({"images/..\\1-7.png": png()}), "leads elsewhere"),
        (lambda: zipped({"images/../1-7.png": png()}), "leads elsewhere"),
        (lambda: zipped({"images/1.png": png()}), "name each image"),
        (lambda: zipped({"images/1-12.png": png()}), "name each image"),
        (lambda: zipped({"images/a\nb.png": png()}), "name each image"),
        (lambda: zipped({"images/1-7.png": png((27, 28))}), "not a whole grey PNG"),
        (lambda: zipped({"images/1-7.png": png(mode="P")}), "not a whole grey PNG"),
        (lambda: zipped({"images/1-7.png": png()[:50]}), "not a whole grey PNG"),
        (lambda: zipped({"images/1-7.png": b""}), "not a whole grey PNG"),
        (lambda: zipped({"images/1-7.png": png(kind="BMP")}), "not a whole grey PNG"),
        (lambda: zipped({"images/1-7.png": png(), "images/01-4.png": png()}), "two images or two labels of digit 1"),
        (
            lambda: zipped({"images/1-7.png": png(), "digits.json": strokes_file(item(label=4, id=1))}),
            "two images or two labels of digit 1",
        ),
        (lambda: zipped({"digits.json": strokes_file(item(label=11))}), "label from 0 to 9 is missing in drawing 1"),
        (lambda: zipped({"digits.json": b"hello"}), "not a strokes file"),
    ],
)
def test_what_cannot_be_read_is_one_sentence_naming_the_file(content: Callable[[], bytes], said: str) -> None:
    with pytest.raises(DigitLabError, match=r"\A[^\n]*mine\.zip[^\n]*; [^\n]*\.\Z") as caught:
        digits_archive.read_archive(content(), "mine.zip")

    assert said in str(caught.value)


def test_a_damaged_archive_is_read_or_refused_but_never_breaks(store: Store) -> None:
    whole, rng = digits_archive.archive(stored(store)), np.random.default_rng(0)
    refused = 0
    for _ in range(300):
        damaged = bytearray(whole[: rng.integers(2, len(whole) + 1)] if rng.random() < 0.2 else whole)
        for place in rng.integers(2, len(damaged), rng.integers(1, 6)):
            damaged[place] = rng.integers(256)
        try:
            with warnings.catch_warnings(action="ignore"):
                digits_archive.read_archive(bytes(damaged), "mine.zip")
        except DigitLabError:
            refused += 1

    assert refused > 150
