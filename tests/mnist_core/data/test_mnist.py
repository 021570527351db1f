"""The digits in use are MNIST's own: the full set or 5,000 of it, verified, and a bad file is named."""

from pathlib import Path

import numpy as np
import pytest

from mnist_core import DigitLabError, data
from mnist_core.data import DataSet

FILES = [
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
]


@pytest.fixture
def linked(full_mnist_dir: Path, tmp_path: Path) -> Path:
    """A data folder of full MNIST whose files a test may replace."""
    raw = data.raw_folder(tmp_path)
    raw.mkdir(parents=True)
    for name in FILES:
        (raw / name).symlink_to(data.raw_folder(full_mnist_dir) / name)
    return tmp_path


def replace(data_dir: Path, name: str, content: bytes) -> None:
    file = data.raw_folder(data_dir) / name
    file.unlink()
    file.write_bytes(content)


def test_the_embedded_digits_are_4000_and_1000_with_each_digit_as_often(embedded: DataSet) -> None:
    assert embedded.name == data.EMBEDDED
    for part, count in ((embedded.train, 4_000), (embedded.test, 1_000)):
        assert len(part) == count
        assert (part.images.shape, part.images.dtype) == ((count, 28, 28), np.uint8)
        assert np.bincount(part.labels).tolist() == [count // 10] * 10


def test_the_embedded_digits_are_verified(embedded: DataSet) -> None:
    assert embedded.verified


def test_no_embedded_test_image_is_a_training_image(embedded: DataSet) -> None:
    train = {image.tobytes() for image in embedded.train.images}

    assert not any(image.tobytes() in train for image in embedded.test.images)


@pytest.mark.full_mnist
def test_the_full_set_is_verified_and_has_its_known_counts(full_mnist: DataSet) -> None:
    assert full_mnist.name == data.FULL
    assert full_mnist.verified
    train = [5_923, 6_742, 5_958, 6_131, 5_842, 5_421, 5_918, 6_265, 5_851, 5_949]
    test = [980, 1_135, 1_032, 1_010, 982, 892, 958, 1_028, 974, 1_009]
    assert np.bincount(full_mnist.train.labels).tolist() == train
    assert np.bincount(full_mnist.test.labels).tolist() == test
    assert full_mnist.train.images.shape == (60_000, 28, 28)
    assert full_mnist.test.images.shape == (10_000, 28, 28)


@pytest.mark.full_mnist
def test_the_two_sets_have_different_checksums(full_mnist: DataSet, embedded: DataSet) -> None:
    assert full_mnist.checksum != embedded.checksum


@pytest.mark.full_mnist
def test_the_normalisation_constants_are_those_of_the_training_images(full_mnist: DataSet) -> None:
    mean, std = data.normalisation_constants(full_mnist.train.images)

    assert (round(mean, 4), round(std, 4)) == (data.MEAN, data.STD) == (0.1307, 0.3081)


def test_the_normalisation_constants_are_the_mean_and_standard_deviation_of_all_pixels(embedded: DataSet) -> None:
    pixels = embedded.test.images / 255

    expected = (float(pixels.mean()), float(pixels.std()))
    assert data.normalisation_constants(embedded.test.images) == pytest.approx(expected, rel=1e-9)


@pytest.mark.full_mnist
@pytest.mark.parametrize("name", FILES)
def test_a_truncated_file_is_one_sentence_naming_it(name: str, linked: Path) -> None:
    whole = (data.raw_folder(linked) / name).read_bytes()
    replace(linked, name, whole[: len(whole) // 2])

    with pytest.raises(DigitLabError, match=rf"\A[^\n]*{name} [^\n]*\.\Z"):
        data.load(linked)


@pytest.mark.full_mnist
def test_a_file_with_other_content_of_the_same_size_is_one_sentence_naming_it(linked: Path) -> None:
    whole = bytearray((data.raw_folder(linked) / FILES[1]).read_bytes())
    whole[-1] ^= 1
    replace(linked, FILES[1], bytes(whole))

    with pytest.raises(DigitLabError, match=rf"\A[^\n]*{FILES[1]} [^\n]*\.\Z"):
        data.load(linked)


@pytest.mark.full_mnist
def test_a_file_that_goes_bad_after_it_was_loaded_is_noticed(linked: Path) -> None:
    assert data.load(linked).verified
    replace(linked, FILES[3], b"not MNIST")

    with pytest.raises(DigitLabError, match=FILES[3]):
        data.load(linked)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_one_sentence_naming_it(name: str, tmp_path: Path) -> None:
    raw = data.raw_folder(tmp_path)
    raw.mkdir(parents=True)
    for other in FILES:
        if other != name:
            (raw / other).touch()

    with pytest.raises(DigitLabError, match=rf"\A[^\n]* {name};[^\n]*\.\Z"):
        data.load(tmp_path)


def test_a_folder_without_mnist_gives_the_embedded_digits(tmp_path: Path, embedded: DataSet) -> None:
    assert data.load(tmp_path).checksum == embedded.checksum
    assert data.load(tmp_path / "missing").checksum == embedded.checksum


def test_the_data_set_is_identified_without_reading_it(tmp_path: Path) -> None:
    assert data.identify(tmp_path) == data.Identity(data.EMBEDDED, 4_000, 1_000)

    raw = data.raw_folder(tmp_path)
    raw.mkdir(parents=True)
    for name, size in zip(sorted(FILES), (7_840_016, 10_008, 47_040_016, 60_008), strict=True):
        with (raw / name).open("wb") as file:
            file.truncate(size)
    assert data.identify(tmp_path) == data.Identity(data.FULL, 60_000, 10_000)


def test_the_data_set_in_use_is_said_in_one_sentence() -> None:
    full, embedded = data.Identity(data.FULL, 60_000, 10_000), data.Identity(data.EMBEDDED, 4_000, 1_000)

    assert full.sentence == "Full MNIST: 60,000 training and 10,000 test images."
    assert embedded.sentence == "The embedded 5,000 MNIST digits: 4,000 for training, 1,000 for test."
