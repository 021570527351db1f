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
