"""The digits in use are MNIST's own: the full set or 5,000 of it, verified; a bad file is named, and memory shared."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from mnist_core import DigitLabError, data, settings
from mnist_core.config import TrainingConfig
from mnist_core.data import DataSet, Digits
from mnist_core.settings import Settings
from mnist_core.training import networks
from mnist_core.training.events import StepsTaken
from mnist_core.training.trainer import Trainer
from tests.mnist_core.data.made_sets import FILES, Arrays, write_csv, write_idx, write_npz


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
@pytest.mark.parametrize("form", ["gz", "npz", "csv"])
def test_full_mnist_in_another_form_is_verified_and_the_same(
    form: str, full_mnist_folders: dict[str, Path], full_mnist: DataSet, runs_dir: Path
) -> None:
    other = data.load(Settings(data_dir=full_mnist_folders[form], runs_dir=runs_dir), data.FULL)

    assert (other.verified, other.identity, other.checksum) == (True, full_mnist.identity, full_mnist.checksum)
    assert (other.train.checksum, other.test.checksum) == (full_mnist.train.checksum, full_mnist.test.checksum)


def trained(digits: Digits) -> list[float]:
    """The losses of a short training, and its last weights."""
    config = TrainingConfig(epochs=2, batch_size=8, validation_share=0, seed=3)
    network, none = networks.build_network(config), digits.take(np.arange(0))
    history = list(Trainer(network, config, digits, none).run())
    losses = [loss for event in history if isinstance(event, StepsTaken) for loss in event.losses]
    return losses + [weight for part in network.parameters() for weight in part.flatten().tolist()]


def test_a_network_is_trained_bit_for_bit_the_same_from_every_form(
    tmp_path: Path, runs_dir: Path, miniature: Arrays
) -> None:
    packed = tuple(f"{name}.gz" for name in FILES)
    folders = [
        write_idx(tmp_path / "raw files", miniature),
        write_idx(tmp_path / "gz", miniature, packed),
        write_npz(tmp_path / "npz", miniature),
        write_csv(tmp_path / "csv", miniature),
    ]
    results = []
    for folder in folders:
        for _ in range(2):  # decoded, and from the cache
            results.append(trained(data.load(Settings(data_dir=folder, runs_dir=runs_dir), data.FULL).train))
            data.source._load.cache_clear()

    assert len(results[0]) > 100_000
    assert all(result == results[0] for result in results[1:])


@pytest.fixture
def default_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The default data folder of a person who set no environment variable, which is not there yet."""
    for variable in ("MNIST_DATA_DIR", "MNIST_DATA_SET"):
        monkeypatch.delenv(variable)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "data"


def test_a_default_folder_without_mnist_gives_the_embedded_digits(default_folder: Path, embedded: DataSet) -> None:
    assert data.load(settings.load()) is embedded

    (default_folder / "KMNIST" / "raw").mkdir(parents=True)
    (default_folder / ".download-left").mkdir()

    assert data.load(settings.load()) is embedded
    assert data.identify(settings.load()) == data.Identity(data.EMBEDDED, 4_000, 1_000)


def test_why_the_embedded_digits_stand_for_mnist_beside_its_relatives(default_folder: Path, relative: Arrays) -> None:
    assert data.why_embedded(settings.load()) is None

    write_idx(default_folder / "KMNIST" / "raw", relative)

    assert data.load(settings.load()).name == data.EMBEDDED
    assert data.why_embedded(settings.load()) == (
        f"{default_folder} holds KMNIST but no MNIST: the embedded digits stand for it."
    )


@pytest.mark.parametrize("name", ["mnist.zip", "mnist(1).npz", "MNIST"])
def test_a_default_folder_with_something_unusable_is_an_error(name: str, default_folder: Path) -> None:
    default_folder.mkdir()
    (default_folder / name).touch()

    with pytest.raises(DigitLabError, match=r"holds [^\n]* but no MNIST; put [^\n]*\.\Z"):
        data.load(settings.load())


def test_a_default_folder_with_a_part_of_mnist_is_an_error(default_folder: Path, miniature: Arrays) -> None:
    write_idx(default_folder / "MNIST" / "raw", miniature)
    (default_folder / "MNIST" / "raw" / FILES[1]).unlink()

    with pytest.raises(DigitLabError, match=rf"holds only a part of MNIST, without {FILES[1]}"):
        data.load(settings.load())


def test_a_default_folder_without_the_set_that_was_chosen_is_an_error(default_folder: Path) -> None:
    for name in (data.FULL, "KMNIST"):
        with pytest.raises(DigitLabError, match=rf"does not exist; [^\n]* or download {name} on the Data page\.\Z"):
            data.load(settings.load(), name)


def test_a_set_that_nobody_knows_is_one_sentence_with_those_that_are() -> None:
    with pytest.raises(DigitLabError, match=r"no data set 'MNEST'; choose one of: MNIST, MNIST-5000, [^\n]*\.\Z"):
        data.load(settings.load(), "MNEST")


def test_the_images_are_in_memory_once_however_many_ask_at_the_same_time(
    folder: Path, named: Settings, miniature: Arrays
) -> None:
    write_npz(folder, miniature)

    with ThreadPoolExecutor(8) as pool:
        loaded = list(pool.map(lambda _: data.load(named), range(32)))

    assert all(digits is loaded[0] for digits in loaded)


def test_a_file_that_changes_after_it_was_loaded_is_noticed(folder: Path, named: Settings, miniature: Arrays) -> None:
    write_idx(folder, miniature)
    assert data.load(named).verified
    (folder / FILES[3]).write_bytes(b"not MNIST")

    with pytest.raises(DigitLabError, match=FILES[3]):
        data.load(named)

    write_idx(folder, miniature)
    assert data.load(named).verified


def test_a_set_that_was_loaded_is_identified_without_opening_a_file(
    folder: Path, named: Settings, miniature: Arrays, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_csv(folder, miniature)
    identity = data.load(named).identity

    monkeypatch.setattr(Path, "open", None)

    assert data.identify(named) == identity


def test_the_data_set_in_use_is_said_in_one_sentence() -> None:
    full, embedded = data.Identity(data.FULL, 60_000, 10_000), data.Identity(data.EMBEDDED, 4_000, 1_000)

    assert full.sentence == "Full MNIST: 60,000 training and 10,000 test images."
    assert embedded.sentence == "The embedded 5,000 MNIST digits: 4,000 for training, 1,000 for test."
