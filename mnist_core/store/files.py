"""The files of each run, beside the database in the runs folder."""

from pathlib import Path


class RunFiles:
    """Where the files of a run are."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def remove(self, run_id: int) -> None:
        """Remove the networks and the checkpoint of a run."""
        for path in self._folder.glob(f"run-{run_id}.*"):
            path.unlink(missing_ok=True)

    def network(self, run_id: int) -> Path:
        """Where the trained network of a run is kept."""
        return self._folder / f"run-{run_id}.safetensors"

    def snapshot(self, run_id: int, epoch: int) -> Path:
        """Where the network of a run is kept as it was after an epoch, 0: before its training."""
        return self._folder / f"run-{run_id}.epoch-{epoch}.safetensors"

    def snapshots(self, run_id: int) -> list[int]:
        """The epochs after which the network of a run was kept, in order."""
        pattern = f"run-{run_id}.epoch-*.safetensors"
        return sorted(int(path.name.split("-")[-1].split(".")[0]) for path in self._folder.glob(pattern))

    def checkpoint(self, run_id: int) -> Path:
        """Where all that a run needs to go on is kept."""
        return self._folder / f"run-{run_id}.checkpoint"
