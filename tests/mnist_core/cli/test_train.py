"""The command line: one JSON value on standard output, progress on standard error."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from typer.testing import CliRunner

from mnist_core import __main__ as command_line
from mnist_core.data import EMBEDDED
from mnist_core.jobs import job
from mnist_core.store import Store

PROJECT = Path(__file__).parents[3]


class Lab(NamedTuple):
    """A folder with one trained run."""

    folder: Path
    trained: subprocess.CompletedProcess[str]

    @property
    def runs(self) -> Path:
        return self.folder / "runs"


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, which imports PyTorch anew."""
    return subprocess.run(
        [sys.executable, "-m", "mnist_core", *arguments],
        cwd=PROJECT,
        env=os.environ | {"MNIST_RUNS_DIR": str(folder / "runs"), "MNIST_DATA_SET": EMBEDDED},
        capture_output=True,
        text=True,
        check=False,
    )


def output(folder: Path, *arguments: str) -> str:
    """What a command prints on standard output."""
    where = {"MNIST_RUNS_DIR": str(folder / "runs"), "MNIST_DATA_SET": EMBEDDED}
    done = CliRunner().invoke(command_line.app, arguments, env=where, catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    folder = tmp_path_factory.mktemp("lab")
    arguments = ("--preset", "tutorial", "--epochs", "1", "--name", "by hand", "--json")
    return Lab(folder, run(folder, "train", *arguments))


@pytest.mark.parametrize(
    "command", ["device", "data", "train", "resume", "evaluate", "compare", "spread", "classify", "knn"]
)
def test_every_command_explains_itself(command: str) -> None:
    done = CliRunner().invoke(command_line.app, [command, "--help"])

    assert done.exit_code == 0
    assert f"{command} [OPTIONS]" in done.output
    assert "--json" in done.output


def test_train_prints_what_the_run_came_to(lab: Lab) -> None:
    assert lab.trained.returncode == 0, lab.trained.stderr
    answer = json.loads(lab.trained.stdout)

    assert set(answer) == {
        *("run", "status", "data_set", "epochs", "steps", "final_loss", "seconds", "images_per_second")
    }
    assert (answer["run"], answer["status"], answer["data_set"]) == (1, "finished", EMBEDDED)
    assert (answer["epochs"], answer["steps"]) == (1, 63)
    assert 0 < answer["final_loss"] < 0.09


def test_progress_of_a_training_goes_to_standard_error(lab: Lab) -> None:
    assert "by hand" in lab.trained.stderr
    assert "by hand" not in lab.trained.stdout


def test_a_run_trained_on_the_command_line_is_stored_like_any_other(lab: Lab) -> None:
    stored = Store(lab.runs).runs.get(1)

    assert (stored.name, stored.status, stored.config.epochs) == ("by hand", "finished", 1)
    assert stored.final_loss == json.loads(lab.trained.stdout)["final_loss"]
    assert stored.log == ""


def test_a_run_stopped_before_its_first_step_is_told_and_can_be_resumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def main(*arguments: str) -> Any:
        monkeypatch.setattr(sys, "argv", ["mnist_core", *arguments, "--json"])
        with pytest.raises(SystemExit, match=r"\A0\Z"):
            command_line.main()
        return json.loads(capsys.readouterr().out)

    monkeypatch.setenv("MNIST_RUNS_DIR", str(tmp_path))
    with monkeypatch.context() as patch:  # a page stops it while PyTorch still starts
        patch.setattr(job, "warm_up", lambda _: Store(tmp_path).control.stop(1))
        stopped = main("train", "--epochs", "1")
    resumed = main("resume", "1")

    assert (stopped["status"], stopped["steps"], stopped["final_loss"]) == ("stopped", 0, None)
    assert (resumed["status"], resumed["run"], resumed["steps"]) == ("finished", 1, 63)


def test_script_prints_a_python_program(lab: Lab) -> None:
    program = output(lab.folder, "script", "latest")

    compile(program, "script", "exec")
    assert "import torch" in program


def test_evaluate_prints_the_test_report_and_counts_the_opening(lab: Lab) -> None:
    before = Store(lab.runs).runs.get(1).test_openings

    answer = json.loads(output(lab.folder, "evaluate", "latest", "--json"))

    assert set(answer) == {
        *("run", "data_set", "classes", "n", "accuracy", "interval", "confusion", "per_class"),
        *("train_accuracy", "validation_accuracy", "calibration_error", "test_openings"),
    }
    assert (answer["run"], answer["data_set"], answer["n"]) == (1, EMBEDDED, 1_000)
    assert answer["accuracy"] == np.trace(answer["confusion"]) / 1_000
    assert answer["interval"][0] < answer["accuracy"] < answer["interval"][1]
    stored = Store(lab.runs).runs.get(1)
    assert (stored.test_openings, stored.test_accuracy) == (before + 1, answer["accuracy"])
    assert answer["test_openings"] == before + 1


def test_knn_prints_the_accuracy_for_every_k(tmp_path: Path) -> None:
    answer = json.loads(
        output(tmp_path, "knn", "--rows", "7", "--columns", "6", "--k", "4", "--per-digit", "50", "--json")
    )

    assert set(answer) == {"data_set", "n", "references", "features", "accuracy_by_k", "seconds", "test_openings"}
    assert (answer["n"], answer["references"], answer["features"]) == (1_000, 500, 42)
    assert len(answer["accuracy_by_k"]) == 4
    assert all(0.7 < accuracy < 1 for accuracy in answer["accuracy_by_k"])
    assert answer["test_openings"] == 1
    assert "the test set was opened 2 times for neighbours" in output(tmp_path, "knn", "--k", "1")


def test_data_says_which_digits_are_in_use(tmp_path: Path) -> None:
    answer = json.loads(output(tmp_path, "data", "--json"))

    assert set(answer) == {"name", "train", "test", "checksum", "verified", "source"}
    assert (answer["name"], answer["train"], answer["test"]) == (EMBEDDED, 4_000, 1_000)
    assert answer["verified"] is True


def test_device_says_which_device_and_why(tmp_path: Path) -> None:
    answer = json.loads(output(tmp_path, "device", "--json"))

    assert set(answer) == {"kind", "name", "reason", "memory", "threads", "torch_version", "build"}
    assert answer["kind"] in ("cpu", "cuda", "mps")
    assert answer["reason"]


def test_a_run_needs_no_terminal_to_be_described_in_words(lab: Lab) -> None:
    said = output(lab.folder, "evaluate", "1")

    assert said.startswith("by hand: ")
    assert "of 1,000 test images of MNIST-5000 read correctly" in said
