"""`sweep`: a search from the command line, in words and as JSON, resumed, and one sentence for what cannot be."""

import json
from collections.abc import Callable
from itertools import count

import pytest

from mnist_core import settings
from mnist_core.jobs import worker
from mnist_core.jobs.executor import Executor
from mnist_core.store import Store
from mnist_core.store.workers import MOST_LOSSES
from mnist_core.sweep.next_run import advance
from tests.mnist_core import small_sweeps

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def worker_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """In place of worker processes, which take seconds to start: each look at them trains a run."""

    def keep_workers(executor: Executor) -> None:
        store = Store(settings.load().runs_dir)
        advance(store)
        if (run := store.workers.claim(1)) is not None:
            worker.execute(store, settings.load(), run)

    monkeypatch.setattr(Executor, "keep_workers", keep_workers)
    monkeypatch.setattr("mnist_core.cli.sweep._POLL_SECONDS", 0.0)


@pytest.fixture
def base(store: Store) -> str:
    """The number of a short run to start from."""
    config = small_sweeps.CONFIG.model_copy(update={"epochs": 1})
    return str(store.runs.create(config, "MNIST-5000", state="finished").id)


def test_a_sweep_says_what_was_best_and_what_fresh_seeds_gave(say: Say, base: str, store: Store) -> None:
    varied = ("--set", "learning_rate=0.01..0.5 log", "--set", "batch_size=20,50")
    status, output, errors = say(
        "sweep", base, *varied, "--runs", "4", "--method", "random", "--name", "mine", "--json"
    )

    assert status == 0
    assert "mine" in errors
    answer = json.loads(output)
    assert set(answer) == {"sweep", "data_set", "runs", "epochs", "best", "importance"}
    runs = store.sweeps.runs(answer["sweep"])
    assert [run.id for run in runs[:4]] == answer["runs"]
    assert (len(runs), answer["epochs"], answer["data_set"]) == (4 + 9, 4, "MNIST-5000")
    accuracies = [one["validation_accuracy"] for one in answer["best"]]
    assert accuracies == sorted((run.validation_accuracy or 0 for run in runs[:4]), reverse=True)[:3]
    first = answer["best"][0]
    assert set(first["settings"]) == {"learning_rate", "batch_size"}
    assert first["mean"] == pytest.approx(sum(first["fresh_seeds"]) / 3)
    assert first["interval"][0] <= first["mean"] <= first["interval"][1]
    assert all(run.test_openings == 0 for run in runs)


def test_a_stopped_sweep_is_resumed_by_its_number_and_told_in_words(say: Say, store: Store) -> None:
    sweep = small_sweeps.start(store, small_sweeps.plan(runs=2, method="random"))
    store.sweeps.stop(sweep.id)

    status, output, _ = say("sweep", "--resume", str(sweep.id))

    assert status == 0
    assert output.startswith(f"Sweep {sweep.id} tried 2 settings on MNIST-5000 in ")
    assert output.count("with fresh seeds") == 2
    assert "learning rate" in output


def test_a_sweep_that_somebody_stops_is_one_sentence(
    say: Say, base: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Executor, "keep_workers", lambda _: store.sweeps.stop(1))

    status, output, errors = say("sweep", base, "--set", "momentum=0..0.9", "--runs", "2")

    assert (status, output) == (1, "")
    assert errors.endswith("Sweep 1 was stopped; `sweep --resume 1` goes on with it.\n")


def test_a_sweep_goes_on_where_a_worker_is_lost_unless_that_happens_again_and_again(
    say: Say, base: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = count()

    def lose_each_worker(_: Executor) -> None:
        if next(looks) % 2:  # at every other look nobody has the run
            store.workers.mark_dead("here:1:a", "The worker was killed.")
        else:
            store.workers.requeue_lost(of_sweeps=True)
            store.workers.claim("here:1:a")

    monkeypatch.setattr(Executor, "keep_workers", lose_each_worker)

    status, output, errors = say("sweep", base, "--set", "momentum=0..0.9", "--runs", "2")

    assert (status, output) == (1, "")
    assert "Sweep 1, run 1 has lost its worker; `sweep --resume 1` goes on with it." in errors
    assert store.sweeps.runs(1)[0].losses == MOST_LOSSES + 1


def test_a_cluster_that_is_not_there_is_one_sentence_and_the_sweep_waits(
    say: Say, base: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Executor, "keep_workers", lambda _: None)
    monkeypatch.setattr(Executor, "trouble", "No Ray head answers at 127.0.0.1:9.")

    status, output, errors = say("sweep", base, "--set", "momentum=0..0.9", "--runs", "2")

    assert (status, output) == (1, "")
    assert errors.endswith("No Ray head answers at 127.0.0.1:9. `sweep --resume 1` goes on with Sweep 1.\n")
    assert (store.sweeps.get(1).status, store.sweeps.runs(1)[0].status) == ("running", "queued")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--runs", "3"], "Nothing is varied"),
        (["--set", "momentum=0.9..0.1", "--runs", "3"], "Momentum ranges from 0.9 to 0.1"),
        (["--set", "momentum=0..2", "--runs", "3"], "Momentum cannot be 2.0"),
        (["--set", "momentum=", "--runs", "3"], "Momentum has no values"),
        (["--set", "momentum", "--runs", "3"], "'momentum' is not understood"),
        (["--set", "momentum=0..0.9"], "The sweep has no budget"),
        (["--set", "momentum=0..0.9", "--runs", "0"], "The sweep's runs cannot be 0"),
        (["--set", "momentum=0..0.9", "--runs", "3", "--method", "luck"], "The sweep's method cannot be luck"),
        (["99", "--set", "momentum=0..0.9", "--runs", "3"], "There is no run 99"),
        (["best", "--set", "momentum=0..0.9", "--runs", "3"], "There is no run best"),
        (["--set", "train_size=5000,all", "--runs", "3"], "only 3,600 images are left to train on"),
        (["--resume", "7"], "There is no sweep 7"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_no_sweep(arguments: list[str], words: str, say: Say, store: Store) -> None:
    status, output, errors = say("sweep", *arguments)

    assert (status, output) == (1, "")
    assert words in errors
    assert errors.endswith(".\n")
    assert errors.count("\n") == 1
    assert store.sweeps.all() == []
