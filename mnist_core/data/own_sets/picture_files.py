"""Pictures named by class, `3/anything.png`: what a folder or a zip file of them gives, one of each class in turn."""

from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from mnist_core import DigitLabError
from mnist_core.data.catalogue import DIGITS
from mnist_core.data.own_sets import picture
from mnist_core.data.own_sets.contents import (
    MAX_CLASSES,
    MAX_IMAGES,
    Contents,
    RefusedEntry,
    RefusedError,
    TakenImage,
)
from mnist_core.drawing import image_file, plain_image
from mnist_core.names import LONGEST_NAME, visible

_TRAIN, _TEST = {"train", "training"}, {"test", "testing", "t10k"}
_ARCHIVES = {".zip", ".gz", ".tgz", ".tar", ".7z", ".rar", ".bz2", ".xz"}
_SUFFIXES = {f".{suffix}" for suffix in image_file.SUFFIXES}


class PictureFile(NamedTuple):
    path: str
    """From the folder or the zip file on, with slashes."""
    handle: Any
    """By which its source reads it."""


class _Class(NamedTuple):
    label: int
    name: str
    files: list[PictureFile]


Read = Callable[[PictureFile], bytes]
"""Reads a byte more than `image_file.MAX_BYTES` at most; `RefusedError` where it cannot be read."""


def contents(files: Iterable[PictureFile | RefusedEntry], read: Read, name: str) -> Contents:
    """What the files of a folder or a zip file of this name hold.

    The class of a picture is the folder that it is in; folders `train` and `test` above that one are parts of the set.
    Raises `DigitLabError` where there is no picture, and where there are too many of them or of classes.
    """
    by_class, refused = _sorted_by_class(files, name)
    of_digits = set(by_class) <= set(DIGITS)
    class_names = DIGITS if of_digits else tuple(sorted(by_class))
    classes = [_Class(class_names.index(class_name), class_name, files) for class_name, files in by_class.items()]
    parts = {_is_test(file.path) for files in by_class.values() for file in files}
    has_test = parts == {True, False}
    count = sum(map(len, by_class.values())) + len(refused)
    entries = _entries(classes, refused, read, of_digits=of_digits, has_test=has_test)
    return Contents(f"the pictures in {name}", count, "file", class_names, of_digits, has_test, entries)


def _sorted_by_class(
    files: Iterable[PictureFile | RefusedEntry], name: str
) -> tuple[dict[str, list[PictureFile]], list[RefusedEntry]]:
    by_class: dict[str, list[PictureFile]] = {}
    refused: list[RefusedEntry] = []
    for number, file in enumerate(files):
        if number == MAX_IMAGES:
            raise DigitLabError(f"{name} holds more than {MAX_IMAGES:,} files, the most for a set; take fewer.")
        if isinstance(file, RefusedEntry):
            refused.append(file)
        elif (reason := _unfit(PurePosixPath(file.path))) is not None:
            refused.append(RefusedEntry(visible(file.path), reason))
        else:
            by_class.setdefault(visible(PurePosixPath(file.path).parent.name), []).append(file)
    if len(by_class) > MAX_CLASSES:
        some = ", ".join(sorted(by_class)[: MAX_CLASSES + 1])[:200]
        raise DigitLabError(
            f"{name} holds pictures in {len(by_class):,} folders ({some}, ...), and a set has at most {MAX_CLASSES} "
            "classes; leave some out."
        )
    if not by_class:
        why = f" {refused[0].name} {refused[0].reason}." if refused else ""
        raise DigitLabError(f"{name} holds no pictures in folders named by class, as in 3/anything.png.{why}")
    if {folder.casefold() for folder in by_class} <= _TRAIN | _TEST:
        folder = sorted(by_class)[0]
        raise DigitLabError(
            f"{name} holds pictures in {' and '.join(sorted(by_class))} without folders for their classes; put each in "
            f"one, as in {folder}/3/anything.png."
        )
    if long := next((folder for folder in by_class if len(folder) > LONGEST_NAME), None):
        raise DigitLabError(
            f"A class has at most {LONGEST_NAME} letters; give the folder {long[:30]}... a shorter name."
        )
    return by_class, refused


def _unfit(path: PurePosixPath) -> str | None:
    """Why the file of this name is no picture of a class."""
    suffix = path.suffix.lower()
    if suffix in _ARCHIVES:
        return "is an archive inside; unpack it first"
    if suffix not in _SUFFIXES:
        return f"is no {image_file.FORMATS} file"
    return None if len(path.parts) > 1 else "is in no folder that names its class"


def is_hidden(path: str) -> bool:
    """Whether a file or a folder is one that programs leave behind, and that nobody means."""
    parts = PurePosixPath(path).parts
    return any(part.startswith((".", "__MACOSX")) and part != ".." for part in parts) or bool(
        parts and parts[-1].casefold() in ("thumbs.db", "desktop.ini")
    )


def _is_test(path: str) -> bool:
    folders = {folder.casefold() for folder in PurePosixPath(path).parts[:-2]}
    return bool(folders & _TEST) and not folders & _TRAIN


def _entries(
    classes: list[_Class], refused: list[RefusedEntry], read: Read, *, of_digits: bool, has_test: bool
) -> Iterator[TakenImage | RefusedEntry]:
    yield from refused
    # One of each class in turn, so that the first images hold all classes.
    for turn in zip_longest(*([(of_class.label, file) for file in of_class.files] for of_class in classes)):
        for label, file in filter(None, turn):
            test = has_test and _is_test(file.path)
            try:
                yield _digit(read(file), label, test) if of_digits else _plain(read(file), label, test)
            except RefusedError as error:
                yield RefusedEntry(visible(file.path), str(error))


def _digit(content: bytes, label: int, test: bool) -> TakenImage:
    return TakenImage(picture.digit_picture(content), label, test)


def _plain(content: bytes, label: int, test: bool) -> TakenImage:
    grey = picture.grey_picture(content)
    return TakenImage(plain_image.fit(grey), label, test, plain_image.border_level(grey))
