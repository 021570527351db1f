"""A network is brought in on the Runs page, is used on Draw and Evaluate, and says what is not known of it."""

from collections.abc import Callable

import pandas as pd
import pytest
import safetensors.torch
from streamlit.testing.v1 import AppTest

from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED
from mnist_core.export import network_import
from mnist_core.store import Store
from mnist_core.training import networks
from tests.ui.draw.canvas import draw
from ui.runs import import_network

PAGE = "pages/runs.py"
# More images than the embedded digits have: of a data set that is not known.
CONFIG = TrainingConfig(hidden_sizes=(8,), train_size=50_000, validation_share=0.1)


def network(**metadata: str) -> bytes:
    weights = networks.build_network(CONFIG).state_dict()
    return safetensors.torch.save(weights, {"config": CONFIG.model_dump_json()} | metadata)


def bring_in(app: AppTest, content: bytes) -> AppTest:
    app.file_uploader[0].upload("mine.safetensors", content, "application/octet-stream")
    next(button for button in app.button if button.label == "Bring it in").click()
    app.run()
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    return "\n".join(element.value for element in [*app.caption, *app.markdown, *app.subheader, *app.error, *app.info])


def test_a_network_is_brought_in_where_no_run_was_and_marked(open_page: Callable[..., AppTest], store: Store) -> None:
    app = bring_in(open_page(PAGE), network())

    [run] = store.runs.all()
    assert (run.name, run.imported) == ("mine", True)
    (row,) = app.dataframe[0].value.to_dict("records")
    assert (row["Name"], row["Status"], row["Data set"], row["Duration"]) == ("mine", "brought in", "unknown", "")
    assert pd.isna(row["Test set opened"])
    assert "Its network was brought in as a file" in texts(app)
    assert "The test set may have been opened for this run." in texts(app)
    assert "One more epoch" not in [button.label for button in app.button]
    assert [download.label for download in app.get("download_button")] == ["Table as CSV", "Network", "ONNX"]


def test_the_run_that_came_of_a_file_is_the_one_that_is_shown(open_page: Callable[..., AppTest], store: Store) -> None:
    store.runs.create(TrainingConfig(), EMBEDDED, "before", state="finished")

    app = bring_in(open_page(PAGE), network(name="after", data_set=EMBEDDED, test_openings="2"))

    assert app.text_input[0].value == "after"
    assert app.query_params["runs"] == "2"
    assert "The test set was opened at least 2 times for this run." in texts(app)


def test_any_other_file_is_one_sentence(open_page: Callable[..., AppTest], store: Store) -> None:
    app = bring_in(open_page(PAGE), b"PK\x03\x04 mine/data.pkl weights")

    assert [error.value for error in app.error] == [
        "mine.safetensors is a PyTorch file, which may hold a program; bring in the safetensors file that the button "
        "Network of a run gives."
    ]
    assert store.runs.all() == []


@pytest.mark.parametrize("page", ["draw", "evaluate", "train", "knn"])
def test_every_page_copes_with_a_network_of_an_unknown_data_set(
    page: str, open_page: Callable[..., AppTest], store: Store
) -> None:
    run = network_import.import_network(store, network(), "mine")

    app = open_page(f"pages/{page}.py", run=str(run.id))

    assert [error.value for error in app.error] == []


def test_evaluate_opens_the_test_set_and_says_that_the_images_may_be_known(
    open_page: Callable[..., AppTest], store: Store
) -> None:
    run = network_import.import_network(store, network(), "mine")
    app = open_page("pages/evaluate.py", run=str(run.id))
    next(button for button in app.button if button.label == "Open the test set").click().run()

    assert store.runs.get(run.id).test_openings == 1
    assert "was opened at least once" in texts(app)
    assert "may have seen the test images" in texts(app)
    assert [error.value for error in app.error] == []


def test_draw_reads_with_it(open_page: Callable[..., AppTest], store: Store) -> None:
    run = network_import.import_network(store, network(), "mine")
    app = open_page("pages/draw.py", run=str(run.id))
    draw(app, [[[140.0, 40.0], [140.0, 240.0]]])

    assert "mine" in " ".join(element.proto.body for element in app.get("html"))


def test_a_file_on_the_page_may_be_as_large_as_any() -> None:
    assert import_network._MEGABYTES * 1_000_000 == network_import.MAX_BYTES
