"""Eight corruptions that make digits harder to read, each at five strengths from mild to severe.

After Mu and Gilmer, MNIST-C: a robustness benchmark for computer vision (2019), with strengths of our own. With each
corruption the tutorial network, which reads 95.2 % of MNIST's clean test images, loses at most 1 point at the mildest
strength and at least 43 at the most severe; a small convolutional network, 99.2 % clean, 0.5 and 44.
"""

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

CorruptionKey: TypeAlias = Literal["shift", "rotation", "scale", "thickness", "noise", "blur", "contrast", "occlusion"]

_BATCH = 1000
"""Images corrupted at a time, which bounds the memory needed."""
_PIXELS, _PADDED = torch.arange(28.0), torch.arange(-28.0, 56.0)
"""The coordinates of a row's pixels, without and with 28 pixels of padding on either side."""


@dataclass(frozen=True)
class Corruption:
    """One kind of corruption. At strength `clean` nothing changes; `strengths` go from mild to severe."""

    key: CorruptionKey
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
    """Corrupt (n, 28, 28) uint8 images: returns new images of the same shape, or `images` itself at strength `clean`.

    - shift: by `strength` pixels, each image in a random direction;
    - rotation: about the centre by `strength` degrees, each image at random clockwise or counterclockwise;
    - scale: about the centre by the factor `strength`, above 0;
    - thickness: strokes `strength` pixels thicker on each side;
    - noise: normal with standard deviation 255 times `strength`, clipped to 0 to 255;
    - blur: Gaussian with a standard deviation of `strength` pixels;
    - contrast: brightness multiplied by `strength`;
    - occlusion: a black square with sides of `strength` pixels, rounded, over a random pixel of each image with ink.

    Outside the image everything is black. The random choices depend on `seed` and on an image's position among the
    images, not on the strength: a stronger corruption is more of the same.
    """
    if strength == corruption.clean:
        return images
    generator = torch.Generator().manual_seed(seed)
    corrupted = np.empty_like(images)
    for first in range(0, len(images), _BATCH):
        batch = slice(first, first + _BATCH)
        pixels = _corrupt(torch.tensor(images[batch]).float(), corruption.key, strength, generator)
        corrupted[batch] = pixels.round_().clamp_(0, 255).byte().numpy()
    return corrupted


def _corrupt(pixels: Tensor, key: CorruptionKey, strength: float, generator: torch.Generator) -> Tensor:
    """(n, 28, 28) float32 pixels, 0 to 255."""
    match key:
        case "shift":
            direction = 2 * math.pi * torch.rand(len(pixels), generator=generator)
            return _transform(pixels, torch.zeros(len(pixels)), strength * direction.cos(), strength * direction.sin())
        case "rotation":
            sign = torch.randint(2, (len(pixels),), generator=generator) * 2 - 1
            no_shift = torch.zeros(len(pixels))
            return _transform(pixels, sign * math.radians(strength), no_shift, no_shift)
        case "scale":
            # Each pixel averages the part of the image that it covers: thin strokes get fainter, none is skipped.
            distances = _PADDED - (13.5 + (_PIXELS[:, None] - 13.5) / strength)
            return _filter(pixels, (1 - strength * distances.abs()).clamp_(min=0))
        case "thickness":
            thinner, thicker = (_dilate(pixels, side) for side in (math.floor(strength), math.ceil(strength)))
            return thinner.lerp(thicker, strength % 1)
        case "noise":
            return pixels + 255 * strength * torch.randn(pixels.shape, generator=generator)
        case "blur":
            return _filter(pixels, torch.exp(-0.5 * ((_PADDED - _PIXELS[:, None]) / strength) ** 2))
        case "contrast":
            return pixels * strength
        case "occlusion":
            return _occlude(pixels, round(strength), generator)


def _transform(pixels: Tensor, angle: Tensor, right: Tensor, down: Tensor) -> Tensor:
    """Rotate images clockwise about their centre, in radians, and shift them, in pixels; (n,) of each."""
    cosine, sine = angle.cos(), angle.sin()
    # Maps each pixel of the result to its source, in the coordinates of grid_sample, where 28 pixels span -1 to 1.
    inverse = torch.stack([cosine, sine, -right / 14, -sine, cosine, -down / 14], dim=1).view(-1, 2, 3)
    grid = functional.affine_grid(inverse, [len(pixels), 1, 28, 28], align_corners=False)
    return functional.grid_sample(pixels[:, None], grid, align_corners=False)[:, 0]


def _filter(pixels: Tensor, weights: Tensor) -> Tensor:
    """Filter rows and columns by weights (28, 84): of each pixel of the result, over the padded pixels of the image."""
    # The padding is black, so that its weights only normalise. A pixel far outside the image has no weights at all.
    matrix = (weights / weights.sum(dim=1, keepdim=True).clamp(min=1e-9))[:, 28:56]
    return matrix @ pixels @ matrix.T


def _dilate(pixels: Tensor, side: int) -> Tensor:
    """The maximum over the pixels at most `side` rows and columns away."""
    return functional.max_pool2d(pixels, 2 * side + 1, stride=1, padding=side)


def _occlude(pixels: Tensor, side: int, generator: torch.Generator) -> Tensor:
    """Centre the square on a random pixel, chosen in proportion to its ink, so that some ink is always hidden."""
    ink = pixels.flatten(1).double().cumsum(dim=1)
    sampled = torch.rand(len(pixels), 1, dtype=torch.float64, generator=generator) * ink[:, -1:]
    centres = (ink <= sampled).sum(dim=1).clamp_(max=783)
    hidden = torch.ones(len(pixels), 2, 28, dtype=torch.bool)
    for axis, centre in enumerate((centres // 28, centres % 28)):
        first = (centre - side // 2).clamp_(0, 28 - side)[:, None]
        hidden[:, axis] = (first <= _PIXELS) & (first + side > _PIXELS)
    return pixels.masked_fill(hidden[:, 0, :, None] & hidden[:, 1, None, :], 0)
