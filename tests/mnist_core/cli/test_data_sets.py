"""Commands work on the data set that MNIST_DATA_SET names; a run is evaluated on its own."""

import json
import sys
from typing import Any

import pytest

from mnist_core import DigitLabError, data, settings
from mnist_core import __main__ as command_line
from mnist_core.config import PRESETS, configure
from mnist_core.data import EMBEDDED, DataSet
from mnist_core.jobs.executor import Executor
from mnist_core.store import Run, Store
from mnist_core.training import networks
from tests.made_data_set import NAME

CONFIG = configure(hidden_sizes=(16,))


@pytest.fixture(autouse=True)
def no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Executor, "keep_workers", lambda self: None)


def say(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["mnist_core", *arguments])
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    return int(ended.value.code or 0), *capsys.readouterr()


def finished(store: Store, name: str, data_set: DataSet) -> Run:
    """A run with a network, which is not trained."""
    run = store.runs.create(CONFIG, data_set.name, name, state="finished")
    networks.save_network(networks.build_network(CONFIG, data_set), CONFIG, store.files.network_path(run.id))
    return run


def test_a_run_is_evaluated_on_its_own_set_by_its_classes_names(
    fashion: DataSet, store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert settings.load().data_set == EMBEDDED
    run = finished(store, "Clothes", fashion)

    code, output, errors = say(monkeypatch, capsys, "evaluate", str(run.id), "--json")

    assert code == 0, errors
    result: dict[str, Any] = json.loads(output)
    assert (result["data_set"], result["n"]) == (NAME, 10_000)
    assert [row["class"] for row in result["per_class"]] == list(fashion.class_names) == result["classes"]


def test_runs_on_different_sets_are_not_compared(
    fashion: DataSet,
    embedded: DataSet,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    runs = [finished(store, "Clothes", fashion), finished(store, "Digits", embedded)]

    code, output, errors = say(monkeypatch, capsys, "compare", *(str(run.id) for run in runs))

    assert (code, output) == (1, "")
    assert f"Clothes on {NAME}" in errors
    assert f"Digits on {EMBEDDED}" in errors
    assert store.runs.get(runs[0].id).test_openings == 0


def test_a_network_for_clothes_reads_no_drawings(
    fashion: DataSet, store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    finished(store, "Clothes", fashion)
    drawing = tmp_path / "drawing.json"
    drawing.write_text(json.dumps([{"strokes": [[[60, 60], [180, 60], [110, 240]]]}]))

    code, _, errors = say(monkeypatch, capsys, "classify", str(drawing))

    assert code == 1
    assert "not of digits" in errors


@pytest.mark.parametrize("command", ["train", "seed-variance"])
def test_nothing_is_drawn_for_a_set_that_is_not_of_digits(
    command: str,
    fashion: DataSet,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("MNIST_DATA_SET", "fashion-mnist")

    code, _, errors = say(monkeypatch, capsys, command, "--preset", "drawing")

    assert code == 1
    assert "Fashion-MNIST is not of digits" in errors
    assert store.runs.all() == []


def test_a_page_cannot_submit_such_a_training_either(fashion: DataSet, store: Store) -> None:
    executor = Executor(store, settings.load())
    store.digits.add(7, fashion.train.images[0], None, [])
    run = finished(store, "Clothes", fashion)

    with pytest.raises(DigitLabError, match="not of digits"):
        executor.submit(PRESETS["drawing"], data_set=NAME)
    with pytest.raises(DigitLabError, match="not of digits"):
        executor.submit_repeats("learning curve", PRESETS["drawing"], 1, data_set=NAME)
    with pytest.raises(DigitLabError, match="not of digits"):
        executor.submit_fine_tuning(run, run.config, store.digits.all(), "Mine")
    assert len(store.runs.all()) == 1


def test_drawings_are_read_with_digits_whatever_set_is_in_use(fashion: DataSet) -> None:
    environment = settings.load()

    assert data.identify_digits(environment, NAME).name == EMBEDDED
    assert data.identify_digits(environment, EMBEDDED).name == EMBEDDED
