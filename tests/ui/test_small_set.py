"""A small data set of one's own, of three classes, is chosen for a session: every page works on it."""

from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from mnist_core import data, settings
from mnist_core.data import DataSet
from tests.mnist_core.data.own_sets.made_sets import draft, png, zipped

NAME, CLASSES = "Tools", ("Cup", "Key", "Leaf")


@pytest.fixture(params=[2, 20], ids=["6 images", "60 images"])
def tools(request: pytest.FixtureRequest, embedded: DataSet) -> DataSet:
    """So many different pictures of each class: those of the first three digits."""
    digits, folders = embedded.train.first(request.param), settings.load()
    chosen = np.flatnonzero(digits.labels < len(CLASSES)).tolist()
    pictures = {f"{CLASSES[digits.labels[n]]}/{n}.png": png(digits.images[n]) for n in chosen}
    draft(folders.runs_dir, tools_zip=zipped(pictures)).keep(NAME)
    return data.load(folders, NAME)


@pytest.mark.parametrize("page", ["pages/knn.py", "pages/evaluate.py"])
def test_all_references_are_taken_where_there_are_few(
    page: str, tools: DataSet, open_page: Callable[..., AppTest]
) -> None:
    app = open_page(page, data=NAME)

    offered = [slider for slider in app.select_slider if slider.key == "per_digit"]
    assert not app.error
    assert [slider.value for slider in offered] == (["all"] if len(tools.train) > 40 else [])
