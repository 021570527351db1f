"""Random changes to training images, different for each image of a batch, on the device that the batch is on."""

import math
from functools import cache

import torch
from torch import Tensor
from torch.nn import functional

from mnist_core.config import TrainingConfig

_GRID = 5
"""A distortion moves the points of a grid of 5 by 5; what lies between them follows smoothly."""


def augment(images: Tensor, config: TrainingConfig, rng: torch.Generator) -> Tensor:
    """Rotate, scale, shear, shift and distort (n, 28, 28) images, and make their strokes thicker or thinner.

    Pixels are 0 (no ink) to 255, uint8 or float; returns (n, 28, 28) float32 in the same range. The configuration says
    how far each image may be changed; how far it is, is drawn from a uniform distribution, in either direction.
    """
    n = len(images)
    pixels = images.view(n, 1, 28, 28).float()
    factors = torch.rand(n, 7, generator=rng, device=images.device) * 2 - 1
    angle, slant = factors[:, 0] * math.radians(config.rotation), factors[:, 1] * math.tan(math.radians(config.shear))
    width, height = (math.log1p(config.scale) * factors[:, 2:4]).exp().unbind(1)
    right, down = (config.shift / 14 * factors[:, 4:6]).unbind(1)
    cos, sin = angle.cos(), angle.sin()
    # From each pixel of the result to where it comes from, in the coordinates of grid_sample: -1 to 1 is 28 pixels.
    source = torch.stack(
        [cos * width, (slant * cos - sin) * width, right, sin * height, (slant * sin + cos) * height, down],
        dim=1,
    ).view(n, 2, 3)
    grid = functional.affine_grid(source, [n, 1, 28, 28], align_corners=False)
    if config.distortion:
        # After Simard, Steinkraus and Platt, Best practices for convolutional neural networks (2003): each part of the
        # image is moved by itself, neighbouring parts alike.
        moves = torch.rand(n, 2, _GRID, _GRID, generator=rng, device=images.device) * 2 - 1
        weights = _cubic_weights(images.device)
        smooth = weights.T @ moves @ weights  # along columns, then along rows
        grid = grid + config.distortion / 14 * smooth.permute(0, 2, 3, 1)
    pixels = functional.grid_sample(pixels, grid, align_corners=False)
    if config.thickness:
        share = factors[:, 6].view(n, 1, 1, 1) * config.thickness
        # The brightest of the nine pixels around each, or the darkest, which is -max(-x): strokes a pixel thicker or
        # thinner on each side.
        sign = share.sign()
        pixels = pixels.lerp(sign * functional.max_pool2d(sign * pixels, 3, 1, 1), share.abs())
    return pixels.view(n, 28, 28)


@cache
def _cubic_weights(device: torch.device) -> Tensor:
    """The weight of each of 5 points in a row for each of 28 pixels, (5, 28) float32, in cubic interpolation.

    Two products with it take a tenth of the time of PyTorch's bicubic interpolation on a CPU. On a GPU, PyTorch
    interpolates the images of a batch one after the other.
    """
    points = torch.eye(_GRID, device=device).view(_GRID, 1, _GRID, 1)
    return functional.interpolate(points, (28, 1), mode="bicubic", align_corners=True).view(_GRID, 28)
