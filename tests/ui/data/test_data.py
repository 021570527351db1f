from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.jobs.data_download import DataDownload
from tests import made_data_set

PAGE = "pages/data.py"


def test_browses_the_digit_that_is_chosen(open_page: Callable[..., AppTest]) -> None:
    app = open_page(PAGE)
    app.selectbox(key="browse_digit").select(7).run()

    assert not app.exception
    grid = app.get("html")[0].proto.body
    assert grid.count('alt="7"') == 40
    assert grid.count("<img") == 40


def test_next_and_previous_turn_the_pages(open_page: Callable[..., AppTest]) -> None:
    app = open_page(PAGE)
    first = app.get("html")[0].proto.body

    app.button(key="browse_page_Next").click().run()
    second = app.get("html")[0].proto.body
    app.button(key="browse_page_Previous").click().run()

    assert second != first
    assert app.get("html")[0].proto.body == first


def test_recomputes_the_normalisation_constants(open_page: Callable[..., AppTest]) -> None:
    app = open_page(PAGE)

    words = " ".join(element.value for element in app.markdown)
    assert "the 4,000 training images in use here, they are **0.13" in words
    assert "0.1307" in app.latex[0].value


def test_a_failed_download_is_one_sentence(open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch) -> None:
    failure = "MNIST could not be downloaded; check the internet connection."
    monkeypatch.setattr(DataDownload, "error", lambda _: failure)

    app = open_page(PAGE)

    assert app.error[0].value == "MNIST could not be downloaded; check the internet connection."
    assert app.button[0].label == "Download the full MNIST"


def test_the_page_says_what_is_there_beside_the_embedded_digits(
    open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for variable in ("MNIST_DATA_DIR", "MNIST_DATA_SET"):
        monkeypatch.delenv(variable, raising=False)
    page = Path(PAGE).resolve()
    monkeypatch.chdir(tmp_path)
    made_data_set.write(tmp_path / "data")

    app = open_page(str(page))

    captions = " ".join(caption.value for caption in app.main.caption)
    assert r"holds Fashion\-MNIST but no MNIST: the embedded digits stand for it." in captions
    assert "Fashion-MNIST" in app.main.selectbox[0].options


def test_a_damaged_data_folder_is_one_sentence(
    open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "MNIST" / "raw").mkdir(parents=True)
    (tmp_path / "MNIST" / "raw" / "train-images-idx3-ubyte").write_bytes(b"cut off")
    monkeypatch.setenv("MNIST_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("MNIST_DATA_SET", "MNIST")

    app = open_page(PAGE)

    (error,) = app.main.error
    assert "download MNIST" in error.value
    assert app.main.button[0].label == "Download the full MNIST"
