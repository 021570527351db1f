"""Random changes to training images, another for each image of a batch, on the device that the batch is on."""

import math

import torch
from torch import Tensor
from torch.nn import functional

from mnist_core.config import TrainingConfig

_PARTS = 5
"""Parts, across and down, that a distortion moves."""


def augment(images: Tensor, config: TrainingConfig, generator: torch.Generator) -> Tensor:
    """Turn, stretch, slant, move and distort (n, 28, 28) images, and make their strokes thicker or thinner.

    Pixels are 0 (no ink) to 255, uint8 or float; returns (n, 28, 28) float32 in the same range. How far each image may
    be changed is the configuration's; how far it is, is drawn evenly from that range, either way.
    """
    n = len(images)
    pixels = images.view(n, 1, 28, 28).float()
    chance = torch.rand(n, 7, generator=generator, device=images.device) * 2 - 1
    turn, slant = chance[:, 0] * math.radians(config.rotation), chance[:, 1] * math.tan(math.radians(config.shear))
    width, height = (math.log1p(config.scale) * chance[:, 2:4]).exp().unbind(1)
    right, down = (config.shift / 14 * chance[:, 4:6]).unbind(1)
    cosine, sine = turn.cos(), turn.sin()
    # From each pixel of the result to where it comes from, in the coordinates of grid_sample: -1 to 1 is 28 pixels.
    origin = torch.stack(
        [cosine * width, (slant * cosine - sine) * width, right, sine * height, (slant * sine + cosine) * height, down],
        dim=1,
    ).view(n, 2, 3)
    grid = functional.affine_grid(origin, [n, 1, 28, 28], align_corners=False)
    if config.distortion:
        # After Simard, Steinkraus and Platt, Best practices for convolutional neural networks (2003): each part of the
        # image is moved on its own, neighbouring parts alike.
        moves = torch.rand(n, 2, _PARTS, _PARTS, generator=generator, device=images.device) * 2 - 1
        smooth = functional.interpolate(moves, (28, 28), mode="bicubic", align_corners=True)
        grid = grid + config.distortion / 14 * smooth.permute(0, 2, 3, 1)
    pixels = functional.grid_sample(pixels, grid, align_corners=False)
    if config.thickness:
        share = chance[:, 6].view(n, 1, 1, 1) * config.thickness
        # The brightest and the darkest of the nine pixels around each: strokes one pixel thicker, or thinner, a side.
        thick, thin = functional.max_pool2d(pixels, 3, 1, 1), -functional.max_pool2d(-pixels, 3, 1, 1)
        pixels = torch.where(share > 0, pixels.lerp(thick, share.abs()), pixels.lerp(thin, share.abs()))
    return pixels.view(n, 28, 28)
