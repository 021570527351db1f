"""Light on paper, made for the tests: (height, width) factors of the brightness, for a (width, height) in pixels."""

import numpy as np
from numpy.typing import NDArray


def shadow(size: tuple[int, int], rng: np.random.Generator, depth: float, soft: float = 2) -> NDArray[np.float64]:
    """A shadow on one side of a line through the middle part, `depth` darker; its edge is `soft` pixels wide."""
    w, h = size
    angle, middle = rng.uniform(0, 2 * np.pi), rng.uniform(0.35, 0.65, 2)
    y, x = np.mgrid[:h, :w]
    distance = (x - middle[0] * w) * np.cos(angle) + (y - middle[1] * h) * np.sin(angle)
    return np.asarray(1 - depth / (1 + np.exp(-np.clip(distance / soft, -50, 50))))


def slope(size: tuple[int, int], rng: np.random.Generator, darkest: float = 0.5) -> NDArray[np.float64]:
    """Light that falls from 1 on one side to `darkest` on the other."""
    w, h = size
    angle = rng.uniform(0, 2 * np.pi)
    y, x = np.mgrid[:h, :w]
    along = x / w * np.cos(angle) + y / h * np.sin(angle)
    return np.asarray(darkest + (1 - darkest) * (along - along.min()) / np.ptp(along))


def vignette(size: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float64]:
    """Darker towards the corners, as a lens leaves it."""
    y, x = np.mgrid[-1 : 1 : size[1] * 1j, -1 : 1 : size[0] * 1j]
    return np.asarray(1 - rng.uniform(0.3, 0.4) * (x**2 + y**2) ** 1.5 / 2)


def glare(size: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float64]:
    """A lamp that is reflected in a quarter of the paper."""
    y, x = np.mgrid[-1 : 1 : size[1] * 1j, -1 : 1 : size[0] * 1j]
    across, down = rng.choice([-0.5, 0.5], 2)
    return np.asarray(0.75 + 0.6 * np.exp(-((x - across) ** 2 + (y - down) ** 2) / 0.15))


def crease(size: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float64]:
    """Paper that was folded from top to bottom: a dark line, and one half lighter than the other."""
    w, h = size
    x, fold = np.arange(w), rng.uniform(0.4, 0.65) * w
    light = np.where(x < fold, 0.93, 1.02) - 0.18 * np.exp(-(((x - fold) / 2.5) ** 2))
    return np.broadcast_to(light, (h, w))
