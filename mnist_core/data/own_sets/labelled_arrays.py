"""Images and labels in arrays: the parts of a set, for training and perhaps for test, as its contents."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core import DigitLabError
from mnist_core.data.catalogue import DIGITS
from mnist_core.data.own_sets.array_stream import ArrayStream, ImageStream, read_labels
from mnist_core.data.own_sets.contents import MAX_IMAGES, Contents, RefusedEntry, RefusedError, TakenImage
from mnist_core.data.own_sets.picture import digit_image
from mnist_core.drawing.plain_image import SIDE, border_level, fit


class Part(NamedTuple):
    """The images and labels for training, or for test."""

    images: ArrayStream
    labels: ArrayStream


def contents(parts: Sequence[Part], source: str, *, of_digits: bool) -> Contents:
    """What one part, or one for training and one for test, hold.

    Images of other sizes than 28x28 are brought to it as drawings are where they are digits, and scaled otherwise.
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
    class_names = DIGITS if of_digits else DIGITS[: max(int(labels.max()) for _, labels in read) + 1]
    return Contents(source, count, "image", class_names, of_digits, len(read) == 2, _entries(read, of_digits))


def _entries(
    read: Sequence[tuple[ImageStream, NDArray[np.uint8]]], of_digits: bool
) -> Iterator[TakenImage | RefusedEntry]:
    as_they_are = not of_digits or all(stream.size == (SIDE, SIDE) for stream, _ in read)
    for part, (stream, labels) in enumerate(read):
        for number, (image, label) in enumerate(zip(stream.images(), labels.tolist(), strict=True), start=1):
            if as_they_are:
                yield TakenImage(fit(image), label, part == 1, border_level(image))
                continue
            try:
                yield TakenImage(digit_image(image), label, part == 1)
            except RefusedError as error:
                yield RefusedEntry(f"image {number:,} of {stream.array.name}", str(error))
