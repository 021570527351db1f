"""Robustness on the Evaluate page: measured once on images made harder, kept, and several models on one chart."""

import re
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from streamlit.delta_generator import DeltaGenerator
from streamlit.testing.v1 import AppTest

from mnist_core.data import DataSet
from mnist_core.evaluation.classifier import Classifier
from mnist_core.evaluation.corruptions import CORRUPTIONS, Corruption
from mnist_core.evaluation.predictions import Predictions
from mnist_core.evaluation.robustness import (
    accuracies,
    count_correct,
    mean_accuracy,
    measure_robustness,
    stored_robustness,
)
from mnist_core.store import Run, Store
from tests.ui.buttons import press
from tests.ui.evaluate.evaluated import (
    PAGE,
    WEAK,
    charts,
    finished,
    gallery,
    keep_network,
    keep_own,
    network,
    numbers,
    open_test_set,
    opened_run,
    percent,
    texts,
)
from ui import long_task
from ui.components import csv_button


@pytest.fixture
def run(store: Store, embedded: DataSet) -> Run:
    return opened_run(store, embedded)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The corruptions that are measured, in order, each once more for each time."""
    corruptions = list[str]()

    def counting(classifier: Classifier, digits: object, corruption: Corruption, progress: object):
        corruptions.append(corruption.key)
        return count_correct(classifier, digits, corruption, progress)

    monkeypatch.setattr("mnist_core.evaluation.robustness.count_correct", counting)
    return corruptions


def robustness(open_page: Callable[..., AppTest], **query: str) -> AppTest:
    return open_page(PAGE, part="Robustness", **query)


def read_curves(app: AppTest) -> dict[str, list[float]]:
    (chart,) = charts(app)
    return {trace["name"]: numbers(trace["y"]).tolist() for trace in chart["data"]}


def test_nothing_is_measured_before_a_person_asks_for_it(
    open_page: Callable[..., AppTest], run: Run, counted: list[str]
) -> None:
    app = robustness(open_page)

    assert "Press Measure" in texts(app)
    assert not charts(app)
    assert not app.dataframe
    assert counted == []
    assert all(f">{strength:g}<" in gallery(app) for strength in CORRUPTIONS[0].strengths)  # examples


def test_what_is_measured_is_shown_and_a_second_session_shows_it_without_measuring(
    open_page: Callable[..., AppTest], store: Store, embedded: DataSet, run: Run, counted: list[str]
) -> None:
    press(robustness(open_page, corruption="Noise"), "Measure")

    assert counted == [corruption.key for corruption in CORRUPTIONS]
    app = robustness(open_page, corruption="Noise")
    noise = next(corruption for corruption in CORRUPTIONS if corruption.key == "noise")
    expected = count_correct(network(store, run), embedded.test, noise)
    assert read_curves(app) == {"Mine": accuracies(expected, 1_000)}
    table = app.dataframe[0].value
    assert table.index.tolist() == [corruption.name for corruption in CORRUPTIONS]
    assert table.loc["Noise", "Mine"] == percent(mean_accuracy(expected, 1_000))
    assert len(counted) == len(CORRUPTIONS)
    assert next(button for button in app.button if button.label == "Measure").disabled
    assert store.runs.get(run.id).test_openings == 1  # measuring opens nothing


def test_a_reload_goes_on_with_what_is_missing(
    open_page: Callable[..., AppTest],
    store: Store,
    embedded: DataSet,
    run: Run,
    counted: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for corruption in CORRUPTIONS[:5]:
        measure_robustness(store, network(store, run), embedded.test, corruption)
    counted.clear()
    told = list[float]()
    monkeypatch.setattr(DeltaGenerator, "progress", lambda bar, share, text: told.append(share))

    app = robustness(open_page, work="robustness")

    assert counted == [corruption.key for corruption in CORRUPTIONS[5:]]
    assert (told[0], told[-1]) == (5 / 8, 1)
    assert len(app.dataframe[0].value) == len(CORRUPTIONS)


def test_measuring_ends_the_same_when_the_page_runs_anew_after_each_way_and_tells_the_time_left(
    open_page: Callable[..., AppTest], run: Run, counted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = list[tuple[float, str]]()
    progress = DeltaGenerator.progress

    def telling(bar: DeltaGenerator, share: float, text: str) -> DeltaGenerator:
        told.append((share, text))
        return progress(bar, share, text)

    monkeypatch.setattr(DeltaGenerator, "progress", telling)
    monkeypatch.setattr(long_task, "REDRAW_SECONDS", -1.0)

    press(robustness(open_page), "Measure")

    assert counted == [corruption.key for corruption in CORRUPTIONS]
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 1)
    assert told[0][1] == "1 of 8: Mine, shift"
    assert re.fullmatch(r"8 of 8: Mine, occlusion, about \d+ s left", told[-1][1])
    again = sum(before == after for before, after in pairwise(told))
    assert again == len(CORRUPTIONS) - 1  # each later run of the page begins with the bar as it was


def test_the_downloaded_table_holds_all_strengths_and_how_often_the_test_set_was_opened(
    open_page: Callable[..., AppTest],
    store: Store,
    embedded: DataSet,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tables = dict[str, pd.DataFrame]()
    monkeypatch.setattr(csv_button, "csv_button", lambda table, name, data_set: tables.update({name: table}))
    open_test_set(store, run, embedded)
    blur = next(corruption for corruption in CORRUPTIONS if corruption.key == "blur")
    right = measure_robustness(store, network(store, run), embedded.test, blur)

    robustness(open_page, corruption="Blur")

    taken = tables["robustness"]
    assert taken["accuracy"].tolist() == accuracies(right, 1_000)
    assert taken["strength"].tolist() == [blur.clean, *blur.strengths]
    for column, value in {"model": "Mine", "made_harder_by": "Blur", "images": 1_000, "test_openings": 2}.items():
        assert set(taken[column]) == {value}


def test_measuring_can_be_stopped(open_page: Callable[..., AppTest], run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.evaluate.robustness.run_tasks", lambda *_: None)  # takes for ever
    app = press(robustness(open_page), "Measure")
    assert app.query_params["work"] == "robustness"

    press(app, "Stop")

    assert "work" not in app.query_params
    assert "Press Measure" in texts(app)


def test_what_is_measured_so_far_is_shown_with_gaps_for_the_rest(
    open_page: Callable[..., AppTest], store: Store, embedded: DataSet, run: Run
) -> None:
    measure_robustness(store, network(store, run), embedded.test, CORRUPTIONS[0])

    table = robustness(open_page).dataframe[0].value["Mine"].tolist()

    assert table[0].endswith(" %")
    assert table[1:] == [""] * 7


def test_models_whose_test_set_is_closed_are_left_out_with_a_sentence(
    open_page: Callable[..., AppTest], store: Store, embedded: DataSet, run: Run, counted: list[str]
) -> None:
    other = finished(store, "Closed")

    app = robustness(open_page, run=str(run.id), beside=f"{other.id},knn")

    assert app.multiselect(key="beside").value == [str(run.id), str(other.id), "knn"]
    (warning,) = (warning.value for warning in app.warning)
    assert "Left out, since its test set is closed: Closed, 11 nearest neighbours" in warning
    press(app, "Measure")
    assert len(counted) == len(CORRUPTIONS)
    app = robustness(open_page, run=str(run.id))
    assert app.multiselect(key="beside").value == [str(run.id)], "closed neighbours are not proposed"
    assert set(read_curves(app)) == {"Mine"}
    assert stored_robustness(store, [network(store, other)], embedded.test, CORRUPTIONS) == {}
    assert store.runs.get(other.id).test_openings == 0


def test_a_model_that_is_added_after_a_measurement_waits_for_the_button(
    open_page: Callable[..., AppTest], store: Store, embedded: DataSet, run: Run, counted: list[str]
) -> None:
    other = finished(store, "Other")
    open_test_set(store, other, embedded)
    app = press(robustness(open_page, run=str(run.id)), "Measure")
    assert "work" not in app.query_params
    counted.clear()

    app.multiselect(key="beside").set_value([str(run.id), str(other.id)]).run()
    assert counted == []
    press(app, "Measure")

    assert len(counted) == len(CORRUPTIONS)
    assert set(read_curves(app)) == {"Mine", "Other"}


def test_models_of_one_name_have_each_a_curve(
    open_page: Callable[..., AppTest], store: Store, embedded: DataSet
) -> None:
    runs = [finished(store, name, WEAK) for name in ("Mine (run 2)", "Mine", "Mine")]
    for run in runs:
        open_test_set(store, run, embedded)
        measure_robustness(store, network(store, run), embedded.test, CORRUPTIONS[0])

    app = robustness(open_page, run="1", beside="2,3")

    assert set(read_curves(app)) == {"Mine (run 2) (run 1)", "Mine (run 2)", "Mine (run 3)"}
    assert len(app.dataframe[0].value.columns) == 3


def test_several_models_share_a_chart_and_are_in_the_address(
    open_page: Callable[..., AppTest], store: Store, embedded: DataSet, run: Run
) -> None:
    other = finished(store, "Other")
    open_test_set(store, other, embedded)
    for measured in (run, other):
        measure_robustness(store, network(store, measured), embedded.test, CORRUPTIONS[0])

    app = robustness(open_page, run=str(run.id), beside=str(other.id))
    assert set(read_curves(app)) == {"Mine", "Other"}

    app.multiselect(key="beside").set_value([str(other.id)]).run()
    assert app.query_params["beside"] == str(other.id)
    assert set(read_curves(app)) == {"Other"}


def test_a_model_that_was_trained_on_some_own_digits_is_left_out_with_a_sentence(
    open_page: Callable[..., AppTest], store: Store, embedded: DataSet
) -> None:
    parent = finished(store, "Mine", WEAK)
    keep_own(store, embedded.test.images[:3], embedded.test.labels[:3])
    known = store.fine_tuning.create(parent, parent.config, store.digits.all()[:1], "Knows one")
    store.workers.report(store.workers.claim("one", known.id), {}, state="finished")
    keep_network(store, known, WEAK)

    app = robustness(open_page, images="My digits", run=str(parent.id), beside=str(known.id))

    assert "Left out, since trained on some of these digits: Knows one." in texts(app)
    press(app, "Measure")
    app = robustness(open_page, images="My digits", run=str(parent.id), beside=str(known.id))
    assert set(read_curves(app)) == {"Mine"}


def test_own_digits_are_measured_while_the_test_set_is_closed(
    open_page: Callable[..., AppTest], store: Store, embedded: DataSet
) -> None:
    run = finished(store, "Mine", WEAK)
    keep_own(store, embedded.test.images[:4], embedded.test.labels[:4])

    press(robustness(open_page, images="My digits"), "Measure")
    app = robustness(open_page, images="My digits")

    own = Predictions(
        network(store, run).probabilities(np.stack([digit.pixels for digit in store.digits.all()])),
        np.array([digit.label for digit in store.digits.all()], np.uint8),
    )
    assert next(right for name, right in read_curves(app).items() if name == "Mine")[0] == own.score.accuracy
    assert "4 digits of yours" in texts(app)
    assert store.runs.get(run.id).test_openings == 0
