"""Errors and Calibration: the very images of a cell, and numbers that are those of the predictions."""

import re
from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.data import DataSet
from mnist_core.evaluation import test_set
from mnist_core.evaluation.calibration import calibration_error, log_loss, scale_temperature
from mnist_core.evaluation.classifier import KNNClassifier
from mnist_core.evaluation.predictions import Predictions
from mnist_core.evaluation.report import evaluate, measure_training_fit
from mnist_core.evaluation.score import per_class_scores
from mnist_core.figures.png import data_url
from mnist_core.knn.blocks import Grid
from mnist_core.knn.study import KNNSettings
from mnist_core.store import Run, Store
from tests.ui.evaluate.evaluated import (
    BY_HEART,
    PAGE,
    charts,
    finished,
    gallery,
    keep_own,
    network,
    numbers,
    open_test_set,
    opened_run,
    percent,
    texts,
)

A_PAGE = 12
RANKINGS = ("Confidently wrong", "Least certain", "Suspected labels")


@pytest.fixture
def run(store: Store, embedded: DataSet) -> Run:
    return opened_run(store, embedded)


@pytest.fixture
def predictions(store: Store, run: Run, embedded: DataSet) -> Predictions:
    return evaluate(network(store, run), embedded).test


def choose(app: AppTest, label: int, answer: int) -> AppTest:
    """Choose a cell of the confusion matrix, as a click does."""
    app.session_state["confusion-cell"] = (label, answer)
    app.run()
    assert not app.exception
    return app


def galleries(app: AppTest) -> list[list[int]]:
    """The indices of the images in each gallery, as they are named for those who do not see them."""
    named = [re.findall(r'alt="Image ([\d,]+), labelled', element.proto.body) for element in app.get("html")]
    return [[int(index.replace(",", "")) for index in indices] for indices in named if indices]


def test_the_confusion_matrix_is_that_of_the_test_as_counts_or_as_shares(
    open_page: Callable[..., AppTest], predictions: Predictions
) -> None:
    app = open_page(PAGE, part="Errors")

    wrong = int((~predictions.correct).sum())
    assert f"{wrong:,} of 1,000 test images of MNIST-5000 are misread" in texts(app)
    assert charts(app)[0]["layout"]["xaxis"]["title"]["text"] == "Read as"
    assert numbers(charts(app)[0]["data"][0]["text"]).tolist() == predictions.confusion.tolist()
    app.toggle(key="shares").set_value(True).run()
    shares = numbers(charts(app)[0]["data"][0]["text"]).astype(float)
    np.testing.assert_allclose(shares.sum(axis=1), 100, atol=0.5)


def test_precision_recall_and_f1_of_each_digit_are_a_table(
    open_page: Callable[..., AppTest], predictions: Predictions
) -> None:
    table = open_page(PAGE, part="Errors").dataframe[0].value

    scores = per_class_scores(predictions.predicted, predictions.labels)
    assert table["Digit"].tolist() == list(range(10))
    for column, shares in (("Precision", scores.precision), ("Recall", scores.recall), ("F1", scores.f1)):
        assert table[column].tolist() == [percent(share) for share in shares]
    assert table["Images"].tolist() == scores.support.tolist()


def test_a_digit_of_which_there_are_no_images_has_no_shares(
    open_page: Callable[..., AppTest], store: Store, embedded: DataSet, run: Run
) -> None:
    keep_own(store, embedded.test.images[:1], embedded.test.labels[:1])

    table = open_page(PAGE, part="Errors", images="My digits").dataframe[0].value

    (there,) = embedded.test.labels[:1].tolist()
    blank = table[table["Digit"] != there]
    assert set(blank["Recall"]) == set(blank["Precision"]) == set(blank["F1"]) == {""}
    assert table["Recall"][there].endswith(" %")


def test_neighbours_show_their_own_neighbours(
    open_page: Callable[..., AppTest], store: Store, embedded: DataSet
) -> None:
    knn = KNNClassifier(embedded, KNNSettings(Grid(2, 2), 10), 3)
    test_set.open_test_set(store, knn, embedded)

    app = open_page(PAGE, part="Errors", run="knn", rows="2", columns="2", per_digit="10", k="3")

    assert "the nearest of its references, by their 2x2 blocks" in texts(app)
    report = test_set.stored_report(store, knn, embedded)
    first = embedded.test.images[report.test.confidently_wrong()[:1]]
    nearest = knn.knn.reference.images[knn.knn.find_neighbours(first, 4).indices[0]]
    assert all(data_url(image) in gallery(app) for image in nearest)


def test_exactly_the_images_of_a_chosen_cell_are_shown_a_page_at_a_time(
    open_page: Callable[..., AppTest], predictions: Predictions
) -> None:
    label, answer = np.unravel_index(np.argmax(np.where(np.eye(10), 0, predictions.confusion)), (10, 10))
    expected = np.flatnonzero((predictions.labels == label) & (predictions.predicted == answer)).tolist()
    assert len(expected) > 2 * A_PAGE

    app = choose(open_page(PAGE, part="Errors"), int(label), int(answer))

    assert f"**{label} read as {answer}: {len(expected)} images**" in texts(app)
    shown = list[int]()
    pages = -(-len(expected) // A_PAGE)
    for page in range(1, pages + 1):
        app.session_state[f"page-cell-{label}-{answer}"] = page
        app.run()
        assert not app.exception
        shown += galleries(app)[0]
    assert shown == expected


def test_a_cell_of_right_answers_and_an_empty_one_are_named(
    open_page: Callable[..., AppTest], predictions: Predictions
) -> None:
    app = open_page(PAGE, part="Errors")
    digit = int(predictions.confusion.diagonal().argmax())
    label, answer = (int(place[0]) for place in np.nonzero(predictions.confusion == 0))

    assert f"**{digit} read correctly: " in texts(choose(app, digit, digit))
    assert all(index in predictions.confused(digit, digit) for index in galleries(app)[0])
    choose(app, label, answer)
    assert f"**{label} read as {answer}: 0 images**" in texts(app)
    assert "There are no such images." in texts(app)


def test_a_chosen_cell_stays_chosen_when_the_chart_is_drawn_anew(
    open_page: Callable[..., AppTest], predictions: Predictions
) -> None:
    app = choose(open_page(PAGE, part="Errors"), 5, 3)
    before = galleries(app)[0]

    app.toggle(key="shares").set_value(True).run()

    assert "**5 read as 3: " in texts(app)
    assert galleries(app)[0] == before
    (frame,) = charts(app)[0]["layout"]["shapes"]
    assert (frame["x0"] + frame["x1"], frame["y0"] + frame["y1"]) == (2 * 3, 2 * 5)
    assert len(app.dataframe[0].value) == 10, "the numbers of each digit are still there"


@pytest.mark.parametrize("ranking", RANKINGS)
def test_images_worth_a_look_come_in_the_order_of_the_predictions(
    ranking: str, open_page: Callable[..., AppTest], predictions: Predictions
) -> None:
    expected = {
        "Confidently wrong": predictions.confidently_wrong,
        "Least certain": predictions.least_certain,
        "Suspected labels": predictions.suspected_labels,
    }[ranking]()

    app = open_page(PAGE, part="Errors", ranking=ranking)

    assert galleries(app) == [expected[:A_PAGE].tolist()]
    assert f"1 to 12 of {len(expected):,}." in texts(app)
    first = expected[0]
    assert f"labelled {predictions.labels[first]}, read as {predictions.predicted[first]}" in gallery(app)
    assert f"{100 * predictions.confidence[first]:.0f} % sure" in gallery(app)
    assert gallery(app).count("training image, labelled") == 4 * A_PAGE


def test_a_page_that_is_there_no_more_after_other_images_were_chosen_is_no_error(
    open_page: Callable[..., AppTest], store: Store, run: Run, embedded: DataSet
) -> None:
    keep_own(store, embedded.test.images[:20], embedded.test.labels[:20])
    app = open_page(PAGE, part="Errors", ranking="Least certain")
    app.session_state["page-Least certain"] = 80
    app.run()
    assert "949 to 960 of 1,000." in texts(app)

    app.segmented_control(key="images").set_value("My digits").run()

    assert not app.exception
    assert len(galleries(app)[0]) in (8, 12)


def test_the_calibration_error_is_that_of_the_test_before_and_after_the_temperature(
    open_page: Callable[..., AppTest], store: Store, embedded: DataSet
) -> None:
    run = finished(store, "By heart", BY_HEART)
    open_test_set(store, run, embedded)
    model = network(store, run)
    report, temperature = evaluate(model, embedded), measure_training_fit(model, embedded).temperature
    after = scale_temperature(report.test, temperature)

    app = open_page(PAGE, part="Calibration")

    said = texts(app)
    assert percent(report.test.confidence.mean()) in said
    for predictions in (report.test, after):
        assert f"calibration error **{100 * calibration_error(predictions):.1f} points**" in said
        assert f"log loss {log_loss(predictions):.3f}" in said
    assert f"At temperature {temperature:.2f}" in said
    reliability, withheld = charts(app)
    assert len(reliability["data"]) == 3
    assert len(withheld["data"]) == 1


@pytest.mark.parametrize(("k", "worse"), [("11", True), ("1", False)])
def test_where_the_calibration_error_grows_with_the_temperature_that_is_said(
    k: str, worse: bool, open_page: Callable[..., AppTest], store: Store, embedded: DataSet
) -> None:
    knn = KNNClassifier(embedded, KNNSettings(Grid(5, 4), 100), int(k))
    test_set.open_test_set(store, knn, embedded)
    test, temperature = (
        test_set.stored_report(store, knn, embedded).test,
        test_set.training_fit(store, knn, embedded).temperature,
    )
    before, after = (calibration_error(version) for version in (test, scale_temperature(test, temperature)))
    assert (after > before + 0.01, after < before) == (worse, not worse)

    said = texts(open_page(PAGE, part="Calibration", run="knn", k=k))

    assert ("here the calibration error grows" in said or "the calibration error grows here" in said) == worse


def test_without_validation_images_there_is_no_temperature(open_page: Callable[..., AppTest], run: Run) -> None:
    app = open_page(PAGE, part="Calibration")

    assert "At temperature" not in texts(app)
    assert "held out no validation images to fit it on" in texts(app)
    assert len(charts(app)[0]["data"]) == 2
