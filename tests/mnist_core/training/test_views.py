"""A network that reads several views of an image averages its answers, and learns from the image alone."""

import pytest
import torch
from torch import nn

from mnist_core.config.training_config import Loss, TrainingConfig
from mnist_core.data import DataSet
from mnist_core.training import networks
from mnist_core.training.views import VIEWS, AveragedNetwork


def built(readings: int, loss: Loss = "cross_entropy") -> AveragedNetwork:
    return networks.build_network(TrainingConfig(network="deep_cnn", channels=4, readings=readings, loss=loss))


def test_the_first_view_is_the_image_itself(embedded: DataSet) -> None:
    images = embedded.test.images[:20]

    assert VIEWS[0] == (0, 1, 1)
    assert torch.equal(networks.outputs(built(1), images), networks.outputs(nn.Sequential(*built(6)), images))


@pytest.mark.parametrize("loss", ["mse", "cross_entropy"])
@pytest.mark.parametrize("count", [20, 40])
def test_the_answer_is_the_mean_of_the_answers_to_each_view(count: int, loss: Loss, embedded: DataSet) -> None:
    images, answers = embedded.test.images[:count], list[torch.Tensor]()
    layers, averaged = nn.Sequential(*built(1, loss)), built(4, loss)
    seen = list[torch.Tensor]()
    averaged[0].register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].clone()))

    with torch.no_grad():
        outputs = averaged.eval()(networks.to_inputs(torch.tensor(images)))

    answers = [layers.eval()(view).detach() for view in torch.cat(seen).split(count)]
    assert len(seen) == (1 if count == 20 else 4)
    assert len(answers) == 4
    assert not torch.allclose(answers[0], answers[1], atol=1e-3)
    if loss == "cross_entropy":
        answers, outputs = [answer.softmax(dim=1) for answer in answers], outputs.softmax(dim=1)
    torch.testing.assert_close(outputs, torch.stack(answers).mean(dim=0))


def test_in_training_it_reads_the_image_alone() -> None:
    inputs = torch.randn(8, 784)
    one, six = built(1).train(), built(6).train()

    assert torch.equal(one(inputs), six(inputs))


def test_a_saved_network_still_reads_several_views(tmp_path_factory: pytest.TempPathFactory, embedded: DataSet) -> None:
    config = TrainingConfig(network="deep_cnn", channels=4, readings=3, loss="cross_entropy")
    path = tmp_path_factory.mktemp("network") / "run-1.safetensors"
    model = networks.build_network(config)

    networks.save_network(model, config, path)

    loaded, _ = networks.load_network(path)
    images = embedded.test.images[:20]
    assert loaded.readings == 3
    assert torch.equal(networks.outputs(model, images), networks.outputs(loaded, images))
