"""The summary on the Evaluate page: a word for the gap, another model beside it, and the report to download."""

from collections.abc import Callable

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from mnist_core.config import TrainingConfig
from mnist_core.data import DataSet
from mnist_core.evaluation.comparison import compare_predictions
from mnist_core.evaluation.report import evaluate, measure_training_fit
from mnist_core.store import Store
from tests.ui.buttons import press
from tests.ui.evaluate.evaluated import BY_HEART, PAGE, WEAK, finished, network, open_test_set, percent, texts


@pytest.mark.parametrize(("config", "word"), [(WEAK, "Underfitting"), (BY_HEART, "Overfitting")])
def test_the_summary_is_a_word_and_a_gap(
    config: TrainingConfig, word: str, open_page: Callable[..., AppTest], store: Store, embedded: DataSet
) -> None:
    run = finished(store, "Mine", config)
    open_test_set(store, run, embedded)

    said = texts(open_page(PAGE))

    model = network(store, run)
    report, fit = evaluate(model, embedded), measure_training_fit(model, embedded)
    assert f" {word}] " in said
    gap = 100 * (fit.training.accuracy - report.score.accuracy)
    assert f"The gap between training and unseen images is {gap:.1f} points." in said
    assert ("set a validation share" in said) == (config is WEAK)


def test_two_models_are_compared_in_words_and_the_closed_one_is_opened_and_counted(
    open_page: Callable[..., AppTest], store: Store, embedded: DataSet
) -> None:
    other, run = finished(store, "Weak", WEAK), finished(store, "By heart")
    open_test_set(store, run, embedded)
    app = open_page(PAGE)

    app.selectbox(key="compared").set_value(str(other.id)).run()
    assert "The test set is closed for Weak." in texts(app)
    assert not app.metric
    press(app, "Open the test set for Weak")

    assert [store.runs.get(opened.id).test_openings for opened in (run, other)] == [1, 1]
    first, second = (evaluate(network(store, opened), embedded).test for opened in (run, other))
    comparison = compare_predictions(first, second)
    assert [metric.value for metric in app.metric] == [percent(test.score.accuracy) for test in (first, second)]
    said = texts(app)
    assert f"Only By heart reads {comparison.only_first:,} images, only Weak {comparison.only_second:,}" in said
    assert comparison.p_value < 0.001
    assert "(McNemar's exact test, p < 0.001)" in said
    assert "**By heart is better.**" in said
    assert comparison.sentence[1:] in said


def test_the_downloaded_report_says_how_often_the_test_set_was_opened(
    open_page: Callable[..., AppTest], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    finished(store, "Mine")
    made: dict[str, Callable[[], str]] = {}
    monkeypatch.setattr(st, "download_button", lambda _, make, name, **__: made.update({name: make}))

    app = open_page(PAGE)
    assert "The test set was never opened for this model" in made["report-1.html"]()
    press(app, "Open the test set")
    assert "The test set was opened once for this model" in made["report-1.html"]()


def test_two_models_that_answer_alike_do_not_differ(
    open_page: Callable[..., AppTest], store: Store, embedded: DataSet
) -> None:
    first, second = finished(store, "One"), finished(store, "The same")
    for run in (first, second):
        open_test_set(store, run, embedded)
    app = open_page(PAGE, run=str(first.id))

    app.selectbox(key="compared").set_value(str(second.id)).run()

    assert "Only One reads 0 images, only The same 0" in texts(app)
    assert "**Neither is better for sure.**" in texts(app)
    assert "chance alone makes one at least as large (McNemar's exact test, p = 1)" in texts(app)


def test_a_name_is_shown_as_it_was_given(open_page: Callable[..., AppTest], store: Store, embedded: DataSet) -> None:
    first, second = finished(store, "Mine *1* $x$ :red[hi]", WEAK), finished(store, "Other", WEAK)
    for run in (first, second):
        open_test_set(store, run, embedded)
    app = open_page(PAGE, run=str(first.id))

    app.selectbox(key="compared").set_value(str(second.id)).run()

    said = "".join(element.value for element in app.markdown)
    assert r"Only Mine \*1\* \$x\$ \:red\[hi\] reads 0 images" in said
