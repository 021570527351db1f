import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from streamlit.testing.v1 import AppTest

from mnist_core import data
from mnist_core.knn import KNN

PAGE = "pages/knn.py"


def test_shows_counts_neighbours_and_votes_of_the_chosen_sample(open_page: Callable[..., AppTest]) -> None:
    app = open_page(PAGE, sample_index="123", rows="7", columns="3", k="5")

    digits = data.load(Path("none"))
    reference = digits.train.take(digits.train.first_of_each(100))
    judge = KNN(reference, rows=7, columns=3, threshold=0)
    found = judge.neighbours(digits.test.images[123:124], 5)
    assert app.dataframe[0].value.iloc[0].tolist() == judge.describe(digits.test.images[123:124])[0].tolist()
    assert app.metric[0].value == str(found.answers()[0, -1])
    gallery = app.get("html")[0].proto.body
    for label, distance in zip(found.labels[0], found.distances[0], strict=True):
        assert f"{label} at {distance:.1f}" in gallery
    tally = json.loads(app.get("plotly_chart")[1].proto.spec)
    assert [vote or 0 for vote in _values(tally["data"][0]["y"])] == found.votes()[0].tolist()


def test_the_number_in_each_block_is_its_ink_count(open_page: Callable[..., AppTest]) -> None:
    app = open_page(PAGE)

    digits = data.load(Path("none"))
    grid = json.loads(app.get("plotly_chart")[0].proto.spec)
    written = [int(text) for text in grid["data"][1]["text"]]
    assert sum(written) == (digits.test.images[0] > 0).sum()
    assert len(written) == 20


def test_a_training_image_is_not_its_own_neighbour(open_page: Callable[..., AppTest]) -> None:
    app = open_page(PAGE, sample_part="train", sample_index="0", rows="28", columns="28")

    assert "at 0.0" not in app.get("html")[0].proto.body


def test_the_chosen_digit_is_shown(open_page: Callable[..., AppTest]) -> None:
    app = open_page(PAGE)
    app.selectbox(key="sample_digit").select(4).run()

    assert any("labelled 4" in element.value for element in app.markdown)


def test_an_impossible_address_is_one_sentence(open_page: Callable[..., AppTest]) -> None:
    app = open_page(PAGE, rows="99")

    assert "rows=99, which is not possible, so 5 is used" in app.warning[0].value


def _values(encoded: dict[str, str] | list[int]) -> list[int]:
    """Plotly writes number lists as base64."""
    if isinstance(encoded, list):
        return encoded
    import base64

    return np.frombuffer(base64.b64decode(encoded["bdata"]), encoded["dtype"]).tolist()
