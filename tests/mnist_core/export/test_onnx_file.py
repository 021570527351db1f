"""An ONNX file reads real digits as PyTorch does, any number of them, and says what it wants and gives."""

import json
from itertools import chain
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch

from mnist_core import DigitLabError
from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED, DataSet
from mnist_core.export import onnx_file, run_files
from mnist_core.store import Store
from mnist_core.training import networks
from mnist_core.training.views import AveragedNetwork, View

SETTINGS: list[dict[str, Any]] = [
    {},
    {"hidden_sizes": ()},
    {"loss": "cross_entropy", "activation": "tanh", "hidden_sizes": (8,), "readings": 3},
    {"network": "cnn", "activation": "sigmoid"},
    {"network": "cnn", "loss": "cross_entropy", "activation": "gelu", "hidden_sizes": ()},
    {"network": "deep_cnn", "channels": 4, "readings": 6},
    {"network": "deep_cnn", "channels": 4, "readings": 6, "loss": "cross_entropy"},
]


def network(config: TrainingConfig, data_set: DataSet) -> AveragedNetwork:
    """A network whose answers to different digits differ, with statistics of real digits in its normalisations."""
    model, rng = networks.build_network(config), torch.Generator().manual_seed(3)
    with torch.no_grad():
        for tensor in chain(model.parameters(), model.buffers()):
            if tensor.is_floating_point():
                tensor.mul_(1 + torch.rand(tensor.shape, generator=rng))
        model.train()
        for _ in range(30):
            outputs = model(networks.to_inputs(torch.tensor(data_set.train.images[:200])))
        # As far apart as those of a trained network.
        model[-1].bias.sub_(outputs.mean(dim=0))
        for parameter in model[-1].parameters():
            parameter.div_(outputs.std(dim=0).reshape(-1, *[1] * (parameter.dim() - 1)))
    return model.eval()


def session(content: bytes) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda settings: " ".join(map(str, settings.values())) or "mlp")
def test_it_gives_the_probabilities_that_pytorch_gives(settings: dict[str, Any], embedded: DataSet) -> None:
    config = TrainingConfig(**settings)
    model = network(config, embedded)
    reader = session(onnx_file.write_onnx(model, {}, embedded.class_names))

    for count in (1, 37, 200):
        images = embedded.test.images[:count]
        [read] = reader.run([onnx_file.OUTPUT], {onnx_file.INPUT: images})
        expected = networks.probabilities(model, config.loss, images)
        assert (read.shape, read.dtype) == ((count, 10), np.float32)
        np.testing.assert_allclose(read, expected, atol=1e-4)
    assert len(set(read.argmax(axis=1))) > 3


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda settings: " ".join(map(str, settings.values())) or "mlp")
def test_it_gives_only_the_classes_of_its_set(settings: dict[str, Any], embedded: DataSet) -> None:
    config = TrainingConfig(**settings)
    model, images = network(config, embedded), embedded.test.images[:37]
    reader = session(onnx_file.write_onnx(model, {}, ("Cup", "Key", "Leaf")))

    [read] = reader.run([onnx_file.OUTPUT], {onnx_file.INPUT: images})

    assert reader.get_outputs()[0].shape == ["n", 3]
    np.testing.assert_allclose(read, networks.probabilities(model, config.loss, images, 3), atol=1e-4)
    np.testing.assert_allclose(read.sum(axis=1), 1, atol=1e-5)


def test_outputs_that_are_all_below_zero_give_the_same_answer(embedded: DataSet) -> None:
    config = TrainingConfig()
    model = network(config, embedded)
    with torch.no_grad():
        model[-1].bias.sub_(100)
    images = embedded.test.images[:50]

    [read] = session(onnx_file.write_onnx(model, {}, embedded.class_names)).run(None, {onnx_file.INPUT: images})

    np.testing.assert_array_equal(read, networks.probabilities(model, config.loss, images))
    assert read.max(axis=1).tolist() == [1.0] * 50


def test_the_views_that_it_averages_matter(embedded: DataSet, monkeypatch: pytest.MonkeyPatch) -> None:
    config = TrainingConfig(network="deep_cnn", channels=4, readings=2)
    model, images = network(config, embedded), {onnx_file.INPUT: embedded.test.images[:50]}
    before = session(onnx_file.write_onnx(model, {}, embedded.class_names)).run(None, images)[0]

    monkeypatch.setattr(onnx_file, "VIEWS", (View(), View(25)))

    assert (
        np.abs(session(onnx_file.write_onnx(model, {}, embedded.class_names)).run(None, images)[0] - before).max()
        > 0.01
    )


def test_the_file_of_a_run_says_what_it_wants_what_it_gives_and_where_it_is_from(
    store: Store, embedded: DataSet
) -> None:
    config = TrainingConfig(hidden_sizes=(8,))
    run = store.runs.create(config, EMBEDDED, "mine", state="finished")
    networks.save_network(network(config, embedded), config, store.files.network_path(run.id))
    store.runs.count_test_opening(run.id, EMBEDDED, 0.9)

    reader = session(run_files.onnx_file(store, store.runs.get(run.id)))

    [wanted], [given], meta = reader.get_inputs(), reader.get_outputs(), reader.get_modelmeta()
    assert (wanted.name, wanted.shape, wanted.type) == ("images", ["n", 28, 28], "tensor(uint8)")
    assert (given.name, given.shape, given.type) == ("probabilities", ["n", 10], "tensor(float)")
    assert meta.description == onnx_file.DESCRIPTION
    stated = meta.custom_metadata_map
    assert (stated["name"], stated["data_set"], stated["test_openings"]) == ("mine", EMBEDDED, "1")
    assert json.loads(stated["class_names"]) == list("0123456789")
    assert TrainingConfig.model_validate_json(stated["config"]) == config


def test_a_run_whose_data_set_is_gone_is_refused_since_its_classes_have_no_names(
    store: Store, embedded: DataSet
) -> None:
    config = TrainingConfig(hidden_sizes=(8,))
    run = store.runs.create(config, "Cups", "mine", state="finished", size=100)
    networks.save_network(network(config, embedded), config, store.files.network_path(run.id))

    with pytest.raises(DigitLabError, match="mine was trained on Cups, which is not here"):
        run_files.onnx_file(store, run)
