"""Successive halving finds settings about as good as the best of all, for a third of the work."""

import pytest

from mnist_core import data, settings
from mnist_core.config import TrainingConfig
from mnist_core.jobs import worker
from mnist_core.store import Run, Store
from mnist_core.sweep import make_plan
from mnist_core.sweep.next_run import advance
from mnist_core.sweep.results import accuracy, best, epochs_spent, tried

SETTINGS, EPOCHS = 32, 9
PLAN = make_plan(
    space={
        "learning_rate": "0.003..0.3 log",
        "batch_size": "64,128,256",
        "hidden_sizes": "64,128,256-64",
        "momentum": "0..0.95",
        "activation": "relu,tanh",
    },
    method="random",
    runs=SETTINGS,
    early_stopping="halving",
)
BASE = TrainingConfig(loss="cross_entropy", epochs=EPOCHS, validation_share=0.1)


@pytest.mark.accept
@pytest.mark.full_mnist
def test_successive_halving_ends_close_to_the_best_of_all_for_a_third_of_the_epochs(
    full_mnist_dir: object, monkeypatch: pytest.MonkeyPatch, store: Store
) -> None:
    monkeypatch.setenv("MNIST_DATA_DIR", str(full_mnist_dir))
    sweep = store.sweeps.create(PLAN.model_dump(mode="json"), BASE, data.FULL, size=60_000)
    while (run := next_run(store)).confirms is None:
        worker.execute(store, settings.load(), run)
    trials = tried(store.sweeps.runs(sweep.id))
    found, spent = accuracy(best(trials)[0]), epochs_spent(trials)

    everything = [accuracy(run if run.state == "finished" else train_fully(store, run)) for run in trials]

    print(f"{found:.4f} in {spent} epochs, {max(everything):.4f} in {SETTINGS * EPOCHS}")
    assert len(everything) == SETTINGS
    assert spent <= 0.35 * SETTINGS * EPOCHS
    assert found >= max(everything) - 0.002


def next_run(store: Store) -> Run:
    advance(store)
    run = store.workers.claim(1)
    assert run is not None
    return run


def train_fully(store: Store, pruned: Run) -> Run:
    """The same settings, trained to the end."""
    created = store.runs.create(pruned.config, data.FULL)
    run = store.workers.claim(1, created.id)
    assert run is not None
    worker.execute(store, settings.load(), run)
    return store.runs.get(run.id)
