"""Opens whatever a person names or uploads as a set: a folder or a zip file of pictures, an npz file, IDX files."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from mnist_core import DigitLabError
from mnist_core.data.formats.npz import open_zip
from mnist_core.data.formats.streams import FormatError
from mnist_core.data.own_sets.contents import MAX_IMAGES, Contents, unusable
from mnist_core.data.own_sets.idx import NamedFile, idx_contents, is_idx
from mnist_core.data.own_sets.npz import npz_contents
from mnist_core.data.own_sets.picture_folder import folder_contents
from mnist_core.data.own_sets.picture_zip import zip_contents
from mnist_core.names import visible

__all__ = ["FORMS", "NamedFile", "open_files", "open_paths"]

_FOLDERS = 1_000  # in a zip of pictures, beside them
_TABLES = (".csv", ".csv.gz", ".tsv")
FORMS = "a zip of pictures in folders named by class, an npz file, or two or four IDX files"


def open_files(files: Sequence[NamedFile], *, of_digits: bool = True) -> Contents:
    """What the files hold, found out by how they begin; they have to stay open until all images are read.

    `of_digits` says whether the labels in an npz file or in IDX files are the digits that its images show; of pictures,
    the names of their folders say it. Raises `DigitLabError` where they are none of `FORMS`.
    """
    files = [NamedFile(visible(name), file) for name, file in files]
    if table := next((file.name for file in files if file.name.casefold().endswith(_TABLES)), None):
        raise DigitLabError(
            f"{table} is a CSV file, which is not read as a set of your own; save its images and labels as x and y in "
            "an npz file, or as two IDX files."
        )
    if files and all(is_idx(file.file) for file in files):
        return idx_contents(files, of_digits=of_digits)
    if len(files) != 1:
        others = ", ".join(file.name for file in files if not is_idx(file.file))[:200]
        raise DigitLabError(f"Give {FORMS}; these are no IDX files: {others}." if files else f"Give {FORMS}.")
    ((name, file),) = files
    file.seek(0)
    if file.read(2) != b"PK":
        raise DigitLabError(f"{name} cannot be read as a set; give {FORMS}.")
    try:
        zip_file = open_zip(file, MAX_IMAGES + _FOLDERS)
    except (FormatError, OSError) as error:
        raise unusable(name, error) from None
    if any(entry.filename.endswith(".npy") for entry in zip_file.infolist()):
        return npz_contents(zip_file, name, of_digits=of_digits)
    return zip_contents(zip_file, name)


@contextmanager
def open_paths(paths: Sequence[Path], *, of_digits: bool = True) -> Iterator[Contents]:
    """What files or one folder hold, while the context lasts; `of_digits` as for `open_files`.

    Raises `DigitLabError` where they cannot be used.
    """
    if len(paths) == 1 and paths[0].is_dir():
        inside = _idx_files(paths[0])
        if not inside:
            yield folder_contents(paths[0].absolute())
            return
        paths = inside
    with ExitStack() as stack:
        files = []
        for path in paths:
            try:
                if path.exists() and not path.is_file():  # a pipe, say, which nobody may ever fill
                    raise DigitLabError(f"{path} is a folder, a pipe or a device, not a file; give {FORMS}.")
                files.append(NamedFile(path.name, stack.enter_context(path.open("rb"))))
            except OSError as error:
                raise DigitLabError(f"{path} cannot be read ({error.strerror}); check the name.") from None
        yield open_files(files, of_digits=of_digits)


def _idx_files(folder: Path) -> list[Path]:
    """The files with IDX's names in a folder; no link is followed."""
    try:
        named = [path for path in folder.iterdir() if "ubyte" in path.name]
        return sorted(path for path in named if path.is_file() and not path.is_symlink())
    except OSError as error:
        raise DigitLabError(f"{folder} cannot be read ({error.strerror}); check the name.") from None
