"""Speed of the robustness curves, and of torchvision at the same images: `python -m benchmarks.robustness`.

The tutorial network reads the 10,000 test images under eight corruptions at five strengths each: 400,000 images.
Printed for each corruption are the seconds for corrupting and for reading. Beside it torchvision's
`transforms.v2.functional` at the same five sets, in batches of 1,000, where it has the operation: affine,
gaussian_noise, gaussian_blur, adjust_brightness (which fades towards black, as our contrast does). It moves and turns
all images of a batch alike, less work than ours, which draws a direction for each image: for the same, torchvision
would need a call per image.

Needs the full MNIST in the folder that MNIST_DATA_DIR names. Prints seconds and ratios; asserts nothing.
"""

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional

from mnist_core import config, data, settings
from mnist_core.evaluation.corruptions import CORRUPTIONS, Corruption, corrupt
from mnist_core.training import networks
from tests.accept.networks import trained

ROUNDS = 3


def seconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def affine(images: Tensor, angle: float = 0, right: float = 0, scale: float = 1) -> Tensor:
    return functional.affine(
        images, angle, [right, 0], scale, shear=[0.0, 0.0], interpolation=InterpolationMode.BILINEAR
    )


def kernel(sigma: float) -> int:
    """Pixels on a side, to four standard deviations, within an image."""
    return min(2 * round(4 * sigma) + 1, 27)


PEERS: dict[str, Callable[[Tensor, float], Tensor]] = {
    "shift": lambda images, strength: affine(images, right=strength),
    "rotation": lambda images, strength: affine(images, angle=strength),
    "scale": lambda images, strength: affine(images, scale=strength),
    "noise": lambda images, strength: functional.gaussian_noise(images / 255, sigma=strength).mul(255).byte(),
    "blur": lambda images, strength: functional.gaussian_blur(images, kernel(strength), strength),
    "contrast": functional.adjust_brightness,
}


def with_torchvision(images: Tensor, corruption: Corruption) -> None:
    for strength in corruption.strengths:
        for batch in images.split(1_000):
            PEERS[corruption.key](batch, strength)


def times(model: nn.Module, images: NDArray[np.uint8], corruption: Corruption) -> tuple[float, float, float]:
    """Seconds for corrupting, for reading, and for torchvision's corrupting (0 where it cannot)."""
    sets: list[NDArray[np.uint8]] = []
    corrupting = seconds(lambda: sets.extend(corrupt(images, corruption, level) for level in corruption.strengths))
    reading = seconds(lambda: [networks.probabilities(model, config.PRESETS["tutorial"].loss, one) for one in sets])
    if corruption.key not in PEERS:
        return corrupting, reading, 0.0
    pixels = torch.tensor(images)[:, None]
    return corrupting, reading, seconds(lambda: with_torchvision(pixels, corruption))


def main() -> None:
    digits = data.load(settings.load())
    if digits.name != data.FULL:
        sys.exit("Set MNIST_DATA_DIR to the folder of the full MNIST.")
    model = trained("tutorial", seed=0, data_set=digits)
    images = digits.test.images
    print(f"{len(images):,} test images, five strengths, {torch.get_num_threads()} threads; medians of {ROUNDS} rounds")
    all_corrupting = all_reading = 0.0
    for corruption in CORRUPTIONS:
        rounds = [times(model, images, corruption) for _ in range(ROUNDS + 1)][1:]  # The first one warms up.
        corrupting, reading, theirs = (statistics.median(values) for values in zip(*rounds, strict=True))
        all_corrupting, all_reading = all_corrupting + corrupting, all_reading + reading
        peer = f"torchvision {theirs:.2f} s, ratio {corrupting / theirs:.2f}" if theirs else "not in torchvision"
        print(f"{corruption.name}: corrupting {corrupting:.2f} s, reading {reading:.2f} s; {peer}")
    total = all_corrupting + all_reading
    print(f"All: {total:.1f} s, of which corrupting {all_corrupting:.1f} s and reading {all_reading:.1f} s")


if __name__ == "__main__":
    main()
