"""Errands on the Evaluate page: open the test set, look at errors, hand the report in, measure, look inside."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from mnist_core import config, data
from mnist_core.data import DataSet
from mnist_core.evaluation import test_set
from mnist_core.evaluation.report import Report
from mnist_core.figures.png import data_url
from mnist_core.jobs import worker
from mnist_core.settings import Settings
from mnist_core.store import Run, Store
from tests.browser.conftest import LONG_MS

pytestmark = pytest.mark.browser

A_PAGE = 12
"""Images that the page shows at a time."""


def train_on_few_images(store: Store, name: str = "", **fields: object) -> Run:
    """A finished run of so few images that there are errors to look at; `fields` are of its configuration."""
    few = {"train_size": 1000, "epochs": 1, "learning_rate": 0.1, "validation_share": 0.1}
    settings = Settings(runs_dir=store.folder, data_dir=store.folder / "no data")
    run = store.runs.create(config.configure("tutorial", **few | fields), data.EMBEDDED, name, state="running")
    worker.execute(store, settings, run)
    finished = store.runs.get(run.id)
    assert finished.status == "finished"
    return finished


def train_and_open(store: Store, digits: DataSet, name: str = "", **fields: object) -> Run:
    """A run of few images whose test set was opened, though not on the page."""
    run = train_on_few_images(store, name, **fields)
    test_set.open_test_set(store, test_set.load_classifier(store, run), digits, run)
    return run


def open_test_set(page: Page) -> None:
    page.get_by_role("button", name="Open the test set").click()
    expect(page.get_by_text("was opened once for")).to_be_visible()


def load_report(store: Store, run: Run, digits: DataSet) -> Report:
    """What the store holds of the opened test set of a run."""
    report = test_set.stored_report(store, test_set.load_classifier(store, store.runs.get(run.id)), digits)
    assert report is not None
    return report


def click_cell(page: Page, label: int, answer: int) -> None:
    plot = page.locator(".st-key-confusion-matrix .nsewdrag")
    expect(plot).to_have_count(1)  # while the page runs, the chart before may still be there
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + (answer + 0.5) / 10 * box["width"], box["y"] + (label + 0.5) / 10 * box["height"])


def cell_images(page: Page) -> Locator:
    """The cards beside the confusion matrix."""
    return page.get_by_test_id("stColumn").locator("figure.misread-image")


def test_a_click_on_a_cell_shows_exactly_the_images_of_that_cell(
    page: Page, app: str, store: Store, embedded: DataSet
) -> None:
    run = train_on_few_images(store)
    page.goto(f"{app}/evaluate?run={run.id}")
    open_test_set(page)
    page.get_by_role("tab", name="Errors").click()
    expect(page.locator(".st-key-confusion-matrix .xtitle")).to_be_visible()
    report = load_report(store, run, embedded)
    cells = {(label, answer): report.test.confused(label, answer) for label in range(10) for answer in range(10)}
    wrong = {cell: found for cell, found in cells.items() if cell[0] != cell[1]}
    most = max(wrong, key=lambda cell: len(wrong[cell]))
    several = next(cell for cell, found in wrong.items() if 2 <= len(found) <= A_PAGE)
    right = max(cells.keys() - wrong.keys(), key=lambda cell: len(cells[cell]))
    assert len(cells[right]) > 2 * A_PAGE

    for label, answer in (most, several, right):
        click_cell(page, label, answer)
        expected = cells[label, answer]
        how = "read correctly" if label == answer else f"read as {answer}"
        expect(page.get_by_text(f"{label} {how}: {len(expected)} images", exact=True)).to_be_visible()
        for first in range(0, len(expected), A_PAGE):
            shown = expected[first : first + A_PAGE]
            if first:
                pages = page.get_by_test_id("stColumn").get_by_test_id("stPagination")
                pages.get_by_role("button", name=re.compile("next", re.IGNORECASE)).click()
            said = [re.compile(rf"label {label}\s*read {answer}\D") for _ in shown]
            expect(cell_images(page).locator("figcaption")).to_have_text(said, use_inner_text=True)
            for place, index in enumerate(shown):
                picture = cell_images(page).nth(place).locator("> img")
                expect(picture).to_have_attribute("src", data_url(embedded.test.images[index]))

    page.get_by_text("Shares instead of counts").click()
    expect(page.locator(".st-key-confusion-matrix .ytitle", has_text="in %")).to_have_count(1)
    chosen = page.get_by_text(f"{label} {how}: {len(expected)} images", exact=True)
    expect(chosen).to_be_visible()
    click_cell(page, label, answer)
    expect(chosen).to_have_count(0)


def test_the_count_and_the_section_stay_and_the_report_opens_without_a_network(
    page: Page, app: str, store: Store, embedded: DataSet, tmp_path: Path
) -> None:
    run = train_on_few_images(store)
    page.goto(f"{app}/evaluate?run={run.id}")
    expect(page.get_by_text("was never opened for this model")).to_be_visible()
    open_test_set(page)
    report = load_report(store, run, embedded)
    low, high = report.score.interval
    words = f"Between {100 * low:.1f} and {100 * high:.1f} % (95 % interval)"
    expect(page.get_by_text(words)).to_be_visible()

    page.reload()
    expect(page.get_by_text(words)).to_be_visible()
    expect(page.get_by_text("was opened once for this model")).to_be_visible()
    page.get_by_role("tab", name="Calibration").click()
    expect(page.locator(".st-key-reliability .xtitle")).to_be_visible()
    page.reload()
    expect(page.get_by_role("tab", name="Calibration")).to_have_attribute("aria-selected", "true")
    expect(page.locator(".st-key-reliability .xtitle")).to_be_visible()
    second = page.context.new_page()
    second.goto(page.url)
    expect(second.locator(".st-key-reliability .xtitle")).to_be_visible()
    expect(second.get_by_text("was opened once for this model")).to_be_visible()
    second.get_by_role("tab", name="Summary").click()
    with second.expect_download() as download:
        second.get_by_role("button", name="Report as HTML").click()

    download.value.save_as(tmp_path / "report.html")
    assert page.context.browser is not None
    elsewhere = page.context.browser.new_context(offline=True)
    reader = elsewhere.new_page()
    requested: list[str] = []
    reader.on("request", lambda request: requested.append(request.url))
    reader.goto((tmp_path / "report.html").as_uri())
    # Loss, accuracies, what is read as what, reliability, withheld.
    expect(reader.locator(".js-plotly-plot .main-svg .xtitle")).to_have_count(5)
    expect(reader.get_by_text("was opened once for this model")).to_be_visible()
    assert [url for url in requested if not url.startswith(("file:", "data:", "blob:"))] == []
    elsewhere.close()


def test_robustness_goes_on_after_a_reload_and_after_a_stop_and_is_kept(
    page: Page, app: str, store: Store, embedded: DataSet
) -> None:
    run = train_and_open(store, embedded, "Few images for a CNN", network="cnn")
    address = f"{app}/evaluate?rows=14&columns=14&per_digit=all"
    page.goto(f"{address}&run=knn")
    open_test_set(page)
    page.goto(f"{address}&run={run.id}&part=Robustness")
    bar, measure = page.get_by_test_id("stProgress"), page.get_by_role("button", name="Measure", exact=True)
    curves = page.locator(".st-key-robustness .legendtext")

    measure.click()
    expect(bar).to_contain_text(re.compile(r"^[2-9] of 16: "))
    page.reload()

    expect(bar).to_contain_text(re.compile(r"^([2-9]|1\d) of 16: "))
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(bar).to_have_count(0)
    measure.click()
    expect(bar).to_contain_text(re.compile(r"^([2-9]|1\d) of 16: "))
    # Not the bar, which is away for a moment each time the page runs again.
    expect(page).not_to_have_url(re.compile("work="), timeout=LONG_MS)
    expect(bar).to_have_count(0)
    names = ["Few images for a CNN", re.compile("11 nearest neighbours")]
    expect(curves).to_have_text(names)
    measured = page.get_by_test_id("stDataFrame")
    expect(measured).to_be_visible()
    expect(measure).to_be_disabled()
    # Whatever bar comes up is seen, however short it is there.
    page.add_init_script(
        "new MutationObserver(() => { window.worked ||= !!document.querySelector('[data-testid=stProgress]') })"
        ".observe(document, { subtree: true, childList: true })"
    )
    page.reload()
    expect(curves).to_have_text(names)
    expect(measured).to_be_visible()
    expect(measure).to_be_disabled()
    assert page.evaluate("window.worked") is False


def test_pointing_at_a_point_shows_its_image(page: Page, app: str, store: Store, embedded: DataSet) -> None:
    run = train_and_open(store, embedded)
    page.goto(f"{app}/evaluate?run={run.id}&part=What+it+learned&projected=200")
    points = page.locator(".image-scatter")
    expect(points.locator(".points path").first).to_be_visible()
    report = load_report(store, run, embedded)

    # One that no other point covers, when the page has found its shape: nothing has moved for half a second.
    points.scroll_into_view_if_needed()
    x, y, index = points.evaluate(
        """async root => {
          const plot = root.querySelector(".plot");
          const shape = () => JSON.stringify([root.getBoundingClientRect(), plot._fullLayout._size]);
          for (let still = 0, last = ""; still < 30; still = shape() === last ? still + 1 : 0, last = shape())
            await new Promise(requestAnimationFrame);
          const { xaxis, yaxis } = plot._fullLayout;
          const places = root.parts.points.map(({ x, y, index }) =>
            [xaxis._offset + xaxis.d2p(x), yaxis._offset + yaxis.d2p(y), index]);
          const gap = ([x, y, index]) => Math.min(...places.filter((other) => other[2] !== index)
            .map((other) => Math.hypot(other[0] - x, other[1] - y)));
          return places.reduce((one, two) => gap(one) >= gap(two) ? one : two);
        }"""
    )
    points.hover(position={"x": x, "y": y})

    tip = points.locator(".tip")
    expect(tip).to_be_visible()
    expect(tip).to_contain_text(str(report.test.labels[index]))
    pixels = tip.locator("div").evaluate(
        """async (node) => {
          const { backgroundImage, backgroundPositionX, backgroundPositionY } = node.style;
          const sheet = new Image();
          sheet.src = backgroundImage.slice(5, -2);
          await sheet.decode();
          const canvas = new OffscreenCanvas(28, 28).getContext("2d");
          canvas.drawImage(sheet, parseFloat(backgroundPositionX) / 3, parseFloat(backgroundPositionY) / 3);
          return [...canvas.getImageData(0, 0, 28, 28).data].filter((_, place) => place % 4 === 0);
        }"""
    )
    assert pixels == embedded.test.images[index].ravel().tolist()
