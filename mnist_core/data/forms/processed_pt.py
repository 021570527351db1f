"""The form of torchvision before 0.9, `processed/training.pt`: recognised, and refused."""

from pathlib import Path

from mnist_core import DigitLabError
from mnist_core.data.catalogue import KnownSet


def refuse(folder: Path, names: dict[str, Path], known: KnownSet) -> None:
    """Raise `DigitLabError` where a folder holds such files."""
    processed = names.get("processed", folder)
    if (processed / "training.pt").is_file() and (processed / "test.pt").is_file():
        raise DigitLabError(
            f"{processed} holds training.pt and test.pt of an old torchvision, which are not opened since such files "
            f"could run programs; put the four IDX files of {known.name} into {folder / 'raw'} beside them."
        )
