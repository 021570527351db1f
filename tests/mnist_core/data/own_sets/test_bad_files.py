"""What is malformed or malicious is one sentence, or a listed file beside those that are taken; nothing is kept."""

import io
import os
import pickle
import stat
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnist_core import DigitLabError
from mnist_core.data import DataSet, Digits
from mnist_core.data.own_sets import opening, picture_zip
from mnist_core.data.own_sets.draft import Draft
from tests.mnist_core.data.own_sets.made_sets import draft, idx, npz, png, zipped

SENTENCE = r"\A[^\n]*\.\Z"


@pytest.fixture
def digits(embedded: DataSet) -> Digits:
    """Ten of each digit."""
    return embedded.train.take(np.arange(100))


@pytest.fixture
def good(digits: Digits) -> dict[str, bytes]:
    """Pictures of digits by their names."""
    return {f"{digits.labels[n]}/{n}.png": png(digits.images[n]) for n in range(len(digits))}


def refused(gathered: Draft) -> dict[str, str]:
    return {file.name: file.reason for file in gathered.refused}


def assert_one_sentence(message: str, runs_dir: Path, **files: bytes) -> None:
    with pytest.raises(DigitLabError, match=SENTENCE) as caught:
        draft(runs_dir, **files)
    assert message in str(caught.value)
    assert list(runs_dir.rglob("*.*")) == []


def test_bad_arrays_are_one_sentence(digits: Digits, tmp_path: Path) -> None:
    x, y = digits.images, digits.labels
    for arrays, message in [
        ({"x": x[:-1], "y": y}, "y in a.npz holds 100 labels, but x in a.npz holds 99 images"),
        ({"x": y, "y": x}, "x in a.npz holds labels, and y in a.npz images; the two seem to be swapped"),
        ({"x": x, "y": np.where(np.arange(100) == 4, 10, y)}, "has the label 10 for image 5"),
        ({"x": x, "y": y.astype(np.int64) - 9}, "labels are whole numbers from 0 to 9"),
        ({"x": x, "y": y + 0.5}, "labels are whole numbers from 0 to 9"),
        ({"x": x, "y": np.full(100, np.nan)}, "labels are whole numbers from 0 to 9"),
        ({"x": x, "y": y.astype(str)}, "y in a.npz holds no numbers; labels are whole numbers from 0 to 9"),
        ({"x": x, "y": np.eye(10)[y]}, "labels are one number for each image"),
        ({"x": x * np.float32(np.nan), "y": y}, "numbers that are not from 0 to 255"),
        ({"x": x * 2.0, "y": y}, "numbers that are not from 0 to 255"),
        ({"x": -x.astype(np.int16), "y": y}, "numbers that are not from 0 to 255"),
        ({"x": x.astype(str), "y": y}, "holds no numbers"),
        ({"x": x[:, 0, :5], "y": y}, "images are (number, height, width)"),
        ({"x": x[:0], "y": y[:0]}, "holds no images"),
        ({"x": np.asfortranarray(x), "y": y}, "is stored by columns"),
        ({"x": x}, "name them x_train and y_train"),
        ({"x_train": x, "y_train": y, "x_test": x}, "holds x_test alone"),
        ({"x": np.broadcast_to(np.uint8(0), (200_001, 2, 2)), "y": np.zeros(200_001)}, "at most 200,000"),
        ({"x": np.zeros((1, 2_001, 2_000), np.uint8), "y": y[:1]}, "4 megapixels"),
        ({"x": np.zeros((50, 28, 28), np.uint8), "y": y[:50]}, "two different images"),
    ]:
        assert_one_sentence(message, tmp_path, a_npz=npz(**arrays))


def test_nothing_is_unpickled(digits: Digits, tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return (tmp_path / "trap").mkdir, ()

    file = io.BytesIO()
    np.savez(file, x=np.array([Trap()] * 100, dtype=object), y=digits.labels)
    assert_one_sentence("x in a.npz holds pickled objects", tmp_path, a_npz=file.getvalue())
    assert_one_sentence("cannot be read as a set", tmp_path, a_pkl=pickle.dumps(Trap()))
    assert not (tmp_path / "trap").exists()


def test_bad_idx_files_are_one_sentence(digits: Digits, tmp_path: Path) -> None:
    images, labels = idx(digits.images), idx(digits.labels)
    huge = bytes((0, 0, 8, 3)) + struct.pack(">3I", 100, 65_535, 65_535)
    packed = idx(digits.images, packed=True)
    for files, message in [
        ({"images": images[:-1], "labels": labels}, "is damaged or cut off; make or download it"),
        ({"images": images + b"1", "labels": labels}, "longer than its header says"),
        (
            {"images": packed[: len(packed) // 2], "labels": labels},
            "is damaged or cut off; make or download it",
        ),
        ({"images": packed[:9_000] + b"00000000" + packed[9_008:], "labels": labels}, "images is damaged or cut off"),
        ({"train-images": labels, "train-labels": images}, "seem to be swapped"),
        ({"images": images, "labels": idx(digits.labels[:-1])}, "99 labels"),
        ({"images": images, "more": images}, "an image file and a label file"),
        ({"images": images}, "Give two IDX files"),
        ({"images": bytes((0, 0, 13, 3)) + images[4:], "labels": labels}, "is not an IDX file of images or labels"),
        ({"images": b"\0\0\0\0" + images[4:], "labels": labels}, "these are no IDX files: images"),
        ({"images": images[:7], "labels": labels}, "images is cut off"),
        ({"images": images, "labels": idx(digits.labels + 1)}, "labels are whole numbers from 0 to 9"),
        ({"images": huge, "labels": labels}, "too large"),
    ]:
        assert_one_sentence(message, tmp_path, **files)


def test_pictures_that_cannot_be_taken_are_listed_beside_the_others(
    good: dict[str, bytes], digits: Digits, tmp_path: Path
) -> None:
    bad = {
        "../3/up.png": good["3/3.png"] if "3/3.png" in good else png(digits.images[0]),
        "/etc/3/absolute.png": png(digits.images[0]),
        "C:/3/drive.png": png(digits.images[0]),
        "..\\3\\back.png": png(digits.images[0]),
        "3/text.png": b"this is no picture",
        "3/blank.png": png(np.full((60, 60), 255, np.uint8)),
        "3/two.png": png(255 - np.hstack([digits.images[1], digits.images[2]]).repeat(4, axis=0).repeat(4, axis=1)),
        "3/bomb.png": png(np.zeros((7_200, 7_200), np.uint8)),
        "3/notes.txt": b"hello",
        "3/more.zip": zipped(good),
        "alone.png": png(digits.images[0]),
    }
    gathered = draft(tmp_path, a_zip=zipped(good | bad | {"__MACOSX/3/._3.png": b"", "3/.DS_Store": b""}))

    assert refused(gathered) == {
        "../3/up.png": "has a name that leads elsewhere",
        "/etc/3/absolute.png": "has a name that leads elsewhere",
        "C:/3/drive.png": "has a name that leads elsewhere",
        "..\\3\\back.png": "has a name that leads elsewhere",
        "3/text.png": "cannot be read as an image",
        "3/blank.png": "shows no digit",
        "3/two.png": "shows 2 digits",
        "3/bomb.png": "has more than 50 megapixels",
        "3/notes.txt": "is no PNG, JPEG, HEIC, WebP, AVIF, GIF, BMP or TIFF file",
        "3/more.zip": "is an archive inside; unpack it first",
        "alone.png": "is in no folder that names its class",
    }
    train, test = gathered.counts()
    assert (train + test).tolist() == [10] * 10


def test_a_colon_that_follows_no_drive_is_a_part_of_a_name(digits: Digits, tmp_path: Path) -> None:
    pictures = {f"Tools: {'cups' if n % 2 else 'keys'}/{n}.png": png(digits.images[n]) for n in range(20)}

    gathered = draft(tmp_path, a_zip=zipped(pictures))

    assert gathered.contents.class_names == ("Tools: cups", "Tools: keys")
    assert not gathered.refused


def test_links_locked_and_lying_entries_of_a_zip_are_listed(good: dict[str, bytes], tmp_path: Path) -> None:
    file = io.BytesIO(zipped(good))
    with zipfile.ZipFile(file, "a") as zip_file:
        link = zipfile.ZipInfo("3/link.png")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        zip_file.writestr(link, "/etc/passwd")
        zip_file.writestr("3/lzma.png", b"0" * 100, zipfile.ZIP_LZMA)
        zip_file.writestr("3/bomb.png", bytes(60_000_000), zipfile.ZIP_DEFLATED)
        zip_file.writestr("3/locked.png", b"secret")
        zip_file.writestr("3/damaged.png", b"damaged soon")
        lying = zip_file.getinfo("3/bomb.png")
        lying.file_size = 100
        zip_file.getinfo("3/locked.png").flag_bits |= 1
    content = file.getvalue().replace(b"damaged soon", b"damaged late")

    gathered = draft(tmp_path, a_zip=content)

    assert refused(gathered) == {
        "3/link.png": "is a link, which is not followed",
        "3/lzma.png": "is packed in an uncommon way; use plain zip",
        "3/bomb.png": "is damaged in the zip file",
        "3/locked.png": "is locked with a password",
        "3/damaged.png": "is damaged in the zip file",
    }


def test_a_zip_of_which_nothing_can_be_used_is_one_sentence(good: dict[str, bytes], tmp_path: Path) -> None:
    classes = {f"class-{n}/1.png": content for n, content in enumerate(list(good.values())[:11])}
    for content, message in [
        (zipped({f"{n}/text.png": b"no picture" for n in range(3)}), "None of the 3 files can be taken"),
        (zipped({"1.png": b""}), "1.png is in no folder that names its class"),
        (zipped({}), "holds no pictures"),
        (zipped({"a/train/1.png": b"", "a/Test/2.png": b""}), "Test and train without folders for their classes"),
        (zipped({"train/1.png": b""}), "as in train/3/anything.png"),
        (zipped(classes), "at most 10 classes"),
        (zipped({"a" * 61 + "/1.png": b""}), "at most 60 letters"),
        (zipped(good)[:5_000], "a.zip is damaged or cut off, or is no zip file; make or download it again"),
        (b"PK\x03\x04 and nothing else", "is damaged or cut off"),
        (b"%PDF", "cannot be read as a set"),
        (b"PK\x01\x02" * 201_001, "holds more than 201,000 files; take fewer"),
    ]:
        assert_one_sentence(message, tmp_path, a_zip=content)


def test_a_zip_that_unpacks_to_too_much_is_one_sentence(
    good: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(picture_zip, "MAX_UNPACKED", 10_000)

    assert_one_sentence("unpacks to more than", tmp_path, a_zip=zipped(good))


def test_a_folder_that_cannot_be_used_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for paths in ([tmp_path / "missing"], [tmp_path / "empty"], [tmp_path / "empty", tmp_path / "empty"]):
        with pytest.raises(DigitLabError, match=SENTENCE), opening.open_paths(paths):
            pass


def test_csv_is_one_sentence_that_says_what_would_work(digits: Digits, tmp_path: Path) -> None:
    message = "is a CSV file, which is not read as a set of your own; save its images and labels as x and y in an npz"
    assert_one_sentence(f"mine.CSV {message}", tmp_path, mine_CSV=b"label,pixel0\n")
    assert_one_sentence(f"b.csv {message}", tmp_path, images=idx(digits.images), b_csv=b"label\n")


def test_what_is_no_file_is_one_sentence_and_nobody_waits_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(DigitLabError, match=r"\A[^\n]* not a file; [^\n]*\.\Z"), opening.open_paths([path]):
            pass
