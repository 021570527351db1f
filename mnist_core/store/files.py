"""Files of the runs, in the runs folder."""

import re
from pathlib import Path


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
