"""Sweeps of short runs, trained in the process of the test by one worker after another."""

from typing import Any

from mnist_core import settings
from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED
from mnist_core.jobs import worker
from mnist_core.store import Run, Store, Sweep
from mnist_core.sweep import SweepPlan, make_plan
from mnist_core.sweep.next_run import advance
from tests.mnist_core import claimed_runs

CONFIG = TrainingConfig(hidden_sizes=(16,), epochs=4, batch_size=20, train_size=200, validation_share=0.1, seed=2)
SPACE = {"learning_rate": "0.001..1 log", "momentum": "0..0.9"}


def plan(**changes: Any) -> SweepPlan:
    return make_plan(**{"space": SPACE, "runs": 14, "at_once": 2} | changes)


def start(store: Store, sweep_plan: SweepPlan, config: TrainingConfig = CONFIG) -> Sweep:
    """A new sweep, of which nothing is queued yet."""
    return store.sweeps.create(sweep_plan.model_dump(mode="json"), config, EMBEDDED, size=4_000)


def take_next(store: Store) -> Run | None:
    """Queue what can be queued, and claim a run."""
    advance(store)
    return store.workers.claim(1)


def train(store: Store, run: Run) -> None:
    worker.execute(store, settings.load(), run)


def train_all(store: Store, sweep: Sweep) -> list[Run]:
    """Train until nothing is left to do; all runs of the sweep."""
    while (run := take_next(store)) is not None:
        train(store, run)
    return store.sweeps.runs(sweep.id)


def outcomes(store: Store, sweep: Sweep) -> list[Any]:
    """All that has to be the same whoever trains: settings, endings, notes, curves and weights of every run."""
    curves = store.sweeps.curves(sweep.id)
    return [
        {
            "run": (run.number, run.confirms, run.config),
            "end": (run.state, run.epoch, run.step, run.pruner_notes, run.pruned_because),
            "curve": curves.get(run.number or 0),
            "weights": claimed_runs.weights(store, run),
        }
        for run in sorted(store.sweeps.runs(sweep.id), key=lambda run: run.number or 0)
    ]


def end(store: Store, run: Run, accuracy: float | None = None, epochs: int = 4, **columns: Any) -> None:
    """Store an end of a claimed run without training it."""
    curve = {} if accuracy is None else {"validation_accuracy": (range(1, epochs + 1), [accuracy] * epochs)}
    columns = {"state": "finished", "epoch": epochs, "validation_accuracy": accuracy} | columns
    store.workers.report(run, curve, **columns)
