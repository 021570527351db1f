"""Names of a data set and of its classes are shown as they are written, whatever Markdown or Plotly make of them."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core import data, settings
from mnist_core.config import configure
from mnist_core.data import DataSet
from mnist_core.store import Run, Store
from mnist_core.training import networks
from tests.mnist_core.data.own_sets.made_sets import draft, png, zipped
from tests.ui.buttons import press
from tests.ui.evaluate.evaluated import charts
from tests.ui.markdown import as_shown

NAME, CLASSES = "M & *y* <b>x [z](z)", ("*Cup*", "<b>Key", "$Leaf$")
MARKDOWN = ("markdown", "caption", "info", "success", "warning", "error", "header", "subheader", "metric")


@pytest.fixture
def run(embedded: DataSet, store: Store) -> Run:
    digits = embedded.train.first(20)
    pictures = {
        f"{CLASSES[label]}/{n}.png": png(digits.images[n]) for n, label in enumerate(digits.labels) if label < 3
    }
    draft(store.folder, tools_zip=zipped(pictures)).keep(NAME)
    marked, config = data.load(settings.load(), NAME), configure(epochs=1, validation_share=0.0)
    created = store.runs.create(config, NAME, "Mine", "finished", size=len(marked.train))
    networks.save_network(networks.build_network(config, marked), config, store.files.network_path(created.id))
    return created


def written(app: AppTest) -> str:
    """What the elements say that read Markdown."""
    return "\n".join(str(element.proto) for kind in MARKDOWN for element in app.get(kind)).replace("\\\\", "\\")


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("streamlit_app.py", {}),
        ("pages/data.py", {}),
        *(
            ("pages/knn.py", {"section": section})
            for section in ("From image to features", "Distance, worked out", "Votes", "How good is it?")
        ),
        ("pages/train.py", {"run": "1"}),
        *(
            ("pages/evaluate.py", {"run": "1", "part": part})
            for part in ("Summary", "Errors", "Calibration", "Robustness", "What it learned", "How much data")
        ),
        ("pages/draw.py", {}),
        ("pages/runs.py", {"runs": "1"}),
    ],
)
def test_names_are_not_read_as_markup(
    page: str, query: dict[str, str], run: Run, open_page: Callable[..., AppTest]
) -> None:
    app = open_page(page, data=NAME, **query)
    if page == "pages/evaluate.py":
        press(app, "Open the test set")

    assert not app.error
    assert "M \\& " in written(app)
    for name in (NAME, *CLASSES):
        assert name not in written(app)
    assert "<b>Key" not in "".join(map(str, charts(app)))


def test_an_error_shows_names_as_they_are(open_page: Callable[..., AppTest]) -> None:
    app = open_page("pages/data.py")
    app.file_uploader(key="own-set-files").upload("mine.zip", zipped({"../![x](http:b.png)": b""}), "application/zip")
    next(button for button in app.main.button if button.label == "Read the files").click().run()

    [error] = app.main.error
    assert "![x](http:b.png)" in as_shown(error.value)
    assert "![x](" not in error.value
