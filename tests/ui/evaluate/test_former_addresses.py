"""An address of before still shows what it named: sections and controls have other names now."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.data import DataSet
from mnist_core.store import Store
from tests.ui.evaluate.evaluated import PAGE, charts, finished, keep_own, open_test_set, opened_run, texts


@pytest.mark.parametrize(
    ("former", "part", "sentence"),
    [
        ("Verdict", "Summary", "test images of MNIST-5000 are read correctly"),
        ("Certainty", "Calibration", "calibration error"),
        ("Spread", "Seed variance", "have not been trained with other seeds yet"),
    ],
)
def test_a_section_is_found_under_its_former_name(
    former: str, part: str, sentence: str, open_page: Callable[..., AppTest], store: Store, embedded: DataSet
) -> None:
    opened_run(store, embedded)

    app = open_page(PAGE, part=former)

    assert app.session_state["part"] == part
    assert sentence in texts(app)
    assert not app.warning
    assert app.query_params.get("part") != former
    app.run()
    assert app.session_state["part"] == part


def test_a_corruption_and_a_ranking_are_found_under_their_former_keys(
    open_page: Callable[..., AppTest], store: Store, embedded: DataSet
) -> None:
    opened_run(store, embedded)

    app = open_page(PAGE, part="Robustness", way="Noise")
    assert app.segmented_control(key="corruption").value == "Noise"
    assert "way" not in app.query_params
    app = open_page(PAGE, part="Errors", look="Least certain")
    assert app.segmented_control(key="ranking").value == "Least certain"
    assert "The two most probable answers are nearly as probable as each other." in texts(app)
    assert not open_page(PAGE, part="Robustness", way="Sideways").exception


def test_models_and_images_are_those_of_a_former_address(
    open_page: Callable[..., AppTest], store: Store, embedded: DataSet
) -> None:
    other, run = finished(store, "Other"), opened_run(store, embedded)
    open_test_set(store, other, embedded)
    keep_own(store, embedded.test.images[:2], embedded.test.labels[:2])

    app = open_page(PAGE, run=str(run.id), compared=str(other.id), part="Verdict")
    assert [metric.label for metric in app.metric] == ["Mine", "Other"]
    app = open_page(PAGE, run=str(other.id), beside=f"{run.id},knn", images="My digits", part="Robustness", work="no")
    assert app.selectbox(key="model").value == str(other.id)
    assert app.multiselect(key="beside").value == [str(other.id), str(run.id), "knn"]
    assert "Press Measure" in texts(app)
    assert not charts(app)
    knn = {"rows": "14", "columns": "14", "threshold": "127", "measure": "intensity", "k": "5", "per_digit": "20"}
    app = open_page(PAGE, run="knn", **knn)
    assert "for 5 nearest neighbours, 14x14 blocks, 20 references a digit" in texts(app)
    app = open_page(PAGE, run=str(run.id), part="What it learned", projection="PCA", projected="200")
    assert "The first 200 test images" in texts(app)
