"""A network normalises images by the constants of the data set that it is for, wherever it reads them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from safetensors import safe_open

from mnist_core import DigitLabError
from mnist_core.config import TrainingConfig
from mnist_core.data import FULL, MEAN, STD, DataSet
from mnist_core.evaluation.classifier import NetworkClassifier
from mnist_core.training import networks, views
from mnist_core.training.trainer import Trainer

CONFIG = TrainingConfig(hidden_sizes=(20,), epochs=1, batch_size=100)


@pytest.fixture
def bright(embedded: DataSet) -> DataSet:
    """The embedded digits as a set of another name, brighter, so that its constants are others."""
    train, test = (
        replace(part, images=(part.images // 2 + 100).astype(np.uint8)) for part in (embedded.train, embedded.test)
    )
    return replace(embedded, identity=replace(embedded.identity, name="Bright"), train=train, test=test)


def test_it_is_trained_and_reads_with_its_sets_constants(bright: DataSet) -> None:
    mean, std = bright.normalisation
    inputs = torch.tensor((bright.train.images[:100].reshape(-1, 784) / 255 - mean) / std, dtype=torch.float32)
    model = networks.build_network(CONFIG, bright)
    first = torch.nn.functional.mse_loss(model(inputs), torch.eye(10)[torch.tensor(bright.train.labels[:100]).long()])

    np.testing.assert_allclose(
        networks.outputs(model, bright.train.images[:100]).numpy(), model(inputs).detach().numpy(), atol=1e-4
    )
    trainer = Trainer(model, CONFIG, bright.train.take(np.arange(100)), bright.test.take(np.arange(0)))
    losses = [loss for event in trainer.run() for loss in getattr(event, "losses", [])]
    assert losses == [pytest.approx(first.item(), rel=1e-4)]


def test_it_is_the_same_network_when_it_is_loaded_again(bright: DataSet, tmp_path: Path) -> None:
    config = CONFIG.model_copy(update={"network": "cnn", "readings": 4})
    model, path = networks.build_network(config, bright), tmp_path / "network.safetensors"
    networks.save_network(model, config, path)

    loaded, _ = networks.load_network(path)

    assert (loaded.data_set, loaded.normalisation) == ("Bright", bright.normalisation)
    images = bright.test.images[:50]
    assert torch.equal(networks.outputs(model, images), networks.outputs(loaded, images))


def test_the_views_that_it_averages_have_its_own_black_around_them(bright: DataSet) -> None:
    config = CONFIG.model_copy(update={"readings": 6})
    model, black = networks.build_network(config, bright), np.zeros((1, 28, 28), np.uint8)

    # Of a black image, all views are the same.
    one = networks.build_network(CONFIG, bright)
    np.testing.assert_allclose(networks.outputs(model, black).numpy(), networks.outputs(one, black).numpy(), atol=1e-5)
    assert len(views.VIEWS) == 6


def test_the_features_before_its_last_layer_are_of_images_normalised_in_the_same_way(bright: DataSet) -> None:
    classifier = NetworkClassifier(networks.build_network(CONFIG, bright), CONFIG, "Bright", "run-1-")
    features = torch.tensor(classifier.features(bright.test.images[:50]))

    with torch.no_grad():
        outputs = classifier.model[-1](features)
    np.testing.assert_allclose(
        outputs.numpy(), networks.outputs(classifier.model, bright.test.images[:50]).numpy(), atol=1e-5
    )


def test_a_file_that_names_no_data_set_is_of_a_network_for_mnist(tmp_path: Path) -> None:
    model, path = networks.build_network(CONFIG), tmp_path / "network.safetensors"
    path.write_bytes(safetensors.torch.save(model.state_dict(), metadata={"config": CONFIG.model_dump_json()}))

    loaded, _ = networks.load_network(path)

    assert (loaded.data_set, loaded.normalisation) == (FULL, (MEAN, STD))


@pytest.mark.parametrize("stated", ["", "[]", '{"mean": 0.1}', '{"mean": 0.1, "std": 0}', '{"mean": "a", "std": 1}'])
def test_constants_that_cannot_be_are_one_sentence(stated: str, tmp_path: Path) -> None:
    model, path = networks.build_network(CONFIG), tmp_path / "network.safetensors"
    metadata = {"config": CONFIG.model_dump_json(), "normalisation": stated}
    path.write_bytes(safetensors.torch.save(model.state_dict(), metadata=metadata))

    with pytest.raises(DigitLabError, match=r"\A[^\n]*damaged[^\n]*\.\Z"):
        networks.load_network(path)


def test_the_same_network_gives_the_same_file(bright: DataSet, tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.safetensors" for number in range(8)]
    for file in files:
        networks.save_network(networks.build_network(CONFIG, bright), CONFIG, file)

    assert len({file.read_bytes() for file in files}) == 1
    with safe_open(files[0], framework="pt") as opened:
        assert opened.metadata()["data_set"] == "Bright"
