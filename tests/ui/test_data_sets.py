"""A data set that is not of digits is chosen for a session: every page works on it and speaks of its classes."""

import base64
import io
import json
import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from google.protobuf.json_format import MessageToDict
from PIL import Image
from streamlit.testing.v1 import AppTest

from mnist_core import settings
from mnist_core.config import configure
from mnist_core.data import EMBEDDED, DataSet
from mnist_core.jobs import worker
from mnist_core.store import Run, Store
from tests.made_data_set import NAME
from tests.ui.buttons import press
from tests.ui.evaluate.evaluated import gallery, texts

TUTORIAL = configure(epochs=1, train_size=3_000, validation_share=0.1)


WHATEVER_THE_SET = (
    r"Train networks on handwritten digits or other small images, .*",
    r"(All 70,000|280,000) handwritten digits.* MB\.",  # sets to download
    r"(Clothes|Handwritten Japanese characters) in place of digits.* MB\.",
    r"Download EMNIST-Digits",
    r"Pictures are named by class .*",  # of sets of one's own
    r"The images in an npz or in IDX files are digits",
    r"For drawing, digits only",  # a preset and settings that are refused for other sets
    r"Synthetic (digits|shapes that are no digits)",
    r"Digits drawn by the program, mixed in: .*",
    r"Letters, scribbles and pairs of digits, mixed in\. .*",
    r".* keeps 8 significant binary digits of each number .*",
)
"""Patterns of the whole lines that are about digits whatever the data set."""

_NO_TEXT = {"id", "formId", "queryParamKey", "jsContent", "cssContent", "componentName", "url"}
"""Fields of elements that nobody reads."""


def mentions_of_digits(app: AppTest) -> list[str]:
    """The lines in the main part of a page that speak of digits, in texts, controls, charts and tables."""
    lines = {line.strip() for node in app.main for text in _shown(node) for line in text.splitlines()}
    return sorted(
        line
        for line in lines
        if "digit" in line.replace("Digit Lab", "").casefold()
        and not any(re.fullmatch(pattern, line) for pattern in WHATEVER_THE_SET)
    )


def _shown(node: Any) -> Iterator[str]:
    """The texts of an element or of a container, without markup and pictures."""
    if node.type == "dataframe":
        yield node.value.to_csv()
    if node.proto is None:
        return
    for text in _strings(MessageToDict(node.proto)):
        text = re.sub(r"data:[a-z/+]+;base64,[\w+/=]*", "", text)
        yield from (
            title for part in ("alt", "title", "aria-label") for title in re.findall(rf'{part}="([^"]*)"', text)
        )
        yield re.sub(r"<[^>]*>", " ", re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in _NO_TEXT:
                if name == "bytes":  # of a live chart; `MessageToDict` writes it in base64
                    inner = base64.b64decode(inner)
                yield from _strings(json.loads(inner) if name in ("spec", "json", "bytes") else inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
    elif isinstance(value, str):
        yield value


@pytest.fixture
def run(fashion: DataSet, store: Store) -> Run:
    """The tutorial's network, trained on the made set as a worker does it."""
    created = store.runs.create(TUTORIAL, fashion.name, "Clothes", "running")
    worker.execute(store, settings.load(), created)
    return store.runs.get(created.id)


def test_the_tutorials_network_learns_it_and_keeps_its_constants(run: Run, fashion: DataSet, store: Store) -> None:
    from mnist_core.training import networks

    network, _ = networks.load_network(store.files.network_path(run.id))

    assert run.status == "finished"
    assert (run.validation_accuracy or 0) > 0.95
    assert network.data_set == NAME
    assert network.normalisation == fashion.normalisation != (0.1307, 0.3081)


@pytest.mark.parametrize(
    "page", ["streamlit_app", "pages/data", "pages/knn", "pages/train", "pages/evaluate", "pages/runs"]
)
def test_a_page_speaks_of_its_classes_and_not_of_digits(page: str, run: Run, open_page: Callable[..., AppTest]) -> None:
    app = open_page(f"{page}.py", data=NAME)

    assert not app.error
    assert r"Fashion\-MNIST" in app.sidebar.caption[0].value
    assert not mentions_of_digits(app)


@pytest.mark.parametrize(
    ("page", "mention"),
    [
        ("streamlit_app", "2. Draw a digit"),
        ("pages/data", "Digit"),
        ("pages/knn", "Digit"),
        ("pages/train", "10 digits"),
        ("pages/evaluate", "My digits"),
    ],
)
def test_a_page_speaks_of_digits_on_digits(page: str, mention: str, open_page: Callable[..., AppTest]) -> None:
    assert mention in mentions_of_digits(open_page(f"{page}.py"))


def test_its_class_names_are_on_the_data_page(fashion: DataSet, open_page: Callable[..., AppTest]) -> None:
    app = open_page("pages/data.py", data=NAME)
    app.selectbox(key="browse_digit").select("Ankle boot").run()

    assert not app.exception
    assert app.selectbox(key="browse_digit").label == "Class"
    assert app.get("html")[0].proto.body.count('alt="Ankle boot"') == 40
    mean, std = fashion.normalisation
    assert f"Why {mean} and {std}?" in [heading.value for heading in app.subheader]


@pytest.mark.parametrize("section", ["From image to features", "Distance, worked out", "Votes", "How good is it?"])
def test_every_section_about_neighbours_works_on_it(
    section: str, fashion: DataSet, open_page: Callable[..., AppTest]
) -> None:
    app = open_page("pages/knn.py", data=NAME, section=section)

    assert not app.error
    assert not mentions_of_digits(app)


@pytest.mark.parametrize(
    "part", ["Summary", "Errors", "Calibration", "Robustness", "What it learned", "How much data", "Seed variance"]
)
def test_every_part_of_evaluate_works_on_it(part: str, run: Run, open_page: Callable[..., AppTest]) -> None:
    app = open_page("pages/evaluate.py", data=NAME, run=str(run.id), part=part)
    press(app, "Open the test set")

    assert not app.error
    assert not mentions_of_digits(app)


def test_a_link_to_a_run_opens_it_on_its_own_data_set(run: Run, open_page: Callable[..., AppTest]) -> None:
    app = open_page("pages/evaluate.py", run=str(run.id)).run()

    assert app.query_params["data"] in (NAME, [NAME])
    assert app.selectbox(key="model").value == str(run.id)
    assert r"Fashion\-MNIST" in app.sidebar.caption[0].value


def test_a_chosen_set_is_kept_in_the_session_and_in_the_address(
    fashion: DataSet, open_page: Callable[..., AppTest]
) -> None:
    app = open_page("pages/data.py")
    assert EMBEDDED not in texts(app)
    app.selectbox(key="chosen-data-set").select(NAME).run()

    assert app.query_params["data"] in (NAME, [NAME])
    app.switch_page("pages/train.py").run()
    assert r"Fashion\-MNIST" in app.sidebar.caption[0].value
    app.switch_page("pages/data.py").run()
    app.selectbox(key="chosen-data-set").select(EMBEDDED).run()
    assert "data" not in app.query_params
    assert "5,000" in app.sidebar.caption[0].value


def test_a_set_that_is_not_there_is_one_sentence_and_the_default_is_used(open_page: Callable[..., AppTest]) -> None:
    app = open_page("pages/data.py", data="KMNIST")

    assert "KMNIST" in app.warning[0].value
    assert "5,000" in app.sidebar.caption[0].value


def test_train_starts_on_the_chosen_set_and_draws_no_digits_for_it(
    fashion: DataSet, store: Store, open_page: Callable[..., AppTest]
) -> None:
    app = open_page("pages/train.py", data=NAME)
    press(app, "Start training")
    assert [run.data_set for run in store.runs.all()] == [NAME]

    app.selectbox(key="preset").select("drawing").run()
    assert "not of digits" in app.error[0].value
    press(app, "Start training")
    assert len(store.runs.all()) == 1


def test_draw_leaves_its_networks_out_and_reads_with_digits(
    run: Run, store: Store, open_page: Callable[..., AppTest]
) -> None:
    app = open_page("pages/draw.py", data=NAME, run=str(run.id))

    said = texts(app)
    assert "Left out, since not trained on digits: Clothes." in said
    assert f"K nearest neighbours read with the digits of {EMBEDDED}" in said


def test_a_picture_goes_to_its_network_scaled_down_as_it_is(
    run: Run, fashion: DataSet, open_page: Callable[..., AppTest]
) -> None:
    app = open_page("pages/draw.py", data=NAME, run=str(run.id))
    app.session_state["source"] = "file"
    app.run()
    file = io.BytesIO()
    dress = fashion.test.images[np.flatnonzero(fashion.test.labels == 3)[0]]
    Image.fromarray(255 - dress).resize((280, 280), Image.Resampling.NEAREST).save(file, "PNG")
    app.file_uploader[0].upload("dress.png", file.getvalue(), "image/png").run()

    assert not app.exception
    assert not app.error
    assert '<span class="answer">Dress</span>' in gallery(app)
    assert "as in Fashion-MNIST" in texts(app)


def test_runs_of_different_sets_carry_their_sets_in_a_comparison(
    run: Run, store: Store, open_page: Callable[..., AppTest]
) -> None:
    other = store.runs.create(TUTORIAL, EMBEDDED, "Digits", "finished")
    app = open_page("pages/runs.py", runs=f"{run.id},{other.id}")

    assert "different data sets" in app.warning[0].value
    assert {NAME, EMBEDDED} <= set(app.dataframe[1].value["Data set"])
    assert os.environ["MNIST_DATA_SET"] == EMBEDDED


@pytest.mark.parametrize("page", ["data", "knn", "train", "evaluate", "draw"])
def test_a_set_that_cannot_be_used_is_one_sentence_on_every_page(
    page: str, monkeypatch: pytest.MonkeyPatch, open_page: Callable[..., AppTest]
) -> None:
    monkeypatch.setenv("MNIST_DATA_SET", "KMNIST")  # which is not there

    app = open_page(f"pages/{page}.py")

    assert ["KMNIST" in error.value for error in app.main.error] == [True]
