"""Files of the runs, beside the database in the runs folder."""

from pathlib import Path


class RunFiles:
    """Paths of the files of each run; a file need not exist."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def remove(self, run_id: int) -> None:
        """Remove the networks and the checkpoint of a run."""
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

    def checkpoint_path(self, run_id: int) -> Path:
        """Everything that is needed to resume training."""
        return self._folder / f"run-{run_id}.checkpoint"
