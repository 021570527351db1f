"""All that a training needs to go on where it was left, in one file."""

import io
import pickle
from pathlib import Path
from typing import Any

import torch

from mnist_core import DigitLabError, files


def save(state: dict[str, Any], path: Path) -> None:
    """Write a state of `training.Trainer`; `DigitLabError` where the folder cannot be written."""
    content = io.BytesIO()
    torch.save(state, content)
    files.write_atomically(path, content.getvalue())


def load(path: Path) -> dict[str, Any] | None:
    """Read a state, or None where there is none; `DigitLabError` where the file is damaged."""
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        return None
    except (OSError, RuntimeError, EOFError, pickle.UnpicklingError):
        raise DigitLabError(f"The checkpoint {path} is damaged; start this training anew.") from None
    return state
