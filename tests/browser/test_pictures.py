"""A person brings a picture: chosen, pasted, or one that is refused."""

import io
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from mnist_core import drawing
from mnist_core.drawing.image_file import MAX_BYTES
from tests.browser.accessibility import axe_violations, tab_to, wait_until_shown

pytestmark = pytest.mark.browser

SEVEN = [[[60.0, 60.0], [180.0, 60.0], [110.0, 240.0]]]


def open_upload(page: Page, app: str) -> None:
    """Open the upload beside K nearest neighbours alone: the networks of other tests read as badly as they like."""
    page.goto(f"{app}/draw?run=none")
    page.get_by_text("Upload", exact=True).click()
    wait_for_uploader(page)


def wait_for_uploader(page: Page) -> None:
    expect(page.get_by_text("up to 25 MB and 50 megapixels")).to_be_visible()
    # Both are loaded when they are first needed.
    expect(page.locator(".st-key-file").get_by_role("button", name="Upload", exact=True)).to_be_visible()
    expect(page.locator(".st-key-file-component style")).to_be_attached()


def seven() -> Image.Image:
    return Image.fromarray((230 - 0.8 * drawing.draw(SEVEN)).astype(np.uint8)).convert("RGB")


def test_a_picture_from_a_phone_is_read_and_its_steps_are_seen_by_keyboard_alone(
    page: Page, app: str, tmp_path: Path
) -> None:
    pillow_heif.from_pillow(seven()).save(tmp_path / "IMG_0001.HEIC")
    page.goto(f"{app}/draw?run=none")
    wait_until_shown(page)
    tab_to(page, page.get_by_role("radio", name="Canvas"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    wait_for_uploader(page)
    upload = page.locator(".st-key-file").get_by_role("button", name="Upload", exact=True)
    tab_to(page, upload)
    with page.expect_file_chooser() as chooser:
        upload.press("Enter")  # which takes the focus again, should the uploader have been drawn anew
    chooser.value.set_files(tmp_path / "IMG_0001.HEIC")
    expect(page.locator(".prediction-answer .answer")).to_have_text("7")

    tab_to(page, page.get_by_role("radio", name="Answers"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")

    expect(page.get_by_text("7. Without surroundings")).to_be_visible()
    expect(page.get_by_text("4. 28 x 28, centre marked")).to_be_visible()
    assert axe_violations(page) == []


def test_a_copied_picture_is_pasted_with_ctrl_v(page: Page, app: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=app)
    open_upload(page, app)
    file = io.BytesIO()
    seven().save(file, "PNG")
    page.evaluate(
        """async (bytes) => {
          const picture = new Blob([new Uint8Array(bytes)], { type: "image/png" })
          await navigator.clipboard.write([new ClipboardItem({ "image/png": picture })])
        }""",
        list(file.getvalue()),
    )

    page.keyboard.press("Control+V")

    expect(page.locator(".prediction-answer .answer")).to_have_text("7")
    expect(page.get_by_test_id("stFileChipName")).to_have_text("image.png")


def test_what_the_uploader_refuses_is_said_in_words_on_the_page(page: Page, app: str, tmp_path: Path) -> None:
    (tmp_path / "large.png").write_bytes(bytes(MAX_BYTES + 2_000_000))
    (tmp_path / "text.pdf").write_bytes(b"%PDF-1.7")
    open_upload(page, app)

    for name, words in (("large.png", "File must be 25.0MB or smaller."), ("text.pdf", "files are not allowed.")):
        page.locator(".st-key-file input[type=file]").set_input_files(tmp_path / name)

        reason = page.get_by_role("alert").filter(has_text=words)
        expect(reason).to_be_visible()
        # What is hidden from sight is one pixel large.
        box = reason.bounding_box()
        assert box is not None
        assert box["height"] > 10
        assert box["width"] > 100
