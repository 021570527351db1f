"""Networks as files on the command line: out as ONNX, in as a run."""

import json
import os
from pathlib import Path

import onnxruntime
import pytest
from typer.testing import CliRunner

from mnist_core import DigitLabError
from mnist_core import __main__ as command_line
from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED, DataSet
from mnist_core.export import run_files
from mnist_core.store import Run, Store
from mnist_core.training import networks

CONFIG = TrainingConfig(hidden_sizes=(8,))


@pytest.fixture
def run(store: Store) -> Run:
    run = store.runs.create(CONFIG, EMBEDDED, "mine", state="finished")
    networks.save_network(networks.build_network(CONFIG), CONFIG, store.files.network_path(run.id))
    return run


def output(*arguments: str) -> str:
    done = CliRunner().invoke(command_line.app, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    return done.stdout


@pytest.mark.usefixtures("run")
def test_onnx_writes_a_file_and_says_what_it_takes(tmp_path: Path, embedded: DataSet) -> None:
    file = tmp_path / "digits.onnx"

    answer = json.loads(output("onnx", "latest", str(file), "--json"))

    assert (answer["run"], answer["file"], answer["data_set"]) == (1, str(file), EMBEDDED)
    assert "uint8, n x 28 x 28" in answer["description"]
    [read] = onnxruntime.InferenceSession(file).run(None, {"images": embedded.test.images[:3]})
    assert read.shape == (3, 10)


def test_a_network_goes_from_one_folder_to_another(run: Run, store: Store, tmp_path: Path) -> None:
    file = tmp_path / "run-1.safetensors"
    file.write_bytes(run_files.network_file(store, run))

    answer = json.loads(output("import-model", str(file), "--name", "from a friend", "--json"))

    assert answer == {"run": 2, "name": "from a friend", "data_set": EMBEDDED, "test_openings": 0}
    assert store.runs.get(2).imported
    assert "mine is run 3, its data set MNIST-5000" in output("import-model", str(file))


def test_what_is_no_file_is_one_sentence_and_nobody_waits_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero"), tmp_path):
        with pytest.raises(DigitLabError, match=r"\A[^\n]* not a file; [^\n]*\.\Z"):
            output("import-model", str(path))
