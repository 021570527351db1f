"""Files of the runs, in the runs folder."""

import math
import re
from pathlib import Path

from mnist_core.config import TrainingConfig

SNAPSHOT_BYTES = 64_000_000
"""Taken at most by the networks kept after a run's epochs; of many only some are kept."""
_HEADER_BYTES = 100_000
"""More than files take beside the numbers in them."""
_CHECKPOINT_NETWORKS = 3
"""A checkpoint holds the weights and at most two numbers of the optimiser for each."""


class RunFiles:
    """Paths of the files of each run; a file need not exist."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def remove(self, run_id: int) -> None:
        """Remove the networks and the checkpoints of a run."""
        for path in self._folder.glob(f"run-{run_id}.*"):
            path.unlink(missing_ok=True)

    def network_path(self, run_id: int) -> Path:
        """The trained network."""
        return self._folder / f"run-{run_id}.safetensors"

    def snapshot_path(self, run_id: int, epoch: int) -> Path:
        """The network as it was after that epoch, or before training (0)."""
        return self._folder / f"run-{run_id}.epoch-{epoch}.safetensors"

    def snapshots(self, run_id: int) -> list[int]:
        """The epochs of which there is a snapshot, in order."""
        pattern = f"run-{run_id}.epoch-*.safetensors"
        return sorted(int(path.name.split("-")[-1].split(".")[0]) for path in self._folder.glob(pattern))

    def remove_snapshots(self, run_id: int) -> None:
        for epoch in self.snapshots(run_id):
            self.snapshot_path(run_id, epoch).unlink(missing_ok=True)

    def size(self, run_id: int) -> int:
        """Bytes of all files of a run."""
        return sum(path.stat().st_size for path in self._folder.glob(f"run-{run_id}.*"))

    def checkpoint_path(self, run_id: int, attempt: int, number: int) -> Path:
        """Everything that is needed to resume training, as it was saved by an attempt for the `number`th time.

        No two have the same name, so a worker that has lost its run overwrites none that another one may need.
        """
        return self._folder / f"run-{run_id}.attempt-{attempt}.{number}.checkpoint"

    def named(self, name: str) -> Path:
        """The file of that name, as a run states that of its checkpoint."""
        return self._folder / name

    def remove_older_checkpoints(self, run_id: int, attempt: int, kept: Path) -> None:
        """Remove the other checkpoints of a run that this attempt and those before it saved."""
        for path in self._folder.glob(f"run-{run_id}.*checkpoint*"):
            saved_by = re.search(r"\.attempt-(\d+)\.", path.name)
            if path != kept and (saved_by is None or int(saved_by[1]) <= attempt):
                path.unlink(missing_ok=True)


def snapshot_interval(config: TrainingConfig, epochs: int) -> int:
    """The network of every so many epochs is kept, where there are `epochs` in all."""
    kept = max(SNAPSHOT_BYTES // network_bytes(config), 1)
    return math.ceil(epochs / kept)


def needed_bytes(config: TrainingConfig) -> int:
    """How many bytes the files of a run with that configuration take at most."""
    snapshots = 2 + config.epochs // snapshot_interval(config, config.epochs)  # always the first and the last
    files = 1 + snapshots + _CHECKPOINT_NETWORKS
    return files * (network_bytes(config) + _HEADER_BYTES)


def network_bytes(config: TrainingConfig) -> int:
    """How many bytes the weights of a network take."""
    return 4 * config.parameter_count
