"""What `evaluate` and `compare` print is what follows from the predictions."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.calibration import calibration_curve

from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED, FULL, DataSet
from mnist_core.evaluation import test_set
from mnist_core.store import Run, Store
from mnist_core.training import networks

CONFIG = TrainingConfig(hidden_sizes=(16,), validation_share=0.25)
DIGITS = list(range(10))


@pytest.fixture
def ask(say: Callable[..., tuple[int, str, str]]) -> Callable[..., Any]:
    """Run the command line: the JSON value that it prints."""

    def main(*arguments: str) -> Any:
        code, output, errors = say(*arguments, "--json")
        assert code == 0, errors
        return json.loads(output)

    return main


def finished(store: Store, name: str, seed: int, config: TrainingConfig = CONFIG, data_set: str = EMBEDDED) -> Run:
    """A run with a network, which is not trained."""
    run = store.runs.create(config, data_set, name, state="finished")
    networks.save_network(
        networks.build_network(config.model_copy(update={"seed": seed})), config, store.files.network_path(run.id)
    )
    return run


def predict(store: Store, run: Run, embedded: DataSet) -> np.ndarray:
    return test_set.load_classifier(store, run).probabilities(embedded.test.images).argmax(axis=1)


def test_evaluate_prints_the_scores_of_the_predictions(
    store: Store, ask: Callable[..., Any], embedded: DataSet
) -> None:
    run = finished(store, "One", seed=1)

    printed = ask("evaluate", "latest")

    predicted, labels = predict(store, run, embedded), embedded.test.labels
    assert (printed["run"], printed["data_set"], printed["n"]) == (run.id, EMBEDDED, 1_000)
    assert printed["accuracy"] == pytest.approx((predicted == labels).mean())
    interval = binomtest(round(1_000 * printed["accuracy"]), 1_000).proportion_ci(0.95, "wilson")
    assert printed["interval"] == pytest.approx(tuple(interval))
    confusion = np.zeros((10, 10), int)
    np.add.at(confusion, (labels, predicted), 1)
    assert printed["confusion"] == confusion.tolist()
    hits, as_digit, of_digit = confusion.diagonal(), confusion.sum(axis=0), confusion.sum(axis=1)
    assert [row["digit"] for row in printed["per_class"]] == DIGITS
    assert [row["images"] for row in printed["per_class"]] == of_digit.tolist()
    assert [row["precision"] for row in printed["per_class"]] == pytest.approx(hits / np.maximum(as_digit, 1))
    assert [row["recall"] for row in printed["per_class"]] == pytest.approx(hits / of_digit)
    assert [row["f1"] for row in printed["per_class"]] == pytest.approx(2 * hits / (as_digit + of_digit))
    assert {*printed["per_class"][0]} == {"digit", "precision", "recall", "f1", "images"}


def test_evaluate_prints_training_and_validation_accuracy_and_calibration(
    store: Store, ask: Callable[..., Any], embedded: DataSet
) -> None:
    run = finished(store, "One", seed=1)

    printed = ask("evaluate", str(run.id))

    network = test_set.load_classifier(store, run)
    for name, digits in zip(("train", "validation"), network.split(embedded.train), strict=True):
        correct = network.probabilities(digits.images).argmax(axis=1) == digits.labels
        assert printed[f"{name}_accuracy"] == pytest.approx(correct.mean())
    probabilities = network.probabilities(embedded.test.images)
    correct, confidences = probabilities.argmax(axis=1) == embedded.test.labels, probabilities.max(axis=1)
    accuracy, confidence = calibration_curve(correct, confidences, n_bins=15)
    counts = np.histogram(confidences, np.linspace(0, 1, 16))[0]
    expected = (counts[counts > 0] * np.abs(accuracy - confidence)).sum() / len(confidences)
    assert printed["calibration_error"] == pytest.approx(expected, abs=1e-4)


def test_evaluate_prints_null_where_nothing_was_held_out(store: Store, ask: Callable[..., Any]) -> None:
    finished(store, "One", seed=1, config=TrainingConfig(hidden_sizes=(16,)))

    printed = ask("evaluate", "latest")

    assert printed["validation_accuracy"] is None
    assert printed["train_accuracy"] is not None


def test_evaluate_says_how_often_the_test_set_was_opened(
    store: Store, ask: Callable[..., Any], say: Callable[..., tuple[int, str, str]]
) -> None:
    finished(store, "One", seed=1)

    _, once, _ = say("evaluate", "1")
    second = ask("evaluate", "1")
    _, thrice, _ = say("evaluate", "1")

    assert once.startswith("One: ")
    assert once.endswith("; the test set was opened once for this run\n")
    assert second["test_openings"] == 2
    assert thrice.endswith("; the test set was opened 3 times for this run\n")
    assert thrice.count("\n") == 1


def test_compare_prints_mcnemars_test_and_opens_the_test_set_for_both(
    store: Store, ask: Callable[..., Any], embedded: DataSet
) -> None:
    one, other = finished(store, "One", seed=1), finished(store, "Other", seed=2)

    printed = ask("compare", "1", "latest")

    labels = embedded.test.labels
    a, b = (predict(store, run, embedded) == labels for run in (one, other))
    only_first, only_second = int((a & ~b).sum()), int((b & ~a).sum())
    assert min(only_first, only_second) > 0
    assert printed == {
        "runs": [one.id, other.id],
        "data_set": EMBEDDED,
        "n": 1_000,
        "accuracy": [a.mean(), b.mean()],
        "only_first_right": only_first,
        "only_second_right": only_second,
        "p_value": pytest.approx(binomtest(only_first, only_first + only_second).pvalue),
        "test_openings": [1, 1],
    }
    assert [store.runs.get(run.id).test_openings for run in (one, other)] == [1, 1]


def test_compare_says_in_words_whether_it_may_be_chance(
    store: Store, say: Callable[..., tuple[int, str, str]], ask: Callable[..., Any]
) -> None:
    finished(store, "One", seed=1)
    finished(store, "Other", seed=2)

    code, output, errors = say("compare", "1", "2")

    first, second = (f"{100 * accuracy:.1f} %" for accuracy in ask("compare", "1", "2")["accuracy"])
    assert (code, errors) == (0, "")
    assert output.startswith(f"One reads {first}, Other {second} of 1,000 test images of {EMBEDDED}; ")
    assert "chance" in output
    assert output.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("1 99", "There is no run 99"),
        ("1 1", "with itself"),
        ("1 2", "no trained network"),
        ("1 3", "different data sets"),
    ],
)
def test_a_comparison_that_cannot_be_made_opens_no_test_set(
    arguments: str, words: str, store: Store, say: Callable[..., tuple[int, str, str]]
) -> None:
    finished(store, "One", seed=1)
    store.runs.create(CONFIG, EMBEDDED, "Without a network")
    finished(store, "Of full MNIST", seed=3, data_set=FULL)

    code, output, errors = say("compare", *arguments.split(), "--json")

    assert (code, output) == (1, "")
    assert words in errors
    assert [run.test_openings for run in store.runs.all()] == [0, 0, 0]
