"""Networks trained with a preset, and their accuracy."""

import numpy as np
from torch import nn

from mnist_core import config
from mnist_core.data import DataSet, Digits
from mnist_core.training import networks, trainer


def trained(preset: str, seed: int, data_set: DataSet) -> nn.Module:
    """A preset's network, trained on all training images."""
    configuration = config.configure(preset, seed=seed)
    model = networks.build_network(configuration)
    for _ in trainer.Trainer(model, configuration, data_set.train, data_set.test.take(np.arange(0))).run():
        pass
    return model


def accuracy(model: nn.Module, digits: Digits) -> float:
    """The share of digits whose largest output is that of their label."""
    return float((networks.outputs(model, digits.images).argmax(1).numpy() == digits.labels).mean())
