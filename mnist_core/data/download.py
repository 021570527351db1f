"""The full MNIST, downloaded through torchvision."""

import shutil
import tempfile
from pathlib import Path

from mnist_core import DigitLabError, data

TOTAL_BYTES = 11_594_722  # of the four compressed files together
_PARTIAL = ".download-"


def fetch(data_dir: Path) -> None:
    """Download the full set through torchvision into `data_dir`; all four files arrive, or nothing changes.

    Raises `DigitLabError` where the files cannot be downloaded or stored.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        for leftover in data_dir.glob(f"{_PARTIAL}*"):
            shutil.rmtree(leftover)
        # Takes 5 s to load, so after what may be refused at once.
        from torchvision.datasets import MNIST

        with tempfile.TemporaryDirectory(prefix=_PARTIAL, dir=data_dir) as folder:
            MNIST(folder, train=True, download=True)
            data.load(Path(folder))
            _replace(Path(folder) / "MNIST", data_dir / "MNIST")
    except DigitLabError:
        raise DigitLabError(
            "MNIST could not be downloaded: what arrived are not its own files; try again, or on another network."
        ) from None
    except Exception as error:
        raise DigitLabError(
            "MNIST could not be downloaded; check the internet connection and the free disk space, then try again "
            f"({type(error).__name__})."
        ) from error


def _replace(new: Path, target: Path) -> None:
    """Move a folder to `target`; where that fails, a folder that was there before is put back."""
    before = new.with_name("before")
    if target.exists():
        target.rename(before)
    try:
        new.rename(target)
    except OSError:
        if before.exists():
            before.rename(target)
        raise


def stored_bytes(data_dir: Path) -> int:
    """How many compressed bytes a download in progress has stored so far, of `TOTAL_BYTES`."""
    return sum(file.stat().st_size for file in data_dir.glob(f"{_PARTIAL}*/MNIST/raw/*.gz"))
