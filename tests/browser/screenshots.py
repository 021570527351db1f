"""Make the README's screenshots: `python -m tests.browser.screenshots FOLDER`."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.canvas import SEVEN, stroke
from tests.browser.server import Server, chromium
from tests.browser.test_evaluating import cell_images, click_cell, open_test_set


def main(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, chromium() as browser:
        server = Server(Path(temporary) / "runs", Path(temporary) / "data")
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(f"{server.address}/train?validation=10&epochs=5")
        page.get_by_role("button", name="Start training").click()
        expect(page.get_by_text("Draw a digit for it")).to_be_visible()
        expect(page.locator(".st-key-curves-1 [data-chart=accuracy]")).to_contain_text("Epoch")
        page.mouse.move(1200, 20)
        page.screenshot(path=folder / "train.png")
        page.goto(f"{server.address}/evaluate?run=1")
        open_test_set(page)
        page.get_by_role("tab", name="Errors").click()
        expect(page.locator(".st-key-confusion-matrix .xtitle")).to_be_visible()
        click_cell(page, 5, 3)
        expect(cell_images(page).first).to_be_visible()
        page.mouse.move(1200, 20)
        page.screenshot(path=folder / "evaluate.png")
        page.goto(f"{server.address}/draw")
        expect(page.get_by_text("The canvas is blank")).to_be_visible()
        stroke(page, SEVEN)
        expect(page.locator(".prediction-card")).to_have_count(2)
        page.mouse.move(1200, 20)
        page.screenshot(path=folder / "draw.png")
        server.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
