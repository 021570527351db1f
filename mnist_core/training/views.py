"""Test-time averaging: a network reads an image several times, each time from a slightly different view."""

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from mnist_core.config.training_config import Loss
from mnist_core.data import FULL, MEAN, STD


class View(NamedTuple):
    """An image turned by so many degrees, and its width and height divided by so much."""

    rotation: float = 0
    width: float = 1
    height: float = 1


VIEWS = (View(), View(7), View(-7), View(width=1.08), View(height=1.08), View(width=0.93, height=0.93))
"""The first is the image as it is. Chosen on handwriting that was drawn with a pen, and on MNIST's training images."""

_FEW_IMAGES = 32
"""All views of so many are read at once, in half the time for one image; of more, a view at a time stays in the cache
and is up to 1.6 times as fast."""


class AveragedNetwork(nn.Sequential):
    """Layers one after the other, whose answers to several views are averaged when it reads, not when it is trained."""

    readings = 1
    """How many of `VIEWS` it reads, those from the first one; a part of the layers always reads one."""
    loss: Loss = "mse"
    data_set = FULL
    """Name of the data set that it is for."""
    normalisation = MEAN, STD
    """Mean and standard deviation by which the pixels of its inputs are normalised; see `DataSet.normalisation`."""

    def forward(self, inputs: Tensor) -> Tensor:
        """Outputs (n, 10) for normalised images (n, 784), both float32.

        Where they are logits, they are averaged as the probabilities that they stand for.
        """
        if self.training or self.readings == 1:
            return self._through_layers(inputs)
        mean, std = self.normalisation
        seen = [inputs, *(_seen(inputs, view, -mean / std) for view in VIEWS[1 : self.readings])]
        if len(inputs) <= _FEW_IMAGES:
            answers = torch.stack(self._through_layers(torch.cat(seen)).chunk(self.readings))
        else:
            answers = torch.stack([self._through_layers(view) for view in seen])
        if self.loss == "mse":
            return answers.mean(dim=0)
        return answers.log_softmax(dim=2).logsumexp(dim=0) - math.log(self.readings)

    def _through_layers(self, values: Tensor) -> Tensor:
        for layer in self:
            values = layer(values)
        return values


def sampling_grid(view: View) -> Tensor:
    """Where each pixel of a view comes from, in the coordinates of `grid_sample`: (1, 28, 28, 2) float32."""
    angle = math.radians(view.rotation)
    cos, sin = math.cos(angle), math.sin(angle)
    source = [[cos * view.width, -sin * view.width, 0], [sin * view.height, cos * view.height, 0]]
    return functional.affine_grid(torch.tensor([source]), [1, 1, 28, 28], align_corners=False)


def _seen(inputs: Tensor, view: View, background: float) -> Tensor:
    """What the view makes of normalised images (n, 784), whose black pixels have the value `background`."""
    n = len(inputs)
    grid = sampling_grid(view).to(inputs.device).expand(n, 28, 28, 2)
    ink = (inputs - background).view(n, 1, 28, 28)
    return functional.grid_sample(ink, grid, align_corners=False).view(n, 784) + background
