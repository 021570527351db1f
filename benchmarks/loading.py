"""How long MNIST takes to load in each form beside its raw files: `python -m benchmarks.loading`.

Each form in a process of its own, all in turn, over several rounds; the first load of each, which decodes it, is told
apart. Needs the full MNIST. Asserts nothing.
"""

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from mnist_core import data, settings
from mnist_core.data import FULL
from tests.mnist_core.data.made_sets import FILES, arrays, write_csv, write_idx, write_npz

ROUNDS = 9
LOADING = """
import sys, time
from pathlib import Path
from mnist_core import data
from mnist_core.settings import Settings

where = Settings(data_dir=Path(sys.argv[1]), runs_dir=Path(sys.argv[2]))
started = time.perf_counter()
digits = data.load(where, "MNIST")
loaded = time.perf_counter() - started
started = time.perf_counter()
for _ in range(100):
    data.identify(where, "MNIST")
print(loaded, (time.perf_counter() - started) / 100)
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path, made = Path(folder), arrays(data.load(settings.load(), FULL))
        folders = {
            "raw": write_idx(path / "idx", made),
            "gz": write_idx(path / "gz", made, tuple(f"{name}.gz" for name in FILES)),
            "npz": write_npz(path / "npz", made),
            "CSV": write_csv(path / "csv", made),
        }
        first = {form: load(folder, path / "runs")[0] for form, folder in folders.items()}
        rounds = [{form: load(folder, path / "runs") for form, folder in folders.items()} for _ in range(ROUNDS)]
    for form in folders:
        seconds = statistics.median(times[form][0] for times in rounds)
        ratio = statistics.median(times[form][0] / times["raw"][0] for times in rounds)
        identified = statistics.median(times[form][1] for times in rounds)
        print(
            f"{form}: {seconds * 1e3:.0f} ms, {ratio:.2f} times raw; first load {first[form]:.2f} s; "
            f"identified in {identified * 1e3:.2f} ms"
        )


def load(folder: Path, runs_dir: Path) -> tuple[float, float]:
    """Seconds to load and then to identify MNIST, in a new process, without what importing takes."""
    command = [sys.executable, "-c", LOADING, str(folder), str(runs_dir)]
    loaded, identified = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return float(loaded), float(identified)


if __name__ == "__main__":
    main()
