"""A run's metrics are one table: a row a step, with the learning rate that the step was taken with."""

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from safetensors import safe_open
from safetensors.numpy import load

from mnist_core import DigitLabError
from mnist_core.config import PRESETS, TrainingConfig
from mnist_core.data import EMBEDDED, DataSet
from mnist_core.evaluation import test_set
from mnist_core.export import html_report, run_files
from mnist_core.figures.png import data_url
from mnist_core.store import Run, Store
from mnist_core.training import networks

CONFIG = TrainingConfig(batch_size=100, train_size=300, epochs=2)


def trained(store: Store, config: TrainingConfig = CONFIG) -> Run:
    """A run of two epochs of three steps each."""
    run = store.runs.create(config, EMBEDDED, state="running")
    store.workers.report(run, {"loss": (range(1, 7), [0.6, 0.5, 0.4, 0.3, 0.2, 0.1])}, step=6)
    for name, values in (("training_loss", [0.5, 0.2]), ("training_accuracy", [0.6, 0.9])):
        store.workers.report(run, {name: ([3, 6], values)})
    return store.runs.get(run.id)


def table(store: Store, run: Run) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(run_files.metrics_csv(store, store.runs.get(run.id))), index_col="step")


def test_there_is_a_row_a_step_with_its_loss(store: Store) -> None:
    metrics = table(store, trained(store))

    assert metrics.index.tolist() == [1, 2, 3, 4, 5, 6]
    assert metrics["loss"].tolist() == [0.6, 0.5, 0.4, 0.3, 0.2, 0.1]
    assert metrics["data_set"].tolist() == 6 * [EMBEDDED]


def test_values_of_an_epoch_are_in_the_row_of_its_last_step_only(store: Store) -> None:
    metrics = table(store, trained(store))

    assert metrics["training_loss"].dropna().to_dict() == {3: 0.5, 6: 0.2}
    assert metrics["training_accuracy"].dropna().to_dict() == {3: 0.6, 6: 0.9}


def test_what_was_not_measured_is_an_empty_column(store: Store) -> None:
    metrics = table(store, trained(store))

    assert metrics.columns.tolist() == ["loss", "learning_rate", *run_files.CURVES[1:], "data_set", "test_openings"]
    assert metrics[["validation_loss", "validation_accuracy"]].isna().all(axis=None)


def test_the_learning_rate_is_that_of_each_step_also_where_it_was_set_by_hand(store: Store) -> None:
    run = trained(store)
    store.workers.mark(run, 2, "learning rate", 0.5)
    store.workers.mark(run, 5, "learning rate", 0.001)

    assert table(store, run)["learning_rate"].tolist() == [0.01, 0.01, 0.5, 0.5, 0.5, 0.001]


def test_the_learning_rate_follows_the_cycle(store: Store) -> None:
    config = PRESETS["accurate"].model_copy(update={"batch_size": 100, "train_size": 300})

    rates = table(store, trained(store, config))["learning_rate"].tolist()

    assert rates[0] == pytest.approx(0.01 / 25)
    assert rates[-1] == pytest.approx(0.01 / 250_000)
    assert max(rates[1:3]) > 0.005


def test_numbers_come_back_from_the_table_exactly(store: Store) -> None:
    run = store.runs.create(CONFIG, EMBEDDED, state="running")
    store.workers.report(run, {"loss": ([1], [1 / 3])}, step=1)

    assert table(store, run)["loss"].tolist() == [1 / 3]


def test_a_run_without_a_step_is_a_table_without_a_row(store: Store) -> None:
    metrics = table(store, store.runs.create(CONFIG, EMBEDDED))

    assert len(metrics) == 0
    assert "learning_rate" in metrics.columns


@pytest.mark.parametrize("openings", [0, 1, 3])
def test_each_file_says_how_often_the_test_set_was_opened(openings: int, store: Store, tmp_path: Path) -> None:
    run = trained(store)
    networks.save_network(networks.build_network(CONFIG), CONFIG, store.files.network_path(run.id))
    for _ in range(openings):
        store.runs.count_test_opening(run.id, EMBEDDED, 0.9)
    run = store.runs.get(run.id)

    assert set(table(store, run)["test_openings"]) == {openings}
    (tmp_path / "taken.safetensors").write_bytes(run_files.network_file(store, run))
    with safe_open(tmp_path / "taken.safetensors", framework="np") as file:
        assert file.metadata()["test_openings"] == str(openings)
    said = {0: "never opened for", 1: "opened once for", 3: "opened 3 times for"}[openings]
    assert f"The test set was {said}" in run_files.training_script(run)


def test_a_downloaded_network_is_the_same_and_can_be_loaded(store: Store, tmp_path: Path) -> None:
    run = trained(store)
    networks.save_network(networks.build_network(CONFIG), CONFIG, store.files.network_path(run.id))

    content = run_files.network_file(store, run)

    weights = load(store.files.network_path(run.id).read_bytes())
    assert {name: array.tobytes() for name, array in load(content).items()} == {
        name: array.tobytes() for name, array in weights.items()
    }
    (tmp_path / "taken.safetensors").write_bytes(content)
    assert networks.load_network(tmp_path / "taken.safetensors")[1] == CONFIG


@pytest.mark.parametrize("content", [None, b"", b"no network"])
def test_a_network_that_is_missing_or_damaged_is_one_sentence(content: bytes | None, store: Store) -> None:
    run = trained(store)
    if content is not None:
        store.files.network_path(run.id).write_bytes(content)

    with pytest.raises(DigitLabError, match=rf"\AThe network of {run.name} is missing or damaged; train it again\.\Z"):
        run_files.network_file(store, run)


def test_no_file_holds_the_own_digits_that_a_run_was_trained_on(store: Store, embedded: DataSet) -> None:
    image = np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8)
    parent = store.runs.create(CONFIG, EMBEDDED, state="finished")
    run = store.fine_tuning.create(parent, CONFIG, [store.digits.add(7, image, None, [])], "On mine")
    networks.save_network(networks.build_network(CONFIG), CONFIG, store.files.network_path(run.id))
    classifier = test_set.load_classifier(store, run)
    test_set.open_test_set(store, classifier, embedded)

    report = html_report.write_html(store, classifier, run.name, embedded, run=run, openings=1)
    files = [run_files.network_file(store, run), run_files.onnx_file(store, run)]
    files += [text.encode() for text in (run_files.metrics_csv(store, run), report)]

    for written in (image.tobytes(), (image / np.float32(255)).tobytes(), data_url(image).encode()):
        assert not any(written in file for file in files)
