"""Whatever a person gets wrong on the command line is one sentence on standard error, and nothing else."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mnist_core import __main__ as command_line
from mnist_core import settings
from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED
from mnist_core.store import Store

PROJECT = Path(__file__).parents[3]


def assert_one_sentence(code: object, output: str, errors: str, words: str) -> None:
    assert code not in (0, None)
    assert output == ""
    assert errors.endswith(".\n")
    assert errors.count("\n") == 1
    assert words in errors
    assert "Traceback" not in errors


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files of a person who mixed things up, in the working folder."""
    monkeypatch.chdir(tmp_path)
    Path("text.png").write_text("this is no image\n")
    Path("broken.json").write_text('[{"strokes": [[[1, 2')
    Path("letters.json").write_text(json.dumps([{"strokes": [[["a", "b"]]]}]))
    Path("empty.json").write_text(json.dumps([{"strokes": []}]))
    Path("none.json").write_text("[]")
    Path("line.json").write_text(json.dumps([{"strokes": [[[0, 0], [0, 9]]]}]))


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("train --learning-rate 100", "Learning rate cannot be 100"),
        ("train --learning-rate nan", "Learning rate cannot be nan"),
        ("train --preset nonsense", "There is no preset 'nonsense'"),
        ("train --hidden-sizes 256,x", "Hidden sizes cannot be x"),
        ("train --epochs 0", "Epochs cannot be 0"),
        ("train --preset drawing --shift 9", "Shift cannot be 9"),
        ("train --train-size 5000", "only 4,000 images"),
        ("resume 99", "There is no run 99"),
        ("resume latest", "No run was stopped or interrupted, or failed"),
        ("evaluate 99", "There is no run 99"),
        ("evaluate nonsense", "There is no run nonsense"),
        ("evaluate latest", "No run has finished yet"),
        ("compare 98 99", "There is no run 98"),
        ("compare latest 1", "No run has finished yet"),
        ("classify line.json", "No run has finished yet"),
        ("classify line.json --run 99", "There is no run 99"),
        ("onnx 99 digits.onnx", "There is no run 99"),
        ("onnx latest nowhere/digits.onnx", "There is no folder nowhere"),
        ("import-model absent.safetensors", "absent.safetensors"),
        ("import-model none.json", "none.json is not a whole safetensors file"),
        ("knn --rows 0", "rows"),
        ("knn --k 5000", "k is 5000"),
        ("knn --per-digit 0", "The number of images a digit is 0"),
    ],
)
def test_a_mistake_is_one_sentence(
    arguments: str, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["mnist_core", *arguments.split(), "--json"])

    with pytest.raises(SystemExit) as ended:
        command_line.main()

    assert_one_sentence(ended.value.code, *capsys.readouterr(), words)


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("text.png", "text.png cannot be read as an image"),
        ("nowhere.png", "There is no file nowhere.png"),
        ("broken.json", "broken.json is not a strokes file"),
        ("letters.json", "letters.json is not a strokes file"),
        ("empty.json", "empty.json is not a strokes file"),
        ("none.json", "none.json"),
    ],
)
def test_a_file_that_cannot_be_classified_is_one_sentence(
    file: str, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["mnist_core", "classify", file])

    with pytest.raises(SystemExit) as ended:
        command_line.main()

    assert_one_sentence(ended.value.code, *capsys.readouterr(), words)


@pytest.mark.parametrize(
    ("variable", "value"), [("MNIST_MAX_WORKERS", "many"), ("MNIST_RUNS_DIR", "/proc/nowhere")], ids=["workers", "runs"]
)
def test_a_wrong_environment_variable_is_named(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(variable, value)
    monkeypatch.setattr(sys, "argv", ["mnist_core", "evaluate", "1"])

    with pytest.raises(SystemExit) as ended:
        command_line.main()

    assert_one_sentence(ended.value.code, *capsys.readouterr(), variable)


def test_a_training_that_explodes_ends_with_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["mnist_core", "train", "--learning-rate", "10", "--name", "bang", "--json"])

    with pytest.raises(SystemExit) as ended:
        command_line.main()

    output, errors = capsys.readouterr()
    progress, sentence = errors.splitlines()
    assert "bang" in progress
    assert_one_sentence(ended.value.code, output, f"{sentence}\n", "lower the learning rate")


def test_a_run_that_is_finished_has_nothing_to_resume(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    store = Store(settings.load().runs_dir)
    store.runs.create(TrainingConfig(), EMBEDDED, "done", state="finished")
    monkeypatch.setattr(sys, "argv", ["mnist_core", "resume", "1", "--json"])

    with pytest.raises(SystemExit) as ended:
        command_line.main()

    assert_one_sentence(ended.value.code, *capsys.readouterr(), "done is finished")


def test_a_mistake_is_one_sentence_also_from_the_shell() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mnist_core", "train", "--learning-rate", "100", "--json"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert_one_sentence(done.returncode, done.stdout, done.stderr, "Learning rate")
