"""How soon the KNN page answers a slider, in a headless Chromium on the same cores: `python -m benchmarks.sliding`.

The time from the key that moves the slider to the frame that shows the result, with all training images as
references. Needs the full MNIST in the folder that MNIST_DATA_DIR names; asserts nothing.
"""

import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from mnist_core import data, settings
from tests.browser.server import Server, chromium

MOVES = 16
CASES = (
    ("k among the votes", "section=Votes&k=3", "k", "figcaption"),
    ("rows among the votes", "section=Votes&rows=3", "rows", "figcaption"),
    ("rows of the features", "rows=3", "rows", "figure.large .row"),
)
# From the key's event to the first frame in which the watched text differs.
RESPONSE = """([key, watched]) => new Promise((answered) => {
  const text = () => [...document.querySelectorAll(watched)].map((node) => node.textContent).join("|");
  const before = text();
  const slider = document.querySelector(`.st-key-${key} input[type=range]`);
  slider.addEventListener("keydown", () => {
    const pressed = performance.now();
    const check = () => text() === before ? requestAnimationFrame(check) : answered(performance.now() - pressed);
    check();
  }, { once: true, capture: true });
  slider.focus();
})"""


def response_times(page: Page, key: str, watched: str) -> list[float]:
    """Milliseconds from each move of the slider to its result."""
    times = []
    for _ in range(MOVES + 1):  # the first one also warms up
        waiting = page.evaluate_handle(
            "(wanted) => { window.answer = (" + RESPONSE + ")(wanted); return null; }", [key, watched]
        )
        waiting.dispose()
        page.keyboard.press("ArrowRight")
        times.append(page.evaluate("window.answer"))
        page.wait_for_function("!document.querySelector('[data-testid=stStatusWidget]')")
    return times[1:]


def main() -> None:
    data_dir = settings.load().data_dir
    if data.identify(settings.load()).name != data.FULL:
        sys.exit("Set MNIST_DATA_DIR to the folder of the full MNIST.")
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder), data_dir) as server, chromium() as browser:
        page = browser.new_page()
        for name, query, key, watched in CASES:
            page.goto(f"{server.address}/knn?per_digit=all&{query}")
            page.locator(f".st-key-{key} input").wait_for(state="attached", timeout=60_000)
            page.locator(watched).first.wait_for(timeout=60_000)
            times = response_times(page, key, watched)
            print(f"{name}: median {statistics.median(times):.0f} ms, longest of {MOVES} {max(times):.0f} ms")


if __name__ == "__main__":
    main()
