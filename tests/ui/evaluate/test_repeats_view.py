"""How much data, and Seed variance: a button queues repeats, stopped, resumed, deleted and summed up as one."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.data import EMBEDDED, DataSet
from mnist_core.evaluation import repeats
from mnist_core.evaluation.classifier import KNNClassifier
from mnist_core.evaluation.predictions import Predictions
from mnist_core.evaluation.repeats import SeedVariance
from mnist_core.knn import study
from mnist_core.knn.blocks import Grid
from mnist_core.store import RepeatsKind, Run, RunEvent, Store
from tests.ui.buttons import press
from tests.ui.evaluate.evaluated import (
    BY_HEART,
    PAGE,
    WEAK,
    charts,
    finished,
    keep_network,
    labels_of_buttons,
    numbers,
    texts,
)

CURVE, SEEDS = "How much data", "Seed variance"


@pytest.fixture
def run(store: Store) -> Run:
    return finished(store, "Mine", WEAK)


def queued(store: Store, kind: RepeatsKind, run: Run, seeds: int = 3) -> list[Run]:
    """The runs of new repeats."""
    plan = repeats.plan(kind, run.config, 4_000, seeds)
    made = store.repeats.create(kind, plan, run.config, EMBEDDED)
    return store.repeats.runs(made.id)


def end(store: Store, runs: list[Run], accuracies: list[tuple[float, float]]) -> None:
    """Let runs finish with these accuracies on training and validation images."""
    for run, (training, validation) in zip(runs, accuracies, strict=True):
        claimed = store.workers.claim("one", run.id)
        assert claimed is not None
        store.workers.report(claimed, {}, state="finished", training_accuracy=training, validation_accuracy=validation)


def statuses(store: Store, runs: list[Run]) -> list[str]:
    return [store.runs.get(run.id).status for run in runs]


def enabled(app: AppTest, label: str) -> bool:
    return not next(button for button in app.button if button.label == label).disabled


def test_the_button_queues_a_learning_curve_of_all_sizes_for_each_seed(
    open_page: Callable[..., AppTest], store: Store, run: Run
) -> None:
    app = open_page(PAGE, part=CURVE)
    assert "There is no learning curve of this model yet" in texts(app)
    press(app.number_input(key="seeds-learning curve").set_value(2).run(), "Train the learning curve")

    (made,) = store.repeats.all("learning curve")
    assert made.config == run.config
    configs = [repeat.config for repeat in store.repeats.runs(made.id)]
    assert [(config.train_size, config.seed) for config in configs] == [
        (size, run.config.seed + seed) for size in (100, 300, 1_000, 3_000, None) for seed in (0, 1)
    ]
    assert {config.validation_share for config in configs} == {0.1}
    assert not enabled(app, "Train the learning curve")


def test_the_button_queues_the_same_settings_with_other_seeds(
    open_page: Callable[..., AppTest], store: Store, run: Run
) -> None:
    app = open_page(PAGE, part=SEEDS)
    press(app.number_input(key="seeds-seed variance").set_value(4).run(), "Train with other seeds")

    (made,) = store.repeats.all()
    expected = [run.config.model_copy(update={"seed": run.config.seed + place}) for place in range(4)]
    assert [repeat.config for repeat in store.repeats.runs(made.id)] == expected


@pytest.mark.parametrize(("part", "kind"), [(CURVE, "learning curve"), (SEEDS, "seed variance")])
def test_repeats_have_one_bar_and_are_stopped_resumed_and_deleted_as_one(
    part: str, kind: RepeatsKind, open_page: Callable[..., AppTest], store: Store, run: Run
) -> None:
    runs = queued(store, kind, run, 2)
    end(store, runs[:1], [(0.9, 0.8)])
    app = open_page(PAGE, part=part)
    (bar,) = app.get("progress")
    assert bar.proto.text.startswith(f"1 of {len(runs)} runs finished")
    press(app, "Stop")
    assert statuses(store, runs) == ["finished", *["stopped"] * (len(runs) - 1)]
    assert (enabled(app, "Stop"), enabled(app, "Resume")) == (False, True)

    press(app, "Resume")
    assert statuses(store, runs) == ["finished", *["queued"] * (len(runs) - 1)]

    press(app, "Delete for good")
    assert not store.repeats.all()
    assert [left.id for left in store.runs.all()] == [run.id]
    assert "Delete for good" not in labels_of_buttons(app)


def test_a_run_that_failed_is_named(open_page: Callable[..., AppTest], store: Store, run: Run) -> None:
    first, *_ = queued(store, "seed variance", run)
    store.workers.report(store.workers.claim("one", first.id), {}, state="failed", error="The disk is full.")

    assert [error.value for error in open_page(PAGE, part=SEEDS).error] == [f"{first.name}: The disk is full."]


def test_repeats_belong_to_the_run_whose_settings_it_repeats(
    open_page: Callable[..., AppTest], store: Store, run: Run
) -> None:
    other = finished(store, "Other", BY_HEART)
    queued(store, "seed variance", other)

    assert open_page(PAGE, part=SEEDS, run=str(other.id)).get("progress")
    app = open_page(PAGE, part=SEEDS, run=str(run.id))
    assert not app.get("progress")
    assert "have not been trained with other seeds yet" in texts(app)


def test_seed_variance_is_summed_up_with_its_mean_deviation_and_interval(
    open_page: Callable[..., AppTest], store: Store, run: Run
) -> None:
    validation = (0.80, 0.84, 0.85)
    runs = queued(store, "seed variance", run)
    end(store, runs, [(0.9, share) for share in validation])
    for repeat in runs:
        keep_network(store, repeat, repeat.config)

    app = open_page(PAGE, part=SEEDS)

    low, high = SeedVariance(validation).interval
    line = next(element.value for element in app.markdown if element.value.startswith("**Validation**"))
    for text in (
        "mean 83.00 %",
        "standard deviation 2.65 points",
        "3 seeds",
        f"{100 * low:.2f} and {100 * high:.2f} %",
    ):
        assert text in line
    assert "**Test**" not in texts(app)
    assert not app.get("progress")


def test_the_test_set_is_opened_for_all_seeds_and_counted_once_for_each(
    open_page: Callable[..., AppTest], store: Store, run: Run
) -> None:
    runs = queued(store, "seed variance", run)
    end(store, runs, [(0.9, 0.8)] * 3)
    for repeat in runs:
        keep_network(store, repeat, repeat.config)

    app = press(open_page(PAGE, part=SEEDS, run=str(run.id)), "Open the test set for 3 runs")

    tested = [store.runs.get(repeat.id) for repeat in runs]
    assert [repeat.test_openings for repeat in tested] == [1, 1, 1]
    assert store.runs.get(run.id).test_openings == 0
    mean = SeedVariance(tuple(repeat.test_accuracy for repeat in tested)).mean
    assert f"**Test**: mean {100 * mean:.2f} %" in texts(app)
    assert not [label for label in labels_of_buttons(app) if label.startswith("Open the test set for")]


def test_a_learning_curve_shows_its_points_and_what_more_images_would_do(
    open_page: Callable[..., AppTest], store: Store, run: Run
) -> None:
    runs = queued(store, "learning curve", run, 1)
    end(store, runs, [(1.0, 0.6), (0.99, 0.7), (0.98, 0.8), (0.97, 0.85), (0.96, 0.9)])

    app = open_page(PAGE, part=CURVE)

    training, validation = (trace for trace in charts(app)[0]["data"] if trace.get("name"))
    assert numbers(validation["x"]).tolist() == [100, 300, 1_000, 3_000, 3_600]
    assert numbers(validation["y"]).tolist() == [0.6, 0.7, 0.8, 0.85, 0.9]
    assert numbers(training["y"])[0] == 1.0
    assert "With 3,600 images, 90.0 % of the validation images" in texts(app)
    assert "more images would close" in texts(app)


def test_a_learning_curve_gives_no_advice_before_its_end(
    open_page: Callable[..., AppTest], store: Store, run: Run
) -> None:
    end(store, queued(store, "learning curve", run, 1)[:1], [(0.15, 0.14)])

    app = open_page(PAGE, part=CURVE)

    assert "With 100 images, 14.0 % of the validation images" in texts(app)
    assert "The curves have met" not in texts(app)


@pytest.mark.parametrize("event", ["one more epoch", "learning rate"])
def test_a_seed_that_was_trained_otherwise_is_left_out_of_the_seed_variance(
    event: RunEvent, open_page: Callable[..., AppTest], store: Store, run: Run
) -> None:
    runs = queued(store, "seed variance", run)
    end(store, runs, [(0.9, 0.8)] * 3)
    store.control.one_more_epoch(runs[0].id)
    longer = store.workers.claim("one", runs[0].id)
    assert longer is not None
    store.workers.mark(longer, 63, event, 0.1)
    store.workers.report(longer, {}, state="finished", training_accuracy=1.0, validation_accuracy=1.0)

    app = open_page(PAGE, part=SEEDS)

    assert "Left out, since trained otherwise than the settings say: 1 of 3 runs." in texts(app)
    assert "**Training**: mean 90.00 %, standard deviation 0.00 points over 2 seeds" in texts(app)


def test_neighbours_have_a_learning_curve_that_is_measured_and_kept_and_no_seed_variance(
    open_page: Callable[..., AppTest], store: Store, embedded: DataSet
) -> None:
    app = press(open_page(PAGE, part=CURVE), "Measure the neighbours beside it")

    assert "Stop measuring the neighbours" not in labels_of_buttons(app)
    references, validation = study.split_references(embedded.train)
    knn = KNNClassifier(embedded, study.KNNSettings(Grid(5, 4), None), 11)
    expected = Predictions(knn.probabilities(validation.images), validation.labels)
    for page in (app, open_page(PAGE, part=CURVE)):
        (curve,) = (trace for trace in charts(page)[0]["data"] if trace.get("name"))
        assert numbers(curve["x"])[-1] == len(references)
        assert numbers(curve["y"])[-1] == expected.score.accuracy
    assert "Measure the neighbours beside it" not in labels_of_buttons(page)
    assert "no random part" in texts(open_page(PAGE, part=SEEDS))
