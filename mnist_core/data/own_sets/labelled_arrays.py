"""Images and labels in arrays: the parts of a set, for training and perhaps for test, as its contents."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core import DigitLabError
from mnist_core.data.catalogue import DIGITS
from mnist_core.data.own_sets.array_stream import ArrayStream, ImageStream, read_labels
from mnist_core.data.own_sets.contents import MAX_IMAGES, Contents, TakenImage
from mnist_core.drawing.plain_image import border_level, fit


class Part(NamedTuple):
    """The images and labels for training, or for test."""

    images: ArrayStream
    labels: ArrayStream


def contents(parts: Sequence[Part], source: str) -> Contents:
    """What one part, or one for training and one for test, hold; images of other sizes than 28x28 are scaled.

    Raises `DigitLabError` where images and labels do not belong together.
    """
    read = []
    for images, labels in parts:
        if len(images.shape) < 2 <= len(labels.shape) and labels.shape[1:] != (1,):
            raise DigitLabError(
                f"{images.name} holds labels, and {labels.name} images; the two seem to be swapped, so change them."
            )
        stream = ImageStream(images)
        read.append((stream, read_labels(labels, images.shape[0], images.name)))
    count = sum(len(labels) for _, labels in read)
    if count > MAX_IMAGES:
        raise DigitLabError(f"There are {count:,} images, and a set has at most {MAX_IMAGES:,}; take fewer.")
    return Contents(source, count, DIGITS, None, len(read) == 2, _entries(read))


def _entries(read: Sequence[tuple[ImageStream, NDArray[np.uint8]]]) -> Iterator[TakenImage]:
    for part, (stream, labels) in enumerate(read):
        for image, label in zip(stream.images(), labels.tolist(), strict=True):
            yield TakenImage(fit(image), label, part == 1, border_level(image))
