"""A set that is gathered, to be looked at before it is kept."""

import tempfile
from array import array
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_core import DigitLabError
from mnist_core.data.data_set import Identity
from mnist_core.data.own_sets import store
from mnist_core.data.own_sets.contents import Contents, RefusedEntry
from mnist_core.data.splits import fingerprint, for_test

SHOWN = 8
"""Images of each class in a preview."""
_BYTES, _BLOCK = 28 * 28, 4_000


class Draft:
    """The images of a source, gathered in a file without a name, which is gone with the draft, whatever happens.

    So it takes little memory, and a page can gather some images at a time.
    """

    def __init__(self, contents: Contents, runs_dir: Path) -> None:
        """Raises `DigitLabError` where nothing can be written to the runs folder."""
        self.contents = contents
        self.refused: list[RefusedEntry] = []
        self.finished = False
        """Whether all entries have been read."""
        self.inverted = False
        """Whether light and dark are exchanged, as most of the images have a light ground and MNIST a dark one."""
        self._runs_dir = runs_dir
        folder = store.folder(runs_dir)
        try:
            self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - open as long as the draft is there
        except OSError as error:
            raise _full(folder, error) from None
        self._labels, self._tests = bytearray(), bytearray()
        self._fingerprints, self._borders = array("Q"), array("d")
        self._shown: dict[int, list[NDArray[np.uint8]]] = {}
        self._test = np.zeros(0, np.bool_)

    @property
    def done(self) -> int:
        """How many entries of the contents have been read."""
        return len(self._labels) + len(self.refused)

    def read(self) -> bool:
        """Read the next entry; False where there is none left.

        Raises `DigitLabError` where the source turns out to be damaged, and at the end where nothing could be taken.
        """
        entry = next(self.contents.entries, None)
        if entry is None:
            self._finish()
            return False
        if isinstance(entry, RefusedEntry):
            self.refused.append(entry)
            return True
        try:
            self._file.write(entry.image.tobytes())
        except OSError as error:
            raise _full(store.folder(self._runs_dir), error) from None
        self._labels.append(entry.label)
        self._tests.append(entry.test)
        self._fingerprints.append(fingerprint(entry.image))
        if entry.border is not None:
            self._borders.append(entry.border)
        shown = self._shown.setdefault(entry.label, [])
        if len(shown) < SHOWN:
            shown.append(entry.image)
        return True

    def _finish(self) -> None:
        """Decide what depends on all images."""
        if not self._labels:
            first = self.refused[0]
            raise DigitLabError(
                f"None of the {len(self.refused):,} {self.contents.entry}s can be taken; the first, {first.name}, "
                f"{first.reason}."
            )
        given = np.frombuffer(bytes(self._tests), np.bool_)
        fingerprints = np.array(self._fingerprints, np.uint64)
        self._test = given if self.contents.has_test else for_test(self._all_labels(), fingerprints)
        if self._test.all() or not self._test.any():
            raise DigitLabError("A set needs two different images of a class at least, one of them for test; add some.")
        self.inverted = len(self._borders) > 0 and float(np.median(self._borders)) > 127
        self.finished = True

    def preview(self) -> dict[int, list[NDArray[np.uint8]]]:
        """The first images of each class that has any, by its label, as they will be."""
        return {label: [self._final(image) for image in images] for label, images in sorted(self._shown.items())}

    def counts(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """How many images of each label there are for training and for test."""
        labels, test, most = self._all_labels(), self._test, len(self.contents.class_names)
        return np.bincount(labels[~test], minlength=most), np.bincount(labels[test], minlength=most)

    def keep(self, name: str) -> Identity:
        """Keep what was read under that name.

        Raises `DigitLabError` where it cannot have that name, or cannot be written; nothing is kept then.
        """
        labels, test, contents = self._all_labels(), self._test, self.contents
        name = store.checked_name(self._runs_dir, name)
        identity = Identity(name, int((~test).sum()), int(test.sum()), contents.class_names, contents.of_digits)
        train_part, test_part = ((partial(self._blocks, part), labels[part]) for part in (~test, test))
        store.write(self._runs_dir, identity, contents.source, train_part, test_part)
        return identity

    def _all_labels(self) -> NDArray[np.uint8]:
        return np.frombuffer(bytes(self._labels), np.uint8)

    def _blocks(self, chosen: NDArray[np.bool_]) -> Iterator[NDArray[np.uint8]]:
        """The chosen images, some at a time."""
        self._file.flush()
        for start in range(0, len(chosen), _BLOCK):
            block = chosen[start : start + _BLOCK]
            self._file.seek(start * _BYTES)
            images = np.frombuffer(self._file.read(len(block) * _BYTES), np.uint8).reshape(-1, 28, 28)
            yield self._final(images[block])

    def _final(self, images: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return 255 - images if self.inverted else images


def _full(folder: Path, error: OSError) -> DigitLabError:
    return DigitLabError(f"The images cannot be stored in {folder} ({error.strerror}); free some space there.")
