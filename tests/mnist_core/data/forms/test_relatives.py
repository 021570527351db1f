"""MNIST's relatives are read from their own folders, each as its files are, and MNIST is not taken for one."""

from pathlib import Path

import numpy as np
import pytest

from mnist_core import DigitLabError, data
from mnist_core.settings import Settings
from tests.mnist_core.data.made_sets import FILES, Arrays, Make, packed, write_idx, write_npz

EMNIST = data.KNOWN["EMNIST-Digits"].files
QMNIST = data.KNOWN["QMNIST"].files
RELATIVES: dict[str, tuple[str, Make]] = {
    "Fashion-MNIST, torchvision's": (
        "Fashion-MNIST",
        lambda folder, made: write_idx(folder / "FashionMNIST/raw", made),
    ),
    "Fashion-MNIST, Keras'": (
        "Fashion-MNIST",
        lambda folder, made: write_idx(folder / "fashion-mnist", made, packed(FILES)),
    ),
    "Fashion-MNIST, npz": ("Fashion-MNIST", lambda folder, made: write_npz(folder, made, "fashion_mnist.npz")),
    "KMNIST": ("KMNIST", lambda folder, made: write_idx(folder / "KMNIST" / "raw", made)),
}


@pytest.mark.parametrize(("name", "make"), RELATIVES.values(), ids=RELATIVES.keys())
def test_a_relative_is_read_by_its_name_from_its_folder(
    name: str, make: Make, folder: Path, named: Settings, relative: Arrays
) -> None:
    make(folder, relative)

    digits = data.load(named, name)

    assert (digits.name, digits.verified, digits.class_names) == (name, False, data.KNOWN[name].class_names)
    np.testing.assert_array_equal(digits.train.images, relative[0])
    assert [identity.name for identity in data.available(named)] == [data.EMBEDDED, name]
    with pytest.raises(DigitLabError, match=f"holds {name} but no MNIST"):
        data.load(named)


def test_emnists_images_are_turned_upright(folder: Path, named: Settings, relative: Arrays) -> None:
    images, labels, test_images, test_labels = relative
    lying = images.transpose(0, 2, 1), labels, test_images.transpose(0, 2, 1), test_labels
    write_idx(folder / "EMNIST" / "raw", lying, packed(EMNIST))

    for _ in range(2):  # the second time from the cache
        digits = data.load(named, "emnist-digits")
        np.testing.assert_array_equal(digits.train.images, images)
        np.testing.assert_array_equal(digits.test.images, test_images)
        data.source._load.cache_clear()


def test_qmnists_labels_are_the_first_of_eight_numbers(folder: Path, named: Settings, relative: Arrays) -> None:
    raw = write_idx(folder / "QMNIST" / "raw", relative, QMNIST)
    for name, labels in ((QMNIST[1], relative[1]), (QMNIST[3], relative[3])):
        table = np.arange(8 * len(labels), dtype=">i4").reshape(-1, 8)
        table[:, 0] = labels
        header = bytes([0, 0, 12, 2]) + len(labels).to_bytes(4, "big") + (8).to_bytes(4, "big")
        (raw / name).write_bytes(header + table.tobytes())

    digits = data.load(named, "QMNIST")

    np.testing.assert_array_equal(digits.train.labels, relative[1])
    np.testing.assert_array_equal(digits.test.labels, relative[3])


def test_the_sets_that_are_there_are_available(
    folder: Path, named: Settings, miniature: Arrays, relative: Arrays
) -> None:
    write_npz(folder, miniature)
    write_idx(folder / "KMNIST" / "raw", relative)
    write_idx(folder / "FashionMNIST" / "raw", relative)
    (folder / "FashionMNIST" / "raw" / FILES[1]).write_bytes(b"cut off")

    assert [identity.name for identity in data.available(named)] == [data.EMBEDDED, data.FULL, "KMNIST"]


MNIST_INSTEAD: dict[str, tuple[str, Make, str]] = {
    "raw": ("Fashion-MNIST", lambda folder, made: write_idx(folder / "FashionMNIST" / "raw", made), "FashionMNIST"),
    ".gz": ("KMNIST", lambda folder, made: write_idx(folder / "KMNIST", made, packed(FILES)), "KMNIST"),
    "npz": ("Fashion-MNIST", lambda folder, made: write_npz(folder, made, "fashion_mnist.npz"), "fashion_mnist.npz"),
}


@pytest.mark.parametrize(("name", "make", "where"), MNIST_INSTEAD.values(), ids=MNIST_INSTEAD.keys())
def test_mnists_own_digits_in_the_place_of_a_relative_are_not_taken_for_it(
    name: str, make: Make, where: str, folder: Path, named: Settings, miniature: Arrays
) -> None:
    make(folder, miniature)
    sentence = (
        f"{folder / where} holds MNIST, not {name}; give it MNIST's name, and put {name} there or download it on the "
        "Data page."
    )

    for look in (data.load, data.identify):  # which remembers it
        with pytest.raises(DigitLabError) as refused:
            look(named, name)
        assert str(refused.value) == sentence
    assert [identity.name for identity in data.available(named)] == [data.EMBEDDED]
    assert not list(named.runs_dir.rglob("*"))
