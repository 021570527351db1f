"""My digits on the Draw page: kept, scored, relabelled, deleted, downloaded, uploaded again and trained on."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from mnist_core import drawing
from mnist_core.config import TrainingConfig
from mnist_core.export import digits_archive
from mnist_core.store import Store
from mnist_core.training import networks
from tests.ui.buttons import press
from tests.ui.draw.canvas import draw, put_on_canvas

PAGE = "pages/draw.py"
SEVEN = [[[60.0, 60.0], [180.0, 60.0], [110.0, 240.0]]]
ONE = [[[140.0, 40.0], [140.0, 240.0]]]


@pytest.fixture
def kept(store: Store) -> Store:
    """A seven and a one, and a network that was never trained."""
    for label, strokes in ((7, SEVEN), (1, ONE)):
        image = drawing.normalise(drawing.draw(strokes))
        assert image is not None
        answer = {"judge": "Sixteen units", "run": 1, "digit": 7, "probability": 0.9}
        store.digits.add(label, image, strokes, [answer])
    config = TrainingConfig(hidden_sizes=(16,))
    run = store.runs.create(config, "MNIST-5000", "Sixteen units", state="finished")
    networks.save_network(networks.build_network(config), config, store.files.network_path(run.id))
    return store


def own_digits(open_page: Callable[..., AppTest]) -> AppTest:
    return open_page(PAGE, tab="My digits")


def select(app: AppTest, rows: list[int]) -> AppTest:
    """Choose rows of the table of digits."""
    app.session_state["own-2-2"] = {"selection": {"rows": rows, "columns": [], "cells": []}}
    app.run()
    assert not app.exception
    return app


def test_what_a_drawing_was_is_kept_with_its_answers(open_page: Callable[..., AppTest], store: Store) -> None:
    app = draw(open_page(PAGE), SEVEN)
    app.pills[0].set_value(7).run()

    assert not app.exception
    digit = store.digits.all()[0]
    assert (digit.label, digit.strokes) == (7, SEVEN)
    np.testing.assert_array_equal(digit.pixels, drawing.normalise(drawing.draw(SEVEN)))
    assert digit.answers[-1] == {"judge": "K nearest neighbours", "run": None, "digit": 7, "probability": 1.0}


def test_another_drawing_has_no_label_yet(open_page: Callable[..., AppTest], store: Store) -> None:
    app = open_page(PAGE)
    assert app.pills[0].disabled
    for strokes, label in ((SEVEN, 7), (ONE, None), (SEVEN, None)):
        draw(app, strokes)
        assert (app.pills[0].value, app.pills[0].disabled) == (None, False)
        if label is not None:
            app.pills[0].set_value(label).run()
            assert app.pills[0].value == label

    assert [digit.label for digit in store.digits.all()] == [7]


def test_a_label_pressed_while_a_new_stroke_is_read_is_of_no_drawing(
    open_page: Callable[..., AppTest], store: Store
) -> None:
    app = draw(open_page(PAGE), SEVEN)
    put_on_canvas(app, ONE)
    app.pills[0].set_value(1).run()

    assert not app.exception
    assert (store.digits.all(), app.pills[0].value) == ([], None)


def test_without_own_digits_the_page_says_how_to_get_some(open_page: Callable[..., AppTest]) -> None:
    app = own_digits(open_page)

    assert "You have kept no digits yet" in app.info[0].value


def test_every_model_is_scored_on_all_own_digits(open_page: Callable[..., AppTest], kept: Store) -> None:
    app = own_digits(open_page)

    scores = app.dataframe[0].value
    model, config = networks.load_network(kept.files.network_path(1))
    digits = kept.digits.all()
    answers = networks.probabilities(model, config.loss, np.stack([digit.pixels for digit in digits])).argmax(axis=1)
    right = sum(int(answer) == digit.label for answer, digit in zip(answers, digits, strict=True))
    assert list(scores["Model"]) == ["Sixteen units", "K nearest neighbours, MNIST-5000"]
    assert list(scores["Right"]) == [f"{right} of 2", "2 of 2"]
    assert scores["95 % interval"][1] == "34.2 to 100.0 %"
    assert len(app.get("plotly_chart")) == 1


def test_the_digits_are_listed_with_what_they_were_taken_for(open_page: Callable[..., AppTest], kept: Store) -> None:
    table = own_digits(open_page).dataframe[1].value

    assert list(table["Label"]) == [1, 7]
    assert list(table["Taken for"]) == ["7", "7"]


def test_chosen_digits_are_relabelled_and_deleted(open_page: Callable[..., AppTest], kept: Store) -> None:
    app = select(own_digits(open_page), [0])
    next(box for box in app.selectbox if box.label.startswith("Label of")).set_value(4).run()
    press(app, "Relabel")
    assert sorted(digit.label for digit in kept.digits.all()) == [4, 7]

    press(app, "Delete for good")
    assert [digit.label for digit in kept.digits.all()] == [7]


def test_the_training_of_a_network_goes_on_with_own_digits_as_a_new_run(
    open_page: Callable[..., AppTest], kept: Store
) -> None:
    app = own_digits(open_page)
    next(button for button in app.button if button.label == "Train it on my digits too").click().run()

    run = kept.runs.all()[0]
    assert (run.name, run.config.epochs, run.status) == ("Sixteen units on my digits", 2, "queued")
    assert kept.fine_tuning.trained_on([run.id])[run.id] == {digit.checksum for digit in kept.digits.all()}


def test_a_network_is_not_judged_by_digits_that_it_was_trained_on(
    open_page: Callable[..., AppTest], kept: Store
) -> None:
    parent = kept.runs.get(1)
    run = kept.fine_tuning.create(parent, parent.config, kept.digits.all()[:1], "Knows the one")
    kept.workers.claim("one")
    kept.workers.report(kept.runs.get(run.id), {}, state="finished")
    networks.save_network(networks.build_network(parent.config), parent.config, kept.files.network_path(run.id))

    app = own_digits(open_page)

    scores = app.dataframe[0].value.set_index("Model")
    assert scores.loc["Knows the one", "Right"].endswith("of 1")
    assert scores.loc["Knows the one", "Left out"] == "1"
    assert scores.loc["Sixteen units", "Right"].endswith("of 2")
    assert any("that a network was trained on are left out" in warning.value for warning in app.warning)


def test_a_file_that_is_brought_is_added_and_a_wrong_one_is_a_sentence(
    open_page: Callable[..., AppTest], kept: Store
) -> None:
    content: Any = digits_archive.archive(kept.digits.all())
    assert sorted(zipfile.ZipFile(io.BytesIO(content)).namelist())[0] == "digits.csv"
    kept.digits.delete([digit.id for digit in kept.digits.all()])
    app = own_digits(open_page)

    app.file_uploader[0].upload("mine.zip", content, "application/zip")
    press(app, "Add them")
    assert sorted(digit.label for digit in kept.digits.all()) == [1, 7]

    app.file_uploader[0].upload("mine.json", json.dumps([{"label": 11}]).encode(), "application/json")
    press(app, "Add them")
    assert len(app.error) == 1
    assert "mine.json" in app.error[0].value
