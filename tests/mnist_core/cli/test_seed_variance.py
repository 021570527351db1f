"""`seed-variance`: several seeds in one command, measured on the test images, or one sentence."""

import json
import statistics
import sys
from collections.abc import Callable
from typing import Any

import pytest

from mnist_core import __main__ as command_line
from mnist_core import config, settings
from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED
from mnist_core.jobs import worker
from mnist_core.store import Run, Store

Output = pytest.CaptureFixture[str]


@pytest.fixture
def main(monkeypatch: pytest.MonkeyPatch) -> Callable[..., object]:
    """Call the command line with a short preset; what it exits with."""
    monkeypatch.setitem(config.PRESETS, "tutorial", TrainingConfig(hidden_sizes=(16,), epochs=1, learning_rate=0.1))

    def call(*arguments: str, name: str = "seed-variance") -> object:
        monkeypatch.setattr(sys, "argv", ["mnist_core", name, *arguments])
        with pytest.raises(SystemExit) as exit_:
            command_line.main()
        return exit_.value.code

    return call


@pytest.fixture
def before_each(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Run], object]], None]:
    """Let something happen before each training."""

    def prepare(act: Callable[[Run], object]) -> None:
        execute = worker.execute

        def changed(store: Store, where: Any, run: Run, *rest: Any) -> None:
            act(run)
            execute(store, where, run, *rest)

        monkeypatch.setattr(worker, "execute", changed)

    return prepare


def test_it_trains_each_seed_and_opens_the_test_set_once_for_each(
    main: Callable[..., object], store: Store, capsys: Output
) -> None:
    assert main("--preset", "tutorial", "--seeds", "3", "--name", "mine", "--json") == 0

    output = capsys.readouterr()
    answer = json.loads(output.out)
    assert set(answer) == {"repeats", "runs", "data_set", "n", "accuracies", "mean", "std", "interval", "test_openings"}
    runs = store.repeats.runs(answer["repeats"])
    assert [run.id for run in runs] == answer["runs"]
    assert (answer["data_set"], answer["n"]) == (EMBEDDED, 1_000)
    assert [(run.status, run.config.seed, run.test_openings) for run in runs] == [
        ("finished", seed, 1) for seed in range(3)
    ]
    assert [run.test_accuracy for run in runs] == answer["accuracies"]
    assert len(set(answer["accuracies"])) > 1
    assert answer["mean"] == pytest.approx(statistics.mean(answer["accuracies"]))
    assert answer["std"] == pytest.approx(statistics.stdev(answer["accuracies"]))
    assert answer["interval"][0] < answer["mean"] < answer["interval"][1]
    assert answer["test_openings"] == [1, 1, 1]
    assert "mine" in output.err


def test_it_says_in_words_what_it_was_measured_on(main: Callable[..., object], capsys: Output) -> None:
    assert main("--seeds", "2") == 0

    said = capsys.readouterr().out
    assert said.startswith("Seed variance 1: 2 seeds read ")
    assert "of 1,000 test images of MNIST-5000 correctly on average" in said
    assert "the test set was opened once for each" in said


def test_a_run_that_a_worker_of_the_app_takes_is_not_trained_twice(
    main: Callable[..., object], before_each: Any, store: Store, capsys: Output
) -> None:
    trained = []

    def take_the_next(run: Run) -> None:
        trained.append((run.id, run.worker))
        other = store.workers.claim("one")
        if other is not None:
            worker.execute(store, settings.load(), other)

    before_each(take_the_next)

    assert main("--seeds", "3", "--json") == 0

    assert sorted(run_id for run_id, _ in trained) == json.loads(capsys.readouterr().out)["runs"]
    assert [run.attempt for run in store.runs.all()] == [1, 1, 1]
    assert {run.worker == "one" for run in store.runs.all()} == {True, False}


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda store, run: store.control.stop(run.id), "Seed 0 was stopped"),
        (lambda store, run: store.runs.delete(run.id), "There is no run 1"),
    ],
    ids=["stopped", "deleted"],
)
def test_without_all_runs_there_is_one_sentence_and_the_others_are_not_trained(
    act: Callable[[Store, Run], object],
    words: str,
    main: Callable[..., object],
    before_each: Any,
    store: Store,
    capsys: Output,
) -> None:
    before_each(lambda run: act(store, run))

    assert main("--seeds", "3", "--json") == 1

    assert_sentence(capsys, words)
    assert [run.status for run in store.runs.all()][:2] == ["stopped", "stopped"]
    assert not any(run.test_openings for run in store.runs.all())


def test_a_training_that_fails_is_one_sentence_and_the_next_is_not_begun(
    main: Callable[..., object], monkeypatch: pytest.MonkeyPatch, store: Store, capsys: Output
) -> None:
    monkeypatch.setitem(config.PRESETS, "tutorial", TrainingConfig(learning_rate=10, momentum=0.99, epochs=1))

    assert main("--seeds", "2", "--json") == 1

    assert_sentence(capsys, "The loss stopped being a number")
    assert [run.status for run in store.runs.all()] == ["stopped", "failed"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--seeds", "1"], "The number of seeds is 1; choose one from 2 to 20."),
        (["--seeds", "21"], "The number of seeds is 21; choose one from 2 to 20."),
        (["--preset", "nonsense"], "There is no preset 'nonsense'"),
        (["--name", "x" * 61], "at most 60 letters"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_no_run(
    arguments: list[str], words: str, main: Callable[..., object], store: Store, capsys: Output
) -> None:
    assert main(*arguments) == 1

    assert_sentence(capsys, words)
    assert (store.runs.all(), store.repeats.all()) == ([], [])


def test_its_former_name_is_understood_but_no_longer_listed(main: Callable[..., object], capsys: Output) -> None:
    assert main("--seeds", "1", name="spread") == 1
    assert_sentence(capsys, "The number of seeds is 1")

    assert main(name="--help") == 0
    listed = capsys.readouterr().out
    assert "seed-variance" in listed
    assert "spread" not in listed


def assert_sentence(capsys: Output, words: str) -> None:
    """Nothing on standard output; the last line of the other is a sentence with these words."""
    output = capsys.readouterr()
    assert output.out == ""
    assert words in output.err.splitlines()[-1]
    assert output.err.endswith(".\n")
    assert "Traceback" not in output.err
