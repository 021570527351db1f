"""A network file of Digit Lab, from wherever it comes, brought in as a run. Nothing in it is executed or unpickled."""

import json
from contextlib import suppress
from typing import Any

import numpy as np
import safetensors.torch
import torch
from pydantic import ValidationError
from safetensors import SafetensorError
from torch import Tensor

from mnist_core import DigitLabError
from mnist_core.config import TrainingConfig
from mnist_core.data import describe
from mnist_core.data.own_sets.store import possible_name
from mnist_core.names import shortened
from mnist_core.store import UNKNOWN_DATA_SET, Run, Store
from mnist_core.training import networks
from mnist_core.training.views import AveragedNetwork

MAX_BYTES = 100_000_000
"""Size of a file at most: 25 million weights."""
_MAX_HEADER = 100_000  # bytes; that of a network has 5,000
_MOST_OPENINGS = 1_000_000_000
_NO_SAFETENSORS = "is not a whole safetensors file; bring in one that the button Network of a run has given."
_OTHER_PROGRAM = "is of another program; bring in a file that the button Network of a run has given."


def import_network(store: Store, content: bytes, file_name: str, name: str = "") -> Run:
    """Add a finished run with the network in a safetensors file that `run_files.network_file` wrote.

    Its name is `name`, else the one in the file, else that of the file. Its data set is the one that the file states,
    `UNKNOWN_DATA_SET` where it states none; and so is how often its test set was opened.
    Raises `DigitLabError`, and adds nothing, where the file is anything else, or its weights cannot be used.
    """
    try:
        metadata = _read_metadata(content)
        model, config = _read_network(content, metadata)
    except _UnusableError as error:
        raise DigitLabError(f"{shortened(file_name)} {error}") from None
    stated = metadata.get("data_set", UNKNOWN_DATA_SET)
    there = describe(stated, store.folder)
    openings = metadata.get("test_openings", "")
    run = store.runs.create_imported(
        config,
        stated,
        name or shortened(metadata.get("name") or file_name.removesuffix(".safetensors")),
        min(int(openings), _MOST_OPENINGS) if openings.isdecimal() and len(openings) < 20 else 0,
        size=there.train_count if there else 0,
    )
    try:
        networks.save_network(model, config, store.files.network_path(run.id))
    except DigitLabError:
        store.runs.delete(run.id)
        raise
    return run


class _UnusableError(Exception):
    """What is wrong with a file, as the end of a sentence that begins with its name."""


def _read_metadata(content: bytes) -> dict[str, str]:
    """The texts in the header of a safetensors file; its form: https://github.com/huggingface/safetensors#format."""
    if len(content) > MAX_BYTES:
        raise _UnusableError(f"is larger than {MAX_BYTES // 1_000_000} MB, which no network to bring in may be.")
    if content[:2] == b"\x80\x02" or (content[:2] == b"PK" and b"/data.pkl" in content):
        raise _UnusableError(
            "is a PyTorch file, which may hold a program; bring in the safetensors file that the button Network of a "
            "run gives."
        )
    length = int.from_bytes(content[:8], "little")
    try:
        if not 2 <= length <= min(_MAX_HEADER, len(content) - 8):
            raise ValueError
        header: Any = json.loads(content[8 : 8 + length])
    except (ValueError, RecursionError):
        raise _UnusableError(_NO_SAFETENSORS) from None
    metadata = header.get("__metadata__") if isinstance(header, dict) else None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("config"), str):
        raise _UnusableError(_OTHER_PROGRAM)
    return {key: value for key, value in metadata.items() if isinstance(value, str)}


def _read_network(content: bytes, metadata: dict[str, str]) -> tuple[AveragedNetwork, TrainingConfig]:
    try:
        config = TrainingConfig.model_validate_json(metadata["config"])
    except ValidationError:
        raise _UnusableError(
            "has settings that this version of Digit Lab does not know; update Digit Lab, or bring in another file."
        ) from None
    if not _names_a_set(metadata.get("data_set", UNKNOWN_DATA_SET)):
        raise _UnusableError("names a data set as none can be called; bring in another file.")
    try:
        stated = networks.trained_on(metadata)
        weights = safetensors.torch.load(content)
    except (SafetensorError, KeyError, ValueError, TypeError, RuntimeError):
        raise _UnusableError(_NO_SAFETENSORS) from None
    with torch.device("meta"):  # shapes without memory, since a file may ask for a large network
        expected = networks.build_network(config).state_dict()
    if _forms(weights) != _forms(expected):
        raise _UnusableError("does not hold the weights that its settings say; bring in another file.")
    model = networks.build_network(config)
    model.load_state_dict(weights)
    model.data_set, model.normalisation = stated
    images = np.stack([np.zeros((28, 28), np.uint8), np.full((28, 28), 255, np.uint8)])
    finite = all(bool(weight.isfinite().all()) for weight in weights.values())
    if not finite or not np.isfinite(networks.probabilities(model, config.loss, images)).all():
        raise _UnusableError("holds weights with which nothing can be computed (nan or infinite); train it again.")
    return model, config


def _names_a_set(stated: str) -> bool:
    with suppress(DigitLabError):
        return stated == UNKNOWN_DATA_SET or possible_name(stated) == stated
    return False


def _forms(tensors: dict[str, Tensor]) -> dict[str, tuple[torch.Size, torch.dtype]]:
    return {name: (tensor.shape, tensor.dtype) for name, tensor in tensors.items()}
