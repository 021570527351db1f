"""Digits made harder to read in eight ways, each from hardly to severely.

After Mu and Gilmer, MNIST-C: a robustness benchmark for computer vision (2019), with strengths of our own: in
each way the tutorial network, which reads 95.2 % of MNIST's clean test images, loses about 1 point at most at the
mildest strength and 43 at least at the severest; a small convolutional network, 99.2 % clean, 0.5 and 44.
"""

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

Key: TypeAlias = Literal["shift", "rotation", "scale", "thickness", "noise", "blur", "contrast", "occlusion"]

_BATCH = 1000
"""Images at a time, so that many do not need much memory."""
_HERE, _AROUND = torch.arange(28.0), torch.arange(-28.0, 56.0)
"""Places of the pixels of a row, and of those with 28 more on either side."""


@dataclass(frozen=True)
class Corruption:
    """A way to make digits harder to read. At strength `clean` nothing changes; `strengths` go from mild to severe."""

    key: Key
    name: str
    """For people."""
    unit: str
    """Of the strengths, for an axis."""
    clean: float
    strengths: tuple[float, float, float, float, float]


CORRUPTIONS = (
    Corruption("shift", "Shift", "pixels", 0, (0.5, 1, 2, 3, 5)),
    Corruption("rotation", "Rotation", "degrees", 0, (5, 15, 30, 45, 60)),
    Corruption("scale", "Scale", "share of the size", 1, (0.95, 0.8, 0.65, 0.5, 0.4)),
    Corruption("thickness", "Stroke thickness", "pixels thicker on each side", 0, (0.25, 0.5, 1, 2, 3)),
    Corruption("noise", "Noise", "standard deviation, share of full ink", 0, (0.1, 0.2, 0.4, 0.6, 0.8)),
    Corruption("blur", "Blur", "standard deviation in pixels", 0, (0.5, 1, 1.5, 2, 3)),
    Corruption("contrast", "Contrast", "share of the ink's brightness", 1, (0.8, 0.6, 0.4, 0.2, 0.1)),
    Corruption("occlusion", "Occlusion", "side of the square in pixels", 0, (2, 5, 8, 11, 14)),
)


def corrupt(images: NDArray[np.uint8], corruption: Corruption, strength: float, seed: int = 0) -> NDArray[np.uint8]:
    """Make (n, 28, 28) uint8 images harder to read; as many come back, and at strength `clean` the very same.

    - shift: moved by `strength` pixels in a direction of its own for each image;
    - rotation: turned about the centre by `strength` degrees, each image one way or the other;
    - scale: made smaller about the centre, to the share `strength` of its size, above 0;
    - thickness: strokes thicker by `strength` pixels on each side;
    - noise: normal, with the standard deviation `strength` times 255, and cut off at 0 and 255;
    - blur: Gaussian with the standard deviation `strength` in pixels;
    - contrast: ink faded towards the black ground, to the share `strength` of its brightness;
    - occlusion: a black square of `strength` by `strength` pixels, rounded, over a place of each image that has ink.

    Beyond the edges all is black. What is drawn for an image depends on the seed and on its place among the images, not
    on the strength: a stronger change is more of the same.
    """
    if strength == corruption.clean:
        return images
    generator = torch.Generator().manual_seed(seed)
    changed = np.empty_like(images)
    for first in range(0, len(images), _BATCH):
        batch = slice(first, first + _BATCH)
        pixels = _changed(torch.tensor(images[batch]).float(), corruption.key, strength, generator)
        changed[batch] = pixels.round_().clamp_(0, 255).byte().numpy()
    return changed


def _changed(pixels: Tensor, key: Key, strength: float, generator: torch.Generator) -> Tensor:
    """Change (n, 28, 28) float32 pixels of 0 to 255."""
    match key:
        case "shift":
            direction = 2 * math.pi * torch.rand(len(pixels), generator=generator)
            return _moved(pixels, torch.zeros(len(pixels)), strength * direction.cos(), strength * direction.sin())
        case "rotation":
            way = torch.randint(2, (len(pixels),), generator=generator) * 2 - 1
            nowhere = torch.zeros(len(pixels))
            return _moved(pixels, way * math.radians(strength), nowhere, nowhere)
        case "scale":
            # Each pixel takes in as much of the larger image as it covers: thin strokes get fainter, none is skipped.
            distances = _AROUND - (13.5 + (_HERE[:, None] - 13.5) / strength)
            return _mixed(pixels, (1 - strength * distances.abs()).clamp_(min=0))
        case "thickness":
            thin, thick = (_dilated(pixels, side) for side in (math.floor(strength), math.ceil(strength)))
            return thin.lerp(thick, strength % 1)
        case "noise":
            return pixels + 255 * strength * torch.randn(pixels.shape, generator=generator)
        case "blur":
            return _mixed(pixels, torch.exp(-0.5 * ((_AROUND - _HERE[:, None]) / strength) ** 2))
        case "contrast":
            return pixels * strength
        case "occlusion":
            return _hidden(pixels, round(strength), generator)


def _moved(pixels: Tensor, turn: Tensor, right: Tensor, down: Tensor) -> Tensor:
    """Turn images clockwise about their centre, in radians, and move them, in pixels; (n,) of each."""
    cosine, sine = turn.cos(), turn.sin()
    # From each pixel of the result to where it comes from, in the coordinates of grid_sample: -1 to 1 is 28 pixels.
    origin = torch.stack([cosine, sine, -right / 14, -sine, cosine, -down / 14], dim=1).view(-1, 2, 3)
    grid = functional.affine_grid(origin, [len(pixels), 1, 28, 28], align_corners=False)
    return functional.grid_sample(pixels[:, None], grid, align_corners=False)[:, 0]


def _mixed(pixels: Tensor, weights: Tensor) -> Tensor:
    """Mix the pixels of each row and of each column with weights (28, 84): of each of its places, over _AROUND."""
    # A place that is far outside has no weights; what is around an image is black and needs none.
    matrix = (weights / weights.sum(dim=1, keepdim=True).clamp(min=1e-9))[:, 28:56]
    return matrix @ pixels @ matrix.T


def _dilated(pixels: Tensor, side: int) -> Tensor:
    """The brightest pixel among those at most `side` rows and columns away."""
    return functional.max_pool2d(pixels, 2 * side + 1, stride=1, padding=side)


def _hidden(pixels: Tensor, side: int, generator: torch.Generator) -> Tensor:
    """Lay a black square over a pixel of each image, drawn by its ink, so that a square always hides some."""
    ink = pixels.flatten(1).double().cumsum(dim=1)
    drawn = torch.rand(len(pixels), 1, dtype=torch.float64, generator=generator) * ink[:, -1:]
    centres = (ink <= drawn).sum(dim=1).clamp_(max=783)
    hidden = torch.ones(len(pixels), 2, 28, dtype=torch.bool)
    for axis, centre in enumerate((centres // 28, centres % 28)):
        first = (centre - side // 2).clamp_(0, 28 - side)[:, None]
        hidden[:, axis] = (first <= _HERE) & (first + side > _HERE)
    return pixels.masked_fill(hidden[:, 0, :, None] & hidden[:, 1, None, :], 0)
