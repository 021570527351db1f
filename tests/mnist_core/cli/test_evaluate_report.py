"""`evaluate --robustness` and `--html`: what was measured is kept and printed, and a report is written that says it."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from mnist_core import __main__ as command_line
from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED, DataSet
from mnist_core.evaluation import test_set
from mnist_core.evaluation.corruptions import CORRUPTIONS
from mnist_core.evaluation.robustness import stored_robustness
from mnist_core.store import Run, Store
from mnist_core.training import networks
from tests.mnist_core.data.own_sets.made_sets import draft, png, zipped

CONFIG = TrainingConfig(hidden_sizes=(8,), validation_share=0.25)
TOOLS = ("Cup", "Key", "Leaf")
Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def evaluate(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """Evaluate the latest run: the exit status, standard output and standard error."""

    def main(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["mnist_core", "evaluate", "latest", *arguments])
        with pytest.raises(SystemExit) as ended:
            command_line.main()
        return int(ended.value.code or 0), *capsys.readouterr()

    return main


@pytest.fixture
def run(store: Store) -> Run:
    """A run with a network, which is not trained."""
    run = store.runs.create(CONFIG, EMBEDDED, "Mine", state="finished")
    networks.save_network(networks.build_network(CONFIG), CONFIG, store.files.network_path(run.id))
    return run


def test_robustness_is_measured_in_every_way_from_clean_to_severe_and_kept(
    store: Store, run: Run, embedded: DataSet, evaluate: Say
) -> None:
    code, output, _ = evaluate("--robustness", "--json")

    assert code == 0
    printed = json.loads(output)  # the progress bar is not in it
    assert list(printed["robustness"]) == [way.key for way in CORRUPTIONS]
    network = test_set.load_classifier(store, run)
    stored = stored_robustness(store, [network], embedded.test, CORRUPTIONS)
    for corruption in CORRUPTIONS:
        measured = printed["robustness"][corruption.key]
        assert measured["strengths"] == [corruption.clean, *corruption.strengths]
        assert measured["unit"] == corruption.unit
        assert measured["accuracy"] == [count / 1_000 for count in stored[network.key, corruption.key]]
        assert measured["accuracy"][0] == printed["accuracy"]
    assert store.runs.get(run.id).test_openings == 1


def test_robustness_is_a_line_a_way(run: Run, evaluate: Say) -> None:
    _, output, _ = evaluate("--robustness")

    first, *lines = output.splitlines()
    assert first.startswith("Mine: ")
    assert [line.split(" (")[0] for line in lines] == [way.key for way in CORRUPTIONS]
    assert lines[0].startswith("shift (pixels): 0: ")
    assert lines[0].count("%") == 6


def test_without_being_asked_nothing_is_measured(run: Run, evaluate: Say, store: Store, embedded: DataSet) -> None:
    _, output, _ = evaluate("--json")

    assert "robustness" not in json.loads(output)
    assert stored_robustness(store, [test_set.load_classifier(store, run)], embedded.test, CORRUPTIONS) == {}


def test_the_report_counts_the_opening_that_it_was_made_with_and_shows_what_was_measured(
    run: Run, evaluate: Say, tmp_path: Path
) -> None:
    evaluate()
    path = tmp_path / "report.html"

    code, output, _ = evaluate("--robustness", "--html", str(path), "--json")

    assert code == 0
    report, accuracy = path.read_text(encoding="utf-8"), 100 * json.loads(output)["accuracy"]
    assert "The test set was opened 2 times for this model." in report
    assert f"<strong>{accuracy:.1f} %</strong> of 1,000 test images" in report
    assert report.count("Made harder by: ") == len(CORRUPTIONS)


def test_a_report_for_a_folder_that_is_not_there_is_refused_before_the_test_set_is_opened(
    run: Run, evaluate: Say, store: Store, tmp_path: Path
) -> None:
    code, output, errors = evaluate("--html", str(tmp_path / "nowhere" / "report.html"))

    assert (code, output, errors.count("\n")) == (1, "", 1)
    assert f"There is no folder {tmp_path / 'nowhere'}" in errors
    assert store.runs.get(run.id).test_openings == 0


@pytest.mark.parametrize("path", ["", ".", "/"])
def test_a_report_that_is_a_folder_is_refused_before_the_test_set_is_opened(
    path: str, run: Run, evaluate: Say, store: Store
) -> None:
    code, output, errors = evaluate("--html", path)

    assert (code, output, errors.count("\n")) == (1, "", 1)
    assert "is a folder; name a file in it." in errors
    assert store.runs.get(run.id).test_openings == 0


def test_a_report_that_cannot_be_written_is_one_sentence_after_what_was_opened(
    run: Run, evaluate: Say, tmp_path: Path
) -> None:
    (tmp_path / "report.html.partial").mkdir()  # where it would be written first

    code, output, errors = evaluate("--json", "--html", str(tmp_path / "report.html"))

    assert (code, errors.count("\n")) == (1, 1)
    assert "report.html cannot be saved" in errors
    assert json.loads(output)["test_openings"] == 1


def test_a_set_of_three_classes_is_read_as_these_only(
    store: Store, embedded: DataSet, evaluate: Say, tmp_path: Path
) -> None:
    digits = embedded.train.first(20)
    chosen = np.flatnonzero(digits.labels < 3).tolist()
    pictures = {f"{TOOLS[digits.labels[n]]}/{n}.png": png(digits.images[n]) for n in chosen}
    draft(store.folder, tools_zip=zipped(pictures)).keep("Tools")
    run = store.runs.create(CONFIG, "Tools", "Mine", "finished", size=51)
    network = networks.build_network(CONFIG)
    with torch.no_grad():
        network[-1].bias[7].add_(10)  # a class that the set does not have
    networks.save_network(network, CONFIG, store.files.network_path(run.id))

    code, output, errors = evaluate("--html", str(tmp_path / "report.html"), "--json")

    assert (code, errors) == (0, "")
    printed = json.loads(output)
    confusion = np.array(printed["confusion"])
    assert (confusion.shape, confusion.sum()) == ((3, 3), printed["n"])
    assert [row["class"] for row in printed["per_class"]] == printed["classes"] == list(TOOLS)
    page = (tmp_path / "report.html").read_text()
    assert any(f"read as {name}" in page for name in printed["classes"])
