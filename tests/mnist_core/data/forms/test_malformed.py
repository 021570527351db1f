"""A file that is not what its name says is one sentence that names it, and nothing of it is kept or unpickled."""

import gzip
import io
import os
import pickle
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mnist_core import DigitLabError, data
from mnist_core.settings import Settings
from tests.mnist_core.data.made_sets import FILES, KEYS, Arrays, idx_file, write_csv, write_idx, write_npz

Break = Callable[[Path, Arrays], None]
ONE_SENTENCE = r"\A[^\n]*[^.\n]\.\Z"


def rewrite(file: Path, change: Callable[[bytes], bytes]) -> None:
    file.write_bytes(change(file.read_bytes()))


def swap(folder: Path, _: Arrays) -> None:
    images, labels = folder / FILES[0], folder / FILES[1]
    images.rename(folder / "other")
    labels.rename(images)
    (folder / "other").rename(labels)


def ones(*shape: int) -> bytes:
    return idx_file(np.ones(shape, np.uint8))


def label_ten(folder: Path, _: Arrays) -> None:
    rewrite(folder / FILES[1], lambda content: content[:-1] + b"\x0a")


BROKEN_IDX: dict[str, tuple[Break, str]] = {
    "empty": (lambda folder, _: rewrite(folder / FILES[0], lambda _: b""), f"{FILES[0]} is empty or cut off"),
    "header cut off": (lambda folder, _: rewrite(folder / FILES[0], lambda old: old[:9]), f"{FILES[0]} is cut off"),
    "truncated": (
        lambda folder, _: rewrite(folder / FILES[2], lambda old: old[:-1]),
        f"{FILES[2]} is cut off, 15,695 ",
    ),
    "too long": (lambda folder, _: rewrite(folder / FILES[3], lambda old: old + b"1"), f"{FILES[3]} is longer than it"),
    "swapped": (swap, f"{FILES[0]} holds labels instead of images, so the two may be swapped"),
    "wrong magic": (
        lambda folder, _: rewrite(folder / FILES[0], lambda old: b"\0\0\x0d" + old[3:]),
        "first four bytes",
    ),
    "a page to log in": (lambda folder, _: rewrite(folder / FILES[1], lambda _: b"<!DOCTYPE html>"), "not an IDX file"),
    "wrong count": (
        lambda folder, _: rewrite(folder / FILES[1], lambda _: ones(69)),
        "70 images but 69 labels for tra",
    ),
    "32x32": (
        lambda folder, _: rewrite(folder / FILES[0], lambda _: ones(70, 32, 32)),
        "32x32 pixels instead of 28x28",
    ),
    "label 10": (label_ten, f"{FILES[1]} holds the label 10, but labels are from 0 to 9"),
    "other digits": (
        lambda folder, _: rewrite(folder / FILES[1], lambda _: ones(70)),
        "its labels differ; add it as a ",
    ),
}


def refuse(settings: Settings, said: str) -> None:
    for look in (data.load, data.identify):  # which remembers it
        with pytest.raises(DigitLabError, match=ONE_SENTENCE) as refused:
            look(settings)
        assert said in str(refused.value)
    assert not list(settings.runs_dir.rglob("*"))


@pytest.mark.parametrize(("spoil", "said"), BROKEN_IDX.values(), ids=BROKEN_IDX.keys())
def test_a_broken_idx_file_is_one_sentence_naming_it(
    spoil: Break, said: str, folder: Path, named: Settings, miniature: Arrays
) -> None:
    spoil(write_idx(folder, miniature), miniature)

    refuse(named, said)


BROKEN_GZ: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "truncated": (lambda content: gzip.compress(content)[:-20], "is damaged or cut off"),
    "content cut off": (lambda content: gzip.compress(content[:-1]), "is damaged or cut off"),
    "content too long": (lambda content: gzip.compress(content + b"1"), "is longer than its header says"),
    "wrong sum": (lambda content: gzip.compress(content)[:-8] + bytes(8), "is damaged or cut off"),
    "two bytes": (lambda _: b"\x1f\x8b", "is damaged or cut off"),
}


@pytest.mark.parametrize(("spoil", "said"), BROKEN_GZ.values(), ids=BROKEN_GZ.keys())
def test_a_broken_gz_file_is_one_sentence_naming_it(
    spoil: Callable[[bytes], bytes], said: str, folder: Path, named: Settings, miniature: Arrays
) -> None:
    write_idx(folder, miniature, (FILES[0] + ".gz", *FILES[1:]))
    rewrite(folder / (FILES[0] + ".gz"), lambda packed: spoil(gzip.decompress(packed)))

    refuse(named, f"{FILES[0]}.gz {said}")


def npz(folder: Path, arrays: dict[str, object]) -> None:
    np.savez(folder / "mnist.npz", **arrays)  # type: ignore[arg-type]


class Trap:
    """Unpickled, it makes a file."""

    def __reduce__(self) -> tuple[Callable[[str], object], tuple[str]]:
        return Path.touch, (Path("sprung"),)  # type: ignore[return-value]


def with_objects(folder: Path, made: dict[str, object]) -> None:
    npz(folder, made | {"y_test": np.array([Trap()], object)})


def pickled_whole(folder: Path, made: dict[str, object]) -> None:
    (folder / "mnist.npz").write_bytes(pickle.dumps(Trap()))


def locked(folder: Path, made: dict[str, object]) -> None:
    npz(folder, made)
    content = bytearray((folder / "mnist.npz").read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    (folder / "mnist.npz").write_bytes(content)


def lying_about_its_size(folder: Path, made: dict[str, object]) -> None:
    """Announces the images, and holds a few bytes."""
    npz(folder, made)
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "|u1", "fortran_order": False, "shape": (70, 28, 28)})
    with zipfile.ZipFile(folder / "mnist.npz", "w") as archive:
        for key in KEYS:
            archive.writestr(f"{key}.npy", header.getvalue() + b"few")


BROKEN_NPZ: dict[str, tuple[Callable[[Path, dict[str, object]], None], str]] = {
    "an array missing": (
        lambda folder, made: npz(folder, {key: made[key] for key in KEYS[:3]}),
        "mnist.npz lacks y_test; Keras' file holds x_train, y_train, x_test, y_test",
    ),
    "pickled objects": (with_objects, "its array y_test holds pickled objects, which are not opened"),
    "a pickle": (pickled_whole, "mnist.npz is damaged or cut off, or is no zip file"),
    "fractions": (lambda folder, made: npz(folder, made | {"x_test": np.ones((20, 28, 28))}), "float64 in x_test"),
    "label 10": (lambda folder, made: npz(folder, made | {"y_test": np.full(20, 10)}), "holds the label 10"),
    "label -1": (lambda folder, made: npz(folder, made | {"y_test": np.full(20, -1)}), "holds the label -1"),
    "wrong count": (
        lambda folder, made: npz(folder, made | {"y_test": np.ones(19, int)}),
        "19 in y_test instead of 20",
    ),
    "no images": (lambda folder, made: npz(folder, made | {"x_test": np.uint8(3)}), "1 in x_test instead of 20"),
    "32x32": (lambda folder, made: npz(folder, made | {"x_test": np.ones((20, 32, 32), np.uint8)}), "is 20x32x32"),
    "locked": (locked, "its array x_train is locked with a password; save it without one, or name a folder"),
    "lying": (lying_about_its_size, "mnist.npz"),
    "empty": (lambda folder, _: (folder / "mnist.npz").touch(), "mnist.npz is damaged or cut off, or is no zip file"),
}


@pytest.mark.parametrize(("write", "said"), BROKEN_NPZ.values(), ids=BROKEN_NPZ.keys())
def test_a_broken_npz_file_is_one_sentence_naming_it(
    write: Callable[[Path, dict[str, object]], None],
    said: str,
    folder: Path,
    named: Settings,
    miniature: Arrays,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder.mkdir()
    monkeypatch.chdir(folder)
    write(folder, dict(zip(KEYS, miniature, strict=True)))

    refuse(named, said)

    assert [path.name for path in folder.iterdir()] == ["mnist.npz"], "it was unpickled"


def test_arrays_of_other_whole_numbers_and_orders_are_read(folder: Path, named: Settings, miniature: Arrays) -> None:
    images, labels, test_images, test_labels = miniature
    write_npz(folder, (np.asfortranarray(images), labels.astype(np.int64), test_images.reshape(-1, 784), test_labels))  # type: ignore[arg-type]

    assert data.load(named).verified


def in_line(number: int, change: Callable[[str], str]) -> Callable[[str], str]:
    def changed(content: str) -> str:
        lines = content.splitlines()
        lines[number] = change(lines[number])
        return "\n".join(lines) + "\n"

    return changed


BAD_LINE = "has a line that is not a label and 784 whole numbers from 0 to 255"
BROKEN_CSV: dict[str, tuple[Callable[[str], str], str]] = {
    "empty": (lambda _: "", "has 1 columns instead of a label and 784 pixels"),
    "a column missing": (
        lambda text: "\n".join(line[2:] for line in text.splitlines()),
        "has 784 columns instead of a",
    ),
    "a column missing in a line": (in_line(5, lambda line: line[2:]), BAD_LINE),
    "a column too many in a line": (in_line(5, lambda line: line + ",0"), BAD_LINE),
    "text": (in_line(5, lambda line: line[:-1] + "x"), BAD_LINE),
    "text in the first line": (in_line(0, lambda line: line[:-1] + "x"), "does not have the label in its first column"),
    "an empty cell": (in_line(5, lambda line: line[:-1]), BAD_LINE),
    "a fraction": (in_line(5, lambda line: line[:-1] + "0.5"), BAD_LINE),
    "256": (in_line(5, lambda line: line[:-1] + "256"), BAD_LINE),
    "below 0": (in_line(5, lambda line: line[:-1] + "-1"), BAD_LINE),
    "far too large": (in_line(5, lambda line: line[:-1] + "9" * 40), BAD_LINE),
    "label 10": (in_line(5, lambda line: "10" + line[1:]), "holds the label 10"),
    "cut off": (lambda text: text[:-500], BAD_LINE),
    "a row missing": (in_line(5, lambda _: ""), "19 rows instead of 20; add it as a set of your own"),
    "a row too many": (lambda text: text + text.splitlines()[0], "more than 20 rows; add it as a set of your own"),
    "semicolons": (lambda text: text.replace(",", ";"), "has 1 columns instead of a label and 784 pixels"),
    "another encoding": (in_line(5, lambda line: line[:-1] + "\u0664"), BAD_LINE),
    "a quote that never ends": (in_line(5, lambda line: '"' + line), BAD_LINE),
}


@pytest.mark.parametrize(("spoil", "said"), BROKEN_CSV.values(), ids=BROKEN_CSV.keys())
def test_a_broken_table_is_one_sentence_naming_it(
    spoil: Callable[[str], str], said: str, folder: Path, named: Settings, miniature: Arrays
) -> None:
    table = write_csv(folder, miniature) / "mnist_test.csv"
    table.write_text(spoil(table.read_text()))

    refuse(named, f"mnist_test.csv {said}" if said == BAD_LINE else said)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: text + "\n\n",
        lambda text: text.rstrip("\n"),
        lambda text: text.replace(",", ", "),
    ],
    ids=["Windows' line ends", "a byte order mark", "empty lines", "no last line end", "spaces"],
)
@pytest.mark.parametrize("header", [False, True])
def test_a_table_as_other_programs_write_it_is_read(
    change: Callable[[str], str], header: bool, folder: Path, named: Settings, miniature: Arrays
) -> None:
    table = write_csv(folder, miniature, header) / "mnist_train.csv"
    table.write_text(change(table.read_text()), newline="")

    assert data.load(named).verified


@pytest.mark.parametrize("name", ["mnist.npz", "mnist_test.csv", "mnist_test.csv.gz", f"{FILES[0]}.gz", FILES[2]])
def test_a_damaged_file_is_read_right_or_refused_but_never_breaks(
    name: str, folder: Path, named: Settings, miniature: Arrays
) -> None:
    if name.endswith("npz"):
        write_npz(folder, miniature)
    elif "csv" in name:
        write_csv(folder, miniature, ends=name.removeprefix("mnist_test"))
    else:
        write_idx(folder, miniature, (f"{FILES[0]}.gz", *FILES[1:]))
    whole, rng, sentences = (folder / name).read_bytes(), np.random.default_rng(0), list[str]()
    for number in range(100):
        damaged = bytearray(whole[: rng.integers(2, len(whole) + 1)] if rng.random() < 0.2 else whole)
        for place in rng.integers(0, len(damaged), rng.integers(1, 6)):
            damaged[place] = rng.integers(256)
        (folder / name).write_bytes(bytes(damaged))
        os.utime(folder / name, (number, number))  # as files that were not written within one tick of the clock
        try:
            assert data.load(named).verified
        except DigitLabError as error:
            sentences.append(str(error))

    assert len(sentences) > 80
    assert all(re.match(ONE_SENTENCE, sentence) for sentence in sentences)
