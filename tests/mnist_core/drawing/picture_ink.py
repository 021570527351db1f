"""The ink that is found in image files, without surroundings."""

from pathlib import Path

from mnist_core.drawing import find_digits, image_file
from mnist_core.drawing.contrast import Plane


def read_ink(path: Path) -> Plane:
    return find_digits(image_file.read(path)).written


def decode_ink(content: bytes, name: str = "digit") -> Plane:
    return find_digits(image_file.decode(content, name)).written
