"""The Evaluate page: which model, by which images; the test set is closed until it is opened, which is counted."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.data import EMBEDDED, FULL, DataSet
from mnist_core.evaluation import test_set
from mnist_core.evaluation.classifier import KNNClassifier
from mnist_core.evaluation.report import evaluate, measure_training_fit
from mnist_core.knn.blocks import Grid
from mnist_core.knn.study import KNNSettings
from mnist_core.store import Store
from tests.ui.buttons import press
from tests.ui.evaluate.evaluated import (
    BY_HEART,
    PAGE,
    WEAK,
    accuracies,
    charts,
    finished,
    keep_network,
    keep_own,
    labels_of_buttons,
    network,
    open_test_set,
    percent,
    texts,
)

OPEN = "Open the test set"
CLOSED = "The test set is closed for this model"


def test_without_a_run_neighbours_are_evaluated_and_a_link_leads_to_training(
    open_page: Callable[..., AppTest],
) -> None:
    app = open_page(PAGE)

    assert app.selectbox(key="model").options == ["K nearest neighbours"]
    assert set(accuracies(app)) == {"training", "validation"}
    assert "Train a network to evaluate" in [link.proto.label for link in app.get("page_link")]


def test_neighbours_are_opened_and_counted(open_page: Callable[..., AppTest], store: Store, embedded: DataSet) -> None:
    app = press(open_page(PAGE), OPEN)

    neighbours = KNNClassifier(embedded, KNNSettings(Grid(5, 4), 100), 11)
    report = test_set.stored_report(store, neighbours, embedded)
    assert report is not None
    assert store.results.openings(test_set.knn_openings_key(embedded)) == 1
    assert accuracies(app)["test"] == percent(report.score.accuracy)
    who = "11 nearest neighbours, 5x4 blocks, 100 references a digit"
    assert f"**was opened once** for {who}, or other settings of them." in texts(app)

    app.slider(key="k").set_value(3).run()
    assert OPEN in labels_of_buttons(app)
    assert "or other settings of them, but not for the model as it is now" in texts(app)


def test_neighbours_stay_chosen_when_their_settings_change(
    open_page: Callable[..., AppTest], store: Store, embedded: DataSet
) -> None:
    run = finished(store, "Mine")
    open_test_set(store, run, embedded)
    app = open_page(PAGE, run="knn", compared=str(run.id))

    for k in (9, 7, 5):
        app.slider(key="k").set_value(k).run()

        assert app.selectbox(key="model").value == app.query_params["run"] == "knn"
        assert f"for {k} nearest neighbours" in texts(app)
        assert app.selectbox(key="compared").value == app.query_params["compared"] == str(run.id)


def test_repeats_come_after_the_others(open_page: Callable[..., AppTest], store: Store) -> None:
    mine = finished(store, "Mine")
    repeats = store.repeats.create("seed variance", [(WEAK, "Seed 0")], WEAK, EMBEDDED)
    (seed,) = store.repeats.runs(repeats.id)
    store.workers.report(store.workers.claim("one", seed.id), {}, state="finished")
    keep_network(store, seed, WEAK)

    app = open_page(PAGE).run()  # the address that a session begins with is left as it is

    assert app.selectbox(key="model").options == ["Mine", "Seed variance 1: Seed 0", "K nearest neighbours"]
    assert app.query_params["run"] == str(mine.id)


def test_a_refused_opening_is_one_sentence_and_the_page_stays(open_page: Callable[..., AppTest], store: Store) -> None:
    finished(store, "Mine", data_set="MNIST")

    app = press(open_page(PAGE), OPEN)

    assert [error.value.count("choose MNIST as the data set") for error in app.error] == [1]
    assert "**was never opened** for this model" in texts(app)
    assert CLOSED in texts(app)


@pytest.mark.parametrize("part", ["Errors", "Calibration", "Robustness"])
def test_a_section_on_test_images_is_closed_until_they_are_opened(
    part: str, open_page: Callable[..., AppTest], store: Store, embedded: DataSet
) -> None:
    finished(store, "Mine")
    keep_own(store, embedded.test.images[:5], embedded.test.labels[:5])  # which are not what is asked for

    app = open_page(PAGE, part=part)

    assert [CLOSED in info.value for info in app.info] == [True]
    assert not charts(app)
    press(app, OPEN)
    assert CLOSED not in texts(app)


def test_nothing_of_the_test_set_is_shown_before_it_is_opened_and_all_after_it_once(
    open_page: Callable[..., AppTest], store: Store, embedded: DataSet
) -> None:
    run = finished(store, "Mine")
    model = network(store, run)
    report, fit = evaluate(model, embedded), measure_training_fit(model, embedded)
    shown = percent(report.score.accuracy)

    app = open_page(PAGE)

    assert CLOSED in texts(app)
    assert shown not in texts(app)
    assert accuracies(app) == {
        "training": percent(fit.training.accuracy),
        "validation": percent(fit.validation.accuracy),
    }
    assert store.runs.get(run.id).test_accuracy is None

    press(app, OPEN)
    for page in (app, open_page(PAGE, run=str(run.id)), app.run()):
        low, high = report.score.interval
        assert f"{shown} of 1,000 test images of MNIST-5000 are read correctly" in texts(page)
        assert f"between {100 * low:.1f} and {100 * high:.1f} % (95 % interval)" in texts(page)
        assert accuracies(page)["test"] == shown
        assert "**was opened once** for this model" in texts(page)
        assert OPEN not in labels_of_buttons(page)
    assert store.runs.get(run.id).test_openings == 1


def test_a_run_that_was_trained_further_is_closed_again_and_its_openings_add_up(
    open_page: Callable[..., AppTest], store: Store
) -> None:
    run = finished(store, "Mine", WEAK)
    app = press(open_page(PAGE), OPEN)
    assert CLOSED not in texts(app)

    keep_network(store, run, BY_HEART)
    app.run()

    assert CLOSED in texts(app)
    assert "**was opened once** for this model" in texts(app)
    assert "**was opened 2 times** for this model" in texts(press(app, OPEN))


def test_a_model_that_is_not_there_is_refused_in_one_sentence(open_page: Callable[..., AppTest], store: Store) -> None:
    finished(store, "Mine")
    unfinished = store.runs.create(WEAK, "MNIST-5000")  # queued for one more epoch, say
    keep_network(store, unfinished, WEAK)

    for asked in ("99", "x", str(unfinished.id)):
        app = open_page(PAGE, run=asked)
        assert [warning.value for warning in app.warning] == [
            f"There is no finished run {asked} whose network is there; choose another model."
        ]
        assert app.selectbox(key="model").value == "1"


def test_the_model_is_in_the_address(open_page: Callable[..., AppTest], store: Store) -> None:
    first = finished(store, "First")
    finished(store, "Second")

    app = open_page(PAGE, run=str(first.id))
    assert app.selectbox(key="model").value == str(first.id)
    app.selectbox(key="model").set_value("knn").run()

    assert app.query_params["run"] == "knn"
    assert not app.exception


def test_a_test_that_is_refused_is_one_sentence_and_not_counted(
    open_page: Callable[..., AppTest], store: Store
) -> None:
    run = finished(store, "Of all", data_set=FULL)

    app = press(open_page(PAGE), OPEN)

    assert [error.value.count("choose MNIST as the data set") for error in app.error] == [1]
    assert store.runs.get(run.id).test_openings == 0


def test_own_digits_are_judged_without_opening_the_test_set_but_for_those_trained_on(
    open_page: Callable[..., AppTest], store: Store, embedded: DataSet
) -> None:
    parent = finished(store, "Mine", WEAK)
    assert "There are no digits of yours" in texts(open_page(PAGE, images="My digits", part="Errors"))
    keep_own(store, embedded.test.images[:5], embedded.test.labels[:5])
    run = store.fine_tuning.create(parent, parent.config, store.digits.all()[:2], "Knows two")
    store.workers.report(store.workers.claim("one", run.id), {}, state="finished")
    keep_network(store, run, WEAK)

    for asked, count in ((parent, 5), (run, 3)):
        app = open_page(PAGE, run=str(asked.id), images="My digits", part="Errors")
        assert f"of {count} digits of yours are misread" in texts(app)
        assert "**was never opened** for this model" in texts(app)
    own = network(store, parent).probabilities(embedded.test.images[:5]).argmax(axis=1) == embedded.test.labels[:5]
    assert accuracies(open_page(PAGE, run=str(parent.id)))["my digits"] == percent(own.mean())


def test_a_network_whose_file_is_damaged_is_one_sentence_and_another_model_can_be_chosen(
    open_page: Callable[..., AppTest], store: Store
) -> None:
    run = finished(store, "Mine")
    store.files.network_path(run.id).write_bytes(b"no network")

    app = open_page(PAGE)
    assert len(app.error) == 1
    app.selectbox(key="model").set_value("knn").run()

    assert not app.error
    assert charts(app)


def test_a_run_that_is_deleted_meanwhile_makes_place_for_another(
    open_page: Callable[..., AppTest], store: Store
) -> None:
    run = finished(store, "Mine")
    app = open_page(PAGE).run()
    store.runs.delete(run.id)

    app.run()

    assert not app.exception
    assert "There is no finished run 1" in app.warning[0].value
    assert app.selectbox(key="model").value == "knn"
