"""Pictures on the Draw page: digits in a row are read one by one, and what is no picture gets one sentence."""

import io
from collections.abc import Callable
from dataclasses import fields

import numpy as np
import pillow_heif
import pytest
from PIL import Image
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from mnist_core import drawing
from mnist_core.drawing.photo import PhotoSteps
from ui.draw import picture_input

pillow_heif.register_heif_opener()  # for the pictures that the tests write

PAGE = "pages/draw.py"
SEVEN = [[[60.0, 60.0], [180.0, 60.0], [110.0, 240.0]]]
ONE = [[[140.0, 40.0], [140.0, 240.0]]]


def picture(*digits: list[list[list[float]]], kind: str = "PNG") -> bytes:
    """Digits side by side, dark on paper."""
    paper = 230 - 0.8 * np.concatenate([drawing.draw(strokes).astype(float) for strokes in digits], axis=1)
    file = io.BytesIO()
    Image.fromarray(paper.astype(np.uint8)).save(file, kind)
    return file.getvalue()


def upload(app: AppTest, name: str, content: bytes) -> AppTest:
    app.session_state["source"] = "file"
    app.run()
    app.file_uploader[0].upload(name, content, "image/png").run()
    assert not app.exception
    return app


def text(app: AppTest) -> str:
    return " ".join(element.proto.body for element in app.get("html"))


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.png", "PNG"), ("b.jpg", "JPEG"), ("c.webp", "WebP"), ("d.HEIC", "HEIF"), ("e.gif", "GIF"), ("f.tif", "TIFF")],
)
def test_a_picture_of_a_digit_is_read(name: str, kind: str, open_page: Callable[..., AppTest]) -> None:
    app = upload(open_page(PAGE), name, picture(SEVEN, kind=kind))

    assert ">7</span>" in text(app)


def test_digits_in_a_row_are_read_one_by_one(open_page: Callable[..., AppTest]) -> None:
    app = upload(open_page(PAGE), "row.png", picture(ONE, SEVEN))

    assert any("Read: **1 7**" in part.value for part in app.markdown)
    assert 'title="1: 100.0%"' in text(app)
    next(group for group in app.segmented_control if group.label == "2 digits, from the left, row by row").set_value(
        1
    ).run()
    assert 'title="7: 100.0%"' in text(app)


@pytest.mark.parametrize(
    ("name", "content"),
    [("cut.png", picture(SEVEN)[:300]), ("renamed.png", b"%PDF-1.7" + bytes(100)), ("empty.png", b"")],
    ids=["truncated", "renamed", "empty"],
)
def test_what_cannot_be_read_gets_one_sentence_and_no_answer(
    name: str, content: bytes, open_page: Callable[..., AppTest]
) -> None:
    app = upload(open_page(PAGE), name, content)

    assert len(app.error) == 1
    assert name in app.error[0].value
    assert 'class="prediction-card"' not in text(app)


def test_paper_without_a_digit_is_said_to_be_empty(open_page: Callable[..., AppTest]) -> None:
    file = io.BytesIO()
    Image.new("L", (200, 200), 230).save(file, "PNG")

    app = upload(open_page(PAGE), "paper.png", file.getvalue())

    assert "There is no digit to be seen in paper.png" in app.warning[0].value


def test_each_step_is_shown_and_can_be_switched_off(open_page: Callable[..., AppTest]) -> None:
    app = upload(open_page(PAGE), "row.png", picture(ONE, SEVEN))
    app.session_state["drawing-view"] = "What they see"
    app.run()
    assert [f"{number}. " in text(app) for number in range(1, 9)] == [True] * 8

    for step in fields(PhotoSteps):
        app.toggle(key=f"photo-{step.name}").set_value(False)
    app.run()

    assert not app.exception
    assert any("Read: **1 7**" in part.value for part in app.markdown)


def test_a_small_digit_in_a_large_picture_is_read_as_on_the_command_line(open_page: Callable[..., AppTest]) -> None:
    paper = np.full((1_400, 1_400), 230, np.uint8)
    with Image.open(io.BytesIO(picture(SEVEN))) as digit:
        paper[900:1_000, 300:400] = np.asarray(digit.resize((100, 100)))
    file = io.BytesIO()
    Image.fromarray(paper).save(file, "PNG")

    app = upload(open_page(PAGE), "small.png", file.getvalue())

    assert ">7</span>" in text(app)


def test_what_is_taken_is_written_under_the_uploader(open_page: Callable[..., AppTest]) -> None:
    app = open_page(PAGE)
    app.session_state["source"] = "file"
    app.run()

    limits = next(caption.value for caption in app.caption if "megapixels" in caption.value)
    assert "HEIC" in limits
    assert "up to 25 MB and 50 megapixels" in limits


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://192.168.0.7:8501/draw", False),
        ("http://lab.example.org/draw", False),
        ("http://[2001:db8::1]:8501/draw", False),
        ("https://lab.example.org/draw", True),
        ("http://localhost:8501/draw", True),
        ("http://127.0.0.1:8501/draw", True),
        ("http://[::1]:8501/draw", True),
        (None, True),
    ],
)
def test_the_camera_is_offered_where_browsers_lend_it(
    url: str | None, allowed: bool, open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert picture_input.camera_allowed(url) == allowed
    monkeypatch.setattr(ContextProxy, "url", property(lambda self: url))
    app = open_page(PAGE)
    app.session_state["source"] = "camera"
    app.run()

    assert not app.exception
    assert len(app.get("camera_input")) == allowed
    assert any("HTTPS" in info.value for info in app.info) != allowed
