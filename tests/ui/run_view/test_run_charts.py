"""The points that the live charts of a run are given."""

from mnist_core.config import TrainingConfig
from mnist_core.store import Store
from ui.components.live_chart import Feed
from ui.run_view import run_charts


def test_an_epoch_that_ends_while_the_page_reads_is_drawn_once(store: Store) -> None:
    run = store.runs.create(TrainingConfig(epochs=2), "MNIST-5000", state="running")
    store.workers.report(run, {"training_accuracy": ([63], [0.5])}, epoch=1)
    seen_by_the_page = store.runs.get(run.id)
    store.workers.report(run, {"training_accuracy": ([126], [0.6])}, epoch=2)
    feed = Feed(revision=None, number=0, begun=0, height=0, figure="")

    first = run_charts.accuracy_points(store, seen_by_the_page, feed)
    second = run_charts.accuracy_points(store, store.runs.get(run.id), feed)

    assert [training["x"] for training, _ in (first, second)] == [[1], [2]]


def test_losses_that_a_resumed_run_trains_again_replace_those_that_were_watched_before(store: Store) -> None:
    store.runs.create(TrainingConfig(epochs=2), "MNIST-5000")
    run = store.workers.claim("one")
    assert run is not None
    store.workers.report(run, {"loss": ([1, 2, 3], [0.5, 9.0, 99.0])}, step=3, state="failed")
    store.control.resume(run.id)
    resumed = store.workers.claim("one")
    assert resumed is not None
    assert drawn_losses(store) == [0.5, 9.0, 99.0]

    store.workers.rewind(resumed, 1, 0)
    store.workers.mark(resumed, 1, "resumed")
    store.workers.report(resumed, {"loss": ([2, 3], [0.4, 0.3])}, step=3)

    assert drawn_losses(store) == [0.5, 0.4, 0.3]


def drawn_losses(store: Store) -> list[float]:
    feed = Feed(revision=None, number=0, begun=0, height=0, figure="")
    losses, _ = run_charts.loss_points(store, store.runs.get(1), 0.9, feed)
    return losses["y"]
