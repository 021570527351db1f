"""Your own set on the Data page: uploaded, looked at before it is kept, kept, and deleted."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from mnist_core import data, settings
from mnist_core.config import TrainingConfig
from mnist_core.data import DataSet
from mnist_core.data.own_sets import store as own_sets
from mnist_core.store import Store
from tests.mnist_core.data.own_sets.made_sets import draft, idx, npz, png, zipped
from tests.ui.buttons import press
from ui import long_task
from ui.data import own_set

PAGE = "pages/data.py"


@pytest.fixture
def archive(embedded: DataSet) -> bytes:
    """A zip of sixty digits, and of a text and a blank picture that cannot be taken."""
    digits = embedded.train
    files = {f"mine/{digits.labels[n]}/{n}.png": png(digits.images[n]) for n in range(60)}
    blank = png(np.full((50, 50), 255, np.uint8))
    return zipped(files | {"mine/3/text.png": b"this is no picture", "mine/4/blank.png": blank})


def upload(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    app.file_uploader(key="own-set-files").set_value([(*file, "application/zip") for file in files])
    return press(app, "Read the files")


def words(app: AppTest) -> str:
    return " ".join(element.value for element in [*app.main.markdown, *app.main.caption])


def kept_names() -> list[str]:
    return [identity.name for identity in own_sets.identities(settings.load().runs_dir)]


def test_a_zip_is_shown_before_it_is_kept_with_what_was_not_taken(
    open_page: Callable[..., AppTest], archive: bytes
) -> None:
    app = upload(open_page(PAGE), ("mine.zip", archive))

    assert "50 training and 10 test images from the pictures in mine.zip" in words(app)
    assert "of each class about a seventh is set apart for test, and at least one" in words(app)
    grid = app.main.get("html")[-1].proto.body
    assert grid.count("<img") == 60
    classes, not_taken = (table.value for table in app.main.dataframe)
    assert classes["For training"].tolist() == [5] * 10
    assert dict(not_taken.itertuples(index=False)) == {
        "mine/3/text.png": "cannot be read as an image",
        "mine/4/blank.png": "shows no digit",
    }
    assert kept_names() == []


def test_a_set_is_kept_under_its_name_and_can_be_loaded(open_page: Callable[..., AppTest], archive: bytes) -> None:
    app = upload(open_page(PAGE), ("mine.zip", archive))
    press(app, "Keep this set")
    assert "needs a name" in app.main.error[0].value

    app.text_input(key="own-set-name").input("Our *class*")
    press(app, "Keep this set")

    assert kept_names() == ["Our *class*"]
    assert data.load(settings.load(), "our *CLASS*").identity.of_digits
    assert app.toast[0].value == r"Our \*class\* is kept."
    assert app.file_uploader(key="own-set-files").value == []


def test_idx_files_may_be_of_other_things_than_digits(open_page: Callable[..., AppTest], embedded: DataSet) -> None:
    files = ("train-images", idx(embedded.train.images[:60])), ("train-labels", idx(embedded.train.labels[:60]))
    app = open_page(PAGE)
    app.checkbox(key="own-set-digits").uncheck()
    upload(app, *files)
    app.text_input(key="own-set-name").input("Things")
    press(app, "Keep this set")

    assert not data.identify(settings.load(), "Things").of_digits


def test_what_cannot_be_read_is_one_sentence_and_another_file_can_be_given(
    open_page: Callable[..., AppTest], embedded: DataSet, archive: bytes
) -> None:
    app = upload(open_page(PAGE), ("mine.pdf", b"%PDF"))
    assert app.main.error[0].value.startswith("mine.pdf cannot be read as a set; give a zip")

    cut = idx(embedded.train.images[:60])[:-1], idx(embedded.train.labels[:60])
    upload(app, ("images", cut[0]), ("labels", cut[1]))
    (error,) = app.main.error
    assert error.value == "images is damaged or cut off; make or download it again."

    upload(app, ("mine.zip", archive))
    assert "50 training and 10 test images" in words(app)
    assert not app.main.error


def test_a_set_is_discarded(open_page: Callable[..., AppTest], embedded: DataSet) -> None:
    content = npz(x=embedded.train.images[:60], y=embedded.train.labels[:60])
    app = press(upload(open_page(PAGE), ("a.npz", content)), "Discard")

    assert app.file_uploader(key="own-set-files").value == []
    assert kept_names() == []


def test_a_set_is_deleted_unless_a_run_uses_it(
    open_page: Callable[..., AppTest], embedded: DataSet, store: Store
) -> None:
    content = npz(x=embedded.train.images[:60], y=embedded.train.labels[:60])
    app = upload(open_page(PAGE), ("a.npz", content))
    app.text_input(key="own-set-name").input("Mine")
    press(app, "Keep this set")
    run = store.runs.create(TrainingConfig(), "Mine", size=50)

    press(app, "Delete for good")
    assert app.error[0].value == "A run uses the data set Mine; delete what uses it first, then the set."
    store.runs.delete(run.id)
    press(app, "Delete for good")

    assert kept_names() == []
    assert not [button for button in app.main.button if button.label == "Delete for good"]


def test_a_damaged_set_is_told_in_one_sentence_and_removed(
    open_page: Callable[..., AppTest], embedded: DataSet
) -> None:
    runs_dir = settings.load().runs_dir
    draft(runs_dir, a_npz=npz(x=embedded.train.images[:60], y=embedded.train.labels[:60])).keep("Mine")
    [path] = own_sets.folder(runs_dir).iterdir()
    path.write_bytes(path.read_bytes()[:9_000])

    app = open_page(PAGE)
    assert "is damaged; bring it in again under the same name" in words(app)
    press(app, "Delete for good")

    assert not path.exists()
    assert "is damaged" not in words(app)


def test_reading_goes_on_over_many_page_runs(
    open_page: Callable[..., AppTest], archive: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_task, "REDRAW_SECONDS", 0.0)

    app = upload(open_page(PAGE), ("mine.zip", archive))

    assert "50 training and 10 test images" in words(app)
    assert "2 files are not taken" in [expander.label for expander in app.main.expander]


def test_reading_is_cancelled_and_keeps_nothing(
    open_page: Callable[..., AppTest], archive: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one_task(tasks: list[long_task.Task], *_: object) -> None:
        tasks[0].do(lambda _: None)
        st.stop()

    monkeypatch.setattr(own_set, "run_tasks", one_task)

    app = upload(open_page(PAGE), ("mine.zip", archive))
    assert not app.file_uploader
    press(app, "Cancel")

    assert app.file_uploader
    assert list((settings.load().runs_dir / "data_sets").iterdir()) == []


def test_the_server_takes_files_as_large_as_the_page_says() -> None:
    config = tomllib.loads((Path(own_set.__file__).parents[2] / ".streamlit" / "config.toml").read_text())

    assert config["server"]["maxUploadSize"] == own_set.MAX_MEGABYTES
