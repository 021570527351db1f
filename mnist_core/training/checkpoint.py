"""Files from which a training resumes where it was left."""

import io
import pickle
from pathlib import Path
from typing import Any

import torch

from mnist_core import DigitLabError, files


def save(state: dict[str, Any], path: Path) -> None:
    """Write the `state_dict` of a trainer; `DigitLabError` where the folder cannot be written."""
    content = io.BytesIO()
    torch.save(state, content)
    files.write_atomically(path, content.getvalue())


def load(path: Path) -> dict[str, Any] | None:
    """Read a `state_dict`, or None where there is none; `DigitLabError` where the file is damaged."""
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        return None
    except (OSError, RuntimeError, EOFError, pickle.UnpicklingError):
        raise DigitLabError(f"The checkpoint {path} is damaged; start this training anew.") from None
    return _from_former_keys(state) if "position" in state else state


def _from_former_keys(state: dict[str, Any]) -> dict[str, Any]:
    """The state in a file that was written by version 0.1, under today's keys."""
    position = zip(("epoch", "epoch_step", "step", "images_seen"), state.pop("position"), strict=True)
    loss_sum, first_loss, high_losses = state.pop("losses")
    divergence = {"first_loss": first_loss, "high_losses": high_losses}
    rngs = {"shuffle_rng": state.pop("order"), "augmentation_rng": state.pop("chance")}
    return state | dict(position) | rngs | {"loss_sum": loss_sum, "divergence": divergence}
