"""How soon a stroke is read on the Draw page, in a headless Chromium on the same cores: `python -m benchmarks.drawing`.

The time from lifting the pen to the frame that shows the answer, beside an empty page with the same canvas
that only says how many points arrived. Needs the full MNIST in the folder that MNIST_DATA_DIR names; trains a network
for drawings on 5,000 images first; asserts nothing.
"""

import statistics
import sys
import tempfile
from pathlib import Path

import numpy as np
from playwright.sync_api import Page

from mnist_core import config, data, settings
from mnist_core.settings import Settings
from mnist_core.store import Store
from mnist_core.training import networks, trainer
from tests.browser.server import Server, chromium

STROKES = 100
# Digits that are written in one stroke, in pixels of the canvas.
DIGIT_STROKES = (
    [(140, 50), (80, 90), (80, 190), (140, 230), (200, 190), (200, 90), (140, 50)],
    [(110, 90), (150, 50), (150, 230)],
    [(80, 90), (140, 50), (195, 100), (80, 230), (200, 230)],
    [(80, 60), (190, 70), (130, 130), (195, 190), (80, 225)],
    [(80, 60), (200, 60), (120, 230)],
)
ECHO = """
import streamlit as st
from ui.components import drawing_canvas
drawing_canvas.show()
st.html(f'<p class="answer">{sum(map(len, drawing_canvas.sketch().strokes))}</p>')
"""
# From the event that ends a stroke to the first frame in which the answer, or that there is none, differs.
ANSWER = """() => new Promise((answered) => {
  const text = () => [...document.querySelectorAll(".answer, [data-testid=stAlert]")]
    .filter((node) => node.matches(".answer") || node.textContent.includes("I don't know"))
    .map((node) => node.textContent).join();
  const before = text();
  addEventListener("pointerup", () => {
    const lifted = performance.now();
    const check = () => text() === before ? requestAnimationFrame(check) : answered(performance.now() - lifted);
    check();
  }, { once: true, capture: true });
})"""


def answer_times(page: Page, blank: str) -> list[float]:
    """Milliseconds from lifting the pen to the answer, for each stroke; `blank` is shown while the canvas is blank."""
    times = []
    canvas = page.locator(".st-key-canvas canvas.upper-canvas")
    canvas.wait_for()
    page.get_by_text(blank, exact=True).first.wait_for()
    page.wait_for_function("!document.querySelector('[data-testid=stStatusWidget]')")
    for number in range(STROKES + 1):  # the first one also warms up
        page.evaluate(f"() => {{ window.answer = ({ANSWER})(); }}")
        box = canvas.bounding_box()
        assert box is not None
        for index, (x, y) in enumerate(DIGIT_STROKES[number % len(DIGIT_STROKES)]):
            page.mouse.move(box["x"] + x, box["y"] + y, steps=4)
            if index == 0:
                page.mouse.down()
        page.mouse.up()
        times.append(page.evaluate("window.answer"))
        page.get_by_role("button", name="Clear", exact=True).click()
        page.get_by_text(blank, exact=True).first.wait_for()
    return times[1:]


def add_network(runs_dir: Path, data_dir: Path) -> None:
    """Add a finished run of a network for drawings, trained long enough to be sure of its answers."""
    settings = config.configure("drawing", epochs=2, train_size=5_000, synthetic_digits=5_000, non_digits=1_000)
    digits = data.load(Settings(data_dir=data_dir), data.FULL).train.take(np.arange(5_000))
    model = networks.build_network(settings)
    for _ in trainer.Trainer(model, settings, digits, digits.take(np.arange(0))).run():
        pass
    store = Store(runs_dir)
    run = store.runs.create(settings, data.FULL, "For drawing", state="finished")
    networks.save_network(model, settings, store.files.network_path(run.id))


def main() -> None:
    data_dir = settings.load().data_dir
    if data.identify(settings.load()).name != data.FULL:
        sys.exit("Set MNIST_DATA_DIR to the folder of the full MNIST.")
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        add_network(Path(folder), data_dir)
        echo = Path(folder) / "echo.py"
        echo.write_text(ECHO)
        medians = {}
        for name, script, path, blank in (
            ("empty page that echoes the canvas", str(echo), "", "0"),
            ("Draw page", "streamlit_app.py", "/draw", "The canvas is blank. Draw a digit in the black square."),
        ):
            with Server(Path(folder), data_dir, script) as server:
                page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
                page.set_default_timeout(60_000)
                page.goto(f"{server.address}{path}")
                times = answer_times(page, blank)
            medians[name] = statistics.median(times)
            late = statistics.quantiles(times, n=20)[-1]
            print(f"{name}: median {medians[name]:.0f} ms, 95 % within {late:.0f} ms, longest {max(times):.0f} ms")
        first, second = medians.values()
        print(f"Draw page beside the empty page: {second / first:.2f} times")


if __name__ == "__main__":
    main()
