"""Networks of the presets, and how well they read."""

import numpy as np
from torch import nn

from mnist_core import config
from mnist_core.data import DataSet, Digits
from mnist_core.training import networks, trainer


def trained(preset: str, seed: int, data_set: DataSet) -> nn.Module:
    """A preset's network, trained on all training images."""
    settings = config.configure(preset, seed=seed)
    model = networks.build_network(settings)
    for _ in trainer.Trainer(model, settings, data_set.train, data_set.test.take(np.arange(0))).run():
        pass
    return model


def accuracy(model: nn.Module, digits: Digits) -> float:
    """The share of digits whose largest output is the right one."""
    return float((networks.outputs(model, digits.images).argmax(1).numpy() == digits.labels).mean())
