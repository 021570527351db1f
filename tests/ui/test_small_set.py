"""A small data set of one's own, of three classes, is chosen for a session: every page works on it."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from mnist_core import data, settings
from mnist_core.config import configure
from mnist_core.data import DataSet
from mnist_core.store import Run, Store
from mnist_core.training import networks
from tests.mnist_core.data.own_sets.made_sets import draft, npz, png, zipped
from tests.ui.buttons import press
from tests.ui.draw.canvas import draw
from tests.ui.evaluate.evaluated import charts, labels_of_buttons, texts

NAME, CLASSES = "Tools", ("Cup", "Key", "Leaf")


@pytest.fixture(params=[2, 20], ids=["6 images", "60 images"])
def tools(request: pytest.FixtureRequest, embedded: DataSet, store: Store) -> DataSet:
    """So many different pictures of each class: those of the first three digits."""
    digits, folders = embedded.train.first(request.param), settings.load()
    chosen = np.flatnonzero(digits.labels < len(CLASSES)).tolist()
    pictures = {f"{CLASSES[digits.labels[n]]}/{n}.png": png(digits.images[n]) for n in chosen}
    draft(store.folder, tools_zip=zipped(pictures)).keep(NAME)
    return data.load(folders, NAME)


@pytest.fixture
def run(tools: DataSet, store: Store) -> Run:
    """A network whose largest output is that of a class which the set does not have."""
    config = configure(epochs=1, validation_share=0.0)
    network = networks.build_network(config, tools)
    with torch.no_grad():
        network[-1].bias[7].add_(10)
    created = store.runs.create(config, NAME, "Mine", "finished", size=len(tools.train))
    networks.save_network(network, config, store.files.network_path(created.id))
    return created


@pytest.mark.parametrize("page", ["pages/knn.py", "pages/evaluate.py"])
def test_all_references_are_taken_where_there_are_few(
    page: str, tools: DataSet, open_page: Callable[..., AppTest]
) -> None:
    app = open_page(page, data=NAME)

    offered = [slider for slider in app.select_slider if slider.key == "per_digit"]
    assert not app.error
    assert [slider.value for slider in offered] == (["all"] if len(tools.train) > 40 else [])


@pytest.mark.parametrize("page", ["streamlit_app", "pages/data", "pages/train", "pages/runs", "pages/draw"])
def test_every_page_opens_on_it(page: str, run: Run, open_page: Callable[..., AppTest]) -> None:
    app = open_page(f"{page}.py", data=NAME, run=str(run.id))

    assert not app.error


@pytest.mark.parametrize("section", ["From image to features", "Distance, worked out", "Votes", "How good is it?"])
def test_every_section_about_neighbours_works_on_it(
    section: str, tools: DataSet, open_page: Callable[..., AppTest]
) -> None:
    app = open_page("pages/knn.py", data=NAME, section=section)

    assert not app.error


@pytest.mark.parametrize("model", ["network", "knn"])
@pytest.mark.parametrize(
    "part", ["Summary", "Errors", "Calibration", "Robustness", "What it learned", "How much data", "Seed variance"]
)
def test_every_part_of_evaluate_works_on_it(part: str, model: str, run: Run, open_page: Callable[..., AppTest]) -> None:
    app = open_page("pages/evaluate.py", data=NAME, run=model if model == "knn" else str(run.id), part=part)
    press(app, "Open the test set")

    assert not app.error


@pytest.mark.parametrize("view", ["Over k", "Over grids", "Over references", "Misread", "A network"])
def test_neighbours_are_measured_where_images_can_be_held_out(
    view: str, tools: DataSet, open_page: Callable[..., AppTest]
) -> None:
    app = open_page("pages/knn.py", data=NAME, section="How good is it?", view=view)
    if len(tools.train) > 3:
        press(app, "Measure")
        assert "Now, 5x4 blocks and k = 11" in texts(app)
    else:
        assert "too few training images to hold some out" in texts(app)

    assert not app.error


def test_neighbours_are_measured_beside_a_networks_curve_where_images_can_be_held_out(
    tools: DataSet, open_page: Callable[..., AppTest]
) -> None:
    app = open_page("pages/evaluate.py", data=NAME, run="knn", part="How much data")
    offered = "Measure the neighbours beside it"
    assert (offered in labels_of_buttons(app)) == (len(tools.train) > 3)
    if len(tools.train) > 3:
        press(app, offered)
        [chart] = charts(app)
        assert [trace["x"] for trace in chart["data"]] == [[9, 30, 43]]

    assert not app.error


@pytest.mark.parametrize("part", ["Summary", "Errors", "Calibration", "Robustness", "What it learned"])
@pytest.mark.parametrize("model", ["network", "knn"])
def test_a_set_may_have_one_class(
    part: str, model: str, embedded: DataSet, store: Store, open_page: Callable[..., AppTest]
) -> None:
    zeros = embedded.train.images[embedded.train.labels == 0][:20]
    draft(store.folder, cups_zip=zipped({f"Cup/{n}.png": png(image) for n, image in enumerate(zeros)})).keep("Cups")
    cups, config = data.load(settings.load(), "Cups"), configure(epochs=1, validation_share=0.0)
    created = store.runs.create(config, "Cups", "Mine", "finished", size=len(cups.train))
    networks.save_network(networks.build_network(config, cups), config, store.files.network_path(created.id))

    reference = model if model == "knn" else str(created.id)
    app = open_page("pages/evaluate.py", data="Cups", run=reference, part=part, ranking="Least certain")
    press(app, "Open the test set")

    assert not app.error
    assert not app.warning
    if part == "Summary":
        assert "100.0 % of" in texts(app)


def test_one_training_image_has_no_neighbour_but_itself(
    store: Store, embedded: DataSet, open_page: Callable[..., AppTest]
) -> None:
    zeros = embedded.train.images[embedded.train.labels == 0][:2]
    draft(store.folder, pair_zip=zipped({f"Cup/{n}.png": png(image) for n, image in enumerate(zeros)})).keep("Pair")

    for app in (
        open_page("pages/evaluate.py", data="Pair", run="knn"),
        open_page("pages/knn.py", data="Pair", section="Votes", sample_part="train"),
    ):
        [error] = app.error
        assert "no other training image; choose a larger data set" in error.value


def test_a_drawing_is_read_where_there_are_fewer_digits_than_neighbours(
    store: Store, embedded: DataSet, open_page: Callable[..., AppTest]
) -> None:
    digits = embedded.train.first(2)
    few = digits.take(np.flatnonzero(digits.labels < 3))
    draft(store.folder, few_npz=npz(x=few.images, y=few.labels)).keep("Few")

    app = draw(open_page("pages/draw.py", data="Few"), [[[60.0, 60.0], [180.0, 60.0], [110.0, 240.0]]])

    assert not app.error
    assert "3 of 3 training images vote" in "".join(element.proto.body for element in app.get("html"))
